"""Takes damaged lines out of the manifests of an output folder, and keeps them beside, so that nothing is lost."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from stat import S_IMODE
from typing import BinaryIO

from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.records.checked import DamagedLine, NewerLine, checked_line, checked_place
from photocolor.batch.records.files import replay
from photocolor.batch.records.gone import GONE, SUPERSEDED, gone_lines
from photocolor.batch.records.in_progress import InProgressNote, in_progress_path, row_of
from photocolor.batch.records.jsonl import LineFile, open_record, raw_lines, record_folder, write_failure
from photocolor.batch.records.line import DONE
from photocolor.batch.records.lock import OutputLock
from photocolor.batch.records.untold import results_of_photocolor
from photocolor.batch.records.whole import Damage, damaged_lines
from photocolor.errors import OutputError
from photocolor.system.growing_file import bring_to_medium
from photocolor.system.spelling import PlacesNow
from photocolor.system.strict_json import loads

KEPT = "damaged-lines.jsonl"
"""Where the lines are kept: for each its manifest, its number and its bytes, each as the character of that number."""
DAMAGE_MOST_BYTES = 250_000_000
_PART = ".repaired.part"
_BEGIN = re.compile(rb'(?=\{"v":)')
_RELATIVE = re.compile(rb'"relative": ?("(?:[^"\\]|\\.)*")')
_RESULT_BYTES = re.compile(rb'"result_bytes": ?([0-9]{1,18})(?![0-9])')
_RUN = re.compile(rb'"run": ?([0-9]{1,12})(?![0-9])')


@dataclass(frozen=True, slots=True)
class Repaired:
    """Describes a line that was taken out.

    Attributes:
        damage: the line.
        saved: how many whole lines stood in it, which stay in the manifest.
        about: the photo's result, by its place in the output folder; "" if the line does not say it any more.
        run: number of the run that wrote it, as far as it can be told.
    """

    damage: Damage
    saved: int
    about: str
    run: int

    @property
    def was_damaged(self) -> bool:
        """Tells whether the line could not be read; else it was about a result that is gone for good."""
        return self.damage.why not in (GONE, SUPERSEDED)


def kept_path(out: Path) -> Path:
    """Returns where the lines are kept that were taken out of the manifests."""
    return out / RECORD_FOLDER / KEPT


def repair_manifests(out: Path, *, newer: bool = False, gone: bool = False) -> list[Repaired]:
    """Takes the damaged lines out of all manifests of a folder, and returns them.

    They are kept first. Then the photos are noted that they are about: of results that no line tells of, the next run
    makes those anew that were made of the photos that it reads. Then the manifest is replaced in one step.

    Args:
        out: the output folder of runs.
        newer: whether lines go that say that a newer photocolor wrote them.
        gone: whether lines go, too, that tell of results that are gone and that no run would make again.

    Raises:
        OutputLocked: a run is at work there.
        OutputError: the folder cannot be read or written.
    """
    with OutputLock(out):
        damaged = _damaged(out, newer=newer)
        untrue = [Repaired(line, 0, place, line.run) for line, place in gone_lines(out)] if gone else []
        repaired = [_read(damage) for damage in damaged]
        notes = list(_notes(out, repaired))
        repaired += untrue
        if not repaired:
            return []
        time = datetime.now(UTC).isoformat(timespec="seconds")
        with LineFile(kept_path(out), durable=True) as kept:
            for each in (each.damage for each in repaired):
                place = {"time": time, "manifest": each.path.name, "line": each.number, "why": each.why}
                kept.append({**place, "bytes": each.raw.decode("latin-1")})
        with LineFile(in_progress_path(out), durable=True) as file:
            for note in notes:
                file.append(row_of(note))
        for path in dict.fromkeys(each.damage.path for each in repaired):
            _replace(path, {line.raw for line in damaged if line.path == path}, {each.damage.raw for each in untrue})
        return repaired


def _damaged(out: Path, *, newer: bool) -> list[Damage]:
    """Returns the lines to be taken out, which are held in memory.

    Raises:
        OutputError: a manifest cannot be read, or there is more damage than that.
    """
    damaged, size_bytes = list[Damage](), 0
    for damage in damaged_lines(out):
        if newer or not damage.newer:
            damaged.append(damage)
            size_bytes += len(damage.raw)
        if size_bytes > DAMAGE_MOST_BYTES:
            raise OutputError(
                f"{damage.path} has more than {DAMAGE_MOST_BYTES // 10**6} MB of damaged lines, too many to take out",
                "Bring it back from a copy, or move it away; what no line tells of is done again.",
            )
    return damaged


def _read(damage: Damage) -> Repaired:
    """Returns what a damaged line still says; one that has lost its run's number may be the first of the next run."""
    whole = list(_whole_pieces(damage.raw))
    rest = damage.raw
    for piece in whole:
        rest = rest.replace(piece, b"", 1)
    about, run = "", _RUN.search(rest)
    if match := _RELATIVE.search(rest):
        with suppress(ValueError):
            about = checked_place(loads(match[1]))
    return Repaired(damage, len(whole), "" if about == "." else about, int(run[1]) if run else damage.run + 1)


