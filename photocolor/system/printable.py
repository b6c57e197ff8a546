"""Makes foreign names and texts safe to show: a terminal obeys nothing in them."""

from __future__ import annotations

SENTENCE_LETTERS = 2000


def shortened(text: str, most_letters: int = SENTENCE_LETTERS) -> str:
    """Returns a text cut to a readable length; a name in a file may have a million characters."""
    return text if len(text) <= most_letters else text[: most_letters - 1] + "…"


def as_argument(name: object) -> str:
    """Returns a file's name as commands take it: one that begins with a dash would be read as options."""
    return f"./{name}" if str(name).startswith("-") else str(name)


def clean(text: object) -> str:
    """Returns a text on one line with every unprintable character escaped."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in str(text))
