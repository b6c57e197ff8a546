"""Every kind of sample that a TIFF can hold, against what was put in."""

from __future__ import annotations

import io
import tracemalloc

import imagecodecs
import numpy as np
import photos
import pytest
import tifffile
from PIL import Image

from photocolor.color.icc import srgb_profile
from photocolor.color.lab import lightness_of
from photocolor.errors import PhotoError, TruncatedPhoto, UnsupportedPhoto
from photocolor.image.decode import decode, probe

LIMIT_MP = 100.0


@pytest.mark.parametrize("white_is_zero", [False, True])
@pytest.mark.parametrize("compression", [None, "packbits", "lzw", "zlib", "ccittrle", "ccitt_t4", "ccitt_t6"])
def test_bilevel_is_black_and_white(compression: str | None, white_is_zero: bool) -> None:
    bits = photos.gray(41, 67) > 128
    if compression and compression.startswith("ccitt"):
        data = _fax(bits, compression, white_is_zero)
    else:
        data = photos.tiff(
            ~bits if white_is_zero else bits,
            photometric=["minisblack", "miniswhite"][white_is_zero],
            **_how(compression),
        )
    photo = decode(data, LIMIT_MP)
    assert photo.pixels.dtype == np.uint8
    assert np.array_equal(photo.pixels, np.where(bits, 255, 0))


def _how(compression: str | None) -> dict[str, object]:
    return {} if compression is None else {"compression": compression}


def _fax(bits: photos.Array, kind: str, white_is_zero: bool) -> bytes:
    """A fax-compressed TIFF by libtiff, which inverts where white is zero."""
    file = io.BytesIO()
    names = {"ccittrle": "tiff_ccitt", "ccitt_t4": "group3", "ccitt_t6": "group4"}
    Image.fromarray(bits).save(file, "TIFF", compression=names[kind], tiffinfo={262: 0 if white_is_zero else 1})
    with tifffile.TiffFile(io.BytesIO(file.getvalue())) as stored:
        assert stored.pages.first.photometric == (0 if white_is_zero else 1)
    return file.getvalue()


@pytest.mark.parametrize("bits", [2, 4, 6, 9, 10, 12, 14, 15])
@pytest.mark.parametrize("color", [False, True])
def test_packed_samples_are_stretched_over_the_full_range(bits: int, color: bool) -> None:
    samples = (photos.rgb if color else photos.gray)(33, 47, bits)
    photo = decode(photos.tiff(samples, bitspersample=bits), LIMIT_MP)
    top = 255 if bits <= 8 else 65535
    assert photo.bit_depth == (8 if bits <= 8 else 16)
    assert probe(photos.tiff(samples, bitspersample=bits)).bit_depth == bits
    exact = samples.astype(float) * top / (2**bits - 1)
    assert np.abs(photo.pixels - exact).max() <= 0.5
    assert photo.pixels.max() == top


def test_twelve_bits_in_sixteen_are_not_stretched_because_the_file_does_not_say_so_and_it_is_told() -> None:
    samples = photos.gray(depth=12)
    photo = decode(photos.tiff(samples), LIMIT_MP)
    assert np.array_equal(photo.pixels, samples)
    assert any("4095" in warning for warning in photo.warnings)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("build", [photos.gray, photos.rgb])
def test_floating_point_from_0_to_1_with_a_profile_becomes_16_bits(build: type, dtype: type) -> None:
    samples = build(depth=16)
    values = (samples / 65535).astype(dtype)
    icc = srgb_profile() if samples.ndim == 3 else photos.gray_gamma(1.0)
    photo = decode(photos.tiff(values, icc=icc), LIMIT_MP)
    assert photo.pixels.dtype == np.uint16
    assert any("rounded to 16 bits" in warning for warning in photo.warnings)
    step = 40 if dtype == np.float16 else 4
    if samples.ndim == 3:
        assert np.abs(photo.pixels.astype(int) - samples).max() <= step
    else:
        linear = np.where(
            samples / 65535 <= 0.0031308, samples / 65535 * 12.92, 1.055 * (samples / 65535) ** (1 / 2.4) - 0.055
        )
        assert np.abs(photo.pixels - linear * 65535)[samples > 2000].max() <= step


