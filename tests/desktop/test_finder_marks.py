"""What the finder of the package marks is seen over the photo, corrected by hand, and mended as `restore` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fakes
import finders
import numpy as np
import photos
import pytest
from commands import Here
from hands import wait_for
from journey import Journey, opened
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from runs import read_tree, write_tree

from photocolor.desktop.damage.finder_marks import FinderMarks, FoundMarks
from photocolor.desktop.damage.mask_picture import BLUE, RED, SHOWN_PX, YELLOW, MaskPicture, cells_of
from photocolor.desktop.window import Window
from photocolor.image.decode import decode
from photocolor.image.orient import upright
from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, UNSAID, hand_mask_png
from photocolor.pipeline.mending.hand import hand_mask_path
from photocolor.settings import Mend
from photocolor.verify.files import verify_file

Array = np.ndarray[Any, np.dtype[Any]]


def scan(height: int = 300, width: int = 400, seed: int = 3) -> Array:
    """Neither white nor black, but for a white hair, a black speck and a crack that is too wide to be mended."""
    gray = np.clip(photos.gray(height, width, seed=seed), 60, 190)
    gray[40:43, 50:350] = 255
    gray[200:204, 100:104] = 0
    gray[250:280, 200:260] = 255
    return gray


def marked(gray: Array) -> Array:
    """What the fake finder marks."""
    return (gray == 255) | (gray == 0)


@pytest.fixture
def finder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In the package of this process."""
    return finders.put_into_package(monkeypatch, tmp_path / "models", fakes.write_finder(tmp_path / "f.onnx"))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "scan.png"
    path.write_bytes(photos.png(scan()))
    return path


def overlay(window: Window) -> Array:
    """The colors that lie over the photo, (H, W) of ARGB."""
    image = window.canvas._overlay
    assert image is not None
    return np.array(image.constBits(), np.uint8).view(np.uint32).reshape(image.height(), image.width())


def legend(window: Window) -> str:
    return "; ".join(entry.text for entry in window.canvas.legend)


def looked(window: Window, photo: Path) -> None:
    wait_for(lambda: window.masking.found is not None and window.masking.found.photo == photo, "what the finder marks")
    wait_for(lambda: window.masking.levels is not None, "the mask by hand")


def stroke(walk: Journey, start: QPoint, end: QPoint, button: Qt.MouseButton) -> None:
    canvas = walk.canvas
    QTest.mousePress(canvas, button, pos=start)
    QTest.mouseMove(canvas, (start + end) / 2)
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, button, pos=end)


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_mask_shows_what_the_finder_marks_and_says_so(
    window: Window, tmp_path: Path, finder: Path, orientation: int
) -> None:
    photo = tmp_path / "scan.tif"
    photo.write_bytes(photos.tiff(scan(), orientation=orientation))
    walk = opened(window, photo)
    QTest.qWait(100)
    assert window.masking.found is None, "nothing is searched before it is asked for"
    walk.hands.press("m")
    looked(window, photo)
    seen = upright(marked(scan()), orientation)
    assert np.array_equal(overlay(window), np.where(seen, YELLOW, 0))
    assert window.masking.found is not None and window.masking.found.share == marked(scan()).mean()
    assert f"marked by the finder: {100 * seen.mean():.2g}%" in legend(window)
    assert "marked by hand" in legend(window) and legend(window).count(";") == 2
    assert "marked by the finder" in window.canvas.accessibleDescription()
    assert "yellow by the finder" in window.actions_.mask.toolTip()
    walk.hands.press("m")
    assert window.canvas.legend == () and "finder" not in window.canvas.accessibleDescription()
    assert not hand_mask_path(photo).exists(), "what the finder marks is no mask by hand"


