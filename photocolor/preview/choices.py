"""Offers the answers among which a person may choose for one photo: the model's own, and others that are possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import lightness_of
from photocolor.color.model_copy import stretch_against_fading
from photocolor.color.resize import resize
from photocolor.engine.distribution.shares import color_shares
from photocolor.errors import UsageError
from photocolor.hints.raster import hint_planes
from photocolor.hints.sidecar import Hints
from photocolor.hints.spread import owners_of
from photocolor.hints.variant import Variant
from photocolor.pipeline.faces.close_ups import face_segments
from photocolor.pipeline.photo import Pipeline
from photocolor.preview.color_names import color_name
from photocolor.preview.possible import possible_variants
from photocolor.preview.suggest import color_at
from photocolor.system.machine import usable_cpus

_NAMED_AT = np.uint8(150)
"""A gray code at whose lightness a variant's color is named."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Holds one answer.

    Attributes:
        color: the name of the color that it leans toward; "" for the model's own.
        variant: the coarse color that leads to it; None for the model's own.
    """

    color: str = ""
    variant: Variant | None = None

    @property
    def name(self) -> str:
        """Returns what people call it."""
        return f"more {self.color}" if self.color else "the model's own"


def choices(gray: NDArray[np.uint8], pipeline: Pipeline, hints: Hints | None, count: int) -> list[Choice]:
    """Returns up to `count` answers for a photo, the model's own first; fewer where it holds no others possible.

    Args:
        gray: (H, W) uint8, the upright photo at any size.
        pipeline: the opened model.
        hints: the photo's points and areas, which all answers follow; a variant among them is left out.
        count: how many, within `VARIANTS_RANGE`.

    Raises:
        UsageError: the model does not tell what else it holds possible, or takes no hints by which it could be led.
        PhotocolorError: as `color_shares`.
    """
    if not pipeline.model.card.has_hints:
        raise UsageError(
            f"model {pipeline.model.card.name} takes no color hints, so it has no variants", "Use a model with hints."
        )
    height, width = gray.shape
    working = pipeline.colorizer.sizes(height, width, pipeline.color).working
    lightness = lightness_of(resize(gray, *working))
    points = without_variant(hints)
    planes = hint_planes(points, owners_of(points.points, lightness), *working) if points else None
    faces = face_segments(gray, working) if pipeline.colorizer.takes_faces else None
    seen = stretch_against_fading(lightness).apply(lightness)
    shares = color_shares(pipeline.model, seen, planes, usable_cpus(), faces)
    variants = possible_variants(shares, (height, width), count - 1)
    offered = [Choice()]
    for variant, color in variants:
        offered.append(Choice(_name(color, {choice.color for choice in offered}), variant))
    return offered


def _name(color: NDArray[np.float32], taken: set[str]) -> str:
    """Returns the color that an answer leans toward; how pale that is only where it tells two of them apart."""
    whole = color_name(color_at(_NAMED_AT, color))
    short = whole.removeprefix("pale ")
    return short if short not in taken else whole


def without_variant(hints: Hints | None) -> Hints:
    """Returns the points and areas of hints alone."""
    return replace(hints or Hints(), variant=None, preset=None)


def with_choice(hints: Hints | None, choice: Choice) -> Hints:
    """Returns hints with this answer chosen."""
    return replace(hints or Hints(), variant=choice.variant)


def chosen_number(offered: Sequence[Choice], hints: Hints | None) -> int | None:
    """Returns the index of the answer that hints have chosen; None if it is none of these."""
    variant = hints.variant if hints is not None else None
    return next((index for index, choice in enumerate(offered) if choice.variant == variant), None)
