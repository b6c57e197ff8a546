"""The sRGB profile that results carry: built here, byte for byte the same on every machine and day."""

from __future__ import annotations

import struct
from functools import lru_cache

_CURVE_POINTS = 1024
_DESCRIPTION = "sRGB IEC61966-2.1"
_COPYRIGHT = "No copyright, use freely"

# D50-adapted colorants and white of sRGB in 1/65536. Source: IEC 61966-2-1 primaries, Bradford-adapted as in
# ICC.1:2022 annex E. Blue is what is left of white, so that gray stays neutral to the last digit.
_WHITE_D50 = (63190, 65536, 54061)
_RED = (28576, 14581, 912)
_GREEN = (25239, 46983, 6361)
_BLUE = tuple(white - red - green for white, red, green in zip(_WHITE_D50, _RED, _GREEN, strict=True))


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Returns a version 2 display profile with sRGB's primaries and its exact curve at 1024 points; about 3 KB.

    Version 2 because every viewer reads it. The date is a constant: the same input must give the same bytes.

    Source: ICC.1:2001-04; IEC 61966-2-1.
    """
    curve = _curve()
    tags = [
        (b"desc", _text_description(_DESCRIPTION)),
        (b"cprt", b"text\x00\x00\x00\x00" + _COPYRIGHT.encode("ascii") + b"\x00"),
        (b"wtpt", _xyz(_WHITE_D50)),
        (b"rXYZ", _xyz(_RED)),
        (b"gXYZ", _xyz(_GREEN)),
        (b"bXYZ", _xyz(_BLUE)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    return _assemble(tags)


def _assemble(tags: list[tuple[bytes, bytes]]) -> bytes:
    start = 128 + 4 + 12 * len(tags)
    table, body, places = b"", b"", dict[bytes, int]()
    for name, content in tags:
        if content not in places:  # the three channels share one curve
            places[content] = start + len(body)
            body += content + bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, places[content], len(content))
    size = start + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + struct.pack(">3i", *_WHITE_D50)
    return header.ljust(128, b"\x00") + struct.pack(">I", len(tags)) + table + body


def _curve() -> bytes:
    points = [round(65535 * _linear(index / (_CURVE_POINTS - 1))) for index in range(_CURVE_POINTS)]
    return b"curv\x00\x00\x00\x00" + struct.pack(f">I{_CURVE_POINTS}H", _CURVE_POINTS, *points)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _xyz(values: tuple[int, ...]) -> bytes:
    return b"XYZ \x00\x00\x00\x00" + struct.pack(">3i", *values)


def _text_description(text: str) -> bytes:
    """Returns a textDescriptionType: the ASCII text, then empty Unicode and Macintosh texts (ICC.1:2001-04, 6.5.17)."""
    ascii_text = text.encode("ascii") + b"\x00"
    return b"desc\x00\x00\x00\x00" + struct.pack(">I", len(ascii_text)) + ascii_text + bytes(4 + 4 + 2 + 1 + 67)
