"""Lists the parts of an AVIF or HEIC file that a result lacks: auxiliary pictures but alpha, further boxes, a tail.

Source: ISO/IEC 23008-12, 6.5.8 and 6.6.2.1; ISO/IEC 14496-12, 4.2.
"""

from __future__ import annotations

from photocolor.containers.boxes import boxes
from photocolor.containers.heif import Meta
from photocolor.system.printable import shortened

_ALPHA = frozenset({"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1"})
_CODING = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip", b"wide"})
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""A signature over other pixels, which is left out on purpose."""
_SHOWN_LETTERS = 60


def left_out(data: bytes, meta: Meta) -> tuple[str, ...]:
    """Returns a warning for each part that the result of this file will lack.

    Args:
        data: the whole file.
        meta: its meta box.
    """
    kinds = sorted({_kind(data, meta, source) for name, source, _ in meta.references if name == b"auxl"} - _ALPHA)
    remarks = [
        f"metadata_left_behind: an auxiliary picture of the kind {shortened(kind, _SHOWN_LETTERS)!r}" for kind in kinds
    ]
    end = 0
    try:
        for box in boxes(data):
            end = box.end
            own = box.kind in _CODING or (box.kind == b"uuid" and data[box.start : box.start + 16] == _C2PA)
            if not own:
                size = box.end - box.head
                remarks.append(f"metadata_left_behind: the box {box.kind.decode('latin-1')!r} ({size:,} bytes)")
    except ValueError:
        remarks.append(f"metadata_left_behind: {len(data) - end:,} bytes behind the last box of the file")
    return tuple(remarks)


def _kind(data: bytes, meta: Meta, number: int) -> str:
    box = next((box for box in meta.of(number) if box.kind == b"auxC"), None)
    return data[box.start + 4 : box.end].partition(b"\0")[0].decode("latin-1") if box else "unknown"
