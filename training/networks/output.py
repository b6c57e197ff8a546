"""The outputs of networks: a generator's answer in network units, and a discriminator's verdict."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Output(NamedTuple):
    """Holds a generator's answer.

    Attributes:
        color: (N, 2, H, W) a*, b* / 110, or (N, 3, H, W) RGB, in [-1, 1].
        bins: (N, K, H/4, W/4) logits over the ab bins, where the network has them.
        coarse: (N, C, H/32, W/32) the coarsest features, for heads that help in training.
        scales: the encoder's features from 1/2 to 1/32 of the size, where the encoder is pretrained.
    """

    color: Tensor
    bins: Tensor | None = None
    coarse: Tensor | None = None
    scales: tuple[Tensor, ...] = ()


class Verdict(NamedTuple):
    """Holds a discriminator's scores (logits, one per patch or per picture) and its features."""

    scores: Tensor
    features: list[Tensor]
