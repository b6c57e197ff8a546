"""Content that resembles damage and must be left alone, drawn into clean photos before they get any."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz 0123456789 &.,-/"
_FONTS = tuple(range(8))


def draw_lookalike(lightness: Plane, chance: np.random.Generator) -> Plane:
    """Returns L* with one drawn thing that resembles damage, as soft as a lens would show it.

    Args:
        lightness: (H, W) float32, L*; square.
        chance: what is drawn, and where.
    """
    size_px = lightness.shape[0]
    alpha = KINDS[chance.integers(len(KINDS))](size_px, chance).astype(np.float32)
    alpha = cv2.GaussianBlur(alpha, (0, 0), chance.uniform(0.5, 1.4)) * chance.uniform(0.3, 1)
    tone = chance.uniform(0, 100)
    return np.asarray(lightness + alpha * (tone - lightness), np.float32)


def lettering(size_px: int, chance: np.random.Generator) -> Plane:
    """Draws one to four lines of text, of any size and slant."""
    mask = np.zeros((size_px, size_px), np.uint8)
    font = int(chance.choice(_FONTS)) | (cv2.FONT_ITALIC if chance.random() < 0.3 else 0)
    scale, thick = float(np.exp(chance.uniform(np.log(0.25), np.log(2.5)))), int(chance.integers(1, 4))
    for line in range(int(chance.integers(1, 5))):
        text = "".join(chance.choice(list(_LETTERS), size=int(chance.integers(3, 25))))
        place = (int(chance.integers(-20, size_px // 2)), int(chance.integers(10, size_px)) + line * int(26 * scale))
        cv2.putText(mask, text, place, font, scale, 255, thick, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((size_px / 2, size_px / 2), chance.normal(0, 10), 1.0)
    return _plane(cv2.warpAffine(mask, turn, (size_px, size_px)))


def wires(size_px: int, chance: np.random.Generator) -> Plane:
    """Draws wires, ropes and rigging: one to six smooth lines from edge to edge, hanging a little, nearly parallel."""
    mask = np.zeros((size_px, size_px), np.uint8)
    across = np.linspace(-10, size_px + 10, 24)
    slope, sag, thick = chance.normal(0, 0.6), chance.uniform(0, 0.3) * size_px, int(chance.integers(1, 4))
    for _ in range(int(chance.integers(1, 7))):
        hang = sag * (1 - (2 * across / size_px - 1) ** 2)
        down = chance.uniform(-0.3, 1.3) * size_px + (slope + chance.normal(0, 0.03)) * (across - size_px / 2) + hang
        points = np.stack([across, down] if chance.random() < 0.8 else [down, across], 1)
        cv2.polylines(mask, [np.round(points * 16).astype(np.int32)[:, None]], False, 255, thick, cv2.LINE_AA, 4)
    return _plane(mask)


def bars(size_px: int, chance: np.random.Generator) -> Plane:
    """Draws fences, window bars, bricks and lace: a lattice of equal lines, one way or two, in perspective."""
    coordinates = np.indices((size_px, size_px)).astype(np.float32)
    angle, pitch = chance.uniform(0, np.pi), chance.uniform(5, 50)
    along = np.cos(angle) * coordinates[0] + np.sin(angle) * coordinates[1]
    other = np.cos(angle + chance.uniform(0.8, 2.3)) * coordinates[0] + np.sin(angle + 1.57) * coordinates[1]
    wide = chance.uniform(0.05, 0.35)
    squeeze = 1 + chance.uniform(-0.003, 0.003) * coordinates[1]
    first = (along * squeeze / pitch) % 1 < wide
    second = (other / (pitch * chance.uniform(0.6, 2))) % 1 < wide
    return _plane(255 * (first | second if chance.random() < 0.5 else first))


def rain(size_px: int, chance: np.random.Generator) -> Plane:
    """Draws rain, grass, fur and whiskers: many short strokes of nearly one direction."""
    mask = np.zeros((size_px, size_px), np.uint8)
    angle, spread, length = chance.uniform(0, np.pi), chance.uniform(0.01, 0.4), chance.uniform(5, 60)
    for _ in range(int(chance.integers(10, 120))):
        start, turn = chance.uniform(0, size_px, 2), angle + chance.normal(0, spread)
        end = start + length * chance.uniform(0.5, 1) * np.array([np.cos(turn), np.sin(turn)])
        first, last = (tuple(int(v) for v in np.round(point * 16)) for point in (start, end))
        cv2.line(mask, first, last, int(chance.integers(80, 256)), 1, cv2.LINE_AA, 4)
    return _plane(mask)


def halftone(size_px: int, chance: np.random.Generator) -> Plane:
    """Draws the dots of a printed picture, or the weave of cloth and paper."""
    coordinates = np.indices((size_px, size_px)).astype(np.float32)
    angle, pitch = chance.uniform(0, np.pi), chance.uniform(2.5, 10)
    first = np.cos(angle) * coordinates[0] + np.sin(angle) * coordinates[1]
    second = -np.sin(angle) * coordinates[0] + np.cos(angle) * coordinates[1]
    wave = np.cos(2 * np.pi * first / pitch) + np.cos(2 * np.pi * second / pitch)
    return np.asarray(np.clip(wave * chance.uniform(0.5, 2) + chance.uniform(-1, 0.5), 0, 1) * 0.7, np.float32)


def branches(size_px: int, chance: np.random.Generator) -> Plane:
    """Draws a bare tree: limbs that fork and grow thin."""
    mask = np.zeros((size_px, size_px), np.uint8)
    root = np.array([chance.uniform(0, size_px), size_px + 10.0])
    todo = [(root, -np.pi / 2 + chance.normal(0, 0.3), size_px * chance.uniform(0.2, 0.4), chance.uniform(2, 9))]
    while todo:
        start, angle, length, wide = todo.pop()
        end = start + length * np.array([np.cos(angle), np.sin(angle)])
        first, last = (tuple(int(v) for v in np.round(point * 16)) for point in (start, end))
        cv2.line(mask, first, last, 255, max(1, round(wide)), cv2.LINE_AA, 4)
        if length > 5:
            for turn in chance.normal(0, 0.5, int(chance.integers(2, 4))):
                todo.append((end, angle + turn, length * chance.uniform(0.55, 0.8), wide * 0.65))
        if len(todo) > 200:
            break
    return _plane(mask)


def poles(size_px: int, chance: np.random.Generator) -> Plane:
    """Draws masts, spears, bayonets and pickets: one to eight straight shafts side by side, each ending in a point."""
    mask = np.zeros((size_px, size_px), np.uint8)
    lean, spread, wide = chance.normal(0, 0.15), chance.uniform(0.02, 0.2), float(np.exp(chance.uniform(0, np.log(10))))
    level, pitch = chance.uniform(0, size_px), chance.uniform(8, 90)
    left = chance.uniform(-0.3, 1) * size_px
    for place in range(int(chance.integers(1, 9))):
        angle = lean + chance.normal(0, spread)
        along, across = np.array([np.sin(angle), np.cos(angle)]), np.array([np.cos(angle), -np.sin(angle)])
        foot = np.array([left + place * pitch + chance.normal(0, pitch / 4), level + chance.normal(0, size_px / 12)])
        length = size_px * float(np.exp(chance.uniform(np.log(0.12), np.log(0.8))))
        belly, half = chance.uniform(0, 0.9), wide * chance.uniform(0.7, 1.3) / 2
        rim = [foot - half * across, foot + along * length * belly - chance.uniform(0.5, 1.5) * half * across]
        rim += [foot + along * length, foot + along * length * belly + chance.uniform(0.5, 1.5) * half * across]
        outline = np.stack([*rim, foot + half * across])
        outline[:, 1] = 2 * level - outline[:, 1]
        cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], int(chance.integers(120, 256)), cv2.LINE_AA, 4)
    return _plane(mask if chance.random() < 0.8 else mask.T.copy())


KINDS: tuple[Callable[[int, np.random.Generator], Plane], ...] = (
    lettering,
    wires,
    bars,
    rain,
    halftone,
    branches,
    poles,
)
"""Everything that is drawn, each as often as the others."""


def _plane(mask: NDArray[np.generic]) -> Plane:
    return np.asarray(mask, np.float32) / np.float32(255)
