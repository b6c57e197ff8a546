"""kill -9 while what lies beside a result is written: the next command leaves only what belongs together."""

from __future__ import annotations

import signal
from pathlib import Path

import fakes
import numpy as np
import photos
import pytest
from commands import ROOT, photocolor, started
from runs import read_tree, write_tree

from photocolor.system.atomic import is_temporary

KILLER = """
import os, signal, sys

def kill(event, args):
    if event == "os.rename" and args[1] == os.environ["KILLED_AT"]:
        os.killpg(0, signal.SIGKILL)

sys.addaudithook(kill)
"""
"""A `sitecustomize` that kills the command, with its workers, when a file is to get a name."""


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    fakes.write_model(tmp_path / "tint.onnx")
    fakes.write_finder(tmp_path / "finder.onnx")
    (tmp_path / "killer").mkdir()
    (tmp_path / "killer" / "sitecustomize.py").write_text(KILLER)
    return write_tree(tmp_path / "scans", {f"box/{seed}.png": photos.png(scan(seed)) for seed in (1, 2)})


def scan(seed: int) -> photos.Array:
    """Neither white nor black, but for a black speck."""
    gray = np.clip(photos.gray(80, 120, seed=seed), 60, 190)
    gray[50:53, 40:43] = 0
    return gray


def command(scans: Path, *options: object, out: str = "color") -> tuple[object, ...]:
    home = scans.parent
    models = ("--model", home / "tint.onnx", "--finder", home / "finder.onnx", "--damage-masks", home / f"{out} masks")
    beside = ("--layers", "ora", "--mend", "spots")
    return "restore", scans, "--out", home / out, *models, *beside, "--device", "cpu", "--workers", 1, *options


def killed(scans: Path, name: str, *options: object) -> None:
    """Runs the command until a file is to get this name."""
    paths = f"{scans.parent / 'killer'}:{ROOT}"
    with started(*command(scans, *options), PYTHONPATH=paths, KILLED_AT=name) as process:
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def same_as_a_run_that_was_never_killed(scans: Path) -> None:
    home = scans.parent
    for out in ("color", "whole"):
        answer = photocolor(*command(scans, out=out))
        assert answer.code == 0, answer.err
    for of in ("", " masks"):
        assert read_tree(home / f"color{of}") == read_tree(home / f"whole{of}")
    assert not [path for path in home.rglob("*") if is_temporary(path.name)]
    assert {path.name for path in (home / "color" / ".photocolor").iterdir()} == {"lock", "manifest.jsonl"}


@pytest.mark.parametrize("name", ["2.png.mask.png", "2.png.ora", "2.png.mended.png", "2.png"])
def test_the_same_command_leaves_nothing_of_the_killed_one(scans: Path, name: str) -> None:
    killed(scans, name)
    same_as_a_run_that_was_never_killed(scans)


@pytest.mark.parametrize("name", ["1.png.mask.png", "2.png.mask.png"])
def test_a_survey_sweeps_what_a_killed_one_left(scans: Path, name: str) -> None:
    home = scans.parent
    words = ("damage", scans, "--finder", home / "finder.onnx", "--workers", 1, "--out")
    with started(*words, home / "masks", PYTHONPATH=f"{home / 'killer'}:{ROOT}", KILLED_AT=name) as process:
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert [path for path in home.rglob("*") if is_temporary(path.name)]
    for out in ("masks", "whole"):
        assert photocolor(*words, home / out).code == 0
    assert read_tree(home / "masks") == read_tree(home / "whole")
    assert not [path for path in home.rglob("*") if is_temporary(path.name)]


@pytest.mark.parametrize("masks", ["", "other masks"])
def test_a_run_with_other_masks_or_none_sweeps_what_the_killed_one_left_of_its_own(scans: Path, masks: str) -> None:
    home = scans.parent
    killed(scans, "2.png.mask.png")
    left = [path for path in (home / "color masks").rglob("*") if is_temporary(path.name)]
    assert len(left) == 1
    stranger = left[0].with_name(".pc-01234567.tmp")
    stranger.write_bytes(b"of another run")
    words = command(scans)
    at = words.index("--damage-masks")
    answer = photocolor(*words[:at], *(("--damage-masks", home / masks) if masks else ()), *words[at + 2 :])
    assert answer.code == 0, answer.err
    assert [path for path in home.rglob("*") if is_temporary(path.name)] == [stranger]


@pytest.mark.parametrize("name", ["1.png.mended.png", "1.png"])
def test_layers_of_a_killed_run_with_other_settings_do_not_stay_beside_a_result_of_these(
    scans: Path, name: str
) -> None:
    assert photocolor(*command(scans)).code == 0
    killed(scans, name, "--strength", "0.5")
    same_as_a_run_that_was_never_killed(scans)


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="album"/></rdf:RDF></x:xmpmeta>"""


@pytest.mark.parametrize("mode", ["merge", "ignore"])
def test_a_copy_of_an_xmp_file_that_only_a_killed_run_knew_goes_where_none_is_wanted(scans: Path, mode: str) -> None:
    write_tree(scans, {"box/1.xmp": XMP.encode()})
    killed(scans, "1.png")
    assert (scans.parent / "color" / "box" / "1.xmp").exists()
    assert photocolor(*command(scans, "--sidecars", mode)).code == 0
    assert not (scans.parent / "color" / "box" / "1.xmp").exists()
