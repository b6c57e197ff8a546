"""Builds the pictures that the tests read: synthetic photographs, every kind of file, and files that are broken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from photocolor.color.lab import lab_of

Array = NDArray[np.uint8] | NDArray[np.uint16]

ORIENTATION, X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x0112, 0x011A, 0x011B, 0x0128

# -- pixels -----------------------------------------------------------------------------------------------------------


def gray(height: int = 48, width: int = 64, depth: int = 8, seed: int = 0) -> Array:
    """(H, W) uint8 or uint16: a synthetic photograph with a sky, a hill, a house, grain, and both extremes."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / (max(height, width) - 1 or 1)
    ridge = 0.45 * height / max(height, width) + 0.08 * np.sin(9 * x + seed)
    scene = np.where(y < ridge, 0.85 - 0.3 * y, 0.25 + 0.2 * np.sin(40 * x + 25 * y) ** 2)
    scene = np.where((abs(x - 0.5) < 0.12) & (abs(y - ridge) < 0.1), 0.6 - 0.4 * (x > 0.5), scene)
    scene = np.clip(scene + rng.normal(0, 0.015, scene.shape), 0, 1)
    scene.flat[0], scene.flat[-1] = 0, 1
    top = 2**depth - 1
    return np.rint(scene * top).astype(np.uint8 if depth <= 8 else np.uint16)


def rgb(height: int = 48, width: int = 64, depth: int = 8, seed: int = 0) -> Array:
    """(H, W, 3): the same scene in colors, with saturated ones among them."""
    channels = [gray(height, width, depth, seed)] + [gray(height, width, depth, seed + n)[:, ::-1] for n in (1, 2)]
    return np.ascontiguousarray(np.stack(channels, axis=-1))


def tinted(height: int = 48, width: int = 64, depth: int = 8, seed: int = 0) -> Array:
    """(H, W, 3): the scene as a sepia print; black and white stay."""
    top = 2**depth - 1
    value = gray(height, width, depth, seed)[..., None] / top
    return np.rint(value ** np.array([0.8, 1.0, 1.3]) * top).astype(np.uint8 if depth <= 8 else np.uint16)


def hand_tinted(height: int = 48, width: int = 64, seed: int = 0) -> Array:
    """(H, W, 3) uint8: the gray scene with two flat washes of dye, as a colorist lays them over sky and house."""
    picture = np.dstack([gray(height, width, 8, seed)] * 3).astype(np.float64)
    picture[: height // 3] *= (0.75, 0.95, 1.2)
    picture[height // 2 : height * 2 // 3, width // 3 : width // 2] *= (1.25, 0.9, 0.8)
    return picture.clip(0, 255).astype(np.uint8)


def alpha(height: int = 48, width: int = 64, depth: int = 8) -> Array:
    """(H, W): a horizontal ramp from transparent to opaque."""
    top = 2**depth - 1
    ramp = np.rint(np.linspace(0, top, width))[None].repeat(height, axis=0)
    return ramp.astype(np.uint8 if depth <= 8 else np.uint16)


# -- metadata ---------------------------------------------------------------------------------------------------------


def exif(orientation: int = 1, dpi: int | None = None, order: str = "<") -> bytes:
    """A TIFF-structured EXIF block without the "Exif" prefix."""
    entries = [(ORIENTATION, 3, struct.pack(order + "HH", orientation, 0))]
    tail = b""
    if dpi is not None:
        start = 8 + 2 + 12 * 4 + 4
        for tag in (X_RESOLUTION, Y_RESOLUTION):
            entries.append((tag, 5, struct.pack(order + "I", start + len(tail))))
            tail += struct.pack(order + "II", dpi, 1)
        entries.append((RESOLUTION_UNIT, 3, struct.pack(order + "HH", 2, 0)))
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8) + struct.pack(order + "H", len(entries))
    return head + b"".join(struct.pack(order + "HHI", t, k, 1) + v for t, k, v in entries) + bytes(4) + tail


# -- whole files ------------------------------------------------------------------------------------------------------


def jpeg(
    pixels: Array | None = None,
    *,
    quality: int = 95,
    orientation: int | None = None,
    dpi: tuple[int, int] | None = None,
    icc: bytes | None = None,
    block: bytes | None = None,
    progressive: bool = False,
    cmyk: bool = False,
) -> bytes:
    """A JPEG of (H, W) or (H, W, 3) uint8 at 4:4:4; `block` is an EXIF block of its own."""
    image = Image.fromarray(gray() if pixels is None else pixels)
    image = image.convert("CMYK") if cmyk else image
    block = exif(orientation) if block is None and orientation else block
    extra: dict[str, object] = {"dpi": dpi} if dpi else {}
    extra |= {"exif": b"Exif\x00\x00" + block} if block else {}
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=0, icc_profile=icc, progressive=progressive, **extra)
    return file.getvalue()


