"""Decodes a TIFF page to sRGB a few rows at a time, as often as its rows are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from photocolor.color.profile import BadProfile, to_srgb
from photocolor.containers.formats import by_name
from photocolor.image.codecs.tiff import TiffPage
from photocolor.image.decode import ignored_profile, in_srgb, translated
from photocolor.image.photo import Photo, Pixels
from photocolor.image.tiff.bands import SampleBands
from photocolor.image.tiff.kind import BLACK_IS_ZERO, WHITE_IS_ZERO
from photocolor.image.tiff.pixels import Decoded, meaning
from photocolor.system.file_bytes import Stored

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Strip:
    """Holds some rows of the photo.

    Attributes:
        pixels: (rows, W) gray or (rows, W, 3) RGB, sRGB-encoded; gray also where only these rows have no color.
        alpha: (rows, W), or None.
        gray: (rows, W) uint16 where the file stores lightness itself and `pixels` have color; else None.
    """

    pixels: Pixels
    alpha: Pixels | None
    gray: Pixels | None


class StripReader:
    """Knows everything about a photo before its first pixel, and reads its pixels in strips.

    Args:
        data: the whole file.
        page: number of the page, counted from 0.
        keep: its gray may be kept in memory by whoever works on it.

    Attributes:
        height: rows of the stored grid.
        width: columns of the stored grid.
        bit_depth: 8 or 16.
        has_alpha: True if there is an alpha channel.
        orientation: EXIF orientation 1 to 8.
        container: what the file said.
        keep: as given.

    Raises:
        TruncatedPhoto: a part of it is missing or damaged.
        UnsupportedPhoto: it cannot be treated exactly; the message says why.
    """

    def __init__(self, data: Stored, page: int = 0, *, keep: bool = True) -> None:
        self.keep = keep
        with translated(by_name("tiff")):
            self._tiff_page = TiffPage(data, page)
            self._bands = SampleBands(self._tiff_page.page, self._tiff_page.kind, data)
            self._raw = self._first_pixel()
            shown = in_srgb(self._raw)
        self._icc = self._raw.container.icc if len(shown.warnings) == len(self._raw.warnings) else None
        self._warnings = shown.warnings
        self._brightest: int | None = 0
        self.height, self.width = self._tiff_page.kind.height, self._tiff_page.kind.width
        self.bit_depth, self.has_alpha = shown.bit_depth, shown.has_alpha
        self.orientation = shown.orientation
        self.container = replace(shown.container, checksummed=self._bands.segments.checksummed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tiff_page.__exit__(kind, error, trace)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Returns the type of all pixels."""
        return np.dtype(np.uint8 if self.bit_depth == 8 else np.uint16)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Returns what the user should know, one sentence each; complete after one pass over the photo."""
        at = len(self._tiff_page.warnings)
        damage = self._bands.segments.warnings
        return (*self._warnings[:at], *damage, *self._tiff_page.doubts(self._brightest), *self._warnings[at:])

    @property
    def may_have_color(self) -> bool:
        """Returns False if the file stores gray."""
        return self._tiff_page.kind.photometric not in (WHITE_IS_ZERO, BLACK_IS_ZERO)

    def strips(self) -> Iterator[Strip]:
        """Yields all rows from top to bottom; see `through` for a profile that fails on the way."""
        brightest: int | None = 0
        for found in self._decoded():
            if found.gray is not None:
                brightest = None
            elif brightest is not None:
                brightest = max(brightest, int(found.colors.max()))
            yield Strip(self._shown(found.colors), found.alpha, found.gray)
        self._brightest = brightest

    def through(self, look: Callable[[], Answer]) -> Answer:
        """Returns the result of a function that goes through all strips.

        A profile may show itself as broken at any pixel. Then it is ignored, as everywhere, and `look` begins anew.
        What goes through two plates at once stands in `through` of both.
        """
        try:
            return look()
        except _BrokenProfile as error:
            if error.reader is not self:
                raise
            self._warnings = (*self._warnings, ignored_profile(self._raw, error))
            self._icc = None
            self.container = replace(self.container, keep_icc=False)
            return look()

    def _shown(self, colors: NDArray[Any]) -> Pixels:
        """Converts stored colors to sRGB."""
        try:
            return cast(Pixels, colors if self._icc is None else to_srgb(colors, self._icc))
        except BadProfile as error:
            raise _BrokenProfile(self, error) from error

    def _decoded(self) -> Iterator[Decoded]:
        with translated(by_name("tiff")):
            for samples in self._bands:
                yield self._meaning(samples)

    def _meaning(self, samples: NDArray[Any]) -> Decoded:
        return meaning(samples, self._tiff_page.kind, self._tiff_page.page.colormap)

    def _first_pixel(self) -> Photo:
        """Returns a photo of one black pixel of this kind: it has everything that is the same for all pixels."""
        kind, tiff_page = self._tiff_page.kind, self._tiff_page
        decoded = self._meaning(np.zeros((1, 1, kind.channels), self._bands.dtype))
        return Photo(
            cast(Pixels, decoded.colors), decoded.alpha, tiff_page.orientation, tiff_page.container, tiff_page.warnings
        )


class _BrokenProfile(BadProfile):
    """Says that one reader's profile is unusable; another reader may be at work at the same time."""

    def __init__(self, reader: StripReader, cause: BadProfile) -> None:
        super().__init__(str(cause))
        self.reader = reader
