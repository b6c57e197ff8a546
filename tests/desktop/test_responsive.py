"""The window answers while photos are colored."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import fakes
import finders
import numpy as np
import photos
import pytest
from hands import wait_for
from PIL import Image
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from stall import longest_stall_s

from photocolor.desktop.photo.tools import Tool
from photocolor.desktop.variants.panel import LOOKING
from photocolor.desktop.window import Window
from photocolor.engine.runtime import load_runtime
from photocolor.hints.brush import Stroke
from photocolor.models.finder import bundled_finder
from photocolor.pipeline.mending.hand import hand_mask_path

GROSS_S = 1.0
"""Fails for work on the window's thread, not for a machine with much else to do; the figures themselves are printed."""


def large_photo(path: Path) -> Path:
    """24 megapixels of JPEG, gray stored as color, as scanners do."""
    tile = photos.gray(1000, 1500, seed=5)
    gray = np.tile(tile, (4, 4))
    path.write_bytes(photos.jpeg(np.repeat(gray[..., None], 3, axis=2)))
    return path


def test_pillow_takes_memory_for_large_pictures_that_need_not_be_zeroed_at_once(app: QApplication) -> None:
    assert Image.core.get_block_size() > 32 * 2**20, "glibc gives used memory again up to that size"


def test_a_thread_that_decodes_lets_the_window_go_on_soon(app: QApplication) -> None:
    assert sys.getswitchinterval() <= 0.001


@pytest.mark.slow
def test_no_gross_stall_while_a_photo_of_24_megapixels_is_previewed_and_run(
    app: QApplication,
    settings: QSettings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finder = bundled_finder() or fakes.write_finder(tmp_path / "finder.onnx")
    finders.put_into_package(monkeypatch, tmp_path / "models", finder)
    settings.setValue("model", "default")
    load_runtime()  # as the program does before its window is there
    window = Window(settings)
    window.resize(1280, 900)
    window.show()
    QTest.qWait(300)
    idle_until = time.monotonic() + 2
    figures = {"idle": longest_stall_s(lambda: time.monotonic() > idle_until)}
    window.open_paths([large_photo(tmp_path / "large.jpg")])
    figures["preview"] = longest_stall_s(lambda: window.up_to_date)
    window.actions_.show_mask()
    figures["finder"] = longest_stall_s(lambda: window.masking.found is not None)
    window.variants.toggle()
    figures["answers"] = longest_stall_s(lambda: window.variants.panel.message.text() != LOOKING)
    window.canvas.actual_pixels()
    figures["pixels"] = longest_stall_s(lambda: window.canvas.part_shown)
    window.running.start()
    figures["run"] = longest_stall_s(lambda: not window.running.going_on)
    wait_for(lambda: window.panel.run.isEnabled(), "the end of the run")
    assert window.panel.told.text().startswith("Finished: 1 photo colored")
    window.close()
    with capsys.disabled():
        told = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in figures.items())
        print(f"\nlongest block of the window's thread, 24 MP: {told}")  # noqa: T201 -- the figure is the point
    assert max(figures.values()) < GROSS_S


@pytest.mark.slow
def test_no_gross_stall_with_2_000_photos_and_one_of_100_megapixels(
    app: QApplication, settings: QSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "album"
    folder.mkdir()
    small = [photos.jpeg(photos.gray(120, 160, seed=seed)) for seed in range(8)]
    for number in range(1, 2000):
        (folder / f"{number:04d}.jpg").write_bytes(small[number % 8])
    tile = np.repeat(photos.gray(1000, 1250, seed=5)[..., None], 3, axis=2)
    tile[..., 2] = tile[..., 2] * 0.7  # a toned print, which is shown as it is
    (folder / "0000.jpg").write_bytes(photos.jpeg(np.tile(tile, (8, 10, 1))))
    settings.setValue("model", "default")
    load_runtime()  # as the program does before its window is there
    window = Window(settings)
    window.resize(1280, 900)
    window.show()
    QTest.qWait(300)
    figures = {}

    def timed(name: str, until: Callable[[], object]) -> None:
        figures[name] = longest_stall_s(until)

    def rest() -> Callable[[], bool]:
        end = time.monotonic() + 1
        return lambda: time.monotonic() > end

    window.open_paths([folder])
    timed("open", lambda: window.up_to_date and len(window.film.shown) == 2000)
    window.canvas.actual_pixels()
    timed("pixels", lambda: window.canvas.part_shown)
    window.steering.use_tool(Tool.AREA)
    window.canvas.stroked.emit(Tool.AREA, Stroke(((0.2, 0.2), (0.8, 0.3), (0.5, 0.9)), 0.05))
    timed("area", lambda: window.up_to_date)
    assert window.steering.save()
    wait_for(lambda: window.masking.levels is not None, "the mask")
    window.steering.use_tool(Tool.DAMAGE)
    paint = partial(window.canvas.stroked.emit, Tool.DAMAGE, Stroke(((0.2, 0.2), (0.8, 0.3), (0.5, 0.9)), 0.003))
    QTimer.singleShot(0, paint)
    timed("damage", hand_mask_path(folder / "0000.jpg").exists)
    window.strip_bar.search.setText("99")
    timed("search", rest())
    window.strip_bar.search.clear()
    window.strip_bar.order.setCurrentIndex(2)
    window.strip_bar.order.activated.emit(2)
    timed("order", rest())
    for row in range(0, 2000, 40):
        window.strip.horizontalScrollBar().setValue(row * 124)
        QTest.qWait(10)
    timed("scroll", rest())
    window.running.start()
    timed("run", lambda: window.panel.total.value() > 40)
    window.running.cancel()
    timed("cancel", lambda: not window.running.going_on and window.panel.run.isEnabled())
    window.close()
    with capsys.disabled():
        told = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in figures.items())
        print(f"\nlongest block of the window's thread, 2,000 photos, 100 MP: {told}")  # noqa: T201 -- the figure counts
    assert max(figures.values()) < GROSS_S
