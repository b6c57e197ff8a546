"""The two passes over a photo: the whole at once, then tiles with the first pass as their hints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma, Lightness
from photocolor.color.palette import Palette, moved_to
from photocolor.color.resize import resize
from photocolor.engine.fallback import Rung
from photocolor.engine.session import Session
from photocolor.engine.sizes import Sizes, tile_grid
from photocolor.hints.weights import COARSE_WEIGHT
from photocolor.outcome import ProgressListener
from photocolor.tiling.blend import BlendBuffer
from photocolor.tiling.plan import Tile

if TYPE_CHECKING:
    from photocolor.engine.faces.close_ups import CloseUps, Face

HintPlanes = Callable[[int, int], NDArray[np.float32]]
"""A person's hints at a size: (height, width) to (height, width, 3) float32, a*, b* and a weight: 0, 0.5 for a variant
or 1."""


@dataclass(frozen=True, slots=True)
class View:
    """Holds one upright photo as the model sees it.

    Attributes:
        lightness: (h, w) float32, L* in [0, 100] at `sizes.detail`.
        sizes: the shapes of both passes.
        hints: returns the hint channels at any size; None without hints.
        palette: of a reference that the photo shall look like; None for the model's own colors.
        close_ups: faces that the model may see a second time; None if there are none, or that is not wanted.
        faces: where all faces are, for a model that is told.
    """

    lightness: Lightness
    sizes: Sizes
    hints: HintPlanes | None = None
    palette: Palette | None = None
    close_ups: CloseUps | None = None
    faces: tuple[Face, ...] = ()

    def face_planes(self, session: Session, height: int, width: int) -> NDArray[np.float32] | None:
        """Returns the segments of faces, (4, height, width) float32; None for a model that takes none."""
        if not session.card.has_faces:
            return None
        from photocolor.engine.faces.segments import segments  # few models take them

        return segments(self.faces, (height, width))


def global_pass(session: Session, view: View) -> NDArray[np.float32]:
    """Returns ab and doubt of the whole photo, (h, w, 3) or (h, w, 2) float32 at `sizes.working`.

    With a palette the model looks twice: its first answer, moved to the palette, is its hint the second time.
    """
    height, width = view.sizes.working
    small = resize(view.lightness, height, width)[None]
    takes_hints = session.card.has_hints
    hint_planes = np.zeros((height, width, 3), np.float32) if view.hints is None else view.hints(height, width)
    channels = _channels_first(hint_planes[None]) if takes_hints else None
    faces = _one(view.face_planes(session, height, width))
    whole: NDArray[np.float32] = run_model(session, small, channels, faces)[0]
    if view.palette is None:
        return whole
    moved = moved_to(whole[..., :2], view.palette)
    if takes_hints:
        hint_planes_again = hint_channels_of(moved, view.hints)
        again: NDArray[np.float32] = run_model(session, small, _channels_first(hint_planes_again[None]), faces)[0]
        return again
    return np.concatenate((moved, whole[..., 2:]), axis=-1)


def tile_pass(rung: Rung, view: View, whole: Chroma, watch: ProgressListener) -> tuple[NDArray[np.float32], int]:
    """Returns ab and doubt from overlapping tiles, each with the global answer as hints, and the number of tiles.

    Args:
        rung: session, batch and tile size to use.
        view: the photo.
        whole: (hw, ww, 2) float32, the global answer at `sizes.working`.
        watch: receives the progress of tiles, and cancels.
    """
    height, width = view.sizes.detail
    grid = tile_grid(view.sizes.detail, rung.tile_px, view.sizes.overlap_px, rung.session.card)
    hint_planes = hint_channels_of(resize(whole, height, width), view.hints)
    face_planes = view.face_planes(rung.session, height, width)
    canvas = BlendBuffer(grid, channels=3 if rung.session.card.has_doubt else 2)
    tiles = grid.tiles()
    watch.tiles(0, len(tiles))
    done = 0
    for batch in batches(tiles, rung.batch):
        watch.check()
        for tile, planes in zip(batch, color_tiles(rung, view.lightness, hint_planes, batch, face_planes), strict=True):
            canvas.add(tile, planes)
        done += len(batch)
        watch.tiles(done, len(tiles))
    blended: NDArray[np.float32] = canvas.blended() / _canvas_units(canvas.channels)
    return blended, len(tiles)


def hint_channels_of(answer: Chroma, hints: HintPlanes | None) -> NDArray[np.float32]:
    """Returns the hint channels, (h, w, 3).

    They have the global answer (h, w, 2) everywhere, as "about this", and the user's points and areas where those are;
    a variant, which is no more than "about this", is in the answer already.
    """
    height, width = answer.shape[:2]
    planes = np.concatenate((answer, np.full((height, width, 1), COARSE_WEIGHT, np.float32)), axis=-1)
    if hints is not None:
        asked_for = hints(height, width)
        np.copyto(planes, asked_for, where=asked_for[..., 2:] > COARSE_WEIGHT)
    return planes


def color_tiles(
    rung: Rung,
    lightness: Lightness,
    hint_planes: NDArray[np.float32],
    batch: list[Tile],
    face_planes: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Returns ab and doubt of tiles of one shape in the canvas's units, (N, th, tw, 2 or 3) float32.

    A last batch is filled up with its last tile: for a device that plans anew for each shape, as CUDA does in a second,
    another number of pictures is another shape, and a full batch is done in 10 ms.

    A model with hint channels receives the global answer as hints. One without gets the classical mix: low frequencies
    of the global answer, high frequencies of the tile.
    """
    session = rung.session
    filled = batch + batch[-1:] * (rung.batch - len(batch))
    light = np.stack([lightness[tile.area] for tile in filled])
    tile_hints = np.stack([hint_planes[tile.area] for tile in filled])
    channels = _channels_first(tile_hints) if session.card.has_hints else None
    faces = None if face_planes is None else np.stack([face_planes[:, *tile.area] for tile in filled])
    planes = run_model(session, light, channels, faces)[: len(batch)]
    if not session.card.has_hints:
        mixed = [
            classical_mix(own, low) for own, low in zip(planes[..., :2], tile_hints[: len(batch), ..., :2], strict=True)
        ]
        planes = np.concatenate((np.stack(mixed), planes[..., 2:]), axis=-1)
    return planes * _canvas_units(planes.shape[-1])


