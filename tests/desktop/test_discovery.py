"""What is looked for in threads, after the window that asked has been closed."""

from __future__ import annotations

from pathlib import Path

from shiboken6 import delete

from photocolor.desktop.discovery import Finder


def test_an_answer_that_nobody_waits_for_any_more_is_dropped(app: object, tmp_path: Path) -> None:
    finder = Finder()
    delete(finder)
    finder._probe()
    finder._walk((tmp_path,), tmp_path / "out")
    finder._walk((tmp_path / "nowhere",), tmp_path / "out")
