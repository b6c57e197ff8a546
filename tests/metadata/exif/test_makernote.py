"""Promises about makers' notes that are moved."""

from __future__ import annotations

import annotated
import pytest

from photocolor.metadata.exif.makernote import moved


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_note_with_absolute_offsets_is_as_if_it_had_been_written_there(order: str) -> None:
    build = annotated.canon_note(order)
    assert moved(build(1000), 1000, 54_321) == build(54_321)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_note_that_begins_with_a_name_too(order: str) -> None:
    build = annotated.canon_note(order)
    note = b"OLYMP\0\1\0" + build(1008)
    assert moved(note, 1000, 9000) == b"OLYMP\0\1\0" + build(9008)


def test_a_note_whose_offsets_count_from_itself_stays() -> None:
    note = b"OLYMPUS\0II\3\0" + annotated.canon_note("<")(12)
    assert moved(note, 8, 9000) == note
    relative = annotated.canon_note("<")(0)
    assert moved(relative, 5000, 9000) == relative


@pytest.mark.parametrize("note", [b"", b"KDK0100", bytes(100), b"\xff" * 100, b"\x03\0" + bytes(5)])
def test_what_is_no_directory_stays(note: bytes) -> None:
    assert moved(note, 100, 9000) == note
