"""An opened model that colors photos one after the other, and the functions that color a single one."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from numpy.typing import NDArray

from photocolor.api.files import color_file
from photocolor.api.given import checked_hints, checked_path, picture_given
from photocolor.api.pictures import Request, color_one, targets_of
from photocolor.api.progress import Progress, ProgressOf
from photocolor.api.python_words import outcome_in_python, python_words
from photocolor.errors import PhotocolorError, UsageError
from photocolor.hints.sidecar import Hints
from photocolor.image.memory.arrays import picture_of
from photocolor.outcome import Done, NoProgress, Outcome, ProgressListener
from photocolor.pipeline.coloring import colorize_gray
from photocolor.pipeline.mending.on_request import with_finder
from photocolor.pipeline.photo import Pipeline, open_for_named_photos, open_pipeline
from photocolor.settings import AlreadyColor, ColorSettings, FileSettings, Settings

_UPRIGHT = 1


class PhotoColorizer:
    """An opened model that colors any number of photos; made by `open_colorizer`, safe to share between threads.

    Use it as a context manager, or let it go: it holds memory, no files.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    def __repr__(self) -> str:
        return f"<PhotoColorizer: model {self._pipeline.model.card.name} on {self.device}>"

    @property
    def device(self) -> str:
        """Returns the provider that runs the model, as ONNX Runtime names it."""
        return self._pipeline.colorizer.session.provider

    def cancel(self) -> None:
        """Ends work in flight within a moment, from any thread; the colorizer cannot be used afterwards."""
        self._pipeline.cancel()

    def __call__(
        self,
        image: Any,
        *,
        to: str | os.PathLike[str] | None = None,
        hints: Hints | None = None,
        progress: Progress | None = None,
        errors: Literal["raise", "return"] = "raise",
    ) -> Any:
        """Colors a picture of any kind, or a list of them; see `colorize`."""
        if errors not in ("raise", "return"):
            raise UsageError(f"errors {errors!r} is none of raise, return", "See help(photocolor.colorize).")
        several = isinstance(image, list | tuple) or (hasattr(image, "__next__") and not hasattr(image, "read"))
        images = list(image) if several else [image]
        with python_words():
            hints = checked_hints(hints)
            targets = [None] * len(images) if to is None else targets_of(images, to, several=several)
        results = []
        for number, (one, target) in enumerate(zip(images, targets, strict=True)):
            watch = ProgressOf(progress, number, len(images)) if progress is not None else None
            try:
                results.append(self._one(Request(one, target, hints), watch))
            except PhotocolorError as error:
                if errors == "raise":
                    if several:
                        error.add_note(f"This was picture {number} of the list, counted from 0.")
                    raise
                results.append(error)
            if watch is not None:
                watch.done()
        return results if several else results[0]

    def file(
        self, source: str | os.PathLike[str], target: str | os.PathLike[str], watch: ProgressListener | None = None
    ) -> Outcome:
        """Colors one file; see `colorize_file`.

        A photo that has color already is skipped, copied or colored, and a scanned negative skipped, inverted or
        colored, as `files` says; the outcome says which.
        """
        with python_words():
            return outcome_in_python(
                color_file(self._pipeline, checked_path(source), checked_path(target), watch or NoProgress())
            )

    def array(self, photo: NDArray[Any], strength: float | None = None) -> NDArray[Any]:
        """Colors one picture in memory; see `colorize_array`."""
        with python_words():
            pipeline = self._pipeline
            if strength is not None:
                pipeline = replace(pipeline, color=replace(pipeline.color, strength=strength))
            picture = picture_of(photo)
            rgb, _ = colorize_gray(picture.gray, _UPRIGHT, pipeline, NoProgress())
            return picture.result(rgb)

    def _one(self, request: Request, watch: ProgressListener | None) -> Any:
        with python_words():
            given = replace(request, image=picture_given(request.image))
            return color_one(self._pipeline, given, watch or NoProgress())


def open_colorizer(
    model: str = "default",
    device: str = "auto",
    color: ColorSettings | None = None,
    files: FileSettings | None = None,
) -> PhotoColorizer:
    """Opens a model once, for any number of photos.

    Args:
        model: a registered name or the path of an ONNX file that fulfills the model contract.
        device: "auto", "cpu", "cuda", "cuda:1", or another provider's short name. For a few photos at a time, which
            "auto" expects here, the CPU is faster than CUDA with the bundled model; for thousands say "cuda".
        color: detail, tiles and strength.
        files: format, quality, and what to do with photos that have color.

    Raises:
        ModelNotFound, ModelInvalid: the model cannot be used.
        DeviceUnavailable: the device that was asked for by name cannot be used.
    """
    with python_words():
        settings = Settings(
            sources=(),
            out=Path(),
            model=model,
            device=device,
            color=color or ColorSettings(),
            files=with_finder(files or FileSettings()),
        )
        return PhotoColorizer(open_pipeline(settings))


def colorize_file(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    model: str = "default",
    device: str = "auto",
    color: ColorSettings | None = None,
    files: FileSettings | None = None,
) -> Done:
    """Colors one photo file, with its metadata and the note of what colored it.

    The result appears under `target` whole or not at all; the source is only read. Its format is that of the target's
    name, and the source's own where that names none. A photo that has color already is colored again, because that was
    asked for by name, and a warning says so. A scanned negative is colored as it is, or inverted
    first if `files` says so.

    Args:
        source: the photo.
        target: the file to create or replace; its folder is made.
        model: a registered name or the path of an ONNX file.
        device: "auto", "cpu", "cuda", "cuda:1", or another provider's short name.
        color: detail, tiles and strength.
        files: format, quality and size limit.

    Returns:
        What was done: digests, size, device, tiles, warnings.

    Raises:
        PhotocolorError: a subclass that says what is wrong, with a hint; nothing was written.
    """
    chosen = replace(files or FileSettings(), already_color=AlreadyColor.FORCE)
    with python_words():
        settings = Settings(
            sources=(),
            out=Path(),
            model=model,
            device=device,
            color=color or ColorSettings(),
            files=with_finder(chosen),
        )
        pipeline = open_for_named_photos(settings)
    with PhotoColorizer(pipeline) as colorizer:
        outcome = colorizer.file(source, target)
    if not isinstance(outcome, Done):
        raise AssertionError(f"a forced photo was not colored: {outcome}")
    return outcome


def colorize_array(
    photo: NDArray[Any], *, model: str = "default", device: str = "auto", strength: float = 1.0
) -> NDArray[Any]:
    """Colors one picture in memory.

    Args:
        photo: (H, W) gray or (H, W, 3) RGB, or either with alpha as the last channel; uint8, uint16, or floating point
            from 0 to 1; sRGB-encoded. Of RGB, only the gray is used.
        model: a registered name or the path of an ONNX file.
        device: "auto", "cpu", "cuda", "cuda:1", or another provider's short name.
        strength: factor on chroma, 0 to 2.

    Returns:
        (H, W, 3), or (H, W, 4) with the alpha of `photo`, of the same dtype, sRGB-encoded, with the gray of `photo`.

    Raises:
        UnsupportedPhoto: the array is none of the above.
        PhotocolorError: a subclass that says what is wrong, with a hint.
    """
    with open_colorizer(model, device, ColorSettings(strength=strength)) as colorizer:
        return colorizer.array(photo)
