"""The table of readers and writers of each format's metadata."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from photocolor.metadata.formats import heif, jp2, jpeg, jxl, png, tiff, webp
from photocolor.metadata.model import Blocks, Log, Picture, Source, TiffSource
from photocolor.system.file_bytes import Writable


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatMetadata:
    """Reads and writes the metadata of one format.

    Attributes:
        read: all metadata of a file.
        picture: what the file stores.
        read_page: all metadata of the page whose directory is at an offset; None where a file holds one photo.
        write: the result's bytes with other metadata; None where they are appended.
        append: adds metadata to a file that may be larger than the memory.
    """

    read: Callable[[Source], Blocks]
    picture: Callable[[Source], Picture]
    read_page: Callable[[TiffSource, int], Blocks] | None = None
    write: Callable[[bytes, Blocks, Log], bytes] | None = None
    append: Callable[[Writable, Blocks, Log], None] | None = None


METADATA: dict[str, FormatMetadata] = {
    "jpeg": FormatMetadata(read=jpeg.read, picture=jpeg.picture, write=jpeg.write),
    "png": FormatMetadata(read=png.read, picture=png.picture, write=png.write),
    "tiff": FormatMetadata(read=tiff.read, picture=tiff.picture, read_page=tiff.read, append=tiff.write),
    "webp": FormatMetadata(read=webp.read, picture=webp.picture, write=webp.write),
    "jp2": FormatMetadata(read=jp2.read, picture=jp2.picture, write=jp2.write),
    "jxl": FormatMetadata(read=jxl.read, picture=jxl.picture, write=jxl.write),
    "avif": FormatMetadata(read=heif.read, picture=heif.picture, write=heif.write),
    "heic": FormatMetadata(read=heif.read, picture=heif.picture, write=heif.write),
}
