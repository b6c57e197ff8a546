"""Fixtures for the window; without Qt there are none, and the tests that import it skip."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is loaded

if importlib.util.find_spec("PySide6") is not None:
    from fakes import write_model
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication, QMessageBox

    from photocolor.desktop.app import make_app
    from photocolor.desktop.window import Window

    @pytest.fixture(scope="session")
    def app() -> QApplication:
        """The one application of the process."""
        running = QApplication.instance()
        return running if isinstance(running, QApplication) else make_app(["photocolor"])

    @pytest.fixture
    def settings(tmp_path: Path) -> QSettings:
        """A memory of its own, with a model that answers at once."""
        stored = QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)
        stored.setValue("model", str(write_model(tmp_path / "tint.onnx")))
        stored.setValue("device", "cpu")
        return stored

    class QuietWindow(Window):
        """Answers its own questions, and keeps them."""

        answer = QMessageBox.StandardButton.Discard

        def __init__(self, settings: QSettings) -> None:
            self.asked: list[str] = []
            self.complaints: list[str] = []
            super().__init__(settings)

        def ask(self, question: str) -> QMessageBox.StandardButton:
            """The prepared answer."""
            self.asked.append(question)
            return self.answer

        def complain(self, message: str, hint: str) -> None:
            """Nobody is there to press OK."""
            self.complaints.append(message)

    @pytest.fixture
    def window(app: QApplication, settings: QSettings) -> Iterator[QuietWindow]:
        """Shown, and empty."""
        made = QuietWindow(settings)
        made.show()
        yield made
        made.close()
        made.deleteLater()
        app.processEvents()
