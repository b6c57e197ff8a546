from __future__ import annotations

import re

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000
from skimage.metrics import structural_similarity

from training.evaluation import metrics
from training.evaluation.results import table

SHARMA = (
    (50.0, 2.6772, -79.7751, 50.0, 0.0, -82.7485, 2.0425),
    (50.0, 3.1571, -77.2803, 50.0, 0.0, -82.7485, 2.8615),
    (50.0, 2.8361, -74.0200, 50.0, 0.0, -82.7485, 3.4412),
    (50.0, -1.3802, -84.2814, 50.0, 0.0, -82.7485, 1.0000),
    (50.0, -1.1848, -84.8006, 50.0, 0.0, -82.7485, 1.0000),
    (50.0, -0.9009, -85.5211, 50.0, 0.0, -82.7485, 1.0000),
    (50.0, 0.0, 0.0, 50.0, -1.0, 2.0, 2.3669),
    (50.0, -1.0, 2.0, 50.0, 0.0, 0.0, 2.3669),
    (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0009, 7.1792),
    (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0010, 7.1792),
    (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0011, 7.2195),
    (50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0012, 7.2195),
    (50.0, -0.0010, 2.4900, 50.0, 0.0009, -2.4900, 4.8045),
    (50.0, -0.0010, 2.4900, 50.0, 0.0011, -2.4900, 4.7461),
    (50.0, 2.5, 0.0, 50.0, 0.0, -2.5, 4.3065),
    (50.0, 2.5, 0.0, 73.0, 25.0, -18.0, 27.1492),
    (50.0, 2.5, 0.0, 61.0, -5.0, 29.0, 22.8977),
    (50.0, 2.5, 0.0, 56.0, -27.0, -3.0, 31.9030),
    (50.0, 2.5, 0.0, 58.0, 24.0, 15.0, 19.4535),
    (50.0, 2.5, 0.0, 50.0, 3.1736, 0.5854, 1.0000),
    (60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644),
    (63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630),
    (35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645),
    (22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373),
    (90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441),
    (6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377),
    (2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082),
)
"""Published pairs of Sharma, Wu and Dalal 2005, table 1, to four decimals."""


@pytest.mark.parametrize("pair", SHARMA)
def test_ciede2000_gives_the_published_values(pair: tuple[float, ...]) -> None:
    assert float(metrics.ciede2000(np.array(pair[:3]), np.array(pair[3:6]))) == pytest.approx(pair[6], abs=5e-5)


def test_ciede2000_agrees_with_an_independent_implementation() -> None:
    chance = np.random.default_rng(1)
    one, other = (chance.uniform([0, -100, -100], [100, 100, 100], (5000, 3)) for _ in range(2))
    np.testing.assert_allclose(metrics.ciede2000(one, other), deltaE_ciede2000(one, other), atol=1e-6)


def test_psnr_by_hand() -> None:
    black, gray = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 51, np.uint8)
    assert metrics.psnr(black, gray) == pytest.approx(10 * np.log10(25))  # 255² / 51² = 25
    assert metrics.psnr(black, black) == float("inf")


def test_ssim_agrees_with_an_independent_implementation() -> None:
    chance = np.random.default_rng(2)
    one = chance.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    other = np.clip(one.astype(int) + chance.integers(-40, 40, one.shape), 0, 255).astype(np.uint8)
    judge = np.mean([
        structural_similarity(
            one[..., c].astype(float), other[..., c].astype(float), data_range=255, gaussian_weights=True, sigma=1.5,
            use_sample_covariance=False,
        )
        for c in range(3)
    ])  # fmt: skip
    assert metrics.ssim(one, other) == pytest.approx(judge, abs=1e-4)
    assert metrics.ssim(one, one) == pytest.approx(1)


def test_ab_errors_by_hand() -> None:
    one, other = np.zeros((1, 2, 2), np.float32), np.float32([[[3, 4], [0, 0]]])
    assert metrics.ab_l1(one, other) == pytest.approx(7 / 4)
    assert metrics.ab_rmse(one, other) == pytest.approx(np.sqrt(25 / 2))


def test_area_under_the_curve_by_hand() -> None:
    """An error of 5 is inside 146 of 151 thresholds (5 … 150), of 0 inside all, of 200 inside none."""
    real = np.zeros((1, 3, 2), np.float32)
    mine = np.float32([[[3, 4], [0, 0], [120, 160]]])
    assert metrics.area_under_curve(mine, real) == pytest.approx(100 * (146 + 151 + 0) / 151 / 3)


def test_the_rebalanced_area_counts_pixels_by_their_weight() -> None:
    real = np.zeros((1, 2, 2), np.float32)
    mine = np.float32([[[3, 4], [0, 0]]])
    weights = np.float32([[3, 1]])
    assert metrics.area_under_curve(mine, real, weights) == pytest.approx(100 * (3 * 146 + 151) / 151 / 4)


def test_colorfulness_by_hand() -> None:
    """Half red (255, 0, 0), half blue (0, 0, 255): rg = ±…, by the formula of the paper."""
    picture = np.zeros((2, 2, 3), np.uint8)
    picture[0, :, 0], picture[1, :, 2] = 255, 255
    first, second = np.array([255, 255, 0, 0.0]), np.array([127.5, 127.5, -255, -255.0])
    wanted = np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean())
    assert metrics.colorfulness(picture) == pytest.approx(wanted)
    assert metrics.colorfulness(np.full((3, 3, 3), 90, np.uint8)) == 0


def test_share_within_counts_a_pixel_only_if_all_channels_are_near() -> None:
    real = np.full((1, 4, 3), 100, np.uint8)
    mine = real.copy()
    mine[0, 1, 0], mine[0, 2, 1], mine[0, 3, 2] = 105, 112, 113  # 2 % is 5.1, 5 % is 12.75
    assert metrics.share_within(mine, real, 2) == 0.5
    assert metrics.share_within(mine, real, 5) == 0.75


def test_a_seam_is_seen_where_color_jumps_and_the_photo_does_not() -> None:
    ab, lightness = np.zeros((8, 16, 2), np.float32), np.full((8, 16), 50, np.float32)
    assert metrics.seam(ab, lightness, 8) == 0
    ab[:, 8:, 0] = 6
    assert metrics.seam(ab, lightness, 8) == pytest.approx(6)
    lightness[:, 8:] = 90
    assert metrics.seam(ab, lightness, 8) == 0


def test_the_bootstrap_interval_holds_the_mean_and_narrows_with_more_photos() -> None:
    chance = np.random.default_rng(3)
    few, many = chance.normal(10, 2, 20), chance.normal(10, 2, 2000)
    small, large = metrics.bootstrap(few), metrics.bootstrap(many)
    assert small.low < small.mean < small.high
    assert large.high - large.low == pytest.approx(2 * 1.96 * 2 / np.sqrt(2000), rel=0.15)
    assert large.high - large.low < (small.high - small.low) / 4


def test_the_weighted_mean_by_hand() -> None:
    assert metrics.bootstrap(np.array([1.0, 4.0]), np.array([3.0, 1.0])).mean == pytest.approx(1.75)


def test_a_bar_in_a_heading_or_a_name_ends_no_cell_of_the_table() -> None:
    lines = table(
        {"a|b": {"colorfulness_distance": metrics.Interval(1.0, 0.5, 1.5), "auc": metrics.Interval(90.0, 89.0, 91.0)}}
    )
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines.splitlines()} == {4}
