"""Computes previews in a thread: takes the latest request, and sends pictures to the window."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from photocolor.desktop.photo.remarks import remarks_on
from photocolor.desktop.variants.varied import send_answers
from photocolor.errors import Canceled, PhotocolorError
from photocolor.image.display.compare import Picture, gray_picture
from photocolor.pipeline.mending.mender import width_at
from photocolor.preview.region import Region
from photocolor.preview.session import PreviewRequest, PreviewSession
from photocolor.preview.suggest import Suggestion
from photocolor.settings import FileSettings


@dataclass(frozen=True)
class Read:
    """Holds a photo that was read.

    Attributes:
        path: which.
        before: at screen size, upright, as it is.
        gray: the same without its tone or color; the same image if it has none.
        shape: (height, width) of the upright photo in pixels.
        mended_px: widest spot that is mended in it, in pixels.
        remarks: sentences for people.
    """

    path: Path
    before: QImage
    gray: QImage
    shape: tuple[int, int]
    mended_px: float
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Painted:
    """Holds a photo that was colored.

    Attributes:
        request: what was asked for.
        after: at screen size.
        final: False for a first, coarser answer.
        device: what ran the model.
        doubt: mean doubt, 0 to 1; None for a model that does not tell.
    """

    request: PreviewRequest
    after: QImage
    final: bool
    device: str
    doubt: float | None


@dataclass(frozen=True)
class Part:
    """Holds a region at the photo's full size: as it is, in color, and gray."""

    request: PreviewRequest
    region: Region
    before: QImage
    after: QImage
    gray: QImage


@dataclass(frozen=True)
class Trouble:
    """Describes a request that failed."""

    path: Path
    reason: str
    message: str
    hint: str


@dataclass(frozen=True)
class Advice:
    """Holds suggested colors for a place of a photo."""

    path: Path
    x: float
    y: float
    suggestions: tuple[Suggestion, ...]


class _Superseded(Canceled):
    """Raised when the user wants something else by now."""


