"""Writes layers beside a result: the photograph and its colors in one file that picture editors open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from photocolor.beside import CHANGED, Beside, kept, was_changed
from photocolor.errors import TargetBlocked
from photocolor.image.decode import decode, probe
from photocolor.image.gray_source import gray_of_photo, inverse
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.layers_packet import belongs_to, layers_packet
from photocolor.outcome import Job
from photocolor.pipeline.extra_files import LAYER_ENDINGS, layer_places
from photocolor.pipeline.placement import placement_of
from photocolor.pipeline.source import SourceBytes
from photocolor.pipeline.xmp_files import copy_token
from photocolor.settings import FileSettings, Layers
from photocolor.system.atomic import AtomicFile
from photocolor.system.file_bytes import Writable
from photocolor.system.safe_files import open_regular


def write_layers(
    job: Job, source: SourceBytes, result: Writable, provenance: Provenance, files: FileSettings
) -> Beside:
    """Puts the layers of a result in place, each file whole or not at all, and returns where they lie.

    Layers of an earlier result that are not written again are removed: they show another picture than the result does.
    Those that a person has worked on since stay, and are told.

    They are made of the result as its file gives it back, so that their composite is what the result shows, also where
    its format loses something.

    Raises:
        TargetBlocked: a file lies there that is not of this result's layers, or that was changed since.
        UnsupportedPhoto: the format of the layers cannot hold the picture.
        OutputError: nothing can be written there.
    """
    name = os.fsencode(job.name).decode("utf-8", "replace")
    pages = probe(source.data).pages
    places = layer_places(job.relative, files.layers, pages)
    if places:
        _write(job, source, result, provenance, files, places, name)
    return Beside(places, _remove_stale(job, name, {place.rpartition("/")[2] for place in places}, pages))


def remove_layers(job: Job, source: SourceBytes) -> tuple[str, ...]:
    """Removes the layers of an earlier result, where this one has none; returns a sentence on each that stays."""
    return _remove_stale(job, os.fsencode(job.name).decode("utf-8", "replace"), set(), probe(source.data).pages)


def _write(
    job: Job,
    source: SourceBytes,
    result: Writable,
    provenance: Provenance,
    files: FileSettings,
    places: tuple[str, ...],
    name: str,
) -> None:
    # Few runs write layers: the start does not load what they take.
    from photocolor.image.layers.color_png import write_color_png
    from photocolor.image.layers.open_raster import write_open_raster
    from photocolor.image.layers.photoshop import write_photoshop
    from photocolor.image.layers.stack import stack_of

    writers = {Layers.ORA: write_open_raster, Layers.PSD: write_photoshop, Layers.PNG: write_color_png}
    targets = [job.target.with_name(place.rpartition("/")[2]) for place in places]
    for target in targets:  # all of them before the first is replaced: a photo that fails changes nothing
        _refuse_others(job, target, name)
    data, xmp = result.read_bytes(), layers_packet(name, provenance)
    for page, target in enumerate(targets):
        photo, colored = (decode(each, files.max_megapixels, page) for each in (source.data, data))
        if page + 1 in provenance.alterations.inverted_pages:
            photo = replace(photo, pixels=inverse(gray_of_photo(photo)))
        with AtomicFile(target, copy_token(job.token), placement_of(job, files)) as file:
            with file.content.open("r+b") as out:
                writers[files.layers](out, stack_of(photo, colored), xmp)
            file.commit()


def _remove_stale(job: Job, result_name: str, wanted: set[str], pages: int) -> tuple[str, ...]:
    """Removes the files of this result's layers that an earlier run wrote and this one does not; tells which stay."""
    warnings = []
    for file_name in _earlier_names(job, pages):
        target = job.target.with_name(file_name)
        if file_name in wanted or not os.path.lexists(target):
            continue
        try:
            with open_regular(target, links=False) as file:
                data = file.read()
        except OSError:
            continue  # a stranger's, or one that nobody may read: it stays as it is
        if not belongs_to(data, result_name):
            continue
        if was_changed(job, file_name, data):
            warnings.append(kept(target))
        else:
            target.unlink(missing_ok=True)
    return tuple(warnings)


def _earlier_names(job: Job, pages: int) -> Iterator[str]:
    """Yields the names that layers of this result may have, whatever was asked for and however many pages it had."""
    for layers in LAYER_ENDINGS:
        yield from (place.rpartition("/")[2] for place in layer_places(job.name, layers))
        for number in count(1):
            place = layer_places(job.name, layers, max(2, number))[number - 1]
            if number > pages and not os.path.lexists(job.target.with_name(place)):
                break
            yield place


def _refuse_others(job: Job, target: Path, result_name: str) -> None:
    """Raises if a file lies there that may not be replaced, or the name is not possible there."""
    try:
        with open_regular(target, links=False) as file:
            data = file.read()
    except FileNotFoundError:
        return
    except OSError as error:
        raise TargetBlocked(f"{target} is in the way of the layers: {error.strerror or error}") from error
    ours = belongs_to(data, result_name)
    if not ours or was_changed(job, target.name, data):
        why = f"it {CHANGED}" if ours else "photocolor did not write it for this photo"
        raise TargetBlocked(
            f"{target} is in the way of the layers: {why}", "Move it away and run the same command again."
        )
