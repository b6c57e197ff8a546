"""Checks a line of the manifest, field by field: every reader can use what passes, and what does not is damaged."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from photocolor.batch.records.line import DONE, FAILED, SKIPPED
from photocolor.errors import OutputError
from photocolor.system.safe_files import leaves
from photocolor.system.strict_json import loads

SCHEMA = 1
NUMBER_MOST = 2**63 - 1
RUN_MOST = 10**12
"""No folder sees so many runs: a line with a higher number is damaged, or those of all later runs would be too high."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00")

Line = dict[str, Any]


class DamagedLine(ValueError):
    """Raised if a line is not as photocolor writes it; says which field, and why."""


class NewerLine(Exception):
    """Raised if a line says that a newer photocolor wrote it; what it means is not guessed at.

    Args:
        version: the schema that it names.
    """

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version

    def as_output_error(self, where: object, more: str = "") -> OutputError:
        """Returns the error that ends a command; `where` names the place of the line."""
        return OutputError(
            f"{where} was written by a newer photocolor (schema {self.version}, known {SCHEMA})",
            f"Install the newer photocolor, or choose another --out.{more}",
        )


def checked_line(raw: bytes) -> Line:
    """Returns the fields of a line.

    Raises:
        DamagedLine: it is not as photocolor writes it.
        NewerLine: a newer photocolor wrote it.
    """
    try:
        line = loads(raw)
    except ValueError as error:
        raise DamagedLine("it is no JSON") from error
    if not isinstance(line, dict):
        raise DamagedLine("it is no JSON object")
    name = "v"
    try:
        if (version := whole_number(line["v"])) > SCHEMA:
            raise NewerLine(version)
        for name, check in _EVERY.items():
            check(line[name])
        needed, others = _BY_STATUS[line["status"]]
        for name, check in needed.items():
            check(line[name])
        for name, check in others.items():
            if name in line:
                check(line[name])
        name = "source"
        checked_place(source_place(line["relative"], line["source"]))
    except KeyError as error:
        raise DamagedLine(f"it has no field {name}") from error
    except (ValueError, TypeError) as error:
        raise DamagedLine(f"its field {name} is damaged ({error})") from error
    return line


def source_place(relative: str, source: str) -> str:
    """Returns a source's path under the sources of its run, from its result's path and its own."""
    return os.path.splitext(relative)[0] + os.path.splitext(source)[1]  # noqa: PTH122 -- strings of any bytes


def checked_place(value: object) -> str:
    """Returns a record's path after checking that it stays inside of the output folder.

    Raises:
        ValueError: it is none, or leads out of the folder.
    """
    if leaves(checked_path(value)):
        raise ValueError("no place in the output folder")
    return str(value)


def checked_path(value: object) -> str:
    """Returns a record's path, which may lead anywhere, after checking that a system can be asked for it.

    Raises:
        ValueError: it is none. A lone surrogate that stands for no byte can be in no name of this system.
    """
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("no path")
    os.fsencode(value)
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


def _digest_of_file(value: object) -> str:
    if not hex_digest(value):
        raise ValueError("no SHA-256")
    return str(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _time(value: object) -> str:
    if not _TIME.fullmatch(_text(value)):
        raise ValueError("no time")
    return str(value)


def _status(value: object) -> str:
    if value not in (DONE, SKIPPED, FAILED):
        raise ValueError("no status")
    return str(value)


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise ValueError("no number from 0 on")
    return value


def _number_or_none(value: object) -> float | None:
    return None if value is None else _number(value)


def _shares(name: str, value: object) -> None:
    """Raises if the field is neither null nor an object of shares with this one among them."""
    if value is None:
        return
    if not isinstance(value, dict) or name not in value:
        raise ValueError("no shares")
    for share in value.values():
        _number(share)


def _object(value: object) -> None:
    if not isinstance(value, dict):
        raise ValueError("no object")


def _texts(value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("no list of texts")


def _digests_of_places(value: Any) -> None:
    _object(value)
    places_of(list(value))
    for digest in value.values():
        _digest_of_file(digest)


_Checks = dict[str, Callable[[Any], object]]

_EVERY: _Checks = {
    "time": _time,
    "tool": _text,
    "model": _text,
    "status": _status,
    "relative": checked_place,
    "source": checked_path,
    "source_bytes": whole_number,
    "source_mtime_ns": partial(whole_number, low=-NUMBER_MOST),
    "model_sha256": _text,
    "settings_digest": _text,
}
_OTHERS: _Checks = {"run": partial(whole_number, high=RUN_MOST), "settings": _object}
_BY_STATUS: Mapping[str, tuple[_Checks, _Checks]] = {
    DONE: (
        {"source_sha256": _digest_of_file, "result_sha256": _digest_of_file, "result_bytes": whole_number},
        _OTHERS
        | {
            "megapixels": _number,
            "seconds": _number,
            "tiles": whole_number,
            "pages": whole_number,
            "doubt": _number_or_none,
            "degraded": _texts,
            "warnings": _texts,
            "hints_sha256": hex_digest,
            "sidecars_sha256": hex_digest,
            "sidecars": places_of,
            "layers": places_of,
            "damage": partial(_shares, "all"),
            "mended": partial(_shares, "share"),
            "hand_mask_sha256": hex_digest,
            "beside_sha256": _digests_of_places,
        },
    ),
    SKIPPED: ({"reason": _text}, _OTHERS | {"source_sha256": hex_digest}),
    FAILED: ({}, _OTHERS),
}
"""What lines of each status have to have, and what they may; fields of later versions of schema 1 are not looked at."""
