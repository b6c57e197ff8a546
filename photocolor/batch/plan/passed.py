"""Counts what a walk passes over, by kind, and the endings of the files that are no photos by their names."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath

NOT_PHOTOS = "file that is no photo by its name"
WITHOUT_ENDING = "without an ending"

_ENDINGS_SHOWN = 6
_LONGEST_ENDING = 8
"""Letters behind the dot; what is longer is a part of a sentence in a name, and no ending."""


class Passed(Counter[str]):
    """Counts entries by kind; of `NOT_PHOTOS` also which endings they have, so that a person sees what was left out."""

    def __init__(self) -> None:
        super().__init__()
        self.endings: Counter[str] = Counter()

    def add_no_photo(self, name: str) -> None:
        """Counts a file that is no photo by its name."""
        self[NOT_PHOTOS] += 1
        self.endings[_ending(name)] += 1

    def in_words(self, kind: str) -> str:
        """Returns a kind for people, with the most frequent endings where it has some."""
        if kind != NOT_PHOTOS or not self.endings:
            return kind
        shown = [ending for ending, _ in sorted(self.endings.items(), key=lambda item: (-item[1], item[0]))]
        more = ["…"] * (len(shown) > _ENDINGS_SHOWN)
        return f"{kind} ({', '.join(shown[:_ENDINGS_SHOWN] + more)})"


def _ending(name: str) -> str:
    ending = PurePath(name).suffix.lower()
    return ending if 1 < len(ending) <= _LONGEST_ENDING + 1 and ending[1:].isalnum() else WITHOUT_ENDING
