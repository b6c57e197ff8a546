"""Measures whole commands of an earlier revision and of this one in turns, and prints what each of them cost.

python -m benchmarks.against REVISION [--only one,folders,mixed,small] [--turns N] [--scratch DIR]

The earlier revision is taken out of the repository into the scratch folder and runs with this environment's libraries,
each revision with the model that it ships. A command of one revision is followed by the same command of the other, so
that a busy machine hits both alike. Groups: one (single photos), folders (100 × 2 MP, 20 × 24 MP), mixed (a folder as
an archive has it), small (1,000 × 0.3 MP, all different, one turn only), many (10,000 of them by this revision alone,
and then again, when all are done).
"""

from __future__ import annotations

import argparse
import compileall
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from skimage import data

from benchmarks import pictures
from benchmarks.clock import ProcessCost, Spread, whole_process
from benchmarks.tables import table_of

ROOT = Path(__file__).resolve().parents[1]
SMALL_PX, MANY = (450, 675), 10_000
"""Size of a small photo, and how many an archive has."""


@dataclass(frozen=True)
class Comparison:
    """One command that both revisions run.

    Attributes:
        name: as the table has it.
        words: the command line after `photocolor`; `OUT` stands for a place that is empty before each run.
        photos: how many photos it takes.
        turns: how often each revision runs it.
    """

    name: str
    words: tuple[str, ...]
    photos: int
    turns: int


