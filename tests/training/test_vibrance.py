"""A model with vibrance: what a reading says is missing is given back, in mid-tones, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from rich.console import Console

from photocolor.models.card import read_card
from training.color import lab_of_photo, photo_of_lab
from training.data.crops import central_crop, square
from training.data.prepared import load
from training.errors import CheckpointMismatch
from training.evaluation.metrics import colorfulness
from training.exporting.add_vibrance import add_vibrance, read_of
from training.exporting.look_twice import look_twice
from training.exporting.model_file import write_card
from training.exporting.second_look import SecondLook, first_look
from training.exporting.vibrance import Reading, Vibrance, answer_statistics, with_vibrance, without_vibrance

Plane = NDArray[np.float32]
QUIET = Console(quiet=True)
FLOAT32_AB = 1e-3
"""What float32 may lose, CIELAB units."""


def graph_of(features: int = 3) -> onnx.ModelProto:
    """Returns a model whose answer is its hints' color plus a share of its lightness, as its features are."""
    from onnx import TensorProto, helper

    size = ["n", 1, "h", "w"]
    inputs = [
        helper.make_tensor_value_info("lightness", TensorProto.FLOAT, size),
        helper.make_tensor_value_info("hints", TensorProto.FLOAT, ["n", 3, "h", "w"]),
    ]
    output = helper.make_tensor_value_info("ab", TensorProto.FLOAT, ["n", 2, "h", "w"])
    slopes = np.linspace(0.1, 0.4, 2).reshape(1, 2, 1, 1).astype(np.float32)
    channels = np.linspace(-0.02, 0.03, features).reshape(1, features, 1, 1).astype(np.float32)
    constants = {"slopes": slopes, "channels": channels, "from": [0], "to": [2], "axis": [1]}
    nodes = [
        helper.make_node("Mul", ["lightness", "channels"], ["features"]),
        helper.make_node("Mul", ["lightness", "slopes"], ["ramp"]),
        helper.make_node("Slice", ["hints", "from", "to", "axis"], ["told"]),
        helper.make_node("Add", ["ramp", "told"], ["ab"]),
    ]
    weights = [onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "ramp", inputs, [output], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: onnx.ModelProto, lightness: Plane, hints: Plane | None = None) -> Plane:
    hints = np.zeros((len(lightness), 3, *lightness.shape[2:]), np.float32) if hints is None else hints
    session = InferenceSession(model.SerializeToString())
    return np.asarray(session.run(["ab"], {"lightness": lightness, "hints": hints})[0])


def smooth_step(values: NDArray[np.floating], start: float, end: float) -> NDArray[np.float64]:
    part = np.clip((values - start) / (end - start), 0, 1)
    return np.asarray(part**2 * (3 - 2 * part), np.float64)


def expected(ab: Plane, lightness: Plane, factor: float, vibrance: Vibrance) -> NDArray[np.float64]:
    """Returns one answer (2, H, W) as the docs say that it is strengthened."""
    chroma = np.hypot(*ab)
    near = (ab[0] * np.cos(np.radians(50)) + ab[1] * np.sin(np.radians(50))) / (chroma + 1e-3)
    skin = smooth_step(near, 0.8, 1) * smooth_step(chroma, 5, 15)
    change = (factor - 1) * (1 - smooth_step(lightness, 80, 100)) * (1 - vibrance.skin * skin)
    middle = smooth_step(lightness, 10, 50)
    return np.asarray(ab * (vibrance.shadows * (1 - middle) + middle * (1 + change)))


READING = Reading("features", np.float32([0.1, -0.2, 0.3, -0.01, 0.005, -0.02, 0.01]), 0.4)


@pytest.mark.parametrize("vibrance", [Vibrance(), Vibrance(1, 0.5, 3, 0.5, 1), Vibrance(0.3, 1, 1.05, 1, 0)])
def test_each_photo_of_a_batch_has_its_factor_and_each_tone_its_share(vibrance: Vibrance) -> None:
    random = np.random.default_rng(1)
    lightness = np.stack([random.uniform(0, top, (1, 24, 40)) for top in (100, 60, 20)]).astype(np.float32)
    plain = graph_of()
    answer, factors = run(with_vibrance(plain, READING, vibrance), lightness), []
    for number, before in enumerate(run(plain, lightness)):
        means = lightness[number].mean() * np.linspace(-0.02, 0.03, 3)
        told = np.array([*means, *answer_statistics(before)])
        read = vibrance.share * (told @ READING.weights.astype(np.float64) + READING.bias)
        factors.append(float(np.clip(np.exp(read), vibrance.least, vibrance.most)))
        wanted = expected(before, lightness[number, 0], factors[-1], vibrance)
        np.testing.assert_allclose(answer[number], wanted, atol=FLOAT32_AB)
    assert len(set(factors)) > 1 or vibrance.most < 1.1, "no two photos are told apart"


def test_black_things_lose_color_and_white_ones_keep_it() -> None:
    lightness = np.repeat(np.float32([5, 50, 100]), 8).reshape(1, 1, 1, 24)
    always = Reading("features", np.zeros(7, np.float32), 1.0)
    before, after = run(graph_of(), lightness), run(with_vibrance(graph_of(), always, Vibrance(skin=0)), lightness)
    ratio = (after / before)[0, 0, 0, ::8]
    np.testing.assert_allclose(ratio, [0.75, 1.4, 1.0], atol=1e-4)


