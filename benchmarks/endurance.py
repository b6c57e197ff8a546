"""Whether a run over ten thousand small photos stays flat in memory: `python -m benchmarks.endurance FOLDER`.

Generates the photos, runs `photocolor restore --json` over them, and samples the resident memory of the parent and of
all workers as the photos are told. Then the same command again, which must skip them all; `verify` over all of them, a
`report` of the run, and the lines of the manifest.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import tifffile
from numpy.typing import NDArray
from PIL import Image

from benchmarks.clock import whole_process

SETTLED = 500
"""Photos after which caches are warm; the memory at the end is compared with that here."""
ALLOWED = 1.2
"""Memory at the end, as a multiple of that after `SETTLED` photos."""
EVERY = 250
SIDES_PX = (96, 129)
PER_FOLDER = 500


@dataclass(frozen=True)
class Sample:
    """Resident memory after some photos.

    Attributes:
        photos: how many were told.
        parent_mb: of the process that plans and writes the manifest.
        workers_mb: of all its children together.
        seconds: since the start.
    """

    photos: int
    parent_mb: float
    workers_mb: float
    seconds: float

    @property
    def total_mb(self) -> float:
        """Of all processes."""
        return self.parent_mb + self.workers_mb


def main() -> None:
    """Runs it and prints the figures; exit 1 if memory grows or a photo is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="an empty folder for photos and results")
    parser.add_argument("--photos", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    scans, out = asked.folder / "scans", asked.folder / "color"
    generate(scans, asked.photos)
    command = [sys.executable, "-m", "photocolor", "restore", str(scans), "--out", str(out)]
    command += ["--json", "--quiet", "--device", "cpu", "--workers", str(asked.workers)]
    first = list(watched(command, asked.photos, "done"))
    growth = show("first run", first)
    show("the same command again", list(watched(command, asked.photos, "skipped")))
    lines = (out / ".photocolor" / "manifest.jsonl").read_bytes().splitlines()
    known = {json.loads(line)["relative"] for line in lines}
    print(f"manifest: {len(lines)} lines, {len(known)} photos, {sum(map(len, lines)) / 1e6:.1f} MB")
    for name, arguments in (("verify", [str(scans), str(out), "--quiet"]), ("report", [str(out), "--quiet"])):
        cost = whole_process([sys.executable, "-m", "photocolor", name, *arguments], str(asked.folder / "cost.json"))
        print(f"{name}: {cost.wall_s:.0f} s, {cost.peak_mb:.0f} MB", flush=True)
    print(f"report: {(out / 'photocolor-report.html').stat().st_size / 1e6:.0f} MB in one file")
    print(f"memory at the end: {growth:.3f} times that after {SETTLED} photos; allowed are {ALLOWED}")
    sys.exit(growth > ALLOWED or len(known) != asked.photos)


def generate(folder: Path, count: int) -> None:
    """Gray photos of 96 to 128 px with grain, each other than all others: JPEG, PNG, TIFF in turn."""
    for number in range(count):
        suffix = (".jpg", ".png", ".tif")[number % 3]
        path = folder / f"{number // PER_FOLDER:03d}" / f"{number:05d}{suffix}"
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = scene(number)
        if suffix == ".tif":
            tifffile.imwrite(path, picture, photometric="minisblack")
        else:
            Image.fromarray(picture).save(path)


def scene(seed: int) -> NDArray[np.uint8]:
    """A slope with a disc and grain, (H, W) uint8."""
    dice = np.random.default_rng(seed)
    height, width = dice.integers(*SIDES_PX, size=2)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    slope = 60 + 120 * (x * dice.random() + y * dice.random()) / (height + width)
    disc = np.hypot(x - width * dice.random(), y - height * dice.random()) < 10 + 25 * dice.random()
    return np.clip(np.where(disc, 200, slope) + dice.normal(0, 4, (height, width)), 0, 255).astype(np.uint8)


def watched(command: list[str], count: int, status: str) -> Iterator[Sample]:
    """Samples of a run whose every photo must end with this status."""
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 -- asked for in the call
        parent = psutil.Process(process.pid)
        for told, line in enumerate(process.stdout, 1):
            if json.loads(line)["status"] != status:
                sys.exit(f"photo {told} is not {status}: {line.decode()}")
            if told % EVERY == 0 or told == count - 1:  # after the last one the workers are gone
                yield sample(parent, told, time.monotonic() - started)
        if process.wait() or told != count:
            sys.exit(f"the run ended with {process.returncode} after {told} photos")


def sample(parent: psutil.Process, told: int, seconds: float) -> Sample:
    """The memory now."""
    workers = 0.0
    for child in parent.children(recursive=True):
        try:
            workers += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Sample(told, parent.memory_info().rss / 1e6, workers / 1e6, seconds)


def show(title: str, samples: list[Sample]) -> float:
    """Prints a run, and returns the memory before its end as a multiple of that after `SETTLED` photos."""
    print(f"{title}\n photos  parent MB  workers MB  seconds")
    for item in dict.fromkeys(samples[:: max(1, len(samples) // 12)] + samples[-1:]):
        print(f"{item.photos:7d} {item.parent_mb:10.1f} {item.workers_mb:11.1f} {item.seconds:8.1f}", flush=True)
    settled = next((item for item in samples if item.photos >= SETTLED), samples[0])
    before_the_end = samples[-2:]  # the very last may have seen a worker leave
    return max(item.total_mb for item in before_the_end) / settled.total_mb


if __name__ == "__main__":
    main()
