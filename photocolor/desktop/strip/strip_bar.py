"""Stands above the film strip: search, order, and which photo of how many is seen."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from photocolor.desktop.language import figure, tr
from photocolor.desktop.plain import PlainLabel
from photocolor.desktop.strip.film import ORDERS

TYPING_MS = 200
MARGINS_PX = 20
"""What the search's frame and margins take beside its words."""


class StripBar(QWidget):
    """Says what the strip shows."""

    arranged = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search photos"))
        self.search.setAccessibleName(tr("Search photos"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(self.search.fontMetrics().horizontalAdvance(tr("Search photos")) + MARGINS_PX)
        self.search.setMaximumWidth(240)
        self.order = QComboBox()
        self.order.setAccessibleName(tr("Order of the photos"))
        for order, text in ORDERS.items():
            self.order.addItem(tr(text), order)
        self.position = PlainLabel()
        self.position.setAccessibleName(tr("Which photo of how many"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 3, 8, 3)
        row.addWidget(self.search)
        row.addWidget(self.order)
        row.addStretch(1)
        row.addWidget(self.position)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.search.textChanged.connect(lambda _: self._typing.start())
        self._typing.timeout.connect(self._arrange)
        self.order.activated.connect(lambda _: self._arrange())

    def show_position(self, row: int, shown: int, photos: int) -> None:
        """Shows the number of the current photo.

        Args:
            row: of the current photo, from 0; negative if none is.
            shown: photos that the search leaves.
            photos: all of them.
        """
        if not photos:
            self.position.setText("")
            return
        many = figure(shown)
        text = tr("{number} of {many}").format(number=figure(row + 1), many=many) if row >= 0 else many
        if shown != photos:
            text = tr("{position} found, {all} in all").format(position=text, all=figure(photos))
        self.position.setText(text)

    def show_all(self) -> None:
        """Ends the search."""
        if self.search.text():
            self.search.clear()
            self._arrange()

    def _arrange(self) -> None:
        self._typing.stop()
        self.arranged.emit(self.search.text(), self.order.currentData())
