"""Names and texts of other people, as they may be shown: nothing in them is obeyed by a terminal."""

from __future__ import annotations


def clean(text: object) -> str:
    """Returns a text on one line in which everything that does not print is shown as its escape."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in str(text))
