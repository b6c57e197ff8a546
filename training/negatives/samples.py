"""Pictures for the classifier: clean photos aged as film and prints are, and drawings whose tones mean nothing.

A negative needs no sample of its own: the evidence of an inverted picture is that of the picture with the other sign.
What ages a picture is therefore drawn so that it fits either: contrast curves bend from both ends, and rims are black,
white or gray.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import lightness_of
from photocolor.engine.negatives.classifier import stretched
from training.data.prepared import Prepared

Plane = NDArray[np.float32]

POSITIVE, AMBIGUOUS = 1.0, 0.0
"""What a sample shows: a scene as it was, or nothing that could be inverted."""
AMBIGUOUS_SHARE = 0.06
FILM = ((0.2126, 0.7152, 0.0722), (0.30, 0.59, 0.11), (0.0, 0.5, 0.5))
"""Weights of the channels: the eye's, panchromatic and orthochromatic film."""


@dataclass(frozen=True)
class NegativeSamples:
    """Makes samples; each is the same whenever it is made.

    Attributes:
        photos: the clean photos.
        side_px: side of the samples.
        seed: of everything drawn.
    """

    photos: Prepared
    side_px: int
    seed: int

    def sample(self, number: int) -> tuple[Plane, float]:
        """Returns one picture, (side, side) float32 L* stretched to [0, 100], and what it shows."""
        chance = np.random.default_rng((self.seed, number))
        if chance.random() < AMBIGUOUS_SHARE:
            codes, shows = drawing(self.side_px, chance), AMBIGUOUS
        else:
            photo = self.photos.photo(int(chance.integers(len(self.photos))))
            codes, shows = aged(gray_part(photo, self.side_px, chance), chance), POSITIVE
        lightness = stretched(lightness_of(np.rint(codes * 255).astype(np.uint8)))
        if lightness is None:
            return np.full((self.side_px, self.side_px), 50, np.float32), AMBIGUOUS
        return lightness, shows


