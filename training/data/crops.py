"""Chooses the square of each photo that goes into a batch, and cuts it out on the CPU or on the device."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.data.prepared import Prepared
from training.settings import Data


@dataclass(frozen=True, slots=True)
class Crop:
    """Describes a rectangle of a photo that becomes a square, in pixels of the stored photo."""

    photo: int
    top: int
    left: int
    height: int
    width: int
    flip: bool = False


def random_crop(
    photo: int, shape: tuple[int, int], data: Data, chance: np.random.Generator, least_px: float = 0
) -> Crop:
    """Returns a random, nearly square rectangle of about `least_px` or more, as far as the photo allows."""
    height, width = shape
    short = min(height, width)
    side = short * chance.uniform(min(1.0, max(data.crop_least, least_px / short)), 1.0)
    stretch = data.crop_aspect ** chance.uniform(-0.5, 0.5)
    tall, wide = min(height, round(side * stretch)), min(width, round(side / stretch))
    top, left = int(chance.integers(height - tall + 1)), int(chance.integers(width - wide + 1))
    return Crop(photo, top, left, tall, wide, data.flip and bool(chance.integers(2)))


def central_crop(photo: int, shape: tuple[int, int]) -> Crop:
    """Returns the largest square around the center."""
    side = min(shape)
    return Crop(photo, (shape[0] - side) // 2, (shape[1] - side) // 2, side, side)


def cut(data: Prepared, crops: list[Crop], size_px: int, *, given: bool = False) -> Tensor:
    """Returns the crops as squares, cut and resized on the CPU.

    Args:
        data: the photos.
        crops: what is cut out of them.
        size_px: side of the squares.
        given: cut the pictures that are paired with the photos, where there are any, instead of the photos.

    Returns:
        (N, 3, size, size) uint8 sRGB.
    """
    out = np.empty((len(crops), size_px, size_px, 3), np.uint8)
    for target, crop in zip(out, crops, strict=True):
        partner, photo = data.pair(crop.photo)
        target[:] = square(partner if given else photo, crop, size_px)
    return torch.from_numpy(out).permute(0, 3, 1, 2).contiguous()


def square(pixels: NDArray[np.uint8], crop: Crop, size_px: int) -> NDArray[np.uint8]:
    """Returns a (size, size, 3) uint8 picture: averaged over areas when shrunk, cubic when enlarged."""
    part = pixels[crop.top : crop.top + crop.height, crop.left : crop.left + crop.width]
    shrinks = min(crop.height, crop.width) >= size_px
    small = cv2.resize(part, (size_px, size_px), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray(small[:, ::-1] if crop.flip else small, np.uint8)


class DeviceSet:
    """Holds the whole decoded set in the device's memory, and gathers crops there."""

    def __init__(self, data: Prepared, device: torch.device) -> None:
        self.rows = data.rows
        self.pixels = torch.from_numpy(np.asarray(data.pixels)).to(device)
        self.stream = torch.cuda.Stream(device) if device.type == "cuda" else None  # type: ignore[no-untyped-call]

    @staticmethod
    def fits(data: Prepared, device: torch.device) -> bool:
        """Returns whether the set takes at most half of the device's free memory."""
        return device.type == "cuda" and len(data.pixels) < torch.cuda.mem_get_info(device)[0] // 2

    def cut(self, crops: list[Crop], size_px: int, *, given: bool = False) -> Tensor:
        """Does what `cut` does: bilinear at twice the size, then averaged in pairs; no aliases down to a quarter."""
        device = self.pixels.device
        table = torch.tensor(
            [
                [self._offset(c.photo, given), self.rows[c.photo].width, c.top, c.left, c.height, c.width, c.flip]
                for c in crops
            ],
            dtype=torch.float64,
        ).to(device)
        offset, stride, top, left, height, width, flip = (column.view(-1, 1) for column in table.unbind(1))
        steps = (torch.arange(2 * size_px, device=device, dtype=torch.float64) + 0.5) / (2 * size_px)
        across = torch.where(flip > 0, 1 - steps, steps)
        rows = (top + (steps * height - 0.5).clamp(torch.zeros_like(height), height - 1))[:, :, None]
        columns = (left + (across * width - 0.5).clamp(torch.zeros_like(width), width - 1))[:, None, :]
        low_y, low_x = rows.floor(), columns.floor()
        high_y = torch.minimum(low_y + 1, (top + height - 1)[:, :, None])
        high_x = torch.minimum(low_x + 1, (left + width - 1)[:, :, None])
        part_y, part_x = (rows - low_y).float()[..., None], (columns - low_x).float()[..., None]
        upper = torch.lerp(self._at(offset, stride, low_y, low_x), self._at(offset, stride, low_y, high_x), part_x)
        lower = torch.lerp(self._at(offset, stride, high_y, low_x), self._at(offset, stride, high_y, high_x), part_x)
        twice = torch.lerp(upper, lower, part_y).permute(0, 3, 1, 2)
        return torch.nn.functional.avg_pool2d(twice, 2).add_(0.5).to(torch.uint8)

    def _offset(self, photo: int, given: bool) -> int:
        row = self.rows[photo]
        return row.given_offset if given and row.given_offset >= 0 else row.offset

    def _at(self, offset: Tensor, stride: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        first = (offset[:, :, None] + 3 * (rows * stride[:, :, None] + columns)).long()
        return self.pixels[first[..., None] + torch.arange(3, device=first.device)].float()
