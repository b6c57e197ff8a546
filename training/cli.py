"""The commands: prepare, train, ablate, compare, evaluate, sheets, export, describe."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from photocolor.errors import PhotocolorError

if TYPE_CHECKING:
    from training.evaluate import Protocol


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; gives its exit code."""
    options = _parser().parse_args(arguments)
    console = Console()
    try:
        options.work(options, console)
    except PhotocolorError as problem:
        Console(stderr=True).print(
            f"[bold red]{type(problem).__name__}[/]: {problem.message}\n{problem.hint}", highlight=False
        )
        return int(problem.exit_code)
    return 0


def _prepare(options: argparse.Namespace, console: Console) -> None:
    from training.data.prepare import PrepareSettings, prepare
    from training.errors import MissingData

    settings = PrepareSettings(
        options.size, options.least, options.near_duplicates, options.keep_gray, options.processes
    )
    pairs = [(given, wanted) for given, wanted in options.pairs]
    if not options.sources and not pairs:
        raise MissingData("prepare was given no photos", "Name folders or archives, or --pairs GRAY COLOR.")
    prepare(options.sources, options.out, settings, console, pairs)


def _train(options: argparse.Namespace, console: Console) -> None:
    from training.recipe import load_recipe
    from training.trainer import train

    recipe = load_recipe(options.recipe)
    out = options.out or Path("runs") / recipe.name
    train(recipe, out, console, device=options.device, threads=options.threads, stop_at=options.stop_at)


def _export(options: argparse.Namespace, console: Console) -> None:
    from training.export import export
    from training.recipe import load_recipe

    decode = {"decode": options.decode, "temperature": options.temperature, "blend": options.blend}
    out = options.out or Path("runs/models") / f"{options.run.name}.onnx"
    words = load_recipe(options.words) if options.words else None
    export(options.run, out, console, checkpoint=options.checkpoint, words=words, decode=decode)


def _evaluate(options: argparse.Namespace, console: Console) -> None:
    from training.colorist import ModelFile, name_apart
    from training.evaluate import as_plain, differences, intervals, measure_all, save_results, table
    from training.steadiness import honesty_of_doubt, steadiness

    models = [ModelFile(path, options.threads) for path in (options.model, *options.beside)]
    name_apart(models)
    model = models[0]
    protocol = _protocol(options, model.fixed_px or options.size)
    rows = measure_all(list(models), protocol, console)
    results = {name: intervals(values) for name, values in rows.items()}
    ahead = differences(rows[model.name], {name: values for name, values in rows.items() if name != model.name})
    steady, honest = steadiness(model, protocol), honesty_of_doubt(model, protocol)
    console.print(table(results), soft_wrap=True, markup=False)
    console.print(f"{model.name} minus the others, paired:\n{table(ahead)}", soft_wrap=True, markup=False)
    for name, value in steady.items():
        console.print(f"{name}: {value:.2f}", highlight=False)
    if honest:
        console.print("mean ab error by fifths of doubt:", [round(value, 1) for value in honest])
    out = options.out or options.model.with_suffix(".quality.json")
    told = {"split": protocol.split, "photos": len(rows[model.name]["auc"]), "size_px": protocol.size_px}
    save_results(results, out, differences=as_plain(ahead), steadiness=steady, doubt=honest, **told)
    if options.write_card:
        _write_quality(options.model, told | {key: value.mean for key, value in results[model.name].items()} | steady)


def _ablate(options: argparse.Namespace, console: Console) -> None:
    from training.ablate import ablate

    protocol = _protocol(options, options.size)
    ablate(options.file, options.out, protocol, console, beside=options.beside, threads=options.threads)


def _write_quality(path: Path, quality: dict[str, Any]) -> None:
    from training.export import write_card

    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in quality.items()}
    write_card(path, {"photocolor.quality": json.dumps(rounded, separators=(",", ":"))})


def _compare(options: argparse.Namespace, console: Console) -> None:
    from training.colorist import ModelFile
    from training.compare import compare

    models = [ModelFile(path, options.threads) for path in map(_model_of, options.models)]
    side = next((model.fixed_px for model in models if model.fixed_px), options.size)
    compare(models, _protocol(options, side), options.out, console, options.photos)


def _model_of(path: Path) -> Path:
    """A model file, or the model that `export` made of a run folder."""
    return Path("runs/models") / f"{path.name}.onnx" if path.is_dir() else path


def _protocol(options: argparse.Namespace, size_px: int) -> Protocol:
    from training.evaluate import Protocol

    only = tuple(options.only.split(",")) if options.only else ()
    return Protocol(options.data, options.split, only, options.limit, size_px, options.squeezenet, options.lpips_heads)


def _sheets(options: argparse.Namespace, console: Console) -> None:
    from training.colorist import ModelFile
    from training.sheets import draw_sheets

    model = ModelFile(options.model, options.threads)
    draw_sheets(model, _protocol(options, model.fixed_px or options.size), options.scans, options.out, console)


