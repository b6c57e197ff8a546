"""A folder of results that is removed while a run writes into it is named as that, and the other photos are done."""

from __future__ import annotations

import sys
from pathlib import Path

import photos
import pytest
from commands import ROOT, photocolor, started
from runs import read_tree, write_tree

REMOVER = """
import os, shutil, sys

asked = []

def remove(event, args):
    name = str(args[1] if event == "os.rename" else args[0]) if args else ""
    is_it = event == "os.rename" and name == "a.png" if {late} else event == "open" and name.startswith(".pc-")
    if is_it and not asked:
        asked.append(args)
        shutil.rmtree({folder!r})

sys.addaudithook(remove)
"""
"""A `sitecustomize` that removes a folder when the first result is begun, or just before it gets its name."""


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not possible there")
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("name", ["12:30", "plain"])
def test_a_folder_that_is_removed_meanwhile_is_named_whatever_letters_it_has(
    tmp_path: Path, name: str, late: bool
) -> None:
    files = {f"{name}/a.png": photos.png(), f"{name}/b.png": photos.png(photos.gray(seed=2)), "z.png": photos.png()}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "c:olor"
    script = REMOVER.format(late=late, folder=str(out / name))
    write_tree(tmp_path / "remover", {"sitecustomize.py": script.encode()})
    command = ("restore", scans, "--out", out, "--device", "cpu", "--workers", 1, "--quiet")
    with started(*command, PYTHONPATH=f"{tmp_path / 'remover'}:{ROOT}") as process:
        told = process.communicate()[1].decode()
    assert process.returncode == 3
    assert f"{out / name / 'a.png'} cannot be written: the folder {out / name} was removed meanwhile" in told
    assert "in names" not in told
    assert read_tree(out).keys() == {f"{name}/b.png", "z.png"}
    assert photocolor(*command).code == 0
    assert read_tree(out).keys() == files.keys()
