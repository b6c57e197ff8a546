"""Averages a generator's weights over its recent steps: steadier than any single step."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Average:
    """Holds the averaged copy.

    Args:
        network: what is averaged; the copy starts equal to it.
        decay: share kept per step; shorter at the beginning, so that the first steps are forgotten.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, steps: int) -> None:
        """Moves the average toward the network after its step number `steps`."""
        share = 1 - min(self.decay, (1 + steps) / (10 + steps))
        mine = [*self.network.parameters(), *(b for b in self.network.buffers() if b.is_floating_point())]
        theirs = [*network.parameters(), *(b for b in network.buffers() if b.is_floating_point())]
        torch._foreach_lerp_([value.data for value in mine], [value.data for value in theirs], share)
