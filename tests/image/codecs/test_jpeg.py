from __future__ import annotations

import struct
from collections.abc import Callable

import imagecodecs
import numpy as np
import photos
import pytest

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs import jpeg
from photocolor.image.decode import decode


def _with_frame(marker: int | None = None, precision: int | None = None, height: int | None = None) -> bytes:
    data = bytearray(photos.jpeg(photos.gray(16, 16)))
    at = data.index(b"\xff\xc0")
    data[at + 1] = marker or data[at + 1]
    data[at + 4] = precision or data[at + 4]
    data[at + 5 : at + 7] = data[at + 5 : at + 7] if height is None else struct.pack(">H", height)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_with_frame(precision=16), "16-bit"),
        (_with_frame(marker=0xC3), "lossless"),
        (_with_frame(marker=0xC5), "hierarchical"),
        (_with_frame(height=0), "DNL"),
        (photos.jpeg(photos.rgb(), cmyk=True).replace(b"Adobe", b"Adooe"), "without Adobe's marker"),
    ],
)
def test_other_kinds_of_jpeg_are_refused_by_their_name(data: bytes, said: str) -> None:
    with pytest.raises(UnsupportedPhoto, match=said):
        jpeg.read(data)


@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
def test_twelve_bits_become_sixteen(build: Callable[..., photos.Array]) -> None:
    samples = build(depth=12)
    photo = jpeg.read(imagecodecs.jpeg_encode(samples, level=98, bitspersample=12, subsampling="444"))
    assert photo.pixels.dtype == np.uint16
    assert photo.container.bits == 12
    assert np.abs(photo.pixels / 65535 - samples / 4095).mean() < 0.01


def test_inks_are_none_at_0_whatever_adobe_stores_and_go_through_their_profile() -> None:
    white = photos.jpeg(np.full((16, 16, 3), 255, np.uint8), cmyk=True, icc=photos.cmyk_profile())
    assert jpeg.read(white).pixels.max() == 0
    assert decode(white, 100).pixels.min() > 250
    scene = photos.jpeg(photos.tinted(), cmyk=True, icc=photos.cmyk_profile(), quality=100)
    difference = decode(scene, 100).pixels.astype(int) - photos.tinted()
    assert np.abs(difference).mean() < 25  # the hand-made profile blends inks in Lab, not in light
    with pytest.raises(UnsupportedPhoto, match="which inks"):
        decode(photos.jpeg(photos.rgb(), cmyk=True), 100)


def _mpf(kinds: list[int]) -> bytes:
    entries = b"".join(struct.pack("<IIIHH", kind, 1000, 5000, 0, 0) for kind in kinds)
    directory = struct.pack("<H", 1) + struct.pack("<HHII", 0xB002, 7, len(entries), 8 + 2 + 12 + 4) + bytes(4)
    return b"MPF\x00II*\x00\x08\x00\x00\x00" + directory + entries


def test_a_stereo_pair_is_refused_because_one_picture_would_be_lost() -> None:
    data = photos.with_segment(photos.jpeg(photos.rgb()), 0xE2, _mpf([0x20020002, 0x00020002]))
    with pytest.raises(UnsupportedPhoto, match="2 pictures"):
        jpeg.read(data)


def test_previews_and_gain_maps_behind_a_picture_are_told_and_left_out() -> None:
    data = photos.with_segment(photos.jpeg(photos.rgb()), 0xE2, _mpf([0x20030000, 0x00010001, 0x00000000]))
    photo = jpeg.read(data + photos.jpeg(photos.rgb(16, 16)))
    assert photo.pixels.shape == (48, 64, 3)
    assert any("2 previews" in warning for warning in photo.warnings)


def test_an_unreadable_index_of_further_pictures_is_told() -> None:
    photo = jpeg.read(photos.with_segment(photos.jpeg(), 0xE2, b"MPF\x00II*\x00\xff\xff\x00\x00"))
    assert any("index of further pictures" in warning for warning in photo.warnings)


