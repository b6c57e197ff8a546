"""Reads and writes the mask of damage that a person painted; it lies beside the photo, as `photo.jpg.mask.png`."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photocolor.errors import HintsInvalid, PhotoError
from photocolor.pipeline.extra_files import HAND_MASK_SUFFIX
from photocolor.system.atomic import AtomicFile, steady_token
from photocolor.system.safe_files import read_regular

_LOOK_PX = 64
"""A photo is read no larger than this where only its sides and its orientation are asked for."""


@dataclass(frozen=True, slots=True)
class HandMaskFile:
    """Holds the file of a mask by hand.

    Attributes:
        path: where it lies.
        data: its bytes.
    """

    path: Path
    data: bytes

    @property
    def sha256(self) -> str:
        """Returns the hex digest of its bytes."""
        return hashlib.sha256(self.data).hexdigest()


def hand_mask_path(source: Path) -> Path:
    """Returns the path of a photo's mask by hand, whether it exists or not."""
    return source.with_name(source.name + HAND_MASK_SUFFIX)


def read_hand_mask(source: Path) -> HandMaskFile | None:
    """Returns the mask by hand beside a photo; None without one.

    Raises:
        HintsInvalid: it is there and cannot be read.
    """
    path = hand_mask_path(source)
    try:
        return HandMaskFile(path, read_regular(path)[0])
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file can have that name, so there is none
            return None
        raise HintsInvalid(f"{path} cannot be read: {error.strerror or error}") from error


def write_hand_mask(source: Path, levels: NDArray[np.uint8]) -> Path:
    """Writes the mask by hand of a photo, whole or not at all; removes it if it says nothing.

    Args:
        source: the photo.
        levels: (H, W) uint8 of `CLEAN`, `UNSAID` and `DAMAGED`, as the photo is seen.

    Raises:
        OutputError: the folder cannot be written.
    """
    from photocolor.image.regions.hand_mask import UNSAID, hand_mask_png  # a process that plans paints no masks

    path = hand_mask_path(source)
    if not (levels != UNSAID).any():
        path.unlink(missing_ok=True)
        return path
    with AtomicFile(path, steady_token(path)) as file:
        file.content.write_bytes(hand_mask_png(levels, 1))
        file.commit()
    return path


def hand_mask_fault(source: Path, max_megapixels: float) -> PhotoError | None:
    """Returns why the mask by hand beside a photo cannot be used; None if it can, or if the photo itself cannot.

    Args:
        source: the photo.
        max_megapixels: a larger photo is not looked at.
    """
    from photocolor.image.decode import probe
    from photocolor.image.display.decode_small import decode_reduced
    from photocolor.image.regions.hand_mask import parse_hand_mask  # as above: only a plan with masks by hand needs it

    try:
        file = read_hand_mask(source)
    except HintsInvalid as error:
        return error
    if file is None:
        return None
    try:
        data = read_regular(source)[0]
        several = probe(data).pages > 1
        photo, shape = decode_reduced(data, max_megapixels, _LOOK_PX)
    except (OSError, PhotoError):
        return None  # the run names the photo, and never comes to the mask
    try:
        if several:
            raise mask_of_several_pages()
        parse_hand_mask(file.data, shape, photo.orientation, str(file.path))
    except PhotoError as error:
        return error
    return None


def mask_of_several_pages() -> HintsInvalid:
    """Returns the error of a file with several pages that has a mask by hand."""
    return HintsInvalid(
        "a mask by hand for a file with several pages is not supported: it does not say which page is meant",
        "Remove the mask, or split the file into single pages.",
    )


def digest_of_hand_mask(source: Path) -> str:
    """Returns SHA-256 of the mask by hand beside a photo; "" without one, or if coloring will fail to read it."""
    try:
        return hashlib.sha256(read_regular(hand_mask_path(source))[0]).hexdigest()
    except OSError:
        return ""
