"""Verifies every pair, several at a time, and returns the verdicts in a stable order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from functools import partial

from photocolor.batch.records.whole import repair_command
from photocolor.settings import FileSettings
from photocolor.system.prefetch import map_ordered
from photocolor.verify.changes import as_dict
from photocolor.verify.files import verify_file
from photocolor.verify.pairs import Assignment
from photocolor.verify.verdict import Check, Verdict

MOST_WORKERS = 4
AHEAD = 2
"""Photos per worker that may wait: a run over a million photos does not collect a million verdicts."""


def verify_all(
    assignments: Iterable[Assignment],
    workers: int | None = None,
    max_megapixels: float = FileSettings().max_megapixels,
) -> Iterator[Verdict]:
    """Yields the verdicts in the order of the assignments; pixels are in memory only while a photo is verified.

    Args:
        assignments: what `assign` yields.
        workers: photos looked at at the same time; None is the number of processors, at most `MOST_WORKERS`.
        max_megapixels: larger pictures are not opened.
    """
    count = workers or min(MOST_WORKERS, os.cpu_count() or 1)
    look = partial(verdict_of, max_megapixels=max_megapixels)
    yield from map_ordered(look, assignments, count, AHEAD * count)


def verdict_of(assignment: Assignment, max_megapixels: float = FileSettings().max_megapixels) -> Verdict:
    """Returns the verdict on one assignment."""
    source, result = assignment.source, assignment.result
    if assignment.damaged:
        lines = f"{assignment.damaged:,} of its lines cannot be read, and nothing is known of their photos"
        how = f"; to take them out: {repair_command(result.parent)}" if result else ""
        return Verdict("", str(result), "damaged", detail=lines + how)
    if source is None:
        return Verdict("", str(result), "extra", detail=assignment.detail)
    if result is not None:
        verdict = verify_file(source, result, assignment.recorded, max_megapixels)
        if not assignment.skipped and not assignment.failed:
            return verdict
        denied = f"the manifest says that the photo was left alone: {assignment.skipped}; no line tells of this result"
        if assignment.failed:
            denied = f"the last run failed on the photo: {assignment.failed}; what lies there is an earlier result"
        return replace(verdict, checks=(*verdict.checks, Check("record", False, denied)))
    if assignment.skipped:
        return Verdict(str(source), "", "skipped", detail=assignment.detail or assignment.skipped)
    return Verdict(str(source), "", "missing", detail=assignment.detail)


def as_json(verdict: Verdict) -> dict[str, object]:
    """Returns the verdict as plain JSON values: the line of `photocolor verify --json`."""
    return {
        "holds": verdict.holds,
        "status": verdict.status,
        "source": verdict.source,
        "result": verdict.result,
        "detail": verdict.detail,
        "checks": [asdict(check) for check in verdict.checks],
        "metadata": as_dict(verdict.tags),
    }
