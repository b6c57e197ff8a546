"""Looks for hard places: where a finder takes clean training photos for damage."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from training.color import lab_of_photo
from training.damage.export import answer_of
from training.damage.hard import Place
from training.damage.network import FinderContract, build_finder, take_average
from training.damage.settings import FinderRecipe
from training.data.prepared import Prepared, load
from training.loop import checkpoint_file

CELL_PX = 64
"""At most one place is taken of each square of this side."""
LARGE_FACTORS = (0.6, 1 / 3)
"""Scales that large photos are looked at."""
BAND_PX = 1024
"""Longest side of what the network sees at once."""


def mine_places(recipe: FinderRecipe, checkpoint: Path, out: Path, photos: int, least: float, console: Console) -> None:
    """Writes the places of clean training photos where a finder sees damage.

    Args:
        recipe: its data and network.
        checkpoint: of the finder.
        out: the file.
        photos: at most so many of the small photos are looked at, evenly among them; all large ones are.
        least: probability of damage from which on a place is one.
        console: for the closing line.
    """
    saved = checkpoint_file.load(checkpoint)
    network = build_finder(recipe.network)
    take_average(network, saved, checkpoint)
    model = FinderContract(network).eval()
    places = []
    if recipe.material.large:
        large = load(Path(recipe.material.large), "train")
        for number in range(len(large)):
            places += [
                place for factor in LARGE_FACTORS for place in _places(model, large, number, factor, least, True)
            ]
    small = load(Path(recipe.material.prepared), "train")
    for number in np.linspace(0, len(small) - 1, min(photos, len(small))).astype(int):
        places += _places(model, small, int(number), 1.0, least, False)
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter="\t")
        table.writerow([field.name for field in fields(Place)])
        table.writerows(astuple(place) for place in places)
    console.print(f"{out}: {len(places)} places, {sum(place.large for place in places)} of them of large photos")


def _places(
    model: FinderContract, photos: Prepared, number: int, factor: float, least: float, large: bool
) -> Iterator[Place]:
    photo = photos.photo(number)
    if factor != 1:
        photo = np.asarray(cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
    for top, left, likely in _peaks(likely_of(model, photo), least):
        yield Place(large, number, round(top / factor), round(left / factor), round(factor, 4), round(likely, 4))


def likely_of(model: FinderContract, photo: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Returns (H, W) the probability of any damage, seen in squares that do not overlap."""
    likely = np.empty(photo.shape[:2], np.float32)
    with torch.inference_mode():
        for top in range(0, photo.shape[0], BAND_PX):
            for left in range(0, photo.shape[1], BAND_PX):
                part = (slice(top, top + BAND_PX), slice(left, left + BAND_PX))
                likely[part] = answer_of(model, lab_of_photo(photo[part])[0]).sum(0)
    return likely


def _peaks(likely: NDArray[np.float32], least: float) -> Iterator[tuple[int, int, float]]:
    for top in range(0, likely.shape[0], CELL_PX):
        for left in range(0, likely.shape[1], CELL_PX):
            cell = likely[top : top + CELL_PX, left : left + CELL_PX]
            if cell.max() >= least:
                down, right = np.unravel_index(int(cell.argmax()), cell.shape)
                yield top + int(down), left + int(right), float(cell.max())
