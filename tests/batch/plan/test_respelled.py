"""A photo whose name is spelled in another way after a copy keeps its result; another photo of such a name does not."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
import unicodedata
from pathlib import Path

import photos
import pytest
from commands import ROOT, Here, started
from runs import read_tree, write_tree

from photocolor.batch.plan.respelled import named_as_before
from photocolor.batch.plan.targets import make_plan
from photocolor.batch.records.manifest import Past, Record

COMPOSED = "Gr\u00f6\u00dfe/Caf\u00e9.jpg"
TAKEN_APART = unicodedata.normalize("NFD", COMPOSED)
BOX = {"Box/Boy.png": photos.png(), COMPOSED: photos.jpeg()}

KILLER = """
import os, signal, sys

asked = []

def kill(event, args):
    if event == "os.rename" and args[1] == "Boy.png" and not asked:
        asked.append(args)
        os.rename(args[0], args[1], src_dir_fd=args[2], dst_dir_fd=args[3])
        os.killpg(0, signal.SIGKILL)

sys.addaudithook(kill)
"""
"""A `sitecustomize` that kills the command between a result and the line that tells of it."""


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The command line, run in this process."""
    return Here(monkeypatch, capsys)


@pytest.fixture
def trees(photocolor: Here, tmp_path: Path) -> tuple[Path, Path]:
    """Scans that were colored, and then copied through a system that spells names in its own way."""
    scans, out = write_tree(tmp_path / "scans", BOX), tmp_path / "color"
    assert photocolor("restore", scans, "--out", out, "--quiet").code == 0
    copied = tmp_path / "copied"
    write_tree(copied, {"box/boy.PNG": BOX["Box/Boy.png"], TAKEN_APART: BOX[COMPOSED]})
    return copied, out


def results_in(out: Path) -> dict[str, bytes]:
    return {name: data for name, data in read_tree(out).items() if not name.startswith(".photocolor")}


