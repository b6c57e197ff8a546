"""Finds values in a result that stand in another place there: of blocks without a place, texts, and merged sidecars."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

from photocolor.containers.malformed import Malformed
from photocolor.metadata.formats.comments import text_of_comment
from photocolor.metadata.formats.png_text import Unpacking, decoded
from photocolor.metadata.iptc import datasets
from photocolor.metadata.iptc.merge_into_xmp import SOURCE_IPTC, normal
from photocolor.metadata.limits import MOST_BLOCKS
from photocolor.metadata.xmp.escape import escape, is_printable
from photocolor.metadata.xmp.result_packet import SOURCE_TEXT, in_base64
from photocolor.metadata.xmp.sidecar_packet import SOURCE_XMP
from photocolor.verify.tags import base_name

_COMMENT = "comment/text"
_UNPARSED = "XMP/photocolor:UnparsedIPTC"


class Changed(Protocol):
    """Describes a tag that differs."""

    @property
    def kind(self) -> str:
        """Returns "changed", "lost" or "added"."""

    @property
    def tag(self) -> str:
        """Returns its name."""

    @property
    def was(self) -> object:
        """Returns its value in the source."""

    @property
    def now(self) -> object:
        """Returns its value in the result."""


class MovedIptc:
    """Holds the IPTC of a source, and the XMP of a result that has no other place for it.

    Args:
        before: the source's tags.
        after: the result's.
    """

    def __init__(self, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        every = _records(before)
        first = every[:MOST_BLOCKS]
        self._further = {item[:3] for item in every[MOST_BLOCKS:]} - {item[:3] for item in first}
        properties, homeless = datasets.mapped(first)
        self._after = after
        self._aside = {normal(line) for line in texts_of(after.get(f"XMP/{SOURCE_IPTC}"))}
        self._records = {(item.record, item.dataset, item.value): item for item in homeless}
        self._values: dict[tuple[int, int, bytes], tuple[datasets.Property, datasets.IptcDataset]] = {}
        self._expected: dict[str, set[str]] = {}
        self._stored: dict[str, set[str]] = {}
        for property_, origin in properties:
            self._values |= {(item.record, item.dataset, item.value): (property_, item) for item in origin}
            self._expected[f"XMP/{property_.qualified}"] = set(map(normal, property_.values))

    def holds(self, change: Changed) -> bool:
        """Returns True if the value of a lost record is in the result's XMP."""
        if not isinstance(change.was, bytes):
            return False
        if change.tag == "IPTC":
            return change.was in _unpacked(self._after.get(_UNPARSED))
        numbers = tuple(map(int, change.tag.removeprefix("IPTC/").split(":")))
        if numbers in datasets.ABOUT_ITSELF or not change.was.strip(b"\0 "):
            return True
        key = (numbers[0], numbers[1], change.was)
        record = self._records.get(key)
        if record is not None:
            return normal(record.line) in self._aside
        if key not in self._values:
            return False
        property_, record = self._values[key]
        is_list = property_.shape in ("bag", "seq")
        value = record.text if is_list else property_.values[0]
        return normal(value) in self._said(property_.qualified) or normal(record.line) in self._aside

    def is_further(self, change: Changed) -> bool:
        """Returns True if a lost record is beyond the number of records that are taken."""
        record, _, dataset = change.tag.removeprefix("IPTC/").partition(":")
        return dataset.isdigit() and (int(record), int(dataset), change.was) in self._further

    def _said(self, qualified: str) -> set[str]:
        """Returns the texts of a property of the result; cached, as each of a list's items asks for them."""
        if qualified not in self._stored:
            self._stored[qualified] = set(map(normal, texts_of(self._after.get(f"XMP/{qualified}"))))
        return self._stored[qualified]

    def explains(self, change: Changed) -> bool:
        """Returns True if a property has all its former values, and all further ones come from IPTC."""
        was, now = ([normal(text) for text in texts_of(value)] for value in (change.was, change.now))
        if now[: len(was)] != was and any(was):
            return False
        further = set(now[len(was) :] if any(was) else now)
        return bool(further) and further <= self._expected.get(change.tag, set())


