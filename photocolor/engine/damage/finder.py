"""Finds damage in a photo of any size: band by band at the full resolution, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.color.connected import grown
from photocolor.color.lab import Gray, lightness_of
from photocolor.color.marks import marks_of, rimmed
from photocolor.engine.damage.view import enlarged, reduced_rows, reduced_shape, reduction
from photocolor.engine.onnx_errors import first_line, is_out_of_memory, runtime_errors
from photocolor.engine.opening import open_on_cpu
from photocolor.errors import BadModelOutput, Canceled, OutOfMemory
from photocolor.models.finder import FinderFile

Kinds = NDArray[np.uint8]
"""For each pixel 0 where it is clean, or 1 + the number of the kind of its damage."""
CORE_PX = 896
"""Longest side of the part of a tile whose answer counts."""
MARGIN_PX = 48
"""What the network sees of the photo around that part."""


class Finder:
    """Finds damage with one opened model; safe to use from several threads.

    Args:
        model: the checked model file.
        threads: of one run; all usable processors if None.

    Raises:
        ModelInvalid: ONNX Runtime cannot open it, or the file changed after it had been checked.
    """

    def __init__(self, model: FinderFile, threads: int | None = None) -> None:
        self.model = model
        self._native = open_on_cpu(model.read(), model.path, threads)
        self._thresholds = np.array(model.card.thresholds, np.float32)
        self._edge_threshold = model.card.edge_threshold
        self._rim_threshold = model.card.rim_threshold
        self._canceled = False

    def cancel(self) -> None:
        """Refuses all further tiles, from any thread, for good."""
        self._canceled = True

    def find(
        self, rows: Iterable[Gray], shape: tuple[int, int], check: Callable[[], None] = lambda: None
    ) -> Iterator[Kinds]:
        """Yields what each pixel is, some rows at a time, from top to bottom.

        A photo of more megapixels than the card names is seen in a whole step smaller, and its marks are as coarse.

        Args:
            rows: the photo's gray codes on its stored grid, (any number of rows, W) uint8 or uint16, top to bottom.
            shape: (height, width) of the photo.
            check: called between tiles; raises to cancel.

        Raises:
            BadModelOutput: the finder gave NaN or another shape.
            OutOfMemory: there is no memory for a tile.
            Canceled: `cancel` was called.
        """
        factor = reduction(shape, self.model.card.seen_megapixels)
        if factor == 1:
            yield from self._find(rows, shape, check)
            return
        left = shape[0]
        for kinds in self._find(reduced_rows(rows, factor), reduced_shape(shape, factor), check):
            yield enlarged(kinds, factor, shape[1])[:left]
            left -= factor * len(kinds)

    def _find(self, rows: Iterable[Gray], shape: tuple[int, int], check: Callable[[], None]) -> Iterator[Kinds]:
        edges = _edges(shape[1])
        for core, window in _bands(rows, shape[0]):
            kinds = np.empty((core.stop - core.start, shape[1]), np.uint8)
            for left, right in pairwise(edges):
                check()
                begin, end = max(0, left - MARGIN_PX), min(shape[1], right + MARGIN_PX)
                tile = lightness_of(np.ascontiguousarray(window[:, begin:end]))
                kinds[:, left:right] = self.kinds(tile)[core, left - begin : right - begin]
            yield kinds

    def kinds(self, lightness: NDArray[np.float32]) -> Kinds:
        """Returns what each pixel of a tile is: marked, and every mark kept or dropped by the card's rule.

        Args:
            lightness: (H, W) float32, L* in [0, 100]; as `probabilities`.

        Raises:
            BadModelOutput, OutOfMemory, Canceled: as `find`.
        """
        probabilities = self.probabilities(lightness)
        kinds = marked(probabilities, self._thresholds, self._edge_threshold)
        if not kinds.any():
            return kinds
        rule = self.model.card.mark_rule
        likely = probabilities.sum(0)
        if rule is not None:
            count = len(self._thresholds)
            kinds = kept(kinds, likely, lightness, np.array(rule[:count]), np.array(rule[count:]))
        return kinds if self._rim_threshold is None else rimmed(kinds, likely >= self._rim_threshold)

    def probabilities(self, lightness: NDArray[np.float32]) -> NDArray[np.float32]:
        """Returns (kinds, H, W) float32, the probability of each kind of damage.

        Args:
            lightness: (H, W) float32, L* in [0, 100]; seen at once, so no larger than a tile.

        Raises:
            BadModelOutput, OutOfMemory, Canceled: as `find`.
        """
        if self._canceled:
            raise Canceled("the run was canceled")
        height, width = lightness.shape
        multiple = self.model.card.multiple
        padded = np.pad(lightness, ((0, -height % multiple), (0, -width % multiple)), mode="edge")
        try:
            answer: Any = self._native.run(["damage"], {"lightness": padded[None, None]})[0]
        except runtime_errors() as error:
            size = f"a tile of {height} × {width} px"
            if is_out_of_memory(error):
                raise OutOfMemory(f"memory ran out for {size}") from error
            raise BadModelOutput(f"the damage finder failed for {size}: {first_line(error)}") from error
        if answer.shape != (1, len(self._thresholds), *padded.shape) or not np.isfinite(answer).all():
            raise BadModelOutput(f"the damage finder gave {answer.shape}, or NaN, for {padded.shape}")
        return np.asarray(answer[0, :, :height, :width], np.float32)


def marked(
    probabilities: NDArray[np.float32], thresholds: NDArray[np.float32], edge_threshold: float | None = None
) -> Kinds:
    """Returns what each pixel is: its likeliest kind, where damage of any kind is likely enough for that kind.

    With an edge threshold a mark grows from there over all pixels that reach it and hang together, corners included, as
    Canny's edges do (1986): a clean photo stays clean, and what is surely damaged is marked up to its edge.

    Args:
        probabilities: (kinds, H, W) float32.
        thresholds: (kinds,) float32.
        edge_threshold: see `FinderCard`.
    """
    likely = probabilities.sum(0)
    kinds, damaged = np.zeros(likely.shape, np.uint8), np.zeros(likely.shape, np.bool_)
    least = float(thresholds.min()) if edge_threshold is None else min(float(thresholds.min()), edge_threshold)
    near = np.nonzero(likely >= least)  # mostly nowhere, so that nothing else is looked at
    kind = probabilities[:, near[0], near[1]].argmax(0)
    kinds[near], damaged[near] = kind + 1, likely[near] >= thresholds[kind]
    if edge_threshold is not None and damaged.any():
        damaged = grown(damaged, likely >= edge_threshold)
    kinds[~damaged] = 0
    return kinds


def kept(
    kinds: Kinds,
    likely: NDArray[np.float32],
    lightness: NDArray[np.float32],
    of_kinds: NDArray[np.float64],
    weights: NDArray[np.float64],
) -> Kinds:
    """Returns the marks that a rule keeps: those whose weighted features and their kind's number add up to 0 or more.

    All pixels of a mark are of its kind: a rule that keeps dust alone finds dust and nothing else.

    Args:
        kinds: (H, W) uint8, 0 where it is clean; a mark is of the kind that most of its pixels are.
        likely: (H, W) float32, the probability of damage.
        lightness: (H, W) float32, L*.
        of_kinds: (kinds,) a number for each kind.
        weights: those of the first features of `photocolor.color.marks`; the others have none.
    """
    marks = marks_of(kinds > 0, likely, lightness)
    commonest = marks.commonest(kinds, len(of_kinds))
    keeps = marks.features[:, : len(weights)].astype(np.float64) @ weights + of_kinds[commonest] >= 0
    return np.concatenate([[0], np.where(keeps, commonest + 1, 0)]).astype(np.uint8)[marks.labels]


def _edges(length: int) -> list[int]:
    """Returns where the parts of a side begin, and its end; they differ by a pixel at most."""
    count = -(-length // CORE_PX)
    return [length * number // count for number in range(count + 1)]


def _bands(rows: Iterable[Gray], height: int) -> Iterator[tuple[slice, Gray]]:
    """Yields windows of rows, and which of their rows count; no more than one window and one group is in memory."""
    feed = iter(rows)
    parts: list[Gray] = []
    first, end = 0, 0
    edges = _edges(height)
    for top, bottom in pairwise(edges):
        while end < min(height, bottom + MARGIN_PX):
            parts.append(next(feed))
            end += len(parts[-1])
        begin = max(0, top - MARGIN_PX)
        kept = np.concatenate(parts)[begin - first :]
        parts, first = [kept], begin
        yield slice(top - begin, bottom - begin), kept[: min(height, bottom + MARGIN_PX) - begin]
