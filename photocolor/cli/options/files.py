"""The options of `restore` about the files that it writes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.containers.formats import titles_with_quality
from photocolor.errors import UsageError
from photocolor.settings import (
    MEND_WIDTH_RANGE,
    QUALITY_RANGE,
    Layers,
    Mend,
    OutputFormat,
    ToneCorrection,
)
from photocolor.system.safe_files import lies_in

PANEL = "Result files"
"""The heading over these options in the help."""
Out = Annotated[
    str,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        rich_help_panel=PANEL,
        help="Folder for the results, in the tree of the sources, or an address; made if it is missing.",
    ),
]
Format = Annotated[
    OutputFormat,
    typer.Option(
        "--format",
        metavar="|".join(OutputFormat),
        rich_help_panel=PANEL,
        help="File format of the results; keep is that of each source and loses no bit depth.",
    ),
]
Quality = Annotated[
    int,
    typer.Option(
        "--quality",
        metavar="N",
        min=QUALITY_RANGE[0],
        max=QUALITY_RANGE[1],
        rich_help_panel=PANEL,
        help=f"Quality of {titles_with_quality()} results; more keeps the lightness closer and costs file size.",
    ),
]


def refuse_idle_options(context: typer.Context, mend: Mend, masks: Path | None) -> None:
    """Raises if an option for damage on the command line has no effect; in a configuration file it may have none.

    Raises:
        UsageError: a finder or a width was named, and nothing was asked for that takes one.
    """
    said = {name for name in ("finder", "mend_width") if _is_typed(context, name)}
    if "finder" in said and mend is Mend.NONE and masks is None:
        raise UsageError("--finder looks for nothing by itself", "Say --damage-masks DIR or --mend spots as well.")
    if "mend_width" in said and mend is Mend.NONE:
        raise UsageError("--mend-width is for --mend, which is off", "Say --mend spots as well.")


def _is_typed(context: typer.Context, parameter: str) -> bool:
    """Returns whether an option stands on the command line itself, and not in a file or as a default."""
    source = context.get_parameter_source(parameter)
    return source is not None and source.name == "COMMANDLINE"


def parse_masks(folder: Path | None, sources: tuple[Path, ...], *, away: bool) -> Path | None:
    """Returns the folder for masks of damage.

    Args:
        folder: as it was given; None for no masks.
        sources: of the run.
        away: whether photos, results or workers are on other machines.

    Raises:
        UsageError: masks cannot be written there.
    """
    if folder is None:
        return None
    if away:
        message = "--damage-masks takes photos, results and workers on this machine alone"
        raise UsageError(message, "Leave it out, and run photocolor damage on the scans.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, not a folder", "Choose a folder as --damage-masks.")
    for source in sources:
        if source.is_dir() and lies_in(folder / "x", source):
            message = f"{folder} lies in the source {source}, where the next run would take its masks for photos"
            raise UsageError(message, "Choose a folder outside of the sources as --damage-masks.")
    return folder


FinderModel = Annotated[
    Path | None,
    typer.Option(
        "--finder",
        metavar="FILE",
        show_default="the bundled one",
        rich_help_panel=PANEL,
        help="ONNX file of another damage finder, as python -m training damage export writes it; with none, --mend "
        "goes by masks by hand alone.",
    ),
]
DamageMasks = Annotated[
    Path | None,
    typer.Option(
        "--damage-masks",
        metavar="DIR",
        show_default="not looked for",
        rich_help_panel=PANEL,
        help="Look for damage, dust and cracks with the finder of the package, and write a mask of each photo into "
        "this folder; the manifest gets their share. It changes no result, and takes longer than coloring does.",
    ),
]
ExactLuma = Annotated[
    bool,
    typer.Option(
        "--exact-luma/--no-exact-luma",
        rich_help_panel=PANEL,
        help="Copy the coded luma of gray JPEG scans into their JPEG results, so that a gray decode of both is "
        "bit-identical; every other photo fails by name.",
    ),
]
MendDamage = Annotated[
    Mend,
    typer.Option(
        "--mend",
        metavar="|".join(Mend),
        rich_help_panel=PANEL,
        help="spots paints over spots and hairs that the damage finder, or a mask by hand, marks; a mask beside each "
        "result says which pixels, and all others stay as they are. What is wide, or on a face or lettering, is left.",
    ),
]
MendWidth = Annotated[
    float,
    typer.Option(
        "--mend-width",
        metavar="PX",
        min=MEND_WIDTH_RANGE[0],
        max=MEND_WIDTH_RANGE[1],
        rich_help_panel=PANEL,
        help="Widest damage that --mend paints over, at 300 dpi; it grows with the resolution that a scan says it has.",
    ),
]
ToneCurve = Annotated[
    ToneCorrection,
    typer.Option(
        "--tone",
        metavar="|".join(ToneCorrection),
        rich_help_panel=PANEL,
        help="auto lays one rising curve over the lightness of a whole faded photo, so that it has black and white "
        "again; the result names the curve, and verify checks it.",
    ),
]
LayersBeside = Annotated[
    Layers,
    typer.Option(
        "--layers",
        metavar="|".join(Layers),
        rich_help_panel=PANEL,
        help="Write beside each result a file with the untouched photograph and its color as layers, for GIMP and "
        "Krita (ora) or Photoshop (psd), or the color layer alone (png); costs time and up to ten times the space.",
    ),
]
KeepTimes = Annotated[
    bool,
    typer.Option(
        "--keep-times/--no-keep-times",
        rich_help_panel=PANEL,
        help="Let each result keep the time when its source was changed last, which is the only date of many scans.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite/--no-overwrite",
        rich_help_panel=PANEL,
        help="Replace files in the output folder that photocolor did not write; sources are never overwritten.",
    ),
]
