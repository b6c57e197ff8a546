"""The Python interface; see docs/api.md."""

from photocolor.api.colorize_any import colorize
from photocolor.api.colorizer import PhotoColorizer, colorize_array, colorize_file, open_colorizer
from photocolor.api.possible import variants

__all__ = ["PhotoColorizer", "colorize", "colorize_array", "colorize_file", "open_colorizer", "variants"]
