"""The metadata of a file, in one form for all containers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from mmap import mmap

from photocolor.containers.ifd import ByteLayout, Field
from photocolor.system.file_bytes import DiskBytes

Source = bytes | mmap
TiffSource = Source | DiskBytes
"""A TIFF file may be larger than the memory."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Describes how the result's pixels are stored, with which its metadata must agree.

    Attributes:
        width: columns of the stored grid.
        height: rows of the stored grid.
        bits: bits per channel, 8 or 16.
    """

    width: int
    height: int
    bits: int = 8


@dataclass(frozen=True, slots=True)
class Trailer:
    """Holds what stands behind the end of a picture.

    Attributes:
        blocks: what goes along where the format is the same, in stored order.
        names: what each is called, with its length.
        at: offset in the file of the first byte behind the picture.
    """

    blocks: tuple[bytes | memoryview, ...]
    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """Holds the metadata of one file.

    Attributes:
        exif: a block with a TIFF header, as it stands in JPEG, PNG and WebP; None in TIFF.
        exif_parts: lengths of the pieces in which a JPEG held it; one piece is the rule.
        fields: the non-structural fields of a TIFF's first directory; None in the other containers.
        layout: byte order and pointer size of `fields`.
        xmp: one packet, an extended one already merged.
        photoshop: a stream of image resources (8BIM), without its header.
        iptc: IIM records that stand on their own, outside of `photoshop`.
        comments: comments without a keyword, each as stored.
        texts: (keyword, text) as PNG has them.
        extras: (kind, bytes) of what only the same container can hold, verbatim.
        density: the five bytes of JFIF that hold unit and resolution.
        resolution: the nine bytes of PNG's pHYs.
        dpi: horizontal and vertical pixels per inch that a JPEG 2000 has in a box of its own.
        trailer: what stands behind the picture's end; None if nothing does.
        dropped: names of what was left behind on purpose.
        warnings: what could not be understood, one sentence each.
        remarks: see `Log.remarks`.
    """

    exif: bytes | None = None
    exif_parts: tuple[int, ...] = ()
    fields: tuple[Field, ...] | None = None
    layout: ByteLayout | None = None
    xmp: bytes | None = None
    photoshop: bytes | None = None
    iptc: bytes | None = None
    comments: tuple[bytes, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    extras: tuple[tuple[str, bytes], ...] = ()
    density: bytes | None = None
    resolution: bytes | None = None
    dpi: tuple[float, float] | None = None
    trailer: Trailer | None = None
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


NAMES_TOLD = 20


def listed(names: Sequence[str]) -> str:
    """Returns names as one phrase, repeated ones once; of very many, the first."""
    every = list(dict.fromkeys(names))
    more = f" and {len(every) - NAMES_TOLD:,} more" if len(every) > NAMES_TOLD else ""
    return ", ".join(every[:NAMES_TOLD]) + more


@dataclass(slots=True)
class Log:
    """Collects what happens to metadata on its way.

    Attributes:
        kept: blocks that went along.
        changed: tags that were adjusted because they would lie about the result.
        dropped: tags and blocks that stay behind.
        warnings: what the user should know, one sentence each.
        remarks: sound metadata that have no place in the result, or another one than usual, one sentence each.
    """

    kept: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def unparsed(self, what: str, cause: object) -> None:
        """Notes that a block is damaged; the photo is colored all the same."""
        self.warnings.append(f"metadata_unparsed: {what}: {cause}")

    def left_behind(self, what: str, cause: object) -> None:
        """Notes that a sound block is left out; the photo is colored all the same."""
        self.warnings.append(f"metadata_left_behind: {what}: {cause}")

    def homeless(self, what: str, container: str) -> None:
        """Notes that the container has no place for a block, which is left out."""
        self.remarks.append(f"metadata_left_behind: {what}: {container} has no place for it")
