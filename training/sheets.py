"""`sheets`: pictures to look at, beside any number: unpicked test photos, old scans, and the worst failures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps
from rich.console import Console

from training.color import lab_of_photo, photo_of_lab
from training.colorist import ModelFile, resized
from training.data.prepared import load
from training.data.sources import SUFFIXES
from training.evaluate import Protocol, answer_of, measure, test_photo
from training.figures import grid, save_picture

UNPICKED = 48
WORST = 10
PER_SHEET = 8
SCAN_PX = 384


def draw_sheets(model: ModelFile, protocol: Protocol, scans: Path | None, out: Path, console: Console) -> None:
    """Writes PNG sheets into `out`, which gets a .gitignore: test photos and scans are seldom ours to show.

    Args:
        model: what colors.
        protocol: the test photos.
        scans: a folder of old photos, if there is one.
        out: the folder.
        console: for the list of files.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / ".gitignore").write_text("*\n", encoding="utf-8")
    photos, errors = _test_rows(model, protocol)
    spread = np.linspace(0, len(photos) - 1, min(UNPICKED, len(photos))).round().astype(int).tolist()
    worst = np.argsort(errors)[::-1][:WORST].tolist()
    _save([photos[index] for index in spread], out, "test", console)
    _save([photos[index] for index in worst], out, "worst", console)
    if scans is not None:
        for number, path in enumerate(sorted(file for file in scans.iterdir() if file.suffix.lower() in SUFFIXES)):
            target = out / f"scan-{number:02d}-{path.stem}.png"
            save_picture(grid([_scan(model, path)]), target)
            console.print(str(target))


def _test_rows(model: ModelFile, protocol: Protocol) -> tuple[list[list[NDArray[np.uint8]]], list[float]]:
    """For every test photo gray, colored and real, and the mean color difference."""
    data = load(protocol.data, protocol.split, protocol.only, protocol.limit)
    rows, errors = [], []
    for index in range(len(data)):
        photo = test_photo(data, index, protocol.size_px, lambda ab: np.ones(ab.shape[:2], np.float32))
        ab = answer_of(model, photo.given)
        gray = photo_of_lab(photo.lightness, np.zeros_like(ab))
        rows.append([gray, photo_of_lab(photo.lightness, ab), photo.rgb])
        errors.append(measure(photo, ab, None)["ciede2000"])
    return rows, errors


def _scan(model: ModelFile, path: Path) -> list[NDArray[np.uint8]]:
    """A whole old photo at about the model's working size, gray and colored."""
    with Image.open(path) as image:
        pixels = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    scale = SCAN_PX / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lightness, _ = lab_of_photo(np.asarray(small, np.uint8))
    height, width = lightness.shape
    if model.fixed_px:
        asked = (model.fixed_px, model.fixed_px)
    else:
        asked = tuple(max(1, round(side / model.multiple)) * model.multiple for side in (height, width))
    ab = resized(model.color(resized(lightness, asked)), (height, width))
    return [photo_of_lab(lightness, np.zeros_like(ab)), photo_of_lab(lightness, ab)]


def _save(rows: list[list[NDArray[np.uint8]]], out: Path, name: str, console: Console) -> None:
    for start in range(0, len(rows), PER_SHEET):
        part = rows[start : start + PER_SHEET]
        target = out / f"{name}-{start // PER_SHEET}.png"
        save_picture(grid([list(line) for line in zip(*part, strict=True)]), target)
        console.print(str(target))
