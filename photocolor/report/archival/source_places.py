"""Gives each source a place beside the others: that of its result, with its own name, never that of another file."""

from __future__ import annotations

import os
from collections.abc import Sequence

from photocolor.batch.records.checked import Line


def source_places(results: Sequence[tuple[str, Line]]) -> dict[str, str]:
    """Returns the places of all sources, by their results' places; equal bytes share one.

    Runs from different folders into one may have had different photos of the same name: all but the first get a number.
    """
    owners: dict[str, str] = {}
    for relative, line in results:
        owners.setdefault(_own_place(relative, line["source"]), line["source_sha256"])
    places: dict[str, str] = {}
    for relative, line in results:
        place = own = _own_place(relative, line["source"])
        number = 1
        while owners.setdefault(place, line["source_sha256"]) != line["source_sha256"]:
            number += 1
            stem, suffix = os.path.splitext(own)  # noqa: PTH122 -- a place in a bag, not a path of this system
            place = f"{stem} ({number}){suffix}"
        places[relative] = place
    return places


def _own_place(relative: str, source: str) -> str:
    """Returns the place with the source's name; a path without any slash is one of Windows."""
    folder = relative.rpartition("/")[0]
    name = source.rpartition("/" if "/" in source else "\\")[2]
    return f"{folder}/{name}" if folder else name
