"""Finds results in an output folder that no line of its manifests tells of."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from photocolor.batch.inspector import is_of_photocolor
from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.plan.walk import harvest
from photocolor.pipeline.extra_files import result_of_layers


def results_of_photocolor(out: Path, recorded: Container[str]) -> Iterator[str]:
    """Yields the places of files that bear photocolor's provenance and are not among those that lines tell of.

    Layers belong to the result that they lie beside.

    Args:
        out: the output folder; it is only read.
        recorded: places of results that lines tell of, which need not be opened.
    """
    for file in harvest([out], out / RECORD_FOLDER).found:
        is_recorded = file.relative in recorded or result_of_layers(file.relative) in recorded
        if not is_recorded and is_of_photocolor(Path(file.path)):
            yield file.relative
