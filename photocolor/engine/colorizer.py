"""Colors one photo of any size by one opened model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma
from photocolor.engine.fallback import Ladder, Rung
from photocolor.engine.passes import View, global_pass, tile_pass
from photocolor.engine.session import Session
from photocolor.engine.sizes import Sizes, plan_sizes
from photocolor.errors import HintsInvalid
from photocolor.outcome import ProgressListener
from photocolor.settings import ColorSettings

GPU_BATCH = 8
"""Tiles per run on a device that gains from it; on a CPU a batch of four costs four times one."""


@dataclass(frozen=True, slots=True)
class ColorAnswer:
    """Holds the model's output for a photo.

    Attributes:
        ab: (h, w, 2) float32, CIELAB a* and b* at the detail size, upright.
        doubt: (h, w) float32, 0 sure to 1 guessing; None for a model that does not tell.
        tiles: tiles of the tile pass; 0 when the global pass was enough.
        device: the provider that ran the model.
        degraded: what had to be made smaller because memory ran out, one phrase each.
        faces: how many faces were looked at a second time.
    """

    ab: Chroma
    doubt: NDArray[np.float32] | None
    tiles: int
    device: str
    degraded: tuple[str, ...] = ()
    faces: int = 0


class Colorizer:
    """Turns lightness of any size into ab; safe to share between threads.

    Args:
        session: the model, opened.
        cpu_session: opens the same model on the CPU, for photos that do not fit elsewhere; None if it is there already.
    """

    def __init__(self, session: Session, cpu_session: Callable[[], Session] | None = None) -> None:
        self.session = session
        self._ladder = Ladder(session, cpu_session)
        on_cpu = session.provider == "CPUExecutionProvider"
        self._batch = session.card.fixed_batch or (1 if on_cpu else GPU_BATCH)

    @property
    def takes_faces(self) -> bool:
        """Returns True if the model is to be told where faces are."""
        return self.session.card.has_faces

    def cancel(self) -> None:
        """Cancels the runs in flight within a moment, from any thread, and refuses later ones for good."""
        self.session.cancel()
        self._ladder.cancel()

    def sizes(self, height: int, width: int, color: ColorSettings) -> Sizes:
        """Returns the sizes at which the model sees an upright photo of this height and width."""
        return plan_sizes(height, width, color, self.session.card)

    def color(self, view: View, watch: ProgressListener) -> ColorAnswer:
        """Returns the ab of a photo.

        Args:
            view: the upright photo's lightness, its sizes, and the user's hints.
            watch: receives the progress of tiles, and cancels.

        Raises:
            OutOfMemory: not even the last rung of the ladder fits (photocolor/engine/fallback.py).
            BadModelOutput: the model gave NaN or infinity.
            HintsInvalid: there are hints, and the model takes none.
            Canceled: the watch said so.
        """
        sizes = view.sizes
        if view.hints is not None and not self.session.card.has_hints:
            raise HintsInvalid(
                f"model {self.session.card.name} takes no color hints", "Use a model with hints, or remove the sidecar."
            )

        def attempt(rung: Rung) -> ColorAnswer:
            whole = global_pass(rung.session, view)
            planes, tiles = tile_pass(rung, view, whole[..., :2], watch) if sizes.tiled else (whole, 0)
            planes, faces = _with_faces(rung, view, planes, watch)
            return replace(_answer(planes, tiles, rung), faces=faces)

        start = Rung(self.session, self._batch, sizes.tile_px)
        if not sizes.tiled:
            start = Rung(self.session, 1, self.session.card.at_least(0))  # no batch, no tile to make smaller
        answer, degraded = self._ladder.climb_down(attempt, start)
        return replace(answer, degraded=tuple(degraded))


def _with_faces(
    rung: Rung, view: View, planes: NDArray[np.float32], watch: ProgressListener
) -> tuple[NDArray[np.float32], int]:
    """Returns the answer with small faces as the model sees them closer, if that is wanted, and how many those are."""
    if view.close_ups is None:
        return planes, 0
    from photocolor.engine.faces.face_pass import face_pass  # few runs need it

    return face_pass(rung.session, view, planes, watch)


def _answer(planes: NDArray[np.float32], tiles: int, rung: Rung) -> ColorAnswer:
    doubt = planes[..., 2].clip(0, 1) if rung.session.card.has_doubt else None
    return ColorAnswer(np.ascontiguousarray(planes[..., :2]), doubt, tiles, rung.session.provider)
