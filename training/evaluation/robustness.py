"""Measures how a model copes with changed inputs (size, age, a point, a hint, a seam), and whether doubt is honest."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.color import lightness_of_luminance, linear_from_bytes
from training.data.aging import ORTHOCHROMATIC
from training.data.hints import COARSE_WEIGHT, POINT_WEIGHT
from training.data.prepared import load
from training.evaluation import metrics
from training.evaluation.evaluate import Photo, Protocol, test_photo
from training.evaluation.evaluated_model import ModelFile, resized

SIDE_PX = 256
SIZES_PX = (192, 384, 512)
PHOTOS = 24
DOUBT_STEPS = 5
DOUBT_PHOTOS = 96
COARSE_CELL_PX = 32
POINT_PX = 5
POINT_CHROMA = 50.0
OBJECT_REACH_AB = 8.0
OBJECT_REACH_L = 12.0
"""An object is what is connected to its point without a step of color or lightness larger than these."""
NEIGHBOR_PX = 24
LEAST_OBJECT_PX = 400

Plane = NDArray[np.float32]


def steadiness(model: ModelFile, protocol: Protocol) -> dict[str, float]:
    """Returns every measure of this module but doubt, averaged over a few photos; empty for models of fixed size.

    Returns:
        size_192 …: mean ΔE00 between the answers at that input size and at 256 px. aged_fade …: the same between the
        answers to the aged and to the clean photo, both at the true lightness. seam: see `metrics.seam`, of two halves
        told the global answer. point_object, point_neighbor: share of the way to a told color that an object went, and
        its neighbor. coarse_kept, coarse_kept_turned: mean |Δab| after a low-pass between the answer and the coarse
        color it was told, the true one and a false one. coarse_gain: how much nearer to the true colors the answer is
        than what was told (ab RMSE).
    """
    if model.fixed_px:
        return {}
    data = load(protocol.data, protocol.split, protocol.only, PHOTOS)
    sums: dict[str, list[float]] = {}
    for index in range(len(data)):
        large = test_photo(data, index, 2 * SIDE_PX, _no_weights)
        photo = test_photo(data, index, SIDE_PX, _no_weights)
        answer = model.color(photo.lightness)
        values = _by_size(model, large) | _by_age(model, photo, answer)
        values |= _by_point(model, photo, answer, index) if model.takes_hints else {}
        values |= _by_coarse(model, photo) if model.takes_hints else {}
        for name, value in values.items():
            sums.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in sums.items()}


@dataclass(frozen=True, slots=True)
class Honesty:
    """Measures how well a model's doubt tells where its colors are wrong.

    Attributes:
        error_by_fifth: mean ab error of the pixels in each fifth of doubt, surest first.
        rank_correlation: Spearman's, between doubt and ab error over the pixels of all photos; 1 if the surer pixel is
            always nearer to the truth, 0 if doubt knows nothing.
    """

    error_by_fifth: list[float]
    rank_correlation: float


def honesty_of_doubt(model: ModelFile, protocol: Protocol) -> Honesty | None:
    """Returns how honest a model's doubt is on every fourth row and column of some photos; None without doubt."""
    if not model.gives_doubt:
        return None
    data = load(protocol.data, protocol.split, protocol.only, DOUBT_PHOTOS)
    doubts, errors = [], []
    for index in range(len(data)):
        photo = test_photo(data, index, protocol.size_px, _no_weights)
        error = np.sqrt(((model.color(photo.lightness) - photo.ab) ** 2).sum(-1))
        doubts.append(model.doubt(photo.lightness)[::4, ::4].ravel())
        errors.append(error[::4, ::4].ravel())
    doubt, error = np.concatenate(doubts), np.concatenate(errors)
    by_doubt = np.argsort(doubt, kind="stable")
    fifths = [float(part.mean()) for part in np.array_split(error[by_doubt], DOUBT_STEPS)]
    return Honesty(fifths, float(np.corrcoef(_ranks(doubt), _ranks(error))[0, 1]))


def aged_versions(lightness: Plane, rgb: NDArray[np.uint8]) -> dict[str, Plane]:
    """Returns a photo's L* faded, grainy, blurred, and as film before about 1930, each in middling strength.

    Args:
        lightness: (H, W) L* of the photo as it is.
        rgb: (H, W, 3) its colors in sRGB, which the film sees otherwise.
    """
    noise = np.random.default_rng(0).normal(0, 4, lightness.shape).astype(np.float32)
    linear = linear_from_bytes(torch.from_numpy(rgb).permute(2, 0, 1)[None])
    weights = torch.tensor(ORTHOCHROMATIC)[None, :, None, None]
    ortho: Tensor = lightness_of_luminance((linear * weights).sum(1))
    return {
        "fade": np.float32(15) + lightness * np.float32(0.75),
        "grain": np.clip(lightness + noise, 0, 100),
        "blur": np.asarray(cv2.GaussianBlur(lightness, (0, 0), 2.0)),
        "ortho": np.asarray(ortho[0].numpy()),
    }


