"""photocolor colors black-and-white photographs and keeps everything else as it was."""

from __future__ import annotations

__version__ = "0.1.0"
