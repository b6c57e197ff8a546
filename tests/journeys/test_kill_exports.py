"""kill -9 while a run is exported: the export is there whole or not at all, and the next one leaves nothing else."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import bagit
import photos
import pytest
from commands import photocolor, started
from runs import read_tree, write_tree

from photocolor.report.archival.part_folder import part_folder, sweep_parts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process is killed, and its folders are held")

PHOTOS = 12
PADDING_BYTES = 10_000_000
"""Behind each result's end, so that a bag takes some tenths of a second to be copied."""
COMMANDS = {
    "bag": ("export-bag", "--to", "bag of 1936"),
    "records": ("export-premis", "--iiif", "https://archive.example", "--to", "records"),
    "page": ("report", "--embed", "--to", "page.html"),
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run, with large results."""
    home = tmp_path_factory.mktemp("run")
    scans = write_tree(home / "scans", {f"{at}.png": photos.png(photos.gray(seed=at)) for at in range(PHOTOS)})
    color = home / "color"
    assert photocolor("restore", scans, "--out", color, "--device", "cpu").code == 0
    manifest = color / ".photocolor" / "manifest.jsonl"
    text = manifest.read_text()
    for result in sorted(color.glob("*.png")):
        before = result.read_bytes()
        with result.open("ab") as file:
            file.write(bytes(PADDING_BYTES))
        digests = (hashlib.sha256(data).hexdigest() for data in (before, result.read_bytes()))
        text = text.replace(*digests).replace(
            f'"result_bytes":{len(before)}', f'"result_bytes":{result.stat().st_size}'
        )
    manifest.write_text(text)
    return color


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("kind", COMMANDS)
@pytest.mark.timeout(300)
def test_a_killed_export_is_there_whole_or_not_at_all_and_the_next_one_sweeps(
    out: Path, tmp_path: Path, kind: str
) -> None:
    command, *options, name = COMMANDS[kind]
    place = tmp_path / "exports" / name
    place.parent.mkdir()
    began = time.monotonic()
    assert photocolor(command, out, *options, tmp_path / "whole" / name).code == 0
    took_s = time.monotonic() - began
    left_behind = 0
    for step in range(1, 21):
        before = names(place.parent)
        with started(command, out, *options, place) as process:
            if step <= 16:
                time.sleep(took_s * step / 16)
            while step > 16 and process.poll() is None and names(place.parent) - {name} <= before:
                pass  # the last four in any case while something is written, however short that is
            with suppress(ProcessLookupError):  # it has ended
                os.killpg(process.pid, signal.SIGKILL)
        others = names(place.parent) - {name}
        assert all(other.startswith(".") for other in others), "only what is hidden"
        assert len(others) <= 1, "the one before was swept, or this one had not begun"
        left_behind += bool(others)
        if place.exists():
            assert place.is_file() or set(read_tree(place)) == set(read_tree(tmp_path / "whole" / name))
            if kind != "page":
                assert photocolor(command, out, *options, place).code == 2
                place.rename(tmp_path / f"{step}")
    assert photocolor(command, out, *options, place).code == 0
    assert names(place.parent) == {name}
    assert left_behind or kind == "records", "no kill came while it was written"
    if kind == "bag":
        bagit.Bag(str(place)).validate()


def test_no_bag_is_made_while_a_run_writes_into_the_manifest(out: Path, tmp_path: Path) -> None:
    manifest = out / ".photocolor" / "manifest.jsonl"
    before = manifest.read_bytes()
    try:
        with started("export-bag", out, "--to", tmp_path / "bag") as process:
            while not names(tmp_path):
                assert process.poll() is None
            with manifest.open("ab") as file:
                file.write(before.splitlines(keepends=True)[-1])
            told = process.communicate(timeout=60)[1].decode()
    finally:
        manifest.write_bytes(before)
    assert process.returncode == 3 and "a run wrote into the manifest meanwhile" in told
    assert names(tmp_path) == set()


def test_an_export_that_is_at_work_is_not_swept_away_by_another_to_the_same_place(tmp_path: Path) -> None:
    to = tmp_path / "bag"
    with part_folder(to, tmp_path) as part:
        (part / "data").write_bytes(b"1")
        sweep_parts(to)
        with part_folder(to, tmp_path) as other:
            assert other != part
        assert (part / "data").read_bytes() == b"1"
    assert names(tmp_path) == set()


def test_only_what_an_export_to_this_place_left_is_swept(tmp_path: Path) -> None:
    kept = {".bag.part", ".bag.0123abcd.part.old", ".bag2.0123abcd.part", "bag.0123abcd.part", ".bag.0123abcg.part"}
    for name in kept | {".bag.0123abcd.part"}:
        (tmp_path / name / "data").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".bag.00000000.part").symlink_to(tmp_path / "elsewhere")
    with part_folder(tmp_path / "bag", tmp_path):
        pass
    assert names(tmp_path) == kept | {"elsewhere", ".bag.00000000.part"}
