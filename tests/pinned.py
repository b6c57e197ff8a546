"""The result of one small photo on the CPU, as `tests/pinned.json` remembers it; run as a script, it is pinned anew.

    python tests/pinned.py

Do that when a result is meant to change, or the model did, and say in CHANGELOG.md what changed in the picture.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import imagecodecs
import numpy as np
import PIL
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))  # as a script it has no conftest that does

import photos

from photocolor.api import colorize_file
from photocolor.containers.jpeg import coding_only, segments_of
from photocolor.engine.runtime import load_runtime
from photocolor.models.registry import find_model
from photocolor.settings import ColorSettings

PINS = Path(__file__).with_suffix(".json")
AGAIN = "if that is meant, run `python tests/pinned.py` and say in CHANGELOG.md what changed in the picture"
SHAPE = (840, 960)
"""Large enough for both passes at that detail."""
DETAIL_PX = 768
CELLS = (6, 8)


def environment() -> dict[str, str]:
    """What may change the last bits: libraries, and the instructions for which they have kernels."""
    from numpy._core._multiarray_umath import __cpu_features__ as features

    return {
        "onnxruntime": load_runtime().__version__,
        "opencv": cv2.__version__,
        "numpy": np.__version__,
        "pillow": PIL.__version__,
        "simplejpeg": simplejpeg.__version__,
        "imagecodecs": imagecodecs.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
        "instructions": " ".join(sorted(name for name, there in features.items() if there)),
    }


def result() -> bytes:
    """The colored JPEG."""
    with tempfile.TemporaryDirectory() as name:
        source, target = Path(name, "photo.jpg"), Path(name, "color.jpg")
        source.write_bytes(photos.jpeg(photos.gray(*SHAPE)))
        colorize_file(source, target, device="cpu", color=ColorSettings(detail=DETAIL_PX))
        return target.read_bytes()


def coded(result: bytes) -> bytes:
    """The coded picture without metadata, which say version and checksums and may change at any time."""
    return coding_only(result, list(segments_of(result)))


def cells(result: bytes) -> NDArray[np.float64]:
    """(6, 8, 3) mean sRGB codes of parts of the picture: what an eye would see change."""
    with Image.open(BytesIO(result)) as image:
        rgb = np.asarray(image, np.float64)
    rows, columns = CELLS
    return rgb.reshape(rows, SHAPE[0] // rows, columns, SHAPE[1] // columns, 3).mean(axis=(1, 3))


def pins() -> dict[str, Any]:
    """What is to be remembered of this environment's result."""
    data = result()
    return {
        "model": find_model("default").sha256,
        "environment": environment(),
        "coded_sha256": hashlib.sha256(coded(data)).hexdigest(),
        "cells": np.round(cells(data), 2).tolist(),
    }


if __name__ == "__main__":
    PINS.write_text(json.dumps(pins(), indent=1) + "\n", encoding="utf-8")
