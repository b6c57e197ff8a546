"""The objective of a recipe: every term with its weight, for the generator and for the discriminator."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.color import AB_SCALE, srgb_from_lab, to_network
from training.data.batches import Batch
from training.loop.machine import placed
from training.losses.adversarial import discriminator_loss, generator_loss
from training.losses.bins import Bins
from training.losses.palette import colorfulness_distance, palette_distance
from training.networks.efficientnet import Encoder, Family, normalized, pretrained_weights
from training.networks.output import Output
from training.networks.pretrained import MobileNet, SqueezeNet, normalize
from training.settings import Recipe

PERCEPTUAL_LAYERS = (4, 7, 9, 12)
"""SqueezeNet's layers of the perceptual term: from textures to parts of things."""
PERCEPTUAL_SCALES = (0, 1, 2, 3)
"""EfficientNet's scales of the perceptual term, 1/2 to 1/16 of the size."""
TEACHER_SCALES = (3, 4)
"""The encoder's scales that its pretrained self teaches, 1/16 and 1/32 of the size: parts of things, and things."""
HUBER_UNIT = 10.0
"""CIELAB units at which the Huber loss turns from a square to a line."""

Terms = dict[str, Tensor]
"""Loss terms by name, each a scalar that is multiplied with its weight already; the loss is their sum."""
Precision = Callable[[], AbstractContextManager[object]]
"""Returns the context in which networks run, as `training.loop.machine.precision` makes it."""


class AuxiliaryHeads(nn.Module):
    """Heads on the coarsest features that teach the generator to recognize things; used in training only."""

    def __init__(self, width: int, labels: int, *, teacher: bool) -> None:
        super().__init__()
        self.labels = nn.Linear(width, labels) if labels else None
        self.teacher = nn.Conv2d(width, 1024, 1) if teacher else None


@dataclass(frozen=True, slots=True)
class Truth:
    """Holds the targets of a batch in the recipe's color.

    Attributes:
        lightness: (N, 1, H, W) in network units, what the discriminator sees beside the color.
        color: (N, C, H, W) in network units.
        ab: (N, 2, H, W) CIELAB units, with the recipe's factor on chroma.
        rgb: (N, 3, H, W) in [0, 1]; empty where no term needs it.
    """

    lightness: Tensor
    color: Tensor
    ab: Tensor
    rgb: Tensor


