"""Finds what a result's file holds beside its picture and its metadata, where nobody who reads it would look."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from photocolor.containers import png, riff
from photocolor.containers.boxes import boxes
from photocolor.containers.heif import Meta, read_meta
from photocolor.containers.jpeg import walk
from photocolor.image.heif.left_out import left_out
from photocolor.image.tiff.pages import find_pages
from photocolor.metadata.carry import read_blocks
from photocolor.metadata.exif.tags import STRUCTURAL, tag_name
from photocolor.metadata.model import listed
from photocolor.system.file_bytes import DiskBytes, Stored
from photocolor.verify.container.tiff_spans import OUTGROWN_BYTES, spans_of
from photocolor.verify.verdict import Check

_EXPECTED = frozenset({"further directories", "C2PA manifest", "APP11 (JUMBF/C2PA)"})
"""What readers leave behind of an honest result: its further pages, which are looked at, and a signature."""
OF_RESULTS = frozenset(
    {254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338, 339, 34675}
)
"""Fields about stored pixels that the pages of a result may have: the encoder writes these and no others."""
_BEHIND = "behind the end"
_FILLING = (b"free", b"skip", b"wide")


def check_strays(data: Stored, kind: str) -> Check:
    """Returns whether all bytes of a result belong to its picture or its metadata.

    Args:
        data: the result's file.
        kind: its format.
    """
    try:
        found = list(_LOOK_INTO.get(kind, _no_further)(data))
        left = [name for name in read_blocks(data, kind).dropped if name not in _EXPECTED]
    except ValueError as error:  # a `Malformed`, or what the readers of boxes raise
        return Check("strays", False, f"its parts cannot be followed to the end: {error}")
    found += [f"parts that no result has ({listed(left)})"] if left else []
    return Check("strays", not found, "; ".join(found) or "none beside the picture and its metadata")


def _no_further(_: Stored) -> Iterator[str]:
    """Yields nothing: of these formats every part is a tag, and compared as such."""
    yield from ()


def _phrases(places: Iterable[tuple[str, int]]) -> Iterator[str]:
    """Yields a phrase for each place where bytes are that nothing accounts for."""
    return (f"{count:,} bytes {where}" for where, count in places if count > 0)


def _in_tiff(data: Stored) -> Iterator[str]:
    """Yields what no directory of a TIFF points to; directories that its metadata outgrew are small."""
    end, hidden = 0, 0
    for start, stop in sorted(spans_of(data)):
        hidden += start - end if start - end > OUTGROWN_BYTES else 0
        end = max(end, stop)
    yield from _phrases([(_BEHIND, len(data) - end), ("that no field points to", hidden)])
    of_pixels = {tag for page in find_pages(data).pages for tag in STRUCTURAL.intersection(page.fields)}
    if others := sorted(of_pixels - OF_RESULTS):
        yield f"fields that no result has ({listed([tag_name(tag) for tag in others])})"


def _in_jpeg(data: Stored) -> Iterator[str]:
    whole, end, between = _whole(data), 2, 0
    for segment in walk(whole):
        between += segment.head - end
        end = segment.end
    yield from _phrases([*_behind(whole, end, "jpeg"), ("between its segments", between)])


def _in_png(data: Stored) -> Iterator[str]:
    whole = _whole(data)
    yield from _phrases(_behind(whole, max((chunk.whole.stop for chunk in png.chunks(whole)), default=0), "png"))


def _in_webp(data: Stored) -> Iterator[str]:
    whole = _whole(data)
    end = riff.promised_bytes(whole)
    ends = (chunk.end + (chunk.end - chunk.start) % 2 for chunk in riff.chunks(whole, end, strict=False))
    yield from _phrases([*_behind(whole, end, "webp"), ("behind its last chunk", end - max(ends, default=0))])


def _behind(data: bytes, end: int, kind: str) -> Iterator[tuple[str, int]]:
    """Yields how many bytes stand behind a picture without being a block that is compared as a tag."""
    trailer = read_blocks(data, kind).trailer
    yield _BEHIND, len(data) - end - sum(map(len, trailer.blocks if trailer else ()))


def _in_heif(data: Stored) -> Iterator[str]:
    """Yields what stands in an AVIF or HEIC beside its items: boxes, a tail, and bytes of its data boxes."""
    whole = _whole(data)
    meta = read_meta(whole)
    yield from (remark.removeprefix("metadata_left_behind: ") for remark in left_out(whole, meta))
    yield from _phrases([("that belong to no item", _of_no_item(whole, meta))])


def _of_no_item(data: bytes, meta: Meta) -> int:
    pieces = [piece for place in meta.places.values() if place.method == 0 for piece in place.pieces]
    spans = sorted((at, at + length) for at, length in pieces)
    count = 0
    try:
        for box in boxes(data):
            if box.kind in _FILLING:
                count += box.end - box.head
            elif box.kind == b"mdat":
                count += _uncovered(box.start, box.end, spans)
    except ValueError:
        return count  # what follows is told as a tail
    return count


def _uncovered(start: int, stop: int, spans: Iterable[tuple[int, int]]) -> int:
    """Returns how many places of a range lie in none of these spans, which are sorted."""
    count, end = 0, start
    for first, last in spans:
        if last > start and first < stop:
            count += max(0, first - end)
            end = max(end, last)
    return count + max(0, stop - end)


def _whole(data: Stored) -> bytes:
    """Returns a file in memory; only TIFFs are large enough to stay where they lie."""
    return data[:] if isinstance(data, DiskBytes) else bytes(data)


_LOOK_INTO: dict[str, Callable[[Stored], Iterator[str]]] = {
    "tiff": _in_tiff,
    "jpeg": _in_jpeg,
    "png": _in_png,
    "webp": _in_webp,
    "avif": _in_heif,
    "heic": _in_heif,
}
