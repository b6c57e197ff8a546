"""Reads the manifests of an output folder line by line, and finds the lines in them that are damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from photocolor.batch.records.checked import DamagedLine, Line, NewerLine, checked_line
from photocolor.batch.records.files import manifests, replay
from photocolor.batch.records.jsonl import raw_lines
from photocolor.system.printable import as_argument, command_line
from photocolor.system.spelling import PlacesNow

_BESIDE = frozenset({"sidecars", "layers"})


@dataclass(frozen=True, slots=True)
class Damage:
    """Describes a line that cannot be read.

    Attributes:
        path: the manifest.
        number: of the line, counted from 1.
        why: what is wrong with it.
        raw: its bytes.
        run: number of the run that wrote the line before it; 0 if there is none.
        newer: whether it only says that a newer photocolor wrote it.
    """

    path: Path
    number: int
    why: str
    raw: bytes
    run: int = 0
    newer: bool = False

    def __str__(self) -> str:
        return f"{self.path}, line {self.number:,}: {self.why}"


def whole_lines(out: Path, on_damage: Callable[[Path], None] = lambda out: None) -> Iterator[Line]:
    """Yields the lines of all manifests of a folder, in the order in which they count.

    Results that went through a system which encodes accents in another way have the places that they have now.

    Args:
        out: the output folder of runs; it is only read.
        on_damage: is told of each line that is damaged. A torn last line is none: it is what a crash leaves, and its
            photo is done again.

    Raises:
        OutputError: a manifest cannot be read, or a newer photocolor wrote in it.
    """
    now = PlacesNow(out)
    for raw, counts in replay(out):
        try:
            line = checked_line(raw)
        except DamagedLine:
            if counts:
                on_damage(out)
        except NewerLine as newer:
            raise newer.as_output_error(*_where(out)) from newer
        else:
            line["relative"] = now.place(line["relative"])
            for beside in _BESIDE.intersection(line):
                line[beside] = [now.place(place) for place in line[beside]]
            yield line


def repair_command(out: Path, *options: str) -> str:
    """Returns the command that takes damaged lines out of a folder's manifests, as it can be typed."""
    return command_line(["photocolor", "repair-manifest", as_argument(out), *options])


def _where(out: Path) -> tuple[str, str]:
    """Returns the place of the first line that a newer photocolor wrote, and what helps if none did."""
    place = next((f"{each.path}, line {each.number:,}," for each in damaged_lines(out) if each.newer), str(out))
    return place, f" If none ever wrote there, the line is damaged; to take it out: {repair_command(out, '--newer')}"


def damaged_lines(out: Path) -> Iterator[Damage]:
    """Yields the lines that `whole_lines` does not, but for a torn last one; file by file.

    Raises:
        OutputError: a manifest cannot be read.
    """
    for path in manifests(out):
        number, run = 1, 0
        torn: Damage | None = None
        for raw in raw_lines(path):
            if torn:  # it is not the last one, so no crash explains it
                yield torn
                torn = None
            try:
                run = checked_line(raw).get("run", 0) if raw.strip() else run
            except DamagedLine as error:
                damage = Damage(path, number, str(error), raw, run)
                if raw.endswith(b"\n") or not raw.startswith(b"{"):
                    yield damage
                else:
                    torn = damage
            except NewerLine as newer:
                why = f"a newer photocolor wrote it (schema {newer.version})"
                yield Damage(path, number, why, raw, run, newer=True)
            number += raw.endswith(b"\n")
