"""Every row of the format table in docs/archive.md, with a builder that makes its file in any orientation."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable

import imagecodecs
import numpy as np
import photos
import pytest
from PIL import Image

from photocolor.color.icc import srgb_profile
from photocolor.containers.boxes import boxes, make_box
from photocolor.containers.heif import with_additions
from photocolor.containers.jxl import with_orientation
from photocolor.image.codecs.heif import orientation_boxes

HEIGHT, WIDTH = 40, 56


def scene(depth: int = 8) -> photos.Array:
    """A small gray scene."""
    return photos.gray(HEIGHT, WIDTH, depth)


def sepia(depth: int = 8) -> photos.Array:
    """The scene with one tint."""
    return photos.tinted(HEIGHT, WIDTH, depth)


def lab(depth: int) -> photos.Array:
    """The scene as CIELAB without color."""
    lightness = scene(depth)
    return np.dstack([lightness, np.zeros_like(lightness), np.zeros_like(lightness)])


def cmyk(depth: int) -> photos.Array:
    """The scene in black ink."""
    black = np.iinfo(scene(depth).dtype).max - scene(depth)
    return np.dstack([np.zeros_like(black)] * 3 + [black])


def fax(orientation: int, compression: str) -> bytes:
    """A bilevel TIFF by libtiff."""
    file = io.BytesIO()
    Image.fromarray(scene() > 128).save(file, "TIFF", compression=compression, tiffinfo={274: orientation, 262: 0})
    return file.getvalue()


def jxl(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """A JPEG XL codestream with an orientation, in a container; 8 bits only, which is labeled as sRGB."""
    data = bytes(imagecodecs.jpegxl_encode(samples, usecontainer=True, **how))
    parts = [
        make_box(b"jxlc", with_orientation(data[box.start : box.end], orientation))
        if box.kind == b"jxlc"
        else data[box.head : box.end]
        for box in boxes(data)
    ]
    return b"".join(parts)


def jp2(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """A JP2 with EXIF in the box that ExifTool knows."""
    data = bytes(imagecodecs.jpeg2k_encode(samples, codecformat="jp2", **{"level": 0, "reversible": True, **how}))
    return data + make_box(b"uuid", b"JpgTiffExif->JP2" + photos.exif(orientation)) if orientation > 1 else data


def jp2_first_boxes(data: bytes) -> bytes:
    """The same with the codestream at the end."""
    found = list(boxes(data))
    return b"".join(data[box.head : box.end] for box in sorted(found, key=lambda box: box.kind == b"jp2c"))


def avif(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """An AVIF that says how to turn it."""
    data = bytes(imagecodecs.avif_encode(samples, **{"level": 100, "primaries": 1, "transfer": 13, **how}))
    return with_additions(data, [], orientation_boxes(orientation))


def heic(samples: photos.Array, orientation: int, **how: object) -> bytes:
    """A HEIC that says how to turn it."""
    library = pytest.importorskip("pillow_heif")
    deep = samples.dtype == np.uint16
    mode = "RGB;16" if deep else "RGB"
    file = io.BytesIO()
    picture = library.from_bytes(mode=mode, size=(samples.shape[1], samples.shape[0]), data=samples.tobytes())
    picture.save(file, **{"quality": -1, "chroma": 444, "matrix_coefficients": 0, "full_range_flag": 1, **how})
    return with_additions(file.getvalue(), [], orientation_boxes(orientation))


def neutral(depth: int = 8) -> photos.Array:
    """The scene as RGB."""
    return np.ascontiguousarray(np.dstack([scene(depth)] * 3))


def gray_palette(entries: int) -> photos.Array:
    """A TIFF's color map of grays, (3, entries) uint16."""
    return np.linspace(0, 65535, entries).round().astype("u2")[None].repeat(3, 0)


def ycbcr(orientation: int) -> bytes:
    """A TIFF of uncompressed YCbCr by libtiff."""
    file = io.BytesIO()
    picture = Image.fromarray(neutral()).convert("YCbCr")
    picture.save(file, "TIFF", compression="raw", tiffinfo={274: orientation, 530: (1, 1)})
    return file.getvalue()


