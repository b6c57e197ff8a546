"""Texts in PNG chunks, and the blocks that ImageMagick and others hide in them in hexadecimal."""

from __future__ import annotations

import binascii
import re
import zlib

from photocolor.metadata.ifd import Malformed

PROFILE = b"Raw profile type "
TEXT_LIMIT_BYTES = 64 << 20  # a compressed text must not grow without end
_PROFILE_TEXT = re.compile(rb"\s*(\w[\w ]*)\n\s*(\d+)\n([0-9a-fA-F\s]*)\Z")


def decoded(kind: bytes, data: bytes) -> tuple[bytes, bytes]:
    """Keyword and text of a tEXt, zTXt or iTXt chunk.

    Raises:
        Malformed: it has no keyword or no text, or cannot be inflated.
    """
    keyword, found, rest = data.partition(b"\0")
    if not found:
        raise Malformed("no keyword")
    if kind == b"tEXt":
        return keyword, rest
    if kind == b"zTXt":
        return keyword, _inflated(rest[1:])
    if len(rest) < 2:
        raise Malformed("no text")
    *_, text = rest[2:].split(b"\0", 2)
    return keyword, _inflated(text) if rest[0] else text


def _inflated(data: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        text = machine.decompress(data, TEXT_LIMIT_BYTES)
    except zlib.error as error:
        raise Malformed(str(error)) from error
    if machine.unconsumed_tail:
        raise Malformed(f"text above {TEXT_LIMIT_BYTES >> 20} MiB")
    return text


def profile(text: bytes) -> bytes | None:
    """The bytes of a profile in hexadecimal, or None if the text is none."""
    match = _PROFILE_TEXT.match(text)
    try:
        return binascii.unhexlify(b"".join(match.group(3).split())) if match is not None else None
    except binascii.Error:
        return None


def profile_chunk(name: bytes, data: bytes) -> bytes:
    """The content of a zTXt chunk that holds a profile; ImageMagick, ExifTool and Exiv2 read it."""
    digits = binascii.hexlify(data)
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return PROFILE + name + b"\0\0" + zlib.compress(b"\n%s\n%8d\n%s\n" % (name, len(data), lines))


def text_chunk(keyword: str, text: str) -> tuple[str, bytes]:
    """A text as an extra: Latin-1 where that can write it, else UTF-8."""
    try:
        return "tEXt", keyword.encode("latin-1") + b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        return "iTXt", keyword.encode("latin-1", "replace") + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
