"""JPEG 2000, JPEG XL, AVIF and HEIC: what is written comes back, whatever its depth, alpha and orientation."""

from __future__ import annotations

import io
from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest

from photocolor.color.icc import srgb_profile
from photocolor.containers.boxes import boxes, make_box
from photocolor.containers.heif import read_meta
from photocolor.containers.jxl import codestream, read_header, with_orientation, with_srgb_curve
from photocolor.errors import PhotoError, TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codec_table import CODECS
from photocolor.image.decode import decode, probe
from photocolor.image.encode import losses
from photocolor.image.encode_input import EncodeInput
from photocolor.image.photo import Container, Photo
from photocolor.settings import FileSettings, OutputFormat

LIMIT_MP = 100.0
LIBRARY = {"heic": "pillow_heif"}
FORMATS = ["jp2", "jxl", "avif", "heic"]


def written(name: str, photo: Photo, quality: int = 95) -> bytes:
    """A file of this format with the photo's pixels."""
    if name in LIBRARY:
        pytest.importorskip(LIBRARY[name])
    samples = photo.pixels if photo.alpha is None else np.dstack([photo.pixels, photo.alpha])
    file = io.BytesIO()
    write = CODECS[name].write
    assert write is not None
    write(file, EncodeInput(samples, photo.container.icc, photo, quality))
    return file.getvalue()


def a_photo(name: str, depth: int = 8, alpha: bool = False, orientation: int = 1, **said: object) -> Photo:
    """The synthetic scene as it comes from a lossless source of this many bits."""
    top = 255 if depth == 8 else 65535

    def stretched(samples: photos.Array) -> photos.Array:
        exact = samples.astype(np.uint64) * (2 * top) + 2**depth - 1
        return (exact // (2 * (2**depth - 1))).astype(np.uint8 if depth == 8 else np.uint16)

    container = Container(name, lossless=True, bits=0 if depth in (8, 16) else depth, **said)
    transparent = stretched(photos.alpha(45, 70, depth)) if alpha else None
    return Photo(stretched(photos.rgb(45, 70, depth)), transparent, orientation, container)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize(
    ("name", "depth"),
    [(name, depth) for name in FORMATS for depth in (8, 10, 12, 16) if depth < 16 or name in ("jp2", "jxl")],
)
def test_a_lossless_source_is_written_without_loss_at_its_depth(name: str, depth: int, alpha: bool) -> None:
    photo = a_photo(name, depth, alpha)
    result = decode(written(name, photo), LIMIT_MP)
    assert result.pixels.dtype == photo.pixels.dtype
    assert np.array_equal(result.pixels, photo.pixels)
    assert (result.alpha is None) is not alpha
    if alpha:
        assert result.alpha is not None
        assert np.array_equal(result.alpha, photo.alpha)
    assert result.container.lossless
    # JPEG 2000 and JPEG XL get 16 bits for 9 to 15, which hold the gray closer; the others have at most 12.
    stored = depth if depth == 8 or name in ("avif", "heic") else 16
    assert result.container.bits == (stored if stored in (10, 12) else 0)
    assert result.container.icc is None and result.warnings == ()
    assert probe(written(name, photo)).bit_depth == stored


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["jxl", "avif", "heic"])
def test_the_container_itself_says_how_to_turn_and_the_grid_stays(name: str, orientation: int) -> None:
    for lossless in (True, False):
        photo = a_photo(name, orientation=orientation)
        photo = Photo(photo.pixels, None, orientation, Container(name, lossless=lossless))
        result = decode(written(name, photo), LIMIT_MP)
        assert result.orientation == orientation
        assert result.pixels.shape == photo.pixels.shape
        assert np.abs(result.pixels.astype(int) - photo.pixels).mean() < (1e-9 if lossless else 6)


