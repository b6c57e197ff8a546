from __future__ import annotations

import inspect
import json
from dataclasses import fields

import pytest

from photocolor import errors
from photocolor.errors import PhotoError
from photocolor.report import people
from photocolor.settings import ColorSettings, FileSettings, result_settings


def test_every_reason_of_a_photo_has_words() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PhotoError)]
    reasons = {kind.reason for kind in kinds} - {PhotoError.reason} | {"done", "exists", "already_color", "negative"}
    assert reasons == set(people.REASONS)
    assert not any("_" in words for words in people.REASONS.values())
    assert people.reason("of_a_later_version") == "of_a_later_version"


def recorded(**options: object) -> str:
    """Settings as a line of the manifest has them."""
    color = {name: value for name, value in options.items() if name in {item.name for item in fields(ColorSettings)}}
    other = {name: value for name, value in options.items() if name not in color}
    return json.dumps(result_settings(ColorSettings(**color), FileSettings(**other)))  # type: ignore[arg-type]


def test_only_settings_that_are_not_the_usual_ones_are_named() -> None:
    assert people.settings_of_all({recorded(): 3}) == "the usual settings"
    assert people.settings_of_all({recorded(strength=0.5, format="tiff"): 3}) == "format tiff, strength 0.5"
    assert people.settings_of_all({recorded(tile_px=256, exact_luma=True): 1}) == "exact luma on, tile px 256"
    assert people.settings_of_all({}) == "" == people.settings_of_all({"": 2})


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (
            {recorded(): 2, recorded(strength=0.5): 1},
            "strength 1 in 2 photos, 0.5 in 1 photo; otherwise the usual settings",
        ),
        (
            {recorded(format="tiff"): 1, recorded(format="tiff", faces="on"): 1200},
            "faces on in 1,200 photos, off in 1 photo; in all format tiff",
        ),
        (
            {recorded(tile_px=256): 1, recorded(reference_sha256="ab" * 32): 2},
            "reference sha256 abababababab… in 2 photos, none in 1 photo; tile px automatic in 2 photos, 256 in 1 "
            "photo; otherwise the usual settings",
        ),
        (
            {recorded(quality=quality): 1 for quality in range(90, 97)},
            "quality 90 in 1 photo, 91 in 1 photo, 92 in 1 photo, 93 in 1 photo, others in 3 photos; otherwise the "
            "usual settings",
        ),
        ({recorded(): 2, "": 1}, "the usual settings; not recorded in 1 photo"),
        (
            {recorded(): 1, json.dumps(json.loads(recorded()) | {"of_a_later_version": 3}): 1},
            "of a later version not set in 1 photo, 3 in 1 photo; otherwise the usual settings",
        ),
    ],
)
def test_where_photos_differ_it_is_said_how_many_have_what(counted: dict[str, int], said: str) -> None:
    assert people.settings_of_all(counted) == said


def test_times() -> None:
    first, last = "2026-11-27T09:05:00+00:00", "2026-11-27T10:15:00+00:00"
    assert people.span(first, last) == "27 November 2026, 09:05 to 10:15 UTC"
    assert people.span(first, first) == "27 November 2026, 09:05 UTC"
    assert people.span(first, "2026-11-28T01:00:00+00:00") == "27 November 2026, 09:05 to 28 November 2026, 01:00 UTC"
    assert people.span("", "yesterday") == ""