class Objective:
    """Computes the loss terms of the generator and of the discriminator; what they need is loaded once.

    Args:
        recipe: which terms there are, and their weights.
        bins: the ab bins of the generator's head; None without one.
        device: where the networks are.
        precision: the context in which networks run.

    Raises:
        MissingWeights: a term's pretrained weights are not where the recipe says.
    """

    def __init__(self, recipe: Recipe, bins: Bins | None, device: torch.device, precision: Precision) -> None:
        self.loss, self.discriminator_settings = recipe.loss, recipe.discriminator
        self.in_rgb = recipe.generator.color == "rgb"
        self.bins, self.precision = bins, precision
        self.squeezenet: SqueezeNet | None = None
        self.mobilenet: MobileNet | None = None
        self.perceptual: Encoder | None = None
        self.teacher: Encoder | None = None
        if self.loss.perceptual and self.loss.perceptual_net == "squeezenet":
            self.squeezenet = placed(SqueezeNet(self.loss.squeezenet), device)
        elif self.loss.perceptual and self.loss.perceptual_net == "efficientnet-lite0":
            self.perceptual = placed(_frozen(self.loss.perceptual_net), device)
        if self.loss.teacher and self.loss.teacher_net == "mobilenet":
            self.mobilenet = placed(MobileNet(self.loss.mobilenet), device)
        elif self.loss.teacher:
            self.teacher = placed(_frozen(recipe.generator.encoder), device)

    def truth(self, batch: Batch) -> Truth:
        """Returns the targets of a batch."""
        ab = batch.ab * self.loss.chroma
        needs_rgb = self.in_rgb or self.loss.perceptual or self.loss.teacher or self.loss.colorfulness
        rgb = srgb_from_lab(batch.lightness, ab) if needs_rgb else ab[:0]
        lightness, ab_units = to_network(batch.lightness, ab)
        color = rgb * 2 - 1 if self.in_rgb else ab_units
        return Truth(lightness, color, ab, rgb)

    def generator(
        self, output: Output, batch: Batch, truth: Truth, heads: AuxiliaryHeads, progress: float = 0.0
    ) -> Terms:
        """Returns the generator's weighted terms without the adversarial ones.

        Args:
            output: of the generator.
            batch: what it was given.
            truth: what it should have answered.
            heads: auxiliary heads that serve some of the terms.
            progress: share of the run that is over; weights with an end move with it.
        """
        loss = self.loss
        color = output.color.float()
        terms = {"pixel": loss.pixel * self._pixel(color, truth)}
        if loss.bins and self.bins is not None and output.bins is not None:
            weight = loss.bins if loss.bins_end < 0 else loss.bins + (loss.bins_end - loss.bins) * progress
            terms["bins"] = weight * self.bins.loss(output.bins.float(), truth.ab)
        if loss.perceptual or loss.colorfulness:
            rgb = (color + 1) / 2 if self.in_rgb else srgb_from_lab(batch.lightness, color * AB_SCALE)
            if loss.perceptual:
                terms["perceptual"] = loss.perceptual * self._perceptual(rgb, truth.rgb)
            if loss.colorfulness:
                terms["colorfulness"] = loss.colorfulness * colorfulness_distance(rgb, truth.rgb)
        if loss.palette and not self.in_rgb:
            terms["palette"] = loss.palette * palette_distance(color * AB_SCALE, truth.ab)
        if self.teacher is not None:
            terms["teacher"] = loss.teacher * self._own_teacher(output.scales, truth.rgb)
        if self.mobilenet is not None and heads.teacher is not None and output.coarse is not None:
            terms["teacher"] = loss.teacher * self._teacher(output.coarse, truth.rgb, heads.teacher)
        if loss.labels and heads.labels is not None and output.coarse is not None and bool((batch.labels >= 0).any()):
            guess = heads.labels(output.coarse.float().mean((2, 3)))
            terms["labels"] = loss.labels * functional.cross_entropy(guess, batch.labels, ignore_index=-1)
        return terms

    def discriminator(self, color: Tensor, truth: Truth, discriminator: nn.Module) -> Terms:
        """Returns the discriminator's loss on real photos and on generated ones, which get no gradient."""
        with self.precision():
            real = discriminator(self._picture(truth.lightness, truth.color)).scores
            generated = discriminator(self._picture(truth.lightness, color.detach().float())).scores
        real, generated = real.float(), generated.float()
        smooth_real = self.discriminator_settings.smooth_real
        return {"discriminator": discriminator_loss(self.loss.adversarial_form, real, generated, smooth_real)}

    def _pixel(self, color: Tensor, truth: Truth) -> Tensor:
        if self.loss.pixel_form == "l1":
            return functional.l1_loss(color, truth.color)
        unit = 1.0 if self.in_rgb else AB_SCALE / HUBER_UNIT
        return functional.smooth_l1_loss(color * unit, truth.color * unit)

    def _perceptual(self, rgb: Tensor, real: Tensor) -> Tensor:
        with self.precision():
            mine = self._seen(rgb)
            with torch.no_grad():
                theirs = self._seen(real)
        distances = [
            (functional.normalize(left.float(), dim=1) - functional.normalize(right.float(), dim=1))
            .square()
            .sum(1)
            .mean()
            for left, right in zip(mine, theirs, strict=True)
        ]
        return torch.stack(distances).mean()

    def _seen(self, rgb: Tensor) -> list[Tensor]:
        """Returns the features that the perceptual term compares."""
        if self.squeezenet is not None:
            features: list[Tensor] = self.squeezenet(normalize(rgb), PERCEPTUAL_LAYERS)
            return features
        assert self.perceptual is not None  # noqa: S101 - narrows a type
        scales: list[Tensor] = self.perceptual(normalized(rgb))
        return [scales[scale] for scale in PERCEPTUAL_SCALES]

    def _own_teacher(self, scales: tuple[Tensor, ...], real: Tensor) -> Tensor:
        """Returns the distance of the encoder on gray from its pretrained state on the color photo."""
        assert self.teacher is not None  # noqa: S101 - narrows a type
        with torch.no_grad(), self.precision():
            theirs = self.teacher(normalized(real))
        distances = [
            1 - functional.cosine_similarity(scales[scale].float(), theirs[scale].float(), dim=1).mean()
            for scale in TEACHER_SCALES
        ]
        return torch.stack(distances).mean()

    def _teacher(self, coarse: Tensor, real: Tensor, head: nn.Module) -> Tensor:
        assert self.mobilenet is not None  # noqa: S101 - narrows a type
        with self.precision():
            mine = head(coarse)
            with torch.no_grad():
                theirs = self.mobilenet(real)
        return 1 - functional.cosine_similarity(mine.float(), theirs.float(), dim=1).mean()

    def adversarial(self, color: Tensor, truth: Truth, discriminator: nn.Module, strength: float = 1.0) -> Terms:
        """Returns the generator's weighted adversarial terms; `strength` is a factor in [0, 1]."""
        color = color.float()
        with self.precision():
            verdict = discriminator(self._picture(truth.lightness, color))
        deceived = generator_loss(self.loss.adversarial_form, verdict.scores.float())
        terms = {"adversarial": strength * self.loss.adversarial * deceived}
        if self.loss.feature_matching:
            with torch.no_grad(), self.precision():
                real = discriminator(self._picture(truth.lightness, truth.color)).features
            pairs = zip(verdict.features, real, strict=True)
            distances = [functional.l1_loss(mine.float(), theirs.float()) for mine, theirs in pairs]
            terms["feature_matching"] = self.loss.feature_matching * torch.stack(distances).mean()
        return terms

    def _picture(self, lightness: Tensor, color: Tensor) -> Tensor:
        """Returns the discriminator's input: lightness beside color, or color alone."""
        return torch.cat([lightness, color], 1) if self.discriminator_settings.conditional else color


def _frozen(family: Family) -> Encoder:
    """Returns a pretrained encoder of color photos that does not learn."""
    encoder = Encoder(family, 3)
    encoder.load(pretrained_weights(family))
    return encoder.requires_grad_(False).eval()
