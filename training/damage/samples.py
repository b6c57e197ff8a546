"""Samples of the finder: a clean photo as a scan shows it, damage laid over it, and which pixels are what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.damage.hard import Place, read_places
from training.damage.layers import Layer, cracks, dusty_print, enlarged_layers, random_layers, worn_print
from training.damage.lookalikes import draw_lookalike
from training.damage.loss import IGNORED
from training.damage.material import DamageMaterial
from training.damage.settings import KINDS, Material
from training.data.aging import ORTHOCHROMATIC, PANCHROMATIC
from training.data.prepared import Prepared, load

Plane = NDArray[np.float32]
VISIBLE = 8.0
"""Damage is called so where it changes L* by this much or more; a stain, which is large, by two thirds of it."""
FAINT = 1.5
"""A pixel is called clean where L* changes by less than this; what lies between is left out of the loss."""

_FAINTEST = {"dust": 0.35, "hair": 0.35, "scratch": 0.35, "crease": 0.12}
"""Least share that damage covers, squared: a fold that did not break the paper is faint."""
HARD_DAMAGED = 1 / 3
"""Share of the samples of hard places that get damage."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Holds one sample.

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
        large, hard = (Path(name) for name in (self.settings.large, self.settings.hard))
        # The large photos have no test split: the ones that are tested on lie elsewhere.
        self.large = load(large, "train" if self.split == "train" else "val") if large != Path() else None
        self.hard: list[Place] = read_places(hard) if hard != Path() and self.split == "train" else []
        self.material = DamageMaterial(Path(self.settings.damage), held_out=self.split != "train")

    def __reduce__(self) -> tuple[type[SampleMaker], tuple[Material, str, int, int]]:
        """Returns how a worker opens the same files instead of getting their content."""
        return SampleMaker, (self.settings, self.split, self.size_px, self.seed)

    def sample(self, number: int) -> Sample:
        """Returns sample `number`."""
        chance = np.random.default_rng([self.seed, len(self.photos), number])
        if self.hard and chance.random() < self.settings.hard_share:
            clean, damaged_share = self._hard(chance), HARD_DAMAGED
        else:
            clean, damaged_share = self.clean(chance), self.settings.damaged
        if chance.random() >= damaged_share:
            return Sample(finish(clean, chance), np.zeros(clean.shape, np.uint8))
        damaged, labels = lay_over(clean, self._layers(chance), chance)
        return Sample(finish(damaged, chance), labels)

    def clean(self, chance: np.random.Generator) -> Plane:
        """Returns L* of a part of a photo as film or paper keeps it: its tones, softness and grain, and lookalikes."""
        if self.large is not None and chance.random() < self.settings.large_share:
            factor = np.exp(chance.uniform(np.log(1 / 3), np.log(2)))
            part = self._part(self.large.photo(int(chance.integers(len(self.large)))), factor, chance)
        else:
            photo = self.photos.photo(int(chance.integers(len(self.photos))))
            factor = np.exp(chance.uniform(0, np.log(4))) if chance.random() < self.settings.enlarged else 1.0
            part = self._part(photo, factor, chance)
        lightness = _film_lightness(part, chance)
        if chance.random() < self.settings.lookalikes:
            lightness = draw_lookalike(lightness, chance)
        if chance.random() < 0.5:
            lightness = blurred(lightness, chance.uniform(0.4, 2.0))
        return np.clip(_grain(_tone(lightness, chance), chance), 0, 100)

    def _hard(self, chance: np.random.Generator) -> Plane:
        """Returns L* of a place that was taken for damage, hardly changed, so that it stays what it was taken for."""
        place = self.hard[chance.integers(len(self.hard))]
        data = self.large if place.large and self.large is not None else self.photos
        photo = data.photo(place.photo)
        factor = place.factor * np.exp(chance.normal(0, 0.1))
        corner = np.array(place.center) - chance.uniform(0.2, 0.8, 2) * self.size_px / factor
        lightness = _film_lightness(self._part(photo, factor, chance, corner), chance)
        return np.clip(_tone(lightness, chance), 0, 100)

    def _layers(self, chance: np.random.Generator) -> list[Layer]:
        drawn = enlarged_layers if chance.random() < self.settings.scaled else random_layers
        layers = drawn(self.size_px, self.material, chance)
        if chance.random() < self.settings.cracked:
            layers.append(cracks(self.size_px, chance))
        if self.settings.worn and chance.random() < self.settings.worn:
            layers.append(worn_print(self.size_px, chance))
        if self.settings.dusty and chance.random() < self.settings.dusty:
            layers += dusty_print(self.size_px, chance)
        return layers

    def _part(
        self,
        photo: NDArray[np.uint8],
        factor: float,
        chance: np.random.Generator,
        corner: NDArray[np.float64] | None = None,
    ) -> NDArray[np.uint8]:
        """Returns a square of a photo, enlarged by `factor`: at `corner` as far as it reaches, or anywhere."""
        side = min(*photo.shape[:2], max(16, round(self.size_px / factor)))
        spare = [length - side for length in photo.shape[:2]]
        if corner is None:
            top, left = (int(chance.integers(free + 1)) for free in spare)
        else:
            top, left = (int(np.clip(at, 0, free)) for at, free in zip(corner, spare, strict=True))
        part = photo[top : top + side, left : left + side]
        part = part[:, ::-1] if chance.random() < 0.5 else part
        if side == self.size_px:
            return part
        how = cv2.INTER_AREA if side > self.size_px else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(part, (self.size_px, self.size_px), interpolation=how), np.uint8)


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
        opacity = chance.uniform(0.3, 0.9) if layer.kind == "stain" else chance.uniform(_FAINTEST[layer.kind], 1) ** 0.5
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
