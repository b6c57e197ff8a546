"""`export`: writes a run's generator as one ONNX file of the model contract, with its card inside."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from photocolor.engine.runtime import load_runtime
from photocolor.models.card import FACE_SEGMENTS
from training.color import lab_of_photo
from training.data.crops import central_crop, square
from training.data.prepared import Prepared, load
from training.errors import CheckpointMismatch, MissingData, RecipeError
from training.exporting.contract import Contract, inputs_for
from training.exporting.float16 import Halved, halve
from training.exporting.model_file import write_card
from training.loop import checkpoint_file
from training.losses.bins import bin_centers
from training.losses.color_prior import kept_weights
from training.networks.build import build_generator, size_multiple
from training.recipe import recipe_digest, recipe_from_values, recipe_values
from training.settings import Recipe
from training.writing import writing

OPSET = 17
PARITY_AB = 0.05
"""CIELAB units by which the file may differ from the network that was trained."""
PARITY_PHOTOS = 5
LEAST_SIZE_PX = 64
INPUT_WORDS = {
    "lightness": "lightness: L* 0..100",
    "hints": "hints: a*, b* CIELAB, weight 0|0.5|1",
    "faces": f"faces: {', '.join(FACE_SEGMENTS)}, 0..1",
}


class ParityBroken(CheckpointMismatch):
    """Raised if the exported file computes other colors than the network."""

    reason = "parity"
    default_hint = "This is a defect of the exporter; please report it with the recipe."


class ModelTooLarge(CheckpointMismatch):
    """Raised if the file is larger than the recipe allows."""

    reason = "size"
    default_hint = "Use smaller generator.widths, set export.float16, or allow more with export.largest_mb."


def export(
    run: Path,
    out: Path,
    console: Console,
    *,
    checkpoint: Path | None = None,
    words: Recipe | None = None,
    decode: dict[str, Any] | None = None,
) -> None:
    """Writes the model file, and compares it with the network on five photos.

    Weights are kept as float16 if the recipe wants that, but for the arrays whose rounding the colors show.

    Args:
        run: the run's folder.
        out: the ONNX file.
        console: for the one line it prints.
        checkpoint: another checkpoint than the run's newest.
        words: a recipe whose [export] and way of decoding are taken instead of those that the run began with.
        decode: other values for generator.decode, temperature and blend than the recipe's.

    Raises:
        CheckpointMismatch: there is no checkpoint.
        MissingData: the photos to check with are gone.
        ParityBroken: the file's colors differ by more than 0.05 from the network's, with float32 weights too.
        ModelTooLarge: the file would be larger than `export.largest_mb`.
    """
    path = checkpoint or checkpoint_file.newest(run)
    saved = checkpoint_file.load(path)
    recipe = _exported(recipe_from_values(json.loads(saved["recipe"]), str(path)), words, decode or {})
    _check_working_size(recipe)
    model = contract_of(saved, recipe, run)
    temporary = out.with_suffix(".tmp")
    try:
        with writing(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            halved = _write_weights(model, temporary, recipe)
            write_card(temporary, card(saved, recipe, model) | {"photocolor.weights": str(halved)})
        size_mb = temporary.stat().st_size / 1e6
        if recipe.export.largest_mb and size_mb > recipe.export.largest_mb:
            raise ModelTooLarge(
                f"{out} would have {size_mb:.1f} MB ({halved}), more than the {recipe.export.largest_mb:g} MB allowed"
            )
        with writing(out):
            temporary.replace(out)
    finally:
        with suppress(OSError):  # the cause of leaving is the news
            temporary.unlink(missing_ok=True)
    console.print(f"{out}: {size_mb:.1f} MB, {saved['seen']} images seen, weights {halved}")
    if halved.kept:
        console.print(f"float32 because the colors need it: {', '.join(halved.kept)}")
    console.print(f"at most {halved.error:.4f} ab from the network")


def _check_working_size(recipe: Recipe) -> None:
    """Raises if the generator does not take the size at which the model shall see photos."""
    multiple, size_px = size_multiple(recipe.generator), recipe.export.working_size
    if not recipe.generator.fixed_px and size_px % multiple:
        hint = "Correct it in the recipe's file, and let export read it there: --words RECIPE."
        raise RecipeError(f"export.working_size is {size_px} px, and the generator takes multiples of {multiple}", hint)


def _write_weights(model: Contract, path: Path, recipe: Recipe) -> Halved:
    """Writes graph and weights, and compares them with the network."""
    photos = _photos(recipe)
    write_graph(model, path)
    error = parity(model, path, photos)
    halved = Halved(0, (), 0, error)
    if recipe.export.float16 and error <= PARITY_AB:
        halved = halve(path, photos, lambda: parity(model, path, photos), PARITY_AB)
    if halved.error > PARITY_AB:
        raise ParityBroken(f"the exported file differs by {halved.error:.3f} ab, more than {PARITY_AB}")
    return halved


def contract_of(saved: dict[str, Any], recipe: Recipe, run: Path) -> Contract:
    """Returns the generator (its average, if there is one) of a checkpoint in the run's folder, in the contract."""
    centers = bin_centers(recipe.generator.bins) if recipe.generator.bins else np.zeros((0, 2), np.float32)
    network = build_generator(recipe.generator, len(centers))
    network.load_state_dict(checkpoint_file.exported_weights(saved))
    weights = kept_weights(run, centers) if recipe.loss.bins else None
    return Contract(network, recipe.generator, centers, weights).eval()


