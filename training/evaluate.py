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
from training.colorist import Colorist, Constant, ModelFile, resized
from training.data.crops import central_crop, square
from training.data.prepared import Prepared, load
from training.losses.bins import REACH, gamut_bins, histogram, rebalancing
from training.networks.pretrained import Lpips

STABLE_SIZES_PX = (192, 384, 512)
STABLE_PHOTOS = 24
DOUBT_STEPS = 5
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
    """One test photo, ready: L* (H, W), a*, b* (H, W, 2), sRGB, and the weight of each pixel's color."""

    lightness: NDArray[np.float32]
    ab: NDArray[np.float32]
    rgb: NDArray[np.uint8]
    weights: NDArray[np.float32]


def evaluate(models: list[Colorist], protocol: Protocol, console: Console) -> dict[str, dict[str, metrics.Interval]]:
    """Every measure of the baselines and of each model: name → measure → interval."""
    train = load(protocol.data, "train", protocol.only)
    test = load(protocol.data, protocol.split, protocol.only, protocol.limit)
    weight_of, mean_ab = training_colors(train)
    lpips = Lpips(protocol.squeezenet, protocol.lpips_heads) if protocol.squeezenet else None
    colorists: list[Colorist] = [Constant("gray", (0.0, 0.0)), Constant("mean ab", mean_ab), *models]
    rows: dict[str, list[dict[str, float]]] = {colorist.name: [] for colorist in colorists}
    for index in track(range(len(test)), "evaluating", console=console, disable=not console.is_terminal):
        photo = test_photo(test, index, protocol.size_px, weight_of)
        for colorist in colorists:
            rows[colorist.name].append(measure(photo, answer_of(colorist, photo.lightness), lpips))
    return {name: _intervals(values) for name, values in rows.items()}


def test_photo(
    data: Prepared, index: int, size_px: int, weight_of: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> Photo:
    """The central square of a photo at the protocol's size."""
    pixels = data.photo(index)
    rgb = square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), size_px)
    lightness, ab = lab_of_photo(rgb)
    return Photo(lightness, ab, rgb, weight_of(ab))


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


def stability(model: ModelFile, protocol: Protocol) -> dict[str, float]:
    """How much the color of a photo changes with the input's size (mean ΔE00), and at a seam of two told halves.

    Empty for models of one size.
    """
    if model.fixed_px:
        return {}
    data = load(protocol.data, protocol.split, protocol.only, STABLE_PHOTOS)
    sums: dict[str, list[float]] = {}
    for index in range(len(data)):
        pixels = data.photo(index)
        rgb = square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), 512)
        large, _ = lab_of_photo(rgb)
        at_256 = resized(large, (256, 256))
        answer = model.color(at_256)
        for side in STABLE_SIZES_PX:
            if side % model.multiple == 0:
                other = resized(model.color(resized(large, (side, side))), (256, 256))
                pair = (np.dstack([at_256, values]) for values in (answer, other))
                sums.setdefault(f"size_{side}", []).append(float(metrics.ciede2000(*pair).mean()))
        sums.setdefault("seam", []).append(metrics.seam(_halves(model, at_256, answer), at_256, 128))
    return {name: float(np.mean(values)) for name, values in sums.items()}


def honesty_of_doubt(model: ModelFile, protocol: Protocol) -> list[float]:
    """Mean ab error of the pixels in each fifth of doubt, surest first; empty without that output."""
    if not model.gives_doubt:
        return []
    data = load(protocol.data, protocol.split, protocol.only, 4 * STABLE_PHOTOS)
    doubts, errors = [], []
    for index in range(len(data)):
        photo = test_photo(data, index, protocol.size_px, lambda ab: np.ones(ab.shape[:2], np.float32))
        error = np.sqrt(((model.color(photo.lightness) - photo.ab) ** 2).sum(-1))
        doubts.append(model.doubt(photo.lightness)[::4, ::4].ravel())
        errors.append(error[::4, ::4].ravel())
    order = np.argsort(np.concatenate(doubts), kind="stable")
    return [float(part.mean()) for part in np.array_split(np.concatenate(errors)[order], DOUBT_STEPS)]


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
    values = {name: {key: asdict(value) for key, value in row.items()} for name, row in results.items()}
    path.write_text(json.dumps({"results": values, **more}, indent=1, default=str), encoding="utf-8")
    path.with_suffix(".md").write_text(table(results) + "\n", encoding="utf-8")


def cell(value: metrics.Interval) -> str:
    """A mean and half of its interval's width, with digits that mean something."""
    digits = 3 if abs(value.mean) < 1 else 1 if abs(value.mean) >= 20 else 2
    return f"{value.mean:.{digits}f} ± {(value.high - value.low) / 2:.{digits}f}"


def _intervals(rows: list[dict[str, float]]) -> dict[str, metrics.Interval]:
    columns = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    weights = columns.pop("weight")
    return {
        key: metrics.bootstrap(values, weights if key == "auc_rebalanced" else None) for key, values in columns.items()
    }


def answer_of(colorist: Colorist, lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    """The answer at the photo's size; a model of one size sees the photo at that size."""
    size = lightness.shape
    side = colorist.fixed_px or max(colorist.multiple, size[0] // colorist.multiple * colorist.multiple)
    if side == size[0]:
        return colorist.color(lightness)
    return resized(colorist.color(resized(lightness, (side, side))), (size[0], size[1]))


def _halves(model: ModelFile, lightness: NDArray[np.float32], answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """The photo colored as two tiles, each told the global answer, without overlap."""
    told = np.dstack([answer, np.full(answer.shape[:2], 0.5, np.float32)])
    return np.hstack([model.color(lightness[:, part], told[:, part]) for part in (slice(0, 128), slice(128, 256))])


def _small_ab(data: Prepared, index: int) -> NDArray[np.float32]:
    pixels = data.photo(index)
    small = square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), 48)
    return lab_of_photo(small)[1].reshape(-1, 2)
