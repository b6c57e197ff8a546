"""Reads and writes the manifest of an output folder: one JSON line per finished photo, in append-only files."""

from __future__ import annotations

import sys
from collections.abc import MutableMapping, MutableSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from photocolor import __version__
from photocolor.batch.plan.shard import belongs
from photocolor.batch.records.checked import RUN_MOST, SCHEMA, Line
from photocolor.batch.records.files import MANIFEST, record_path
from photocolor.batch.records.line import DONE, SKIPPED, as_record
from photocolor.batch.records.whole import whole_lines
from photocolor.outcome import EXISTS, Outcome
from photocolor.settings import Shard
from photocolor.system.safe_files import staying


@dataclass(frozen=True, slots=True)
class Recipe:
    """Holds what, besides the source, decides a result's bytes; a recipe of training is another thing.

    Attributes:
        model: the model's name, for people.
        model_sha256: hex digest of the model file.
        digest: `settings.settings_digest` of the run.
        settings: `settings.result_settings` of the run.
    """

    model: str
    model_sha256: str
    digest: str
    settings: dict[str, object] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Returns a key that is equal for two runs whose results are equal for equal sources."""
        return f"{self.model_sha256}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Record:
    """Holds the part of a manifest line that a later run needs, for a result or for a photo that was left alone.

    Attributes:
        size_bytes: length of the source.
        mtime_ns: when the source was changed last.
        source_sha256: digest of the source; empty for a skipped photo that was not read.
        recipe: `Recipe.key` of the run.
        result_bytes: length of the result; 0 for a skipped photo.
        reason: why it was skipped; empty for a done photo.
        hints_sha256: digest of the sidecar with color hints; empty without one.
        run: number of the run that wrote the line.
        sidecars_sha256: digest of the XMP files beside the source; empty without any.
        sidecars: places of their copies in the output folder.
        layers: places there of the files with its layers; None for a photo that was copied, which has no layers.
        mended: whether any of its pixels were painted over.
        hand_mask_sha256: digest of the mask by hand beside the source; empty without one.
        marked: whether the damage finder marked anything; None if it did not run.
        beside_sha256: places and digests of the files with layers and the copies of XMP files, as they were written.
        written_s: when the line was written, in seconds since 1970, rounded down; 0 if it is not known.
        result_start: first 64 bits of the result's digest; 0 if they are not known.
    """

    size_bytes: int
    mtime_ns: int
    source_sha256: str
    recipe: str
    result_bytes: int
    reason: str = ""
    hints_sha256: str = ""
    run: int = 0
    sidecars_sha256: str = ""
    sidecars: tuple[str, ...] = ()
    layers: tuple[str, ...] | None = ()
    mended: bool = False
    hand_mask_sha256: str = ""
    marked: bool | None = None
    beside_sha256: tuple[tuple[str, str], ...] = ()
    written_s: int = 0
    result_start: int = 0


@dataclass(slots=True)
class Past:
    """Holds what earlier runs into this folder finished, by relative target path.

    Attributes:
        done: the last result that was written for each photo.
        passed: photos that were passed over: the last decision of the pipeline to leave each alone.
        damaged: lines that could not be read; a torn last line is not counted, it is expected after a crash.
        run: the highest number of a run so far.
        occupied: photos whose last line says that their result's name is taken.
        failed: photos whose last line is a failure.
    """

    done: MutableMapping[str, Record] = field(default_factory=dict)
    passed: MutableMapping[str, Record] = field(default_factory=dict)
    damaged: int = 0
    run: int = 0
    occupied: MutableSet[str] = field(default_factory=set)
    failed: MutableSet[str] = field(default_factory=set)

    @property
    def next_run(self) -> int:
        """Returns the number of the run that follows."""
        return min(self.run + 1, RUN_MOST)


def manifest_path(out: Path, shard: Shard | None = None) -> Path:
    """Returns the path of an output folder's manifest, or of the part that one shard writes."""
    return record_path(out, MANIFEST, shard)


