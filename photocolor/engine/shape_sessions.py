"""Keeps one native session for each shape, on devices that plan anew whenever the shape changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

InputShape = tuple[int, int, int]
"""Pictures, height and width of one run."""


@dataclass(frozen=True, slots=True)
class ShapeBounds:
    """Bounds how many sessions are kept open; those used last are.

    Attributes:
        sessions: at most so many, at least one.
        pixels: at most so many in the kept shapes together; a shape in use is kept whatever it has.
    """

    sessions: int
    pixels: int


CUDA_BOUNDS = ShapeBounds(sessions=32, pixels=16_000_000)
"""Photos from 1:3 to 3:1 are shown to the bundled model in 29 shapes, common formats in 13. A session holds its weights
(36 MB), libraries' workspaces, and memory for what it computes: 230 bytes a pixel, measured on the CPU, so 3.7 GB for
all. Batches of 8 tiles of 512² px have 2.1 million pixels."""

BOUNDS_OF = {"CUDAExecutionProvider": CUDA_BOUNDS}
"""Providers that keep a plan for the last shape only. Measured on CUDA: the first run of a shape takes 1.1 to 2.1 s,
later ones 5 ms, and after a run of another shape the next one takes 1.1 s or more again. TensorRT extends its engines
to the shapes it meets; that and all other providers have one session, as the CPU has."""


@dataclass(slots=True)
class _Slot:
    """Holds the session of one shape, opened by the first thread that needs it while others of this shape wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    native: Any = None


class ShapeSessions:
    """Holds the native sessions of one model on one device; safe to use from several threads.

    A session that is dropped while a thread runs it lives until that run ends.

    Args:
        first: the session that was opened already; the first shape gets it.
        open_again: opens another one.
        bounds: how many are kept.
    """

    def __init__(self, first: Any, open_again: Callable[[], Any], bounds: ShapeBounds) -> None:
        self._unused = [first]
        self._open_again = open_again
        self._bounds = bounds
        self._slots: OrderedDict[InputShape, _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def session(self, shape: InputShape) -> Any:
        """Returns the session for a shape, opened now if there is none; raises ONNX Runtime's own errors."""
        with self._lock:
            slot = self._slots.setdefault(shape, _Slot())
            self._slots.move_to_end(shape)
            self._drop_oldest()
        with slot.lock:
            if slot.native is None:
                slot.native = self._unused_or_new()
            return slot.native

    def drop_others(self, shape: InputShape) -> bool:
        """Frees the memory of all other shapes' sessions; returns False if there were none."""
        with self._lock:
            others = [other for other in self._slots if other != shape]
            for other in others:
                del self._slots[other]
        return bool(others)

    def shapes(self) -> tuple[InputShape, ...]:
        """Returns the shapes that have a session, the one used last at the end."""
        with self._lock:
            return tuple(self._slots)

    def _unused_or_new(self) -> Any:
        with self._lock:
            if self._unused:
                return self._unused.pop()
        return self._open_again()

    def _drop_oldest(self) -> None:
        """Closes the sessions beyond the bounds before another one is opened."""
        while len(self._slots) > 1 and not self._within_bounds():
            self._slots.popitem(last=False)

    def _within_bounds(self) -> bool:
        pixels = sum(count * height * width for count, height, width in self._slots)
        return len(self._slots) <= self._bounds.sessions and pixels <= self._bounds.pixels


class OneSession:
    """Holds the only session of a device to which all shapes are alike."""

    def __init__(self, native: Any) -> None:
        self._native = native

    def session(self, _shape: InputShape) -> Any:
        """Returns the only session."""
        return self._native

    def drop_others(self, _shape: InputShape) -> bool:
        """Returns False, because there are no others."""
        return False