def test_names_that_are_spelled_otherwise_keep_their_results(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    before = results_in(out)
    assert photocolor("verify", scans, out).code == 0
    answer = photocolor("restore", scans, "--out", out)
    assert answer.code == 0 and "2 photos have names spelled otherwise" in answer.err
    assert results_in(out) == before
    assert photocolor("restore", scans, "--out", out, "--strength", 0.5, "--quiet").code == 0
    again = results_in(out)
    assert again.keys() == before.keys() and all(again[name] != before[name] for name in before)
    assert photocolor("verify", scans, out).code == 0
    told = photocolor("restore", scans, "--out", out, "--strength", 0.5, "--dry-run", "--quiet", "--json")
    assert told.out.count('"skip"') == 2


@pytest.mark.skipif(sys.platform == "win32", reason="results are renamed in another way there")
def test_a_run_that_was_killed_on_such_a_photo_goes_on_with_its_result(
    photocolor: Here, trees: tuple[Path, Path], tmp_path: Path
) -> None:
    scans, out = trees
    before = results_in(out)
    write_tree(tmp_path / "killer", {"sitecustomize.py": KILLER.encode()})
    again = ("restore", scans, "--out", out, "--strength", 0.5, "--device", "cpu", "--workers", 1)
    with started(*again, PYTHONPATH=f"{tmp_path / 'killer'}:{ROOT}") as process:
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert results_in(out)["Box/Boy.png"] != before["Box/Boy.png"]
    assert photocolor(*again, "--quiet").code == 0
    assert results_in(out).keys() == before.keys()
    assert photocolor("verify", scans, out).code == 0


def test_report_and_bag_find_such_photos(photocolor: Here, trees: tuple[Path, Path], tmp_path: Path) -> None:
    scans, out = trees
    for folder in ("--sources-in", None):
        if folder is None:
            (tmp_path / "scans").rename(tmp_path / "gone")
            scans.rename(tmp_path / "scans")
        named = [folder, scans] if folder else []
        assert "are not where" not in photocolor("report", out, *named).err
        bag = tmp_path / f"bag-{folder}"
        assert photocolor("export-bag", out, "--to", bag, "--sources", *named).code == 0
        assert (bag / "data" / "sources" / "Box" / "Boy.png").read_bytes() == BOX["Box/Boy.png"]


def test_another_photo_of_such_a_name_gets_a_result_of_its_own(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    before = results_in(out)
    (scans / "box" / "boy.PNG").write_bytes(photos.png(photos.gray(seed=7)))
    if os.path.lexists(out / "box"):
        pytest.skip("this file system ignores case")
    assert photocolor("restore", scans, "--out", out).code == 0
    after = results_in(out)
    assert after["Box/Boy.png"] == before["Box/Boy.png"] and "box/boy.PNG" in after
    answer = photocolor("verify", scans, out)
    assert answer.code == 3
    assert "box/boy.PNG, whose name differs in spelling alone, has a result of its own" in answer.out


def test_two_photos_that_differ_in_case_alone_stay_two(photocolor: Here, tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "scans", {"a.png": photos.png(), "A.png": photos.png()}), tmp_path / "color"
    if len(list(scans.iterdir())) == 1:
        pytest.skip("this file system ignores case")
    for name in ("a.png", "A.png"):
        assert photocolor("restore", scans / name, "--out", out, "--quiet").code == 0
    assert results_in(out).keys() == {"a.png", "A.png"}


def test_a_folder_is_listed_once_and_photos_of_the_same_time_are_not_read(tmp_path: Path) -> None:
    names = [f"Gr\u00f6\u00dfe/Caf\u00e9 {number}.jpg" for number in range(50)]
    scans = write_tree(tmp_path / "scans", {unicodedata.normalize("NFD", name): name.encode() for name in names})
    out = write_tree(tmp_path / "color", {name: name.encode() for name in names})
    plan, told, asked = make_plan([scans], out), list[str](), list[tuple[str, str]]()
    done = {}
    for entry in plan.entries:
        name, size = unicodedata.normalize("NFC", entry.relative), entry.found.size_bytes
        other_time = name.endswith(("1.jpg", "2.jpg"))
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        done[name] = Record(size, entry.found.mtime_ns - other_time, sha256, "recipe", size)
    listens = True
    sys.addaudithook(lambda event, args: asked.append((event, str(args[0]))) if listens and args else None)
    renamed = named_as_before(plan, Past(done), told.append)
    listens = False
    assert {entry.relative for entry in renamed.entries} == set(names) and "50 photos have names" in told[0]
    assert [event for event, _ in asked].count("os.listdir") <= 2, "once for the folder and once for the one above"
    assert len({path for event, path in asked if event == "open" and path.endswith(".jpg")}) == 10


def broken(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Scans of which one fails and one is left alone, their copy through such a system, and an output folder."""
    box = {"Box/Boy.png": photos.png(), "Box/Hue.png": photos.png(photos.rgb())}
    scans = write_tree(tmp_path / "scans", box | {COMPOSED: photos.jpeg()[:500]})
    copied = {"box/boy.PNG": box["Box/Boy.png"], "box/hue.PNG": box["Box/Hue.png"], TAKEN_APART: photos.jpeg()}
    return scans, write_tree(tmp_path / "copied", copied), tmp_path / "color"


@pytest.mark.parametrize("again", [["--retry-failed"], []])
def test_what_failed_or_was_left_alone_is_one_photo_under_its_other_name(
    photocolor: Here, tmp_path: Path, again: list[str]
) -> None:
    scans, copied, out = broken(tmp_path)
    assert photocolor("restore", scans, "--out", out, "--quiet").code == 3
    for source in scans.rglob("*.png"):  # as a copy keeps its time
        shutil.copystat(source, copied / source.relative_to(scans).as_posix().lower().replace(".png", ".PNG"))
    assert photocolor("restore", copied, "--out", out, *again).code == 0
    assert results_in(out).keys() == {"Box/Boy.png", COMPOSED}
    assert photocolor("verify", copied, out).code == 0
    assert photocolor("report", out).out.endswith("3 photos, 2 done, 1 skipped\n")
    assert "no photo of these sources failed" in photocolor("restore", copied, "--out", out, "--retry-failed").err


def test_what_another_run_did_under_the_name_that_a_photo_has_now_is_not_tried_again(
    photocolor: Here, tmp_path: Path
) -> None:
    """Up to 0.1 the photo got a name of its own in the manifest."""
    scans, copied, out = broken(tmp_path)
    assert photocolor("restore", scans, "--out", out, "--quiet").code == 3
    assert photocolor("restore", copied, "--out", tmp_path / "other", "--quiet").code == 0
    with (out / ".photocolor/manifest.jsonl").open("ab") as manifest:
        manifest.write((tmp_path / "other/.photocolor/manifest.jsonl").read_bytes())
    assert "no photo of these sources failed" in photocolor("restore", copied, "--out", out, "--retry-failed").err


def test_a_failed_photo_whose_name_two_files_have_now_is_named_and_passed_over(
    photocolor: Here, tmp_path: Path
) -> None:
    scans, out = write_tree(tmp_path / "scans", {"Boy.png": photos.png()[:60]}), tmp_path / "color"
    assert photocolor("restore", scans, "--out", out, "--quiet").code == 3
    (scans / "Boy.png").unlink()
    write_tree(scans, {"boy.png": photos.png(), "BOY.png": photos.png()})
    if len(list(scans.iterdir())) == 1:
        pytest.skip("this file system ignores case")
    answer = photocolor("restore", scans / "boy.png", scans / "BOY.png", "--out", out, "--retry-failed")
    assert "Nothing to do" in answer.err and not results_in(out)
