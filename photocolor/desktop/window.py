"""The window: one photo on the canvas, its folder below, its settings beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMessageBox, QScrollArea, QVBoxLayout, QWidget

from photocolor.desktop.actions import Actions
from photocolor.desktop.controls import Controls
from photocolor.desktop.discovery import Finder
from photocolor.desktop.export.exporting import Exporting
from photocolor.desktop.filmstrip import Film, FilmStrip
from photocolor.desktop.history import History
from photocolor.desktop.photo.canvas import Canvas
from photocolor.desktop.photo.photo_controller import PhotoController
from photocolor.desktop.photo.point_editor import PointEditor
from photocolor.desktop.photo.swatches import Swatches
from photocolor.desktop.plain import PlainLabel, box
from photocolor.desktop.preview_worker import PreviewWorker
from photocolor.desktop.run.progress import RunPanel
from photocolor.desktop.run.run_controller import RunController
from photocolor.desktop.screen_fit import place_window
from photocolor.preview.command import restore_command
from photocolor.preview.session import PreviewRequest
from photocolor.settings import Settings

WELCOME = "Drop photos or a folder here, or press Ctrl+O for photos and Ctrl+Shift+O for a folder."
Button = QMessageBox.StandardButton


class Window(QMainWindow):
    """Shows everything that the user sees.

    Args:
        settings: where the window remembers.
    """

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._sources: tuple[Path, ...] = ()
        self.photo: Path | None = None
        self.history = History()
        self.preview_worker = PreviewWorker(self)
        self.finder = Finder(self)
        self.film = Film(self)
        self.strip = FilmStrip(self.film)
        self.canvas = Canvas()
        self.controls = Controls()
        self.swatches = Swatches()
        self.panel = RunPanel()
        self.running = RunController(self)
        self.exporting = Exporting(self)
        self.steering = PointEditor(self)
        self.showing = PhotoController(self)
        self.status = PlainLabel()
        self._lay_out()
        self.actions_ = Actions(self)
        self._connect()
        self._restore()
        self.setWindowTitle("photocolor")
        self.setAcceptDrops(True)
        self.canvas.show_message(WELCOME)
        self.finder.look_for_devices()

    # -- building

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(middle)
        side = QWidget()
        beside = QVBoxLayout(side)
        beside.addWidget(self.controls)
        beside.addWidget(self.swatches)
        beside.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(side)
        scroll.setMinimumWidth(330)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side_dock = self._dock("Settings", scroll, Qt.DockWidgetArea.RightDockWidgetArea)
        self.run_dock = self._dock("Run", self.panel, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.statusBar().addWidget(self.status, 1)

    def _dock(self, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(title)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _connect(self) -> None:
        self.finder.found.connect(self._found)
        self.finder.refused.connect(self.complain)
        self.finder.devices.connect(self.controls.set_devices)
        self.strip.chosen.connect(self.show_photo)
        self.controls.changed.connect(self.settings_changed)
        self.panel.out_changed.connect(lambda _: self.show_command())

    def _restore(self) -> None:
        place_window(self, self._settings.value("geometry"))
        stored = self._settings.value("state")
        if stored is not None:
            self.restoreState(stored)
        self.controls.load(self._settings)
        self.controls.watch(self.history)
        self.history.watch("results folder", self.panel.out.textChanged, self.panel.out.text, self._set_out)

    def _set_out(self, folder: object) -> None:
        self.panel.out.setText(str(folder))

    def remembered(self, key: str, usual: object) -> object:
        """Returns a value that an earlier window stored."""
        return self._settings.value(key, usual)

    def remember(self, key: str, value: object) -> None:
        """Stores a value for the next window."""
        self._settings.setValue(key, value)

    # -- photos

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Opens photos and folders in place of those that are open."""
        if not paths or not self.may_leave("open other photos"):
            return
        self._sources = tuple(paths)
        first = paths[0]
        out = first.with_name(first.name + "-color") if first.is_dir() else first.parent / "color"
        with self.history.quiet():
            self.panel.out.setText(str(out))
        self.canvas.show_message("Looking for photos…")
        self.finder.look_for_photos(self._sources, out)

    def _found(self, sources: tuple[Path, ...], photos: list[Path]) -> None:
        if sources != self._sources:
            return
        self.steering.forget()
        self.photo = None
        self.film.set_photos(photos)
        self.show_command()
        if not photos:
            self.canvas.show_message(f"There is no photo in {sources[0]}.")
            self.status.setText("")
            return
        self.status.setText(f"{len(photos):,} photos")
        self.strip.choose(0)

    def show_photo(self, photo: Path) -> None:
        """Puts a photo on the canvas."""
        self.showing.show_photo(photo)

    # -- settings

    def settings_changed(self) -> None:
        """Applies another strength, detail, model or device."""
        self.show_command()
        self.want()

    def want(self) -> None:
        """Requests the picture that the settings describe."""
        self.showing.want()

    def request(self, photo: Path) -> PreviewRequest:
        """Returns the request for a photo with the current settings."""
        hints = self.steering.hints_of(photo)
        return PreviewRequest(photo, self.controls.model_name, self.controls.device_name, self.controls.color, hints)

    @property
    def up_to_date(self) -> bool:
        """Returns True if the canvas shows the final result for the current settings."""
        return self.showing.up_to_date

    def settings(self) -> Settings:
        """Returns the settings of a run as the window shows them."""
        return Settings(
            sources=self._sources,
            out=Path(self.panel.out.text()),
            model=self.controls.model_name,
            device=self.controls.device_name,
            color=self.controls.color,
        )

    def show_command(self) -> None:
        """Shows the command that does the same."""
        self.panel.command.setText(restore_command(self.settings()) if self._sources else "")
        self.panel.command.setCursorPosition(0)

    # -- leaving

    def may_leave(self, what: str) -> bool:
        """Asks about unsaved points; returns False if the user wants to stay."""
        unsaved = self.steering.unsaved
        if not unsaved:
            return True
        names = ", ".join(unsaved[:3]) + (" …" if len(unsaved) > 3 else "")
        answer = self.ask(f"The color points of {names} are not saved. Save them before you {what}?")
        return answer == Button.Discard or (answer == Button.Save and self.steering.save())

    def ask(self, question: str) -> QMessageBox.StandardButton:
        """Asks whether to save, discard or cancel; returns the button."""
        buttons = Button.Save | Button.Discard | Button.Cancel
        return box(self, QMessageBox.Icon.Question, question, buttons)

    def confirm(self, question: str) -> bool:
        """Asks yes or no."""
        return box(self, QMessageBox.Icon.Question, question, Button.Yes | Button.No) == Button.Yes

    def complain(self, message: str, hint: str) -> None:
        """Shows what went wrong, and what to do."""
        box(self, QMessageBox.Icon.Warning, f"{message}\n\n{hint}".strip())

    # -- the end, and what is dropped

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ends a run as Ctrl-C does, saves what is asked for, and stores the window's state."""
        if not self.may_leave("close"):
            event.ignore()
            return
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("state", self.saveState())
        self.controls.save(self._settings)
        self._settings.sync()
        self.running.end()
        self.exporting.end()
        self.preview_worker.end()
        self.film.end()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accepts files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens them."""
        self.open_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
