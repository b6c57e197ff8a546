"""Lets reports that share a folder be made one after the other: they share small pictures, and perhaps the page."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from photocolor.batch.plan.results_folder import RECORD_FOLDER


@contextmanager
def report_turn(out: Path, page: Path, waits: Callable[[], object]) -> Iterator[None]:
    """Holds the records of an output folder and the page's folder while the block runs; waits for whoever has them.

    The system lets go of them however the process ends, and nothing is written. On Windows and on file systems without
    locks nobody waits; there the later of two reports to one page fails by name.

    Args:
        out: the output folder.
        page: where the page goes.
        waits: is called once if somebody else has one of them.
    """
    with ExitStack() as held:
        has_waited = False
        for descriptor in _opened(held, (out / RECORD_FOLDER, page.absolute().parent)):
            if not has_waited and _is_busy(descriptor):
                waits()
                has_waited = True
            _hold(descriptor)
        yield


def _opened(held: ExitStack, folders: tuple[Path, ...]) -> list[int]:
    """Returns a descriptor of each folder that is there, once, in an order that is the same for everybody."""
    if sys.platform == "win32":
        return []
    found: dict[tuple[int, int], int] = {}
    for folder in folders:
        with suppress(OSError):  # a missing or foreign folder is told by who writes into it
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            held.callback(os.close, descriptor)
            status = os.fstat(descriptor)
            found.setdefault((status.st_dev, status.st_ino), descriptor)
    return [descriptor for _, descriptor in sorted(found.items())]


if sys.platform != "win32":
    import fcntl

    def _is_busy(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # a file system without locks
            return False
        return False

    def _hold(descriptor: int) -> None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
else:

    def _is_busy(descriptor: int) -> bool:
        return False

    def _hold(descriptor: int) -> None:
        pass
