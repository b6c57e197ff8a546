"""Paints the rows of a photo in color, and over them the pixels of its holes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np

from photocolor.color.lab import Gray
from photocolor.color.tone_curve import STRAIGHT
from photocolor.image.gray_source import Curved, GraySource
from photocolor.image.photo import Rows
from photocolor.outcome import ProgressListener
from photocolor.render.mending.bands import Holes, Patch, patches
from photocolor.render.rows import RowPainter
from photocolor.render.strips import STRIP_ROWS, paint_strips
from photocolor.render.upsample import GuidedAb


def painted_with_patches(
    gray_source: GraySource, guided: GuidedAb, holes: Holes, watch: ProgressListener
) -> Iterator[Rows]:
    """Yields the rows of a photo in color, from top to bottom.

    A strip with holes is painted twice, as it is and with its holes filled, and only the pixels of the holes are taken
    from the second: all others are, code for code, those of the photo without holes.

    Args:
        gray_source: the photo's gray; what lies in a curve is filled before the curve.
        guided: ab prepared for the photo.
        holes: what is painted over.
        watch: receives the stage, and cancels.
    """
    inner, curve = (gray_source.inner, gray_source.curve) if isinstance(gray_source, Curved) else (gray_source, None)
    curve = curve or STRAIGHT
    read: deque[Rows] = deque()
    at_work: deque[tuple[Rows, Patch | None]] = deque()

    def gray_strips() -> Iterator[Gray]:
        for part in inner.rows(STRIP_ROWS):
            read.append(part)
            yield part.pixels

    def strips() -> Iterator[tuple[Gray, Gray]]:
        for patch in patches(gray_strips(), holes):
            part = read.popleft()
            at_work.append((part, patch and Patch(patch.holes, curve.apply(patch.gray))))
            yield curve.apply(part.pixels), np.empty((*part.pixels.shape, 3), part.pixels.dtype)

    painter, top = RowPainter(guided), 0
    for rgb in paint_strips(strips(), guided, watch.check):
        part, patch = at_work.popleft()
        if patch is not None:
            over = np.empty_like(rgb)
            painter.color(top, patch.gray, over)
            rgb[patch.holes] = over[patch.holes]
        top += len(rgb)
        yield Rows(rgb, part.alpha)
    watch.stage("encode")
