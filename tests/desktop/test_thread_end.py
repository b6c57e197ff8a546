"""What was asked for in the window never ends without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import photos
import pytest
from hands import wait_for
from journey import opened

from photocolor.desktop.export.photo_export import PhotoExport
from photocolor.desktop.run.background_run import BackgroundRun
from photocolor.desktop.window import Window

unexpected = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
"""The error goes on to the thread's own hook, which is what a terminal shows."""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "scan.jpg"
    path.write_bytes(photos.jpeg(photos.gray(60, 80)))
    return path


def broken() -> None:
    """Stands for a defect."""
    raise LookupError("nobody thought of this")


@unexpected
def test_a_run_that_meets_a_defect_says_so(window: Window, photo: Path) -> None:
    opened(window, photo)
    said: list[str] = []
    run = BackgroundRun(window.settings(), None, broken)
    run.refused.connect(lambda message, hint: said.append(f"{message} {hint}"))
    run.start()
    wait_for(lambda: said, "a word")
    assert said[0].startswith("unexpected LookupError: nobody thought of this This is a defect of photocolor")


@unexpected
def test_an_export_that_meets_a_defect_says_so(window: Window, photo: Path, tmp_path: Path) -> None:
    opened(window, photo)
    said: list[str] = []
    target = tmp_path / "print.jpg"
    export = PhotoExport(replace(window.settings(), sources=(photo,)), photo, target, broken)
    export.refused.connect(lambda message, hint: said.append(message))
    export.start()
    wait_for(lambda: said, "a word")
    assert "LookupError" in said[0] and not target.exists()


def test_a_report_without_results_is_answered_in_the_window_s_language_and_nothing_stays(
    window: Window, photo: Path
) -> None:
    window.results.open_report()
    assert window.complaints == ["There are no results yet."]
    opened(window, photo)
    window.panel.out.setText(str(photo.parent))  # there, but of no run
    window.results.open_report()
    wait_for(lambda: len(window.complaints) > 1, "the reason")
    assert "no run is recorded" in window.complaints[1]
    assert window.statusBar().currentMessage() == ""
