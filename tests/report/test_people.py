from __future__ import annotations

import inspect

from photocolor import errors
from photocolor.errors import PhotoError
from photocolor.report import people
from photocolor.settings import ColorSettings, FileSettings, OutputFormat, result_settings


def test_every_reason_of_a_photo_has_words() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PhotoError)]
    reasons = {kind.reason for kind in kinds} - {PhotoError.reason} | {"done", "exists", "already_color", "negative"}
    assert reasons == set(people.REASONS)
    assert not any("_" in words for words in people.REASONS.values())
    assert people.reason("of_a_later_version") == "of_a_later_version"


def test_only_settings_that_are_not_the_usual_ones_are_named() -> None:
    assert people.settings(result_settings(ColorSettings(), FileSettings())) == "the usual settings"
    other = result_settings(ColorSettings(strength=0.5), FileSettings(format=OutputFormat.TIFF))
    assert sorted(people.settings(other).split(", ")) == ["format tiff", "strength 0.5"]


def test_times() -> None:
    first, last = "2026-11-27T09:05:00+00:00", "2026-11-27T10:15:00+00:00"
    assert people.span(first, last) == "27 November 2026, 09:05 to 10:15 UTC"
    assert people.span(first, first) == "27 November 2026, 09:05 UTC"
    assert people.span(first, "2026-11-28T01:00:00+00:00") == "27 November 2026, 09:05 to 28 November 2026, 01:00 UTC"
    assert people.span("", "yesterday") == ""
