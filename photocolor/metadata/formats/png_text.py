"""Reads and writes texts in PNG chunks, and blocks in hexadecimal that ImageMagick and others store as texts."""

from __future__ import annotations

import binascii
import re
import zlib

from photocolor.containers.malformed import Malformed
from photocolor.metadata.limits import TEXT_MOST_BYTES, MetadataTooLarge

XMP_KEYWORD = b"XML:com.adobe.xmp"
PROFILE = b"Raw profile type "
BLOCKS_MOST_BYTES = 40 << 20
"""XMP and profiles of one file, once they are unpacked; in hexadecimal a profile takes twice its length."""
_STEP_BYTES = 1 << 20
_WHITE = b" \t\n\r\v\f"
_PROFILE_TEXT = re.compile(rb"\s*(\w[\w ]*)\n\s*(\d+)\n([0-9a-fA-F\s]*)\Z")


class Unpacking:
    """Limits the size to which the compressed texts of one file may grow.

    Whatever was unpacked counts, kept or not: a hundred texts that are each too large are not unpacked a hundred times.
    """

    def __init__(self) -> None:
        self._blocks, self._texts = BLOCKS_MOST_BYTES, TEXT_MOST_BYTES

    def text(self, keyword: bytes, packed: bytes) -> bytes:
        """Returns the text in compressed bytes.

        Raises:
            TooLarge: the texts up to here are more than may be unpacked.
            Malformed: it cannot be inflated.
        """
        is_block = keyword == XMP_KEYWORD or keyword.startswith(PROFILE)
        machine, parts = zlib.decompressobj(), []
        self._refuse_beyond(is_block=is_block)
        while packed and not machine.eof:
            try:
                parts.append(machine.decompress(packed, _STEP_BYTES))
            except zlib.error as error:
                raise Malformed(str(error)) from error
            packed = machine.unconsumed_tail
            if is_block:
                self._blocks -= len(parts[-1])
            else:
                self._texts -= len(parts[-1])
            self._refuse_beyond(is_block=is_block)
        return b"".join(parts)

    def _refuse_beyond(self, *, is_block: bool) -> None:
        if (self._blocks if is_block else self._texts) < 0:
            most = BLOCKS_MOST_BYTES if is_block else TEXT_MOST_BYTES
            raise MetadataTooLarge(f"all such texts of a file together may have {most >> 20} MiB")


def decoded(kind: bytes, data: bytes, unpacking: Unpacking) -> tuple[bytes, bytes]:
    """Returns keyword and text of a tEXt, zTXt or iTXt chunk.

    Raises:
        TooLarge: the file's compressed texts are more than may be unpacked.
        Malformed: it has no keyword or no text, or cannot be inflated.
    """
    keyword, found, rest = data.partition(b"\0")
    if not found:
        raise Malformed("no keyword")
    if kind == b"tEXt":
        return keyword, rest
    if kind == b"zTXt":
        return keyword, unpacking.text(keyword, rest[1:])
    if len(rest) < 2:
        raise Malformed("no text")
    *_, text = rest[2:].split(b"\0", 2)
    return keyword, unpacking.text(keyword, text) if rest[0] else text


def profile(text: bytes) -> bytes | None:
    """Returns the bytes of a profile in hexadecimal, or None if the text is no such profile."""
    match = _PROFILE_TEXT.match(text)
    try:
        return binascii.unhexlify(match.group(3).translate(None, _WHITE)) if match is not None else None
    except binascii.Error:
        return None


def profile_chunk(name: bytes, data: bytes) -> bytes:
    """Returns the content of a zTXt chunk that holds a profile; ImageMagick, ExifTool and Exiv2 read it."""
    digits = binascii.hexlify(data)
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return PROFILE + name + b"\0\0" + zlib.compress(b"\n%s\n%8d\n%s\n" % (name, len(data), lines))


def text_chunk(keyword: str, text: str) -> tuple[str, bytes]:
    """Returns a text as a chunk: Latin-1 where that suffices, else UTF-8."""
    try:
        return "tEXt", keyword.encode("latin-1") + b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        return "iTXt", keyword.encode("latin-1", "replace") + b"\0\0\0\0\0" + text.encode("utf-8", "replace")
