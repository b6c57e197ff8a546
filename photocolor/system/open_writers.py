"""Tells whether a program still has a file open for writing, where the system can say so."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

if sys.platform == "linux":
    import fcntl
    import signal

    def is_open_for_writing(path: Path | str) -> bool:
        """Returns whether a process of this machine has the file open for writing.

        Linux grants a read lease on a file only while nobody writes to it. It grants none on files of other users or on
        file systems without leases (most network shares); for these the answer is False, as for a file that is gone.

        Source: fcntl(2), "Leases".
        """
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            # A writer that opens the file before the next line but one would send SIGIO, which ends a process.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except OSError as error:
            return error.errno == errno.EAGAIN
        finally:
            os.close(descriptor)  # which gives the lease back
        return False

else:

    def is_open_for_writing(path: Path | str) -> bool:
        """Returns False: this system does not tell."""
        return False
