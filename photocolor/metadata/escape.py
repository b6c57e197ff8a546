"""Text as XML spells it. The standard library's function loads its network modules: 15 ms of every start."""

from __future__ import annotations

_QUOTES = {'"': "&quot;", "'": "&apos;"}


def escape(text: str, quotes: str = "") -> str:
    """The text with XML's characters, and the quotation marks in `quotes`, spelled out."""
    spelled = text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")
    for mark in quotes:
        spelled = spelled.replace(mark, _QUOTES[mark])
    return spelled
