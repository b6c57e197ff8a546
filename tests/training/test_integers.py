"""Convolutions on 8-bit integers: nearly the same colors, sums that no processor overflows, the way back to floats."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from fakes import write_model
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession, SessionOptions
from rich.console import Console

from photocolor.models.card import read_card
from photocolor.models.finder import find_finder
from photocolor.models.registry import find_model
from training.data.prepared import load
from training.errors import CheckpointMismatch, MissingData
from training.exporting.contract import Contract
from training.exporting.export import write_graph
from training.exporting.integers import (
    all_convolutions,
    dense_convolutions,
    has_integers,
    with_integers,
    without_integers,
)
from training.exporting.look_twice import look_twice
from training.exporting.model_file import write_card
from training.exporting.quantize import quantize
from training.exporting.second_look import SecondLook, first_look
from training.exporting.vibrance import Reading, Vibrance, with_vibrance
from training.losses.bins import bin_centers
from training.networks.build import build_generator
from training.networks.warmstart import load_onnx
from training.recipe import recipe_from_values, recipe_values
from training.settings import Recipe

QUIET = Console(quiet=True)
INT16_MOST = 32767
Plane = NDArray[np.float32]


@pytest.fixture(scope="module")
def plain(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights that looks twice, with wide convolutions and a recipe in its card."""
    from training.network_settings import Generator
    from training.settings import Aging, Data, Export, Hints, Loss, Optimizer, Phase, Train

    torch.manual_seed(4)
    settings = Generator(hints=True, widths=(16, 16, 24, 24, 32), encoder_blocks=(1, 1, 1, 1, 1), bins="gamut")
    recipe = Recipe(
        "random",
        Train((Phase(8, 64, 4),)),
        data=Data("elsewhere"),
        aging=Aging(0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3),
        hints=Hints(0.3, 0.3, 0.2),
        generator=settings,
        loss=Loss(),
        generator_optimizer=Optimizer("adamw", 1e-3),
        export=Export(working_size=64),
    )
    centers = bin_centers("gamut")
    folder = tmp_path_factory.mktemp("models")
    write_graph(Contract(build_generator(settings, len(centers)), settings, centers).eval(), folder / "once.onnx")
    words = {"name": "random", "version": "1", "contract": "1", "license": "MIT"}
    words |= {"recipe": json.dumps(recipe_values(recipe))}
    sizes = {"size_multiple": "32", "min_size": "64", "working_size": "96"}
    write_card(folder / "once.onnx", {f"photocolor.{key}": value for key, value in (words | sizes).items()})
    look_twice(folder / "once.onnx", folder / "twice.onnx", SecondLook(), QUIET)
    return folder / "twice.onnx"


@pytest.fixture(scope="module")
def integers(plain: Path, prepared: Path) -> Path:
    out = plain.with_name("integers.onnx")
    quantize(plain, prepared, out, QUIET, photos=12, version="2")
    return out


def answer(model: Path | bytes, options: SessionOptions | None = None) -> Plane:
    """The model's ab for a picture with edges, and with a hint."""
    rng = np.random.default_rng(2)
    lightness = np.clip(50 + 30 * np.sin(np.arange(96) / 9)[None] + rng.normal(0, 4, (96, 96)), 0, 100)
    hints = np.zeros((1, 3, 96, 96), np.float32)
    hints[0, :, 40:44, 40:44] = np.array([30, -20, 1], np.float32)[:, None, None]
    session = InferenceSession(model if isinstance(model, bytes) else str(model), options)
    ab: Plane = session.run(["ab"], {"lightness": lightness[None, None].astype(np.float32), "hints": hints})[0]
    return ab


def operators(model: Path, tmp_path: Path, options: SessionOptions | None = None) -> list[Any]:
    """The graph as ONNX Runtime runs it."""
    options = options or SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    options.log_severity_level = 3
    InferenceSession(str(model), options, ["CPUExecutionProvider"])
    return list(onnx.load(str(tmp_path / "optimized.onnx")).graph.node)


