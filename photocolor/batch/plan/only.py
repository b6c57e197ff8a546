"""Restricts a run to chosen photos: one, those of a list, or those that were marked in a report."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from photocolor.batch.plan.masks import is_photo_name
from photocolor.batch.plan.targets import FilePlan, PlannedPhoto
from photocolor.errors import UsageError
from photocolor.system.safe_files import read_regular
from photocolor.system.spelling import folded
from photocolor.system.strict_json import loads
from photocolor.system.written.text import SAVE_AS, NotUtf8, refuse_utf16

MARKS = ("good", "again", "wrong")
"""What a person says about a result: it is good, to be looked at again, or wrong."""
TAKEN = ("again", "wrong")
"""Marks of photos that a run takes from a file of marks."""
VERSION_KEY, VERSION = "photocolor_marks", 1
_FORM = "Write one photo a line: its path, or its place under the sources."
_FORM_OF_LIST = "Check the path; it is that of a text file that names photos, one a line."
_FORM_OF_ONLY = "Give its path or its place under the sources, or a text file that names photos so, one a line."


@dataclass(frozen=True, slots=True)
class Chosen:
    """Holds the part of a plan that a list names.

    Attributes:
        plan: the photos of the list.
        others: how many photos of the sources are not on it.
        unknown: lines of the list that name no photo of the sources.
    """

    plan: FilePlan
    others: int
    unknown: Sequence[str]


def choose_only(plan: FilePlan, path: Path) -> Chosen:
    """Returns the photos of a plan that a list names, or the one whose name stands for a list; unread folders stay.

    A line is a photo's path, its place under the sources, or its result's place under the output folder. One that names
    none of them exactly is the photo whose name is spelled otherwise: in case, or in how accents are encoded.

    Raises:
        UsageError: the list cannot be read, or the photo is none of the plan.
    """
    if not (is_photo_name(path.name) or os.path.lexists(path)):
        raise UsageError(f"{path} is neither a photo of these sources nor a text file", _meant(path, plan.entries))
    named = dict.fromkeys([os.path.normpath(path)] if is_photo_name(path.name) else read_list(path), False)
    taken = {number for number, entry in enumerate(plan.entries) if _take(named, _names(entry))}
    taken |= _spelled_otherwise(named, plan.entries)
    entries = [plan.entries[number] for number in sorted(taken)]
    faults = [fault for fault in plan.faults if fault.folder or _take(named, (fault.path, fault.relative))]
    unknown = [line for line, is_used in named.items() if not is_used]
    if unknown and is_photo_name(path.name):
        raise UsageError(f"{path} is none of the photos of these sources", _FORM_OF_ONLY)
    chosen = replace(plan, entries=entries, faults=faults)
    return Chosen(chosen, len(plan.entries) - len(entries), unknown)


def read_list(path: Path) -> list[str]:
    """Returns the photos that a list names: one a line of a text, or those marked in a report's file of marks.

    A line that begins with a quotation mark is a JSON string, for names that no plain line can hold.

    Raises:
        UsageError: the file cannot be read, or is neither.
    """
    text = _text(path)
    if text.lstrip().startswith("{"):
        return [name for name, mark in parse_marks(text, path).items() if mark in TAKEN]
    return [_name(line, path, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def read_marks(path: Path) -> dict[str, str]:
    """Returns the marks in a report's file of marks by the photo's source; none if there is no such file.

    Raises:
        UsageError: it is there and cannot be read.
    """
    return parse_marks(_text(path), path) if os.path.lexists(path) else {}


def parse_marks(text: str, path: Path) -> dict[str, str]:
    """Returns the marks of a file's text by the photo's source.

    Raises:
        UsageError: it is no file of marks.
    """
    try:
        content = loads(text)
        marks = content["marks"] if content[VERSION_KEY] == VERSION else None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is no file of marks that a report saved", _FORM) from error
    if not isinstance(marks, dict) or not all(mark in MARKS for mark in marks.values()):
        raise UsageError(f"{path} is no file of marks that this version knows", "Save the marks again.")
    return marks


def _text(path: Path) -> str:
    try:
        data = read_regular(path)[0]
    except OSError as error:
        raise UsageError(f"the list {path} cannot be read: {error.strerror or error}", _FORM_OF_LIST) from error
    try:
        refuse_utf16(data)
    except NotUtf8 as error:
        raise UsageError(f"the list {path} is not UTF-8 text: {error}", SAVE_AS) from error
    if b"\0" in data:
        raise UsageError(f"the list {path} is no text", _FORM)
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def _name(line: str, path: Path, number: int) -> str:
    line = line.rstrip("\r")
    if not line.startswith('"'):
        return line
    try:
        return str(json.loads(line))
    except ValueError as error:
        raise UsageError(f"{path}, line {number}: {error}", _FORM) from error


def _names(entry: PlannedPhoto) -> Iterator[str]:
    """Yields the names under which a list may mention a photo."""
    photo = entry.found
    yield from (photo.path, photo.relative, entry.relative)
    yield os.path.relpath(photo.path)


def _meant(path: Path, entries: Sequence[PlannedPhoto]) -> str:
    """Returns what to give instead of a name that is nothing: the first photo of that name with an ending, if any."""
    wanted = folded(os.path.normpath(path))
    names = (name for entry in entries for name in _names(entry))
    meant = next((name for name in names if folded(os.path.splitext(name)[0]) == wanted), "")  # noqa: PTH122
    return f"Did you mean {meant}? " * bool(meant) + _FORM_OF_ONLY


def _spelled_otherwise(named: dict[str, bool], entries: Sequence[PlannedPhoto]) -> set[int]:
    """Returns the positions of photos that lines name in another spelling, and records which lines were used."""
    lines: dict[str, list[str]] = {}
    for line, is_used in named.items():
        if not is_used:
            lines.setdefault(folded(line), []).append(line)
    meant: dict[str, set[int]] = {}
    for number, entry in enumerate(entries if lines else ()):
        for name in _names(entry):
            if (key := folded(name)) in lines:
                meant.setdefault(key, set()).add(number)
    sure = {key: numbers for key, numbers in meant.items() if len(numbers) == 1}
    named.update(dict.fromkeys((line for key in sure for line in lines[key]), True))
    return set().union(*sure.values())


def _take(named: dict[str, bool], names: Sequence[str] | Iterator[str]) -> bool:
    """Returns whether the list has one of the names, and records which names were used."""
    matches = [name for name in names if name in named]
    for name in matches:
        named[name] = True
    return bool(matches)
