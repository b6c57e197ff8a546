"""The file of color hints beside a photo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photocolor.errors import HintsInvalid
from photocolor.hints.sidecar import Hints, Point, Polygon, format_hints, parse_hints, sidecar_of
from photocolor.hints.variant import Variant
from photocolor.pipeline.source import read_hints, write_hints
from photocolor.settings import Preset

SHARES = st.floats(0, 1)
COLORS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
POINTS = st.builds(Point, SHARES, SHARES, COLORS, st.none() | SHARES)
POLYGONS = st.builds(Polygon, st.lists(st.tuples(SHARES, SHARES), min_size=3, max_size=6).map(tuple), COLORS)


VARIANTS = (
    st.integers(1, 4)
    .flatmap(
        lambda width: st.lists(
            st.lists(st.tuples(*[st.integers(-128, 128)] * 2), min_size=width, max_size=width).map(tuple),
            min_size=1,
            max_size=4,
        )
    )
    .map(lambda rows: Variant(tuple(rows)))
)
HINTS = st.builds(
    Hints,
    st.lists(POINTS, max_size=4).map(tuple),
    st.lists(POLYGONS, max_size=3).map(tuple),
    st.none() | VARIANTS,
    st.none() | st.sampled_from(Preset),
)


@given(HINTS)
def test_what_is_written_is_read_again(hints: Hints) -> None:
    assert parse_hints(format_hints(hints)) == hints


def test_hints_without_a_variant_and_a_preset_are_written_as_ever() -> None:
    text = format_hints(Hints((Point(0.5, 0.5, "#336699"),)))
    assert text == '{\n  "version": 1,\n  "points": [\n    {"x": 0.5, "y": 0.5, "color": "#336699"}\n  ]\n}\n'


def test_a_point_without_a_radius_is_written_as_ever() -> None:
    assert "radius" not in format_hints(Hints((Point(0.5, 0.5, "#336699"),)))


def test_the_sidecar_lies_beside_the_photo() -> None:
    assert sidecar_of(Path("a/photo.jpg")) == Path("a/photo.jpg.hints.json")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the file is empty"),
        ('{\n"version": 1,\n oops}', "line 3: the JSON is damaged here: Expecting property name"),
        ("[]", "is not an object"),
        ('{"points": []}', '"version": 1 is missing'),
        ('{"version": 2}', "version 2 is not 1"),
        ('{"version": 1,\n"colour": []}', "line 2: unknown key 'colour'"),
        ('{"version": 1,\n"points": 3}', "line 2: points is not a list"),
        ('{"version": 1, "points": [\n{"x": 0, "y": 0, "color": "#000000"},\n{"x": 2}]}', "line 3: 2 is not a share"),
        ('{"version": 1, "points": [\n{"x": 0.5, "y": true, "color": "#000000"}]}', "line 2: True is not a share"),
        ('{"version": 1, "points": [\n\n{"x": 0.5, "y": 0.5, "color": "red"}]}', "line 3: point 1 has the color 'red'"),
        (
            '{"version": 1, "points": [\n{"x": 0.5, "y": 0.5, "color": "#000000", "radius": -1}]}',
            "line 2: -1 is not a share",
        ),
        ('{"version": 1, "points": [{"x": NaN, "y": 0, "color": "#000000"}]}', "nan is not a share"),
        ('{"version": 1, "polygons": [{"corners": [[0, 0], [1, 1]], "color": "#000000"}]}', "has not three corners"),
        ('{"version": 1, "polygons": [{"corners": [[0, 0], [1], [1, 1]], "color": "#000000"}]}', "is not [x, y]"),
        ('{"version": 1,\n"variant": []}', "line 2: variant is no list of 1 to 64 rows"),
        ('{"version": 1,\n"variant": [[[1, 2]], [[1, 2], [3, 4]]]}', "line 2: variant has rows of different lengths"),
        ('{"version": 1,\n"variant": [[[1, 2.5]]]}', "line 2: variant has the color [1, 2.5], not [a*, b*]"),
        ('{"version": 1,\n"variant": [[[1, 129]]]}', "line 2: variant has the color [1, 129], not [a*, b*]"),
        ('{"version": 1,\n"variant": [[[1, true]]]}', "line 2: variant has the color [1, True]"),
        ('{"version": 1,\n"variant": ' + json.dumps([[[0, 0]]] * 65) + "}", "line 2: variant is no list of 1 to 64"),
        ('{"version": 1,\n"preset": "loud"}', "line 2: preset 'loud' is none of calm, natural, vivid"),
        ('{"version": 1,\n"preset": []}', "line 2: preset [] is none of"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(HintsInvalid) as caught:
        parse_hints(text, "a.jpg.hints.json")
    assert says in caught.value.message and caught.value.message.startswith("a.jpg.hints.json")


def test_hints_are_written_whole_and_removed_when_none_are_left(tmp_path: Path) -> None:
    photo, hints = tmp_path / "a.jpg", Hints((Point(0.5, 0.5, "#336699"),))
    assert write_hints(photo, hints) == sidecar_of(photo)
    assert read_hints(photo)[0] == hints
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg.hints.json"]
    write_hints(photo, Hints())
    assert read_hints(photo) == (None, "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"version":1,"points":[{"x":1' + "0" * 400 + ',"y":0.5,"color":"#ff0000"}]}', "digits"),
        ('{"version":1' + "0" * 5000 + "}", "digits"),
        ('{"version":1,"points":[{"x":1e999,"y":0.5,"color":"#ff0000"}]}', "inf is not a share"),
        ('{"version":1,"points":[{"x":NaN,"y":0.5,"color":"#ff0000"}]}', "nan is not a share"),
        ("[" * 100_000, "nested too deeply"),
        ('{"version":"' + "x" * 10_000 + '"}', "…"),
        ('{"version":1}' + " " * (1 << 20), "longer than"),
    ],
)
def test_numbers_depth_and_length_are_bounded(text: str, said: str) -> None:
    with pytest.raises(HintsInvalid, match=said) as caught:
        parse_hints(text, "x.json")
    assert len(caught.value.message) < 300


def test_hints_are_bounded_by_count_and_corners() -> None:
    point, corner = {"x": 0.5, "y": 0.5, "color": "#ff0000"}, [0.5, 0.25]
    many = {"version": 1, "points": [point] * 300, "polygons": [{"corners": [corner] * 3, "color": "#00ff00"}] * 201}
    with pytest.raises(HintsInvalid, match="501 points and polygons, more than 500"):
        parse_hints(json.dumps(many))
    wide = {"version": 1, "polygons": [{"corners": [corner] * 10_001, "color": "#00ff00"}] * 2}
    with pytest.raises(HintsInvalid, match="20,002 corners, more than 20,000"):
        parse_hints(json.dumps(wide))
    wide["polygons"][0]["corners"] = [corner] * 9_999  # type: ignore[index]
    many["points"] = [point] * 299
    assert len(parse_hints(json.dumps(wide)).polygons) == 2 and len(parse_hints(json.dumps(many)).points) == 299


def test_a_mark_before_the_text_is_none_of_it_and_another_encoding_is_named(tmp_path: Path) -> None:
    photo, text = tmp_path / "a.jpg", '{"version": 1,\n "points": [{"x": 0.5, "y": 0.5, "color": "#ff0000"}]}'
    sidecar_of(photo).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_hints(photo)[0] == parse_hints(text)
    for said, data in {
        "it is UTF-16": text.encode("utf-16"),
        "line 2": text.replace("x", "é").encode("latin-1"),
    }.items():
        sidecar_of(photo).write_bytes(data)
        with pytest.raises(HintsInvalid, match=said) as caught:
            read_hints(photo)
        assert "UTF-8" in caught.value.hint