@pytest.mark.parametrize("name", ["jp2", "avif", "heic"])
def test_a_profile_travels_along(name: str) -> None:
    icc = photos.adobe_rgb()
    result = decode(written(name, a_photo(name, icc=icc)), LIMIT_MP)
    assert result.container.icc == icc
    assert not result.container.keep_icc
    assert not np.array_equal(result.pixels, a_photo(name).pixels)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("profile", ["Adobe RGB", "sRGB", "gray"])
def test_the_profile_of_a_jpeg_2000_is_applied_once(profile: str, depth: int) -> None:
    """Its pixels are those of a PNG that stores the same samples and the same profile."""
    icc = {"Adobe RGB": photos.adobe_rgb(), "sRGB": srgb_profile(), "gray": photos.gray_gamma()}[profile]
    samples = photos.gray(45, 70, depth) if profile == "gray" else photos.rgb(45, 70, depth)
    plain = bytes(imagecodecs.jpeg2k_encode(samples, level=0, codecformat="jp2", reversible=True, bitspersample=depth))
    photo = decode(b"".join(_with_profile(plain, icc)), LIMIT_MP)
    as_png = decode(photos.png(samples, chunks=[photos.icc_chunk(icc)]), LIMIT_MP)
    assert photo.container.icc == as_png.container.icc == icc
    assert np.array_equal(photo.pixels, as_png.pixels)


def _with_profile(data: bytes, icc: bytes) -> list[bytes]:
    parts = []
    for box in boxes(data):
        inner = list(boxes(data, box.start, box.end)) if box.kind == b"jp2h" else []
        kept = b"".join(data[one.head : one.end] for one in inner if one.kind != b"colr")
        profile = make_box(b"colr", b"\x02\x00\x00" + icc)
        parts.append(make_box(b"jp2h", kept + profile) if inner else data[box.head : box.end])
    return parts


def test_a_jpeg_2000_with_a_second_picture_is_refused_because_that_would_be_lost() -> None:
    data = bytes(imagecodecs.jpeg2k_encode(photos.gray(), level=0, codecformat="jp2", reversible=True))
    further = bytes(imagecodecs.jpeg2k_encode(255 - photos.gray(), level=0, codecformat="j2k", reversible=True))
    with pytest.raises(UnsupportedPhoto, match="several pictures"):
        probe(data + make_box(b"jp2c", further))


def test_a_jpeg_2000_whose_codestream_has_another_size_than_its_box_is_damaged() -> None:
    """Decoders differ in which of them they believe, and one alone was asked."""
    data = bytearray(imagecodecs.jpeg2k_encode(photos.gray(40, 60), level=0, codecformat="jp2", reversible=True))
    (header,) = (box for box in boxes(bytes(data)) if box.kind == b"jp2h")
    size = next(box for box in boxes(bytes(data), header.start, header.end) if box.kind == b"ihdr")
    data[size.start : size.start + 4] = (33).to_bytes(4, "big")
    with pytest.raises(TruncatedPhoto, match="60 × 33 pixels in its box, 60 × 40 in its codestream"):
        probe(bytes(data))


def test_the_resolution_of_jpeg_2000_is_kept() -> None:
    result = decode(written("jp2", a_photo("jp2", dpi=(300.0, 600.0))), LIMIT_MP)
    assert result.container.dpi == pytest.approx((300, 600), abs=0.01)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_pixels_give_the_same_bytes(name: str) -> None:
    assert written(name, a_photo(name)) == written(name, a_photo(name))


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_cut_anywhere_is_never_a_picture(name: str) -> None:
    data = written(name, a_photo(name, orientation=6))
    for length in np.random.default_rng(5).integers(12, len(data) - 2, 25):
        with pytest.raises(PhotoError):
            decode(data[:length], LIMIT_MP)


