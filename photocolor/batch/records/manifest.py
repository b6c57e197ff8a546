"""Reads and writes the manifest of an output folder: one JSON line per finished photo, in append-only files."""

from __future__ import annotations

import re
import sys
from collections.abc import MutableMapping, MutableSet
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from photocolor import __version__
from photocolor.batch.plan.shard import belongs
from photocolor.batch.records.files import MANIFEST, record_path, replay
from photocolor.batch.records.line import DONE, SKIPPED, as_record
from photocolor.errors import OutputError
from photocolor.outcome import EXISTS, Outcome
from photocolor.settings import Shard
from photocolor.system.safe_files import leaves
from photocolor.system.strict_json import loads

SCHEMA = 1
NUMBER_MOST = 2**63 - 1
RUN_MOST = 10**12
"""No folder sees so many runs: a line with a higher number is damaged, or those of all later runs would be too high."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """Holds what, besides the source, decides a result's bytes.

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
    """Holds the part of a manifest line that a later run needs.

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


@dataclass(slots=True)
class Past:
    """Holds what earlier runs into this folder finished, by relative target path.

    Attributes:
        done: the last result that was written for each photo.
        passed: the last decision of the pipeline to leave a photo alone.
        damaged: lines that could not be read; a torn last line is not counted, it is expected after a crash.
        run: the highest number of a run so far.
        occupied: photos whose last line says that their result's name is taken.
    """

    done: MutableMapping[str, Record] = field(default_factory=dict)
    passed: MutableMapping[str, Record] = field(default_factory=dict)
    damaged: int = 0
    run: int = 0
    occupied: MutableSet[str] = field(default_factory=set)

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
    for line, whole in replay(out):
        try:
            remember(past, loads(line), shard)
        except (ValueError, KeyError, TypeError):
            past.damaged += whole
    return past


def remember(past: Past, line: dict[str, object], shard: Shard | None) -> None:
    """Adds one line of a manifest; lines must be added in the order in which they were written.

    Raises:
        OutputError: a newer photocolor wrote it.
        ValueError, KeyError, TypeError: it is damaged.
    """
    refuse_newer(line)
    relative, run = checked_place(line["relative"]), whole_number(line.get("run", 0), high=RUN_MOST)
    past.run = max(past.run, run)
    if not belongs(relative, shard):
        return
    past.occupied.discard(relative)
    if line["status"] == SKIPPED and line["reason"] == EXISTS:
        past.occupied.add(relative)  # for the record; whether it is still so, the file system tells
        return
    recipe = sys.intern(f"{line['model_sha256']}:{line['settings_digest']}")
    size_bytes, mtime_ns = whole_number(line["source_bytes"]), whole_number(line["source_mtime_ns"], low=-NUMBER_MOST)
    if line["status"] == DONE:
        sha256, result_bytes = hex_digest(line["source_sha256"]), whole_number(line["result_bytes"])
        hints_sha256 = hex_digest(line.get("hints_sha256", ""))
        xmp = hex_digest(line.get("sidecars_sha256", "")), places_of(line.get("sidecars", []))
        layers = None if line["result_sha256"] == sha256 else places_of(line.get("layers", []))
        mended, damage = line.get("mended"), line.get("damage")
        past.done[relative] = Record(
            size_bytes,
            mtime_ns,
            sha256,
            recipe,
            result_bytes,
            "",
            hints_sha256,
            run,
            *xmp,
            layers,
            isinstance(mended, dict) and bool(mended.get("share")),
            hex_digest(line.get("hand_mask_sha256", "")),
            bool(damage.get("all")) if isinstance(damage, dict) else None,
        )
        past.passed.pop(relative, None)
    elif line["status"] == SKIPPED:
        sha256 = hex_digest(line.get("source_sha256", ""))
        past.passed[relative] = Record(size_bytes, mtime_ns, sha256, recipe, 0, str(line["reason"]), run=run)


def refuse_newer(line: dict[str, object]) -> None:
    """Raises if a newer photocolor wrote the line.

    Raises:
        OutputError: a newer one wrote it.
        TypeError, KeyError, ValueError: it is damaged.
    """
    if (version := whole_number(line["v"])) > SCHEMA:
        raise OutputError(
            f"the manifest was written by a newer photocolor (schema {version}, known {SCHEMA})",
            "Install the newer photocolor, or choose another --out.",
        )


def checked_place(value: object) -> str:
    """Returns a record's path after checking that it stays inside of the output folder.

    Raises:
        ValueError: it is none, or leads out of the folder.
    """
    if not isinstance(value, str) or leaves(value):
        raise ValueError("no place in the output folder")
    return value


def places_of(value: object) -> tuple[str, ...]:
    """Returns a record's paths after checking that they stay inside of the output folder.

    Raises:
        ValueError: it is no list of such.
    """
    if not isinstance(value, list):
        raise ValueError("no list of places")
    return tuple(map(checked_place, value))


def whole_number(value: object, *, low: int = 0, high: int = NUMBER_MOST) -> int:
    """Returns a record's whole number after checking it.

    Raises:
        ValueError: it is none, or beyond what any file system counts.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError("no whole number, or one beyond all measure")
    return value


def hex_digest(value: object) -> str:
    """Returns a record's SHA-256 after checking it; "" for none.

    Raises:
        ValueError: it is no such text.
    """
    if not isinstance(value, str) or (value and not _DIGEST.fullmatch(value)):
        raise ValueError("no SHA-256")
    return value


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
    return head | as_record(outcome)
