"""Colors the same photos with photocolor and with graphs of its peers' shapes, from file to file, in turns.

python -m benchmarks.beside_peers [--only NAMES] [--rounds N] [--megapixels 0.3,2,24] [--scratch DIR]

The peers' networks have random weights (benchmarks.peer_graphs): what they paint is noise, and what they cost is what
the networks cost. The steps around them are imitated as each one's own program has them: which library reads the
photo, makes it small, computes Lab and in which precision, how the answer is made large and laid onto the photo. Every
tool reads the same JPEG and writes a JPEG of quality 95 with the library that its program writes with; eccv16 and
siggraph17 write a PNG in truth, which takes longer. Each round and tool is a process of its own with two threads, so
that its peak memory is its own; opening the network is not counted. The table is written into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks import pictures
from benchmarks.peer_graphs import NETWORKS, graph_file
from benchmarks.peers import THREADS, multiply_adds, parameters
from benchmarks.tables import beside_table, write_tables
from photocolor.models.registry import find_model

ROOT = Path(__file__).resolve().parents[1]
OWN = "photocolor"
OWN_SHAPE = (256, 384)
"""What its network sees of a photo in 3:2."""
QUALITY = 95

Network = Callable[[NDArray[Any]], NDArray[Any]]
"""What a graph answers to (1, C, side, side) float32."""


def main() -> None:
    """Measures in turns, and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join((OWN, *NETWORKS)), help="tools, separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megapixels", default="0.3,2,24")
    parser.add_argument("--scratch", type=Path, metavar="DIR", help="keeps photos and graphs there (3 GB)")
    parser.add_argument("--json", type=Path, default=ROOT / "benchmarks" / "results.json", metavar="FILE")
    parser.add_argument("--no-table", action="store_true", help="prints, and leaves the page as it is")
    parser.add_argument("--one", metavar="TOOL", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sizes = [float(size) for size in asked.megapixels.split(",")]
    if asked.one:
        print(json.dumps(one_tool(asked.one, sizes, asked.scratch)))
        return
    with nullcontext(asked.scratch) if asked.scratch else tempfile.TemporaryDirectory() as name:
        found = measured(asked.only.split(","), sizes, asked.rounds, Path(name).resolve())
    print(beside_table(found))
    if not asked.no_table:
        results: dict[str, Any] = json.loads(asked.json.read_text(encoding="utf-8"))
        results["beside"] = found
        asked.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        write_tables({"beside": found}, ROOT / "docs" / "performance.md")


def measured(tools: list[str], sizes: list[float], rounds: int, folder: Path) -> dict[str, Any]:
    """Every tool on every photo, in turns; the first round's values count like the others'."""
    runs: dict[str, list[Any]] = {tool: [] for tool in tools}
    for tool in tools:
        if tool in NETWORKS:
            graph_file(tool, folder)
    for size in sizes:
        pictures.jpeg(folder / f"beside-{size:g}.jpg", size)
    for _ in range(rounds):
        for tool in tools:
            words = [sys.executable, "-m", "benchmarks.beside_peers", "--one", tool, "--scratch", str(folder)]
            words += ["--megapixels", ",".join(f"{size:g}" for size in sizes)]
            ran = subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT)
            runs[tool].append(json.loads(ran.stdout.splitlines()[-1]))
            print(tool, runs[tool][-1], flush=True)
    return {"megapixels": sizes, "tools": {tool: {**_size_of(tool, folder), "runs": runs[tool]} for tool in tools}}


def _size_of(tool: str, folder: Path) -> dict[str, float]:
    if tool == OWN:
        path = find_model("default").path
        return {"parameters_m": parameters(path) / 1e6, "gmac": multiply_adds(path, *OWN_SHAPE) / 1e9}
    path = graph_file(tool, folder)
    side = NETWORKS[tool].side
    return {"parameters_m": parameters(path) / 1e6, "gmac": multiply_adds(path, side, side) / 1e9, "side": side}


def one_tool(tool: str, sizes: list[float], folder: Path) -> dict[str, list[float]]:
    """Wall and processor seconds and the peak of memory so far, for each photo after a small one that warms up."""
    work = _own(folder) if tool == OWN else _peer(tool, folder)
    warm = pictures.jpeg(folder / "beside-warm.jpg", 0.1)
    wall, processor, peak = [], [], []
    for source in (warm, *(folder / f"beside-{size:g}.jpg" for size in sizes)):
        began, used = time.perf_counter(), time.process_time()
        work(source)
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        peak.append(int(status["VmHWM"].split()[0]) / 1024)
    return {"wall_s": wall[1:], "cpu_s": processor[1:], "peak_mb": peak[1:]}


def _own(folder: Path) -> Callable[[Path], object]:
    from benchmarks.sections import colored
    from photocolor.pipeline.photo import open_pipeline
    from photocolor.settings import Settings

    pipeline = open_pipeline(Settings(sources=(), out=folder / "own", device="cpu"))
    return lambda source: colored(pipeline, source, folder / "own")


