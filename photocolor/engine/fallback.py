"""The out-of-memory ladder: a photo that does not fit is tried again as a whole in a smaller way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from photocolor.engine.providers import short_name
from photocolor.engine.session import Session
from photocolor.errors import DeviceFailed, OutOfMemory, PhotoError

TILE_FLOOR_PX = 256
"""Smaller tiles save little memory and see too little of the photo."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Rung:
    """Describes one way to color a photo.

    Attributes:
        session: what runs the model.
        batch: tiles at a time.
        tile_px: side of the tiles, in pixels.
    """

    session: Session
    batch: int
    tile_px: int


class Ladder:
    """Steps down batch → tile → CPU as far as a photo needs; the next photo starts at the top again.

    A device that failed, for whatever reason but memory, is not asked again: later photos start on the CPU.

    Args:
        session: the session that photos start with.
        cpu_session: opens the same model on the CPU when the first photo needs it (later ones share it); None where
            `session` is on the CPU already.
    """

    def __init__(self, session: Session, cpu_session: Callable[[], Session] | None = None) -> None:
        self._open_cpu = cpu_session
        self._cpu: Session | None = None
        self._canceled = False
        self._failed = False
        self._lock = threading.Lock()

    def climb_down(self, attempt: Callable[[Rung], Answer], start: Rung) -> tuple[Answer, tuple[str, ...]]:
        """Returns the answer of the first rung that fits, and one phrase for every step down.

        `attempt` colors the whole photo at the rung it is given and keeps nothing of an earlier try: the answer equals
        that of a run that started at the last rung. On the CPU the photo starts with its own tile size again.

        Raises:
            OutOfMemory: the last rung does not fit either.
            DeviceFailed: the device failed, and there is no CPU to go to.
        """
        rung = start
        if self._failed and self._open_cpu is not None:
            rung = self._on_cpu(self._open_cpu, start)
        steps: list[str] = []
        while True:
            result = _try(attempt, rung)
            if not isinstance(result, _Failure):
                return result, tuple(steps)
            self._failed = self._failed or isinstance(result.error, DeviceFailed)
            lower = self._lower(rung, start, result.error)
            if lower is None:
                raise _last_word(result.error, steps)
            steps.append(_phrase(rung, lower, result.error))
            rung = lower

    def cancel(self) -> None:
        """Cancels the CPU session too, even one that is opened later; call it beside `session.cancel()`."""
        with self._lock:
            self._canceled = True
            if self._cpu is not None:
                self._cpu.cancel()

    def _lower(self, rung: Rung, start: Rung, cause: PhotoError) -> Rung | None:
        """Returns the next rung down; None below the last."""
        smaller = _smaller(rung) if isinstance(cause, OutOfMemory) else None  # asking less does not mend a device
        if smaller is not None or self._open_cpu is None or rung.session is not start.session:
            return smaller
        return self._on_cpu(self._open_cpu, start)

    def _on_cpu(self, open_cpu: Callable[[], Session], start: Rung) -> Rung:
        """Returns the first rung on the CPU: one tile at a time, of the photo's own size."""
        with self._lock:
            if self._cpu is None:
                self._cpu = open_cpu()
                if self._canceled:
                    self._cpu.cancel()
            return Rung(self._cpu, 1, start.tile_px)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Describes a rung that failed."""

    error: PhotoError


def _try(attempt: Callable[[Rung], Answer], rung: Rung) -> Answer | _Failure:
    """Returns the attempt's answer or its failure, the latter as a new error.

    The old one's frames hold the photo's arrays.
    """
    try:
        return attempt(rung)
    except (OutOfMemory, DeviceFailed) as error:
        return _Failure(type(error)(error.message, error.hint))
    except MemoryError as error:
        return _Failure(OutOfMemory(f"memory ran out: {error}" if str(error) else "memory ran out"))


def _smaller(rung: Rung) -> Rung | None:
    """Returns the same session with half as much at a time; None where that is already the least."""
    if rung.batch > 1:
        return replace(rung, batch=rung.batch // 2)
    card = rung.session.card
    half = max(card.at_most(rung.tile_px // 2), card.at_least(TILE_FLOOR_PX))
    return replace(rung, tile_px=half) if half < rung.tile_px else None


def _phrase(rung: Rung, lower: Rung, cause: PhotoError) -> str:
    if lower.session is not rung.session:
        upper, other = short_name(rung.session.provider), short_name(lower.session.provider)
        if isinstance(cause, DeviceFailed):
            return f"device {upper} → {other}, for later photos too: {cause.message}"
        return f"device {upper} → {other} (tile {lower.tile_px} px)"
    if lower.batch != rung.batch:
        return f"batch {rung.batch} → {lower.batch}"
    return f"tile {rung.tile_px} → {lower.tile_px} px"


def _last_word(error: PhotoError, steps: list[str]) -> PhotoError:
    """Returns the error of the last rung, with the steps that led there."""
    tried = f" (tried: {', '.join(steps)})" if steps else ""
    return type(error)(error.message + tried, error.hint)
