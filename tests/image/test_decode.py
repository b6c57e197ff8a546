from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import photos
import pytest
from PIL import Image

from photocolor.color.icc import srgb_profile
from photocolor.errors import NotAnImage, OutOfMemory, PhotoError, TooLarge, TruncatedPhoto
from photocolor.image.codec_table import CODECS
from photocolor.image.decode import decode, probe
from photocolor.image.photo import Photo

LIMIT_MP = 100.0
JPEG_TOLERANCE = 3.0  # mean, in 8-bit codes, at quality 95; single pixels at hard edges are off by up to 20
SEED = 20261120


def _interlaced(samples: photos.Array) -> bytes:
    return photos.png(samples, interlaced=True)


def _pillow_tiff(samples: photos.Array) -> bytes:
    file = io.BytesIO()
    Image.fromarray(samples).save(file, "TIFF", compression="tiff_lzw")  # the directory stands at the end
    return file.getvalue()


LOSSLESS: dict[str, Callable[[photos.Array], bytes]] = {
    "png": photos.png,
    "png-interlaced": _interlaced,
    "tiff": photos.tiff,
    "tiff-lzw": lambda samples: photos.tiff(samples, compression="lzw", predictor=2, rowsperstrip=7),
    "tiff-deflate-tiles": lambda samples: photos.tiff(samples, compression="zlib", tile=(16, 32)),
    "tiff-packbits-mm": lambda samples: photos.tiff(samples, compression="packbits", byteorder=">"),
    "tiff-zstd": lambda samples: photos.tiff(samples, compression="zstd", predictor=2),
    "tiff-lzma-big": lambda samples: photos.tiff(samples, compression="lzma", bigtiff=True),
    "tiff-jpeg2000": lambda samples: photos.tiff(samples, compression="jpeg2000"),
}


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_files_give_their_pixels_exactly(name: str, build: Callable[..., photos.Array], depth: int) -> None:
    samples = build(height=37, width=53, depth=depth)
    photo = decode(LOSSLESS[name](samples), LIMIT_MP)
    assert photo.pixels.dtype == samples.dtype
    assert np.array_equal(photo.pixels, samples)
    assert photo.alpha is None
    assert photo.orientation == 1
    assert photo.container.lossless is (name != "tiff-jpeg2000")  # which can be either, and does not say
    assert photo.warnings == ()


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
@pytest.mark.parametrize(
    "write",
    [
        photos.png,
        lambda samples, alpha: photos.png(samples, alpha=alpha, interlaced=True),
        photos.tiff,
        lambda samples, alpha: photos.tiff(samples, alpha=alpha, compression="zlib", tile=(16, 16)),
        lambda samples, alpha: photos.tiff(samples, alpha=alpha, planar=True),
    ],
)
def test_alpha_is_split_off_exactly(
    write: Callable[..., bytes], build: Callable[..., photos.Array], depth: int
) -> None:
    samples, alpha = build(depth=depth), photos.alpha(depth=depth)
    photo = decode(write(samples, alpha=alpha), LIMIT_MP)
    assert np.array_equal(photo.pixels, samples)
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, alpha)
    assert photo.alpha.dtype == samples.dtype


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
def test_jpeg_gives_gray_as_gray_and_rgb_as_rgb(build: Callable[..., photos.Array], progressive: bool) -> None:
    samples = build(height=41, width=67)
    photo = decode(photos.jpeg(samples, progressive=progressive), LIMIT_MP)
    assert photo.pixels.shape == samples.shape
    assert np.abs(photo.pixels.astype(int) - samples).mean() <= JPEG_TOLERANCE
    assert not photo.container.lossless


def test_jpeg_pixels_are_those_of_pillow_over_more_than_one_band() -> None:
    data = photos.jpeg(photos.rgb(1100, 40))
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(decode(data, LIMIT_MP).pixels, np.asarray(image))


