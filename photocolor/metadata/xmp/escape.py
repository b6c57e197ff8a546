"""Escapes text for XML. The standard library's function loads network modules, 15 ms at every start."""

from __future__ import annotations

_QUOTES = {'"': "&quot;", "'": "&apos;"}


def printable(text: str) -> str:
    """Returns the text without the control characters that XML 1.0 cannot hold."""
    return "".join(char for char in text if _is_printable(char))


def is_printable(text: str) -> bool:
    """Returns True if XML 1.0 can hold every character of the text."""
    return all(map(_is_printable, text))


def _is_printable(char: str) -> bool:
    return char in "\t\n\r" or " " <= char <= "\ud7ff" or (char >= "\ue000" and char not in "\ufffe\uffff")


def escape(text: str, quotes: str = "") -> str:
    """Returns the text with XML's characters, and the quotation marks in `quotes`, spelled out."""
    spelled = text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    for mark in quotes:
        spelled = spelled.replace(mark, _QUOTES[mark])
    return spelled
