"""Reads the resolution that a container itself says, and brings EXIF in line with it."""

from __future__ import annotations

import struct
from dataclasses import replace

from photocolor.containers.formats import Format
from photocolor.containers.jp2_resolution import METERS_PER_INCH
from photocolor.containers.resolution import believed
from photocolor.containers.tiff import view_exif
from photocolor.metadata.exif.orientation import with_resolution
from photocolor.metadata.model import Blocks, Log

_PER_UNIT_OF_JFIF = {1: 1.0, 2: 2.54}


def stated_dpi(blocks: Blocks) -> tuple[float, float] | None:
    """Returns the pixels per inch that a container says beside EXIF, in JFIF, pHYs or a box; None if it does not."""
    across, down, factor = 0.0, 0.0, 1.0
    if blocks.dpi is not None:
        across, down = blocks.dpi
    elif blocks.density is not None:
        unit, across, down = struct.unpack(">BHH", blocks.density)
        factor = _PER_UNIT_OF_JFIF.get(unit, 0.0)
    elif blocks.resolution is not None:
        across, down, unit = struct.unpack(">IIB", blocks.resolution)
        factor = METERS_PER_INCH if unit == 1 else 0.0
    return believed(across * factor, down * factor)


def with_stated_resolution(blocks: Blocks, source: Format, result: Format, log: Log) -> Blocks:
    """Returns the blocks with EXIF that says the source container's own resolution, if the result has no other place.

    It counts, as it does for readers of the source; a different one of EXIF is told.
    """
    dpi = stated_dpi(blocks)
    places = result.metadata
    in_exif = places.resolution_in_exif or places.exif_as_fields or (dpi is not None and max(dpi) > result.most_dpi)
    if blocks.exif is None or dpi is None or not in_exif:
        return blocks
    block, former = with_resolution(blocks.exif, dpi), view_exif(blocks.exif).dpi
    if former and block != blocks.exif:
        itself = f"the {source.title} itself says {_shown(dpi)}"
        log.remarks.append(
            f"metadata_left_behind: the {_shown(former)} of EXIF: {itself}, and {result.title} has one place"
        )
    return replace(blocks, exif=block)


def _shown(dpi: tuple[float, float]) -> str:
    across, down = (f"{round(value, 1):g}" for value in dpi)
    return f"{across} dpi" if across == down else f"{across} × {down} dpi"
