"""Sets the first weights of a new run's generator: random, pretrained, or of another model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from torch import Tensor, nn

from photocolor.models.card import read_card
from training.color import network_inputs
from training.data.batches import BatchMaker, Rank
from training.data.prepared import Prepared
from training.errors import RecipeError
from training.loop import checkpoint_file
from training.networks.channel_selection import narrowed
from training.networks.efficientnet_unet import EfficientNetUNet
from training.networks.warmstart import load_onnx, unfold_norms
from training.recipe import recipe_from_values
from training.settings import Recipe

CALIBRATION_PHOTOS = 256
ADDED_LATER = ("hint_pyramid.",)
"""Parts that begin at zero, so that a network may get them in a later stretch of training."""


def give_first_weights(generator: nn.Module, recipe: Recipe, data: Prepared) -> None:
    """Sets the weights that the recipe begins from; if it names none, they stay random."""
    if recipe.train.init_from:
        _begin_from(generator, recipe, data)
    elif isinstance(generator, EfficientNetUNet) and recipe.generator.pretrained:
        generator.load_pretrained()


def _begin_from(generator: nn.Module, recipe: Recipe, data: Prepared) -> None:
    """Loads weights of another model: an ONNX file (batch norms unfolded over training photos) or a checkpoint."""
    path = Path(recipe.train.init_from)
    if not path.is_file():
        raise RecipeError(f"train.init_from: there is no file {path}")
    if path.suffix != ".onnx":
        values = checkpoint_file.load(path)
        weights = checkpoint_file.exported_weights(values)
        theirs = recipe_from_values(json.loads(values["recipe"]), f"train.init_from: {path}").generator
        if theirs.widths != recipe.generator.widths:
            try:
                weights = narrowed(weights, theirs, recipe.generator)
            except RecipeError as problem:
                raise RecipeError(f"train.init_from: {path}: {problem.message}", problem.hint) from problem
        missing, unknown = generator.load_state_dict(weights, strict=False)
        if unknown or any(not name.startswith(ADDED_LATER) for name in missing):
            raise RecipeError(f"train.init_from: {path} is of another network: {(*missing, *unknown)[0]} does not fit")
        return
    read_card(path)  # refuses by name what is no color model
    load_onnx(generator, path)
    unfold_norms(generator, _calibration(recipe, data))


def _calibration(recipe: Recipe, data: Prepared) -> Iterator[tuple[Tensor, ...]]:
    """Yields inputs as the first phase has them, hints included."""
    maker = BatchMaker(data, recipe, Rank())
    seen = 0
    while seen < CALIBRATION_PHOTOS and (batch := maker.make(seen)) is not None:
        seen = batch.seen
        yield network_inputs(batch.aged, batch.hints, batch.faces)
