"""Measures a colored photo against the real one: pure functions over arrays, each with its source."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Ab = NDArray[np.float32]
Rgb = NDArray[np.uint8]

AUC_THRESHOLDS = np.arange(0, 151)
"""CIELAB units, 0 to 150 in steps of one, as in arXiv 1603.08511."""


def psnr(one: Rgb, other: Rgb) -> float:
    """Returns the peak signal-to-noise ratio in dB of two (H, W, 3) uint8 sRGB pictures; infinite for equal ones."""
    error = np.mean((one.astype(np.float64) - other) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(one: Rgb, other: Rgb) -> float:
    """Returns the structural similarity of two (H, W, 3) uint8 sRGB pictures, mean over pixels and channels.

    Source: Wang et al., IEEE TIP 13(4), 2004: 11 × 11 Gaussian window, σ 1.5, K1 0.01, K2 0.03, no border.
    """
    left, right = one.astype(np.float64), other.astype(np.float64)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5)[5:-5, 5:-5])

    mean_left, mean_right = mean(left), mean(right)
    var_left, var_right = mean(left**2) - mean_left**2, mean(right**2) - mean_right**2
    both = mean(left * right) - mean_left * mean_right
    top = (2 * mean_left * mean_right + c1) * (2 * both + c2)
    return float((top / ((mean_left**2 + mean_right**2 + c1) * (var_left + var_right + c2))).mean())


def ciede2000(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    """Returns the color difference ΔE00 of CIELAB colors (..., 3), (...).

    Source: Sharma, Wu and Dalal, Color Research and Application 30(1), 2005, equations 2–22.
    """
    l1, a1, b1 = (np.asarray(one, np.float64)[..., channel] for channel in range(3))
    l2, a2, b2 = (np.asarray(other, np.float64)[..., channel] for channel in range(3))
    mean_chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 0.5 * (1 - np.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7)))
    a1, a2 = a1 * (1 + stretch), a2 * (1 + stretch)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    colorless = c1 * c2 == 0
    turn = (h2 - h1 + 180) % 360 - 180
    turn = np.where((turn == -180) & (h2 > h1), 180.0, turn)
    turn = np.where(colorless, 0.0, turn)
    d_light, d_chroma = l2 - l1, c2 - c1
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    total = h1 + h2
    hue = np.where(np.abs(h1 - h2) <= 180, total / 2, np.where(total < 360, total / 2 + 180, total / 2 - 180))
    hue = np.where(colorless, total, hue)
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    rotation = (
        -np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    )
    s_light = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    parts = d_light / s_light, d_chroma / (1 + 0.045 * chroma), d_hue / (1 + 0.015 * chroma * t)
    square = parts[0] ** 2 + parts[1] ** 2 + parts[2] ** 2 + rotation * parts[1] * parts[2]
    return np.asarray(np.sqrt(np.maximum(square, 0)))


def ab_l1(one: Ab, other: Ab) -> float:
    """Returns the mean absolute difference of a* and b*, CIELAB units."""
    return float(np.abs(one - other).mean())


def ab_rmse(one: Ab, other: Ab) -> float:
    """Returns the root of the mean squared ab distance (both channels together), CIELAB units."""
    return float(np.sqrt(((one - other) ** 2).sum(-1).mean()))


def area_under_curve(one: Ab, other: Ab, weights: NDArray[np.floating] | None = None) -> float:
    """Returns the area under the cumulative curve of ab errors, in percent.

    For every threshold 0, 1 … 150 the share of pixels whose ab distance is at most that; the mean of the shares.

    Args:
        one: (H, W, 2) CIELAB units.
        other: the same, of the real photo.
        weights: (H, W) how much each pixel counts; for the rebalanced area the inverse of how common its real color is.

    Source: Zhang, Isola and Efros, arXiv 1603.08511, section 3.1 (AuC).
    """
    distance = np.sqrt(((one.astype(np.float64) - other) ** 2).sum(-1)).ravel()
    share = np.ones_like(distance) if weights is None else weights.astype(np.float64).ravel()
    # a distance d is within every threshold from ⌈d⌉ on
    within = np.clip(len(AUC_THRESHOLDS) - np.ceil(distance - 1e-9), 0, len(AUC_THRESHOLDS)) / len(AUC_THRESHOLDS)
    return float(100 * (within * share).sum() / share.sum())


def colorfulness(rgb: Rgb) -> float:
    """Returns M of (H, W, 3) uint8 sRGB: 0 gray, about 15 slightly, 33 moderately, 45 averagely colorful.

    Source: Hasler and Süsstrunk, "Measuring colourfulness in natural images", 2003.
    """
    red, green, blue = (rgb[..., channel].astype(np.float64) for channel in range(3))
    first, second = red - green, (red + green) / 2 - blue
    return float(np.hypot(first.std(), second.std()) + 0.3 * np.hypot(first.mean(), second.mean()))


def share_within(one: Rgb, other: Rgb, percent: float) -> float:
    """Returns the share of pixels whose three channels all differ by at most `percent` of 255.

    Source: Nazeri, Ng and Ebrahimi, arXiv 1803.05400, section 4 (accuracy with ε = 2 % and 5 %).
    """
    distance = np.abs(one.astype(np.float64) - other).max(-1)
    return float((distance <= percent / 100 * 255).mean())


def seam(ab: Ab, lightness: NDArray[np.float32], position: int) -> float:
    """Returns how much more color jumps across a vertical line than beside it, in CIELAB units; 0 for no visible seam.

    Args:
        ab: (H, W, 2) CIELAB units.
        lightness: (H, W) L*, to leave out pixels where the photo itself has an edge.
        position: the line is between columns `position` − 1 and `position`.
    """
    jumps = np.sqrt((np.diff(ab.astype(np.float64), axis=1) ** 2).sum(-1))
    smooth = np.abs(np.diff(lightness, axis=1)) < 5
    across = jumps[:, position - 1][smooth[:, position - 1]]
    beside = jumps[:, [position - 3, position - 2, position, position + 1]][
        smooth[:, [position - 3, position - 2, position, position + 1]]
    ]
    return float(across.mean() - beside.mean()) if len(across) and len(beside) else 0.0


def frechet(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Returns the Fréchet distance between normal distributions with two feature sets' means and covariances.

    It is biased: with few photos the covariances are poor, and the distance comes out larger than with many. Compare it
    only between sets of the same photos.

    Args:
        one: (N, F) features, N at least 2.
        other: (M, F) features, M at least 2.

    Source: Dowson and Landau, Journal of Multivariate Analysis 12(3), 1982; as a measure of pictures Heusel et al.,
    arXiv 1706.08500, on the features of another network.
    """
    left, right = one.astype(np.float64), other.astype(np.float64)
    shift = left.mean(0) - right.mean(0)
    left, right = (values - values.mean(0) for values in (left, right))
    left, right = (values / np.sqrt(len(values) - 1) for values in (left, right))
    # the trace of the root of the product of both covariances is the sum of the singular values of left @ right.T,
    # which is N × M instead of F × F and needs no root of a matrix
    shared = np.linalg.svd(left @ right.T, compute_uv=False).sum()
    return float(shift @ shift + (left**2).sum() + (right**2).sum() - 2 * shared)


