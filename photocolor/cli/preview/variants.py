"""`photocolor preview --variants`: several answers that the model holds possible for one photo, and the choice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photocolor.cli.preview.bar import watching
from photocolor.errors import UsageError
from photocolor.hints.variant import VARIANTS_RANGE
from photocolor.settings import Preset, Settings
from photocolor.system.printable import as_argument, clean, command_line

if TYPE_CHECKING:
    from photocolor.preview.screen_photo import ScreenPhoto
    from photocolor.preview.variants import Coloring

USUAL = 4
"""Variants that `--choose` looks at where `--variants` does not say; a larger set begins with the same."""

Variants = Annotated[
    int | None,
    typer.Option(
        "--variants",
        metavar="N",
        min=VARIANTS_RANGE[0],
        max=VARIANTS_RANGE[1],
        show_default=False,
        help="Show N answers that the model holds possible on one sheet, the first its own; each runs the model.",
    ),
]
Choose = Annotated[
    int | None,
    typer.Option(
        "--choose",
        metavar="K",
        min=1,
        max=VARIANTS_RANGE[1],
        show_default=False,
        help="Keep answer K of --variants, and --preset, in the photo's sidecar, for restore; 1 is the model's own.",
    ),
]


def refuse_sheets(strengths: str | None, models: str | None, variants: int | None) -> None:
    """Refuses two sheets in one.

    Raises:
        UsageError: variants are wanted beside strengths or models.
    """
    other = "--strengths" if strengths is not None else "--models" if models is not None else ""
    if variants is not None and other:
        raise UsageError(f"--variants and {other} are two different sheets", "Make one after the other.")


def _refuse_pages(photo: Path) -> None:
    """Refuses to keep a choice for a file of several pages, whose sidecar a run would refuse.

    Raises:
        UsageError: it has several.
    """
    from photocolor.image.decode import probe
    from photocolor.system.safe_files import read_regular

    pages = probe(read_regular(photo)[0]).pages
    if pages > 1:
        raise UsageError(
            f"{photo} has {pages} pages, and a sidecar does not say which page an answer is for",
            "Take the pages apart, and choose for each.",
        )


def _refuse_negative(screen_photo: ScreenPhoto) -> None:
    """Refuses to keep an answer for a negative that is shown as it is: a run leaves it out, or colors its positive.

    Raises:
        UsageError: it is one.
    """
    if screen_photo.negative and not screen_photo.inverted:
        raise UsageError(
            f"{screen_photo.path} is a negative, and these would be answers for the picture as it is",
            "Say --negatives invert to choose for its positive, or --negatives force to keep one all the same, and the "
            "same to restore.",
        )


def in_variants(
    settings: Settings, size: int, count: int | None, choose: int | None
) -> tuple[ScreenPhoto, list[Coloring]]:
    """Returns the photo of `settings` in several answers, and keeps the chosen one in its sidecar.

    Raises:
        UsageError: the chosen number is none of them, or the model has no variants.
        PhotocolorError: the photo cannot be colored, or its sidecar cannot be written.
    """
    from photocolor.pipeline.photo import open_for_named_photos
    from photocolor.pipeline.source import read_hints, write_hints
    from photocolor.preview.choices import choices, with_choice
    from photocolor.preview.screen_photo import read_judged_photo
    from photocolor.preview.variants import chosen_colorings

    photo = settings.sources[0]
    wanted = max(count or USUAL, choose or 0)
    with watching(wanted) as watch:
        watch.stage("decode")
        screen_photo = read_judged_photo(photo, settings.files, size)
        if choose is not None:
            _refuse_pages(photo)
            _refuse_negative(screen_photo)
        hints, _ = read_hints(photo)
        pipeline = open_for_named_photos(settings)
        offered = choices(screen_photo.gray, pipeline, hints, wanted)
        if choose is not None:
            if choose > len(offered):
                raise UsageError(
                    f"there is no answer {choose} for {photo}: the model holds {len(offered)} possible",
                    f"See them with: {_line(photo, '--variants', wanted)}",
                )
            preset = settings.color.preset
            hints = replace(
                with_choice(hints, offered[choose - 1]), preset=None if preset is Preset.NATURAL else preset
            )
        colorings = list(chosen_colorings(screen_photo, pipeline, offered, hints, watch))
    for sentence in screen_photo.warnings:
        typer.echo(f"warning: {clean(sentence)}", err=True)
    for sentence in screen_photo.remarks:
        typer.echo(sentence, err=True)
    if len(offered) < wanted:
        typer.echo(
            f"The model is sure of this photo: it holds {len(offered)} answers possible, not {wanted}.", err=True
        )
    if choose is not None and hints is not None:
        sidecar = clean(str(write_hints(photo, hints)))
        back = " --choose 1 goes back to the model's own." if hints.variant else ""
        kept = f"{sidecar} keeps answer {choose}; restore uses it.{back}"
        typer.echo(kept if hints.variant or hints.preset else "The model's own answer is chosen.", err=True)
    if choose is None and len(offered) > 1 and screen_photo.pages == 1:
        typer.echo(f"To keep one of them, as the second: {clean(_line(photo, '--choose', 2))}", err=True)
    return screen_photo, colorings


def _line(photo: Path, option: str, number: int) -> str:
    """Returns a preview of this photo as a command line that can be typed."""
    return command_line(["photocolor", "preview", as_argument(photo), option, number])
