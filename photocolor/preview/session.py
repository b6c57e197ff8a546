"""Caches what was read and computed for a photo, so that a changed setting costs only its own part."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from photocolor.color.palette import Palette
from photocolor.color.resize import resize
from photocolor.engine.colorizer import ColorAnswer
from photocolor.engine.negatives.classifier import NegativeClassifier
from photocolor.errors import SourceVanished, UsageError
from photocolor.hints.sidecar import Hints
from photocolor.image.display.compare import Picture
from photocolor.outcome import ProgressListener
from photocolor.pipeline.coloring import color_of
from photocolor.pipeline.judgment import open_classifier
from photocolor.pipeline.photo import Pipeline, open_for_named_photos
from photocolor.pipeline.reference import read_palette
from photocolor.preview.choices import Choice, choices, with_choice
from photocolor.preview.region import FullPhoto, Region, paint_region, read_full
from photocolor.preview.screen_photo import ScreenPhoto, ask, paint_screen_photo, paint_small, read_screen_photo
from photocolor.preview.suggest import Suggestion, suggest
from photocolor.settings import ColorSettings, FileSettings, Preset, Settings

PHOTOS_KEPT = 4
VARIANTS_SHOWN = 4
SMALL_PX = 320
"""Longer side of a small picture."""
ANSWERS_KEPT = 24
"""An answer at the usual size takes 6 MB."""

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """Holds what shall be shown: a photo, a model and settings.

    Attributes:
        path: the photo.
        model: a registered name or a path.
        device: as in `Settings`.
        color: how color is made; only detail asks the model again.
        hints: the user's color hints for this photo.
        reference: the photo behind `color.reference_sha256`, or None.
    """

    path: Path
    model: str = "default"
    device: str = "auto"
    color: ColorSettings = ColorSettings()  # noqa: RUF009 -- frozen
    hints: Hints = Hints()  # noqa: RUF009 -- frozen
    reference: Path | None = None

    @property
    def question(self) -> PreviewRequest:
        """Returns a key that is equal for requests with the same model output."""
        color = replace(self.color, strength=1.0, fade_doubt=0.0, preset=Preset.NATURAL)
        return replace(self, color=color, hints=replace(self.hints, preset=None))


class _Kept(OrderedDict[object, Value], Generic[Value]):
    """Caches the last few values."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: object, value: Value) -> Value:
        self[key] = value
        self.move_to_end(key)
        while len(self) > self._most:
            self.popitem(last=False)
        return value