def texts_of(value: object) -> Iterator[str]:
    """Yields all texts in an XMP value, without the names of the elements around them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            named = isinstance(part, tuple) and len(part) == 2 and isinstance(part[0], str)
            if (
                named
                and part[0] not in ("xml:lang", "rdf:parseType")
                and not part[0].startswith("http://www.w3.org/XML/")
            ):
                yield from texts_of(part[1])
            elif not named:
                yield from texts_of(part)


def lines_of(tags: Mapping[str, object]) -> Iterator[str]:
    """Yields all comments and texts of a file, in any place."""
    yield from texts_of(tags.get(f"XMP/{SOURCE_TEXT}"))
    for tag, value in tags.items():
        if base_name(tag) == _COMMENT or tag.startswith(("png/tEXt", "png/zTXt", "png/iTXt")):
            yield text_of_tag(base_name(tag), value) or ""


def is_text_kept(tag: str, value: object, after: Mapping[str, object]) -> bool:
    """Returns whether a comment or text stands in a place for texts of the result, as it is or in base64."""
    text = text_of_tag(tag, value)
    if text is None:
        return True
    forms = [normal(text), in_base64(text)][: 1 + (not is_printable(text))]
    return any(form in normal(line) for line in lines_of(after) for form in forms)


def text_of_tag(tag: str, value: object) -> str | None:
    """Returns the text of a comment or of a PNG's chunk; None if it cannot be read."""
    if tag.startswith("trailer/"):
        return value if isinstance(value, str) else None
    if not isinstance(value, bytes):
        return None
    if tag == _COMMENT:
        return text_of_comment(value)
    try:
        kind = tag.removeprefix("png/").encode("latin-1")
        _, text = decoded(kind, value, Unpacking())
    except Malformed:
        return None
    return text.decode("utf-8" if kind == b"iTXt" else "latin-1", "replace")


def _records(tags: Mapping[str, object]) -> list[datasets.IptcDataset]:
    charset = tags.get("IPTC/1:090")
    records = list[datasets.IptcDataset]()
    for tag, value in tags.items():
        record, _, dataset = base_name(tag).removeprefix("IPTC/").partition(":")
        if not tag.startswith("IPTC/") or not isinstance(value, bytes) or not dataset.isdigit():
            continue
        if (int(record), int(dataset)) not in datasets.ABOUT_ITSELF:
            text = datasets.text_of(value, charset if isinstance(charset, bytes) else b"")
            records.append(datasets.IptcDataset(int(record), int(dataset), value, *text))
    return records


def _unpacked(text: object) -> bytes:
    try:
        return base64.b64decode(text) if isinstance(text, str) else b""
    except binascii.Error:
        return b""


class Statement(NamedTuple):
    """Holds what the photo's own packet and the result's say about one property, by its tag."""

    tag: str
    was: object
    now: object


def is_merged(statement: Statement, sidecar: object, after: Mapping[str, object]) -> bool:
    """Returns True if a property has the sidecar's value, and the source's is there or kept aside.

    Args:
        statement: the property.
        sidecar: what the sidecar says about it; None if it does not.
        after: the result's tags.
    """
    said = _normal_texts(sidecar)
    was, now = _normal_texts(statement.was), _normal_texts(statement.now)
    if not said or not (said <= now <= said | was or continues(sidecar, statement.now)):
        return False
    name = statement.tag.removeprefix("XMP/")
    aside = [normal(line) for line in texts_of(after.get(f"XMP/{SOURCE_XMP}"))]
    return all(any(_holds(line, name, text) for line in aside) for text in was - now)


def continues(was: object, now: object) -> bool:
    """Returns True if the later history begins with the whole former one, and has one event more."""
    before, after = _events(was), _events(now)
    return len(after) == len(before) + 1 and after[: len(before)] == before


def _normal_texts(value: object) -> set[str]:
    return {normal(text) for text in texts_of(value)}


def _holds(line: str, name: str, text: str) -> bool:
    """Returns True if a line that is kept is a text, or the XML of a property with the text among its parts."""
    return line.endswith(text) or (line.startswith(f"{name}: ") and (text in line or escape(text) in line))


def _events(history: object) -> tuple[object, ...]:
    """Returns the items of an RDF sequence, as `verify.tags` gives it."""
    parts = history if isinstance(history, tuple) else ()
    for name, value in (part for part in parts if isinstance(part, tuple) and len(part) == 2):
        if name == "rdf:Seq":
            return value if isinstance(value, tuple) else (value,) if value else ()
    return ()