def segment(marker: int, payload: bytes) -> bytes:
    """A JPEG segment."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def with_segment(data: bytes, marker: int, payload: bytes) -> bytes:
    """The JPEG with one more segment behind its first marker."""
    return data[:2] + segment(marker, payload) + data[2:]


def png(
    pixels: Array | None = None,
    *,
    depth: int | None = None,
    alpha: Array | None = None,
    palette: Array | None = None,
    transparent: bytes | None = None,
    interlaced: bool = False,
    chunks: Sequence[tuple[bytes, bytes]] = (),
) -> bytes:
    """A PNG of (H, W) or (H, W, 3) samples, written byte for byte here.

    Args:
        pixels: samples of `depth` bits, or indices into `palette`.
        depth: 1, 2, 4, 8 or 16; that of the array where it is not said.
        alpha: (H, W) of the same depth.
        palette: (N, 3) uint8.
        transparent: payload of a tRNS chunk.
        interlaced: in seven passes (Adam7).
        chunks: further chunks, as (name, payload), before the picture.
    """
    samples = gray() if pixels is None else pixels
    depth = depth or 8 * samples.dtype.itemsize
    layers = [samples[..., None] if samples.ndim == 2 else samples] + ([] if alpha is None else [alpha[..., None]])
    stack = np.concatenate(layers, axis=-1)
    height, width, channels = stack.shape
    kind = 3 if palette is not None else {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    passes = [stack[y::dy, x::dx] for x, y, dx, dy in _ADAM7] if interlaced else [stack]
    raw = b"".join(b"\x00" + row for part in passes if part.size for row in _packed_rows(part, depth))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)), *chunks]
    parts += [] if palette is None else [(b"PLTE", np.asarray(palette, np.uint8).tobytes())]
    parts += [] if transparent is None else [(b"tRNS", transparent)]
    packed = zlib.compress(raw)
    half = len(packed) // 2
    parts += [(b"IDAT", packed[:half]), (b"IDAT", packed[half:]), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, payload) for name, payload in parts)


_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _packed_rows(samples: Array, depth: int) -> list[bytes]:
    if depth == 16:
        return [row.astype(">u2").tobytes() for row in samples]
    if depth == 8:
        return [row.astype(np.uint8).tobytes() for row in samples]
    bits = (samples.reshape(len(samples), -1, 1) >> np.arange(depth - 1, -1, -1)) & 1
    return [np.packbits(row.reshape(-1)).tobytes() for row in bits.astype(np.uint8)]


def chunk(name: bytes, payload: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def icc_chunk(icc: bytes) -> tuple[bytes, bytes]:
    """A PNG's profile, for `png(chunks=…)`."""
    return b"iCCP", b"profile\x00\x00" + zlib.compress(icc)


def density_chunk(dpi: float) -> tuple[bytes, bytes]:
    """A PNG's resolution, for `png(chunks=…)`."""
    return b"pHYs", struct.pack(">IIB", round(dpi / 0.0254), round(dpi / 0.0254), 1)


