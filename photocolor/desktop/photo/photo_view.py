"""Shows a photo before and after, divided by a line, at any zoom, with its color points."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from photocolor.desktop.damage.legend import Legend
from photocolor.desktop.language import tr
from photocolor.desktop.photo import draw
from photocolor.desktop.photo.picked_color import color_around, color_of_pixel
from photocolor.desktop.photo.spinner import Spinner
from photocolor.desktop.photo.tools import BRUSHES, USUAL_RADIUS, Tool
from photocolor.desktop.photo.viewport import Viewport
from photocolor.desktop.preview_worker import Part
from photocolor.hints.sidecar import Point, Polygon


class PhotoView(QWidget):
    """Shows one photo, zoomed and compared, with its points."""

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = Viewport()
        self._before: QImage | None = None
        self._after: QImage | None = None
        self._part: Part | None = None
        self._overlay: QImage | None = None
        self.legend: tuple[Legend, ...] = ()
        self._prints: tuple[QImage, QImage] | None = None
        self._plain_gray = False
        self._message = ""
        self._split = 0.5
        self._held = False
        self._tool = Tool.HAND
        self._cursor = QPointF(0.5, 0.5)
        self._points: tuple[Point, ...] = ()
        self._areas: tuple[Polygon, ...] = ()
        self._selected = -1
        self._stroke: list[QPointF] = []
        self._erases = False
        self._mouse: QPointF | None = None
        self.brush_radius = USUAL_RADIUS
        self.brush_color = ""
        self._spinner = Spinner(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 120)  # so that the window fits a screen of 1080 rows at 200 %
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Photo before and after"))
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
        return self._tool is Tool.POINT

    @property
    def tool(self) -> Tool:
        """Returns what the mouse does."""
        return self._tool

    @property
    def busy(self) -> str:
        """Returns the word that says that color is on its way; empty if none is."""
        return self._spinner.word

    @property
    def picture(self) -> QImage | None:
        """Returns the photo in color at screen size; None before there is one."""
        return self._after

    def color_at(self, x: float, y: float) -> str:
        """Returns the color that the model and the user gave a place, "#rrggbb"; empty before there is one."""
        return "" if self._after is None else color_of_pixel(self._after, x, y)

    def color_seen(self, x: float, y: float) -> str:
        """Returns the color that the user sees around a place, which before the dividing line is the print's own."""
        before = self._held or self._after is None or x < self._split
        image = self._before if before else self._after
        return "" if image is None else color_around(image, x, y)

    def set_busy(self, word: str) -> None:
        """Shows that color is on its way, if it does not come at once; an empty word ends it."""
        self._spinner.turn(word)

    def show_photo(self, print_: QImage, gray: QImage, shape: tuple[int, int]) -> None:
        """Shows a photo that was read, as it is or gray; its color comes later."""
        self._prints = (print_, gray)
        self._before, self._after, self._part, self._message = self._prints[self._plain_gray], None, None, ""
        self.view.set_photo(*shape)
        self.view_changed.emit()
        self.update()

    def set_plain_gray(self, on: bool) -> None:
        """Sets whether the photo before is shown gray instead of in the tone or color of its print."""
        self._plain_gray = on
        if self._before is not None and self._prints is not None:
            self._before = self._prints[on]
        self.update()

    def show_color(self, after: QImage) -> None:
        """Shows the photo in color."""
        self._after, self._part = after, None
        self.update()

    def show_part(self, part: Part) -> None:
        """Shows a region at the photo's full size."""
        self._part = part
        self.update()

    def show_overlay(self, overlay: QImage | None, legend: tuple[Legend, ...] = ()) -> None:
        """Lays a picture with clear parts over the photo, and says what its colors mean; None for none."""
        self._overlay, self.legend = overlay, legend
        self._describe()
        self.update()

    def show_message(self, message: str) -> None:
        """Shows a message in place of a photo."""
        self._before = self._after = self._part = None
        self._message = message
        self.update()

    def show_points(self, points: tuple[Point, ...], selected: int, areas: tuple[Polygon, ...] = ()) -> None:
        """Shows the color points and areas of the photo; areas are counted on from the points."""
        self._points, self._areas, self._selected = points, areas, selected
        self._describe()
        self.update()

    def set_pointing(self, on: bool) -> None:
        """Sets whether a click makes a color point."""
        self.set_tool(Tool.POINT if on else Tool.HAND)

    def set_tool(self, tool: Tool) -> None:
        """Sets what the mouse does."""
        self._tool = tool
        self._stroke.clear()
        self.setCursor(Qt.CursorShape.ArrowCursor if tool is Tool.HAND else Qt.CursorShape.CrossCursor)
        self.update()

    def set_brush(self, radius: float, color: str) -> None:
        """Sets the brush's radius, a share of the longer side, and the color that its strokes are shown in."""
        self.brush_radius, self.brush_color = radius, color
        self.update()

    def set_split(self, share: float) -> None:
        """Moves the dividing line."""
        self._split = min(max(share, 0.0), 1.0)
        self._describe()
        self.update()

    def hold(self, on: bool) -> None:
        """Shows only the photo before while a key or button is held."""
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
        parts = [tr("{number} percent gray, the rest in color").format(number=round(self._split * 100))]
        parts += [tr("%Ln color points", "", len(self._points))] * bool(self._points)
        parts += [tr("%Ln areas", "", len(self._areas))] * bool(self._areas)
        if 0 <= self._selected < len(self._points):
            parts.append(tr("point {number} selected").format(number=self._selected + 1))
        elif self._selected >= 0:
            parts.append(tr("area {number} selected").format(number=self._area + 1))
        parts += [entry.text for entry in self.legend]
        self.setAccessibleDescription(", ".join(parts))

    @property
    def _area(self) -> int:
        """Returns the index of the selected area; negative if none is."""
        return self._selected - len(self._points)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws everything."""
        with QPainter(self) as painter:
            draw.ground(painter, self.rect(), self.palette())
            if self._before is None:
                draw.words(painter, self.rect(), self._message, self.palette())
                self._spinner.paint(painter, self.rect())
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
            if self._overlay is not None and not self._held:
                draw.picture(painter, self._overlay, self.view.rect, self.rect())
                draw.legend(painter, self.rect(), self.legend)
            if not self._held:
                if self._after is not None:
                    draw.split_line(painter, line, self.view.rect.intersected(QRectF(self.rect())), self.hasFocus())
                self._paint_points(painter)
                self._paint_brush(painter)
            self._spinner.paint(painter, self.rect())

    def _paint_part(self, painter: QPainter, line: float) -> None:
        if self._part is None or self.view.zoom is None:
            return
        place = self.view.rect_of(self._part.region)
        if self.view.scale * self.devicePixelRatioF() >= 1:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # pixels are to be seen as pixels
        left, right = QRectF(self.rect()), QRectF(self.rect())
        left.setRight(line)
        right.setLeft(line)
        before = self._part.gray if self._plain_gray else self._part.before
        for image, clip in ((before, left), (before if self._held else self._part.after, right)):
            painter.setClipRect(clip)
            painter.drawImage(place, image)
        painter.setClipping(False)

    def _paint_points(self, painter: QPainter) -> None:
        for index, area in enumerate(self._areas):
            corners = [self.view.position(QPointF(x, y)) for x, y in area.corners]
            draw.area(painter, corners, area.color, index == self._area)
        for index, point in enumerate(self._points):
            draw.point(painter, self.view.position(QPointF(point.x, point.y)), point.color, index == self._selected)
        if self._tool is not Tool.HAND and self.hasFocus():
            draw.crosshair(painter, self.view.position(self._cursor))

    def _paint_brush(self, painter: QPainter) -> None:
        if self._tool not in BRUSHES:
            return
        radius = self.brush_radius * max(self.view.rect.width(), self.view.rect.height())
        if self._stroke:
            draw.stroke(painter, [self.view.position(at) for at in self._stroke], radius, self.brush_color)
        if self._mouse is not None:
            draw.brush(painter, self._mouse, radius)

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