@pytest.mark.parametrize("name", FORMATS)
def test_flipped_bytes_give_a_photo_or_an_error_of_ours(name: str) -> None:
    data, rng = written(name, a_photo(name, orientation=6)), np.random.default_rng(6)
    for _ in range(60):
        damaged = bytearray(data)
        for place in rng.integers(0, [len(data), min(len(data), 400)]):
            damaged[place] = rng.integers(256)
        try:
            assert decode(bytes(damaged), 20).pixels.dtype in (np.uint8, np.uint16)
        except PhotoError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("gray", [False, True])
def test_jpeg_xl_of_16_bits_is_labeled_as_what_it_is(depth: int, gray: bool) -> None:
    samples = (photos.gray if gray else photos.rgb)(depth=depth)
    data = bytes(imagecodecs.jpegxl_encode(samples, lossless=True, usecontainer=False))
    photo = decode(data, LIMIT_MP)
    if depth == 16:  # the encoder says linear light, and so it is read
        assert not np.array_equal(photo.pixels, samples)
        data = next(data[box.start : box.end] for box in boxes(data) if box.kind == b"jxlc")
        data = with_srgb_curve(data)
    assert np.array_equal(decode(data, LIMIT_MP).pixels, samples)
    if depth == 16:
        assert with_srgb_curve(data) == data


def test_a_jpeg_xl_header_is_turned_once_only() -> None:
    data = bytes(imagecodecs.jpegxl_encode(photos.rgb(), lossless=True, usecontainer=False))
    turned = with_orientation(data, 6)
    assert read_header(turned).orientation == 6
    with pytest.raises(ValueError, match="orientation"):
        with_orientation(turned, 3)


def test_a_jpeg_xl_in_pieces_is_read() -> None:
    data = bytes(imagecodecs.jpegxl_encode(photos.rgb(), lossless=True, usecontainer=True))
    parts = []
    for box in boxes(data):
        stream = data[box.start : box.end]
        pieces = [(b"\x00\x00\x00\x00", stream[:40]), (b"\x80\x00\x00\x01", stream[40:])]
        parts += [make_box(b"jxlp", head + piece) for head, piece in pieces] if box.kind == b"jxlc" else []
        parts += [data[box.head : box.end]] if box.kind != b"jxlc" else []
    joined = b"".join(parts)
    assert codestream(joined)[:40] == codestream(data)[:40]
    assert np.array_equal(decode(joined, LIMIT_MP).pixels, photos.rgb())


def test_jpeg_2000_of_16_bits_gray_and_of_a_codestream_alone_is_exact() -> None:
    for samples in (photos.gray(depth=16), photos.rgb(), photos.gray(depth=12)):
        bits = 12 if samples.max() == 4095 else 8 * samples.itemsize
        for codec in ("jp2", "j2k"):
            data = bytes(
                imagecodecs.jpeg2k_encode(samples, level=0, codecformat=codec, reversible=True, bitspersample=bits)
            )
            photo = decode(data, LIMIT_MP)
            assert photo.container.lossless
            assert np.abs(photo.pixels / np.iinfo(photo.pixels.dtype).max - samples / (2**bits - 1)).max() < 1e-5


def test_a_lossy_jpeg_2000_is_told() -> None:
    data = bytes(imagecodecs.jpeg2k_encode(photos.rgb(200, 200), level=40, codecformat="jp2", reversible=False))
    assert not decode(data, LIMIT_MP).container.lossless


def test_jpeg_2000_with_channels_that_it_does_not_explain_is_refused() -> None:
    data = bytes(imagecodecs.jpeg2k_encode(np.dstack([photos.rgb(), photos.alpha()]), level=0, codecformat="jp2"))
    without = b"".join(_without_cdef(data))
    with pytest.raises(UnsupportedPhoto, match="transparency"):
        decode(without, LIMIT_MP)


def _without_cdef(data: bytes) -> list[bytes]:
    parts = []
    for box in boxes(data):
        inner = list(boxes(data, box.start, box.end)) if box.kind == b"jp2h" else []
        kept = b"".join(data[part.head : part.end] for part in inner if part.kind != b"cdef")
        parts.append(make_box(b"jp2h", kept) if inner else data[box.head : box.end])
    return parts


