"""Reads from an output folder's manifest what earlier runs made of the photos."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from photocolor.batch.records.files import manifests
from photocolor.batch.records.line import DONE, FAILED
from photocolor.desktop.language import tr
from photocolor.desktop.strip.state import State
from photocolor.outcome import Done, Failed, Skipped
from photocolor.report import people
from photocolor.report.history import HistoryEntry, read_ledger


@dataclass(frozen=True, slots=True)
class PastResult:
    """Holds what a run made of one photo.

    Attributes:
        state: done, skipped or failed.
        note: why, or what else is to be known.
        result: the file in color; None without one.
        doubt: mean doubt of the model; None if it is not known.
        damage: share of damaged pixels; None if nobody looked.
    """

    state: State
    note: str = ""
    result: Path | None = None
    doubt: float | None = None
    damage: float | None = None


def past_results(out: Path, photos: Iterable[Path]) -> dict[Path, PastResult]:
    """Returns what is recorded of these photos; nothing if no run is recorded in the folder.

    Raises:
        OutputError: a manifest cannot be read, or a newer photocolor wrote it.
    """
    if not manifests(out):
        return {}
    entries = {str(Path(entry.source).absolute()): entry for entry in read_ledger(out)[0]}
    known = ((photo, entries.get(str(photo.absolute()))) for photo in photos)
    return {photo: _past(entry, out) for photo, entry in known if entry is not None}


def result_of(outcome: Done | Skipped | Failed) -> PastResult:
    """Returns what a run that goes on has just made of a photo."""
    match outcome:
        case Done():
            damage = None if outcome.damage is None else outcome.damage["all"]
            remarks = "; ".join((*outcome.degraded, *outcome.warnings))
            return PastResult(State.DONE, remarks, outcome.job.target, outcome.doubt, damage)
        case Skipped(reason="done"):
            return PastResult(State.DONE, outcome.detail, outcome.job.target)
        case Skipped():
            return PastResult(State.SKIPPED, tr(people.reason(outcome.reason)))
        case Failed():
            return PastResult(State.FAILED, outcome.message)


def _past(entry: HistoryEntry, out: Path) -> PastResult:
    if entry.status == FAILED:
        return PastResult(State.FAILED, entry.said)
    if entry.status != DONE:
        return PastResult(State.SKIPPED, tr(people.reason(entry.reason)))
    result = out / entry.relative
    if not os.path.isfile(result):  # noqa: PTH113 -- Path raises where a name is too long
        return PastResult(State.OPEN, doubt=entry.doubt, damage=entry.damage)
    return PastResult(State.DONE, "; ".join((*entry.degraded, *entry.warnings)), result, entry.doubt, entry.damage)
