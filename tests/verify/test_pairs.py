"""Two trees: every source with its result, by the manifest of the run or by place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from photocolor.errors import OutputError, UsageError
from photocolor.verify.claims.recalled import recall_lines
from photocolor.verify.pairs import Assignment, assign


def touch(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    return root


def line(relative: str, source: str, status: str = "done", **more: object) -> dict[str, object]:
    done = {"source_sha256": "a" * 64, "result_sha256": "b" * 64, "result_bytes": 1}
    head = {"v": 1, "status": status, "relative": relative, "source": source, "source_bytes": 1, "source_mtime_ns": 1}
    head |= {
        "model": "fake",
        "model_sha256": "c" * 64,
        "settings_digest": "d" * 16,
        "reason": "",
        "tool": "photocolor 0",
    }
    head |= {"time": "2026-11-28T00:00:00+00:00"}
    return head | (done if status == "done" else {}) | more


def remember(out: Path, *lines: dict[str, object], torn: str = "") -> None:
    (out / ".photocolor").mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(item) + "\n" for item in lines) + torn
    (out / ".photocolor" / "manifest.jsonl").write_text(text)


def by_name(assignments) -> dict[str, Assignment]:
    return {(item.source or item.result).name: item for item in assignments}


def test_trees_without_a_manifest_are_paired_by_place_whatever_the_suffix(tmp_path: Path) -> None:
    source = touch(tmp_path / "in", "a/1.jpg", "a/2.tif", "b/1.jpg")
    out = touch(tmp_path / "out", "a/1.jpg", "a/2.png")
    found = list(assign(source, out))
    assert [(item.source, item.result) for item in found] == [
        (source / "a/1.jpg", out / "a/1.jpg"),
        (source / "a/2.tif", out / "a/2.png"),
        (source / "b/1.jpg", None),
    ]
    assert found[2].detail == "no result" and found[0].recorded is None


def test_the_manifest_says_which_result_is_whose_even_after_the_source_folder_moved(tmp_path: Path) -> None:
    source = touch(tmp_path / "moved", "a.tif", "a.jpg")
    out = touch(tmp_path / "out", "a.png", "a.jpg")
    remember(out, line("a.png", "/old/place/a.tif"), line("a.jpg", "/old/place/a.jpg"), torn='{"v": 1, "sta')
    found = by_name(assign(source, out))
    assert found["a.tif"].result == out / "a.png" and found["a.jpg"].result == out / "a.jpg"
    recorded = found["a.tif"].recorded
    assert recorded is not None and (recorded.result_sha256, recorded.result_bytes) == ("b" * 64, 1)


def test_missing_skipped_failed_and_extra_are_told_apart(tmp_path: Path) -> None:
    source = touch(tmp_path / "in", "gone.jpg", "color.jpg", "bad.jpg", "new.jpg")
    out = touch(tmp_path / "out", "stray.jpg", "orphan.jpg")
    remember(
        out,
        line("gone.jpg", "in/gone.jpg"),
        line("color.jpg", "in/color.jpg", "skipped", reason="already_color", detail="it has color"),
        line("bad.jpg", "in/bad.jpg", "failed", reason="truncated", message="the JPEG is cut off"),
        line("orphan.jpg", "in/orphan.jpg"),
    )
    found = by_name(assign(source, out))
    assert found["color.jpg"].skipped == "it has color"
    assert "file is gone" in found["gone.jpg"].detail and "cut off" in found["bad.jpg"].detail
    assert found["new.jpg"].detail == "no result"
    assert found["stray.jpg"].source is None and found["stray.jpg"].detail == "no source belongs to it"
    assert found["orphan.jpg"].detail == f"its source is not in {source}"


def test_a_photo_that_was_done_once_and_skipped_later_keeps_its_record(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "a.jpg"), touch(tmp_path / "out", "a.jpg")
    remember(out, line("a.jpg", "in/a.jpg"), line("a.jpg", "in/a.jpg", "skipped", reason="done"))
    (found,) = assign(source, out)
    assert found.result is not None and found.recorded is not None


def test_a_single_result_finds_the_manifest_of_its_folder(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "b/a.jpg"), touch(tmp_path / "out", "b/a.jpg")
    remember(out, line("b/a.jpg", "in/b/a.jpg"))
    (found,) = assign(source / "b/a.jpg", out / "b/a.jpg")
    assert found.recorded is not None


def test_a_single_result_whose_own_line_may_be_damaged_is_told_so(tmp_path: Path) -> None:
    """Without its record less is proved of it, and nobody would know."""
    source, out = touch(tmp_path / "in", "a.jpg", "b.jpg"), touch(tmp_path / "out", "a.jpg", "b.jpg")
    remember(out, line("a.jpg", "in/a.jpg"), line("b.jpg", "in/b.jpg", result_bytes="x"))
    assert [(item.recorded is None, item.damaged) for item in assign(source / "b.jpg", out / "b.jpg")] == [
        (True, 0),
        (True, 1),
    ]
    (known,) = assign(source / "a.jpg", out / "a.jpg")
    assert known.recorded is not None


def test_a_file_and_a_folder_or_a_missing_path_are_refused(tmp_path: Path) -> None:
    out = touch(tmp_path / "out", "a.jpg")
    with pytest.raises(UsageError, match="one of the two"):
        assign(out / "a.jpg", out)
    with pytest.raises(UsageError, match="does not exist"):
        assign(tmp_path / "nowhere", out)


def test_a_folder_without_a_manifest_has_no_memory(tmp_path: Path) -> None:
    assert recall_lines(tmp_path) == {}


def test_a_photo_is_judged_whatever_its_suffix(tmp_path: Path) -> None:
    names = ("x.jif", "noext", "x.jph", "sub/y.scan")
    source, out = touch(tmp_path / "in", *names, "notes.txt"), touch(tmp_path / "out", "x.jif", "sub/y.scan")
    remember(out, *(line(name, f"in/{name}") for name in names))
    found = by_name(assign(source, out))
    assert found["x.jif"].result == out / "x.jif" and found["x.jif"].recorded is not None
    assert found["y.scan"].result == out / "sub/y.scan"
    assert "file is gone" in found["noext"].detail and "file is gone" in found["x.jph"].detail
    assert "notes.txt" not in found


def test_an_odd_suffix_of_another_format_finds_its_result(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "x.jif", "noext"), touch(tmp_path / "out", "x.png", "noext.png")
    remember(out, line("x.png", "in/x.jif"), line("noext.png", "in/noext"))
    found = list(assign(source, out))
    assert [item.result for item in found] == [out / "noext.png", out / "x.png"]


def test_results_of_an_earlier_format_belong_to_their_source(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "a.jpg", "b.jpg"), touch(tmp_path / "out", "a.jpg", "a.png", "b.png")
    remember(out, *(line(name, f"in/{name[0]}.jpg") for name in ("a.jpg", "b.jpg", "a.png", "b.png")))
    found = list(assign(source, out))
    assert [(item.source, item.result) for item in found if item.result] == [
        (source / "a.jpg", out / "a.jpg"),
        (source / "a.jpg", out / "a.png"),
        (source / "b.jpg", out / "b.png"),
    ]
    assert [item.skipped for item in found if not item.result] == ["an earlier result in another format, which is gone"]


def test_a_source_that_is_gone_is_told_with_its_result_or_without(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "c.jpg"), touch(tmp_path / "out", "a.jif", "c.jpg")
    remember(out, line("a.jif", "in/a.jif"), line("b.jif", "in/b.jif"), line("c.jpg", "in/c.jpg"))
    found = by_name(assign(source, out))
    assert found["a.jif"].source is None and found["a.jif"].detail == f"its source is not in {source}"
    assert found["b.jif"].result is None and "and its result, too" in found["b.jif"].detail


def test_a_failed_folder_that_can_be_read_again_is_judged_by_its_photos(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "sub/a.jpg"), touch(tmp_path / "out", "sub/a.jpg")
    remember(out, line("sub", "in/sub", "failed", message="Permission denied"), line("sub/a.jpg", "in/sub/a.jpg"))
    assert [item.result for item in assign(source, out)] == [out / "sub/a.jpg"]


@pytest.mark.parametrize("place", ["../secret.jpg", "/etc/hosts", "a/../../x", "a\\..\\..\\x"])
def test_a_place_outside_of_the_folders_is_a_damaged_line_and_never_opened(place: str, tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "a.jpg"), touch(tmp_path / "out", "a.jpg")
    touch(tmp_path, "secret.jpg")
    remember(out, line("a.jpg", "in/a.jpg"), line(place, place))
    found = list(assign(source, out))
    assert [item.damaged for item in found] == [0, 1]


def test_a_result_behind_a_link_to_another_folder_is_gone(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "sub/a.jif"), touch(tmp_path / "out", "b.jpg")
    touch(tmp_path / "elsewhere", "a.jif")
    (out / "sub").symlink_to(tmp_path / "elsewhere")
    remember(out, line("sub/a.jif", "in/sub/a.jif"))
    assert by_name(assign(source, out))["a.jif"].result is None


@pytest.mark.parametrize("bad", ["[" * 100_000, '{"relative": 1e999}', '{"v": NaN}', "nonsense", "{}"])
def test_lines_that_cannot_be_read_are_counted_and_end_nothing(bad: str, tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "a.jpg"), touch(tmp_path / "out", "a.jpg")
    remember(out, line("a.jpg", "in/a.jpg"), torn=bad + "\n" + '{"v": 1, "sta')
    found = list(assign(source, out))
    assert [item.damaged for item in found] == [0, 1]


def test_a_manifest_of_a_newer_photocolor_is_refused(tmp_path: Path) -> None:
    source, out = touch(tmp_path / "in", "a.jpg"), touch(tmp_path / "out", "a.jpg")
    remember(out, line("a.jpg", "in/a.jpg", v=99))
    with pytest.raises(OutputError, match="newer photocolor"):
        list(assign(source, out))


def test_a_photo_and_a_folder_are_answered_with_the_photo_and_its_result(tmp_path: Path) -> None:
    touch(tmp_path, "scan.jpg", "color/scan.jpg", "other/no.jpg")
    with pytest.raises(UsageError) as refused:
        assign(tmp_path / "scan.jpg", tmp_path / "color")
    assert refused.value.hint.endswith(f"photocolor verify {tmp_path}/scan.jpg {tmp_path}/color/scan.jpg")
    with pytest.raises(UsageError) as refused:
        assign(tmp_path / "scan.jpg", tmp_path / "other")
    assert refused.value.hint == "Name two files, or two folders."