class PreviewSession:
    """Serves the requests of one thread; only `cancel` may come from another.

    Args:
        max_megapixels: larger photos are refused.
        side_px: longest side of a photo in the preview.
    """

    def __init__(self, max_megapixels: float = FileSettings().max_megapixels, side_px: int = 1600) -> None:
        self._max_megapixels = max_megapixels
        self._side_px = side_px
        self._photos: _Kept[ScreenPhoto] = _Kept(PHOTOS_KEPT)
        self._answers: _Kept[ColorAnswer] = _Kept(ANSWERS_KEPT)
        self._full: tuple[str, FullPhoto] | None = None
        self._opened: tuple[tuple[str, str], Pipeline] | None = None
        self._palette: tuple[tuple[Path | None, str], Palette | None] | None = None
        self._classifier: NegativeClassifier | None = None
        self._lock = threading.Lock()
        self._canceled = False

    def cancel(self) -> None:
        """Cancels an inference within a moment, and refuses further ones for good."""
        with self._lock:
            self._canceled = True
            if self._opened is not None:
                self._opened[1].cancel()

    def screen_photo(self, path: Path) -> ScreenPhoto:
        """Returns the photo at screen size, read again if the file has changed.

        Raises:
            PhotoError: it cannot be read.
        """
        key = (path, _age(path))
        return self._photos.get(key) or self._photos.keep(
            key, read_screen_photo(path, self._max_megapixels, self._side_px, self._negatives())
        )

    def _negatives(self) -> NegativeClassifier | None:
        """Returns what recognizes negatives, opened when the first photo is shown."""
        if self._classifier is None:
            self._classifier = open_classifier(FileSettings(), None)
        return self._classifier

    def pipeline(self, request: PreviewRequest) -> Pipeline:
        """Returns the opened model on the device; one is kept open.

        Raises:
            EnvironmentFault: it cannot be opened.
            ReferenceInvalid: the reference cannot be read, or has no colors.
        """
        key = (request.model, request.device)
        if self._opened is None or self._opened[0] != key:
            opened = open_for_named_photos(Settings(sources=(), out=Path(), model=request.model, device=request.device))
            with self._lock:
                self._opened = (key, opened)
                if self._canceled:
                    opened.cancel()
        return replace(self._opened[1], color=request.color, palette=self._palette_of(request))

    def _palette_of(self, request: PreviewRequest) -> Palette | None:
        """Returns the palette of the request's reference; the last one is kept."""
        key = (request.reference, request.color.reference_sha256)
        if self._palette is None or self._palette[0] != key:
            settings = Settings(sources=(), out=Path(), reference=request.reference, color=request.color)
            self._palette = (key, read_palette(settings))
        return self._palette[1]

    def known(self, request: PreviewRequest) -> tuple[ColorAnswer | None, bool]:
        """Returns the model's output if it is cached, and whether that is the final one."""
        final = self._answers.get(self._key(request, quick=False))
        return (final, True) if final is not None else (self._answers.get(self._key(request, quick=True)), False)

    def ask(self, request: PreviewRequest, watch: ProgressListener, *, quick: bool) -> ColorAnswer:
        """Runs the model.

        Raises:
            PhotocolorError: as `preview.screen_photo.ask`.
        """
        screen_photo, pipeline = self.screen_photo(request.path), self.pipeline(request)
        answer = ask(screen_photo, pipeline, watch, request.hints, quick=quick)
        if answer.tiles == 0:
            height, width = screen_photo.gray.shape
            quick = pipeline.colorizer.sizes(height, width, pipeline.color).tiled
        return self._answers.keep(self._key(request, quick=quick), answer)

    def paint(self, request: PreviewRequest, answer: ColorAnswer, watch: ProgressListener) -> Picture:
        """Returns the photo in color, (h, w, 3) uint8."""
        return paint_screen_photo(
            self.screen_photo(request.path), answer, color_of(request.color, request.hints), watch
        )

    def variants(self, request: PreviewRequest, watch: ProgressListener) -> Iterator[tuple[Choice, Picture]]:
        """Yields the answers that the model holds possible, each with a small picture; the model runs for each.

        Raises:
            UsageError: the model does not tell them, or the photo is a negative, of which the positive is colored.
            PhotocolorError: as `preview.screen_photo.ask`.
        """
        screen_photo = self.screen_photo(request.path)
        if screen_photo.negative:
            raise UsageError(
                "this photo is a negative, and these would be answers for the picture as it is",
                "Choose for its positive with photocolor preview --negatives invert --choose.",
            )
        height, width = screen_photo.gray.shape
        scale = min(1.0, SMALL_PX / max(height, width))
        small = resize(screen_photo.gray, max(1, round(height * scale)), max(1, round(width * scale)))
        color = color_of(request.color, request.hints)
        for choice in choices(screen_photo.gray, self.pipeline(request), request.hints, VARIANTS_SHOWN):
            one = replace(request, hints=with_choice(request.hints, choice))
            answer = self.known(one)[0] or self.ask(one, watch, quick=True)
            yield choice, paint_small(small, answer, color, watch)

    def region(
        self, request: PreviewRequest, region: Region, watch: ProgressListener
    ) -> tuple[Picture, Picture, Picture] | None:
        """Returns a part of the photo at its full size: as it is, in color, and gray; None before the model has run.

        Raises:
            PhotoError: the photo cannot be read any more.
        """
        answer, _ = self.known(request)
        screen_photo = self.screen_photo(request.path)
        if answer is None:
            return None
        if self._full is None or self._full[0] != screen_photo.sha256:
            self._full = (screen_photo.sha256, read_full(screen_photo, self._max_megapixels))
        full = self._full[1]
        after = paint_region(full.gray, answer, color_of(request.color, request.hints), region, watch)
        return full.before(region), after, full.before(region, gray=True)

    def suggestions(self, request: PreviewRequest, x: float, y: float) -> list[Suggestion]:
        """Returns colors for a place, by the model's output without any point if that is cached."""
        unguided, _ = self.known(replace(request, hints=Hints()))
        answer = unguided or self.known(request)[0]
        return suggest(self.screen_photo(request.path), answer, x, y) if answer is not None else []

    def _key(self, request: PreviewRequest, *, quick: bool) -> object:
        return request.question, self.screen_photo(request.path).sha256, quick


def _age(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError as error:
        raise SourceVanished(f"there is no file {path}", "It may have been moved or renamed.") from error
    return stat.st_mtime_ns, stat.st_size
