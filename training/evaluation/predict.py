"""`predict`: draws gray, generated and real photos beside each other, of files or of a prepared set."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from photocolor.engine.sizes import FACE_COPY_PX, plan_sizes
from photocolor.models.card import read_card
from photocolor.settings import ColorSettings
from training.color import lab_of_photo, photo_of_lab
from training.data.faces import faces_seen_in
from training.data.inspect import decoded, is_gray
from training.data.prepared import load
from training.errors import MissingData
from training.evaluation import metrics
from training.evaluation.evaluated_model import ModelFile, resized
from training.evaluation.figures import grid, save_picture

TITLES = ("gray", "generated", "real")

Rgb = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Draw:
    """Says which photos of a prepared set are drawn.

    Attributes:
        count: how many.
        data: the set; None is the one that the model was trained on, as its card names it.
        split: "test", or another.
        seed: the same one draws the same photos; None draws others each time.
    """

    count: int
    data: Path | None = None
    split: str = "test"
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Colored:
    """Holds one photo and its coloring, at the size that is drawn.

    Attributes:
        lightness: (H, W) L*.
        ab: (H, W, 2) the model's a*, b*.
    """

    lightness: NDArray[np.float32]
    ab: NDArray[np.float32]

    @property
    def gray(self) -> Rgb:
        """Returns the gray photo, (H, W, 3) uint8."""
        return photo_of_lab(self.lightness, np.zeros_like(self.ab))

    @property
    def generated(self) -> Rgb:
        """Returns the colored photo, (H, W, 3) uint8."""
        return photo_of_lab(self.lightness, self.ab)


def color_whole(model: ModelFile, pixels: Rgb, shown_px: int) -> Colored:
    """Colors a photo of any shape; the model sees it at the size that the product would choose.

    Args:
        model: what colors.
        pixels: (H, W, 3) uint8 sRGB; only its lightness is used.
        shown_px: longest side of the result; a smaller photo stays as it is.
    """
    height, width = pixels.shape[:2]
    working_size = plan_sizes(height, width, ColorSettings(), read_card(model.path)).working
    faces = faces_seen_in(lab_of_photo(fit(pixels, FACE_COPY_PX))[0]) if model.takes_faces else ()
    ab = model.color(resized(lab_of_photo(pixels)[0], working_size), faces=faces)
    small = fit(pixels, shown_px)
    return Colored(lab_of_photo(small)[0], resized(ab, (small.shape[0], small.shape[1])))


def fit(pixels: Rgb, longest_px: int) -> Rgb:
    """Returns the photo with at most `longest_px` on its longer side, averaged over areas."""
    height, width = pixels.shape[:2]
    scale = longest_px / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def read_photo(path: Path) -> Rgb:
    """Returns the pixels of a photo file, upright.

    Raises:
        MissingData: it is not there, or no photo.
    """
    try:
        pixels = decoded(path.read_bytes())
    except OSError as cause:
        raise MissingData(f"{path} cannot be read: {cause}", "Name files of photos.") from cause
    if pixels is None:
        raise MissingData(f"{path} is not a photo that can be read", "Name JPEG, PNG, WebP, AVIF or TIFF files.")
    return pixels


def predict(
    model: ModelFile, photos: Sequence[Path], draw: Draw, out: Path, console: Console, *, shown_px: int = 384
) -> None:
    """Draws every photo as a row of one picture: gray, generated and, if it has color, real.

    Args:
        model: what colors.
        photos: files; those without color have no third picture.
        draw: further photos, from a prepared set.
        out: the PNG; it may show photos that are not yours to show.
        console: for what each row is.
        shown_px: longest side of each picture.

    Raises:
        MissingData: a photo or the set cannot be read, or there is nothing to draw.
    """
    rows = []
    for name, given, real in [*_of_files(photos), *(_drawn(model, draw, console) if draw.count else ())]:
        colored = color_whole(model, given, shown_px)
        row = [colored.gray, colored.generated]
        report = name
        if real is not None:
            small = fit(real, shown_px)
            row.append(small)
            report += (
                f": ΔE00 {_difference(colored, small):.1f}, colorfulness {metrics.colorfulness(colored.generated):.0f}"
            )
            report += f" (real {metrics.colorfulness(small):.0f})"
        rows.append(row)
        console.print(report, soft_wrap=True, markup=False, highlight=False)
    if not rows:
        raise MissingData("predict was given no photos", "Name photos, or let some be drawn: --random 3 --data SET.")
    save_picture(grid(rows, TITLES[: max(len(row) for row in rows)]), out)
    console.print(f"picture: {out}", soft_wrap=True, markup=False, highlight=False)


def _of_files(photos: Sequence[Path]) -> Iterator[tuple[str, Rgb, Rgb | None]]:
    """Yields name, input, and the real photo if it has color."""
    for path in photos:
        pixels = read_photo(path)
        yield str(path), pixels, None if is_gray(pixels) else pixels


def _drawn(model: ModelFile, draw: Draw, console: Console) -> Iterator[tuple[str, Rgb, Rgb | None]]:
    data = load(draw.data or _own_set(model), draw.split)
    seed = int(np.random.default_rng().integers(1_000_000)) if draw.seed is None else draw.seed
    console.print(f"seed {seed} draws these photos again", highlight=False)
    chosen = np.random.default_rng(seed).choice(len(data), min(draw.count, len(data)), replace=False)
    for index in chosen.tolist():
        row = data.rows[index]
        given, real = data.pair(index)
        yield f"{draw.split} photo {row.name} of {row.source}", given, real


def _own_set(model: ModelFile) -> Path:
    """Returns the prepared set of the recipe in the model's card.

    Raises:
        MissingData: the card names none.
    """
    try:
        folder = json.loads(model.card["recipe"])["data"]["prepared"]
    except (KeyError, ValueError, TypeError) as cause:
        raise MissingData(f"the card of {model.path} names no prepared set", "Say where one is: --data SET.") from cause
    return Path(folder)


def _difference(colored: Colored, real: Rgb) -> float:
    """Returns the mean ΔE00 between the generated and the real photo, at the drawn lightness."""
    lightness, ab = lab_of_photo(real)
    mine, theirs = np.dstack([colored.lightness, colored.ab]), np.dstack([lightness, ab])
    return float(metrics.ciede2000(mine, theirs).mean())