def test_a_small_jpeg_2000_that_promises_a_huge_picture_takes_no_memory() -> None:
    data = bytearray(imagecodecs.jpeg2k_encode(photos.gray(), level=0, codecformat="j2k"))
    data[8:16] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(PhotoError, match="60000 × 60000"):
        decode(bytes(data), 1000)


def test_avif_of_gray_and_of_television_curves_is_read_and_told() -> None:
    gray = bytes(imagecodecs.avif_encode(photos.gray(), level=100))
    assert np.array_equal(decode(gray, LIMIT_MP).pixels, photos.gray())
    data = bytes(imagecodecs.avif_encode(photos.rgb(), level=100, primaries=1, transfer=1, matrix=0))
    assert any("television" in warning for warning in decode(data, LIMIT_MP).warnings)
    with pytest.raises(UnsupportedPhoto, match="curve 16"):
        decode(bytes(imagecodecs.avif_encode(photos.rgb(), level=100, primaries=9, transfer=16, matrix=0)), LIMIT_MP)


def test_display_p3_in_numbers_is_brought_to_srgb() -> None:
    data = bytes(imagecodecs.avif_encode(photos.tinted(), level=100, primaries=12, transfer=13, matrix=0))
    photo = decode(data, LIMIT_MP)
    assert photo.container.icc is not None
    difference = np.abs(photo.pixels.astype(int) - photos.tinted())
    assert 0 < difference.mean() < 12
    neutral = np.repeat(photos.gray()[..., None], 3, axis=2)
    data = bytes(imagecodecs.avif_encode(neutral, level=100, primaries=12, transfer=13, matrix=0))
    assert np.abs(decode(data, LIMIT_MP).pixels.astype(int) - neutral).max() <= 1


def test_what_avif_cannot_hold_of_16_bits_is_told() -> None:
    photo = a_photo("tiff", 16)
    assert losses(photo, OutputFormat.AVIF) == ("AVIF holds 12 bits; the photo's 16 bits were reduced",)
    assert losses(photo, OutputFormat.JXL) == losses(photo, OutputFormat.JP2) == ()
    assert FileSettings(format=OutputFormat.AVIF).format == "avif"


def test_heic_without_its_library_says_in_one_line_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = written("heic", a_photo("heic"))
    monkeypatch.setitem(__import__("sys").modules, "pillow_heif", None)
    with pytest.raises(UnsupportedPhoto) as caught:
        decode(data, LIMIT_MP)
    assert "photocolor[heic]" in caught.value.hint
    assert "\n" not in caught.value.hint


def test_an_avif_with_a_second_picture_is_refused_because_that_would_be_lost() -> None:
    data = written("avif", a_photo("avif"))
    meta = read_meta(data)
    part = meta.parts[b"pitm"]
    assert meta.primary == 1
    entry = make_box(b"infe", b"\x02\x00\x00\x00\x00\x09\x00\x00av01\x00")
    box = meta.parts[b"iinf"]
    grown = make_box(b"iinf", b"\x00\x00\x00\x00\x00\x02" + data[box.start + 6 : box.end] + entry)
    whole = make_box(b"meta", data[meta.box.start : box.head] + grown + data[box.end : meta.box.end])
    with pytest.raises(UnsupportedPhoto, match="2 pictures"):
        probe(data[: meta.box.head] + whole + data[meta.box.end :])
    assert part.end > part.start


def test_real_avif_is_read(shared: Path) -> None:
    photo = decode((shared / "oddities" / "pillow__xmp_tags_orientation.avif").read_bytes(), LIMIT_MP)
    assert photo.pixels.shape == (268, 326, 3)
    assert photo.container.icc is not None
    with pytest.raises(TruncatedPhoto):
        decode((shared / "oddities" / "pillow__xmp_tags_orientation.avif").read_bytes()[:3000], LIMIT_MP)
