"""Checks what the second page of a TIFF and those behind it say, which have metadata and a provenance of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from photocolor.image.tiff.pages import find_pages
from photocolor.metadata.carry import read_provenance
from photocolor.metadata.formats.tiff_pages import room_of
from photocolor.metadata.provenance import Provenance
from photocolor.system.file_bytes import Stored
from photocolor.verify.changes import compare_tags
from photocolor.verify.intended import Pair
from photocolor.verify.tags import tags_of
from photocolor.verify.verdict import Check, TagReport

_WIDTH, _HEIGHT = 256, 257


def check_further_pages(
    data: tuple[Stored, Stored],
    kind: str,
    provenance: Provenance | None,
    judge: Callable[[TagReport], Check],
) -> Iterator[Check]:
    """Yields what is wrong with the metadata of the pages behind the first; nothing if all is well.

    Args:
        data: source and result, with as many pages.
        kind: their format.
        provenance: what the first page of the result says of its making.
        judge: returns the check of a page's tags.

    Raises:
        PhotoError: one of the files is damaged.
    """
    sources, results = (find_pages(each).pages for each in data)
    room = room_of(len(data[0]), len(results))
    for number, (source, result) in enumerate(zip(sources, results, strict=True)):
        if not number:
            continue
        named = f"page {number + 1} of {len(results)}"
        size = int(result.value(_WIDTH)), int(result.value(_HEIGHT))
        before, after = (tags_of(each, kind, page.offset) for each, page in zip(data, (source, result), strict=True))
        check = judge(compare_tags(Pair(f"{kind}>{kind}", *size, before, after)))
        may_lack_all = result.offset - results[0].offset >= room  # as `restore` told
        if not check.holds and not may_lack_all:
            yield Check(check.name, False, f"{named}: {check.detail}")
        if read_provenance(data[1], kind, result.offset) != provenance:
            yield Check("provenance", False, f"{named} says something else than the first")
