"""Lists the color points beside the canvas, and offers colors for the selected one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from photocolor.hints.sidecar import Point
from photocolor.preview.color_names import color_name
from photocolor.preview.suggest import Suggestion

COLUMNS = 6
SWATCH = QSize(28, 24)
LIST_ROWS = 3
REACHES: tuple[tuple[str, float | None], ...] = (
    ("the whole thing", None),
    *((f"no farther than {percent} %", percent / 100) for percent in (20, 10, 5, 2)),
    ("a spot", 0.0),
)
"""How far a point's color may go, in words and as its radius."""


class Swatches(QGroupBox):
    """Shows the points, and colors that suit the selected one."""

    color_chosen = Signal(str)
    radius_chosen = Signal(object)
    selected = Signal(int)
    delete_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Color points", parent)
        self._told = QLabel("Press P, then click on the photo.")
        self._told.setWordWrap(True)
        self._list = QListWidget()
        self._list.setAccessibleName("Color points of this photo")
        self._list.setFixedHeight(LIST_ROWS * 26 + 8)
        self._list.setIconSize(QSize(20, 16))
        self._list.currentRowChanged.connect(self.selected)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self._buttons: list[QPushButton] = []
        self.reach = QComboBox()
        self.reach.setAccessibleName("How far the point's color goes")
        self.reach.setToolTip(
            "A point colors the thing that it stands on; shares of the photo's longer side keep it near."
        )
        self.reach.activated.connect(lambda _: self.radius_chosen.emit(self.reach.currentData()))
        self.other = QPushButton("&Other color…")
        self.other.clicked.connect(self._ask)
        self.delete = QPushButton("D&elete point")
        self.delete.clicked.connect(self.delete_asked)
        row = QHBoxLayout()
        row.addWidget(self.other)
        row.addWidget(self.delete)
        column = QVBoxLayout(self)
        for part in (self._list, self._told):
            column.addWidget(part)
        column.addLayout(self._grid)
        form = QFormLayout()
        form.addRow("It &colors", self.reach)
        column.addLayout(form)
        column.addLayout(row)
        self._color = "#808080"
        self._place: tuple[float, float] | None = None
        self.show_points((), -1)

    @property
    def buttons(self) -> Sequence[QPushButton]:
        """Returns the buttons of the suggestions, the likeliest first."""
        return self._buttons

    def show_points(self, points: Sequence[Point], selected: int) -> None:
        """Shows the points of the photo."""
        self._list.blockSignals(True)
        self._list.clear()
        for number, point in enumerate(points, 1):
            text = f"{number}: {color_name(point.color)} {point.color} at {point.x:.0%}, {point.y:.0%}"
            self._list.addItem(QListWidgetItem(swatch(point.color), text))
        self._list.setCurrentRow(selected)
        self._list.blockSignals(False)
        some = selected >= 0
        self._color = points[selected].color if some else self._color
        self.other.setEnabled(some)
        self.delete.setEnabled(some)
        self._show_reach(points[selected].radius if some else None)
        self.reach.setEnabled(some)
        self._list.setVisible(bool(points))
        place = (points[selected].x, points[selected].y) if some else None
        if place != self._place:
            self._place = place
            self.show_suggestions(())  # those of another place would be taken for this one's
        none = "Press P, then click on the photo." if not points else "Select a point to change its color."
        self._told.setText("Likely colors here:" if some else none)

    def _show_reach(self, radius: float | None) -> None:
        """Offers the usual radii, and that of the point if it is another."""
        known = [usual for _, usual in REACHES]
        own = () if radius in known else ((f"no farther than {radius:.3g} of a side", radius),)
        self.reach.clear()
        for text, usual in (*REACHES, *own):
            self.reach.addItem(text, usual)
        self.reach.setCurrentIndex(known.index(radius) if radius in known else len(known))

    def show_suggestions(self, suggestions: Sequence[Suggestion]) -> None:
        """Shows colors for the selected point."""
        for button in self._buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._button(suggestion) for suggestion in suggestions]
        for index, button in enumerate(self._buttons):
            self._grid.addWidget(button, index // COLUMNS, index % COLUMNS, Qt.AlignmentFlag.AlignLeft)

    def _button(self, suggestion: Suggestion) -> QPushButton:
        button = QPushButton()
        button.setIcon(swatch(suggestion.shown, SWATCH))
        button.setIconSize(SWATCH)
        button.setFixedSize(SWATCH.width() + 8, SWATCH.height() + 8)
        named = f"{color_name(suggestion.shown)}: {suggestion.name}"
        button.setToolTip(f"{named} ({suggestion.color} at this place)")
        button.setAccessibleName(f"{named}, {suggestion.color}")
        button.clicked.connect(lambda: self.color_chosen.emit(suggestion.color))
        return button

    def _ask(self) -> None:
        color = QColorDialog.getColor(QColor(self._color), self, "Color of this point")
        if color.isValid():
            self.color_chosen.emit(color.name())


def swatch(color: str, size: QSize = QSize(20, 16)) -> QIcon:  # noqa: B008 -- never changed
    """Returns a patch of color with an edge that is visible on light and on dark."""
    pixmap = QPixmap(size)
    pixmap.fill(QColor(color))
    with QPainter(pixmap) as painter:
        painter.setPen(QColor(0, 0, 0, 120))
        painter.drawRect(0, 0, size.width() - 1, size.height() - 1)
    found = QIcon(pixmap)
    for mode in (QIcon.Mode.Selected, QIcon.Mode.Active):
        found.addPixmap(pixmap, mode)  # or the style would tint it
    return found
