"""Synthetic photos for the training tests: sky over meadow, or a wall with fruit; color follows lightness and place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def scene(number: int, size_px: tuple[int, int] = (80, 96)) -> NDArray[np.uint8]:
    """One photo (H, W, 3) uint8, different for every number."""
    chance = np.random.default_rng([7, number])
    height, width = size_px
    down, right = np.mgrid[:height, :width].astype(np.float64)
    horizon = height * chance.uniform(0.3, 0.7) + 6 * np.sin(right / chance.uniform(6, 20))
    light = chance.uniform(0.7, 1.0)
    if number % 2:
        top, bottom = np.array([110, 160, 230]), np.array([90, 140, 50])
    else:
        top, bottom = np.array([220, 190, 150]), np.array([130, 80, 40])
    picture = np.where((down < horizon)[..., None], top, bottom) * light
    for _ in range(3):
        y, x, radius = chance.uniform(0, height), chance.uniform(0, width), chance.uniform(5, 14)
        inside = np.hypot(down - y, right - x) < radius
        picture[inside] = (np.array([210, 60, 40]) if number % 2 else np.array([200, 180, 30])) * light
    picture *= 1 - 0.3 * down[..., None] / height
    return np.clip(picture + chance.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


def write_scenes(folder: Path, count: int) -> None:
    """Saves `count` scenes as JPEGs in folder/meadow and folder/wall."""
    for number in range(count):
        target = folder / ("meadow" if number % 2 else "wall")
        target.mkdir(parents=True, exist_ok=True)
        Image.fromarray(scene(number)).save(target / f"{number:03d}.jpg", quality=92)
