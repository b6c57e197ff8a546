"""Reports progress as a share of the whole to a caller's function."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, str], object]
"""Hears the share of the work that is done, 0 to 1, and the stage: "decode", "color", "paint", "encode" or "done"."""

_BEGINS = {"decode": 0.0, "color": 0.1, "paint": 0.6, "encode": 0.8}
"""Where each stage of a photo begins."""


class ProgressOf:
    """Reports the progress of one photo among several to a function; a `ProgressListener`.

    Args:
        progress: is called with the share; what it raises ends the work.
        number: which photo this is, counted from 0.
        photos: how many there are.
    """

    def __init__(self, progress: Progress, number: int, photos: int) -> None:
        self._progress = progress
        self._number = number
        self._photos = photos
        self._share = 0.0
        self._stage = "decode"

    def stage(self, name: str) -> None:
        """Reports that a stage begins."""
        self._stage = name
        self._tell(_BEGINS.get(name, self._share))

    def tiles(self, done: int, total: int) -> None:
        """Reports how many tiles are colored; together they are the stage of coloring."""
        begin, end = _BEGINS["color"], _BEGINS["paint"]
        self._tell(begin + (end - begin) * done / max(1, total))

    def check(self) -> None:
        """Does nothing: a caller's function cancels by raising what it likes."""

    def done(self) -> None:
        """Reports that the photo is done."""
        self._stage = "done"
        self._tell(1.0)

    def _tell(self, share: float) -> None:
        self._share = max(self._share, share)  # it never goes back, whatever order the stages come in
        self._progress((self._number + self._share) / self._photos, self._stage)
