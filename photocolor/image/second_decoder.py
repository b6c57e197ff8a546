"""Decodes a photo a second time, by another library than the one that its reader uses, where there is one.

A decoder that was fooled by damage is fooled again when it is asked again. `photocolor verify` therefore asks another.
WebP, JPEG XL and HEIC have one decoder each here, whoever bundles it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, cast

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.PngImagePlugin import PngImageFile

from photocolor.containers.clean_aperture import aperture_of
from photocolor.containers.heif import read_meta
from photocolor.containers.jpeg import coding_only, segments_of
from photocolor.containers.recognize import sniff
from photocolor.image.codecs import png, tiff
from photocolor.image.decode import LIBRARY_ERRORS, in_srgb
from photocolor.image.heif.av1_check import decoded_by_libaom
from photocolor.image.photo import Photo, Pixels
from photocolor.image.tiff.kind import CMYK, FAX, JPEG, YCBCR, Kind
from photocolor.image.tiff.pixels import meaning
from photocolor.image.tiff.unpack import DEFLATE, LZMA, LZW, PACKBITS, UNCOMPRESSED, ZSTD
from photocolor.image.tiff.ycbcr import as_stored
from photocolor.system.file_bytes import Stored, whole

LOSSY_CODES = 6
"""Codes of 255 that two decoders of a lossy picture may be apart: they round chroma in other ways."""
_PNG_BITS = 24
"""Where a PNG says the bits of a sample."""
_LIBTIFF = {UNCOMPRESSED, LZW, PACKBITS, LZMA, ZSTD, JPEG} | DEFLATE | FAX


@dataclass(frozen=True, slots=True)
class Second:
    """Holds what a second decoder makes of a photo.

    Attributes:
        name: of its library; empty where there is none.
        colors: (H, W) or (H, W, 3) in sRGB as the first decoder's; None if it refuses the picture.
        alpha: (H, W), or None where it was not compared.
        lossy: True if rounding may differ.
    """

    name: str = ""
    colors: Pixels | None = None
    alpha: Pixels | None = None
    lossy: bool = False


ONE_DECODER = Second()


def decoded_again(data: Stored, first: Photo, page: int = 0) -> Second:
    """Returns a photo as another library decodes it.

    Args:
        data: the whole file.
        first: what photocolor decoded of it.
        page: number of the page, counted from 0.
    """
    decoder = _DECODERS.get(sniff(data).name)
    return ONE_DECODER if decoder is None else decoder(data, first, page)


def _png(data: Stored, first: Photo, page: int) -> Second:
    """Decodes by Pillow's own decoder for 8 bits, and by OpenCV's build of libpng for 16."""
    data = whole(data)
    if first.bit_depth == 16:
        deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        return _answer("OpenCV", None if deep is None else _of_opencv(cast(Pixels, deep), first), first)
    try:
        with PngImageFile(BytesIO(png.coding_only(data))) as image:
            _scale_color_key(image, data)
            clear = first.has_alpha
            mode = ("LA" if clear else "L") if first.pixels.ndim == 2 else ("RGBA" if clear else "RGB")
            samples: Any = np.asarray(image.convert("RGBA" if clear else mode).convert(mode))
    except LIBRARY_ERRORS:
        return Second("Pillow")
    return _answer("Pillow", png.split_alpha(samples), first)


def _scale_color_key(image: PngImageFile, data: bytes) -> None:
    """Scales the gray that is transparent to 8 bits, as Pillow does with grays of 2 and 4 but not with this one."""
    bits, key = data[_PNG_BITS], image.info.get("transparency")
    if bits in (2, 4) and image.mode == "L" and isinstance(key, int):
        top = (1 << bits) - 1
        image.info["transparency"] = (key & top) * 255 // top


def _of_opencv(samples: Pixels, first: Photo) -> tuple[Pixels, Pixels | None]:
    """Splits OpenCV's blue, green, red and alpha; gray with alpha comes in as many channels."""
    if samples.ndim == 2:
        return samples, None
    colors: Pixels = samples[..., 2::-1] if first.pixels.ndim == 3 else samples[..., 0]
    return colors.copy(order="C"), samples[..., 3].copy() if samples.shape[2] == 4 else None


def _jpeg(data: Stored, first: Photo, page: int) -> Second:
    """Decodes by the libjpeg-turbo that imagecodecs brings along, not that of simplejpeg or Pillow."""
    data = whole(data)
    segments = list(segments_of(data))
    if first.bit_depth != 8 or first.container.bits:
        return ONE_DECODER
    try:
        samples = imagecodecs.jpeg8_decode(coding_only(data, segments))
    except LIBRARY_ERRORS:
        return Second("imagecodecs")
    if samples.ndim == 3 and samples.shape[2] != 3:
        return ONE_DECODER  # inks, which it leaves as they are
    return _answer("imagecodecs", (samples, None), first, lossy=True)


