"""Compares the pixels of a source and its result from top to bottom, a few rows at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray

from photocolor.errors import UnsupportedPhoto
from photocolor.image.bit_depth import half_step
from photocolor.image.gray_source import in_channels
from photocolor.image.open import Reading
from photocolor.image.photo import Photo, Pixels, Rows
from photocolor.image.row_groups import regrouped
from photocolor.image.tiff.strip_reader import StripReader
from photocolor.image.visible_mark import Mark, corner_mark
from photocolor.verify.claims.tone import ClaimedCurve
from photocolor.verify.gray import GrayDifference, band_rows, gray_codes, inverse_codes

_DARK, _BRIGHT = 0.1, 0.9
"""Between these shares of white a pixel has room for a color; near black and white there is hardly any."""
_GRAY = 2 / 255
"""Two channels that are no further apart may be gray, as a lossy coding leaves it."""


def _has_color(pixels: Pixels) -> bool:
    if pixels.ndim == 2:
        return False
    levels = pixels.astype(np.int32)
    return bool(np.abs(levels[..., :2] - levels[..., 1:]).max() > np.iinfo(pixels.dtype).max * _GRAY)


def has_color(photo: Reading) -> bool:
    """Returns True if any pixel is not gray; no further one is looked at then.

    Raises:
        PhotoError: it is damaged.
    """
    if isinstance(photo, StripReader):
        return photo.through(lambda: any(_has_color(strip.pixels) for strip in photo.strips()))
    return _has_color(photo.pixels)


@dataclass(slots=True)
class PixelDifference:
    """Measures how far two pictures are apart.

    Attributes:
        alpha_unequal: pixels whose alpha differs; where the result has none, those that are not opaque.
        gray: of their grays, if that was asked for.
        has_color: True if the source has a pixel that is not gray; looked for only if a mark is claimed.
        equal: True if no pixel differs at all; looked for only if a mark is claimed.
        paintable: True if a pixel of the source is neither black nor white, so that it could get a color.
        painted: True if a pixel of the result has one.
    """

    alpha_unequal: int = 0
    gray: GrayDifference = field(default_factory=GrayDifference)
    has_color: bool = False
    equal: bool = True
    paintable: bool = False
    painted: bool = False

    @property
    def lacks_color(self) -> bool:
        """Returns True if the result is gray everywhere, and need not be."""
        return self.paintable and not self.painted

    def look_for_color(self, before: Pixels, after: Pixels) -> None:
        """Looks at some rows until a color was found."""
        if self.painted:
            return
        top = int(np.iinfo(before.dtype).max)
        self.paintable = self.paintable or bool(((before > top * _DARK) & (before < top * _BRIGHT)).any())
        self.painted = _has_color(after)

    def add_alpha(self, before: Rows, after: Rows, bits: int) -> None:
        """Adds some rows; 16 bits are reduced to 8 where the result has no more, or to the `bits` of its file."""
        if before.alpha is None:
            return
        expected = before.alpha
        if after.alpha is None:
            self.alpha_unequal += int(np.count_nonzero(expected != np.iinfo(expected.dtype).max))
            return
        if expected.dtype != after.alpha.dtype:
            expected = np.rint(expected / 257).astype(np.uint8)  # 65535 / 255
        apart = np.abs(expected.astype(np.int32) - after.alpha)
        self.alpha_unequal += int(np.count_nonzero(apart > half_step(bits)))

    def add_colors(self, before: Pixels, after: Pixels) -> None:
        """Adds some rows, and records whether they are in color and the same."""
        self.has_color |= before.ndim == 3 and bool((before[..., :2] != before[..., 1:]).any())
        in_same_channels = in_channels(before) if before.ndim < after.ndim else before  # of a gray page that was kept
        self.equal = self.equal and before.dtype == after.dtype and np.array_equal(in_same_channels, after)


@dataclass(frozen=True, slots=True)
class Claims:
    """Holds what a result says was changed of its source's gray.

    Attributes:
        mark: True if it says that it has a visible mark; a page that kept its pixels has none.
        curve: the curve over the lightness of the page; None without one.
        mended: (H, W) bool, pixels that were painted over and are not compared; None for none.
        inverted: True if it says that the page is a negative, whose tones it inverted.
        of_several: True if the page is one of several, so that it may be a negative that kept its pixels.
        divided: True if the source's colors are multiplied by their alpha and the result's are not.
    """

    mark: bool = False
    curve: ClaimedCurve | None = None
    mended: NDArray[np.bool_] | None = None
    inverted: bool = False
    of_several: bool = False
    divided: bool = False

    def mended_rows(self, top: int, count: int) -> NDArray[np.bool_] | None:
        """Returns which pixels of these rows were painted over."""
        return None if self.mended is None else self.mended[top : top + count]


NO_CLAIMS = Claims()


def compare_pixels(source: Reading, result: Reading, *, gray: bool, claims: Claims = NO_CLAIMS) -> PixelDifference:
    """Returns how far two pictures are apart; each is decoded to its end in any case.

    Args:
        source: as photocolor reads it, in sRGB.
        result: the same; if it has another size, nothing is compared.
        gray: True to compare the grays.
        claims: what the result says was changed.

    Raises:
        PhotoError: one of them is damaged; or the mark that is claimed does not fit in the source.
    """
    if (source.height, source.width) != (result.height, result.width):
        _decode(source)
        _decode(result)
        return PixelDifference()
    mark = claims.mark
    drawn, fault = _claimed(source) if gray and mark else (None, None)

    def looked() -> PixelDifference:
        difference, top = PixelDifference(), 0
        for before, after in _bands(source, result):
            difference.add_alpha(before, after, result.container.bits)
            difference.look_for_color(before.pixels, after.pixels)
            if gray and mark:
                difference.add_colors(before.pixels, after.pixels)
            if gray:
                pixels, tied = inverse_codes(before.pixels) if claims.inverted else (before.pixels, None)
                pixels = claims.curve.over(pixels) if claims.curve else pixels
                mended = claims.mended_rows(top, len(pixels))
                colors = _multiplied(after) if claims.divided else after.pixels
                difference.gray.add(_under_mark(pixels, top, drawn), colors, mended, tied)
            top += len(before.pixels)
        return difference

    difference = _through(source, result, looked)
    may_be_kept = difference.has_color or claims.of_several
    if gray and mark and not claims.inverted and may_be_kept and difference.equal:
        difference.gray = GrayDifference(pixels=source.height * source.width)
    elif fault:
        raise fault
    return difference


def _through(source: Reading, result: Reading, look: Callable[[], PixelDifference]) -> PixelDifference:
    """Returns what a function finds that goes through both; it starts again if a profile fails on the way."""
    both = partial(result.through, look) if isinstance(result, StripReader) else look
    return source.through(both) if isinstance(source, StripReader) else both()


def _decode(photo: Reading) -> None:
    """Decodes what is not decoded yet, and discards it."""
    if isinstance(photo, StripReader):
        photo.through(lambda: deque(photo.strips(), maxlen=0))


def _bands(source: Reading, result: Reading) -> Iterator[tuple[Rows, Rows]]:
    """Yields the same rows of both, however each is divided, and whether it is in memory or decoded on the way."""
    count = band_rows(source.width)
    return zip(regrouped(_rows_of_source(source), count), regrouped(_rows_of_result(result), count), strict=True)


def _rows_of_source(photo: Reading) -> Iterator[Rows]:
    """Yields the lightness where the file stores that itself: its colors are computed from it."""
    for part in photo.strips() if isinstance(photo, StripReader) else (photo,):
        yield Rows(part.pixels if part.gray is None else part.gray, part.alpha)


def _rows_of_result(photo: Reading) -> Iterator[Rows]:
    """Yields rows that are all gray or all in color, even if only some of them need it."""
    if isinstance(photo, Photo):
        yield Rows(photo.pixels, photo.alpha)
        return
    for strip in photo.strips():
        yield Rows(in_channels(strip.pixels) if photo.may_have_color else strip.pixels, strip.alpha)


def _claimed(source: Reading) -> tuple[Mark | None, UnsupportedPhoto | None]:
    """Returns the mark over a source, or why it can have none."""
    try:
        return corner_mark(source.height, source.width, source.orientation), None
    except UnsupportedPhoto as error:
        return None, error


def _multiplied(rows: Rows) -> Pixels:
    """Returns a result's rows multiplied by their alpha, as its source stores them."""
    if rows.alpha is None:
        return rows.pixels
    top = int(np.iinfo(rows.alpha.dtype).max)
    weight = rows.alpha if rows.pixels.ndim == 2 else rows.alpha[..., None]
    product = (rows.pixels.astype(np.uint32) * weight + top // 2) // top
    return cast(Pixels, product.astype(rows.pixels.dtype))


def _under_mark(rows: Pixels, top: int, mark: Mark | None) -> Pixels:
    """Returns the source's rows as its result must show them.

    Under the mark they are neutral, and have the mark drawn over them.
    """
    if mark is None or top + len(rows) <= mark.top or mark.top + len(mark.plate) <= top:
        return rows
    drawn = rows.copy()
    if drawn.ndim == 3:
        covered = slice(max(0, mark.top - top), mark.top + len(mark.plate) - top)
        there = covered, slice(mark.left, mark.left + mark.plate.shape[1])
        drawn[there] = gray_codes(drawn[there])[..., None]
    mark.draw(top, drawn)
    return drawn
