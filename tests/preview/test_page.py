"""The page with the slider, in a real browser."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import photos
import pytest
from browser import Browser
from PIL import Image

from photocolor.image.display.compare import Cell, gray_picture
from photocolor.preview.page import page

BEFORE = gray_picture(photos.gray(240, 320))
RED = np.broadcast_to(np.array([200, 30, 30], np.uint8), (240, 320, 3)).copy()
BLUE = RED[..., ::-1].copy()
CELLS = [Cell("red", RED), Cell("blue", BLUE)]


def test_the_page_asks_no_network_for_anything_and_escapes_what_it_names() -> None:
    text = page("<b>&amp;", BEFORE, [Cell('"<i>', RED)], "photocolor preview 0")
    assert "&lt;b&gt;&amp;amp;" in text
    assert "<b>" not in text
    assert "<i>" not in text
    assert not re.findall(r"(?:src|href)\s*=\s*[\"'](?!data:)", text)
    assert not re.findall(r"https?://", text)
    assert "default-src 'none'" in text


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Browser:
    file = tmp_path / "compare ü.html"
    file.write_text(page("A photo", BEFORE, CELLS, "photocolor preview 0"), encoding="utf-8")
    browser.open(file.as_uri())
    return browser


def stage(browser: Browser) -> tuple[float, float, float, float]:
    """Left, top, width and height of the picture."""
    script = "(r => [r.left, r.top, r.width, r.height])(document.getElementById('stage').getBoundingClientRect())"
    left, top, width, height = browser.value(script)
    return left, top, width, height


def colored_share(browser: Browser) -> float:
    """How much of a line across the picture is in color, in a screenshot."""
    left, top, width, height = stage(browser)
    shot = np.asarray(Image.open(io.BytesIO(browser.screenshot())).convert("RGB")).astype(int)
    line = shot[round(top + height * 0.3), round(left) : round(left + width)]
    return float((np.ptp(line, axis=1) > 100).mean())


def slider(browser: Browser) -> float:
    return float(browser.value("document.getElementById('slider').value"))


def test_a_drag_moves_the_boundary_and_the_picture_follows(opened: Browser) -> None:
    left, top, width, height = stage(opened)
    assert colored_share(opened) == pytest.approx(0.5, abs=0.02)
    y = top + height / 2
    opened.mouse("mousePressed", left + width * 0.5, y)
    for step in range(5, 1, -1):
        opened.mouse("mouseMoved", left + width * step / 10, y)
    opened.mouse("mouseReleased", left + width * 0.2, y)
    assert colored_share(opened) == pytest.approx(0.8, abs=0.02)
    opened.mouse("mouseMoved", left + width * 0.9, y)
    assert slider(opened) == pytest.approx(20, abs=1), "moving without a pressed button drags nothing"


def test_a_finger_drags_too(opened: Browser) -> None:
    left, top, width, height = stage(opened)
    y = top + height / 2
    opened.touch("touchStart", (left + width * 0.5, y))
    opened.touch("touchMove", (left + width * 0.9, y))
    opened.touch("touchEnd")
    assert colored_share(opened) == pytest.approx(0.1, abs=0.02)


def test_keys_move_the_boundary_and_a_screen_reader_hears_it(opened: Browser) -> None:
    opened.value("document.getElementById('slider').focus()")
    for key, code, percent in (("ArrowRight", 39, 51), ("ArrowLeft", 37, 50), ("Home", 36, 0), ("End", 35, 100)):
        opened.key("rawKeyDown", key, code)
        opened.key("keyUp", key, code)
        assert slider(opened) == percent
        said = opened.value("document.getElementById('slider').getAttribute('aria-valuetext')")
        assert said == f"{percent} % gray"
    assert opened.value("document.getElementById('slider').getAttribute('aria-label')")


def test_the_arrows_move_the_boundary_before_anything_has_the_keyboard(opened: Browser) -> None:
    assert opened.value("document.activeElement.tagName") == "BODY"
    opened.key("rawKeyDown", "ArrowLeft", 37)
    opened.key("keyUp", "ArrowLeft", 37)
    assert slider(opened) == 49
    assert opened.value("document.activeElement.id") == "slider"


def test_the_gray_photo_goes_when_the_window_is_left_with_the_space_bar_held(opened: Browser) -> None:
    opened.key("rawKeyDown", " ", 32)
    opened.value("window.dispatchEvent(new Event('blur'))")
    assert colored_share(opened) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("size", [(1280, 720), (1024, 640)])
def test_the_picture_and_its_slider_are_seen_together(opened: Browser, size: tuple[int, int]) -> None:
    with opened.sized(*size):
        assert opened.value("slider.getBoundingClientRect().bottom <= innerHeight")


def test_a_page_on_paper_has_the_picture_and_no_controls(opened: Browser) -> None:
    with opened.printed():
        assert opened.value("[slider, document.querySelector('.keys')].every(e => !e.offsetHeight)")
        assert opened.value("stage.offsetHeight > 100 && document.querySelector('.tag').offsetHeight > 0")


def test_the_space_bar_shows_the_gray_photo_while_it_is_held(opened: Browser) -> None:
    opened.value("document.getElementById('slider').focus()")
    opened.key("rawKeyDown", " ", 32)
    assert colored_share(opened) == 0
    opened.key("keyUp", " ", 32)
    assert colored_share(opened) == pytest.approx(0.5, abs=0.02)


def test_one_coloring_is_chosen_from_several(opened: Browser) -> None:
    opened.value("document.querySelectorAll('input[name=choice]')[1].click()")
    left, top, width, height = stage(opened)
    shot = np.asarray(Image.open(io.BytesIO(opened.screenshot())).convert("RGB")).astype(int)
    red, _, blue = shot[round(top + height * 0.3), round(left + width * 0.75)]
    assert blue > red + 100


def test_light_and_dark_follow_the_system(opened: Browser) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        opened.prefer(scheme)
        brightness[scheme] = np.asarray(Image.open(io.BytesIO(opened.screenshot())).convert("L"))[3, 3]
    assert brightness["light"] > 220
    assert brightness["dark"] < 50
