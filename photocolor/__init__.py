"""photocolor colors black-and-white photographs and keeps everything else as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photocolor.api import PhotoColorizer, colorize_array, colorize_file, open_colorizer
    from photocolor.settings import ColorSettings, FileSettings

__version__ = "0.2.0"

__all__ = [
    "ColorSettings",
    "FileSettings",
    "PhotoColorizer",
    "colorize_array",
    "colorize_file",
    "open_colorizer",
]


def __getattr__(name: str) -> object:
    """The public names, imported when they are first used: `import photocolor` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'photocolor' has no attribute {name!r}")
    from importlib import import_module

    home = "photocolor.settings" if name.endswith("Settings") else "photocolor.api"
    return getattr(import_module(home), name)
