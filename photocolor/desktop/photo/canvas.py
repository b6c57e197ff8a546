"""The interactive canvas: moves the dividing line, the zoom and the color points by mouse and by keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from photocolor.desktop.photo.photo_view import PhotoView
from photocolor.desktop.photo.tools import BRUSHES, RADIUS_STEP, Tool
from photocolor.desktop.photo.viewport import ZOOM_STEP
from photocolor.hints.brush import Stroke

GRIP_PX = 9.0
"""How near to the line or to a point the mouse takes hold of it."""
CLICK_PX = 4.0
"""A press that moves less than this is a click."""
SPLIT_STEP, SPLIT_STRIDE = 0.01, 0.1
PLACE_STEP, PLACE_STRIDE = 0.005, 0.05
_STEPS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class Canvas(PhotoView):
    """Turns mouse and keys into signals; the window decides what they do to the photo."""

    point_asked = Signal(float, float)
    point_moved = Signal(int, float, float, bool)
    point_selected = Signal(int)
    point_deleted = Signal(int)
    stroked = Signal(object, object)
    """The tool and the `Stroke` that was painted with it; whoever owns the tool says what that means."""
    brush_resized = Signal(float)
    color_picked = Signal(str)
    drag_asked = Signal()
    """The photo is to be dragged out of the window: where the whole of it is seen, or with Ctrl."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag = ""
        self._pressed_at = QPointF()
        self._last = QPointF()

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Grabs a point, the dividing line, or the photo, or begins to paint; the right button erases."""
        brushes = self._tool in BRUSHES
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)
        if self._before is None or (event.button() not in buttons and not brushes):
            return
        at = event.position()
        self._pressed_at = self._last = at
        index = self._point_at(at)
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = "photo"
        elif brushes:
            self._drag = "stroke"
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._erases = event.button() == Qt.MouseButton.RightButton or shifted
            self._stroke = [self._inside(at)]
        elif self._tool is Tool.DROPPER:
            self._drag = ""
            self._pick(self.view.place(at))
        elif index >= 0:
            self._drag = "point"
            self.point_selected.emit(index)
        elif abs(at.x() - self._line()) <= GRIP_PX and self._after is not None:
            self._drag = "line"
        else:
            held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            whole = self.view.zoom is None and self._tool is Tool.HAND
            self._drag = "out" if self._after is not None and (whole or held) else "photo"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drags what was grabbed; elsewhere the cursor shows what a click would do."""
        at = self._mouse = event.position()
        if self._drag == "stroke":
            self._stroke.append(self._inside(at))
        elif self._drag == "line":
            self.set_split(self.view.place(at).x())
        elif self._drag == "point":
            place = self.view.place(at)
            self.point_moved.emit(self._selected, _within(place.x()), _within(place.y()), False)
        elif self._drag == "out":
            if (at - self._pressed_at).manhattanLength() >= QApplication.startDragDistance():
                self._drag = ""
                self.drag_asked.emit()
        elif self._drag == "photo":
            self.view.pan(at - self._last)
            self._view_changed()
        elif self._before is not None:
            self._show_grip(at)
        if self._tool in BRUSHES:
            self.update()
        self._last = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ends the drag; one that did not move is a click."""
        at, drag = event.position(), self._drag
        self._drag = ""
        still = (at - self._pressed_at).manhattanLength() <= CLICK_PX
        if drag == "point" and not still:
            place = self.view.place(at)
            self.point_moved.emit(self._selected, _within(place.x()), _within(place.y()), True)
        elif drag == "stroke":
            self._end_stroke()
        elif drag in ("photo", "out") and still and event.button() == Qt.MouseButton.LeftButton:
            self._clicked(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Shows one photo pixel per screen pixel, or the whole photo again."""
        if self._tool is not Tool.HAND or self._before is None:
            self.mousePressEvent(event)
        elif self.view.zoom is None:
            self.view.zoom_to(1 / self.devicePixelRatioF(), event.position())
            self._view_changed()
        else:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms around the mouse."""
        if self._before is not None and event.angleDelta().y():
            self.zoom_by(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
            event.accept()

    def _clicked(self, at: QPointF) -> None:
        place = self.view.place(at)
        inside = 0 <= place.x() <= 1 and 0 <= place.y() <= 1
        if self.pointing and inside:
            self._cursor = place
            self.point_asked.emit(place.x(), place.y())
        elif self._selected >= 0:
            self.point_selected.emit(-1)

    def _point_at(self, at: QPointF) -> int:
        near = [
            (index, (self.view.position(QPointF(point.x, point.y)) - at).manhattanLength())
            for index, point in enumerate(self._points)
        ]
        index, distance = min(near, key=lambda item: item[1], default=(-1, 0.0))
        return index if distance <= 2 * GRIP_PX else -1

    def leaveEvent(self, event: QEvent) -> None:
        """Hides the brush's edge."""
        self._mouse = None
        self.update()
        super().leaveEvent(event)

    def _end_stroke(self) -> None:
        """Hands over what was painted."""
        places = tuple((round(at.x(), 5), round(at.y(), 5)) for at in self._stroke)
        self._stroke = []
        self.update()
        if places:
            self.stroked.emit(self._tool, Stroke(places, self.brush_radius, self._erases))

    def _pick(self, place: QPointF) -> None:
        """Takes the color that is seen at a place."""
        if 0 <= place.x() <= 1 and 0 <= place.y() <= 1:
            self.color_picked.emit(self.color_seen(place.x(), place.y()))

    def _inside(self, at: QPointF) -> QPointF:
        """Returns the place of the photo under a position, or the nearest one."""
        place = self.view.place(at)
        return QPointF(_within(place.x()), _within(place.y()))

    def _show_grip(self, at: QPointF) -> None:
        if self._tool in BRUSHES or self._tool is Tool.DROPPER:
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif self._point_at(at) >= 0:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        elif abs(at.x() - self._line()) <= GRIP_PX and self._after is not None:
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif self.pointing:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.setCursor(Qt.CursorShape.ArrowCursor if self.view.zoom is None else Qt.CursorShape.OpenHandCursor)

    # -- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Does by keys everything that the mouse can do."""
        if self._before is None or not self._key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Ends the comparison."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold(False)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Releases what was grabbed."""
        self.hold(False)
        super().focusOutEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        """Handles a key; returns True if it has a meaning."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._step(_STEPS[key], event.modifiers())
        elif key == Qt.Key.Key_Space:
            self.hold(True)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.set_split(0.0 if key == Qt.Key.Key_Home else 1.0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._tool is not Tool.HAND:
            self._use_tool(erases=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight) and self._tool in BRUSHES:
            step = RADIUS_STEP if key == Qt.Key.Key_BracketRight else 1 / RADIUS_STEP
            self.brush_resized.emit(self.brush_radius * step)
        elif key in (Qt.Key.Key_N, Qt.Key.Key_B) and (many := len(self._points) + len(self._areas)):
            self.point_selected.emit((self._selected + (1 if key == Qt.Key.Key_N else -1)) % many)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._selected >= 0:
            self.point_deleted.emit(self._selected)
        elif key == Qt.Key.Key_Escape and self._selected >= 0:
            self.point_selected.emit(-1)
        else:
            return False
        return True

    def _use_tool(self, *, erases: bool) -> None:
        """Does at the crosshair what a click would do."""
        if self.pointing:
            self.point_asked.emit(self._cursor.x(), self._cursor.y())
        elif self._tool is Tool.DROPPER:
            self._pick(self._cursor)
        else:
            self._stroke, self._erases = [QPointF(self._cursor)], erases
            self._end_stroke()

    def _step(self, way: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Moves the selected point, else the crosshair, else the dividing line; with Ctrl the photo."""
        wide = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.view.pan(way * -60)
            self._view_changed()
        elif 0 <= self._selected < len(self._points) and self._tool in (Tool.HAND, Tool.POINT):
            point = self._points[self._selected]
            moved = QPointF(point.x, point.y) + way * (PLACE_STRIDE if wide else PLACE_STEP)
            self.point_moved.emit(self._selected, _within(moved.x()), _within(moved.y()), True)
        elif self._tool is not Tool.HAND:
            moved = self._cursor + way * (PLACE_STRIDE if wide else PLACE_STEP)
            self._cursor = QPointF(_within(moved.x()), _within(moved.y()))
            self.update()
        else:
            self.set_split(self._split + (way.x() + way.y()) * (SPLIT_STRIDE if wide else SPLIT_STEP))


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