def tiff(
    pixels: Array | None = None,
    *,
    alpha: Array | None = None,
    extra: str = "unassalpha",
    orientation: int | None = None,
    white_is_zero: bool = False,
    palette: Array | None = None,
    pages: int = 1,
    dpi: tuple[float, float] | None = None,
    icc: bytes | None = None,
    planar: bool = False,
    **writing: object,
) -> bytes:
    """A TIFF of (H, W) or (H, W, 3) samples; `writing` goes to tifffile (compression, predictor, tile, byteorder, …).

    With `white_is_zero` the file stores the inverted samples, so that it shows `pixels`; `palette` is (3, 256) uint16.
    """
    samples = gray() if pixels is None else pixels
    photometric = "rgb" if samples.ndim == 3 else "miniswhite" if white_is_zero else "minisblack"
    photometric = "palette" if palette is not None else photometric
    stored = np.iinfo(samples.dtype).max - samples if white_is_zero else samples
    if alpha is not None:
        stored = np.concatenate([stored if stored.ndim == 3 else stored[..., None], alpha[..., None]], axis=-1)
    if planar:
        stored = np.moveaxis(stored, -1, 0)
    options: dict[str, object] = {"planarconfig": "separate" if planar else "contig"} if stored.ndim == 3 else {}
    options |= {"extrasamples": [extra]} if alpha is not None else {}
    options |= {"resolution": dpi, "resolutionunit": "inch"} if dpi else {}
    options |= {"extratags": [(ORIENTATION, 3, 1, orientation, True)]} if orientation else {}
    options |= {"photometric": photometric, "colormap": palette, "iccprofile": icc, **writing}
    container = {key: options.pop(key) for key in ("byteorder", "bigtiff") if key in options}
    file = io.BytesIO()
    with tifffile.TiffWriter(file, **container) as writer:
        for _ in range(pages):
            writer.write(stored, metadata=None, software=False, contiguous=False, **options)
    return file.getvalue()


def webp(
    pixels: Array | None = None,
    *,
    alpha: Array | None = None,
    lossless: bool = True,
    quality: int = 90,
    orientation: int | None = None,
    icc: bytes | None = None,
) -> bytes:
    """A WebP of (H, W, 3) uint8."""
    samples = rgb() if pixels is None else pixels
    image = Image.fromarray(samples if alpha is None else np.dstack([samples, alpha]))
    extra = {"exif": exif(orientation)} if orientation else {}
    file = io.BytesIO()
    image.save(file, "WEBP", lossless=lossless, quality=quality, exact=True, icc_profile=icc, **extra)
    return file.getvalue()


# -- files that must fail, each for its own reason --------------------------------------------------------------------


def cut(data: bytes, share: float = 0.6) -> bytes:
    """The first part of a file, as a copy that was interrupted leaves it."""
    return data[: int(len(data) * share)]


def bomb_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """A few bytes that promise 3,600 megapixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def bomb_jpeg(width: int = 65_500, height: int = 65_500) -> bytes:
    """A JPEG whose frame header promises 4,290 megapixels."""
    data = bytearray(jpeg(gray(16, 16)))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def zip_archive() -> bytes:
    """A ZIP archive, for a file that only its name makes a photo."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("readme.txt"), "not a photo")
    return file.getvalue()


def animated_png() -> bytes:
    """An APNG as far as a reader must look to know that it is one."""
    return png(chunks=[(b"acTL", struct.pack(">II", 2, 0))])


