"""What the finder is trained to make small: the focal loss over kinds, and the Dice loss over damage of any kind."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

IGNORED = 255
"""Label of pixels whose damage is too faint to be called either; they add nothing to the loss."""


def focal_loss(logits: Tensor, labels: Tensor, focus: float, weights: tuple[float, ...]) -> Tensor:
    """Returns the cross-entropy in which pixels that are right already count little; a scalar.

    Args:
        logits: (N, K, H, W), class 0 is clean.
        labels: (N, H, W) int64 classes, or `IGNORED`.
        focus: exponent of the share by which a pixel is wrong; 0 is plain cross-entropy.
        weights: of the pixels of each class, K numbers.

    Source: Lin et al., "Focal loss for dense object detection", arXiv 1708.02002.
    """
    entropy = functional.cross_entropy(logits, labels, ignore_index=IGNORED, reduction="none")
    wrong = 1 - torch.exp(-entropy)
    known = labels != IGNORED
    weight = torch.tensor(weights, device=labels.device)[labels.where(known, 0)] * known
    return (weight * wrong**focus * entropy).sum() / known.sum().clamp_min(1)


def dice_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Returns one minus the overlap of found and true damage over the batch, whatever its kind; a scalar in [0, 1].

    Source: Milletari et al., "V-Net", arXiv 1606.04797.
    """
    known = labels != IGNORED
    found = (1 - torch.softmax(logits, 1)[:, 0]) * known
    truth = ((labels > 0) & known).to(found)
    return 1 - (2 * (found * truth).sum() + 1) / (found.sum() + truth.sum() + 1)
