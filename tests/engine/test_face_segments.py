"""Where face, hair, lips and clothes are drawn, and what a model that takes them is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import fakes
import numpy as np
import pytest
from numpy.typing import NDArray

from photocolor.engine.colorizer import Colorizer
from photocolor.engine.faces.close_ups import CloseUps, Face
from photocolor.engine.faces.segments import segments
from photocolor.engine.passes import View
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.models.card import FACE_SEGMENTS
from photocolor.models.registry import find_model
from photocolor.outcome import NoProgress
from photocolor.settings import ColorSettings

SIDE = 200
BOX = 60
MIDDLE = Face(0.4, 0.5, BOX / SIDE, BOX / SIDE)
"""A face whose box spans rows 50 to 110 and columns 70 to 130 of a picture of 200 px."""
EIGHT_BIT = 0.01
PLACES = {"face": (85, 100), "hair": (40, 100), "lips": (97, 100), "clothes": (160, 100)}
"""A row and a column that lie in each segment."""


def at(planes: NDArray[np.float32], row: int, column: int) -> dict[str, float]:
    return {name: float(plane[row, column]) for name, plane in zip(FACE_SEGMENTS, planes, strict=True)}


def test_each_segment_is_where_its_part_of_a_person_is() -> None:
    planes = segments([MIDDLE], (SIDE, SIDE))
    assert planes.shape == (4, SIDE, SIDE) and planes.dtype == np.float32
    assert planes.min() == 0 and planes.max() == 1
    assert at(planes, *PLACES["face"]) == {"face": 1, "hair": 0, "lips": 0, "clothes": 0}
    assert at(planes, *PLACES["hair"]) == {"face": 0, "hair": 1, "lips": 0, "clothes": 0}
    assert at(planes, *PLACES["lips"]) == {"face": 1, "hair": 0, "lips": 1, "clothes": 0}
    assert at(planes, *PLACES["clothes"]) == {"face": 0, "hair": 0, "lips": 0, "clothes": 1}
    assert not planes[:, :, 10].any() and not planes[:, 5].any()


def test_borders_are_soft_so_that_no_pixel_decides() -> None:
    for plane in segments([MIDDLE], (SIDE, SIDE))[[0, 1, 3]]:
        between = (plane > 0.05) & (plane < 0.95)
        assert float(np.abs(np.diff(plane, axis=0)).max()) < 0.3 and between.sum() > 300


def test_nobody_is_zero_everywhere_and_of_two_people_both_are_there() -> None:
    assert not segments([], (64, 96)).any()
    left, right = replace(MIDDLE, x=0.2), replace(MIDDLE, x=0.8)
    both, one, other = (segments(faces, (SIDE, SIDE)) for faces in ((left, right), (left,), (right,)))
    np.testing.assert_array_equal(both, np.maximum(one, other))


@pytest.mark.parametrize(("y", "x"), [(0.02, 0.5), (0.98, 0.98), (-0.1, 0.5), (0.5, 1.2)])
def test_a_face_at_the_border_is_what_a_larger_picture_shows_there(y: float, x: float) -> None:
    cut = segments([Face(y, x, 0.3, 0.3)], (SIDE, SIDE))
    middle = Face((1 + y) / 3, (1 + x) / 3, 0.1, 0.1)
    whole = segments([middle], (3 * SIDE, 3 * SIDE))[:, SIDE : 2 * SIDE, SIDE : 2 * SIDE]
    np.testing.assert_allclose(cut, whole, atol=1e-5)


def test_a_face_seen_in_a_part_of_a_picture_is_drawn_at_the_same_place() -> None:
    area = slice(30, 130), slice(60, 160)
    part = segments([MIDDLE.seen_in(area, (SIDE, SIDE))], (100, 100))
    np.testing.assert_allclose(part, segments([MIDDLE], (SIDE, SIDE))[:, *area], atol=1e-5)


def answers(path: Path, faces: tuple[Face, ...], tiled: bool) -> tuple[NDArray[np.float32], int]:
    color = ColorSettings(detail=512, tile_px=256) if tiled else ColorSettings()
    colorizer = Colorizer(OnnxSession(find_model(str(path)), choose("cpu"), 1))
    photo = np.full((512, 512), 50, np.float32)
    answer = colorizer.color(View(photo, colorizer.sizes(512, 512, color), faces=faces), NoProgress())
    return answer.ab, answer.tiles


@pytest.mark.parametrize("hints", [True, False])
@pytest.mark.parametrize("tiled", [False, True])
def test_a_model_that_takes_faces_is_told_them_in_the_whole_and_in_every_tile(
    tmp_path: Path, hints: bool, tiled: bool
) -> None:
    model = fakes.write_model(tmp_path / "m.onnx", hints=False, doubt=hints, faces=True)
    told, tiles = answers(model, (MIDDLE,), tiled)
    nobody, _ = answers(model, (), tiled)
    assert (tiles > 1) is tiled
    planes = segments([MIDDLE], (told.shape[0], told.shape[1]))
    if not tiled:
        np.testing.assert_allclose(told - nobody, 10 * np.moveaxis(planes[:2], 0, -1), atol=EIGHT_BIT)
        return
    # the tiles' low frequencies come from the whole photo, their details from what each was told
    moved = told - nobody
    row, column = (round(share * len(moved)) for share in (MIDDLE.y, MIDDLE.x))
    assert moved[row, column, 0] > 6 and abs(moved[-20, 20]).max() < 1


def test_with_hints_tiles_are_told_faces_too(tmp_path: Path) -> None:
    model = fakes.write_model(tmp_path / "m.onnx", faces=True)
    told, tiles = answers(model, (MIDDLE,), True)
    nobody, _ = answers(model, (), True)
    planes = np.moveaxis(segments([MIDDLE], (told.shape[0], told.shape[1]))[:2], 0, -1)
    # half of the whole photo's answer, which has them, and then all of the tile's own
    assert tiles > 1
    np.testing.assert_allclose(told - nobody, 15 * planes, atol=0.6)


def test_a_second_look_at_a_face_is_told_the_same_faces_closer(tmp_path: Path) -> None:
    small = Face(0.5, 0.5, 20 / 256, 20 / 256)
    model = fakes.write_model(tmp_path / "m.onnx", faces=True)
    colorizer = Colorizer(OnnxSession(find_model(str(model)), choose("cpu"), 1))
    photo = np.full((256, 256), 80, np.float32)
    view = View(photo, colorizer.sizes(256, 256, ColorSettings()), close_ups=CloseUps(photo, (small,)), faces=(small,))
    with_faces = colorizer.color(view, NoProgress())
    without = colorizer.color(replace(view, faces=()), NoProgress())
    middle = (128, 128)
    assert with_faces.ab[middle][0] - without.ab[middle][0] == pytest.approx(10, abs=0.1)


def test_who_tells_no_faces_tells_that_there_are_none_and_wrong_shapes_are_refused(tmp_path: Path) -> None:
    session = OnnxSession(find_model(str(fakes.write_model(tmp_path / "m.onnx", faces=True))), choose("cpu"), 1)
    light, hints = np.full((1, 1, 64, 64), 50, np.float32), np.zeros((1, 3, 64, 64), np.float32)
    nobody = np.zeros((1, 4, 64, 64), np.float32)
    np.testing.assert_array_equal(session.run(light, hints)[0], session.run(light, hints, nobody)[0])
    assert float(np.abs(session.run(light, hints, nobody + 1)[0] - session.run(light, hints)[0]).max()) > 9
    with pytest.raises(ValueError, match="faces"):
        session.run(light, hints, nobody[:, :3])
