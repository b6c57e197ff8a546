"""The command photocolor; `python -m photocolor` is the same."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys


def main() -> None:
    """Runs the command line. It is imported only here: a worker process loads this module, too."""
    end = _Ending()
    atexit.register(end.leave)  # before the libraries register theirs, so that it comes last
    gc.disable()  # what is loaded is no garbage; the command looks for some again, see `Command.invoke`
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's own threads: nothing here is large enough for them
    from photocolor.cli.app import main as run

    try:
        run()
    except SystemExit as ended:
        end.code = ended.code
        raise


class _Ending:
    """The last step of the process: it leaves its modules as they are, which takes Python 15 ms to take apart."""

    def __init__(self) -> None:
        self.code: object = None

    def leave(self) -> None:
        """Ends the process with the command's exit code; without one Python ends it as ever."""
        if isinstance(self.code, int):
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(AttributeError, OSError, ValueError):  # none, or one that is closed
                    stream.flush()
            os._exit(self.code)


def open_window() -> None:
    """Opens the window with the photos and folders that are named; the command photocolor-desktop."""
    sys.argv[1:1] = ["desktop"]
    main()


if __name__ == "__main__":
    main()