@pytest.mark.parametrize("lossless", [True, False])
def test_webp_gives_rgb_and_says_whether_it_was_lossless(lossless: bool) -> None:
    photo = decode(photos.webp(photos.rgb(), alpha=photos.alpha(), lossless=lossless), LIMIT_MP)
    assert photo.container.lossless is lossless
    assert photo.alpha is not None
    assert np.array_equal(photo.alpha, photos.alpha())
    if lossless:
        assert np.array_equal(photo.pixels, photos.rgb())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    "write",
    [
        lambda n: photos.jpeg(orientation=n),
        lambda n: photos.jpeg(block=photos.exif(n, order=">")),
        lambda n: photos.png(chunks=[(b"eXIf", photos.exif(n))]),
        lambda n: photos.tiff(orientation=n),
        lambda n: photos.tiff(orientation=n, byteorder=">", bigtiff=True),
        lambda n: photos.webp(orientation=n),
    ],
)
def test_all_eight_orientations_are_told_and_the_stored_grid_is_never_turned(
    write: Callable[[int], bytes], orientation: int
) -> None:
    photo = decode(write(orientation), LIMIT_MP)
    assert photo.orientation == orientation
    assert photo.pixels.shape[:2] == (48, 64)


@pytest.mark.parametrize(
    "block", [b"not tiff at all", photos.exif(6)[:12], b"II*\x00\xff\xff\xff\xff", b"", photos.exif(9)]
)
def test_a_broken_exif_block_means_normal_orientation_and_a_warning(block: bytes) -> None:
    photo = decode(photos.with_segment(photos.jpeg(), 0xE1, b"Exif\x00\x00" + block), LIMIT_MP)
    assert photo.orientation == 1
    assert photo.warnings


@pytest.mark.parametrize(
    ("data", "dpi"),
    [
        (photos.jpeg(dpi=(300, 600)), (300, 600)),
        (photos.jpeg(block=photos.exif(1, dpi=240)), (240, 240)),
        (photos.png(chunks=[photos.density_chunk(300)]), (300, 300)),
        (photos.png(chunks=[(b"eXIf", photos.exif(1, dpi=150))]), (150, 150)),
        (photos.tiff(dpi=(1200, 600)), (1200, 600)),
        (photos.tiff(resolution=(100, 100), resolutionunit="centimeter"), (254, 254)),
        (photos.tiff(resolution=(100, 100), resolutionunit="none"), None),
        (photos.png(), None),
        (photos.webp(), None),
    ],
)
def test_resolution_is_told_in_pixels_per_inch(data: bytes, dpi: tuple[float, float] | None) -> None:
    assert decode(data, LIMIT_MP).container.dpi == (dpi if dpi is None else pytest.approx(dpi, abs=0.01))


@pytest.mark.parametrize("data", [photos.png(), photos.jpeg(), photos.tiff(), photos.webp(photos.rgb())])
def test_the_name_of_a_file_says_nothing_only_its_bytes_do(data: bytes) -> None:
    assert decode(data, LIMIT_MP).pixels.shape[:2] == (48, 64)  # decode is never told a name


@pytest.mark.parametrize("name", photos.BAD)
def test_bad_files_end_in_their_own_error(name: str) -> None:
    _, build, reason = photos.BAD[name]
    with pytest.raises(PhotoError) as caught:
        decode(build(), 1000)
    assert caught.value.reason == reason
    assert _is_sentence(caught.value)


def _is_sentence(error: PhotoError) -> bool:
    """What a person reads: some words, on one line, and no name of a Python class."""
    text = str(error)
    return len(text.split()) > 2 and "\n" not in text and "Error(" not in text and bool(error.hint)


