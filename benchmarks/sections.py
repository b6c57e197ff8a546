"""What is measured: each section gives plain values for the JSON."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from benchmarks import damage_search, gpu, pictures, profiles, stages
from benchmarks.clock import ProcessCost, Spread, alternately, whole_process
from benchmarks.floor import Floor, decoded_result
from benchmarks.peers import network_cost
from photocolor.batch.plan.targets import make_plan
from photocolor.batch.pools.opener import PipelineOpener
from photocolor.outcome import Done, NoProgress
from photocolor.pipeline.photo import Pipeline
from photocolor.settings import OutputFormat, Settings
from photocolor.system.machine import usable_cpus

MAKERS = {"jpeg": (pictures.jpeg, ".jpg"), "tiff16": (pictures.tiff16, ".tif")}


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Attributes:
        sizes_mp: of single photos.
        stage_mp: of the photo whose stages are told.
        folders: number of photos and megapixels of each.
        growth: numbers of small photos.
        searched_mp: of photos that are searched for damage.
        rounds: repetitions; a third of it for photos above 50 megapixels.
    """

    sizes_mp: tuple[float, ...]
    stage_mp: float
    folders: tuple[tuple[int, float], ...]
    growth: tuple[int, ...]
    searched_mp: tuple[float, ...]
    rounds: int


FULL = Extent((0.3, 2, 12, 24, 100), 24, ((100, 2), (20, 24)), (1, 10, 100, 1000), (0.3, 2, 24), 7)
QUICK = Extent((0.3,), 0.3, ((2, 0.3),), (1,), (0.3,), 1)
SMALL_MP = 0.3


@dataclass(frozen=True)
class Bench:
    """Where things lie, and how much is wanted."""

    folder: Path
    extent: Extent

    @cached_property
    def pipeline(self) -> Pipeline:
        """The product, opened as the command opens it for one photo."""
        return PipelineOpener(Settings(sources=(), out=self.folder, device="cpu"))(usable_cpus())

    @cached_property
    def one_thread(self) -> Pipeline:
        """The product as one worker of several has it."""
        return PipelineOpener(Settings(sources=(), out=self.folder, device="cpu"))(1)

    def photo(self, kind: str, megapixels: float) -> Path:
        """A file of the kind, made once."""
        make, suffix = MAKERS[kind]
        return make(self.folder / f"{kind}-{megapixels:g}{suffix}", megapixels)


def colored(pipeline: Pipeline, source: Path, out: Path) -> Done:
    """One photo through the product, from its file to its result's place.

    Raises:
        RuntimeError: it was not colored.
    """
    job = next(iter(make_plan((source,), out, OutputFormat.KEEP).jobs()))
    outcome = pipeline(job, NoProgress())
    if not isinstance(outcome, Done):
        raise RuntimeError(f"{source.name}: {outcome}")
    return outcome


def floor_of(bench: Bench, source: Path) -> Floor:
    """The floor of a file, with the product's own result for it."""
    out = bench.folder / "floor-out"
    result = decoded_result(colored(bench.pipeline, source, out).job.target)
    return Floor(source, result, bench.folder / f"floor{source.suffix}")


