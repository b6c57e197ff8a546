"""The floor: a file decoded and its result encoded with the libraries and settings of the product, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import simplejpeg
import tifffile
from numpy.typing import NDArray
from PIL import Image

from photocolor.settings import FileSettings

_STRIP_BYTES = 1 << 18


@dataclass(frozen=True)
class Floor:
    """One file's floor.

    Attributes:
        source: the file that is decoded.
        result: (H, W, 3), the product's own colors for it.
        target: where the encoded result goes.
    """

    source: Path
    result: NDArray[Any]
    target: Path

    def __call__(self) -> None:
        """Decodes and encodes."""
        _FORMATS[self.source.suffix](self.source, self.result, self.target)


def _jpeg(source: Path, result: NDArray[Any], target: Path) -> None:
    """As the product does: simplejpeg for gray, imagecodecs for color, 4:4:4."""
    simplejpeg.decode_jpeg(source.read_bytes(), "GRAY")
    target.write_bytes(imagecodecs.jpeg8_encode(result, level=FileSettings().quality, subsampling="444"))


def _tiff(source: Path, result: NDArray[Any], target: Path) -> None:
    """Uncompressed strips, as the benchmark's sources have them."""
    tifffile.imread(BytesIO(source.read_bytes()))
    rows = max(1, _STRIP_BYTES // result.strides[0])
    tifffile.imwrite(target, result, photometric="rgb", rowsperstrip=rows, software=False, metadata=None)


_FORMATS: dict[str, Callable[[Path, NDArray[Any], Path], None]] = {".jpg": _jpeg, ".tif": _tiff}


def decoded_result(path: Path) -> NDArray[Any]:
    """(H, W, 3) of a file that the product wrote."""
    if path.suffix == ".tif":
        return tifffile.imread(path)
    with Image.open(path) as image:
        return np.asarray(image)