def recall(out: Path, shard: Shard | None = None) -> Past:
    """Returns what all manifests of `out` hold; it reads only, and nothing is held if there are none.

    Args:
        out: the output folder.
        shard: whose photos are of interest; None for all.

    Raises:
        OutputError: the manifest cannot be read, or a newer photocolor wrote it.
    """
    past = Past()

    def count(_: Path) -> None:
        past.damaged += 1

    for line in whole_lines(out, count):
        remember(past, line, shard)
    return past


def remember(past: Past, line: Line, shard: Shard | None) -> None:
    """Adds one line of a manifest to what is known of earlier runs.

    Args:
        past: gets the line. A later line about a photo replaces an earlier one, so they must come in the order in which
            `whole_lines` yields them.
        line: as `checked_line` returns it.
        shard: whose photos are of interest; None for all.
    """
    relative, run = line["relative"], line.get("run", 0)
    past.run = max(past.run, run)
    if not belongs(relative, shard):
        return
    past.occupied.discard(relative)
    past.failed.discard(relative)
    if line["status"] == SKIPPED and line["reason"] == EXISTS:
        past.occupied.add(relative)  # for the record; whether it is still so, the file system tells
        return
    recipe = sys.intern(f"{line['model_sha256']}:{line['settings_digest']}")
    if line["status"] == DONE:
        past.done[relative] = _record_of_result(line, recipe, run)
        past.passed.pop(relative, None)
    elif line["status"] == SKIPPED:
        past.passed[relative] = Record(
            size_bytes=line["source_bytes"],
            mtime_ns=line["source_mtime_ns"],
            source_sha256=line.get("source_sha256", ""),
            recipe=recipe,
            result_bytes=0,
            reason=line["reason"],
            run=run,
        )
    else:
        past.failed.add(relative)


def _record_of_result(line: Line, recipe: str, run: int) -> Record:
    """Returns what a later run needs of the line of a result; fields that older lines lack have their defaults."""
    sha256, mended, damage = line["source_sha256"], line.get("mended"), line.get("damage")
    is_copy = line["result_sha256"] == sha256
    return Record(
        size_bytes=line["source_bytes"],
        mtime_ns=line["source_mtime_ns"],
        source_sha256=sha256,
        recipe=recipe,
        result_bytes=line["result_bytes"],
        hints_sha256=line.get("hints_sha256", ""),
        run=run,
        sidecars_sha256=line.get("sidecars_sha256", ""),
        sidecars=tuple(line.get("sidecars", ())),
        layers=None if is_copy else tuple(line.get("layers", ())),
        mended=bool(mended and mended["share"]),
        hand_mask_sha256=line.get("hand_mask_sha256", ""),
        marked=bool(damage["all"]) if damage else None,
        beside_sha256=tuple(line.get("beside_sha256", {}).items()),
        written_s=int(datetime.fromisoformat(line["time"]).timestamp()),
        result_start=start_of(line["result_sha256"]),
    )


def start_of(sha256: str) -> int:
    """Returns the first 64 bits of a digest, which take a third of the memory; 0 of none."""
    return int(sha256[:16] or "0", 16)


def manifest_line(outcome: Outcome, recipe: Recipe, run: int = 1) -> dict[str, object]:
    """Returns the manifest line of an outcome.

    Args:
        outcome: what became of a photo.
        recipe: of the run.
        run: the run's number; higher than that of every run into this folder that ended before it began.
    """
    head: dict[str, object] = {
        "v": SCHEMA,
        "run": run,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "tool": f"photocolor {__version__}",
        "model": recipe.model,
        "model_sha256": recipe.model_sha256,
        "settings_digest": recipe.digest,
        "settings": recipe.settings,
    }
    record = as_record(outcome)
    return head | record | {"relative": staying(outcome.job.relative)}  # no reader takes another one
