"""Lays the parts of the window out: the canvas above the film strip, the settings beside, the run below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QScrollArea, QVBoxLayout, QWidget

from photocolor.desktop.language import tr

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

SIDE_PX = 330
"""Width of the settings."""
RUN_MOST = 0.38
"""Share of the window's height that the run's part takes by itself: the photo is what people came for."""
RUN_LEAST_PX = 84
"""Height of the run's part with its buttons and how far it is."""


def lay_out(window: Window) -> tuple[QDockWidget, QDockWidget]:
    """Puts everything into its place; returns what holds the settings, and what holds the run."""
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(window.canvas, 1)
    column.addWidget(window.strip_bar)
    column.addWidget(window.strip)
    window.setCentralWidget(middle)
    side = QWidget()
    beside = QVBoxLayout(side)
    beside.addWidget(window.variants.panel)
    beside.addWidget(window.controls)
    beside.addWidget(window.swatches)
    beside.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setWidget(side)
    scroll.setMinimumWidth(SIDE_PX)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what has the keyboard is scrolled into sight by itself
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    window.statusBar().addWidget(window.status, 1)
    window.zoom.setAccessibleName(tr("Zoom"))
    window.statusBar().addPermanentWidget(window.zoom)
    return (
        _dock(window, "Settings", tr("Settings"), scroll, Qt.DockWidgetArea.RightDockWidgetArea),
        _dock(window, "Run", tr("Run"), _scrolled(window.panel), Qt.DockWidgetArea.BottomDockWidgetArea),
    )


def bring_into_sight(window: Window, part: QWidget) -> None:
    """Scrolls the settings to a part of them, from its upper end; does nothing while they are closed."""
    scroll = window.side_dock.widget()
    if isinstance(scroll, QScrollArea):
        QTimer.singleShot(0, scroll, lambda: scroll.ensureWidgetVisible(part, 0, 0))  # once all have their places


def make_room_for_run(window: Window) -> None:
    """Makes the run's part as high as what it shows, as far as the screen has room; the rest can be scrolled to."""
    holder = window.run_dock.widget()
    frame = window.run_dock.height() - holder.height() if window.run_dock.isVisible() else 0
    wanted = min(window.panel.sizeHint().height() + frame + 2, round(window.height() * RUN_MOST))
    window.resizeDocks([window.run_dock], [wanted], Qt.Orientation.Vertical)


def _scrolled(panel: QWidget) -> QScrollArea:
    """Returns an area that the run's panel fills, and in which it can be scrolled on a small screen."""
    scroll = QScrollArea()
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setWidgetResizable(True)
    scroll.setWidget(panel)
    scroll.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
    scroll.setMinimumHeight(RUN_LEAST_PX)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return scroll


def _dock(window: Window, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setWidget(widget)
    window.addDockWidget(area, dock)
    return dock