def arithmetic(orientation: int, *options: str) -> bytes:
    """A JPEG with arithmetic coding, by jpegtran."""
    command = ["jpegtran", "-copy", "all", "-arithmetic", *options]
    data = photos.jpeg(scene(), orientation=orientation)
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def ycck(orientation: int) -> bytes:
    """A JPEG whose inks are coded as YCCK, inverted as Adobe stores them."""
    black = 255 - (scene() // 4 + 120)
    inks = 255 - np.dstack([*np.zeros((3, HEIGHT, WIDTH), np.uint8), black])
    data = bytes(imagecodecs.jpeg8_encode(inks, level=98, colorspace="CMYK", outcolorspace="YCCK"))
    profile = b"ICC_PROFILE\x00\x01\x01" + photos.cmyk_profile()
    return photos.with_segment(
        photos.with_segment(data, 0xE2, profile), 0xE1, b"Exif\x00\x00" + photos.exif(orientation)
    )


def jpeg12(orientation: int) -> bytes:
    """A 12-bit JPEG."""
    data = bytes(imagecodecs.jpeg_encode(scene(12), level=98, bitspersample=12))
    return photos.with_segment(data, 0xE1, b"Exif\x00\x00" + photos.exif(orientation))


Build = Callable[[int], bytes]

# row of docs/archive.md → (suffix, builder by orientation, bits of the result)
TABLE: dict[str, tuple[str, Build, int]] = {
    "JPEG gray": (".jpg", lambda n: photos.jpeg(scene(), orientation=n), 8),
    "JPEG color space RGB, toned": (".jpg", lambda n: photos.jpeg(sepia(), orientation=n), 8),
    "JPEG progressive": (".jpg", lambda n: photos.jpeg(scene(), orientation=n, progressive=True), 8),
    "JPEG CMYK": (
        ".jpg",
        lambda n: photos.jpeg(neutral() // 2 + 90, orientation=n, cmyk=True, icc=photos.cmyk_profile(), quality=95),
        8,
    ),
    "JPEG YCCK": (".jpg", ycck, 8),
    "PNG gray 8": (".png", lambda n: photos.png(scene(), chunks=[(b"eXIf", photos.exif(n))]), 8),
    "PNG gray 16": (".png", lambda n: photos.png(scene(16), chunks=[(b"eXIf", photos.exif(n))]), 16),
    "PNG gray and alpha": (
        ".png",
        lambda n: photos.png(scene(), alpha=photos.alpha(HEIGHT, WIDTH), chunks=[(b"eXIf", photos.exif(n))]),
        8,
    ),
    "PNG RGB 16 and alpha": (
        ".png",
        lambda n: photos.png(sepia(16), alpha=photos.alpha(HEIGHT, WIDTH, 16), chunks=[(b"eXIf", photos.exif(n))]),
        16,
    ),
    "PNG 1 bit": (".png", lambda n: photos.png(scene(1), depth=1, chunks=[(b"eXIf", photos.exif(n))]), 8),
    "PNG 4 bit": (".png", lambda n: photos.png(scene(4), depth=4, chunks=[(b"eXIf", photos.exif(n))]), 8),
    "PNG 2 bit": (".png", lambda n: photos.png(scene(2), depth=2, chunks=[(b"eXIf", photos.exif(n))]), 8),
    "PNG RGB 8, interlaced": (
        ".png",
        lambda n: photos.png(sepia(), interlaced=True, chunks=[(b"eXIf", photos.exif(n))]),
        8,
    ),
    "PNG gray with a color key": (
        ".png",
        lambda n: photos.png(scene(), transparent=b"\x00\x80", chunks=[(b"eXIf", photos.exif(n))]),
        8,
    ),
    "PNG palette": (
        ".png",
        lambda n: photos.png(
            scene(), palette=np.repeat(np.arange(256)[:, None], 3, axis=1), chunks=[(b"eXIf", photos.exif(n))]
        ),
        8,
    ),
    "TIFF gray 8": (".tif", lambda n: photos.tiff(scene(), orientation=n), 8),
    "TIFF gray 16, MM, LZW": (
        ".tif",
        lambda n: photos.tiff(scene(16), orientation=n, byteorder=">", compression="lzw", predictor=2),
        16,
    ),
    "BigTIFF tiled": (
        ".tif",
        lambda n: photos.tiff(scene(16), orientation=n, bigtiff=True, tile=(16, 32), compression="zlib"),
        16,
    ),
    "TIFF white is zero": (".tif", lambda n: photos.tiff(scene(), orientation=n, white_is_zero=True), 8),
    "TIFF planar": (".tif", lambda n: photos.tiff(sepia(16), orientation=n, planar=True), 16),
    "TIFF white is zero 16": (".tif", lambda n: photos.tiff(scene(16), orientation=n, white_is_zero=True), 16),
    "TIFF RGB 8, PackBits": (".tif", lambda n: photos.tiff(sepia(), orientation=n, compression="packbits"), 8),
    "TIFF ZSTD": (".tif", lambda n: photos.tiff(scene(), orientation=n, compression="zstd", predictor=2), 8),
    "TIFF LZMA": (".tif", lambda n: photos.tiff(scene(16), orientation=n, compression="lzma"), 16),
    "BigTIFF MM": (".tif", lambda n: photos.tiff(scene(16), orientation=n, bigtiff=True, byteorder=">"), 16),
    "TIFF JPEG XL inside": (".tif", lambda n: photos.tiff(scene(), orientation=n, compression="jpegxl"), 8),
    "TIFF JPEG 2000 inside": (".tif", lambda n: photos.tiff(scene(16), orientation=n, compression="jpeg2000"), 16),
    "TIFF bilevel": (".tif", lambda n: photos.tiff(scene() > 128, orientation=n), 8),
    "TIFF bilevel PackBits": (".tif", lambda n: photos.tiff(scene() > 128, orientation=n, compression="packbits"), 8),
    "TIFF fax RLE": (".tif", lambda n: fax(n, "tiff_ccitt"), 8),
    "TIFF G3": (".tif", lambda n: fax(n, "group3"), 8),
    "TIFF G4": (".tif", lambda n: fax(n, "group4"), 8),
    "TIFF 2 bit": (".tif", lambda n: photos.tiff(scene(2), orientation=n, bitspersample=2), 8),
    "TIFF 4 bit": (".tif", lambda n: photos.tiff(scene(4), orientation=n, bitspersample=4), 8),
    "TIFF 6 bit": (".tif", lambda n: photos.tiff(scene(6), orientation=n, bitspersample=6), 8),
    "TIFF 10 bit packed": (".tif", lambda n: photos.tiff(scene(10), orientation=n, bitspersample=10), 16),
    "TIFF 12 bit packed": (".tif", lambda n: photos.tiff(scene(12), orientation=n, bitspersample=12), 16),
    "TIFF 14 bit packed": (".tif", lambda n: photos.tiff(scene(14), orientation=n, bitspersample=14), 16),
    "TIFF float 16": (
        ".tif",
        lambda n: photos.tiff((neutral(16) / 65535).astype(np.float16), orientation=n, icc=srgb_profile()),
        16,
    ),
    "TIFF float 32": (
        ".tif",
        lambda n: photos.tiff((scene(16) / 65535).astype(np.float32), orientation=n, icc=photos.gray_gamma(1.0)),
        16,
    ),
    "TIFF float 64": (
        ".tif",
        lambda n: photos.tiff(neutral(16) / 65535, orientation=n, icc=srgb_profile()),
        16,
    ),
    "TIFF CMYK 8": (
        ".tif",
        lambda n: photos.tiff(cmyk(8), orientation=n, photometric="separated", icc=photos.cmyk_profile()),
        8,
    ),
    "TIFF CMYK 16": (
        ".tif",
        lambda n: photos.tiff(cmyk(16), orientation=n, photometric="separated", icc=photos.cmyk_profile()),
        16,
    ),
    "TIFF Lab 8": (".tif", lambda n: photos.tiff(lab(8), orientation=n, photometric="cielab"), 16),
    "TIFF Lab 16": (".tif", lambda n: photos.tiff(lab(16), orientation=n, photometric="cielab"), 16),
    "TIFF YCbCr JPEG": (".tif", lambda n: photos.tiff(neutral(), orientation=n, compression="jpeg"), 8),
    "TIFF YCbCr uncompressed": (".tif", ycbcr, 8),
    "TIFF palette 16": (
        ".tif",
        lambda n: photos.tiff(scene(16), orientation=n, palette=gray_palette(65536), compression="zlib"),
        16,
    ),
    "TIFF palette": (
        ".tif",
        lambda n: photos.tiff(scene(), orientation=n, palette=gray_palette(256)),
        8,
    ),
    "TIFF gray and alpha": (
        ".tif",
        lambda n: photos.tiff(scene(), alpha=photos.alpha(HEIGHT, WIDTH), orientation=n),
        8,
    ),
    "TIFF RGB 16 and associated alpha": (
        ".tif",
        lambda n: photos.tiff(
            sepia(16) // 2, alpha=np.full((HEIGHT, WIDTH), 50_000, "u2"), extra="assocalpha", orientation=n
        ),
        16,
    ),
    "TIFF gray and a channel of unknown meaning": (
        ".tif",
        lambda n: photos.tiff(scene(), alpha=photos.alpha(HEIGHT, WIDTH), extra="unspecified", orientation=n),
        8,
    ),
    "TIFF of three pages": (
        ".tif",
        lambda n: photos.tiff_of(
            [scene(), scene(16)[:30], sepia()[:, :20]], extratags=[[(274, 3, 1, n, True)]] * 3, compression="zlib"
        ),
        8,
    ),
    "WebP lossless": (".webp", lambda n: photos.webp(neutral(), orientation=n), 8),
    "WebP lossy": (".webp", lambda n: photos.webp(neutral(), orientation=n, lossless=False, quality=95), 8),
    "WebP lossless with alpha": (
        ".webp",
        lambda n: photos.webp(neutral(), alpha=photos.alpha(HEIGHT, WIDTH), orientation=n),
        8,
    ),
    "JPEG 2000 gray 8": (".jp2", lambda n: jp2_first_boxes(jp2(scene(), n)), 8),
    "JPEG 2000 gray 16": (".jp2", lambda n: jp2_first_boxes(jp2(scene(16), n)), 16),
    "JPEG 2000 12 bit": (".jp2", lambda n: jp2_first_boxes(jp2(scene(12), n, bitspersample=12)), 16),
    "JPEG 2000 RGB": (".jp2", lambda n: jp2_first_boxes(jp2(sepia(), n)), 8),
    "JPEG XL gray 8": (".jxl", lambda n: jxl(scene(), n, lossless=True), 8),
    "JPEG XL 16": (".jxl", lambda n: jxl(scene(16), n, lossless=True), 16),
    "JPEG XL 12 bit": (".jxl", lambda n: jxl(scene(12), n, lossless=True, bitspersample=12), 16),
    "JPEG XL lossy": (".jxl", lambda n: jxl(neutral(), n, distance=0.5), 8),
    "JPEG XL 10 bit": (".jxl", lambda n: jxl(scene(10), n, lossless=True, bitspersample=10), 16),
    "JPEG XL RGB and alpha": (
        ".jxl",
        lambda n: jxl(np.dstack([neutral(), photos.alpha(HEIGHT, WIDTH)]), n, lossless=True),
        8,
    ),
    "AVIF lossless with alpha": (
        ".avif",
        lambda n: avif(np.dstack([neutral(), photos.alpha(HEIGHT, WIDTH)]), n, matrix=0),
        8,
    ),
    "AVIF lossless 8": (".avif", lambda n: avif(neutral(), n, matrix=0), 8),
    "AVIF lossless 10": (".avif", lambda n: avif(neutral(10), n, matrix=0, bitspersample=10), 16),
    "AVIF lossless 12": (".avif", lambda n: avif(neutral(12), n, matrix=0, bitspersample=12), 16),
    "AVIF lossy": (".avif", lambda n: avif(neutral(), n, level=90), 8),
    "HEIC lossless": (".heic", lambda n: heic(neutral(), n), 8),
    "HEIC lossy": (".heic", lambda n: heic(neutral(), n, quality=90, matrix_coefficients=6), 8),
}
if shutil.which("jpegtran") or os.environ.get("CI") == "true":  # CI has it; elsewhere these two rows may be missing
    TABLE |= {
        "JPEG arithmetic": (".jpg", arithmetic, 8),
        "JPEG arithmetic, progressive": (".jpg", lambda n: arithmetic(n, "-progressive"), 8),
    }
