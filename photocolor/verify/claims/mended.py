"""Finds the mask beside a result that says which of its pixels were painted over, and whether it is the one meant."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photocolor.errors import PhotoError
from photocolor.image.decode import decode, probe
from photocolor.metadata.provenance import Provenance
from photocolor.pipeline.extra_files import MENDED_SUFFIXES
from photocolor.system.safe_files import read_regular
from photocolor.verify.verdict import Check

Marks = NDArray[np.bool_]
SHARE_DIGITS = 1e-7
"""Shares are written with seven digits."""


@dataclass(frozen=True, slots=True)
class MendedClaim:
    """Holds the mask that a result names.

    Attributes:
        data: the bytes of its file; empty if the result names none, or it does not hold.
        check: that it is there and is the one; None if the result names none.
    """

    data: bytes = b""
    check: Check | None = None

    def page(self, number: int, shape: tuple[int, int]) -> Marks | None:
        """Returns which pixels of a page were painted over, (H, W) bool; None if none can have been.

        Args:
            number: of the page, counted from 0.
            shape: (height, width) of the result's page.

        Raises:
            PhotoError: the mask is damaged.
        """
        if not self.data:
            return None
        pixels = decode(self.data, shape[0] * shape[1] / 1e6 + 1, number).pixels
        return pixels > 0 if pixels.shape == shape else None


def claim_of(result: Path, made: Provenance | None, pages: int) -> MendedClaim:
    """Returns the mask that a result names, which must lie beside it.

    Args:
        result: the result's file.
        made: what the result says of its making.
        pages: of the result.
    """
    wanted = made.alterations.mended_mask_sha256 if made else ""
    if not wanted or made is None:
        return MendedClaim()
    place = result.with_name(result.name + MENDED_SUFFIXES[pages > 1])
    try:
        data = read_regular(place)[0]
    except OSError as error:
        return _broken(f"{place.name} must say which pixels were painted over: {error.strerror or error}")
    if hashlib.sha256(data).hexdigest() != wanted:
        return _broken(f"{place.name} is not the mask that the result names")
    try:
        count, share = probe(data).pages, _share(data, pages)
    except PhotoError as error:
        return _broken(f"{place.name}: {error.message}")
    if count != pages or abs(share - made.alterations.mended_share) > SHARE_DIGITS:
        return _broken(f"{place.name} has {count} pages and marks {share:.7f} of the pixels, which the result denies")
    detail = f"{100 * share:.2g} % of the pixels were painted over; all others are compared"
    return MendedClaim(data, Check("mended", True, detail))


def _broken(detail: str) -> MendedClaim:
    return MendedClaim(b"", Check("mended", False, detail))


def _share(data: bytes, pages: int) -> float:
    marked = pixels = 0
    for page in range(pages):
        header = probe(data, page)
        mask = decode(data, header.megapixels + 1, page).pixels
        marked, pixels = marked + int(np.count_nonzero(mask)), pixels + mask.size
    return marked / max(1, pixels)
