"""Measures what a finished collection of a million photos costs to look through: `python -m benchmarks.million FOLDER`.

Some tiny photos are really colored. Then sources and results become a million hard links to them, in folders of a
thousand, and the lines of their manifest are repeated with the links' names. Over that run go a dry run and `restore`
again, which must skip them all; if asked, `report` and `verify`. The disk's own work is left out that way: every file
is in the cache of the system. The first run of a million photos costs what a thousand cost, a thousand times, and is
measured by `benchmarks.endurance`.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from benchmarks.clock import whole_process
from benchmarks.endurance import scene

ORIGINALS = 100
"""Photos that are really colored; a file system allows some ten thousand links to each."""
PER_FOLDER = 1000


def main() -> None:
    """Prints a row for each command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an empty folder for links and results")
    parser.add_argument("--photos", type=int, default=1_000_000)
    parser.add_argument(
        "--files-too", action="store_true", help="report and verify as well, which open every file: hours"
    )
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    scans, out = folder / "scans", folder / "color"
    if not out.exists():
        grow(folder, scans, out, asked.photos)
    restore = ["restore", str(scans), "--out", str(out), "--device", "cpu", "--quiet"]
    commands = {
        "`restore --dry-run`": [*restore, "--dry-run"],
        "`restore`, all of them done": restore,
    }
    opening = {
        "`report`": ["report", str(out), "--quiet"],
        "`verify`": ["verify", str(scans), str(out), "--quiet"],
    }
    print(f"| {asked.photos:,} photos | s | µs a photo | processor s | peak MB |\n|---|---|---|---|---|")
    for name, words in (commands | opening if asked.files_too else commands).items():
        cost = whole_process([sys.executable, "-m", "photocolor", *words], str(folder / "cost.json"))
        each = cost.wall_s / asked.photos * 1e6
        print(f"| {name} | {cost.wall_s:.0f} | {each:.0f} | {cost.cpu_s:.0f} | {cost.peak_mb:.0f} |", flush=True)


def grow(folder: Path, scans: Path, out: Path, photos: int) -> None:
    """Colors the originals and makes scans, results and manifest of the wanted number out of them."""
    originals, colored = folder / "originals", folder / "originals-color"
    originals.mkdir(parents=True, exist_ok=True)
    for index in range(ORIGINALS):
        Image.fromarray(scene(index)).save(originals / f"{index:02}.jpg")
    words = ["restore", str(originals), "--out", str(colored), "--device", "cpu", "--quiet"]
    subprocess.run([sys.executable, "-m", "photocolor", *words], check=True)
    lines = [json.loads(line) for line in (colored / ".photocolor" / "manifest.jsonl").read_text().splitlines()]
    records = {line["relative"]: line for line in lines}
    for place in (scans, out):
        place.mkdir()
    (out / ".photocolor").mkdir()
    with (out / ".photocolor" / "manifest.jsonl").open("w", encoding="utf-8") as manifest:
        for name, original in links(photos):
            for there, here in ((originals, scans), (colored, out)):
                (here / name).parent.mkdir(exist_ok=True)
                os.link(there / original, here / name)
            named = {"relative": name, "source": str(scans / name), "target": str(out / name)}
            manifest.write(json.dumps(records[original] | named, separators=(",", ":")) + "\n")


def links(photos: int) -> Iterator[tuple[str, str]]:
    """Yields the path of each link below its folder, and the name of its original."""
    for index in range(photos):
        yield f"{index // PER_FOLDER:04}/{index:07}.jpg", f"{index % ORIGINALS:02}.jpg"


if __name__ == "__main__":
    main()
