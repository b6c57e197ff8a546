"""Reads and writes the items of AVIF and HEIC that hold EXIF and XMP."""

from __future__ import annotations

from photocolor.containers.heif import (
    XMP_TYPE,
    Item,
    Meta,
    item_bytes,
    orientation_of,
    read_meta,
    size_of,
    with_additions,
)
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.orientation import with_orientation
from photocolor.metadata.limits import EXIF_MOST_BYTES, XMP_MOST_BYTES, Allowance
from photocolor.metadata.model import Blocks, Log, Picture, Source

EXIF, MIME = b"Exif", b"mime"


def picture(data: Source) -> Picture:
    """Returns what the file stores.

    Raises:
        Malformed: it has no picture.
    """
    whole = bytes(data)
    meta, bits = _meta(whole), 8
    for box in meta.of(meta.primary):
        if box.kind == b"pixi":
            bits = whole[box.start + 5]
    try:
        height, width = size_of(whole, meta)
    except ValueError as error:
        raise Malformed(str(error)) from error
    return Picture(width, height, bits)


def read(data: Source) -> Blocks:
    """Returns all metadata of an AVIF or HEIC file, with the orientation of its properties, which overrides EXIF's.

    Raises:
        Malformed: it is no such file.
    """
    whole = bytes(data)
    meta = _meta(whole)
    exif, xmp, log = None, None, Log()
    allowed = Allowance(log)
    about = {source for kind, source, to in meta.references if kind == b"cdsc" and meta.primary in to}
    for number, item in meta.items.items():
        if item.kind not in (EXIF, MIME) or (about and number not in about):
            continue
        name, most_bytes = ("EXIF", EXIF_MOST_BYTES) if item.kind == EXIF else ("XMP", XMP_MOST_BYTES)
        if not allowed.admits(name, _length(meta, number), most_bytes):
            continue
        content = item_bytes(whole, meta, number)
        if content is None:
            log.unparsed(item.kind.decode("latin-1"), "it lies outside of the file")
        elif item.kind == EXIF and exif is None:
            exif = content[4 + int.from_bytes(content[:4], "big") :].removeprefix(b"Exif\0\0") or None
        elif item.content == XMP_TYPE and xmp is None:
            xmp = content
        else:
            further = item.content.decode("latin-1") or item.kind.decode("latin-1")
            log.dropped.append(further)
            log.left_behind(f"an item {further!r}", "only one EXIF block and one XMP packet go along")
    allowed.close()
    exif = with_orientation(exif, orientation_of(whole, meta))
    return Blocks(exif=exif, xmp=xmp, dropped=tuple(log.dropped), warnings=tuple(log.warnings))


def _length(meta: Meta, number: int) -> int:
    """Returns the length of an item; its pieces may overlap, or lie outside of the file."""
    place = meta.places.get(number)
    return sum(length for _, length in place.pieces) if place is not None else 0


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """Returns the result's file with these blocks as items of their own.

    Raises:
        Malformed: `result` is no such file.
    """
    items = [(Item(0, EXIF), bytes(4) + blocks.exif)] if blocks.exif else []
    items += [(Item(0, MIME, XMP_TYPE), blocks.xmp)] if blocks.xmp else []
    try:
        return with_additions(result, items, [])
    except ValueError as error:
        raise Malformed(str(error)) from error


def _meta(data: bytes) -> Meta:
    try:
        return read_meta(data)
    except ValueError as error:
        raise Malformed(str(error)) from error
