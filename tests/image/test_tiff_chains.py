"""Chains of TIFF directories: gone through once, however many pages there are, and refused where they have no end."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable

import pytest

from photocolor.errors import PhotoError
from photocolor.image.decode import probe
from photocolor.pipeline.pages import Pages
from photocolor.system.file_bytes import remembered


def chained(pages: int, fields: int = 12, sub_directories: int = 0) -> bytes:
    """A TIFF of many small gray pages, written by hand; each may point to all the others as if they lay below it."""
    pixels = bytes(range(256))
    offsets = [8 + len(pixels) + number * (2 + 12 * fields + 4) for number in range(pages)]
    table = offsets[-1] + 2 + 12 * fields + 4
    entries = [(256, 3, 1, 16), (257, 3, 1, 16), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8)]
    entries += [(277, 3, 1, 1), (278, 3, 1, 16), (279, 4, 1, 256)]
    entries += [(330, 4, sub_directories, table)] * bool(sub_directories)
    entries += [(60000 + number, 3, 1, 0) for number in range(fields - len(entries))]
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    chain = [struct.pack("<H", fields) + directory + struct.pack("<I", after) for after in (*offsets[1:], 0)]
    below = b"".join(struct.pack("<I", offsets[number % pages]) for number in range(sub_directories))
    return struct.pack("<2sHI", b"II", 42, offsets[0]) + pixels + b"".join(chain) + below


def cpu_s(work: Callable[[], object]) -> float:
    """Seconds of processor that something takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def look_at_all(pages: int) -> None:
    """Reads all headers, and opens eight of the pages."""
    with remembered(chained(pages)) as data:
        book = Pages(data, 100)
        for number in range(0, pages, pages // 8):
            with book.page(number) as page:
                assert page.height == 16


def test_a_chain_of_pages_is_gone_through_once() -> None:
    look_at_all(8)
    few, many = (min(cpu_s(lambda pages=pages: look_at_all(pages)) for _ in range(3)) for pages in (400, 4000))
    assert many < 25 * few, "ten times as many pages take about ten times as long, not a hundred times"


@pytest.mark.parametrize(
    ("pages", "fields", "below", "said"),
    [(4097, 12, 0, "more than 4096 pages"), (600, 1000, 0, "fields"), (2, 12, 5000, "field 330 with 5,000 values")],
)
def test_directories_without_end_are_refused_at_once(pages: int, fields: int, below: int, said: str) -> None:
    data = chained(pages, fields, below)

    def look() -> None:
        with pytest.raises(PhotoError, match=said):
            probe(data)

    assert cpu_s(look) < 8


def test_directories_that_many_pages_point_to_are_read_once() -> None:
    data = chained(2000, 12, 2000)
    assert cpu_s(lambda: probe(data)) < 8
    assert probe(data).pages == 2000


def test_fields_with_a_million_values_are_not_read_for_each_page() -> None:
    bits = struct.pack("<HHII", 258, 3, 1, 8)
    data = chained(1000).replace(bits, struct.pack("<HHII", 258, 3, 200_000, 8)) + bytes(400_000)
    with pytest.raises(PhotoError, match="field 258 with 200,000 values"):
        probe(data)
