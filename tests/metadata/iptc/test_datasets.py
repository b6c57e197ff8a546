"""How many datasets of IPTC-IIM are taken where a format has no place for them, and that the rest is told."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import photos
import pytest
from commands import photocolor
from runs import write_tree

from photocolor.metadata.limits import MOST_BLOCKS


def keywords(count: int) -> bytes:
    return b"".join(b"\x1c\x02\x19\0\5%05x" % number for number in range(count))


@pytest.mark.parametrize(("further", "told"), [(0, False), (1, True)])
def test_the_first_ten_thousand_go_into_a_webp_and_the_rest_is_told(further: int, told: bool, tmp_path: Path) -> None:
    half = (MOST_BLOCKS + further) // 2
    words = keywords(half), keywords(MOST_BLOCKS + further - half)
    block = b"".join(b"8BIM\x04\x04\0\0" + struct.pack(">I", len(word)) + word for word in words)
    photo = photos.jpeg()
    for at in reversed(range(0, len(block), 65_000)):
        photo = photos.with_segment(photo, 0xED, b"Photoshop 3.0\0" + block[at : at + 65_000])
    scans, out = write_tree(tmp_path / "in", {"a.jpg": photo}), tmp_path / "out"
    answer = photocolor("restore", scans, "--out", out, "--device", "cpu", "--format", "webp", "--json")
    (row,) = (json.loads(line) for line in answer.out.splitlines())
    assert row["status"] == "done"
    assert (
        any("metadata_left_behind: 1 IPTC records: there are too many" in warning for warning in row["warnings"])
        is told
    )
    assert photocolor("verify", scans, out).code == 0
