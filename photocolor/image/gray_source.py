"""Provides a photo's gray for coloring: reduced for the model, then row by row for painting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Gray, gray_of
from photocolor.color.reduce import Reducer
from photocolor.color.resize import resize
from photocolor.color.tone import Tone, look_size, tone_of
from photocolor.color.tone_curve import ToneCurve
from photocolor.image.open import Reading
from photocolor.image.photo import Described, Photo, Pixels, Rows
from photocolor.image.row_groups import regrouped

if TYPE_CHECKING:
    from photocolor.image.tiff.strip_reader import Strip, StripReader

Check = Callable[[], None]
"""Called between strips; raises to cancel."""


class GraySource(Protocol):
    """Provides gray codes on the stored grid."""

    @property
    def about(self) -> Described:
        """Returns what is known of the photo."""

    @property
    def shape(self) -> tuple[int, int]:
        """Returns (height, width) in pixels."""

    def small(self, height: int, width: int) -> Gray:
        """Returns the whole photo reduced by area to (height, width)."""

    def rows(self, count: int) -> Iterator[Rows]:
        """Yields gray (count, W) with its alpha, from top to bottom; the last may have fewer rows."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """Holds the gray in memory.

    Attributes:
        about: the photo, with its gray codes (H, W) as pixels.
    """

    about: Photo
    _reduced: dict[tuple[int, int], Gray] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def shape(self) -> tuple[int, int]:
        """Returns (height, width) in pixels."""
        return self.about.height, self.about.width

    def small(self, height: int, width: int) -> Gray:
        """Returns the whole photo reduced by area to (height, width), made once for each size."""
        if (height, width) not in self._reduced:
            self._reduced[height, width] = resize(self.about.pixels, height, width)
        return self._reduced[height, width]

    def rows(self, count: int) -> Iterator[Rows]:
        """Yields views of `count` rows."""
        gray, alpha = self.about.pixels, self.about.alpha
        for top in range(0, len(gray), count):
            bottom = top + count
            yield Rows(gray[top:bottom], None if alpha is None else alpha[top:bottom])


class Streaming:
    """Decodes the photo anew for each pass over its rows.

    Args:
        reader: the photo; it is gone through once for all `sizes`.
        sizes: (height, width) of the reduced pictures that can be asked for.
        check: called between strips.
    """

    def __init__(self, reader: StripReader, sizes: Iterable[tuple[int, int]], check: Check) -> None:
        self.about = reader
        self.shape = (reader.height, reader.width)

        def reduced() -> dict[tuple[int, int], NDArray[Any]]:
            reducers = {size: Reducer(self.shape, reader.dtype, *size) for size in sizes}
            for strip in reader.strips():
                check()
                gray = gray_of_strip(strip)
                for reducer in reducers.values():
                    reducer.add(gray)
            return {size: reducer.small() for size, reducer in reducers.items()}

        self._small = reader.through(reduced)

    def small(self, height: int, width: int) -> Gray:
        """Returns the reduced photo, which must have one of the sizes that were given before."""
        if (height, width) not in self._small:
            raise ValueError(f"{height} × {width} was not told before")
        return self._small[height, width]

    def rows(self, count: int) -> Iterator[Rows]:
        """Yields rows, decoded on the way."""
        return regrouped((Rows(gray_of_strip(strip), strip.alpha) for strip in self.about.strips()), count)


@dataclass(frozen=True, slots=True)
class Curved:
    """Lays a curve over the gray of another source, on the way.

    Attributes:
        inner: the photo's own gray.
        curve: what each gray code becomes.
    """

    inner: GraySource
    curve: ToneCurve

    @property
    def about(self) -> Described:
        """Returns what is known of the photo."""
        return self.inner.about

    @property
    def shape(self) -> tuple[int, int]:
        """Returns (height, width) in pixels."""
        return self.inner.shape

    def small(self, height: int, width: int) -> Gray:
        """Returns the reduced photo after the curve."""
        return self.curve.apply(self.inner.small(height, width))

    def rows(self, count: int) -> Iterator[Rows]:
        """Yields rows after the curve."""
        for part in self.inner.rows(count):
            yield Rows(self.curve.apply(part.pixels), part.alpha)


@dataclass(frozen=True, slots=True)
class Inverted:
    """Gives the positive that a negative shows: each gray code's distance from white.

    Attributes:
        negative: the gray as it was scanned.
    """

    negative: GraySource

    @property
    def about(self) -> Described:
        """Returns what is known of the photo."""
        return self.negative.about

    @property
    def shape(self) -> tuple[int, int]:
        """Returns (height, width) in pixels."""
        return self.negative.shape

    def small(self, height: int, width: int) -> Gray:
        """Returns the whole positive reduced by area to (height, width)."""
        return inverse(self.negative.small(height, width))

    def rows(self, count: int) -> Iterator[Rows]:
        """Yields rows of the positive with their alpha, which is not inverted."""
        for part in self.negative.rows(count):
            yield Rows(inverse(part.pixels), part.alpha)


def inverse(codes: Pixels) -> Pixels:
    """Returns each code's distance from white, in the same dtype; twice gives the codes again."""
    return cast(Pixels, np.subtract(np.iinfo(codes.dtype).max, codes, dtype=codes.dtype))


