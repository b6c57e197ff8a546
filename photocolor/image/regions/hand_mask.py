"""Reads and writes a mask that a person painted: what is damage, what is none, and where the finder decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.containers.png import SIGNATURE, make_chunk
from photocolor.errors import HintsInvalid, PhotoError
from photocolor.image.decode import decode
from photocolor.image.display.png_write import png_of
from photocolor.image.gray_source import gray_of_photo
from photocolor.image.orient import stored, upright, upright_shape
from photocolor.image.photo import Photo
from photocolor.render.mending.bits import BitPlane

CLEAN, UNSAID, DAMAGED = 0, 128, 255
"""The three grays of a mask by hand."""
_CLEAN_BELOW, _DAMAGED_FROM = 64, 192
"""A brush with a soft edge leaves grays between; they count as the nearest of the three."""
_SAID_FROM = 128
"""Least alpha of a pixel that a person painted: what is more transparent is left to the finder."""
_COLOR_FROM = 96
"""Between the least and the most of red, green and blue; a tinted white is still white."""
_ROWS = 256


@dataclass(frozen=True, slots=True)
class HandMask:
    """Holds what a person said, on the photo's stored grid.

    Attributes:
        added: pixels that are damage, whatever the finder says.
        removed: pixels that are none.
    """

    added: BitPlane
    removed: BitPlane

    def corrected(self, found: BitPlane) -> BitPlane:
        """Returns what is damaged: what was found or added, without what was removed."""
        plane = BitPlane(found.shape)
        for top in range(0, found.shape[0], _ROWS):
            rows = top, top + _ROWS
            plane.put(top, (found.rows(*rows) & ~self.removed.rows(*rows)) | self.added.rows(*rows))
        return plane

    def levels(self) -> NDArray[np.uint8]:
        """Returns the mask as grays, (H, W) uint8 of `CLEAN`, `UNSAID` and `DAMAGED`."""
        rows = 0, self.added.shape[0]
        grays = np.where(self.removed.rows(*rows), CLEAN, UNSAID)
        return np.where(self.added.rows(*rows), DAMAGED, grays).astype(np.uint8)


def parse_hand_mask(data: bytes, shape: tuple[int, int], orientation: int, name: str) -> HandMask:
    """Returns what a mask's file says.

    Args:
        data: a PNG; black is no damage, white is damage, middle gray or transparent is left to the finder.
        shape: (height, width) of the photo's stored grid.
        orientation: EXIF orientation of the photo; the mask has one of its own, and both are meant as they are seen.
        name: of the file, for the message.

    Raises:
        HintsInvalid: it is no such picture, is painted in color, or is of another size than the photo.
    """
    hint = "Correct the mask, or remove it to have the photo mended by the finder alone."
    try:
        if not data.startswith(SIGNATURE):
            raise HintsInvalid(f"{name} is no PNG", hint)
        mask = decode(data, shape[0] * shape[1] / 1e6 + 1)
    except PhotoError as error:
        raise error if isinstance(error, HintsInvalid) else HintsInvalid(f"{name}: {error.message}", hint) from error
    seen, expected = (
        upright_shape(mask.height, mask.width, mask.orientation),
        upright_shape(*shape, orientation),
    )
    if seen != expected:
        sizes = " and the photo ".join(f"{width} × {height} px" for height, width in (seen, expected))
        raise HintsInvalid(f"{name} has {sizes}, as they are seen", hint)
    unit = 1 if mask.pixels.dtype == np.uint8 else 257
    if _is_in_color(mask, unit):
        message = f"{name} is painted in color: white is damage, black is none, and gray is left to the finder"
        raise HintsInvalid(message, hint)
    gray = stored(upright(gray_of_photo(mask), mask.orientation), orientation)
    alpha = None if mask.alpha is None else stored(upright(mask.alpha, mask.orientation), orientation)
    added, removed = BitPlane(shape), BitPlane(shape)
    for top in range(0, shape[0], _ROWS):  # booleans of the photo's size would take as much memory as the photo
        rows = slice(top, top + _ROWS)
        said = True if alpha is None else alpha[rows] >= _SAID_FROM * unit
        added.put(top, (gray[rows] >= _DAMAGED_FROM * unit) & said)
        removed.put(top, (gray[rows] < _CLEAN_BELOW * unit) & said)
    return HandMask(added, removed)


def _is_in_color(mask: Photo, unit: int) -> bool:
    """Returns whether a pixel that says something is of a clear color: the gray of red or blue paint says nothing."""
    if mask.pixels.ndim == 2:
        return False
    for top in range(0, mask.height, _ROWS):
        rows = mask.pixels[top : top + _ROWS]
        clear = rows.max(axis=2) - rows.min(axis=2) > _COLOR_FROM * unit
        if mask.alpha is not None:
            clear &= mask.alpha[top : top + _ROWS] >= _SAID_FROM * unit
        if clear.any():
            return True
    return False


def hand_mask_png(levels: NDArray[np.uint8], orientation: int) -> bytes:
    """Returns the file of a mask.

    Args:
        levels: (H, W) uint8 of `CLEAN`, `UNSAID` and `DAMAGED`, on the photo's stored grid.
        orientation: EXIF orientation of the photo, which the mask gets, too.
    """
    exif = Image.Exif()
    exif[0x0112] = orientation
    # Pillow would hold the interpreter while it packs, and an even mask is packed whole in one call
    return png_of(levels, make_chunk(b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0")))
