from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import photos
import pytest
import tifffile
from PIL import Image

from photocolor.color.icc import srgb_profile
from photocolor.color.lab import gray_of
from photocolor.errors import UnsupportedPhoto
from photocolor.image.decode import decode
from photocolor.image.encode import encode, encode_rows, losses, result_icc, target_format
from photocolor.image.photo import Container, Photo, Rows
from photocolor.settings import FileSettings, OutputFormat

LIMIT_MP = 100.0
JPEG_TOLERANCE = 3.5  # mean, in 8-bit codes, at quality 95, on strong grain
WEBP_TOLERANCE = 8.0  # the same; its color is halved in both directions


def _written(
    folder: Path, data: bytes, wanted: OutputFormat = OutputFormat.KEEP, quality: int = 95
) -> tuple[Photo, Photo, photos.Array, bytes]:
    """Source, result read back, the pixels that were written, and the result's bytes."""
    source = decode(data, LIMIT_MP)
    pixels = _colored(source)
    path = folder / ".pc-0123abcd.tmp"
    row = encode(path, pixels, source, FileSettings(format=wanted, quality=quality))
    result = decode(path.read_bytes(), LIMIT_MP)
    assert row.name == result.container.format
    return source, result, pixels, path.read_bytes()


def _colored(photo: Photo) -> photos.Array:
    """What coloring gives: (H, W, 3) of the photo's depth."""
    return photos.rgb(photo.height, photo.width, photo.bit_depth, seed=9)


SOURCES: dict[str, Callable[[photos.Array], bytes]] = {
    "png": photos.png,
    "tiff": photos.tiff,
    "tiff-lzw": lambda samples: photos.tiff(samples, compression="lzw", byteorder=">"),
    "tiff-deflate": lambda samples: photos.tiff(samples, compression="zlib", tile=(16, 32)),
    "tiff-packbits": lambda samples: photos.tiff(samples, compression="packbits", bigtiff=True),
    "tiff-zstd": lambda samples: photos.tiff(samples, compression="zstd", byteorder=">", bigtiff=True),
    "tiff-lzma": lambda samples: photos.tiff(samples, compression="lzma"),
    "tiff-jpeg2000": lambda samples: photos.tiff(samples, compression="jpeg2000"),
}


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
@pytest.mark.parametrize("name", SOURCES)
def test_lossless_formats_hold_the_pixels_exactly_at_the_sources_depth(
    tmp_path: Path, name: str, build: Callable[..., photos.Array], depth: int
) -> None:
    _, result, pixels, _ = _written(tmp_path, SOURCES[name](build(height=37, width=53, depth=depth)))
    assert result.pixels.dtype == pixels.dtype == np.dtype(f"u{depth // 8}")
    assert np.array_equal(result.pixels, pixels)
    assert result.alpha is None


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
@pytest.mark.parametrize(
    "write", [photos.png, photos.tiff, lambda samples, alpha: photos.tiff(samples, alpha=alpha, extra="assocalpha")]
)
def test_alpha_goes_along_untouched(
    tmp_path: Path, write: Callable[..., bytes], build: Callable[..., photos.Array], depth: int
) -> None:
    alpha = photos.alpha(depth=depth)
    source, result, pixels, _ = _written(tmp_path, write(build(depth=depth), alpha=alpha))
    assert np.array_equal(result.pixels, pixels)
    assert result.alpha is not None
    assert np.array_equal(result.alpha, alpha)
    assert result.container.extra_sample == source.container.extra_sample


def test_webp_alpha_and_colors_under_it_are_kept(tmp_path: Path) -> None:
    _, result, pixels, _ = _written(tmp_path, photos.webp(alpha=photos.alpha()))
    assert np.array_equal(result.pixels, pixels)
    assert np.array_equal(result.alpha, photos.alpha())
    assert result.container.lossless


@pytest.mark.parametrize(
    "data",
    [
        photos.tiff(compression="lzw", predictor=2, byteorder=">", dpi=(300, 200)),
        photos.tiff(compression="zlib", tile=(32, 16), bigtiff=True),
        photos.tiff(compression="packbits"),
        photos.tiff(compression="zstd"),
        photos.tiff(compression="lzma"),
        photos.tiff(dpi=(72, 72)),
    ],
)
def test_a_tiff_keeps_how_it_was_written(tmp_path: Path, data: bytes) -> None:
    source, result, _, _ = _written(tmp_path, data)
    assert result.container == source.container


