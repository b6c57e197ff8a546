"""Looks at what a caller from Python gave before any work is done: pictures, and hints that come from no sidecar."""

from __future__ import annotations

import os
import re
from io import TextIOBase
from pathlib import Path
from typing import Any

from photocolor.errors import HintsInvalid, UnreadableSource, UsageError
from photocolor.hints.sidecar import Hints, format_hints, parse_hints

_OPEN = 'Open it with open(path, "rb").'
_EXAMPLE = 'Give Hints(points=(Point(x, y, "#rrggbb"),)); x and y are shares of width and height from 0 to 1.'


def checked_hints(hints: Any) -> Hints | None:
    """Returns hints that can be used; None for none.

    Raises:
        TypeError: they are no `Hints`.
        HintsInvalid: a place or a color in them is none.
    """
    if hints is None:
        return None
    if not isinstance(hints, Hints):
        raise TypeError(f"hints are a {type(hints).__name__}. {_EXAMPLE}")
    try:
        parse_hints(format_hints(hints))
    except HintsInvalid as error:
        raise HintsInvalid(re.sub(r"^hints(, line \d+)?: ", "", error.message), _EXAMPLE) from error
    except (AttributeError, TypeError) as error:
        raise TypeError(f"hints hold something that is no point, polygon or number: {error}. {_EXAMPLE}") from error
    return hints


def picture_given(image: Any) -> Any:
    """Returns the picture itself; of an open file its bytes.

    Raises:
        TypeError: the file was opened as text.
        UsageError: it is the path of a folder, an address, or no path that any system has.
        UnreadableSource: the file is closed, or not open for reading.
    """
    if isinstance(image, str) and re.match(r"[a-z][a-z0-9+.-]+://", image):
        raise UsageError(f"{image} is an address, not a file", "Load it first, and give its bytes.")
    if isinstance(image, str | os.PathLike):
        checked_path(image)
    if isinstance(image, str | os.PathLike) and os.path.isdir(image):  # noqa: PTH112 -- Path raises where it may not look
        hint = 'Give a list of its photos, as list(Path(folder).glob("*.jpg")); photocolor restore colors folders.'
        raise UsageError(f"{image} is a folder, not a photo", hint)
    if not hasattr(image, "read") or hasattr(image, "__array__") or not callable(image.read):
        return image
    try:
        data = None if isinstance(image, TextIOBase) else image.read()
    except (OSError, ValueError) as error:  # what Python's own files raise
        raise UnreadableSource(f"the open file cannot be read: {error}", _OPEN) from error
    if not isinstance(data, bytes | bytearray):
        raise TypeError(f"the file was opened for reading text, not bytes. {_OPEN}")
    return bytes(data)


def checked_path(path: str | os.PathLike[str]) -> Path:
    """Returns a path that a system can be asked for.

    Raises:
        UsageError: it is empty, which would be the folder that the program stands in, or has what no name can have.
    """
    checked, text = Path(path), os.fspath(path)
    if not text:
        raise UsageError("an empty path names no file", "Give the path of a file.")
    try:
        is_none = "\0" in text or not os.fsencode(text)
    except UnicodeEncodeError:
        is_none = True
    if is_none:
        raise UsageError(f"{text!r} is no path: it has a character that no name can have", "Give the path of a file.")
    return checked
