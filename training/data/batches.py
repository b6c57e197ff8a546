"""Makes batches in an order that depends only on the seed and the number of images seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from training.color import lab_from_linear, linear_from_bytes
from training.data.aging import age
from training.data.crops import Crop, DeviceSet, central_crop, cut, random_crop
from training.data.cutmix import paste_parts
from training.data.faces import faces_of, segments_in
from training.data.hints import OWN, POINTS, draw_kinds, make_hints, recolor_some
from training.data.prepared import Prepared
from training.errors import MissingData
from training.settings import Recipe, Share

ALONE_SHARE = 0.5
"""Share of the inputs with a thing of another color that get no other hint."""


class Batch(NamedTuple):
    """Holds one batch in CIELAB units.

    Attributes:
        seen: images seen after it, over all ranks.
        aged: (N, 1, H, W) L* that the network is given.
        lightness: (N, 1, H, W) true L*.
        ab: (N, 2, H, W) true a*, b*.
        hints: (N, 3, H, W) a*, b*, weight.
        own: (N,) bool, inputs whose hint is to be the network's own answer; stays on the processor.
        labels: (N,) int64, −1 without.
        faces: (N, 4, H, W) segments of faces in [0, 1]; None for a generator that takes none.
    """

    seen: int
    aged: Tensor
    lightness: Tensor
    ab: Tensor
    hints: Tensor
    own: Tensor
    labels: Tensor
    faces: Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        """Returns the batch on that device, channels last.

        It is laid out anew there: a processor would take longer for that than a GPU for a training step.
        """

        def laid_out(value: Tensor) -> Tensor:
            return value.to(device, non_blocking=True).contiguous(memory_format=torch.channels_last)

        aged, lightness, ab, hints = map(laid_out, (self.aged, self.lightness, self.ab, self.hints))
        faces = None if self.faces is None else laid_out(self.faces)
        return Batch(self.seen, aged, lightness, ab, hints, self.own, self.labels.to(device), faces)


@dataclass(frozen=True, slots=True)
class Rank:
    """Identifies this process among all of one training run."""

    index: int = 0
    count: int = 1


class BatchMaker:
    """Makes the batch that begins after a number of images; equal arguments give equal batches.

    Args:
        data: training photos.
        recipe: sizes, crops, aging, hints, seed.
        rank: which share of each batch is made here.
        on_device: the decoded set in a device's memory, if it is there.
    """

    def __init__(self, data: Prepared, recipe: Recipe, rank: Rank, on_device: DeviceSet | None = None) -> None:
        self.data, self.recipe, self.rank, self.on_device = data, recipe, rank, on_device
        self._order: tuple[int, np.ndarray] = (-1, np.zeros(0, np.int64))
        self._large_enough: dict[int, np.ndarray] = {}
        self._faces = faces_of(data) if recipe.generator.faces else {}

    def shape(self, seen: int) -> Share | None:
        """Returns size and number of photos of the batch after `seen` images; None when training is over."""
        phase = next((phase for phase in self.recipe.train.phases if seen < phase.until), None)
        if phase is None:
            return None
        if not phase.mix:
            return Share(phase.size_px, phase.batch, 1.0)
        chance = np.random.default_rng([self.recipe.seed, 2, seen])  # the same for all ranks
        return phase.mix[int(chance.choice(len(phase.mix), p=[each.share for each in phase.mix]))]

    def make(self, seen: int) -> Batch | None:
        """Returns the batch that begins after `seen` images; None when training is over."""
        shape = self.shape(seen)
        if shape is None:
            return None
        first = seen + self.rank.index * shape.batch
        chance = np.random.default_rng([self.recipe.seed, seen, self.rank.index])
        mixed = any(phase.mix for phase in self.recipe.train.phases)
        if mixed:
            photos = self._drawn(shape, chance)
        else:
            photos = [self._photo(position) for position in range(first, first + shape.batch)]
        least_px = shape.size_px / shape.enlarge if mixed else 0
        crops = [random_crop(photo, self._shape(photo), self.recipe.data, chance, least_px) for photo in photos]
        rgb = self._cut(crops, shape.size_px)
        given = self._cut(crops, shape.size_px, given=True) if has_pairs(self.data, photos).any() else None
        if self.recipe.data.cutmix:
            rgb, given = paste_parts(rgb, given, self.recipe.data.cutmix, chance)
        torch_chance = torch.Generator().manual_seed(int(chance.integers(2**62)))
        labels = torch.from_numpy(self.data.label_of[photos])
        batch = self._finish(seen + shape.batch * self.rank.count, rgb, labels, torch_chance)
        if given is not None:
            batch = batch._replace(aged=_as_given(batch.aged, given, self.data, photos))
        if self.recipe.generator.faces:
            planes = segments_in(self.data, self._faces, crops, shape.size_px).to(batch.aged.device)
            batch = batch._replace(faces=planes)
        return batch

    def _cut(self, crops: list[Crop], size_px: int, *, given: bool = False) -> Tensor:
        if self.on_device:
            return self.on_device.cut(crops, size_px, given=given)
        return cut(self.data, crops, size_px, given=given)

    def _drawn(self, shape: Share, chance: np.random.Generator) -> list[int]:
        """Returns random photos that are at least as large as the batch.

        Raises:
            MissingData: no photo is.
        """
        least_px = math.floor(shape.size_px / shape.enlarge)
        if least_px not in self._large_enough:
            short = np.array([min(row.height, row.width) for row in self.data.rows])
            self._large_enough[least_px] = np.flatnonzero(short >= least_px)
        fitting = self._large_enough[least_px]
        if not len(fitting):
            raise MissingData(f"no training photo has a short side of {least_px} px, which the recipe asks for")
        return [int(photo) for photo in chance.choice(fitting, shape.batch, replace=shape.batch > len(fitting))]

    def _finish(self, seen: int, rgb: Tensor, labels: Tensor, chance: torch.Generator) -> Batch:
        linear = linear_from_bytes(rgb)
        lightness, ab = lab_from_linear(linear)
        aged = age(linear, lightness, self.recipe.aging, chance)
        if not self.recipe.generator.hints:
            hints, own = ab.new_zeros(len(ab), 3, 1, 1), torch.zeros(len(ab), dtype=torch.bool)
        else:
            hint_settings = self.recipe.hints
            kinds = draw_kinds(len(ab), hint_settings, chance)
            spots = None
            if hint_settings.recolored:
                ab, spots = recolor_some(lightness, ab, kinds == POINTS, hint_settings.recolored, chance)
            # what is told is what is wanted: with a target of more chroma, the hints have more too
            chroma_target = self.recipe.loss.chroma
            hints, own = make_hints(ab * chroma_target, kinds, hint_settings.points_mean, chance), kinds == OWN
            if spots is not None:
                spots[:, :2] *= chroma_target
                alone = torch.rand(len(ab), 1, 1, 1, generator=chance).to(ab.device) < ALONE_SHARE
                alone = alone & (spots[:, 2:].amax((2, 3), keepdim=True) > 0)
                hints = torch.where(alone | (spots[:, 2:] > 0), spots, hints)
        return Batch(seen, aged, lightness, ab, hints, own, labels)

    def _photo(self, position: int) -> int:
        epoch, place = divmod(position, len(self.data))
        if self._order[0] != epoch:
            order = np.random.default_rng([self.recipe.seed, 1, epoch]).permutation(len(self.data))
            self._order = (epoch, order)
        return int(self._order[1][place])

    def _shape(self, photo: int) -> tuple[int, int]:
        row = self.data.rows[photo]
        return row.height, row.width


def has_pairs(data: Prepared, photos: list[int]) -> Tensor:
    """Returns which photos are paired with a picture to use as input, (N,) bool."""
    return torch.tensor([data.rows[photo].given_offset >= 0 for photo in photos])


def _as_given(aged: Tensor, paired: Tensor, data: Prepared, photos: list[int]) -> Tensor:
    """Returns the input L* (N, 1, H, W): for pairs that of the paired picture, which is not aged further."""
    lightness, _ = lab_from_linear(linear_from_bytes(paired))
    return torch.where(has_pairs(data, photos).to(aged.device)[:, None, None, None], lightness, aged)


def fixed_photos(data: Prepared, count: int, size_px: int, *, with_faces: bool = False) -> Batch:
    """Returns the same photos each time, spread over the set: central squares, not aged, no hints."""
    chosen = np.linspace(0, len(data) - 1, min(count, len(data))).round().astype(int).tolist()
    crops = [central_crop(photo, (data.rows[photo].height, data.rows[photo].width)) for photo in chosen]
    lightness, ab = lab_from_linear(linear_from_bytes(cut(data, crops, size_px)))
    given = lightness
    if has_pairs(data, chosen).any():
        given = _as_given(lightness, cut(data, crops, size_px, given=True), data, chosen)
    nothing = torch.zeros(len(crops), 3, size_px, size_px)
    labels = torch.from_numpy(data.label_of[chosen])
    faces = segments_in(data, faces_of(data, chosen), crops, size_px) if with_faces else None
    return Batch(0, given, lightness, ab, nothing, torch.zeros(len(crops), dtype=torch.bool), labels, faces)
