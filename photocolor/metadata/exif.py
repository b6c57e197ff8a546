"""The EXIF block of JPEG, PNG and WebP: corrected in place, so that no byte that an offset points to ever moves."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.metadata.assemble import lay_out
from photocolor.metadata.blocks import Log, Picture
from photocolor.metadata.ifd import (
    KIND_IFD,
    KIND_LONG,
    KIND_SHORT,
    Directory,
    Field,
    Layout,
    Malformed,
    read_directory,
    read_header,
)
from photocolor.metadata.tags import BITS, EXIF_IFD, GRAY_ONLY, INTEROP_IFD, tag_name
from photocolor.metadata.thumbnail import Maker, replace_thumbnail
from photocolor.metadata.truth import IFD0, true_value

ROOM_IN_JPEG_BYTES = 65533 - 6  # a segment's payload without "Exif\0\0"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the result's EXIF block has to fulfill.

    Attributes:
        picture: the result.
        thumbnail: gives the colored photo, small; None removes the old thumbnail.
        room: largest block that the container holds, in bytes.
    """

    picture: Picture
    thumbnail: Maker | None
    room: int


def corrected(block: bytes, wishes: Wishes, log: Log) -> bytes:
    """The block with everything that would lie about the colored result made true; verbatim where it is damaged."""
    data = bytearray(block)
    try:
        layout, first = read_header(data)
        ifd0 = read_directory(data, layout, first)
    except Malformed as error:
        log.unparsed("EXIF, carried as it is", error)
        return block
    if ifd0.damaged:
        log.unparsed("EXIF IFD0, carried as it is", f"{', '.join(map(tag_name, ifd0.damaged))} outside of the block")
    _correct_values(data, layout, ifd0, IFD0, wishes.picture, log)
    exif = _correct_below(data, layout, ifd0, EXIF_IFD, wishes, log)
    if exif is not None:
        _correct_below(data, layout, exif, INTEROP_IFD, wishes, log)
    _correct_thumbnail(data, layout, ifd0, wishes, log)
    return _with_new_ifd0(data, layout, ifd0, wishes, log)


def minimal(version: str, picture: Picture, dpi: tuple[float, float] | None) -> bytes:
    """An EXIF block for a result whose source had none: the tool, sRGB, the size and the resolution."""
    import piexif

    zeroth: dict[int, object] = {piexif.ImageIFD.Software: f"photocolor {version}".encode()}
    if dpi is not None:
        zeroth[piexif.ImageIFD.XResolution] = (round(dpi[0] * 100), 100)
        zeroth[piexif.ImageIFD.YResolution] = (round(dpi[1] * 100), 100)
        zeroth[piexif.ImageIFD.ResolutionUnit] = 2
    exif = {
        piexif.ExifIFD.ExifVersion: b"0232",
        piexif.ExifIFD.ColorSpace: 1,
        piexif.ExifIFD.PixelXDimension: picture.width,
        piexif.ExifIFD.PixelYDimension: picture.height,
    }
    return bytes(piexif.dump({"0th": zeroth, "Exif": exif})).removeprefix(b"Exif\0\0")


def built(fields: tuple[Field, ...], layout: Layout, room: int, log: Log) -> bytes | None:
    """An EXIF block made of a TIFF's fields; the largest stay behind until it fits in `room` bytes."""
    remaining = list(fields)
    while remaining:
        block = layout.order.replace("<", "II").replace(">", "MM").encode() + layout.pack(42, 2) + layout.pack(8, 4)
        block += lay_out(remaining, 8, layout)
        if len(block) <= room:
            return block
        largest = max(remaining, key=lambda field: len(lay_out([field], 8, layout)))
        remaining.remove(largest)
        log.dropped.append(tag_name(largest.tag))
        log.warnings.append(f"{tag_name(largest.tag)} is too large for this container and stays behind")
    return None


