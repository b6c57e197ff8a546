#!/usr/bin/env python3
"""Makes docs/images/mending.jpg: a sample with drawn damage, the mask of what was painted, and the mended result.

    scripts/make_mending_picture.py

The damage is known, because it is drawn here: specks and hairs, which are mended, and a crack and a speck on the face,
which are left.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, hand_mask_png

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "samples" / "portrait.jpg"
PICTURE = ROOT / "docs" / "images" / "mending.jpg"
HEIGHT_PX = 620


def main() -> None:
    """Makes the picture."""
    gray = np.asarray(ImageOps.exif_transpose(Image.open(SAMPLE)).convert("L"))
    height, width = gray.shape
    chance, light, dark = np.random.default_rng(7), np.zeros(gray.shape, np.uint8), np.zeros(gray.shape, np.uint8)
    for y, x, radius in chance.integers((0, 0, 1), (height, width, 4), (70, 3)):
        cv2.circle(light, (int(x), int(y)), int(radius), 1, -1)
    for _ in range(6):
        turn = np.cumsum(chance.normal(0, 0.35, 24)) + chance.uniform(0, 6.3)
        steps = np.stack([np.cos(turn), np.sin(turn)], 1) * 7
        line = np.cumsum(steps, 0) + chance.uniform((0, 0), (width, height))
        cv2.polylines(dark, [np.rint(line).astype(np.int32)], isClosed=False, color=1, thickness=2)
    cv2.line(light, (round(0.1 * width), 0), (round(0.16 * width), height), 1, 14)
    damaged = np.where(light, 245, np.where(dark, 25, gray)).astype(np.uint8)
    with tempfile.TemporaryDirectory() as name:
        scan, out = Path(name, "scans", "portrait.png"), Path(name, "color")
        scan.parent.mkdir()
        Image.fromarray(damaged).save(scan, dpi=(300, 300))
        levels = np.where(light | dark, DAMAGED, CLEAN).astype(np.uint8)
        scan.with_name(scan.name + ".mask.png").write_bytes(hand_mask_png(levels, 1))
        command = [
            sys.executable,
            "-m",
            "photocolor",
            "restore",
            str(scan.parent),
            "--out",
            str(out),
            "--mend",
            "spots",
        ]
        subprocess.run([*command, "--quiet", "--device", "cpu", "--workers", "1"], check=True, cwd=ROOT)
        mended = Image.open(out / scan.name).convert("RGB")
        mask = np.asarray(Image.open(out / f"{scan.name}.mended.png"))
    shown = np.repeat(damaged[..., None], 3, 2)
    shown[mask] = (255, 32, 32)
    parts = [Image.fromarray(damaged).convert("RGB"), Image.fromarray(shown), mended]
    sheet = Image.new("RGB", (3 * width + 20, height), "white")
    for number, part in enumerate(parts):
        sheet.paste(part, (number * (width + 10), 0))
    if height > HEIGHT_PX:
        sheet = sheet.resize((round(sheet.width * HEIGHT_PX / height), HEIGHT_PX), Image.Resampling.LANCZOS)
    sheet.save(PICTURE, quality=88)


if __name__ == "__main__":
    main()