def _peer(tool: str, folder: Path) -> Callable[[Path], object]:
    from photocolor.engine.runtime import load_runtime

    runtime = load_runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = runtime.InferenceSession(str(graph_file(tool, folder)), options, providers=["CPUExecutionProvider"])

    def network(x: NDArray[Any]) -> NDArray[Any]:
        answer: NDArray[Any] = session.run(None, {"x": x.astype(np.float32)})[0]
        return answer

    steps, side, out = STEPS[tool], NETWORKS[tool].side, folder / f"{tool}.jpg"
    return lambda source: steps(source, out, network, side)


def zhang(source: Path, out: Path, network: Network, side: int) -> None:
    """colorizers/util.py and demo_release.py: Lab of the whole photo and the small one in float64, by scikit-image."""
    from skimage import color

    rgb = np.asarray(Image.open(source).convert("RGB"))
    small = np.asarray(Image.fromarray(rgb).resize((side, side), Image.Resampling.BICUBIC))
    lightness = color.rgb2lab(rgb)[:, :, 0]
    x = (color.rgb2lab(small)[:, :, 0] - 50) / 100
    ab = network(_channels(x, NETWORKS[out.stem].channels))
    large = cv2.resize(np.moveaxis(np.tanh(ab[0]) * 30, 0, -1), lightness.shape[::-1], interpolation=cv2.INTER_LINEAR)
    shown = color.lab2rgb(np.dstack([lightness, large.astype(np.float64)]))
    Image.fromarray((shown * 255).astype(np.uint8)).save(out, quality=QUALITY)


def _channels(plane: NDArray[Any], count: int) -> NDArray[np.float32]:
    """(1, count, side, side): the plane, and for siggraph17 empty hints and their mask."""
    x = np.zeros((1, count, *plane.shape), np.float32)
    x[0, 0] = plane
    return x


def pix2pix(source: Path, out: Path, network: Network, side: int) -> None:
    """The network sees and gives 256 × 256 px, and so does what is saved."""
    from skimage import color

    rgb = np.asarray(Image.open(source).convert("RGB").resize((side, side), Image.Resampling.BICUBIC))
    lab = color.rgb2lab(rgb).astype(np.float32)
    ab = np.moveaxis(network(lab[None, None, :, :, 0] / 50 - 1)[0], 0, -1) * 30
    shown = color.lab2rgb(np.dstack([lab[..., 0], ab]))
    Image.fromarray((shown * 255).astype(np.uint8)).save(out, quality=QUALITY)


def ddcolor(source: Path, out: Path, network: Network, side: int) -> None:
    """infer.py: Lab of the whole photo in float32 by OpenCV, ab made large by repeating its pixels."""
    pixels = cv2.imread(str(source))
    if pixels is None:
        raise FileNotFoundError(source)
    image = (pixels / 255.0).astype(np.float32)
    lightness = cv2.cvtColor(image, cv2.COLOR_BGR2Lab)[:, :, :1]
    small = cv2.cvtColor(cv2.resize(image, (side, side)), cv2.COLOR_BGR2Lab)[:, :, :1]
    gray = cv2.cvtColor(np.concatenate((small, np.zeros_like(small), np.zeros_like(small)), -1), cv2.COLOR_LAB2RGB)
    ab = np.moveaxis(np.tanh(network(gray.transpose(2, 0, 1)[None])[0]) * 30, 0, -1)
    large = cv2.resize(ab, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    colored = cv2.cvtColor(np.concatenate((lightness, large), -1), cv2.COLOR_LAB2BGR)
    cv2.imwrite(str(out), (colored * 255.0).round().astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])


def deoldify(source: Path, out: Path, network: Network, side: int) -> None:
    """filters.py: the photo squashed to a square and stretched back, its color laid on in 8-bit YUV."""
    original = Image.open(source).convert("LA").convert("RGB")
    square = original.resize((side, side), resample=Image.Resampling.BILINEAR)
    mean, deviation = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    x = (np.asarray(square, np.float32) / 255 - mean) / deviation
    answer = (np.moveaxis(network(np.moveaxis(x, -1, 0)[None])[0], 0, -1) * 255).astype(np.uint8)
    stretched = np.asarray(Image.fromarray(answer).resize(original.size, resample=Image.Resampling.BILINEAR))
    result = cv2.cvtColor(np.asarray(original), cv2.COLOR_BGR2YUV)
    result[:, :, 1:3] = cv2.cvtColor(stretched, cv2.COLOR_BGR2YUV)[:, :, 1:3]
    Image.fromarray(cv2.cvtColor(result, cv2.COLOR_YUV2BGR)).save(out, quality=QUALITY)


STEPS: dict[str, Callable[[Path, Path, Network, int], None]] = {
    "eccv16": zhang,
    "siggraph17": zhang,
    "pix2pix U-Net 256": pix2pix,
    "DDColor tiny": ddcolor,
    "DDColor large": ddcolor,
    "DeOldify artistic": deoldify,
    "DeOldify stable": deoldify,
}


if __name__ == "__main__":
    main()
