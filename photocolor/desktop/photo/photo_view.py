"""Shows a photo before and after, divided by a line, at any zoom, with its color points."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from photocolor.desktop.photo import draw
from photocolor.desktop.photo.viewport import Viewport
from photocolor.desktop.preview_worker import Part
from photocolor.hints.sidecar import Point


class PhotoView(QWidget):
    """Shows one photo, zoomed and compared, with its points."""

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = Viewport()
        self._before: QImage | None = None
        self._after: QImage | None = None
        self._part: Part | None = None
        self._message = ""
        self._split = 0.5
        self._held = False
        self._pointing = False
        self._cursor = QPointF(0.5, 0.5)
        self._points: tuple[Point, ...] = ()
        self._selected = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 180)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Photo before and after")
        self._describe()

    # -- what is shown

    @property
    def split(self) -> float:
        """Returns the position of the dividing line as a share of the photo's width."""
        return self._split

    @property
    def selected(self) -> int:
        """Returns the index of the selected point; -1 if none is."""
        return self._selected

    @property
    def message(self) -> str:
        """Returns the message in place of a photo; empty when there is a photo."""
        return self._message

    @property
    def part_shown(self) -> bool:
        """Returns True if what is visible is painted from the photo's pixels at full size."""
        return self._part is not None and self._part.region == self.view.region()

    @property
    def pointing(self) -> bool:
        """Returns True while a click makes a color point."""
        return self._pointing

    def color_at(self, x: float, y: float) -> str:
        """Returns the color shown at a place, "#rrggbb"; empty before there is one."""
        if self._after is None:
            return ""
        column = min(int(x * self._after.width()), self._after.width() - 1)
        row = min(int(y * self._after.height()), self._after.height() - 1)
        return self._after.pixelColor(column, row).name()

    def show_photo(self, before: QImage, shape: tuple[int, int]) -> None:
        """Shows a photo that was read; its color comes later."""
        self._before, self._after, self._part, self._message = before, None, None, ""
        self.view.set_photo(*shape)
        self.view_changed.emit()
        self.update()

    def show_color(self, after: QImage) -> None:
        """Shows the photo in color."""
        self._after, self._part = after, None
        self.update()

    def show_part(self, part: Part) -> None:
        """Shows a region at the photo's full size."""
        self._part = part
        self.update()

    def show_message(self, message: str) -> None:
        """Shows a message in place of a photo."""
        self._before = self._after = self._part = None
        self._message = message
        self.update()

    def show_points(self, points: tuple[Point, ...], selected: int) -> None:
        """Shows the color points of the photo."""
        self._points, self._selected = points, selected
        self._describe()
        self.update()

    def set_pointing(self, on: bool) -> None:
        """Sets whether a click makes a color point."""
        self._pointing = on
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def set_split(self, share: float) -> None:
        """Moves the dividing line."""
        self._split = min(max(share, 0.0), 1.0)
        self._describe()
        self.update()

    def hold(self, on: bool) -> None:
        """Shows only the gray photo while a key or button is held."""
        self._held = on
        self.update()

    def fit(self) -> None:
        """Shows the whole photo."""
        self.view.fit()
        self._view_changed()

    def actual_pixels(self) -> None:
        """Shows one photo pixel per screen pixel."""
        self.view.zoom_to(1 / self.devicePixelRatioF())
        self._view_changed()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zooms by a factor."""
        self.view.zoom_to(self.view.scale * factor, at)
        self._view_changed()

    def _view_changed(self) -> None:
        self._part = None if self.view.zoom is None else self._part
        self.view_changed.emit()
        self.update()

    def _describe(self) -> None:
        points = f", {len(self._points)} color points" if self._points else ""
        picked = f", point {self._selected + 1} selected" if self._selected >= 0 else ""
        self.setAccessibleDescription(f"{round(self._split * 100)} percent gray, the rest in color{points}{picked}")

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws everything."""
        with QPainter(self) as painter:
            draw.ground(painter, self.rect(), self.palette())
            if self._before is None:
                draw.words(painter, self.rect(), self._message, self.palette())
                return
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            line = self._line()
            draw.picture(painter, self._before, self.view.rect, self.rect())
            seen = QRectF(self.rect())
            if not self._held and self._after is not None:
                seen.setLeft(line)
                painter.setClipRect(seen)
                draw.picture(painter, self._after, self.view.rect, self.rect())
            painter.setClipping(False)
            self._paint_part(painter, line)
            if not self._held:
                if self._after is not None:
                    draw.split_line(painter, line, self.view.rect.intersected(QRectF(self.rect())), self.hasFocus())
                self._paint_points(painter)

    def _paint_part(self, painter: QPainter, line: float) -> None:
        if self._part is None or self.view.zoom is None:
            return
        place = self.view.rect_of(self._part.region)
        if self.view.scale * self.devicePixelRatioF() >= 1:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # pixels are to be seen as pixels
        left, right = QRectF(self.rect()), QRectF(self.rect())
        left.setRight(line)
        right.setLeft(line)
        for image, clip in ((self._part.before, left), (self._part.before if self._held else self._part.after, right)):
            painter.setClipRect(clip)
            painter.drawImage(place, image)
        painter.setClipping(False)

    def _paint_points(self, painter: QPainter) -> None:
        for index, point in enumerate(self._points):
            draw.point(painter, self.view.position(QPointF(point.x, point.y)), point.color, index == self._selected)
        if self._pointing and self.hasFocus():
            draw.crosshair(painter, self.view.position(self._cursor))

    def _line(self) -> float:
        rect = self.view.rect
        return rect.left() + self._split * rect.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the photo to the new size."""
        self.view.set_canvas(QSizeF(event.size()))
        self.view_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Adapts the colors when the window becomes light or dark."""
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        super().changeEvent(event)
