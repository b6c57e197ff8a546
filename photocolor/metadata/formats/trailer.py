"""Reads what stands behind the end of a picture: blocks that programs and phones append there, and anything else.

Nothing is copied but what changes: the video of a motion photo may be larger than the rest of the file.

Source: ExifTool's FotoStation.pm, AFCP.pm, PhotoMechanic.pm, Samsung.pm and CanonVRD.pm.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from photocolor.containers.jpeg import end_of
from photocolor.metadata.model import Log, Trailer

_PICTURE = "picture"
_PARTS_MOST = 64
_TEXT_MOST_BYTES = 1 << 20
_NOT_ZERO = re.compile(rb"[^\0]")
_AFCP = re.compile(rb"AXS[!*]")
_AFCP_FOOTER_BYTES, _VRD_FOOTER_BYTES, _VRD_FRAME_BYTES = 12, 64, 0x5C
_VRD = b"CANON OPTIONAL DATA\0"
_FOTOSTATION, _PHOTO_MECHANIC, _SAMSUNG = b"\xa1\xb2\xc3\xd4", b"cbipcbbl", (b"\0\0SEFT", b"\0\0QDIOBS")


@dataclass(frozen=True, slots=True)
class TrailerBlock:
    """Describes one block of a trailer: its name and place."""

    name: str
    start: int
    end: int


def trailer_of(data: bytes, at: int, log: Log) -> Trailer | None:
    """Returns what follows the picture that ends at `at`; further pictures are gray, and only reported.

    Args:
        data: the whole file.
        at: offset behind the picture.
        log: receives what is left out.

    Returns:
        None where nothing is left but zeros.
    """
    tail = memoryview(data)[at:]
    blocks, names, length, pictures = list[bytes | memoryview](), list[str](), 0, list[int]()
    for part in parts(tail, at):
        if part.name == _PICTURE:
            pictures.append(part.end - part.start)
            continue
        block: bytes | memoryview = tail[part.start : part.end]
        if part.name == "AFCP":
            block = moved_afcp(bytes(block), at + part.start, at + length)
        blocks.append(block)
        names.append(f"{part.name} ({len(block):,} bytes)")
        length += len(block)
    if pictures:
        what = "a further picture" if len(pictures) == 1 else f"{len(pictures)} further pictures"
        log.dropped.append("pictures behind the end")
        log.remarks.append(
            f"metadata_left_behind: {what} behind the end ({sum(pictures):,} bytes): it shows the gray photo"
        )
    return Trailer(tuple(blocks), tuple(names), at) if blocks else None


def parts(tail: memoryview, at: int) -> Iterator[TrailerBlock]:
    """Yields the blocks of a trailer whose first byte stands at `at` of its file, in stored order.

    Zeros alone are none.
    """
    blocks, end = list[TrailerBlock](), len(tail)
    while end > 0 and len(blocks) < _PARTS_MOST:
        part = _last_block(tail[:end], at)
        if part is None:
            break
        blocks.append(part)
        end = part.start
    yield from _front(tail[:end])
    yield from reversed(blocks)


def _last_block(tail: memoryview, at: int) -> TrailerBlock | None:
    """Returns the block at the end of the bytes, if it is of a kind that says where it begins."""
    footer, end = bytes(tail[-_VRD_FOOTER_BYTES:]), len(tail)
    lengths = {
        "FotoStation": _fotostation(footer),
        "Photo Mechanic": _photo_mechanic(footer),
        "AFCP": _afcp(tail, footer, at),
        "Samsung": _samsung(tail, footer),
        "Canon VRD": _canon(footer),
    }
    return next((TrailerBlock(name, end - length, end) for name, length in lengths.items() if 0 < length <= end), None)


def _fotostation(footer: bytes) -> int:
    length = int.from_bytes(footer[-8:-4], "big") if footer.endswith(_FOTOSTATION) else 0
    return length if length >= 10 else 0


def _photo_mechanic(footer: bytes) -> int:
    return int.from_bytes(footer[-12:-8], "big") + 12 if footer.endswith(_PHOTO_MECHANIC) else 0


def _afcp(tail: memoryview, footer: bytes, at: int) -> int:
    """Returns an AFCP block by its footer, which gives its begin; that of a moved one is found by its first header."""
    footer = footer[-_AFCP_FOOTER_BYTES:]
    if len(footer) < _AFCP_FOOTER_BYTES or not _AFCP.match(footer):
        return 0
    order = ">" if footer[3:4] == b"!" else "<"
    start = int(struct.unpack_from(f"{order}I", footer, 4)[0]) - at
    last = len(tail) - _AFCP_FOOTER_BYTES
    if not 0 <= start < last or bytes(tail[start : start + 4]) != footer[:4]:
        header = re.search(re.escape(footer[:4]), tail[:last])
        start = header.start() if header else -1
    return len(tail) - start if start >= 0 else 0


def _samsung(tail: memoryview, footer: bytes) -> int:
    """Returns a Samsung block by its directory, which gives each part's distance."""
    if not footer.endswith(_SAMSUNG):
        return 0
    end = len(tail) - (2 if footer.endswith(b"QDIOBS") else 0)
    length = int.from_bytes(tail[end - 8 : end - 4], "little")
    directory = bytes(tail[end - 8 - length : end - 8]) if 12 <= length <= min(end - 8, 1 << 16) else b""
    count = int.from_bytes(directory[8:12], "little")
    if not directory.startswith(b"SEFH") or 12 + 12 * count > length:
        return 0
    before = (int.from_bytes(directory[16 + 12 * nth : 20 + 12 * nth], "little") for nth in range(count))
    return len(tail) - end + 8 + length + max(before, default=0)


