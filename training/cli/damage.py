"""`damage train`, `mine`, `export` and `evaluate`: the finder of dust, hairs, scratches, creases and stains."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from training.cli import options

damage = typer.Typer(no_args_is_help=True, help="Train, export and measure the damage finder.")
Run = Annotated[Path, typer.Argument(metavar="RUN", help="The run's folder.", show_default=False)]


@damage.command(no_args_is_help=True)
def train(
    recipe: options.RecipeName,
    out: options.RunOut = None,
    threads: options.Threads = 0,
    stop_at: Annotated[
        int,
        typer.Option(
            "--stop-at", metavar="SAMPLES", min=0, help="Stop after this many samples, to go on later; 0 does not stop."
        ),
    ] = 0,
    stop_after: options.StopAfter = 0.0,
) -> None:
    """Train a recipe of the finder; the same command goes on after any stop."""
    from training.damage.settings import load_finder_recipe
    from training.damage.train import train_finder

    loaded = load_finder_recipe(recipe)
    folder = options.run_folder(loaded.name, out)
    train_finder(loaded, folder, Console(), threads=threads, stop_at=stop_at, stop_after_s=stop_after)


@damage.command(no_args_is_help=True)
def mine(
    recipe: options.RecipeName,
    checkpoint: Annotated[Path, typer.Argument(metavar="CHECKPOINT", help="The finder's last.pt.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The table of places.", show_default=False)],
    photos: Annotated[int, typer.Option("--photos", metavar="N", min=1, help="Small photos to look at.")] = 8000,
    least: Annotated[
        float, typer.Option("--least", metavar="P", min=0.0, max=1.0, help="Probability from which on a place counts.")
    ] = 0.9,
) -> None:
    """Find places of clean training photos that a finder takes for damage, for `material.hard`."""
    from training.damage.mine import mine_places
    from training.damage.settings import load_finder_recipe

    mine_places(load_finder_recipe(recipe), checkpoint, out, photos, least, Console())


@damage.command(no_args_is_help=True)
def export(
    recipe: options.RecipeName,
    run: Run,
    out: options.ModelOut = None,
) -> None:
    """Choose the thresholds on clean photos, and write the finder as one ONNX file with its card."""
    from training.damage.export import export_finder
    from training.damage.settings import load_finder_recipe

    export_finder(load_finder_recipe(recipe), run, out or Path("runs/models") / f"{run.name}.onnx", Console())


@damage.command(no_args_is_help=True)
def evaluate(
    recipe: options.RecipeName,
    model: Annotated[
        Path | None,
        typer.Option("--model", metavar="FILE", help="An exported finder.", show_default="the bundled one"),
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", metavar="N", min=1, help="Damaged samples to measure on.")
    ] = 1000,
    photos: Annotated[
        Path | None,
        typer.Option(
            "--photos",
            metavar="FOLDER",
            help="Further clean photos, each seen at its full size.",
            show_default="the test photos alone",
        ),
    ] = None,
) -> None:
    """Measure a finder: precision and recall by kind on held-out damage, and its marks on clean photos."""
    from training.damage.evaluate import evaluate_finder
    from training.damage.settings import load_finder_recipe

    evaluate_finder(load_finder_recipe(recipe), model, samples, photos, Console())
