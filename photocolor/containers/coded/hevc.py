"""Reads the size of the pictures in HEVC data from its sequence parameter sets.

Source: ITU-T H.265 (2021), 7.3.1 and 7.3.2.2; ISO/IEC 14496-15:2022, 8.3.2 for the configuration box.
"""

from __future__ import annotations

from collections.abc import Iterator

from photocolor.containers.coded.bits import Bits

_PARAMETERS = 33
_HEADER_BYTES = 512
_CONFIG_HEAD_BYTES = 22


def sizes_in_config(config: bytes) -> Iterator[tuple[int, int]]:
    """Yields (height, width) of each parameter set in the content of an hvcC box.

    Raises:
        ValueError: it is cut off or damaged.
    """
    at = _CONFIG_HEAD_BYTES
    if len(config) <= at:
        raise ValueError("the HEVC configuration is cut off")
    arrays, at = config[at], at + 1
    for _ in range(arrays):
        count, at = int.from_bytes(config[at + 1 : at + 3], "big"), at + 3
        for _ in range(count):
            size, at = int.from_bytes(config[at : at + 2], "big"), at + 2
            if at + size > len(config):
                raise ValueError("the HEVC configuration is cut off")
            yield from _size_of_unit(config[at : at + size])
            at += size


def sizes_in_item(data: bytes, config: bytes) -> Iterator[tuple[int, int]]:
    """Yields (height, width) of each parameter set that lies among the coded data of a picture.

    Args:
        data: of the picture.
        config: the content of its hvcC box, which says how lengths are written.

    Raises:
        ValueError: the data are cut off or damaged.
    """
    at, wide = 0, (config[21] & 3) + 1
    while at + wide < len(data):
        size, at = int.from_bytes(data[at : at + wide], "big"), at + wide
        if at + size > len(data):
            raise ValueError("the HEVC data are cut off")
        yield from _size_of_unit(data[at : at + min(size, _HEADER_BYTES)])
        at += size


def _size_of_unit(unit: bytes) -> Iterator[tuple[int, int]]:
    """Yields the size if the unit is a parameter set; nothing for others."""
    if len(unit) < 2 or unit[0] >> 1 & 0x3F != _PARAMETERS:
        return
    bits = Bits(unit[2:_HEADER_BYTES].replace(b"\0\0\3", b"\0\0"))
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + 88 + 8)  # nesting; profile and level of all layers
    present = [(bits.flag(), bits.flag()) for _ in range(layers)]
    bits.take(2 * (8 - layers) if layers else 0)
    for profile, level in present:
        bits.take(88 * profile + 8 * level)
    bits.exp_golomb()
    if bits.exp_golomb() == 3:  # chroma as large as luma
        bits.take(1)
    width = bits.exp_golomb()
    yield bits.exp_golomb(), width