def halves(count: int, draws: int) -> list[NDArray[np.int64]]:
    """Returns random halves of so many photos, the same each time."""
    chance = np.random.default_rng(1)
    return [np.sort(chance.permutation(count)[: count // 2]) for _ in range(draws)]


@dataclass(frozen=True, slots=True)
class Interval:
    """Holds a mean and its 95 % confidence interval."""

    mean: float
    low: float
    high: float


def bootstrap(values: NDArray[np.floating], weights: NDArray[np.floating] | None = None, draws: int = 1000) -> Interval:
    """Returns the (weighted) mean over photos with its 95 % percentile interval, from draws with replacement.

    A photo of weight zero does not count; a draw of nothing but such photos is left out.

    Source: Efron, "Bootstrap methods", Annals of Statistics 7(1), 1979.
    """
    values = np.asarray(values, np.float64)
    share = np.ones_like(values) if weights is None else np.asarray(weights, np.float64)
    chance = np.random.default_rng(0)
    picks = chance.integers(len(values), size=(draws, len(values)))
    totals = share[picks].sum(1)
    counts = totals > 0
    means = (values[picks] * share[picks]).sum(1)[counts] / totals[counts]
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float((values * share).sum() / share.sum()), float(low), float(high))


def jackknife(value: float, of_halves: NDArray[np.floating]) -> Interval:
    """Returns a number of a whole set of photos with the 95 % interval that random halves of the set suggest.

    Drawing with replacement would count photos twice, which the Fréchet distance takes for less variety.

    Args:
        value: of all photos.
        of_halves: the same number of random halves of them; bias that depends on the count does not matter here.

    Source: Shao and Wu, "A general theory for jackknife variance estimation", Annals of Statistics 17(3), 1989: leaving
    out half of the photos, the variance of the halves' numbers is that of the whole set's.
    """
    reach = 1.96 * float(np.std(of_halves))
    return Interval(value, value - reach, value + reach)