def write_graph(model: Contract, path: Path) -> None:
    """Writes the ONNX graph with free sizes, or with the one size that the network takes."""
    fixed = model.settings.fixed_px
    side = fixed or 2 * size_multiple(model.settings)
    examples = map(torch.from_numpy, inputs_for(np.zeros((side, side), np.float32), model.inputs).values())
    axes = {0: "n"} if fixed else {0: "n", 2: "h", 3: "w"}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            tuple(examples),
            str(path),
            input_names=model.inputs,
            output_names=model.outputs,
            dynamic_axes={name: dict(axes) for name in (*model.inputs, *model.outputs)},
            opset_version=OPSET,
            dynamo=False,
        )
    simplify(path)


def simplify(path: Path) -> None:
    """Turns constant operators of a file into initializers, and merges equal constants and operators.

    The exporter writes the bounds of each clipping and the shape of each tensor anew: of the default network's 556
    operators 180 were constants, 22 of them different.
    """
    import onnx

    model = onnx.load(str(path))
    by_content: dict[tuple[bytes, ...], list[str]] = {}
    renamed: dict[str, str] = {}
    outputs = {port.name for port in model.graph.output}
    remaining = []
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        attributes = sorted(value.SerializeToString(deterministic=True) for value in node.attribute)
        key = (node.op_type.encode(), "\0".join(node.input).encode(), *attributes)
        if key in by_content and not outputs.intersection(node.output):
            renamed.update(zip(node.output, by_content[key], strict=True))
            continue
        by_content[key] = list(node.output)
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            node.attribute[0].t.name = node.output[0]
            model.graph.initializer.append(node.attribute[0].t)
        else:
            remaining.append(node)
    del model.graph.node[:]
    model.graph.node.extend(remaining)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def card(saved: dict[str, Any], recipe: Recipe, model: Contract) -> dict[str, str]:
    """Returns what the file says of itself; every value is a string."""
    fixed = recipe.generator.fixed_px
    parameters = sum(parameter.numel() for parameter in model.network.parameters())
    multiple = size_multiple(recipe.generator)
    sizes = {
        "size_multiple": multiple,
        "min_size": fixed or max(LEAST_SIZE_PX, multiple),
        "working_size": fixed or recipe.export.working_size,
    }
    if fixed:
        sizes["fixed_size"] = fixed
    hours = saved["seconds"] / 3600
    words = {
        "name": recipe.export.name or recipe.name,
        "version": recipe.version,
        "contract": 1,
        **sizes,
        "license": recipe.export.license,
        "inputs": "; ".join(INPUT_WORDS[name] for name in model.inputs),
        "outputs": "ab: CIELAB" + ("; doubt: 0..1" if "doubt" in model.outputs else ""),
        "parameters": f"{parameters / 1e6:.1f}M",
        "images_seen": saved["seen"],
        "training": _training(recipe, saved, hours),
        "averaged": saved.get("averaged", ""),
        "hours": f"{hours:.2f}",
        "device": saved["device"],
        "recipe": json.dumps(recipe_values(recipe), separators=(",", ":")),
        "recipe_digest": recipe_digest(recipe),
        "data_digest": saved["data_digest"],
        "data_sources": ", ".join(saved["sources"]),
        "intended_use": recipe.export.intended_use,
        "weaknesses": recipe.export.weaknesses,
        "data_terms": recipe.export.data_terms,
        "quality": "{}",
    }
    return {f"photocolor.{key}": str(value) for key, value in words.items() if value != ""}


