"""Measures how often gray, toned, hand-tinted and colored pictures are taken for one another.

    python benchmarks/tone.py PHOTOS HISTORIC [--sheet SHEET.png]

PHOTOS is a folder of zipped color photos with an index.tsv that names a test split, HISTORIC one of old scans. Some 600
labeled pictures are built from them and from scikit-image's own photos: gray ones saved in color, toned ones (sepia,
cyanotype, selenium, faded, yellowed and stained paper, a scanner's cast, prints on a mount), hand-tinted ones, and
color photos, among them the least colorful of the test split. One half chose the thresholds in `photocolor.color.tone`;
the other half is the one whose confusion matrix is reported. `--sheet` shows the pictures that were taken for others.
"""

from __future__ import annotations

import csv
import io
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.lab import gray_of, lab_of
from photocolor.color.tone import Tone, tone_of

Rgb = NDArray[np.uint8]

COLOR_PHOTOS = 150
PALE_PHOTOS = 60
"""How many of the least colorful photos of the test split are taken besides."""
TONED_IN_SPLIT = frozenset({"9c70f4ac340d1cbc.webp", "8b06895a081a41d6.webp", "8b9fe77689f1d180.webp"})
"""Photos of the split that are sepia or blue prints, as an eye sees; as color photos they would be labeled wrongly."""
BUNDLED = ("astronaut", "cat", "coffee", "rocket", "immunohistochemistry", "retina", "hubble_deep_field")


@dataclass(frozen=True)
class Labeled:
    """A picture, what it is, and how it was made."""

    tone: Tone
    kind: str
    rgb: Rgb


# -- what a print can look like ---------------------------------------------------------------------------------------


def inks(gray: Rgb, ink: tuple[float, ...], paper: tuple[float, ...], middle: tuple[float, ...] | None = None) -> Rgb:
    """The gray printed from `ink` (black) to `paper` (white), bent toward `middle` in the half tones."""
    share = gray[..., None].astype(np.float32) / 255
    rgb = np.array(ink) + share * (np.array(paper) - np.array(ink))
    if middle is not None:
        rgb += 4 * share * (1 - share) * (np.array(middle) - (np.array(ink) + np.array(paper)) / 2)
    return np.rint(rgb).clip(0, 255).astype(np.uint8)


def blotches(shape: tuple[int, ...], rng: np.random.Generator, size: float) -> NDArray[np.float32]:
    """(H, W) float32 in [0, 1]: soft spots of about `size` of the picture's side."""
    noise = rng.normal(0, 1, shape[:2]).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), size * max(shape[:2]))
    return np.asarray((soft - soft.min()) / (np.ptp(soft) + 1e-9), np.float32)


