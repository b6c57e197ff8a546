"""What every discriminator gives."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class Verdict(NamedTuple):
    """Scores (logits, one per patch or per picture) and the features that led to them."""

    scores: Tensor
    features: list[Tensor]
