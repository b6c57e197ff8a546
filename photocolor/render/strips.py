"""Colors a photo at full size in strips of rows, several at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from photocolor.color.lab import Gray
from photocolor.render.rows import RowPainter
from photocolor.render.upsample import GuidedAb
from photocolor.system.photo_threads import threads_of_a_photo

STRIP_ROWS = 128
"""Rows of one strip at least. The pixels do not depend on it."""
_STRIP_PIXELS = 3 << 19
"""Most pixels of a strip of 16 bits, if it has more rows: threads wait for each other at each of Python's calls, and a
strip takes as many calls whatever its size. Twice as many would save as much again, and take 50 MB more (measured at
24 megapixels)."""
_STRIPS = 8
"""A photo is parted into so many at least, or some threads would have nothing to do at its end."""


def strip_rows(height: int, width: int, bit_depth: int) -> int:
    """Returns how many rows of a photo are painted at a time, a multiple of `STRIP_ROWS`."""
    if bit_depth == 8:  # as many as the JPEG encoder codes while they are in the cache
        return STRIP_ROWS
    return max(1, min(_STRIP_PIXELS // width, height // _STRIPS) // STRIP_ROWS) * STRIP_ROWS


def paint(gray: Gray, guided: GuidedAb, check: Callable[[], None]) -> Gray:
    """Returns the photo in color.

    Args:
        gray: (H, W) uint8 or uint16, gray codes of the source.
        guided: ab prepared for this photo.
        check: called between strips; raises to cancel.

    Returns:
        (H, W, 3) of the same dtype, sRGB-encoded; its gray is `gray`.
    """
    result = np.empty((*gray.shape, 3), gray.dtype)
    count = strip_rows(gray.shape[0], gray.shape[1], gray.dtype.itemsize * 8)
    tops = range(0, len(gray), count)
    strips = ((gray[top : top + count], result[top : top + count]) for top in tops)
    for _ in paint_strips(strips, guided, check):
        pass
    return result


def paint_strips(strips: Iterable[tuple[Gray, Gray]], guided: GuidedAb, check: Callable[[], None]) -> Iterator[Gray]:
    """Yields the photo in color strip by strip, in order; as many are at work as the photo has threads.

    Args:
        strips: all rows of the photo from top to bottom, (rows, W) each, with the contiguous (rows, W, 3) array of the
            same dtype that the colors go into.
        guided: ab prepared for this photo.
        check: called between strips; raises to cancel.

    Yields:
        The arrays that came with the strips, filled.
    """
    painter, threads = RowPainter(guided), threads_of_a_photo()
    if threads == 1:
        yield from _one_by_one(strips, painter, check)
        return
    at_work: deque[tuple[Future[None], Gray]] = deque()
    top = 0
    with ThreadPoolExecutor(threads, thread_name_prefix="photocolor-paint") as pool:
        for gray, rgb in strips:
            check()
            at_work.append((pool.submit(painter.color, top, gray, rgb), rgb))
            top += len(gray)
            if len(at_work) > (2 * threads if gray.dtype == np.uint8 else threads):  # larger ones take more memory
                yield _done(*at_work.popleft())
        while at_work:
            yield _done(*at_work.popleft())


def _one_by_one(strips: Iterable[tuple[Gray, Gray]], painter: RowPainter, check: Callable[[], None]) -> Iterator[Gray]:
    top = 0
    for gray, rgb in strips:
        check()
        painter.color(top, gray, rgb)
        top += len(gray)
        yield rgb


def _done(work: Future[None], rgb: Gray) -> Gray:
    work.result()
    return rgb
