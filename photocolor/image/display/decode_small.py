"""Decodes photos at screen size: a JPEG is reduced while it is decoded, everything else afterwards."""

from __future__ import annotations

from dataclasses import replace

from photocolor.color.resize import resize
from photocolor.containers.recognize import sniff
from photocolor.image.codec_table import CODECS
from photocolor.image.decode import decode, in_srgb, refuse_too_large, translated
from photocolor.image.photo import Photo


def decode_reduced(data: bytes, max_megapixels: float, side_px: int) -> tuple[Photo, tuple[int, int]]:
    """Returns the photo with its longer side at most `side_px`, and the (height, width) of the file.

    Args:
        data: the whole file.
        max_megapixels: pictures above are refused from their header.
        side_px: longer side of the result; smaller photos keep their size.

    Raises:
        PhotoError: as `decode`.
    """
    kind = sniff(data)
    codec = CODECS[kind.name]
    if codec.read_reduced is not None:
        with translated(kind):
            header = codec.probe(data)
            refuse_too_large(header, max_megapixels)
            photo, shape = in_srgb(codec.read_reduced(data, side_px)), (header.height, header.width)
    else:
        photo = decode(data, max_megapixels)
        shape = (photo.height, photo.width)
    scale = min(1.0, side_px / max(shape))
    height, width = (max(1, round(side * scale)) for side in shape)
    return replace(photo, pixels=resize(photo.pixels, height, width), alpha=None), shape
