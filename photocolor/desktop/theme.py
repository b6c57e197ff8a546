"""Makes the window light or dark by two palettes of sufficient contrast, and draws the icon."""

from __future__ import annotations

from enum import StrEnum
from importlib.resources import files

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication


class Look(StrEnum):
    """Says which palette the user chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_ROLE = QPalette.ColorRole
_LIGHT = {
    _ROLE.Window: "#f2f1ef",
    _ROLE.WindowText: "#1d1d1f",
    _ROLE.Base: "#ffffff",
    _ROLE.AlternateBase: "#f6f5f3",
    _ROLE.Text: "#1d1d1f",
    _ROLE.Button: "#e7e5e2",
    _ROLE.ButtonText: "#1d1d1f",
    _ROLE.ToolTipBase: "#ffffff",
    _ROLE.ToolTipText: "#1d1d1f",
    _ROLE.PlaceholderText: "#6a6762",
    _ROLE.Highlight: "#1463b0",
    _ROLE.HighlightedText: "#ffffff",
    _ROLE.Link: "#0b56a0",
    _ROLE.Light: "#ffffff",
    _ROLE.Midlight: "#ecebe8",
    _ROLE.Mid: "#b9b6b0",
    _ROLE.Dark: "#8f8c86",
    _ROLE.Shadow: "#55534f",
}
_DARK = {
    _ROLE.Window: "#2a2a2c",
    _ROLE.WindowText: "#ececea",
    _ROLE.Base: "#1d1d1f",
    _ROLE.AlternateBase: "#252527",
    _ROLE.Text: "#ececea",
    _ROLE.Button: "#3a3a3d",
    _ROLE.ButtonText: "#ececea",
    _ROLE.ToolTipBase: "#3a3a3d",
    _ROLE.ToolTipText: "#ececea",
    _ROLE.PlaceholderText: "#a19e98",
    _ROLE.Highlight: "#2f7fd0",
    _ROLE.HighlightedText: "#ffffff",
    _ROLE.Link: "#7fb9f2",
    _ROLE.Light: "#55555a",
    _ROLE.Midlight: "#48484c",
    _ROLE.Mid: "#6c6c70",
    _ROLE.Dark: "#19191b",
    _ROLE.Shadow: "#000000",
}
_DISABLED = {Look.LIGHT: "#8a8781", Look.DARK: "#85827d"}


def apply(app: QApplication, look: Look) -> None:
    """Sets the application's palette; `SYSTEM` follows the system's current one."""
    if look is Look.SYSTEM:
        dark = app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        look = Look.DARK if dark else Look.LIGHT
    palette = QPalette()
    for role, color in (_DARK if look is Look.DARK else _LIGHT).items():
        palette.setColor(role, QColor(color))
    for role in (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText, _ROLE.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED[look]))
    app.setPalette(palette)


def icon() -> QIcon:
    """Returns the application's icon."""
    drawing = files("photocolor.desktop").joinpath("data/photocolor.png").read_bytes()
    pixmap = QPixmap()
    pixmap.loadFromData(QByteArray(drawing))
    return QIcon(pixmap)
