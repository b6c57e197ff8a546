"""The photo in the pipeline: pixels in sRGB, and what its container says about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Container:
    """Holds what the source's file says about how its pixels are stored.

    Attributes:
        format: name of the row in `containers.formats` ("jpeg", "png", "tiff", "webp").
        icc: the source's ICC profile as stored, or None.
        keep_icc: True if `icc` also describes the result (an RGB profile equal to sRGB).
        dpi: horizontal and vertical resolution in pixels per inch, or None.
        compression: TIFF compression name as tifffile spells it, or "".
        byteorder: "<" or ">" for TIFF, "" elsewhere.
        tile_px: (height, width) of TIFF tiles, or None for strips.
        bigtiff: True for BigTIFF.
        lossless: True if the source stored its pixels exactly.
        rounds_gray: True if the gray codes of its pixels have to be rounded, as those of RGB; the file stores no gray.
        bits: depth of a stored sample where it is neither 8 nor 16; else 0.
        extra_sample: what a TIFF says its alpha is, as tifffile spells it ("unassalpha", "assocalpha", "unspecified"),
            or "".
        masks: how many infrared pages or masks stand behind the pages of a TIFF.
        checksummed: True if the file has checksums of its coded pixels, and they were compared: then no damage of them
            can have passed.
    """

    format: str
    icc: bytes | None = None
    keep_icc: bool = False
    dpi: tuple[float, float] | None = None
    compression: str = ""
    byteorder: str = ""
    tile_px: tuple[int, int] | None = None
    bigtiff: bool = False
    lossless: bool = False
    rounds_gray: bool = field(default=False, compare=False)  # of the pixels, not of how they are stored
    bits: int = 0
    extra_sample: str = ""
    masks: int = 0
    checksummed: bool = False

    @property
    def integrity(self) -> str:
        """Returns "checked" if any damage of the coded pixels would have been noticed, else "unchecked"."""
        return "checked" if self.checksummed else "unchecked"


@dataclass(frozen=True, slots=True)
class Header:
    """Holds what a file's header promises, before any pixel is decoded.

    Attributes:
        format: name of the row in `containers.formats`.
        height: rows of the stored grid.
        width: columns of the stored grid.
        bit_depth: bits of one sample as stored.
        pages: pictures in the file, each one a photo; reduced previews are none.
        channels: samples of a pixel, where the reader knows it; else 0.
        band_bytes: what is in memory at once while the picture is decoded and written a few rows at a time; 0 if it has
            to be decoded whole.
    """

    format: str
    height: int
    width: int
    bit_depth: int
    pages: int = 1
    channels: int = 0
    band_bytes: int = 0

    @property
    def sample_bytes(self) -> int:
        """Returns the memory of all samples in bytes; unknown channels count as those of RGB."""
        return self.height * self.width * (self.channels or 3) * -(-self.bit_depth // 8)

    @property
    def megapixels(self) -> float:
        """Returns the pixels in millions."""
        return self.height * self.width / 1e6


@dataclass(frozen=True, slots=True)
class Photo:
    """Holds one decoded picture, in the stored orientation (never rotated).

    Attributes:
        pixels: (H, W) gray or (H, W, 3) RGB, uint8 or uint16 over the full range, sRGB-encoded (a source profile is
            already applied).
        alpha: (H, W) of the same dtype as the source's alpha, or None.
        orientation: EXIF orientation 1 to 8.
        container: what the file said.
        warnings: what the user should know, one sentence each.
        gray: (H, W) uint16 gray codes where the file stores lightness itself, so that they need not be computed from
            `pixels`; else None.
    """

    pixels: Pixels
    alpha: Pixels | None
    orientation: int
    container: Container
    warnings: tuple[str, ...] = field(default=())
    gray: Pixels | None = None

    @property
    def height(self) -> int:
        """Returns the rows of the stored grid."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Returns the columns of the stored grid."""
        return int(self.pixels.shape[1])

    @property
    def bit_depth(self) -> int:
        """Returns 8 or 16."""
        return 8 * self.pixels.dtype.itemsize

    @property
    def has_alpha(self) -> bool:
        """Returns True if there is an alpha channel."""
        return self.alpha is not None


class Described(Protocol):
    """Describes a photo without its pixels, as far as its result depends on it."""

    @property
    def height(self) -> int:
        """Returns the rows of the stored grid."""

    @property
    def width(self) -> int:
        """Returns the columns of the stored grid."""

    @property
    def bit_depth(self) -> int:
        """Returns 8 or 16."""

    @property
    def has_alpha(self) -> bool:
        """Returns True if there is an alpha channel."""

    @property
    def orientation(self) -> int:
        """Returns the EXIF orientation, 1 to 8."""

    @property
    def container(self) -> Container:
        """Returns what the file says about how its pixels are stored."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Returns what the user should know, one sentence each."""


class Rows(NamedTuple):
    """Holds some rows of a picture, from top to bottom.

    Attributes:
        pixels: (rows, W) or (rows, W, 3).
        alpha: (rows, W), or None.
    """

    pixels: Pixels
    alpha: Pixels | None = None
