"""Colors the word that a line begins with, and leaves the sentence in the terminal's own color.

Of a terminal's eight colors only red and magenta can be read on white and on black alike: yellow and green vanish on
the one, blue on the other, and faint text on many of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

BAD = "red"
NOTEWORTHY = "magenta"


def emphasized(line: str, style: str) -> Text:
    """Returns the line with its first word, up to a colon, in a style.

    Args:
        line: as "failed: scan.jpg: the file is empty"; one without a colon is a word.
        style: BAD, NOTEWORTHY, or "" for none.
    """
    from rich.text import Text

    text = Text(line)
    text.stylize(style, 0, len(line.partition(":")[0]))
    return text
