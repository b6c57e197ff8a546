"""Prints what a cleaner copy of a photo would bring: the network sees it, while the delivered lightness stays.

python -m benchmarks.model_copy PREPARED_SET [--most N] [--split test] [--finder FILE] [--way NAME]...

Photos are aged (faded, dark, grainy, scratched and dusty, all of it but dark, faded in a mount), cleaned again in one
way at a time, and shown to the bundled model; its colors are laid onto the photo's true lightness and compared with the
true colors (mean ΔE00). "Stretched" is what the product does. What cleaning could bring at most is the way from "none",
the photo as it is, to the clean photo's error.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from photocolor.color.lab import lightness_of
from photocolor.color.model_copy import stretch_against_fading
from photocolor.engine.damage.finder import Finder
from photocolor.models.finder import find_finder
from photocolor.models.registry import find_model
from training.data import aging
from training.data.prepared import load
from training.evaluation.evaluate import Photo, test_photo
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.metrics import ciede2000

SIDE_PX = 256
SPOT_L = 12.0
"""What differs as much from the median of its surroundings is taken for a spot or scratch."""
NOISY_L = 2.0
"""Standard deviation of noise from which on a photo is smoothed."""

Plane = NDArray[np.float32]
Change = Callable[[Plane], Plane]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--most", type=int, default=150, metavar="N")
    parser.add_argument("--split", choices=("val", "test"), default="test")
    parser.add_argument("--finder", type=Path, default=None, metavar="FILE")
    parser.add_argument("--way", action="append", metavar="NAME", help="only this way; may be given several times")
    wanted = parser.parse_args()
    model = ModelFile(find_model("default").path, 1)
    ways = cleanings(wanted.finder)
    ways = {name: clean for name, clean in ways.items() if not wanted.way or name in ("none", *wanted.way)}
    data = load(wanted.prepared, wanted.split, limit=wanted.most)
    errors: dict[tuple[str, str], list[float]] = {}
    for index in range(len(data)):
        photo = test_photo(data, index, SIDE_PX, lambda ab: np.ones(ab.shape[:2], np.float32))
        for age, (real, seen) in aged_copies(photo, index).items():
            plain = error(model, real, seen)
            for name, clean in ways.items():
                copy = clean(seen)
                value = plain if np.array_equal(copy, seen) else error(model, real, copy)
                errors.setdefault((age, name), []).append(value)
    print_table(errors, list(ways))


def cleanings(finder: Path | None) -> dict[str, Change]:
    """Returns the ways to clean a copy, by name."""
    ways: dict[str, Change] = {
        "none": lambda seen: seen,
        "stretched": stretched,
        "spots filled": spots_filled,
        "smoothed": smoothed,
        "non-local means": without_noise,
        "all three": lambda seen: smoothed(spots_filled(stretched(seen))),
    }
    if finder is not None:
        opened = Finder(find_finder(finder), 1)
        ways["filled by finder"] = lambda seen: found_filled(opened, seen)
    return ways


def aged_copies(photo: Photo, seed: int) -> dict[str, tuple[Photo, Plane]]:
    """Returns what is real, and the L* of a scan of it: clean and aged in several ways."""
    lightness = photo.lightness
    chance, scratches = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    noise = chance.normal(0, 5, lightness.shape).astype(np.float32)
    black = chance.uniform(10, 40)
    faded = (black + lightness * chance.uniform(0.25, min(0.65, 0.92 - black / 100))).astype(np.float32)
    copies = {
        "clean": lightness,
        "faded": faded,
        "dark": (lightness * chance.uniform(0.35, 0.7)).astype(np.float32),
        "grainy": np.clip(lightness + noise, 0, 100),
        "scratched and dusty": dusty(scratched(lightness, scratches), seed),
        "all of it": np.clip(dusty(scratched(faded, scratches), seed) + noise * np.float32(0.6), 0, 100),
    }
    aged = {name: (photo, seen) for name, seen in copies.items()}
    return aged | {"faded, in a mount": mounted(photo, faded, chance)}


def mounted(photo: Photo, faded: Plane, chance: np.random.Generator) -> tuple[Photo, Plane]:
    """Returns the photo and its scan with light gray cardboard over the outer 4 to 9 % of each side."""
    mount = np.ones(faded.shape, np.bool_)
    width_px = round(chance.uniform(0.04, 0.09) * min(faded.shape))
    mount[width_px:-width_px, width_px:-width_px] = False
    cardboard = np.float32(chance.uniform(82, 95))
    lightness = np.where(mount, cardboard, photo.lightness)
    ab = np.where(mount[..., None], np.float32(0), photo.ab)
    return replace(photo, lightness=lightness, ab=ab), np.where(mount, cardboard, faded)


def scratched(lightness: Plane, chance: torch.Generator) -> Plane:
    """Returns L* with the scratches that training draws."""
    return np.asarray(aging.scratches(torch.from_numpy(lightness)[None, None], chance)[0, 0].numpy(), np.float32)


def dusty(lightness: Plane, seed: int) -> Plane:
    """Returns L* with 40 light and dark specks of one to three pixels."""
    chance, spotted = np.random.default_rng(seed), lightness.copy()
    for _ in range(40):
        row, column = chance.integers(0, lightness.shape[0], 2)
        cv2.circle(spotted, (int(column), int(row)), int(chance.integers(0, 2)), float(chance.choice((5, 97))), -1)
    return spotted


def stretched(seen: Plane) -> Plane:
    """Returns L* as the product shows it to the model."""
    return stretch_against_fading(seen).apply(seen)


def spots_filled(seen: Plane) -> Plane:
    """Returns L* with what stands out of its surroundings replaced by their median."""
    codes = np.rint(seen * 2.55).astype(np.uint8)
    median = cv2.medianBlur(codes, 7).astype(np.float32) / np.float32(2.55)
    inner = cv2.medianBlur(codes, 3).astype(np.float32) / np.float32(2.55)
    standing = np.maximum(np.abs(seen - median), np.abs(inner - median)) > SPOT_L
    rough = cv2.blur((np.abs(seen - median) > SPOT_L / 2).astype(np.float32), (25, 25))
    spots = (standing & (rough < 0.25)).astype(np.uint8)
    return np.where(cv2.dilate(spots, np.ones((3, 3), np.uint8)) > 0, median, seen).astype(np.float32)


def found_filled(finder: Finder, seen: Plane) -> Plane:
    """Returns L* with what a damage finder marks filled from around."""
    codes = lightness_codes(seen)
    marks = (np.concatenate(list(finder.find([codes], codes.shape))) > 0).astype(np.uint8)
    if not marks.any():
        return seen
    codes = np.rint(seen * 2.55).astype(np.uint8)
    filled = cv2.inpaint(codes, cv2.dilate(marks, np.ones((3, 3), np.uint8)), 3, cv2.INPAINT_TELEA)
    return np.where(marks > 0, filled.astype(np.float32) / np.float32(2.55), seen).astype(np.float32)


def lightness_codes(seen: Plane) -> NDArray[np.uint8]:
    """Returns the 8-bit gray codes whose L* these are, as a file would hold them."""
    levels = lightness_of(np.arange(256, dtype=np.uint8)[None])[0]
    return np.searchsorted((levels[1:] + levels[:-1]) / 2, seen).astype(np.uint8)


def noise_of(seen: Plane) -> float:
    """Returns the standard deviation of noise.

    Source: Immerkær, "Fast noise variance estimation", 1996.
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    return float(np.median(np.abs(cv2.filter2D(seen, -1, kernel))) / 0.6745 / 6)


