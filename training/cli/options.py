"""Declares options that several commands share, once: name, unit, bounds and help."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocolor.errors import UsageError

if TYPE_CHECKING:
    from training.evaluation.evaluate import Protocol

SIZE_PX = 256
"""Side of the squares that models are measured on."""


class Split(StrEnum):
    """Names the parts of a prepared set."""

    TRAIN = "train"
    VAL = "val"
    TEST = "test"


def _onnx_name(path: Path | None) -> Path | None:
    """Returns the path of a model to write, whose name must be one by which it is found again.

    Raises:
        UsageError: it does not end in .onnx.
    """
    if path is not None and path.suffix != ".onnx":
        raise UsageError(f"a model's file ends in .onnx, and {path} does not", f"Write it to {path}.onnx.")
    return path


RecipeName = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A name in training/recipes, or a TOML file.", show_default=False)
]
RunOut = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="The run's folder.", show_default="runs/NAME")
]
ModelOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The model.", show_default="runs/models/RUN.onnx", callback=_onnx_name),
]
NewModel = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="The new model.", show_default=False, callback=_onnx_name)
]
StopAfter = Annotated[
    float,
    typer.Option(
        "--stop-after",
        metavar="SECONDS",
        min=0,
        help="End after this time, with rates that reach their end then; 0 leaves the end to the recipe.",
    ),
]
Model = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL",
        help="An ONNX file of the model contract, or a run's folder whose model was exported.",
        show_default=False,
    ),
]
Beside = Annotated[
    list[Path] | None,
    typer.Option("--beside", metavar="MODEL…", help="Other models, on the same photos.", show_default=False),
]
Data = Annotated[Path, typer.Option("--data", metavar="FOLDER", help="A set that prepare made.", show_default=False)]
Part = Annotated[Split, typer.Option("--split", metavar="|".join(Split), help="Which part of the set is used.")]
Only = Annotated[
    str,
    typer.Option(
        "--only", metavar="SOURCES", help="Use these sources only, with commas between them.", show_default=False
    ),
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=0, help="Use at most this many photos; 0 uses all.")]
Size = Annotated[
    int, typer.Option("--size", metavar="PX", min=16, help="Side of the squares that are cut from the photos.")
]
Squeezenet = Annotated[
    str,
    typer.Option(
        "--squeezenet", metavar="NPZ", help="Weights of SqueezeNet 1.1, which LPIPS needs.", show_default=False
    ),
]
LpipsHeads = Annotated[
    str, typer.Option("--lpips-heads", metavar="NPZ", help="Weights of LPIPS's linear heads.", show_default=False)
]
Recognition = Annotated[
    bool,
    typer.Option(
        "--recognition/--no-recognition",
        help="Let a classifier that took no part in training look at the colored photos.",
    ),
]
Threads = Annotated[
    int, typer.Option("--threads", metavar="N", min=0, help="Processor threads; 0 is the library's own choice.")
]


def run_folder(name: str, out: Path | None) -> Path:
    """Returns the folder of a run: the one that was given, or that of the recipe's name.

    Raises:
        UsageError: none was given, and the name is none of a folder.
    """
    if out is None and (not name or Path(name).name != name):
        raise UsageError(f"the recipe's name {name!r} is not one of a folder", "Change it, or give --out.")
    return out or Path("runs") / name


def model_file(path: Path) -> Path:
    """Returns the path of a model file, or of the one that `export` made of a run's folder."""
    return Path("runs/models") / f"{path.name}.onnx" if path.is_dir() else path


def protocol(
    data: Path,
    split: Split,
    only: str,
    limit: int,
    size_px: int,
    squeezenet: str,
    lpips_heads: str,
    recognition: bool = True,
) -> Protocol:
    """Returns on what models are measured.

    Raises:
        UsageError: one of the two files that LPIPS needs is missing.
    """
    if bool(squeezenet) != bool(lpips_heads):
        raise UsageError("LPIPS needs --squeezenet and --lpips-heads", "Give both files, or none.")
    from training.evaluation.evaluate import Protocol

    sources = tuple(only.split(",")) if only else ()
    return Protocol(data, split.value, sources, limit, size_px, squeezenet, lpips_heads, recognition)