def _correct_values(
    data: bytearray, layout: Layout, directory: Directory, name: int, picture: Picture, log: Log
) -> None:
    for slot in directory.slots:
        if slot.bytes > 4:
            continue
        value = bytes(data[slot.at : slot.at + slot.bytes])
        true = true_value(name, slot.tag, slot.kind, value, picture, layout)
        if true is not None:
            data[slot.at : slot.at + slot.bytes] = true
            log.changed.append("InteropIndex" if name == INTEROP_IFD else tag_name(slot.tag))


def _correct_below(
    data: bytearray, layout: Layout, above: Directory, tag: int, wishes: Wishes, log: Log
) -> Directory | None:
    slot = above.find(tag)
    if slot is None:
        return None
    try:
        if slot.count != 1 or slot.kind not in (KIND_LONG, KIND_IFD):
            raise Malformed(f"type {slot.kind}, count {slot.count} instead of a pointer")
        directory = read_directory(data, layout, layout.number(data, slot.at, 4))
    except Malformed as error:
        log.unparsed(f"EXIF {tag_name(tag)}, carried as it is", error)
        return None
    _correct_values(data, layout, directory, tag, wishes.picture, log)
    return directory


def _correct_thumbnail(data: bytearray, layout: Layout, ifd0: Directory, wishes: Wishes, log: Log) -> None:
    if not ifd0.next:
        return
    try:
        ifd1 = read_directory(data, layout, ifd0.next)
    except Malformed as error:
        log.unparsed("EXIF IFD1, carried as it is", error)
        return
    if wishes.thumbnail is not None and replace_thumbnail(data, layout, ifd1, wishes.thumbnail):
        log.changed.append("thumbnail")
        return
    data[ifd0.next_at : ifd0.next_at + layout.field_bytes] = layout.pack(0, layout.field_bytes)
    log.dropped.append("IFD1 (thumbnail)")


def _with_new_ifd0(data: bytearray, layout: Layout, ifd0: Directory, wishes: Wishes, log: Log) -> bytes:
    """Appends a new IFD0 if a field must go or grow, and points the header to it; everything else stays where it is."""
    bits = ifd0.find(BITS)
    grows = bits is not None and bits.count != 3
    gone = [slot for slot in ifd0.slots if slot.tag in GRAY_ONLY]
    if not grows and not gone:
        return bytes(data)
    fields = [_as_it_stands(data, layout, entry_at) for entry_at in ifd0.entries]
    fields = [field for field in fields if field.tag not in GRAY_ONLY and not (grows and field.tag == BITS)]
    if grows:
        fields.append(Field(BITS, KIND_SHORT, 3, layout.pack(wishes.picture.bits, 2) * 3))
    base = len(data) + len(data) % 2
    appended = bytearray(lay_out(fields, base, layout))
    following_at = layout.count_bytes + len(fields) * layout.entry_bytes
    following = data[ifd0.next_at : ifd0.next_at + layout.field_bytes] if ifd0.next_at else b"\0" * layout.field_bytes
    appended[following_at : following_at + layout.field_bytes] = following
    if base + len(appended) > wishes.room:
        log.warnings.append("the EXIF block is full; BitsPerSample in it still describes the source")
        return bytes(data)
    data += b"\0" * (base - len(data)) + appended
    header_at = 8 if layout.big else 4
    data[header_at : header_at + layout.field_bytes] = layout.pack(base, layout.field_bytes)
    log.changed.extend(["BitsPerSample"] if grows else [])
    log.dropped.extend(tag_name(slot.tag) for slot in gone)
    return bytes(data)


def _as_it_stands(data: bytearray, layout: Layout, entry_at: int) -> Field:
    """An entry whose value field is copied as it is, an offset or a short value."""
    value_at = entry_at + 4 + layout.field_bytes
    tag, kind = layout.number(data, entry_at, 2), layout.number(data, entry_at + 2, 2)
    count = layout.number(data, entry_at + 4, layout.field_bytes)
    return Field(tag, kind, count, bytes(data[value_at : value_at + layout.field_bytes]), fixed=True)
