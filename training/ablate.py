"""`ablate`: short training runs that differ in one setting each, on the same photos.

The file names a recipe (`base`), what all runs change in it (`[common]`), and one table of changes for each run
(`[variants."what it is called"]`). The first variant is what the others are compared with. The same command goes on
after any stop.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from training.errors import RecipeError
from training.evaluation.evaluate import REAL, Protocol, differences, intervals, measure_all
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.results import save_results, table
from training.exporting.export import export
from training.loop.checkpoint_file import last
from training.loop.trainer import train
from training.recipe import load_recipe, recipe_from_values, recipe_values
from training.settings import Recipe

KEYS = {"base", "common", "variants"}


def variants_of(path: Path) -> dict[str, Recipe]:
    """Returns the recipes of all runs that the file describes, by their names.

    Raises:
        RecipeError: it cannot be read, has other keys, or changes a key that recipes do not have.
    """
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise RecipeError(f"{path} cannot be read: {cause}") from cause
    if set(plan) - KEYS or not {"base", "variants"} <= set(plan):
        raise RecipeError(f"{path} has the keys {', '.join(sorted(plan))}", "Give base, variants and perhaps common.")
    base = recipe_values(load_recipe(plan["base"]))
    recipes = {}
    for name, changes in plan["variants"].items():
        try:
            values = changed(changed(base, plan.get("common", {})), changes) | {"name": name}
            recipes[name] = recipe_from_values(values)
        except RecipeError as problem:
            raise RecipeError(f"{path}: variant {name!r}: {problem.message}", problem.hint) from problem
    return recipes


def changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Returns a copy of nested tables with the changes applied."""
    result = dict(values)
    for key, value in changes.items():
        inside = isinstance(value, dict) and isinstance(values.get(key), dict)
        result[key] = changed(values[key], value) if inside else value
    return result


def run_all(recipes: dict[str, Recipe], out: Path, console: Console, threads: int) -> list[ModelFile]:
    """Trains and exports each variant into its own folder, unless it is there already; returns the models."""
    models = []
    for number, (name, recipe) in enumerate(recipes.items()):
        folder = out / f"{number:02d}"
        saved = last(folder)
        if saved is None or saved["seen"] < recipe.train.phases[-1].until:
            train(recipe, folder, console, threads=threads)
        file = folder / "model.onnx"
        if not file.exists():
            export(folder, file, console)
        model = ModelFile(file, threads)
        model.name = name
        models.append(model)
    return models


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
    measured = measure_all([*models, *others], protocol, console)
    first = models[0].name
    results = {name: intervals(each) for name, each in measured.items()}
    for name, each in measured.items():
        if name not in (first, REAL):
            results[f"{name} − {first}"] = differences(each, {first: measured[first]})[f"− {first}"]
    console.print(table(results), soft_wrap=True, markup=False)
    save_results(results, out / "ablations.json")
