"""All that a borrowed GPU is to be asked, in one command of a few minutes whose results appear as they are found.

python -m benchmarks.gpu_session OUT                   everything, in less than eight minutes
python -m benchmarks.gpu_session OUT --photos DIR      with real photos in place of made ones
python -m benchmarks.gpu_session OUT --device cpu --quick      the same code without a GPU, in a minute or two

Each step is a process of its own: one that crashes, hangs or lacks a package costs its own rows only. OUT/rows.jsonl
has every row as soon as it is there, OUT/tables.md the tables, written after each step.

What it found on an H200 is in docs/performance.md. There 300 photos took 30 s in each of `folders`' runs, so that step,
`full` and `options` need more time than they are given here where cuDNN plans slowly.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import table_of
from photocolor.engine.doctor import small_photo
from photocolor.engine.onnx_errors import runtime_errors
from photocolor.engine.opening import open_native
from photocolor.engine.providers import DeviceChoice, choose
from photocolor.engine.session import OnnxSession
from photocolor.engine.sizes import plan_sizes
from photocolor.errors import PhotocolorError
from photocolor.models.registry import find_model
from photocolor.settings import ColorSettings

Row = dict[str, Any]
Planes = NDArray[np.float32]

TOTAL_S = 450.0
VARIANTS: dict[str, dict[str, str]] = {
    "the product's": {},
    "EXHAUSTIVE": {"cudnn_conv_algo_search": "EXHAUSTIVE"},
    "with TF32": {"use_tf32": "1"},
    "EXHAUSTIVE with TF32": {"cudnn_conv_algo_search": "EXHAUSTIVE", "use_tf32": "1"},
    "without workspace": {"cudnn_conv_use_max_workspace": "0"},
    "channels last": {"prefer_nhwc": "1"},
    "arena that doubles": {"arena_extend_strategy": "kNextPowerOfTwo"},
}
"""CUDA's options, in place of those that photocolor gives."""
RUNS = ((1, 1.0, 4), (1, 1.5, 3), (1, 1.0, 2), (8, 1.0, 3))
"""Pictures, width by height, and how often: another shape, and back to the first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be asked.

    Attributes:
        device: as --device takes it.
        out: where rows and tables go, and everything that is made.
        photos: folder of real photos; None makes some.
        quick: true if it only has to be proved that everything works.
    """

    device: str
    out: Path
    photos: Path | None
    quick: bool

    @property
    def small(self) -> Path:
        """The folder of small photos."""
        return self.photos or self.out / "photos"


