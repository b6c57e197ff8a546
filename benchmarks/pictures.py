"""Gray photographs of any size for the benchmarks: a bundled public-domain picture, enlarged, with film grain."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image
from skimage import data

GRAIN_CODES = 4.0
"""Standard deviation of the grain in 8-bit codes: about that of a scanned 400-ASA negative."""


def gray(megapixels: float, seed: int = 0) -> NDArray[np.uint8]:
    """(H, W) uint8 in 3:2 with edges, smooth areas and grain."""
    height = max(64, round(sqrt(megapixels * 1e6 / 1.5)))
    width = round(height * 1.5)
    scene = cv2.resize(data.camera(), (width, height), interpolation=cv2.INTER_CUBIC)
    rng = np.random.default_rng(seed)
    grain = rng.normal(0, GRAIN_CODES, (256, 256)).astype(np.float32)
    result = np.empty_like(scene)
    for top in range(0, height, 256):
        band = scene[top : top + 256]
        noise = np.tile(np.roll(grain, rng.integers(256), axis=1), (1, -(-width // 256)))[: len(band), :width]
        result[top : top + 256] = np.clip(band + noise, 0, 255).astype(np.uint8)
    return result


def jpeg(path: Path, megapixels: float, seed: int = 0) -> Path:
    """A gray JPEG of quality 92, made once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(gray(megapixels, seed)).save(path, quality=92)
    return path


def tiff16(path: Path, megapixels: float, seed: int = 0) -> Path:
    """A gray 16-bit TIFF in uncompressed strips, made once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        wide = gray(megapixels, seed).astype(np.uint16) * 257
        tifffile.imwrite(path, wide, photometric="minisblack", rowsperstrip=64, software=False, metadata=None)
    return path
