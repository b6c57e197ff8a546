"""Color put onto a photo's rows in one go: the same as upsampling and stitching, whatever the split into calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from photocolor.color.lab import LUMINANCE, gray_of, lab_of, lightness_of, linear_of_code
from photocolor.color.resize import resize
from photocolor.errors import Canceled
from photocolor.render.codebook import NEUTRAL, REACH, step_for
from photocolor.render.codebook_keys import in_cells
from photocolor.render.exact_gray import stitch
from photocolor.render.rows import RowPainter
from photocolor.render.strips import paint
from photocolor.render.upsample import GuidedAb, guide
from photocolor.system.photo_threads import limit_threads

CODES_APART = {np.uint8: 4, np.uint16: 16}
"""The two ways round differently in float32. At 8 bits, a color that lies between two of the codebook then takes the
other one. At 16 bits, near the gamut's border, the bisection takes another last step: a few codes of a saturated
channel."""
SIXTEEN_BIT_CODES, LIGHTNESS_16BIT = 2, 0.02
"""What is promised of each pixel at 16 bits: codes of 65535 that its gray may be off, and |ΔL*|."""
SHARE_APART = {np.uint8: 1e-4, np.uint16: 0.05}


@pytest.fixture
def small_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets one call work in several bands, and in several blocks of cells."""
    monkeypatch.setattr("photocolor.render.rows.BAND_PIXELS", 1 << 16)
    monkeypatch.setattr("photocolor.render.rows.PART_PIXELS", 1 << 17)
    monkeypatch.setattr("photocolor.render.shared_chromaticity.BLOCK_CELLS", 1 << 15)


def photo(dtype: type, height: int = 211, width: int = 1301) -> tuple[NDArray[np.generic], GuidedAb]:
    """A gray ramp with grain, black and white corners, and colors in and out of the gamut."""
    rng = np.random.default_rng(7)
    white = np.iinfo(dtype).max
    ramp = np.linspace(-0.1, 1.1, width) + rng.normal(0, 0.03, (height, width))
    gray = np.rint(ramp.clip(0, 1) * white).astype(dtype)
    ab = rng.normal(0, 25, (37, 151, 2)).astype(np.float32)
    return gray, guide(ab, lightness_of(resize(gray, 37, 151)), height, width)


def colored(painter: RowPainter, gray: NDArray[np.generic], rows: int) -> NDArray[np.generic]:
    """The photo, `rows` at a time."""
    rgb = np.empty((*gray.shape, 3), gray.dtype)
    for top in range(0, len(gray), rows):
        painter.color(top, gray[top : top + rows], rgb[top : top + rows])
    return rgb


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_brush_does_what_upsampling_and_stitching_do(dtype: type) -> None:
    gray, guided = photo(dtype)
    ab = guided.band(0, lightness_of(gray))
    if dtype is np.uint8:
        step = np.float32(step_for(guided.reach))
        ab = np.rint(ab / step).clip(-NEUTRAL, REACH) * step
    apart = np.abs(colored(RowPainter(guided), gray, 64).astype(int) - stitch(gray, ab).astype(int))
    assert apart.max() <= CODES_APART[dtype]
    assert (apart > 0).mean() < SHARE_APART[dtype]


@pytest.mark.usefixtures("small_bands")
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_any_split_into_calls_and_threads_gives_the_same_pixels(dtype: type) -> None:
    gray, guided = photo(dtype)
    whole = colored(RowPainter(guided), gray, len(gray))
    for rows in (1, 50):
        assert np.array_equal(colored(RowPainter(guided), gray, rows), whole)
    painter, rgb = RowPainter(guided), np.empty_like(whole)
    with ThreadPoolExecutor(3) as pool:
        strips = [slice(top, top + 20) for top in range(0, len(gray), 20)]
        list(pool.map(lambda rows: painter.color(rows.start, gray[rows], rgb[rows]), strips))
    assert np.array_equal(rgb, whole)


def large_photo(dtype: type = np.uint8, height: int = 245, width: int = 1301) -> tuple[NDArray[np.generic], GuidedAb]:
    """One that is so large beside its ab that four pixels share a color; both sides are odd."""
    gray, guided = photo(dtype, height, width)
    assert in_cells(guided) is not None
    return gray, guided


def test_in_a_large_photo_four_pixels_share_the_color_of_their_mean_gray() -> None:
    gray, guided = large_photo()
    even = np.pad(gray, ((0, 1), (0, 1)), "edge").astype(int)
    means = (even[::2, ::2] + even[::2, 1::2] + even[1::2, ::2] + even[1::2, 1::2] + 2) // 4
    cells = replace(guided, height=123, width=651)
    step = np.float32(step_for(guided.reach))
    shared = np.rint(cells.band(0, lightness_of(means.astype(np.uint8))) / step).clip(-NEUTRAL, REACH) * step
    ab = shared.repeat(2, axis=0).repeat(2, axis=1)[:245, :1301]
    apart = np.abs(colored(RowPainter(guided), gray, 64).astype(int) - stitch(gray, ab).astype(int))
    assert apart.max() <= CODES_APART[np.uint8]
    assert (apart > 0).mean() < SHARE_APART[np.uint8]


def test_every_pixel_of_a_large_photo_keeps_its_gray() -> None:
    gray, guided = large_photo()
    assert np.array_equal(gray_of(colored(RowPainter(guided), gray, 64)), gray)


