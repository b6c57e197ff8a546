"""A studio whose colors are known, for tests of what is looked at."""

from __future__ import annotations

from pathlib import Path

import fakes

from photocolor.engine.colorizer import Colorizer
from photocolor.models.registry import ModelFile
from photocolor.pipeline.photo import Studio
from photocolor.settings import ColorSettings, FileSettings


def studio(session: fakes.TintSession | None = None, **color: object) -> Studio:
    """Colors by `fakes.tint`; `color` goes to the settings."""
    opened = session or fakes.TintSession()
    model = ModelFile(Path("tint.onnx"), "0" * 64, opened.card)
    return Studio(Colorizer(opened), model, ColorSettings(**color), FileSettings())