def gray_of_photo(photo: Photo) -> Pixels:
    """Returns the (H, W) gray codes of a gray or RGB photo, in its dtype."""
    if photo.gray is not None:
        return photo.gray
    return photo.pixels if photo.pixels.ndim == 2 else gray_of(photo.pixels)


def tone_in(photo: Reading, check: Check) -> Tone | None:
    """Returns what kind of color a photo has; None for one that is stored as gray."""
    if not isinstance(photo, Photo):
        return _tone_of_strips(photo, check)
    return None if photo.pixels.ndim == 2 else tone_of(photo.pixels)


def gray_of_strip(strip: Strip) -> Pixels:
    """Returns the (rows, W) gray codes of a strip."""
    if strip.gray is not None:
        return strip.gray
    return strip.pixels if strip.pixels.ndim == 2 else gray_of(strip.pixels)


def held(reader: StripReader, check: Check) -> Photo:
    """Returns the photo's gray and alpha in memory; colors are never held."""

    def gathered() -> tuple[Pixels, Pixels | None]:
        gray, alpha = np.empty((reader.height, reader.width), reader.dtype), None
        top = 0
        for strip in reader.strips():
            check()
            bottom = top + len(strip.pixels)
            gray[top:bottom] = gray_of_strip(strip)
            if strip.alpha is not None:
                alpha = np.empty(gray.shape, strip.alpha.dtype) if alpha is None else alpha
                alpha[top:bottom] = strip.alpha
            top = bottom
        return gray, alpha

    gray, alpha = reader.through(gathered)
    return Photo(gray, alpha, reader.orientation, reader.container, reader.warnings)


def _tone_of_strips(reader: StripReader, check: Check) -> Tone | None:
    """Returns what kind of color the photo has; None for one that is stored as gray."""

    def looked() -> Tone | None:
        reducer: Reducer | None = None
        colored = False
        for strip in reader.strips():
            check()
            if reducer is None:
                reducer = Reducer(
                    (reader.height, reader.width, 3), reader.dtype, *look_size(reader.height, reader.width)
                )
            colored |= strip.pixels.ndim == 3
            reducer.add(in_channels(strip.pixels))
        return tone_of(reducer.small()) if colored and reducer else None

    return reader.through(looked) if reader.may_have_color else None


def rows_of(photo: Reading) -> Iterator[Rows]:
    """Yields a photo's own pixels in RGB with their alpha, from top to bottom."""
    if not isinstance(photo, Photo):
        return (Rows(in_channels(strip.pixels), strip.alpha) for strip in photo.strips())
    return iter([Rows(in_channels(photo.pixels), photo.alpha)])


def in_channels(pixels: Pixels) -> Pixels:
    """Returns pixels with three channels, (rows, W, 3), also those of gray."""
    return pixels if pixels.ndim == 3 else cast(Pixels, np.repeat(pixels[..., None], 3, axis=2))
