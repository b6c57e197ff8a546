"""Names and texts of other people, as they may be shown: nothing in them is obeyed by a terminal."""

from __future__ import annotations

SENTENCE_LETTERS = 2000


def shortened(text: str, most_letters: int = SENTENCE_LETTERS) -> str:
    """Returns a text that is no longer than people read; a name in a file may have a million letters."""
    return text if len(text) <= most_letters else text[: most_letters - 1] + "…"


def clean(text: object) -> str:
    """Returns a text on one line in which everything that does not print is shown as its escape."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in str(text))
