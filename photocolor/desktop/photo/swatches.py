"""Lists the color points beside the canvas, and offers colors for the selected one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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

from photocolor.desktop.language import QT_TR_NOOP, percent, tr
from photocolor.desktop.photo.brush_panel import BrushPanel
from photocolor.desktop.photo.points import PENDING
from photocolor.desktop.photo.swatch import SWATCH, swatch
from photocolor.hints.sidecar import Point, Polygon
from photocolor.preview.color_names import color_name
from photocolor.preview.suggest import Suggestion

COLUMNS = 6
LIST_ROWS = 3
REACHES: tuple[tuple[str, float | None], ...] = (
    (QT_TR_NOOP("the whole thing"), None),
    *((f"{share} %", share / 100) for share in (20, 10, 5, 2)),
    (QT_TR_NOOP("a spot"), 0.0),
)
"""How far a point's color may go, in words and as its radius."""


PRESS = QT_TR_NOOP("Press P and click on the photo for a point, or A and paint an area.")


class Swatches(QGroupBox):
    """Shows the points, and colors that suit the selected one."""

    color_chosen = Signal(str)
    radius_chosen = Signal(object)
    selected = Signal(int)
    delete_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Color points and areas"), parent)
        self._told = QLabel(tr(PRESS))
        self._told.setWordWrap(True)
        self._list = QListWidget()
        self._list.setAccessibleName(tr("Color points and areas of this photo"))
        self._list.setFixedHeight(LIST_ROWS * 26 + 8)
        self._list.setIconSize(QSize(20, 16))
        self._list.currentRowChanged.connect(self.selected)
        self._grid = QGridLayout()
        self._grid.setSpacing(4)
        self._buttons: list[QPushButton] = []
        self.reach = QComboBox()
        self.reach.setAccessibleName(tr("How far the point's color goes"))
        self.reach.setToolTip(
            tr("A point colors the thing that it stands on; shares of the photo's longer side keep it near.")
        )
        self.reach.activated.connect(lambda _: self.radius_chosen.emit(self.reach.currentData()))
        self.other = QPushButton(tr("&Other color…"))
        self.other.clicked.connect(self._ask)
        self.delete = QPushButton(tr("D&elete"))
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
        form.addRow(tr("It &colors"), self.reach)
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
            self._list.addItem(_item(each.color, f"{number}: {{}}, {percent(each.x)} × {percent(each.y)}"))
        for number, area in enumerate(areas, len(points) + 1):
            self._list.addItem(_item(area.color, f"{number}: {{}}, " + tr("area")))
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
        none = tr(PRESS) if not colors else tr("Select a point or an area to change its color.")
        self._told.setText(tr("Likely colors here:") if some else none)

    def _show_reach(self, radius: float | None) -> None:
        """Offers the usual radii, and that of the point if it is another."""
        known = [usual for _, usual in REACHES]
        own = () if radius is None or radius in known else ((f"{100 * radius:.3g} %", radius),)
        self.reach.clear()
        for text, usual in (*REACHES, *own):
            shown = tr("no farther than {share}").format(share=text) if usual else tr(text)
            self.reach.addItem(shown, usual)
        self.reach.setCurrentIndex(known.index(radius) if radius in known else len(known))

    def show_suggestions(self, suggestions: Sequence[Suggestion]) -> None:
        """Shows colors for the selected point."""
        for button in self._buttons:
            self._grid.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._button(suggestion) for suggestion in suggestions]
        for index, button in enumerate(self._buttons):
            self._grid.addWidget(button, index // COLUMNS, index % COLUMNS, Qt.AlignmentFlag.AlignLeft)
        for before, after in pairwise((self._list, *self._buttons)):  # Tab meets them where they are seen
            self.setTabOrder(before, after)

    def _button(self, suggestion: Suggestion) -> QPushButton:
        button = QPushButton()
        button.setIcon(swatch(suggestion.shown, SWATCH))
        button.setIconSize(SWATCH)
        button.setFixedSize(SWATCH.width() + 8, SWATCH.height() + 8)
        named = f"{tr(color_name(suggestion.shown))}: {tr(suggestion.name)}"
        button.setToolTip(tr("{named} ({color} at this place)").format(named=named, color=suggestion.color))
        button.setAccessibleName(f"{named}, {suggestion.color}")
        button.clicked.connect(lambda: self.color_chosen.emit(suggestion.color))
        return button

    def _ask(self) -> None:
        color = QColorDialog.getColor(QColor(self._color), self, tr("Color of this point or area"))
        if color.isValid():
            self.color_chosen.emit(color.name())


def _item(color: str, text: str) -> QListWidgetItem:
    """Returns a line of the list; `text` has a gap for the color's name."""
    if color == PENDING:
        return QListWidgetItem(text.format(tr("its color is on its way")))
    return QListWidgetItem(swatch(color), text.format(f"{tr(color_name(color))} {color}"))
