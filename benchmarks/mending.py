"""What mending does to synthetic damage, and what it costs: `python -m benchmarks.mending PHOTOS DAMAGE [FINDER]`.

Lays damage of `training.damage` over a part of each photo in PHOTOS, the mask of it known and given by hand, and
restores it with and without `--mend spots`: mean |ΔL*| to the clean photo inside of what was painted, before and
after, and how many pixels differ outside. Then it measures a whole run on a photo of 24 megapixels, mended and not,
each in a process of its own, also with the package's damage finder, or that of FINDER, looking through it. DAMAGE is
the folder of the damage material.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.clock import whole_process
from photocolor.color.lab import gray_of, lightness_of, lightness_of_code
from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, hand_mask_png
from training.damage.layers import outlines, piece, scratch, specks
from training.damage.material import DamageMaterial
from training.damage.samples import FAINT, lay_over

SIDE_PX = 512
SAMPLES_OF_A_PHOTO = 1
LARGE_PX = (4000, 6000)
MIB = 1 << 20
BY_HAND = ("--mend", "spots", "--finder", "none")
Plane = NDArray[np.float32]


def codes_of(lightness: Plane) -> NDArray[np.uint8]:
    """The nearest 8-bit gray codes of L*."""
    levels = lightness_of_code(255)
    return np.searchsorted((levels[1:] + levels[:-1]) / 2, lightness).astype(np.uint8)


def scans(photos: Path, damage: Path, folder: Path) -> dict[str, NDArray[np.uint8]]:
    """Writes damaged scans with their masks by hand; returns the clean pictures by their names."""
    material, clean = DamageMaterial(damage, held_out=True), {}
    for number, path in enumerate(sorted(photos.glob("*.jpg"))):
        whole = gray_of(np.asarray(Image.open(path).convert("RGB")))
        for sample in range(SAMPLES_OF_A_PHOTO):
            chance = np.random.default_rng([number, sample])
            top, left = (int(chance.integers(side - SIDE_PX + 1)) for side in whole.shape)
            part = np.ascontiguousarray(whole[top : top + SIDE_PX, left : left + SIDE_PX])
            lightness = lightness_of(part)
            kinds = (piece, outlines, scratch, specks)
            layers = [layer for kind in kinds for layer in kind(SIDE_PX, material, chance)]
            damaged = codes_of(np.clip(lay_over(lightness, layers, chance)[0], 0, 100))
            mask = np.abs(lightness_of(damaged) - lightness) >= FAINT
            name = f"{number:02}-{sample}.png"
            Image.fromarray(damaged).save(folder / name)
            levels = np.where(mask, DAMAGED, CLEAN).astype(np.uint8)
            (folder / f"{name}.mask.png").write_bytes(hand_mask_png(levels, 1))
            clean[name] = part
    return clean


def restore(source: Path, out: Path, *options: str) -> list[str]:
    """The command that colors a folder."""
    fixed = ["--out", str(out), "--quiet", "--workers", "1", "--device", "cpu"]
    return [sys.executable, "-m", "photocolor", "restore", str(source), *fixed, *options]


def measure(clean: dict[str, NDArray[np.uint8]], plain: Path, mended: Path) -> str:
    """Errors inside of what was painted before and after, and the pixels outside that differ."""
    inside, outside, painted_px, pixels = np.zeros(2), 0, 0, 0
    for name, truth in clean.items():
        results = [np.asarray(Image.open(folder / name)) for folder in (plain, mended)]
        beside = mended / f"{name}.mended.png"
        painted = np.asarray(Image.open(beside)) if beside.exists() else np.zeros(truth.shape, bool)
        wanted = lightness_of(truth)[painted]
        inside += [np.abs(lightness_of(gray_of(result))[painted] - wanted).sum() for result in results]
        outside += int(np.count_nonzero((results[0] != results[1]).any(2) & ~painted))
        painted_px, pixels = painted_px + int(painted.sum()), pixels + painted.size
    before, after = inside / painted_px
    share = f"{100 * painted_px / pixels:.2f} % of {len(clean)} pictures painted over"
    change = f"mean |ΔL*| {before:.1f} before, {after:.1f} after ({after / before:.2f})"
    return f"{share}: {change}; {outside} pixels differ outside"


def large_scan(photos: Path, folder: Path) -> None:
    """Writes a JPEG of 24 megapixels with specks, and the mask of them by hand."""
    first = sorted(photos.glob("*.jpg"))[0]
    picture = cv2.resize(gray_of(np.asarray(Image.open(first).convert("RGB"))), LARGE_PX[::-1])
    chance, mask = np.random.default_rng(0), np.zeros(LARGE_PX, np.uint8)
    for y, x, radius in chance.integers((0, 0, 1), (*LARGE_PX, 5), (4000, 3)):
        cv2.circle(mask, (int(x), int(y)), int(radius), 1, -1)
    scan = Image.fromarray(np.where(mask, 250, picture).astype(np.uint8))
    scan.save(folder / "large.jpg", quality=92, dpi=(300, 300))
    levels = np.where(mask, DAMAGED, CLEAN).astype(np.uint8)
    (folder / "large.jpg.mask.png").write_bytes(hand_mask_png(levels, 1))


def main() -> None:
    """Prints both."""
    photos, damage = (Path(word) for word in sys.argv[1:3])
    finder = ["--finder", sys.argv[3]] if len(sys.argv) > 3 else []
    with tempfile.TemporaryDirectory() as name:
        small, large = Path(name, "small"), Path(name, "large")
        small.mkdir()
        large.mkdir()
        clean = scans(photos, damage, small)
        for out, options in (("plain", ()), ("mended", BY_HAND)):
            subprocess.run(restore(small, Path(name, out), *options), check=True)
        sys.stdout.write(measure(clean, Path(name, "plain"), Path(name, "mended")) + "\n")
        sys.stdout.flush()
        large_scan(photos, large)
        runs: dict[str, tuple[str, ...]] = {"without": (), "mended by hand": BY_HAND}
        runs["mended, with the finder"] = ("--mend", "spots", *finder)
        for number, (title, options) in enumerate(runs.items()):
            cost = whole_process(restore(large, Path(name, f"large-{number}"), *options), str(Path(name, "cost.json")))
            peak_mb = cost.peak_mb * MIB / 1e6
            sys.stdout.write(f"24 megapixels, {title}: {peak_mb:.0f} MB, {cost.cpu_s:.1f} s of processor\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
