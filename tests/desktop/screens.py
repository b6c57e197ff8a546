"""An X server that nobody sees."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

NEEDED = ("Xvfb", "xdotool")


def missing_programs() -> list[str]:
    """Which programs a walk through a real window needs, and this machine lacks."""
    return [name for name in NEEDED if shutil.which(name) is None]


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """The environment of a program that shall be seen on a screen of its own."""
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1280x860x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(theirs,), stderr=subprocess.DEVNULL) as server:
        os.close(theirs)
        with os.fdopen(ours) as told:
            number = told.readline().strip()
        try:
            yield os.environ | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()
