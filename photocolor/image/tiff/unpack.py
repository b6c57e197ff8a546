"""Decompresses the strips and tiles of TIFFs with byte-oriented compressions, and notices missing or superfluous data.

Nothing is decompressed to much more than its place holds, whatever the data say.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection

import imagecodecs

from photocolor.image.tiff.lzw import is_closed

UNCOMPRESSED, LZW, PACKBITS, LZMA, ZSTD = 1, 5, 32773, 34925, 50000
DEFLATE = frozenset({8, 32946})
SELF_CONTAINED = frozenset({UNCOMPRESSED, LZW, PACKBITS, LZMA, ZSTD}) | DEFLATE
"""Compressions of bytes, which know nothing of pixels."""
CHECKSUMMED = frozenset({LZMA, ZSTD}) | DEFLATE
"""The compressions whose data have a checksum, or may have one."""

_SLACK_BYTES = 1 << 16
_OLD_LZW = b"\x00\x01"
"""How LZW data begin whose codes are packed from the lowest bit on, as before TIFF 6."""
_XZ, _XZ_CHECK_AT = b"\xfd7zXZ\x00", 7
_ZSTD_MAGIC, _ZSTD_CHECKSUM = b"\x28\xb5\x2f\xfd", 0x04


def has_checksum(compression: int, head: bytes) -> bool:
    """Returns True if a segment that begins with these bytes has a checksum of its samples, which is verified.

    Source: RFC 1950 (deflate always has), the .xz file format 1.2.1 (2.1.1.2), RFC 8878 (3.1.1.1.1).
    """
    if compression in DEFLATE:
        return True
    if compression == LZMA:
        return head.startswith(_XZ) and bool(head[_XZ_CHECK_AT : _XZ_CHECK_AT + 1].strip(b"\0"))
    if compression == ZSTD:
        return head.startswith(_ZSTD_MAGIC) and bool(int.from_bytes(head[4:5], "big") & _ZSTD_CHECKSUM)
    return False


def decompressed(compression: int, raw: bytes, sizes: Collection[int], *, sure: bool) -> bytes:
    """Returns the samples of a segment.

    Args:
        compression: one of `SELF_CONTAINED`.
        raw: the segment as it lies in the file.
        sizes: how many bytes it may have: those of the rows that belong to the picture, or of a whole strip or tile.
        sure: False if other data may follow in `raw`.

    Returns:
        As many bytes as one of `sizes` says.

    Raises:
        ValueError: there are fewer, or more without an explanation, or the data are damaged.
    """
    if compression == UNCOMPRESSED:
        return _cut_to_size(raw, sizes)
    try:
        return _DECODERS[compression](raw, sizes, sure)
    except RuntimeError as error:  # imagecodecs' own errors are such
        raise ValueError(str(error)) from error


def _cut_to_size(samples: bytes, sizes: Collection[int]) -> bytes:
    """Returns the samples up to the largest of the sizes that they fill.

    Raises:
        ValueError: they fill none.
    """
    filled = [size for size in sizes if size <= len(samples)]
    if not filled:
        raise ValueError(f"{len(samples)} bytes of {min(sizes)}")
    return samples[: max(filled)]


def _of_size(samples: bytes, sizes: Collection[int]) -> bytes:
    if len(samples) not in sizes:
        raise ValueError(f"{len(samples)} bytes instead of {max(sizes)}")
    return samples


def _limit(sizes: Collection[int]) -> int:
    """Returns how many bytes are decompressed at most: some writers code more than a strip holds."""
    return 2 * max(sizes) + _SLACK_BYTES


def _lzw(raw: bytes, sizes: Collection[int], sure: bool) -> bytes:
    samples = bytes(imagecodecs.lzw_decode(raw, out=max(sizes) + 1))
    if raw.startswith(_OLD_LZW) or not is_closed(raw):
        if not sure:
            raise ValueError("the compressed data end early")
        return _cut_to_size(samples, sizes)  # the bits that fill up the last byte may have been taken for a code
    return _of_size(samples, sizes)


def _packbits(raw: bytes, sizes: Collection[int], sure: bool) -> bytes:
    try:
        samples = bytes(imagecodecs.packbits_decode(raw, out=max(sizes)))
        if len(samples) in sizes:
            return samples
    except RuntimeError:
        samples = b""
    end, count = _packbits_end(raw, sizes)
    if sure and raw[end:].strip(b"\0"):
        raise ValueError(f"{len(raw) - end} bytes are left over behind its last row")
    return _of_size(bytes(imagecodecs.packbits_decode(raw[:end], out=count)), sizes)


def _packbits_end(raw: bytes, sizes: Collection[int]) -> tuple[int, int]:
    """Returns where the runs end that fill one of `sizes`, and that size.

    Raises:
        ValueError: they fill none.
    """
    at, count, most = 0, 0, max(sizes)
    end = (0, 0)
    while at < len(raw) and count < most:
        code = raw[at]
        length = code + 1 if code < 128 else 257 - code
        at += 1 + (length if code < 128 else 1) if code != 128 else 1
        if code == 128 or at > len(raw):
            continue
        count += length
        if count in sizes:
            end = at, count
    if not end[0]:
        raise ValueError(f"{count} bytes instead of {most}")
    return end


def _deflate(raw: bytes, sizes: Collection[int], sure: bool) -> bytes:
    try:
        return _of_size(bytes(imagecodecs.deflate_decode(raw, out=max(sizes))), sizes)
    except RuntimeError:  # zlib is slower, and knows why
        inflate = zlib.decompressobj()
        try:
            samples = inflate.decompress(raw, _limit(sizes))
        except zlib.error as error:
            raise ValueError("the deflate data are damaged") from error
        if not inflate.eof:
            raise ValueError("the compressed data end early") from None
        return _cut_to_size(samples, sizes)


def _zstd(raw: bytes, sizes: Collection[int], sure: bool) -> bytes:
    return _cut_to_size(bytes(imagecodecs.zstd_decode(raw, out=_limit(sizes))), sizes)


def _lzma(raw: bytes, sizes: Collection[int], sure: bool) -> bytes:
    return _cut_to_size(bytes(imagecodecs.lzma_decode(raw, out=_limit(sizes))), sizes)


_DECODERS: dict[int, Callable[[bytes, Collection[int], bool], bytes]] = {
    LZW: _lzw,
    PACKBITS: _packbits,
    LZMA: _lzma,
    ZSTD: _zstd,
    **dict.fromkeys(DEFLATE, _deflate),
}
