"""Reads and writes the mask of damage that a person painted; it lies beside the photo, as `photo.jpg.mask.png`."""

from __future__ import annotations

import errno
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photocolor.errors import HintsInvalid
from photocolor.pipeline.extra_files import HAND_MASK_SUFFIX
from photocolor.system.atomic import AtomicFile
from photocolor.system.safe_files import read_regular


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
    with AtomicFile(path, secrets.token_hex(4)) as file:
        file.content.write_bytes(hand_mask_png(levels, 1))
        file.commit()
    return path


def digest_of_hand_mask(source: Path) -> str:
    """Returns SHA-256 of the mask by hand beside a photo; "" without one, or if coloring will fail to read it."""
    try:
        return hashlib.sha256(read_regular(hand_mask_path(source))[0]).hexdigest()
    except OSError:
        return ""
