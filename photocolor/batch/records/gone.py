"""Finds the results that a manifest names, that are gone, and that no run would make again."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from photocolor.batch.records.checked import DamagedLine, Line, NewerLine, checked_line, source_place
from photocolor.batch.records.files import manifests
from photocolor.batch.records.jsonl import raw_lines
from photocolor.batch.records.line import DONE
from photocolor.batch.records.whole import Damage, whole_lines
from photocolor.storage.address import is_address

GONE = "the photo and its result are gone"
SUPERSEDED = "the result is gone, and the photo has another one"


def superseded(out: Path, done: Mapping[str, Line], *, later: bool = True) -> set[str]:
    """Returns the places of results that are gone while another one of the same photo is there.

    Runs into other formats leave several, and whoever keeps one of them deletes the others.

    Args:
        out: the output folder.
        done: the last line of each result, by its place, in the order in which they were written.
        later: whether the other one has to be the later one: a run would not make the earlier one again.
    """
    gone = {relative for relative in done if _is_gone(out / relative)}
    groups: dict[object, list[str]] = {}
    for relative, line in done.items() if gone else ():
        groups.setdefault(line["source"], []).append(relative)
        same = source_place(relative, line["source"]), line["source_sha256"]  # the folder of all may have moved
        groups.setdefault(same, []).append(relative)
    found = set[str]()
    for group in groups.values():
        there = [at for at, relative in enumerate(group) if relative not in gone]
        if there:
            found |= gone.intersection(group[: there[-1]] if later else group)
    return found


def gone_for_good(out: Path) -> dict[str, str]:
    """Returns why each result is gone that no run would make again from what is there, by its place.

    Raises:
        OutputError: a manifest cannot be read, or a newer photocolor wrote in it.
    """
    done: dict[str, Line] = {}
    for line in whole_lines(out):
        if line["status"] == DONE:
            done.pop(line["relative"], None)
            done[line["relative"]] = {name: line[name] for name in ("source", "source_sha256")}
    without_photo = [
        relative
        for relative, line in done.items()
        if not is_address(line["source"]) and _is_gone(out / relative) and _is_gone(Path(line["source"]))
    ]
    return dict.fromkeys(superseded(out, done, later=False), SUPERSEDED) | dict.fromkeys(without_photo, GONE)


def gone_lines(out: Path) -> Iterator[tuple[Damage, str]]:
    """Yields each line about a result that is gone for good, as a line to be taken out, with the result's place.

    Raises:
        OutputError: a manifest cannot be read, or a newer photocolor wrote in it.
    """
    gone = gone_for_good(out)
    for path in manifests(out) if gone else ():
        number = 1
        for raw in raw_lines(path):
            try:
                line = checked_line(raw) if raw.strip() else {}
            except (DamagedLine, NewerLine):
                line = {}
            if (relative := line.get("relative")) in gone:
                yield Damage(path, number, gone[relative], raw, line.get("run", 0)), relative
            number += raw.endswith(b"\n")


def _is_gone(path: Path) -> bool:
    """Returns whether no file lies there; of one that cannot be looked at nobody knows, so it is not."""
    try:
        status = os.stat(path)  # noqa: PTH116 -- a million of them
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return not stat.S_ISREG(status.st_mode)
