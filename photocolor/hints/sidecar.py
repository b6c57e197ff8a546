"""The sidecar file with a photo's color points and polygons: photo.jpg.hints.json.

    {
      "version": 1,
      "points":   [{"x": 0.42, "y": 0.10, "color": "#5b8fd0"}],
      "polygons": [{"corners": [[0.1, 0.6], [0.4, 0.6], [0.4, 0.9]], "color": "#7a8f4a"}],
      "variant":  [[[-3, -20], [-2, -18]], [[4, 12], [6, 15]]]
    }

x and y are shares of the upright photo's width and height, from the top left; colors are sRGB, of which hue and chroma
count: the lightness stays the photo's own. A point colors the thing that it stands on; "radius", a share of the longer
side, lets it go no farther than that. "variant" is the coarse color of the whole photo, in rows of [a*, b*], as
`photocolor preview --choose` writes it: points and polygons lie above it. "preset" is calm, natural or vivid, and
goes before that of the run.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photocolor.errors import HintsInvalid
from photocolor.hints.variant import AB_MOST, SIDE_MOST, Variant
from photocolor.settings import Preset
from photocolor.system.strict_json import loads

SUFFIX = ".hints.json"
VERSION = 1
HINTS_MOST, CORNERS_MOST, FILE_MOST_BYTES = 500, 20_000, 1 << 20
"""Points and polygons together, corners of all polygons together, and bytes of a sidecar: far more than anybody sets,
and no more than seconds of work, which grows with each of them."""
_SHOWN = 60
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_POINT_KEYS = {"x", "y", "color", "radius"}
_POLYGON_KEYS = {"corners", "color"}
_FILE_KEYS = {"version", "points", "polygons", "variant", "preset"}


@dataclass(frozen=True, slots=True)
class Point:
    """Holds one color at one place.

    Attributes:
        x: share of the upright photo's width, 0 to 1.
        y: share of its height, 0 to 1.
        color: "#rrggbb", sRGB.
        radius: how far the color may go, as a share of the longer side; 0 colors a spot, None the whole thing.
    """

    x: float
    y: float
    color: str
    radius: float | None = None


@dataclass(frozen=True, slots=True)
class Polygon:
    """Holds one color for an area.

    Attributes:
        corners: (x, y) shares of the upright photo, at least three.
        color: "#rrggbb", sRGB.
    """

    corners: tuple[tuple[float, float], ...]
    color: str


@dataclass(frozen=True, slots=True)
class Hints:
    """Holds all hints of one photo; later entries cover earlier ones, and points cover polygons.

    Attributes:
        points: colors at places.
        polygons: colors of areas.
        variant: which of the answers that a model thinks possible was chosen; None for its own.
        preset: how much color this photo gets; None for what the run says.
    """

    points: tuple[Point, ...] = ()
    polygons: tuple[Polygon, ...] = ()
    variant: Variant | None = None
    preset: Preset | None = None

    def __bool__(self) -> bool:
        return self.colors or self.preset is not None

    @property
    def colors(self) -> bool:
        """Returns True if there is something that the model must be told."""
        return bool(self.points or self.polygons or self.variant)


def sidecar_of(photo: Path) -> Path:
    """Returns the path of a photo's sidecar, whether it exists or not."""
    return photo.with_name(photo.name + SUFFIX)


def refuse_long_sidecar(size_bytes: int, name: str) -> None:
    """Raises if a sidecar is longer than any that is read.

    Raises:
        HintsInvalid: it is.
    """
    if size_bytes > FILE_MOST_BYTES:
        raise HintsInvalid(f"{name} is longer than {FILE_MOST_BYTES:,} bytes", "Keep the points that matter.")


def parse_hints(text: str, name: str = "hints") -> Hints:
    """Returns the hints in a sidecar's text; `name` is the file's name in errors.

    Raises:
        HintsInvalid: the text breaks the schema; the message names the line.
    """
    refuse_long_sidecar(len(text), name)
    reader = _Reader(text, name)
    try:
        content = loads(text, finite=False)
    except json.JSONDecodeError as error:
        what = f"the JSON is damaged here: {error.msg}" if text.strip() else "the file is empty"
        raise HintsInvalid(f"{name}, line {error.lineno}: {what}") from error
    except ValueError as error:
        raise HintsInvalid(f"{name} is no JSON that is read: {error}") from error
    entry = reader.object(content, _FILE_KEYS, 0)
    if entry.get("version") != VERSION:
        is_missing, said = "version" not in entry, _short(entry.get("version"))
        wrong = f'"version": {VERSION} is missing' if is_missing else f"version {said} is not {VERSION}"
        raise reader.error("version", 0, wrong)
    points = reader.list(entry, "points")
    polygons = reader.list(entry, "polygons")
    if (number := len(points) + len(polygons)) > HINTS_MOST:
        raise HintsInvalid(f"{name} has {number:,} points and polygons, more than {HINTS_MOST:,}", _FEWER)
    corners = sum(len(item["corners"]) for item in polygons if isinstance(item, dict) and _has_corners(item))
    if corners > CORNERS_MOST:
        raise HintsInvalid(f"{name} has polygons with {corners:,} corners, more than {CORNERS_MOST:,}", _FEWER)
    return Hints(
        tuple(reader.point(item, index) for index, item in enumerate(points)),
        tuple(reader.polygon(item, index) for index, item in enumerate(polygons)),
        reader.variant(entry["variant"]) if "variant" in entry else None,
        reader.preset(entry["preset"]) if "preset" in entry else None,
    )


