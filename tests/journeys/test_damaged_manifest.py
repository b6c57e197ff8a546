"""A damaged line of the manifest: every command names it, the advice is followed word for word, and nothing is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import photos
import pytest
from commands import Here, started, words_of
from runs import read_tree, write_tree

from photocolor.batch.records.lock import OutputLock

NAMES = tuple(f"box {number % 2}/größe {number}.jpg" for number in range(4))
CPU = ("--device", "cpu", "--workers", 1)


def changed(line: bytes, **fields: object) -> bytes:
    return json.dumps(json.loads(line) | fields, separators=(",", ":")).encode() + b"\n"


POSIX = os.name == "posix"
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "its end is cut off": lambda line: line[:400] + b"\n",
    "its beginning is cut off": lambda line: line[300:],
    "garbage": lambda line: b"\xff\xfe\x01garbage\x1b[31m\n",
    "zeros in its place": lambda line: bytes(len(line) - 1) + b"\n",
    "zeros inside": lambda line: line[:200] + bytes(50) + line[250:],
    "zeros before it": lambda line: bytes(300) + line,
    "its newline is gone": lambda line: line[:-1],
    "another type": lambda line: changed(line, result_bytes="many"),
    "another type that only the report looks at": lambda line: changed(line, doubt=["0.5"]),
    "a time that is none": lambda line: changed(line, time=5),
    "another program's": lambda line: changed(line, tool=None),
    "a place elsewhere": lambda line: changed(line, relative="../secret.jpg"),
    "a place that no system can name": lambda line: changed(line, relative="\0/1.jpg"),
    "a source that no system can name": lambda line: changed(line, source="\ud800/1.jpg" if POSIX else "\0"),
    "a status that is none": lambda line: changed(line, status="donf"),
    "a later schema": lambda line: line.replace(b'{"v":1,', b'{"v":7,'),
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run that is done."""
    home = tmp_path_factory.mktemp("finished")
    write_tree(home / "scans", {name: photos.jpeg(photos.gray(seed=at)) for at, name in enumerate(NAMES)})
    with started("restore", home / "scans", "--out", home / "color", *CPU) as process:
        assert process.wait(100) == 0
    return home


