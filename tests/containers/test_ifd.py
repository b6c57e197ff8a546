"""Promises about TIFF directories."""

from __future__ import annotations

import annotated
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photocolor.containers.ifd import KIND_BYTES, ByteLayout, Field, read_directory, read_header, swapped
from photocolor.containers.malformed import Malformed
from photocolor.metadata.exif.fields import Lifter, in_layout
from photocolor.metadata.exif.tiff_write import lay_out
from photocolor.metadata.model import Log

KINDS = st.sampled_from(sorted(KIND_BYTES))
LAYOUTS = st.builds(ByteLayout, st.sampled_from("<>"), st.booleans())


@st.composite
def fields(draw: st.DrawFn, depth: int = 2) -> tuple[Field, ...]:
    tags = draw(st.lists(st.integers(50_000, 60_000), unique=True, max_size=6))
    made = []
    for tag in tags:
        kind, count = draw(KINDS.filter(lambda kind: kind not in (13, 18))), draw(st.integers(1, 9))
        value = draw(st.binary(min_size=KIND_BYTES[kind] * count, max_size=KIND_BYTES[kind] * count))
        made.append(Field(tag, kind, count, value))
    if depth and draw(st.booleans()):
        made.append(Field(34665, 4, 1, b"", fields=draw(fields(depth=depth - 1))))
    return tuple(sorted(made, key=lambda field: field.tag))


def plain(items: tuple[Field, ...]) -> list[object]:
    return [
        (item.tag, plain(item.fields)) if item.fields is not None else (item.tag, item.kind, item.value)
        for item in items
    ]


@given(fields(), LAYOUTS, st.integers(0, 500))
def test_laid_out_fields_read_back_at_any_offset(made: tuple[Field, ...], layout: ByteLayout, gap: int) -> None:
    base = 16 + 2 * gap
    data = bytes(base) + lay_out(made, base, layout)
    log = Log()
    lifted = Lifter(data, layout, log).lift(read_directory(data, layout, base), "IFD0")
    assert plain(lifted) == plain(made)
    assert log.warnings == []


@given(fields())
def test_swapping_twice_changes_nothing(made: tuple[Field, ...]) -> None:
    assert tuple(swapped(swapped(field)) for field in made) == made


def test_the_other_byte_order_says_the_same_number() -> None:
    field = Field(282, 5, 1, (300).to_bytes(4, "little") + (7).to_bytes(4, "little"))
    (moved,) = in_layout((field,), ByteLayout("<"), ByteLayout(">"), Log())
    assert moved.value == (300).to_bytes(4, "big") + (7).to_bytes(4, "big")


def test_64_bit_numbers_are_narrowed_for_a_classic_tiff_or_named() -> None:
    fits, too_large = (Field(tag, 16, 1, value.to_bytes(8, "little")) for tag, value in ((50000, 9), (50001, 1 << 40)))
    log = Log()
    (kept,) = in_layout((fits, too_large), ByteLayout("<", big=True), ByteLayout("<"), log)
    assert (kept.kind, kept.value) == (4, (9).to_bytes(4, "little"))
    assert log.dropped == ["0xC351"]


@pytest.mark.parametrize("data", [b"", b"II", b"II*\0", b"XX*\0\0\0\0\0", b"II\7\0\0\0\0\0", b"II+\0\0\0\0\0"])
def test_what_is_no_tiff_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_header(data)


def test_directories_that_point_to_themselves_end() -> None:
    block = bytearray(annotated.block(fields={34665: annotated.numbers(annotated.LONG, 8)}, with_thumbnail=False))
    log = Log()
    lifted = Lifter(bytes(block), ByteLayout("<"), log).lift(read_directory(block, ByteLayout("<"), 8), "IFD0")
    assert len(plain(lifted)) == 1
    assert log.warnings


def test_an_offset_beyond_a_classic_tiff_is_refused() -> None:
    field = Field(40000, 7, 9, bytes(9))
    with pytest.raises(Malformed, match="too large"):
        lay_out([field], (1 << 32) - 10, ByteLayout("<"))