def run_model(
    session: Session,
    lightness: NDArray[np.float32],
    hints: NDArray[np.float32] | None,
    faces: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Runs the model on (N, H, W) lightness; returns (N, H, W, 2) ab, or (N, H, W, 3) with doubt last."""
    other_inputs = (hints,) if faces is None else (hints, faces)
    ab, doubt = session.run(np.ascontiguousarray(lightness[:, None]), *other_inputs)
    planes = ab if doubt is None else np.concatenate((ab, doubt), axis=1)
    return np.moveaxis(planes, 1, -1)


def _one(planes: NDArray[np.float32] | None) -> NDArray[np.float32] | None:
    """Returns the planes of one picture as a batch."""
    return None if planes is None else planes[None]


def _channels_first(hints: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.moveaxis(hints, -1, 1))


def _canvas_units(channels: int) -> NDArray[np.float32]:
    """Returns factors that give all channels the canvas's resolution: doubt from 0 to 1 becomes 0 to 200."""
    return np.array((1, 1, 200)[:channels], np.float32)


LOW_PASS_CELLS = 4
"""The classical mix takes frequencies below this many cells per tile side from the global answer."""


def classical_mix(own: Chroma, answer: Chroma) -> Chroma:
    """Returns a tile's own ab with its low frequencies replaced by the global answer's, (h, w, 2) float32 each."""
    return own - low_pass(own) + low_pass(answer)


def low_pass(ab: Chroma) -> Chroma:
    """Returns ab averaged over a few cells per side and enlarged again to the same shape."""
    height, width = ab.shape[:2]
    cells = resize(ab, min(LOW_PASS_CELLS, height), min(LOW_PASS_CELLS, width))
    return resize(cells, height, width)


def batches(tiles: list[Tile], size: int) -> Iterator[list[Tile]]:
    """Yields the tiles in order, `size` at a time."""
    rest = iter(tiles)
    while batch := list(islice(rest, size)):
        yield batch
