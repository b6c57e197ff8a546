"""PNG chunks: which of the source's go along, and where they stand in the result."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.orientation import essentials
from photocolor.metadata.formats.png_text import PROFILE, XMP_KEYWORD, Unpacking, decoded, profile, profile_chunk
from photocolor.metadata.formats.trailer import trailer_of
from photocolor.metadata.iptc import photoshop
from photocolor.metadata.limits import EXIF_MOST_BYTES, MOST_BYTES, XMP_MOST_BYTES, Allowance, MetadataTooLarge
from photocolor.metadata.model import Blocks, Log, Picture, Source, listed

SIGNATURE = b"\x89PNG\r\n\x1a\n"
# About the stored grid, the time of the content, or free text: true of the result too. What says how pixels are coded
# (palette, transparency, gamma, profiles, frames) is the encoder's.
CARRIED = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME", b"oFFs", b"pCAL", b"sCAL", b"sTER"})
TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
ENCODING = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI",
    b"mDCv", b"cLLi", b"bKGD", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"eXIf", b"pHYs", b"caBX",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its type, its content, and the offset after it."""

    kind: bytes
    data: bytes
    end: int


def chunks(data: Source) -> Iterator[Chunk]:
    """The chunks in stored order, as far as they are whole.

    Raises:
        Malformed: it is no PNG file.
    """
    if data[:8] != SIGNATURE:
        raise Malformed("no PNG file")
    at = 8
    while at + 12 <= len(data):
        size = struct.unpack(">I", data[at : at + 4])[0]
        if at + 12 + size > len(data):
            return
        chunk = Chunk(bytes(data[at + 4 : at + 8]), bytes(data[at + 8 : at + 8 + size]), at + 12 + size)
        yield chunk
        if chunk.kind == b"IEND":
            return
        at += 12 + size


def picture(data: Source) -> Picture:
    """What the file stores.

    Raises:
        Malformed: it has no header.
    """
    first = next(chunks(data), None)
    if first is None or first.kind != b"IHDR" or len(first.data) < 9:
        raise Malformed("PNG without a header")
    return Picture(*struct.unpack(">IIB", first.data[:9]))


# They say that the values are sRGB, which they are in the result too. Source: PNG, 11.3.2.
SRGB_CHUNKS = {
    b"sRGB": None,
    b"gAMA": (45455).to_bytes(4, "big"),
    b"cHRM": struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000),
}


_TITLES = {"exif": "EXIF", "xmp": "XMP", "photoshop": "Photoshop resources", "iptc": "IPTC", "resolution": "pHYs"}
_MOST_BYTES = {"exif": EXIF_MOST_BYTES, "xmp": XMP_MOST_BYTES}


@dataclass(slots=True)
class _Found:
    """What the chunks hold, while a file is read."""

    log: Log
    allowed: Allowance
    unpacked: Unpacking = field(default_factory=Unpacking)
    blocks: dict[str, bytes] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)
    extras: list[tuple[str, bytes]] = field(default_factory=list)
    unsafe: list[str] = field(default_factory=list)
    end: int = 0

    def keep(self, name: str, data: bytes) -> bool:
        """Keeps the first block of each name; returns False for a further one."""
        if name in self.blocks:
            return False
        if self.allowed.admits(_TITLES[name], len(data), _MOST_BYTES.get(name, MOST_BYTES)):
            self.blocks[name] = data
        elif name == "exif" and (small := essentials(data)):
            self.blocks[name] = small
        return True

    def keep_only(self, name: str, data: bytes) -> None:
        """Keeps the first block of a name that a file has once."""
        if not self.keep(name, data):
            self.log.left_behind(f"a further {_TITLES[name]}", "a PNG has one, and readers take the first")

    def add(self, chunk: Chunk) -> bool:
        """Keeps a chunk as it is; returns False if it is more than may be taken."""
        kind = chunk.kind.decode("latin-1")
        if not self.allowed.admits(kind, len(chunk.data)):
            return False
        self.extras.append((kind, chunk.data))
        return True


