"""IPTC-IIM records as the XMP properties that the IPTC maps them to."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Literal, NamedTuple

from photocolor.metadata.ifd import Malformed

Shape = Literal["text", "bag", "seq", "alt"]


class Property(NamedTuple):
    """One XMP property: namespace prefix, local name, RDF shape and values."""

    prefix: str
    name: str
    shape: Shape
    values: tuple[str, ...]


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
VERSION, CHARSET = 0, 90
UTF8 = b"\x1b%G"  # ISO 2022 escape that announces UTF-8
EXTENDED = 0x8000


def records(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(record, dataset, value) in stored order.

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


def as_properties(data: bytes) -> tuple[tuple[Property, ...], tuple[str, ...]]:
    """The XMP properties of IIM records, and the names of the records that have no property.

    Raises:
        Malformed: see `records`.
    """
    found: dict[int, list[str]] = {}
    homeless: list[str] = []
    charset = b""
    for record, dataset, value in records(data):
        if (record, dataset) == (1, CHARSET):
            charset = value
        elif record == 2 and (dataset in MAPPING or dataset in TIMES):
            found.setdefault(dataset, []).append(_text(value, charset))
        elif (record, dataset) not in {(1, VERSION), (2, VERSION)}:
            homeless.append(f"IPTC {record}:{dataset:03d}")
    properties = []
    for dataset, values in found.items():
        if dataset in TIMES:
            homeless.extend([] if TIMES[dataset] in found else [f"IPTC 2:{dataset:03d}"])
            continue
        if dataset in TIMES.values():
            times = {date: time for time, date in TIMES.items()}
            values = [_date(values[0], next(iter(found.get(times[dataset], [])), ""))]
        prefix, name, shape = MAPPING[dataset]
        properties.append(Property(prefix, name, shape, tuple(values if shape in ("bag", "seq") else values[:1])))
    return tuple(properties), tuple(homeless)


def _text(value: bytes, charset: bytes) -> str:
    """UTF-8 if it is announced or fits, else the Western European code page that old tools wrote unannounced."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("utf-8" if charset == UTF8 else "cp1252", "replace")
    return text.rstrip("\0")


def _date(date: str, time: str) -> str:
    """ISO 8601 from CCYYMMDD and HHMMSS±HHMM; unknown parts, written as zeros, are left out."""
    if len(date) != 8 or not date.isdigit():
        return date
    parts = [part for part in (date[:4], date[4:6], date[6:]) if part.strip("0")]
    day = "-".join(parts)
    if len(parts) < 3 or len(time) < 6 or not time[:6].isdigit():
        return day
    zone = f"{time[6:9]}:{time[9:11]}" if len(time) == 11 else ""
    return f"{day}T{time[:2]}:{time[2:4]}:{time[4:6]}{zone}"