@pytest.mark.parametrize("compression", ["jpeg", "jpeg2000", "webp"])
def test_a_tiff_that_cannot_be_written_losslessly_as_it_was_is_deflated(tmp_path: Path, compression: str) -> None:
    source, result, pixels, _ = _written(tmp_path, photos.tiff(photos.rgb(), compression=compression))
    assert source.container.compression == compression.upper()
    assert result.container.compression == "ADOBE_DEFLATE"
    assert np.array_equal(result.pixels, pixels)


def test_other_readers_agree_with_what_was_written(tmp_path: Path) -> None:
    _, _, pixels, data = _written(tmp_path, photos.tiff(compression="lzw"))
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image), pixels)
    _, _, pixels, data = _written(tmp_path, photos.png())
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image), pixels)
    _, _, pixels, data = _written(tmp_path, photos.tiff(photos.gray(depth=16), compression="zlib", byteorder=">"))
    assert np.array_equal(tifffile.imread(io.BytesIO(data)), pixels)


def test_a_tiff_says_nothing_that_its_source_did_not(tmp_path: Path) -> None:
    _, _, _, data = _written(tmp_path, photos.tiff())
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        assert not {"Software", "DateTime", "ImageDescription"} & {tag.name for tag in file.pages.first.tags}


@pytest.mark.parametrize("data", [photos.jpeg(photos.gray()), photos.jpeg(photos.rgb())])
def test_jpeg_is_written_at_full_color_resolution(tmp_path: Path, data: bytes) -> None:
    _, result, pixels, written = _written(tmp_path, data)
    assert np.abs(result.pixels.astype(int) - pixels).mean() <= JPEG_TOLERANCE
    at = written.index(b"\xff\xc0")
    assert [written[at + 11 + 3 * n] for n in range(3)] == [0x11, 0x11, 0x11]  # sampling factors


