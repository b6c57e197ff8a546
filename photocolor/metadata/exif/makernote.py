"""Corrects the offsets inside camera makers' notes, which count from the start of the block that they leave."""

from __future__ import annotations

from photocolor.containers.ifd import KIND_BYTES, ByteLayout, read_directory
from photocolor.containers.malformed import Malformed

# Notes whose offsets count from a start of their own, so that they may be moved. Source: ExifTool, MakerNotes.pm.
SELF_CONTAINED = (
    b"Nikon\0\2", b"FUJIFILM", b"OLYMPUS\0", b"OM SYSTEM\0", b"PENTAX \0", b"Apple iOS\0", b"GENERALE",
    b"SIGMA\0\0\0", b"LEICA\0\0\0", b"II*\0", b"MM\0*",
)  # fmt: skip
# Bytes before the directory of notes that begin with a name.
HEADER_BYTES = {
    b"Nikon\0\1": 8, b"OLYMP\0": 8, b"EPSON\0": 8, b"MINOL\0": 8, b"SANYO\0": 8, b"AGFA \0": 8, b"CAMER\0": 8,
    b"Ricoh": 8, b"QVC\0": 6, b"AOC\0": 6, b"SONY": 12, b"Panasonic\0": 12, b"VHAB": 12, b"PREMI": 8,
}  # fmt: skip
MAX_ENTRIES = 512


def moved(note: bytes, was_at: int, now_at: int) -> bytes:
    """Returns the note with the offsets that pointed into it at `was_at` pointing into it at `now_at`.

    A note of an unknown kind, or whose offsets do not point into itself, stays as it is.
    """
    delta = now_at - was_at
    if not delta or note.startswith(SELF_CONTAINED):
        return note
    start = next((size for name, size in HEADER_BYTES.items() if note.startswith(name)), 0)
    for order in "<>":
        offsets = _outside_values(note, start, ByteLayout(order))
        inside = [at for at in offsets if was_at <= offsets[at] < was_at + len(note)]
        if inside and 2 * len(inside) > len(offsets):
            changed = bytearray(note)
            for at in inside:
                value = offsets[at] + delta
                if value >= 1 << 32:
                    return note
                changed[at : at + 4] = ByteLayout(order).pack(value, 4)
            return bytes(changed)
    return note


def _outside_values(note: bytes, start: int, layout: ByteLayout) -> dict[int, int]:
    """Returns the offsets in the note's directory by their positions; nothing if there is no directory."""
    padded = bytes(8) + note[start:]  # a directory never stands at offset 0
    try:
        directory = read_directory(padded, layout, 8)
    except Malformed:
        return {}
    if not 0 < len(directory.entries) <= MAX_ENTRIES:
        return {}
    offsets = {}
    for entry_at in directory.entries:
        kind, count = layout.number(padded, entry_at + 2, 2), layout.number(padded, entry_at + 4, 4)
        if KIND_BYTES.get(kind, 0) * count > 4:
            offsets[start + entry_at] = layout.number(
                padded, entry_at + 8, 4
            )  # eight on to the offset, eight of padding
    return offsets