def test_floating_point_without_a_profile_is_refused_because_its_curve_is_unknown() -> None:
    with pytest.raises(UnsupportedPhoto, match="linear light or encoded"):
        decode(photos.tiff((photos.gray() / 255).astype(np.float32)), LIMIT_MP)


@pytest.mark.parametrize("depth", [8, 16])
def test_lab_lightness_goes_over_exactly(depth: int) -> None:
    lightness = photos.gray(depth=depth)
    stored = np.zeros((*lightness.shape, 3), lightness.dtype)
    stored[..., 0] = lightness
    photo = decode(photos.tiff(stored, photometric="cielab"), LIMIT_MP)
    assert photo.pixels.ndim == 2
    assert photo.bit_depth == 16
    wanted = lightness / (2**depth - 1) * 100
    assert np.abs(lightness_of(photo.pixels) - wanted).max() < 0.007  # half of a 16-bit code near black
    again = np.rint(lightness_of(photo.pixels) / 100 * (2**depth - 1))
    assert depth == 16 or np.array_equal(again, lightness)


def test_white_of_icc_lab_is_white_and_what_is_stored_above_it_too() -> None:
    stored = np.full((20, 30, 3), 32768, np.uint16)
    stored[..., 0] = np.linspace(0xFF00 - 10000, 0xFFFF, 30).astype(np.uint16)
    for tint in (0, 512):  # neutral pixels have a table of their own
        stored[..., 2] = 32768 + tint
        photo = decode(photos.tiff(stored, photometric="icclab"), LIMIT_MP)
        gray = photo.pixels if photo.gray is None else photo.gray
        wanted = (stored[..., 0] / 652.8).clip(max=100)
        assert np.abs(lightness_of(gray) - wanted).max() < 0.007
        assert (gray[stored[..., 0] >= 0xFF00] == 65535).all()


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("photometric", ["cielab", "icclab"])
def test_lab_colors_agree_with_little_cms(photometric: str, depth: int) -> None:
    rng = np.random.default_rng(4)
    lab = np.stack([rng.uniform(30, 80, (20, 30)), *rng.uniform(-20, 20, (2, 20, 30))], axis=-1)
    white = 65280 if photometric == "icclab" else 65535  # 16 bits of L* = 100: ICC encodes 0xFF00, TIFF all of them
    scale = np.array([2.55, 1, 1]) if depth == 8 else np.array([white / 100, 256, 256])
    stored = np.rint(lab * scale)
    if photometric == "icclab":
        stored[..., 1:] += 128 if depth == 8 else 32768
    dtype = np.uint8 if depth == 8 else np.uint16
    data = photos.tiff(stored.astype(np.int64).astype(dtype), photometric=photometric)
    photo = decode(data, LIMIT_MP)
    exact = stored.copy()
    if photometric == "icclab":
        exact[..., 1:] -= 128 if depth == 8 else 32768
    reference = imagecodecs.cms_transform(
        exact / scale,
        imagecodecs.cms_profile("lab2"),
        imagecodecs.cms_profile("srgb"),
        colorspace="lab",
        outcolorspace="rgb",
        outdtype="f8",
    )
    assert np.abs(photo.pixels / 65535 - reference.clip(0, 1)).max() < 0.001
    assert photo.gray is not None
    assert np.abs(lightness_of(photo.gray) - exact[..., 0] / scale[0]).max() < 0.007


