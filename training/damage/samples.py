"""Samples of the finder: a clean photo as a scan shows it, damage laid over it, and which pixels are what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.damage.layers import Layer, random_layers
from training.damage.lookalikes import draw_lookalike
from training.damage.loss import IGNORED
from training.damage.material import DamageMaterial
from training.damage.network import KINDS
from training.damage.settings import Material
from training.data.aging import ORTHOCHROMATIC, PANCHROMATIC
from training.data.prepared import Prepared, load

Plane = NDArray[np.float32]
VISIBLE = 8.0
"""Damage is called so where it changes L* by this much or more; a stain, which is large, by two thirds of it."""
FAINT = 1.5
"""A pixel is called clean where L* changes by less than this; what lies between is left out of the loss."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample.

    Attributes:
        lightness: (H, W) float32, L* in [0, 100].
        labels: (H, W) uint8, 0 clean, 1 + index in `KINDS`, or `IGNORED`.
    """

    lightness: Plane
    labels: NDArray[np.uint8]


class SampleMaker:
    """Makes sample number i of a split; the same number gives the same sample.

    Args:
        settings: the recipe's table.
        split: "train", "val" or "test" of the photos; the last two take the damage that is kept from training.
        size_px: side of a sample.
        seed: of the recipe.
    """

    def __init__(self, settings: Material, split: str, size_px: int, seed: int) -> None:
        self.settings, self.size_px, self.seed = settings, size_px, seed
        self.split = split
        self._open()

    def _open(self) -> None:
        self.photos: Prepared = load(Path(self.settings.prepared), self.split)
        self.material = DamageMaterial(Path(self.settings.damage), held_out=self.split != "train")

    def __reduce__(self) -> tuple[type[SampleMaker], tuple[Material, str, int, int]]:
        """Returns how a worker opens the same files instead of getting their content."""
        return SampleMaker, (self.settings, self.split, self.size_px, self.seed)

    def sample(self, number: int) -> Sample:
        """Returns sample `number`."""
        chance = np.random.default_rng([self.seed, len(self.photos), number])
        clean = self.clean(chance)
        if chance.random() >= self.settings.damaged:
            return Sample(finish(clean, chance), np.zeros(clean.shape, np.uint8))
        damaged, labels = lay_over(clean, random_layers(self.size_px, self.material, chance), chance)
        return Sample(finish(damaged, chance), labels)

    def clean(self, chance: np.random.Generator) -> Plane:
        """Returns L* of a part of a photo as film or paper keeps it: its tones, softness and grain, and lookalikes."""
        photo = self.photos.photo(int(chance.integers(len(self.photos))))
        lightness = _film_lightness(self._part(photo, chance), chance)
        if chance.random() < self.settings.lookalikes:
            lightness = draw_lookalike(lightness, chance)
        if chance.random() < 0.5:
            lightness = blurred(lightness, chance.uniform(0.4, 2.0))
        return np.clip(_grain(_tone(lightness, chance), chance), 0, 100)

    def _part(self, photo: NDArray[np.uint8], chance: np.random.Generator) -> NDArray[np.uint8]:
        short = min(photo.shape[:2])
        factor = np.exp(chance.uniform(0, np.log(4))) if chance.random() < self.settings.enlarged else 1.0
        side = min(short, max(16, round(self.size_px / factor)))
        top, left = (int(chance.integers(length - side + 1)) for length in photo.shape[:2])
        part = photo[top : top + side, left : left + side]
        part = part[:, ::-1] if chance.random() < 0.5 else part
        if side != self.size_px:
            enlarged = cv2.resize(part, (self.size_px, self.size_px), interpolation=cv2.INTER_CUBIC)
            return np.asarray(enlarged, np.uint8)
        return part


def blurred(lightness: Plane, sigma_px: float) -> Plane:
    """Returns L* as a lens or a scanner softens it."""
    return np.asarray(cv2.GaussianBlur(lightness, (0, 0), sigma_px), np.float32)


def lay_over(clean: Plane, layers: list[Layer], chance: np.random.Generator) -> tuple[Plane, NDArray[np.uint8]]:
    """Returns damaged L*, and what each pixel is.

    Dust on film leaves light marks and scratches light or dark ones, dirt on prints dark ones: most samples have marks
    of one tone, some of both. A pixel is damaged where the damage shows, whatever the alpha that laid it there.

    Args:
        clean: (H, W) float32, L*.
        layers: what is laid over it, in order.
        chance: tones and opacities.
    """
    labels = np.zeros(clean.shape, np.uint8)
    damaged = clean.copy()
    light = chance.choice([0.95, 0.05, 0.5], p=[0.45, 0.3, 0.25])
    for layer in layers:
        tone = chance.uniform(80, 100) if chance.random() < light else chance.uniform(0, 22)
        opacity = chance.uniform(0.3, 0.9) if layer.kind == "stain" else chance.uniform(0.35, 1) ** 0.5
        before = damaged
        damaged = before + layer.alpha * np.float32(opacity) * (np.float32(tone) - before)
        change = np.abs(damaged - before)
        shows = change >= VISIBLE * (2 / 3 if layer.kind == "stain" else 1)
        labels[(change >= FAINT) & ~shows & (labels == 0)] = IGNORED
        labels[shows] = 1 + KINDS.index(layer.kind)
    return damaged, labels


def finish(lightness: Plane, chance: np.random.Generator) -> Plane:
    """Returns L* as a scanner and a file keep it: a little softer, noisy, perhaps a JPEG; 8 bits."""
    if chance.random() < 0.4:
        lightness = blurred(lightness, chance.uniform(0.3, 0.8))
    if chance.random() < 0.4:
        noise = chance.standard_normal(lightness.shape, np.float32)
        lightness = lightness + np.float32(chance.uniform(0.2, 1.5)) * noise
    codes = np.clip(lightness * 2.55 + 0.5, 0, 255).astype(np.uint8)
    if chance.random() < 0.5:
        coded = cv2.imencode(".jpg", codes, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(55, 97))])[1]
        codes = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.asarray(codes / 2.55, np.float32)


_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _film_lightness(rgb: NDArray[np.uint8], chance: np.random.Generator) -> Plane:
    """Returns L* as a film between panchromatic and orthochromatic records it."""
    share = chance.random() ** 2
    weights = np.float32(share) * np.array(ORTHOCHROMATIC, np.float32)
    weights = weights + np.float32(1 - share) * np.array(PANCHROMATIC, np.float32)
    root = np.cbrt(_LINEAR[rgb] @ weights)
    return np.asarray(np.maximum(116 * root - 16, 0), np.float32)


def _tone(lightness: Plane, chance: np.random.Generator) -> Plane:
    """Applies contrast curves and fading, as `training.data.aging` has them."""
    if chance.random() < 0.4:
        power = np.float32(np.exp(chance.uniform(np.log(0.6), np.log(1.6))))
        lightness = np.asarray(100 * (np.clip(lightness, 0, 100) / 100) ** power, np.float32)
    if chance.random() < 0.4:
        black, white = np.float32(chance.uniform(0, 30)), np.float32(chance.uniform(75, 100))
        lightness = np.asarray(black + lightness / 100 * (white - black), np.float32)
    return np.asarray(lightness, np.float32)


def _grain(lightness: Plane, chance: np.random.Generator) -> Plane:
    """Adds film grain, fine or coarse, in half of the samples."""
    if chance.random() < 0.5:
        return lightness
    noise = chance.standard_normal(lightness.shape, np.float32)
    if chance.random() < 0.6:
        sigma_px = chance.uniform(0.4, 1.8)
        noise = blurred(noise, sigma_px) * np.float32(2 * sigma_px + 0.4)
    return np.asarray(lightness + np.float32(chance.uniform(0.5, 5)) * noise, np.float32)
