"""Names the layers and masks that a run writes beside its results, and refuses what it cannot; loads no writer."""

from __future__ import annotations

import re
from pathlib import Path

from photocolor.errors import UsageError
from photocolor.outcome import Job
from photocolor.settings import FileSettings, Layers, Mend, Settings

PNG_SUFFIX, TIFF_SUFFIX = ".mask.png", ".mask.tif"
"""Suffixes of the mask that the damage finder makes of a photo: of one page, and of a TIFF."""
HAND_MASK_SUFFIX = PNG_SUFFIX
"""Suffix of the mask that a person paints and puts beside the source."""
MENDED_SUFFIXES = (".mended.png", ".mended.tif")
"""Suffixes of the mask beside a result that says what was painted over: of one page, and of several."""
_TIFF_SUFFIXES = (".tif", ".tiff")
LAYER_ENDINGS = {Layers.ORA: ".ora", Layers.PSD: ".psd", Layers.PNG: ".color.png"}

_PLACE = re.compile(r"(?s:(?P<result>.+?))(\.page-[0-9]+)?(" + "|".join(map(re.escape, LAYER_ENDINGS.values())) + ")")


def layer_places(relative: str, layers: Layers, pages: int = 1) -> tuple[str, ...]:
    """Returns where the layers of a result lie in the output folder: beside it, one file for each of its pages.

    Args:
        relative: the result's place there, with forward slashes.
        layers: which are written.
        pages: of the photo.
    """
    if layers is Layers.NONE:
        return ()
    numbers = [""] if pages == 1 else [f".page-{number}" for number in range(1, pages + 1)]
    return tuple(f"{relative}{number}{LAYER_ENDINGS[layers]}" for number in numbers)


def result_of_layers(place: str) -> str | None:
    """Returns the place of the result whose layers would lie at a place; None if none would."""
    match = _PLACE.fullmatch(place)
    return match["result"] if match else None


def refuse_layers(settings: Settings) -> None:
    """Raises unless the layers that a run asks for can be written.

    Raises:
        UsageError: an end of the run lies in a remote storage.
        EnvironmentFault: the library that writes them is missing.
    """
    if settings.files.layers is Layers.NONE:
        return
    if settings.remote is not None:
        raise UsageError("--layers works on files of this machine only", "Fetch the photos first, or leave it out.")
    refuse_missing_library(settings.files)


def refuse_missing_library(files: FileSettings) -> None:
    """Raises unless the library that writes the layers of results is installed.

    Raises:
        EnvironmentFault: it is missing.
    """
    if files.layers is Layers.PSD:
        from photocolor.image.layers.photoshop import refuse_without_library  # few runs write layers

        refuse_without_library()


def mended_place(result: str, pages: int = 1) -> str:
    """Returns where the mask of what was painted over lies: beside the result, by its name or its place."""
    return result + MENDED_SUFFIXES[pages > 1]


def result_of_mended(place: str) -> str | None:
    """Returns the place of the result whose mask of what was painted over would lie at a place; None if none would."""
    ending = next((suffix for suffix in MENDED_SUFFIXES if place.endswith(suffix)), "")
    return place.removesuffix(ending) if ending else None


def refuse_mending(settings: Settings) -> None:
    """Raises unless the masks of what a run mends can be written.

    Raises:
        UsageError: photos, results or workers are on other machines.
    """
    if settings.files.mend is not Mend.NONE and (settings.remote is not None or settings.cluster is not None):
        message = "--mend takes photos, results and workers on this machine alone"
        raise UsageError(message, "Fetch the photos first, or leave it out.")


def mask_name(source_name: str) -> str:
    """Returns the file name, or the path, of a source's mask: TIFF for a TIFF, whose pages it has, else PNG."""
    paged = source_name.lower().endswith(_TIFF_SUFFIXES)
    return source_name + (TIFF_SUFFIX if paged else PNG_SUFFIX)


def mask_place(job: Job, folder: Path) -> Path:
    """Returns where the mask of a photo lies in a folder of masks, which has the tree of the results."""
    return folder / Path(job.relative).parent / mask_name(job.source.name)
