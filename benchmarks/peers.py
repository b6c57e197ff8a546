"""photocolor's row in the table of its peers' costs: one photo at its default size, two threads, the network alone.

The peers' rows were measured so in 2026-11: each one's own network, one photo at its default size, ONNX Runtime with
two threads of an AVX-512 processor, processor seconds; loading, decoding and encoding excluded; and what the program
around the network does to a photo of 24 megapixels.
"""

from __future__ import annotations

import json
import subprocess
import sys
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper

from photocolor.engine.runtime import load_runtime
from photocolor.models.registry import find_model

THREADS = 2

_NETWORK_ALONE = """
import json, sys, time
import numpy as np
from photocolor.engine.colorizer import Colorizer
from photocolor.engine.passes import View
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.models.registry import find_model
from photocolor.outcome import NoProgress
from photocolor.settings import ColorSettings

threads, height, width, rounds = map(int, sys.argv[1:])
colorizer = Colorizer(OnnxSession(find_model("default"), choose("cpu"), threads))
sizes = colorizer.sizes(height, width, ColorSettings())
lightness = np.random.default_rng(0).uniform(0, 100, sizes.detail).astype(np.float32)
shapes, seconds, run = [], [], colorizer.session.run
def heard(light, hints):
    shapes.append(light.shape[2:])
    return run(light, hints)
colorizer.session.run = heard
for _ in range(rounds):
    started = time.process_time()
    colorizer.color(View(lightness, sizes), NoProgress())
    seconds.append(time.process_time() - started)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak = int(status["VmHWM"].split()[0]) / 1024  # ru_maxrss would count what the parent had before this process began
print(json.dumps({"seconds": seconds, "shapes": shapes[: len(shapes) // rounds], "peak_mb": peak}))
"""


def network_cost(megapixels: float = 24.0, rounds: int = 5) -> dict[str, Any]:
    """What the network costs for one photo in 3:2, in a process of its own."""
    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    arguments = [str(value) for value in (THREADS, height, round(height * 1.5), rounds)]
    ran = subprocess.run([sys.executable, "-c", _NETWORK_ALONE, *arguments], check=True, capture_output=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    path = find_model("default").path
    found["gmac"] = sum(multiply_adds(path, *shape) for shape in found["shapes"]) / 1e9
    found["parameters_m"] = parameters(path) / 1e6
    return found


def parameters(path: Path) -> int:
    """Numbers that were learned: what the initializers of weights hold, floats or 8-bit integers, scalars left out."""
    graph = onnx.load(path).graph
    kinds = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8)
    return sum(prod(tensor.dims) for tensor in graph.initializer if tensor.data_type in kinds and len(tensor.dims) > 0)


def multiply_adds(path: Path, height: int, width: int) -> int:
    """Multiplications of all convolutions and matrix products for one picture, from the shapes of a real run."""
    ort = load_runtime()

    model = onnx.load(path)
    nodes = [node for node in model.graph.node if node.op_type in ("Conv", "ConvTranspose", "MatMul", "Gemm")]
    known = {tensor.name: tuple(tensor.dims) for tensor in model.graph.initializer}
    casts = {node.output[0]: node.input[0] for node in model.graph.node if node.op_type == "Cast"}
    have = {output.name for output in model.graph.output}
    wanted = dict.fromkeys(name for node in nodes for name in (*node.output, *node.input[:2]))
    tapped = [name for name in wanted if casts.get(name, name) not in known]
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in tapped if name not in have)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    given = {item.name: np.zeros((1, item.shape[1], height, width), np.float32) for item in session.get_inputs()}
    shapes = dict(zip(tapped, (array.shape for array in session.run(tapped, given)), strict=True))

    def shape_of(name: str) -> tuple[int, ...]:
        return shapes[name] if name in shapes else known[casts.get(name, name)]

    return sum(
        _products(node, shape_of(node.output[0]), shape_of(node.input[0]), shape_of(node.input[1])) for node in nodes
    )


def _products(node: Any, out: tuple[int, ...], left: tuple[int, ...], right: tuple[int, ...]) -> int:
    """A convolution's weights are (channels out, channels in of one group, rows, columns); transposed, in and out."""
    if node.op_type == "ConvTranspose":
        return prod(left) * prod(right[1:])
    return prod(out) * (prod(right[1:]) if node.op_type == "Conv" else left[-1])
