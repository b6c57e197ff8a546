"""Builds discriminators: each maps a picture (lightness and color, concatenated) to scores and features."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from training.network_settings import Discriminator
from training.networks.feature_critic import FeatureCritic
from training.networks.output import Verdict
from training.networks.units import normalization


class StagedDiscriminator(nn.Module):
    """Runs its stages one after another; the last one returns the scores."""

    def __init__(self, stages: list[nn.Module]) -> None:
        super().__init__()
        self.stages = nn.ModuleList(stages)

    def forward(self, picture: Tensor) -> Verdict:
        """Judges (N, C, H, W) in network units."""
        features = []
        for stage in self.stages[:-1]:
            picture = stage(picture)
            features.append(picture)
        return Verdict(self.stages[-1](picture), features)


def patchgan(inputs: int, settings: Discriminator) -> StagedDiscriminator:
    """Builds PatchGAN: one score for each patch of 70 × 70 pixels with three strided layers after the first.

    Source: Isola et al., arXiv 1611.07004, section 6.1.2 (C64-C128-C256-C512).
    """
    width = settings.width
    stages: list[nn.Module] = [_stage(inputs, width, 2, "none", settings)]
    for layer in range(1, settings.layers + 1):
        outputs = min(settings.width * 2**layer, settings.width * 8)
        stages.append(_stage(width, outputs, 2 if layer < settings.layers else 1, settings.norm, settings))
        width = outputs
    stages.append(_spectral(nn.Conv2d(width, 1, 4, 1, 1), settings))
    return StagedDiscriminator(stages)


def nopatch(inputs: int, size_px: int, settings: Discriminator) -> StagedDiscriminator:
    """Builds noPatch: a DCGAN's discriminator of the whole image, one score per picture.

    Halves to about 4 × 4 with strided convolutions; the last convolution covers all that remains.

    Source: Radford et al., arXiv 1511.06434.
    """
    stages: list[nn.Module] = []
    width, outputs, side = inputs, settings.width, size_px
    while side >= 8:
        stages.append(_stage(width, outputs, 2, settings.norm if stages else "none", settings))
        width, outputs, side = outputs, min(outputs * 2, settings.width * 8), side // 2
    last = nn.Sequential(nn.AdaptiveAvgPool2d(4), _spectral(nn.Conv2d(width, 1, 4), settings))
    return StagedDiscriminator([*stages, last])


def pooling_classifier(inputs: int, size_px: int, settings: Discriminator) -> StagedDiscriminator:
    """Builds convolutions with max-pooling and dense layers to one score: the discriminator of `rgb150`."""
    stages: list[nn.Module] = []
    width, outputs, side = inputs, settings.width, size_px
    while side >= 8:
        layers = [_spectral(nn.Conv2d(width, outputs, 3, padding=1), settings), normalization(settings.norm, outputs)]
        stages.append(nn.Sequential(*layers, nn.LeakyReLU(0.2), nn.MaxPool2d(2)))
        width, outputs, side = outputs, min(outputs * 2, settings.width * 8), side // 2
    dense = [nn.Flatten(), nn.Linear(width * side * side, 128), nn.LeakyReLU(0.2), nn.Linear(128, 1)]
    return StagedDiscriminator([*stages, nn.Sequential(*dense)])


def strided_classifier(inputs: int, size_px: int, settings: Discriminator) -> StagedDiscriminator:
    """Builds strided convolutions and a dense layer: the discriminator of `cifar10`."""
    stages: list[nn.Module] = []
    width, outputs, side = inputs, settings.width, size_px
    while side > 4:
        stages.append(_stage(width, outputs, 2, settings.norm if stages else "none", settings))
        width, outputs, side = outputs, min(outputs * 2, settings.width * 8), side // 2
    return StagedDiscriminator([*stages, nn.Sequential(nn.Flatten(), nn.Linear(width * side * side, 1))])


class TwoDiscriminators(nn.Module):
    """Joins the scores of two discriminators; each contributes by the mean of its scores."""

    def __init__(self, first: StagedDiscriminator, second: StagedDiscriminator) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, picture: Tensor) -> Verdict:
        """Returns (N, S) scores of (N, C, H, W); the single one weighs as much as all patches together."""
        patches, whole = self.first(picture), self.second(picture)
        flat = patches.scores.flatten(1)
        single = whole.scores.flatten(1).expand(-1, flat.shape[1])
        return Verdict(torch.cat([flat, single], 1), patches.features + whole.features)


def build_discriminator(settings: Discriminator, channels: int, size_px: int) -> nn.Module | None:
    """Builds the discriminator that a recipe names.

    Args:
        settings: its kind and shape.
        channels: of the color, 2 or 3; the lightness comes on top if it is conditional.
        size_px: of the pictures it will see first.
    """
    inputs = channels + int(settings.conditional)
    if settings.kind == "none":
        return None
    if settings.kind == "features":
        return FeatureCritic(settings.width)
    if settings.kind == "patchgan":
        network: nn.Module = patchgan(inputs, settings)
    elif settings.kind == "nopatch":
        network = nopatch(inputs, size_px, settings)
    elif settings.kind == "both":
        network = TwoDiscriminators(patchgan(inputs, settings), nopatch(inputs, size_px, settings))
    elif settings.kind == "pool":
        network = pooling_classifier(inputs, size_px, settings)
    else:
        network = strided_classifier(inputs, size_px, settings)
    return network


def _stage(inputs: int, outputs: int, stride: int, norm: str, settings: Discriminator) -> nn.Sequential:
    layer = _spectral(nn.Conv2d(inputs, outputs, 4, stride, 1), settings)
    return nn.Sequential(layer, normalization(norm, outputs), nn.LeakyReLU(0.2))


def _spectral(layer: nn.Conv2d, settings: Discriminator) -> nn.Module:
    if not settings.spectral:
        nn.init.normal_(layer.weight, 0.0, 0.02)
        return layer
    return spectral_norm(layer)
