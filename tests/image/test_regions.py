"""Faces and lettering are found where they are, and not where there are none."""

from __future__ import annotations

import cv2
import numpy as np
from skimage import data

from photocolor.color.lab import gray_of
from photocolor.image.orient import stored
from photocolor.image.regions.faces import faces_in
from photocolor.image.regions.lettering import lettering_in
from photocolor.image.regions.protected import Protected


def astronaut() -> np.ndarray:
    return gray_of(np.ascontiguousarray(data.astronaut()))


def test_the_face_of_a_portrait_is_found_in_any_size_and_orientation() -> None:
    for scale in (0.5, 1.0, 1.7):
        picture = cv2.resize(astronaut(), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        boxes = faces_in(picture)
        assert any(
            box.top < 115 * scale < box.top + box.height and box.left < 222 * scale < box.left + box.width
            for box in boxes
        )
    turned = np.ascontiguousarray(stored(astronaut(), 6))
    on_face, _ = Protected.in_picture(turned, 6, turned.shape).rows(0, 512)
    seen = np.rot90(on_face, -1)
    assert seen[115, 222] and not seen[400, 30]


def test_pictures_without_people_or_words_have_neither() -> None:
    for picture in (data.brick(), data.grass(), np.full((40, 30), 9, np.uint8), data.clock()):
        assert faces_in(picture) == [] and lettering_in(picture) == []


def test_a_line_of_print_is_found_dark_on_light_and_light_on_dark() -> None:
    page = np.full((200, 600), 190, np.uint8)
    cv2.putText(page, "Grand Hotel 1908", (40, 100), cv2.FONT_HERSHEY_DUPLEX, 1.1, 50, 2)
    for picture in (page, 255 - page):
        (box,) = lettering_in(picture)
        assert box.top < 90 < box.top + box.height and box.left <= 60 and box.left + box.width > 300
    assert lettering_in(data.page())
