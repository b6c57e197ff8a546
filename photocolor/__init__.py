"""photocolor colors black-and-white photographs and keeps everything else as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photocolor.api import PhotoColorizer, colorize, colorize_array, colorize_file, open_colorizer, variants
    from photocolor.errors import PhotocolorError
    from photocolor.hints.sidecar import Hints, Point, Polygon
    from photocolor.outcome import Done
    from photocolor.settings import ColorSettings, FileSettings

__version__ = "0.3.0"

__all__ = [
    "ColorSettings",
    "Done",
    "FileSettings",
    "Hints",
    "PhotoColorizer",
    "PhotocolorError",
    "Point",
    "Polygon",
    "colorize",
    "colorize_array",
    "colorize_file",
    "open_colorizer",
    "variants",
]

_HOMES = {
    "ColorSettings": "settings",
    "FileSettings": "settings",
    "Done": "outcome",
    "PhotocolorError": "errors",
    "Hints": "hints.sidecar",
    "Point": "hints.sidecar",
    "Polygon": "hints.sidecar",
}
"""Where the names lie that the Python interface does not define itself."""


def __getattr__(name: str) -> object:
    """Imports a public name when it is first used, so that `import photocolor` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'photocolor' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"photocolor.{_HOMES.get(name, 'api')}"), name)


def __dir__() -> list[str]:
    """Returns the public names for `dir(photocolor)` and the Tab key, also before they are used."""
    return sorted({*globals(), *__all__} - {"TYPE_CHECKING", "annotations"})
