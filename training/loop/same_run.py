"""Refuses to go on with what is not the run in a folder, and sizes that its generator does not take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.data.prepared import Prepared
from training.errors import CheckpointMismatch, RecipeError
from training.networks.build import size_multiple
from training.recipe import recipe_from_values, recipe_values
from training.settings import Recipe

AFTER_TRAINING = ("export.", "generator.decode", "generator.temperature", "generator.blend")
"""Parts of a recipe that training does not look at: they may change while a run goes on."""


def check_same_run(saved: dict[str, Any], recipe: Recipe, data: Prepared, folder: Path) -> None:
    """Raises unless a checkpoint is of this recipe and these photos.

    Args:
        saved: the checkpoint.
        recipe: that shall go on.
        data: its photos.
        folder: the run's folder, for the message.

    Raises:
        CheckpointMismatch: the recipe has changed, or the photos, or the size at which they are stored.
    """
    changed = list(changed_keys(recipe_values(recipe_from_values(json.loads(saved["recipe"]))), recipe_values(recipe)))
    changed = [key for key in changed if not key.startswith(AFTER_TRAINING)]
    if changed:
        raise CheckpointMismatch(f"{folder} holds a run of another recipe; changed: {', '.join(changed)}")
    refuse_other_data(folder, saved["data_digest"], data.digest)
    if saved.get("size_digest", data.size_digest) != data.size_digest:  # older checkpoints do not say
        hint = "Prepare the set with the --size that it had, or train into another --out."
        raise CheckpointMismatch(f"{folder} was trained on the photos of {data.folder} at other sizes", hint)


def refuse_other_data(folder: Path, before: str, now: str) -> None:
    """Raises if a run of these data, by their digests, goes on with others; an empty digest is one not yet known.

    Raises:
        CheckpointMismatch: the data are others.
    """
    if before not in ("", now):
        raise CheckpointMismatch(f"{folder} was trained on data {before}, not {now}")


def check_sizes(recipe: Recipe) -> None:
    """Raises if the generator does not take the sizes of a phase.

    Raises:
        RecipeError: a size is no multiple of what the generator halves.
    """
    multiple = size_multiple(recipe.generator)
    for phase in recipe.train.phases:
        for size_px in (phase.size_px, *(each.size_px for each in phase.mix)):
            if size_px % multiple:
                kind = recipe.generator.kind
                raise RecipeError(f"a generator of kind {kind!r} takes multiples of {multiple} px, not {size_px}")


def changed_keys(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Yields the keys of nested tables whose values differ, with the names of their tables before them."""
    for key in sorted(old.keys() | new.keys()):
        left, right = old.get(key), new.get(key)
        if isinstance(left, dict) and isinstance(right, dict):
            yield from changed_keys(left, right, f"{prefix}{key}.")
        elif left != right:
            yield f"{prefix}{key}"
