"""Short runs that differ in one thing each, on the same photos: `python -m training.ablate FILE.toml`.

The file names a recipe (`base`), what all runs change in it (`[common]`), and one table of changes for each run
(`[variants."what it is called"]`). The first variant is what the others are compared with. The same command goes on
after any stop.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import Any

from rich.console import Console

from photocolor.errors import PhotocolorError
from training.colorist import ModelFile
from training.errors import RecipeError
from training.evaluate import Protocol, Rows, differences, intervals, measure_all, save_results, table
from training.export import export
from training.recipe import load_recipe, recipe_from_values, recipe_values
from training.settings import Recipe
from training.state import last
from training.trainer import train

KEYS = {"base", "common", "variants"}


def variants_of(path: Path) -> dict[str, Recipe]:
    """Name to recipe of every run that the file describes.

    Raises:
        RecipeError: it cannot be read, has other keys, or changes a key that recipes do not have.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as cause:
        raise RecipeError(f"{path} cannot be read: {cause}") from cause
    if set(told) - KEYS or not {"base", "variants"} <= set(told):
        raise RecipeError(f"{path} has the keys {', '.join(sorted(told))}", "Give base, variants and perhaps common.")
    base = recipe_values(load_recipe(told["base"]))
    recipes = {}
    for name, changes in told["variants"].items():
        try:
            values = changed(changed(base, told.get("common", {})), changes) | {"name": name}
            recipes[name] = recipe_from_values(values)
        except RecipeError as problem:
            raise RecipeError(f"{path}: variant {name!r}: {problem.message}", problem.hint) from problem
    return recipes


def changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy in which the changes, also those inside of tables, took place."""
    result = dict(values)
    for key, value in changes.items():
        inside = isinstance(value, dict) and isinstance(values.get(key), dict)
        result[key] = changed(values[key], value) if inside else value
    return result


def run_all(recipes: dict[str, Recipe], out: Path, console: Console, threads: int) -> list[ModelFile]:
    """Trains and exports each variant into its own folder; what is there already is left."""
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


def main(arguments: list[str] | None = None) -> int:
    """Trains, measures, prints and writes the table; gives the exit code."""
    options = _parser().parse_args(arguments)
    console = Console()
    try:
        recipes = variants_of(options.file)
        models = run_all(recipes, options.out, console, options.threads)
        beside = [ModelFile(path, options.threads) for path in options.beside]
        photos = Path(next(iter(recipes.values())).data.prepared)
        protocol = Protocol(photos, options.split, (), options.limit, 256, options.squeezenet, options.lpips_heads)
        rows = measure_all([*models, *beside], protocol, console)
    except PhotocolorError as problem:
        console.print(f"[bold red]{type(problem).__name__}[/]: {problem.message}\n{problem.hint}", highlight=False)
        return int(problem.exit_code)
    first = models[0].name
    ahead = {name: _minus(rows, name, first) for name in rows if name != first}
    results = {name: intervals(values) for name, values in rows.items()}
    console.print(table(results), soft_wrap=True, markup=False)
    console.print(f"each minus {first}, paired:\n{table(ahead)}", soft_wrap=True, markup=False)
    save_results(results | {f"{name} − {first}": row for name, row in ahead.items()}, options.out / "ablations.json")
    return 0


def _minus(rows: dict[str, Rows], name: str, first: str) -> dict[str, Any]:
    return differences(rows[name], {first: rows[first]})[f"− {first}"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m training.ablate", description="Short runs that differ in one thing.")
    parser.add_argument("file", type=Path, metavar="FILE.toml", help="base, common and variants")
    parser.add_argument("--out", type=Path, default=Path("runs/ablations"), metavar="FOLDER", help="where runs go")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], metavar="ONNX", help="models measured as well")
    parser.add_argument("--split", default="val", help="photos to measure on (val)")
    parser.add_argument("--limit", type=int, default=60, metavar="N", help="at most so many photos (60)")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="of the processor (torch's choice)")
    parser.add_argument("--squeezenet", default="", metavar="NPZ", help="weights of LPIPS; left out without them")
    parser.add_argument("--lpips-heads", default="", metavar="NPZ", help="its heads")
    return parser


if __name__ == "__main__":
    sys.exit(main())
