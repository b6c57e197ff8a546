"""Holes of zeros in coded data are found wherever they lie."""

from __future__ import annotations

import random

import pytest

from photocolor.image.plausibility import _PIECE_BYTES, ZERO_RUN_BYTES, zero_run


@pytest.mark.parametrize("at", [0, 5000, _PIECE_BYTES - 1, _PIECE_BYTES - ZERO_RUN_BYTES + 1, _PIECE_BYTES, -700])
@pytest.mark.parametrize(("filling", "what"), [(b"\0", "zero bytes"), (b"\xff", "bytes of 255")])
def test_a_hole_is_found_also_where_two_pieces_of_the_search_meet(at: int, filling: bytes, what: str) -> None:
    data = bytearray(random.Random(1).randbytes(2 * _PIECE_BYTES))
    start = at % len(data)
    data[start : start + 700] = 700 * filling
    if start + 700 < len(data):
        data[start + 700] = 7
    assert zero_run(bytes(data)).startswith(f"700 {what}")
    assert zero_run(bytes(data), start + 700) == ""
    data[start : start + 700] = (ZERO_RUN_BYTES - 1) * filling + (701 - ZERO_RUN_BYTES) * b"\x07"
    assert zero_run(bytes(data)) == ""
