"""Maps IPTC-IIM datasets to the XMP properties that the IPTC defines for them."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from photocolor.containers.malformed import Malformed
from photocolor.metadata.iptc.names import NAMES
from photocolor.metadata.xmp.escape import is_printable

Shape = Literal["text", "bag", "seq", "alt"]


class Property(NamedTuple):
    """Holds one XMP property: namespace prefix, local name, RDF shape and values."""

    prefix: str
    name: str
    shape: Shape
    values: tuple[str, ...]

    @property
    def qualified(self) -> str:
        """Returns its name, as "dc:title"."""
        return f"{self.prefix}:{self.name}"


# Dataset of record 2 → property. Source: IPTC Photo Metadata Standard 2025.1, "IIM spec id" and "XMP property id".
MAPPING: dict[int, tuple[str, str, Shape]] = {
    4: ("Iptc4xmpCore", "IntellectualGenre", "text"),
    5: ("dc", "title", "alt"),
    10: ("photoshop", "Urgency", "text"),
    12: ("Iptc4xmpCore", "SubjectCode", "bag"),
    15: ("photoshop", "Category", "text"),
    20: ("photoshop", "SupplementalCategories", "bag"),
    25: ("dc", "subject", "bag"),
    40: ("photoshop", "Instructions", "text"),
    55: ("photoshop", "DateCreated", "text"),
    62: ("xmp", "CreateDate", "text"),
    80: ("dc", "creator", "seq"),
    85: ("photoshop", "AuthorsPosition", "text"),
    90: ("photoshop", "City", "text"),
    92: ("Iptc4xmpCore", "Location", "text"),
    95: ("photoshop", "State", "text"),
    100: ("Iptc4xmpCore", "CountryCode", "text"),
    101: ("photoshop", "Country", "text"),
    103: ("photoshop", "TransmissionReference", "text"),
    105: ("photoshop", "Headline", "text"),
    110: ("photoshop", "Credit", "text"),
    115: ("photoshop", "Source", "text"),
    116: ("dc", "rights", "alt"),
    120: ("dc", "description", "alt"),
    122: ("photoshop", "CaptionWriter", "text"),
}
TIMES = {60: 55, 63: 62}  # a time of day belongs to the date in the other dataset
TIME_OF = {date: time for time, date in TIMES.items()}
VERSION, CHARSET = 0, 90
ABOUT_ITSELF = frozenset({(1, VERSION), (2, VERSION), (1, CHARSET)})
UTF8 = b"\x1b%G"  # ISO 2022 escape that announces UTF-8
EXTENDED = 0x8000


def records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yields (record, dataset, value) in stored order.

    Raises:
        Malformed: a record is cut.
    """
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        record, dataset, size = struct.unpack_from(">BBH", data, at + 1)
        at += 5
        if size & EXTENDED:
            width = size & ~EXTENDED
            if width > 8 or at + width > len(data):
                raise Malformed(f"IPTC {record}:{dataset} has a length of {width} bytes")
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        if at + size > len(data):
            raise Malformed(f"IPTC {record}:{dataset} is cut")
        yield record, dataset, data[at : at + size]
        at += size
    if data[at:].strip(b"\0"):
        raise Malformed(f"no IPTC record at {at} of {len(data)}")


class IptcDataset(NamedTuple):
    """Holds one dataset: its numbers, its bytes, and their text, which may say less than the bytes."""

    record: int
    dataset: int
    value: bytes
    text: str
    exact: bool

    @property
    def label(self) -> str:
        """Returns the usual name, as "2:022 FixtureIdentifier"."""
        name = NAMES.get((self.record, self.dataset), "")
        return f"{self.record}:{self.dataset:03d} {name}".rstrip()

    @property
    def line(self) -> str:
        """Returns the dataset as a line of text from which its value can be restored."""
        if self.exact:
            return f"{self.label}: {self.text}"
        return f"{self.label} (base64): {base64.b64encode(self.value).decode()}"


Mapped = tuple[Property, tuple[IptcDataset, ...]]
"""A property with the records that it was made of."""


def read(data: bytes) -> Iterator[IptcDataset]:
    """Yields all datasets about the photo, in stored order, without those about the block itself.

    Raises:
        Malformed: see `records`.
    """
    charset = b""
    for record, dataset, value in records(data):
        if (record, dataset) == (1, CHARSET):
            charset = value
        if (record, dataset) not in ABOUT_ITSELF:
            yield IptcDataset(record, dataset, value, *text_of(value, charset))


def as_properties(data: bytes) -> tuple[tuple[Property, ...], tuple[str, ...]]:
    """Returns the XMP properties of datasets, and the names of those that have none.

    Raises:
        Malformed: see `records`.
    """
    properties, homeless = mapped(read(data))
    names = (f"IPTC {item.record}:{item.dataset:03d}" for item in homeless)
    return tuple(item for item, _ in properties), tuple(names)


def mapped(datasets: Iterable[IptcDataset]) -> tuple[list[Mapped], list[IptcDataset]]:
    """Returns the XMP properties of datasets, and the datasets that they do not fully express.

    Those are records without a property, second values of what XMP has once, and bytes that are not quite text.
    """
    by_dataset: dict[int, list[IptcDataset]] = {}
    homeless = list[IptcDataset]()
    for item in datasets:
        has_property = item.record == 2 and (item.dataset in MAPPING or item.dataset in TIMES)
        if has_property and item.text.strip():
            by_dataset.setdefault(item.dataset, []).append(item)
        if not has_property or not item.exact:
            homeless.append(item)
    properties = list[Mapped]()
    for dataset, items in by_dataset.items():
        if dataset in TIMES:
            homeless.extend(items[TIMES[dataset] in by_dataset :])
            continue
        origin, (prefix, name, shape) = tuple(items), MAPPING[dataset]
        values = tuple(item.text for item in items)
        if shape in ("text", "alt"):
            homeless.extend(items[1:])
            origin, values = origin[:1], values[:1]
        times = by_dataset.get(TIME_OF.get(dataset, -1), [])[:1]
        if dataset in TIME_OF:
            values = (_date(values[0], times[0].text if times else ""),)
            homeless.extend(times if "T" not in values[0] else [])
        properties.append((Property(prefix, name, shape, values), (*origin, *times)))
    return properties, homeless


def text_of(value: bytes, charset: bytes) -> tuple[str, bool]:
    """Returns a text: UTF-8 if that is announced or fits, else the Western European code page of old tools.

    Returns:
        The text, and whether it says all that the bytes do: XML cannot hold control characters.
    """
    value = value.rstrip(b"\0")
    for codec in ("utf-8",) if charset == UTF8 else ("utf-8", "cp1252"):
        try:
            text = value.decode(codec)
        except UnicodeDecodeError:
            continue
        return text, is_printable(text)
    return value.decode("utf-8" if charset == UTF8 else "cp1252", "replace"), False


def _date(date: str, time: str) -> str:
    """Returns ISO 8601 from CCYYMMDD and HHMMSS±HHMM; unknown parts, written as zeros, are left out."""
    if len(date) != 8 or not date.isdigit():
        return date
    parts = [part for part in (date[:4], date[4:6], date[6:]) if part.strip("0")]
    day = "-".join(parts)
    if len(parts) < 3 or len(time) < 6 or not time[:6].isdigit():
        return day
    zone = f"{time[6:9]}:{time[9:11]}" if len(time) == 11 else ""
    return f"{day}T{time[:2]}:{time[2:4]}:{time[4:6]}{zone}"