def gray_part(photo: NDArray[np.uint8], side_px: int, chance: np.random.Generator) -> Plane:
    """Returns a part of a photo as some film records it, mirrored at times, (side, side) codes in [0, 1]."""
    height, width = photo.shape[:2]
    rows, columns = (max(16, int(side * chance.uniform(0.55, 1))) for side in (height, width))
    top, left = int(chance.integers(0, height - rows + 1)), int(chance.integers(0, width - columns + 1))
    gray = gray_of_film(photo[top : top + rows, left : left + columns], int(chance.choice(3, p=(0.6, 0.2, 0.2))))
    if chance.random() < 0.5:
        gray = gray[:, ::-1]
    shown = cv2.resize(np.ascontiguousarray(gray), (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.clip(np.asarray(shown, np.float32), 0, 1)


def gray_of_film(photo: NDArray[np.uint8], film: int) -> Plane:
    """Returns (H, W) gray codes in [0, 1] of (H, W, 3) sRGB, weighted as in `FILM`."""
    codes = photo.astype(np.float32) @ (np.array(FILM[film], np.float32) / np.float32(255))
    return np.asarray(np.clip(codes, 0, 1), np.float32)


def aged(codes: Plane, chance: np.random.Generator) -> Plane:
    """Returns gray codes in [0, 1] after what film, print, scanner and years do to them."""
    steps: tuple[tuple[float, Callable[[Plane, np.random.Generator], Plane]], ...] = (
        (0.7, _curve),
        (0.2, _blur),
        (0.35, _grain),
        (0.2, _uneven),
        (0.25, _rim),
        (0.25, _jpeg),
    )
    for share, change in steps:
        if chance.random() < share:
            codes = np.clip(change(codes, chance), 0, 1).astype(np.float32)
    return codes


def drawing(side_px: int, chance: np.random.Generator) -> Plane:
    """Returns lettering, stars, lines, a ramp or noise, in any tones, (side, side) codes in [0, 1]."""
    ink = np.zeros((side_px, side_px), np.uint8)
    kind = int(chance.integers(5))
    if kind == 0:
        _write(ink, chance)
    elif kind == 1:
        for _ in range(int(chance.integers(5, 200))):
            row, column = chance.integers(0, side_px, 2)
            radius, tone = int(chance.choice((0, 0, 0, 1, 2))), int(chance.integers(75, 256))
            cv2.circle(ink, (int(column), int(row)), radius, tone, -1)
    elif kind == 2:
        for _ in range(int(chance.integers(3, 40))):
            ends = chance.integers(0, side_px, 4)
            cv2.line(ink, ends[:2].tolist(), ends[2:].tolist(), 255, 1, cv2.LINE_AA)
    canvas = ink.astype(np.float32) / 255
    if kind == 3:
        angle = chance.uniform(0, 2 * math.pi)
        rows, columns = np.mgrid[0:side_px, 0:side_px] / side_px
        canvas = (0.5 + 0.5 * (rows * math.cos(angle) + columns * math.sin(angle))).astype(np.float32)
    elif kind == 4:
        coarse = chance.random((int(chance.integers(2, 40)),) * 2).astype(np.float32)
        canvas = np.asarray(cv2.resize(coarse, (side_px, side_px), interpolation=cv2.INTER_CUBIC), np.float32)
    low, high = np.sort(chance.uniform(0, 1, 2))
    low, high = (0.0, 1.0) if high - low < 0.3 else (low, high)
    shown = np.clip(low + canvas * (high - low), 0, 1)
    shown = shown if chance.random() < 0.5 else 1 - shown
    return np.clip(_grain(shown.astype(np.float32), chance) if chance.random() < 0.5 else shown, 0, 1).astype(
        np.float32
    )


def _write(ink: NDArray[np.uint8], chance: np.random.Generator) -> None:
    size = float(chance.uniform(0.25, 1.2))
    step = max(6, int(26 * size))
    for row in range(step, len(ink) + step, step):
        letters = "".join(chr(int(code)) for code in chance.integers(65, 123, int(chance.integers(1, 40))))
        thick = 1 if size < 0.7 else 2
        cv2.putText(ink, letters, (int(chance.integers(0, 12)), row), 0, size, 255, thick, cv2.LINE_AA)


def _curve(codes: Plane, chance: np.random.Generator) -> Plane:
    power = float(np.exp(chance.uniform(math.log(0.5), math.log(2))))
    return codes**power if chance.random() < 0.5 else 1 - (1 - codes) ** power


def _blur(codes: Plane, chance: np.random.Generator) -> Plane:
    return np.asarray(cv2.GaussianBlur(codes, (0, 0), float(chance.uniform(0.4, 1.5))), np.float32)


def _grain(codes: Plane, chance: np.random.Generator) -> Plane:
    noise = chance.standard_normal(codes.shape, np.float32)
    if chance.random() < 0.5:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.8), np.float32) * np.float32(2.5)
    return codes + noise * np.float32(chance.uniform(0.005, 0.07))


def _uneven(codes: Plane, chance: np.random.Generator) -> Plane:
    spots = chance.uniform(-0.15, 0.15, (3, 3)).astype(np.float32)
    return codes + np.asarray(cv2.resize(spots, codes.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _rim(codes: Plane, chance: np.random.Generator) -> Plane:
    """Lays the rim of a print, or the edge and holder of a film, around a picture."""
    framed, tone = codes.copy(), float(chance.choice((0.0, 1.0, chance.random())))
    widths = (chance.uniform(0, 0.09, 4) * len(codes)).astype(int)
    widths = widths if chance.random() < 0.5 else np.full(4, widths[0])
    rows, columns = len(codes), codes.shape[1]
    framed[: widths[0]], framed[rows - widths[1] :] = tone, tone
    framed[:, : widths[2]], framed[:, columns - widths[3] :] = tone, tone
    return framed


def _jpeg(codes: Plane, chance: np.random.Generator) -> Plane:
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(30, 95))]
    coded = cv2.imencode(".jpg", np.rint(codes * 255).astype(np.uint8), quality)[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.float32) / np.float32(255)
