"""Photos decoded small."""

from __future__ import annotations

import random
import re

import photos
import pytest

from photocolor.color.resize import resize
from photocolor.containers import jpeg
from photocolor.containers.jpeg import next_marker
from photocolor.errors import PhotoError, TooLarge, TruncatedPhoto
from photocolor.image.decode import decode
from photocolor.image.display.decode_small import decode_reduced

CODES = 2.0
"""Mean difference in codes of 255 that halving in the decoder may make against halving its pixels."""


@pytest.mark.parametrize("build", [photos.jpeg, photos.png, photos.webp, photos.tiff])
def test_the_longer_side_is_what_was_asked_for_and_the_real_size_is_told(build) -> None:
    data = build(photos.rgb(301, 403))
    photo, shape = decode_reduced(data, 10, 100)
    assert (photo.height, photo.width) == (75, 100)
    assert shape == (301, 403)


@pytest.mark.parametrize("side", [1, 50, 100, 101, 200, 201, 399, 400])
def test_a_reduced_jpeg_shows_what_the_whole_one_does(side: int) -> None:
    data = photos.jpeg(photos.gray(300, 400), orientation=6)
    photo, _ = decode_reduced(data, 10, side)
    whole = resize(decode(data, 10).pixels, photo.height, photo.width)
    assert max(photo.height, photo.width) == side
    assert photo.orientation == 6
    assert abs(photo.pixels.astype(float) - whole).mean() < CODES


def test_a_small_photo_keeps_its_pixels() -> None:
    pixels = photos.gray(30, 40)
    photo, _ = decode_reduced(photos.png(pixels), 10, 100)
    assert (photo.pixels == pixels).all()


def test_what_decode_refuses_is_refused_here() -> None:
    with pytest.raises(TooLarge):
        decode_reduced(photos.bomb_jpeg(), 1000, 100)
    with pytest.raises(TruncatedPhoto):
        decode_reduced(photos.cut(photos.jpeg(photos.gray(300, 400))), 10, 100)
    with pytest.raises(PhotoError):
        decode_reduced(photos.zip_archive(), 10, 100)


MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""The judge: fill bytes, and a code that is neither a data byte's nor a restart's. Source: ITU-T T.81, B.1.1."""


def test_markers_are_found_across_the_pieces_of_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpeg, "_FIRST_PIECE_BYTES", 3)
    monkeypatch.setattr(jpeg, "_PIECE_BYTES", 7)
    rng = random.Random(3)
    for _ in range(3000):
        data = bytes(rng.choice((0xFF, 0xFF, 0x00, 0x01, 0xD0, 0xD9)) for _ in range(rng.randrange(60)))
        at = rng.randrange(len(data) + 1)
        whole = MARKER.search(data, at)
        assert next_marker(data, at) == (whole and (whole.start(), whole.end() - 1))
