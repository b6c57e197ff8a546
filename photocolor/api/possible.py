"""The function `photocolor.variants`: several answers for one picture, among which a person may choose."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from photocolor.api.colorize_any import opened
from photocolor.api.given import checked_hints, picture_given
from photocolor.api.pictures import gray_of_any
from photocolor.api.python_words import python_words
from photocolor.errors import UsageError
from photocolor.hints.sidecar import Hints
from photocolor.hints.variant import VARIANTS_RANGE
from photocolor.pipeline.source import read_hints
from photocolor.preview.choices import choices, with_choice


def variants(
    image: Any, count: int = 4, *, model: str = "default", device: str = "auto", hints: Hints | None = None
) -> list[Hints]:
    """Returns answers that a model holds possible for a picture, as hints for `colorize`.

    The first is the model's own. The others are coherent over the whole picture: each leans toward another color
    wherever the model is not sure. `colorize(image, hints=variants(image)[2])` colors in the third one.

    Args:
        image: a picture of any kind that `colorize` takes; one, not a list.
        count: how many, 2 to 6. There are fewer where the model is sure of everything.
        model: a registered name or the path of an ONNX file.
        device: as for `colorize`; the answers are found on the processors in any case.
        hints: colors that you know, which every answer follows. Without them a path's own sidecar is used.

    Raises:
        PhotocolorError: a subclass that says what is wrong, with a hint.
        TypeError: this is nothing that can be a picture.
    """
    with python_words():
        if not VARIANTS_RANGE[0] <= count <= VARIANTS_RANGE[1]:
            raise UsageError("{} variants are outside {} to {}".format(count, *VARIANTS_RANGE))
        image, hints = picture_given(image), checked_hints(hints)
        pipeline = opened(model, device)
        gray = gray_of_any(image, pipeline.files.max_megapixels)
        if hints is None and isinstance(image, str | os.PathLike):
            hints = read_hints(Path(image))[0]
        codes = gray if gray.dtype == np.uint8 else (gray >> 8).astype(np.uint8)
        return [with_choice(hints, choice) for choice in choices(codes, pipeline, hints, count)]
