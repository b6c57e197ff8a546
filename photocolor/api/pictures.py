"""Colors one picture of whatever kind a caller has: the kind that comes in decides the kind that goes out."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from photocolor.api.files import color_file
from photocolor.api.given import checked_path
from photocolor.api.python_words import in_python
from photocolor.color.lab import Gray
from photocolor.errors import PhotoError, SourceVanished, TargetCollision, UnreadableSource, UsageError
from photocolor.hints.sidecar import Hints, format_hints, sidecar_of
from photocolor.image.decode import decode
from photocolor.image.display.notebook import ColorArray, ColorBytes
from photocolor.image.gray_source import gray_of_photo
from photocolor.image.memory.arrays import picture_of
from photocolor.image.memory.pillow import PillowImage, eight_bits, image_of, photo_of
from photocolor.image.orient import upright
from photocolor.image.photo import Photo
from photocolor.outcome import Done, ProgressListener
from photocolor.pipeline.coloring import colorize_gray
from photocolor.pipeline.mending.hand import hand_mask_path
from photocolor.pipeline.photo import Pipeline
from photocolor.pipeline.source import read_hints
from photocolor.pipeline.xmp_files import xmp_names
from photocolor.settings import Mend, Negatives, ToneCorrection
from photocolor.system.safe_files import open_regular, read_regular
from photocolor.system.spelling import spelling_hint
from photocolor.system.temporary.folders import temporary_folder

_UPRIGHT = 1
_UNSAID = "change the lightness, and an image in memory has no place that says so"
_KINDS = "Give a path, the bytes of a file, an image of Pillow, an array, or a list of these."


@dataclass(frozen=True, slots=True)
class Request:
    """Holds what a caller wants of one picture.

    Attributes:
        image: the picture, of any kind.
        target: the file to write; None gives the result back.
        hints: the color hints; None takes what the sidecar of a path says.
    """

    image: Any
    target: Path | None = None
    hints: Hints | None = None


def color_one(pipeline: Pipeline, request: Request, watch: ProgressListener) -> Any:
    """Returns the picture in color: of the same kind, or the path of the file that was written.

    Raises:
        PhotocolorError: it cannot be colored; the class says why.
        TypeError: it is nothing that can be a picture.
    """
    image, files = request.image, pipeline.files
    is_path = isinstance(image, str | os.PathLike)
    if files.mend is not Mend.NONE and (request.target is None or not is_path):
        message = "mending leaves a mask beside the result, and here there is no file that it could lie beside"
        raise UsageError(message, "Give a path and the file to write, or leave mend out.")
    if files.tone is not ToneCorrection.KEEP and is_path and request.target is None:
        raise UsageError(
            "tone changes the lightness, and an image in memory has no place that says so",
            "Give the file to write, or leave it out.",
        )
    if isinstance(image, bytes | bytearray | memoryview):
        return _color_bytes(pipeline, bytes(image), request, watch)
    if isinstance(image, str | os.PathLike):
        return _color_path(pipeline, Path(image), request, watch)
    if files.tone is not ToneCorrection.KEEP or files.negatives is Negatives.INVERT:
        raise UsageError(f"tone and negatives {_UNSAID}", "Give a path or bytes, or leave them out.")
    if request.target is not None:
        raise UsageError("an image in memory has no file format to be written in", "Give a path or bytes, or save it.")
    if isinstance(image, PillowImage):
        return _color_pillow(pipeline, image, request.hints, watch)
    if isinstance(image, np.ndarray) or hasattr(image, "__array__"):
        picture = picture_of(np.asarray(image))
        rgb, _ = colorize_gray(picture.gray, _UPRIGHT, pipeline, watch, request.hints)
        return ColorArray.of(picture.result(rgb))
    raise TypeError(f"{type(image).__name__} is no picture. {_KINDS}")


def targets_of(images: Sequence[Any], to: str | os.PathLike[str], *, several: bool) -> list[Path]:
    """Returns the file to which each picture is written.

    Args:
        images: paths, or bytes for one file that `to` names.
        to: a file for one picture; a folder, which need not exist, for several.
        several: whether they came as a list.

    Raises:
        UsageError: there are bytes, which have no name, and a folder.
        TargetCollision: two would have the same name.
    """
    folder, text = checked_path(to), os.fspath(to)
    is_folder = os.path.isdir(folder)  # noqa: PTH112 -- Path raises for names that are too long
    if not several and not is_folder and not text.endswith((os.sep, "/")):
        return [folder]
    if any(not isinstance(image, str | os.PathLike) for image in images):
        raise UsageError(f"{folder} is a folder, and a picture without a path has no name in it", "Name a file.")
    targets = [folder / Path(image).name for image in images]
    by_name: dict[str, Any] = {}
    for target, image in zip(targets, images, strict=True):
        other = by_name.setdefault(target.name.casefold(), image)
        if other is not image:
            raise TargetCollision(f"{other} and {image} would both become {target}", "Color them into two folders.")
    return targets


def gray_of_any(image: Any, max_megapixels: float) -> Gray:
    """Returns the gray codes of a picture of any kind, (H, W) uint8 or uint16, upright.

    Raises:
        PhotocolorError: it cannot be read.
        TypeError: it is nothing that can be a picture.
    """
    if isinstance(image, str | os.PathLike):
        image = _read(Path(image))
    if isinstance(image, bytes | bytearray | memoryview):
        photo = decode(bytes(image), max_megapixels)
    elif isinstance(image, PillowImage):
        photo = photo_of(image)
    elif isinstance(image, np.ndarray) or hasattr(image, "__array__"):
        return picture_of(np.asarray(image)).gray
    else:
        raise TypeError(f"{type(image).__name__} is no picture. {_KINDS}")
    return upright(gray_of_photo(photo), photo.orientation)


def _color_path(pipeline: Pipeline, path: Path, request: Request, watch: ProgressListener) -> Any:
    if request.target is None:
        watch.stage("decode")
        hints = read_hints(path)[0] if request.hints is None else request.hints
        photo = decode(_read(path), pipeline.files.max_megapixels)
        rgb, alpha = _colored(pipeline, photo, hints, watch)
        turned = photo.orientation
        return image_of(upright(rgb, turned), None if alpha is None else upright(alpha, turned))
    if request.hints is None:
        return _written(pipeline, path, request.target, watch)
    with temporary_folder("photocolor-") as folder:
        copy = _copied(path, folder)
        beside = (*(path.with_name(name) for name in xmp_names(path.name)), hand_mask_path(path))
        for file in filter(os.path.lexists, beside):
            _copied(file, folder)
        if request.hints:
            sidecar_of(copy).write_text(format_hints(request.hints), encoding="utf-8")
        return _written(pipeline, copy, request.target, watch)


def _color_bytes(pipeline: Pipeline, data: bytes, request: Request, watch: ProgressListener) -> Any:
    """Colors the bytes of a file with its metadata, by way of a temporary folder."""
    with temporary_folder("photocolor-") as folder:
        source = folder / "photo"
        source.write_bytes(data)
        if request.hints:
            sidecar_of(source).write_text(format_hints(request.hints), encoding="utf-8")
        if request.target is not None:
            return _written(pipeline, source, request.target, watch)
        return ColorBytes(_written(pipeline, source, folder / "result", watch).read_bytes())


def _written(pipeline: Pipeline, source: Path, target: Path, watch: ProgressListener) -> Path:
    outcome = color_file(pipeline, source, target, watch)
    if not isinstance(outcome, Done):
        raise PhotoError(f"{source} was left alone: {in_python(getattr(outcome, 'detail', ''))}")
    return target


def _color_pillow(pipeline: Pipeline, image: PillowImage, hints: Hints | None, watch: ProgressListener) -> PillowImage:
    rgb, alpha = _colored(pipeline, photo_of(image), hints, watch)
    return image_of(rgb, alpha, like=image)


def _colored(pipeline: Pipeline, photo: Photo, hints: Hints | None, watch: ProgressListener) -> tuple[Any, Any]:
    rgb, _ = colorize_gray(gray_of_photo(photo), photo.orientation, pipeline, watch, hints)
    return eight_bits(rgb), photo.alpha


def _read(path: Path) -> bytes:
    try:
        return read_regular(path)[0]
    except OSError as error:
        raise _unreadable(path, error) from error


def _copied(path: Path, folder: Path) -> Path:
    """Copies a file into a folder, with its times; returns the copy."""
    try:
        with open_regular(path):  # no pipe, and no device that has no end
            pass
    except OSError as error:
        raise _unreadable(path, error) from error
    return Path(shutil.copy2(path, folder))


def _unreadable(path: Path, error: OSError) -> PhotoError:
    if isinstance(error, FileNotFoundError):
        return SourceVanished(f"there is no file {path}", spelling_hint(path))
    return UnreadableSource(f"{path} cannot be read: {error.strerror or error}")
