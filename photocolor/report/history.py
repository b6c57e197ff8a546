"""Reads the last outcome of each photo from the manifests, compact enough for a hundred thousand photos, and totals."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from photocolor.batch.records.checked import Line, source_place
from photocolor.batch.records.files import refuse_without_records
from photocolor.batch.records.line import DONE, FAILED
from photocolor.batch.records.whole import whole_lines
from photocolor.report.moved import AS_RECORDED, SourcesNow
from photocolor.system.strict_json import dumps


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Holds the last outcome of one photo; the fields are those of docs/manifest.md.

    Attributes:
        said: the detail of a skipped photo, the message of a failed one.
        source_sha256: digest of the source; "" where it was not read.
        damage: share of all pixels that the damage finder marked; None if it did not run.
        mended: share of all pixels that were painted over; None if that was not asked for.
        settings: those that decided the result's bytes, as JSON with sorted keys; "" where the line has none.
        tool: what wrote the line.
    """

    relative: str
    source: str
    status: str
    source_bytes: int
    reason: str = ""
    said: str = ""
    hint: str = ""
    result_bytes: int = 0
    result_sha256: str = ""
    source_sha256: str = ""
    megapixels: float = 0.0
    seconds: float = 0.0
    device: str = ""
    model: str = ""
    tiles: int = 0
    pages: int = 1
    doubt: float | None = None
    damage: float | None = None
    mended: float | None = None
    degraded: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    settings: str = ""
    tool: str = ""


@dataclass(slots=True)
class Totals:
    """Sums over all photos.

    Attributes:
        photos: how many there are.
        done, degraded, warned: results, and how many of them are so.
        scratched: results whose scans have damage, as far as it was looked for.
        mended: results of which something was painted over.
        skipped, failed: photos by reason.
        megapixels, seconds: of all results; the seconds are those of the workers, not of the clock on the wall.
        devices, models: results by the provider that ran the model, and by the model's name.
        hints: what to do about each reason of failures, and for how many photos.
        damaged: lines that could not be read; a torn last one is not counted, it is expected after a crash.
        earlier: results of photos that have a later one, in another format or place.
        runs: the number of the latest run; 0 if no line says it.
        first, last: when the first and the last photo were finished, as the manifest writes it; "" if unknown.
        settings: results by their settings; photos by them where there is no result.
        tools: likewise by what wrote their lines.
    """

    photos: int = 0
    done: int = 0
    degraded: int = 0
    warned: int = 0
    scratched: int = 0
    mended: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    megapixels: float = 0.0
    seconds: float = 0.0
    devices: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    hints: dict[str, Counter[str]] = field(default_factory=dict)
    damaged: int = 0
    earlier: int = 0
    runs: int = 0
    first: str = ""
    last: str = ""
    settings: Counter[str] = field(default_factory=Counter)
    tools: Counter[str] = field(default_factory=Counter)

    def note_run(self, line: dict[str, object]) -> None:
        """Takes from a line what it says about its run."""
        number, time = line.get("run"), line.get("time")
        self.runs = max(self.runs, number) if isinstance(number, int) else self.runs
        if isinstance(time, str) and time:
            self.first, self.last = min(self.first or time, time), max(self.last, time)

    def add(self, entry: HistoryEntry) -> None:
        """Counts one photo."""
        self.photos += 1
        if entry.status == DONE:
            self.done += 1
            self.degraded += bool(entry.degraded)
            self.warned += bool(entry.warnings)
            self.scratched += bool(entry.damage)
            self.mended += bool(entry.mended)
            self.megapixels += entry.megapixels
            self.seconds += entry.seconds
            self.models[entry.model] += 1
            self.devices[entry.device] += bool(entry.device)  # a copied photo needed none
        elif entry.status == FAILED:
            self.failed[entry.reason] += 1
            self.hints.setdefault(entry.reason, Counter())[entry.hint] += 1
        else:
            self.skipped[entry.reason] += 1

    def count_settings(self, entries: Iterable[HistoryEntry]) -> None:
        """Counts with which settings, and by what, the photos were made that have a result; all where none has."""
        every = list(entries)
        counted = [entry for entry in every if entry.status == DONE] or every
        self.settings.update(entry.settings for entry in counted)
        self.tools.update(entry.tool for entry in counted if entry.tool)


