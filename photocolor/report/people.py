"""Translates the records for people: reasons, settings, times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from photocolor.settings import ColorSettings, FileSettings
from photocolor.system.strict_json import loads

VALUES_NAMED = 4
"""So many values of a setting are named where not all photos have the same; the others are counted."""

REASONS = {
    "already_color": "in color already",
    "bad_model_output": "the model gave nothing usable",
    "canceled": "canceled",
    "changed": "changed while it was read",
    "device_failed": "the device gave up",
    "done": "done by an earlier run",
    "exists": "another file has the result's name",
    "hints_invalid": "mistake in the color points or the mask",
    "negative": "a negative",
    "not_an_image": "no picture inside",
    "out_of_memory": "memory ran out",
    "signing_failed": "could not be signed",
    "storage": "the storage did not answer",
    "target_blocked": "the result is not possible in its place",
    "timeout": "took too long",
    "too_large": "too many pixels",
    "too_little_memory": "takes more memory than there is",
    "truncated": "damaged or not whole",
    "unreadable": "could not be read",
    "unsupported": "a kind of picture that is not treated",
    "vanished": "gone before it was read",
    "worker_died": "its process died",
}
"""The reasons of the manifest; one that is not here is shown as it is."""


def reason(word: str) -> str:
    """Returns the meaning of a manifest's reason."""
    return REASONS.get(word, word)


def settings_of_all(counted: Mapping[str, int]) -> str:
    """Returns the settings that all photos share, and which others how many have.

    Args:
        counted: photos by their settings as JSON; "" for those of which none are recorded.
    """
    known = [(dict(loads(text)), number) for text, number in counted.items() if text]
    if not known:
        return ""
    usual = _usual()
    names = dict.fromkeys(name for values, _ in known for name in values)
    by_value = {name: _by_value(name, known, usual) for name in names}
    shared = {name: next(iter(values)) for name, values in by_value.items() if len(values) == 1}
    differing = {name: values for name, values in by_value.items() if len(values) > 1}
    same = ", ".join(_named(name, word) for name, word in shared.items() if word != usual.get(name, ""))
    parts = [_where(name, values) for name, values in differing.items()]
    if not differing:
        parts = [same or "the usual settings"]
    else:
        parts.append(f"in all {same}" if same else "otherwise the usual settings")
    if "" in counted:
        parts.append(f"not recorded in {_photos(counted[''])}")
    return "; ".join(parts)


def _usual() -> dict[str, str]:
    """Returns the default of every setting as a word."""
    return {item.name: _value(item.default) for group in (ColorSettings, FileSettings) for item in fields(group)}


def _by_value(name: str, known: list[tuple[dict[str, object], int]], usual: Mapping[str, str]) -> dict[str, int]:
    """Returns the photos by the word for one setting, most of them first; a setting that is left out is as usual."""
    words = Counter[str]()
    for values, number in known:
        words[_value(values[name]) if name in values else usual.get(name, "not set")] += number
    return dict(words.most_common())


def _where(name: str, values: Mapping[str, int]) -> str:
    """Returns how many photos have which value of a setting."""
    named = list(values.items())[:VALUES_NAMED]
    parts = [f"{word or 'none'} in {_photos(number)}" for word, number in named]
    others = sum(values.values()) - sum(number for _, number in named)
    parts += [f"others in {_photos(others)}"] * bool(others)
    return f"{name.replace('_', ' ')} {', '.join(parts)}"


def _named(name: str, word: str) -> str:
    return f"{name.replace('_', ' ')} {word or 'none'}"


def _photos(number: int) -> str:
    return f"{number:,} photo{'' if number == 1 else 's'}"


def _value(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "automatic", True: "on", False: "off"}[value]
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 20 else f"{text[:12]}…"


def span(first: str, last: str) -> str:
    """Returns the span between two times of the manifest; what is no valid time is left out."""
    try:
        begin, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
    except ValueError:
        return ""
    day = f"{begin.day} {begin:%B %Y}, {begin:%H:%M}"
    if begin.date() == end.date():
        return f"{day} to {end:%H:%M} UTC" if f"{begin:%H:%M}" != f"{end:%H:%M}" else f"{day} UTC"
    return f"{day} to {end.day} {end:%B %Y}, {end:%H:%M} UTC"
