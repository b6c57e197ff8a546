"""Makes a color JPEG with the source's own luma: its coded bytes are copied, and only chroma is added.

The scan of a gray JPEG holds one component, and JPEG allows a color picture to store each component in a scan of its
own (ITU-T T.81, 4.8.1). So the source's scan, byte for byte, is the luma scan of a valid color JPEG, and whatever
decodes it as gray gets the same pixels from both. No coefficient is decoded, and no library is needed for it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from photocolor.containers.formats import by_name
from photocolor.containers.jpeg import DHT, DQT, DRI, END, FRAMES, SOS, START, CodedPart, parts
from photocolor.errors import UnsupportedPhoto
from photocolor.image.encode import target_format
from photocolor.image.photo import Described, Photo, Pixels
from photocolor.settings import FileSettings
from photocolor.system.file_bytes import Writable

BASELINE, EXTENDED, PROGRESSIVE = 0xC0, 0xC1, 0xC2
HUFFMAN = frozenset({BASELINE, EXTENDED, PROGRESSIVE})
JFIF = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"  # no resolution: metadata.carry writes the source's
LUMA, BLUE, RED = 1, 2, 3
BAND_ROWS = 256

# Source: ITU-T T.871, 7: blue and red difference of 8-bit R, G, B, around 128.
DIFFERENCES = {BLUE: (-0.168735892, -0.331264108, 0.5), RED: (0.5, -0.418687589, -0.081312411)}
# Source: ITU-T T.81, table K.2; it is its own transpose, so its order does not matter.
CHROMA_STEPS = np.array(
    (
        (17, 18, 24, 47, 99, 99, 99, 99),
        (18, 21, 26, 66, 99, 99, 99, 99),
        (24, 26, 56, 99, 99, 99, 99, 99),
        (47, 66, 99, 99, 99, 99, 99, 99),
        *((99,) * 8,) * 4,
    )
)


@dataclass(frozen=True, slots=True)
class GrayScan:
    """Holds the coded luma of a gray JPEG and its tables.

    Attributes:
        frame: kind of frame, one of `HUFFMAN`.
        table: number of the quantization table that its only component uses.
        parts: its tables and scans, in stored order.
    """

    frame: int
    table: int
    parts: tuple[CodedPart, ...]


def refuse_inexact(data: bytes, photo: Photo, files: FileSettings) -> None:
    """Raises if the result cannot have the source's own luma; cheap, before any color is made.

    Raises:
        UnsupportedPhoto: it cannot; the message says why.
    """
    refuse_other_formats(photo, files)
    if photo.pixels.ndim != 2:
        raise _inexact("the source is stored in color; only a JPEG with a single gray channel has luma to copy")
    if photo.container.icc is not None:
        raise _inexact(_about_profile(photo.container.icc))
    gray_scan(data)


def _about_profile(icc: bytes) -> str:
    """Returns why the luma of a picture with this profile is not copied."""
    kind = icc[16:20].decode("latin-1").strip()
    if kind == "GRAY":
        return "the source has a gray color profile, which a color picture cannot carry"
    named = f"a color profile for {kind} pictures" if kind in ("RGB", "CMYK") else "a color profile"
    return f"the source has {named}, and luma is copied only from a gray JPEG without one"


def refuse_other_formats(photo: Described, files: FileSettings) -> None:
    """Raises if the format of the source or of the result has no luma that can be copied.

    Raises:
        UnsupportedPhoto: one of them is no JPEG.
    """
    if not target_format(photo, files.format).copies_luma or not by_name(photo.container.format).copies_luma:
        raise _inexact("source and result must both be JPEG")


def gray_scan(data: bytes) -> GrayScan:
    """Returns the coded luma of a gray JPEG.

    Raises:
        UnsupportedPhoto: it is coded in a way that cannot be joined with color.
    """
    coded_parts = tuple(parts(data))
    frame = next(part for part in coded_parts if part.marker in FRAMES)
    if frame.marker not in HUFFMAN or len(frame.payload) != 9:
        raise _inexact(f"a JPEG with frame type {frame.marker:02X} and {frame.payload[5]} channels cannot be joined")
    return GrayScan(
        frame.marker, frame.payload[8], tuple(part for part in coded_parts if part.marker in (DQT, DHT, DRI, SOS))
    )


def write_exact(path: Writable, data: bytes, photo: Photo, rgb: Pixels, files: FileSettings) -> None:
    """Writes the result of a gray JPEG, its luma copied from it; equal input gives equal bytes.

    Args:
        path: the file to write.
        data: the source's bytes.
        photo: the source as it was decoded.
        rgb: (H, W, 3) uint8 sRGB, whose chroma is used.
        files: the quality of the chroma.

    Raises:
        UnsupportedPhoto: the result does not decode to the source's gray.
    """
    joined = b"".join(_joined(gray_scan(data), rgb, files.quality))
    if not np.array_equal(luma_of(joined), photo.pixels):
        raise _inexact("the result does not decode to the source's gray")
    path.write_bytes(joined)


def luma_of(data: bytes) -> NDArray[np.uint8]:
    """Returns the first channel of a JPEG, as a decoder asked for gray returns it; (H, W) uint8."""
    with JpegImageFile(BytesIO(data)) as image:
        image.draft("L", image.size)
        image.load()
        if image.mode != "L":
            raise UnsupportedPhoto(f"JPEG of Pillow's mode {image.mode} has no luma")
        return np.asarray(image)


def _joined(luma: GrayScan, rgb: Pixels, quality: int) -> Iterator[bytes]:
    progressive = luma.frame == PROGRESSIVE
    chroma = {name: _coded_difference(rgb, name, quality, progressive=progressive) for name in (BLUE, RED)}
    table = 0 if luma.table else 1
    yield START
    yield CodedPart(0xE0, JFIF).packed()
    yield CodedPart(DQT, _table_of(chroma[BLUE], chroma[BLUE].table, table)).packed()
    height, width = rgb.shape[:2]
    components = ((LUMA, luma.table), (BLUE, table), (RED, table))
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"".join(bytes((name, 0x11, at)) for name, at in components)
    frame_part = CodedPart(luma.frame, frame).packed()
    yield CodedPart(DQT, _table_of(luma, luma.table, luma.table)).packed()
    yield frame_part
    yield from _scans(luma, LUMA)
    yield CodedPart(DRI, b"\x00\x00").packed()
    yield from _scans(chroma[BLUE], BLUE)
    yield from _scans(chroma[RED], RED)
    yield END


def _scans(scan: GrayScan, component: int) -> Iterator[bytes]:
    """Yields the tables and scans of a picture, for another component number."""
    for part in scan.parts:
        if part.marker == SOS:
            part = CodedPart(SOS, part.payload[:1] + bytes((component,)) + part.payload[2:], part.coded)
        if part.marker != DQT:
            yield part.packed()


def _table_of(scan: GrayScan, number: int, new_number: int) -> bytes:
    """Returns the quantization table `number` of a file, as the payload of a segment that defines `new_number`."""
    for part in scan.parts:
        at = 0
        while part.marker == DQT and at < len(part.payload):
            wide, name = divmod(part.payload[at], 16)
            end = at + 1 + (128 if wide else 64)
            if name == number:
                return bytes((wide << 4 | new_number,)) + part.payload[at + 1 : end]
            at = end
    raise _inexact(f"the JPEG does not define its quantization table {number}")


def _coded_difference(rgb: Pixels, name: int, quality: int, *, progressive: bool) -> GrayScan:
    """Returns one chroma plane, coded as if it were a gray picture."""
    plane = np.empty(rgb.shape[:2], np.uint8)
    weights = np.array(DIFFERENCES[name], np.float32)
    for top in range(0, len(plane), BAND_ROWS):
        band = rgb[top : top + BAND_ROWS].astype(np.float32) @ weights
        plane[top : top + BAND_ROWS] = np.rint(band + np.float32(128)).clip(0, 255)
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality  # Source: libjpeg, jpeg_quality_scaling
    steps = ((CHROMA_STEPS * scale + 50) // 100).clip(1, 255).astype(int)
    file = BytesIO()
    Image.fromarray(plane).save(file, "JPEG", qtables=[steps.ravel().tolist()], progressive=progressive)
    return gray_scan(file.getvalue())


def _inexact(reason: str) -> UnsupportedPhoto:
    return UnsupportedPhoto(
        f"the luma cannot stay bit-identical: {reason}",
        "Run such photos without --exact-luma; --format png then keeps their gray exactly.",
    )
