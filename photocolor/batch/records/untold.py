"""Finds results in an output folder that no line of its manifests tells of."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path

from photocolor.batch.inspector import is_of_photocolor
from photocolor.batch.plan.walk import RECORD_FOLDER, harvest


def results_of_photocolor(out: Path, told: Container[str]) -> Iterator[str]:
    """Yields the places of files that bear photocolor's provenance and are not among those that lines tell of.

    Args:
        out: the output folder; it is only read.
        told: places of results that need not be opened.
    """
    for file in harvest([out], out / RECORD_FOLDER).found:
        if file.relative not in told and is_of_photocolor(Path(file.path)):
            yield file.relative
