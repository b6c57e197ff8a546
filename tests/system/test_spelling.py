"""A name that is like the one that was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import photocolor as command

from photocolor.system.spelling import spelling_hint


@pytest.mark.parametrize(("typed", "meant"), [
    ("scan", "scans"), ("Scans/1950/ana.jpg", ""), ("scans/1950/ana.jpg", "scans/1950/anna.jpg"),
    ("scnas/1950", "scans/1950"), ("scnas/1951", ""), ("holiday", ""), ("scans/1950/anna.jpg/x", ""),
])  # fmt: skip
def test_what_is_like_a_name_is_suggested_if_it_is_there(tmp_path: Path, typed: str, meant: str) -> None:
    (tmp_path / "scans" / "1950").mkdir(parents=True)
    (tmp_path / "scans" / "1950" / "anna.jpg").touch()
    hint = spelling_hint(tmp_path / typed)
    assert hint == (f"Did you mean {tmp_path / meant}?" if meant else "Check the spelling, and quote spaces.")


def test_a_source_that_is_misspelled_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    answer = command("restore", tmp_path / "scan", "--out", tmp_path / "color")
    assert answer.code == 2
    assert f"Did you mean {tmp_path / 'scans'}?" in answer.err


@pytest.mark.parametrize("address", ["https://example.com/anna.jpg", "HTTP://example.com/anna.jpg"])
def test_an_address_on_the_web_is_answered_with_what_to_do(tmp_path: Path, address: str) -> None:
    for words in (("preview", address), ("verify", address, tmp_path)):
        answer = command(*words)
        assert answer.code in (2, 3) and "save the photo first, and name that file" in answer.err