def test_the_colors_are_nearly_the_same_and_the_card_says_what_was_done(plain: Path, integers: Path) -> None:
    before, after = answer(plain), answer(integers)
    assert 0 < np.abs(after - before).mean() < 0.05 * before.std()
    card = read_card(integers)
    assert card.extra["integers"] == "52 convolutions; ranges read off 12 training photos" and card.version == "2"
    assert card.working_px == 96 and card.extra["looks"] == read_card(plain).extra["looks"]
    assert integers.stat().st_size < 0.75 * plain.stat().st_size


def convolutions(model: onnx.ModelProto) -> list[tuple[int, ...]]:
    """The shapes of a graph's convolutions' weights, in its order."""
    shapes = {array.name: tuple(array.dims) for array in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type in {"Cast", "Identity"} and node.input[0] in shapes:
            shapes[node.output[0]] = shapes[node.input[0]]
    return [shapes[node.input[1]] for node in model.graph.node if node.op_type == "Conv"]


def test_every_chosen_convolution_runs_on_integers(plain: Path, integers: Path, tmp_path: Path) -> None:
    chosen = dense_convolutions(onnx.load(str(plain)))
    count = sum(node.op_type == "QLinearConv" for node in operators(integers, tmp_path))
    assert count == sum(name.endswith("Conv") for name in chosen) == 52
    assert not any(name.endswith(("head/Conv", "stem.0/Conv")) for name in chosen)
    assert len(all_convolutions(onnx.load(str(plain)))) > len(chosen)


def test_no_pair_of_products_overflows_where_a_processor_adds_them_in_16_bits(integers: Path) -> None:
    """Processors without VNNI do so; with all 8 bits of the weights they would give other colors."""
    for model, count in ((integers, 26), (find_model("default").path, 14), (find_finder().path, 48)):
        arrays = [numpy_helper.to_array(array) for array in onnx.load(str(model)).graph.initializer]
        weights = [array for array in arrays if array.dtype == np.int8 and array.ndim == 4]
        assert len(weights) == count, "both looks share them"
        assert all(255 * 2 * np.abs(each.astype(int)).max() <= INT16_MOST for each in weights)


def test_each_look_rounds_its_biases_by_its_own_ranges(integers: Path) -> None:
    """ONNX Runtime takes a bias for sums of products, so its scale has to be that of input times weight."""
    graph = onnx.load(str(integers)).graph
    arrays = {array.name: numpy_helper.to_array(array) for array in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    seen = 0
    for node in graph.node:
        sources = [made_by.get(name) for name in node.input]
        if node.op_type == "Conv" and sources[1] is not None and sources[1].op_type == "DequantizeLinear":
            taken, weight, bias = (arrays[source.input[1]] for source in sources if source is not None)
            np.testing.assert_allclose(bias, taken * weight, rtol=1e-5)
            seen += 1
    assert seen == 52


def test_a_device_that_does_not_know_integers_gets_their_weights_as_floats(
    plain: Path, integers: Path, tmp_path: Path
) -> None:
    from photocolor.engine.native import CUDA, _options
    from photocolor.engine.providers import DeviceChoice

    elsewhere = _options(DeviceChoice("cuda", CUDA), 1)
    kinds = [node.op_type for node in operators(integers, tmp_path, elsewhere)]
    assert "QLinearConv" not in kinds and kinds.count("DequantizeLinear") == kinds.count("QuantizeLinear") > 0
    ab = answer(integers, _options(DeviceChoice("cuda", CUDA), 1))
    assert np.abs(ab - answer(integers)).mean() < 0.2 * np.abs(answer(integers) - answer(plain)).mean()


def test_without_integers_the_graph_is_what_it_was_but_for_the_rounding_of_weights(plain: Path, integers: Path) -> None:
    model = onnx.load(str(integers))
    back = without_integers(model)
    assert has_integers(model) and not has_integers(back)
    assert without_integers(back) is back
    before = onnx.load(str(plain))
    kinds, kinds_before = (Counter(node.op_type for node in each.graph.node) for each in (back, before))
    assert kinds == kinds_before
    assert convolutions(back) == convolutions(before), "in the same order, by which a training finds its layers"
    error = np.abs(answer(back.SerializeToString()) - answer(plain)).mean()
    assert 0 < error < np.abs(answer(integers) - answer(plain)).mean()


def test_values_are_cut_off_where_a_relu6_did_so() -> None:
    """The finder's encoder has such; a code beyond the range stands for its end."""
    rng = np.random.default_rng(3)
    shape = ["n", 16, "h", "w"]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("x", "y")]
    weights = [numpy_helper.from_array(rng.normal(0, 1, (16, 16, 3, 3)).astype(np.float32), name) for name in "ab"]
    ends = [numpy_helper.from_array(np.array(end, np.float32), name) for name, end in (("least", 0), ("most", 6))]
    nodes = [
        helper.make_node("Conv", ["x", "a"], ["c"], "first", pads=[1] * 4),
        helper.make_node("Clip", ["c", "least", "most"], ["d"], "relu6"),
        helper.make_node("Conv", ["d", "b"], ["e"], "second", pads=[1] * 4),
        helper.make_node("Neg", ["e"], ["y"], "last"),
    ]
    graph = helper.make_graph(nodes, "g", ports[:1], ports[1:], [*weights, *ends])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    inputs = [{"x": rng.normal(0, 1, (1, 16, 24, 24)).astype(np.float32)} for _ in range(4)]
    rounded = with_integers(model, all_convolutions(model), inputs)
    assert all_convolutions(model) == ["first", "relu6", "second"]
    floats, ints, back = (
        InferenceSession(each.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, inputs[0])[0]
        for each in (model, rounded, without_integers(rounded))
    )
    assert np.abs(back - floats).mean() < np.abs(ints - floats).mean() < 0.05 * floats.std()


def test_training_goes_on_from_a_model_with_integers(integers: Path) -> None:
    recipe = recipe_from_values(json.loads(read_card(integers).extra["recipe"]))
    network = build_generator(recipe.generator, len(bin_centers("gamut")))
    assert load_onnx(network, integers) == []
    assert not has_integers(first_look(onnx.load(str(integers))))


def test_what_cannot_be_quantized_is_refused(plain: Path, integers: Path, prepared: Path, tmp_path: Path) -> None:
    out = tmp_path / "never.onnx"
    with pytest.raises(CheckpointMismatch, match="has integer convolutions already"):
        quantize(integers, prepared, out, QUIET, photos=2)
    quantize(plain.with_name("once.onnx"), prepared, tmp_path / "once.onnx", QUIET, photos=2)
    with pytest.raises(CheckpointMismatch, match="has integer convolutions"):
        look_twice(tmp_path / "once.onnx", out, SecondLook(), QUIET)
    graph = onnx.load(str(plain))
    first = next(node for node in graph.graph.node if node.name == dense_convolutions(graph)[0])
    reading = Reading(first.output[0], np.zeros(convolutions(graph)[0][0] + 4, np.float32), 0.0)
    onnx.save(with_vibrance(graph, reading, Vibrance()), str(tmp_path / "vivid.onnx"))
    with pytest.raises(CheckpointMismatch, match="has vibrance already"):
        quantize(tmp_path / "vivid.onnx", prepared, out, QUIET)
    with pytest.raises(CheckpointMismatch, match="one size only"):
        quantize(write_model(tmp_path / "fixed.onnx", fixed_px=64), prepared, out, QUIET)
    with pytest.raises(CheckpointMismatch, match="has no recipe"):
        quantize(write_model(tmp_path / "bare.onnx"), prepared, out, QUIET)
    with pytest.raises(MissingData):
        quantize(plain, tmp_path / "no-set", out, QUIET)
    narrow = write_model(tmp_path / "narrow.onnx")
    write_card(narrow, {"photocolor.recipe": read_card(plain).extra["recipe"]})
    with pytest.raises(CheckpointMismatch, match="no wide convolutions"):
        quantize(narrow, prepared, out, QUIET)
    assert not out.exists()


def test_the_card_counts_no_more_photos_than_the_set_has(plain: Path, prepared: Path, tmp_path: Path) -> None:
    quantize(plain.with_name("once.onnx"), prepared, tmp_path / "all.onnx", QUIET, photos=9999)
    count = len(load(prepared, "train"))
    assert read_card(tmp_path / "all.onnx").extra["integers"].endswith(f"; ranges read off {count} training photos")