def doctor(wanted: Wanted) -> Iterator[Row]:
    """What the installation says of itself."""
    command = [sys.executable, "-m", "photocolor", "doctor", "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    yield {"cpus": found["cpus"], "gpus": found["gpus"], "runtimes": found["runtimes"], "auto": found["auto"]}
    for trial in found["devices"]:
        if not trial["cause"] or trial["name"] in (wanted.device, "tensorrt"):
            yield {key: value for key, value in trial.items() if value is not None and key != "provider"}


def photos(wanted: Wanted) -> Iterator[Row]:
    """Small photos of six proportions, unless there are real ones."""
    if wanted.photos is None:
        import cv2

        from benchmarks.pictures import gray

        scene = gray(0.5)
        wanted.small.mkdir(parents=True, exist_ok=True)
        for number in range(6 if wanted.quick else 300):
            width, height = ((600, 450), (450, 600), (600, 400), (400, 600), (500, 500), (480, 600))[number % 6]
            cut = np.roll(scene, 37 * number, axis=1)[:height, :width]
            cv2.imwrite(str(wanted.small / f"{number:03}.jpg"), cut)
    files = sorted(path for path in wanted.small.rglob("*") if path.is_file())
    yield {"photos": len(files), "megabytes": sum(path.stat().st_size for path in files) / 1e6}


def options(wanted: Wanted) -> Iterator[Row]:
    """Each set of options with a single native session: time by shape, and how far its colors are from the CPU's."""
    model, side = find_model("default"), 128 if wanted.quick else 384
    shown = small_photo(side)
    reference = OnnxSession(model, choose("cpu")).run(shown, _no_hints(shown))[0]
    for name, changed in VARIANTS.items():
        choice = choose(wanted.device)
        if choice.options:  # the CPU has none
            choice = replace(choice, options=choice.options | changed)
        yield {"options": name, **_tried(choice, side, shown, reference)}


def shapes(wanted: Wanted) -> Iterator[Row]:
    """The product's session on photos in their own shapes: times, memory, and difference to the CPU in CIELAB units."""
    import cv2

    model = find_model("default")
    started = time.perf_counter()
    session = OnnxSession(model, choose(wanted.device))
    yield {"opened_s": time.perf_counter() - started, "memory_mb": _device_memory_mb()}
    cpu = OnnxSession(model, choose("cpu"))
    first: dict[tuple[int, ...], float] = {}
    later, apart, same, number = [], [], 0, 0
    for path in sorted(path for path in wanted.small.rglob("*") if path.is_file())[: 6 if wanted.quick else 60]:
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            continue
        height, width = plan_sizes(*gray.shape, ColorSettings(), model.card).working
        shown = (cv2.resize(gray, (width, height), interpolation=cv2.INTER_AREA) / np.float32(2.55))[None, None]
        hints = _no_hints(shown)
        times, answers = _timed(lambda given=(shown, hints): session.run(*given)[0], 2)
        later += times if shown.shape in first else times[1:]
        first.setdefault(shown.shape, times[0])
        apart.append(np.hypot(*(answers[0] - cpu.run(shown, hints)[0])[0]).ravel())
        same += bool(np.array_equal(*answers))
        number += 1
    yield {
        "photos": number,
        "shapes": len(first),
        "first_s": float(np.median(list(first.values()))),
        "later_ms": 1e3 * float(np.median(later)),
        "memory_mb": _device_memory_mb(),
        "twice_the_same": same,
        **_distance(np.concatenate(apart)),
    }


def folders(wanted: Wanted) -> Iterator[Row]:
    """Whole commands: throughput by workers, the CPU beside it, and whether the bytes are the same."""
    known: dict[str, str] = {}
    for name, device, workers in (
        ("3 threads", wanted.device, "3"),
        ("1 thread", wanted.device, "1"),
        ("8 threads", wanted.device, "8"),
        ("3 threads again", wanted.device, "3"),
        ("the CPU, all processors", "cpu", ""),
        ("auto", "auto", ""),
    ):
        row, hashes = _restored(wanted, name, device, workers)
        if device == wanted.device:
            known = known or hashes
            row["same_bytes"] = sum(known.get(photo) == digest for photo, digest in hashes.items())
        yield row


def paces(wanted: Wanted) -> Iterator[Row]:
    """The rows of benchmarks/gpu.py on tiles."""
    from benchmarks import gpu

    if not wanted.device.startswith("cuda"):
        yield {"not run": f"they are CUDA's, and the device is {wanted.device}"}
        return
    gpu.SECONDS = 2.0
    for name, row in gpu.paces(wanted.out):
        yield {"how": name, **row}


def full(wanted: Wanted) -> Iterator[Row]:
    """The ladder on a device whose memory is taken."""
    from benchmarks import gpu
    from benchmarks.pictures import jpeg

    if not wanted.device.startswith("cuda"):
        yield {"not run": f"only CUDA's memory is filled, and the device is {wanted.device}"}
        return
    for name, row in gpu.full_devices(jpeg(wanted.out / "large.jpg", 24), wanted.out):
        yield {"how": name, **row}


STEPS: dict[str, tuple[Callable[[Wanted], Iterator[Row]], float]] = {
    "doctor": (doctor, 40),
    "photos": (photos, 30),
    "options": (options, 120),
    "shapes": (shapes, 90),
    "folders": (folders, 150),
    "full": (full, 90),
    "paces": (paces, 120),
}
"""The steps by worth, and the seconds that each may take at most."""


def _no_hints(shown: Planes) -> Planes:
    return np.zeros((len(shown), 3, *shown.shape[2:]), np.float32)


def _timed(run: Callable[[], Planes], times: int) -> tuple[list[float], list[Planes]]:
    """Seconds and answers of so many runs."""
    seconds, answers = [], []
    for _ in range(times):
        started = time.perf_counter()
        answers.append(run())
        seconds.append(time.perf_counter() - started)
    return seconds, answers


def _distance(apart: NDArray[np.floating[Any]]) -> Row:
    """|Δab| to the CPU."""
    return {
        "ab_mean": float(apart.mean()),
        "ab_p99": float(np.percentile(apart, 99)),
        "ab_max": float(apart.max()),
    }


def _tried(choice: DeviceChoice, side: int, shown: Planes, reference: Planes) -> Row:
    """One set of options; a failure is a row too."""
    try:
        started = time.perf_counter()
        native = open_native(find_model("default"), choice, None).native
        row: Row = {"opened_s": time.perf_counter() - started}
        answers = [_ab(native, shown) for _ in range(2)]
        for count, proportion, times in RUNS:
            given = np.repeat(np.full((1, 1, side, int(side * proportion)), 50, np.float32), count, 0)
            seconds, _ = _timed(lambda given=given: _ab(native, given), times)
            label = f"{count} × {given.shape[2]} × {given.shape[3]}"
            row[f"{label}{' once more' if f'{label}: ms' in row else ''}: ms"] = [
                round(1e3 * one, 1) for one in seconds
            ]
    except (PhotocolorError, *runtime_errors()) as error:
        return {"failed": str(error).splitlines()[0][:200]}
    apart = np.hypot(*(answers[0] - reference)[0])
    return row | _distance(apart) | {"twice_the_same": bool(np.array_equal(*answers))}


def _ab(native: Any, shown: Planes) -> Planes:
    ab: Planes = native.run(["ab"], {"lightness": shown, "hints": _no_hints(shown)})[0]
    return ab


def _device_memory_mb() -> int | None:
    """What is taken of the first device's memory, all programs together; None where nvidia-smi does not tell."""
    command = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits", "-i", "0"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    except OSError:
        return None
    return int(said[0]) if said and said[0].isdigit() else None


def _restored(wanted: Wanted, name: str, device: str, workers: str) -> tuple[Row, dict[str, str]]:
    """One command from nothing, and its results' hashes."""
    out = wanted.out / "colored" / name.replace(" ", "-")
    command = [sys.executable, "-m", "photocolor", "restore", str(wanted.small), "--out", str(out), "--overwrite"]
    command += ["--device", device, "--json", *(["--workers", workers] if workers else [])]
    started = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    wall_s = time.perf_counter() - started
    lines = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    done = [line for line in lines if line.get("status") == "done"]
    row = {
        "run": name,
        "exit_code": ran.returncode,
        "seconds": wall_s,
        "photos_per_s": len(done) / wall_s,
        "devices": dict(Counter(line["device"] for line in done)),
        "degraded": sorted({phrase for line in done for phrase in line["degraded"]}),
        "said": ran.stderr[-200:] if ran.returncode else "",
    }
    return row, {line["relative"]: line["result_sha256"] for line in done}


def _step(name: str, wanted: Wanted) -> None:
    """One step in this process; each row is printed and kept as soon as it is there."""
    with (wanted.out / "rows.jsonl").open("a", encoding="utf-8") as rows:
        for row in STEPS[name][0](wanted):
            line = json.dumps({"step": name, **row})
            print(line, flush=True)
            rows.write(line + "\n")
            rows.flush()


def _all_steps(wanted: Wanted, total_s: float) -> None:
    """Every step in a process of its own, as long as there is time."""
    over_at = time.monotonic() + total_s
    notes: list[Row] = []
    for name, (_, most_s) in STEPS.items():
        left_s = over_at - time.monotonic()
        command = [sys.executable, "-m", "benchmarks.gpu_session", str(wanted.out), "--device", wanted.device]
        command += ["--step", name, *(["--quick"] if wanted.quick else [])]
        command += ["--photos", str(wanted.photos)] if wanted.photos else []
        started = time.monotonic()
        ended = _ended(command, max(0.1, min(most_s, left_s)))
        notes.append({"of": name, "ended": ended, "seconds": time.monotonic() - started})
        _write_tables(wanted, notes)


def _ended(command: list[str], most_s: float) -> str:
    """How a command ended; one that takes too long is ended with all that it started."""
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return f"exit code {process.wait(most_s)}"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return "out of time"


def _write_tables(wanted: Wanted, notes: list[Row]) -> None:
    """A table for each step, of what there is."""
    path = wanted.out / "rows.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    parts = []
    for name, step in STEPS.items():
        mine = [
            [_cell(key, value) for key, value in row.items() if key != "step"] for row in rows if row["step"] == name
        ]
        parts.append(f"## {name}\n\n{(step[0].__doc__ or '').strip()}\n")
        parts.append(table_of(["", "found"], [[cells[0], "; ".join(cells[1:])] for cells in mine if cells]) + "\n")
    parts.append("## How the steps ended\n")
    parts.append(
        table_of(["step", "found"], [[note["of"], f"{note['ended']}, {note['seconds']:.0f} s"] for note in notes])
    )
    (wanted.out / "tables.md").write_text("\n".join(parts) + "\n", encoding="utf-8")


def _cell(key: str, value: object) -> str:
    return f"{key} {value:.3g}" if isinstance(value, float) else f"{key} {value}"


def main() -> None:
    """Asks everything, or one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="folder for rows, tables and what is made")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--photos", type=Path, help="a folder of gray photos")
    parser.add_argument("--quick", action="store_true", help="few photos and small pictures")
    parser.add_argument("--seconds", type=float, default=TOTAL_S, help="all steps together")
    parser.add_argument("--step", choices=STEPS, help="this one alone, in this process")
    given = parser.parse_args()
    wanted = Wanted(given.device, given.out, given.photos, given.quick)
    wanted.out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    if given.step:
        _step(given.step, wanted)
    else:
        (wanted.out / "rows.jsonl").unlink(missing_ok=True)
        _all_steps(wanted, given.seconds)


if __name__ == "__main__":
    main()
