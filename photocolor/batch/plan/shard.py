"""Assigns photos to shards: the same on every machine, whatever the format of the results."""

from __future__ import annotations

import hashlib
import os
from unicodedata import ucd_3_2_0

from photocolor.settings import Shard

_HASH_BYTES = 8


def shard_of(relative: str, count: int) -> int:
    """Returns the number of a photo's shard, from 1 to `count`.

    It is the first 8 bytes of a SHA-256, as a big-endian number, modulo `count`, plus 1. Hashed is the path without its
    suffix, composed (NFC), as UTF-8; so source and result have the same shard, and so have all spellings that only some
    file systems tell apart. Composition is that of Unicode 3.2, which every Python has: later ones differ between
    versions. Bytes that are no UTF-8 are hashed as the lone surrogates that stand for them.

    Args:
        relative: of the source, or of its result in the output folder; with forward slashes.
        count: how many shards there are.
    """
    stem = os.path.splitext(relative)[0]  # noqa: PTH122 -- on a string, a million times
    name = stem if stem.isascii() else ucd_3_2_0.normalize("NFC", stem)
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:_HASH_BYTES], "big") % count + 1


def belongs(relative: str, shard: Shard | None) -> bool:
    """Returns whether a run with this shard works on a photo; a run without a shard works on all."""
    return shard is None or shard_of(relative, shard.count) == shard.number
