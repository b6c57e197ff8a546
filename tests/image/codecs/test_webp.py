from __future__ import annotations

import numpy as np
import photos
import pytest

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs import webp


@pytest.mark.parametrize("data", [photos.webp(), photos.webp(lossless=False), photos.webp(orientation=6)])
def test_the_header_is_read_from_all_three_kinds_of_first_chunk(data: bytes) -> None:
    header = webp.probe(data[:40])
    assert (header.format, header.height, header.width, header.bit_depth) == ("webp", 48, 64, 8)


def test_animated_webp_is_refused() -> None:
    with pytest.raises(UnsupportedPhoto, match="animated"):
        webp.probe(photos.animated_webp())


def test_colors_under_full_transparency_are_kept() -> None:
    clear = np.zeros((48, 64), np.uint8)
    photo = webp.read(photos.webp(photos.rgb(), alpha=clear))
    assert np.array_equal(photo.pixels, photos.rgb())


def test_a_header_of_no_kind_is_damage() -> None:
    data = photos.webp()
    with pytest.raises(TruncatedPhoto, match="header"):
        webp.probe(data[:12] + b"VP9 " + data[16:])


def test_a_chunk_that_reaches_beyond_the_end_is_damage() -> None:
    data = bytearray(photos.webp(orientation=6))
    at = data.index(b"EXIF") + 4
    data[at : at + 4] = (10_000).to_bytes(4, "little")
    with pytest.raises(TruncatedPhoto, match="EXIF"):
        webp.read(bytes(data))
