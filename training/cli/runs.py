"""`train`, `ablate`, `average`, `export`, `look-twice`, `quantize`, `vibrance`, `describe`: trains and makes models."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from training.cli import options


class Decode(StrEnum):
    """Says how ab is read from the heads."""

    REGRESSION = "regression"
    ANNEALED = "annealed"
    BLEND = "blend"


def train(
    recipe: options.RecipeName,
    out: options.RunOut = None,
    device: Annotated[
        str, typer.Option("--device", metavar="auto|cpu|cuda|cuda:N", help="Where the run computes.")
    ] = "auto",
    threads: options.Threads = 0,
    stop_at: Annotated[
        int,
        typer.Option(
            "--stop-at", metavar="IMAGES", min=0, help="Stop after this many images, to go on later; 0 does not stop."
        ),
    ] = 0,
    stop_after: options.StopAfter = 0.0,
) -> None:
    """Train a recipe; the same command goes on after any stop."""
    from training.loop.trainer import train as train_recipe
    from training.recipe import load_recipe

    loaded = load_recipe(recipe)
    folder = options.run_folder(loaded.name, out)
    train_recipe(loaded, folder, Console(), device=device, threads=threads, stop_at=stop_at, stop_after_s=stop_after)


def ablate(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.toml", help="Base, common changes and variants.", show_default=False)
    ],
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
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where the runs go.")] = Path("runs/ablations"),
) -> None:
    """Train variants that differ in one thing, and compare them."""
    from training.ablate import ablate as ablate_file

    protocol = options.protocol(data, split, only, limit, size, squeezenet, lpips_heads, recognition)
    ablate_file(file, out, protocol, Console(), beside=beside or [], threads=threads)


def average(
    newer: Annotated[Path, typer.Argument(metavar="NEWER", help="The folder of a run.", show_default=False)],
    older: Annotated[
        Path, typer.Argument(metavar="OLDER", help="The folder of the run that it began from.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="The folder that export then takes.", show_default=False)
    ],
    share: Annotated[
        float, typer.Option("--share", metavar="SHARE", min=0, max=1, help="Of the newer run's weights.")
    ] = 0.5,
) -> None:
    """Mix the weights of a run and the run that it began from."""
    from training.exporting.averaging import average_runs

    average_runs(newer, older, share, out, Console())


def look_twice(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL.onnx", help="A file that `export` wrote.", show_default=False)
    ],
    out: options.NewModel,
    scale: Annotated[
        float, typer.Option("--scale", metavar="S", min=0.1, max=0.99, help="Size of the second look, of the first's.")
    ] = 0.625,
    weight: Annotated[
        float, typer.Option("--weight", metavar="W", min=0, max=1, help="Of the second answer in the mean.")
    ] = 1 / 3,
    working_size: Annotated[
        int,
        typer.Option("--working-size", metavar="PX", min=0, help="Of the new model.", show_default="the model's own"),
    ] = 0,
    version: Annotated[
        str, typer.Option("--version", metavar="WORD", help="Of the new model.", show_default="the model's own")
    ] = "",
) -> None:
    """Let a model see each picture at two sizes and answer the mean."""
    from training.exporting.look_twice import look_twice as write
    from training.exporting.second_look import SecondLook

    write(model, out, SecondLook(scale, weight, working_size, version), Console())


def quantize(
    model: Annotated[
        Path,
        typer.Argument(metavar="MODEL.onnx", help="A file of `export` or `look-twice`.", show_default=False),
    ],
    data: options.Data,
    out: options.NewModel,
    photos: Annotated[
        int, typer.Option("--photos", metavar="N", min=1, help="Training photos that ranges are read off.")
    ] = 400,
    version: Annotated[
        str, typer.Option("--version", metavar="WORD", help="Of the new model.", show_default="the model's own")
    ] = "",
) -> None:
    """Let a model's wide convolutions work on 8-bit integers."""
    from training.exporting.quantize import quantize as write

    write(model, data, out, Console(), photos=photos, version=version)


def vibrance(
    model: Annotated[
        Path,
        typer.Argument(metavar="MODEL.onnx", help="A file of `export` or `look-twice`.", show_default=False),
    ],
    data: options.Data,
    out: options.NewModel,
    share: Annotated[
        float, typer.Option("--share", metavar="S", min=0, max=1, help="Of what is missing, as a power.")
    ] = 0.65,
    most: Annotated[float, typer.Option("--most", metavar="F", min=1, max=3, help="A photo's largest factor.")] = 1.4,
    features: Annotated[
        str | None,
        typer.Option(
            "--features", metavar="NAME", help="The graph's value that is read.", show_default="that of the default"
        ),
    ] = None,
    every: Annotated[int, typer.Option("--every", metavar="N", min=1, help="Learn from each Nth photo.")] = 4,
    version: Annotated[
        str, typer.Option("--version", metavar="WORD", help="Of the new model.", show_default="the model's own")
    ] = "",
) -> None:
    """Strengthen the answers of a model that are too dull."""
    from training.exporting.add_vibrance import FEATURES, add_vibrance
    from training.exporting.vibrance import Vibrance

    add_vibrance(
        model,
        data,
        out,
        Vibrance(share=share, most=most),
        Console(),
        features=features or FEATURES,
        every=every,
        version=version,
    )


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The run's folder.", show_default=False)],
    out: options.ModelOut = None,
    checkpoint: Annotated[
        Path | None,
        typer.Option("--checkpoint", metavar="FILE", help="Another checkpoint of the run.", show_default="the newest"),
    ] = None,
    words: Annotated[
        str | None,
        typer.Option(
            "--words",
            metavar="RECIPE",
            help="Take [export] and the decoding from this recipe.",
            show_default="the run's own",
        ),
    ] = None,
    decode: Annotated[
        Decode | None,
        typer.Option(
            "--decode",
            metavar="|".join(Decode),
            help="Read the color from this head, or from both.",
            show_default="the recipe's",
        ),
    ] = None,
    temperature: Annotated[
        float | None,
        typer.Option("--temperature", metavar="T", min=0.01, help="Of the annealed mean.", show_default="the recipe's"),
    ] = None,
    blend: Annotated[
        float | None,
        typer.Option(
            "--blend",
            metavar="SHARE",
            min=0,
            max=1,
            help="Share of the annealed mean with --decode blend.",
            show_default="the recipe's",
        ),
    ] = None,
) -> None:
    """Write a run's model as one ONNX file with its card."""
    from training.exporting.export import export as export_run
    from training.recipe import load_recipe

    head = {"decode": decode.value if decode else None, "temperature": temperature, "blend": blend}
    file = out or Path("runs/models") / f"{run.name}.onnx"
    recipe = load_recipe(words) if words else None
    export_run(run, file, Console(), checkpoint=checkpoint, words=recipe, decode=head)


def describe(
    recipe: options.RecipeName,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="PNG", help="Draw the generator's structure.", show_default=False),
    ] = None,
) -> None:
    """Print a recipe's networks: layers, sizes, multiply-adds."""
    from training.exporting.describe import describe as describe_recipe
    from training.recipe import load_recipe

    describe_recipe(load_recipe(recipe), Console(), picture)
