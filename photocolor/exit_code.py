"""The exit codes of the process."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Names what the process returns; a stable interface, described in docs/errors.md."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    SOME_FAILED = 3
    ENVIRONMENT = 4
    OUTPUT = 5
    NOTHING_TO_DO = 6
    INTERRUPTED = 130
    TERMINATED = 143
