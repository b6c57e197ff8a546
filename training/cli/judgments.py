"""`evaluate`, `compare`, `sheets`, `predict`: measure models, and draw their results."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from training.cli import options


def evaluate(
    model: options.Model,
    data: options.Data,
    beside: options.Beside = None,
    split: options.Part = options.Split.TEST,
    only: options.Only = "",
    limit: options.Limit = 0,
    size: options.Size = options.SIZE_PX,
    squeezenet: options.Squeezenet = "",
    lpips_heads: options.LpipsHeads = "",
    recognition: options.Recognition = True,
    threads: options.Threads = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The numbers as JSON; the table lies beside it as Markdown.",
            show_default="MODEL.quality.json",
        ),
    ] = None,
    write_card: Annotated[bool, typer.Option("--write-card", help="Put the numbers into the model's card.")] = False,
) -> None:
    """Measure a model on test photos, beside gray and mean color."""
    from training.evaluation.evaluated_model import ModelFile, name_apart
    from training.evaluation.quality import report_quality

    models = [ModelFile(options.model_file(path), threads) for path in (model, *(beside or ()))]
    name_apart(models)
    side = models[0].fixed_px or size
    protocol = options.protocol(data, split, only, limit, side, squeezenet, lpips_heads, recognition)
    file = out or models[0].path.with_suffix(".quality.json")
    report_quality(models, protocol, file, Console(), into_card=write_card)


def compare(
    models: Annotated[
        list[Path], typer.Argument(metavar="RUN|MODEL…", help="Run folders or ONNX files.", show_default=False)
    ],
    data: options.Data,
    split: options.Part = options.Split.TEST,
    only: options.Only = "",
    limit: options.Limit = 0,
    size: options.Size = options.SIZE_PX,
    squeezenet: options.Squeezenet = "",
    lpips_heads: options.LpipsHeads = "",
    recognition: options.Recognition = True,
    threads: options.Threads = 0,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The report.")] = Path("runs/compare.html"),
    photos: Annotated[int, typer.Option("--photos", metavar="N", min=1, help="How many photos are shown.")] = 24,
) -> None:
    """Write one HTML page of several models over the same photos."""
    from training.evaluation.compare import compare as compare_models
    from training.evaluation.evaluated_model import ModelFile

    files = [ModelFile(options.model_file(path), threads) for path in models]
    side = next((file.fixed_px for file in files if file.fixed_px), size)
    protocol = options.protocol(data, split, only, limit, side, squeezenet, lpips_heads, recognition)
    compare_models(files, protocol, out, Console(), photos)


def sheets(
    model: options.Model,
    data: options.Data,
    beside: options.Beside = None,
    split: options.Part = options.Split.TEST,
    only: options.Only = "",
    limit: options.Limit = 0,
    size: options.Size = options.SIZE_PX,
    squeezenet: options.Squeezenet = "",
    lpips_heads: options.LpipsHeads = "",
    threads: options.Threads = 0,
    scans: Annotated[
        Path | None,
        typer.Option("--scans", metavar="FOLDER", help="Old photos without a known color.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the PNGs go.")] = Path("runs/sheets"),
) -> None:
    """Draw pages to look at: test photos, scans, worst failures."""
    from training.evaluation.evaluated_model import ModelFile, name_apart
    from training.evaluation.sheets import draw_sheets

    files = [ModelFile(options.model_file(path), threads) for path in (model, *(beside or ()))]
    name_apart(files)
    side = files[0].fixed_px or size
    protocol = options.protocol(data, split, only, limit, side, squeezenet, lpips_heads)
    draw_sheets(files[0], protocol, scans, out, Console(), files[1:])


def predict(
    model: options.Model,
    photos: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PHOTO…", help="Photos, in color or without.", show_default=False),
    ] = None,
    random: Annotated[
        int, typer.Option("--random", metavar="N", min=0, help="Draw this many photos from a prepared set.")
    ] = 0,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="FOLDER", help="The set to draw from.", show_default="the one in the model's card"
        ),
    ] = None,
    split: options.Part = options.Split.TEST,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed",
            metavar="N",
            min=0,
            help="Draw the photos that this number draws.",
            show_default="others each time",
        ),
    ] = None,
    size: Annotated[
        int, typer.Option("--size", metavar="PX", min=16, help="Longest side of each photo in the picture.")
    ] = 384,
    threads: options.Threads = 0,
    out: Annotated[Path, typer.Option("--out", metavar="PNG", help="The picture.")] = Path("runs/predict.png"),
) -> None:
    """Draw photos gray, generated and real, side by side."""
    from training.evaluation.evaluated_model import ModelFile
    from training.evaluation.predict import Draw
    from training.evaluation.predict import predict as draw_rows

    drawn = Draw(random, data, split.value, seed)
    file = ModelFile(options.model_file(model), threads)
    draw_rows(file, photos or [], drawn, out, Console(), shown_px=size)
