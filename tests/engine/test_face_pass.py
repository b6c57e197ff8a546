"""The second look at small faces, and what it leaves as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import CARD, FixedSizeSession, OutOfMemorySession, TintSession
from numpy.typing import NDArray

from photocolor.color.palette import palette_of_ab
from photocolor.engine.colorizer import ColorAnswer, Colorizer
from photocolor.engine.faces.close_ups import ENOUGH_PX, CloseUps, Face
from photocolor.engine.faces.face_pass import AROUND, CLOSE_PX, OUTER
from photocolor.engine.faces.segments import segments
from photocolor.engine.passes import View
from photocolor.errors import Canceled
from photocolor.outcome import NoProgress
from photocolor.settings import ColorSettings

Planes = NDArray[np.float32]
FACE = Face(0.5, 0.4, 20 / 256, 20 / 256)
NEAR, FAR = np.float32(40), np.float32(5)


class NearSession(TintSession):
    """Answers a* and b* 40 where it sees a face closely, and 5 where it sees the whole; a hint of full weight wins."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.told: list[Planes] = []

    def run(self, lightness: Planes, hints: Planes | None = None) -> tuple[Planes, Planes | None]:
        """As it says."""
        ab, doubt = super().run(lightness, hints)
        close = lightness.shape[2:] == (self.card.at_least(CLOSE_PX),) * 2
        if close and hints is not None:
            self.told.append(hints)
        own = np.full_like(ab, NEAR if close else FAR)
        if hints is not None:
            np.copyto(own, hints[:, :2], where=hints[:, 2:] == 1)
        return own, doubt


def asked(session: TintSession, faces: tuple[Face, ...], **seen: object) -> ColorAnswer:
    photo = np.full((256, 256), 50, np.float32)
    colorizer = Colorizer(session)
    view = View(photo, colorizer.sizes(256, 256, ColorSettings()), close_ups=CloseUps(photo, faces))
    return colorizer.color(replace(view, **seen), NoProgress())  # type: ignore[arg-type]


def distance(face: Face, side: int = 256) -> Planes:
    """Of each pixel from a face, in sides of its box."""
    y, x = (np.mgrid[0:side, 0:side] + 0.5) / side
    return np.asarray(np.hypot((y - face.y) / face.height, (x - face.x) / face.width), np.float32)


def test_a_small_face_gets_what_the_model_says_closer_hair_and_clothes_half_and_all_else_stays_bit_for_bit() -> None:
    answer, without = asked(NearSession(), (FACE,)), asked(NearSession(), ())
    away = distance(FACE)
    _, hair, _, clothes = segments([FACE], (256, 256))
    assert answer.faces == 1 and without.faces == 0
    assert np.allclose(answer.ab[away < 0.5], NEAR, atol=1e-3)
    assert np.allclose(answer.ab[(away > OUTER) & (np.maximum(hair, clothes) == 1)], (NEAR + FAR) / 2, atol=0.2)
    elsewhere = (away > OUTER) & (np.maximum(hair, clothes) == 0)
    assert elsewhere.mean() > 0.9 and np.array_equal(answer.ab[elsewhere], without.ab[elsewhere])
    for along in (0, 1):
        steps = np.abs(np.diff(answer.ab[..., 0], axis=along))
        assert steps.max() < (NEAR - FAR) / 5, "the rims are soft"


def test_a_face_that_the_whole_photo_shows_large_enough_is_left_alone() -> None:
    side = ENOUGH_PX / 256
    session = NearSession()
    assert asked(session, (Face(0.5, 0.5, side, side),)).faces == 0 and len(session.shapes) == 1
    assert asked(session, (Face(0.5, 0.5, side * 0.95, side),)).faces == 1


def test_the_order_of_faces_has_no_meaning_and_a_hundred_in_all_corners_are_colored() -> None:
    places = np.linspace(0, 1, 10)
    faces = tuple(Face(y, x, 0.05, 0.05) for y in places for x in places)
    answer = asked(NearSession(), faces)
    assert answer.faces == 100 and np.isfinite(answer.ab).all()
    assert np.array_equal(answer.ab, asked(NearSession(), faces[::-1]).ab)
    assert answer.ab.max() <= NEAR + 1e-3 and answer.ab[0, 0, 0] > 30 and answer.ab[-1, -1, 0] > 30


def test_what_a_person_said_wins() -> None:
    def planes(row: float, column: float) -> object:
        def at(height: int, width: int) -> Planes:
            told = np.zeros((height, width, 3), np.float32)
            told[round(row * height), round(column * width)] = (-20, -30, 1)
            return told

        return at

    on_it = asked(NearSession(), (FACE,), hints=planes(FACE.y, FACE.x))
    without = asked(NearSession(), (), hints=planes(FACE.y, FACE.x))
    assert on_it.faces == 0 and np.array_equal(on_it.ab, without.ab)
    beside = FACE.y + 0.7 * FACE.height  # within the second look, outside of the box
    session = NearSession()
    answer = asked(session, (FACE,), hints=planes(beside, FACE.x))
    row, column = round(beside * 256), round(FACE.x * 256)
    assert answer.faces == 1 and answer.ab[row, column].tolist() == [-20, -30]
    assert (session.told[0][0, 2] == 1).any(), "the model was told the point"


