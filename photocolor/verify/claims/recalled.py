"""Recalls what the manifests of a run say about each photo that is verified: the last word, and the last result."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photocolor.batch.records.checked import source_place
from photocolor.batch.records.line import DONE, SKIPPED
from photocolor.batch.records.whole import whole_lines
from photocolor.outcome import EXISTS
from photocolor.settings import Sidecars
from photocolor.verify.files import Recorded


@dataclass(frozen=True, slots=True)
class Line:
    """Holds what the manifest says about one photo, compact enough for a million photos.

    Attributes:
        status: "done", "skipped" or "failed": how the last run that met it ended for it.
        place: the source's path under the sources of that run, with forward slashes.
        reason: why it was skipped or failed; empty if it was done.
        recorded: the last result that was written, if any.
        stays: whether it says that a result which lies there is not this run's.
    """

    status: str
    place: str
    reason: str
    recorded: Recorded | None
    stays: bool = False

    @property
    def denies_result(self) -> str:
        """Returns why the photo was left alone, if by all lines about it there is no result of it; else ""."""
        return self.reason if self.status == SKIPPED and self.recorded is None and not self.stays else ""


def recall_lines(out: Path, damaged: Counter[str] | None = None) -> dict[str, Line]:
    """Returns the manifests' last line about each photo, by relative target path; nothing if there is none.

    Args:
        out: the folder that runs wrote.
        damaged: counts the lines that cannot be read, but for a torn last one, which is expected after a crash.

    Raises:
        OutputError: one cannot be read, or a newer photocolor wrote it.
    """
    memory: dict[str, Line] = {}

    def count(_: Path) -> None:
        if damaged is not None:
            damaged["lines"] += 1  # its photo is then verified without a record, or missing

    for values in whole_lines(out, count):
        relative = values["relative"]
        place = source_place(relative, values["source"])
        before = memory.get(relative)
        line = _line(values, place, before.recorded if before else None)
        memory.pop(relative, None)
        memory[relative] = line
    return memory


def _line(values: dict[str, Any], place: str, before: Recorded | None) -> Line:
    status = sys.intern(values["status"])
    if status != DONE:
        cause = str(values.get("detail") or values.get("message") or values.get("reason") or "no reason is given")
        stays = values.get("reason") == EXISTS or bool(values.get("stale_result"))
        return Line(status, place, sys.intern(cause), before, stays)
    sidecars = values.get("sidecars_sha256", ""), tuple(values.get("sidecars", ()))
    source, result, model = values["source_sha256"], values["result_sha256"], sys.intern(values["model_sha256"])
    merges = values.get("settings", {}).get("sidecars") == Sidecars.MERGE
    return Line(DONE, place, "", Recorded(source, result, values["result_bytes"], model, *sidecars, merges))
