"""Fields of a TIFF that say what its colors are: they change no pixel, and are not passed over in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import photos
import pytest
from commands import photocolor
from runs import write_tree

from photocolor.color.icc import srgb_profile
from photocolor.color.lab import decode_srgb
from photocolor.image.decode import decode

Field = tuple[int, int, int, tuple[int, ...], bool]

TRANSFER, WHITE, PRIMARIES = 301, 318, 319
PROPHOTO = (0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001)
SRGB = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
GRAY = photos.gray(60, 80)
COLOR = np.repeat(GRAY[..., None], 3, axis=2)
NOT_APPLIED = "not applied; its values are taken as sRGB"


def fractions(tag: int, values: tuple[float, ...]) -> Field:
    return tag, 5, len(values), tuple(part for value in values for part in (round(value * 10000), 10000)), True


def curve(exponent: float, *, bits: int = 8, curves: int = 1) -> Field:
    codes = np.linspace(0, 1, 1 << bits)
    light = decode_srgb(codes) if not exponent else codes**exponent
    return TRANSFER, 3, curves << bits, tuple(map(int, np.rint(light * 65535))) * curves, True


D50, D65 = fractions(WHITE, (0.3457, 0.3585)), fractions(WHITE, (0.3127, 0.329))


@pytest.mark.parametrize(
    ("pixels", "fields", "told"),
    [
        (GRAY, [curve(1.0)], ["TransferFunction"]),
        (GRAY.astype(np.uint16) * 257, [curve(1.0, bits=16)], ["TransferFunction"]),
        (GRAY, [(TRANSFER, 3, 1, (7,), True)], ["TransferFunction"]),
        (GRAY, [(TRANSFER, 2, 4, "abc", True)], ["TransferFunction"]),
        (COLOR, [curve(1.8, curves=3)], ["TransferFunction"]),
        (COLOR, [D50, fractions(PRIMARIES, PROPHOTO)], ["PrimaryChromaticities"]),
        (COLOR, [D50, fractions(PRIMARIES, SRGB)], ["PrimaryChromaticities"]),
        (COLOR, [fractions(PRIMARIES, SRGB[:4])], ["PrimaryChromaticities"]),
        (COLOR, [curve(1.0), fractions(PRIMARIES, PROPHOTO)], ["TransferFunction", "PrimaryChromaticities"]),
        (GRAY, [D50, fractions(PRIMARIES, PROPHOTO)], []),
        (GRAY, [curve(0)], []),
        (GRAY, [curve(2.2)], []),
        (COLOR, [curve(0, curves=3), D65, fractions(PRIMARIES, SRGB)], []),
        (COLOR.astype(np.uint16) * 257, [curve(0, bits=16, curves=3)], []),
        (COLOR, [], []),
    ],
)
def test_what_is_not_that_of_srgb_is_told_and_no_pixel_changes(
    pixels: np.ndarray, fields: list[Field], told: list[str]
) -> None:
    photo = decode(photos.tiff(pixels, extratags=fields), 100)
    assert [said for said in photo.warnings if NOT_APPLIED in said] == list(photo.warnings)
    assert [said.split()[2] for said in photo.warnings] == told
    assert np.array_equal(photo.pixels, decode(photos.tiff(pixels), 100).pixels)


def test_a_profile_says_more_than_they_do() -> None:
    fields = [curve(1.0), D50, fractions(PRIMARIES, PROPHOTO)]
    assert decode(photos.tiff(COLOR, icc=srgb_profile(), extratags=fields), 100).warnings == ()


def test_a_run_tells_it_and_its_result_verifies(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"linear.tif": photos.tiff(GRAY, extratags=[curve(1.0)])})
    run = photocolor("restore", scans, "--out", tmp_path / "out", "--device", "cpu", "--json")
    assert NOT_APPLIED in run.out
    assert photocolor("verify", scans, tmp_path / "out").code == 0
