"""Checks each promise about a result against its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photocolor.containers.formats import by_name
from photocolor.image.bit_depth import half_step
from photocolor.image.codecs.exact_luma import luma_of
from photocolor.image.lightness_check import BLOCK_LIGHTNESS
from photocolor.image.open import Reading
from photocolor.image.photo import Described
from photocolor.metadata.provenance import Provenance
from photocolor.settings import OutputFormat, VisibleMark
from photocolor.system.file_bytes import Stored, whole
from photocolor.system.printable import shortened
from photocolor.verify.claims.tone import BadCurve, ClaimedCurve
from photocolor.verify.container.declared import check_depth, check_profile, check_resolution, resolution_in_exif
from photocolor.verify.gray import GrayDifference
from photocolor.verify.pixels import Claims, PixelDifference, compare_pixels
from photocolor.verify.verdict import Check

SIXTEEN_BIT_CODES = 2
"""Codes of 65535 that the gray of a 16-bit result may be off: three channels are rounded."""
REDUCED_CODES = 1
"""Codes of 255 that a result may be off whose source has more bits: the reduction rounds each channel."""
REDUCED_LIGHTNESS = 0.2
"""|ΔL*| more where 16 bits became 8: half a code of 255 in the steepest part of the curve."""
COLOR = "color"
"""The check that is there only where a result has none."""
_INVERSE = "compared with the inverse of the negative"
CURVE_LETTERS = 80
"""How many letters are shown of a text that should be a curve and is none."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Holds a result beside its source, both decoded or decoded on the way.

    Attributes:
        source: the source as photocolor reads it, in sRGB.
        result: the result.
        source_bytes: the source's file.
        result_bytes: the result's file.
        made: what the result says of its making; None if it says nothing.
        page: number of the page, counted from 0.
        mended: which of its pixels were painted over, (H, W) bool; None for none.
        pages: how many the file has.
    """

    source: Reading
    result: Reading
    source_bytes: Stored
    result_bytes: Stored
    made: Provenance | None
    page: int = 0
    mended: NDArray[np.bool_] | None = None
    pages: int = 1

    @property
    def claims_mark(self) -> bool:
        """Returns True if the result says that it has a visible mark."""
        return self.made is not None and self.made.settings.get("mark") == VisibleMark.CORNER

    @property
    def claimed_curve(self) -> str:
        """Returns the curve that the result says lies over the lightness of this page; "" for none."""
        curves = self.made.alterations.tone_curves if self.made else ()
        return curves[self.page] if self.page < len(curves) else ""

    @property
    def inverted(self) -> bool:
        """Returns True if the result says that this page's source is a negative, whose tones it inverted."""
        return self.made is not None and self.page + 1 in self.made.alterations.inverted_pages

    @property
    def asked_for_format(self) -> bool:
        """Returns True if the result says that its format was asked for by name, be it that of its source."""
        return self.made is not None and self.made.settings.get("format", OutputFormat.KEEP) != OutputFormat.KEEP

    @property
    def exact_luma(self) -> bool:
        """Returns True if the result says that its luma is the source's own."""
        return self.made is not None and self.made.settings.get("exact_luma") is True

    @property
    def meant_to_be_gray(self) -> bool:
        """Returns True if the result says that it was made with no color at all."""
        return self.made is not None and self.made.settings.get("strength") == 0

    @property
    def divided(self) -> bool:
        """Returns True if the source's colors are multiplied by their alpha, and the result's are divided by it.

        A result without alpha shows them multiplied, as the source stores them.
        """
        multiplied = self.source.container.extra_sample == "assocalpha" and self.source.has_alpha
        return multiplied and self.result.has_alpha and self.result.container.extra_sample != "assocalpha"


def check_picture(pair: Candidate) -> Iterator[Check]:
    """Yields the checks of size, orientation, depth, profile, resolution, alpha and gray.

    Raises:
        PhotoError: one of the two is damaged.
    """
    source, result = pair.source, pair.result
    curve, tone = _tone(pair)
    claims = Claims(
        pair.claims_mark, curve, pair.mended, inverted=pair.inverted, of_several=pair.pages > 1, divided=pair.divided
    )
    difference = compare_pixels(source, result, gray=not pair.exact_luma, claims=claims)
    sizes = [f"{photo.width} × {photo.height}" for photo in (source, result)]
    yield Check("size", sizes[0] == sizes[1], sizes[0] if sizes[0] == sizes[1] else f"{sizes[0]} became {sizes[1]}")
    turns = source.orientation, result.orientation
    yield Check(
        "orientation", turns[0] == turns[1], f"{turns[0]}" if turns[0] == turns[1] else f"{turns[0]} → {turns[1]}"
    )
    yield check_depth(source, result, asked_for=pair.asked_for_format)
    yield check_profile(source, result)
    yield check_resolution(source, result, resolution_in_exif(pair.source_bytes, source, pair.page))
    yield _alpha(source, result, difference.alpha_unequal)
    if tone is not None:
        yield tone
    if difference.lacks_color and not pair.meant_to_be_gray:
        yield Check(COLOR, True, "no pixel of the result has any, as in a copy of its source; look at it")
    if sizes[0] == sizes[1]:
        gray = _gray(pair, difference)
        yield replace(gray, detail=f"{_INVERSE}: {gray.detail}") if pair.inverted else gray


