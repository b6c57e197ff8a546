"""Checks AV1 data by a second decoder, because the first accepts damaged data.

dav1d, which decodes AVIF here, does not look at the bits that close each tile. libaom, which OpenCV decodes AVIF by,
refuses a tile whose symbols do not end exactly there; in tests it noticed nearly every flipped bit.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from photocolor.containers.boxes import boxes, make_box
from photocolor.containers.heif import Meta, item_bytes
from photocolor.image.heif.bounds import coding_of

_LAYERED = {b"a1lx", b"a1op", b"lsel"}
_PROBE_PX = 16


def is_damaged(data: bytes, meta: Meta, number: int) -> bool | None:
    """Returns True if a coded picture of an AVIF does not decode by libaom, None if libaom is not available.

    Args:
        data: the whole file, which decodes otherwise.
        meta: its items.
        number: of the picture.
    """
    alone = _with_one_picture(data, meta, number)
    return None if alone is None else _decoded(alone) is None


def decoded_by_libaom(data: bytes, meta: Meta, number: int) -> NDArray[Any] | None:
    """Returns the samples of a coded picture from OpenCV; None if libaom refuses it or is not available."""
    alone = _with_one_picture(data, meta, number)
    return None if alone is None else _decoded(alone)


def _with_one_picture(data: bytes, meta: Meta, number: int) -> bytes | None:
    """Returns a file with one coded picture alone; None if libaom cannot decode its kind."""
    coded, config = item_bytes(data, meta, number), coding_of(data, meta, number)
    size = next(box for box in meta.of(number) if box.kind == b"ispe")
    if coded is None or any(box.kind in _LAYERED for box in meta.of(number)) or not _is_checkable(config[1:3]):
        return None
    numbers = (box for box in meta.of(number) if box.kind == b"colr" and data[box.start : box.start + 4] == b"nclx")
    color = next((bytes(data[box.head : box.end]) for box in numbers), b"")
    return _alone(coded, bytes(data[size.start : size.end]), config, color)


@lru_cache(maxsize=32)
def _is_checkable(kind: bytes) -> bool:
    """Returns True if OpenCV decodes AVIF of this kind at all, and notices that it is cut off.

    Args:
        kind: the two bytes of an av1C box that tell profile, level, depth and chroma.
    """
    deep, twelve, gray = kind[1] & 0x40, kind[1] & 0x20, kind[1] & 0x10
    across, down = kind[1] & 0x08, kind[1] & 0x04
    bits = 8 if not deep else 12 if twelve else 10
    name = "YUV400" if gray else "YUV444" if not across else "YUV420" if down else "YUV422"
    layout = imagecodecs.AVIF.PIXEL_FORMAT[name]  # short names are not known by all versions
    shape = (_PROBE_PX, _PROBE_PX) if gray else (_PROBE_PX, _PROBE_PX, 3)
    noise = np.random.default_rng(1).integers(0, 1 << bits, shape).astype(np.uint8 if bits == 8 else np.uint16)
    made = bytes(
        imagecodecs.avif_encode(noise, level=90, speed=10, bitspersample=bits, pixelformat=layout, numthreads=1)
    )
    content = next(box for box in boxes(made) if box.kind == b"mdat")
    hollow = made[: content.end - 40] + bytes(40) + made[content.end :]
    return _decoded(made) is not None and _decoded(hollow) is None


def _alone(coded: bytes, size: bytes, config: bytes, color: bytes) -> bytes:
    """Returns an AVIF file with this picture and nothing else; `color` is a whole box, or empty."""
    brands = make_box(b"ftyp", b"avif" + bytes(4) + b"avifmif1miaf")
    properties = make_box(b"ipco", make_box(b"ispe", size) + make_box(b"av1C", config) + color)
    named = bytes((1, 0x82, 3) if color else (1, 0x82))
    properties += make_box(b"ipma", struct.pack(">IIHB", 0, 1, 1, len(named)) + named)
    item = make_box(b"infe", struct.pack(">IHH4sB", 2 << 24, 1, 0, b"av01", 0))

    def meta(at: int) -> bytes:
        parts = make_box(b"hdlr", bytes(8) + b"pict" + bytes(13)) + make_box(b"pitm", struct.pack(">IH", 0, 1))
        parts += make_box(b"iloc", struct.pack(">IHHHHHII", 0, 0x4400, 1, 1, 0, 1, at, len(coded)))
        parts += make_box(b"iinf", struct.pack(">IH", 0, 1) + item) + make_box(b"iprp", properties)
        return make_box(b"meta", bytes(4) + parts)

    head = len(brands) + len(meta(0)) + 8
    return brands + meta(head) + make_box(b"mdat", coded)


def _decoded(data: bytes) -> NDArray[Any] | None:
    import cv2  # only where AV1 is looked at: a process that plans must not wait for OpenCV

    with _silent():
        try:
            return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        except cv2.error:
            return None


_LOCK = threading.Lock()
_levels: list[int] = []
"""Levels that OpenCV's log had before it was silenced, one for each thread that is decoding."""


@contextmanager
def _silent() -> Iterator[None]:
    """Discards what OpenCV writes to standard error about undecodable pictures; its return value says the same."""
    import cv2

    with _LOCK:
        _levels.append(cv2.utils.logging.setLogLevel(0) if not _levels else _levels[0])
    try:
        yield
    finally:
        with _LOCK:
            before = _levels.pop()
            if not _levels:
                cv2.utils.logging.setLogLevel(before)
