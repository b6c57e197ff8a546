"""Makes the pictures in samples/: free photographs, turned into old black-and-white scans of several kinds.

Usage: python scripts/make_samples.py [FOLDER]

The photographs come inside scikit-image's wheel, so nothing is downloaded; samples/README.md names their authors and
licenses. The same versions of scikit-image, Pillow and tifffile give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image
from skimage import data

Plane = NDArray[np.float32]  # (H, W), linear density of the print, 0 black to 1 white

# What the emulsion saw of red, green and blue. Before about 1906 plates were blind to red; orthochromatic film still
# darkened lips and lightened skies; panchromatic film sees nearly as the eye does.
BLUE_SENSITIVE = (0.05, 0.25, 0.70)
ORTHOCHROMATIC = (0.10, 0.55, 0.35)
PANCHROMATIC = (0.28, 0.55, 0.17)

SEPIA_SHADOW, SEPIA_LIGHT = (38, 24, 14), (250, 236, 208)
ORIENTATION, DESCRIPTION, MAKE_DATE = 0x0112, 0x010E, 0x0132


@dataclass(frozen=True, slots=True)
class Aging:
    """What time did to a print.

    Attributes:
        response: weights of red, green and blue in the emulsion.
        gamma: contrast of the paper; above 1 darker in the middle.
        black: how far the blacks have faded, 0 to 1.
        white: how far the whites have yellowed to gray, 0 to 1.
        blur_px: softness of the lens, standard deviation.
        grain: standard deviation of the silver's grain in the middle tones.
        vignette: how much darker the corners are.
        scratches: number of long scratches.
        dust: number of specks.
        border_px: width of the paper's white border.
    """

    response: tuple[float, float, float]
    gamma: float = 1.0
    black: float = 0.05
    white: float = 0.95
    blur_px: float = 0.6
    grain: float = 0.03
    vignette: float = 0.0
    scratches: int = 0
    dust: int = 0
    border_px: int = 0


def age(photo: NDArray[np.uint8], how: Aging, seed: int) -> Plane:
    """The photograph as an old print, (H, W) in [0, 1]."""
    rng = np.random.default_rng(seed)
    plane = _exposed(photo, how)
    height, width = plane.shape
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    plane = plane * (1 - how.vignette * np.clip((x**2 + y**2) / 2, 0, 1) ** 1.5)
    grain = cv2.GaussianBlur(rng.normal(0, 1, plane.shape).astype(np.float32), (0, 0), 0.7)
    plane = plane + how.grain * 2.2 * grain * np.sqrt(np.clip(plane * (1 - plane) * 4, 0, 1))
    plane = how.black + (how.white - how.black) * np.clip(plane, 0, 1)
    plane = _scratched(plane.astype(np.float32), how, rng)
    if how.border_px:
        plane = _mounted(plane, how, rng)
    return np.clip(plane, 0, 1).astype(np.float32)


def _exposed(photo: NDArray[np.uint8], how: Aging) -> Plane:
    values = photo.astype(np.float32) / 255
    plane = values if values.ndim == 2 else values @ np.asarray(how.response, np.float32)
    return cv2.GaussianBlur(plane**how.gamma, (0, 0), how.blur_px).astype(np.float32)


def _scratched(plane: Plane, how: Aging, rng: np.random.Generator) -> Plane:
    height, width = plane.shape
    marks = np.zeros_like(plane)
    for _ in range(how.scratches):
        left = rng.uniform(0, width)
        path = np.stack([left + np.cumsum(rng.normal(0, 0.8, 40)), np.linspace(-5, height + 5, 40)], axis=1)
        first = rng.integers(0, 20)
        points = np.rint(path[first : first + rng.integers(8, 40)] * 16).astype(np.int32)
        cv2.polylines(marks, [points], False, float(rng.uniform(0.35, 0.8)), 1, cv2.LINE_AA, 4)
    for _ in range(how.dust):
        center = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.circle(marks, center, int(rng.integers(1, 3)), float(rng.uniform(-0.5, 0.6)), -1, cv2.LINE_AA)
    return plane + cv2.GaussianBlur(marks, (0, 0), 0.5)


def _mounted(plane: Plane, how: Aging, rng: np.random.Generator) -> Plane:
    border = how.border_px
    paper = cv2.copyMakeBorder(plane, border, border, border, border, cv2.BORDER_CONSTANT, value=0.9)
    fibers = cv2.GaussianBlur(rng.normal(0, 1, paper.shape).astype(np.float32), (0, 0), 3)
    outside = np.ones(paper.shape, bool)
    outside[border:-border, border:-border] = False
    stain = np.linspace(0, 0.06, paper.shape[0], dtype=np.float32)[:, None]
    return np.asarray(np.where(outside, paper + 0.08 * fibers - stain, paper), np.float32)


def _fitted(photo: NDArray[np.uint8], long_side_px: int) -> NDArray[np.uint8]:
    scale = long_side_px / max(photo.shape[:2])
    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)


def _codes(plane: Plane) -> NDArray[np.uint8]:
    return np.rint(plane * 255).astype(np.uint8)


def portrait(path: Path) -> None:
    """A print with a white border, as a gray JPEG."""
    how = Aging(ORTHOCHROMATIC, 1.1, 0.08, 0.93, 0.7, 0.025, 0.25, dust=25, border_px=26)
    image = Image.fromarray(_codes(age(data.astronaut(), how, 1)))
    image.save(path, "JPEG", quality=85, dpi=(300, 300), comment="Print, 5 x 7 in")


def cameraman(path: Path) -> None:
    """A scratched print that lay sideways in the scanner: orientation 6, and a description in EXIF."""
    how = Aging(PANCHROMATIC, 0.95, 0.12, 0.9, 0.8, 0.035, 0.15, scratches=7, dust=40)
    image = Image.fromarray(np.rot90(_codes(age(data.camera(), how, 2))).copy())
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[DESCRIPTION] = "Man with a camera on a tripod, box 12, print 7"
    exif[MAKE_DATE] = "2004:05:06 07:08:09"
    image.save(path, "JPEG", quality=82, dpi=(600, 600), exif=exif)


def cat(path: Path) -> None:
    """A snapshot that has faded, as WebP."""
    how = Aging(PANCHROMATIC, 0.85, 0.24, 0.86, 0.9, 0.03, 0.2, dust=10)
    Image.fromarray(_codes(age(data.chelsea(), how, 3))).convert("RGB").save(path, "WEBP", quality=82, method=6)


def coffee(path: Path) -> None:
    """A sepia print, as a PNG with a palette."""
    codes = _codes(age(_fitted(data.coffee(), 480), Aging(ORTHOCHROMATIC, 1.0, 0.04, 0.97, 0.6, 0.012, 0.3), 4))
    share = (np.arange(256) / 255)[:, None]
    palette = np.rint(np.array(SEPIA_SHADOW) * (1 - share) ** 1.2 + np.array(SEPIA_LIGHT) * share).clip(0, 255)
    image = Image.fromarray(codes)
    image.putpalette(palette.astype(np.uint8).tobytes())
    image.save(path, "PNG", optimize=True, dpi=(300, 300))


def rocket(path: Path) -> None:
    """A scan from film with 16 bits, as TIFF."""
    plane = age(_fitted(data.rocket(), 360), Aging(BLUE_SENSITIVE, 0.75, 0.02, 0.98, 0.8, 0.004, 0.1), 5)
    tifffile.imwrite(
        path,
        np.rint(plane * 65535).astype(np.uint16),
        photometric="minisblack",
        compression="adobe_deflate",
        predictor=2,
        resolution=(1200, 1200),
        resolutionunit="inch",
        description="Launch at night, roll film",
        software=False,
        metadata=None,
    )


SAMPLES: dict[str, Callable[[Path], None]] = {
    "portrait.jpg": portrait,
    "street/cameraman.jpg": cameraman,
    "album/cat.webp": cat,
    "album/coffee-sepia.png": coffee,
    "film/rocket-16bit.tif": rocket,
}


def main(folder: Path) -> None:
    """Writes every sample below `folder`."""
    for name, make in SAMPLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "samples")
