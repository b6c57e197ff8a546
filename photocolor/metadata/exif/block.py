"""Corrects the EXIF block of JPEG, PNG and WebP in place, so that no byte that an offset points to ever moves."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.containers.ifd import (
    KIND_IFD,
    KIND_LONG,
    KIND_SHORT,
    ByteLayout,
    Directory,
    Field,
    read_directory,
    read_header,
)
from photocolor.containers.malformed import Malformed
from photocolor.metadata.corrections import IFD0, true_value
from photocolor.metadata.exif.tags import BITS, EXIF_IFD, GRAY_ONLY, INTEROP_IFD, tag_name
from photocolor.metadata.exif.thumbnail import Maker, replace_thumbnail
from photocolor.metadata.exif.tiff_write import lay_out
from photocolor.metadata.model import Log, Picture, listed

_HEADER_BYTES = 8


@dataclass(frozen=True, slots=True)
class ExifTarget:
    """Describes the result that an EXIF block must agree with.

    Attributes:
        picture: the result.
        thumbnail: returns the colored photo, small; None removes the old thumbnail.
        room: largest block that the container holds, in bytes.
    """

    picture: Picture
    thumbnail: Maker | None
    room: int


def corrected(block: bytes, wishes: ExifTarget, log: Log) -> bytes:
    """Returns the block with every value corrected that would be wrong for the colored result.

    It is verbatim where it is damaged.
    """
    data = bytearray(block)
    try:
        layout, first = read_header(data)
        ifd0 = read_directory(data, layout, first)
    except Malformed as error:
        log.unparsed("EXIF, carried as it is", error)
        return block
    if ifd0.damaged:
        log.unparsed("EXIF IFD0, carried as it is", f"{', '.join(map(tag_name, ifd0.damaged))} outside of the block")
    correction = _Correction(data, layout, wishes, log)
    correction.values(ifd0, IFD0)
    exif = correction.below(ifd0, EXIF_IFD)
    if exif is not None:
        correction.below(exif, INTEROP_IFD)
    correction.thumbnail(ifd0)
    correction.first_directory(ifd0)
    return bytes(data)


def minimal(version: str, picture: Picture, dpi: tuple[float, float] | None) -> bytes:
    """Returns an EXIF block for a result whose source had none: tool, sRGB, size and resolution."""
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


def built(fields: tuple[Field, ...], layout: ByteLayout, room: int, log: Log) -> bytes | None:
    """Returns an EXIF block of a TIFF's fields; the largest are left out until it fits in `room` bytes."""
    empty = len(lay_out([], _HEADER_BYTES, layout))
    sizes = [len(lay_out([field], _HEADER_BYTES, layout)) - empty for field in fields]
    length = _HEADER_BYTES + empty + sum(sizes)
    kept, left, block = dict(enumerate(fields)), list[str](), None
    for number in sorted(kept, key=lambda number: -sizes[number]):
        if length <= room:  # less than the block's, which also has padding; so few blocks are made in vain
            block = layout.order.replace("<", "II").replace(">", "MM").encode() + layout.pack(42, 2) + layout.pack(8, 4)
            block += lay_out(kept.values(), _HEADER_BYTES, layout)
            if len(block) <= room:
                break
        length -= sizes[number]
        left.append(tag_name(kept.pop(number).tag))
    log.dropped.extend(left)
    if left:
        log.left_behind(listed(left), "too large for this container")
    return block if kept else None


@dataclass(frozen=True, slots=True)
class _Correction:
    """Edits one block in place."""

    data: bytearray
    layout: ByteLayout
    wishes: ExifTarget
    log: Log

    def values(self, directory: Directory, name: int) -> None:
        """Corrects values that are stored in the directory itself."""
        for slot in directory.slots:
            if slot.bytes > self.layout.field_bytes:
                continue
            end = slot.at + slot.bytes
            field = Field(slot.tag, slot.kind, slot.count, bytes(self.data[slot.at : end]))
            true = true_value(name, field, self.wishes.picture, self.layout)
            if true is not None:
                self.data[slot.at : end] = true
                self.log.changed.append("InteropIndex" if name == INTEROP_IFD else tag_name(slot.tag))

    def below(self, above: Directory, tag: int) -> Directory | None:
        """Corrects the directory that `tag` points to; returns None if there is none, or a damaged one."""
        slot = above.find(tag)
        if slot is None:
            return None
        try:
            if slot.count != 1 or slot.kind not in (KIND_LONG, KIND_IFD):
                raise Malformed(f"type {slot.kind}, count {slot.count} instead of a pointer")
            directory = read_directory(self.data, self.layout, self.layout.number(self.data, slot.at, 4))
        except Malformed as error:
            self.log.unparsed(f"EXIF {tag_name(tag)}, carried as it is", error)
            return None
        self.values(directory, tag)
        return directory

    def thumbnail(self, ifd0: Directory) -> None:
        """Replaces the thumbnail by a colored one, or unlinks its directory."""
        if not ifd0.next:
            return
        try:
            ifd1 = read_directory(self.data, self.layout, ifd0.next)
        except Malformed as error:
            self.log.unparsed("EXIF IFD1, carried as it is", error)
            return
        maker = self.wishes.thumbnail
        if maker is not None and replace_thumbnail(self.data, self.layout, ifd1, maker):
            self.log.changed.append("thumbnail")
            return
        self._write(ifd0.next_at, 0)
        self.log.dropped.append("IFD1 (thumbnail)")

    def first_directory(self, ifd0: Directory) -> None:
        """Appends a new IFD0 if a field must go or grow, and points the header to it."""
        bits = ifd0.find(BITS)
        grows = bits is not None and bits.count != 3
        gone = [slot.tag for slot in ifd0.slots if slot.tag in GRAY_ONLY]
        if not grows and not gone:
            return
        fields = [self._as_it_stands(entry_at) for entry_at in ifd0.entries]
        fields = [field for field in fields if field.tag not in GRAY_ONLY and not (grows and field.tag == BITS)]
        if grows:
            fields.append(Field(BITS, KIND_SHORT, 3, self.layout.pack(self.wishes.picture.bits, 2) * 3))
        base = len(self.data) + len(self.data) % 2
        appended = lay_out(fields, base, self.layout)
        if base + len(appended) > self.wishes.room:
            self.log.warnings.append("the EXIF block is full; BitsPerSample in it still describes the source")
            return
        following = self.layout.number(self.data, ifd0.next_at, self.layout.field_bytes) if ifd0.next_at else 0
        self.data.extend(b"\0" * (base - len(self.data)) + appended)
        self._write(base + self.layout.count_bytes + len(fields) * self.layout.entry_bytes, following)
        self._write(8 if self.layout.big else 4, base)
        self.log.changed.extend(["BitsPerSample"] if grows else [])
        self.log.dropped.extend(map(tag_name, gone))

    def _as_it_stands(self, entry_at: int) -> Field:
        """Returns an entry whose value field is copied unchanged, an offset or a short value."""
        value_at = entry_at + 4 + self.layout.field_bytes
        tag, kind = (self.layout.number(self.data, entry_at + at, 2) for at in (0, 2))
        count = self.layout.number(self.data, entry_at + 4, self.layout.field_bytes)
        return Field(tag, kind, count, bytes(self.data[value_at : value_at + self.layout.field_bytes]), fixed=True)

    def _write(self, at: int, offset: int) -> None:
        self.data[at : at + self.layout.field_bytes] = self.layout.pack(offset, self.layout.field_bytes)
