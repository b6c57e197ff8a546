"""Detects which pictures the terminal shows, by its environment and by one query that every terminal answers."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import TextIO

ANSWER_S = 0.3
"""A terminal answers within milliseconds, also over a slow line; one that does not is not waited for."""
_DEVICE_ATTRIBUTES = b"\x1b[c"
_ANSWER = re.compile(rb"\x1b\[\?([0-9;]*)c")
_SIXEL_ATTRIBUTE = b"4"
_ITERM_PROGRAMS = {"iTerm.app", "WezTerm", "mintty"}
_KITTY_PROGRAMS = {"ghostty"}


class Art(StrEnum):
    """Names the ways to show pictures."""

    KITTY = "kitty"
    ITERM = "iterm"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    NONE = "none"


def art_of(stream: TextIO, environment: Mapping[str, str] | None = None) -> Art:
    """Returns how the terminal behind a stream shows pictures; None unless it is known to.

    Names in the environment are not believed inside of tmux and screen: they belong to the terminal around them, which
    would get the sequences as garbage.
    """
    variables = os.environ if environment is None else environment
    if not stream.isatty() or variables.get("TERM", "dumb" if os.name == "posix" else "") == "dumb":
        return Art.NONE
    named = Art.NONE if is_nested(variables) else _named(variables)
    if named is not Art.NONE:
        return named
    if _SIXEL_ATTRIBUTE in attributes_of(stream):
        return Art.SIXEL
    return Art.BLOCKS if has_true_color(variables) else Art.NONE


def is_nested(environment: Mapping[str, str]) -> bool:
    """Returns True inside of tmux and screen."""
    return "TMUX" in environment or "STY" in environment or environment.get("TERM", "").startswith(("tmux", "screen"))


def _named(environment: Mapping[str, str]) -> Art:
    """Returns how a terminal of this name shows pictures."""
    program = environment.get("TERM_PROGRAM", "")
    if "KITTY_WINDOW_ID" in environment or environment.get("TERM") == "xterm-kitty" or program in _KITTY_PROGRAMS:
        return Art.KITTY
    return Art.ITERM if program in _ITERM_PROGRAMS or environment.get("LC_TERMINAL") == "iTerm2" else Art.NONE


def has_true_color(environment: Mapping[str, str]) -> bool:
    """Returns True for terminals that declare 24-bit color, unless the user asked for none."""
    if environment.get("NO_COLOR"):
        return False
    by_name = environment.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    return by_name or "WT_SESSION" in environment or environment.get("TERM", "").endswith("-direct")


def attributes_of(stream: TextIO) -> frozenset[bytes]:
    """Returns the numbers in the terminal's answer to "what are you" (DA1), which every terminal answers silently.

    Nothing is asked, and nothing is found, where the answer could reach somebody else: without a terminal on standard
    input, in the background, and on Windows.
    """
    if os.name != "posix" or not sys.stdin.isatty():
        return frozenset()
    import termios
    import tty

    keyboard = sys.stdin.fileno()
    try:
        if os.tcgetpgrp(keyboard) != os.getpgrp():
            return frozenset()
        before = termios.tcgetattr(keyboard)
    except (OSError, termios.error):
        return frozenset()
    try:
        tty.setcbreak(keyboard, termios.TCSANOW)
        stream.flush()
        os.write(stream.fileno(), _DEVICE_ATTRIBUTES)
        match = _ANSWER.search(_read_answer(keyboard))
    except (OSError, termios.error):
        return frozenset()
    finally:
        termios.tcsetattr(keyboard, termios.TCSANOW, before)
    return frozenset(match[1].split(b";")) if match else frozenset()


def _read_answer(keyboard: int) -> bytes:
    """Returns the terminal's answer, or what came of it in time."""
    data = b""
    deadline = time.monotonic() + ANSWER_S
    while not _ANSWER.search(data):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([keyboard], [], [], left)[0]:
            break
        piece = os.read(keyboard, 64)
        if not piece:
            break
        data += piece
    return data
