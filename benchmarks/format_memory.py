"""How much memory a photo takes, by format: `python -m benchmarks.format_memory [--only WORD]`.

Makes a generated scan of each kind, colors it by a whole `photocolor restore` with one worker, once as it is and once
with `--max-memory 500M`, and prints the peaks of the process in 10⁹ bytes as a Markdown table. `--only TIFF` measures
the rows in whose words TIFF stands. The largest scans take 400 MB of disk each, one at a time.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from benchmarks import pictures
from benchmarks.clock import whole_process

Image.MAX_IMAGE_PIXELS = None
MEBIBYTE = 1 << 20
BOUND = "500M"
TONE = (1.0, 0.9, 0.74)
"""By which the light of red, green and blue of a toned print is multiplied."""

Pixels = NDArray[np.uint8] | NDArray[np.uint16]


@dataclass(frozen=True)
class Scan:
    """One row of the table.

    Attributes:
        megapixels: of the scan.
        bits: of a sample.
        words: what the table says of it after these.
        file: how the table names the format.
        suffix: of the file's name.
        write: writes pixels to a path.
        toned: whether the pixels are toned RGB instead of gray.
    """

    megapixels: float
    bits: int
    words: str
    file: str
    suffix: str
    write: Callable[[Path, Pixels], object]
    toned: bool = False

    @property
    def name(self) -> str:
        """The first two cells of its row."""
        return f"{self.megapixels:g} MP, {self.bits} bits, {self.words} | {self.file}"

    def pixels(self) -> Pixels:
        """(H, W) or (H, W, 3) of its bits."""
        gray = pictures.gray(self.megapixels)
        if self.toned:
            return np.stack([tone[gray] for tone in self._tones()], -1)
        return gray if self.bits == 8 else gray.astype(np.uint16) * 257

    def _tones(self) -> list[Pixels]:
        most = 2**self.bits - 1
        return [(np.arange(256) / 255 * factor * most + 0.5).astype(np.dtype(f"u{self.bits // 8}")) for factor in TONE]


def tiff(**options: Any) -> Callable[[Path, Pixels], object]:
    """A writer of TIFFs."""

    def write(path: Path, pixels: Pixels) -> None:
        kind = "rgb" if pixels.ndim == 3 else "minisblack"
        rows = {} if "tile" in options else {"rowsperstrip": 64}
        tifffile.imwrite(path, pixels, photometric=kind, software=False, metadata=None, **(rows | options))

    return write


def pillow(**options: Any) -> Callable[[Path, Pixels], object]:
    """A writer of what Pillow writes."""
    return lambda path, pixels: Image.fromarray(pixels).save(path, **options)


def coded(encode: Callable[..., bytes], **options: Any) -> Callable[[Path, Pixels], object]:
    """A writer of what a codec makes of pixels."""
    return lambda path, pixels: path.write_bytes(encode(pixels, **options))


PNG, JXL = coded(imagecodecs.png_encode), coded(imagecodecs.jpegxl_encode, lossless=True)
JP2 = coded(imagecodecs.jpeg2k_encode, reversible=True, codecformat="jp2")
SCANS = (
    Scan(200, 16, "gray", "TIFF, 0.4 GB, plain strips", ".tif", tiff()),
    Scan(200, 16, "gray", "BigTIFF, big-endian, one plain strip", ".tif",
         tiff(bigtiff=True, byteorder=">", rowsperstrip=1 << 20)),
    Scan(200, 16, "gray", "TIFF, deflated tiles of 512 px", ".tif", tiff(tile=(512, 512), compression="zlib")),
    Scan(100, 16, "gray", "TIFF, plain strips", ".tif", tiff()),
    Scan(100, 16, "RGB", "TIFF, plain strips", ".tif", tiff(), toned=True),
    Scan(100, 8, "gray", "JPEG", ".jpg", pillow(quality=92)),
    Scan(100, 8, "toned, stored in color", "JPEG", ".jpg", pillow(quality=92), toned=True),
    Scan(24, 8, "gray", "JPEG", ".jpg", pillow(quality=92)),
    Scan(24, 16, "gray", "TIFF, plain strips", ".tif", tiff()),
    Scan(12, 8, "gray", "PNG", ".png", pillow()),
    Scan(12, 8, "gray", "WebP", ".webp", pillow(quality=92)),
    Scan(12, 8, "gray", "JPEG XL", ".jxl", JXL),
    Scan(12, 8, "gray", "JPEG 2000", ".jp2", JP2),
    Scan(12, 8, "gray", "AVIF", ".avif", coded(imagecodecs.avif_encode, level=90, speed=8)),
    Scan(12, 16, "gray", "PNG", ".png", PNG),
    Scan(12, 16, "gray", "JPEG XL", ".jxl", JXL),
    Scan(12, 16, "gray", "JPEG 2000", ".jp2", JP2),
    Scan(12, 16, "toned RGB", "JPEG XL", ".jxl", JXL, toned=True),
    Scan(12, 16, "toned RGB", "PNG", ".png", PNG, toned=True),
    Scan(12, 16, "toned RGB", "JPEG 2000", ".jp2", JP2, toned=True),
    Scan(0.3, 8, "gray", "JPEG", ".jpg", pillow(quality=92)),
)  # fmt: skip


def main() -> None:
    """Prints a row as soon as it was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="WORD", help="rows in which this word stands")
    wanted = parser.parse_args()
    print(f"| photo | file | peak | with `--max-memory {BOUND}` |\n|---|---|---|---|")
    for scan in SCANS:
        if wanted.only not in scan.name:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = folder / f"scan{scan.suffix}"
            scan.write(source, scan.pixels())
            print(f"| {scan.name} | {peak(source, folder)} | {bounded(source, folder)} |", flush=True)


def command(source: Path, out: Path, *options: str) -> list[str]:
    """One scan by one worker."""
    return [sys.executable, "-m", "photocolor", "restore", str(source), "--out", str(out), "--workers", "1", *options]


def peak(source: Path, folder: Path, *options: str) -> str:
    """What the process took, in 10⁹ bytes.

    Raises:
        RuntimeError: the scan was not colored.
    """
    out = folder / f"out{len(options)}"
    cost = whole_process(command(source, out, "--quiet", *options), str(folder / "cost.json"))
    return f"{cost.peak_mb * MEBIBYTE / 1e9:.2f}"


def bounded(source: Path, folder: Path) -> str:
    """What it takes with a bound, or by how much it was refused."""
    options = ("--max-memory", BOUND)
    told = subprocess.run(command(source, folder / "dry", "--dry-run", *options), capture_output=True, text=True)
    try:
        return peak(source, folder, *options)
    except RuntimeError as refused:
        about = re.search(r"about (\d[\d.]* [MG]B)", " ".join(f"{refused} {told.stdout} {told.stderr}".split()))
        return f"refused; takes about {about[1]}" if about else "refused"


if __name__ == "__main__":
    main()
