"""Translates the records for people: reasons, settings, times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from photocolor.settings import ColorSettings, FileSettings, result_settings

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
    "target_blocked": "the result's name is not possible",
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


def settings(values: Mapping[str, object]) -> str:
    """Returns the settings of a run that differ from the defaults."""
    usual = result_settings(ColorSettings(), FileSettings())
    other = [f"{name.replace('_', ' ')} {_value(value)}" for name, value in values.items() if usual.get(name) != value]
    return ", ".join(other) or "the usual settings"


def _value(value: object) -> str:
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