def test_a_preview_inside_exif_is_not_taken_for_the_picture() -> None:
    thumbnail = photos.jpeg(photos.gray(8, 8))
    data = photos.with_segment(photos.jpeg(photos.rgb()), 0xE1, b"Exif\x00\x00" + photos.exif(6) + thumbnail)
    photo = jpeg.read(data)
    assert photo.pixels.shape == (48, 64, 3)
    assert photo.orientation == 6


def test_only_an_embedded_preview_whole_is_not_a_whole_picture() -> None:
    whole = photos.with_segment(photos.jpeg(photos.rgb()), 0xE1, b"Exif\x00\x00" + photos.jpeg(photos.gray(8, 8)))
    with pytest.raises(TruncatedPhoto):
        jpeg.read(whole[: len(whole) // 2])


def test_stray_bytes_and_fill_bytes_between_segments_are_stepped_over() -> None:
    data = photos.jpeg(photos.rgb())
    assert np.array_equal(jpeg.read(data[:2] + b"\xff\xff\xff" + data[2:]).pixels, jpeg.read(data).pixels)
    at = data.index(b"\xff\xdb")
    assert np.array_equal(jpeg.read(data[:at] + b"\x00\x00\x00" + data[at:]).pixels, jpeg.read(data).pixels)


def test_a_profile_in_several_pieces_is_put_together_in_their_order() -> None:
    icc = photos.adobe_rgb()
    data = photos.jpeg(photos.rgb())
    for number, piece in [(1, icc[:300]), (3, icc[700:]), (2, icc[300:700])]:
        data = photos.with_segment(data, 0xE2, b"ICC_PROFILE\x00" + bytes([number, 3]) + piece)
    assert jpeg.read(data).container.icc == icc


@pytest.mark.parametrize(
    ("numbers", "said"), [([(1, 3), (2, 3)], "2 of its 3 pieces"), ([(1, 1), (2, 1)], "its pieces are misnumbered")]
)
def test_a_profile_whose_pieces_do_not_fit_is_ignored_and_told(numbers: list[tuple[int, int]], said: str) -> None:
    data = photos.jpeg()
    for number, total in numbers:
        data = photos.with_segment(data, 0xE2, b"ICC_PROFILE\0" + bytes((number, total)) + b"part")
    assert [said in warning for warning in decode(data, 1).warnings] == [True]


def test_the_metadata_of_a_jpeg_never_reach_pillow() -> None:
    # Each of these alone makes Pillow warn or fail, which would lose the photo.
    data = photos.jpeg(photos.rgb())
    for marker, payload in [
        (0xE1, b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff"),
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\xff\xff\xff\xff"),
        (0xE2, b"MPF\x00" + bytes(4)),
        (0xFE, b"\xff" * 100),
    ]:
        assert decode(photos.with_segment(data, marker, payload), 10).pixels.shape == (48, 64, 3)


def test_density_in_dots_per_centimeter_becomes_dots_per_inch() -> None:
    data = bytearray(photos.jpeg(dpi=(100, 100)))
    data[data.index(b"JFIF") + 7] = 2
    assert jpeg.read(bytes(data)).container.dpi == pytest.approx((254, 254))


def test_an_aspect_ratio_is_no_density() -> None:
    data = bytearray(photos.jpeg(dpi=(100, 100)))
    data[data.index(b"JFIF") + 7] = 0
    assert jpeg.read(bytes(data)).container.dpi is None


@pytest.mark.parametrize("samples", [photos.gray(30, 40), photos.rgb(30, 40)])
def test_a_header_is_read_without_the_pixels(samples: photos.Array) -> None:
    data = photos.jpeg(samples)
    header = jpeg.probe(data[: data.index(b"\xff\xda")])
    assert (header.height, header.width, header.bit_depth) == (30, 40, 8)