def test_where_a_hint_says_a_color_nothing_changes() -> None:
    lightness = np.full((1, 1, 16, 16), 50, np.float32)
    hints = np.zeros((1, 3, 16, 16), np.float32)
    hints[:, :, :8, :8] = np.float32([40, -30, 1])[None, :, None, None]
    hints[:, :, 8:, :8] = np.float32([-20, 30, 0.5])[None, :, None, None]
    always = Reading("features", np.zeros(7, np.float32), 1.0)
    before = run(graph_of(), lightness, hints)
    after = run(with_vibrance(graph_of(), always, Vibrance(skin=0)), lightness, hints)
    np.testing.assert_array_equal(after[..., :8], before[..., :8])
    np.testing.assert_allclose(after[..., 8:], 1.4 * before[..., 8:], rtol=1e-5)


def test_it_can_be_taken_out_again() -> None:
    plain = graph_of()
    again = without_vibrance(with_vibrance(plain, READING, Vibrance()))
    assert again.SerializeToString() == plain.SerializeToString()
    assert without_vibrance(plain) is plain


def test_the_reading_is_that_of_the_least_squares() -> None:
    random = np.random.default_rng(2)
    told = random.normal(5, [1, 3, 0.2], (4000, 3))
    reading = read_of("features", told, told @ [0.2, -0.1, 1.5] + 0.7 + random.normal(0, 0.01, 4000))
    np.testing.assert_allclose(reading.weights, [0.2, -0.1, 1.5], rtol=0.05)
    np.testing.assert_allclose(told @ reading.weights + reading.bias, told @ [0.2, -0.1, 1.5] + 0.7, atol=0.1)


@pytest.fixture
def dull(tmp_path: Path) -> Path:
    path = tmp_path / "dull.onnx"
    onnx.save(graph_of(), str(path))
    words = {"name": "dull", "version": "1", "contract": "1", "license": "MIT", "recipe": "{}"}
    sizes = {"size_multiple": "32", "min_size": "64", "working_size": "64"}
    write_card(path, {f"photocolor.{key}": value for key, value in (words | sizes).items()})
    return path


def test_a_written_model_is_nearer_to_the_colorfulness_of_photos(dull: Path, prepared: Path) -> None:
    vivid = dull.with_name("vivid.onnx")
    free = Vibrance(share=1, least=0.1, most=10, shadows=1, skin=0)
    add_vibrance(dull, prepared, vivid, free, QUIET, features="features", every=1, version="2")
    assert (read_card(vivid).version, read_card(vivid).name) == ("2", "dull")
    assert read_card(vivid).extra["vibrance"] == "1 of what is missing, 0.1 to 10; shadows 1, skin 1"
    before, after = (lacking(onnx.load(str(path)), prepared) for path in (dull, vivid))
    assert np.abs(after).mean() < 0.7 * np.abs(before).mean()


def lacking(model: onnx.ModelProto, prepared: Path) -> NDArray[np.float64]:
    """Returns the logarithm of what each photo's answer lacks of its colorfulness."""
    data, lacks = load(prepared, "train"), []
    for index in range(len(data)):
        rgb = square(data.photo(index), central_crop(index, data.photo(index).shape[:2]), 64)
        lightness = lab_of_photo(rgb)[0]
        ab = run(model, lightness[None, None])[0].transpose(1, 2, 0)
        mine = colorfulness(photo_of_lab(lightness, np.ascontiguousarray(ab)))
        lacks.append(np.log((colorfulness(rgb) + 3) / (mine + 3)))
    return np.array(lacks)


def test_a_model_that_looks_twice_gets_it_on_the_mean_and_its_first_look_comes_out(dull: Path, prepared: Path) -> None:
    twice, vivid = (dull.with_name(f"{name}.onnx") for name in ("twice", "vivid"))
    look_twice(dull, twice, SecondLook(), QUIET)
    add_vibrance(twice, prepared, vivid, Vibrance(), QUIET, features="features", every=8)
    lightness = np.random.default_rng(3).uniform(0, 100, (1, 1, 64, 96)).astype(np.float32)
    assert np.abs(run(onnx.load(str(vivid)), lightness) - run(onnx.load(str(twice)), lightness)).max() > 0.1
    once = first_look(onnx.load(str(vivid)))
    np.testing.assert_array_equal(run(once, lightness), run(onnx.load(str(dull)), lightness))


def test_what_cannot_be_read_is_refused_by_name(dull: Path, prepared: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.onnx"
    with pytest.raises(CheckpointMismatch, match=r"no operator of .*dull\.onnx gives /network/up\.1"):
        add_vibrance(dull, prepared, out, Vibrance(), QUIET)
    other = onnx.load(str(dull))
    other.opset_import[0].version = 18
    onnx.save(other, str(tmp_path / "other.onnx"))
    with pytest.raises(CheckpointMismatch, match=r"other\.onnx is of opset 18, not 17"):
        add_vibrance(tmp_path / "other.onnx", prepared, out, Vibrance(), QUIET, features="features")
    add_vibrance(dull, prepared, out, Vibrance(), QUIET, features="features", every=8)
    with pytest.raises(CheckpointMismatch, match=r"out\.onnx has vibrance already"):
        add_vibrance(out, prepared, tmp_path / "again.onnx", Vibrance(), QUIET, features="features")
