from __future__ import annotations

import io
import struct

import imagecodecs
import numpy as np
import photos
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from photocolor.color.icc import srgb_profile
from photocolor.color.profile import SRGB_TOLERANCE, BadProfile, is_srgb, refuse_degenerate, to_srgb

CODES_8 = 1  # rounding of input and output
CODES_16 = 3  # Little CMS computes 16-bit RGB in 16-bit steps
CODES_16_BLACK = 40  # below 1 % of white, where sRGB's slope of 12.92 magnifies them


def _adobe_reference(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adobe RGB (1998) in [0, 1] to sRGB in [0, 1] by the published matrices.

    Source: Adobe RGB (1998) color image encoding, section 4.3.5.3; IEC 61966-2-1. Both have D65, so no adaptation.
    """
    to_xyz = np.array([[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]])
    from_xyz = np.linalg.inv([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    return _encoded((values ** (563 / 256)) @ to_xyz.T @ from_xyz.T)


def _encoded(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_adobe_rgb_matches_its_published_matrices(dtype: type[np.unsignedinteger]) -> None:
    top = np.iinfo(dtype).max
    colors = np.random.default_rng(3).integers(0, top + 1, (40, 50, 3)).astype(dtype)
    result = to_srgb(colors, photos.adobe_rgb())
    expected = _adobe_reference(colors / top)
    inside = ((expected > 0.05) & (expected < 0.999)).all(axis=-1)  # at the border of sRGB, clipping decides
    assert inside.sum() > 500
    assert np.abs(result / top - expected)[inside].max() < (1.5 / 255 if dtype == np.uint8 else 1e-3)
    assert result.dtype == dtype


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_gray_profiles_give_the_gray_that_their_curve_says(gamma: float, dtype: type[np.unsignedinteger]) -> None:
    top = np.iinfo(dtype).max
    ramp = np.arange(top + 1).astype(dtype).reshape(1, -1)
    result = to_srgb(ramp, photos.gray_gamma(gamma))
    expected = _encoded((ramp / top) ** gamma) * top
    assert result.shape == ramp.shape
    assert result.dtype == dtype
    difference = np.abs(result.astype(float) - expected)[0]
    assert difference.max() <= (CODES_8 if dtype == np.uint8 else CODES_16_BLACK)
    assert difference[top // 100 :].max() <= (CODES_8 if dtype == np.uint8 else CODES_16)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_gray_stays_neutral_and_ordered_through_an_rgb_profile(dtype: type[np.unsignedinteger]) -> None:
    top = np.iinfo(dtype).max
    ramp = np.repeat(np.arange(top + 1).astype(dtype)[None, :, None], 3, axis=2)
    result = to_srgb(ramp, photos.adobe_rgb())
    assert np.array_equal(result[..., 0], result[..., 1])
    assert np.array_equal(result[..., 1], result[..., 2])
    assert (np.diff(result[0, :, 0].astype(int)) >= 0).all()
    assert result[0, 0, 0] == 0
    assert result[0, -1, 0] == top
    expected = _adobe_reference(ramp[0] / top)[:, 0] * top
    assert np.abs(result[0, :, 0] - expected)[top // 100 :].max() <= (CODES_8 if dtype == np.uint8 else 20)


def test_gray_pixels_among_colors_come_out_as_they_do_alone() -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    mixed = np.concatenate([ramp, photos.rgb(700, 256)])
    assert np.array_equal(to_srgb(mixed, photos.adobe_rgb())[:1], to_srgb(ramp, photos.adobe_rgb()))


def test_a_gray_picture_with_an_rgb_profile_takes_the_profiles_gray_axis() -> None:
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    expected = to_srgb(np.repeat(ramp[..., None], 3, axis=2), photos.adobe_rgb())[..., 0]
    assert np.array_equal(to_srgb(ramp, photos.adobe_rgb()), expected)


def test_bands_leave_no_trace() -> None:
    tall = photos.rgb(1000, 8)
    assert np.array_equal(
        to_srgb(tall, photos.adobe_rgb()), np.concatenate([to_srgb(row[None], photos.adobe_rgb()) for row in tall])
    )


@pytest.mark.parametrize(
    "icc",
    [
        srgb_profile(),
        imagecodecs.cms_profile("srgb"),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    ],
)
def test_an_srgb_profile_leaves_the_pixels_untouched(icc: bytes) -> None:
    assert is_srgb(icc)
    for pixels in (photos.gray(), photos.rgb(), photos.rgb(depth=16)):
        assert to_srgb(pixels, icc) is pixels


@pytest.mark.parametrize("icc", [photos.adobe_rgb(), photos.gray_gamma(2.2), photos.gray_gamma(1.0)])
def test_other_profiles_are_not_taken_for_srgb(icc: bytes) -> None:
    assert not is_srgb(icc)


def test_a_gamma_of_two_point_two_is_not_srgb() -> None:
    # The same primaries with a plain power curve: closest to sRGB of all that must be converted.
    icc = imagecodecs.cms_profile(
        "rgb", whitepoint=(0.3127, 0.329, 1.0), primaries=(0.64, 0.33, 1, 0.3, 0.6, 1, 0.15, 0.06, 1), gamma=2.2
    )
    assert not is_srgb(icc)
    ramp = np.arange(256, dtype=np.uint8)[None]
    expected = _encoded((ramp / 255) ** 2.2) * 255
    assert np.abs(to_srgb(ramp, icc) - expected).max() <= CODES_8


def test_pillow_agrees_on_colors() -> None:
    pixels = photos.rgb()
    source = ImageCms.ImageCmsProfile(io.BytesIO(photos.adobe_rgb()))
    with Image.fromarray(pixels) as image:
        seen = ImageCms.profileToProfile(
            image,
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    assert seen is not None
    assert np.abs(np.asarray(seen).astype(int) - to_srgb(pixels, photos.adobe_rgb())).max() <= CODES_8


@pytest.mark.parametrize(
    ("icc", "said"),
    [
        (b"", "header"),
        (b"x" * 500, "header"),
        (photos.adobe_rgb()[:200], "broken"),
        (photos.adobe_rgb()[:128] + bytes(736), "broken"),
        (photos.adobe_rgb()[:16] + b"CMYK" + photos.adobe_rgb()[20:], "CMYK"),
        (photos.gray_gamma(), "gray"),
    ],
)
def test_a_profile_that_cannot_be_used_says_why(icc: bytes, said: str) -> None:
    with pytest.raises(BadProfile, match=said):
        to_srgb(photos.rgb(), icc)


def test_flipped_bytes_in_a_profile_never_raise_anything_else() -> None:
    rng = np.random.default_rng(11)
    for base, pixels in ((photos.adobe_rgb(), photos.rgb(8, 8)), (photos.gray_gamma(), photos.gray(8, 8))):
        for _ in range(200):
            damaged = bytearray(base)
            for place in rng.integers(0, len(base), 3):
                damaged[place] = rng.integers(256)
            try:
                result = to_srgb(pixels, bytes(damaged))
            except BadProfile:
                continue
            assert result.shape == pixels.shape


# -- our own profile --------------------------------------------------------------------------------------------------


def test_our_profile_is_srgb_far_closer_than_the_tolerance() -> None:
    colors = np.random.default_rng(5).random((1, 5000, 3), dtype=np.float32)
    seen = imagecodecs.cms_transform(
        colors, srgb_profile(), imagecodecs.cms_profile("srgb"), colorspace="rgb", outcolorspace="rgb"
    )
    assert np.abs(seen - colors).max() < SRGB_TOLERANCE / 2


def test_our_profile_is_well_formed_and_the_same_every_day() -> None:
    icc = srgb_profile()
    assert int.from_bytes(icc[:4], "big") == len(icc)
    imagecodecs.cms_profile_validate(icc)
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(icc))).strip() == "sRGB IEC61966-2.1"
    assert icc[24:36] == bytes.fromhex("07d0 0001 0001 0000 0000 0000")  # its date, a constant


def _with_tag(icc: bytes, names: tuple[bytes, ...], content: bytes) -> bytes:
    """The profile with other bytes behind the type of some of its tags."""
    changed = bytearray(icc)
    for at in range(132, 132 + 12 * int.from_bytes(icc[128:132], "big"), 12):
        if icc[at : at + 4] in names:
            start = int.from_bytes(icc[at + 4 : at + 8], "big") + 8
            changed[start : start + len(content)] = content
    return bytes(changed)


_PRIMARIES = (b"rXYZ", b"gXYZ", b"bXYZ")
_THIRD_OF_WHITE = struct.pack(">3i", 21063, 21845, 18020)


@pytest.mark.parametrize(
    ("icc", "said"),
    [
        (_with_tag(srgb_profile(), _PRIMARIES, bytes(12)), "one value"),
        (_with_tag(srgb_profile(), _PRIMARIES, struct.pack(">3i", -(2**31), 0, 0)), "white is none|one value"),
        (_with_tag(srgb_profile(), _PRIMARIES, _THIRD_OF_WHITE), "not three colors"),
        (_with_tag(srgb_profile(), (b"gXYZ",), bytes(12)), "white is none"),
        (_with_tag(srgb_profile(), (b"wtpt",), bytes(12)), "white point is none"),
        (_with_tag(srgb_profile(), (b"wtpt",), struct.pack(">3i", 2**30, 65536, 1)), "white point is none"),
        (_with_tag(srgb_profile(), (b"rTRC",), struct.pack(">I", 2) + bytes(4)), "one value|white is none"),
        (_with_tag(photos.gray_gamma(), (b"kTRC",), struct.pack(">I", 2) + bytes(4)), "one value|broken"),
    ],
)
def test_a_profile_that_is_none_is_refused_so_that_it_blanks_no_picture(icc: bytes, said: str) -> None:
    pixels = photos.gray() if icc[16:20] == b"GRAY" else photos.rgb()
    with pytest.raises(BadProfile, match=said):
        to_srgb(pixels, icc)


def test_every_usual_profile_is_taken() -> None:
    for name in ("srgb", "adobergb", "displayp3", "prophotorgb", "rec2020"):
        try:
            icc = bytes(imagecodecs.cms_profile(name))
        except (ValueError, RuntimeError):
            continue
        refuse_degenerate(icc)
    for icc in (
        srgb_profile(),
        photos.adobe_rgb(),
        photos.cmyk_profile(),
        *map(photos.gray_gamma, (1.0, 1.8, 2.2, 3.0)),
    ):
        refuse_degenerate(icc)
