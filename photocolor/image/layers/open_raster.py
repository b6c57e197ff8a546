"""Writes layers as OpenRaster, which GIMP, Krita and MyPaint open: a ZIP of PNG files and a list of them.

Source: OpenRaster 0.0.6, https://www.openraster.org/baseline/.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import BinaryIO, NamedTuple, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import imagecodecs
import numpy as np

from photocolor.image.display.thumbnail import thumbnail
from photocolor.image.layers.stack import COLOR_NAME, LUMA_NAME, PHOTO_NAME, LayerStack
from photocolor.image.photo import Pixels

PROVENANCE_PLACE = "META-INF/provenance.xmp"
"""OpenRaster has no place for metadata; readers pass over files that the list does not name."""
_LEVEL = 2  # as of PNG results
_DAY = (1980, 1, 1, 0, 0, 0)  # the same layers give the same bytes


class _Layer(NamedTuple):
    """Describes one layer: its name, where its picture lies, how it is laid over those below, and its pixels."""

    name: str
    place: str
    operator: str
    pixels: Pixels


def write_open_raster(file: BinaryIO, stack: LayerStack, xmp: bytes) -> None:
    """Writes the layers, with the result as the merged picture.

    Args:
        file: the file to write.
        stack: the layers.
        xmp: packet that says what they are.
    """
    with ZipFile(file, "w", ZIP_STORED) as out:
        _store(out, "mimetype", b"image/openraster")  # has to be first, uncompressed
        _store(out, "stack.xml", _list(stack).encode())
        for layer in _layers(stack):
            _store(out, layer.place, _png(layer.pixels))
        whole = stack.color if stack.alpha is None else cast(Pixels, np.dstack([stack.color, stack.alpha]))
        _store(out, "mergedimage.png", _png(whole))
        _store(out, "Thumbnails/thumbnail.png", _png(thumbnail(whole)))
        _store(out, PROVENANCE_PLACE, xmp)


def _layers(stack: LayerStack) -> Iterator[_Layer]:
    """Yields the layers from the top to the bottom, as the list has them.

    The shape of a transparent picture is a layer of its own, which takes away what lies below it: laid over each other
    the layers would be less transparent than each alone.
    """
    if stack.alpha is not None:
        white = np.full_like(stack.color, np.iinfo(stack.color.dtype).max)
        yield _Layer("Shape", "data/shape.png", "svg:dst-in", cast(Pixels, np.dstack([white, stack.alpha])))
    yield _Layer(COLOR_NAME, "data/color.png", "svg:color", stack.color)
    yield _Layer(LUMA_NAME, "data/luma.png", "svg:src-over", cast(Pixels, np.dstack([stack.luma] * 3)))
    yield _Layer(PHOTO_NAME, "data/photograph.png", "svg:src-over", stack.photo)


def _list(stack: LayerStack) -> str:
    height, width = stack.shape
    layers = "".join(
        f'<layer name="{escape(layer.name)}" src="{escape(layer.place)}" composite-op="{layer.operator}" '
        'opacity="1.0" visibility="visible" x="0" y="0"/>\n'
        for layer in _layers(stack)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<image version="0.0.6" w="{width}" h="{height}">\n<stack>\n{layers}</stack>\n</image>\n'


def _png(samples: Pixels) -> bytes:
    return bytes(imagecodecs.png_encode(np.ascontiguousarray(samples), level=_LEVEL))


def _store(out: ZipFile, place: str, data: bytes) -> None:
    entry = ZipInfo(place, _DAY)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # the same on every system
    out.writestr(entry, data)
