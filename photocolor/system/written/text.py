"""Reads the text of a file that a person wrote, whatever editor it came from."""

from __future__ import annotations

import codecs

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SAVE_AS = "Save it as UTF-8."


class NotUtf8(ValueError):
    """Raised if a text is encoded in another way; says where, or in which."""


def text_of(data: bytes) -> str:
    """Returns the text of UTF-8, without the mark that some editors put before it.

    Raises:
        NotUtf8: it is encoded in another way.
    """
    refuse_utf16(data)
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise NotUtf8(f"line {line} is encoded in another way") from error


def refuse_utf16(data: bytes) -> None:
    """Raises if a text is UTF-16, as Windows PowerShell writes it.

    Raises:
        NotUtf8: it is.
    """
    if data.startswith(_WIDE):
        raise NotUtf8("it is UTF-16")
