"""Names and things that no clean tree has: they are colored, or named, and nothing waits for them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import photos
import pytest
from commands import photocolor, started
from runs import read_tree, write_tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names that are no text, and pipes")

LONGEST = b"x" * 251 + b".png"
"""255 bytes; a temporary name or a sidecar's made from it would be too long."""
NAMES = {
    LONGEST,
    b"no utf-8 \xff\xfe\xe9.png",
    b"two\nlines.png",
    "Straße 東京 📷 שלום.png".encode(),
    b" -- [bold]not markup[red] --.png",
    b"-rf.png",
    b"percent %s %(name)s {0}.png",
}


def names_below(folder: Path) -> set[bytes]:
    return {os.fsencode(path.name) for path in folder.iterdir() if path.name != ".photocolor"}


def test_names_of_any_bytes_and_the_longest_are_colored_told_and_verified(tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "color"
    scans.mkdir()
    for number, name in enumerate(sorted(NAMES)):
        (scans / os.fsdecode(name)).write_bytes(photos.png(photos.gray(seed=number)))
    told = photocolor("restore", scans, "--out", out, "--device", "cpu", "--workers", 2, "--json")
    assert told.code == 0, told.err
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert {os.fsencode(row["relative"]) for row in rows if row["status"] == "done"} == NAMES
    assert names_below(out) == NAMES
    before = read_tree(out)
    again = photocolor("restore", scans, "--out", out, "--device", "cpu", "--workers", 1)
    assert again.code == 0 and f"skipped  {len(NAMES)}" in again.err
    assert read_tree(out) == before
    proved = photocolor("verify", scans, out, "--json")
    assert proved.code == 0, proved.out
    assert len(proved.out.splitlines()) == len(NAMES)


def test_names_that_lead_out_of_a_folder_on_windows_fail_and_damage_no_manifest(tmp_path: Path) -> None:
    """On Linux a backslash is a letter; a record that would be a place elsewhere for Windows is read nowhere."""
    scans, out = tmp_path / "scans", tmp_path / "color"
    names = ("\\first.png", "up\\..\\there.png", "box\\plain.png", "good.png")
    write_tree(scans, {name: photos.png(photos.gray(seed=number)) for number, name in enumerate(names)})
    for expected in ("done", "skipped"):
        told = photocolor("restore", scans, "--out", out, "--device", "cpu", "--workers", 1, "--json")
        assert told.code == 3 and "damaged" not in told.err, told.err
        rows = {row["relative"]: row["status"] for row in map(json.loads, told.out.splitlines())}
        assert rows == dict(zip(names, ("failed", "failed", expected, expected), strict=True))
    proved = photocolor("verify", scans, out, "--json")
    assert sorted(json.loads(line)["status"] for line in proved.out.splitlines()) == ["missing"] * 2 + ["verified"] * 2
    assert photocolor("export-bag", out, "--to", tmp_path / "bag", "--sources").code == 0


def test_loops_and_pipes_are_passed_over_or_named_and_nothing_waits(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"box/good.png": photos.png(), "box/asked.png": photos.png()})
    (scans / "box" / "up").symlink_to(scans)
    (scans / "itself.png").symlink_to("itself.png")
    (scans / "there.png").symlink_to("back.png")
    (scans / "back.png").symlink_to("there.png")
    os.mkfifo(scans / "pipe.png")
    (scans / "to pipe.png").symlink_to("pipe.png")
    os.mkfifo(scans / "box" / "asked.png.hints.json")
    told = photocolor("restore", scans, "--out", tmp_path / "color", "--device", "cpu", "--workers", 1, "--json")
    assert told.code == 3
    rows = {row["relative"]: row for row in map(json.loads, told.out.splitlines())}
    failed = {name: row["reason"] for name, row in rows.items() if row["status"] == "failed"}
    loops = dict.fromkeys(("itself.png", "there.png", "back.png"), "unreadable")
    assert failed == loops | {"box/asked.png": "hints_invalid"}
    assert rows["box/good.png"]["status"] == "done"
    assert "2 × no regular file" in told.err and "1 × link to a folder" in told.err
    assert set(read_tree(tmp_path / "color")) == {"box/good.png"}


def test_a_source_that_becomes_a_pipe_during_the_run_is_not_waited_for(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {f"{n}.png": photos.png(photos.gray(200, 200, seed=n)) for n in range(6)})
    command = ("restore", scans, "--out", tmp_path / "color", "--device", "cpu", "--workers", 1, "--json")
    with started(*command) as process:
        assert process.stdout is not None
        process.stdout.readline()
        (scans / "5.png").unlink()
        os.mkfifo(scans / "5.png")
        rows = [json.loads(line) for line in process.communicate(timeout=60)[0].splitlines()]
    assert process.returncode == 3
    assert [(row["relative"], row["reason"]) for row in rows if row["status"] == "failed"] == [("5.png", "unreadable")]
    assert set(read_tree(tmp_path / "color")) == {f"{n}.png" for n in range(5)}


def test_a_pipe_under_a_results_name_is_told_with_what_helps_and_no_option_is_named_that_does_not(
    tmp_path: Path,
) -> None:
    scans, out = write_tree(tmp_path / "scans", {"a.png": photos.png(), "b.png": photos.png()}), tmp_path / "color"
    out.mkdir()
    os.mkfifo(out / "a.png")
    command = ("restore", scans, "--out", out, "--device", "cpu", "--workers", 1)
    for more in ((), ("--overwrite",)):
        told = photocolor(*command, *more)
        assert told.code == 0
        assert "a.png: a named pipe has the result's name, and is never replaced: move it away" in told.err
        assert "something else has their result's name; --overwrite replaces it if it is a file" in " ".join(
            told.err.split()
        )
        assert (out / "a.png").is_fifo() and (out / "b.png").is_file()
    (out / "a.png").unlink()
    assert photocolor(*command).code == 0 and (out / "a.png").is_file()