def test_every_16_bit_pixel_of_a_large_photo_keeps_its_gray() -> None:
    gray, guided = large_photo(np.uint16)
    rgb = colored(RowPainter(guided), gray, 64)
    assert np.abs(gray_of(rgb).astype(int) - gray).max() <= SIXTEEN_BIT_CODES
    assert np.abs(lab_of(rgb)[0] - lightness_of(gray)).max() <= LIGHTNESS_16BIT


def test_in_a_large_16_bit_photo_four_pixels_share_the_chromaticity_of_their_mean_gray() -> None:
    gray, guided = large_photo(np.uint16)
    gray, guided = gray[:244, :1300], replace(guided, height=244, width=1300)
    # Grain of every size up to a factor of four in light, and nothing near the ends: there the gamut cuts chroma.
    gray = (16000 + gray // 4).astype(np.uint16)
    guided = replace(guided, planes=guided.planes * np.float32(0.3))
    light = linear_of_code(65535).take(colored(RowPainter(guided), gray, 64))
    shared = (light / (light @ LUMINANCE)[..., None]).reshape(122, 2, 650, 2, 3)
    assert np.ptp(shared, axis=(1, 3)).max() < 2e-4  # rounding to 16 bits
    means = gray.reshape(122, 2, 650, 2).astype(int).sum(axis=(1, 3))
    means = ((means + 2) // 4).astype(np.uint16)
    cells = replace(guided, height=122, width=650)
    wanted = linear_of_code(65535).take(stitch(means, cells.band(0, lightness_of(means))))
    assert np.abs(shared.mean(axis=(1, 3)) - wanted / (wanted @ LUMINANCE)[..., None]).max() < 2e-4


def test_a_cell_with_a_dark_and_a_bright_pixel_gets_no_color_that_does_not_exist() -> None:
    """Light of one chromaticity leaves sRGB where it is too much, and its codes a power where it is too little."""
    rng = np.random.default_rng(5)
    gray = rng.choice((0, 1, 700, 2650, 2651, 2652, 9000, 40000, 65000, 65534, 65535), (244, 1300)).astype(np.uint16)
    ab = rng.normal(0, 60, (37, 151, 2)).astype(np.float32)
    rgb = colored(RowPainter(guide(ab, lightness_of(resize(gray, 37, 151)), 244, 1300)), gray, 64)
    assert np.abs(gray_of(rgb).astype(int) - gray).max() <= SIXTEEN_BIT_CODES
    assert np.abs(lab_of(rgb)[0] - lightness_of(gray)).max() <= LIGHTNESS_16BIT
    for code in (0, 65535):
        assert (rgb[gray == code] == code).all()


@pytest.mark.parametrize("edge", [0, 2500, 65535])
def test_a_16_bit_pixel_is_colored_the_same_whatever_lies_at_the_edges_of_its_rows(edge: int) -> None:
    """The foot of the curve is laid on from the first to the last dark column of a band, and white on all of it."""
    gray, guided = large_photo(np.uint16)
    gray = np.maximum(gray, 3000, dtype=np.uint16)
    gray[40:160, 501:640] = np.linspace(0, 3000, 139).astype(np.uint16)
    framed = gray.copy()
    framed[:, :4] = framed[:, 1296:] = edge
    plain, beside = (colored(RowPainter(guided), part, 64) for part in (gray, framed))
    assert np.array_equal(beside[:, 4:1296], plain[:, 4:1296])


@pytest.mark.usefixtures("small_bands")
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_large_photo_may_be_split_anywhere_but_in_its_cells(dtype: type) -> None:
    gray, guided = large_photo(dtype)
    whole = colored(RowPainter(guided), gray, len(gray))
    for rows in (2, 50, 244):
        assert np.array_equal(colored(RowPainter(guided), gray, rows), whole)
    for top, bottom in ((1, 245), (0, 3), (3, 4)):
        with pytest.raises(ValueError, match="cut through cells"):
            RowPainter(guided).color(top, gray[top:bottom], np.empty((bottom - top, 1301, 3), dtype))


def test_a_photo_less_than_six_times_as_large_as_its_ab_has_a_color_for_each_pixel() -> None:
    for height, width in ((221, 1301), (245, 905)):
        assert in_cells(photo(np.uint8, height, width)[1]) is None


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_black_stays_black_and_white_stays_white(dtype: type) -> None:
    gray, guided = photo(dtype)
    rgb = colored(RowPainter(guided), gray, 64)
    for code in (0, np.iinfo(dtype).max):
        assert (gray == code).any() and (rgb[gray == code] == code).all()


def test_a_photo_whose_rows_are_not_contiguous_is_colored_the_same() -> None:
    gray, guided = photo(np.uint8)
    padded = np.zeros((211, 1310), np.uint8)
    padded[:, 5:1306] = gray
    assert np.array_equal(colored(RowPainter(guided), padded[:, 5:1306], 64), colored(RowPainter(guided), gray, 64))


def test_the_number_of_threads_does_not_change_a_pixel() -> None:
    gray, guided = photo(np.uint8)
    results = []
    try:
        for threads in (1, 3):
            limit_threads(threads)
            results.append(paint(gray, guided, lambda: None))
    finally:
        limit_threads(None)
    assert np.array_equal(*results)
    assert np.array_equal(results[0], colored(RowPainter(guided), gray, 64))


@pytest.mark.parametrize("threads", [1, 3])
def test_painting_can_be_stopped_between_strips(threads: int) -> None:
    gray, guided = photo(np.uint8, height=640)
    looks = []

    def check() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise Canceled("enough")

    try:
        limit_threads(threads)
        with pytest.raises(Canceled):
            paint(gray, guided, check)
    finally:
        limit_threads(None)
    assert len(looks) == 3
