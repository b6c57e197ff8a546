"""Makes menus, tool bar and shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox, QToolBar

from photocolor import __version__
from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.desktop.damage.legend import SHOWS
from photocolor.desktop.keys import keys_table
from photocolor.desktop.language import AUTOMATIC, LANGUAGES, QT_TR_NOOP, tr
from photocolor.desktop.memory.recent import fill_menu
from photocolor.desktop.photo.tools import Tool
from photocolor.desktop.photo.viewport import ZOOM_STEP
from photocolor.desktop.theme import Look, apply

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

TOOLS = (
    (Tool.POINT, QT_TR_NOOP("Color &points"), "P", QT_TR_NOOP("A click on the photo makes a color point")),
    (
        Tool.AREA,
        QT_TR_NOOP("Color &area"),
        "A",
        QT_TR_NOOP("Paint an area in the color of the brush; the right button erases"),
    ),
    (
        Tool.DAMAGE,
        QT_TR_NOOP("Da&mage brush"),
        "D",
        QT_TR_NOOP("Paint what is damage; the right button paints what is none"),
    ),
    (
        Tool.DROPPER,
        QT_TR_NOOP("E&yedropper"),
        "I",
        QT_TR_NOOP("A click takes the color of a place, in this photo or in another one"),
    ),
)
LOOKS = {
    Look.SYSTEM: QT_TR_NOOP("As the s&ystem"),
    Look.LIGHT: QT_TR_NOOP("&Light"),
    Look.DARK: QT_TR_NOOP("&Dark"),
}
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}


class Actions(QObject):
    """Holds every action that has a name."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._bar = QToolBar(tr("Tools"), window)
        self._bar.setObjectName("Tools")
        self._bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        window.addToolBar(self._bar)
        self._file()
        self._edit()
        self._view()
        self._run()
        self._help()

    def _add(
        self,
        menu: QMenu,
        text: str,
        keys: str | QKeySequence.StandardKey,
        do: Callable[[], object],
        *,
        bar: bool = False,
    ) -> QAction:
        action = QAction(text, self._window)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False: do())
        menu.addAction(action)
        if bar:
            self._bar.addAction(action)
        return action

    def _file(self) -> None:
        menu = self._window.menuBar().addMenu(tr("&File"))
        self._add(menu, tr("&Open photos…"), "Ctrl+O", self._open_photos, bar=True)
        self._add(menu, tr("Open &folder…"), "Ctrl+Shift+O", self._open_folder, bar=True)
        self._bar.addSeparator()
        recent = menu.addMenu(tr("Open &recent"))
        settings = self._window.settings_file
        recent.aboutToShow.connect(lambda: fill_menu(recent, settings, lambda folder: self._open([folder])))
        menu.addSeparator()
        self.save = self._add(menu, tr("&Save color points"), "Ctrl+S", self._window.steering.save)
        menu.addSeparator()
        self._add(menu, tr("&Export…"), "Ctrl+E", self._window.exporting.ask, bar=True)
        self._add(menu, tr("Save &beside the original"), "Ctrl+Shift+S", self._window.exporting.save_beside)
        self._add(menu, tr("&Copy the colored photo"), "Ctrl+C", self._window.exporting.copy)
        menu.addSeparator()
        self._add(menu, tr("&Quit"), "Ctrl+Q", self._window.close)

    def _edit(self) -> None:
        window = self._window
        menu = window.menuBar().addMenu(tr("&Edit"))
        for make, keys in (
            (window.history.createUndoAction, QKeySequence.StandardKey.Undo),
            (window.history.createRedoAction, QKeySequence.StandardKey.Redo),
        ):
            action = make(window)
            action.setShortcuts(QKeySequence.keyBindings(keys))
            menu.addAction(action)
        menu.addSeparator()
        self._tools(menu)
        self._add(menu, tr("Other &answers"), "V", window.variants.toggle, bar=True)
        self._add(menu, tr("&Delete point or area"), "", window.steering.delete_selected)

    def _tools(self, menu: QMenu) -> None:
        """Adds what a click on the photo can be; a tool that is on is put away by its own key."""
        self._tool_actions: dict[Tool, QAction] = {}
        for tool, text, key, tip in TOOLS:
            action = self._add(menu, tr(text), key, partial(self._toggle, tool), bar=True)
            action.setCheckable(True)
            action.setToolTip(f"{tr(tip)} ({key})")
            self._tool_actions[tool] = action

    def _toggle(self, tool: Tool) -> None:
        if tool is Tool.DAMAGE and self._tool_actions[tool].isChecked():
            self.show_mask()
        self._window.steering.use_tool(tool if self._tool_actions[tool].isChecked() else Tool.HAND)

    def show_tool(self, tool: Tool) -> None:
        """Shows which tool is on."""
        for each, action in self._tool_actions.items():
            action.setChecked(each is tool)

    def _view(self) -> None:
        window, canvas = self._window, self._window.canvas
        menu = window.menuBar().addMenu(tr("&View"))
        self._bar.addSeparator()
        self._add(menu, tr("&Whole photo"), "0", canvas.fit, bar=True)
        self._add(menu, tr("&Actual pixels"), "1", canvas.actual_pixels, bar=True)
        self._add(menu, tr("Zoom &in"), "+", lambda: canvas.zoom_by(ZOOM_STEP)).setShortcuts(
            [QKeySequence("+"), QKeySequence("="), QKeySequence("Ctrl++")]
        )
        self._add(menu, tr("Zoom &out"), "-", lambda: canvas.zoom_by(1 / ZOOM_STEP)).setShortcuts(
            [QKeySequence("-"), QKeySequence("Ctrl+-")]
        )
        menu.addSeparator()
        self._add(menu, tr("&Next photo"), "PgDown", lambda: self._go(1))
        self._add(menu, tr("&Photo before"), "PgUp", lambda: self._go(-1))
        self._add(menu, tr("Next part of the window"), "F6", self._next_part)
        gray = self._add(menu, tr("&Before as plain gray"), "G", lambda: self._plain_gray(gray.isChecked()))
        gray.setCheckable(True)
        gray.setChecked(str(window.remembered("plain_gray", "false")) == "true")
        window.canvas.set_plain_gray(gray.isChecked())
        self.mask = self._add(menu, tr("Damage &mask"), "M", lambda: window.masking.show(self.mask.isChecked()))
        self.mask.setCheckable(True)
        self.mask.setToolTip(f"{tr(SHOWS)} (M)")
        self.mask.setStatusTip(tr(SHOWS))
        self._add(menu, tr("&Search the photos"), "Ctrl+F", window.strip_bar.search.setFocus)
        menu.addSeparator()
        menu.addAction(window.side_dock.toggleViewAction())
        menu.addAction(window.run_dock.toggleViewAction())
        self._looks(menu.addMenu(tr("&Look")))
        self._languages(menu.addMenu(tr("Lan&guage")))

    def show_mask(self) -> None:
        """Lays the mask of damage over the photo."""
        if not self.mask.isChecked():
            self.mask.trigger()

    def _plain_gray(self, on: bool) -> None:
        self._window.canvas.set_plain_gray(on)
        self._window.remember("plain_gray", on)

    def _languages(self, menu: QMenu) -> None:
        """Offers the languages; another one is spoken when the window opens again."""
        group = QActionGroup(menu)
        chosen = str(self._window.remembered("language", AUTOMATIC))
        for code in (AUTOMATIC, *LANGUAGES):
            action = menu.addAction(LANGUAGE_NAMES.get(code, tr("As the s&ystem")))
            action.setCheckable(True)
            action.setChecked(code == chosen)
            action.triggered.connect(lambda _=False, code=code: self._speak(code))
            group.addAction(action)

    def _speak(self, code: str) -> None:
        self._window.remember("language", code)
        message = tr("The window speaks the other language when it is opened again.")
        self._window.statusBar().showMessage(message, 8000)

    def _looks(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        remembered = str(self._window.remembered("look", Look.SYSTEM.value))
        for look in Look:
            action = QAction(tr(LOOKS[look]), menu)
            action.setCheckable(True)
            action.setChecked(look.value == remembered)
            action.triggered.connect(lambda _=False, look=look: self.wear(look))
            group.addAction(action)
            menu.addAction(action)
        self.wear(Look(remembered) if remembered in set(Look) else Look.SYSTEM)

    def wear(self, look: Look) -> None:
        """Makes the window light or dark, and remembers the choice."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, look)
        self._window.remember("look", look.value)

    def _run(self) -> None:
        menu = self._window.menuBar().addMenu(tr("&Run"))
        self._bar.addSeparator()
        self._add(menu, tr("Color &all photos"), "Ctrl+R", self._window.running.start, bar=True)
        self._add(menu, tr("Color se&lected photos"), "Ctrl+Shift+R", self._window.running.start_selected)
        self._add(menu, tr("Color photos of a l&ist…"), "Ctrl+Shift+L", self._window.running.ask_list)
        self._add(menu, tr("&Pause or go on"), "Ctrl+P", self._window.panel.pause.toggle)
        self._add(menu, tr("&Cancel"), "Ctrl+.", self._window.running.cancel)
        menu.addSeparator()
        self._add(menu, tr("Show &results"), "Ctrl+Shift+F", self._window.results.show_folder)
        self._add(menu, tr("&Open report"), "Ctrl+Shift+E", self._window.results.open_report)
        self._add(menu, tr("Copy the co&mmand"), "Ctrl+Shift+C", self._window.panel.copy.click)

    def _help(self) -> None:
        menu = self._window.menuBar().addMenu(tr("&Help"))
        self._add(menu, tr("&Keys"), "F1", self._show_keys)
        does = tr("Colors black-and-white photographs and keeps everything else as it was.")
        about = f"photocolor {__version__}\n\n{does}"
        self._add(menu, tr("&About photocolor"), "", lambda: QMessageBox.about(self._window, "photocolor", about))

    def _show_keys(self) -> None:
        QMessageBox.information(self._window, tr("Keys"), keys_table())

    def _go(self, step: int) -> None:
        strip = self._window.strip
        strip.choose(strip.currentIndex().row() + step)

    def _next_part(self) -> None:
        window = self._window
        parts = (window.canvas, window.strip, window.controls.strength, window.panel.run)
        now = QApplication.focusWidget()
        holders = (window.canvas, window.strip, window.side_dock, window.run_dock)
        here = next((n for n, part in enumerate(holders) if now is part or (now and part.isAncestorOf(now))), -1)
        parts[(here + 1) % len(parts)].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _open_photos(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in sorted(PHOTO_SUFFIXES))
        start = str(self._window.remembered("folder", ""))
        filters = tr("Photos ({kinds});;All files (*)").format(kinds=kinds)
        names, _ = QFileDialog.getOpenFileNames(self._window, tr("Open photos"), start, filters)
        self._open([Path(name) for name in names])

    def _open_folder(self) -> None:
        start = str(self._window.remembered("folder", ""))
        name = QFileDialog.getExistingDirectory(self._window, tr("Open a folder of photos"), start)
        self._open([Path(name)] if name else [])

    def _open(self, paths: list[Path]) -> None:
        if paths:
            self._window.remember("folder", str(paths[0].parent))
            self._window.open_paths(paths)
