"""Starts the window."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from photocolor import __version__
from photocolor.desktop.language import AUTOMATIC, speak
from photocolor.desktop.theme import Look, apply, icon
from photocolor.desktop.window import Window
from photocolor.engine.runtime import load_runtime
from photocolor.image.display.allocation import use_fresh_memory

HEAR_MS = 200
SWITCH_S = 0.0005
"""How long a thread may hold the interpreter while the window waits for it; Python's 5 ms add up, since each call of a
paint event asks for it anew."""


def start(paths: Sequence[Path], language: str | None = None) -> int:
    """Shows the window until it is closed; returns the process's exit code.

    Args:
        paths: what is opened.
        language: what the window speaks this time; None for what was chosen in it, or else the system's.
    """
    settings = stored_settings()
    app = make_app(sys.argv[:1], str(settings.value("language", AUTOMATIC)) if language is None else language)
    load_runtime()  # before the window is there: loading it later, in whatever thread, would stop it for a moment
    window = Window(settings)
    app.styleHints().colorSchemeChanged.connect(lambda _: _follow_system(app, window))
    window.show()
    if paths:
        window.open_paths(list(paths))
    _hear_signals(app, window)
    return app.exec()


def make_app(arguments: Sequence[str], language: str = AUTOMATIC) -> QApplication:
    """Returns the application, with one style on all systems so that both palettes look as they were drawn.

    Args:
        arguments: of the process.
        language: what it speaks, one of `LANGUAGES`; "" for the system's.
    """
    use_fresh_memory()
    sys.setswitchinterval(SWITCH_S)
    app = QApplication(list(arguments))
    app.setApplicationName("photocolor")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("photocolor")
    app.setStyle("Fusion")
    app.setWindowIcon(icon())
    speak(app, language)
    return app


def stored_settings() -> QSettings:
    """Returns the plain text file, one for each user, in which the window remembers its state."""
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "photocolor", "desktop")


def _follow_system(app: QApplication, window: Window) -> None:
    if str(window.remembered("look", Look.SYSTEM.value)) == Look.SYSTEM.value:
        apply(app, Look.SYSTEM)


def _hear_signals(app: QApplication, window: Window) -> None:
    """Closes the window on Ctrl-C and SIGTERM; a timer lets Python receive them while Qt waits."""

    def hear(number: int, frame: object) -> None:
        window.masking.end()
        window.running.end()
        window.preview_worker.end()
        app.exit(128 + number)

    signal.signal(signal.SIGINT, hear)
    signal.signal(signal.SIGTERM, hear)
    timer = QTimer(app)
    timer.timeout.connect(lambda: None)
    timer.start(HEAR_MS)
