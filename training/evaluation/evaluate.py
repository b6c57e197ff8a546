"""`evaluate`: computes every measure over the same test photos, for models and baselines, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from training.color import lab_of_photo, photo_of_lab
from training.data.crops import central_crop, square
from training.data.prepared import Prepared, load
from training.evaluation import metrics
from training.evaluation.evaluated_model import Colorist, Constant, resized
from training.evaluation.imagenet import classes_of
from training.evaluation.recognition import Recognizer
from training.evaluation.skin import skin_of
from training.losses.bins import REACH, gamut_bins, histogram, rebalancing
from training.networks.pretrained import Lpips

WEIGHT_OF = {
    "auc_rebalanced": "weight", "recognized": "has_class", "skin": "has_skin", "besides_skin": "has_skin",
}  # fmt: skip
"""Measures in which photos count differently, and where their weights stand; 0 leaves a photo out."""
REAL = "real"
"""The row of the real photos themselves."""
FRECHET_DRAWS = 40
FRECHET_LEAST_PHOTOS = 8


@dataclass(frozen=True, slots=True)
class Protocol:
    """Says on what models are measured.

    Attributes:
        data: a prepared set.
        split: "test", or another.
        only: sources to keep.
        limit: at most so many photos; 0 is all.
        size_px: side of the central squares.
        squeezenet, lpips_heads: weights of LPIPS; "" leaves it out.
        recognition: whether a classifier looks at the colored photos; its package must be installed.
    """

    data: Path
    split: str = "test"
    only: tuple[str, ...] = ()
    limit: int = 0
    size_px: int = 256
    squeezenet: str = ""
    lpips_heads: str = ""
    recognition: bool = True


@dataclass(frozen=True, slots=True)
class Photo:
    """Holds one test photo, ready to be colored.

    Attributes:
        lightness: (H, W) true L*.
        ab: (H, W, 2) true a*, b*.
        rgb: (H, W, 3) sRGB.
        weights: (H, W) how much each pixel's color counts in the rebalanced area.
        given: (H, W) the L* that a model is given: the true one, or that of the picture paired with this photo.
        classes: numbers of the ImageNet classes that it may be recognized as; empty where none is known.
        skin: (H, W) where skin is; None where that cannot be told.
    """

    lightness: NDArray[np.float32]
    ab: NDArray[np.float32]
    rgb: NDArray[np.uint8]
    weights: NDArray[np.float32]
    given: NDArray[np.float32]
    classes: frozenset[int] = frozenset()
    skin: NDArray[np.bool_] | None = None


Values = dict[str, NDArray[np.float64]]
"""Measure → one value per photo."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Holds the measures of one model on every test photo.

    Attributes:
        values: measure → (photos,), the weights of WEIGHT_OF among them.
        frechet: the Fréchet distance to the real photos of all, then of random halves; empty where it is not measured.
    """

    values: Values
    frechet: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


def evaluate(models: list[Colorist], protocol: Protocol, console: Console) -> dict[str, dict[str, metrics.Interval]]:
    """Returns every measure of the baselines and of each model: name → measure → interval."""
    return {name: intervals(measured) for name, measured in measure_all(models, protocol, console).items()}


def measure_all(
    models: list[Colorist], protocol: Protocol, console: Console, *, baselines: bool = True
) -> dict[str, Measured]:
    """Returns every measure of the baselines and of each model on each test photo; "real" is what the real photos get.

    Without baselines the models' alone are returned: for measures that are put together from several calls.

    Raises:
        MissingWeights: the protocol names weights that are not there, or asks for recognition without its package.
    """
    train = load(protocol.data, "train", protocol.only)
    test = load(protocol.data, protocol.split, protocol.only, protocol.limit)
    weight_of, mean_ab = training_colors(train)
    lpips = Lpips(protocol.squeezenet, protocol.lpips_heads) if protocol.squeezenet else None
    recognizer = Recognizer() if protocol.recognition else None
    constants: list[Colorist] = [Constant("gray", (0.0, 0.0)), Constant("mean ab", mean_ab)]
    colorists = [*constants, *models] if baselines else models
    rows: dict[str, list[dict[str, float]]] = {name: [] for name in (*(each.name for each in colorists), REAL)}
    features: dict[str, list[NDArray[np.float32]]] = {name: [] for name in rows}
    for index in track(range(len(test)), "evaluating", console=console, disable=not console.is_terminal):
        photo = test_photo(test, index, protocol.size_px, weight_of)
        answers = [answer_of(colorist, photo.given) for colorist in colorists]
        for colorist, ab in zip(colorists, answers, strict=True):
            rows[colorist.name].append(measure(photo, ab, lpips))
        rows[REAL].append({"colorfulness": metrics.colorfulness(photo.rgb)})
        if recognizer is not None:
            recognition = recognizer.look([*(photo_of_lab(photo.lightness, ab) for ab in answers), photo.rgb])
            for name, number, vector in zip(rows, recognition.classes.tolist(), recognition.features, strict=True):
                rows[name][-1] |= recognized(photo, number, int(recognition.classes[-1]))
                features[name].append(vector)
    distances = _frechet_distances({name: np.array(vectors) for name, vectors in features.items() if vectors})
    return {
        name: Measured({key: np.array([value[key] for value in values]) for key in values[0]}, distances[name])
        if name in distances
        else Measured({key: np.array([value[key] for value in values]) for key in values[0]})
        for name, values in rows.items()
        if baselines or name != REAL
    }


def recognized(photo: Photo, number: int, of_real: int) -> dict[str, float]:
    """Returns whether the class that the classifier sees is right, in percent, and the same as in the real photo."""
    return {
        "recognized": 100.0 * (number in photo.classes),
        "recognized_as_real": 100.0 * (number == of_real),
        "has_class": float(bool(photo.classes)),
    }


def intervals(measured: Measured) -> dict[str, metrics.Interval]:
    """Returns the mean of each measure over the photos that it applies to, with its interval unless it is one photo."""
    results = _means(measured.values)
    if len(measured.frechet):
        results["frechet"] = metrics.jackknife(float(measured.frechet[0]), measured.frechet[1:])
    return results


def differences(of: Measured, others: Mapping[str, Measured]) -> dict[str, dict[str, metrics.Interval]]:
    """Returns one model minus each other, photo by photo, so that common variation does not widen the interval."""
    weights = set(WEIGHT_OF.values())
    results = {}
    for name, other in others.items():
        both = of.values.keys() & other.values.keys()
        values = {
            key: of.values[key] - (0 if key in weights else other.values[key]) for key in of.values if key in both
        }
        distances = of.frechet - other.frechet if len(of.frechet) and len(other.frechet) else np.zeros(0)
        results[f"− {name}"] = intervals(Measured(values, distances))
    return results


def _means(values: Values) -> dict[str, metrics.Interval]:
    results = {}
    for key, each in values.items():
        weights = values[WEIGHT_OF[key]] if key in WEIGHT_OF else None
        if key not in WEIGHT_OF.values() and (weights is None or np.count_nonzero(weights) > 1):
            results[key] = metrics.bootstrap(each, weights)
    return results


def _frechet_distances(features: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float64]]:
    """Returns each model's distance to the real photos: of all, then of random halves, equal for all models."""
    real = features.pop(REAL, np.zeros((0, 0), np.float32))
    if len(real) < FRECHET_LEAST_PHOTOS:
        return {}
    parts = [np.arange(len(real)), *metrics.halves(len(real), FRECHET_DRAWS)]
    return {
        name: np.array([metrics.frechet(vectors[part], real[part]) for part in parts])
        for name, vectors in features.items()
    }