def _notes(out: Path, repaired: list[Repaired]) -> Iterator[InProgressNote]:
    """Yields a note of each result that no line tells of any more, as if a run had ended while it was at work on it.

    Where a line does not say which one that is, all count that photocolor made and no line tells of. What was changed
    after it was written does not, as far as that can be told.
    """
    for line in repaired:
        if line.about and not _was_changed(out / line.about, line.damage.raw):
            yield InProgressNote(line.about, secrets.token_hex(4), None, line.run)
    if lost := [line.run for line in repaired if not line.about and not line.saved]:
        recorded = {line.about for line in repaired} | set(_recorded(out, repaired))
        for place in results_of_photocolor(out, recorded):
            yield InProgressNote(place, secrets.token_hex(4), None, max(lost))


def _was_changed(result: Path, raw: bytes) -> bool:
    """Returns whether a result has another length than a damaged line says."""
    length = _RESULT_BYTES.search(raw)
    try:
        return length is not None and result.stat(follow_symlinks=False).st_size != int(length[1])
    except OSError:
        return False


def _recorded(out: Path, repaired: list[Repaired]) -> Iterator[str]:
    """Yields the results that a line tells of, also one that stands whole in a damaged one."""
    now = PlacesNow(out)
    pieces = (piece for line in repaired for piece in _whole_pieces(line.damage.raw))
    for raw in chain((raw for raw, _ in replay(out)), pieces):
        with suppress(DamagedLine, NewerLine):
            line = checked_line(raw)
            if line["status"] == DONE:
                yield now.place(line["relative"])


def _whole_pieces(raw: bytes) -> Iterator[bytes]:
    """Yields the lines that stand whole in a damaged one: behind zeros, or where the newline of another is gone."""
    for piece in _BEGIN.split(raw)[1:]:
        line = piece[: piece.rfind(b"}") + 1]
        try:
            checked_line(line)
        except (DamagedLine, NewerLine):
            continue
        yield line


def _replace(path: Path, damaged: Collection[bytes], untrue: Collection[bytes]) -> None:
    """Writes a manifest anew without these lines, and puts it in its place; what stands whole in damaged ones stays.

    Raises:
        OutputError: it cannot be read or written; it is then as it was.
    """
    part = path.name + _PART
    try:
        with record_folder(path.parent) as folder:
            folder.remove(part)  # left by a repair that was killed
            try:
                with open_record(path.with_name(part), os.O_RDWR | os.O_CREAT) as file:
                    if os.name == "posix":
                        os.fchmod(file.fileno(), S_IMODE(folder.stat(path.name).st_mode))
                    _write(file, path, damaged, untrue)
                    bring_to_medium(file.fileno())
                folder.replace(part, path.name)
            finally:
                folder.remove(part)
            folder.sync()
    except OSError as error:
        raise write_failure(path, error) from error


def _write(file: BinaryIO, path: Path, damaged: Collection[bytes], untrue: Collection[bytes]) -> None:
    for raw in raw_lines(path):
        if raw in untrue:
            continue
        pieces = [piece + b"\n" for piece in _whole_pieces(raw)] if raw in damaged else [raw]
        for piece in pieces:
            rest = memoryview(piece)
            while rest:
                rest = rest[file.write(rest) :]
