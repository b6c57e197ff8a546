"""Converts between numpy's CIELAB and torch's network units; no other module does.

Outside of this package arrays are sRGB bytes or CIELAB; networks see lightness in [-1, 1] (L*/50 − 1) and a*, b* in
[-1, 1] (divided by 110). Everything else about color in training goes through here.

Source: IEC 61966-2-1 (sRGB, D65 primaries); CIE 15:2004 (CIELAB).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

AB_SCALE = 110.0
"""a* and b* of one network unit; sRGB reaches from −107.9 to 98.3."""
LUMINANCE = (0.2126729, 0.7151522, 0.0721750)
"""Shares of linear red, green and blue in Y."""
_TO_XYZ = (
    (0.4124564 / 0.9504700, 0.3575761 / 0.9504700, 0.1804375 / 0.9504700),
    LUMINANCE,
    (0.0193339 / 1.0888300, 0.1191920 / 1.0888300, 0.9503041 / 1.0888300),
)
_EPSILON = 216 / 24389
_KAPPA = 24389 / 27


@lru_cache(maxsize=8)
def _matrices(device: torch.device) -> tuple[Tensor, Tensor]:
    forward = torch.tensor(_TO_XYZ, dtype=torch.float64)
    inverse = torch.linalg.inv(forward)
    return forward.float().to(device), inverse.float().to(device)


@lru_cache(maxsize=8)
def _linear_of_byte(device: torch.device) -> Tensor:
    value = torch.arange(256, dtype=torch.float64) / 255
    linear = torch.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return linear.float().to(device)


def linear_from_bytes(rgb: Tensor) -> Tensor:
    """Returns linear light in [0, 1] of sRGB bytes.

    Args:
        rgb: (N, 3, H, W) uint8 sRGB.

    Returns:
        (N, 3, H, W) float32 in [0, 1].
    """
    return _linear_of_byte(rgb.device)[rgb.int()]


def lightness_of_luminance(luminance: Tensor) -> Tensor:
    """Returns L* in [0, 100] of relative luminance Y in [0, 1], any shape."""
    return 116 * _cube_root(luminance) - 16


def lab_from_linear(linear: Tensor) -> tuple[Tensor, Tensor]:
    """Returns L* (N, 1, H, W) and a*, b* (N, 2, H, W) of linear light (N, 3, H, W)."""
    forward, _ = _matrices(linear.device)
    root = _cube_root(torch.einsum("ij,njhw->nihw", forward, linear))
    x, y, z = root[:, :1], root[:, 1:2], root[:, 2:]
    return 116 * y - 16, torch.cat([500 * (x - y), 200 * (y - z)], 1)


def srgb_from_lab(lightness: Tensor, ab: Tensor) -> Tensor:
    """Returns sRGB in [0, 1], clipped where the color lies outside of it.

    Args:
        lightness: (N, 1, H, W) L*.
        ab: (N, 2, H, W) a*, b* in CIELAB units.

    Returns:
        (N, 3, H, W) float32; its gradient flows through every channel that is inside.
    """
    y = (lightness + 16) / 116
    root = torch.cat([y + ab[:, :1] / 500, y, y - ab[:, 1:] / 200], 1)
    xyz = torch.where(root > _EPSILON ** (1 / 3), root**3, (116 * root - 16) / _KAPPA)
    _, inverse = _matrices(lightness.device)
    linear = torch.einsum("ij,njhw->nihw", inverse, xyz).clamp(0, 1)
    return torch.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear.clamp_min(1e-6) ** (1 / 2.4) - 0.055)


def lab_from_srgb(rgb: Tensor) -> tuple[Tensor, Tensor]:
    """Returns L* and a*, b* of sRGB (N, 3, H, W) in [0, 1]."""
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb.clamp_min(0) + 0.055) / 1.055) ** 2.4)
    return lab_from_linear(linear)


def to_network(lightness: Tensor, ab: Tensor) -> tuple[Tensor, Tensor]:
    """Converts CIELAB to network units."""
    return lightness / 50 - 1, ab / AB_SCALE


def network_inputs(lightness: Tensor, hints: Tensor, faces: Tensor | None = None) -> tuple[Tensor, ...]:
    """Returns a generator's inputs in network units: lightness, hints and, if they are given, faces.

    Args:
        lightness: (N, 1, H, W) L*.
        hints: (N, 3, H, W) a*, b* in CIELAB units, and a weight in [0, 1].
        faces: (N, 4, H, W) in [0, 1], as they are; None for a generator that takes none.
    """
    gray, ab = to_network(lightness, hints[:, :2])
    told = torch.cat([ab, hints[:, 2:]], 1)
    return (gray, told) if faces is None else (gray, told, faces)


def to_lab(lightness: Tensor, ab: Tensor) -> tuple[Tensor, Tensor]:
    """Converts network units to CIELAB."""
    return (lightness + 1) * 50, ab * AB_SCALE


def lab_of_photo(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Returns L* (H, W) and a*, b* (H, W, 2), float32 CIELAB, of a photo (H, W, 3) uint8 sRGB."""
    tensor = torch.from_numpy(np.require(pixels, requirements=["C", "W"])).permute(2, 0, 1)[None]
    lightness, ab = lab_from_linear(linear_from_bytes(tensor))
    return lightness[0, 0].numpy(), ab[0].permute(1, 2, 0).numpy()


def photo_of_lab(lightness: NDArray[np.float32], ab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Returns (H, W, 3) uint8 sRGB, clipped, of L* (H, W) and a*, b* (H, W, 2)."""
    rgb = srgb_from_lab(torch.from_numpy(lightness)[None, None], torch.from_numpy(ab).permute(2, 0, 1)[None])
    return (rgb[0].permute(1, 2, 0).numpy() * 255 + 0.5).astype(np.uint8)


def _cube_root(value: Tensor) -> Tensor:
    """Returns CIELAB's f(t): the cube root, but linear near black."""
    root = torch.exp(torch.log(value.clamp_min(1e-8)) / 3)  # four times faster than a power on processors
    return torch.where(value > _EPSILON, root, (_KAPPA * value + 16) / 116)
