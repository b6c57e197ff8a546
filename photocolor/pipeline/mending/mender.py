"""Decides what of a photo's damage is painted over: what is narrow, and lies on no face and no lettering."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from photocolor.color.lab import Gray
from photocolor.color.reduce import Reducer
from photocolor.engine.damage.finder import Finder
from photocolor.image.gray_source import GraySource, InMemory
from photocolor.image.regions.hand_mask import parse_hand_mask
from photocolor.image.regions.protected import LOOK_PX, Protected
from photocolor.models.finder import find_finder
from photocolor.outcome import ProgressListener
from photocolor.pipeline.mending.hand import HandMaskFile
from photocolor.render.mending.bands import Holes
from photocolor.render.mending.bits import BitPlane
from photocolor.render.mending.narrow import split_by_width
from photocolor.render.strips import STRIP_ROWS
from photocolor.settings import MEND_WIDTH_RANGE, FileSettings, Mend, Settings

USUAL_DPI, LEAST_DPI = 300.0, 100.0


@dataclass(frozen=True, slots=True)
class Mending:
    """Holds what is painted over in one photo, and what is left.

    Attributes:
        holes: what is painted.
        painted: how many pixels.
        left: how many are damaged and are not painted, by the reason.
        orientation: EXIF orientation of the photo.
    """

    holes: Holes
    painted: int
    left: dict[str, int]
    orientation: int

    @property
    def warnings(self) -> tuple[str, ...]:
        """Returns what the user should know of the damage that was left, one sentence."""
        pixels = self.holes.narrow.shape[0] * self.holes.narrow.shape[1]
        parts = [f"{100 * count / pixels:.2g} % {reason}" for reason, count in self.left.items() if count]
        return (f"damage was left that is not painted over: of all pixels {', '.join(parts)}",) if parts else ()


@dataclass(frozen=True, slots=True)
class Mender:
    """Decides what is painted over in each photo; safe to use from several threads.

    Attributes:
        finder: the opened finder; None if only masks by hand say what is damaged.
        files: how wide damage may be.
    """

    finder: Finder | None
    files: FileSettings

    def look(self, gray_source: GraySource, by_hand: HandMaskFile | None, watch: ProgressListener) -> Mending | None:
        """Returns what is painted over in a photo; None if nothing is damaged.

        Args:
            gray_source: the photo's own gray.
            by_hand: the mask that a person painted; None without one.
            watch: receives the stage, and cancels.

        Raises:
            HintsInvalid: the mask by hand does not fit the photo.
            PhotoError: the finder failed, or the photo is damaged.
        """
        if self.finder is None and by_hand is None:
            return None
        watch.stage("find")
        about, shape = gray_source.about, gray_source.shape
        hand = parse_hand_mask(by_hand.data, shape, about.orientation, str(by_hand.path)) if by_hand else None
        scale = min(1.0, LOOK_PX / max(shape))
        small = max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))
        dtype = np.dtype(np.uint8 if about.bit_depth == 8 else np.uint16)
        reducer = None if isinstance(gray_source, InMemory) else Reducer(shape, dtype, *small)
        damage = self._found(_passing(gray_source, reducer, watch), shape, watch)
        if hand is not None:
            damage = hand.corrected(damage)
        if not damage.has_any(0, shape[0]):
            return None
        picture = reducer.small() if reducer else gray_source.small(*small)
        return self._split(damage, Protected.in_picture(picture, about.orientation, shape), gray_source, watch)

    def _found(self, rows: Iterator[Gray], shape: tuple[int, int], watch: ProgressListener) -> BitPlane:
        if self.finder is not None:
            return BitPlane.of(shape, (kinds > 0 for kinds in self.finder.find(rows, shape, watch.check)))
        for _ in rows:
            watch.check()
        return BitPlane(shape)

    def _split(
        self, damage: BitPlane, protected: Protected, gray_source: GraySource, watch: ProgressListener
    ) -> Mending:
        width_px = width_at(gray_source.about.container.dpi, self.files.mend_width_px)
        wide_reason = f"wider than {width_px:g} px"
        left = {wide_reason: 0, "on a face": 0, "on lettering": 0}
        narrow = BitPlane(damage.shape)
        for top, thin, wide in split_by_width(damage, width_px, watch.check):
            on_face, on_lettering = protected.rows(top, len(thin))
            left[wide_reason] += int(np.count_nonzero(wide))
            left["on a face"] += int(np.count_nonzero(thin & on_face))
            left["on lettering"] += int(np.count_nonzero(thin & on_lettering & ~on_face))
            narrow.put(top, thin & ~on_face & ~on_lettering)
        return Mending(Holes(narrow, damage, width_px), narrow.count(), left, gray_source.about.orientation)

    def cancel(self) -> None:
        """Ends the search at work soon, from any thread, for good."""
        if self.finder is not None:
            self.finder.cancel()


def open_mender(settings: Settings, threads: int | None) -> Mender | None:
    """Returns what decides about mending in a run; None if nothing is mended.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used, or is another than the settings name.
    """
    if settings.files.mend is Mend.NONE:
        return None
    if not settings.files.finder_sha256:
        return Mender(None, settings.files)
    file = find_finder(settings.finder)
    if file.sha256 != settings.files.finder_sha256:
        raise file.changed()
    return Mender(Finder(file, threads), settings.files)


def width_at(dpi: tuple[float, float] | None, width_px: float) -> float:
    """Returns the width in pixels of a scan that is so many pixels at 300 dpi.

    A scan that says nothing, or one of the 72 and 96 dpi that programs write without knowing, counts as one of 300.
    """
    at = min(dpi) if dpi and min(dpi) >= LEAST_DPI else USUAL_DPI
    return float(np.clip(round(width_px * at / USUAL_DPI, 1), *MEND_WIDTH_RANGE))


def _passing(gray_source: GraySource, reducer: Reducer | None, watch: ProgressListener) -> Iterator[Gray]:
    for part in gray_source.rows(STRIP_ROWS):
        watch.check()
        if reducer is not None:
            reducer.add(part.pixels)
        yield part.pixels
