"""The journey of a photographer with one box of scans: choose an answer, point, area, mend a spot, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hands import XHands, wait_for
from journey import Journey
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from photocolor.desktop.damage.mask_editor import Levels
from photocolor.desktop.export.dialog import ExportDialog
from photocolor.desktop.photo.tools import Tool
from photocolor.desktop.strip.film import Order
from photocolor.desktop.window import Window
from photocolor.hints.sidecar import Hints
from photocolor.image.regions.hand_mask import DAMAGED, UNSAID
from photocolor.pipeline.mending.hand import hand_mask_path
from photocolor.settings import Layers, Mend, OutputFormat


class Desk(QWidget):
    """A place outside of the window, onto which files are dropped."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.files: list[Path] = []

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 -- Qt calls it so
        """Files are welcome."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 -- Qt calls it so
        """Notes them."""
        self.files += [Path(url.toLocalFile()) for url in event.mimeData().urls()]
        event.acceptProposedAction()


class Photographer(Journey):
    """The steps beyond those of everybody.

    Args:
        window: shown, and empty.
        hands: what touches it.
        look: takes a picture.
        focus: gives the keyboard to a window.
    """

    def __init__(
        self, window: Window, hands: XHands, look: Callable[[str], None], focus: Callable[[QWidget], None]
    ) -> None:
        super().__init__(window, hands, look)
        self.hands: XHands = hands
        self.focus = focus

    def choose_answer(self, number: int) -> None:
        """Another answer of the model is clicked in the panel, and seen."""
        panel, before = self.window.variants.panel, self._seen()
        self.hands.press("v")
        wait_for(lambda: panel.message.text() == "" and len(panel.names) > number, "the answers")
        self.look("answers")
        self.hands.click(panel._buttons[number])
        wait_for(self.colored, "the other answer")
        book = self.window.steering.book
        assert book is not None and book.hints.variant is not None
        assert panel._buttons[number].isChecked()
        changed = [abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16))
                   for one, other in zip(before, self._seen(), strict=True) for at in (1, 3, 5)]  # fmt: skip
        assert sum(changed) / len(changed) > 2.0
        self.look("answer")
        self.hands.press("v")

    def _seen(self) -> list[str]:
        """The colors of some places."""
        return [self.canvas.color_at(x / 10, y / 10) for x in range(1, 10) for y in range(1, 10)]

    def mend(self, *places: tuple[float, float]) -> None:
        """Specks are marked with the damage brush at full size, one by one; the mask lies beside the photo."""
        masking, photo = self.window.masking, self.window.photo
        assert photo is not None and masking.levels is not None
        self.hands.press("d")
        for x, y in places:
            self.hands.click(self.canvas, self.place(x, y))
        height, width = masking.levels.shape
        marked = [masking.levels[int(y * height), int(x * width)] for x, y in places]
        assert marked == [DAMAGED] * len(places) and (masking.levels == DAMAGED).mean() < 0.002
        self.look("damage")
        wait_for(hand_mask_path(photo).exists, "the mask beside the photo")
        self.hands.press("m")
        self.hands.press("d")

    def look_at_marks(self, row: int) -> None:
        """Another photo of the strip is shown with what the package's finder marks on it."""
        self.window.strip.choose(row)
        wait_for(self.colored, "the other photo")
        self.hands.press("m")
        masking = self.window.masking
        wait_for(lambda: masking.found is not None and masking.found.share > 0, "what the finder marks")
        self.look("marks")
        self.hands.press("m")

    def point(self, x: float, y: float) -> None:
        """A color point in one of the suggested colors."""
        self.hands.press("p")
        self.hands.click(self.canvas, self.place(x, y))
        wait_for(lambda: len(self.window.swatches.buttons) > 5, "suggestions")
        self.hands.click(self.window.swatches.buttons[-3])
        wait_for(self.colored, "the color of the point")
        assert len(self.points) == 1
        self.look("point")
        self.hands.press("p")

    def area(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A painted area, seen in its color."""
        self.hands.press("a")
        assert self.canvas.tool is Tool.AREA
        self.window.steering.set_brush(0.05, "#b4552a")
        before = self.canvas.color_at(*end)
        self.hands.drag(self.canvas, self.place(*start), self.place(*end))
        book = self.window.steering.book
        assert book is not None and len(book.areas) == 1
        wait_for(self.colored, "the color of the area")
        assert self.canvas.color_at(*end) != before
        self.look("area")
        self.hands.press("a")

    def pick_from_another_photo(self, row: int, x: float, y: float) -> None:
        """The eyedropper takes a color out of another photo; the area gets it."""
        book = self.window.steering.book
        assert book is not None and book.area == 0
        before = book.areas[0].color
        self.hands.press("i")
        index = self.window.film.index(self.window.film.row(self.window.film.frames[row].path))
        self.hands.click(self.window.strip.viewport(), self.window.strip.visualRect(index).center())
        wait_for(lambda: self.window.photo != book.photo and self.colored(), "the other photo")
        self.look("eyedropper")
        self.hands.click(self.canvas, self.place(x, y))
        assert self.window.photo == book.photo
        assert book.areas[0].color != before
        wait_for(self.colored, "the picked color")

    def undo_all_and_redo(self) -> None:
        """Everything is undone in its order, and comes back."""
        book = self.window.steering.book
        assert book is not None
        before, mask = book.hints, self._mask()
        self.canvas.setFocus()
        while self.window.history.canUndo():
            self.hands.press("ctrl+z")
        assert book.hints == Hints() and (self._mask() == UNSAID).all()
        while self.window.history.canRedo():
            self.hands.press("ctrl+shift+z")
        assert book.hints == before and (self._mask() == mask).all()
        wait_for(self.colored, "everything again")
        self.hands.press("ctrl+s")

    def _mask(self) -> Levels:
        levels = self.window.masking.levels
        assert levels is not None
        return levels.copy()

    def export(self, format_: OutputFormat, layers: Layers, place: Path) -> None:
        """The photo is exported by the dialog, with keys and mouse."""
        self._in_dialog(lambda dialog: self._fill(dialog, format_, layers, place))
        wait_for(place.exists, "the exported file")
        wait_for(lambda: not self.window.exporting.going_on, "the end of the export")
        self.look(f"exported-{place.suffix[1:]}")

    def _fill(self, dialog: ExportDialog, format_: OutputFormat, layers: Layers, place: Path) -> None:
        for combo, value in ((dialog.format, format_), (dialog.layers, layers)):
            combo.setFocus()
            self.hands.press("Home")
            for _ in range(combo.findData(value)):
                self.hands.press("Down")
            assert combo.currentData() == value
        assert dialog.files.mend is Mend.SPOTS
        place.parent.mkdir(exist_ok=True)
        dialog.place.setText(str(place))
        self.look(f"export-{place.suffix[1:]}")
        self.hands.click(dialog.export)

    def _in_dialog(self, do: Callable[[ExportDialog], None]) -> None:
        """Opens the dialog by its key, which waits for it, and does something in it."""
        done: list[bool] = []

        def when_open() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, ExportDialog):
                self.focus(dialog)
                try:
                    do(dialog)
                    done.append(True)
                finally:
                    dialog.close()  # if it is open still, it would wait for ever
            else:
                QTimer.singleShot(50, when_open)

        QTimer.singleShot(50, when_open)
        self.window.exporting.ask()
        assert done
        self.focus(self.window)

    def drag_out(self, target: Desk) -> None:
        """The photo is dragged onto the desk: the first time it is written, the second time it arrives."""
        start, bar = self.place(0.2, 0.6), self.window.statusBar()
        self.hands.drag(self.canvas, start, start + QPoint(60, 0))
        wait_for(lambda: self.window.drag_out.data() is not None, "the file to be dragged")
        assert bar.currentMessage()
        self.hands.carry(self.canvas, start, self.canvas.mapFromGlobal(target.mapToGlobal(target.rect().center())))
        wait_for(lambda: target.files, "the dropped file", 20)
        (file,) = target.files
        assert file.is_file() and file.stem.endswith("-color")

    def find(self, text: str) -> None:
        """A search and an order of the strip."""
        bar = self.window.strip_bar
        bar.search.setText(text)
        wait_for(lambda: len(self.window.film.shown) < len(self.window.film.frames), "what was searched for")
        self.look("search")
        bar.search.clear()
        wait_for(lambda: len(self.window.film.shown) == len(self.window.film.frames), "all photos")
        self._choose(bar.order, bar.order.findData(Order.STATE))

    def _choose(self, combo: QWidget, row: int) -> None:
        combo.setFocus()
        self.hands.press("Home")
        for _ in range(row):
            self.hands.press("Down")
