"""Makes the pictures of docs/gallery.md: old photographs as they are, and as the bundled model colors them.

Usage: python scripts/make_gallery.py [FOLDER]

With FOLDER, which holds the scans by the names below, the pictures before are made anew: at most 640 px, with their
credit in EXIF. Without it they stay, and only the pictures after are made, by `photocolor restore` as anybody runs it.
So this is to be run after each change of the model; tests/test_gallery.py notices that. What the page says about each
picture is written by hand after a look at it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

GALLERY = Path(__file__).resolve().parents[1] / "docs" / "images" / "gallery"
LONGEST_SIDE_PX = 640
JPEG_QUALITY = 80
"""At 640 px the grain of old film would otherwise take most of the file."""

DESCRIPTION, ARTIST, COPYRIGHT = 0x010E, 0x013B, 0x8298
"""Tags of EXIF."""


@dataclass(frozen=True, slots=True)
class Work:
    """One photograph of the gallery.

    Attributes:
        scan: the scan's name in the folder of scans.
        title: what it shows.
        artist: who made it.
    """

    scan: str
    title: str
    artist: str

    @property
    def name(self) -> str:
        """The name of its pictures."""
        return f"{Path(self.scan).stem.removesuffix('-sepia')}.jpg"


WORKS = (
    Work("ansel-adams-1942.jpg", "The Tetons and the Snake River, 1942", "Ansel Adams, National Park Service"),
    Work("migrant-mother-1936.jpg", "Migrant Mother, Nipomo, 1936", "Dorothea Lange, Farm Security Administration"),
    Work("jackson-camerons-cone-sepia.png", "Cameron's Cone", "William Henry Jackson"),
    Work("jackson-shadow-lake-sepia.png", "Shadow Lake", "William Henry Jackson"),
    Work("jackson-sierra-sepia.png", "In the mountains", "William Henry Jackson"),
    Work("buffalo-bank-1908.jpg", "A bank in Buffalo, 1908", "Detroit Publishing Co., Library of Congress"),
    Work("detroit-1915.jpg", "Detroit, about 1915", "Detroit Publishing Co., Library of Congress"),
    Work("broadway-saratoga-1900s.jpg", "Broadway, Saratoga, 1900s", "Detroit Publishing Co., Library of Congress"),
    Work("lincoln-1860s.jpg", "Abraham Lincoln, 1860s", "photographer not named by the source"),
    Work("thoreau-1856.jpg", "Henry David Thoreau, 1856", "photographer not named by the source"),
)


def reduce_scan(work: Work, scans: Path, target: Path) -> None:
    """Writes a scan at the gallery's size, with its credit in EXIF."""
    with Image.open(scans / work.scan) as opened:
        image = opened if opened.mode == "L" else opened.convert("RGB")
        image.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
        exif = Image.Exif()
        exif[DESCRIPTION], exif[ARTIST], exif[COPYRIGHT] = work.title, work.artist, "Public domain"
        image.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True, exif=exif)


def color(before: Path, after: Path) -> None:
    """Colors all pictures of a folder as the command line does by default, at the gallery's quality."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "color"
        command = [sys.executable, "-m", "photocolor", "restore", str(before), "--out", str(out)]
        subprocess.run([*command, "--quality", str(JPEG_QUALITY), "--device", "cpu"], check=True)
        for work in WORKS:
            shutil.copyfile(out / work.name, after / work.name)


def main(scans: Path | None, gallery: Path = GALLERY) -> None:
    """Makes the pictures after, and those before if there are scans."""
    before, after = gallery / "before", gallery / "after"
    before.mkdir(parents=True, exist_ok=True)
    after.mkdir(parents=True, exist_ok=True)
    if scans is not None:
        for work in WORKS:
            reduce_scan(work, scans, before / work.name)
    color(before, after)
    total_bytes = sum(path.stat().st_size for path in gallery.rglob("*.jpg"))
    print(f"{gallery}: {total_bytes / 1000:,.0f} kB")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
