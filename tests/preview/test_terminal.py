"""What a terminal shows is found out without harm to anybody else."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Mapping

import pytest

from photocolor.preview.terminal import ANSWER_S, Art, art_of

QUESTION = b"\x1b[c"
ASKS = "import sys; from photocolor.preview.terminal import art_of; print(art_of(sys.stdout), file=sys.stderr)"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It does."""
        return True


@pytest.mark.parametrize(
    ("environment", "art"),
    [
        ({"TERM": "xterm-kitty"}, Art.KITTY),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, Art.KITTY),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, Art.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app", "COLORTERM": "truecolor"}, Art.ITERM),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Art.ITERM),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, Art.ITERM),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Art.BLOCKS),
        ({"TERM": "xterm-direct"}, Art.BLOCKS),
        ({"TERM": "xterm-256color"}, Art.NONE),
        ({"TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Art.NONE),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, Art.NONE),
        ({"COLORTERM": "truecolor"}, Art.NONE),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "COLORTERM": "truecolor"}, Art.BLOCKS),
        ({"TERM": "xterm-kitty", "TMUX": "socket,1,0"}, Art.NONE),
        ({"TERM": "screen", "TERM_PROGRAM": "iTerm.app"}, Art.NONE),
    ],
)
def test_the_environment_names_the_terminal_but_not_from_inside_of_tmux(
    environment: Mapping[str, str], art: Art
) -> None:
    assert art_of(Terminal(), environment) is art


def test_a_pipe_is_shown_nothing_whatever_the_environment_says() -> None:
    assert art_of(io.StringIO(), {"TERM": "xterm-kitty", "COLORTERM": "truecolor"}) is Art.NONE


def asked(answer: bytes, **environment: str) -> tuple[str, bytes]:
    """What a process finds out in a terminal that answers so, and all it printed there."""
    ours, theirs = pty.openpty()
    printed = bytearray()

    def be_a_terminal() -> None:
        while True:
            try:
                data = os.read(ours, 4096)
            except OSError:
                return
            printed.extend(data)
            if QUESTION in printed and not be_a_terminal.answered:
                be_a_terminal.answered = True
                os.write(ours, answer)

    be_a_terminal.answered = False
    listener = threading.Thread(target=be_a_terminal, daemon=True)
    listener.start()
    variables = {k: v for k, v in os.environ.items() if k not in ("TMUX", "STY", "COLORTERM", "TERM_PROGRAM")}
    script = f"import os, fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {ASKS}"
    done = subprocess.run(
        [sys.executable, "-c", script],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=variables | environment,
        check=True,
        timeout=60,
    )
    os.close(theirs)
    listener.join(5)
    os.close(ours)
    return done.stderr.decode().strip(), bytes(printed)


@pytest.mark.parametrize(
    ("answer", "art"),
    [(b"\x1b[?62;4;22c", "sixel"), (b"\x1b[?62;22c", "blocks"), (b"", "blocks"), (b"\x1b[?", "blocks")],
)
def test_a_terminal_that_says_it_has_sixels_is_given_them_and_a_silent_one_is_not_waited_for(
    answer: bytes, art: str
) -> None:
    found, printed = asked(answer, TERM="xterm-256color", COLORTERM="truecolor")
    assert found == art
    assert printed == QUESTION, "nothing but the question may be printed, and the answer must not be echoed"


def test_the_patience_is_short() -> None:
    assert ANSWER_S <= 0.5
