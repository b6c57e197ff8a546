"""`negatives train`, `negatives export`, `negatives evaluate`: the classifier that tells negatives from positives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from training.cli import options

negatives = typer.Typer(no_args_is_help=True, help="Train, export and measure the classifier of scanned negatives.")
DEFAULT_MODEL = Path("photocolor/models/default.onnx")
Encoder = Annotated[
    Path, typer.Option("--model", metavar="FILE", help="The color model whose encoder the classifier begins with.")
]
Run = Annotated[Path, typer.Option("--run", metavar="FOLDER", help="The run's folder.")]
_RUN = Path("runs/negatives")


@negatives.command(no_args_is_help=True)
def train(
    data: options.Data,
    model: Encoder = DEFAULT_MODEL,
    run: Run = _RUN,
    pictures: Annotated[
        int, typer.Option("--pictures", metavar="N", min=1, help="Pictures to learn from; the rate reaches zero there.")
    ] = 60_000,
    threads: options.Threads = 1,
    stop_after: options.StopAfter = 0.0,
) -> None:
    """Train the classifier; the same command goes on after any stop."""
    from training.negatives.train import train_classifier

    train_classifier(data, model, run, Console(), pictures=pictures, threads=threads, stop_after_s=stop_after)


@negatives.command(no_args_is_help=True)
def export(
    data: options.Data,
    model: Encoder = DEFAULT_MODEL,
    run: Run = _RUN,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The classifier's file.")] = Path(
        "runs/models/negatives.onnx"
    ),
) -> None:
    """Choose the threshold on validation photos, and write the classifier as one ONNX file with its card."""
    from training.negatives.export import export_classifier

    export_classifier(data, model, run, out, Console())


@negatives.command(no_args_is_help=True)
def evaluate(
    data: options.Data,
    photos: Annotated[
        list[Path] | None,
        typer.Option("--photos", metavar="FOLDER", help="A folder of further photos; may be given several times."),
    ] = None,
    classifier: Annotated[
        Path | None,
        typer.Option("--classifier", metavar="FILE", help="An exported one.", show_default="the bundled one"),
    ] = None,
    limit: options.Limit = 0,
    split: options.Part = options.Split.TEST,
) -> None:
    """Measure a classifier: how many positives are taken for negatives, and how many negatives are missed."""
    from training.negatives.evaluate import evaluate_classifier

    evaluate_classifier(data, photos or [], classifier, limit, Console(), split.value)