def read_ledger(out: Path, now: SourcesNow = AS_RECORDED) -> tuple[list[HistoryEntry], Totals]:
    """Returns every photo of an output folder with its last line, in the order of names, and the totals.

    Args:
        out: the output folder.
        now: where the photos lie.

    Raises:
        UsageError: no run is recorded in the folder, or none of its photos lies where it is said.
        OutputError: a manifest cannot be read, or a newer photocolor wrote it.
    """
    refuse_without_records(out)
    last: dict[str, HistoryEntry] = {}
    totals = Totals()
    damaged = list[Path]()
    for line in whole_lines(out, damaged.append):
        entry = _entry(line)
        totals.note_run(line)
        last.pop(entry.relative, None)
        last[entry.relative] = entry
    totals.damaged = len(damaged)
    latest = _latest_of_each_source(last.values())
    totals.count_settings(latest)
    totals.earlier = sum(entry.status == DONE for entry in last.values()) - sum(e.status == DONE for e in latest)
    for entry in latest:
        totals.add(entry)
    now.refuse_empty((entry.relative, entry.source) for entry in latest)
    there = [replace(entry, source=now.path_of(entry.relative, entry.source)) for entry in latest]
    return sorted(there, key=lambda entry: entry.relative.split("/")), totals


def _latest_of_each_source(entries: Iterable[HistoryEntry]) -> list[HistoryEntry]:
    """Returns the latest of several results of one source.

    Runs into other formats, or with other folders as their sources, leave several.

    A source is known by its place, since the folder of all of them may have moved, and by its path.
    """
    by_place = _latest(entries, lambda entry: source_place(entry.relative, entry.source))
    return _latest(by_place, lambda entry: entry.source)


def _latest(entries: Iterable[HistoryEntry], key: Callable[[HistoryEntry], str]) -> list[HistoryEntry]:
    latest: dict[str, HistoryEntry] = {}
    for entry in entries:
        latest.pop(key(entry), None)  # so that the latest stands last
        latest[key(entry)] = entry
    return list(latest.values())


def _entry(line: Line) -> HistoryEntry:
    damage, mended = line.get("damage"), line.get("mended")
    return HistoryEntry(
        relative=line["relative"],
        source=line["source"],
        status=sys.intern(line["status"]),
        source_bytes=line["source_bytes"],
        reason=sys.intern(str(line.get("reason", ""))),
        said=sys.intern(str(line.get("message") or line.get("detail") or "")),
        hint=sys.intern(str(line.get("hint", ""))),
        result_bytes=line.get("result_bytes", 0),
        result_sha256=line.get("result_sha256", ""),
        source_sha256=line.get("source_sha256", ""),
        megapixels=line.get("megapixels", 0),
        seconds=line.get("seconds", 0),
        device=sys.intern(str(line.get("device", ""))),
        model=sys.intern(str(line.get("model", ""))),
        tiles=line.get("tiles", 0),
        pages=line.get("pages", 1),
        doubt=line.get("doubt"),
        damage=damage["all"] if damage else None,
        mended=mended["share"] if mended else None,
        degraded=tuple(map(sys.intern, line.get("degraded", ()))),
        warnings=tuple(map(sys.intern, line.get("warnings", ()))),
        settings=sys.intern(_sorted_json(line.get("settings"))),
        tool=sys.intern(str(line.get("tool", ""))),
    )


def _sorted_json(settings: object) -> str:
    return dumps(dict(sorted(settings.items())), compact=True) if isinstance(settings, dict) else ""
