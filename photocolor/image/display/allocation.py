"""Pillow's memory, so that decoding a large photo in a thread does not stop the window."""

from __future__ import annotations

from PIL import Image

BLOCK_BYTES = 64 * 2**20
"""More than the 32 MiB up to which the C library may give used memory again, which has to be zeroed first."""


def use_fresh_memory() -> None:
    """Lets Pillow allocate large pictures in blocks that the system gives fresh, and zeroed page by page later.

    With its usual blocks of 16 MiB it zeroes all of a picture at once, holding the interpreter: for 100 megapixels
    up to 0.2 seconds in which no other thread goes on.

    Source: Pillow's handbook, "Block allocator", which names this function for it.
    """
    Image.core.set_block_size(BLOCK_BYTES)  # type: ignore[attr-defined]  # the module that Pillow is written in
