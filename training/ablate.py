"""`ablate`: short training runs that differ in one setting each, on the same photos.

The file names a recipe (`base`), what all runs change in it (`[common]`), and one table of changes for each run
(`[variants."what it is called"]`). The first variant is what the others are compared with. The same command goes on
after any stop, while it trains and while it measures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from photocolor.errors import ModelInvalid
from photocolor.system.written.toml import toml_values
from training.data.prepared import load
from training.errors import RecipeError
from training.evaluation.evaluate import REAL, Measured, Protocol, differences, intervals, measure_all
from training.evaluation.evaluated_model import ModelFile, name_apart
from training.evaluation.results import save_results, table
from training.exporting.export import export
from training.loop.trainer import train
from training.recipe import load_recipe, read_text, recipe_digest, recipe_from_values, recipe_values
from training.settings import Recipe

KEYS = {"base", "common", "variants"}


def variants_of(path: Path) -> dict[str, Recipe]:
    """Returns the recipes of all runs that the file describes, by their names.

    Raises:
        RecipeError: it cannot be read, has other keys, or changes a key that recipes do not have.
    """
    try:
        plan = toml_values(read_text(path))
    except ValueError as cause:
        raise RecipeError(f"{path} is not TOML: {cause}") from cause
    if set(plan) - KEYS or not {"base", "variants"} <= set(plan):
        raise RecipeError(f"{path} has the keys {', '.join(sorted(plan))}", "Give base, variants and perhaps common.")
    tables = [plan.get("common", {}), plan["variants"]]
    if not all(isinstance(table, dict) for table in tables) or not isinstance(plan["base"], str):
        raise RecipeError(f"{path}: base is the name of a recipe, common and variants are tables")
    if not plan["variants"] or not all(isinstance(changes, dict) for changes in plan["variants"].values()):
        raise RecipeError(f"{path}: variants has a table for each variant, and at least one")
    base = recipe_values(load_recipe(plan["base"]))
    recipes = {}
    for name, changes in plan["variants"].items():
        values = changed(changed(base, plan.get("common", {})), changes) | {"name": name}
        recipes[name] = recipe_from_values(values, f"{path}: variant {name!r}")
    return recipes


def changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Returns a copy of nested tables with the changes applied."""
    result = dict(values)
    for key, value in changes.items():
        inside = isinstance(value, dict) and isinstance(values.get(key), dict)
        result[key] = changed(values[key], value) if inside else value
    return result


def run_all(recipes: dict[str, Recipe], out: Path, console: Console, threads: int) -> list[ModelFile]:
    """Trains and exports each variant into its own folder, as far as it is not there already; returns the models.

    Raises:
        CheckpointMismatch: the folder of that number holds the run of another variant, or of one as it was before.
    """
    models = []
    for number, (name, recipe) in enumerate(recipes.items()):
        folder = out / f"{number:02d}"
        train(recipe, folder, console, threads=threads)  # which refuses another run, also one that is at its end
        file = folder / "model.onnx"
        if not _is_of(recipe, file, console):
            export(folder, file, console, words=recipe)
        model = ModelFile(file, threads)
        model.name = name
        models.append(model)
    return models


def _is_of(recipe: Recipe, file: Path, console: Console) -> bool:
    """Returns whether a file is the whole model of this recipe; a damaged one is told, and can be exported anew."""
    if not file.exists():
        return False
    try:
        return ModelFile(file).card.get("recipe_digest") == recipe_digest(recipe)
    except ModelInvalid as error:
        console.print(f"{error.message}; it is exported again", markup=False)
        return False


def measure_each(
    models: Sequence[ModelFile], protocol: Protocol, folder: Path, console: Console
) -> dict[str, Measured]:
    """Returns every measure of the baselines and the models, each kept in a file so that nothing is measured twice."""
    asked = f"{protocol} {load(protocol.data, protocol.split, protocol.only, protocol.limit).digest}"
    folder.mkdir(parents=True, exist_ok=True)
    measured = _kept(folder / f"{_digest(asked)}.npz")
    if not measured:
        measured = measure_all([], protocol, console)
        _keep(measured, folder / f"{_digest(asked)}.npz")
    results = dict(measured)
    real = results.pop(REAL)
    for model in models:
        file = folder / f"{_digest(asked, model.path.read_bytes())}.npz"
        mine = _kept(file)
        if not mine:
            console.print(f"measuring {model.name}", markup=False)
            mine = measure_all([model], protocol, console, baselines=False)
            _keep(mine, file)
        results[model.name] = next(iter(mine.values()))
    return results | {REAL: real}


def _digest(asked: str, data: bytes = b"") -> str:
    """Returns a name for what was measured of which file."""
    return hashlib.sha256(asked.encode() + data).hexdigest()[:16]


def _keep(measured: dict[str, Measured], file: Path) -> None:
    """Writes measures of some models; the file appears whole or not at all."""
    arrays = {f"{name}/{key}": values for name, each in measured.items() for key, values in each.values.items()}
    arrays |= {f"{name}/": each.frechet for name, each in measured.items()}
    unfinished = file.with_suffix(".part")
    with unfinished.open("wb") as out:
        np.savez(out, **arrays)  # type: ignore[arg-type]
    unfinished.replace(file)


def _kept(file: Path) -> dict[str, Measured]:
    """Returns what `_keep` wrote; empty if it did not yet."""
    if not file.is_file():
        return {}
    measured: dict[str, Measured] = {}
    with np.load(file) as arrays:
        for title in arrays.files:
            name, _, key = title.rpartition("/")
            values = measured.get(name, Measured({}))
            if key:
                measured[name] = Measured(values.values | {key: arrays[title]}, values.frechet)
            else:
                measured[name] = Measured(values.values, arrays[title])
    return measured


def ablate(
    file: Path, out: Path, protocol: Protocol, console: Console, *, beside: Sequence[Path] = (), threads: int = 0
) -> None:
    """Trains and measures the variants, and writes the table: all models, then each minus the first.

    Args:
        file: base, common and variants.
        out: the folder for the runs and `ablations.json`, with the table as .md beside it.
        protocol: on what is measured.
        console: for progress and the table.
        beside: other models, measured as well.
        threads: of the processor; 0 is torch's and the runtime's choice.

    Raises:
        RecipeError: see `variants_of`.
        MissingData: a model beside is not there.
    """
    others = [ModelFile(path, threads) for path in beside]
    models = run_all(variants_of(file), out, console, threads)
    name_apart([*models, *others])
    measured = measure_each([*models, *others], protocol, out / "measured", console)
    first = models[0].name
    results = {name: intervals(each) for name, each in measured.items()}
    for name, each in measured.items():
        if name not in (first, REAL):
            results[f"{name} − {first}"] = differences(each, {first: measured[first]})[f"− {first}"]
    console.print(table(results), soft_wrap=True, markup=False)
    save_results(results, out / "ablations.json")