def parity(model: Contract, path: Path, photos: list[NDArray[np.float32]]) -> float:
    """Returns the largest difference of ab, in CIELAB units, between network and file.

    Args:
        model: the network in the contract.
        path: the file.
        photos: (H, W) L*, of sizes the network takes.
    """
    session = load_runtime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for lightness in photos:
        feed = inputs_for(lightness, model.inputs)
        with torch.no_grad():
            mine = model(*(torch.from_numpy(value) for value in feed.values()))
        ab = mine[0] if isinstance(mine, tuple) else mine
        worst = max(worst, float(np.abs(session.run(["ab"], feed)[0] - ab.numpy()).max()))
    return worst


def _photos(recipe: Recipe) -> list[NDArray[np.float32]]:
    """Returns L* of five validation photos at the recipe's working size; of training photos if there are none."""
    side = recipe.generator.fixed_px or recipe.export.working_size
    try:
        data = load(Path(recipe.data.prepared), "val", recipe.data.only)
    except MissingData:
        data = load(Path(recipe.data.prepared), "train", recipe.data.only)
    return [lab_of_photo(_middle(data, index, side))[0] for index in range(min(PARITY_PHOTOS, len(data)))]


def _middle(data: Prepared, index: int, side: int) -> NDArray[np.uint8]:
    pixels = data.photo(index)
    return square(pixels, central_crop(index, (pixels.shape[0], pixels.shape[1])), side)


def _exported(trained: Recipe, words: Recipe | None, decode: dict[str, Any]) -> Recipe:
    """Returns the run's recipe with settings that do not affect training taken from `words`, then from `decode`."""
    generator = trained.generator
    if words is not None:
        later = words.generator
        generator = replace(generator, decode=later.decode, temperature=later.temperature, blend=later.blend)
    chosen = {key: value for key, value in decode.items() if value is not None}
    return replace(trained, generator=replace(generator, **chosen), export=(words or trained).export)


def _training(recipe: Recipe, saved: dict[str, Any], hours: float) -> str:
    sizes = ", then ".join(str(size) for size in Counter(phase.size_px for phase in recipe.train.phases))
    begun = f", begun from {Path(recipe.train.init_from).name}" if recipe.train.init_from else ""
    before = f"; before that {recipe.export.history}" if recipe.export.history else ""
    adversary = "" if not recipe.loss.adversarial else f", adversarial ({recipe.discriminator.kind})"
    spent = f"{hours:.1f} h" if hours >= 1 else f"{60 * hours:.0f} minutes"
    return f"{saved['seen']} images in {spent} on {saved['device']}, {sizes} px{adversary}{begun}{before}"
