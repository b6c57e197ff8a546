"""Shows the brush: its size and its color."""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from photocolor.desktop.language import tr
from photocolor.desktop.photo.swatch import SWATCH, swatch
from photocolor.desktop.photo.tools import RADIUS_RANGE
from photocolor.preview.color_names import color_name

STEPS = 60


class BrushPanel(QWidget):
    """Sets radius and color of the brush; equal steps of the slider make it larger by equal factors."""

    changed = Signal(float, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = "#000000"
        self._radius = RADIUS_RANGE[0]
        self.size_ = QSlider(Qt.Orientation.Horizontal)
        self.size_.setRange(0, STEPS)
        self.size_.setAccessibleName(tr("Size of the brush"))
        self.size_.setToolTip(tr("Size of the brush ([ and ])"))
        self.color = QPushButton()
        self.color.setIconSize(SWATCH)
        self.color.setFixedSize(SWATCH.width() + 8, SWATCH.height() + 8)
        self.color.clicked.connect(self._ask)
        label = QLabel(tr("B&rush"))
        label.setBuddy(self.size_)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self.size_, 1)
        row.addWidget(self.color)
        self.size_.valueChanged.connect(lambda step: self.changed.emit(_radius_of(step), self._color))

    def show_brush(self, radius: float, color: str) -> None:
        """Shows another brush."""
        self._radius, self._color = radius, color
        with QSignalBlocker(self.size_):
            self.size_.setValue(_step_of(radius))
        self.color.setIcon(swatch(color, SWATCH))
        name = tr("Color of the brush: {color}").format(color=f"{tr(color_name(color))}, {color}")
        self.color.setAccessibleName(name)
        self.color.setToolTip(name)

    def _ask(self) -> None:
        color = QColorDialog.getColor(QColor(self._color), self, tr("Color of the brush"))
        if color.isValid():
            self.changed.emit(self._radius, color.name())


def _radius_of(step: int) -> float:
    low, high = RADIUS_RANGE
    return float(low * (high / low) ** (step / STEPS))


def _step_of(radius: float) -> int:
    low, high = RADIUS_RANGE
    return round(STEPS * math.log(radius / low) / math.log(high / low))
