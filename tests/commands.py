"""Runs the command line, in this process or in one of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from photocolor.cli.app import run_app

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


def words_of(line: str) -> list[str]:
    """The words of a command that was shown, as a shell of this system passes them on."""
    return shlex.split(line.replace("\\", "\\\\") if sys.platform == "win32" else line)


def as_shown(line: str) -> str:
    """The line with the quotes of this system's shells; its names have none of their own."""
    return line.replace("'", '"') if sys.platform == "win32" else line


def photocolor(*arguments: object, **environment: str) -> Answer:
    """The command in a process of its own, as a person starts it."""
    with started(*arguments, **environment) as process:
        out, err = process.communicate()
    return Answer(process.returncode, out.decode(), err.decode())


def started(*arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    """The command's process, in a group of its own so that a test can signal all of it."""
    command = [sys.executable, "-m", "photocolor", *map(str, arguments)]
    variables = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    pipe = subprocess.PIPE
    # without a buffer, in which a second line that came with the first would be lost to `communicate`
    return subprocess.Popen(command, bufsize=0, stdout=pipe, stderr=pipe, env=variables, start_new_session=True)


class Here:
    """The command in this process: quick, and its coverage counts.

    Args:
        monkeypatch: sets the arguments.
        capsys: catches what is printed.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Answer:
        """Runs it."""
        self._monkeypatch.setattr(sys, "argv", ["photocolor", *map(str, arguments)])
        code = run_app()
        printed = self._capsys.readouterr()
        return Answer(code, printed.out, printed.err)
