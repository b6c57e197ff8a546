"""Lists the keys of the window, as the user's keyboard names them."""

from __future__ import annotations

import re
from html import escape

from PySide6.QtGui import QKeySequence

from photocolor.desktop.language import QT_TR_NOOP, tr

WIDTH_PX = 620
"""Width of the list: most lines fit into one, so that it is no higher than a small screen."""
KEYS = (
    ("← →", QT_TR_NOOP("move the line between before and after; with Shift farther")),
    ("Home, End", QT_TR_NOOP("all in color, all as before")),
    ("Space", QT_TR_NOOP("hold to see the photo before")),
    ("+ − 0 1", QT_TR_NOOP("zoom in, out, whole photo, actual pixels")),
    ("Ctrl+Left, Ctrl+Right", QT_TR_NOOP("move the photo when it is zoomed")),
    ("P", QT_TR_NOOP("color points: click, or move the crosshair with the arrows and press Enter")),
    ("A; [ ]", QT_TR_NOOP("color area: paint; smaller and larger brush; right button or Shift erases")),
    ("D, M", QT_TR_NOOP("damage brush: paint dust and hairs, right button or Shift what is none; show the mask")),
    ("I", QT_TR_NOOP("eyedropper: take a color from a place of this photo or of another one")),
    ("V", QT_TR_NOOP("other answers that the model holds possible, to click")),
    ("N, B", QT_TR_NOOP("next point or area, the one before")),
    ("← →, Del, Esc", QT_TR_NOOP("move, delete, leave the selected point")),
    ("Ctrl+Z, Ctrl+Shift+Z", QT_TR_NOOP("undo, redo: points, areas and every setting")),
    ("Ctrl+E, Ctrl+C", QT_TR_NOOP("export the photo, copy it in color")),
    ("PgDown, PgUp", QT_TR_NOOP("next photo, photo before")),
    ("Ctrl+F", QT_TR_NOOP("search the photos")),
    ("F6", QT_TR_NOOP("to the canvas, the photos, the settings, the run")),
)
_NAME = re.compile(r"[A-Z]\w*(?:\+\w+)*")


def keys_table() -> str:
    """Returns the list as rich text."""
    rows = "".join(
        f"<tr><td style='white-space: nowrap'><b>{escape(native_keys(keys))}</b></td><td>{escape(tr(text))}</td></tr>"
        for keys, text in KEYS
    )
    return f"<table cellspacing=6 width={WIDTH_PX}>{rows}</table>"


def native_keys(keys: str) -> str:
    """Returns keys under the names that the menus have, such as Strg+Z for Ctrl+Z; arrows and signs stay."""
    shape = QKeySequence.SequenceFormat.NativeText
    return _NAME.sub(lambda name: QKeySequence(name[0]).toString(shape) or name[0], keys)
