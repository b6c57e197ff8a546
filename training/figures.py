"""Pictures of a run: strips of the same photos, and loss curves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GAP_PX = 4
_COLORS = ("#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#9c755f")


def grid(rows: Sequence[Sequence[NDArray[np.uint8]]]) -> NDArray[np.uint8]:
    """Pictures of one size in rows, white between them: each (H, W, 3) uint8."""
    height, width = rows[0][0].shape[:2]
    columns = max(len(row) for row in rows)
    sheet = np.full((len(rows) * (height + GAP_PX), columns * (width + GAP_PX), 3), 255, np.uint8)
    for down, row in enumerate(rows):
        for right, picture in enumerate(row):
            top, left = down * (height + GAP_PX), right * (width + GAP_PX)
            sheet[top : top + height, left : left + width] = picture
    return sheet[:-GAP_PX, :-GAP_PX]


def save_picture(pixels: NDArray[np.uint8], path: Path) -> None:
    """Writes a PNG, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    Image.fromarray(pixels).save(temporary, format="PNG")
    temporary.replace(path)


def save_curves(stats: list[dict[str, float]], path: Path) -> None:
    """Draws every loss over images seen as a PNG; nothing when matplotlib is not installed or nothing is logged."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return
    names = sorted({name for line in stats for name in line} - {"seen", "time", "images_per_s", "rate"})
    if not names:
        return
    figure = Figure(figsize=(8, 1.8 * len(names)), layout="constrained")
    FigureCanvasAgg(figure)
    for place, name in enumerate(names):
        axes = figure.add_subplot(len(names), 1, place + 1)
        points = [(line["seen"], line[name]) for line in stats if name in line]
        axes.plot(*zip(*points, strict=True), color=_COLORS[place % len(_COLORS)], linewidth=1)
        axes.set_ylabel(name)
        axes.grid(alpha=0.3)
    axes.set_xlabel("images seen")
    figure.savefig(path, dpi=80)
