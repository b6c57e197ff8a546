"""Assigns results to sources: by the manifest of the run, else by their places in the two trees."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.plan.walk import harvest
from photocolor.batch.records.files import manifests
from photocolor.batch.records.line import DONE, FAILED, SKIPPED
from photocolor.batch.records.whole import repair_command
from photocolor.errors import UsageError
from photocolor.pipeline.extra_files import result_of_layers, result_of_mended
from photocolor.system.printable import as_argument, command_line
from photocolor.system.safe_files import leaves, lies_in, staying
from photocolor.system.spelling import folded, spelling_hint
from photocolor.verify.claims.recalled import Line, recall_lines
from photocolor.verify.exchanged import refuse_exchanged, refuse_other_folder
from photocolor.verify.files import Recorded


@dataclass(frozen=True, slots=True)
class Assignment:
    """Holds one photo to verify, or the reason why there is nothing to verify.

    Attributes:
        source: the source; None for a result that belongs to none.
        result: the result; None for a source without one.
        recorded: what the manifest says about it.
        skipped: why the run left the photo alone on purpose; empty if it did not. With a result, no line tells of that.
        detail: what is known of a photo without a partner.
        failed: why the last run that met the photo failed on it, though a result lies there: an earlier one.
        damaged: lines of the manifests that cannot be read, so that nothing is known of their photos.
    """

    source: Path | None
    result: Path | None
    recorded: Recorded | None = None
    skipped: str = ""
    detail: str = ""
    failed: str = ""
    damaged: int = 0


def assign(source: Path, result: Path) -> Iterator[Assignment]:
    """Yields every source with its result, in a stable order; then results that belong to no source.

    Args:
        source: a photo, or the folder that a run read.
        result: its result, or the folder that the run wrote.

    Raises:
        UsageError: one is missing, both are the same folder, one is a file and the other a folder, or the two are
            exchanged.
        OutputError: the manifest cannot be read.
    """
    for path in (source, result):
        if not path.exists():
            raise UsageError(f"{path} does not exist", spelling_hint(path))
    if source.is_dir() and source.samefile(result):
        raise UsageError("both are the same folder", "Name the photographs first, then what restore --out wrote.")
    if source.is_dir() != result.is_dir():
        hint = "Name two files, or two folders."
        if (meant := result / source.name).is_file():
            line = command_line(["photocolor", "verify", as_argument(source), as_argument(meant)])
            hint = f"To compare these two: {line}"
        raise UsageError("one of the two is a file and the other a folder", hint)
    refuse_exchanged(source, result)
    if not source.is_dir():
        return _assign_two(source, result)
    refuse_other_folder(source, result)
    return _assign_trees(source, result)


def _assign_two(source: Path, result: Path) -> Iterator[Assignment]:
    """Yields a photo and its result, with its record in the manifest of the folder that it lies in or below.

    Where no line tells of it and some cannot be read, its own may be among these.
    """
    place, damaged = result.resolve(), Counter[str]()
    folder = next((parent for parent in place.parents if manifests(parent)), None)
    line = recall_lines(folder, damaged).get(place.relative_to(folder).as_posix()) if folder else None
    yield _compared(source, result, line)
    if folder and damaged and line is None:
        yield Assignment(None, folder / RECORD_FOLDER, damaged=damaged.total())


def _assign_trees(source: Path, result: Path) -> Iterator[Assignment]:
    damaged = Counter[str]()
    trees = _Trees(source, result, recall_lines(result, damaged))
    for place in sorted(trees.sources.keys() | trees.by_place.keys(), key=lambda place: place.split("/")):
        yield from trees.of_source(place)
    yield from trees.without_source()
    if damaged:
        yield Assignment(None, result / RECORD_FOLDER, damaged=damaged.total())


class _Trees:
    """Holds the folder that a run read and the one that it wrote, with the content of the manifests.

    Args:
        source: the folder that the run read.
        result: the folder that it wrote.
        memory: the manifests' last word by relative target path, the latest at the end.
    """

    def __init__(self, source: Path, result: Path, memory: dict[str, Line]) -> None:
        self._source, self._result, self._memory = source, result, memory
        walked = harvest([source], result)
        self.sources = {found.relative: found.path for found in walked.found}
        self._faults = {staying(fault.relative): fault for fault in walked.faults}
        self.sources |= {place: fault.path for place, fault in self._faults.items()}
        self._targets = {found.relative: found.path for found in harvest([result], result / RECORD_FOLDER).found}
        self._by_stem = {_stem(relative): relative for relative in self._targets}
        self._used = set[str]()
        self.by_place: dict[str, list[str]] = {}
        respelled = self._respelled()
        for relative, line in memory.items():
            self.by_place.setdefault(respelled.get(line.place, line.place), []).append(relative)

    def _respelled(self) -> dict[str, str]:
        """Returns the places of sources that are spelled in another way now, by those that the manifest names.

        A copy through another system changes case, or how accents are encoded. The record tells whether it is the same.
        """
        recorded = {line.place for line in self._memory.values()}
        gone, new = recorded - self.sources.keys(), self.sources.keys() - recorded
        if not gone or not new:
            return {}
        by_name: dict[str, list[str]] = {}
        for place in (*gone, *new):
            by_name.setdefault(folded(place), []).append(place)
        pairs = (sorted(both, key=new.__contains__) for both in by_name.values() if len(both) == 2)
        return {was: now for was, now in pairs if was in gone and now in new and self._source_at(was) is None}

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        """Returns the places of the sources by what they are folded; needed only where a source is gone."""
        return {folded(place): place for place in self.sources}

    def of_source(self, place: str) -> Iterator[Assignment]:
        """Yields a source with every result that it has had: the latest run's, and older ones of other formats."""
        path = self._source_at(place)
        relatives = self.by_place.get(place) or [self._mirrored(place)]
        if path is None:
            yield from (found for relative in relatives if (found := self._sourceless(relative)) is not None)
            return
        for relative in relatives:
            self._used.add(relative)
            target, line = self._target_at(relative), self._memory.get(relative)
            if relative == relatives[-1]:
                folder = line is not None and line.status == FAILED and os.path.isdir(path)  # noqa: PTH112 -- as below
                if not folder or place in self._faults:  # one that can be entered by now was read photo by photo
                    yield self._with_source(place, path, target, line)
            elif target is not None:
                yield _compared(path, target, line, superseded=True)
            else:
                yield Assignment(path, None, skipped="an earlier result in another format, which is gone")

    def without_source(self) -> Iterator[Assignment]:
        """Yields every result that belongs to no source; the layers beside a result are none."""
        for relative, target in self._targets.items():
            if not {relative, result_of_layers(relative), result_of_mended(relative)} & self._used:
                yield Assignment(None, Path(target), detail="no source belongs to it")

    def _source_at(self, place: str) -> Path | None:
        """Returns the source, whatever its suffix is; None for one outside of the folder."""
        source = self.sources.get(place)
        path = Path(source) if source is not None else self._source / place
        if source is None and (leaves(place) or not lies_in(path, self._source) or not os.path.lexists(path)):
            return None
        return path

    def _target_at(self, relative: str) -> Path | None:
        """Returns the result, whatever its suffix is; None for one outside of the folder."""
        target = self._targets.get(relative)
        path = Path(target) if target is not None else self._result / relative
        if target is None and (not lies_in(path, self._result) or not _is_own_file(path)):
            return None
        return path

    def _with_source(self, place: str, source: Path, target: Path | None, line: Line | None) -> Assignment:
        fault = self._faults.get(place)
        if fault is not None:
            return Assignment(source, None, detail=f"it cannot be looked at: {fault.message}")
        if target is not None:
            return _compared(source, target, line)
        if line is None or line.status == DONE:
            gone = "the manifest says that it was done, and the file is gone"
            return Assignment(source, None, detail=gone if line else "no result")
        if line.status == SKIPPED:
            return Assignment(source, None, skipped=line.reason)
        return Assignment(source, None, detail=f"the run failed on it: {line.reason}")

    def _sourceless(self, relative: str) -> Assignment | None:
        """Returns the assignment of a line whose source is no longer there.

        It returns nothing where the line named none that was worked on.
        """
        self._used.add(relative)
        target, line = self._target_at(relative), self._memory[relative]
        if target is not None:
            return Assignment(None, target, detail=f"its source is not in {self._source}{self._double(line.place)}")
        place = self._source / line.place
        if line.status == DONE:
            how = f"if that is meant: {repair_command(self._result, '--gone')}"
            gone = f"the manifest says that it was done; it is gone, and its result, too; {how}"
            return Assignment(place, None, detail=gone)
        failed = "the run failed on it: " if line.status == FAILED else ""
        return Assignment(place, None, skipped=f"it is gone; {failed}{line.reason}")

    def _double(self, gone: str) -> str:
        """Returns what is said of a result whose photo has another one, under a name that is spelled otherwise."""
        now = self._by_folded.get(folded(gone), "")
        return f"; {now}, whose name differs in spelling alone, has a result of its own" if now else ""

    def _mirrored(self, place: str) -> str:
        return place if place in self._targets else self._by_stem.get(_stem(place), place)


def _compared(source: Path, result: Path, line: Line | None, *, superseded: bool = False) -> Assignment:
    """Returns the assignment of a result to its source, with what the manifest says about them.

    Args:
        source: the photo.
        result: the file that lies there.
        line: the last one about this result.
        superseded: whether a later line tells of another result of the photo, so that a failure is no news.
    """
    if line is None:
        return Assignment(source, result)
    failed = line.reason if line.status == FAILED and not superseded else ""
    return Assignment(source, result, line.recorded, line.denies_result, failed=failed)


def _is_own_file(path: Path) -> bool:
    """Returns True for a file that is no link; False, without raising, where access is denied."""
    return os.path.isfile(path) and not os.path.islink(path)  # noqa: PTH113, PTH114


def _stem(relative: str) -> str:
    return str(PurePosixPath(relative).with_suffix("")) if PurePosixPath(relative).suffix else relative
