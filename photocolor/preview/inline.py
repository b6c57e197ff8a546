"""Draws pictures in a terminal: by kitty's, iTerm2's or sixel sequences, or as colored half blocks."""

from __future__ import annotations

import base64

import numpy as np

from photocolor.color.resize import resize
from photocolor.image.display.compare import Picture, in_palette, png_bytes

KITTY_CHUNK = 4096
"""Bytes of base64 in one sequence. Source: sw.kovidgoyal.net/kitty/graphics-protocol, "Remote client"."""
SIXEL_COLORS = 255
RESET = "\x1b[0m"


def fit(picture: Picture, height: int, width: int) -> Picture:
    """Returns the picture in its proportions within `height` × `width`; never enlarged."""
    scale = min(height / picture.shape[0], width / picture.shape[1], 1.0)
    return resize(picture, *(max(1, round(side * scale)) for side in picture.shape[:2]))


def half_blocks(picture: Picture, rows: int, columns: int) -> str:
    """Returns the picture as characters: each upper half block shows two pixels, one above the other, in 24-bit color.

    Args:
        picture: (H, W, 3) uint8.
        rows: lines that it may take.
        columns: letters of a line.
    """
    small = fit(picture, 2 * rows, columns)
    if len(small) % 2:
        small = small[:-1] if len(small) > 1 else np.repeat(small, 2, axis=0)
    lines = []
    for upper, lower in zip(small[0::2].tolist(), small[1::2].tolist(), strict=True):
        cells = []
        before = None
        for top, bottom in zip(upper, lower, strict=True):
            if (top, bottom) != before:  # a run of equal letters needs its colors once
                cells.append("\x1b[38;2;{};{};{};48;2;{};{};{}m".format(*top, *bottom))
                before = (top, bottom)
            cells.append("▀")
        lines.append("".join(cells) + RESET)
    return "\n".join(lines) + "\n"


def kitty(picture: Picture, columns: int) -> str:
    """Returns the picture as kitty's graphics command, `columns` letters wide.

    Source: sw.kovidgoyal.net/kitty/graphics-protocol.
    """
    data = base64.b64encode(png_bytes(picture)).decode()
    pieces = [data[at : at + KITTY_CHUNK] for at in range(0, len(data), KITTY_CHUNK)]
    parts = []
    for number, piece in enumerate(pieces):
        keys = [f"a=T,f=100,q=2,c={columns}"] if number == 0 else []  # q=2: the terminal shall not answer
        keys.append(f"m={int(number < len(pieces) - 1)}")
        parts.append(f"\x1b_G{','.join(keys)};{piece}\x1b\\")
    return "".join(parts) + "\n"


def iterm(picture: Picture, columns: int) -> str:
    """Returns the picture as iTerm2's inline image, `columns` letters wide.

    Source: iterm2.com/documentation-images.html.
    """
    data = png_bytes(picture)
    head = f"inline=1;size={len(data)};width={columns};preserveAspectRatio=1"
    return f"\x1b]1337;File={head}:{base64.b64encode(data).decode()}\x07\n"


def sixel(picture: Picture) -> str:
    """Returns the picture as sixels, one to one.

    Source: DEC STD 070, chapter 9; VT330/VT340 programmer reference, chapter 14.
    """
    palette, index = in_palette(picture, SIXEL_COLORS)
    height, width = index.shape
    parts = [f'\x1bP0;1;0q"1;1;{width};{height}']
    for number, color in enumerate(palette):
        parts.append("#{};2;{};{};{}".format(number, *(round(int(v) * 100 / 255) for v in color)))
    for top in range(0, height, 6):
        parts.append(_sixel_band(index[top : top + 6]) + "-")
    return "".join(parts) + "\x1b\\\n"


def _sixel_band(band: Picture) -> str:
    """Returns up to six rows: for each color a pass over the columns, whose bits say which rows have the color."""
    bits = (1 << np.arange(len(band)))[:, None]
    passes = []
    for number in np.unique(band):
        letters = ((band == number) * bits).sum(axis=0) + 63
        passes.append(f"#{number}" + _runs(letters))
    return "$".join(passes)


def _runs(letters: Picture) -> str:
    """Returns sixel characters with runs of four and more written as counts."""
    ends = np.flatnonzero(np.diff(letters)) + 1
    starts = np.concatenate(([0], ends))
    lengths = np.diff(np.concatenate((starts, [len(letters)])))
    return "".join(
        f"!{length}{chr(letters[at])}" if length > 3 else chr(letters[at]) * int(length)
        for at, length in zip(starts, lengths, strict=True)
    )