@pytest.mark.parametrize("depth", [8, 16])
def test_cmyk_goes_through_its_profile_and_without_one_is_refused(depth: int) -> None:
    top = 2**depth - 1
    inks = np.concatenate([photos.rgb(depth=depth) // 3, photos.gray(depth=depth)[..., None] // 2], axis=-1)
    with pytest.raises(UnsupportedPhoto, match="inks"):
        decode(photos.tiff(inks, photometric="separated"), LIMIT_MP)
    with pytest.raises(UnsupportedPhoto, match="unusable color profile"):
        decode(photos.tiff(inks, photometric="separated", icc=srgb_profile()), LIMIT_MP)
    photo = decode(photos.tiff(inks, photometric="separated", icc=photos.cmyk_profile()), LIMIT_MP)
    assert photo.pixels.shape == (48, 64, 3)
    assert photo.bit_depth == depth
    assert not photo.container.keep_icc
    paper = np.zeros((4, 4, 4), inks.dtype)
    white = decode(photos.tiff(paper, photometric="separated", icc=photos.cmyk_profile()), LIMIT_MP).pixels
    assert white.min() >= 0.99 * top
    black = decode(photos.tiff(paper + top, photometric="separated", icc=photos.cmyk_profile()), LIMIT_MP).pixels
    assert black.max() <= 0.02 * top


def test_ycbcr_without_jpeg_is_decoded_as_libtiff_does() -> None:
    file = io.BytesIO()
    image = Image.fromarray(photos.tinted(48, 64)).convert("YCbCr")
    image.save(file, "TIFF")
    photo = decode(file.getvalue(), LIMIT_MP)
    assert np.abs(photo.pixels.astype(int) - np.asarray(image.convert("RGB"))).max() <= 2


@pytest.mark.parametrize("depth", [8, 16])
def test_a_palette_of_real_16_bit_colors_is_not_cut_to_8(depth: int) -> None:
    colors = np.random.default_rng(3).integers(0, 65536, (3, 2**depth), dtype=np.uint16)
    indices = photos.gray(depth=depth)
    photo = decode(photos.tiff(indices, palette=colors), LIMIT_MP)
    assert photo.bit_depth == 16
    assert np.array_equal(photo.pixels, colors.T[indices])


@pytest.mark.parametrize("bits", [1, 4])
def test_palettes_of_few_bits_are_expanded(bits: int) -> None:
    indices = photos.gray() >> (8 - bits)
    image = Image.fromarray(indices).convert("P") if bits > 1 else Image.fromarray(indices.astype(bool))
    file = io.BytesIO()
    if bits > 1:
        image.putpalette([n * 7 % 256 for n in range(48)])
        image.save(file, "TIFF", bits=4)
    else:
        image.save(file, "TIFF", tiffinfo={262: 3, 320: (0, 65535, 65535, 0, 257, 514)})
    photo = decode(file.getvalue(), LIMIT_MP)
    with Image.open(file) as again:
        reference = np.asarray(again.convert("RGB")) if bits > 1 else None
    if reference is None:
        reference = np.array([[0, 255, 1], [255, 0, 2]], np.uint8)[indices]
    assert np.array_equal(photo.pixels, reference)


def test_palette_entries_in_the_upper_half_are_8_bits() -> None:
    colors = np.random.default_rng(3).integers(0, 256, (3, 256), dtype=np.uint16)
    photo = decode(photos.tiff(photos.gray(), palette=colors << 8), LIMIT_MP)
    assert np.array_equal(photo.pixels, colors.T.astype(np.uint8)[photos.gray()])


def test_every_page_is_a_photo_of_its_own() -> None:
    pages = [photos.gray(20, 30), photos.rgb(31, 17, 16), photos.gray(8, 9) > 99]
    data = photos.tiff_of(pages)
    assert probe(data).pages == 3
    for number, page in enumerate(pages):
        photo = decode(data, LIMIT_MP, number)
        assert np.array_equal(photo.pixels, np.where(page, 255, 0) if page.dtype == bool else page)
    with pytest.raises(TruncatedPhoto, match="3 pages, not 4"):
        decode(data, LIMIT_MP, 3)


@pytest.mark.parametrize("compression", ["jpeg2000", "jpeg", "webp", "jpegxl"])
def test_a_strip_that_promises_more_pixels_than_its_place_takes_no_memory(compression: str) -> None:
    inner = {
        "jpeg2000": lambda x: imagecodecs.jpeg2k_encode(x, level=0, codecformat="j2k"),
        "jpeg": lambda x: imagecodecs.jpeg_encode(x, level=50),
        "webp": lambda x: imagecodecs.webp_encode(x, lossless=True),
        "jpegxl": lambda x: imagecodecs.jpegxl_encode(x, lossless=True, usecontainer=False),
    }[compression](np.zeros((4000, 4000, 3), np.uint8))
    data = photos.tiff(photos.rgb(16, 16), compression=compression)
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        tags = file.pages.first.tags
        sizes, places = tags[279].valueoffset, tags[273].valueoffset
    at = len(data)
    damaged = bytearray(data + inner)
    damaged[places : places + 4], damaged[sizes : sizes + 4] = (
        at.to_bytes(4, "little"),
        len(inner).to_bytes(4, "little"),
    )
    tracemalloc.start()
    with pytest.raises(PhotoError, match=r"4000 × 4000"):
        decode(bytes(damaged), LIMIT_MP)
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()
