"""Appends the source's non-structural TIFF fields as raw bytes to a result that keeps its own structure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from photocolor.containers.ifd import ByteLayout, Directory, Field, read_directory, read_header
from photocolor.containers.malformed import Malformed
from photocolor.containers.tiff import appended_directory_at
from photocolor.metadata.corrections import IFD0, true_value
from photocolor.metadata.exif.fields import Lifter, in_layout
from photocolor.metadata.exif.tags import (
    BITS,
    DESCRIPTION,
    HEIGHT,
    IPTC,
    OUTDATED,
    PHOTOSHOP,
    SOFTWARE,
    STRUCTURAL,
    WIDTH,
    XMP,
    tag_name,
)
from photocolor.metadata.exif.tiff_write import lay_out
from photocolor.metadata.limits import MOST_BYTES, XMP_MOST_BYTES, Allowance
from photocolor.metadata.model import Blocks, Log, Picture, TiffSource, listed
from photocolor.system.file_bytes import Writable, mapped

BLOCKS = {XMP: "xmp", IPTC: "iptc", PHOTOSHOP: "photoshop"}
_TITLES = {XMP: "XMP", IPTC: "IPTC", PHOTOSHOP: "Photoshop resources"}
KINDS = {XMP: 1, IPTC: 7, PHOTOSHOP: 1}  # BYTE and UNDEFINED, as Adobe writes them
RESOLUTION = frozenset({282, 283, 296})
_MOST_CARRIED = 60_000
"""A directory of a classic TIFF has place for 65,535 fields, those of the pixels among them."""
# What tifffile writes on its own, and says nothing about the photo.
OWN_MARKS = {SOFTWARE: b"tifffile", DESCRIPTION: b'{"shape"'}


def read(data: TiffSource, at: int = 0) -> Blocks:
    """Returns all metadata of one picture of a TIFF file.

    Args:
        data: the whole file.
        at: offset of the picture's directory; 0 for the first.

    Raises:
        Malformed: it is no TIFF file.
    """
    log = Log()
    layout, first = read_header(data)
    ifd0 = read_directory(data, layout, at or first)
    allowed = Allowance(log)
    blocks = {tag: _block(data, ifd0, tag, allowed) for tag in BLOCKS}
    allowed.close()
    fields = Lifter(data, layout, log).lift(ifd0, "IFD0", skip=STRUCTURAL | set(OUTDATED) | set(BLOCKS))
    log.dropped.extend(name for tag, name in OUTDATED.items() if ifd0.find(tag))
    log.dropped.extend(["further directories"] if ifd0.next else [])
    return Blocks(
        fields=fields,
        layout=layout,
        xmp=blocks[XMP],
        photoshop=blocks[PHOTOSHOP],
        iptc=blocks[IPTC],
        dropped=tuple(log.dropped),
        warnings=tuple(log.warnings),
    )


def fields_of_block(block: bytes, log: Log) -> tuple[tuple[Field, ...], ByteLayout]:
    """Returns the fields of an EXIF block for a TIFF's own directory.

    Its second directory is a thumbnail and stays behind; XMP, IPTC and Photoshop resources of its own, which do not
    belong there, are named.

    Raises:
        Malformed: the block is damaged as a whole.
    """
    layout, first = read_header(block)
    ifd0 = read_directory(block, layout, first)
    log.dropped.extend(["IFD1 (thumbnail)"] if ifd0.next else [])
    log.dropped.extend(name for tag, name in OUTDATED.items() if ifd0.find(tag))
    if inside := [title for tag, title in _TITLES.items() if ifd0.find(tag)]:
        log.left_behind(f"{listed(inside)} inside of EXIF", "a TIFF has one of each, and that is the file's own")
    return Lifter(block, layout, log).lift(ifd0, "IFD0", skip=STRUCTURAL | set(OUTDATED) | set(BLOCKS)), layout


def picture(data: TiffSource) -> Picture:
    """Returns what the file stores.

    Raises:
        Malformed: it has no size.
    """
    layout, first = read_header(data)
    ifd0 = read_directory(data, layout, first)
    width, height, bits = (_number(data, layout, ifd0, tag) for tag in (WIDTH, HEIGHT, BITS))
    if not width or not height:
        raise Malformed("TIFF without a size")
    return Picture(width, height, bits or 8)


def write(path: Writable, blocks: Blocks, log: Log) -> None:
    """Appends a new first directory with these blocks and points the file's header to it; no old byte moves.

    Raises:
        Malformed: `path` is no TIFF file, or would outgrow its offsets.
    """
    with path.open("r+b") as file:
        with mapped(file) as data:
            layout, first = read_header(data)
            ifd0 = read_directory(data, layout, first)
            stored_picture = picture(data)
            size = len(data)
            own = _own_fields(data, layout, ifd0)
        carried = _carried(blocks, _Target(stored_picture, layout, log))  # a tag may stand there twice
        if len(carried) > _MOST_CARRIED:
            carried = list({field.tag: field for field in carried}.values())
        tags = {field.tag for field in carried}
        overridden = tags | (RESOLUTION if RESOLUTION & tags else set())
        fields = [*carried, *(field for field in own if field.tag not in overridden)]
        base = appended_directory_at(size)
        directory = bytearray(lay_out(fields, base, layout))
        following_at = layout.count_bytes + len(fields) * layout.entry_bytes
        directory[following_at : following_at + layout.field_bytes] = layout.pack(ifd0.next, layout.field_bytes)
        file.seek(0, 2)
        file.write(b"\0" * (base - size) + directory)
        file.seek(8 if layout.big else 4)
        file.write(layout.pack(base, layout.field_bytes))


@dataclass(frozen=True, slots=True)
class _Target:
    """Describes the result that fields are made for."""

    picture: Picture
    layout: ByteLayout
    log: Log


def _carried(blocks: Blocks, target: _Target) -> list[Field]:
    fields: tuple[Field, ...] = ()
    if blocks.fields is not None and blocks.layout is not None:
        fields = _true_fields(in_layout(blocks.fields, blocks.layout, target.layout, target.log), IFD0, target)
    carried = list(fields)
    for tag, name in BLOCKS.items():
        value: bytes | None = getattr(blocks, name)
        if value:
            carried.append(Field(tag, KINDS[tag], len(value), value))
    return carried


def _true_fields(fields: tuple[Field, ...], directory: int, target: _Target) -> tuple[Field, ...]:
    """Returns the fields, those below them included, with values corrected for the result."""
    corrected = []
    for field in fields:
        if field.fields is not None:
            field = replace(field, fields=_true_fields(field.fields, field.tag, target))
        elif (true := true_value(directory, field, target.picture, target.layout)) is not None:
            target.log.changed.append(tag_name(field.tag))
            field = replace(field, value=true)
        corrected.append(field)
    return tuple(corrected)


def _own_fields(data: TiffSource, layout: ByteLayout, ifd0: Directory) -> list[Field]:
    """Returns the result's own fields with unchanged offsets."""
    own = []
    for slot in ifd0.slots:
        mark = OWN_MARKS.get(slot.tag)
        if mark is not None and data[slot.at : slot.at + len(mark)] == mark:
            continue
        at = slot.entry_at + 4 + layout.field_bytes
        own.append(Field(slot.tag, slot.kind, slot.count, data[at : at + layout.field_bytes], fixed=True))
    return own


def _block(data: TiffSource, ifd0: Directory, tag: int, allowed: Allowance) -> bytes | None:
    slot = ifd0.find(tag)
    if slot is None or not allowed.admits(_TITLES[tag], slot.bytes, XMP_MOST_BYTES if tag == XMP else MOST_BYTES):
        return None
    return bytes(data[slot.at : slot.at + slot.bytes])


def _number(data: TiffSource, layout: ByteLayout, ifd0: Directory, tag: int) -> int:
    slot = ifd0.find(tag)
    width = slot.bytes // slot.count if slot is not None else 0
    return layout.number(data, slot.at, width) if slot is not None and width in (2, 4, 8) else 0
