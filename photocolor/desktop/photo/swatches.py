"""Lists the color points beside the canvas, and offers colors for the selected one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
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

from photocolor.desktop.photo.brush_panel import BrushPanel
from photocolor.desktop.photo.points import PENDING
from photocolor.desktop.photo.swatch import SWATCH, swatch
from photocolor.hints.sidecar import Point, Polygon
from photocolor.preview.color_names import color_name
from photocolor.preview.suggest import Suggestion

COLUMNS = 6
LIST_ROWS = 3
REACHES: tuple[tuple[str, float | None], ...] = (
    ("the whole thing", None),
    *((f"no farther than {percent} %", percent / 100) for percent in (20, 10, 5, 2)),
    ("a spot", 0.0),
)
"""How far a point's color may go, in words and as its radius."""


PRESS = "Press P and click on the photo for a point, or A and paint an area."


class Swatches(QGroupBox):
    """Shows the points, and colors that suit the selected one."""

    color_chosen = Signal(str)
    radius_chosen = Signal(object)
    selected = Signal(int)
    delete_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Color points and areas", parent)
        self._told = QLabel(PRESS)
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
        self.delete = QPushButton("D&elete")
        self.delete.clicked.connect(self.delete_asked)
        self.brush = BrushPanel()
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
        column.addWidget(self.brush)
        self._color = "#808080"
        self._place: object = None
        self.show_points((), -1)

    @property
    def buttons(self) -> Sequence[QPushButton]:
        """Returns the buttons of the suggestions, the likeliest first."""
        return self._buttons

    def show_points(self, points: Sequence[Point], selected: int, areas: Sequence[Polygon] = ()) -> None:
        """Shows the points and areas of the photo; areas are counted on from the points."""
        self._list.blockSignals(True)
        self._list.clear()
        for number, each in enumerate(points, 1):
            self._list.addItem(_item(each.color, f"{number}: {{}} at {each.x:.0%}, {each.y:.0%}"))
        for number, area in enumerate(areas, len(points) + 1):
            self._list.addItem(_item(area.color, f"{number}: {{}}, area"))
        self._list.setCurrentRow(selected)
        self._list.blockSignals(False)
        colors = [entry.color for entry in points] + [entry.color for entry in areas]
        some = 0 <= selected < len(colors)
        point = points[selected] if 0 <= selected < len(points) else None
        self._color = colors[selected] if some else self._color
        self.other.setEnabled(some)
        self.delete.setEnabled(some)
        self._show_reach(point.radius if point is not None else None)
        self.reach.setEnabled(point is not None)
        self._list.setVisible(bool(colors))
        place = (point.x, point.y) if point is not None else selected if some else None
        if place != self._place:
            self._place = place
            self.show_suggestions(())  # those of another place would be taken for this one's
        none = PRESS if not colors else "Select a point or an area to change its color."
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
        color = QColorDialog.getColor(QColor(self._color), self, "Color of this point or area")
        if color.isValid():
            self.color_chosen.emit(color.name())


def _item(color: str, text: str) -> QListWidgetItem:
    """Returns a line of the list; `text` has a gap for the color's name."""
    if color == PENDING:
        return QListWidgetItem(text.format("its color is on its way"))
    return QListWidgetItem(swatch(color), text.format(f"{color_name(color)} {color}"))
