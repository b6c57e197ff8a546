"""`evaluate`: every measure over the same test photos, for models and baselines, with intervals."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from training import metrics
from training.color import lab_of_photo, photo_of_lab
from training.colorist import Colorist, Constant, resized
from training.data.crops import central_crop, square
from training.data.prepared import Prepared, load
from training.losses.bins import REACH, gamut_bins, histogram, rebalancing
from training.networks.pretrained import Lpips

COLUMNS = {
    "auc": "AuC ↑", "auc_rebalanced": "AuC rebal. ↑", "ciede2000": "ΔE00 ↓", "lpips": "LPIPS ↓", "ab_l1": "ab L1 ↓",
    "ab_rmse": "ab RMSE ↓", "psnr": "PSNR ↑", "ssim": "SSIM ↑", "colorfulness": "colorf.",
    "colorfulness_distance": "|Δcolorf.| ↓",
    "within_2": "≤ 2 % ↑", "within_5": "≤ 5 % ↑",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Protocol:
    """On what is measured.

    Attributes:
        data: a prepared set.
        split: "test", or another.
        only: sources to keep.
        limit: at most so many photos; 0 is all.
        size_px: side of the central squares.
        squeezenet, lpips_heads: weights of LPIPS; "" leaves it out.
    """

    data: Path
    split: str = "test"
    only: tuple[str, ...] = ()
    limit: int = 0
    size_px: int = 256
    squeezenet: str = ""
    lpips_heads: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """One test photo, ready.

    Attributes:
        lightness: (H, W) true L*.
        ab: (H, W, 2) true a*, b*.
        rgb: (H, W, 3) sRGB.
        weights: (H, W) how much each pixel's color counts in the rebalanced area.
        given: (H, W) the L* that a model is given: the true one, or that of the picture paired with this photo.
    """

    lightness: NDArray[np.float32]
    ab: NDArray[np.float32]
    rgb: NDArray[np.uint8]
    weights: NDArray[np.float32]
    given: NDArray[np.float32]


Rows = dict[str, NDArray[np.float64]]
"""Measure → one value per photo."""


def evaluate(models: list[Colorist], protocol: Protocol, console: Console) -> dict[str, dict[str, metrics.Interval]]:
    """Every measure of the baselines and of each model: name → measure → interval."""
    return {name: intervals(rows) for name, rows in measure_all(models, protocol, console).items()}


def measure_all(models: list[Colorist], protocol: Protocol, console: Console) -> dict[str, Rows]:
    """Every measure of the baselines and of each model on each test photo: name → measure → (photos,)."""
    train = load(protocol.data, "train", protocol.only)
    test = load(protocol.data, protocol.split, protocol.only, protocol.limit)
    weight_of, mean_ab = training_colors(train)
    lpips = Lpips(protocol.squeezenet, protocol.lpips_heads) if protocol.squeezenet else None
    colorists: list[Colorist] = [Constant("gray", (0.0, 0.0)), Constant("mean ab", mean_ab), *models]
    rows: dict[str, list[dict[str, float]]] = {colorist.name: [] for colorist in colorists}
    for index in track(range(len(test)), "evaluating", console=console, disable=not console.is_terminal):
        photo = test_photo(test, index, protocol.size_px, weight_of)
        for colorist in colorists:
            rows[colorist.name].append(measure(photo, answer_of(colorist, photo.given), lpips))
    return {
        name: {key: np.array([value[key] for value in values]) for key in values[0]} for name, values in rows.items()
    }


def intervals(rows: Rows) -> dict[str, metrics.Interval]:
    """The mean of each measure over the photos, with its interval."""
    return {
        key: metrics.bootstrap(values, rows["weight"] if key == "auc_rebalanced" else None)
        for key, values in rows.items()
        if key != "weight"
    }


def differences(of: Rows, others: dict[str, Rows]) -> dict[str, dict[str, metrics.Interval]]:
    """One model minus each other, photo by photo, so that what all photos share does not widen the interval."""
    return {
        f"− {name}": intervals({key: of[key] - rows[key] if key != "weight" else rows[key] for key in rows})
        for name, rows in others.items()
    }


def test_photo(
    data: Prepared, index: int, size_px: int, weight_of: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> Photo:
    """The central square of a photo at the protocol's size."""
    given, pixels = data.pair(index)
    crop = central_crop(index, (pixels.shape[0], pixels.shape[1]))
    rgb = square(pixels, crop, size_px)
    lightness, ab = lab_of_photo(rgb)
    paired = data.rows[index].given_offset >= 0
    return Photo(
        lightness, ab, rgb, weight_of(ab), lab_of_photo(square(given, crop, size_px))[0] if paired else lightness
    )


