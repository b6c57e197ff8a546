"""Carries the source's metadata, corrected and completed by the provenance, into the result's file."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.containers.malformed import Malformed
from photocolor.metadata import provenance as origin
from photocolor.metadata.convert import Conversion, converted
from photocolor.metadata.exif.thumbnail import Maker
from photocolor.metadata.formats.table import METADATA
from photocolor.metadata.formats.trailer import placed
from photocolor.metadata.model import Blocks, Log, Picture, TiffSource, Trailer
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.edit import Packet
from photocolor.system.file_bytes import DiskBytes, Writable, mapped
from photocolor.system.printable import shortened


@dataclass(frozen=True, slots=True)
class Changes:
    """Describes what the result's metadata says beyond the source's.

    Attributes:
        result_format: a name of `containers.formats`.
        provenance: what colored the photo.
        thumbnail: returns the colored result, reduced to a few hundred pixels, in the stored orientation:
            (h, w, 3) uint8 sRGB; called at most once, and only if the source has a thumbnail. None removes the old one.
        sidecars: XMP files beside the source that are merged into its own packet, each a newer statement.
    """

    result_format: str
    provenance: Provenance
    thumbnail: Maker | None = None
    sidecars: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class CarryReport:
    """Reports what happened to the source's metadata.

    Attributes:
        kept: blocks that went along ("EXIF", "XMP", "IPTC", ...).
        changed: tags that were adjusted because they would lie about the result.
        dropped: tags and blocks that stay behind.
        warnings: what the user should know, one sentence each; damaged blocks begin with "metadata_unparsed", too
            large ones with "metadata_left_behind".
        remarks: what sound metadata have no place in the result, or another one than usual, one sentence each.
        picture: the result, as its file stores it.
    """

    kept: tuple[str, ...]
    changed: tuple[str, ...]
    dropped: tuple[str, ...]
    warnings: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    picture: Picture | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Returns everything that the user should know."""
        return (*self.warnings, *self.remarks)


def graft(
    source: TiffSource, source_format: str, result: Writable, changes: Changes, at: int = 0, *, carry: bool = True
) -> CarryReport:
    """Writes the metadata of the source's bytes into the encoded result file.

    Damaged metadata never fails the photo: it is carried as it is, and reported.

    Args:
        source: the source file, whole.
        source_format: a name of `containers.formats`.
        result: the encoded file, changed in place; its pixels and its ICC profile are not touched.
        changes: what the result says beyond the source.
        at: offset of the directory of a TIFF's picture; 0 for its first.
        carry: False to write the provenance alone.

    Raises:
        ValueError: `result` is no file of the format that `changes` names.
        OSError: it cannot be read or written.
    """
    log, kind = Log(), changes.result_format
    target = METADATA[kind]
    blocks = _read(source, source_format, at, log) if carry else Blocks()
    with result.open("rb") as file, mapped(file) as view:
        picture = target.picture(view)
    aim = Conversion(source_format, kind, picture, changes.provenance, changes.thumbnail, changes.sidecars)
    blocks = converted(blocks, aim, log)
    if target.append is not None:
        target.append(result, blocks, log)
    elif target.write is not None:
        _overwrite(result, target.write(result.read_bytes(), blocks, log), blocks.trailer)
    kept, changed, dropped, warnings, sentences = (
        tuple(dict.fromkeys(map(shortened, names)))
        for names in (log.kept, log.changed, log.dropped, log.warnings, log.remarks)
    )
    return CarryReport(kept, changed, dropped, warnings, sentences, picture)


def _overwrite(file: Writable, data: bytes, trailer: Trailer | None) -> None:
    """Writes the file over itself: truncating it first would free space that is needed again at once."""
    with file.open("r+b") as out:
        out.write(data)
        for block in placed(trailer, len(data)) if trailer is not None else ():
            out.write(block)
        out.truncate()


def read_blocks(data: TiffSource, file_format: str, at: int = 0) -> Blocks:
    """Returns all metadata of a file.

    Args:
        data: the file, whole; a TIFF's pixels are not read.
        file_format: a name of `containers.formats`.
        at: offset of the directory of a TIFF's picture; 0 for its first.

    Raises:
        Malformed: it is no file of this format, or damaged as a whole.
    """
    part = METADATA[file_format]
    if part.read_page is not None:
        return part.read_page(data, at)
    return part.read(data[:] if isinstance(data, DiskBytes) else data)


def read_provenance(data: TiffSource, file_format: str, at: int = 0) -> Provenance | None:
    """Returns the provenance of this file as `graft` wrote it, or None if it is no result of photocolor.

    Args:
        data: the file, whole.
        file_format: a name of `containers.formats`.
        at: offset of the directory of a TIFF's picture; 0 for its first.
    """
    try:
        xmp = read_blocks(data, file_format, at).xmp
        return origin.read(Packet(xmp)) if xmp else None
    except Malformed:
        return None


def _read(source: TiffSource, source_format: str, at: int, log: Log) -> Blocks:
    try:
        blocks = read_blocks(source, source_format, at)
    except Malformed as error:
        log.unparsed("the source's metadata stays behind", error)
        return Blocks()
    log.dropped.extend(blocks.dropped)
    log.warnings.extend(blocks.warnings)
    log.remarks.extend(blocks.remarks)
    return blocks
