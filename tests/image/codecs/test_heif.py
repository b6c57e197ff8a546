"""AVIF and HEIC: no larger than they say, whole, shown as their boxes say, and refused by their true names."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np
import photos
import pytest
from format_rows import heic

from photocolor.containers.boxes import make_box
from photocolor.containers.coded.av1 import frame_sizes
from photocolor.containers.coded.hevc import sizes_in_config
from photocolor.containers.heif import Meta, item_bytes, read_meta, with_additions
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.decode import decode, probe
from photocolor.image.heif import av1_check
from photocolor.image.heif.bounds import coding_of

LIMIT_MP = 100.0


def avif(pixels: photos.Array, **how: object) -> bytes:
    """A lossless AVIF."""
    return bytes(
        imagecodecs.avif_encode(
            pixels, **{"level": 100, "matrix": 0, "pixelformat": "yuv444", "speed": 9, "numthreads": 1, **how}
        )
    )


def clean_aperture(size: tuple[int, int], shown: tuple[int, int, int, int]) -> tuple[bytes, bool]:
    """The property that shows (top, left, height, width) of a picture of (height, width)."""
    top, left, height, width = shown
    right, down = 2 * left + width - size[1], 2 * top + height - size[0]
    return make_box(b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, right, 2, down, 2)), True


def with_size(data: bytes, height: int, width: int) -> bytes:
    """The file whose boxes say another size than its coded picture."""
    changed, meta = bytearray(data), read_meta(data)
    for box in meta.properties:
        if box.kind == b"ispe":
            struct.pack_into(">II", changed, box.start + 4, width, height)
    return bytes(changed)


@pytest.mark.parametrize("build", [avif, lambda pixels: heic(pixels, 1)])
def test_a_picture_that_is_larger_than_its_box_says_is_refused_before_it_takes_memory(build: type) -> None:
    data = build(photos.tinted(400, 600))
    assert decode(data, LIMIT_MP).pixels.shape == (400, 600, 3)
    small = with_size(data, 16, 16)
    with pytest.raises(TruncatedPhoto, match="600 × 400 pixels, and the header says 16 × 16"):
        probe(small)


@pytest.mark.parametrize("shape", [(1, 1), (17, 300), (300, 17), (64, 64)])
def test_the_size_of_coded_pictures_is_read_from_their_own_headers(shape: tuple[int, int]) -> None:
    for how in ({}, {"speed": 10}, {"level": 30, "matrix": 6, "pixelformat": "yuv420"}):
        data = avif(photos.tinted(*shape), **how)
        meta = read_meta(data)
        assert set(frame_sizes(item_bytes(data, meta, meta.primary) or b"")) == {shape}
    data = heic(photos.tinted(*shape), 1)
    meta = read_meta(data)
    ((height, width),) = sizes_in_config(coding_of(data, meta, meta.primary))
    assert (height, width) >= shape
    assert height - max(64, shape[0]) < 8


def test_cut_headers_are_damage() -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(frame_sizes(b"\x0a\x0b\x00"))
    with pytest.raises(ValueError, match="length"):
        list(frame_sizes(b"\x0a" + b"\xff" * 9))
    with pytest.raises(ValueError, match="cut off"):
        list(sizes_in_config(bytes(22)))


@pytest.mark.parametrize("orientation", [1, 6])
def test_only_the_clean_aperture_is_shown(orientation: int) -> None:
    from photocolor.image.codecs.heif import orientation_boxes

    pixels, shown = photos.tinted(64, 80), (16, 8, 32, 40)
    expected = pixels[16:48, 8:48]
    for data in (avif(pixels), heic(pixels, 1)):
        properties = [clean_aperture((64, 80), shown), *orientation_boxes(orientation)]
        cropped = with_additions(data, [], properties)
        header, photo = probe(cropped), decode(cropped, LIMIT_MP)
        assert (header.height, header.width) == (32, 40)
        assert np.array_equal(photo.pixels, expected)
        assert photo.orientation == orientation


def test_an_aperture_that_cannot_be_is_damage() -> None:
    data = avif(photos.tinted(64, 80))
    for shown, said in (((40, 8, 32, 40), "beyond"), ((0, 0, 64, 81), "beyond")):
        with pytest.raises(TruncatedPhoto, match=said):
            probe(with_additions(data, [], [clean_aperture((64, 80), shown)]))
    half = make_box(b"clap", struct.pack(">IIIIiIiI", 40, 1, 32, 1, 1, 3, 0, 1)), True
    with pytest.raises(TruncatedPhoto, match="amid a pixel"):
        probe(with_additions(data, [], [half]))


@pytest.mark.parametrize(
    ("brands", "said"),
    [
        (b"j2ki\0\0\0\0mif1j2kimiaf", "JPEG 2000"),
        (b"jpeg\0\0\0\0mif1jpegmiaf", "JPEG"),
        (b"avci\0\0\0\0mif1avci", "H.264"),
        (b"vvic\0\0\0\0mif1vvic", "H.266"),
        (b"mif3avif", "minimized header"),
        (b"unif\0\0\0\0mif2unif", "another coding"),
    ],
)
def test_other_kinds_of_heif_are_refused_by_their_names(brands: bytes, said: str) -> None:
    with pytest.raises(UnsupportedPhoto, match=said):
        decode(make_box(b"ftyp", brands) + make_box(b"meta", bytes(40)), LIMIT_MP)


@pytest.mark.parametrize(
    ("kind", "said"), [(b"unci", "plain samples"), (b"jpeg", "JPEG"), (b"iovl", "over each other")]
)
def test_a_heif_whose_picture_is_coded_in_another_way_says_so(kind: bytes, said: str) -> None:
    data = heic(photos.tinted(64, 64), 1).replace(b"hvc1", kind, 1)
    with pytest.raises(UnsupportedPhoto, match=said):
        decode(data, LIMIT_MP)


def test_videos_stay_no_pictures() -> None:
    from photocolor.errors import NotAnImage

    with pytest.raises(NotAnImage, match="video"):
        decode(make_box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41"), LIMIT_MP)


def test_whole_av1_of_all_kinds_is_no_suspect_and_every_cut_tile_is() -> None:
    for bits, layout in ((8, "444"), (8, "420"), (10, "422"), (12, "444"), (8, "400"), (12, "400")):
        colors = photos.gray(90, 70, bits) if layout == "400" else photos.tinted(90, 70, bits)
        how = {"level": 80, "matrix": None, "bitspersample": bits, "pixelformat": f"yuv{layout}"}
        data = avif(colors, **how)
        meta = read_meta(data)
        assert av1_check.is_damaged(data, meta, meta.primary) is False
        at, size = meta.places[meta.primary].pieces[0]
        hollow = data[: at + size - 50] + bytes(50) + data[at + size :]
        assert av1_check.is_damaged(hollow, read_meta(hollow), meta.primary) is True
        with pytest.raises(TruncatedPhoto, match="tiles do not end"):
            decode(hollow, LIMIT_MP)


def test_without_a_second_decoder_holes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photocolor.image.codecs.heif.is_damaged", _cannot_be_asked)
    data = avif(photos.tinted(90, 70))
    meta = read_meta(data)
    at, size = meta.places[meta.primary].pieces[0]
    photo = decode(data[: at + size - 200] + bytes(200) + data[at + size :], LIMIT_MP)
    assert any("zero bytes" in warning for warning in photo.warnings)


def _cannot_be_asked(data: bytes, meta: Meta, number: int) -> None:
    return None


def test_opencv_says_nothing_about_damage_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    data = avif(photos.tinted(90, 70))
    meta = read_meta(data)
    at, size = meta.places[meta.primary].pieces[0]
    hollow = data[: at + size - 50] + bytes(50) + data[at + size :]
    assert av1_check.is_damaged(hollow, read_meta(hollow), meta.primary) is True
    assert capfd.readouterr() == ("", "")
