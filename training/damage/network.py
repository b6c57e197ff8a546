"""The finder's networks: small U-Nets that work at half the resolution and answer at the full one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.damage.settings import KINDS, Network
from training.errors import CheckpointMismatch, RecipeError
from training.networks.efficientnet import SCALE_ENDS, Encoder, pretrained_weights
from training.networks.units import Residual, convolution

LARGEST_LOGIT = 80.0
"""Sums of exponentials stay within float32 up to there; two logits beyond it, which no finder gives, count as equal."""


class _WayUp(nn.Module):
    """Holds the second half of a U-Net, from 1/16 of the size to an answer at the full one.

    Skips are added rather than joined: half of the multiplications. The last layer writes four answers for each
    position, so that nothing is computed at the full resolution (pixel shuffle: Shi et al., arXiv 1609.05158).
    """

    def _add_way_up(self, widths: tuple[int, ...]) -> None:
        pairs = list(pairwise(widths))[::-1]
        self.lift = nn.ModuleList(nn.Conv2d(inner, outer, 1) for outer, inner in pairs)
        self.merge = nn.ModuleList(convolution(outer, outer) for outer, _ in pairs)
        self.head = nn.Sequential(convolution(widths[0], 24), nn.Conv2d(24, 4 * (1 + len(KINDS)), 1))

    def _way_up(self, features: Tensor, skips: list[Tensor]) -> Tensor:
        for lift, merge, skip in zip(self.lift, self.merge, reversed(skips), strict=True):
            larger = functional.interpolate(lift(features), scale_factor=2, mode="bilinear", align_corners=False)
            features = merge(larger + skip)
        return functional.pixel_shuffle(self.head(features), 2)


class FinderUNet(_WayUp):
    """Lightness in network units → logits of clean and of each kind.

    The first layer reads 2 × 2 pixels as four channels.

    Source: Ronneberger et al., arXiv 1505.04597.
    """

    def __init__(self, settings: Network) -> None:
        super().__init__()
        widths = settings.widths
        self.stem = nn.Sequential(convolution(4, widths[0]), *(Residual(widths[0]) for _ in range(settings.blocks[0])))
        self.down = nn.ModuleList(
            nn.Sequential(convolution(outer, inner, stride=2), *(Residual(inner) for _ in range(blocks)))
            for outer, inner, blocks in zip(widths, widths[1:], settings.blocks[1:], strict=False)
        )
        self._add_way_up(widths)

    def forward(self, lightness: Tensor) -> Tensor:
        """Maps (N, 1, H, W) in [-1, 1] to (N, 6, H, W) logits; H and W are multiples of 16."""
        scales = [self.stem(functional.pixel_unshuffle(lightness, 2))]
        for stage in self.down:
            scales.append(stage(scales[-1]))
        return self._way_up(scales.pop(), scales)


class PretrainedFinder(_WayUp):
    """Lightness in network units → logits of clean and of each kind, by an encoder that knows what things are.

    A wire and a crack are alike as lines; what they belong to is seen at an eighth of the size and below, by an
    EfficientNet-Lite that learned ImageNet. Its last scale (1/32), most of its weights, is left out.
    Beside it a few convolutions see the full resolution, as in `FinderUNet`.

    Args:
        settings: names an `encoder`; `widths` are those of the decoder.
        pretrained: whether to begin with ImageNet's weights, which a run that goes on does not need.

    Raises:
        MissingWeights: the package with the weights is not installed.
        RecipeError: no encoder is named.
    """

    def __init__(self, settings: Network, *, pretrained: bool = False) -> None:
        super().__init__()
        if settings.encoder == "":
            raise RecipeError("network.encoder names no EfficientNet-Lite")
        self.encoder = Encoder(settings.encoder, 1)
        if pretrained:
            self.encoder.load(pretrained_weights(settings.encoder))
        del self.encoder.stages[SCALE_ENDS[-2] + 1 :]
        widths = settings.widths
        self.reduction = settings.reduction
        self.fine = nn.Sequential(convolution(4, widths[0]), *(Residual(widths[0]) for _ in range(settings.blocks[0])))
        seen = widths[1:] if settings.reduction == 2 else widths
        self.skips = nn.ModuleList(
            nn.Conv2d(inner, outer, 1) for inner, outer in zip(self.encoder.widths[:-1], seen, strict=True)
        )
        self._add_way_up(widths)

    def forward(self, lightness: Tensor) -> Tensor:
        """Maps (N, 1, H, W) in [-1, 1] to (N, 6, H, W) logits; H and W are multiples of 16 times the reduction."""
        seen = functional.avg_pool2d(lightness, 2) if self.reduction == 2 else lightness
        scales = [skip(scale) for skip, scale in zip(self.skips, self.encoder(seen), strict=True)]
        fine = self.fine(functional.pixel_unshuffle(lightness, 2))
        if self.reduction == 2:
            scales.insert(0, fine)
        else:
            scales[0] = scales[0] + fine
        return self._way_up(functional.relu(scales.pop()), scales)


def build_finder(settings: Network, *, pretrained: bool = False) -> FinderUNet | PretrainedFinder:
    """Builds the network that a recipe's [network] describes.

    Args:
        settings: with an encoder's name it is a `PretrainedFinder`, without one a `FinderUNet`.
        pretrained: whether an encoder begins with ImageNet's weights.

    Raises:
        MissingWeights: the package with the weights is not installed.
    """
    return PretrainedFinder(settings, pretrained=pretrained) if settings.encoder else FinderUNet(settings)


class FinderContract(nn.Module):
    """Wraps the network: from `lightness`, L* in [0, 100], to `damage`, the probability of each kind, (N, 5, H, W).

    The softmax is written as exponentials and sums: ONNX Runtime's own, over channels, took a third of
    the finder's time.

    Args:
        network: what tells all of `KINDS` apart.
        kind_weights: by which the probability of damage is shared among the kinds; how high it is they do not change.
    """

    def __init__(self, network: FinderUNet | PretrainedFinder, kind_weights: tuple[float, ...] | None = None) -> None:
        super().__init__()
        self.network = network
        self.weights = None if kind_weights is None else torch.tensor(kind_weights).reshape(1, -1, 1, 1)

    def forward(self, lightness: Tensor) -> Tensor:
        """Maps L* (N, 1, H, W) to probabilities (N, 5, H, W); what they miss to 1 is that of a clean pixel."""
        evidence = torch.exp(self.network(lightness / 50 - 1).clamp(-LARGEST_LOGIT, LARGEST_LOGIT))
        clean, damage = evidence[:, :1], evidence[:, 1:]
        any_damage = damage.sum(1, keepdim=True)
        if self.weights is None:
            return damage / (clean + any_damage)
        weighted = damage * self.weights
        probabilities: Tensor = weighted / weighted.sum(1, keepdim=True) * (any_damage / (clean + any_damage))
        return probabilities


def take_average(network: nn.Module, saved: dict[str, Any], origin: Path) -> None:
    """Gives a network the averaged weights of a checkpoint.

    Args:
        network: a finder.
        saved: the checkpoint.
        origin: where it lies, for the message.

    Raises:
        CheckpointMismatch: the checkpoint is of a network of another shape, or of no finder.
    """
    try:
        network.load_state_dict(saved["average"])
    except (KeyError, RuntimeError) as cause:
        raise CheckpointMismatch(f"{origin} holds another network than the recipe's") from cause


def take_encoder(network: nn.Module, saved: dict[str, Any], origin: Path) -> None:
    """Gives a network the averaged weights of the encoder of a checkpoint, and leaves the rest as it is.

    Args:
        network: a finder with an encoder.
        saved: the checkpoint.
        origin: where it lies, for the message.

    Raises:
        CheckpointMismatch: the checkpoint's encoder is another, or it has none.
    """
    prefix = "encoder."
    try:
        weights = {name[len(prefix) :]: value for name, value in saved["average"].items() if name.startswith(prefix)}
        if not isinstance(network, PretrainedFinder):
            raise CheckpointMismatch("training.start_encoder needs network.encoder")
        network.encoder.load_state_dict(weights)
    except (KeyError, RuntimeError) as cause:
        raise CheckpointMismatch(f"{origin} holds another encoder than the recipe's") from cause