def main() -> None:
    """Prints a row for each command as soon as it was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", help="a commit of this repository")
    parser.add_argument("--only", default=",".join(GROUPS), help="groups, separated by commas; many is one more")
    parser.add_argument("--turns", type=int, default=5, help="of single photos; folders take half as many")
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="keeps what was made for it there")
    wanted = parser.parse_args()
    groups = wanted.only.split(",")
    many = "many" in groups and not groups.remove("many")
    if unknown := set(groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}; groups: {', '.join(GROUPS)}")
    with nullcontext(wanted.scratch) if wanted.scratch else tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        if many:
            many_photos(folder, MANY)
        if not groups:
            return
        before = taken_out(wanted.revision, folder / f"revision-{wanted.revision}")
        print(table_of(["command", "turns", "s before", "s now", "before : now", "processor s", "peak MB"], []))
        for group in groups:
            for comparison in GROUPS[group](folder, wanted.turns):
                print(row_of(comparison, *measured(comparison, before, folder)), flush=True)


def taken_out(revision: str, folder: Path) -> Path:
    """The revision's files in a folder, taken out once.

    Raises:
        subprocess.CalledProcessError: the repository has no such revision.
    """
    if not folder.exists():
        git = shutil.which("git") or "git"
        archive = subprocess.run([git, "-C", str(ROOT), "archive", revision], check=True, capture_output=True).stdout
        folder.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
    for code in (folder, ROOT):  # where Python may write no bytecode, the one without would be compiled at each start
        compileall.compile_dir(code / "photocolor", quiet=1)
    return folder


def measured(comparison: Comparison, before: Path, folder: Path) -> tuple[list[ProcessCost], list[ProcessCost]]:
    """What each turn cost, before and now; one run of each comes first and does not count."""
    costs: dict[Path, list[ProcessCost]] = {before: [], ROOT: []}
    out = folder / "out"
    for turn in range(comparison.turns + 1):
        for code in costs:
            shutil.rmtree(out, ignore_errors=True)
            words = [word.replace("OUT", str(out / "result")) for word in comparison.words]
            out.mkdir()
            cost = run(code, words, folder)
            if turn or comparison.photos >= 1000:
                costs[code].append(cost)
    shutil.rmtree(out)
    return costs[before], costs[ROOT]


def run(code: Path, words: list[str], folder: Path) -> ProcessCost:
    """One command of the revision whose files lie in a folder.

    Raises:
        RuntimeError: the command failed, or other code than that folder's would run.
    """
    found = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(code)
    try:
        where = subprocess.run(
            [sys.executable, "-c", "import photocolor; print(photocolor.__file__)"],
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
        ).stdout
        if not Path(where.strip()).is_relative_to(code):
            raise RuntimeError(f"{where.strip()} would run instead of the files in {code}")
        return whole_process([sys.executable, "-P", "-m", "photocolor", *words], str(folder / "cost.json"))
    finally:
        if found is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = found


def row_of(comparison: Comparison, before: list[ProcessCost], now: list[ProcessCost]) -> str:
    """A row of the table."""
    wall_before, wall_now = (Spread.of([cost.wall_s for cost in costs]) for costs in (before, now))
    processor = [Spread.of([cost.cpu_s for cost in costs]).median for costs in (before, now)]
    peak = [max(cost.peak_mb for cost in costs) for costs in (before, now)]
    cells = [
        comparison.name,
        str(len(now)),
        str(wall_before),
        str(wall_now),
        f"**{wall_before.median / wall_now.median:.2f}**",
        f"{processor[0]:.2f} → {processor[1]:.2f}",
        f"{peak[0]:.0f} → {peak[1]:.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def restore(name: str, source: Path, photos: int, turns: int) -> Comparison:
    """`photocolor restore` of a file or folder, with as many workers as it takes by itself."""
    words = ("restore", str(source), "--out", "OUT", "--device", "cpu", "--quiet")
    return Comparison(name, words, photos, turns)


def single_photos(folder: Path, turns: int) -> Iterator[Comparison]:
    """Photos from 0.3 to 100 megapixels, and the preview of two."""
    for megapixels in (0.3, 2.0, 12.0, 24.0, 100.0):
        source = pictures.jpeg(folder / f"jpeg-{megapixels:g}.jpg", megapixels)
        yield restore(f"`restore`, JPEG of {megapixels:g} MP", source, 1, turns)
    for megapixels in (2.0, 24.0, 100.0):
        source = pictures.tiff16(folder / f"tiff16-{megapixels:g}.tif", megapixels)
        yield restore(f"`restore`, 16-bit TIFF of {megapixels:g} MP", source, 1, turns)
    for megapixels in (2.0, 12.0):
        source = pictures.jpeg(folder / f"jpeg-{megapixels:g}.jpg", megapixels)
        yield Comparison(f"`preview`, {megapixels:g} MP", ("preview", str(source), "--out", "OUT.png"), 1, turns)


def folders(folder: Path, turns: int) -> Iterator[Comparison]:
    """Folders of photos of one size."""
    for count, megapixels in ((100, 2.0), (20, 24.0), (300, 0.3)):
        yield restore(
            f"`restore`, {count} × {megapixels:g} MP", folder_of(folder, count, megapixels), count, -(-turns // 2)
        )


def small_photos(folder: Path, turns: int) -> Iterator[Comparison]:
    """Many small photos, each another."""
    yield restore("`restore`, 1,000 × 0.3 MP", different_photos(folder, 1000), 1000, turns=0)


def many_photos(folder: Path, photos: int) -> None:
    """Prints what `restore` of a large folder costs, and what it costs again when all are done."""
    words = list(restore("", different_photos(folder, photos), photos, 1).words)
    out = folder / "many-out"
    shutil.rmtree(out, ignore_errors=True)
    for name in ("first run", "second run, all done"):
        cost = run(ROOT, [word.replace("OUT", str(out)) for word in words], folder)
        each = cost.wall_s / photos * 1000
        print(
            f"| `restore`, {photos:,} × 0.3 MP, {name} | {cost.wall_s:.1f} | {each:.1f} ms a photo "
            f"| {cost.cpu_s:.1f} | {cost.peak_mb:.0f} |",
            flush=True,
        )


def different_photos(folder: Path, count: int) -> Path:
    """A folder of gray JPEGs of 0.3 megapixels, each with its own part of a picture, its own tones and grain."""
    place = folder / f"different-{count}"
    scene = cv2.resize(data.camera(), (1100, 1100), interpolation=cv2.INTER_CUBIC)
    for index in range(count):
        copy = place / f"{index // 1000:02}" / f"{index:05}.jpg"
        if copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        dice = np.random.default_rng(index)
        height, width = SMALL_PX if dice.random() < 0.7 else SMALL_PX[::-1]
        top, left = (int(dice.integers(1100 - side)) for side in (height, width))
        part = scene[top : top + height, left : left + width][:, :: dice.choice((-1, 1))]
        toned = 255 * (part / 255) ** dice.uniform(0.6, 1.6) + dice.normal(0, 4, part.shape)
        Image.fromarray(np.clip(toned, 0, 255).astype(np.uint8)).save(copy, quality=92)
    return place


def mixed_folder(folder: Path, turns: int) -> Iterator[Comparison]:
    """60 % JPEGs of 1 to 4 MP, 30 % 16-bit TIFFs of 12 to 24 MP, 10 % larger or odd ones."""
    place = folder / "mixed"
    for index in range(24):
        pictures.jpeg(place / f"box-{index % 3}" / f"{index:04}.jpg", 1 + index % 4, seed=index)
    for index in range(12):
        pictures.tiff16(place / "glass" / f"{index:04}.tif", 12 + 4 * (index % 4), seed=index)
    odd = place / "odd"
    pictures.jpeg(odd / "large.jpg", 60)
    if not (odd / "color.png").exists():
        Image.fromarray(data.astronaut()).save(odd / "color.png")
        gray = pictures.gray(3)
        Image.fromarray(np.where(gray > 120, 255, 0).astype(np.uint8)).convert("1").save(odd / "page.tif")
        Image.fromarray(gray).save(odd / "gray.png")
    yield restore("`restore`, a mixed folder of 40", place, 40, -(-turns // 2))


def folder_of(folder: Path, count: int, megapixels: float) -> Path:
    """A folder of JPEGs: five different pictures, many times."""
    place = folder / f"folder-{count}-{megapixels:g}"
    for index in range(count):
        copy = place / f"{index:04}.jpg"
        original = pictures.jpeg(folder / f"original-{megapixels:g}-{index % 5}.jpg", megapixels, seed=index % 5)
        if not copy.exists():
            place.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, copy)
    return place


GROUPS: dict[str, Callable[[Path, int], Iterator[Comparison]]] = {
    "one": single_photos,
    "folders": folders,
    "mixed": mixed_folder,
    "small": small_photos,
}


if __name__ == "__main__":
    main()