def animated_webp() -> bytes:
    """Two frames."""
    frames = [Image.fromarray(rgb(seed=n)) for n in (0, 5)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    return file.getvalue()


def gif() -> bytes:
    """A GIF, which is a picture that is refused."""
    file = io.BytesIO()
    Image.fromarray(gray()).save(file, "GIF")
    return file.getvalue()


# name → (suffix to store it under, builder, reason of the error that it must end in)
BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": (".jpg", lambda: b"", "not_an_image"),
    "zeros": (".tif", lambda: bytes(4096), "not_an_image"),
    "text": (".jpg", lambda: b"I am a shopping list.\nMilk, eggs.\n", "not_an_image"),
    "web-page": (".png", lambda: b"<!DOCTYPE html><html><body>404</body></html>", "not_an_image"),
    "zip": (".jpg", zip_archive, "not_an_image"),
    "noise": (".png", lambda: np.random.default_rng(7).bytes(4096), "not_an_image"),
    "cut-jpeg": (".jpg", lambda: cut(jpeg(rgb())), "truncated"),
    "cut-progressive-jpeg": (".jpg", lambda: cut(jpeg(rgb(), progressive=True)), "truncated"),
    "cut-png": (".png", lambda: cut(png(rgb())), "truncated"),
    "cut-tiff": (".tif", lambda: cut(tiff(rgb())), "truncated"),
    "cut-webp": (".webp", lambda: cut(webp()), "truncated"),
    "flipped-png": (".png", lambda: flip(png(rgb()), 200), "truncated"),
    "bomb-png": (".png", bomb_png, "too_large"),
    "bomb-jpeg": (".jpg", bomb_jpeg, "too_large"),
    "cmyk-jpeg": (".jpg", lambda: jpeg(rgb(), cmyk=True), "unsupported"),
    "gif": (".gif", gif, "unsupported"),
    "animated-png": (".png", animated_png, "unsupported"),
    "animated-webp": (".webp", animated_webp, "unsupported"),
    "inks-tiff": (".tif", lambda: tiff(np.zeros((9, 9, 4), np.uint8), photometric="separated"), "unsupported"),
    "float-tiff": (".tif", lambda: tiff((gray() / 255).astype(np.float32)), "unsupported"),
}


def flip(data: bytes, at: int, mask: int = 0xFF) -> bytes:
    """The file with one byte changed."""
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


# -- profiles ---------------------------------------------------------------------------------------------------------


def adobe_rgb() -> bytes:
    """Adobe RGB (1998): other primaries, gamma 563/256."""
    return _dated(imagecodecs.cms_profile("adobergb"))


def gray_gamma(gamma: float = 1.8) -> bytes:
    """A gray profile with a plain power curve and a D50 white."""
    return _dated(imagecodecs.cms_profile("gray", whitepoint=(0.3457, 0.3585, 1.0), gamma=gamma))


def _dated(profile: bytes) -> bytes:
    """The profile with a constant date: Little CMS writes the time of day into it."""
    return bytes(profile[:24]) + struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + bytes(profile[36:])


def cmyk_profile() -> bytes:
    """A small printer profile made by hand: each color is what is left of white by its ink and by black."""
    table = np.arange(256, dtype=np.uint8).tobytes()
    corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * 4, indexing="ij"), axis=-1).reshape(-1, 4)
    light = np.rint((1 - corners[:, :3]) * (1 - corners[:, 3:]) * 255).astype(np.uint8)[None]
    lightness, ab = lab_of(light)
    points = np.concatenate([lightness[0][:, None] * 2.55, ab[0] + 128], axis=1)
    identity = struct.pack(">9i", *(np.eye(3, dtype=int).ravel() << 16))
    lut = b"mft1" + struct.pack(">I4B", 0, 4, 3, 2, 0) + identity
    lut += table * 4 + np.rint(points.clip(0, 255)).astype(np.uint8).tobytes() + table * 3
    tags = [(b"desc", b"desc" + struct.pack(">II", 0, 5) + b"inks\0" + bytes(78)), (b"A2B0", lut), (b"A2B1", lut)]
    tags += [(b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061))]
    at, table_of_tags, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags:
        table_of_tags += struct.pack(">4sII", name, at + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), bytes(4), 0x02100000, b"prtr", b"CMYK", b"Lab ")
    head += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table_of_tags + body


def tiff_of(pages: Sequence[Array], **writing: object) -> bytes:
    """A TIFF of several pages, each of its own size and kind; `writing` goes to tifffile."""
    container = {key: writing.pop(key) for key in ("byteorder", "bigtiff") if key in writing}
    file = io.BytesIO()
    with tifffile.TiffWriter(file, **container) as writer:
        for number, page in enumerate(pages):
            options: dict[str, object] = {"photometric": "rgb" if page.ndim == 3 else "minisblack", **writing}
            options = {key: value[number] if isinstance(value, list) else value for key, value in options.items()}
            writer.write(page, metadata=None, software=False, contiguous=False, **options)
    return file.getvalue()
