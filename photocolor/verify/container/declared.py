"""Checks what a result's container says of its pixels: depth, color profile and resolution."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.color.profile import BadProfile, is_srgb
from photocolor.containers.formats import by_name
from photocolor.containers.malformed import Malformed
from photocolor.containers.tiff import X_RESOLUTION, Y_RESOLUTION, open_block, read_fields, view_fields
from photocolor.image.encode import result_icc
from photocolor.image.photo import Described
from photocolor.image.tiff.pages import find_pages
from photocolor.metadata.carry import read_blocks
from photocolor.system.file_bytes import Stored
from photocolor.verify.verdict import Check

Dpi = tuple[float, float] | None
RESOLUTION_SHARE = 1e-4
"""Relative, beside the rounding of the format: fractions of 16 bits, and numbers that were converted twice."""


def check_depth(source: Described, result: Described, *, asked_for: bool) -> Check:
    """Returns whether the bits are the source's, or as many as the format that was asked for holds."""
    before, after = source.bit_depth, result.bit_depth
    if before == after:
        return Check("depth", True, f"{after} bits")
    other = asked_for or source.container.format != result.container.format
    holds = other and before not in by_name(result.container.format).bit_depths
    reason = f"; {result.container.format} holds no more" if holds else ""
    return Check("depth", holds, f"{before} bits became {after}{reason}")


def check_profile(source: Described, result: Described) -> Check:
    """Returns whether the profile is, byte for byte, the one that a result of this source has."""
    before, after, row = source.container.icc, result.container.icc, by_name(result.container.format)
    if after is None and before is not None and row.srgb_in_numbers:
        return Check("profile", True, f"sRGB, as {row.title} says in its own numbers")
    if before is None or after is None:
        same = before is None and after is None
        return Check("profile", same, "none, as in the source" if same else _one_sided(before is not None))
    if after == result_icc(source):
        return Check("profile", True, "the source's own" if before == after else "sRGB; the pixels were converted")
    if before == after:
        return Check("profile", False, "the source's own, though the pixels were converted to sRGB")
    try:
        alike = is_srgb(after)
    except BadProfile:
        alike = False
    return Check(
        "profile", False, f"sRGB, but not as a result has it{_CHANGED}" if alike else "neither the source's nor sRGB"
    )


_CHANGED = ": its bytes were changed"


def _one_sided(lost: bool) -> str:
    return "the source has one, the result has none" if lost else "the source has none, the result has one"


@dataclass(frozen=True, slots=True)
class ExifResolution:
    """Holds what the EXIF of a source says of its resolution, which may differ from what its container does.

    Attributes:
        dpi: pixels per inch; None where that cannot be told.
        is_there: True if there is a field at all, be it damaged or without a unit.
    """

    dpi: Dpi = None
    is_there: bool = False


def resolution_in_exif(data: Stored, source: Described, page: int) -> ExifResolution:
    """Returns what the EXIF of a source says, or the fields of a page of a TIFF."""
    row = by_name(source.container.format)
    try:
        if row.pages:
            found = find_pages(data).pages[page]
            block, fields = found.block, found.fields
        elif (exif := read_blocks(data, row.name).exif) is None:
            return ExifResolution()
        else:
            block = open_block(exif)
            fields, _ = read_fields(block, block.first)
    except Malformed:
        return ExifResolution()
    return ExifResolution(view_fields(block, fields).dpi, bool({X_RESOLUTION, Y_RESOLUTION} & fields.keys()))


def check_resolution(source: Described, result: Described, exif: ExifResolution) -> Check:
    """Returns whether the resolution is one that the source says, but for how the format rounds it."""
    after = result.container.dpi
    said = [dpi for dpi in (source.container.dpi, exif.dpi) if dpi is not None]
    if not said:
        new = after is not None and not exif.is_there  # a field with a damaged neighbor stays, and may mean something
        return Check("resolution", not new, f"none in the source{f', {_dpi(after)} now' if new and after else ''}")
    if after is None:
        return Check("resolution", False, f"{_dpi(said[0])} is lost")
    rounding = by_name(result.container.format).dpi_rounding
    if any(_same(dpi, after, rounding) for dpi in said):
        return Check("resolution", True, _dpi(said[0]))
    return Check("resolution", False, f"{_dpi(said[0])} became {_dpi(after)}")


def _same(one: tuple[float, float], other: tuple[float, float], rounding: float) -> bool:
    """Returns whether two are equal but for rounding; none is rounded to less than 1."""
    return all(abs(max(a, rounding) - b) <= rounding + RESOLUTION_SHARE * a for a, b in zip(one, other, strict=True))


def _dpi(dpi: tuple[float, float]) -> str:
    return f"{dpi[0]:g} × {dpi[1]:g} dpi"
