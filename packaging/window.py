"""What the frozen application starts: the window; with a command of photocolor, that command."""

from __future__ import annotations

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the workers of a run start this program again
    from photocolor.__main__ import main, open_window

    commands = {"damage", "desktop", "doctor", "models", "preview", "report", "restore", "verify", "watch"}
    if commands & set(sys.argv[1:2]) or sys.argv[1:2] in (["--version"], ["--help"]):
        main()
    else:
        open_window()
