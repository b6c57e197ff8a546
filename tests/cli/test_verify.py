"""`photocolor verify`: its lines, its JSON, its exit codes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import format_rows
import photos
import pytest
from commands import Here, words_of
from runs import read_tree, write_tree


@pytest.fixture
def trees(photocolor: Here, tmp_path: Path) -> tuple[Path, Path]:
    """Two scans, a color photo that is skipped, and their results."""
    files = {"a/1.png": photos.png(photos.gray()), "2.jpg": photos.jpeg(), "color.png": photos.png(photos.rgb())}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--workers", 1, "--quiet").code == 0
    return scans, out


def test_everything_that_holds_ends_with_0_and_changes_nothing(photocolor: Here, trees: tuple[Path, Path]) -> None:
    before = [read_tree(tree) for tree in trees]
    answer = photocolor("verify", *trees)
    assert answer.code == 0 and [read_tree(tree) for tree in trees] == before
    lines = answer.out.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["holds", "holds", "skipped"]
    assert "equal in all 3,072 pixels" in answer.out and "holds  " in lines[-2]


def test_results_without_any_color_hold_and_are_counted(photocolor: Here, tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "scans", {"1.png": photos.png(photos.gray())}), tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--strength", 0, "--quiet").code == 0
    assert "color at all" not in photocolor("verify", scans, out).out  # it was asked for
    result = out / "1.png"
    result.write_bytes(result.read_bytes().replace(b'"strength":0.0', b'"strength":1.0'))
    result.write_bytes(with_right_checksums(result.read_bytes()))
    answer = photocolor("verify", scans / "1.png", result, "--json")
    checks = {check["name"]: check for check in json.loads(answer.out)["checks"]}
    assert checks["color"]["holds"] and not checks["record"]["holds"]
    (out / ".photocolor" / "manifest.jsonl").unlink()
    answer = photocolor("verify", scans, out)
    assert answer.code == 0
    assert "color no pixel of the result has any" in answer.out
    assert "gray   1  of those that hold have no color at all" in answer.out


def with_right_checksums(data: bytes) -> bytes:
    """The PNG with checksums that fit its chunks."""
    parts, at = [data[:8]], 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        parts.append(photos.chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join(parts)


def test_what_does_not_hold_is_one_red_line_and_3(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    (out / "a" / "1.png").write_bytes(photos.png(photos.rgb(20, 20)))
    (out / "2.jpg").unlink()
    (out / "stray.jpg").write_bytes(photos.jpeg())
    answer = photocolor("verify", scans, out, "--quiet")
    assert answer.code == 3
    assert [line.split(":")[0] for line in answer.out.splitlines()] == ["missing", "does not hold", "extra"]
    assert "size: 64 × 48 became 20 × 20" in answer.out


def test_json_is_one_object_per_photo_with_every_check_and_tag(photocolor: Here, trees: tuple[Path, Path]) -> None:
    answer = photocolor("verify", *trees, "--json")
    rows = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 0 and [row["status"] for row in rows] == ["verified", "verified", "skipped"]
    assert {check["name"] for check in rows[0]["checks"]} >= {"gray", "provenance", "record"}
    assert all(item["reason"] for kind in ("changed", "lost", "added") for item in rows[0]["metadata"][kind])


def test_two_files_are_compared_as_they_are(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    assert photocolor("verify", scans / "2.jpg", out / "2.jpg").code == 0
    assert photocolor("verify", scans / "a/1.png", scans / "a/1.png").code == 3


def test_the_closing_table_says_what_helps_and_that_helps(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    first, second = sorted(path for path in out.rglob("*.*") if path.is_file() and ".photocolor" not in path.parts)[:2]
    data = first.read_bytes()
    first.chmod(0o644)
    first.write_bytes(data[:-40] + bytes(40))
    second.unlink()
    (out / "mine.jpg").write_bytes(photos.jpeg())
    told = " ".join(photocolor("verify", scans, out).out.split())
    assert "move it away and run the same photocolor restore again" in told
    assert "makes it, or says why not" in told and "move them away if they are not wanted" in told
    first.rename(scans.parent / "broken")
    (out / "mine.jpg").unlink()
    assert photocolor("restore", scans, "--out", out, "--device", "cpu", "--workers", 1, "--quiet").code == 0
    assert photocolor("verify", scans, out).code == 0
    assert first.read_bytes() == data


def test_a_missing_path_is_a_usage_error(photocolor: Here, trees: tuple[Path, Path]) -> None:
    answer = photocolor("verify", trees[0], trees[1] / "nowhere")
    assert answer.code == 2 and "does not exist" in answer.err


def test_photos_without_a_usual_suffix_are_judged_to_the_end(photocolor: Here, tmp_path: Path) -> None:
    files = {
        "x.jif": photos.jpeg(),
        "noext": photos.png(),
        "sub/y.jph": photos.jpeg(),
        "z.jpg": photos.jpeg(dpi=(72, 72)),
    }
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "out"
    named = [scans / name for name in files]
    assert photocolor("restore", *named, "--out", out, "--workers", 1, "--quiet").code == 0
    assert photocolor("verify", scans, out).code == 0
    (out / "noext").unlink()
    (out / "x.jif").write_bytes((out / "z.jpg").read_bytes())
    answer = photocolor("verify", scans, out, "--quiet")
    assert answer.code == 3
    assert [line.split(":")[0] for line in answer.out.splitlines()] == ["missing", "does not hold"]


def test_results_in_two_formats_are_both_judged_and_none_is_extra(photocolor: Here, tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "scans", {"a.jpg": photos.jpeg()}), tmp_path / "out"
    for kind in ("keep", "png"):
        assert photocolor("restore", scans, "--out", out, "--workers", 1, "--quiet", "--format", kind).code == 0
    answer = photocolor("verify", scans, out)
    assert answer.code == 0 and answer.out.count("holds: ") == 2
    report = json.loads(photocolor("report", out, "--json").out)
    assert (report["photos"], report["done"]) == (1, 1)


def test_one_source_from_two_folders_counts_once_in_the_report(photocolor: Here, tmp_path: Path) -> None:
    scans, out = write_tree(tmp_path / "scans", {"sub/a.jpg": photos.jpeg(), "b.jpg": photos.jpeg()}), tmp_path / "out"
    for source in (scans / "sub", scans):
        assert photocolor("restore", source, "--out", out, "--workers", 1, "--quiet").code == 0
    assert json.loads(photocolor("report", out, "--json").out)["photos"] == 2


def test_a_line_that_cannot_be_read_does_not_pass(photocolor: Here, trees: tuple[Path, Path]) -> None:
    scans, out = trees
    manifest = out / ".photocolor" / "manifest.jsonl"
    manifest.write_bytes(b"nonsense\n" + manifest.read_bytes())
    answer = photocolor("verify", scans, out, "--quiet")
    assert answer.code == 3 and answer.out.startswith("damaged: ")


def test_a_library_that_is_missing_here_is_told_with_the_command_that_brings_it(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = tmp_path / "scan.heic"
    scan.write_bytes(format_rows.heic(format_rows.neutral(), 1))
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    answer = photocolor("verify", scan, scan)
    assert answer.code == 3 and 'pip install "photocolor[heic]"' in answer.out


def test_one_of_several_sources_is_answered_with_the_folder_that_holds_them_all(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("1950/a.png", "1951/b.png", "elsewhere/c.png"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(photos.png(photos.gray()))
    assert photocolor("restore", "1950", "1951", "--out", "color", "--device", "cpu").code == 0
    answer = photocolor("verify", "1950", "color")
    assert (answer.code, answer.out) == (2, "") and f"the photos of color lie in {tmp_path}, none in 1950" in answer.err
    line = answer.err.strip().rpartition("To compare these two: photocolor ")[2]
    answer = photocolor(*words_of(line))
    assert "holds    2  every check holds" in answer.out and "c.png: no result" in answer.out
    (tmp_path / "1950" / "a.png").unlink()  # from now on one is gone, and which folder is meant is not certain
    assert "its source is not in 1951" in photocolor("verify", "1951", "color").out


@pytest.mark.parametrize(("reason", "code"), [("already_color", 3), ("negative", 3), ("exists", 0)])
def test_a_result_of_a_photo_that_was_left_alone_by_its_line_is_noticed(
    photocolor: Here, trees: tuple[Path, Path], reason: str, code: int
) -> None:
    scans, out = trees
    manifest = out / ".photocolor" / "manifest.jsonl"
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    for line in lines:
        if line["relative"] == "2.jpg":
            line |= {"status": "skipped", "reason": reason, "detail": "why", "stale_result": ""}
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    for answer in (photocolor("verify", scans, out), photocolor("verify", scans / "2.jpg", out / "2.jpg")):
        told = "record: the manifest says that the photo was left alone: why; no line tells of this result"
        assert (answer.code, told in answer.out) == (code, code == 3)
    (out / "2.jpg").unlink()
    assert "skipped: " in photocolor("verify", scans, out).out


def test_a_result_that_an_earlier_run_left_of_a_photo_that_is_left_alone_now_holds(
    photocolor: Here, trees: tuple[Path, Path]
) -> None:
    scans, out = trees
    again = ("restore", scans, "--out", out, "--workers", 1, "--quiet")
    assert photocolor(*again, "--already-color", "force").code == 0
    assert "warning: " in photocolor(*again[:-1]).err
    answer = photocolor("verify", scans, out, "--quiet")
    assert (answer.code, answer.out) == (0, "")