def object_and_neighbor(photo: Photo, row: int, column: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Returns masks of the object at a point, by true color and lightness, and of the ring around it.

    Returns:
        Two (H, W) masks; a few pixels between them belong to neither.
    """
    lab = np.dstack([photo.lightness, photo.ab])
    smooth = np.asarray(cv2.bilateralFilter(lab.astype(np.float32), 7, 12, 5))
    away = np.abs(smooth - smooth[row, column])
    like = (away[..., 0] < OBJECT_REACH_L) & (np.hypot(away[..., 1], away[..., 2]) < OBJECT_REACH_AB)
    _, parts = cv2.connectedComponents(like.astype(np.uint8))
    inside = (parts == parts[row, column]) & like
    near, far = (_grown(inside, width) for width in (3, NEIGHBOR_PX))
    return inside, far & ~near & ~like


def _by_size(model: ModelFile, large: Photo) -> dict[str, float]:
    at_256 = resized(large.lightness, (SIDE_PX, SIDE_PX))
    answer = model.color(at_256)
    values = {"seam": metrics.seam(_halves(model, at_256, answer), at_256, SIDE_PX // 2)}
    for side in SIZES_PX:
        if side % model.multiple == 0:
            other = model.color(resized(large.lightness, (side, side)))
            values[f"size_{side}"] = _difference(at_256, answer, resized(other, (SIDE_PX, SIDE_PX)))
    return values


def _by_age(model: ModelFile, photo: Photo, answer: Plane) -> dict[str, float]:
    return {
        f"aged_{name}": _difference(photo.lightness, answer, model.color(lightness))
        for name, lightness in aged_versions(photo.lightness, photo.rgb).items()
    }


def _by_point(model: ModelFile, photo: Photo, answer: Plane, seed: int) -> dict[str, float]:
    """Measures the effect of one point of a false color; empty if no object is found."""
    chance = np.random.default_rng(seed)
    for row, column in chance.integers(24, SIDE_PX - 24, (12, 2)):
        inside, ring = object_and_neighbor(photo, int(row), int(column))
        if inside.sum() < LEAST_OBJECT_PX or ring.sum() < LEAST_OBJECT_PX or inside.mean() > 0.5:
            continue
        turn = np.arctan2(*answer[inside].mean(0)[::-1]) + 2 * np.pi / 3
        color = POINT_CHROMA * np.array([np.cos(turn), np.sin(turn)], np.float32)
        hints = np.zeros((*photo.lightness.shape, 3), np.float32)
        half = POINT_PX // 2
        hints[row - half : row + half + 1, column - half : column + half + 1] = [*color, POINT_WEIGHT]
        moved = model.color(photo.lightness, hints) - answer
        return {
            "point_object": _way(moved, answer, color, inside),
            "point_neighbor": _way(moved, answer, color, ring),
        }
    return {}


def _by_coarse(model: ModelFile, photo: Photo) -> dict[str, float]:
    """Measures how the model keeps coarse hints: true colors of 32-px cells, and those with hues turned by 60°."""
    cells = SIDE_PX // COARSE_CELL_PX
    true = resized(resized(photo.ab, (cells, cells)), (SIDE_PX, SIDE_PX))
    cosine, sine = np.cos(np.pi / 3), np.sin(np.pi / 3)
    turned = np.asarray(true @ np.array([[cosine, sine], [-sine, cosine]], np.float32))
    weight = np.full(true.shape[:2], COARSE_WEIGHT, np.float32)
    got, got_turned = (model.color(photo.lightness, np.dstack([hint, weight])) for hint in (true, turned))
    return {
        "coarse_kept": metrics.ab_l1(_low(got), _low(true)),
        "coarse_kept_turned": metrics.ab_l1(_low(got_turned), _low(turned)),
        "coarse_gain": metrics.ab_rmse(true, photo.ab) - metrics.ab_rmse(got, photo.ab),
    }


def _way(moved: Plane, answer: Plane, color: Plane, where: NDArray[np.bool_]) -> float:
    """Returns how far some pixels moved from the first answer to the hint's color, as a share."""
    way = color - answer[where].mean(0)
    return float((moved[where].mean(0) * way).sum() / (way**2).sum())


def _low(ab: Plane) -> Plane:
    return np.asarray(cv2.GaussianBlur(ab, (0, 0), COARSE_CELL_PX / 2))


def _difference(lightness: Plane, one: Plane, other: Plane) -> float:
    left, right = (np.dstack([lightness, values]) for values in (one, other))
    return float(metrics.ciede2000(left, right).mean())


def _halves(model: ModelFile, lightness: Plane, answer: Plane) -> Plane:
    """Colors the photo as two tiles without overlap, each with the answer for the whole photo as its hints."""
    hints = np.dstack([answer, np.full(answer.shape[:2], COARSE_WEIGHT, np.float32)])
    half = SIDE_PX // 2
    return np.hstack([model.color(lightness[:, part], hints[:, part]) for part in (slice(0, half), slice(half, None))])


def _grown(mask: NDArray[np.bool_], width_px: int) -> NDArray[np.bool_]:
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width_px + 1, 2 * width_px + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), shape) > 0)


def _no_weights(ab: Plane) -> Plane:
    return np.ones(ab.shape[:2], np.float32)


def _ranks(values: Plane) -> NDArray[np.float64]:
    """Returns each value's rank among all; equal ones rank in order of appearance."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks
