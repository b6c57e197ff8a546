"""Turns a file's bytes into a photo in sRGB, or into an error that says what is wrong with them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from photocolor.color.profile import BadProfile, to_srgb
from photocolor.containers.formats import Format
from photocolor.containers.recognize import sniff
from photocolor.errors import OutOfMemory, TooLarge, TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codec_table import CODECS
from photocolor.image.photo import Header, Photo
from photocolor.system.decoder_messages import detail_of
from photocolor.system.file_bytes import Stored, whole

# What damaged files were seen to make the libraries raise, over some 30,000 seeded byte flips. Pillow: OSError,
# SyntaxError. imagecodecs: RuntimeError (each codec's own error is one). tifffile: ValueError (its own error is one),
# and where a tag holds nonsense TypeError, ZeroDivisionError and their like. zlib and struct: their own. EOFError,
# LookupError, AttributeError, AssertionError and BufferError were not seen, but stand in code of theirs that damaged
# files reach.
LIBRARY_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    RuntimeError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    BufferError,
    struct.error,
    zlib.error,
)


def probe(data: Stored, page: int = 0) -> Header:
    """Returns what the header says; no pixel is decoded, and no memory reserved for any.

    Args:
        data: the whole file.
        page: number of the page, counted from 0.

    Raises:
        NotAnImage: the bytes are no picture.
        TruncatedPhoto: the header is cut off or damaged.
        UnsupportedPhoto: a picture that photocolor does not treat.
    """
    kind = sniff(data)
    with translated(kind):
        return CODECS[kind.name].probe(_readable(data, kind), *([page] if page else []))


def decode(data: Stored, max_megapixels: float, page: int = 0) -> Photo:
    """Returns the photo in sRGB at its own bit depth, in the stored orientation.

    Args:
        data: the whole file.
        max_megapixels: pictures above are refused from their header.
        page: number of the page, counted from 0; `Header.pages` says how many there are.

    Raises:
        NotAnImage: the bytes are no picture.
        TruncatedPhoto: the picture is not whole, or damaged.
        UnsupportedPhoto: a picture that photocolor does not treat.
        TooLarge: it has more than `max_megapixels`.
        OutOfMemory: the pixels do not fit in memory.
    """
    kind = sniff(data)
    with translated(kind):
        place, data = [page] if page else [], _readable(data, kind)
        header = CODECS[kind.name].probe(data, *place)
        refuse_too_large(header, max_megapixels)
        return in_srgb(CODECS[kind.name].read(data, *place))


def _readable(data: Stored, kind: Format) -> Stored:
    """Returns the file in the form that its codec takes: on disk, or in memory."""
    return data if kind.read_in_place else whole(data)


def refuse_too_large(header: Header, max_megapixels: float) -> None:
    """Raises if the header promises more pixels than are allowed.

    Raises:
        TooLarge: it has more than `max_megapixels`.
    """
    if header.megapixels > max_megapixels:
        digits = next((digits for digits in range(1, 6) if round(header.megapixels, digits) > max_megapixels), 6)
        size = f"{header.width} × {header.height} pixels ({header.megapixels:.{digits}f} MP)"
        raise TooLarge(f"the picture has {size}, more than the {max_megapixels:g} MP that are allowed")


def in_srgb(photo: Photo) -> Photo:
    """Returns the photo with its profile applied; an unusable profile is ignored with a warning.

    Raises:
        UnsupportedPhoto: without a usable profile the samples mean nothing: inks, and floating-point numbers.
    """
    rounds_gray = photo.pixels.ndim == 3 and photo.gray is None
    photo = replace(photo, container=replace(photo.container, rounds_gray=rounds_gray))
    icc, meaningless = photo.container.icc, _meaningless(photo)
    if icc is None:
        if meaningless:
            raise UnsupportedPhoto(f"{meaningless} without a color profile is not supported: {_UNKNOWN[meaningless]}")
        return photo
    try:
        pixels = to_srgb(photo.pixels, icc)
    except BadProfile as error:
        return replace(photo, warnings=(*photo.warnings, ignored_profile(photo, error)))
    return replace(photo, pixels=pixels, container=replace(photo.container, keep_icc=pixels is photo.pixels))


def ignored_profile(photo: Photo, error: BadProfile) -> str:
    """Returns the warning about a profile that cannot be used.

    Raises:
        UnsupportedPhoto: without it the samples mean nothing.
    """
    meaningless = _meaningless(photo)
    if meaningless:
        raise UnsupportedPhoto(f"{meaningless} with an unusable color profile is not supported: {error}") from error
    return f"the color profile is ignored and the values are taken as sRGB: {error}"


_UNKNOWN = {
    "CMYK": "which inks its values mean is unknown",
    "floating-point TIFF": "whether its values are linear light or encoded is unknown",
}


def _meaningless(photo: Photo) -> str:
    if photo.pixels.ndim == 3 and photo.pixels.shape[2] == 4:
        return "CMYK"
    return "floating-point TIFF" if photo.pixels.dtype.kind == "f" else ""


@contextmanager
def translated(kind: Format) -> Iterator[None]:
    """Translates what libraries raise inside the block into our errors."""
    try:
        yield
    except MemoryError as error:
        raise OutOfMemory(f"the pixels of the {kind.title} do not fit in memory") from error
    except LIBRARY_ERRORS as error:
        raise TruncatedPhoto(f"the {kind.title} is damaged or cut off{detail_of(error)}") from error
