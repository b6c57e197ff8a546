"""The window answers while photos are colored."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import photos
import pytest
from hands import wait_for
from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from stall import longest_stall_s

from photocolor.desktop.window import Window

GROSS_S = 1.0
"""Fails for work on the window's thread, not for a machine with much else to do; the figures themselves are printed."""


def large_photo(path: Path) -> Path:
    """24 megapixels of JPEG, gray stored as color, as scanners do."""
    tile = photos.gray(1000, 1500, seed=5)
    gray = np.tile(tile, (4, 4))
    path.write_bytes(photos.jpeg(np.repeat(gray[..., None], 3, axis=2)))
    return path


@pytest.mark.slow
def test_no_gross_stall_while_a_photo_of_24_megapixels_is_previewed_and_run(
    app: QApplication, settings: QSettings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.setValue("model", "default")
    window = Window(settings)
    window.resize(1280, 900)
    window.show()
    QTest.qWait(300)
    idle_until = time.monotonic() + 2
    figures = {"idle": longest_stall_s(lambda: time.monotonic() > idle_until)}
    window.open_paths([large_photo(tmp_path / "large.jpg")])
    figures["preview"] = longest_stall_s(lambda: window.up_to_date)
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