@pytest.fixture
def home(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(finished, tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def manifest(home: Path) -> Path:
    return home / "color" / ".photocolor" / "manifest.jsonl"


def damage(home: Path, change: Callable[[bytes], bytes], at: int = 1) -> bytes:
    """Damages one line; returns it as it was."""
    lines = manifest(home).read_bytes().splitlines(keepends=True)
    whole, lines[at] = lines[at], change(lines[at])
    manifest(home).write_bytes(b"".join(lines))
    return whole


def advised(told: str) -> list[str]:
    """The command that a message shows, as a person types it."""
    match = re.search(r"photocolor (repair-manifest .*)", told)
    assert match is not None, told
    return words_of(match[1])


def last_lines(home: Path) -> dict[str, dict[str, object]]:
    return {line["relative"]: line for line in map(json.loads, manifest(home).read_bytes().splitlines())}


@pytest.mark.parametrize("how", DAMAGES)
def test_the_advice_leads_to_a_whole_bag_of_the_same_results(home: Path, photocolor: Here, how: str) -> None:
    results = {name: data for name, data in read_tree(home / "color").items() if name in NAMES}
    before = last_lines(home)
    damage(home, DAMAGES[how])
    damaged_bytes = manifest(home).read_bytes()
    for command in (("export-bag", "color", "--to", "bag"), ("export-premis", "color", "--to", "records")):
        refused = photocolor(*command)
        assert refused.code in (3, 5) and "defect" not in refused.err
        assert "manifest.jsonl, line 2" in refused.err and "\x1b" not in refused.err
        assert not (home / "bag").exists() and not (home / "records").exists()
    proof = photocolor("verify", "scans", "color")
    assert proof.code in (3, 5) and advised(proof.out + proof.err) == advised(refused.err)
    assert manifest(home).read_bytes() == damaged_bytes, "whoever only looks changes nothing"

    repaired = photocolor(*advised(refused.err))
    assert repaired.code == 0, repaired.err
    assert "The same photocolor restore again" in repaired.out
    assert photocolor("restore", "scans", "--out", "color", *CPU).code == 0
    assert {name: data for name, data in read_tree(home / "color").items() if name in NAMES} == results
    after = last_lines(home)
    assert {name: line["result_sha256"] for name, line in after.items()} == {
        name: line["result_sha256"] for name, line in before.items()
    }
    assert photocolor("export-bag", "color", "--to", "bag", "--sources").code == 0
    assert set(read_tree(home / "bag/data/results")) == set(NAMES)
    assert "of 4 results" in photocolor("export-premis", "color", "--to", "records").out
    assert photocolor("verify", "scans", "color", "--quiet").code == 0
    report = photocolor("report", "color", "--json")
    assert (json.loads(report.out)["damaged_lines"], json.loads(report.out)["done"]) == (0, 4)
    again = photocolor("restore", "scans", "--out", "color", "--json", *CPU)
    assert [json.loads(line)["reason"] for line in again.out.splitlines()] == ["done"] * 4
    assert "damaged" not in again.err


@pytest.mark.parametrize("how", DAMAGES)
def test_what_is_taken_out_is_kept_to_the_last_byte_and_goes_into_the_bag(
    home: Path, photocolor: Here, how: str
) -> None:
    damage(home, DAMAGES[how])
    lines = manifest(home).read_bytes().splitlines(keepends=True)
    assert photocolor("repair-manifest", "color", "--newer").code == 0
    kept = [json.loads(line) for line in (home / "color/.photocolor/damaged-lines.jsonl").read_text().splitlines()]
    assert [(row["manifest"], row["line"]) for row in kept] == [("manifest.jsonl", 2)]
    assert kept[0]["bytes"].encode("latin-1") == lines[1]
    left = manifest(home).read_bytes()
    assert set(lines) - {lines[1]} <= set(left.splitlines(keepends=True))
    told = photocolor("export-bag", "color", "--to", "bag")
    assert told.code == 0
    whole = how in ("zeros before it", "its newline is gone")
    assert ("is left out: no line of the manifest tells of it" in told.err) is not whole
    assert len(read_tree(home / "bag/data/results")) == 3 + whole
    assert json.loads((home / "bag/data/records/damaged-lines.jsonl").read_text()) == kept[0]
    again = photocolor("repair-manifest", "color", "--newer")
    assert again.code == 0 and "every line of the manifest can be read" in again.out
    assert manifest(home).read_bytes() == left


def test_the_line_of_a_photo_that_a_later_run_did_again_costs_nothing(home: Path, photocolor: Here) -> None:
    assert photocolor("restore", "scans", "--out", "color", "--strength", "0.5", *CPU).code == 0
    damage(home, DAMAGES["zeros inside"])
    assert photocolor("repair-manifest", "color").code == 0
    told = photocolor("export-bag", "color", "--to", "bag")
    assert told.code == 0 and "left out" not in told.err
    again = photocolor("restore", "scans", "--out", "color", "--strength", "0.5", "--json", *CPU)
    assert [json.loads(line)["reason"] for line in again.out.splitlines()] == ["done"] * 4


@pytest.mark.parametrize("how", ["garbage", "zeros inside"])
def test_the_lost_line_of_a_later_run_does_not_bring_back_the_earlier_one(
    home: Path, photocolor: Here, how: str
) -> None:
    command = ("restore", "scans", "--out", "color", "--strength", "0.5", *CPU)
    assert photocolor(*command).code == 0
    results = {name: data for name, data in read_tree(home / "color").items() if name in NAMES}
    damage(home, DAMAGES[how], at=5)
    repaired = photocolor("repair-manifest", "color")
    assert repaired.code == 0 and "does anew" in repaired.out
    assert photocolor(*command).code == 0
    if how == "garbage":  # which of the results it was cannot be told, and each may have been changed by hand
        assert "--overwrite makes it anew" in repaired.out
        refused = photocolor("export-bag", "color", "--to", "bag")
        assert refused.code == 3 and refused.err.count("it is not as the manifest says") == 1
        assert photocolor(*command, "--overwrite").code == 0
    assert photocolor("export-bag", "color", "--to", "bag").code == 0
    assert read_tree(home / "bag/data/results") == results


def test_a_result_that_was_changed_by_hand_is_not_made_anew(home: Path, photocolor: Here) -> None:
    for at, how in enumerate(("garbage", "zeros inside")):
        edited = home / "color" / json.loads(manifest(home).read_bytes().splitlines()[at])["relative"]
        edited.write_bytes(edited.read_bytes() + b"a note that somebody added")
        if how == "garbage":
            continue  # the line of another photo is garbage
        damage(home, DAMAGES[how], at)
    damage(home, DAMAGES["garbage"], at=2)
    before = {name: data for name, data in read_tree(home / "color").items() if name in NAMES}
    assert photocolor("repair-manifest", "color").code == 0
    again = photocolor("restore", "scans", "--out", "color", "--json", *CPU)
    reasons = [json.loads(line).get("reason", "") for line in again.out.splitlines()]
    assert sorted(reasons) == ["", "done", "exists", "exists"]
    assert {name: data for name, data in read_tree(home / "color").items() if name in NAMES} == before


def test_results_of_lost_lines_are_named_and_never_left_out_in_silence(home: Path, photocolor: Here) -> None:
    manifest(home).write_bytes(b"")
    (home / "color" / "stranger.jpg").write_bytes(photos.jpeg())
    for command, to in (("export-bag", "bag"), ("export-premis", "records")):
        told = photocolor(command, "color", "--to", to)
        assert (told.code, told.err.count("is left out: no line of the manifest tells of it")) == (0, 4)
        assert "stranger" not in told.err and "photocolor restore with --overwrite" in told.err
        shutil.rmtree(home / to)
    assert photocolor("restore", "scans", "--out", "color", "--overwrite", *CPU).code == 0
    told = photocolor("export-bag", "color", "--to", "bag")
    assert told.code == 0 and not told.err
    assert set(read_tree(home / "bag/data/results")) == set(NAMES)


def test_a_file_that_photocolor_did_not_write_stays(home: Path, photocolor: Here) -> None:
    stranger = home / "color" / NAMES[0]
    stranger.write_bytes(photos.jpeg(photos.rgb(9, 9)))
    before = stranger.read_bytes()
    damage(home, DAMAGES["garbage"], at=0)
    assert photocolor("repair-manifest", "color").code == 0
    assert photocolor("restore", "scans", "--out", "color", *CPU).code == 0
    assert stranger.read_bytes() == before


def test_every_manifest_is_repaired_and_shards_go_on(tmp_path: Path, photocolor: Here) -> None:
    scans = write_tree(tmp_path / "scans", {name: photos.jpeg(photos.gray(seed=at)) for at, name in enumerate(NAMES)})
    out = tmp_path / "color"
    shards = ("1/2", "2/2")
    for shard in shards:
        assert photocolor("restore", scans, "--out", out, "--shard", shard, *CPU).code == 0
    parts = sorted((out / ".photocolor").glob("manifest-*.jsonl"))
    assert len(parts) == 2
    for part in parts:
        lines = part.read_bytes().splitlines(keepends=True)
        part.write_bytes(b"".join([lines[0][:250] + b"\n", *lines[1:]]))
    refused = photocolor("export-bag", out, "--to", tmp_path / "bag")
    assert all(f"{part}, line 1" in refused.err for part in parts)
    assert photocolor(*advised(refused.err)).code == 0
    for shard in shards:
        assert photocolor("restore", scans, "--out", out, "--shard", shard, *CPU).code == 0
    assert photocolor("export-bag", out, "--to", tmp_path / "bag").code == 0
    assert set(read_tree(tmp_path / "bag/data/results")) == set(NAMES)


def test_nothing_is_repaired_while_a_run_is_at_work_or_where_none_was(home: Path, photocolor: Here) -> None:
    damage(home, DAMAGES["garbage"])
    before = read_tree(home)
    with OutputLock(home / "color"):
        refused = photocolor("repair-manifest", "color")
    assert refused.code == 4 and "another run is writing into color" in refused.err
    assert photocolor("repair-manifest", "scans").code == 2
    assert photocolor("repair-manifest", "nowhere").code == 2
    assert read_tree(home) == before


def test_a_line_of_a_newer_photocolor_stays_unless_that_is_asked_for(home: Path, photocolor: Here) -> None:
    damage(home, DAMAGES["a later schema"], at=0)
    damage(home, DAMAGES["zeros inside"], at=2)
    before = manifest(home).read_bytes().splitlines()
    assert photocolor("repair-manifest", "color").code == 0
    assert manifest(home).read_bytes().splitlines() == [before[0], before[1], before[3]]
    assert photocolor("export-bag", "color", "--to", "bag").code == 5


@pytest.mark.skipif(sys.platform == "win32", reason="a process is killed at a moment, as POSIX can")
def test_a_repair_that_is_killed_at_any_moment_loses_no_line(home: Path, tmp_path: Path) -> None:
    whole_lines = set(manifest(home).read_bytes().splitlines(keepends=True))
    filler = b"".join(changed(line, relative=f"more/{at}.jpg") for at in range(3000) for line in [min(whole_lines)])
    manifest(home).write_bytes(manifest(home).read_bytes() + filler)
    whole = damage(home, DAMAGES["garbage"])
    expected = set(manifest(home).read_bytes().splitlines(keepends=True)) - {DAMAGES["garbage"](whole)}
    for delay_ms in range(300, 700, 25):
        out = tmp_path / str(delay_ms)
        shutil.copytree(home / "color", out)
        with started("repair-manifest", out) as process:
            time.sleep(delay_ms / 1000)
            process.send_signal(signal.SIGKILL)
        subprocess.run([sys.executable, "-m", "photocolor", "repair-manifest", out], check=True, capture_output=True)
        lines = set((out / ".photocolor/manifest.jsonl").read_bytes().splitlines(keepends=True))
        assert lines == expected
        kept = (out / ".photocolor/damaged-lines.jsonl").read_text().splitlines()
        assert {json.loads(row)["bytes"] for row in kept} == {DAMAGES["garbage"](whole).decode("latin-1")}
        names = {path.name for path in (out / ".photocolor").iterdir()}
        assert names <= {"manifest.jsonl", "damaged-lines.jsonl", "at-work.jsonl", "lock"}
