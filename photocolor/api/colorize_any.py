"""The function `photocolor.colorize`, which takes a picture of any kind."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from photocolor.api.colorizer import PhotoColorizer
from photocolor.api.python_words import python_words
from photocolor.api.reference import reference_file
from photocolor.pipeline.mending.mender import open_mender
from photocolor.pipeline.mending.on_request import with_finder
from photocolor.pipeline.photo import Pipeline, open_for_named_photos
from photocolor.pipeline.reference import digest_of_reference, read_palette
from photocolor.settings import AlreadyColor, ColorSettings, Detail, FileSettings, Negatives, Settings

if TYPE_CHECKING:
    from photocolor.api.progress import Progress
    from photocolor.hints.sidecar import Hints

_OPENED_MOST = 2
"""Models that stay open for the next call; each holds some hundred megabytes."""


def colorize(
    image: Any,
    *,
    to: str | os.PathLike[str] | None = None,
    model: str = "default",
    device: str = "auto",
    strength: float = 1.0,
    fade_doubt: float = 0.0,
    preset: Literal["calm", "natural", "vivid"] = "natural",
    faces: Literal["off", "on"] = "off",
    detail: Detail = "auto",
    hints: Hints | None = None,
    reference: Any = None,
    files: FileSettings | None = None,
    progress: Progress | None = None,
    errors: Literal["raise", "return"] = "raise",
) -> Any:
    """Colors a picture of any kind and returns one of the same kind.

    - An image of Pillow gives an image of Pillow, RGB or RGBA, with the EXIF of the first.
    - An array, (H, W) or (H, W, 1 to 4) of uint8, uint16 or floating point from 0 to 1, gives one of the same dtype,
      (H, W, 3), or (H, W, 4) if it had alpha.
    - The bytes of a file, or a file that is open for reading them, give those of a file of the same format, with its
      metadata and the note of what colored it.
    - A path gives an image of Pillow, upright.
    - A path or bytes with `to` give the path of the file that was written, with metadata, in the format of its name.
    - A list, a tuple or a generator of any of these gives a list.

    The gray of the result is that of the picture; of a picture in color only the gray is used. Pillow has no more than
    8 bits for colors; arrays and files keep 16. Arrays and bytes that come back show themselves in a notebook, as
    Pillow's images do. The opened model is kept for the next call; `open_colorizer` gives one to keep yourself.

    Args:
        image: the picture, or several.
        to: the file to write; for several pictures the folder, in which each keeps its name.
        model: a registered name or the path of an ONNX file.
        device: "auto", "cpu", "cuda", "cuda:1", or another provider's short name.
        strength: factor on the color's intensity, 0 (gray) to 2; 1 is the model's own.
        fade_doubt: how far colors go toward gray where the model guesses, 0 (not at all) to 1.
        preset: "vivid" gives more color, most where the model is sure; "calm" less, least where it guesses.
        faces: "on" lets the model look a second time, closer, at faces that are small in the picture.
        detail: size in pixels at which tiles see the picture, "auto" or "full".
        hints: colors that you know, as `Hints(points=(Point(x, y, "#rrggbb"), ...))`, or one of `variants(image)`, for
            every picture that is given. Without them a path's own sidecar is used.
        reference: a picture in color, of any kind above, whose palette the results shall have.
        files: format, quality and size limit of files; with `negatives="invert"` the files that are written and whose
            source is a scanned negative are inverted first.
        progress: called with the share of all work that is done, 0 to 1, and a word for the stage; what it raises ends
            the work.
        errors: "return" puts the error in the place of a picture of a list that cannot be colored; "raise" ends there.

    Raises:
        PhotocolorError: a subclass that says what is wrong, with a hint.
        TypeError: this is nothing that can be a picture.
    """
    with python_words(), reference_file(reference) as path:
        chosen = with_finder(replace(files or FileSettings(), already_color=AlreadyColor.FORCE))
        color = ColorSettings(
            detail=detail,
            strength=strength,
            fade_doubt=fade_doubt,
            preset=preset,  # type: ignore[arg-type]  # text becomes a Preset
            faces=faces,  # type: ignore[arg-type]  # and this one of Faces
            reference_sha256=digest_of_reference(path),
        )
        settings = Settings(
            sources=(), out=Path(), model=model, device=device, reference=path, color=color, files=chosen
        )
        pipeline = replace(
            opened(model, device, detail, chosen.negatives),
            color=color,
            files=chosen,
            palette=read_palette(settings),
            mender=open_mender(settings, None),
        )
    return PhotoColorizer(pipeline)(image, to=to, hints=hints, progress=progress, errors=errors)


def opened(model: str, device: str, detail: Detail = "auto", negatives: Negatives = Negatives.SKIP) -> Pipeline:
    """Returns the opened model that calls share."""
    return _opened(model, device, detail, negatives, _state_of(model))


@lru_cache(_OPENED_MOST)
def _opened(model: str, device: str, detail: Detail, negatives: Negatives, state: object) -> Pipeline:
    """Returns an opened model from the cache; `state` is its file's, so that a replaced file is opened anew."""
    color = ColorSettings(detail=detail)
    files = FileSettings(negatives=negatives)
    return open_for_named_photos(Settings(sources=(), out=Path(), model=model, device=device, color=color, files=files))


def _state_of(model: str) -> object:
    try:
        state = os.stat(model)  # noqa: PTH116 -- a name that is no path is fine, too
    except (OSError, ValueError):
        return None
    return state.st_ino, state.st_size, state.st_mtime_ns