@pytest.mark.parametrize("wanted", [OutputFormat.JPEG, OutputFormat.WEBP])
def test_quality_decides_the_size_of_lossy_results(tmp_path: Path, wanted: OutputFormat) -> None:
    sizes = [len(_written(tmp_path, photos.jpeg(photos.rgb()), wanted, quality)[3]) for quality in (50, 80, 95)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_webp_is_lossless_exactly_where_the_source_was(tmp_path: Path) -> None:
    for data in (photos.png(photos.rgb()), photos.tiff(photos.rgb()), photos.webp()):
        _, result, pixels, _ = _written(tmp_path, data, OutputFormat.WEBP)
        assert np.array_equal(result.pixels, pixels)
    for data in (photos.jpeg(photos.rgb()), photos.webp(lossless=False)):
        _, result, pixels, _ = _written(tmp_path, data, OutputFormat.WEBP)
        assert not result.container.lossless
        assert np.abs(result.pixels.astype(int) - pixels).mean() <= WEBP_TOLERANCE


ALL_SOURCES = {
    "jpeg": photos.jpeg(photos.rgb(), dpi=(300, 300)),
    "png": photos.png(photos.rgb(), alpha=photos.alpha(), chunks=[photos.density_chunk(300)]),
    "png-16": photos.png(photos.rgb(depth=16), chunks=[photos.density_chunk(300)]),
    "tiff-16": photos.tiff(photos.gray(depth=16), dpi=(300, 300), compression="lzw"),
    "webp": photos.webp(),
}


@pytest.mark.parametrize("name", ALL_SOURCES)
@pytest.mark.parametrize("wanted", OutputFormat)
def test_equal_input_gives_equal_bytes(tmp_path: Path, name: str, wanted: OutputFormat) -> None:
    first = _written(tmp_path, ALL_SOURCES[name], wanted)[3]
    assert _written(tmp_path, ALL_SOURCES[name], wanted)[3] == first


@pytest.mark.parametrize("name", ["jpeg", "png", "png-16", "tiff-16"])
@pytest.mark.parametrize("wanted", [OutputFormat.KEEP, OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.TIFF])
def test_resolution_goes_along(tmp_path: Path, name: str, wanted: OutputFormat) -> None:
    _, result, _, _ = _written(tmp_path, ALL_SOURCES[name], wanted)
    assert result.container.dpi == pytest.approx((300, 300), abs=0.01)


@pytest.mark.parametrize("wanted", [OutputFormat.JPEG, OutputFormat.WEBP])
def test_16_bits_become_the_nearest_8_only_for_formats_asked_for_that_hold_no_more(
    tmp_path: Path, wanted: OutputFormat
) -> None:
    data = photos.tiff(photos.gray(depth=16))
    source, result, pixels, _ = _written(tmp_path, data, wanted)
    assert result.bit_depth == 8
    assert "8 bits" in losses(source, wanted)[0]
    if wanted is OutputFormat.WEBP:
        assert np.array_equal(result.pixels, np.rint(pixels / 257).astype(np.uint8))
    assert losses(source, OutputFormat.KEEP) == losses(source, OutputFormat.PNG) == ()


def test_what_jpeg_cannot_hold_is_told(tmp_path: Path) -> None:
    source, result, _, _ = _written(tmp_path, ALL_SOURCES["png"], OutputFormat.JPEG)
    assert result.alpha is None
    assert "transparency" in losses(source, OutputFormat.JPEG)[0]


def test_an_unspecified_extra_channel_never_becomes_transparency(tmp_path: Path) -> None:
    data = photos.tiff(photos.rgb(), alpha=photos.alpha(), extra="unspecified")
    source, result, _, _ = _written(tmp_path, data, OutputFormat.PNG)
    assert result.alpha is None
    assert "extra channel" in losses(source, OutputFormat.PNG)[0]
    _, kept, _, _ = _written(tmp_path, data)
    assert kept.alpha is not None
    assert losses(source, OutputFormat.KEEP) == ()


@pytest.mark.parametrize("depth", [8, 16])
def test_colors_multiplied_by_alpha_are_divided_where_a_format_cannot_say_so(tmp_path: Path, depth: int) -> None:
    alpha = photos.alpha(depth=depth)
    top = np.iinfo(alpha.dtype).max
    source = decode(photos.tiff(photos.rgb(depth=depth), alpha=alpha, extra="assocalpha"), LIMIT_MP)
    true_colors = photos.rgb(depth=depth, seed=3)
    multiplied = np.rint(true_colors * (alpha[..., None] / top)).astype(alpha.dtype)
    path = tmp_path / "result.png"
    encode(path, multiplied, source, FileSettings(format=OutputFormat.PNG))
    result = decode(path.read_bytes(), LIMIT_MP)
    visible = alpha > top // 4  # below, 8 bits of product hold less than 6 of color
    assert np.abs(result.pixels.astype(int) - true_colors)[visible].max() <= 2
    assert np.array_equal(result.alpha, alpha)


@pytest.mark.parametrize("depth", [8, 16])
def test_a_color_stronger_than_its_alpha_allows_is_left_out_and_its_lightness_stays(tmp_path: Path, depth: int) -> None:
    alpha = photos.alpha(depth=depth)
    top = np.iinfo(alpha.dtype).max
    source = decode(photos.tiff(photos.rgb(depth=depth), alpha=alpha, extra="assocalpha"), LIMIT_MP)
    gray = np.rint(photos.gray(depth=depth) * (alpha / top)).astype(alpha.dtype)
    painted = np.dstack([gray + (top - gray) // 8, gray, gray])
    whole = gray_of(painted)
    painted[whole > alpha] = gray[whole > alpha, None]
    path = tmp_path / "result.png"
    encode(path, painted, source, FileSettings(format=OutputFormat.PNG))
    result = decode(path.read_bytes(), LIMIT_MP)
    again = np.rint(result.pixels * (alpha[..., None] / top)).astype(alpha.dtype)
    assert (painted > alpha[..., None]).any()
    assert np.abs(gray_of(again).astype(int) - gray_of(painted)).max() == 0


def test_what_is_lighter_than_its_alpha_allows_is_refused_where_it_had_to_be_divided(tmp_path: Path) -> None:
    data = photos.tiff(photos.rgb(), alpha=photos.alpha(), extra="assocalpha")
    source = decode(data, LIMIT_MP)
    with pytest.raises(UnsupportedPhoto, match="PNG cannot hold them"):
        encode(tmp_path / "result.png", photos.rgb(), source, FileSettings(format=OutputFormat.PNG))
    assert _written(tmp_path, data)[1].alpha is not None


# -- profiles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", OutputFormat)
def test_an_untagged_source_gives_an_untagged_result(tmp_path: Path, wanted: OutputFormat) -> None:
    assert _written(tmp_path, photos.png(photos.rgb()), wanted)[1].container.icc is None


@pytest.mark.parametrize("wanted", OutputFormat)
def test_a_converted_source_gives_a_result_tagged_srgb(tmp_path: Path, wanted: OutputFormat) -> None:
    source, result, _, _ = _written(tmp_path, photos.tiff(photos.gray(), icc=photos.gray_gamma()), wanted)
    assert source.container.icc == photos.gray_gamma()
    assert result_icc(source) == srgb_profile()
    # JPEG XL says sRGB in its own numbers, which all its readers know.
    assert result.container.icc == (None if wanted is OutputFormat.JXL else srgb_profile())
    assert result.container.keep_icc is (wanted is not OutputFormat.JXL)


@pytest.mark.parametrize("wanted", OutputFormat)
def test_an_srgb_profile_of_another_maker_is_kept_byte_for_byte(tmp_path: Path, wanted: OutputFormat) -> None:
    own = srgb_profile().replace(b"use freely", b"made by me")
    source, result, _, _ = _written(tmp_path, photos.jpeg(photos.rgb(), icc=own), wanted)
    assert result_icc(source) == own
    assert result.container.icc == (None if wanted is OutputFormat.JXL else own)


# -- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "side", "fits"),
    [
        (OutputFormat.WEBP, 16383, True),
        (OutputFormat.WEBP, 16384, False),
        (OutputFormat.JPEG, 65500, True),
        (OutputFormat.JPEG, 65501, False),
        (OutputFormat.PNG, 65501, True),
        (OutputFormat.KEEP, 65501, True),
    ],
)
def test_a_format_that_cannot_hold_the_size_is_refused_before_any_work(
    wanted: OutputFormat, side: int, fits: bool
) -> None:
    photo = Photo(np.zeros((1, side), np.uint8), None, 1, Container("tiff"))
    if fits:
        assert target_format(photo, wanted).name == ("tiff" if wanted is OutputFormat.KEEP else wanted.value)
    else:
        with pytest.raises(UnsupportedPhoto, match=str(side)):
            target_format(photo, wanted)


def test_a_tiff_too_large_for_32_bit_offsets_becomes_a_bigtiff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photocolor.image.tiff.write._CLASSIC_BYTES", 48 * 64 * 3 - 1)
    assert _written(tmp_path, photos.tiff())[1].container.bigtiff
    monkeypatch.setattr("photocolor.image.tiff.write._CLASSIC_BYTES", 48 * 64 * 3)
    assert not _written(tmp_path, photos.tiff())[1].container.bigtiff


def test_odd_tiles_of_a_damaged_source_are_not_copied(tmp_path: Path) -> None:
    source = decode(photos.tiff(), LIMIT_MP)
    odd = replace(source, container=replace(source.container, tile_px=(17, 16)))
    encode(tmp_path / "result.tif", photos.rgb(), odd, FileSettings())
    assert decode((tmp_path / "result.tif").read_bytes(), LIMIT_MP).container.tile_px is None


@pytest.mark.parametrize("wanted", [OutputFormat.JPEG, OutputFormat.PNG, OutputFormat.TIFF, OutputFormat.WEBP])
@pytest.mark.parametrize("transparent", [False, True])
def test_rows_that_come_a_few_at_a_time_give_the_bytes_of_the_whole(
    tmp_path: Path, wanted: OutputFormat, transparent: bool
) -> None:
    source = decode(photos.tiff(alpha=photos.alpha() if transparent else None), LIMIT_MP)
    files, colors = FileSettings(format=wanted), photos.rgb()
    encode(tmp_path / "whole", colors, source, files)
    parts = (
        Rows(colors[top : top + 7], source.alpha[top : top + 7] if transparent else None) for top in range(0, 48, 7)
    )
    encode_rows(tmp_path / "rows", parts, source, files)
    assert (tmp_path / "rows").read_bytes() == (tmp_path / "whole").read_bytes()
