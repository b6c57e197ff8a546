"""Layers beside a result: the photograph and its colors in one file that picture editors open."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import BinaryIO

from photocolor.errors import TargetBlocked, UsageError
from photocolor.image.decode import decode, probe
from photocolor.image.layers.color_png import write_color_png
from photocolor.image.layers.open_raster import write_open_raster
from photocolor.image.layers.photoshop import refuse_without_library, write_photoshop
from photocolor.image.layers.stack import LayerStack, stack_of
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.layers_packet import belongs_to, layers_packet
from photocolor.outcome import Job
from photocolor.pipeline.placement import placement_of
from photocolor.pipeline.source import SourceBytes
from photocolor.pipeline.xmp_files import copy_token
from photocolor.settings import FileSettings, Layers, Settings
from photocolor.system.atomic import AtomicFile
from photocolor.system.file_bytes import Writable
from photocolor.system.safe_files import open_regular

_WRITERS: dict[Layers, Callable[[BinaryIO, LayerStack, bytes], None]] = {
    Layers.ORA: write_open_raster,
    Layers.PSD: write_photoshop,
    Layers.PNG: write_color_png,
}
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
    found = _PLACE.fullmatch(place)
    return found["result"] if found else None


def refuse_layers(settings: Settings) -> None:
    """Does nothing if the layers that a run asks for can be written.

    Raises:
        UsageError: an end of the run lies in a remote storage.
        EnvironmentFault: the library that writes them is missing.
    """
    if settings.files.layers is Layers.NONE:
        return
    if settings.remote is not None:
        raise UsageError("--layers works on files of this machine only", "Fetch the photos first, or leave it out.")
    if settings.files.layers is Layers.PSD:
        refuse_without_library()


def write_layers(
    job: Job, source: SourceBytes, result: Writable, provenance: Provenance, files: FileSettings
) -> tuple[str, ...]:
    """Puts the layers of a result in place, each file whole or not at all, and returns where they lie.

    They are made of the result as its file gives it back, so that their composite is what the result shows, also where
    its format loses something.

    Raises:
        TargetBlocked: a file lies there that is not of this result's layers.
        UnsupportedPhoto: the format of the layers cannot hold the picture.
        OutputError: nothing can be written there.
    """
    if files.layers is Layers.NONE:
        return ()
    data, pages = result.read_bytes(), probe(source.data).pages
    places = layer_places(job.relative, files.layers, pages)
    name = os.fsencode(job.name).decode("utf-8", "replace")
    xmp = layers_packet(name, provenance)
    for page, place in enumerate(places):
        target = job.target.with_name(place.rpartition("/")[2])
        _refuse_others(target.name, job, name)
        photo, colored = (decode(each, files.max_megapixels, page) for each in (source.data, data))
        with AtomicFile(target, copy_token(job.token), placement_of(job, files)) as file:
            with file.content.open("r+b") as out:
                _WRITERS[files.layers](out, stack_of(photo, colored), xmp)
            file.commit()
    return places


def _refuse_others(file_name: str, job: Job, result_name: str) -> None:
    """Raises if a file lies there that may not be replaced."""
    target = job.target.with_name(file_name)
    try:
        with open_regular(target, links=False) as file:
            ours = belongs_to(file.read(), result_name)
    except FileNotFoundError:
        return
    except OSError as error:
        raise TargetBlocked(f"{target} is in the way of the layers: {error.strerror or error}") from error
    if not ours:
        raise TargetBlocked(
            f"{target} is in the way of the layers: photocolor did not write it for this photo",
            "Move it away and run the same command again.",
        )
