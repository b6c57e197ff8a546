"""Hears what libjpeg only warns of: coded data that end early or do not decode, and are filled up with gray.

Pillow and imagecodecs let libjpeg fill up what is missing and keep silent about it. simplejpeg asks libjpeg-turbo for
its warnings; at an eighth of the size only the entropy decoding is done again.
"""

from __future__ import annotations

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from photocolor.errors import TruncatedPhoto

_SMALLEST = {"min_factor": 8, "min_height": 1, "min_width": 1}
_DAMAGED = "Corrupt JPEG data"
"""How libjpeg begins every warning about coded data that are missing or wrong.

Source: libjpeg's jerror.h: JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_ARITH_BAD_CODE, JWRN_EXTRANEOUS_DATA,
JWRN_MUST_RESYNC.
"""


def whole_gray(coding: bytes) -> NDArray[np.uint8] | None:
    """(H, W) pixels of a JPEG of one component, decoded and heard in one go; None if that says neither yes nor no.

    Raises:
        TruncatedPhoto: as `refuse_damaged`.
    """
    try:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(coding, "GRAY", strict=True)
    except ValueError as error:
        _refuse(" ".join(str(error).split()))
        return None
    return pixels[..., 0]


def refuse_damaged(coding: bytes, *, inks: bool) -> tuple[str, ...]:
    """Refuses a JPEG whose coded data are not whole; else what the decoder remarked, one sentence each.

    Args:
        coding: the JPEG without its metadata: libjpeg tells only of the first thing it finds, which shall not be that.
        inks: True for four components.

    Raises:
        TruncatedPhoto: a part of the picture is missing or damaged.
    """
    try:
        simplejpeg.decode_jpeg(coding, "CMYK" if inks else "GRAY", strict=True, **_SMALLEST)
    except ValueError as error:
        said = " ".join(str(error).split())
        _refuse(said)
        return (f"whether the JPEG's data are whole could not be checked ({said})",)
    return ()


def _refuse(said: str) -> None:
    if said.startswith(_DAMAGED):
        raise TruncatedPhoto(f"a part of the JPEG is missing or damaged ({said})")
