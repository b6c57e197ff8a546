"""Reads and writes the metadata chunks of PNG."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from photocolor.containers.malformed import Malformed
from photocolor.containers.png import SIGNATURE, chunks, make_chunk
from photocolor.metadata.exif.orientation import essentials
from photocolor.metadata.formats.png_text import PROFILE, XMP_KEYWORD, Unpacking, decoded, profile, profile_chunk
from photocolor.metadata.formats.trailer import trailer_of
from photocolor.metadata.iptc import photoshop
from photocolor.metadata.limits import EXIF_MOST_BYTES, MOST_BYTES, XMP_MOST_BYTES, Allowance, MetadataTooLarge
from photocolor.metadata.model import Blocks, Log, Picture, Source, listed

# About the stored grid, the time of the content, or free text: true of the result too. What says how pixels are coded
# (palette, transparency, gamma, profiles, frames) is the encoder's.
CARRIED = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME", b"oFFs", b"pCAL", b"sCAL", b"sTER"})
TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
ENCODING = frozenset({
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI",
    b"mDCv", b"cLLi", b"bKGD", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"eXIf", b"pHYs", b"caBX",
})  # fmt: skip


def picture(data: Source) -> Picture:
    """Returns what the file stores.

    Raises:
        Malformed: it has no header.
    """
    first = next(chunks(data), None)
    if first is None or first.name != b"IHDR" or first.end - first.start < 9:
        raise Malformed("PNG without a header")
    return Picture(*struct.unpack(">IIB", data[first.start : first.start + 9]))


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
    """Collects the content of the chunks while a file is read."""

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
        """Keeps the first chunk of a name that may appear only once."""
        if not self.keep(name, data):
            self.log.dropped.append(f"a further {_TITLES[name]}")
            self.log.left_behind(f"a further {_TITLES[name]}", "a PNG has one, and readers take the first")

    def add(self, name: bytes, data: bytes) -> bool:
        """Keeps a chunk unchanged; returns False if that exceeds what is taken of one file."""
        kind = name.decode("latin-1")
        if not self.allowed.admits(kind, len(data)):
            return False
        self.extras.append((kind, data))
        return True


def read(data: Source) -> Blocks:
    """Returns all metadata of a PNG file.

    Raises:
        Malformed: it is no PNG file.
    """
    log = Log()
    allowed = Allowance(log)
    collected = _Found(log, allowed)
    whole = bytes(data)
    for chunk in allowed.bounded(chunks(whole)):
        name, payload = chunk.name, whole[chunk.start : chunk.end]
        collected.end = chunk.whole.stop if name == b"IEND" else len(data)
        if name == b"eXIf":
            collected.keep_only("exif", payload.removeprefix(b"Exif\0\0"))
        elif name == b"pHYs" and len(payload) == 9:
            collected.keep_only("resolution", payload)
        elif name == b"caBX":
            log.dropped.append("C2PA manifest")
        elif name in TEXTS:
            _read_text(name, payload, collected)
        elif name in CARRIED or _safe_to_copy(name) or _says_srgb(name, payload):
            collected.add(name, payload)
        elif name not in ENCODING:
            collected.unsafe.append(name.decode("latin-1"))
    if collected.unsafe:
        log.left_behind(listed(collected.unsafe), "their author says that they do not hold for other pixels")
        log.dropped.extend(collected.unsafe)
    allowed.close()
    return Blocks(
        trailer=trailer_of(whole, collected.end, log),
        exif=collected.blocks.get("exif"),
        xmp=collected.blocks.get("xmp"),
        photoshop=collected.blocks.get("photoshop"),
        iptc=collected.blocks.get("iptc"),
        texts=tuple(collected.texts),
        extras=tuple(collected.extras),
        resolution=collected.blocks.get("resolution"),
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
        remarks=tuple(log.remarks),
    )


def _says_srgb(name: bytes, data: bytes) -> bool:
    return name in SRGB_CHUNKS and SRGB_CHUNKS[name] in (None, data)


def _safe_to_copy(kind: bytes) -> bool:
    """Returns True for an unknown ancillary chunk that is valid whatever becomes of the pixels. Source: PNG, 5.4."""
    return kind.isalpha() and kind not in ENCODING and bool(kind[0] & 0x20) and bool(kind[3] & 0x20)


def _read_text(name: bytes, data: bytes, collected: _Found) -> None:
    try:
        keyword, text = decoded(name, data, collected.unpacked)
    except MetadataTooLarge as error:
        collected.add(name, data)
        collected.log.left_behind(f"PNG {name.decode()}, which is carried to PNG only, as it is", error)
        return
    except Malformed as error:
        collected.log.unparsed(f"PNG {name.decode()}, which is carried to PNG only, as it is", error)
        collected.add(name, data)
        return
    if (keyword == XMP_KEYWORD and collected.keep("xmp", text)) or _read_profile(keyword, text, collected):
        return
    if not collected.add(name, data):
        return
    if keyword == XMP_KEYWORD:
        collected.log.warnings.append(
            "the file has more than one XMP packet; the later ones go to PNG only, as they are"
        )
    else:
        readable = text.decode("utf-8" if name == b"iTXt" else "latin-1", "replace")
        collected.texts.append((keyword.decode("latin-1"), readable))


def _read_profile(keyword: bytes, text: bytes, collected: _Found) -> bool:
    """Reads a block in hexadecimal, as ImageMagick and others write it; returns False if a text is no such block."""
    if not keyword.startswith(PROFILE):
        return False
    data = profile(text)
    if data is None:
        return False
    name = keyword.removeprefix(PROFILE).lower()
    if name in (b"exif", b"app1") and data.startswith((b"Exif\0\0", b"II", b"MM")):
        return collected.keep("exif", data.removeprefix(b"Exif\0\0"))
    if name in (b"xmp", b"app1"):
        return collected.keep("xmp", data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0"))
    if name in (b"iptc", b"8bim"):
        return collected.keep("photoshop" if data.startswith(b"8BIM") else "iptc", data)
    return name in (b"icc", b"icm")  # the encoder writes the result's profile


def write(result: bytes, blocks: Blocks, _log: Log) -> bytes:
    """Returns the result's file with these blocks in place of any metadata it has.

    Raises:
        Malformed: `result` is no PNG file.
    """
    parts, placed = [SIGNATURE], False
    stored = list(chunks(result))
    if any(chunk.name == b"iCCP" for chunk in stored):  # a profile says more than they do, and must stand alone
        blocks = replace(blocks, extras=tuple(item for item in blocks.extras if item[0].encode() not in SRGB_CHUNKS))
    for chunk in stored:
        if chunk.name == b"IDAT" and not placed:  # readers need not look for metadata after the pixels
            parts.extend(_packed(blocks))
            placed = True
        replaced = chunk.name in (CARRIED | {b"eXIf"}) or (chunk.name == b"pHYs" and blocks.resolution is not None)
        parts.extend([] if replaced else [make_chunk(chunk.name, result[chunk.start : chunk.end])])
    return b"".join(parts)


def _packed(blocks: Blocks) -> Iterator[bytes]:
    if blocks.resolution:
        yield make_chunk(b"pHYs", blocks.resolution)
    if blocks.exif:
        yield make_chunk(b"eXIf", blocks.exif)
    if blocks.xmp:
        yield make_chunk(b"iTXt", XMP_KEYWORD + b"\0\0\0\0\0" + blocks.xmp)
    if blocks.photoshop:
        name = b"iptc" if photoshop.find_iptc(blocks.photoshop) else b"8bim"
        yield make_chunk(b"zTXt", profile_chunk(name, blocks.photoshop))
    yield from (make_chunk(kind.encode("latin-1"), data) for kind, data in blocks.extras)
