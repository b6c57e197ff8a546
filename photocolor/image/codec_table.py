"""The table of codecs: what reads and writes the pixels of each format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from photocolor.image.encode_input import EncodeInput, RowsToEncode
from photocolor.image.photo import Header, Photo
from photocolor.system.late_table import LateTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """Reads and writes the pixels of one format.

    Attributes:
        probe: reads the header alone; for a format with pages it also takes a page's number.
        read: reads all of it; likewise.
        read_reduced: reads it at a smaller size, faster than at its own; None where the format knows no way.
        write: writes a whole picture; None where rows are written, and for a format that is only read.
        write_rows: writes a picture while its rows come; None where it must be whole.
        head_of: returns what such a file will begin with, its metadata included, before its rows come; None where only
            the finished file tells.
    """

    probe: Callable[..., Header]
    read: Callable[..., Photo]
    read_reduced: Callable[[bytes, int], Photo] | None = None
    write: Callable[[BinaryIO, EncodeInput], None] | None = None
    write_rows: Callable[[BinaryIO, RowsToEncode], None] | None = None
    head_of: Callable[[RowsToEncode], bytes | None] | None = None


def _jpeg() -> Codec:
    from photocolor.image.codecs import jpeg, jpeg_write

    return Codec(probe=jpeg.probe, read=jpeg.read, read_reduced=jpeg.read, write_rows=jpeg_write.write_rows)


def _png() -> Codec:
    from photocolor.image.codecs import png

    return Codec(probe=png.probe, read=png.read, write=png.write)


def _tiff() -> Codec:
    from photocolor.image.codecs import tiff
    from photocolor.image.tiff.write import head_of, write_rows

    return Codec(probe=tiff.probe, read=tiff.read, write_rows=write_rows, head_of=head_of)


def _webp() -> Codec:
    from photocolor.image.codecs import webp

    return Codec(probe=webp.probe, read=webp.read, write=webp.write)


def _jp2() -> Codec:
    from photocolor.image.codecs import jp2

    return Codec(probe=jp2.probe, read=jp2.read, write=jp2.write)


def _jxl() -> Codec:
    from photocolor.image.codecs import jxl

    return Codec(probe=jxl.probe, read=jxl.read, write=jxl.write)


def _avif() -> Codec:
    from photocolor.image.codecs import heif
    from photocolor.image.heif.write import write_avif

    return Codec(probe=heif.probe_avif, read=heif.read_avif, write=write_avif)


def _heic() -> Codec:
    from photocolor.image.codecs import heif
    from photocolor.image.heif.write import write_heic

    return Codec(probe=heif.probe_heic, read=heif.read_heic, write=write_heic)


CODECS = LateTable[Codec](
    {
        "jpeg": _jpeg,
        "png": _png,
        "tiff": _tiff,
        "webp": _webp,
        "jp2": _jp2,
        "jxl": _jxl,
        "avif": _avif,
        "heic": _heic,
    }
)