def test_a_face_of_which_a_person_spoke_stays_where_the_clothes_of_whoever_stands_behind_would_be() -> None:
    def told(height: int, width: int) -> Planes:
        hints = np.zeros((height, width, 3), np.float32)
        hints[round(FACE.y * height), round(FACE.x * width)] = (-20, -30, 1)
        return hints

    behind = replace(FACE, y=FACE.y - 1.5 * FACE.height)
    answer, without = asked(NearSession(), (behind, FACE), hints=told), asked(NearSession(), (), hints=told)
    assert answer.faces == 1 and not np.array_equal(answer.ab, without.ab)
    assert np.array_equal(answer.ab[FACE.box((256, 256), 0.7)], without.ab[FACE.box((256, 256), 0.7)])
    assert np.allclose(answer.ab[behind.box((256, 256), 0.6)], NEAR, atol=1e-3)


def test_the_model_is_told_its_first_answer_only_where_a_reference_or_variant_shaped_it() -> None:
    session = NearSession()
    asked(session, (FACE,))
    assert not session.told[0].any()
    blue = palette_of_ab(np.random.default_rng(0).normal((0, -40), 8, (16, 16, 2)).astype(np.float32))
    asked(session, (FACE,), palette=blue)
    assert (session.told[1][0, 2] == 0.5).all()

    def variant(height: int, width: int) -> Planes:
        return np.full((height, width, 3), 0.5, np.float32)

    asked(session, (FACE,), hints=variant)
    assert (session.told[2][0, 2] == 0.5).all()


def test_models_without_hints_or_of_one_size_look_again_too() -> None:
    assert asked(NearSession(card=replace(CARD, has_hints=False, has_doubt=False)), (FACE,)).faces == 1
    session = FixedSizeSession(128, drift=1.0)
    lighter = np.full((256, 256), 60, np.float32)  # as if the copy for faces were: its color is another, then
    answer = asked(session, (), close_ups=CloseUps(lighter, (Face(0.5, 0.5, 0.1, 0.1),)))
    assert answer.faces == 1 and set(session.shapes) == {(1, 1, 128, 128)}
    moved = palette_of_ab(np.random.default_rng(0).normal((0, -40), 8, (16, 16, 2)).astype(np.float32))
    blind = NearSession(card=replace(CARD, has_hints=False))
    assert asked(blind, (FACE,), palette=moved).faces == 0, "its second answer would not follow the reference"


def test_a_face_in_tiles_is_looked_at_after_them_and_memory_that_ends_begins_anew() -> None:
    photo = np.full((768, 768), 50, np.float32)
    face = Face(0.5, 0.5, 30 / 768, 30 / 768)
    answers = []
    for session in (TintSession(drift=1.0), OutOfMemorySession(256, drift=1.0)):
        colorizer = Colorizer(session)
        sizes = colorizer.sizes(768, 768, ColorSettings(detail=768, tile_px=512))
        answers.append(colorizer.color(View(photo, sizes, close_ups=CloseUps(photo, (face,))), NoProgress()))
    assert [answer.faces for answer in answers] == [1, 1] and answers[1].degraded


def test_a_canceled_photo_stops_between_two_faces() -> None:
    class Impatient(NoProgress):
        checks = 0

        def check(self) -> None:
            self.checks += 1
            if self.checks > 2:
                raise Canceled("enough")

    photo = np.full((256, 256), 50, np.float32)
    session = NearSession()
    colorizer = Colorizer(session)
    faces = tuple(Face(0.2 + 0.1 * number, 0.5, 0.05, 0.05) for number in range(6))
    view = View(photo, colorizer.sizes(256, 256, ColorSettings()), close_ups=CloseUps(photo, faces))
    with pytest.raises(Canceled):
        colorizer.color(view, Impatient())
    assert len(session.shapes) == 3


def test_the_square_is_cut_from_the_larger_copy() -> None:
    large = np.zeros((1024, 1024), np.float32)
    large[::2] = 100  # stripes that the small copy does not have
    session = TintSession()
    colorizer = Colorizer(session)
    seen: list[Planes] = []
    run = session.run
    session.run = lambda light, hints=None: (seen.append(light), run(light, hints))[1]  # type: ignore[method-assign]
    photo = np.full((256, 256), 50, np.float32)
    side = CLOSE_PX / AROUND / 1024
    close_ups = CloseUps(large, (Face(0.5, 0.5, side, side),))
    view = View(photo, colorizer.sizes(256, 256, ColorSettings()), close_ups=close_ups)
    colorizer.color(view, NoProgress())
    assert np.ptp(seen[1]) == 100