def measure(photo: Photo, ab: NDArray[np.float32], lpips: Lpips | None) -> dict[str, float]:
    """Every measure of one answer, at the photo's true lightness."""
    rgb = photo_of_lab(photo.lightness, ab)
    mine, real = (np.dstack([photo.lightness, values]) for values in (ab, photo.ab))
    mine_m, real_m = metrics.colorfulness(rgb), metrics.colorfulness(photo.rgb)
    values = {
        "auc": metrics.area_under_curve(ab, photo.ab),
        "auc_rebalanced": metrics.area_under_curve(ab, photo.ab, photo.weights),
        "ciede2000": float(metrics.ciede2000(mine, real).mean()),
        "ab_l1": metrics.ab_l1(ab, photo.ab),
        "ab_rmse": metrics.ab_rmse(ab, photo.ab),
        "psnr": min(metrics.psnr(rgb, photo.rgb), 60.0),
        "ssim": metrics.ssim(rgb, photo.rgb),
        "colorfulness": mine_m,
        "colorfulness_distance": abs(mine_m - real_m),
        "within_2": 100 * metrics.share_within(rgb, photo.rgb, 2),
        "within_5": 100 * metrics.share_within(rgb, photo.rgb, 5),
        "weight": float(photo.weights.sum()),
    }
    if lpips is not None:
        values["lpips"] = lpips.distance(rgb, photo.rgb)
    return values


def training_colors(
    train: Prepared,
) -> tuple[Callable[[NDArray[np.float32]], NDArray[np.float32]], tuple[float, float]]:
    """What the training photos say: how rare a color is (λ = 0 of ECCV16's equation 4), and their mean a*, b*."""
    chosen = np.linspace(0, len(train) - 1, min(2000, len(train))).round().astype(int).tolist()
    ab = np.concatenate([_small_ab(train, index) for index in chosen])
    centers = gamut_bins()
    weights = rebalancing(histogram(ab, centers), centers, uniform=0.0)
    grid = np.stack(np.meshgrid(*(np.arange(-REACH, REACH),) * 2, indexing="ij"), -1).reshape(-1, 1, 2)
    table = weights[((grid - centers[None]) ** 2).sum(-1).argmin(1)].reshape(2 * REACH, 2 * REACH)

    def weight_of(ab: NDArray[np.float32]) -> NDArray[np.float32]:
        cells = np.clip(np.rint(ab), -REACH, REACH - 1).astype(int) + REACH
        return np.asarray(table[cells[..., 0], cells[..., 1]], np.float32)

    mean = ab.mean(0)
    return weight_of, (float(mean[0]), float(mean[1]))


def table(results: dict[str, dict[str, metrics.Interval]]) -> str:
    """A Markdown table: mean and half of the 95 % interval's width."""
    used = [key for key in COLUMNS if any(key in row for row in results.values())]
    lines = ["| | " + " | ".join(COLUMNS[key] for key in used) + " |", "|---" * (len(used) + 1) + "|"]
    for name, row in results.items():
        cells = [cell(row[key]) if key in row else "" for key in used]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def save_results(results: dict[str, dict[str, metrics.Interval]], path: Path, **more: object) -> None:
    """Writes the results as JSON, and the table beside it as Markdown."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"results": as_plain(results), **more}, indent=1, default=str), encoding="utf-8")
    path.with_suffix(".md").write_text(table(results) + "\n", encoding="utf-8")


def as_plain(results: dict[str, dict[str, metrics.Interval]]) -> dict[str, dict[str, dict[str, float]]]:
    """The same, as JSON takes it."""
    return {name: {key: asdict(value) for key, value in row.items()} for name, row in results.items()}


def cell(value: metrics.Interval) -> str:
    """A mean and half of its interval's width, with digits that mean something."""
    digits = 3 if abs(value.mean) < 1 else 1 if abs(value.mean) >= 20 else 2
    return f"{value.mean:.{digits}f} ± {(value.high - value.low) / 2:.{digits}f}"


def answer_of(colorist: Colorist, lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    """The answer at the photo's size; a model of one size sees the photo at that size."""
    size = lightness.shape
    side = colorist.fixed_px or max(colorist.multiple, size[0] // colorist.multiple * colorist.multiple)
    if side == size[0]:
        return colorist.color(lightness)
    return resized(colorist.color(resized(lightness, (side, side))), (size[0], size[1]))


def _small_ab(data: Prepared, index: int) -> NDArray[np.float32]:
    pixels = data.photo(index)
    small = square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), 48)
    return lab_of_photo(small)[1].reshape(-1, 2)
