"""Three adversarial objectives of generator against discriminator, on logits.

Source: vanilla, Goodfellow et al., arXiv 1406.2661 (the non-saturating form); LSGAN, Mao et al., arXiv 1611.04076;
hinge, Lim and Ye, arXiv 1705.02894.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def discriminator_loss(form: str, real: Tensor, generated: Tensor, smooth_real: float = 1.0) -> Tensor:
    """Returns how badly the discriminator separates real from generated; a scalar.

    Args:
        form: vanilla, lsgan or hinge.
        real: logits of real photos, any shape.
        generated: logits of generated ones.
        smooth_real: what real photos should score (vanilla and lsgan).
    """
    if form == "hinge":
        return 0.5 * (functional.relu(1 - real).mean() + functional.relu(1 + generated).mean())
    if form == "lsgan":
        return 0.5 * ((real - smooth_real).square().mean() + generated.square().mean())
    of_real = functional.binary_cross_entropy_with_logits(real, torch.full_like(real, smooth_real))
    of_generated = functional.binary_cross_entropy_with_logits(generated, torch.zeros_like(generated))
    return 0.5 * (of_real + of_generated)


def generator_loss(form: str, generated: Tensor) -> Tensor:
    """Returns how badly the generator deceives the discriminator; a scalar."""
    if form == "hinge":
        return -generated.mean()
    if form == "lsgan":
        return (generated - 1).square().mean()
    return functional.binary_cross_entropy_with_logits(generated, torch.ones_like(generated))
