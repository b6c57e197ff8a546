"""JPEG XL boxes: EXIF and XMP beside the codestream. Source: ISO/IEC 18181-2:2024."""

from __future__ import annotations

from photocolor.boxes.box import boxes, make_box
from photocolor.boxes.jxl import CONTAINER, codestream, read_header
from photocolor.metadata.blocks import Blocks, Log, Picture, Source
from photocolor.metadata.ifd import Malformed
from photocolor.metadata.orientation import with_orientation

EXIF, XMP, PACKED = b"Exif", b"xml ", b"brob"
ENCODING = frozenset({b"JXL ", b"ftyp", b"jxll", b"jxlc", b"jxlp", b"jxli", b"jbrd"})
_MOST_BYTES = 1 << 24


def picture(data: Source) -> Picture:
    """What the file stores.

    Raises:
        Malformed: it has no picture.
    """
    try:
        header = read_header(codestream(bytes(data)))
    except ValueError as error:
        raise Malformed(str(error)) from error
    return Picture(header.width, header.height, header.bits)


def read(data: Source) -> Blocks:
    """All metadata of a JPEG XL file, with the orientation of its codestream, which is the one that counts.

    Raises:
        Malformed: it is no JPEG XL file.
    """
    whole = bytes(data)
    try:
        orientation = read_header(codestream(whole)).orientation
        found = _found(whole) if whole.startswith(CONTAINER) else {}
    except ValueError as error:
        raise Malformed(str(error)) from error
    exif = found.get(EXIF)
    if exif is not None:
        exif = exif[4 + int.from_bytes(exif[:4], "big") :].removeprefix(b"Exif\0\0") or None
    extras = tuple((kind.decode("latin-1"), content) for kind, content in found.items() if kind not in (EXIF, XMP))
    return Blocks(exif=with_orientation(exif, orientation), xmp=found.get(XMP), extras=extras)


def _found(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for box in boxes(data):
        kind, content = box.kind, data[box.start : box.end]
        if kind == PACKED:
            kind, content = content[:4], _unpacked(content[4:])
        if kind not in ENCODING:
            found.setdefault(kind, content)
    return found


def _unpacked(content: bytes) -> bytes:
    import imagecodecs  # only files with packed boxes need it

    try:
        return bytes(imagecodecs.brotli_decode(content, out=_MOST_BYTES))
    except RuntimeError as error:
        raise Malformed(f"a packed box is damaged: {error}") from error


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """The result's file with these blocks behind its codestream.

    Raises:
        Malformed: `result` is no JPEG XL file in a container.
    """
    if not result.startswith(CONTAINER):
        raise Malformed("no JPEG XL container")
    parts = [result[box.head : box.end] for box in boxes(result) if box.kind in ENCODING]
    parts += [make_box(EXIF, bytes(4) + blocks.exif)] if blocks.exif else []
    parts += [make_box(XMP, blocks.xmp)] if blocks.xmp else []
    parts += [make_box(kind.encode("latin-1"), content) for kind, content in blocks.extras]
    return b"".join(parts)
