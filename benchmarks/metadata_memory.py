"""The most metadata that is taken of one file, and what it costs: `python -m benchmarks.metadata_memory`.

Builds small pictures whose XMP, EXIF, texts and IPTC are just below the limits of `photocolor.metadata.limits`,
restores each with `--max-memory 500M` and verifies the result, in processes of their own, and prints peaks in 10⁶ bytes
and seconds of processor as a Markdown table.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image

from benchmarks.clock import ProcessCost, whole_process
from photocolor.metadata.limits import (
    EXIF_MOST_BYTES,
    MOST_BLOCKS,
    SOURCE_XMP_MOST_BYTES,
    SOURCE_XMP_MOST_NODES,
    TEXT_MOST_BYTES,
)

MIB = 1 << 20
SPARE_NODES = 20
HEAD = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:a="b"'
)
TAIL = b"</rdf:Description></rdf:RDF></x:xmpmeta>"
NODES = SOURCE_XMP_MOST_NODES - SPARE_NODES
FILLING = SOURCE_XMP_MOST_BYTES // NODES


def scalars() -> bytes:
    """An XMP packet of as many properties as are taken, each an element."""
    each = (b"<a:b%d>%s</a:b%d>" % (n, b"x" * max(0, FILLING - 22), n) for n in range(NODES))
    return HEAD + b">" + b"".join(each) + TAIL


def attributes() -> bytes:
    """The same as attributes of one element."""
    each = (b' a:a%d="%s"' % (n, b"x" * max(0, FILLING - 14)) for n in range(NODES))
    return HEAD + b"".join(each) + b">" + TAIL


def items() -> bytes:
    """The same as items of one list."""
    each = b"<rdf:li>%s</rdf:li>" % (b"x" * max(0, FILLING - 18))
    return HEAD + b"><a:p><rdf:Bag>" + each * NODES + b"</rdf:Bag></a:p>" + TAIL


def png(xmp: bytes) -> bytes:
    """A small PNG with this packet, an EXIF block of the largest size, and texts that unfold."""
    whole = BytesIO()
    Image.new("L", (64, 48), 128).save(whole, "PNG")
    data = whole.getvalue()
    size = EXIF_MOST_BYTES - MIB
    fields = struct.pack("<HHII", 0x0112, 3, 1, 6) + struct.pack("<HHII", 0x9C9C, 1, size, 38)  # orientation, XPComment
    exif = b"II*\0" + struct.pack("<IH", 8, 2) + fields + bytes(4) + os.urandom(size)
    text = zlib.compress(b"a" * MIB, 9)
    chunks = [(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp), (b"eXIf", exif)]
    chunks += [(b"zTXt", b"k%d\0\0" % number + text) for number in range(TEXT_MOST_BYTES // MIB - 1)]
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return data[:33] + b"".join(packed) + data[33:]


def keywords(count: int) -> bytes:
    """A small JPEG with so many IPTC keywords."""
    whole = BytesIO()
    Image.new("L", (64, 48), 128).save(whole, "JPEG")
    data = whole.getvalue()
    words = b"".join(
        b"\x1c\x02\x19" + struct.pack(">H", len(word)) + word for word in (b"%x" % n for n in range(count))
    )
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(words)) + words + b"\0" * (len(words) % 2)
    pieces = (b"Photoshop 3.0\0" + block[at : at + 65_000] for at in range(0, len(block), 65_000))
    return data[:2] + b"".join(b"\xff\xed" + struct.pack(">H", len(piece) + 2) + piece for piece in pieces) + data[2:]


def costs(folder: Path, *options: str) -> tuple[ProcessCost, ProcessCost]:
    """What `restore` of the scans in a folder costs, and `verify` of its results.

    Raises:
        RuntimeError: one of them failed.
    """
    scans, out, report = str(folder / "scans"), str(folder / "out"), str(folder / "cost.json")
    tool = [sys.executable, "-m", "photocolor"]
    fixed = ["--out", out, "--quiet", "--workers", "1", "--device", "cpu", "--max-memory", "500M"]
    return whole_process([*tool, "restore", scans, *fixed, *options], report), whole_process(
        [*tool, "verify", scans, out], report
    )


def main() -> None:
    """Prints the table."""
    packets = {"elements": scalars(), "attributes": attributes(), "items of a list": items()}
    many, few = keywords(1_300_000), keywords(MOST_BLOCKS)
    sidecars = {"a.xmp": packets["elements"], "a.png.xmp": packets["attributes"]}
    cases = [
        *((f"XMP as {name}", {"a.png": png(xmp)}, "keep") for name, xmp in packets.items()),
        *((f"XMP as {name}", {"a.png": png(xmp)}, "jpeg") for name, xmp in packets.items()),
        ("two sidecars, copied", {"a.png": png(packets["items of a list"])} | sidecars, "keep"),
        ("two sidecars, merged", {"a.png": png(packets["items of a list"])} | sidecars, "keep"),
        ("IPTC keywords, 1.3 million", {"a.jpg": many}, "webp"),
        ("IPTC keywords, all that are taken", {"a.jpg": few}, "webp"),
    ]  # fmt: skip
    sys.stdout.write("| metadata | `--format` | peak, MB | processor, s | `verify`, s |\n|---|---|---|---|---|\n")
    for name, files, kind in cases:
        with tempfile.TemporaryDirectory() as folder:
            scans = Path(folder) / "scans"
            scans.mkdir()
            for file, data in files.items():
                (scans / file).write_bytes(data)
            options = ("--sidecars", "merge") if "merged" in name else ()
            restored, verified = costs(Path(folder), "--format", kind, *options)
        peak_mb = restored.peak_mb * MIB / 1e6
        sys.stdout.write(f"| {name} | {kind} | {peak_mb:.0f} | {restored.cpu_s:.1f} | {verified.cpu_s:.1f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
