"""The answers that are offered are those of the model with all that it is told."""

from __future__ import annotations

from pathlib import Path

import faces
import numpy as np
import onnx
from fakes import METADATA
from onnx import TensorProto, helper, numpy_helper

from photocolor.color.lab import lightness_of
from photocolor.color.model_copy import stretch_against_fading
from photocolor.color.resize import resize
from photocolor.engine.distribution.shares import color_shares
from photocolor.models.distribution import CENTERS
from photocolor.pipeline.photo import open_for_named_photos
from photocolor.preview.choices import choices
from photocolor.preview.possible import possible_variants
from photocolor.settings import Settings

SKIN = (20, 20)


def write_told_model(path: Path) -> Path:
    """Writes a model that takes faces and holds two colors possible: green and red elsewhere, skin on a face."""

    def bin_of(a: int, b: int) -> int:
        return int(np.flatnonzero(((a, b) == CENTERS).all(axis=1))[0])

    weight, bias = np.zeros((len(CENTERS), 4, 1, 1), np.float32), np.full(len(CENTERS), -20, np.float32)
    bias[[bin_of(40, 20), bin_of(-40, 30)]] = 0
    weight[bin_of(*SKIN), 0] = 60  # the first plane is the face
    ports = [helper.make_tensor_value_info(*each) for each in (
        ("lightness", TensorProto.FLOAT, ["n", 1, "h", "w"]), ("hints", TensorProto.FLOAT, ["n", 3, "h", "w"]),
        ("faces", TensorProto.FLOAT, ["n", 4, "h", "w"]), ("ab", TensorProto.FLOAT, ["n", 2, "h", "w"]),
        ("doubt", TensorProto.FLOAT, ["n", 1, "h", "w"]),
    )]  # fmt: skip
    arrays = {"weight": weight, "bias": bias, "none": np.float32(0), "quarter": np.float32(0.25)}
    nodes = [
        helper.make_node("Conv", ["faces", "weight", "bias"], ["logits"]),
        helper.make_node("ReduceMax", ["logits"], ["peak"], axes=[1]),
        helper.make_node("Mul", ["peak", "none"], ["nothing"]),
        helper.make_node("Add", ["nothing", "quarter"], ["doubt"]),
        helper.make_node("Mul", ["lightness", "none"], ["gray"]),
        helper.make_node("Concat", ["gray", "gray"], ["no_color"], axis=1),
        helper.make_node("Slice", ["hints", "first", "third", "one"], ["told"]),
        helper.make_node("Add", ["no_color", "told"], ["ab"]),
    ]
    bounds = {"first": [0], "third": [2], "one": [1]}
    initial = [numpy_helper.from_array(np.asarray(value), name) for name, value in arrays.items()]
    initial += [numpy_helper.from_array(np.array(value, np.int64), name) for name, value in bounds.items()]
    graph = helper.make_graph(nodes, "told", ports[:3], ports[3:], initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {f"photocolor.{key}": value for key, value in METADATA.items() if value is not None})
    onnx.save(model, str(path))
    return path


def test_a_model_that_takes_faces_is_told_them_where_other_answers_are_looked_for(tmp_path: Path) -> None:
    model = write_told_model(tmp_path / "told.onnx")
    opened = open_for_named_photos(Settings(sources=(), out=Path(), model=str(model), device="cpu"))
    offered = choices(faces.portrait(600), opened, None, 3)
    assert len(offered) == 3
    y, x, _ = faces.FACE
    for choice in offered[1:]:
        assert choice.variant is not None
        cells = np.array(choice.variant.rows)
        height, width = cells.shape[:2]
        assert cells[int(y * height), int(x * width)].tolist() == list(SKIN), "the face is skin in each of them"
    elsewhere = [choice.variant.rows[-1][0] for choice in offered[1:] if choice.variant]
    assert len({(a > 0) for a, _ in elsewhere}) == 2, "what is no face is once red and once green"


def test_other_answers_for_a_faded_photo_are_those_for_what_the_model_is_shown() -> None:
    opened = open_for_named_photos(Settings(sources=(), out=Path(), device="cpu"))
    gray = (100 + faces.portrait(256) * 0.3).astype(np.uint8)
    lightness = lightness_of(resize(gray, *opened.colorizer.sizes(256, 256, opened.color).working))
    shown = stretch_against_fading(lightness).apply(lightness)
    mine = [choice.variant for choice in choices(gray, opened, None, 3)[1:]]
    wanted, as_it_is = (
        [variant for variant, _ in possible_variants(color_shares(opened.model, seen, None, 1), gray.shape, 2)]
        for seen in (shown, lightness)
    )
    assert mine == wanted and mine != as_it_is
