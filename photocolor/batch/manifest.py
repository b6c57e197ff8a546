"""The memory of an output folder: an append-only file with one JSON line per finished photo."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from photocolor import __version__
from photocolor.batch.lines import read_lines
from photocolor.batch.record import DONE, SKIPPED, as_record
from photocolor.batch.walk import RECORD_FOLDER
from photocolor.errors import OutputError
from photocolor.outcome import Outcome

SCHEMA = 1
MANIFEST_NAME = "manifest.jsonl"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What, besides the source, decides a result's bytes.

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
        """Equal for two runs whose results are equal for equal sources."""
        return f"{self.model_sha256}:{self.digest}"


@dataclass(frozen=True, slots=True)
class Record:
    """The part of a manifest line that a later run needs.

    Attributes:
        size_bytes: length of the source.
        mtime_ns: when the source was changed last.
        source_sha256: digest of the source; empty for a skipped photo.
        recipe: `Recipe.key` of the run.
        result_bytes: length of the result; 0 for a skipped photo.
        reason: why it was skipped; empty for a done photo.
        hints_sha256: digest of the sidecar with color hints; empty without one.
    """

    size_bytes: int
    mtime_ns: int
    source_sha256: str
    recipe: str
    result_bytes: int
    reason: str = ""
    hints_sha256: str = ""


@dataclass(slots=True)
class Past:
    """What earlier runs into this folder finished, by relative target path.

    Attributes:
        done: the last result that was written for each photo.
        passed: the last decision of the pipeline to leave a photo alone.
        damaged: lines that could not be read; a torn last line is not counted, it is expected after a crash.
    """

    done: dict[str, Record] = field(default_factory=dict)
    passed: dict[str, Record] = field(default_factory=dict)
    damaged: int = 0


def manifest_path(out: Path) -> Path:
    """Where the manifest of an output folder lies."""
    return out / RECORD_FOLDER / MANIFEST_NAME


def recall(out: Path) -> Past:
    """What the manifest of `out` knows; nothing if there is none. Reads only.

    Raises:
        OutputError: the manifest cannot be read, or a newer photocolor wrote it.
    """
    past = Past()
    for line, whole in read_lines(manifest_path(out)):
        try:
            _remember(past, json.loads(line))
        except (ValueError, KeyError, TypeError):
            past.damaged += whole
    return past


def _remember(past: Past, line: dict[str, object]) -> None:
    version = line["v"]
    if not isinstance(version, int) or version > SCHEMA:
        raise OutputError(
            f"the manifest was written by a newer photocolor (schema {version}, known {SCHEMA})",
            "Install the newer photocolor, or choose another --out.",
        )
    relative = str(line["relative"])
    recipe = sys.intern(f"{line['model_sha256']}:{line['settings_digest']}")
    size_bytes, mtime_ns = _integer(line["source_bytes"]), _integer(line["source_mtime_ns"])
    if line["status"] == DONE:
        sha256, result_bytes = str(line["source_sha256"]), _integer(line["result_bytes"])
        hints_sha256 = str(line.get("hints_sha256", ""))
        past.done[relative] = Record(size_bytes, mtime_ns, sha256, recipe, result_bytes, hints_sha256=hints_sha256)
        past.passed.pop(relative, None)
    elif line["status"] == SKIPPED:
        past.passed[relative] = Record(size_bytes, mtime_ns, "", recipe, 0, str(line["reason"]))


def _integer(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def manifest_line(outcome: Outcome, recipe: Recipe) -> dict[str, object]:
    """The line that stands for an outcome in the manifest."""
    head: dict[str, object] = {
        "v": SCHEMA,
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "tool": f"photocolor {__version__}",
        "model": recipe.model,
        "model_sha256": recipe.model_sha256,
        "settings_digest": recipe.digest,
        "settings": recipe.settings,
    }
    return head | as_record(outcome)
