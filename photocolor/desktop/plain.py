"""Shows texts from files as plain text: Qt would render HTML in them, and load what it names."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from photocolor.system.printable import clean

Button = QMessageBox.StandardButton


class PlainLabel(QLabel):
    """Shows its text without rendering it as HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)


def tooltip(text: str) -> str:
    """Returns a text escaped for a tooltip, which shows it letter by letter."""
    return "<p>" + "<br>".join(escape(clean(line)) for line in text.split("\n")) + "</p>"


def box(
    parent: QWidget, icon: QMessageBox.Icon, text: str, buttons: Button = Button.Ok, discard: str = ""
) -> QMessageBox.StandardButton:
    """Shows a message box and returns which button ended it; `discard` is what the button of that name says."""
    shown = QMessageBox(icon, "photocolor", "", buttons, parent)
    if discard:
        shown.button(Button.Discard).setText(discard)
    shown.setTextFormat(Qt.TextFormat.PlainText)
    shown.setText(text)
    return Button(shown.exec())
