"""The input of encoders: a whole picture, or its rows as they come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from photocolor.image.photo import Described, Pixels


@dataclass(frozen=True, slots=True)
class EncodeInput:
    """Holds a picture that is ready to be written.

    Attributes:
        samples: (H, W, 3) or, with alpha last, (H, W, 4); uint8 or uint16.
        icc: the profile to embed, or None.
        photo: the source, for what its container said.
        quality: for lossy containers, 1 to 100.
    """

    samples: Pixels
    icc: bytes | None
    photo: Described
    quality: int

    @property
    def has_alpha(self) -> bool:
        """Returns True if there is a fourth channel."""
        return bool(self.samples.shape[2] == 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsToEncode:
    """Holds a picture that is written while its rows come.

    Attributes:
        rows: the samples from top to bottom, any number of rows at a time.
        shape: (H, W, 3) or, with alpha last, (H, W, 4).
        dtype: uint8 or uint16.
        icc: the profile to embed, or None.
        photo: the source, for what its container said.
        quality: for lossy containers, 1 to 100.
    """

    rows: Iterable[Pixels]
    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    icc: bytes | None
    photo: Described
    quality: int
