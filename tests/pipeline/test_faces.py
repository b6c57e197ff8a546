"""Small faces are found where they are, whatever the photo is stored as."""

from __future__ import annotations

import faces
import numpy as np
import pytest

from photocolor.engine.faces.close_ups import CloseUps
from photocolor.image.gray_source import InMemory
from photocolor.image.orient import stored
from photocolor.image.photo import Container, Photo
from photocolor.pipeline.faces.close_ups import close_ups_of

SEEN = (288, 384)


def looked(gray: np.ndarray, orientation: int = 1) -> CloseUps | None:
    return close_ups_of(InMemory(Photo(gray, None, orientation, Container(""))), SEEN)


@pytest.mark.parametrize(("depth", "orientation"), [(8, 1), (16, 6), (8, 8)])
def test_every_face_of_a_group_is_found_upright(depth: int, orientation: int) -> None:
    gray = np.ascontiguousarray(stored(faces.group(3, 4, depth=depth), orientation))
    found = looked(gray, orientation)
    assert found is not None and found.lightness.shape == (720, 960)
    y, x, side = faces.FACE
    middles = [((row + y) / 3, (column + x) / 4) for row in range(3) for column in range(4)]
    for one, other in middles:
        assert any(abs(face.y - one) < side / 6 and abs(face.x - other) < side / 8 for face in found.faces)
    assert all(face.height == pytest.approx(side / 3, rel=0.4) for face in found.faces)


def test_nothing_is_found_where_nobody_is() -> None:
    assert looked(faces.nobody()) is None
    for height, width in ((1, 1), (1, 900), (30, 30), (2000, 7)):
        assert looked(np.full((height, width), 128, np.uint8)) is None


def test_a_portrait_that_the_model_sees_large_enough_is_not_looked_at_again() -> None:
    assert looked(faces.portrait(600)) is None


def test_faces_are_cut_from_a_copy_that_is_never_larger_than_the_photo_nor_than_it_needs() -> None:
    large = looked(faces.group(5, 6))
    assert large is not None and large.lightness.shape == (853, 1024) and len(large.faces) > 10
