"""Notices folders that cannot be meant: results named first and their sources second, or another than the run read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from photocolor.batch.inspector import is_made_of
from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.plan.walk import harvest
from photocolor.batch.records.checked import DamagedLine, Line, NewerLine, checked_line, source_place
from photocolor.batch.records.files import manifests, replay
from photocolor.batch.records.line import DONE
from photocolor.errors import UsageError
from photocolor.system.file_bytes import digest_of
from photocolor.system.printable import as_argument, command_line
from photocolor.system.safe_files import open_regular
from photocolor.system.spelling import as_spelled_now

PAIRS_MOST = 8
"""Pairs of files that are opened; one that was made the other way round is proof, and any run has one among these."""
_LINES_MOST = 1000


def refuse_exchanged(source: Path, result: Path) -> None:
    """Raises if what was named as source was made of what was named as result.

    That is told from checksums, which say it for certain: results of results are not taken for exchanged arguments.

    Args:
        source: a photo, or the folder that a run read.
        result: its result, or the folder that the run wrote.

    Raises:
        UsageError: the two are exchanged; the hint has the command in the right order.
    """
    if source.is_dir() and manifests(result) and not manifests(source):
        return
    for result_of, origin in _pairs(source, result):
        if _is_result_of(result_of, origin):
            line = command_line(["photocolor", "verify", as_argument(result), as_argument(source)])
            raise UsageError(
                f"the two are exchanged: {result_of} was made of {origin}", f"Name the photographs first: {line}"
            )


def refuse_other_folder(source: Path, result: Path) -> None:
    """Raises if the run read another folder than the one that was named, and its photos lie there still.

    Several sources have the deepest folder that holds them all for their own, which is easily taken for one of them.

    Args:
        source: the folder that was named.
        result: the folder that the run wrote.

    Raises:
        UsageError: no photo of the run lies in the named folder; the hint has the command with the right one.
    """
    folders = set[Path]()
    for place, origin in islice(_origins(result), _LINES_MOST):
        there = os.path.isfile(origin)  # noqa: PTH113 -- Path raises where it may not look
        if as_spelled_now(str(source / place)) or not there or not origin.endswith(f"/{place}"):
            return
        folders.add(Path(origin.removesuffix(place)))
    if len(folders) == 1:
        folder = folders.pop()
        line = command_line(["photocolor", "verify", as_argument(folder), as_argument(result)])
        raise UsageError(f"the photos of {result} lie in {folder}, none in {source}", f"To compare these two: {line}")


def _origins(result: Path) -> Iterator[tuple[str, str]]:
    """Yields the photos of an output folder's results: its place below the sources, and its path then."""
    for line in _lines(result):
        if line["status"] == DONE:
            yield source_place(line["relative"], line["source"]), line["source"].replace(os.sep, "/")


def _lines(folder: Path) -> Iterator[Line]:
    """Yields the lines of an output folder's manifests that can be read."""
    for raw, _ in replay(folder):
        with suppress(DamagedLine, NewerLine):  # they are told by the verification itself
            yield checked_line(raw)


def _pairs(source: Path, result: Path) -> Iterator[tuple[Path, Path]]:
    """Yields some files of the first argument, each with the file that it would have been made of."""
    if not source.is_dir():
        yield source, result
        return
    places = _recorded(source) if manifests(source) else _alike(source)
    pairs = ((source / relative, result / place) for relative, place in islice(places, _LINES_MOST))
    yield from islice((pair for pair in pairs if all(map(os.path.isfile, pair))), PAIRS_MOST)


def _recorded(folder: Path) -> Iterator[tuple[str, str]]:
    """Yields the results in an output folder, each with its source's path below the sources."""
    for line in _lines(folder):
        yield line["relative"], source_place(line["relative"], line["source"])


def _alike(folder: Path) -> Iterator[tuple[str, str]]:
    """Yields the photos of a folder without records, each with the same path in the other folder."""
    for photo in harvest([folder], folder / RECORD_FOLDER).found:
        yield photo.relative, photo.relative


def _is_result_of(candidate: Path, origin: Path) -> bool:
    try:
        with open_regular(origin) as file:
            sha256 = digest_of(file)
        with open_regular(candidate) as file:
            if digest_of(file) == sha256:
                return False  # a copy of it, which says nothing about the order
    except OSError:
        return False  # the verification tells what cannot be read
    return is_made_of(candidate, sha256)