def _tiff(data: Stored, first: Photo, page: int) -> Second:
    """Decodes by libtiff."""
    with tiff.TiffPage(data, page) as tiff_page:
        kind = tiff_page.kind
        if not _is_usual(kind) or not _libtiff_knows(kind.compression) or _has_odd_lengths(first):
            return ONE_DECODER
        try:
            samples = imagecodecs.tiff_decode(whole(data), index=tiff_page.index, asrgb=kind.photometric == YCBCR)
            if kind.photometric == YCBCR:
                stored = kind.compression == JPEG and not _mirrors_jpeg()
                samples = as_stored(samples[..., :3], 1 if stored else tiff_page.orientation)
            samples = _in_pixels(samples, tiff_page.page.planarconfig, kind.channels)
            if samples.shape != (kind.height, kind.width, kind.channels):
                return ONE_DECODER if kind.compression == JPEG else Second("libtiff")
            decoded = meaning(samples, kind, tiff_page.page.colormap)
        except LIBRARY_ERRORS:
            return Second("libtiff")
    shown = (cast(Pixels, decoded.colors), decoded.alpha)
    return _answer("libtiff", shown, first, lossy=kind.compression == JPEG)


def _is_usual(kind: Kind) -> bool:
    """Returns True for pages that libtiff returns as stored: no inks, and samples that fill whole bytes."""
    if kind.floating or kind.by_libtiff or kind.photometric == CMYK:
        return False
    return kind.compression in (FAX if kind.bits == 1 else _LIBTIFF - FAX) and kind.bits in (1, 8, 16)


def _in_pixels(samples: NDArray[Any], planes: int, channels: int) -> NDArray[Any]:
    """Returns libtiff's samples as (H, W, C)."""
    if samples.ndim == 2:
        return samples[..., None]
    if planes == 2 and samples.shape[0] == channels:
        return np.moveaxis(samples, 0, -1)
    return samples


def _has_odd_lengths(first: Photo) -> bool:
    """Returns True if the file has wrong lengths, which libtiff replaces by guesses of its own."""
    return any("a length that cannot be" in warning for warning in first.warnings)


@lru_cache(maxsize=32)
def _libtiff_knows(compression: int) -> bool:
    """Returns True if this libtiff was built with a compression."""
    from tifffile import COMPRESSION, TiffWriter

    if compression in FAX:
        return True
    file = BytesIO()
    with TiffWriter(file) as writer:
        writer.write(np.zeros((16, 16), np.uint8), compression=COMPRESSION(compression), metadata=None)
    try:
        return bool(imagecodecs.tiff_decode(file.getvalue()).shape == (16, 16))
    except LIBRARY_ERRORS:
        return False


@cache
def _mirrors_jpeg() -> bool:
    """Returns whether libtiff's mirroring reaches us where chroma is coded by JPEG; from imagecodecs 2026.10 on not."""
    from tifffile import TiffWriter

    picture, mirrored = np.zeros((16, 32, 3), np.uint8), (274, "H", 1, 2, True)
    picture[:, :16] = 255
    file = BytesIO()
    with TiffWriter(file) as writer:
        writer.write(picture, photometric="rgb", compression="jpeg", extratags=[mirrored], metadata=None)
    return bool(imagecodecs.tiff_decode(file.getvalue(), asrgb=True)[0, 0, 0] < 128)


def _jp2(data: Stored, first: Photo, page: int) -> Second:
    """Decodes by Pillow's build of OpenJPEG, which leaves profiles alone; only pictures of 8 bits."""
    if first.bit_depth != 8 or first.container.bits:
        return ONE_DECODER
    try:
        with Jpeg2KImageFile(BytesIO(whole(data))) as image:
            samples: Any = np.asarray(image)
    except LIBRARY_ERRORS:
        return Second("Pillow")
    return _answer("Pillow", png.split_alpha(samples), first, lossy=not first.container.lossless)


def _avif(data: Stored, first: Photo, page: int) -> Second:
    """Decodes by OpenCV's libaom; only the colors of 8-bit pictures in one piece."""
    data = whole(data)
    meta = read_meta(data)
    if first.bit_depth != 8 or meta.items[meta.primary].kind != b"av01" or aperture_of(data, meta):
        return ONE_DECODER
    samples = decoded_by_libaom(data, meta, meta.primary)
    if samples is None:
        return ONE_DECODER  # its reader asked libaom already whether the data are whole
    colors = _of_opencv(cast(Pixels, samples), first)[0]
    if colors.shape != first.pixels.shape:
        return ONE_DECODER
    return _answer("libaom", (colors, None), first, lossy=True)


def _answer(name: str, found: tuple[Pixels, Pixels | None] | None, first: Photo, *, lossy: bool = False) -> Second:
    """Returns the samples in sRGB, by the profile that photocolor used for the first ones."""
    if found is None or found[0].shape[:2] != first.pixels.shape[:2]:
        return Second(name)
    raw = Photo(found[0], found[1], first.orientation, replace(first.container, keep_icc=False))
    shown = in_srgb(raw)
    return Second(name, shown.pixels, shown.alpha, lossy)


_DECODERS: dict[str, Callable[[Stored, Photo, int], Second]] = {
    "png": _png,
    "jpeg": _jpeg,
    "tiff": _tiff,
    "jp2": _jp2,
    "avif": _avif,
}
