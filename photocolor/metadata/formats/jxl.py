"""Reads and writes the boxes of JPEG XL with EXIF and XMP beside the codestream. Source: ISO/IEC 18181-2:2024."""

from __future__ import annotations

from photocolor.containers.boxes import boxes, holds_c2pa, make_box
from photocolor.containers.jxl import CONTAINER, codestream, read_header
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.orientation import with_orientation
from photocolor.metadata.limits import EXIF_MOST_BYTES, MOST_BYTES, TEXT_MOST_BYTES, XMP_MOST_BYTES, Allowance
from photocolor.metadata.model import Blocks, Log, Picture, Source, listed

EXIF, XMP, PACKED, GAIN_MAP = b"Exif", b"xml ", b"brob", b"jhgm"
_FAILED_BYTES = TEXT_MOST_BYTES // 4
"""What a box counts that cannot be unpacked: four of them, and no further one is tried."""
ENCODING = frozenset({b"JXL ", b"ftyp", b"jxll", b"jxlc", b"jxlp", b"jxli", b"jbrd"})


def picture(data: Source) -> Picture:
    """Returns what the file stores.

    Raises:
        Malformed: it has no picture.
    """
    try:
        header = read_header(codestream(bytes(data)))
    except ValueError as error:
        raise Malformed(str(error)) from error
    return Picture(header.width, header.height, header.bits)


def read(data: Source) -> Blocks:
    """Returns all metadata of a JPEG XL file, with the orientation of its codestream, which overrides EXIF's.

    Raises:
        Malformed: it is no JPEG XL file.
    """
    whole, log = bytes(data), Log()
    try:
        orientation = read_header(codestream(whole)).orientation
        contents = _found(whole, log) if whole.startswith(CONTAINER) else {}
    except ValueError as error:
        raise Malformed(str(error)) from error
    exif = contents.get(EXIF)
    if exif is not None:
        exif = exif[4 + int.from_bytes(exif[:4], "big") :].removeprefix(b"Exif\0\0") or None
    extras = tuple((kind.decode("latin-1"), content) for kind, content in contents.items() if kind not in (EXIF, XMP))
    return Blocks(
        exif=with_orientation(exif, orientation),
        xmp=contents.get(XMP),
        extras=extras,
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
    )


def _found(data: bytes, log: Log) -> dict[bytes, bytes]:
    """Returns the first box of each kind, unpacked."""
    contents: dict[bytes, bytes] = {}
    allowed, unpacked, failed = Allowance(log), 0, dict[str, list[str]]()
    most_bytes = {EXIF: EXIF_MOST_BYTES, XMP: XMP_MOST_BYTES}
    for box in allowed.bounded(boxes(data)):
        packed = box.kind == PACKED
        kind = data[box.start : box.start + 4] if packed else box.kind
        name = kind.decode("latin-1").strip()
        if kind in ENCODING:
            continue
        if kind in contents:
            log.dropped.append(f"a further box {name!r}")
            log.left_behind(f"a further box {name!r}", "a JPEG XL has one, and readers take the first")
            continue
        most = min(most_bytes.get(kind, TEXT_MOST_BYTES), TEXT_MOST_BYTES - unpacked)
        try:
            content = _unpacked(data[box.start + 4 : box.end], most) if packed else data[box.start : box.end]
        except Malformed as error:
            unpacked += _FAILED_BYTES
            failed.setdefault(str(error), []).append(repr(name))
            continue
        unpacked += packed * len(content)
        if kind == GAIN_MAP or holds_c2pa(kind, content):
            log.dropped.append("gain map" if kind == GAIN_MAP else "C2PA manifest")  # made for the gray pixels
            continue
        if allowed.admits(name, len(content), most_bytes.get(kind, MOST_BYTES)):
            contents[kind] = content
    allowed.close()
    for cause, names in failed.items():
        log.unparsed(f"packed {listed(names)} stay behind", cause)
    return contents


def _unpacked(content: bytes, most_bytes: int) -> bytes:
    """Returns the content of a packed box.

    Raises:
        Malformed: it is damaged, or larger than allowed; the library does not tell which.
    """
    if most_bytes <= 0:
        raise Malformed("the boxes before it were as large as may be")
    import imagecodecs  # only files with packed boxes need it

    try:
        return bytes(imagecodecs.brotli_decode(content, out=most_bytes))
    except RuntimeError as error:
        raise Malformed(f"it is damaged, or has more than {most_bytes:,} bytes") from error


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """Returns the result's file with these blocks behind its codestream.

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