def _canon(footer: bytes) -> int:
    return int.from_bytes(footer[20:24], "big") + _VRD_FRAME_BYTES if footer.startswith(_VRD) else 0


def _front(tail: memoryview) -> Iterator[TrailerBlock]:
    """Yields what stands before the blocks that are found from the end: pictures, a video, text, or anything else."""
    at = 0
    for number in range(_PARTS_MOST + 1):
        match = _NOT_ZERO.search(tail, at)
        if match is None:
            return
        start = match.start()
        if number < _PARTS_MOST and bytes(tail[start : start + 3]) == b"\xff\xd8\xff":
            at = end_of(tail, start)
            yield TrailerBlock(_PICTURE, start, at)
        else:
            yield TrailerBlock(_kind(tail[at:]), at, len(tail))
            return


def _kind(rest: memoryview) -> str:
    if b"ftyp" in bytes(rest[:64]):
        return "video of a motion photo"
    return "text" if readable(rest) is not None else "bytes of an unknown kind"


def readable(data: bytes | memoryview) -> str | None:
    """Returns the bytes as text, or None if they are no text."""
    if len(data) > _TEXT_MOST_BYTES:
        return None
    try:
        text = bytes(data).strip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(char.isprintable() or char in "\t\r\n\x1a" for char in text) else None


def moved_afcp(block: bytes, was_at: int, now_at: int) -> bytes:
    """Returns an AFCP block for another position in a file, from whose beginning its offsets count."""
    data, order = bytearray(block), ">" if block[3:4] == b"!" else "<"
    if len(data) < 2 * _AFCP_FOOTER_BYTES or not _AFCP.match(block):
        return block
    footer = len(data) - _AFCP_FOOTER_BYTES
    (count,) = struct.unpack_from(f"{order}H", data, 6)
    (stated_offset,) = struct.unpack_from(f"{order}I", data, footer + 4)
    fields = [20 + 12 * nth for nth in range(count) if 24 + 12 * nth <= footer]
    by = now_at - (
        was_at if stated_offset == was_at else stated_offset
    )  # a block that was moved without this is mended
    for field in (*fields, footer + 4):
        value = struct.unpack_from(f"{order}I", data, field)[0] + by
        if 0 <= value < 1 << 32:
            struct.pack_into(f"{order}I", data, field, value)
    return bytes(data)


def placed(trailer: Trailer, at: int) -> Iterator[bytes | memoryview]:
    """Yields the trailer's blocks for a file whose picture ends at `at`."""
    was_at = trailer.at
    for block in trailer.blocks:
        is_afcp = _AFCP.match(block) is not None and _AFCP.match(block[-_AFCP_FOOTER_BYTES:]) is not None
        yield moved_afcp(bytes(block), was_at, was_at - trailer.at + at) if is_afcp else block
        was_at += len(block)