def _tone(pair: Candidate) -> tuple[ClaimedCurve | None, Check | None]:
    """Returns the curve over the lightness, and the check that it is one; nothing if the result names none."""
    text = pair.claimed_curve
    if not text:
        return None, None
    try:
        curve = ClaimedCurve(text)
    except BadCurve:
        shown = shortened(text, CURVE_LETTERS)
        return None, Check("tone", False, f"the result names a curve that does not rise from black to white: {shown}")
    return curve, Check("tone", True, f"one rising curve over the lightness, which the gray is compared after: {text}")


def _alpha(source: Described, result: Described, unequal: int) -> Check:
    if not source.has_alpha:
        return Check(
            "alpha", not result.has_alpha, "the result has one, the source none" if result.has_alpha else "none"
        )
    if not result.has_alpha:
        row = by_name(result.container.format)
        unnamed = not row.unspecified_channel and source.container.extra_sample == "unspecified"
        if row.drops_opaque_alpha and not unequal:
            return Check("alpha", True, f"opaque everywhere; {row.title} then has none")
        holds = not row.alpha or unnamed
        return Check("alpha", holds, f"left out; {row.title} has no place for it" if holds else "lost")
    if (source.height, source.width) != (result.height, result.width):
        return Check("alpha", False, "of another size")
    meant = source.container.extra_sample, result.container.extra_sample
    same_format = source.container.format == result.container.format
    if same_format and by_name(result.container.format).unspecified_channel and meant[0] != meant[1]:
        return Check("alpha", False, f"the channel was {meant[0]} and is said to be {meant[1]}")
    size = source.height * source.width
    return Check("alpha", not unequal, "untouched" if not unequal else f"{unequal:,} of {size:,} pixels differ")


def _gray(pair: Candidate, pixels: PixelDifference) -> Check:
    if pair.exact_luma:
        return _luma(pair)
    source, result, found = pair.source, pair.result, pixels.gray
    row = by_name(result.container.format)
    if not result.container.lossless and row.has_quality:
        reduced = REDUCED_LIGHTNESS if source.bit_depth > result.bit_depth else 0.0
        return _lossy(found, row.mean_lightness + reduced)
    allowed = 0 if source.bit_depth == result.bit_depth == 8 else _codes_allowed(source, result)
    if pair.divided and (source.bit_depth != result.bit_depth or result.container.bits):
        allowed *= 2  # color and alpha are reduced, each by itself
    holds = found.largest_codes <= allowed
    if not found.unequal:
        return Check("gray", holds, f"equal in all {found.pixels:,} pixels")
    within = f"{found.unequal:,} of {found.pixels:,} pixels differ, by up to {found.largest_codes:g} codes"
    return Check("gray", holds, f"{within}; allowed are {allowed}")


def _codes_allowed(source: Described, result: Described) -> int:
    if result.bit_depth == 16 and result.container.bits:  # AVIF and HEIC: half a step of their 10 or 12 bits more
        return SIXTEEN_BIT_CODES + half_step(result.container.bits)
    return SIXTEEN_BIT_CODES if source.bit_depth == result.bit_depth else REDUCED_CODES


def _lossy(difference: GrayDifference, allowed: float) -> Check:
    holds = difference.mean_lightness <= allowed and difference.worst_block <= BLOCK_LIGHTNESS
    digits = 2 if difference.mean_lightness <= allowed else 4  # 0.6032 is more than 0.6, and would read as 0.60
    mean = f"mean |ΔL*| {difference.mean_lightness:.{digits}f}, allowed {allowed:g}"
    return Check("gray", holds, f"{mean}; worst block {difference.worst_block:.1f}, allowed {BLOCK_LIGHTNESS:g}")


def _luma(pair: Candidate) -> Check:
    """Checks a result that promises the source's own luma: both files must decode to the same gray."""
    both = all(by_name(photo.container.format).copies_luma for photo in (pair.source, pair.result))
    same = both and np.array_equal(luma_of(whole(pair.source_bytes)), luma_of(whole(pair.result_bytes)))
    return Check(
        "gray", same, "the coded luma is the source's own" if same else "a gray decode of the two files differs"
    )
