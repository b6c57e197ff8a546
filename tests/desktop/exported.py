"""What a photographer's exports must be: those of the command line, with chosen answer, mended spots and layers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
from commands import photocolor as command
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage
from psd_tools.composite import composite

from photocolor.image.decode import decode
from photocolor.image.layers.stack import blend_color
from photocolor.verify.files import verify_file

ONE_CODE = 1.05
"""One code of 8 bits, besides what float32 of the reader adds."""
SEEN_CODES = 2.0
"""Mean distance that the eye sees."""


def pixels(path: Path) -> NDArray[np.integer]:
    """The codes of a file of 8 bits."""
    return decode(path.read_bytes(), 1.0).pixels


def by_command(photo: Path, folder: Path, *options: object) -> NDArray[np.integer]:
    """The photo as `restore` colors it with what lies beside it."""
    answer = command("restore", photo, "--out", folder, "--device", "cpu", "--format", "tiff", *options)
    assert answer.code == 0, answer.err
    return pixels(folder / f"{photo.stem}.tif")


def check_tiff(photo: Path, exported: Path, work: Path) -> None:
    """The TIFF is what `restore --mend spots` makes; without answer and mending it would be another one."""
    result = pixels(exported)
    assert np.array_equal(result, by_command(photo, work / "same", "--mend", "spots"))
    with Image.open(f"{exported}.mended.png") as mask:
        mended = np.asarray(mask.convert("L")) > 0
    assert 0 < mended.mean() < 0.002
    plain = by_command(photo, work / "unmended")
    assert np.array_equal(plain[~mended], result[~mended])
    assert (plain[mended] != result[mended]).any(axis=1).mean() > 0.9
    assert verify_file(photo, exported).holds
    other = work / "other-answer" / photo.name
    other.parent.mkdir()
    for name in (photo.name, f"{photo.name}.mask.png"):
        shutil.copy(photo.with_name(name), other.with_name(name))
    hints = json.loads(photo.with_name(f"{photo.name}.hints.json").read_text("utf-8"))
    assert hints.pop("variant") and hints["points"] and hints["polygons"]
    other.with_name(f"{photo.name}.hints.json").write_text(json.dumps(hints), "utf-8")
    own = by_command(other, work / "own", "--mend", "spots")
    assert np.abs(own.astype(float) - result).mean() > SEEN_CODES


def check_open_raster(photo: Path, exported: Path) -> None:
    """The layers of the ORA give the result within one code, and the lowest is the photograph."""
    result = pixels(exported)
    with ZipFile(f"{exported}.ora") as ora:
        layers = list(ElementTree.fromstring(ora.read("stack.xml")).iter("layer"))  # noqa: S314 -- we wrote it
        color, luma, photograph = (decode(ora.read(layer.attrib["src"]), 1.0).pixels for layer in layers)
    together = np.rint(blend_color(luma[..., 0] / 255, color / 255) * 255)
    assert np.abs(together - result).max() <= ONE_CODE
    source = pixels(photo)
    with Image.open(f"{exported}.mended.png") as mask:
        mended = np.asarray(mask.convert("L")) > 0
    assert np.array_equal(photograph[..., 0][~mended], source[~mended])


def check_psd(exported: Path) -> None:
    """The layers of the PSD, flattened by psd-tools, give the result within one code."""
    colors, _, _ = composite(PSDImage.open(f"{exported}.psd"), force=True)
    assert np.abs(colors * 255 - pixels(exported)).max() <= ONE_CODE
