"""The commands: prepare, train, compare, evaluate, export, describe."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rich.console import Console

from photocolor.errors import PhotocolorError


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; gives its exit code."""
    options = _parser().parse_args(arguments)
    console = Console()
    try:
        options.work(options, console)
    except PhotocolorError as problem:
        Console(stderr=True).print(f"[bold red]{type(problem).__name__}[/]: {problem.message}\n{problem.hint}", highlight=False)
        return int(problem.exit_code)
    return 0


def _prepare(options: argparse.Namespace, console: Console) -> None:
    from training.data.prepare import PrepareSettings, prepare

    settings = PrepareSettings(options.size, options.least, options.near_duplicates, options.keep_gray, options.processes)
    prepare(options.sources, options.out, settings, console)


def _train(options: argparse.Namespace, console: Console) -> None:
    from training.recipe import load_recipe
    from training.trainer import train

    recipe = load_recipe(options.recipe)
    out = options.out or Path("runs") / recipe.name
    train(recipe, out, console, device=options.device, threads=options.threads, stop_at=options.stop_at)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m training", description="Trains, judges and exports coloring models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("prepare", help="Check, split and decode folders of photos into one set.")
    command.add_argument("sources", nargs="+", type=Path, metavar="FOLDER|ZIP", help="photos; class folders become labels")
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the set goes")
    command.add_argument("--size", type=int, default=208, metavar="PX", help="short side kept (208)")
    command.add_argument("--least", type=int, default=32, metavar="PX", help="drop photos with a shorter side (32)")
    command.add_argument("--near-duplicates", type=int, default=2, metavar="BITS", help="of 64 hash bits; -1 keeps all (2)")
    command.add_argument("--keep-gray", action="store_true", help="keep photos without color")
    command.add_argument("--processes", type=int, default=0, metavar="N", help="decoding processes (all cores)")
    command.set_defaults(work=_prepare)

    command = commands.add_parser("train", help="Train a recipe; the same command resumes after any stop.")
    command.add_argument("recipe", help="a name in training/recipes, or a TOML file")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="the run's folder (runs/NAME)")
    command.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:N")
    command.add_argument("--threads", type=int, default=0, metavar="N", help="processor threads (torch's choice)")
    command.add_argument("--stop-at", type=int, default=0, metavar="IMAGES", help="stop early, to go on later")
    command.set_defaults(work=_train)
    return parser


if __name__ == "__main__":
    sys.exit(main())
