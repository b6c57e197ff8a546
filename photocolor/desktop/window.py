"""The window: one photo on the canvas, its folder below, its settings beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox

from photocolor.desktop.actions import Actions
from photocolor.desktop.controls import Controls
from photocolor.desktop.damage.mask_editor import MaskEditor
from photocolor.desktop.discovery import Finder
from photocolor.desktop.export.drag_out import DragOut
from photocolor.desktop.export.exporting import Exporting
from photocolor.desktop.language import QT_TR_NOOP, percent, tr
from photocolor.desktop.layout import lay_out, make_room_for_run
from photocolor.desktop.memory.history import History
from photocolor.desktop.memory.keeper import Keeper
from photocolor.desktop.memory.recent import remember_folder
from photocolor.desktop.photo.canvas import Canvas
from photocolor.desktop.photo.photo_controller import PhotoController
from photocolor.desktop.photo.point_editor import PointEditor
from photocolor.desktop.photo.swatches import Swatches
from photocolor.desktop.plain import PlainLabel, box
from photocolor.desktop.preview_worker import PreviewWorker
from photocolor.desktop.run.progress import RunPanel
from photocolor.desktop.run.results import Results
from photocolor.desktop.run.run_controller import RunController
from photocolor.desktop.screen_fit import place_window
from photocolor.desktop.strip.film import Film
from photocolor.desktop.strip.filmstrip import FilmStrip
from photocolor.desktop.strip.past import PastResult
from photocolor.desktop.strip.strip_bar import StripBar
from photocolor.desktop.variants.chooser import VariantChooser
from photocolor.preview.command import restore_command
from photocolor.preview.session import PreviewRequest
from photocolor.settings import ColorSettings, Settings

WELCOME = QT_TR_NOOP("Drop photos or a folder here, or press Ctrl+O for photos and Ctrl+Shift+O for a folder.")
OPTIONS_FROM_PX = 840
"""In a lower window the options of the run are shown when they are asked for."""
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
        self.strip_bar = StripBar()
        self.canvas = Canvas()
        self.controls = Controls()
        self.swatches = Swatches()
        self.panel = RunPanel()
        self.running = RunController(self)
        self.results = Results(self)
        self.exporting = Exporting(self)
        self.drag_out = DragOut(self)
        self.steering = PointEditor(self)
        self.showing = PhotoController(self)
        self.masking = MaskEditor(self)
        self.variants = VariantChooser(self)
        self.status = PlainLabel()
        self.zoom = PlainLabel()
        self.keeper = Keeper(settings, self._store, self)
        self.side_dock, self.run_dock = lay_out(self)
        self.actions_ = Actions(self)
        self._connect()
        self._restore()
        self.setWindowTitle("photocolor")
        self.setAcceptDrops(True)
        self.canvas.show_message(tr(WELCOME))
        self.finder.look_for_devices()

    def _connect(self) -> None:
        self.finder.found.connect(self._found)
        self.finder.refused.connect(self.complain)
        self.finder.results.connect(self._found_results)
        self.finder.devices.connect(self.controls.set_devices)
        self.strip.chosen.connect(self.show_photo)
        self.strip.moved.connect(self._show_position)
        self.strip_bar.arranged.connect(self.strip.arrange)
        self.canvas.view_changed.connect(self._show_zoom)
        self.controls.changed.connect(self.settings_changed)
        self.panel.options.changed.connect(self.settings_changed)
        self.panel.show_folder.clicked.connect(self.results.show_folder)
        self.panel.report.clicked.connect(self.results.open_report)
        self.panel.options.refused.connect(self.complain)
        self.panel.grown.connect(lambda: make_room_for_run(self), Qt.ConnectionType.QueuedConnection)
        self.panel.out_changed.connect(lambda _: self.show_command())
        self.panel.out.editingFinished.connect(self.look_for_results)

    def _restore(self) -> None:
        place_window(self, self._settings.value("geometry"))
        stored = self._settings.value("state")
        if isinstance(stored, QByteArray):  # not what an editor made of it
            self.restoreState(stored)
            self.panel.grown.emit()  # the earlier window may have shown a run, whose room is the photo's now
        self.controls.load(self._settings)
        self.panel.options.load(self._settings)
        self.panel.more.setChecked(
            str(self._settings.value("options_shown", str(self.height() > OPTIONS_FROM_PX).lower())) == "true"
        )
        self.controls.watch(self.history)
        self.panel.options.watch(self.history)
        self.history.watch(QT_TR_NOOP("results folder"), self.panel.out.textChanged, self.panel.out.text, self._set_out)
        for changed in (self.controls.changed, self.panel.options.changed, self.panel.more.toggled):
            changed.connect(self.keeper.note)
        self.side_dock.dockLocationChanged.connect(self.keeper.note)
        self.keeper.watch(self, self.side_dock, self.run_dock)

    def _store(self) -> None:
        self._settings.setValue("geometry", self.saveGeometry())
        self._settings.setValue("state", self.saveState())
        self.controls.save(self._settings)
        self.panel.options.save(self._settings)
        self._settings.setValue("options_shown", self.panel.more.isChecked())

    def _set_out(self, folder: object) -> None:
        self.panel.out.setText(str(folder))

    @property
    def settings_file(self) -> QSettings:
        """Returns where the window remembers."""
        return self._settings

    def remembered(self, key: str, usual: object) -> object:
        """Returns a value that an earlier window stored."""
        return self._settings.value(key, usual)

    def remember(self, key: str, value: object) -> None:
        """Stores a value for the next window."""
        self._settings.setValue(key, value)
        self.keeper.note()

    # -- photos

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Opens photos and folders in place of those that are open."""
        if not paths or not self.may_leave(tr("open other photos")):
            return
        self._sources = tuple(paths)
        first = paths[0]
        remember_folder(self._settings, first if first.is_dir() else first.parent)
        self.keeper.note()
        out = first.with_name(first.name + "-color") if first.is_dir() else first.parent / "color"
        with self.history.quiet():
            self.panel.out.setText(str(out))
        self.canvas.show_message(tr("Looking for photos…"))
        self.finder.look_for_photos(self._sources, out)

    def _found(self, sources: tuple[Path, ...], photos: list[Path], pointed: frozenset[Path]) -> None:
        if sources != self._sources:
            return
        self.steering.forget()
        self.photo = None
        self.film.set_photos(photos, pointed)
        self.show_command()
        if not photos:
            self.canvas.show_message(tr("There is no photo in {folder}.").format(folder=sources[0]))
            self.status.setText("")
            return
        self.status.setText(tr("%Ln photos", "", len(photos)))
        self.strip.choose(0)
        self.look_for_results()

    def look_for_results(self) -> None:
        """Asks what earlier runs into the output folder made of the photos."""
        if self.film.frames:
            self.finder.look_for_results(Path(self.panel.out.text()), [frame.path for frame in self.film.frames])

    def _found_results(self, out: Path, results: dict[Path, PastResult]) -> None:
        if out == Path(self.panel.out.text()) and not self.running.going_on:
            self.film.set_past(results)

    def _show_position(self) -> None:
        row = self.strip.currentIndex().row()
        self.strip_bar.show_position(row, len(self.film.shown), len(self.film.frames))

    def _show_zoom(self) -> None:
        pixels = self.canvas.view.scale * self.canvas.devicePixelRatioF()
        self.zoom.setText(percent(pixels) if self.photo is not None and not self.canvas.message else "")

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
        options = self.panel.options
        return PreviewRequest(
            photo, self.controls.model_name, self.controls.device_name, self._color, hints, options.reference_photo
        )

    @property
    def _color(self) -> ColorSettings:
        """Returns how color is made, with the reference's digest."""
        return replace(self.controls.color, reference_sha256=self.panel.options.reference_sha256)

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
            color=self._color,
            files=self.panel.options.files,
            reference=self.panel.options.reference_photo,
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
        answer = self.ask(
            tr("The color points of {names} are not saved. Save them before you {do}?").format(names=names, do=what)
        )
        return answer == Button.Discard or (answer == Button.Save and self.steering.save())

    def ask(self, question: str) -> QMessageBox.StandardButton:
        """Asks whether to save, go on without that (discard) or cancel; returns the button."""
        buttons = Button.Save | Button.Discard | Button.Cancel
        return box(self, QMessageBox.Icon.Question, question, buttons, tr("Go on without them"))

    def confirm(self, question: str) -> bool:
        """Asks yes or no."""
        return box(self, QMessageBox.Icon.Question, question, Button.Yes | Button.No) == Button.Yes

    def complain(self, message: str, hint: str) -> None:
        """Shows what went wrong, and what to do."""
        box(self, QMessageBox.Icon.Warning, f"{message}\n\n{hint}".strip())

    # -- the end, and what is dropped

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ends a run as Ctrl-C does, saves what is asked for, and stores the window's state."""
        if not self.may_leave(tr("close")):
            event.ignore()
            return
        self.masking.end()
        self.keeper.store_now()
        self.running.end()
        self.exporting.end()
        self.preview_worker.end()
        self.film.end()
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accepts files."""
        own = event.source() is not None  # what is dragged out of this window is not dropped into it
        if not own and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens them."""
        self.open_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
