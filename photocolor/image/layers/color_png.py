"""Writes the color layer alone as PNG, to be laid over the photograph in any editor."""

from __future__ import annotations

from typing import BinaryIO

import imagecodecs
import numpy as np

from photocolor.containers.png import SIGNATURE, make_chunk
from photocolor.image.layers.stack import LayerStack

_LEVEL = 2  # as of PNG results
_HEADER_BYTES = 25


def write_color_png(file: BinaryIO, stack: LayerStack, xmp: bytes) -> None:
    """Writes the layer.

    Args:
        file: the file to write.
        stack: the layers; only the colors and their shape are used.
        xmp: packet that says what they are.
    """
    samples = stack.color if stack.alpha is None else np.dstack([stack.color, stack.alpha])
    coded = memoryview(imagecodecs.png_encode(samples, level=_LEVEL))
    header_end = len(SIGNATURE) + _HEADER_BYTES
    file.write(coded[:header_end])
    file.write(make_chunk(b"sRGB", b"\0"))
    file.write(make_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp))
    file.write(coded[header_end:])
