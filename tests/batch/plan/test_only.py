from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from runs import write_tree

from photocolor.batch.plan.only import choose_only, read_list, read_marks
from photocolor.batch.plan.targets import make_plan
from photocolor.errors import UsageError
from photocolor.settings import OutputFormat

ODD = os.fsdecode(b"caf\xe9\n.jpg")


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "scans", dict.fromkeys(["a/1.jpg", "a/2.jpg", "b/1.jpg", "3.png", ODD], b"x"))


def chosen(scans: Path, listed: str) -> tuple[list[str], list[str]]:
    """The photos that a list leaves, and its lines in vain."""
    path = scans.parent / "list.txt"
    path.write_bytes(listed.encode("utf-8", "surrogateescape"))
    found = choose_only(make_plan([scans], scans.parent / "out", OutputFormat.TIFF), path)
    assert len(found.plan) + found.others == 5
    return [entry.found.relative for entry in found.plan.entries], list(found.unknown)


def test_a_line_is_a_path_or_a_place_under_the_sources_or_under_the_results(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scans.parent)
    assert chosen(scans, f"{scans}/a/1.jpg\nb/1.jpg\r\n3.tif\nscans/a/2.jpg") == (
        ["3.png", "a/1.jpg", "a/2.jpg", "b/1.jpg"],
        [],
    )


def test_a_line_names_a_photo_in_another_spelling_if_it_is_the_only_one(tmp_path: Path) -> None:
    names = ["Gro\u0308\u00dfe/Cafe\u0301.jpg", "box/boy.PNG", "box/a.png", "box/b.png", "box/c.png"]
    scans = write_tree(tmp_path / "scans", dict.fromkeys(names, b"x"))
    listed = f"Gr\u00f6\u00dfe/Caf\u00e9.jpg\n{scans}/Box/Boy.png\nBOX/A.tif\nbox/d.png"
    assert chosen(scans, listed) == (["Gro\u0308\u00dfe/Cafe\u0301.jpg", "box/a.png", "box/boy.PNG"], ["box/d.png"])


def test_a_photo_stands_for_a_list_of_itself(scans: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(scans.parent)
    plan = make_plan([scans], scans.parent / "out", OutputFormat.KEEP)
    for name in ("a/1.jpg", "./scans/a/1.jpg", f"{scans}/a/1.jpg"):
        found = choose_only(plan, Path(name))
        assert [entry.relative for entry in found.plan.entries] == ["a/1.jpg"] and found.others == 4
    with pytest.raises(UsageError, match="none of the photos"):
        choose_only(plan, Path("1.jpg"))


def test_a_photo_without_its_ending_is_told_with_it(scans: Path) -> None:
    plan = make_plan([scans], scans.parent / "out", OutputFormat.KEEP)
    for given, meant in (("a/1", "a/1.jpg"), ("B/1", "b/1.jpg"), (f"{scans}/3", f"{scans}/3.png")):
        with pytest.raises(UsageError, match="neither a photo of these sources nor a text file") as caught:
            choose_only(plan, Path(given))
        assert caught.value.hint.startswith(f"Did you mean {meant}? Give its path")
    with pytest.raises(UsageError, match="neither") as caught:
        choose_only(plan, Path("list"))
    assert caught.value.hint.startswith("Give its path")


def test_what_is_not_found_is_told(scans: Path) -> None:
    assert chosen(scans, "\ufeffa/1.jpg\n\n1.jpg\n") == (["a/1.jpg"], ["1.jpg"])


def test_names_that_no_line_can_hold_are_json_strings(scans: Path) -> None:
    assert chosen(scans, json.dumps(ODD) + "\n") == ([ODD], [])
    with pytest.raises(UsageError, match="line 1"):
        chosen(scans, '"torn\n')


def test_marks_of_a_report_choose_what_is_not_good(scans: Path) -> None:
    marks = {f"{scans}/a/1.jpg": "wrong", f"{scans}/a/2.jpg": "good", f"{scans}/{ODD}": "again"}
    text = json.dumps({"photocolor_marks": 1, "marks": marks})
    assert chosen(scans, text) == (["a/1.jpg", ODD], [])
    (scans.parent / "marks.json").write_text(text)
    assert read_marks(scans.parent / "marks.json") == marks
    assert read_marks(scans.parent / "absent.json") == {}


@pytest.mark.parametrize(
    "text",
    ["{", '{"marks": {}}', '{"photocolor_marks": 1, "marks": {"a": "odd"}}', '{"photocolor_marks": 9, "marks": {}}'],
)
def test_other_files_are_refused(scans: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"list\.txt is no file of marks"):
        chosen(scans, text)


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the list .*absent cannot be read"):
        read_list(tmp_path / "absent")
    (tmp_path / "photo").write_bytes(b"\xff\xd8\0\0")
    with pytest.raises(UsageError, match="is no text"):
        read_list(tmp_path / "photo")
    (tmp_path / "wide").write_bytes("a.jpg\n".encode("utf-16"))
    with pytest.raises(UsageError, match="it is UTF-16") as caught:
        read_list(tmp_path / "wide")
    assert "UTF-8" in caught.value.hint
