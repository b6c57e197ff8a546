"""Maps between the photo and the canvas: fitted or zoomed, and panned."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF

from photocolor.preview.region import Region

ZOOM_STEP = 1.25
ZOOM_MOST = 8.0
MARGIN_PX = 16.0


class Viewport:
    """Holds zoom and pan of one photo; sizes are logical pixels of the screen.

    Attributes:
        zoom: logical pixels per pixel of the photo; None fits the photo into the canvas.
    """

    def __init__(self) -> None:
        self.zoom: float | None = None
        self._photo = QSizeF(1, 1)
        self._canvas = QSizeF(1, 1)
        self._center = QPointF(0.5, 0.5)

    def set_photo(self, height: int, width: int) -> None:
        """Shows another photo, fitted."""
        self._photo = QSizeF(width, height)
        self.fit()

    def set_canvas(self, size: QSizeF) -> None:
        """Sets another size of the canvas."""
        self._canvas = size

    @property
    def photo(self) -> tuple[int, int]:
        """Returns (height, width) of the photo in pixels."""
        return round(self._photo.height()), round(self._photo.width())

    @property
    def scale(self) -> float:
        """Returns the logical pixels per photo pixel."""
        return self.fitting if self.zoom is None else self.zoom

    @property
    def fitting(self) -> float:
        """Returns the scale at which the whole photo is visible."""
        room_w = max(self._canvas.width() - 2 * MARGIN_PX, 1.0)
        room_h = max(self._canvas.height() - 2 * MARGIN_PX, 1.0)
        return min(room_w / self._photo.width(), room_h / self._photo.height(), ZOOM_MOST)

    def fit(self) -> None:
        """Shows the whole photo."""
        self.zoom = None
        self._center = QPointF(0.5, 0.5)

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Sets another scale; the place under `at` (the middle if None) stays where it is."""
        fixed = at or QPointF(self._canvas.width() / 2, self._canvas.height() / 2)
        place = self.place(fixed)
        self.zoom = min(max(scale, self.fitting), ZOOM_MOST)
        if self.zoom <= self.fitting:
            self.fit()
            return
        now = self.position(place)
        self.pan(fixed - now)

    def pan(self, by: QPointF) -> None:
        """Moves the photo, which cannot leave the canvas."""
        if self.zoom is None:
            return
        x = self._center.x() - by.x() / (self._photo.width() * self.zoom)
        y = self._center.y() - by.y() / (self._photo.height() * self.zoom)
        self._center = QPointF(
            _kept(x, self._canvas.width() / (self._photo.width() * self.zoom)),
            _kept(y, self._canvas.height() / (self._photo.height() * self.zoom)),
        )

    @property
    def rect(self) -> QRectF:
        """Returns the rectangle of the whole photo, which may extend beyond the canvas."""
        width, height = self._photo.width() * self.scale, self._photo.height() * self.scale
        left = self._canvas.width() / 2 - self._center.x() * width
        top = self._canvas.height() / 2 - self._center.y() * height
        return QRectF(left, top, width, height)

    def place(self, position: QPointF) -> QPointF:
        """Returns the place in the photo at a position; 0 to 1 in both directions within it."""
        rect = self.rect
        return QPointF((position.x() - rect.left()) / rect.width(), (position.y() - rect.top()) / rect.height())

    def position(self, place: QPointF) -> QPointF:
        """Returns the position of a place on the canvas."""
        rect = self.rect
        return QPointF(rect.left() + place.x() * rect.width(), rect.top() + place.y() * rect.height())

    def region(self) -> Region:
        """Returns the visible region in photo pixels."""
        first = self.place(QPointF(0, 0))
        last = self.place(QPointF(self._canvas.width(), self._canvas.height()))
        width, height = round(self._photo.width()), round(self._photo.height())
        left, right = _pixel(first.x(), width), _pixel(last.x(), width, up=True)
        top, bottom = _pixel(first.y(), height), _pixel(last.y(), height, up=True)
        return Region(top, left, max(bottom - top, 1), max(right - left, 1))

    def rect_of(self, region: Region) -> QRectF:
        """Returns the rectangle of a region on the canvas."""
        first = self.position(QPointF(region.left / self._photo.width(), region.top / self._photo.height()))
        return QRectF(first, QSizeF(region.width * self.scale, region.height * self.scale))


def _kept(center: float, seen: float) -> float:
    """Returns the center moved so that no empty margin is visible; 0.5 where all of it is."""
    return 0.5 if seen >= 1 else min(max(center, seen / 2), 1 - seen / 2)


def _pixel(share: float, length: int, *, up: bool = False) -> int:
    at = share * length
    return min(max(int(at) + (1 if up and at > int(at) else 0), 0), length)
