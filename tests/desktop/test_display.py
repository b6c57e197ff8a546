"""Without a display or a library the window says what is missing, and never aborts."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from commands import photocolor as command

from photocolor.desktop.display import PACKAGES, window_fault

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only X11 and Wayland may be missing")
NONE = {"QT_QPA_PLATFORM": "", "WAYLAND_DISPLAY": ""}


@pytest.mark.parametrize(("display", "told"), [("", "DISPLAY is not set"), (":7717", "the display :7717 cannot be")])
def test_without_a_display_the_error_says_so_with_a_remedy(display: str, told: str) -> None:
    answer = command("desktop", DISPLAY=display, **NONE)
    assert answer.code == 4
    assert told in answer.err and "photocolor preview" in answer.err


def test_doctor_says_whether_a_window_can_be_shown_and_is_healthy_without() -> None:
    answer = command("doctor", "--json", DISPLAY="", **NONE)
    assert answer.code == 0
    assert "DISPLAY is not set" in json.loads(answer.out)["window"]


def test_where_qt_draws_offscreen_nothing_is_missing() -> None:
    assert window_fault({"QT_QPA_PLATFORM": "offscreen"}) is None


def test_a_missing_library_is_named_with_the_packages_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from photocolor.desktop import display

    def missing(name: str) -> object:
        raise OSError(f"libxcb-cursor.so.0: cannot open shared object file, for {name}")

    monkeypatch.setattr(display.ctypes, "CDLL", missing)
    fault = window_fault({"DISPLAY": ":0"})
    assert fault is not None
    assert "libxcb-cursor.so.0" in fault.message and "apt-get install" in fault.hint and "libxcb-cursor0" in fault.hint


def test_the_packages_that_the_error_names_are_those_that_the_tests_install() -> None:
    installed = (Path(__file__).parents[2] / "scripts" / "packages").read_text(encoding="utf-8").split()
    assert set(PACKAGES.split()) < set(installed)
