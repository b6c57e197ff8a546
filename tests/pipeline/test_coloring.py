"""What the model is shown of a photo, what color points change in it, and how often the model runs for it."""

from __future__ import annotations

from dataclasses import dataclass

import faces
import numpy as np
from fakes import Planes, TintSession

from photocolor.color.lab import gray_of, lightness_of
from photocolor.color.model_copy import stretch_against_fading
from photocolor.color.palette import Palette
from photocolor.engine.colorizer import ColorAnswer, Colorizer
from photocolor.hints.sidecar import Hints, Point, Polygon
from photocolor.hints.variant import Variant
from photocolor.outcome import NoProgress
from photocolor.pipeline.coloring import answer_of, colorize_gray
from photocolor.settings import ColorSettings, Faces

GRAY = np.full((200, 300), 90, np.uint8)
GRAY[50:150, 100:200] = 160
POINT = Point(0.5, 0.5, "#c00000")
LEFT = Polygon(((0, 0), (0.1, 0), (0.1, 1), (0, 1)), "#00c000")


class RepaintingSession(TintSession):
    """Colors as `TintSession`, and moves the whole picture a little toward what it is told exactly."""

    share = np.float32(0.1)

    def run(self, lightness: Planes, hints: Planes | None = None) -> tuple[Planes, Planes | None]:
        """ab by `tint`, moved by a tenth of the mean color of all exact hints."""
        ab, doubt = super().run(lightness, hints)
        if hints is not None and (exact := hints[:, 2:] == 1).any():
            ab += self.share * (hints[:, :2] * exact).sum((2, 3), keepdims=True) / exact.sum()
        return ab, doubt


@dataclass(frozen=True)
class Opened:
    """A model that is opened, without a run's settings."""

    colorizer: Colorizer
    color: ColorSettings = ColorSettings()  # noqa: RUF009 -- frozen
    palette: Palette | None = None


def asked(session: TintSession, hints: Hints | None, detail: int = 0) -> ColorAnswer:
    """The answer for GRAY."""
    color = ColorSettings(detail=detail) if detail else ColorSettings()
    return answer_of(GRAY, 1, Opened(Colorizer(session), color), NoProgress(), hints)


def change_by(hints: Hints, before: Hints | None = None, detail: int = 0) -> np.ndarray:
    """How far the hints move each pixel of the repainting model's answer."""
    session = RepaintingSession()
    return np.hypot(*np.moveaxis(asked(session, hints, detail).ab - asked(session, before, detail).ab, -1, 0))


def inside_of(shape: tuple[int, ...]) -> np.ndarray:
    """Where the lighter square lies, with a margin that belongs to neither."""
    rows, columns = (np.abs((np.arange(side) + 0.5) / side - 0.5) for side in shape)
    return np.maximum(rows[:, None] / 0.25, columns[None] / (1 / 6))


def test_a_point_moves_its_thing_and_hardly_the_rest_though_the_model_repaints_all() -> None:
    for detail in (0, 480):
        change = change_by(Hints((POINT,)), detail=detail)
        away = inside_of(change.shape)
        assert change[away < 0.9].min() > 30
        assert change[away > 1.2].max() < 2.5  # a tenth of the told color is 7, and the fading leaves a fifth of it


def test_areas_and_variants_change_as_much_as_the_model_says_with_one_run_and_points_lie_above_them() -> None:
    session = RepaintingSession()
    asked(session, Hints(polygons=(LEFT,)))
    asked(session, Hints(variant=Variant((((20, 20),),))))
    assert len(session.shapes) == 2
    assert change_by(Hints(polygons=(LEFT,)))[:, -20:].min() > 5  # what an area repaints is not limited
    both = change_by(Hints((POINT,), (LEFT,)), Hints(polygons=(LEFT,)))
    assert both[inside_of(both.shape) < 0.9].min() > 30
    assert both[:, -20:].max() < 2.5


def test_a_photo_with_points_costs_a_second_run_of_the_model_and_one_without_does_not() -> None:
    session = TintSession()
    asked(session, None)
    asked(session, Hints((POINT,)))
    assert len(session.shapes) == 3


class WatchingSession(TintSession):
    """Keeps what the model was shown."""

    seen: Planes

    def run(self, lightness: Planes, hints: Planes | None = None) -> tuple[Planes, Planes | None]:
        """As `TintSession`; the last lightness is kept."""
        self.seen = lightness
        return super().run(lightness, hints)


def test_a_faded_photo_gets_the_color_of_the_unfaded_one_onto_its_own_gray() -> None:
    """The model sees the full range, the delivered gray is as faded as before; in both passes."""
    rows, columns = np.mgrid[0:200, 0:300]
    full = (126 + 118 * np.sin(rows / 20) * np.cos(columns / 15)).astype(np.uint8)
    faded = (70 + full * 0.4).astype(np.uint8)
    for detail in (0, 480):
        session, color = WatchingSession(), ColorSettings(detail=detail) if detail else ColorSettings()
        opened = Opened(Colorizer(session), color)
        result, answer = colorize_gray(faded, 1, opened, NoProgress())
        assert session.seen.min() < 4 and session.seen.max() > 92
        assert np.array_equal(gray_of(result), faded)
        unfaded = answer_of(full, 1, opened, NoProgress())
        assert np.abs(answer.ab - unfaded.ab).max() < 4 and np.abs(unfaded.ab).max() > 15


def test_a_point_stands_on_the_thing_that_a_person_saw_in_a_faded_photo() -> None:
    """Its thing ends where 10 L* of the photo's own lightness do, though the model sees three times the range."""
    gray = np.full((200, 300), 110, np.uint8)
    gray[:, 150:] = 125  # 6 L* more, and 20 in the model's copy
    gray[:40], gray[160:] = 90, 150
    opened = Opened(Colorizer(TintSession()))
    hints = Hints((Point(0.5, 0.25, "#b04040"),))
    change = answer_of(gray, 1, opened, NoProgress(), hints).ab - answer_of(gray, 1, opened, NoProgress()).ab
    rows, columns = change.shape[:2]
    assert np.abs(change[rows // 2, : columns * 9 // 10]).max(1).min() > 15


def test_a_face_of_a_faded_group_is_seen_closer_with_the_same_stretch() -> None:
    faded = (90 + faces.group() * 0.3).astype(np.uint8)
    session = WatchingSession()
    opened = Opened(Colorizer(session), ColorSettings(faces=Faces.ON))
    answer_of(faded, 1, opened, NoProgress())
    assert len(session.shapes) > 1, "faces were looked at again"
    stretch = stretch_against_fading(lightness_of(faded))
    close = session.seen[0, 0]  # the last look is at a face and what is around it
    dark, light = np.quantile(close, (0.02, 0.98))
    before = (dark - stretch.offset) / stretch.slope, (light - stretch.offset) / stretch.slope
    least, most = np.quantile(lightness_of(faded), (0, 1))
    assert stretch.slope > 2 and light - dark > 1.5 * (most - least), "it has more range than the whole photo"
    assert least - 3 < before[0] and before[1] < most + 3, "and no more than the photo's own line gives"
