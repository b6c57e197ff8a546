"""The Python interface: open the model once, color files and arrays with it."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import gray_of
from photocolor.containers.formats import FORMATS, Format
from photocolor.containers.recognize import HEAD_BYTES, REFUSED, sniff
from photocolor.errors import (
    PhotoError,
    SourceVanished,
    TargetCollision,
    UnreadableSource,
    UnsupportedPhoto,
    UsageError,
)
from photocolor.outcome import Done, Fingerprint, Job, NoProgress, Outcome, ProgressListener
from photocolor.pipeline.coloring import colorize_gray
from photocolor.pipeline.photo import Pipeline, colorize_source, open_pipeline
from photocolor.settings import AlreadyColor, ColorSettings, FileSettings, OutputFormat, Settings
from photocolor.system.safe_files import open_regular

UPRIGHT = 1


class PhotoColorizer:
    """An opened model that colors any number of photos; made by `open_colorizer`, safe to share between threads.

    Use it as a context manager, or let it go: it holds memory, no files.
    """

    def __init__(self, pipeline: Pipeline) -> None:
        self._studio = pipeline

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    @property
    def device(self) -> str:
        """The provider that runs the model, as ONNX Runtime names it."""
        return self._studio.colorizer.session.provider

    def cancel(self) -> None:
        """Ends work in flight within a moment, from any thread; the colorizer cannot be used afterwards."""
        self._studio.cancel()

    def file(
        self, source: str | os.PathLike[str], target: str | os.PathLike[str], watch: ProgressListener | None = None
    ) -> Outcome:
        """Colors one file; see `colorize_file`.

        A photo that has color already is skipped, copied or colored, as `files` says; the outcome tells.
        """
        source_path, target_path = Path(source), Path(target)
        if target_path.exists() and source_path.exists() and target_path.samefile(source_path):
            raise TargetCollision(f"{source_path} would be replaced by its own result", "Choose another target.")
        fingerprint = _fingerprint(source_path)
        job = Job(source_path, target_path, target_path.name, fingerprint, secrets.token_hex(4))
        return colorize_source(job, _named_so(self._studio, source_path, target_path), watch or NoProgress())

    def array(self, photo: NDArray[Any], strength: float | None = None) -> NDArray[Any]:
        """Colors one picture in memory; see `colorize_array`."""
        pipeline = self._studio
        if strength is not None:
            pipeline = replace(pipeline, color=replace(pipeline.color, strength=strength))
        rgb, _ = colorize_gray(_gray_of_array(photo), UPRIGHT, pipeline, NoProgress())
        return rgb


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
    settings = Settings(
        sources=(),
        out=Path(),
        model=model,
        device=device,
        color=color or ColorSettings(),
        files=files or FileSettings(),
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
    asked for by name, and a warning says so.

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
    with open_colorizer(model, device, color, chosen) as colorizer:
        outcome = colorizer.file(source, target)
    if not isinstance(outcome, Done):
        raise AssertionError(f"a forced photo was not colored: {outcome}")
    return outcome


def colorize_array(
    photo: NDArray[Any], *, model: str = "default", device: str = "auto", strength: float = 1.0
) -> NDArray[Any]:
    """Colors one picture in memory.

    Args:
        photo: (H, W) gray or (H, W, 3) RGB, uint8 or uint16, sRGB-encoded; of RGB, only the gray is used.
        model: a registered name or the path of an ONNX file.
        device: "auto", "cpu", "cuda", "cuda:1", or another provider's short name.
        strength: factor on chroma, 0 to 2.

    Returns:
        (H, W, 3) of the same dtype, sRGB-encoded, with the gray of `photo`.

    Raises:
        UnsupportedPhoto: the array is none of the above.
        PhotocolorError: a subclass that says what is wrong, with a hint.
    """
    with open_colorizer(model, device, ColorSettings(strength=strength)) as colorizer:
        return colorizer.array(photo)


def _gray_of_array(photo: NDArray[Any]) -> NDArray[Any]:
    shape, dtype = photo.shape, photo.dtype
    if dtype not in (np.uint8, np.uint16) or 0 in shape or not (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)):
        raise UnsupportedPhoto(
            f"an array of shape {shape} and type {dtype} is no picture",
            "Give (H, W) or (H, W, 3) of uint8 or uint16.",
        )
    return photo if photo.ndim == 2 else gray_of(photo)


def _named_so(pipeline: Pipeline, source: Path, target: Path) -> Pipeline:
    """Returns the pipeline with the format that the target's name promises.

    Raises:
        UsageError: no result can be what the name promises, or another format was asked for.
    """
    suffix, wanted = target.suffix.lower(), pipeline.files.format
    row = next((row for row in FORMATS if suffix in row.suffixes + row.raw_suffixes), None)
    refused = next((kind for kind in REFUSED if suffix in kind.suffixes), None)
    if refused is not None or (row is not None and (suffix in row.raw_suffixes or not row.writable)):
        raise UsageError(f"{target.name} cannot be written: there are no results of that kind", _OTHER_NAME)
    if row is None or wanted == row.name or (wanted is OutputFormat.KEEP and _is_of(source, row)):
        return pipeline
    if wanted is not OutputFormat.KEEP:
        raise UsageError(
            f"{target.name} is the name of a {row.title}, and the format asked for is {wanted.value}", _OTHER_NAME
        )
    if row.name not in set(OutputFormat):
        raise UsageError(f"{target.name} cannot be written: only a {row.title} can become one", _OTHER_NAME)
    return replace(pipeline, files=replace(pipeline.files, format=OutputFormat(row.name)))


_OTHER_NAME = "Give the target a name that ends in .jpg, .png, .tif, .webp, .jp2, .jxl or .avif."


def _is_of(source: Path, row: Format) -> bool:
    """Returns True if a file is of a format, or of none; why it is none is told when it is colored."""
    try:
        with open_regular(source) as file:
            return sniff(file.read(HEAD_BYTES)).name == row.name
    except (OSError, PhotoError):
        return True


def _fingerprint(source: Path) -> Fingerprint:
    try:
        stat = source.stat()
    except FileNotFoundError as error:
        raise SourceVanished(f"there is no file {source}", "Check the path.") from error
    except OSError as error:
        raise UnreadableSource(f"{source} cannot be read: {error.strerror or error}") from error
    return Fingerprint(stat.st_size, stat.st_mtime_ns)
