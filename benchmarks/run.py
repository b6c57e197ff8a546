"""Measures speed and memory on the machine at hand; writes JSON and the tables of docs/performance.md.

python -m benchmarks.run            everything, half an hour on two cores
python -m benchmarks.run --quick    one minute, to prove that it works; writes only the JSON
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from benchmarks import pictures, stages
from benchmarks.clock import ProcessCost, Spread, alternately, whole_process
from benchmarks.tables import write_tables
from photocolor.engine.machine import usable_cpus
from photocolor.image.decode import decode
from photocolor.image.encode import encode
from photocolor.image.sheet import gray_of_photo
from photocolor.pipeline import open_studio
from photocolor.settings import FileSettings, Settings

ROOT = Path(__file__).resolve().parents[1]
SIZES_MP = (0.3, 2, 12, 24, 100)
QUICK_MP = (0.3, 2)
MAKERS = {"jpeg": (pictures.jpeg, ".jpg"), "tiff16": (pictures.tiff16, ".tif")}


def floor_work(source: Path, target: Path, result: NDArray[Any]) -> None:
    """Decodes a file and encodes its result with the product's libraries and settings, and nothing else."""
    encode(target, result, decode(source.read_bytes(), 1e4), FileSettings())


def restore_command(source: Path, out: Path, workers: int | None = None) -> list[str]:
    """The command line that a person would type."""
    command = [
        sys.executable,
        "-m",
        "photocolor",
        "restore",
        str(source),
        "--out",
        str(out),
        "--device",
        "cpu",
        "--quiet",
    ]
    return command if workers is None else [*command, "--workers", str(workers)]


def one_photo(folder: Path, sizes: tuple[float, ...], rounds: int) -> list[dict[str, object]]:
    """Each size and format: the floor and the whole product in this process, alternately; and the cold command."""
    rows: list[dict[str, object]] = []
    studio = open_studio(Settings(sources=(), out=folder, device="cpu"))
    for kind, (make, suffix) in MAKERS.items():
        for megapixels in sizes:
            source = make(folder / f"{kind}-{megapixels:g}{suffix}", megapixels)
            target = folder / f"result{suffix}"
            desk = stages.Desk(studio, source, target, {})
            photo_stages = stages.works(desk)

            def product(works: dict[str, object] = photo_stages) -> None:
                for work in works.values():
                    work()  # type: ignore[operator]

            def floor(desk: stages.Desk = desk) -> None:
                floor_work(desk.source, desk.target, desk.kept["rgb"])

            repeat = rounds if megapixels < 50 else max(1, rounds // 3)
            found = alternately({"product": product, "floor": floor}, repeat)
            by_stage = stages.measure(desk, repeat)
            cold = cold_start(folder, source)
            rows.append(
                {
                    "kind": kind,
                    "megapixels": megapixels,
                    "floor": spreads(found["floor"]),
                    "product": spreads(found["product"]),
                    "stages": {name: spreads(pair) for name, pair in by_stage.items()},
                    "cold": asdict(cold),
                }
            )
            print(kind, megapixels, f"{ratio(found):.2f} × the floor", f"{cold.peak_mb:.0f} MB", flush=True)
            desk.kept.clear()
    return rows


def ratio(found: dict[str, tuple[Spread, Spread]]) -> float:
    """Product over floor, medians of wall time."""
    return found["product"][0].median / found["floor"][0].median


def spreads(pair: tuple[Spread, Spread]) -> dict[str, object]:
    """Wall and processor seconds as plain values."""
    return {"wall": asdict(pair[0]), "cpu": asdict(pair[1])}


def cold_start(folder: Path, source: Path) -> ProcessCost:
    """The whole command for one photo, from nothing."""
    out = folder / "cold"
    cost = whole_process(restore_command(source, out, 1), str(folder / "cost.json"))
    shutil.rmtree(out)
    return cost


def floor_seconds(source: Path, target: Path) -> float:
    """Median of the floor of one photo, with its gray in place of a colored result."""
    gray = gray_of_photo(decode(source.read_bytes(), 1e4))
    rgb = gray[..., None].repeat(3, axis=2)
    return alternately({"floor": lambda: floor_work(source, target, rgb)}, 5)["floor"][0].median


def batches(folder: Path, wanted: tuple[tuple[int, float], ...]) -> list[dict[str, object]]:
    """Folders of photos through the command line; the floor is one photo's, times their number, on one core."""
    rows: list[dict[str, object]] = []
    for count, megapixels in wanted:
        source = folder / f"batch-{count}-{megapixels:g}"
        for index in range(count):
            pictures.jpeg(source / f"{index:04}.jpg", megapixels, seed=index % 7)
        floor = floor_seconds(source / "0000.jpg", folder / "floor.jpg")
        out = folder / "batch-out"
        cost = whole_process(restore_command(source, out), str(folder / "cost.json"))
        shutil.rmtree(out)
        rows.append({"photos": count, "megapixels": megapixels, "floor_s": floor, **asdict(cost)})
        print(f"{count} × {megapixels:g} MP: {cost.wall_s / count / floor:.2f} × the floor per photo", flush=True)
    return rows


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one minute; writes no tables")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "results.json", metavar="FILE")
    wanted = parser.parse_args()
    counts = ((2, 0.3),) if wanted.quick else ((1, 2), (10, 2), (100, 2), (20, 24), (1000, 0.3))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = {
            "machine": {"processor": processor(), "cpus": usable_cpus(), "python": platform.python_version()},
            "one_photo": one_photo(folder, QUICK_MP if wanted.quick else SIZES_MP, 1 if wanted.quick else 5),
            "batches": batches(folder, counts),
        }
    wanted.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if not wanted.quick:
        write_tables(results, ROOT / "docs" / "performance.md")


def processor() -> str:
    """The processor's name, as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
