"""Carries the metadata of every page of a TIFF into the same page of the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from photocolor.containers.ifd import ByteLayout, Directory, read_directory, read_header
from photocolor.containers.malformed import Malformed
from photocolor.metadata.carry import CarryReport, Changes, graft
from photocolor.metadata.model import Log, TiffSource
from photocolor.system.file_bytes import Writable, mapped

_SUBFILE, _REDUCED, _MASK = 254, 1, 4
_PHOTOMETRIC, _TRANSPARENCY = 262, 4
_MAX_DIRECTORIES = 4096
_PROVENANCE_BYTES = 1 << 15
"""What a page may grow by in any case: its directory, and a packet that says what colored it."""
_NOT_TRUE_HERE = "further directories"  # what `graft` says that it leaves behind are the pages, which come along


def graft_pages(source: TiffSource, result: Writable, changes: Changes) -> CarryReport:
    """Writes the metadata of every page of a TIFF into the same page of the result.

    One page of the result after the other is made its first for as long as `graft` works on it.

    Args:
        source: the source file, whole.
        result: the encoded file, with as many pages, changed in place.
        changes: what the result says beyond the source, on every page.

    Raises:
        ValueError: one of the files is no TIFF, or they have different numbers of pages.
        OSError: `result` cannot be read or written.
    """
    reports, done = [], list[int]()
    _, pages = _pages(source)
    layout, targets = _pages_of_file(result)
    if len(pages) != len(targets):
        raise Malformed(f"{len(targets)} pages in the result of {len(pages)}")
    room, left = room_of(len(source), len(pages)), list[int]()
    for number, (page, target) in enumerate(zip(pages, targets, strict=True), 1):
        _write_number(result, _first_at(layout), target, layout)
        length = result.stat().st_size
        of_page = changes if number == 1 else replace(changes, sidecars=())  # a sidecar is about the file
        reports.append(graft(source, "tiff", result, of_page, page, carry=room > 0))
        left.extend([] if room > 0 else [number])
        room -= result.stat().st_size - length
        done.append(_pages_of_file(result, first_only=True)[1][0])
    if left:
        reports.append(_left_behind(left))
    for here, following in pairwise(done):
        _write_number(result, _directory(result, here).next_at, following, layout)
    _write_number(result, _first_at(layout), done[0], layout)
    return _joined(reports)


def room_of(source_bytes: int, pages: int) -> int:
    """Returns how many bytes a result may grow by before the metadata of further pages stay behind."""
    return source_bytes + pages * _PROVENANCE_BYTES


def _pages(data: TiffSource) -> tuple[ByteLayout, list[int]]:
    """Returns the offsets of the directories that are pages, in stored order; previews and masks are none."""
    layout, at = read_header(data)
    return layout, [offset for offset, directory in _chain(data, layout, at) if _is_page(data, layout, directory)]


def _chain(data: TiffSource, layout: ByteLayout, at: int) -> Iterator[tuple[int, Directory]]:
    visited = set[int]()
    while at and at not in visited and len(visited) < _MAX_DIRECTORIES:
        visited.add(at)
        directory = read_directory(data, layout, at)
        yield at, directory
        at = directory.next


def _is_page(data: TiffSource, layout: ByteLayout, directory: Directory) -> bool:
    """Returns True for a picture in its own right, by the rule of `image.tiff.pages`."""
    kind = _short(data, layout, directory, _SUBFILE)
    return not kind & (_REDUCED | _MASK) and _short(data, layout, directory, _PHOTOMETRIC) != _TRANSPARENCY


def _short(data: TiffSource, layout: ByteLayout, directory: Directory, tag: int) -> int:
    slot = directory.find(tag)
    return layout.number(data, slot.at, slot.bytes) if slot is not None and slot.bytes in (2, 4) else 0


def _pages_of_file(path: Writable, first_only: bool = False) -> tuple[ByteLayout, list[int]]:
    with path.open("rb") as file, mapped(file) as data:
        if first_only:
            layout, at = read_header(data)
            return layout, [at]
        return _pages(data)


def _directory(path: Writable, at: int) -> Directory:
    with path.open("rb") as file, mapped(file) as data:
        return read_directory(data, read_header(data)[0], at)


def _first_at(layout: ByteLayout) -> int:
    return 8 if layout.big else 4


def _write_number(path: Writable, place: int, value: int, layout: ByteLayout) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(layout.pack(value, layout.field_bytes))


def _left_behind(pages: list[int]) -> CarryReport:
    """Returns the report that these pages' metadata is left out: shared metadata would multiply without end."""
    log = Log()
    log.left_behind(
        f"metadata of pages {pages[0]} to {pages[-1]}",
        "those of the pages before them are as large as the whole source",
    )
    return CarryReport((), (), ("metadata of later pages",), tuple(log.warnings))


def _joined(reports: list[CarryReport]) -> CarryReport:
    def all_of(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item for report in reports for item in getattr(report, name)))

    dropped = tuple(name for name in all_of("dropped") if name != _NOT_TRUE_HERE)
    return CarryReport(
        all_of("kept"), all_of("changed"), dropped, all_of("warnings"), all_of("remarks"), reports[0].picture
    )
