"""`quantize`: writes a model file whose wide convolutions work on 8-bit integers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console

from photocolor.models.card import ModelCard
from photocolor.models.registry import find_model
from training.data.batches import BatchMaker, Rank
from training.data.prepared import Prepared, load
from training.errors import CheckpointMismatch
from training.exporting.integers import Feed, dense_convolutions, has_integers, with_integers
from training.exporting.model_file import save_model
from training.exporting.vibrance import has_vibrance
from training.recipe import recipe_from_values
from training.settings import Phase, Recipe
from training.writing import check_writable

BATCH = 8


def quantize(model: Path, data: Path, out: Path, console: Console, *, photos: int = 400, version: str = "") -> None:
    """Writes a model file that computes nearly the same colors in two thirds of the time.

    Args:
        model: a file of the model contract, of free size, that `export` or `look-twice` wrote.
        data: a set that `prepare` made; the ranges of the network's values are read off its training photos, aged and
            with hints as the recipe in the model's card has them.
        out: the file to write.
        console: for the one line it prints.
        photos: how many are looked at.
        version: of the new model; "" keeps that of the card.

    Raises:
        ModelNotFound: there is no such file.
        ModelInvalid: it is no model of the contract.
        CheckpointMismatch: the file has integers or vibrance already, takes one size only, has no wide convolutions, or
            its card has no recipe.
        MissingData: there is no such set.
        DiskFull, OutputError: `out` cannot be written, which is found out before the photos are looked at.
    """
    import onnx

    check_writable(out)
    card = find_model(model).card
    if card.fixed_px is not None:
        raise CheckpointMismatch(f"{model} takes pictures of one size only", "A network of free size can be quantized.")
    if "recipe" not in card.extra:
        raise CheckpointMismatch(f"the card of {model} has no recipe", "Give a file that `export` wrote.")
    recipe = recipe_from_values(json.loads(card.extra["recipe"]))
    plain = onnx.load(str(model))
    if has_integers(plain):
        raise CheckpointMismatch(f"{model} has integer convolutions already", "Give the file that it was made of.")
    if has_vibrance(plain):  # which is read off what the network computes
        raise CheckpointMismatch(f"{model} has vibrance already", "Quantize the file that it was made of, then add it.")
    names = dense_convolutions(plain)
    if not names:
        raise CheckpointMismatch(f"{model} has no wide convolutions", "There is nothing to gain here.")
    training_photos = load(data, "train")
    photos = min(photos, len(training_photos))
    feeds = shown(card, recipe, training_photos, photos)
    integers = with_integers(plain, names, feeds)
    wanted = set(names)
    count = sum(node.op_type == "Conv" and node.name in wanted for node in plain.graph.node)
    words = {"integers": f"{count} convolutions; ranges read off {photos} training photos"}
    if version:
        words["version"] = version
    save_model(integers, out, {f"photocolor.{key}": value for key, value in words.items()})
    console.print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, {words['integers']}")


def shown(card: ModelCard, recipe: Recipe, photos: Prepared, count: int) -> Iterator[Feed]:
    """Yields a model's inputs as its training made them, at its working size.

    Args:
        card: of the model.
        recipe: how photos are aged and what hints are told.
        photos: a prepared set.
        count: how many inputs.
    """
    whole = replace(recipe.data, limit=0, only=())
    phases = (Phase(until=count, size_px=card.working_px, batch=BATCH),)
    maker = BatchMaker(photos, replace(recipe, data=whole, train=replace(recipe.train, phases=phases)), Rank())
    seen = 0
    while (batch := maker.make(seen)) is not None:
        for number in range(min(BATCH, count - seen)):
            feed: Feed = {"lightness": batch.aged[number : number + 1].numpy()}
            if card.has_hints:
                shape = (1, 3, *feed["lightness"].shape[2:])
                feed["hints"] = np.ascontiguousarray(np.broadcast_to(batch.hints[number : number + 1].numpy(), shape))
            if card.has_faces and batch.faces is not None:
                feed["faces"] = batch.faces[number : number + 1].numpy()
            yield feed
        seen = batch.seen