class PreviewWorker(QObject):
    """Fulfills requests in a thread of its own; a later request cancels an earlier one between two tiles."""

    read = Signal(object)
    painted = Signal(object)
    part = Signal(object)
    advised = Signal(object)
    varied = Signal(object)
    troubled = Signal(object)
    progressed = Signal(str, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = PreviewSession()
        self._news = threading.Condition()
        self._request: PreviewRequest | None = None
        self._region: Region | None = None
        self._place: tuple[float, float] | None = None
        self._variants: Path | None = None
        self._ended = False
        self._done: PreviewRequest | None = None
        self._read_sha = ""
        self._thread = threading.Thread(target=self._serve, name="photocolor-preview", daemon=True)

    @property
    def idle(self) -> bool:
        """Returns True if every request is fulfilled, as far as it can be."""
        with self._news:
            return self._ended or (self._request == self._done and self._place is None)

    def want(self, request: PreviewRequest) -> None:
        """Requests a photo with these settings."""
        with self._news:
            if self._request is None or self._request.path != request.path:
                self._region = self._place = None
            self._request = request
            self._start()

    def want_region(self, region: Region | None) -> None:
        """Requests a region at the photo's full size, of lower priority."""
        with self._news:
            self._region = region
            self._start()

    def want_advice(self, x: float, y: float) -> None:
        """Requests colors for a place of the photo."""
        with self._news:
            self._place = (x, y)
            self._start()

    def want_variants(self, photo: Path) -> None:
        """Requests small pictures of the answers that the model holds possible for a photo, of the lowest priority."""
        with self._news:
            self._variants = photo  # the photo itself may be wanted a moment later
            self._start()

    def forget_shown(self) -> None:
        """Lets the next request be answered from the beginning, because nothing of it is seen any more."""
        with self._news:
            self._read_sha = ""
            self._done = None

    def end(self, wait_s: float = 5.0) -> None:
        """Ends the thread, even during inference."""
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._session.cancel()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _start(self) -> None:
        if not self._thread.is_alive() and not self._ended:
            self._thread = threading.Thread(target=self._serve, name="photocolor-preview", daemon=True)
            self._thread.start()
        self._news.notify_all()

    def _serve(self) -> None:
        while True:
            with self._news:
                while not self._ended and self._request == self._done and not self._has_more():
                    self._news.wait()
                if self._ended:
                    return
                request, region, place = self._request, self._region, self._place
            if request is None:
                continue
            try:
                done = self._do(request, region, place)
            except _Superseded:
                continue
            except Canceled:
                return
            except PhotocolorError as error:
                done = True
                self._forget(region, place)
                self.troubled.emit(Trouble(request.path, error.reason, error.message, error.hint))
            if done:
                with self._news:
                    self._done = request

    def _has_more(self) -> bool:
        varied = self._request is not None and self._variants == self._request.path
        return self._region is not None or self._place is not None or varied

    def _do(self, request: PreviewRequest, region: Region | None, place: tuple[float, float] | None) -> bool:
        """Fulfills the most urgent open request; returns True if it was the one for the whole photo."""
        watch = _RequestListener(self, request)
        self._show_screen_photo(request)
        if place is not None and self._session.known(request)[0] is not None:
            found = tuple(self._session.suggestions(request, *place))
            self.advised.emit(Advice(request.path, *place, found))
            self._forget(None, place)
        elif request != self._done:
            self._fulfill(request, watch)
            return True
        elif region is not None:
            pictures = self._session.region(request, region, watch)
            if pictures is not None:
                self.part.emit(Part(request, region, *map(image_of, pictures)))
            self._forget(region, None)
        elif place is None:
            self._vary(request, watch)
        else:
            self._forget(None, place)  # nothing is known of the photo, and nothing will be
        return False

    def _vary(self, request: PreviewRequest, watch: _RequestListener) -> None:
        """Sends the answers that the model holds possible; they are wanted until all of them are sent."""
        send_answers(self._session, request, watch, self.varied.emit)
        with self._news:
            if self._variants == request.path and self._request == request:
                self._variants = None

    def _forget(self, region: Region | None, place: tuple[float, float] | None) -> None:
        """Removes fulfilled requests; those that came meanwhile stay."""
        with self._news:
            if self._region == region:
                self._region = None
            if self._place == place:
                self._place = None

    def _fulfill(self, request: PreviewRequest, watch: _RequestListener) -> None:
        answer, final = self._session.known(request)
        if answer is None:
            answer = self._session.ask(request, watch, quick=True)
            final = self._session.known(request)[1]
        while True:
            picture = self._session.paint(request, answer, watch)
            doubt = None if answer.doubt is None else float(answer.doubt.mean(dtype=np.float64))
            self.painted.emit(Painted(request, image_of(picture), final, answer.device, doubt))
            if final:
                return
            answer, final = self._session.ask(request, watch, quick=False), True

    def _show_screen_photo(self, request: PreviewRequest) -> None:
        screen_photo = self._session.screen_photo(request.path)
        if screen_photo.sha256 + str(request.path) == self._read_sha:
            return
        self._read_sha = screen_photo.sha256 + str(request.path)
        found = remarks_on(screen_photo)
        gray = image_of(gray_picture(screen_photo.gray))
        own = gray if screen_photo.own is None else image_of(screen_photo.own)
        mended_px = width_at(screen_photo.dpi, FileSettings().mend_width_px)
        self.read.emit(Read(request.path, own, gray, screen_photo.shape, mended_px, found + screen_photo.warnings))

    def superseded(self, request: PreviewRequest) -> bool:
        """Returns True if the user wants something else that the model must be run for."""
        with self._news:
            return self._ended or (self._request is not None and self._request != request)


class _RequestListener:
    """Reports the progress of a request to the window, and cancels it when it is superseded."""

    def __init__(self, preview_worker: PreviewWorker, request: PreviewRequest) -> None:
        self._worker = preview_worker
        self._request = request
        self._told_s = 0.0

    def stage(self, name: str) -> None:
        self._worker.progressed.emit(name, 0, 0)

    def tiles(self, done: int, total: int) -> None:
        if done in (0, total) or time.monotonic() - self._told_s > 0.05:
            self._told_s = time.monotonic()
            self._worker.progressed.emit("color", done, total)

    def check(self) -> None:
        if self._worker.superseded(self._request):
            raise _Superseded("another request came")


def image_of(picture: Picture) -> QImage:
    """Returns an image that owns its pixels, in the format that is drawn fastest."""
    height, width = picture.shape[:2]
    data = np.ascontiguousarray(picture)
    borrowed = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)
