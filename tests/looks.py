"""A pipeline whose colors are known, for tests of what is looked at."""

from __future__ import annotations

from pathlib import Path

import fakes

from photocolor.engine.colorizer import Colorizer
from photocolor.models.registry import ModelFile
from photocolor.pipeline.photo import Pipeline
from photocolor.settings import ColorSettings, FileSettings


def pipeline(session: fakes.TintSession | None = None, **color: object) -> Pipeline:
    """Colors by `fakes.tint`; `color` goes to the settings."""
    opened = session or fakes.TintSession()
    model = ModelFile(Path("tint.onnx"), "0" * 64, opened.card)
    return Pipeline(Colorizer(opened), model, ColorSettings(**color), FileSettings())
