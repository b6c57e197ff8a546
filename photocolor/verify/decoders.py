"""Checks that another decoder sees the source as photocolor's does, and reports the warnings of photocolor's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photocolor.containers.formats import by_name
from photocolor.image.open import Reading
from photocolor.image.photo import Photo
from photocolor.image.second_decoder import LOSSY_CODES, decoded_again
from photocolor.image.tiff.masks import masks_digest
from photocolor.system.file_bytes import Stored
from photocolor.verify.verdict import Check

ONE_ONLY = "one decoder only: no other library here decodes this kind of file"
_TOO_LARGE = "one decoder only: the photo is too large to be decoded whole"
_BAND_ROWS = 256


def check_source(source: Reading, data: Stored, page: int = 0) -> Iterator[Check]:
    """Yields the check by a second decoder, and the warnings about the source.

    Args:
        source: as photocolor decoded it.
        data: its file.
        page: number of the page, counted from 0.
    """
    yield _by_another(source, data, page)
    if source.warnings:
        yield Check("remarks", True, "; ".join(source.warnings))


def check_masks(data: tuple[Stored, Stored], kinds: tuple[str, str]) -> Iterator[Check]:
    """Yields whether a TIFF's infrared pages and masks are unchanged in its result; nothing for other files.

    Args:
        data: the files of source and result.
        kinds: their formats.

    Raises:
        TruncatedPhoto: a mask is cut off or damaged.
    """
    if not by_name(kinds[0]).pages:
        return
    before = masks_digest(data[0])
    if not by_name(kinds[1]).pages:
        if before:
            yield Check("masks", True, f"{len(before)} left out: a TIFF holds them, {kinds[1]} does not")
        return
    after = masks_digest(data[1])
    if before or after:
        same = before == after
        yield Check(
            "masks", same, f"{len(before)} as they were" if same else f"{len(before)} became other {len(after)}"
        )


def _by_another(source: Reading, data: Stored, page: int) -> Check:
    if not isinstance(source, Photo):
        return Check("decoder", True, _TOO_LARGE)
    second = decoded_again(data, source, page)
    if not second.name:
        return Check("decoder", True, ONE_ONLY)
    if second.colors is None:
        return Check("decoder", False, f"{second.name} refuses the source, or sees another size: it may be damaged")
    if second.colors.shape != source.pixels.shape or second.colors.dtype != source.pixels.dtype:
        return Check("decoder", False, f"{second.name} sees other channels in the source: it may be damaged")
    codes = LOSSY_CODES * (257 if source.bit_depth == 16 else 1) if second.lossy else 0
    others, largest = _apart(source.pixels, second.colors, codes)
    if source.alpha is not None and second.alpha is not None:
        others += _apart(source.alpha, second.alpha, 0)[0]
    if not others:
        same = "the same pixels" if not codes else f"the same pixels within {codes} codes"
        return Check("decoder", True, f"{second.name} sees {same} in the source")
    sentence = (
        f"{others:,} of {source.height * source.width:,} pixels of the source differently, by up to {largest} codes"
    )
    return Check("decoder", False, f"{second.name} sees {sentence}: it may be damaged")


def _apart(first: NDArray[Any], second: NDArray[Any], codes: int) -> tuple[int, int]:
    """Returns how many pixels differ by more than some codes, and the largest difference."""
    if first.shape != second.shape:
        return first.shape[0] * first.shape[1], 0
    others, largest = 0, 0
    for top in range(0, len(first), _BAND_ROWS):
        rows = slice(top, top + _BAND_ROWS)
        step = np.abs(first[rows].astype(np.int32) - second[rows].astype(np.int32))
        step = step.max(axis=-1) if step.ndim == 3 else step
        others += int(np.count_nonzero(step > codes))
        largest = max(largest, int(step.max()))
    return others, largest
