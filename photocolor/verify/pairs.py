"""Which result belongs to which source: by the manifest of the run, else by their places in the two trees."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from photocolor.batch.parts import manifests, replay
from photocolor.batch.record import DONE, SKIPPED
from photocolor.batch.walk import RECORD_FOLDER, harvest
from photocolor.errors import UsageError
from photocolor.verify.files import Recorded


@dataclass(frozen=True, slots=True)
class Assignment:
    """One photo to verify, or the reason why there is nothing to verify.

    Attributes:
        source: the source; None for a result that belongs to none.
        result: the result; None for a source without one.
        recorded: what the manifest says about it.
        skipped: why the run left the photo alone on purpose; empty if it did not.
        detail: what is known of a photo without a partner.
    """

    source: Path | None
    result: Path | None
    recorded: Recorded | None = None
    skipped: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What the manifest says about one photo, small enough for a million of them.

    Attributes:
        status: "done", "skipped" or "failed": how the last run that met it ended for it.
        suffix: the source's file name ending.
        told: why it was skipped or failed; empty if it was done.
        recorded: the last result that was written, if any.
    """

    status: str
    suffix: str
    told: str
    recorded: Recorded | None


def assign(source: Path, result: Path) -> Iterator[Assignment]:
    """Every source with its result, in a stable order; then results that belong to no source.

    Args:
        source: a photo, or the folder that a run read.
        result: its result, or the folder that the run wrote.

    Raises:
        UsageError: one is missing, or one is a file and the other a folder.
        OutputError: the manifest cannot be read.
    """
    for path in (source, result):
        if not path.exists():
            raise UsageError(f"{path} does not exist", "Name a source and its result: two files, or two folders.")
    if source.is_dir() != result.is_dir():
        raise UsageError("one of the two is a file and the other a folder", "Name two files, or two folders.")
    if not source.is_dir():
        return iter([Assignment(source, result, _recorded_of(result))])
    return _assign_trees(source, result)


def _assign_trees(source: Path, result: Path) -> Iterator[Assignment]:
    memory = recall_lines(result)
    targets = {found.relative: found.path for found in harvest([result], result / RECORD_FOLDER).found}
    by_source = {_stem(relative) + line.suffix: relative for relative, line in memory.items()}
    by_stem = {_stem(relative): relative for relative in targets}
    used = set()
    for found in harvest([source], result).found:
        relative = by_source.get(found.relative) or _mirrored(found.relative, targets, by_stem)
        used.add(relative)
        yield _assignment(Path(found.path), targets.get(relative), memory.get(relative))
    for relative, target in targets.items():
        if relative not in used:
            detail = "its source is gone" if relative in memory else "no source belongs to it"
            yield Assignment(None, Path(target), detail=detail)


def _assignment(source: Path, target: str | None, line: Line | None) -> Assignment:
    if target is not None:
        return Assignment(source, Path(target), line.recorded if line else None)
    if line is None or line.status == DONE:
        gone = "the manifest says that it was done, and the file is gone"
        return Assignment(source, None, detail=gone if line else "no result")
    if line.status == SKIPPED:
        return Assignment(source, None, skipped=line.told)
    return Assignment(source, None, detail=f"the run failed on it: {line.told}")


def recall_lines(out: Path) -> dict[str, Line]:
    """The manifests' last word about each photo, by relative target path; nothing if there is none.

    Raises:
        OutputError: one cannot be read.
    """
    memory: dict[str, Line] = {}
    for raw, _ in replay(out):
        try:
            values = json.loads(raw)
        except ValueError:
            continue  # a torn line: its photo is then verified without a record, or missing
        if isinstance(values, dict) and isinstance(values.get("relative"), str):
            before = memory.get(values["relative"])
            memory[values["relative"]] = _line(values, before.recorded if before else None)
    return memory


def _line(values: dict[str, object], before: Recorded | None) -> Line:
    status = str(values.get("status", ""))
    suffix = sys.intern(os.path.splitext(str(values.get("source", "")))[1])  # noqa: PTH122 -- may hold any bytes
    if status != DONE:
        told = str(values.get("detail") or values.get("message") or values.get("reason") or "no reason is given")
        return Line(sys.intern(status), suffix, sys.intern(told), before)
    size = values.get("result_bytes")
    source, result, model = (str(values.get(key, "")) for key in ("source_sha256", "result_sha256", "model_sha256"))
    recorded = Recorded(source, result, size if isinstance(size, int) else 0, sys.intern(model))
    return Line(DONE, suffix, "", recorded)


def _recorded_of(result: Path) -> Recorded | None:
    """The record of a single result, from the manifest of the folder that it lies in or below."""
    place = result.resolve()
    for folder in place.parents:
        if manifests(folder):
            line = recall_lines(folder).get(place.relative_to(folder).as_posix())
            return line.recorded if line else None
    return None


def _stem(relative: str) -> str:
    return str(PurePosixPath(relative).with_suffix("")) if PurePosixPath(relative).suffix else relative


def _mirrored(relative: str, targets: dict[str, str], by_stem: dict[str, str]) -> str:
    return relative if relative in targets else by_stem.get(_stem(relative), relative)