TRUNCATABLE = {
    "jpeg": photos.jpeg(photos.rgb(), orientation=6, icc=photos.adobe_rgb()),
    "jpeg-gray-progressive": photos.jpeg(photos.gray(), progressive=True),
    "png": photos.png(photos.rgb(), alpha=photos.alpha()),
    "png-16": photos.png(photos.rgb(depth=16)),
    "png-interlaced": photos.png(photos.rgb(), interlaced=True),
    "tiff": photos.tiff(photos.rgb(), dpi=(300, 300)),
    "tiff-lzw": photos.tiff(photos.rgb(depth=16), compression="lzw", rowsperstrip=8),
    "tiff-directory-last": _pillow_tiff(photos.rgb()),
    "tiff-tiles": photos.tiff(photos.rgb(), compression="zlib", tile=(16, 16), byteorder=">", bigtiff=True),
    "webp": photos.webp(lossless=False, orientation=3),
    "webp-lossless": photos.webp(alpha=photos.alpha(), icc=photos.adobe_rgb()),
}


@pytest.mark.parametrize("name", TRUNCATABLE)
def test_a_file_cut_anywhere_is_never_a_picture(name: str) -> None:
    data = TRUNCATABLE[name]
    decode(data, LIMIT_MP)
    rng = np.random.default_rng(SEED)
    # A TIFF may end with the pad byte of its last string, which nothing needs.
    last = len(data) - 2
    for length in [1, 5, 20, *sorted(rng.integers(0, last, 30)), last]:
        with pytest.raises((TruncatedPhoto, NotAnImage)):
            decode(data[:length], LIMIT_MP)


