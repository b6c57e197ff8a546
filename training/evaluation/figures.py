"""Draws the pictures of a run: strips of the same photos, and loss curves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from photocolor.system.atomic import AtomicFile, steady_token
from training.writing import writing

GAP_PX = 4
TITLE_PX = 22
LEAST_LETTER_PX = 8
_COLORS = ("#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#9c755f")


def grid(rows: Sequence[Sequence[NDArray[np.uint8]]], titles: Sequence[str] = ()) -> NDArray[np.uint8]:
    """Returns pictures in rows and columns with white between them.

    Args:
        rows: each picture (H, W, 3) uint8; a column is as wide as its widest, a row as high as its highest.
        titles: written above the columns.
    """
    count = max(len(row) for row in rows)
    widths = [max(row[column].shape[1] for row in rows if column < len(row)) for column in range(count)]
    heights = [max(picture.shape[0] for picture in row) for row in rows]
    top_px = TITLE_PX if titles else 0
    size = (top_px + sum(heights) + GAP_PX * (len(rows) - 1), sum(widths) + GAP_PX * (count - 1), 3)
    sheet = np.full(size, 255, np.uint8)
    lefts = [sum(widths[:column]) + GAP_PX * column for column in range(count)]
    for left, width, title in zip(lefts, widths, titles, strict=False):
        _write(sheet[:, left : left + width], title)
    top = top_px
    for row, height in zip(rows, heights, strict=True):
        for left, picture in zip(lefts, row, strict=False):
            sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
        top += height + GAP_PX
    return sheet


def _write(column: NDArray[np.uint8], text: str) -> None:
    """Writes black text into the title line of a column, as large as its width allows; what is too long is cut off."""
    line = Image.fromarray(column[:TITLE_PX])
    sizes = range(TITLE_PX - 8, LEAST_LETTER_PX - 1, -1)
    fonts = [ImageFont.load_default(size) for size in sizes]
    font = next((each for each in fonts if each.getlength(text) <= line.width - 2), fonts[-1])
    ImageDraw.Draw(line).text((2, 2), text, (0, 0, 0), font)
    column[:TITLE_PX] = np.asarray(line)


def save_picture(pixels: NDArray[np.uint8], path: Path) -> None:
    """Writes a PNG, whole or not at all.

    Raises:
        DiskFull, OutputError, TargetBlocked: it cannot be written.
    """
    with AtomicFile(path, steady_token(path)) as file:
        with file.content.open("wb") as out:
            Image.fromarray(pixels).save(out, format="PNG")
        file.commit(durable=False)


def save_curves(stats: list[dict[str, float]], path: Path) -> None:
    """Draws every loss over images seen as a PNG; does nothing without matplotlib or logged values."""
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
    with writing(path):
        figure.savefig(path, dpi=80)
