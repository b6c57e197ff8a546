"""Makes hints of the network's own answer: what its average gives for the same photo at half the size, without hints.

In the tile pass of the product each tile gets the model's answer to the whole photo as its hint, and that answer can be
wrong. So in training some inputs get such a hint instead of true colors: the network learns how far to trust it.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from training.color import AB_SCALE, network_inputs
from training.data.batches import Batch
from training.data.hints import COARSE_WEIGHT
from training.loop.training_state import TrainingState

OWN_ANSWER_MULTIPLE_PX = 32
"""The half size is rounded to multiples of this, which all networks take."""
MOST_OWN = 1.5
"""On a GPU, at most so many times the expected number of inputs are told the network's own answer."""


@torch.no_grad()
def tell_own_answer(batch: Batch, run: TrainingState) -> Batch:
    """Fills the hints of the inputs in `batch.own` with the averaged network's answer; the others stay as they are."""
    chosen = batch.own.nonzero()[:, 0]
    if run.average is None or not run.recipe.hints.own:
        return batch
    if run.device.type == "cuda":
        chosen = _as_many_each_time(chosen, math.ceil(MOST_OWN * run.recipe.hints.own * len(batch.own)))
    if not len(chosen):
        return batch
    size = batch.aged.shape[2:]
    half = [max(2, round(side / 2 / OWN_ANSWER_MULTIPLE_PX)) * OWN_ANSWER_MULTIPLE_PX for side in size]
    small = functional.interpolate(batch.aged[chosen], half, mode="bilinear", antialias=True)
    faces = None if batch.faces is None else functional.interpolate(batch.faces[chosen], half, mode="bilinear")
    with run.objective.precision():
        inputs = network_inputs(small, small.new_zeros(len(small), 3, *half), faces)
        answer = run.average.network(*inputs).color
    ab = functional.interpolate(answer.float() * AB_SCALE, size, mode="bilinear")
    batch.hints[chosen] = torch.cat([ab, torch.full_like(ab[:, :1], COARSE_WEIGHT)], 1)
    return batch


def _as_many_each_time(chosen: Tensor, count: int) -> Tensor:
    """Returns exactly `count` of the chosen, the last one repeated; empty if none is chosen.

    cuDNN plans every convolution anew for a batch of another size: 4.7 s for the 170 layers of the default network.
    """
    return torch.cat([chosen, chosen[-1:].expand(count)])[:count] if len(chosen) else chosen