def test_a_jpeg_whose_tail_is_zeros_is_not_whole() -> None:
    data = photos.jpeg(photos.rgb(200, 200))
    with pytest.raises(TruncatedPhoto):
        decode(data[: len(data) // 2] + bytes(len(data) // 2), LIMIT_MP)


@pytest.mark.parametrize("data", [photos.jpeg(photos.rgb()), photos.png(photos.rgb()), photos.tiff(photos.rgb())])
def test_bytes_after_the_picture_do_no_harm(data: bytes) -> None:
    assert np.array_equal(decode(data + b"\xff\xd8trailing" * 50, LIMIT_MP).pixels, decode(data, LIMIT_MP).pixels)


FLIPPABLE = TRUNCATABLE | {
    "tiff-jpeg": photos.tiff(photos.rgb(), compression="jpeg", tile=(16, 16)),
    "tiff-palette": photos.tiff(photos.gray(), palette=np.arange(768, dtype=np.uint16).reshape(3, 256) * 80),
    "tiff-zstd-planar": photos.tiff(photos.rgb(), compression="zstd", planar=True),
}


@pytest.mark.parametrize("name", FLIPPABLE)
def test_flipped_bytes_give_a_photo_or_an_error_of_ours(name: str) -> None:
    data = FLIPPABLE[name]
    rng = np.random.default_rng(SEED)
    for _ in range(300):
        damaged = bytearray(data)
        for place in rng.integers(0, [len(data), min(len(data), 400)]):  # one anywhere, one in the header
            damaged[place] = rng.integers(256)
        try:
            photo = decode(_with_true_checksums(bytes(damaged)), 20)
        except PhotoError as error:
            assert _is_sentence(error)
        else:
            assert photo.pixels.dtype in (np.uint8, np.uint16)


def _with_true_checksums(data: bytes) -> bytes:
    """A PNG's checksums made right again, so that damage reaches the decoder; other files as they are."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    mended, at = bytearray(data), 8
    while at + 12 <= len(mended):
        (length,) = struct.unpack_from(">I", mended, at)
        if at + 12 + length > len(mended):
            break
        struct.pack_into(">I", mended, at + 8 + length, zlib.crc32(mended[at + 4 : at + 8 + length]))
        at += 12 + length
    return bytes(mended)


@pytest.mark.parametrize(
    "data", [photos.png(photos.rgb(100, 200)), photos.jpeg(photos.gray(100, 200)), photos.tiff(photos.gray(100, 200))]
)
def test_too_many_pixels_are_refused_by_their_number(data: bytes) -> None:
    assert decode(data, 0.02).width == 200
    with pytest.raises(TooLarge, match=r"200 × 100 pixels \(0\.02 MP\), more than the 0\.019 MP"):
        decode(data, 0.019)


def test_two_hundred_megapixels_are_neither_blocked_nor_warned_about() -> None:
    # More than Pillow's own limit of 179 MP, which must not apply.
    photo = decode(photos.jpeg(np.full((14_000, 14_000), 128, np.uint8), quality=50), 1000)
    assert photo.pixels.shape == (14_000, 14_000)
    assert photo.warnings == ()


def test_a_small_file_that_promises_hundreds_of_megapixels_takes_no_memory_for_them() -> None:
    with pytest.raises(TruncatedPhoto, match="cannot hold"):
        decode(photos.bomb_png(30_000, 30_000), 1000)


def test_no_memory_is_an_error_of_the_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(data: bytes) -> Photo:
        raise MemoryError

    monkeypatch.setitem(CODECS, "png", replace(CODECS["png"], read=read))
    with pytest.raises(OutOfMemory, match="PNG"):
        decode(photos.png(), LIMIT_MP)


@pytest.mark.parametrize("depth", [8, 16])
def test_the_header_alone_tells_size_and_depth(depth: int) -> None:
    data = photos.tiff(photos.rgb(30, 50, depth))
    header = probe(data)
    assert (header.format, header.height, header.width, header.bit_depth, header.pages) == ("tiff", 30, 50, depth, 1)
    assert header.megapixels == pytest.approx(0.0015)


# -- profiles ---------------------------------------------------------------------------------------------------------


def test_an_srgb_profile_is_kept_and_the_pixels_are_untouched() -> None:
    photo = decode(photos.png(photos.rgb(), chunks=[photos.icc_chunk(srgb_profile())]), LIMIT_MP)
    assert np.array_equal(photo.pixels, photos.rgb())
    assert photo.container.keep_icc
    assert photo.container.icc == srgb_profile()


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
def test_another_profile_is_applied_at_the_same_depth_and_not_kept(
    build: Callable[..., photos.Array], depth: int
) -> None:
    samples = build(depth=depth)
    icc = photos.adobe_rgb() if samples.ndim == 3 else photos.gray_gamma(1.8)
    photo = decode(photos.tiff(samples, icc=icc), LIMIT_MP)
    assert photo.pixels.dtype == samples.dtype
    assert photo.pixels.shape == samples.shape
    assert not np.array_equal(photo.pixels, samples)
    assert photo.container.icc == icc
    assert not photo.container.keep_icc
    assert photo.warnings == ()


@pytest.mark.parametrize(
    "data",
    [
        photos.jpeg(photos.rgb(), icc=b"broken" * 50),
        photos.png(photos.rgb(), chunks=[(b"iCCP", b"x\x00\x00not deflate")]),
        photos.png(photos.rgb(), chunks=[photos.icc_chunk(photos.adobe_rgb()[:300])]),
        photos.png(photos.rgb(), chunks=[photos.icc_chunk(photos.gray_gamma())]),
        photos.tiff(photos.rgb(), icc=b"\x00" * 200),
        photos.webp(photos.rgb(), icc=photos.adobe_rgb()[:200]),
        photos.with_segment(photos.jpeg(photos.rgb()), 0xE2, b"ICC_PROFILE\x00\x01\x03" + bytes(200)),
    ],
)
def test_a_profile_that_cannot_be_used_is_ignored_with_a_warning(data: bytes) -> None:
    photo = decode(data, LIMIT_MP)
    assert photo.pixels.shape == (48, 64, 3)
    assert any("profile" in warning and "ignored" in warning for warning in photo.warnings)
    assert not photo.container.keep_icc


# -- real odd files ---------------------------------------------------------------------------------------------------


def test_all_historic_scans_become_photos(shared: Path) -> None:
    for path in sorted((shared / "historic").glob("*g")):
        assert decode(path.read_bytes(), 1000).warnings == ()


@pytest.mark.parametrize("name", sorted(photos.BAD))
def test_errors_travel_between_processes(name: str) -> None:
    with pytest.raises(PhotoError) as caught:
        decode(photos.BAD[name][1](), 1000)
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes
    assert (again.message, again.hint, again.reason) == (caught.value.message, caught.value.hint, caught.value.reason)
