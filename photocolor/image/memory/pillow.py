"""Converts Pillow images to photos, and results to Pillow images."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.decode import LIBRARY_ERRORS, in_srgb
from photocolor.image.photo import Container, Photo, Pixels

PillowImage = Image.Image
_ORIENTATION = 0x0112
_GRAY_16 = ("I;16", "I;16L", "I;16B", "I")
_NO_RESULT = ("icc_profile", "transparency", "gamma", "chromaticity", "srgb")
"""What is said of an image's samples, and does not hold for those of the result."""


def photo_of(image: PillowImage) -> Photo:
    """Returns an image as a photo in sRGB, in its stored orientation.

    Raises:
        UnsupportedPhoto: what its samples mean is not known, or it has none.
        TruncatedPhoto: the file that it comes from cannot be read to its end.
    """
    loaded(image)
    orientation = int(image.getexif().get(_ORIENTATION, 1))
    pixels, alpha = _samples(image)
    icc = image.info.get("icc_profile")
    container = Container("", icc=icc if isinstance(icc, bytes) and icc else None)
    return in_srgb(Photo(pixels, alpha, orientation if 1 <= orientation <= 8 else 1, container))


def loaded(image: PillowImage) -> PillowImage:
    """Returns the same image with its pixels read: Pillow opens a file, and reads it when they are needed.

    Raises:
        TruncatedPhoto, UnsupportedPhoto: as `photo_of`.
    """
    try:
        image.load()
    except LIBRARY_ERRORS as error:
        raise TruncatedPhoto(f"the image of Pillow cannot be read: {error}") from error
    if 0 in image.size:
        raise UnsupportedPhoto(f"an image of {image.height} × {image.width} px is no picture", "Leave it out.")
    return image


def image_of(rgb: Pixels, alpha: Pixels | None, like: PillowImage | None = None) -> PillowImage:
    """Returns a picture as a Pillow image, which holds only 8 bits: RGB or RGBA.

    Args:
        rgb: (H, W, 3) uint8 or uint16.
        alpha: (H, W) uint8 or uint16, or None.
        like: an image whose EXIF, resolution and further notes the result gets.
    """
    planes = rgb if alpha is None else np.dstack((eight_bits(rgb), eight_bits(alpha)))
    image = Image.fromarray(eight_bits(planes))
    if like is not None:
        image.info = {key: value for key, value in like.info.items() if key not in _NO_RESULT}
    return image


def eight_bits(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Returns samples of 8 or 16 bits as samples of 8 bits."""
    if samples.dtype == np.uint8:
        return samples
    return ((samples.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


def _samples(image: PillowImage) -> tuple[Pixels, Pixels | None]:
    """Returns (H, W) gray, (H, W, 3) RGB or (H, W, 4) CMYK, and alpha if there is any."""
    if image.mode in _GRAY_16:
        return _gray_of_16(image), None
    if image.mode in ("L", "CMYK") and "transparency" not in image.info:
        return np.asarray(image), None
    if image.mode in ("1", "RGB", "YCbCr", "HSV", "RGBX") and "transparency" not in image.info:
        return np.asarray(image.convert("L" if image.mode == "1" else "RGB")), None
    if image.mode in ("LA", "La"):
        samples = np.asarray(image.convert("LA"))
        return np.ascontiguousarray(samples[..., 0]), np.ascontiguousarray(samples[..., 1])
    if image.mode in ("1", "L", "P", "PA", "RGB", "RGBA", "RGBa"):
        return _palette_or_alpha(image)
    raise UnsupportedPhoto(
        f"an image of Pillow's mode {image.mode} is not supported", "Convert it to L, RGB or RGBA, or give an array."
    )


def _palette_or_alpha(image: PillowImage) -> tuple[Pixels, Pixels | None]:
    samples = np.asarray(image.convert("RGBA"))
    has_alpha = "A" in image.getbands() or image.mode == "RGBa" or "transparency" in image.info
    return np.ascontiguousarray(samples[..., :3]), np.ascontiguousarray(samples[..., 3]) if has_alpha else None


def _gray_of_16(image: PillowImage) -> Pixels:
    samples = np.asarray(image)
    if samples.min() < 0 or samples.max() > 65535:
        raise UnsupportedPhoto(
            f"an image of Pillow's mode {image.mode} has values from {samples.min()} to {samples.max()}",
            "Give an array of uint16 instead.",
        )
    return samples.astype(np.uint16)
