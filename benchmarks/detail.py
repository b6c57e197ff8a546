"""Measures what detail size, tiles, hints and joint upsampling do to the error in ab, to seams, and to time.

    python benchmarks/detail.py FOLDER_OF_COLOR_PHOTOS

Every photo is made gray, colored, and compared with its true color; the Markdown table goes to standard output.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.lab import gray_of, lab_of, lightness_of
from photocolor.color.resize import resize
from photocolor.color.upsample import guide
from photocolor.engine.colorizer import Colorizer
from photocolor.engine.passes import View
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.engine.sizes import Sizes, tile_grid
from photocolor.models.card import ModelCard
from photocolor.models.registry import ModelFile, find_model
from photocolor.outcome import Quiet
from photocolor.settings import ColorSettings
from photocolor.tiling.blend import windows

Array = NDArray[np.float32]


DEFAULT = ColorSettings()


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    title: str
    working_px: int = 512
    color: ColorSettings = DEFAULT
    hints: bool = True
    guided: bool = True


@dataclass(frozen=True)
class Figures:
    """What one photo gave."""

    error: float
    seam: float
    tiles: int
    seconds: float


NO_TILES = ColorSettings(detail=64)
CASES = (
    *(Case(f"global pass only, {px} px", px, NO_TILES) for px in (256, 384, 512, 768, 1024)),
    Case("global pass only, 512 px, bicubic instead of guided", 512, NO_TILES, guided=False),
    *(Case(f"detail {px} px, tile 512, overlap 128", color=ColorSettings(detail=px)) for px in (768, 1024, 1280, 1536)),
    *(
        Case(f"detail 1024 px, tile {tile}, overlap {overlap}", color=ColorSettings("auto", tile, overlap))
        for tile, overlap in ((256, 64), (512, 0), (512, 32), (512, 64), (512, 256), (768, 192))
    ),
    Case("detail 1024 px, tiles not told the global answer (classical mix)", hints=False),
    Case("detail 1024 px, bicubic instead of guided", guided=False),
)


class Blindfolded:
    """The session with its hint channels hidden: what a model without them could do."""

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self.card = replace(session.card, has_hints=False)
        self.provider = session.provider

    def run(self, lightness: Array, hints: Array | None) -> tuple[Array, Array | None]:
        """Runs with zero hints."""
        zeros = np.zeros((lightness.shape[0], 3, *lightness.shape[2:]), np.float32)
        return self._session.run(lightness, zeros if hints is None else hints)

    def cancel(self) -> None:
        """Cancels the session behind."""
        self._session.cancel()


def session_for(case: Case, model: ModelFile) -> OnnxSession | Blindfolded:
    """The default model with the case's working size."""
    card = replace(model.card, working_px=case.working_px)
    session = OnnxSession(replace(model, card=card), choose("cpu"))
    return session if case.hints else Blindfolded(session)


def measure(photo: Path, case: Case, colorizer: Colorizer) -> Figures:
    """Colors one photo made gray and compares."""
    rgb = np.asarray(Image.open(photo).convert("RGB"))
    gray, (_, truth) = gray_of(rgb), lab_of(rgb)
    height, width = gray.shape
    sizes = colorizer.sizes(height, width, case.color)
    started = time.perf_counter()
    small = lightness_of(resize(gray, *sizes.detail))
    answer = colorizer.color(View(small, sizes), Quiet())
    if case.guided:
        ab = guide(answer.ab, small, height, width).band(0, lightness_of(gray))
    else:
        ab = np.asarray(cv2.resize(answer.ab, (width, height), interpolation=cv2.INTER_CUBIC))
    seconds = time.perf_counter() - started
    error = float(np.hypot(*np.moveaxis(ab - truth, -1, 0)).mean())
    return Figures(error, seam_ratio(answer.ab, sizes, colorizer.session.card), answer.tiles, seconds)


NEAR_LINES = tuple(d for d in range(-6, 7) if abs(d) > 1)


def seam_ratio(ab: Array, sizes: Sizes, card: ModelCard) -> float:
    """Mean step of ab across borders of tiles and halos, over that of the lines near by; NaN without tiles.

    Lines near by, inside the tiles, show the same content; all other lines of a photo do not, and a horizon that
    happens to lie on a border would look like a seam.
    """
    if not sizes.tiled:
        return float("nan")
    grid = tile_grid(sizes.detail, sizes.tile_px, sizes.overlap_px, card)
    if len(grid.tiles()) == 1:
        return float("nan")
    down = np.hypot(*np.moveaxis(np.diff(ab, axis=0), -1, 0)).mean(axis=1)
    across = np.hypot(*np.moveaxis(np.diff(ab, axis=1), -1, 0)).mean(axis=0)
    at: list[float] = []
    near: list[float] = []
    for steps, starts, side in ((down, grid.tops, grid.tile_height), (across, grid.lefts, grid.tile_width)):
        lines = border_lines(len(steps) + 1, side, starts)
        at += [steps[i] for i in lines]
        near += [steps[i + d] for i in lines for d in NEAR_LINES if 0 <= i + d < len(steps)]
    return float(np.mean(at) / np.mean(near))


def border_lines(length: int, tile: int, starts: tuple[int, ...]) -> list[int]:
    """Steps between pixels at which a tile, or the used part of one, begins or ends."""
    lines = set()
    for start, weights in windows(length, tile, starts).items():
        used = np.flatnonzero(weights)
        lines |= {start - 1, start + tile - 1, start + int(used[0]) - 1, start + int(used[-1])}
    return sorted(line for line in lines if 0 <= line < length - 1)


def main() -> None:
    """Prints the table."""
    photos = sorted(path for path in Path(sys.argv[1]).iterdir() if path.suffix.lower() in (".jpg", ".png"))
    model = find_model("default")
    print(f"Model {model.card.name} {model.card.version}, {len(photos)} photos, medians of seconds.\n")
    print("| | mean &#124;Δab&#124; | seam ratio, mean (worst) | tiles | seconds |\n|---|---|---|---|---|")
    for case in CASES:
        colorizer = Colorizer(session_for(case, model))
        found = [measure(photo, case, colorizer) for photo in photos]
        seams = [figures.seam for figures in found]
        seam = "–" if np.isnan(seams[0]) else f"{np.mean(seams):.3f} ({np.max(seams):.3f})"
        error, seconds = np.mean([f.error for f in found]), np.median([f.seconds for f in found])
        print(f"| {case.title} | {error:.2f} | {seam} | {found[0].tiles} | {seconds:.2f} |", flush=True)


if __name__ == "__main__":
    main()
