"""Color for one photo: a global pass over the whole, then tiles that are told the global answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma, Lightness
from photocolor.color.resize import resize
from photocolor.engine.fallback import Ladder, Rung
from photocolor.engine.session import Session
from photocolor.engine.sizes import Sizes, plan_sizes
from photocolor.outcome import Watch
from photocolor.settings import ColorSettings
from photocolor.tiling.blend import Canvas
from photocolor.tiling.plan import Tile, plan_tiles

ABOUT_THIS = np.float32(0.5)
"""Hint weight of the global answer: "about this". 1 is a person's point, 0 unknown (the model contract)."""

GPU_BATCH = 8
"""Tiles per run on a device that gains from it; on a CPU a batch of four costs four times one."""


@dataclass(frozen=True, slots=True)
class ColorAnswer:
    """What the model said about a photo.

    Attributes:
        ab: (h, w, 2) float32, CIELAB a* and b* at the detail size, upright.
        tiles: tiles of the tile pass; 0 when the global pass was enough.
        device: the provider that gave the answer.
        degraded: what had to be made smaller, one phrase each.
    """

    ab: Chroma
    tiles: int
    device: str
    degraded: tuple[str, ...]


class Colorizer:
    """Lightness in, ab out, whatever the photo's size; safe to share between threads.

    Args:
        session: the model, opened.
        cpu_session: opens the same model on the CPU, for photos that do not fit elsewhere; None if it is there already.
    """

    def __init__(self, session: Session, cpu_session: Callable[[], Session] | None = None) -> None:
        self.session = session
        self._ladder = Ladder(session, cpu_session)
        on_cpu = session.provider == "CPUExecutionProvider"
        self._batch = session.card.fixed_batch or (1 if on_cpu else GPU_BATCH)

    def cancel(self) -> None:
        """Ends the runs in flight within a moment and refuses later ones, from any thread, for good."""
        self.session.cancel()
        self._ladder.cancel()

    def sizes(self, height: int, width: int, color: ColorSettings) -> Sizes:
        """The shapes at which an upright photo of this height and width is shown to the model."""
        return plan_sizes(height, width, color, self.session.card)

    def color(self, lightness: Lightness, sizes: Sizes, watch: Watch) -> ColorAnswer:
        """The ab of a photo.

        Args:
            lightness: (h, w) float32, L* in [0, 100] of the upright photo at `sizes.detail`.
            sizes: the shapes from `sizes()`.
            watch: hears of every tile, and cancels.

        Raises:
            OutOfMemory: not even the smallest way fits.
            BadModelOutput: the model gave NaN or infinity.
            Canceled: the watch said so.
        """

        def attempt(rung: Rung) -> ColorAnswer:
            whole = global_pass(rung.session, lightness, sizes)
            if not sizes.tiled:
                return ColorAnswer(whole, 0, rung.session.provider, ())
            ab, tiles = tile_pass(rung, lightness, whole, sizes, watch)
            return ColorAnswer(ab, tiles, rung.session.provider, ())

        start = Rung(self.session, self._batch, sizes.tile_px)
        if not sizes.tiled:
            start = Rung(self.session, 1, self.session.card.at_least(0))  # no batch, no tile to make smaller
        answer, degraded = self._ladder.climb_down(attempt, start)
        return ColorAnswer(answer.ab, answer.tiles, answer.device, tuple(degraded))


def global_pass(session: Session, lightness: Lightness, sizes: Sizes) -> Chroma:
    """ab of the whole photo, (h, w, 2) float32 at `sizes.working`, with no hint."""
    small = resize(lightness, *sizes.working)
    hints = np.zeros((1, 3, *sizes.working), np.float32) if session.card.has_hints else None
    ab, _ = session.run(small[None, None], hints)
    return np.ascontiguousarray(np.moveaxis(ab[0], 0, -1))


def tile_pass(rung: Rung, lightness: Lightness, whole: Chroma, sizes: Sizes, watch: Watch) -> tuple[Chroma, int]:
    """ab of the photo from overlapping tiles, each told the global answer, and the number of tiles.

    Args:
        rung: session, batch and tile size to use.
        lightness: (h, w) float32 at `sizes.detail`.
        whole: (hw, ww, 2) float32, the global answer at `sizes.working`.
        sizes: the shapes of both passes.
        watch: hears of every tile, and cancels.
    """
    height, width = lightness.shape
    grid = plan_tiles(height, width, rung.tile_px, min(sizes.overlap_px, rung.tile_px // 2))
    told = resize(whole, height, width)
    canvas = Canvas(grid, channels=2)
    tiles = grid.tiles()
    watch.tiles(0, len(tiles))
    done = 0
    for batch in batches(tiles, rung.batch):
        watch.check()
        for tile, ab in zip(batch, color_tiles(rung.session, lightness, told, batch), strict=True):
            canvas.add(tile, ab)
        done += len(batch)
        watch.tiles(done, len(tiles))
    return canvas.blended(), len(tiles)


def color_tiles(session: Session, lightness: Lightness, told: Chroma, batch: list[Tile]) -> NDArray[np.float32]:
    """ab of tiles of one shape, (N, th, tw, 2) float32, coherent with the global answer.

    A model with hint channels is told the global answer. One without gets the classical mix: low frequencies of the
    global answer, high frequencies of the tile.
    """
    light = np.stack([lightness[tile.area] for tile in batch])[:, None]
    answer = np.stack([told[tile.area] for tile in batch])
    hints = hint_channels(answer) if session.card.has_hints else None
    ab = np.moveaxis(session.run(np.ascontiguousarray(light), hints)[0], 1, -1)
    if session.card.has_hints:
        return ab
    return np.stack([classical_mix(own, low) for own, low in zip(ab, answer, strict=True)])


def hint_channels(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3, h, w) hints from the global answer (N, h, w, 2), weight "about this" everywhere."""
    weight = np.full((*answer.shape[:3], 1), ABOUT_THIS, np.float32)
    return np.ascontiguousarray(np.moveaxis(np.concatenate((answer, weight), axis=-1), -1, 1))


LOW_PASS_CELLS = 4
"""The classical mix takes frequencies below this many cells per tile side from the global answer."""


def classical_mix(own: Chroma, answer: Chroma) -> Chroma:
    """A tile's own ab with its low frequencies replaced by the global answer's, (h, w, 2) float32 each."""
    return own - low_pass(own) + low_pass(answer)


def low_pass(ab: Chroma) -> Chroma:
    """ab reduced to a few cells per side and enlarged again, same shape."""
    height, width = ab.shape[:2]
    cells = resize(ab, min(LOW_PASS_CELLS, height), min(LOW_PASS_CELLS, width))
    return resize(cells, height, width)


def batches(tiles: list[Tile], size: int) -> Iterator[list[Tile]]:
    """The tiles in order, `size` at a time."""
    rest = iter(tiles)
    while batch := list(islice(rest, size)):
        yield batch
