"""The command photocolor; `python -m photocolor` is the same."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs the command line. It is imported only here: a worker process loads this module, too."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's own threads: nothing here is large enough for them
    from photocolor.cli.app import main as run

    run()


def open_window() -> None:
    """Opens the window with the photos and folders that are named; the command photocolor-desktop."""
    sys.argv[1:1] = ["desktop"]
    main()


if __name__ == "__main__":
    main()