def test_strokes_by_hand_win_over_the_finder_and_undo_gives_its_marks_back(
    window: Window, photo: Path, finder: Path
) -> None:
    walk = opened(window, photo)
    walk.hands.press("d")
    looked(window, photo)
    window.steering.set_brush(0.02, "#000000")
    hair = walk.place(0.3, 41 / 300), walk.place(0.6, 41 / 300)
    stroke(walk, *hair, Qt.MouseButton.RightButton)
    wait_for(lambda: (overlay(window) == BLUE).any(), "what the finder shall leave")
    assert overlay(window)[41, 160] == BLUE and overlay(window)[41, 60] == YELLOW
    stroke(walk, walk.place(0.5, 0.5), walk.place(0.6, 0.5), Qt.MouseButton.LeftButton)
    wait_for(lambda: overlay(window)[150, 220] == RED, "what was marked")
    assert window.masking.levels is not None
    assert (window.masking.levels[41, 160], window.masking.levels[41, 60]) == (CLEAN, UNSAID)
    walk.hands.press("ctrl+z")
    walk.hands.press("ctrl+z")
    assert np.array_equal(overlay(window), np.where(marked(scan()), YELLOW, 0))


def test_a_mask_that_is_there_lies_over_the_finders_marks(window: Window, photo: Path, finder: Path) -> None:
    levels = np.full((300, 400), UNSAID, np.uint8)
    levels[30:60] = CLEAN
    levels[100:110, 100:110] = DAMAGED
    hand_mask_path(photo).write_bytes(hand_mask_png(levels, 1))
    walk = opened(window, photo)
    walk.hands.press("m")
    looked(window, photo)
    wanted = np.where(levels == DAMAGED, RED, np.where(levels == CLEAN, BLUE, np.where(marked(scan()), YELLOW, 0)))
    assert np.array_equal(overlay(window), wanted)