def _describe(options: argparse.Namespace, console: Console) -> None:
    from training.describe import describe
    from training.recipe import load_recipe

    describe(load_recipe(options.recipe), console, options.picture)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m training", description="Trains, judges and exports coloring models.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("prepare", help="Check, split and decode folders of photos into one set.")
    command.add_argument(
        "sources", nargs="*", type=Path, metavar="FOLDER|ZIP", help="photos; class folders become labels"
    )
    command.add_argument(
        "--pairs", nargs=2, type=Path, action="append", default=[], metavar=("GRAY", "COLOR"),
        help="folders of pictures of the same names: what is given, and what should come out",
    )  # fmt: skip
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the set goes")
    command.add_argument("--size", type=int, default=208, metavar="PX", help="short side kept (208)")
    command.add_argument("--least", type=int, default=32, metavar="PX", help="drop photos with a shorter side (32)")
    command.add_argument(
        "--near-duplicates", type=int, default=2, metavar="BITS", help="of 64 hash bits; -1 keeps all (2)"
    )
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

    command = commands.add_parser("export", help="Write a run's model as one ONNX file with its card.")
    command.add_argument("run", type=Path, help="the run's folder")
    command.add_argument("--out", type=Path, metavar="FILE", help="the model (runs/models/NAME.onnx)")
    command.add_argument("--checkpoint", type=Path, metavar="FILE", help="another than the run's last")
    command.add_argument("--words", metavar="RECIPE", help="[export] and decoding of this recipe, not of the run's")
    command.add_argument("--decode", choices=("regression", "annealed", "blend"), help="read ab from these heads")
    command.add_argument("--temperature", type=float, metavar="T", help="of the annealed mean")
    command.add_argument("--blend", type=float, metavar="SHARE", help="of the annealed mean in --decode blend")
    command.set_defaults(work=_export)

    command = commands.add_parser("evaluate", help="Measure a model file on test photos, beside gray and mean ab.")
    command.add_argument("model", type=Path, help="an ONNX file of the model contract")
    command.add_argument("--beside", type=Path, nargs="*", default=[], metavar="MODEL", help="to measure it against")
    _add_protocol(command)
    command.add_argument("--out", type=Path, metavar="FILE", help="JSON (beside the model); the table as .md beside it")
    command.add_argument("--write-card", action="store_true", help="put the numbers into the model's card")
    command.set_defaults(work=_evaluate)

    command = commands.add_parser("ablate", help="Short runs that differ in one thing each, in one table.")
    command.add_argument("file", type=Path, metavar="FILE.toml", help="base, common and variants")
    command.add_argument("--beside", type=Path, nargs="*", default=[], metavar="MODEL", help="to measure as well")
    _add_protocol(command)
    command.add_argument("--out", type=Path, default=Path("runs/ablations"), metavar="FOLDER", help="where runs go")
    command.set_defaults(work=_ablate)

    command = commands.add_parser("compare", help="One HTML report of several models over the same photos.")
    command.add_argument("models", nargs="+", type=Path, metavar="RUN|MODEL", help="run folders or ONNX files")
    _add_protocol(command)
    command.add_argument("--out", type=Path, default=Path("runs/compare.html"), metavar="FILE", help="the report")
    command.add_argument("--photos", type=int, default=24, metavar="N", help="how many are shown (24)")
    command.set_defaults(work=_compare)

    command = commands.add_parser(
        "sheets", help="Pictures to look at: unpicked test photos, old scans, worst failures."
    )
    command.add_argument("model", type=Path, help="an ONNX file of the model contract")
    _add_protocol(command)
    command.add_argument("--scans", type=Path, metavar="FOLDER", help="old photos without a known color")
    command.add_argument("--out", type=Path, default=Path("runs/sheets"), metavar="FOLDER", help="where the PNGs go")
    command.set_defaults(work=_sheets)

    command = commands.add_parser("describe", help="Layers, shapes, parameters and multiply-adds of a recipe.")
    command.add_argument("recipe", help="a name in training/recipes, or a TOML file")
    command.add_argument("--picture", type=Path, metavar="PNG", help="draw the generator's structure")
    command.set_defaults(work=_describe)
    return parser


def _add_protocol(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="a prepared set")
    command.add_argument("--split", default="test", choices=("train", "val", "test"), help="of the set (test)")
    command.add_argument("--only", default="", metavar="SOURCES", help="sources to use, comma between")
    command.add_argument("--limit", type=int, default=0, metavar="N", help="at most so many photos")
    command.add_argument("--size", type=int, default=256, metavar="PX", help="side of the squares (256)")
    command.add_argument("--squeezenet", default="", metavar="NPZ", help="SqueezeNet 1.1, for LPIPS")
    command.add_argument("--lpips-heads", default="", metavar="NPZ", help="LPIPS's linear heads")
    command.add_argument("--threads", type=int, default=0, metavar="N", help="processor threads")


if __name__ == "__main__":
    sys.exit(main())
