"""The results that a run's manifest names: the last one of each photo, for whatever takes a run over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from photocolor.batch.records.files import replay
from photocolor.batch.records.line import DONE, SKIPPED
from photocolor.batch.records.manifest import checked_place, refuse_newer
from photocolor.outcome import EXISTS
from photocolor.system.strict_json import loads

Line = dict[str, object]


def last_results(out: Path, on_damage: Callable[[str], None]) -> Iterator[tuple[str, Line]]:
    """Yields each result's place below `out` with the line of the manifest that tells of it last.

    A photo that a later run left alone, because it had color then or was a negative, has no result any more, whatever
    lies there still.

    Args:
        out: the output folder of runs; it is only read.
        on_damage: is told of lines that cannot be read. A torn last line is none: it is what a crash leaves, and its
            photo is done again.

    Raises:
        OutputError: the manifest cannot be read, or a newer photocolor wrote it.
    """
    last: dict[str, Line] = {}
    for raw, whole in replay(out):
        try:
            line = loads(raw)
            refuse_newer(line)
            if line["status"] == DONE:
                last[checked_place(line["relative"])] = line
            elif line["status"] == SKIPPED and line["reason"] != EXISTS:
                last.pop(checked_place(line["relative"]), None)
        except (ValueError, KeyError, TypeError):
            if whole:
                on_damage(f"{out}: a line of the manifest cannot be read")
    yield from last.items()
