"""Damage as layers of alpha: pieces and outlines of real film, and drawn scratches, creases, spots and stains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.damage.material import KIND_OF_PIECE, DamageMaterial

Plane = NDArray[np.float32]
_PIECE_PX = {
    "dots": (3.0, 30.0),
    "sprinkles": (60.0, 400.0),
    "dirt": (100.0, 400.0),
    "spots": (120.0, 400.0),
    "hair": (30.0, 260.0),
    "hair-short": (10.0, 110.0),
    "lint": (15.0, 130.0),
    "scratches": (60.0, 320.0),
    "smut": (12.0, 120.0),
    "stain": (40.0, 220.0),
}
"""Shortest and longest side that a piece of each folder is drawn at."""
_LEAST_PX = 32
"""No damage is drawn on less than this before it is enlarged."""
_FIXED = 16
"""Coordinates of OpenCV's lines are given in sixteenths of a pixel."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Describes one artifact: its kind, and its (H, W) float32 alpha in [0, 1] over the whole sample."""

    kind: str
    alpha: Plane


Maker = Callable[[int, DamageMaterial, np.random.Generator], list[Layer]]


def enlarged_layers(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Returns a sample's damage, up to 2.5 times as large and soft, as in a scan of high resolution."""
    side = min(size_px, max(_LEAST_PX, round(size_px / _log_uniform(1, 2.5, chance))))
    drawn = random_layers(side, material, chance)
    return [Layer(layer.kind, _enlarged(layer.alpha, size_px)) for layer in drawn]


def _enlarged(alpha: Plane, size_px: int) -> Plane:
    larger = cv2.resize(alpha, (size_px, size_px), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(larger, 0, 1), np.float32)


def random_layers(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Returns a sample's damage: one to five draws, each of one or several artifacts."""
    names = chance.choice(len(MAKERS), size=int(chance.integers(1, 6)), p=[share for _, share in MAKERS])
    return [layer for name in names for layer in MAKERS[name][0](size_px, material, chance)]


def piece(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Lays a real artifact, turned and scaled, anywhere in the sample."""
    source = str(chance.choice(list(material.pieces)))
    return [placed_piece(source, size_px, material, chance)]


def placed_piece(source: str, size_px: int, material: DamageMaterial, chance: np.random.Generator) -> Layer:
    """Returns an artifact of that folder of pieces, turned and scaled, anywhere in the sample."""
    alpha = material.piece(source, chance)
    side = _log_uniform(*_PIECE_PX[source], chance)
    factor = side / max(alpha.shape)
    shrunk = (max(1, round(alpha.shape[1] * factor)), max(1, round(alpha.shape[0] * factor)))
    small = cv2.resize(alpha, shrunk, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    turn = cv2.getRotationMatrix2D((shrunk[0] / 2, shrunk[1] / 2), chance.uniform(0, 360), 1.0)
    turn[:, 2] = turn[:, 2] + chance.uniform(0, size_px, 2) - np.array(shrunk) / 2
    laid = cv2.warpAffine(small, turn, (size_px, size_px), flags=cv2.INTER_LINEAR)
    return Layer(KIND_OF_PIECE[source], laid.astype(np.float32) / np.float32(255))


def outlines(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Draws the artifacts of a window of a real frame, as they lie together there; one layer for each kind."""
    frame = material.frame(chance)
    factor = _log_uniform(0.25, 1.5, chance)
    anchor = frame[chance.integers(len(frame))].points.mean(0)
    corner = anchor - chance.uniform(0, size_px / factor, 2)
    masks: dict[str, NDArray[np.uint8]] = {}
    for outline in frame:
        points = (outline.points - corner) * factor
        if points.max(0).min() < 0 or points.min(0).max() > size_px:
            continue
        mask = masks.setdefault(outline.kind, np.zeros((size_px, size_px), np.uint8))
        cv2.fillPoly(mask, [np.round(points * _FIXED).astype(np.int32)], 255, cv2.LINE_AA, 4)
    soft = {kind: cv2.GaussianBlur(mask, (0, 0), 0.5).astype(np.float32) for kind, mask in masks.items()}
    return [Layer(kind, mask / np.float32(255)) for kind, mask in soft.items()]


def scratch(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Draws one to four long thin lines that waver, along the film or anywhere on a print; some are interrupted."""
    along = chance.random() < 0.5
    base = chance.uniform(0, np.pi)
    alpha = np.zeros((size_px, size_px), np.float32)
    for _ in range(int(chance.integers(1, 5))):
        angle = base + chance.normal(0, 0.02 if along else 0.5)
        length = size_px * (2.0 if along else chance.uniform(0.1, 1.2))
        wave = abs(chance.normal(0, 0.01 if along else 0.04))
        line = _walk(chance.uniform(0, size_px, 2), angle, length, 12, wave, chance)
        ink = _stroke(size_px, line, chance.uniform(0.6, 3.5))
        if chance.random() < 0.4:
            ink *= _noise(size_px, chance.uniform(4, 30), chance) > chance.uniform(-0.8, 0.3)
        alpha = np.maximum(alpha, ink)
    return [Layer("scratch", alpha)]


def crease(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Draws a fold or crack of a print: a rough line across, of changing width, some with branches."""
    start, angle = chance.uniform(0, size_px, 2), chance.uniform(0, 2 * np.pi)
    rough = chance.uniform(0.05, 0.35)
    width = _log_uniform(1.5, 10, chance)
    line = _walk(start, angle, size_px * chance.uniform(0.6, 2.0), 30, rough, chance)
    alpha = _stroke(size_px, line, width)
    for _ in range(int(chance.integers(0, 4))):
        begin = line[chance.integers(len(line))]
        branch = _walk(begin, chance.uniform(0, 2 * np.pi), size_px * chance.uniform(0.1, 0.6), 15, rough, chance)
        alpha = np.maximum(alpha, _stroke(size_px, branch, width * chance.uniform(0.3, 0.8)))
    edge = alpha + 0.5 * _noise(size_px, max(1.0, width / 2), chance)
    ragged = np.clip((edge - 0.5) * 3 + 0.5, 0, 1) * (alpha > 0.02)
    soft = cv2.GaussianBlur(ragged.astype(np.float32), (0, 0), chance.uniform(0.4, 1.2))
    return [Layer("crease", np.asarray(soft, np.float32))]


def specks(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Draws round and ragged grains of dust, two to forty of them, mostly small."""
    alpha = np.zeros((size_px, size_px), np.float32)
    largest = _log_uniform(1.5, 14, chance)
    for _ in range(int(_log_uniform(2, 40, chance))):
        radius = largest * chance.uniform(0.3, 1) ** 2
        angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        reach = np.maximum(0.5, radius * chance.normal(1, 0.25, 12))
        squeeze = chance.uniform(0.4, 1)
        points = np.stack([reach * np.cos(angles), squeeze * reach * np.sin(angles)], 1)
        mask = np.zeros((size_px, size_px), np.uint8)
        center = chance.uniform(0, size_px, 2)
        cv2.fillPoly(mask, [np.round((points + center) * _FIXED).astype(np.int32)], 255, cv2.LINE_AA, 4)
        alpha = np.maximum(alpha, mask.astype(np.float32) / 255)
    return [Layer("dust", alpha)]


def stain(size_px: int, material: DamageMaterial, chance: np.random.Generator) -> list[Layer]:
    """Draws a blotch with a soft or a sharp edge, some darker at the rim as dried water is."""
    distance = np.hypot(*(np.indices((size_px, size_px)) - chance.uniform(0, size_px, 2)[:, None, None]))
    radius = chance.uniform(12, 0.5 * size_px)
    field = 1 - distance / radius + 0.6 * _noise(size_px, radius / 2, chance) + 0.15 * _noise(size_px, 3, chance)
    hard = chance.uniform(2, 15)
    alpha = np.clip(field * hard, 0, 1)
    if chance.random() < 0.4:
        alpha *= 0.3 + 0.7 * np.exp(-((field * chance.uniform(4, 10)) ** 2))
    return [Layer("stain", alpha.astype(np.float32))]


def cracks(size_px: int, chance: np.random.Generator) -> Layer:
    """Draws the net of cracks of a brittle print: ragged lines between cells, of changing width, with gaps.

    Source: Worley, "A cellular texture basis function", SIGGRAPH 1996: the cells' borders are where the two nearest of
    random points are equally far.
    """
    where = np.indices((size_px, size_px)).astype(np.float32)
    for wave_px, most in ((12.0, 4.0), (4.0, 1.5)):
        push = chance.uniform(0, most)
        where += np.float32(push) * np.stack([_noise(size_px, wave_px, chance) for _ in range(2)])
    points = chance.uniform(-0.3, 1.3, (int(chance.integers(4, 24)), 2)).astype(np.float32) * size_px
    apart = np.hypot(*(where[:, None] - points.T[..., None, None]))
    nearest = np.partition(apart, 1, axis=0)[:2]
    width = _log_uniform(0.5, 4, chance) * (chance.uniform(0.2, 0.9) + _noise(size_px, chance.uniform(8, 50), chance))
    width = np.maximum(width, 0) * (1 + 0.4 * _noise(size_px, 3, chance))
    alpha = np.clip(0.5 + (width - (nearest[1] - nearest[0]) / 2) / 0.8, 0, 1) * np.clip(width * 2, 0, 1)
    return Layer("crease", np.asarray(alpha, np.float32))


def worn_print(size_px: int, chance: np.random.Generator) -> Layer:
    """Draws what a print shows that was carried about: folds across it, cracks that leave them, worn corners.

    Lines are drawn three times as large, so that they may be thinner than a pixel and taper.
    """
    canvas = np.zeros((3 * size_px, 3 * size_px), np.uint8)
    for _ in range(int(chance.integers(1, 5))):
        angle, width = chance.uniform(0, 2 * np.pi), _log_uniform(0.7, 4, chance)
        start = chance.uniform(0, size_px, 2)
        fold = _walk(start, angle, size_px * chance.uniform(0.4, 3), 60, chance.uniform(0.02, 0.15), chance)
        _draw_tapered(canvas, fold, width, chance)
        for _ in range(int(chance.integers(0, 8))):
            begin = fold[chance.integers(len(fold))]
            length, rough = size_px * _log_uniform(0.04, 0.6, chance), chance.uniform(0.1, 0.5)
            crack = _walk(begin, chance.uniform(0, 2 * np.pi), length, 25, rough, chance)
            crack += begin - crack[0]
            _draw_tapered(canvas, crack, width * chance.uniform(0.3, 0.9), chance)
    alpha = cv2.resize(canvas, (size_px, size_px), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    alpha *= np.clip(1.2 + 0.6 * _noise(size_px, chance.uniform(4, 20), chance), 0, 1)
    if chance.random() < 0.4:
        corner = chance.integers(0, 2, 2)[:, None, None] * size_px
        away = np.hypot(*(np.indices((size_px, size_px)) - corner)) / (size_px * chance.uniform(0.05, 0.4))
        field = 1 - away + 0.5 * _noise(size_px, size_px / 8, chance) + 0.2 * _noise(size_px, 4, chance)
        alpha = np.maximum(alpha, np.clip(field * chance.uniform(5, 20), 0, 1))
    return Layer("crease", np.asarray(cv2.GaussianBlur(alpha, (0, 0), chance.uniform(0.3, 0.7)), np.float32))


def dusty_print(size_px: int, chance: np.random.Generator) -> list[Layer]:
    """Draws what a print catches that lay open for decades: many tiny specks, in some places more, and fine hairs.

    They are drawn four times as large, so that a speck may be smaller than a pixel.
    """
    fine = 4
    density = np.maximum(0.6 + _noise(size_px, chance.uniform(20, 200), chance), 0.02)
    odds = density.ravel() / density.sum()
    count = int(_log_uniform(6, 220, chance) * (size_px / 192) ** 2) + 1
    typical, uneven = _log_uniform(0.6, 2.2, chance), chance.uniform(0.2, 0.6)
    canvas = np.zeros((fine * size_px, fine * size_px), np.uint8)
    for spot in chance.choice(odds.size, size=count, p=odds):
        center = np.array([spot % size_px, spot // size_px]) + chance.uniform(0, 1, 2)
        radius = typical * np.exp(chance.normal(0, uneven)) / 2
        axes = np.round(fine * _FIXED * radius * np.array([1.0, chance.uniform(0.45, 1)])).astype(int)
        middle = np.round(fine * _FIXED * center).astype(int)
        ink, turn = int(255 * chance.uniform(0.5, 1)), chance.uniform(0, 180)
        rim = cv2.ellipse2Poly((0, 0), (max(1, int(axes[0])), max(1, int(axes[1]))), int(turn), 0, 360, 30)
        cv2.fillPoly(canvas, [rim + middle.astype(np.int32)], ink, cv2.LINE_AA, 4)
    layers = [Layer("dust", _shrunk(canvas, size_px))]
    if chance.random() < 0.5:
        hairs = np.zeros_like(canvas)
        for _ in range(int(chance.integers(1, 7))):
            length, rough = _log_uniform(8, 70, chance), chance.uniform(0.05, 0.3)
            hair = _walk(chance.uniform(0, size_px, 2), chance.uniform(0, 2 * np.pi), length, 14, rough, chance)
            points = np.round(fine * _FIXED * hair).astype(np.int32)[:, None]
            thick = max(1, round(fine * _log_uniform(0.4, 1.8, chance)))
            cv2.polylines(hairs, [points], False, int(255 * chance.uniform(0.4, 1)), thick, cv2.LINE_AA, 4)
        layers.append(Layer("hair", _shrunk(hairs, size_px)))
    return layers


def _shrunk(canvas: NDArray[np.uint8], size_px: int) -> Plane:
    small = cv2.resize(canvas, (size_px, size_px), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / np.float32(255)


def _draw_tapered(
    canvas: NDArray[np.uint8], line: NDArray[np.float64], width_px: float, chance: np.random.Generator
) -> None:
    """Draws a line whose width changes from piece to piece and falls to nothing at its end, three times as large."""
    pieces = len(line) - 1
    swell = np.exp(np.convolve(chance.normal(0, 0.5, pieces + 4), np.ones(5) / 2, "valid"))
    widths = 3 * width_px * swell * np.linspace(1, 0.3, pieces)
    points = np.round(3 * _FIXED * line).astype(np.int32)
    for begin, end, width in zip(points, points[1:], widths, strict=False):
        cv2.line(canvas, begin.tolist(), end.tolist(), 255, max(1, round(width)), cv2.LINE_AA, 4)


MAKERS: tuple[tuple[Maker, float], ...] = (
    (piece, 0.36),
    (outlines, 0.18),
    (scratch, 0.16),
    (crease, 0.13),
    (specks, 0.13),
    (stain, 0.04),
)
"""Each way to make damage, with its share."""


def _walk(
    start: NDArray[np.float64], angle: float, length: float, steps: int, rough: float, chance: np.random.Generator
) -> NDArray[np.float64]:
    """Returns (steps + 1, 2) x, y of a line through `start` whose direction drifts by `rough` at each step."""
    angles = angle + np.cumsum(chance.normal(0, rough, steps))
    moves = np.stack([np.cos(angles), np.sin(angles)], 1) * (length / steps)
    line = np.concatenate([np.zeros((1, 2)), np.cumsum(moves, 0)])
    return np.asarray(start + line - line[steps // 2], np.float64)


def _stroke(size_px: int, line: NDArray[np.float64], width_px: float) -> Plane:
    """Returns the (H, W) alpha of a line of any width; one thinner than a pixel is fainter instead."""
    mask = np.zeros((size_px, size_px), np.uint8)
    points = np.round(line * _FIXED).astype(np.int32)[:, None]
    cv2.polylines(mask, [points], False, 255, max(1, round(width_px)), cv2.LINE_AA, 4)
    return mask.astype(np.float32) * (min(1.0, width_px) / 255)


def _noise(size_px: int, grain_px: float, chance: np.random.Generator) -> Plane:
    """Returns smooth noise of standard deviation near 1, whose waves are about `grain_px` long."""
    cells = max(2, int(size_px / max(1.0, grain_px)) + 2)
    coarse = chance.standard_normal((cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (size_px, size_px), interpolation=cv2.INTER_CUBIC), np.float32)


def _log_uniform(low: float, high: float, chance: np.random.Generator) -> float:
    return float(np.exp(chance.uniform(np.log(low), np.log(high))))
