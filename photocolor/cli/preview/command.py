"""`photocolor preview`: one photo in color at screen size, compared with what it was."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocolor.cli.options.color import (
    DetailSize,
    FacesCloser,
    FadeDoubt,
    Model,
    PresetOf,
    Reference,
    Strength,
    parse_detail,
)
from photocolor.cli.options.photos import MaxPixels, NegativeScans
from photocolor.cli.options.run import Device
from photocolor.cli.preview.bar import watching
from photocolor.cli.preview.refusals import refuse_folder, refuse_mending, refuse_source
from photocolor.cli.preview.variants import Choose, Variants, in_variants, refuse_sheets
from photocolor.errors import UsageError
from photocolor.settings import ColorSettings, FileSettings, Mend, Settings
from photocolor.system.printable import clean

if TYPE_CHECKING:
    from photocolor.preview.screen_photo import ScreenPhoto
    from photocolor.preview.variants import Coloring

_COLOR, _FILES = ColorSettings(), FileSettings()
SIZE_RANGE_PX = (64, 8192)
DEFAULT_SIZE_PX = 1600
PIXELS_PER_COLUMN = 9
"""Width of a terminal's letter where the terminal does not say; only a sixel's size depends on it."""


class ComparisonLayout(StrEnum):
    """Names how a picture of before and after is arranged."""

    SIDE = "side"
    SPLIT = "split"


class Show(StrEnum):
    """Says whether and how the picture appears in the terminal."""

    AUTO = "auto"
    KITTY = "kitty"
    ITERM = "iterm"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    NONE = "none"


Photo = Annotated[Path, typer.Argument(metavar="PHOTO", help="The photo to look at; it is only read.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        show_default=False,
        help="Write the comparison: .png for a picture, .html for a page with a slider that needs no network.",
    ),
]
LayoutOf = Annotated[
    ComparisonLayout,
    typer.Option("--layout", metavar="side|split", help="Arrange a .png side by side, or as one picture, half gray."),
]
Strengths = Annotated[
    str | None,
    typer.Option(
        "--strengths", metavar="A,B,…", show_default=False, help="Show these strengths on one sheet, each cheap to add."
    ),
]
Models = Annotated[
    str | None,
    typer.Option(
        "--models", metavar="A,B,…", show_default=False, help="Show these models on one sheet; each colors anew."
    ),
]
Size = Annotated[
    int,
    typer.Option(
        "--size",
        metavar="PX",
        min=SIZE_RANGE_PX[0],
        max=SIZE_RANGE_PX[1],
        help="Longer side of the picture; more costs time.",
    ),
]
ShowAs = Annotated[
    Show,
    typer.Option(
        "--show",
        metavar="|".join(Show),
        help="Show the result in the terminal; auto finds out what it can, and shows nothing in a pipe.",
    ),
]
Mending = Annotated[Mend, typer.Option("--mend", metavar="|".join(Mend), hidden=True)]
"""Known, so that whoever expects it here is told where it is."""
Open = Annotated[bool, typer.Option("--open", help="Open the written file with the system's own program for it.")]


def preview(
    photo: Photo,
    out: Out = None,
    layout: LayoutOf = ComparisonLayout.SIDE,
    strengths: Strengths = None,
    models: Models = None,
    variants: Variants = None,
    choose: Choose = None,
    size: Size = DEFAULT_SIZE_PX,
    show: ShowAs = Show.AUTO,
    open_: Open = False,
    model: Model = "default",
    device: Device = "auto",
    detail: DetailSize = str(_COLOR.detail),
    strength: Strength = _COLOR.strength,
    fade_doubt: FadeDoubt = _COLOR.fade_doubt,
    preset: PresetOf = _COLOR.preset,
    faces: FacesCloser = _COLOR.faces,
    reference: Reference = None,
    negatives: NegativeScans = _FILES.negatives,
    max_pixels: MaxPixels = _FILES.max_megapixels,
    mend: Mending = _FILES.mend,
) -> None:
    """Color one photo at screen size, in a second or two, to see what a run would make of it.

    The result is shown in the terminal where that can show pictures, in true color at least; elsewhere it is written
    to a file whose path is printed. Color points in the photo's sidecar are used, and the answer that was chosen there.
    """
    from photocolor.engine.early_session import begin_early_session
    from photocolor.preview.save import check_place, temporary_place

    if models is None:
        begin_early_session(model, device)
    chosen_strengths = numbers(strengths) if strengths is not None else [strength]
    color = ColorSettings(
        detail=parse_detail(detail),
        fade_doubt=fade_doubt,
        preset=preset,
        faces=faces,
        reference_sha256=_digest(reference),
    )
    files = FileSettings(max_megapixels=max_pixels, negatives=negatives)
    names = words(models, "--models") if models is not None else [model]
    refuse_mending(mend, photo)
    refuse_folder(photo)
    refuse_sheets(strengths, models, variants or choose)
    if out is not None:
        refuse_source(photo, out)
        check_place(out)
    art = None if show is Show.NONE else _art(show)
    settings = Settings(
        sources=(photo,), out=Path(), model=model, device=device, reference=reference, color=color, files=files
    )
    if variants or choose:
        settings = replace(settings, color=replace(color, strength=strength))
        screen_photo, colorings = in_variants(settings, size, variants, choose)
    else:
        screen_photo, colorings = _colored(photo, settings, names, chosen_strengths, size)
    if art is not None:
        sys.stdout.write(_drawn(screen_photo, colorings, art))
    elif out is None:
        out = temporary_place(photo)
    if out is not None:
        written = _written(out, screen_photo, colorings, divided=layout is ComparisonLayout.SPLIT)
        typer.echo(clean(written) if sys.stdout.isatty() else written)  # in a pipe a path is data
        if open_ and typer.launch(str(out)):
            typer.echo(clean(f"warning: no program to open it with was found: open {out} yourself"), err=True)


def _digest(reference: Path | None) -> str:
    if reference is None:
        return ""
    from photocolor.pipeline.reference import digest_of_reference

    return digest_of_reference(reference)


def numbers(text: str) -> list[float]:
    """Returns the strengths in a list such as "0.6,1,1.4".

    Raises:
        UsageError: a part is no number, or outside of what a strength can be.
    """
    strengths = []
    for word in words(text, "--strengths"):
        try:
            strengths.append(ColorSettings(strength=float(word)).strength)
        except ValueError as error:
            raise UsageError(f"--strengths has {word!r}, which is no number", "Write --strengths 0.6,1,1.4.") from error
    return strengths


def words(text: str, option: str) -> list[str]:
    """Returns the items of a list with commas, each once.

    Raises:
        UsageError: there is none.
    """
    items = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not items:
        raise UsageError(f"{option} is empty", f"Write {option} A,B.")
    return items


def _colored(
    photo: Path, settings: Settings, names: Sequence[str], strengths: Sequence[float], size: int
) -> tuple[ScreenPhoto, list[Coloring]]:
    from photocolor.preview.screen_photo import read_judged_photo
    from photocolor.system.printable import clean

    with watching(len(names)) as watch, ThreadPoolExecutor(1) as pool:
        watch.stage("decode")
        reading = pool.submit(read_judged_photo, photo, settings.files, size)
        from photocolor.pipeline.photo import open_for_named_photos  # while the photo is read, which is native work
        from photocolor.pipeline.source import read_hints
        from photocolor.preview.variants import colorings

        screen_photo = reading.result()
        hints, _ = read_hints(photo)
        pipelines = [partial(open_for_named_photos, replace(settings, model=name)) for name in names]
        variants = list(colorings(screen_photo, pipelines, strengths, hints, watch))
    for sentence in screen_photo.warnings:
        typer.echo(f"warning: {clean(sentence)}", err=True)
    for sentence in screen_photo.remarks:
        typer.echo(sentence, err=True)
    return screen_photo, variants


def _written(out: Path, screen_photo: ScreenPhoto, variants: Sequence[Coloring], *, divided: bool) -> str:
    from photocolor.image.display.compare import gray_picture, png_bytes
    from photocolor.preview.page import page
    from photocolor.preview.save import SOFTWARE, keep
    from photocolor.preview.variants import cells, comparison, first_shown

    if out.suffix.lower() == ".png":
        picture = png_bytes(comparison(screen_photo, variants, divided=divided), variants[0].xmp, SOFTWARE)
        return str(keep(out, picture, screen_photo.path))
    text = page(
        screen_photo.path.name,
        gray_picture(screen_photo.gray),
        cells(variants),
        SOFTWARE,
        variants[0].xmp,
        first_shown(variants),
    )
    return str(keep(out, text.encode("utf-8", "replace"), screen_photo.path))


def _art(show: Show) -> str | None:
    """Returns the protocol by which the terminal shows pictures; None if it has none."""
    from photocolor.preview.terminal import Art, art_of

    art = art_of(sys.stdout) if show is Show.AUTO else Art(show.value)
    return None if art is Art.NONE else art.value


def _drawn(screen_photo: ScreenPhoto, variants: Sequence[Coloring], art: str) -> str:
    """Returns the result, or the sheet of several, in the form that the terminal understands."""
    from photocolor.preview import inline
    from photocolor.preview.variants import comparison

    picture = variants[0].picture if len(variants) == 1 else comparison(screen_photo, variants, divided=False)
    columns, lines = os.get_terminal_size(sys.stdout.fileno()) if sys.stdout.isatty() else (80, 24)
    columns, lines = max(columns, 8), max(lines - 2, 4)  # the prompt stays in sight
    height_px, width_px = lines * PIXELS_PER_COLUMN * 2, columns * PIXELS_PER_COLUMN
    if art == Show.BLOCKS:
        return inline.half_blocks(picture, lines, columns)
    fitted = inline.fit(picture, height_px, width_px)
    if art == Show.SIXEL:
        return inline.sixel(fitted)
    width = max(1, min(columns, round(fitted.shape[1] / PIXELS_PER_COLUMN)))
    return inline.kitty(fitted, width) if art == Show.KITTY else inline.iterm(fitted, width)
