"""Decodes and shrinks one photo, and judges whether it is broken, gray or good."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

GRAY_CHROMA = 4.0
"""A photo whose 95th percentile of chroma is below this (CIELAB units) is gray: tinted paper stays under it."""
LONGEST_RATIO = 2.0
"""Panoramas are cut to this ratio around their middle, so that one photo cannot fill the memory."""
SPLIT_SHARES = (("test", 0.05), ("val", 0.05))


@dataclass(frozen=True, slots=True)
class Inspected:
    """Holds a photo as it will be stored.

    Attributes:
        verdict: "good", "broken", "unreadable" (the system gives no file), "small" or "gray".
        digest: first 16 hex digits of the SHA-256 of the file.
        pixels: (H, W, 3) uint8 sRGB; empty unless good.
        fingerprint: 64-bit difference hash.
        given: the picture of the same size that is paired with it, or None.
        given_digest: of that picture's file; "" without.
    """

    verdict: str
    digest: str
    pixels: NDArray[np.uint8]
    fingerprint: int = 0
    given: NDArray[np.uint8] | None = None
    given_digest: str = ""


def inspect(
    content: bytes, store_px: int, least_px: int, *, keep_gray: bool = False, given: bytes | None = None
) -> Inspected:
    """Decodes a photo, turns it upright, shrinks its short side to `store_px` (never enlarged) and judges it.

    Args:
        content: the file of the color photo.
        store_px: short side kept.
        least_px: photos with a shorter side are "small".
        keep_gray: photos without color are "good", too.
        given: the file of the picture that is paired with it; it has the same size.
    """
    digest, nothing = digest_of(content), np.zeros((0, 0, 3), np.uint8)
    pixels = decoded(content)
    other = decoded(given) if given is not None else None
    if pixels is None or (given is not None and (other is None or other.shape != pixels.shape)):
        return Inspected("broken", digest, nothing)
    if min(pixels.shape[:2]) < least_px:
        return Inspected("small", digest, nothing)
    pixels = shrink(_cut(pixels), store_px)
    if not keep_gray and is_gray(pixels):
        return Inspected("gray", digest, nothing)
    if given is None or other is None:
        return Inspected("good", digest, pixels, difference_hash(pixels))
    return Inspected("good", digest, pixels, difference_hash(pixels), shrink(_cut(other), store_px), digest_of(given))


def digest_of(content: bytes) -> str:
    """Returns the first 16 hex digits of the SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()[:16]


def decoded(content: bytes) -> NDArray[np.uint8] | None:
    """Returns the photo upright, (H, W, 3) uint8; None if no decoder can read it."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode.startswith("I"):  # 16 bits of gray: converting would cut off all but the darkest tones
                gray = np.asarray(upright).astype(np.uint32) >> 8
                return np.repeat(np.minimum(gray, 255).astype(np.uint8)[..., None], 3, 2)
            return np.asarray(upright.convert("RGB"))
    except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError):
        return None


def shrink(pixels: NDArray[np.uint8], short_px: int) -> NDArray[np.uint8]:
    """Returns the photo with at most `short_px` on its short side, averaged over areas."""
    height, width = pixels.shape[:2]
    scale = short_px / min(height, width)
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = (max(short_px, round(width * scale)), max(short_px, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def is_gray(pixels: NDArray[np.uint8]) -> bool:
    """Returns whether hardly a pixel has color: the 95th percentile of chroma is under GRAY_CHROMA."""
    small = cv2.resize(pixels, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB)
    return bool(np.percentile(np.hypot(lab[..., 1], lab[..., 2]), 95) < GRAY_CHROMA)


def difference_hash(pixels: NDArray[np.uint8]) -> int:
    """Returns 64 bits: whether each of 8 × 8 cells is darker than its right neighbor. Resizing keeps it."""
    gray = cv2.cvtColor(cv2.resize(pixels, (9, 8), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    bits = (gray[:, :-1] < gray[:, 1:]).reshape(-1)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def split_of(digest: str) -> str:
    """Returns the split of a photo by its content alone, so that it never changes when photos come or go."""
    position = int(digest[:8], 16) / 0x1_0000_0000
    for name, share in SPLIT_SHARES:
        if position < share:
            return name
        position -= share
    return "train"


def _cut(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    limit = int(min(height, width) * LONGEST_RATIO)
    top, left = max(0, height - limit) // 2, max(0, width - limit) // 2
    return pixels[top : top + limit, left : left + limit]