def sepia(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """One brown ink on warm paper."""
    k = rng.uniform(0.5, 1.3)
    return inks(gray, (40 * k, 24 * k, 12 * k), (250 - 8 * k, 238 - 14 * k, 214 - 34 * k))


def cyanotype(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """Prussian blue on white paper."""
    k = rng.uniform(0.6, 1.1)
    return inks(gray, (8, 28 * k, 75 * k), (238, 244, 246), (70, 115, 160 * k + 20))


def selenium(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """A cool purple-brown, faint."""
    k = rng.uniform(0.5, 1)
    return inks(gray, (34 * k, 20 * k, 30 * k), (248, 246, 242), (132, 122, 126))


def faded(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """Blacks that turned brown and paper that turned yellow."""
    return inks(gray, (110, 88, 62), (236, 224, 190 + rng.uniform(-20, 20)))


def yellowed(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """Yellow paper with brown stains, which follow no lightness."""
    base = inks(gray, (20, 18, 14), (246, 236, 208)).astype(np.float32)
    stain = blotches(gray.shape, rng, 0.12)[..., None] ** 2 * rng.uniform(0.3, 0.8)
    return np.rint(base * (1 - stain * np.array((0.06, 0.14, 0.34)))).clip(0, 255).astype(np.uint8)


def split_toned(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """Blue shadows and warm lights."""
    return inks(gray, (16, 24, 44), (250, 238, 212), (128 + rng.uniform(-6, 6), 122, 114))


def cast(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """A scanner's or camera's wrong white balance."""
    gains = 1 + rng.uniform(-0.09, 0.09, 3)
    return np.rint(gray[..., None] * gains + rng.uniform(0, 10, 3)).clip(0, 255).astype(np.uint8)


def mounted(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """A print, gray or sepia, on a page of colored paper, with a white border at times."""
    height, width = gray.shape
    page = np.array((rng.uniform(170, 215), rng.uniform(150, 185), rng.uniform(95, 140)))
    margins = [int(rng.uniform(0.12, 0.35) * side) for side in (height, height, width, width)]
    canvas = np.empty((height + margins[0] + margins[1], width + margins[2] + margins[3], 3), np.float32)
    canvas[:] = page + rng.normal(0, 2, (*canvas.shape[:2], 1))
    at = slice(margins[0], margins[0] + height), slice(margins[2], margins[2] + width)
    canvas[at] = sepia(gray, rng) if rng.random() < 0.5 else gray[..., None]
    if rng.random() < 0.5:
        border = 6
        canvas[at[0].start - border : at[0].start, at[1]] = 240
        canvas[at[0].stop : at[0].stop + border, at[1]] = 240
    return canvas.clip(0, 255).astype(np.uint8)


TONED: dict[str, Callable[[Rgb, np.random.Generator], Rgb]] = {
    "sepia": sepia,
    "cyanotype": cyanotype,
    "selenium": selenium,
    "faded": faded,
    "yellowed, stained": yellowed,
    "split toned": split_toned,
    "cast": cast,
    "on a mount": mounted,
}


def tinted(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """The gray, or a sepia print, with two to four flat washes of dye, each over one region, thin or strong."""
    base = (sepia(gray, rng) if rng.random() < 0.4 else np.dstack([gray] * 3)).astype(np.float32)
    height, width = gray.shape
    rows = np.linspace(0, 1, height)[:, None]
    dyes = [(225, 165, 140), (140, 175, 215), (150, 185, 120), (215, 110, 110), (225, 200, 120), (170, 140, 190)]
    chosen = rng.permutation(len(dyes))[: rng.integers(2, 5)]
    for number, at in enumerate(chosen):
        if number == 0 and rng.random() < 0.5:  # a sky, or a foreground
            mask = np.clip(1.6 - 3 * rows, 0, 1) if rng.random() < 0.5 else np.clip(3 * rows - 1.6, 0, 1)
            mask = np.broadcast_to(mask, gray.shape).astype(np.float32)
        else:
            center, radius = rng.uniform(0.2, 0.8, 2) * (height, width), rng.uniform(0.08, 0.25) * min(height, width)
            y, x = np.mgrid[0:height, 0:width]
            inside = ((y - center[0]) / radius) ** 2 + ((x - center[1]) / (radius * rng.uniform(0.6, 1.6))) ** 2 < 1
            mask = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 2)
        mask = mask * (blotches(gray.shape, rng, 0.08) * 0.3 + 0.7)
        strength = rng.uniform(0.35, 0.9)
        wash = np.array(dyes[at]) / np.mean(dyes[at])
        base *= 1 + (mask * strength)[..., None] * (wash - 1)
    return base.clip(0, 255).astype(np.uint8)


def scanned(gray: Rgb, rng: np.random.Generator) -> Rgb:
    """A gray print from a color scanner: noise in each channel, at times one of them a part of a pixel off."""
    channels = [gray + rng.normal(0, rng.uniform(0, 5), gray.shape) for _ in range(3)]
    if rng.random() < 0.4:
        shift = np.array(((1, 0, rng.uniform(0.1, 0.4)), (0, 1, rng.uniform(0.1, 0.4))), np.float32)
        channels[0] = cv2.warpAffine(channels[0], shift, gray.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.dstack(channels).clip(0, 255).astype(np.uint8)


def compressed(rgb: Rgb, rng: np.random.Generator) -> Rgb:
    """The picture after a JPEG of the web: its chroma halved and noisy."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=int(rng.integers(45, 92)))
    return np.asarray(Image.open(file).convert("RGB"))


# -- the collection ---------------------------------------------------------------------------------------------------


def test_photos(folder: Path) -> Iterator[Rgb]:
    """The photos of the test split, in the order of their names, which are hashes."""
    with (folder / "index.tsv").open(newline="") as file:
        rows = sorted(
            (row for row in csv.DictReader(file, delimiter="\t") if row["split"] == "test"), key=lambda r: r["name"]
        )
    archives: dict[str, zipfile.ZipFile] = {}
    for row in rows:
        shard = row["shard"]
        archive = archives.setdefault(shard, zipfile.ZipFile(folder / f"photos-{shard}.zip"))
        if row["name"] not in TONED_IN_SPLIT:
            yield np.asarray(Image.open(io.BytesIO(archive.read(row["name"]))).convert("RGB"))


def typical_chroma(rgb: Rgb) -> float:
    """The chroma that 95 % of the pixels stay below."""
    ab = lab_of(rgb)[1]
    return float(np.quantile(np.hypot(ab[..., 0], ab[..., 1]), 0.95))


def collect(photos: Path, historic: Path) -> list[Labeled]:
    """All labeled pictures; the same ones each time."""
    from skimage import data

    rng = np.random.default_rng(5)
    every = list(test_photos(photos))
    pale = sorted(range(len(every)), key=lambda at: typical_chroma(every[at]))[:PALE_PHOTOS]
    rest = [at for at in range(len(every)) if at not in set(pale)]
    found = [Labeled(Tone.COLOR, "photo", every[at]) for at in rest[:COLOR_PHOTOS]]
    found += [Labeled(Tone.COLOR, "pale photo", every[at]) for at in pale]
    found += [Labeled(Tone.COLOR, "bundled", np.asarray(getattr(data, name)())[..., :3]) for name in BUNDLED]
    grays = [gray_of(every[at]) for at in rest[COLOR_PHOTOS:]]
    grays += [np.asarray(data.camera()), np.asarray(data.moon()), np.asarray(data.page())]
    supply = iter(grays * 2)
    found += [Labeled(Tone.GRAY, "gray", compressed(scanned(next(supply), rng), rng)) for _ in range(60)]
    for kind, make in TONED.items():
        found += [Labeled(Tone.TONED, kind, compressed(make(next(supply), rng), rng)) for _ in range(20)]
    found += [Labeled(Tone.HAND_TINTED, "hand-tinted", compressed(tinted(next(supply), rng), rng)) for _ in range(100)]
    for path in sorted(historic.glob("*.[jp][pn]g")):
        rgb = np.asarray(Image.open(path).convert("RGB"))
        found.append(Labeled(Tone.GRAY if typical_chroma(rgb) < 1 else Tone.TONED, f"scan {path.stem}", rgb))
    return found


# -- the report -------------------------------------------------------------------------------------------------------


def report(pictures: list[Labeled]) -> list[tuple[Labeled, Tone]]:
    """Prints the confusion matrix as Markdown; what was taken for another."""
    answers = [tone_of(item.rgb) for item in pictures]
    counts = Counter((item.tone, answer) for item, answer in zip(pictures, answers, strict=True))
    print("| is | taken as " + " | ".join(Tone) + " |\n|---|" + "---|" * len(Tone))
    for tone in Tone:
        print(f"| {tone} | " + " | ".join(str(counts[tone, answer]) for answer in Tone) + " |")
    skipped = (Tone.COLOR, Tone.HAND_TINTED)
    wrong = [(item, answer) for item, answer in zip(pictures, answers, strict=True) if item.tone is not answer]
    kinds = Counter((item.kind, str(answer)) for item, answer in wrong)
    colored = sum(number for (tone, _), number in counts.items() if tone in skipped)
    lost = sum(number for (tone, answer), number in counts.items() if tone in skipped and answer not in skipped)
    left = sum(number for (tone, answer), number in counts.items() if tone not in skipped and answer in skipped)
    print(f"\n{len(wrong)} of {len(pictures)} are named wrongly ({len(wrong) / len(pictures):.1%}).")
    print(
        f"Color or tint taken as none: {lost} of {colored}; "
        f"none taken as color or tint: {left} of {len(pictures) - colored}."
    )
    print("Wrong:", ", ".join(f"{kind} as {answer} ({number})" for (kind, answer), number in kinds.most_common()))
    return wrong


def write_sheet(wrong: list[tuple[Labeled, Tone]], path: Path) -> None:
    """The pictures that were taken for others, to look at."""
    tiles = [cv2.resize(item.rgb, (160, 160), interpolation=cv2.INTER_AREA) for item, _ in wrong]
    tiles += [np.zeros((160, 160, 3), np.uint8)] * (-len(tiles) % 10)
    rows = [np.hstack(tiles[at : at + 10]) for at in range(0, len(tiles), 10)]
    if rows:
        Image.fromarray(np.vstack(rows)).save(path)


def main() -> None:
    """Prints both halves, the time, and the verdict on every old scan."""
    pictures = collect(Path(sys.argv[1]), Path(sys.argv[2]))
    print(f"{len(pictures)} pictures\n\n### The half that chose the thresholds\n")
    report(pictures[::2])
    print("\n### The other half\n")
    wrong = report(pictures[1::2])
    started = time.perf_counter()
    for item in pictures[:100]:
        tone_of(item.rgb)
    print(f"\n{(time.perf_counter() - started) * 10:.1f} ms per small photo")
    if "--sheet" in sys.argv:
        write_sheet(wrong, Path(sys.argv[sys.argv.index("--sheet") + 1]))


if __name__ == "__main__":
    main()
