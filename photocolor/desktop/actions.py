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
from photocolor.desktop.photo.tools import Tool
from photocolor.desktop.photo.viewport import ZOOM_STEP
from photocolor.desktop.theme import Look, apply

if TYPE_CHECKING:
    from photocolor.desktop.window import Window

TOOLS = (
    (Tool.POINT, "Color &points", "P", "A click on the photo makes a color point"),
    (Tool.AREA, "Color &area", "A", "Paint an area in the color of the brush; the right button erases"),
    (Tool.DROPPER, "E&yedropper", "I", "A click takes the color of a place, in this photo or in another one"),
)
HELP = """<table cellspacing=6>
<tr><td><b>← →</b></td><td>move the line between before and after; with Shift farther</td></tr>
<tr><td><b>Home, End</b></td><td>all in color, all gray</td></tr>
<tr><td><b>Space</b></td><td>hold to see the gray photo</td></tr>
<tr><td><b>+ − 0 1</b></td><td>zoom in, out, whole photo, actual pixels</td></tr>
<tr><td><b>Ctrl + arrows</b></td><td>move the photo when it is zoomed</td></tr>
<tr><td><b>P</b></td><td>color points: click, or move the crosshair with the arrows and press Enter</td></tr>
<tr><td><b>A; [ ]</b></td><td>color area: paint; smaller and larger brush; right button or Shift erases</td></tr>
<tr><td><b>I</b></td><td>eyedropper: take a color from a place of this photo or of another one</td></tr>
<tr><td><b>N, B</b></td><td>next point or area, the one before</td></tr>
<tr><td><b>arrows, Delete, Esc</b></td><td>move, delete, leave the selected point</td></tr>
<tr><td><b>Ctrl + Z, Ctrl + Shift + Z</b></td><td>undo, redo: points, areas and every setting</td></tr>
<tr><td><b>Ctrl + E, Ctrl + C</b></td><td>export the photo, copy it in color</td></tr>
<tr><td><b>Page Down, Page Up</b></td><td>next photo, photo before</td></tr>
<tr><td><b>F6</b></td><td>to the canvas, the photos, the settings, the run</td></tr>
</table>"""


class Actions(QObject):
    """Holds every action that has a name."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._bar = QToolBar("Tools", window)
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
        menu = self._window.menuBar().addMenu("&File")
        self._add(menu, "&Open photos…", "Ctrl+O", self._open_photos, bar=True)
        self._add(menu, "Open &folder…", "Ctrl+Shift+O", self._open_folder, bar=True)
        self._bar.addSeparator()
        menu.addSeparator()
        self.save = self._add(menu, "&Save color points", "Ctrl+S", self._window.steering.save)
        menu.addSeparator()
        self._add(menu, "&Export…", "Ctrl+E", self._window.exporting.ask, bar=True)
        self._add(menu, "Save &beside the original", "Ctrl+Shift+S", self._window.exporting.save_beside)
        self._add(menu, "&Copy the colored photo", "Ctrl+C", self._window.exporting.copy)
        menu.addSeparator()
        self._add(menu, "&Quit", "Ctrl+Q", self._window.close)

    def _edit(self) -> None:
        window = self._window
        menu = window.menuBar().addMenu("&Edit")
        for make, keys in (
            (window.history.createUndoAction, QKeySequence.StandardKey.Undo),
            (window.history.createRedoAction, QKeySequence.StandardKey.Redo),
        ):
            action = make(window)
            action.setShortcuts(QKeySequence.keyBindings(keys))
            menu.addAction(action)
        menu.addSeparator()
        self._tools(menu)
        self._add(menu, "&Delete point or area", "", window.steering.delete_selected)

    def _tools(self, menu: QMenu) -> None:
        """Adds what a click on the photo can be; a tool that is on is put away by its own key."""
        self._tool_actions: dict[Tool, QAction] = {}
        for tool, text, key, tip in TOOLS:
            action = self._add(menu, text, key, partial(self._toggle, tool), bar=True)
            action.setCheckable(True)
            action.setToolTip(f"{tip} ({key})")
            self._tool_actions[tool] = action

    def _toggle(self, tool: Tool) -> None:
        self._window.steering.use_tool(tool if self._tool_actions[tool].isChecked() else Tool.HAND)

    def show_tool(self, tool: Tool) -> None:
        """Shows which tool is on."""
        for each, action in self._tool_actions.items():
            action.setChecked(each is tool)

    def _view(self) -> None:
        window, canvas = self._window, self._window.canvas
        menu = window.menuBar().addMenu("&View")
        self._bar.addSeparator()
        self._add(menu, "&Whole photo", "0", canvas.fit, bar=True)
        self._add(menu, "&Actual pixels", "1", canvas.actual_pixels, bar=True)
        self._add(menu, "Zoom &in", "+", lambda: canvas.zoom_by(ZOOM_STEP)).setShortcuts(
            [QKeySequence("+"), QKeySequence("="), QKeySequence("Ctrl++")]
        )
        self._add(menu, "Zoom &out", "-", lambda: canvas.zoom_by(1 / ZOOM_STEP)).setShortcuts(
            [QKeySequence("-"), QKeySequence("Ctrl+-")]
        )
        menu.addSeparator()
        self._add(menu, "&Next photo", "PgDown", lambda: self._go(1))
        self._add(menu, "&Photo before", "PgUp", lambda: self._go(-1))
        self._add(menu, "Next part of the window", "F6", self._next_part)
        menu.addSeparator()
        menu.addAction(window.side_dock.toggleViewAction())
        menu.addAction(window.run_dock.toggleViewAction())
        self._looks(menu.addMenu("&Look"))

    def _looks(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        remembered = str(self._window.remembered("look", Look.SYSTEM.value))
        for look in Look:
            action = QAction({"system": "As the s&ystem", "light": "&Light", "dark": "&Dark"}[look.value], menu)
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
        menu = self._window.menuBar().addMenu("&Run")
        self._bar.addSeparator()
        self._add(menu, "Color &all photos", "Ctrl+R", self._window.running.start, bar=True)
        self._add(menu, "Color se&lected photos", "Ctrl+Shift+R", self._window.running.start_selected)
        self._add(menu, "&Pause or go on", "Ctrl+P", self._window.panel.pause.toggle)
        self._add(menu, "&Cancel", "Ctrl+.", self._window.running.cancel)
        self._add(menu, "Copy the co&mmand", "Ctrl+Shift+C", self._window.panel.copy.click)

    def _help(self) -> None:
        menu = self._window.menuBar().addMenu("&Help")
        self._add(menu, "&Keys", "F1", lambda: QMessageBox.information(self._window, "Keys", HELP))
        about = f"photocolor {__version__}\n\nColors black-and-white photographs and keeps everything else as it was."
        self._add(menu, "&About photocolor", "", lambda: QMessageBox.about(self._window, "photocolor", about))

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
        names, _ = QFileDialog.getOpenFileNames(self._window, "Open photos", start, f"Photos ({kinds});;All files (*)")
        self._open([Path(name) for name in names])

    def _open_folder(self) -> None:
        start = str(self._window.remembered("folder", ""))
        name = QFileDialog.getExistingDirectory(self._window, "Open a folder of photos", start)
        self._open([Path(name)] if name else [])

    def _open(self, paths: list[Path]) -> None:
        if paths:
            self._window.remember("folder", str(paths[0].parent))
            self._window.open_paths(paths)
