"""Prepares the coding chunks of a PNG so that libpng has nothing to warn of, and reports what was wrong.

libpng writes its warnings to standard error, amid our lines, and decodes all the same.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping

from photocolor.errors import TruncatedPhoto

_PALETTE, _GRAY, _RGB = 3, 0, 2
_PIECE_BYTES = 1 << 18
_KEY_BYTES = {_GRAY: 2, _RGB: 6}


def tables_of(kind: int, depth: int, chunks: Mapping[bytes, bytes]) -> tuple[dict[bytes, bytes], tuple[str, ...]]:
    """Returns the payloads of palette and transparency without superfluous entries, and warnings.

    Args:
        kind: color type of the header.
        depth: bits of a sample.
        chunks: the payloads of PLTE and tRNS, where they are.

    Raises:
        TruncatedPhoto: a palette is missing or damaged.
    """
    tables: dict[bytes, bytes] = {}
    if kind == _PALETTE:
        palette = chunks.get(b"PLTE", b"")[: 3 << depth]
        if not palette or len(palette) % 3:
            raise TruncatedPhoto("the PNG's palette is missing or damaged")
        tables[b"PLTE"] = palette
    if b"tRNS" not in chunks:
        return tables, ()
    clear = chunks[b"tRNS"]
    if kind == _PALETTE and 0 < len(clear) <= len(tables[b"PLTE"]) // 3:
        return tables | {b"tRNS": clear}, ()
    if len(clear) != _KEY_BYTES.get(kind):
        return tables, ("the PNG's transparency (tRNS) does not fit its pixels and is left out",)
    top = (1 << depth) - 1
    key = [value & top for value in struct.unpack(f">{len(clear) // 2}H", clear)]
    return tables | {b"tRNS": struct.pack(f">{len(key)}H", *key)}, ()


def raw_bytes(height: int, width: int, bits: int) -> int:
    """Returns how many bytes the rows of a picture take, each with the byte that names its filter."""
    return height * (1 + (width * bits + 7) // 8)


def exact_data(packed: Iterable[bytes], expected: int) -> tuple[bytes | None, tuple[str, ...]]:
    """Returns the compressed rows of a picture if they had to be compressed again, and warnings.

    Args:
        packed: the payloads of the IDAT chunks.
        expected: bytes of all rows.

    Returns:
        None if the chunks hold the rows and nothing else, and can stay.

    Raises:
        TruncatedPhoto: there are fewer rows, or they are damaged.
    """
    pieces, count, clean = list(packed), 0, True
    try:
        for piece, more in _unpacked(pieces):
            count += len(piece)
            clean = clean and not more
    except zlib.error as error:
        raise TruncatedPhoto("the PNG's compressed pixels are damaged") from error
    if count < expected:
        raise TruncatedPhoto(f"the PNG's pixels have {count} bytes instead of {expected}")
    if count == expected and clean:
        return None, ()
    rows = b"".join(piece for piece, _ in _unpacked(pieces))[:expected]
    return zlib.compress(rows, 1), ("behind the last row of the PNG lie further data, which belong to no pixel",)


def _unpacked(packed: list[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yields the rows in pieces, each with True if data lie behind the end of the stream.

    Raises:
        zlib.error: the stream is damaged.
    """
    inflate = zlib.decompressobj()
    for payload in packed:
        if inflate.eof:
            yield b"", bool(payload)
            continue
        piece = inflate.decompress(payload, _PIECE_BYTES)
        yield piece, bool(inflate.unused_data)
        while inflate.unconsumed_tail:
            yield inflate.decompress(inflate.unconsumed_tail, _PIECE_BYTES), bool(inflate.unused_data)
    yield inflate.flush(), bool(inflate.unused_data)
    if not inflate.eof:
        raise zlib.error("the stream has no end")
