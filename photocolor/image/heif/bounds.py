"""Refuses AVIF and HEIC files whose coded pictures exceed what their boxes say: decoders reserve memory for them."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator

from photocolor.containers.boxes import Box
from photocolor.containers.coded.av1 import frame_sizes
from photocolor.containers.coded.hevc import sizes_in_config, sizes_in_item
from photocolor.containers.heif import Meta, item_bytes
from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.system.decoder_messages import detail_of

CODED = {b"av01": b"av1C", b"hvc1": b"hvcC", b"hev1": b"hvcC"}
"""Kinds of coded pictures that can be read, and the box that describes their coding."""
_DERIVED = {b"grid", b"iden"}
_NAMES = {
    b"jpeg": "JPEG", b"j2k1": "JPEG 2000", b"avc1": "AVC (H.264)", b"vvc1": "VVC (H.266)", b"evc1": "EVC",
    b"lhv1": "layered HEVC", b"unci": "plain samples (ISO/IEC 23001-17)", b"iovl": "pictures laid over each other",
    b"mski": "a mask", b"mini": "a minimized header",
}  # fmt: skip
_BLOCK_PX = 64
"""Codecs that know only whole blocks cut the rest off afterwards."""
_SLACK_PX = 1 << 22
"""Small pictures may lie in one tile that is much larger."""


def name_of(kind: bytes) -> str:
    """Returns the name of a kind of item for messages."""
    return _NAMES.get(kind, repr(kind.decode("latin-1")))


def refuse_unbounded(data: bytes, meta: Meta, size: tuple[int, int], title: str) -> None:
    """Raises if a coded picture that belongs to the primary one is larger than the file's header says.

    Args:
        data: the whole file.
        meta: its items.
        size: (height, width) of the primary picture, before anything is cut off or turned.
        title: the format, for people.

    Raises:
        TruncatedPhoto: one is larger, or does not say how large it is.
        UnsupportedPhoto: one is coded in another way.
    """
    numbers = list(coded_pictures(meta))
    try:
        total = 0
        for number in numbers:
            promised = _promised(data, meta, number)
            _refuse_larger(promised, _coded_sizes(data, meta, number))
            total += promised[0] * promised[1]
    except (ValueError, IndexError, struct.error) as error:
        raise TruncatedPhoto(f"the {title} is cut off or damaged{detail_of(error, ours=True)}") from error
    pictures = 1 + any(kind == b"auxl" for kind, _, _ in meta.references)
    if total > pictures * (2 * size[0] * size[1] + _SLACK_PX):
        raise TruncatedPhoto(
            f"the {title} is damaged: it promises {size[1]} × {size[0]} pixels, and its parts have {total / 1e6:.0f} MP"
        )


def coded_pictures(meta: Meta) -> Iterator[int]:
    """Yields the coded pictures that are decoded to show the primary one: itself or its tiles, and their alpha.

    Raises:
        UnsupportedPhoto: one is coded in another way than those that can be read.
    """
    parts, helpers = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for name, source, to in meta.references:
        if name == b"dimg":
            parts[source].extend(to)
        if name == b"auxl":
            for shown in to:
                helpers[shown].append(source)
    waiting, seen = [meta.primary], set[int]()
    while waiting:
        number = waiting.pop()
        if number in seen or number not in meta.items:
            continue
        seen.add(number)
        kind = meta.items[number].kind
        if kind in _DERIVED:
            waiting.extend(parts[number])
        elif kind not in CODED:
            raise UnsupportedPhoto(f"HEIF with a picture coded as {name_of(kind)} is not supported")
        else:
            yield number
        waiting.extend(helpers[number])


def _promised(data: bytes, meta: Meta, number: int) -> tuple[int, int]:
    """Returns the (height, width) that the file's header declares for a coded picture.

    Raises:
        ValueError: it gives none.
    """
    box = next((box for box in meta.of(number) if box.kind == b"ispe"), None)
    if box is None:
        raise ValueError("a picture has no size")
    width, height = struct.unpack_from(">II", data, box.start + 4)
    return height, width


def coding_of(data: bytes, meta: Meta, number: int) -> bytes:
    """Returns the content of the box that describes the coding of a picture.

    Raises:
        ValueError: it has none.
    """
    wanted = CODED[meta.items[number].kind]
    box: Box | None = next((box for box in meta.of(number) if box.kind == wanted), None)
    if box is None:
        raise ValueError("a picture does not say how it is coded")
    return bytes(data[box.start : box.end])


def _coded_sizes(data: bytes, meta: Meta, number: int) -> list[tuple[int, int]]:
    config, coded = coding_of(data, meta, number), item_bytes(data, meta, number)
    if coded is None:
        raise ValueError("a picture lies outside of the file")
    if meta.items[number].kind == b"av01":
        return [*frame_sizes(config[4:]), *frame_sizes(coded)]
    return [*sizes_in_config(config), *sizes_in_item(coded, config)]


def _refuse_larger(promised: tuple[int, int], sizes: Iterable[tuple[int, int]]) -> None:
    all_sizes = list(sizes)
    if not all_sizes:
        raise ValueError("a coded picture does not say how large it is")
    for height, width in all_sizes:
        if height > promised[0] + _BLOCK_PX or width > promised[1] + _BLOCK_PX:
            raise ValueError(
                f"a coded picture has {width} × {height} pixels, and the header says {promised[1]} × {promised[0]}"
            )
