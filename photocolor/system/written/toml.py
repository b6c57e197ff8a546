"""Parses the TOML that a person wrote, up to a length that a person writes."""

from __future__ import annotations

from typing import Any

TOML_MOST_CHARACTERS = 1 << 15
"""Ten times the longest file that is known; Python's parser takes two seconds for one key of this length, and four
times as long for one of twice the length."""


def toml_values(text: str) -> dict[str, Any]:
    """Returns the values of a TOML text.

    Raises:
        ValueError: it is no TOML, is longer than anybody writes, or is nested too deeply.
    """
    import tomllib  # few command lines name a file

    if len(text) > TOML_MOST_CHARACTERS:
        raise ValueError(f"it has {len(text):,} characters, more than {TOML_MOST_CHARACTERS:,}")
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
