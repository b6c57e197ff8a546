from __future__ import annotations

import struct
import zlib

import numpy as np
import photos
import pytest

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs import png
from photocolor.image.decode import decode

SCALE = {1: 255, 2: 85, 4: 17, 8: 1, 16: 1}  # the full range of `depth` bits onto that of the result


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (8, 8), (13, 29)])
def test_gray_of_every_depth_fills_the_range(size: tuple[int, int], depth: int, interlaced: bool) -> None:
    samples = photos.gray(*size, depth=depth)
    photo = png.read(photos.png(samples, depth=depth, interlaced=interlaced))
    assert photo.pixels.dtype == (np.uint16 if depth == 16 else np.uint8)
    assert np.array_equal(photo.pixels, samples * SCALE[depth])


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palettes_become_rgb_and_their_transparency_alpha(depth: int, interlaced: bool) -> None:
    colors = np.random.default_rng(1).integers(0, 256, (2**depth, 3), dtype=np.uint8)
    see_through = np.arange(2**depth, dtype=np.uint8)[::-1] * (255 // 2**depth)
    indices = photos.gray(depth=depth)
    plain = png.read(photos.png(indices, depth=depth, palette=colors, interlaced=interlaced))
    assert np.array_equal(plain.pixels, colors[indices])
    assert plain.alpha is None
    photo = png.read(
        photos.png(indices, depth=depth, palette=colors, transparent=see_through.tobytes(), interlaced=interlaced)
    )
    assert np.array_equal(photo.pixels, colors[indices])
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, see_through[indices])


@pytest.mark.parametrize("depth", [2, 4, 8, 16])
def test_a_transparent_gray_becomes_alpha(depth: int) -> None:
    samples = photos.gray(depth=depth)
    key = int(samples[20, 20])
    photo = png.read(photos.png(samples, depth=depth, transparent=struct.pack(">H", key)))
    assert np.array_equal(photo.pixels, samples * SCALE[depth])
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, np.where(samples == key, 0, np.iinfo(photo.alpha.dtype).max))


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_color_becomes_alpha(depth: int) -> None:
    samples = photos.rgb(depth=depth)
    key = samples[20, 20]
    photo = png.read(photos.png(samples, transparent=key.astype(">u2").tobytes()))
    assert np.array_equal(photo.pixels, samples)
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha == 0, (samples == key).all(axis=-1))


@pytest.mark.parametrize("place", ["IHDR", "IDAT", "IEND"])
def test_a_wrong_checksum_of_a_coding_chunk_is_damage(place: str) -> None:
    data = photos.png()
    with pytest.raises(TruncatedPhoto, match=f"checksum of a {place}"):
        png.read(photos.flip(data, data.index(place.encode()) - 4 + 8 + _length(data, place)))


def _length(data: bytes, name: str) -> int:
    return int(struct.unpack_from(">I", data, data.index(name.encode()) - 4)[0])


def test_a_wrong_checksum_of_metadata_does_no_harm() -> None:
    data = photos.png(chunks=[(b"tEXt", b"Comment\x00hello")])
    assert png.read(data.replace(b"hello", b"hallo")).pixels.shape == (48, 64)


def test_missing_rows_are_damage() -> None:
    data = photos.png()
    taller = struct.pack(">IIBBBBB", 64, 60, 8, 0, 0, 0, 0)
    with pytest.raises(TruncatedPhoto):
        decode(data[:8] + photos.chunk(b"IHDR", taller) + data[33:], 10)
    with pytest.raises(TruncatedPhoto, match="instead of"):
        interlaced = photos.png(interlaced=True)
        png.read(interlaced[:8] + photos.chunk(b"IHDR", taller[:-1] + b"\x01") + interlaced[33:])


def test_animated_png_is_refused() -> None:
    with pytest.raises(UnsupportedPhoto, match="animated"):
        png.read(photos.animated_png())


@pytest.mark.parametrize("header", [(0, 5, 8, 0), (5, 0, 8, 0), (5, 5, 3, 0), (5, 5, 8, 1), (5, 5, 16, 3)])
def test_an_impossible_header_is_damage(header: tuple[int, int, int, int]) -> None:
    data = b"\x89PNG\r\n\x1a\n" + photos.chunk(b"IHDR", struct.pack(">IIBB", *header) + bytes(3))
    with pytest.raises(TruncatedPhoto, match="damaged"):
        png.probe(data)


def test_a_gamma_that_is_not_applied_is_told() -> None:
    assert png.read(photos.png(chunks=[(b"gAMA", struct.pack(">I", 45455))])).warnings == ()
    assert "gamma of 1 " in png.read(photos.png(chunks=[(b"gAMA", struct.pack(">I", 100000))])).warnings[0]


def test_a_profile_that_unpacks_to_gigabytes_is_cut_off() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(200)) + packer.flush()
    photo = png.read(photos.png(chunks=[(b"iCCP", b"bomb\x00\x00" + bomb)]))
    assert photo.container.icc is not None
    assert len(photo.container.icc) <= 16 << 20