def read(data: Source) -> Blocks:
    """All metadata of a PNG file.

    Raises:
        Malformed: it is no PNG file.
    """
    log = Log()
    allowed = Allowance(log)
    found = _Found(log, allowed)
    for chunk in allowed.bounded(chunks(data)):
        found.end = chunk.end if chunk.kind == b"IEND" else len(data)
        if chunk.kind == b"eXIf":
            found.keep_only("exif", chunk.data.removeprefix(b"Exif\0\0"))
        elif chunk.kind == b"pHYs" and len(chunk.data) == 9:
            found.keep_only("resolution", chunk.data)
        elif chunk.kind == b"caBX":
            log.dropped.append("C2PA manifest")
        elif chunk.kind in TEXTS:
            _read_text(chunk, found)
        elif chunk.kind in CARRIED or _safe_to_copy(chunk.kind) or _says_srgb(chunk):
            found.add(chunk)
        elif chunk.kind not in ENCODING:
            found.unsafe.append(chunk.kind.decode("latin-1"))
    if found.unsafe:
        log.left_behind(listed(found.unsafe), "their author says that they do not hold for other pixels")
        log.dropped.extend(found.unsafe)
    allowed.close()
    whole = bytes(data)
    return Blocks(
        trailer=trailer_of(whole, found.end, log),
        exif=found.blocks.get("exif"),
        xmp=found.blocks.get("xmp"),
        photoshop=found.blocks.get("photoshop"),
        iptc=found.blocks.get("iptc"),
        texts=tuple(found.texts),
        extras=tuple(found.extras),
        resolution=found.blocks.get("resolution"),
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
        told=tuple(log.told),
    )


def _says_srgb(chunk: Chunk) -> bool:
    return chunk.kind in SRGB_CHUNKS and SRGB_CHUNKS[chunk.kind] in (None, chunk.data)


def _safe_to_copy(kind: bytes) -> bool:
    """An unknown ancillary chunk whose author says that it holds whatever becomes of the pixels. Source: PNG, 5.4."""
    return kind.isalpha() and kind not in ENCODING and bool(kind[0] & 0x20) and bool(kind[3] & 0x20)


def _read_text(chunk: Chunk, found: _Found) -> None:
    try:
        keyword, text = decoded(chunk.kind, chunk.data, found.unpacked)
    except MetadataTooLarge as error:
        found.add(chunk)
        found.log.left_behind(f"PNG {chunk.kind.decode()}, which is carried to PNG only, as it is", error)
        return
    except Malformed as error:
        found.log.unparsed(f"PNG {chunk.kind.decode()}, which is carried to PNG only, as it is", error)
        found.add(chunk)
        return
    if (keyword == XMP_KEYWORD and found.keep("xmp", text)) or _read_profile(keyword, text, found):
        return
    if not found.add(chunk):
        return
    if keyword == XMP_KEYWORD:
        found.log.warnings.append("the file has more than one XMP packet; the later ones go to PNG only, as they are")
    else:
        readable = text.decode("utf-8" if chunk.kind == b"iTXt" else "latin-1", "replace")
        found.texts.append((keyword.decode("latin-1"), readable))


def _read_profile(keyword: bytes, text: bytes, found: _Found) -> bool:
    """The blocks that ImageMagick and others write in hexadecimal, before PNG had a place for them."""
    if not keyword.startswith(PROFILE):
        return False
    data = profile(text)
    if data is None:
        return False
    name = keyword.removeprefix(PROFILE).lower()
    if name in (b"exif", b"app1") and data.startswith((b"Exif\0\0", b"II", b"MM")):
        return found.keep("exif", data.removeprefix(b"Exif\0\0"))
    if name in (b"xmp", b"app1"):
        return found.keep("xmp", data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0"))
    if name in (b"iptc", b"8bim"):
        return found.keep("photoshop" if data.startswith(b"8BIM") else "iptc", data)
    return name in (b"icc", b"icm")  # the encoder writes the result's profile


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """The result's file with these blocks in place of any metadata it has.

    Raises:
        Malformed: `result` is no PNG file.
    """
    parts, placed = [SIGNATURE], False
    stored = list(chunks(result))
    if any(chunk.kind == b"iCCP" for chunk in stored):  # a profile says more than they do, and must stand alone
        blocks = replace(blocks, extras=tuple(item for item in blocks.extras if item[0].encode() not in SRGB_CHUNKS))
    for chunk in stored:
        if chunk.kind == b"IDAT" and not placed:  # readers need not look for metadata after the pixels
            parts.extend(_packed(blocks))
            placed = True
        replaced = chunk.kind in (CARRIED | {b"eXIf"}) or (chunk.kind == b"pHYs" and blocks.resolution is not None)
        parts.extend([] if replaced else [_pack(chunk.kind, chunk.data)])
    return b"".join(parts)


def _packed(blocks: Blocks) -> Iterator[bytes]:
    if blocks.resolution:
        yield _pack(b"pHYs", blocks.resolution)
    if blocks.exif:
        yield _pack(b"eXIf", blocks.exif)
    if blocks.xmp:
        yield _pack(b"iTXt", XMP_KEYWORD + b"\0\0\0\0\0" + blocks.xmp)
    if blocks.photoshop:
        name = b"iptc" if photoshop.find_iptc(blocks.photoshop) else b"8bim"
        yield _pack(b"zTXt", profile_chunk(name, blocks.photoshop))
    yield from (_pack(kind.encode("latin-1"), data) for kind, data in blocks.extras)


def _pack(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