def smoothed(seen: Plane) -> Plane:
    """Returns L* smoothed within its edges where it is noisy; else as it is."""
    noise = noise_of(seen)
    return seen if noise < NOISY_L else np.asarray(cv2.bilateralFilter(seen, 5, 3 * noise, 1.5), np.float32)


def without_noise(seen: Plane) -> Plane:
    """Returns L* after non-local means where it is noisy; else as it is."""
    noise = noise_of(seen)
    if noise < NOISY_L:
        return seen
    codes = cv2.fastNlMeansDenoising(np.rint(seen * 2.55).astype(np.uint8), None, 2.0 * noise, 5, 15)
    return np.asarray(codes, np.float32) / np.float32(2.55)


def error(model: ModelFile, photo: Photo, seen: Plane) -> float:
    """Returns the mean ΔE00 of the colors that the model gives for a copy, on the photo's true lightness."""
    ab = model.color(seen)
    mine, real = (np.dstack([photo.lightness, values]) for values in (ab, photo.ab))
    return float(ciede2000(mine, real).mean())


def print_table(errors: dict[tuple[str, str], list[float]], ways: list[str]) -> None:
    """Prints the mean error of each age without cleaning, and each cleaning's change of it with its 95 % interval."""
    print(f"| photos | {' | '.join(ways)} | changed by the first |")
    print(f"|{'---|' * (len(ways) + 2)}")
    for age in dict.fromkeys(age for age, _ in errors):
        plain = np.array(errors[age, "none"])
        cells = [f"{plain.mean():.2f}"]
        for name in ways[1:]:
            change = np.array(errors[age, name]) - plain
            cells.append(f"{change.mean():+.2f} ± {1.96 * change.std() / np.sqrt(len(change)):.2f}")
        changed = np.mean(np.array(errors[age, ways[1]]) != plain)
        print(f"| {age} | {' | '.join(cells)} | {changed:.0%} |")


if __name__ == "__main__":
    main()
