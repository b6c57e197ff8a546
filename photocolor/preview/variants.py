"""Colors one photo in several ways for comparison: models, strengths, or answers that one model holds possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from photocolor.hints.sidecar import Hints
from photocolor.image.display.compare import Cell, Picture, gray_picture, sheet, split
from photocolor.outcome import ProgressListener
from photocolor.pipeline.coloring import color_of
from photocolor.pipeline.photo import Pipeline
from photocolor.preview.choices import Choice, chosen_number, with_choice
from photocolor.preview.inline import fit
from photocolor.preview.screen_photo import ScreenPhoto, ask, note_of, paint_screen_photo
from photocolor.settings import ColorSettings

BEFORE = "before"
CELL_PX = 480
"""On a sheet of more than two pictures each is half as long as a single one, but not shorter than this."""


@dataclass(frozen=True, slots=True)
class Coloring:
    """Holds the photo in color in one way.

    Attributes:
        model: the model's name.
        color: how color was made.
        picture: (h, w, 3) uint8.
        xmp: the packet that says so.
        caption: in words, where neither model nor strength tells it from the others.
        chosen: whether the photo's sidecar names this one.
    """

    model: str
    color: ColorSettings
    picture: Picture
    xmp: bytes
    caption: str = ""
    chosen: bool = False


def colorings(
    screen_photo: ScreenPhoto,
    pipelines: Sequence[Callable[[], Pipeline]],
    strengths: Sequence[float],
    hints: Hints | None,
    watch: ProgressListener,
) -> Iterator[Coloring]:
    """Yields all strengths of the first model, then those of the next; each model is opened when its turn comes.

    Raises:
        PhotoError: the photo cannot be colored.
        EnvironmentFault: a model cannot be used.
    """
    for opened in pipelines:
        pipeline = opened()
        answer = ask(screen_photo, pipeline, watch, hints if pipeline.model.card.has_hints else None)
        for strength in strengths:
            color = color_of(replace(pipeline.color, strength=strength), hints)
            picture = paint_screen_photo(screen_photo, answer, color, watch)
            yield Coloring(pipeline.model.card.name, color, picture, note_of(screen_photo, pipeline, color))


def chosen_colorings(
    screen_photo: ScreenPhoto,
    pipeline: Pipeline,
    offered: Sequence[Choice],
    hints: Hints | None,
    watch: ProgressListener,
) -> Iterator[Coloring]:
    """Yields the photo in each of the answers that are offered; the model runs once for each, at one strength.

    Raises:
        PhotoError: the photo cannot be colored.
    """
    number_chosen = chosen_number(offered, hints) if hints is not None and hints.variant is not None else None
    color = color_of(pipeline.color, hints)
    for index, choice in enumerate(offered):
        answer = ask(screen_photo, pipeline, watch, with_choice(hints, choice) or None)
        picture = paint_screen_photo(screen_photo, answer, color, watch)
        caption = f"{index + 1}: {choice.name}{', chosen' if index == number_chosen else ''}"
        note = note_of(screen_photo, pipeline, color)
        yield Coloring(pipeline.model.card.name, color, picture, note, caption, index == number_chosen)


def cells(variants: Sequence[Coloring]) -> list[Cell]:
    """Returns the colorings with captions that name the differences."""
    models = len({item.model for item in variants}) > 1
    strengths = len({item.color.strength for item in variants}) > 1
    captions = []
    for item in variants:
        parts = [item.model] if models or not strengths else []
        parts += [f"strength {item.color.strength:g}"] if strengths else []
        captions.append(item.caption or ", ".join(parts))
    return [Cell(caption, item.picture) for caption, item in zip(captions, variants, strict=True)]


def first_shown(variants: Sequence[Coloring]) -> int:
    """Returns the index of the coloring that a page shows first: the chosen one, or that nearest to strength 1."""
    chosen = next((index for index, item in enumerate(variants) if item.chosen), None)
    if chosen is not None:
        return chosen
    return min(range(len(variants)), key=lambda index: abs(variants[index].color.strength - ColorSettings().strength))


def comparison(screen_photo: ScreenPhoto, variants: Sequence[Coloring], *, divided: bool) -> Picture:
    """Returns everything as one picture: split, side by side, or on a sheet.

    Args:
        screen_photo: the photo.
        variants: at least one coloring.
        divided: with a single coloring, one picture whose left half is gray.
    """
    before = gray_picture(screen_photo.gray)
    if len(variants) == 1:
        if divided:
            return split(before, variants[0].picture)
        height, width = before.shape[:2]
        every = [Cell(BEFORE, before), Cell(f"after, {variants[0].model}", variants[0].picture)]
        return sheet(every, columns=2 if height * 2 > width else 1)
    every = [Cell(BEFORE, before), *cells(variants)]
    longest = max(max(before.shape[:2]) // 2, CELL_PX)
    return sheet([Cell(cell.caption, fit(cell.picture, longest, longest)) for cell in every])