def test_photo(
    data: Prepared, index: int, size_px: int, weight_of: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> Photo:
    """Returns the central square of a photo at the protocol's size."""
    given, pixels = data.pair(index)
    crop = central_crop(index, (pixels.shape[0], pixels.shape[1]))
    rgb = square(pixels, crop, size_px)
    lightness, ab = lab_of_photo(rgb)
    row = data.rows[index]
    network_lightness = lab_of_photo(square(given, crop, size_px))[0] if row.given_offset >= 0 else lightness
    return Photo(
        lightness,
        ab,
        rgb,
        weight_of(ab),
        network_lightness,
        classes_of(row.folder),
        skin_of(rgb, row.source, row.folder),
    )


def measure(photo: Photo, ab: NDArray[np.float32], lpips: Lpips | None) -> dict[str, float]:
    """Returns every measure of one answer, at the photo's true lightness."""
    rgb = photo_of_lab(photo.lightness, ab)
    mine, real = (np.dstack([photo.lightness, values]) for values in (ab, photo.ab))
    mine_m, real_m = metrics.colorfulness(rgb), metrics.colorfulness(photo.rgb)
    difference = metrics.ciede2000(mine, real)
    values = {
        "auc": metrics.area_under_curve(ab, photo.ab),
        "auc_rebalanced": metrics.area_under_curve(ab, photo.ab, photo.weights),
        "ciede2000": float(difference.mean()),
        "ab_l1": metrics.ab_l1(ab, photo.ab),
        "ab_rmse": metrics.ab_rmse(ab, photo.ab),
        "psnr": min(metrics.psnr(rgb, photo.rgb), 60.0),
        "ssim": metrics.ssim(rgb, photo.rgb),
        "colorfulness": mine_m,
        "colorfulness_distance": abs(mine_m - real_m),
        "within_2": 100 * metrics.share_within(rgb, photo.rgb, 2),
        "within_5": 100 * metrics.share_within(rgb, photo.rgb, 5),
        "weight": float(photo.weights.sum()),
        "skin": float(difference[photo.skin].mean()) if photo.skin is not None else 0.0,
        "besides_skin": float(difference[~photo.skin].mean()) if photo.skin is not None else 0.0,
        "has_skin": float(photo.skin is not None),
    }
    if lpips is not None:
        values["lpips"] = lpips.distance(rgb, photo.rgb)
    return values


def training_colors(
    train: Prepared,
) -> tuple[Callable[[NDArray[np.float32]], NDArray[np.float32]], tuple[float, float]]:
    """Returns statistics of the training photos: rarity of colors (λ = 0 in ECCV16's equation 4), mean a*, b*."""
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


def answer_of(colorist: Colorist, lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns the answer at the photo's size; a model of fixed size receives the photo at that size."""
    size = lightness.shape
    side = colorist.fixed_px or max(colorist.multiple, size[0] // colorist.multiple * colorist.multiple)
    if side == size[0]:
        return colorist.color(lightness)
    return resized(colorist.color(resized(lightness, (side, side))), (size[0], size[1]))


def _small_ab(data: Prepared, index: int) -> NDArray[np.float32]:
    pixels = data.photo(index)
    small = square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), 48)
    return lab_of_photo(small)[1].reshape(-1, 2)
