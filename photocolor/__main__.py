"""The command photocolor; `python -m photocolor` is the same."""

from __future__ import annotations

import _thread
import atexit
import contextlib
import gc
import os
import signal
import sys
import threading
from types import FrameType

_INTERRUPTED = 130
"""`ExitCode.INTERRUPTED`, before anything is loaded."""
_IMPORTING = "<frozen importlib._bootstrap>"
_PAUSE_S = 0.02
"""Between looks whether a library is loaded."""


def main() -> None:
    """Runs the command line. It is imported only here: a worker process loads this module, too."""
    end = _Ending()
    atexit.register(end.leave)  # before the libraries register theirs, so that it comes last
    gc.disable()  # what is loaded is no garbage; the command looks for some again, see `Command.invoke`
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's own threads: nothing here is large enough for them
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # whoever starts it may have it ignored
        signal.signal(signal.SIGINT, _Interrupt().hear)
    try:
        from photocolor.cli.app import main as run

        run()
    except SystemExit as ended:
        end.code = ended.code
        raise
    except KeyboardInterrupt:  # before the command could hear it, or while it ended
        os._exit(_INTERRUPTED)


class _Interrupt:
    """Hears Ctrl-C, and lets it wait while a library is loaded.

    Native parts of NumPy swallow it where it meets their loading, which leaves them half loaded: the command went on,
    and took a photo for damaged.
    """

    def __init__(self) -> None:
        self._waits = self._is_over = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        """Raises KeyboardInterrupt as soon as nothing is being loaded; a second Ctrl-C meanwhile waits for nothing."""
        again, self._is_over = self._waits and not self._is_over, False
        if again:
            os._exit(_INTERRUPTED)
        self._waits = _is_loading(frame)
        if not self._waits:
            raise KeyboardInterrupt
        timer = threading.Timer(_PAUSE_S, self._end_wait)
        timer.daemon = True
        timer.start()

    def _end_wait(self) -> None:
        self._is_over = True
        _thread.interrupt_main()


def _is_loading(frame: FrameType | None) -> bool:
    """Returns whether the main thread is in the middle of an import."""
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False


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
