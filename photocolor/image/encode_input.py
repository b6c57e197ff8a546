"""What all encoders are given."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.image.photo import Described, Pixels


@dataclass(frozen=True, slots=True)
class EncodeInput:
    """A picture ready to be written.

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
        """True if the fourth channel is there."""
        return bool(self.samples.shape[2] == 4)
