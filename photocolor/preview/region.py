"""A part of a photo at its full size, in the colors that its preview has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photocolor.engine.colorizer import ColorAnswer
from photocolor.errors import SourceVanished, UnreadableSource
from photocolor.image.decode import decode
from photocolor.image.display.compare import Picture, gray_picture
from photocolor.image.gray_source import gray_of_photo
from photocolor.image.orient import upright
from photocolor.outcome import ProgressListener
from photocolor.pipeline.coloring import chosen_ab, painted
from photocolor.preview.screen_photo import ScreenPhoto, own_picture
from photocolor.settings import ColorSettings
from photocolor.system.safe_files import read_regular


@dataclass(frozen=True, slots=True)
class Region:
    """Marks a rectangle of the upright photo, in its full-size pixels."""

    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class FullPhoto:
    """Holds a photo at its full size, upright.

    Attributes:
        gray: (H, W) uint8.
        own: (H, W, 3) uint8, in its own tone or color; None if it is gray.
    """

    gray: NDArray[np.uint8]
    own: Picture | None

    def before(self, region: Region, *, gray: bool = False) -> Picture:
        """Returns a rectangle as the photo is, or of its gray, (height, width, 3) uint8."""
        rows = slice(region.top, region.top + region.height)
        columns = slice(region.left, region.left + region.width)
        return gray_picture(self.gray[rows, columns]) if gray or self.own is None else self.own[rows, columns]


def read_full(screen_photo: ScreenPhoto, max_megapixels: float) -> FullPhoto:
    """Returns the whole photo.

    Raises:
        PhotoError: the file is gone, cannot be read, or is no photo any more.
    """
    try:
        data = read_regular(screen_photo.path)[0]
    except FileNotFoundError as error:
        raise SourceVanished(f"there is no file {screen_photo.path}", "Check the path.") from error
    except OSError as error:
        raise UnreadableSource(f"{screen_photo.path} cannot be read: {error.strerror or error}") from error
    photo = decode(data, max_megapixels)
    gray = upright(gray_of_photo(photo), photo.orientation)
    codes = gray if gray.dtype == np.uint8 else (gray >> 8).astype(np.uint8)
    return FullPhoto(np.ascontiguousarray(codes), own_picture(photo, screen_photo.tone))


def paint_region(
    full: NDArray[np.uint8], answer: ColorAnswer, color: ColorSettings, region: Region, watch: ProgressListener
) -> Picture:
    """Returns the rectangle in color, (height, width, 3) uint8, as the whole photo's result has it.

    The rows are painted in their whole width, with the rows of ab that belong to them and a margin.
    """
    height = full.shape[0]
    ab = chosen_ab(answer, color)
    small = ab.shape[0]
    first = max(0, region.top * small // height - 4)
    last = min(small, -(-(region.top + region.height) * small // height) + 4)
    top, bottom = -(-first * height // small), last * height // small
    strip = painted(full[top:bottom], 1, np.ascontiguousarray(ab[first:last]), watch)
    rows = slice(region.top - top, region.top - top + region.height)
    return np.ascontiguousarray(strip[rows, region.left : region.left + region.width]).astype(np.uint8, copy=False)