def test_a_photo_without_damage_and_a_package_without_a_finder(
    window: Window, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finders.take_out_of_package(monkeypatch, tmp_path / "none")
    walk = opened(window, photo)
    walk.hands.press("m")
    wait_for(lambda: window.masking.levels is not None, "the mask by hand")
    QTest.qWait(100)
    assert window.masking.found is None and "finder" not in legend(window) and "by hand" in legend(window)
    finders.put_into_package(monkeypatch, tmp_path / "models", fakes.write_finder(tmp_path / "f.onnx"))
    clean = tmp_path / "clean.png"
    clean.write_bytes(photos.png(np.clip(photos.gray(50, 60), 60, 190)))
    window.open_paths([clean])
    looked(window, clean)
    assert "the finder marks nothing" in legend(window) and not overlay(window).any()


def test_a_damaged_finder_is_told_once_and_a_run_that_mends_is_refused_for_it(
    window: Window, photo: Path, finder: Path
) -> None:
    finder.write_bytes(b"damaged")
    walk = opened(window, photo)
    walk.hands.press("m")
    wait_for(lambda: window.complaints, "the complaint")
    assert "damage.onnx is damaged" in window.complaints[0]
    walk.hands.press("m")
    walk.hands.press("m")
    QTest.qWait(100)
    assert len(window.complaints) == 1 and "by hand" in legend(window)
    window.panel.options.mend.setCurrentIndex(1)
    window.panel.options.mend.activated.emit(1)
    assert "--mend spots" in window.panel.command.text()
    window.running.start()
    wait_for(lambda: len(window.complaints) == 2, "the refused run")
    assert "damage.onnx is damaged" in window.complaints[1]
    assert not (results_of(window) / "scan.png").exists()


def results_of(window: Window) -> Path:
    return Path(window.panel.out.text())


def test_a_photo_that_cannot_be_searched_is_told_in_the_status_line(window: Window, photo: Path, finder: Path) -> None:
    walk = opened(window, photo)
    photo.unlink()
    walk.hands.press("m")
    wait_for(lambda: "The finder cannot look at this photo" in window.statusBar().currentMessage(), "the reason")
    assert not window.complaints


def test_a_photo_that_is_left_is_searched_no_more(window: Window, tmp_path: Path, finder: Path) -> None:
    tree = {"1.png": photos.png(np.tile(scan(), (12, 10))), "2.png": photos.png(scan())}
    write_tree(tmp_path / "scans", tree)
    walk = opened(window, tmp_path / "scans")
    found: list[FoundMarks] = []
    window.masking._marks.found.connect(found.append)
    walk.hands.press("m")
    window.strip.choose(1)
    assert window.masking._marks.wanted is None
    looked(window, tmp_path / "scans" / "2.png")
    QTest.qWait(300)
    assert [marks.photo.name for marks in found] == ["2.png"]


def test_closing_while_a_photo_is_searched_waits_for_no_photo(tmp_path: Path, finder: Path, app: object) -> None:
    photo = tmp_path / "large.png"
    photo.write_bytes(photos.png(np.tile(scan(), (12, 10))))
    marks = FinderMarks()
    found: list[FoundMarks] = []
    marks.found.connect(found.append)
    marks.want(photo)
    marks.end()
    marks.want(photo)
    QTest.qWait(50)
    assert not found


@pytest.mark.parametrize("shape", [(5, 7), (150, 90), (SHOWN_PX, 3), (2 * SHOWN_PX + 17, SHOWN_PX - 3)])
def test_the_picture_of_marks_and_strokes_is_the_same_in_any_order(shape: tuple[int, int]) -> None:
    random = np.random.default_rng(2)
    found = random.random(shape) < 0.01
    levels = np.full(shape, UNSAID, np.uint8)
    first, later = MaskPicture(shape), MaskPicture(shape)
    first.show_found(cells_of(found))
    for _ in range(10):
        top, left = (int(random.integers(side)) for side in shape)
        part = levels[top : top + shape[0] // 4 + 1, left : left + shape[1] // 4 + 1]
        part[:] = random.choice((CLEAN, UNSAID, DAMAGED))
        for picture in (first, later):
            picture.follow(levels, (top, left), part.shape)
    later.show_found(cells_of(found))
    assert first.image() == later.image()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def corrected(window: Window, photo: Path) -> Array:
    """Takes away a part of the finder's hair, adds a spot, and returns the mask when it lies beside the photo."""
    walk = opened(window, photo)
    walk.hands.press("d")
    looked(window, photo)
    window.steering.set_brush(0.01, "#000000")
    stroke(walk, walk.place(0.5, 41 / 300), walk.place(0.8, 41 / 300), Qt.MouseButton.RightButton)
    walk.hands.click(window.canvas, walk.place(0.6, 0.6))
    wait_for(lambda: window.masking.has_damage(photo), "the spot")
    levels = window.masking.levels
    assert levels is not None and set(np.unique(levels)) == {CLEAN, UNSAID, DAMAGED}
    return levels


def by_command(command: Here, window: Window, photo: Path, out: Path) -> None:
    model = window.controls.model_name
    answer = command("restore", photo, "--out", out, "--model", model, "--device", "cpu", "--mend", "spots")
    assert answer.code == 0, answer.err


def test_what_is_exported_is_what_restore_makes_of_photo_mask_and_finder(
    window: Window, photo: Path, tmp_path: Path, finder: Path, command: Here
) -> None:
    levels = corrected(window, photo).copy()
    target = tmp_path / "exported.png"
    files = window.panel.options.files_with(Mend.SPOTS)
    window.exporting._start(target, files)
    wait_for(lambda: not window.exporting.going_on and target.exists(), "the exported photo")
    by_command(command, window, photo, tmp_path / "color")
    result = tmp_path / "color" / "scan.png"
    assert np.array_equal(*(decode(path.read_bytes(), 1.0).pixels for path in (target, result)))
    assert Path(f"{target}.mended.png").read_bytes() == Path(f"{result}.mended.png").read_bytes()
    assert verify_file(photo, target).holds
    with Image.open(f"{target}.mended.png") as mask:
        painted = np.asarray(mask)
    damaged = (marked(scan()) & (levels != CLEAN)) | (levels == DAMAGED)
    damaged[250:280, 200:260] = False  # wider than what is mended
    assert np.array_equal(painted, damaged), "the finder's marks, without what was taken away, with what was added"


def test_what_a_run_of_the_window_writes_is_byte_for_byte_what_restore_writes(
    window: Window, photo: Path, tmp_path: Path, finder: Path, command: Here
) -> None:
    corrected(window, photo)
    window.panel.options.mend.setCurrentIndex(1)
    window.panel.options.mend.activated.emit(1)
    window.running.start()
    wait_for(lambda: window.panel.told.text().startswith("Finished"), "the run")
    by_command(command, window, photo, tmp_path / "by-command")
    ours, theirs = (pictures(folder) for folder in (results_of(window), tmp_path / "by-command"))
    assert ours == theirs and set(ours) == {"scan.png", "scan.png.mended.png"}


def pictures(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in read_tree(folder).items() if name.endswith(".png")}