def format_hints(hints: Hints) -> str:
    """Returns the text of a sidecar with one entry a line, so that errors and differences are easy to read."""
    points = [_entry(point) for point in hints.points]
    polygons = [{"corners": [list(c) for c in p.corners], "color": p.color} for p in hints.polygons]
    parts = [f'  "version": {VERSION}']
    for key, entries in (("points", points), ("polygons", polygons)):
        if entries:
            parts.append(_listed(key, entries))
    if hints.variant is not None:
        parts.append(_listed("variant", hints.variant.rows))
    if hints.preset is not None:
        parts.append(f'  "preset": {json.dumps(hints.preset)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _listed(key: str, entries: Sequence[object]) -> str:
    return f'  "{key}": [\n' + ",\n".join(f"    {json.dumps(entry)}" for entry in entries) + "\n  ]"


def _entry(point: Point) -> dict[str, float | str]:
    """Returns a point as it is written; one without a radius has the older form."""
    entry: dict[str, float | str] = {"x": point.x, "y": point.y, "color": point.color}
    return entry if point.radius is None else entry | {"radius": point.radius}


_FEWER = "Keep those that matter: one point colors the whole thing that it stands on."


def _has_corners(polygon: dict[str, Any]) -> bool:
    return isinstance(polygon.get("corners"), list)


def _short(value: Any) -> str:
    """Returns a value shortened for a message."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class _Reader:
    """Checks plain JSON values; finds the line of the n-th entry for its errors."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name

    def error(self, word: str, nth: int, what: str) -> HintsInvalid:
        """Returns an error that names the line of the n-th time that `word` is a key or begins an entry."""
        positions = [match.start() for match in re.finditer(re.escape(f'"{word}"'), self._text)]
        line = self._text.count("\n", 0, positions[nth]) + 1 if nth < len(positions) else 1
        return HintsInvalid(f"{self._name}, line {line}: {what}")

    def object(self, value: Any, keys: set[str], nth: int) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error("points", nth, f"{_short(value)} is not an object")
        if unknown := sorted(value.keys() - keys):
            raise self.error(unknown[0], 0, f"unknown key {_short(unknown[0])}; known are {', '.join(sorted(keys))}")
        return value

    def list(self, entry: dict[str, Any], key: str) -> list[Any]:
        value = entry.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, 0, f"{key} is not a list")
        return value

    def point(self, value: Any, index: int) -> Point:
        entry = self.object(value, _POINT_KEYS, 0)
        x, y = (self._share(entry.get(axis), axis, index) for axis in ("x", "y"))
        radius = self._share(entry["radius"], "x", index) if "radius" in entry else None
        return Point(x, y, self._color(entry, f"point {index + 1}", index), radius)

    def polygon(self, value: Any, index: int) -> Polygon:
        entry = self.object(value, _POLYGON_KEYS, 0)
        corners = entry.get("corners")
        if not isinstance(corners, list) or len(corners) < 3:
            raise self.error("corners", index, f"polygon {index + 1} has not three corners")
        if any(not isinstance(corner, list) or len(corner) != 2 for corner in corners):
            raise self.error("corners", index, f"polygon {index + 1} has a corner that is not [x, y]")
        places = tuple(tuple(self._share(v, "corners", index) for v in corner) for corner in corners)
        return Polygon(places, self._color(entry, f"polygon {index + 1}", index))  # type: ignore[arg-type]  # pairs, see above

    def variant(self, value: Any) -> Variant:
        rows = value if isinstance(value, list) else []
        columns = len(rows[0]) if rows and isinstance(rows[0], list) else 0
        if not (1 <= len(rows) <= SIDE_MOST and 1 <= columns <= SIDE_MOST):
            raise self.error("variant", 0, f"variant is no list of 1 to {SIDE_MOST} rows of 1 to {SIDE_MOST} colors")
        if any(not isinstance(row, list) or len(row) != columns for row in rows):
            raise self.error("variant", 0, "variant has rows of different lengths")
        return Variant(tuple(tuple(self._cell(cell) for cell in row) for row in rows))

    def preset(self, value: Any) -> Preset:
        if not isinstance(value, str) or value not in set(Preset):
            raise self.error("preset", 0, f"preset {_short(value)} is none of {', '.join(Preset)}")
        return Preset(value)

    def _cell(self, value: Any) -> tuple[int, int]:
        whole = isinstance(value, list) and all(type(number) is int and abs(number) <= AB_MOST for number in value)
        if not whole or len(value) != 2:
            raise self.error(
                "variant", 0, f"variant has the color {_short(value)}, not [a*, b*] in whole units up to {AB_MOST}"
            )
        return value[0], value[1]

    def _share(self, value: Any, word: str, index: int) -> float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or not 0 <= value <= 1:
            raise self.error(word, index, f"{_short(value)} is not a share from 0 to 1")
        return float(value)

    def _color(self, entry: dict[str, Any], what: str, index: int) -> str:
        value = entry.get("color")
        if not isinstance(value, str) or not _COLOR.fullmatch(value):
            raise self.error("color", index, f'{what} has the color {_short(value)}, not "#rrggbb"')
        return value.lower()
