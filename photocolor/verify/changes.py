"""Compares the tags of a source with those of its result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import zip_longest

from photocolor.verify.intended import INTENDED, Difference, Pair
from photocolor.verify.tags import NEXT, base_name
from photocolor.verify.verdict import TagChange, TagReport

SHOWN_LETTERS = 80
_MISSING = object()
_SHARED = "its bytes belong to a field, too, that was made true"


def compare_tags(pair: Pair) -> TagReport:
    """Returns what happened to every tag of the source, and which are new; repeated tags are matched by value."""
    before, after = _by_name(pair.before), _by_name(pair.after)
    kept, piles = 0, dict[str, list[TagChange]](changed=[], lost=[], added=[])
    for tag in sorted(before.keys() | after.keys()):
        was, now = before.get(tag, []), after.get(tag, [])
        equal = Counter(was) & Counter(now)
        kept += equal.total()
        for old, new in zip_longest(_without(was, equal), _without(now, equal), fillvalue=_MISSING):
            kind = "lost" if new is _MISSING else "added" if old is _MISSING else "changed"
            values = (None if value is _MISSING else value for value in (old, new))
            difference = Difference(kind, tag, next(values), next(values), pair)
            piles[kind].append(TagChange(tag, shown(difference.was), shown(difference.now), explained(difference)))
    piles["changed"] = _explained_by_overlap(piles["changed"], pair)
    return TagReport(kept, *(tuple(pile) for pile in piles.values()))


def _explained_by_overlap(changes: list[TagChange], pair: Pair) -> list[TagChange]:
    """Returns True if fields of a damaged EXIF block overlap, so that correcting one changes another."""
    corrected = set[int]()
    for tag in (NEXT, *(item.tag for item in changes if item.reason)):
        at, value = pair.before.places.get(tag, (0, b""))
        corrected.update(range(at, at + len(value)))
    return [
        item if item.reason or not _differs_in(corrected, item, pair) else replace(item, reason=_SHARED)
        for item in changes
    ]


def _differs_in(places: set[int], item: TagChange, pair: Pair) -> bool:
    """Returns True if a field's bytes differ at these places of its block only."""
    if item.tag not in pair.before.places or item.tag not in pair.after.places:
        return False
    (at, was), (there, now) = pair.before.places[item.tag], pair.after.places[item.tag]
    differing = {at + nth for nth, (old, new) in enumerate(zip(was, now, strict=False)) if old != new}
    return at == there and len(was) == len(now) and differing <= places


def _by_name(tags: Mapping[str, object]) -> dict[str, list[object]]:
    values: dict[str, list[object]] = {}
    for tag, value in tags.items():
        values.setdefault(base_name(tag), []).append(value)
    return values


def _without(values: Iterable[object], equal: Counter[object]) -> list[object]:
    """Returns the values without those that the other file has, too."""
    left, found = Counter(equal), []
    for value in values:
        if left[value]:
            left[value] -= 1
        else:
            found.append(value)
    return found


def explained(difference: Difference) -> str:
    """Returns the reason why a difference is intended; "" if it is not."""
    for row in INTENDED:
        tags, ways = re.fullmatch(row.tags, difference.tag), re.fullmatch(row.ways, difference.pair.way)
        if tags and ways and difference.kind in row.kinds.split("|") and row.true(difference):
            return row.reason
    if difference.kind == "added" and difference.tag in difference.pair.sidecar:  # it came along, and was made true
        return explained(difference._replace(kind="changed", was=difference.pair.sidecar[difference.tag]))
    return ""


def shown(value: object) -> str:
    """Returns a value as people read it, shortened."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        text = text if text and text.isprintable() else f"{len(value)} bytes {value[:12].hex(' ')}"
    elif isinstance(value, tuple) and all(isinstance(item, int) for item in value):
        text = " ".join(map(str, value))
    else:
        text = str(value)
    return text if len(text) <= SHOWN_LETTERS else text[: SHOWN_LETTERS - 1] + "…"


def as_dict(report: TagReport) -> Mapping[str, object]:
    """Returns the report as plain JSON values."""
    rows = {
        kind: [{"tag": item.tag, "was": item.was, "now": item.now, "reason": item.reason} for item in items]
        for kind, items in (("changed", report.changed), ("lost", report.lost), ("added", report.added))
    }
    return {"kept": report.kept, **rows}
