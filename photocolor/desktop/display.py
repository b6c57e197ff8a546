"""Finds out before Qt starts whether a window can be shown: Qt itself would end the process without a word of help."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from photocolor.errors import EnvironmentFault

PACKAGES = (
    "libglib2.0-bin libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0"
)
"""What Qt needs of Debian and Ubuntu beside its own wheel; GLib by a package whose name is the same in each release."""
_INSTALL = f"On Debian and Ubuntu: sudo apt-get install {PACKAGES}"
_NO_DISPLAY = (
    "Start it on a desktop, or over ssh -X. Without one photocolor preview shows a photo, and restore colors all."
)


def refuse_without_window() -> None:
    """Raises unless a window can be shown.

    Raises:
        EnvironmentFault: PySide6, a library that Qt needs, or a display is missing.
    """
    fault = window_fault(os.environ)
    if fault is not None:
        raise fault


def window_fault(environment: Mapping[str, str]) -> EnvironmentFault | None:
    """Returns what keeps a window from being shown; None if nothing does.

    Args:
        environment: the process's variables.
    """
    if find_spec("PySide6") is None:
        return EnvironmentFault("the window needs PySide6", 'Install it with: pip install "photocolor[desktop]"')
    try:
        import PySide6.QtWidgets
    except ImportError as error:
        return EnvironmentFault(f"a library that the window needs cannot be loaded: {error}", _INSTALL)
    if not sys.platform.startswith("linux") or environment.get("QT_QPA_PLATFORM") or environment.get("WAYLAND_DISPLAY"):
        return None
    if not environment.get("DISPLAY"):
        return EnvironmentFault("there is no display to show a window on (DISPLAY is not set)", _NO_DISPLAY)
    return _without_plugin(Path(PySide6.__file__).parent) or _without_server(environment["DISPLAY"])


def _without_plugin(library: Path) -> EnvironmentFault | None:
    """Returns what keeps Qt's part for X11 from being loaded."""
    plugin = library / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    try:
        if plugin.exists():
            ctypes.CDLL(str(plugin))
    except OSError as error:
        return EnvironmentFault(f"a library that the window needs cannot be loaded: {error}", _INSTALL)
    return None


def _without_server(display: str) -> EnvironmentFault | None:
    """Returns what keeps the X server from being reached."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError as error:
        return EnvironmentFault(f"a library that the window needs cannot be loaded: {error}", _INSTALL)
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    if failed:
        return EnvironmentFault(f"the display {display} cannot be reached", _NO_DISPLAY)
    return None