def photo_section(bench: Bench) -> list[dict[str, Any]]:
    """Each size and format, the product and the floor alternately in this process."""
    rows = []
    for kind in MAKERS:
        for megapixels in bench.extent.sizes_mp:
            source = bench.photo(kind, megapixels)
            floor = floor_of(bench, source)
            product = partial(colored, bench.pipeline, source, bench.folder / "out")
            rounds = bench.extent.rounds if megapixels < 50 else -(-bench.extent.rounds // 3)
            found = alternately({"product": product, "floor": floor}, rounds)
            rows.append(
                {"kind": kind, "megapixels": megapixels, **{name: spreads(pair) for name, pair in found.items()}}
            )
            ratio = found["product"][0].median / found["floor"][0].median
            print(f"{megapixels:g} MP {kind}: {ratio:.2f} × the floor", flush=True)
    return rows


def stage_section(bench: Bench) -> list[dict[str, Any]]:
    """Processor seconds of every stage of one photo, on one thread, and of its floor."""
    rows = []
    for kind in MAKERS:
        source = bench.photo(kind, bench.extent.stage_mp)
        floor = floor_of(bench, source)
        pipeline = bench.one_thread
        found = stages.measure(partial(colored, pipeline, source, bench.folder / "out"), bench.extent.rounds)
        floor_cpu = alternately({"floor": floor}, bench.extent.rounds)["floor"][1]
        rows.append(
            {
                "kind": kind,
                "megapixels": bench.extent.stage_mp,
                "floor": asdict(floor_cpu),
                "stages": {name: asdict(spread) for name, spread in found.items()},
            }
        )
    return rows


def memory_section(bench: Bench) -> list[dict[str, Any]]:
    """The whole command for one photo, from nothing: time, processor time and peak memory."""
    rows = []
    for kind in MAKERS:
        for megapixels in bench.extent.sizes_mp:
            cost = whole_command(bench, bench.photo(kind, megapixels))
            rows.append({"kind": kind, "megapixels": megapixels, **asdict(cost)})
            print(f"{megapixels:g} MP {kind}: {cost.wall_s:.1f} s from nothing, {cost.peak_mb:.0f} MB", flush=True)
    return rows


def batch_section(bench: Bench) -> list[dict[str, Any]]:
    """Folders through the command line; the floor is one photo's, on one core.

    The start is taken out by a second folder with a fifth of the photos.
    """
    rows = []
    for count, megapixels in bench.extent.folders:
        source = folder_of(bench, count, megapixels)
        floor = alternately({"floor": floor_of(bench, source / "0000.jpg")}, bench.extent.rounds)["floor"][0]
        few = -(-count // 5)
        started, cost = whole_command(bench, folder_of(bench, few, megapixels)), whole_command(bench, source)
        running = (cost.wall_s - started.wall_s) / (count - few)
        rows.append(
            {
                "photos": count,
                "megapixels": megapixels,
                "floor_s": floor.median,
                "running_s": running,
                **asdict(cost),
            }
        )
        print(
            f"{count} × {megapixels:g} MP: {cost.wall_s / count / floor.median:.2f} × the floor per photo", flush=True
        )
    return rows


def growth_section(bench: Bench) -> list[dict[str, Any]]:
    """More and more small photos: time should grow in proportion, and memory not at all."""
    rows = []
    for count in bench.extent.growth:
        cost = whole_command(bench, folder_of(bench, count, SMALL_MP))
        rows.append({"photos": count, "megapixels": SMALL_MP, **asdict(cost)})
        print(f"{count} photos: {cost.wall_s:.1f} s, {cost.peak_mb:.0f} MB", flush=True)
    return rows


def start_section(bench: Bench) -> dict[str, Any]:
    """Commands from nothing: the interpreter, the libraries, the help, and one small photo."""
    photo = bench.photo("jpeg", SMALL_MP)
    commands = {
        "the interpreter": [sys.executable, "-c", "pass"],
        "the libraries": [sys.executable, "-c", "import numpy, cv2, PIL.Image, onnxruntime"],
        "photocolor --help": [sys.executable, "-m", "photocolor", "--help"],
        "restore of a photo of 0.3 MP": restore_command(photo, bench.folder / "cold"),
    }
    found: dict[str, Any] = {name: [] for name in commands}
    for _ in range(bench.extent.rounds):
        for name, command in commands.items():
            found[name].append(whole_process(command, str(bench.folder / "cost.json")))
            shutil.rmtree(bench.folder / "cold", ignore_errors=True)
    return {
        name: {
            "wall": asdict(Spread.of([cost.wall_s for cost in costs])),
            "cpu": asdict(Spread.of([cost.cpu_s for cost in costs])),
        }
        for name, costs in found.items()
    }


def peers_section(bench: Bench) -> dict[str, Any]:
    """The row beside the peers': the network alone, and a photo of 24 megapixels without it."""
    found = network_cost(max(2, SMALL_MP if bench.extent is QUICK else 24), bench.extent.rounds)
    source = bench.photo("jpeg", bench.extent.stage_mp)
    spent = stages.measure(partial(colored, bench.one_thread, source, bench.folder / "out"), bench.extent.rounds)
    around = ("lightness, reduced", "upsampling", "gamut and stitch")
    return {
        **found,
        "around_s": sum(spent[stage].median for stage in around),
        "around_mb": whole_command(bench, source).peak_mb,
        "megapixels": bench.extent.stage_mp,
    }


def profile_section(bench: Bench) -> dict[str, Any]:
    """Texts beside the tables."""
    folder = bench.folder if bench.extent is QUICK else Path(__file__).with_name("profiles")
    folder.mkdir(exist_ok=True)
    source = bench.photo("jpeg", bench.extent.stage_mp)
    title = f"One gray JPEG of {bench.extent.stage_mp:g} MP on one thread, processor seconds"
    work = partial(colored, bench.one_thread, source, bench.folder / "out")
    profiles.functions(work, folder / "photo.txt", title)
    side = bench.pipeline.model.card.working_px
    profiles.operations((side, side), folder / "model.txt")
    return {"written": time.strftime("%Y-%m-%d")}


def finder_section(bench: Bench) -> list[dict[str, Any]]:
    """The search for damage and the coloring of the same photo, alternately in this process."""
    search = damage_search.opened(bench.folder)
    rows = []
    for megapixels in bench.extent.searched_mp:
        source = bench.photo("jpeg", megapixels)
        works = {
            "search": partial(damage_search.searched, search, source, bench.folder / "masks"),
            "product": partial(colored, bench.pipeline, source, bench.folder / "out"),
        }
        found = alternately(works, bench.extent.rounds)
        peak_mb = damage_search.whole_command(source, bench.folder).peak_mb
        spent = {name: spreads(pair) for name, pair in found.items()}
        rows.append({"kind": "jpeg", "megapixels": megapixels, "peak_mb": peak_mb, **spent})
        print(f"{megapixels:g} MP: {found['search'][1].median / megapixels:.3f} processor s per MP", flush=True)
    return rows


def gpu_section(bench: Bench) -> dict[str, Any]:
    """Tiles per second and more on a GPU, if there is one."""
    return gpu.measure(bench.photo("jpeg", bench.extent.stage_mp), bench.folder)


def folder_of(bench: Bench, count: int, megapixels: float) -> Path:
    """A folder of JPEGs; a few different pictures, many times."""
    folder = bench.folder / f"folder-{count}-{megapixels:g}"
    for index in range(count):
        place = folder / f"{index:04}.jpg"
        original = pictures.jpeg(bench.folder / f"original-{megapixels:g}-{index % 5}.jpg", megapixels, seed=index % 5)
        if not place.exists():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(original, place)
    return folder


def whole_command(bench: Bench, source: Path) -> ProcessCost:
    """What `photocolor restore` costs for a file or folder, from nothing."""
    out = bench.folder / "command-out"
    shutil.rmtree(out, ignore_errors=True)
    cost = whole_process(restore_command(source, out), str(bench.folder / "cost.json"))
    shutil.rmtree(out)
    return cost


def restore_command(source: Path, out: Path) -> list[str]:
    """The command line that a person would type."""
    return [sys.executable, "-m", "photocolor", "restore", str(source), "--out", str(out), "--device", "cpu", "--quiet"]


def spreads(pair: tuple[Spread, Spread]) -> dict[str, Any]:
    """Wall and processor seconds as plain values."""
    return {"wall": asdict(pair[0]), "cpu": asdict(pair[1])}


SECTIONS: dict[str, Callable[[Bench], Any]] = {
    "photo": photo_section,
    "stages": stage_section,
    "memory": memory_section,
    "batch": batch_section,
    "start": start_section,
    "peers": peers_section,
    "profile": profile_section,
    "finder": finder_section,
    "gpu": gpu_section,
    "growth": growth_section,
}
