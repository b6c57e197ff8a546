"""Before and after as one picture: side by side, split, or a sheet of several colorings with their captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from photocolor.containers.png import make_chunk
from photocolor.image.display.png_write import png_of

Picture = NDArray[np.uint8]
"""(H, W, 3) sRGB."""

PAPER = (244, 243, 240)
INK = (40, 40, 38)
GAP_PX = 12
CAPTION_SHARE = 26
"""A caption's letters are a 26th of the picture's width tall, within `CAPTION_PX`."""
CAPTION_PX = (13, 30)


@dataclass(frozen=True, slots=True)
class Cell:
    """Holds one picture of a sheet.

    Attributes:
        caption: what stands below it.
        picture: (H, W, 3) uint8; all cells of a sheet have one size.
    """

    caption: str
    picture: Picture


def gray_picture(gray: NDArray[np.uint8]) -> Picture:
    """Returns a gray plane (H, W) as a picture."""
    return np.repeat(gray[..., None], 3, axis=2)


def split(before: Picture, after: Picture, share: float = 0.5) -> Picture:
    """Returns one picture: gray left of `share` of the width, colored right of it, a white line between them."""
    width = before.shape[1]
    at = round(width * min(max(share, 0.0), 1.0))
    joined = after.copy()
    joined[:, :at] = before[:, :at]
    line = max(1, width // 600)
    joined[:, max(0, at - line) : at + line] = 255
    return joined


def sheet(cells: Sequence[Cell], columns: int | None = None) -> Picture:
    """Returns all cells on one sheet, each with its caption, in rows of one height.

    Args:
        cells: at least one; all pictures of one size.
        columns: how many stand in a row; None makes the sheet about as wide as high.
    """
    height, width = cells[0].picture.shape[:2]
    per_row = columns or max(1, min(len(cells), round(sqrt(len(cells) * 1.4 * height / width))))
    letters = round(min(max(width / CAPTION_SHARE, CAPTION_PX[0]), CAPTION_PX[1]))
    below = letters * 2
    rows = ceil(len(cells) / per_row)
    size = (per_row * (width + GAP_PX) + GAP_PX, rows * (height + below) + GAP_PX)
    paper = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(paper)
    font = ImageFont.load_default(letters)
    for index, cell in enumerate(cells):
        left = GAP_PX + index % per_row * (width + GAP_PX)
        top = GAP_PX + index // per_row * (height + below)
        paper.paste(Image.fromarray(cell.picture), (left, top))
        text = shortened_to(cell.caption, width, font)
        draw.text((left, top + height + letters * 0.35), text, INK, font)
    return np.asarray(paper)


def shortened_to(text: str, width_px: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> str:
    """Returns the text, its end replaced by "…" if it is wider than `width_px`."""
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(text + "…") > width_px:
        text = text[:-1]
    return text + "…"


def png_bytes(picture: Picture, xmp: bytes = b"", software: str = "") -> bytes:
    """Returns the picture as PNG, with an XMP packet and the name of the software that made it."""
    chunks = make_chunk(b"tEXt", b"Software\0" + software.encode("latin-1", "replace")) if software else b""
    if xmp:
        chunks += make_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)
    return png_of(picture, chunks)


def jpeg_bytes(picture: Picture, quality: int = 90, xmp: bytes = b"") -> bytes:
    """Returns the picture as JPEG without color subsampling, with an XMP packet."""
    file = BytesIO()
    extra = {"xmp": xmp} if xmp else {}
    Image.fromarray(picture).save(file, "JPEG", quality=quality, subsampling=0, optimize=True, **extra)
    return file.getvalue()


def in_palette(picture: Picture, colors: int) -> tuple[Picture, NDArray[np.uint8]]:
    """Returns the picture in few colors, dithered.

    Args:
        picture: (H, W, 3) uint8.
        colors: at most this many, up to 256.

    Returns:
        (N, 3) uint8, the colors, and (H, W) uint8, which pixel has which.
    """
    quantized = Image.fromarray(picture).quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.FLOYDSTEINBERG)
    palette = np.array(quantized.getpalette(), np.uint8).reshape(-1, 3)
    return palette, np.asarray(quantized)
