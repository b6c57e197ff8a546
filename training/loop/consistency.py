"""Compares the network's answer to aged, resized or cut photos with its average's answer to the whole clean photos.

The averaged network is the teacher of a mean teacher: what it says of the clean photo is called the reference here.

Source: Tarvainen and Valpola, Mean teachers are better role models, 2017 (https://arxiv.org/abs/1703.01780).
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from training.color import AB_SCALE, network_inputs
from training.data.batches import Batch
from training.loop.training_state import TrainingState
from training.losses.objective import HUBER_UNIT

SIDE_MULTIPLE_PX = 32
COMPARED_CELL_PX = 8
"""Answers are compared as means of such cells: details may differ between sizes, the color of a thing may not."""
LEAST_PART = 0.5
"""The smallest share of a photo's side that the network is shown of it."""


class Reference:
    """Holds the averaged network's answer to the clean, whole photos of a batch.

    Attributes:
        ab: (N, 2, H, W) CIELAB units, on the batch's grid.
        counts: (N, 1, 1, 1) float, 1 for inputs that are compared, 0 for those whose hints tell something else.
    """

    def __init__(self, ab: Tensor, counts: Tensor) -> None:
        self.ab, self.counts = ab, counts

    def distance(self, color: Tensor) -> Tensor:
        """Returns the mean Huber distance of the network's answer (N, 2, H, W) to this one, in network units."""
        mine = functional.avg_pool2d(color.float() * AB_SCALE, COMPARED_CELL_PX) / HUBER_UNIT
        theirs = functional.avg_pool2d(self.ab, COMPARED_CELL_PX) / HUBER_UNIT
        each = functional.smooth_l1_loss(mine, theirs, reduction="none") * self.counts
        return each.mean() / self.counts.mean().clamp(min=1e-6)


@torch.no_grad()
def refer(batch: Batch, run: TrainingState) -> Reference:
    """Runs the averaged network on the clean photos of a batch at `loss.consistency_px`.

    Inputs without hints are compared with what it answers. Inputs whose hint is the network's own answer
    (own_answer.py) are compared with this hint. Inputs with points or true coarse colors are not compared: their hints
    say more than the averaged network knows.
    """
    average = run.average
    assert average is not None  # noqa: S101 - the recipe's check demands train.ema
    size = batch.lightness.shape[2:]
    side = run.recipe.loss.consistency_px
    clean = functional.interpolate(batch.lightness, (side, side), mode="bilinear", antialias=True)
    silent = batch.hints[:, 2].amax((1, 2)) == 0
    own = batch.own.to(silent.device)
    asking = silent
    if run.device.type == "cuda":  # where batches of equal size need no new plans
        asking = torch.ones_like(silent)
    ab = batch.hints[:, :2].clone()
    if bool(asking.any()):
        faces = None
        if batch.faces is not None:
            faces = functional.interpolate(batch.faces[asking], (side, side), mode="bilinear")
        with run.objective.precision():
            nothing = clean.new_zeros(int(asking.sum()), 3, side, side)
            answer = average.network(*network_inputs(clean[asking], nothing, faces))
        whole = functional.interpolate(answer.color.float() * AB_SCALE, size, mode="bilinear")
        ab[asking] = torch.where(silent[asking][:, None, None, None], whole, ab[asking])
    return Reference(ab, (silent | own).float()[:, None, None, None])


def show_a_part(batch: Batch, reference: Reference, run: TrainingState) -> tuple[Batch, Reference]:
    """Cuts one window out of everything in a share of batches: the network sees less than its average did."""
    chance = np.random.default_rng([run.recipe.seed, 3, batch.seen])
    if chance.random() >= run.recipe.loss.consistency_parts:
        return batch, reference
    window = tuple(_window(side, chance) for side in batch.lightness.shape[2:])
    rows, columns = window

    def part(value: Tensor) -> Tensor:
        return value[:, :, rows, columns].contiguous(memory_format=torch.channels_last)

    part_of_batch = batch._replace(
        aged=part(batch.aged),
        lightness=part(batch.lightness),
        ab=part(batch.ab),
        hints=part(batch.hints),
        faces=None if batch.faces is None else part(batch.faces),
    )
    return part_of_batch, Reference(part(reference.ab), reference.counts)


def _window(side_px: int, chance: np.random.Generator) -> slice:
    """Returns a random window along one side, whose length is a multiple of what networks take."""
    steps = side_px // SIDE_MULTIPLE_PX
    length = int(chance.integers(max(1, round(steps * LEAST_PART)), steps + 1)) * SIDE_MULTIPLE_PX
    start = int(chance.integers(0, side_px - length + 1))
    return slice(start, start + length)
