"""Makes foreign names and texts safe to show and to type: a terminal and a shell obey nothing in them."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

SENTENCE_LETTERS = 2000
_PLAIN_ON_WINDOWS = re.compile(r"[\w.:/\\+-][\w.:/\\+=-]*")
_OBEYED_BY_POWERSHELL = re.compile(r"\$(?=[\w({?^$:])|[`\u201c-\u201e]")
"""What PowerShell replaces, or takes for the end, within double quotes."""
_SINGLE_OF_POWERSHELL = re.compile("['\u2018-\u201b]")
_OBEYED_BY_CMD = frozenset("&|<>^%")
_NOT_IN_NAMES = frozenset('\\:*?"<>|') | set(map(chr, range(32)))
"""What FAT, exFAT and Windows, and the shares of its machines, take in no name."""


def shortened(text: str, most_letters: int = SENTENCE_LETTERS) -> str:
    """Returns a text cut to a readable length; a name in a file may have a million characters."""
    return text if len(text) <= most_letters else text[: most_letters - 1] + "…"


def as_argument(name: object) -> str:
    """Returns a file's name as commands take it: one that begins with a dash would be read as options."""
    return f"./{name}" if str(name).startswith("-") else str(name)


def command_line(words: Iterable[object], *, windows: bool = sys.platform == "win32") -> str:
    """Returns a command as a person can type it, quoted for a POSIX shell or for both of Windows' (cmd, PowerShell)."""
    return " ".join(command_word(word, windows=windows) for word in words)


def command_word(word: object, *, windows: bool = sys.platform == "win32") -> str:
    r"""Returns one word of a command, in quotes if a shell would read it as more than that.

    cmd passes single quotes on as letters of the name, so that Windows has double ones; there, what a backslash
    before a double quote means follows from the rules by which programs split their command line. Within these
    PowerShell runs `$(calc)`. A word with something of that kind is in single quotes, by which cmd does not find the
    name; if cmd would obey something in it then, question marks stand for what PowerShell would obey.

    What would not be printed as it is (see `clean`) is given in octal on POSIX, as bash, ksh and zsh read it.

    Source: https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments; "about_Quoting_Rules"
        of PowerShell; POSIX.1-2024, 2.2.4 "Dollar Single Quotes"
    """
    if not windows:
        return shlex.quote(str(word)) if str(word).isprintable() else "$'" + _in_octal(str(word)) + "'"
    if _PLAIN_ON_WINDOWS.fullmatch(str(word)):
        return str(word)
    text = str(word)
    if _OBEYED_BY_POWERSHELL.search(text):
        if _OBEYED_BY_CMD.isdisjoint(text):
            return "'" + _SINGLE_OF_POWERSHELL.sub(r"\g<0>\g<0>", text) + "'"
        text = _OBEYED_BY_POWERSHELL.sub("?", text)
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    return '"' + re.sub(r"(\\+)$", r"\1\1", escaped) + '"'


def _in_octal(word: str) -> str:
    """Returns a word for dollar-single-quotes: whatever is no printable letter as the bytes that it has in a name."""
    escaped = re.sub(r"[\\']", r"\\\g<0>", word)
    return "".join(letter if letter.isprintable() else _bytes_in_octal(letter) for letter in escaped)


def _bytes_in_octal(letter: str) -> str:
    is_byte = "\udc80" <= letter <= "\udcff"  # of a name that is no UTF-8
    return "".join(
        f"\\{byte:03o}" for byte in letter.encode("utf-8", "surrogateescape" if is_byte else "surrogatepass")
    )


def clean(text: object) -> str:
    """Returns a text on one line with every unprintable character escaped."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in str(text))


def not_in_names(target: Path) -> str:
    """Returns the characters of a path that some file systems take in no name; "" if there are none."""
    odd = {letter for part in target.relative_to(target.anchor).parts for letter in part} & _NOT_IN_NAMES
    return " ".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in sorted(odd))
