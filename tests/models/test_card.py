"""What a model file says is read exactly, quickly, and never believed blindly."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import fakes
import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photocolor.errors import ModelInvalid
from photocolor.models.card import read_card
from photocolor.models.graph import parse_graph
from photocolor.models.registry import find_model
from photocolor.models.wire import Span

DEFAULT = find_model("default").path


class CountingBytes(bytes):
    """Bytes that count how many of them were looked at."""

    touched = 0

    def __getitem__(self, key):
        """The bytes, counted."""
        found = super().__getitem__(key)
        self.touched += len(found) if isinstance(found, bytes) else 1
        return found


def test_bundled_card_says_what_the_contract_asks():
    card = read_card(DEFAULT)
    assert (card.contract, card.multiple, card.min_px, card.working_px) == (1, 32, 64, 256)
    assert card.has_hints
    assert card.has_doubt
    assert card.fixed_px is None
    assert card.license == "Apache-2.0"


def test_card_agrees_with_the_onnx_package():
    model = onnx.load(str(DEFAULT))
    stored = {item.key: item.value for item in model.metadata_props}
    card = read_card(DEFAULT)
    assert card.name == stored["photocolor.name"]
    assert card.version == stored["photocolor.version"]
    assert card.extra["training"] == stored["photocolor.training"]
    assert {f"photocolor.{key}" for key in card.extra} < stored.keys()


def test_reading_a_card_touches_a_few_bytes_of_each_operator_and_none_of_the_weights():
    data = CountingBytes(DEFAULT.read_bytes())
    assert parse_graph(data, Span(0, len(data))).inputs
    assert 0 < data.touched < 39 * len(onnx.load(str(DEFAULT), load_external_data=False).graph.node)


def test_reading_a_card_loads_neither_numpy_nor_a_runtime():
    code = (
        "import sys; from photocolor.models.registry import find_model; find_model('default');"
        "print([name for name in ('numpy', 'onnxruntime', 'onnx', 'cv2', 'google.protobuf') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("hints", "faces"), [(True, True), (False, True), (False, False)])
def test_a_model_may_be_told_where_faces_are_with_or_without_hints(tmp_path: Path, hints: bool, faces: bool):
    card = read_card(fakes.write_model(tmp_path / "m.onnx", hints=hints, faces=faces))
    assert (card.has_hints, card.has_faces) == (hints, faces)


@pytest.mark.parametrize("hints", [True, False])
@pytest.mark.parametrize("doubt", [True, False])
def test_optional_ports_are_found_in_the_graph(tmp_path: Path, hints: bool, doubt: bool):
    card = read_card(fakes.write_model(tmp_path / "m.onnx", hints=hints, doubt=doubt))
    assert (card.has_hints, card.has_doubt) == (hints, doubt)


def test_free_model_equals_the_card_of_the_fakes(tmp_path: Path):
    card = read_card(fakes.write_model(tmp_path / "m.onnx"))
    assert card == replace(fakes.CARD, extra={"training": "none"})


@pytest.mark.parametrize("side", [32, 150])
def test_fixed_size_comes_from_the_graph_and_needs_no_size_rule(tmp_path: Path, side: int):
    no_rule = {"size_multiple": None, "min_size": None, "working_size": None}
    card = read_card(fakes.write_model(tmp_path / "m.onnx", fixed_px=side, metadata=no_rule))
    assert (card.fixed_px, card.fixed_batch, card.min_px, card.working_px) == (side, 1, side, side)
    assert card.takes(side)
    assert not card.takes(side + card.multiple)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"fault": "channels"}, "'lightness' is not (N, 1, H, W)"),
        ({"fault": "segments", "faces": True}, "'faces' is not (N, 4, H, W)"),
        ({"fault": "names"}, "'colors'"),
        ({"fault": "double"}, "not float32"),
        ({"fault": "batch"}, "batches of 4"),
        ({"metadata": {"contract": "2"}}, "understands 1"),
        ({"metadata": {"contract": "one"}}, "photocolor.contract"),
        ({"metadata": {"version": None}}, "photocolor.version is missing"),
        ({"metadata": {"name": ""}}, "photocolor.name is missing"),
        ({"metadata": {"size_multiple": None}}, "photocolor.size_multiple is missing"),
        ({"metadata": {"size_multiple": "0"}}, "photocolor.size_multiple"),
        ({"metadata": {"min_size": "-1"}}, "photocolor.min_size"),
        ({"metadata": {"working_size": "999999999999"}}, "photocolor.working_size"),
        ({"metadata": {"working_size": "100"}}, "contradicts itself"),
        ({"metadata": {"name": "red\x1b[31m"}}, "printable"),
        ({"fixed_px": 150, "metadata": {"working_size": "256"}}, "contradicts itself"),
    ],
)
def test_a_broken_contract_is_named(tmp_path: Path, options: dict, word: str):
    path = fakes.write_model(tmp_path / "m.onnx", **options)
    with pytest.raises(ModelInvalid) as caught:
        read_card(path)
    assert word in caught.value.message
    assert str(path) in caught.value.message


def test_a_foreign_model_is_told_what_it_lacks(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx", metadata=dict.fromkeys(fakes.METADATA))
    with pytest.raises(ModelInvalid, match=r"no model card.*photocolor\.name"):
        read_card(path)


def test_weights_in_other_files_are_refused_because_the_checksum_does_not_see_them(tmp_path: Path):
    model = onnx.load(str(fakes.write_model(tmp_path / "m.onnx")))
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.ones(1024, np.float32), "w"))
    onnx.convert_model_to_external_data(model, location="w.bin", size_threshold=0)
    onnx.save(model, str(tmp_path / "outside.onnx"))
    assert (tmp_path / "w.bin").is_file()
    with pytest.raises(ModelInvalid, match="other files"):
        read_card(tmp_path / "outside.onnx")


def outside(tensor: onnx.TensorProto | None = None) -> onnx.TensorProto:
    """A tensor whose values lie in the file side.bin."""
    tensor = tensor or onnx.numpy_helper.from_array(np.ones((1, 2, 1, 1), np.float32), "side")
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "side.bin"), ("offset", "0"), ("length", "8")):
        tensor.external_data.add(key=key, value=value)
    return tensor


def constant(**attribute: object) -> onnx.NodeProto:
    return onnx.helper.make_node("Constant", [], ["side"], **attribute)


def sparse() -> onnx.SparseTensorProto:
    indices = onnx.numpy_helper.from_array(np.zeros(1, np.int64), "indices")
    return onnx.helper.make_sparse_tensor(outside(onnx.numpy_helper.from_array(np.ones(1, np.float32))), indices, [2])


def branch(node: onnx.NodeProto, times: int = 1) -> onnx.NodeProto:
    graph = onnx.helper.make_graph([node if times == 1 else branch(node, times - 1)], "branch", [], [])
    return onnx.helper.make_node("If", ["ab"], ["side"], then_branch=graph)


def function(node: onnx.NodeProto) -> onnx.FunctionProto:
    return onnx.helper.make_function("own", "Side", [], ["side"], [node], [onnx.helper.make_opsetid("", 17)])


HIDDEN = {
    "initializer": lambda model: model.graph.initializer.append(outside()),
    "sparse initializer": lambda model: model.graph.sparse_initializer.append(sparse()),
    "place without a name": lambda model: model.graph.initializer.add(data_location=onnx.TensorProto.EXTERNAL),
    "name without a place": lambda model: model.graph.initializer.add().external_data.add(
        key="location", value="side.bin"
    ),
    "constant": lambda model: model.graph.node.append(constant(value=outside())),
    "sparse constant": lambda model: model.graph.node.append(constant(sparse_value=sparse())),
    "list of tensors": lambda model: model.graph.node.append(constant(values=[outside()])),
    "branch": lambda model: model.graph.node.append(branch(constant(value=outside()))),
    "branch in a branch": lambda model: model.graph.node.append(branch(constant(value=outside()), 3)),
    "function": lambda model: model.functions.append(function(constant(value=outside()))),
    "branch in a function": lambda model: model.functions.append(function(branch(constant(value=outside())))),
    "training": lambda model: model.training_info.add().initialization.node.append(constant(value=outside())),
    "compiled": lambda model: model.graph.node.append(onnx.helper.make_node("EPContext", [], ["side"], embed_mode=0)),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_weights_in_another_file_are_found_wherever_a_tensor_may_be(tmp_path: Path, where: str):
    model = onnx.load(str(fakes.write_model(tmp_path / "m.onnx")))
    HIDDEN[where](model)
    (tmp_path / "outside.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelInvalid, match="other files"):
        read_card(tmp_path / "outside.onnx")


def test_a_field_whose_key_protobuf_would_cut_short_hides_no_graph(tmp_path: Path):
    sound = fakes.write_model(tmp_path / "m.onnx").read_bytes()
    hidden = onnx.GraphProto(initializer=[outside()]).SerializeToString()
    key = bytes((0x80 | 7 << 3 | 2, 0x80, 0x80, 0x80, 0x10))  # of the graph, and a 33rd bit that C++ drops
    (tmp_path / "hidden.onnx").write_bytes(sound + key + bytes([len(hidden)]) + hidden)
    with pytest.raises(ModelInvalid, match="does not fit"):
        read_card(tmp_path / "hidden.onnx")


def test_graphs_without_end_and_two_of_them_are_refused(tmp_path: Path):
    model = onnx.load(str(fakes.write_model(tmp_path / "m.onnx")))
    deep = onnx.ModelProto()
    deep.CopyFrom(model)
    deep.graph.node.append(branch(constant(value_int=1), 24))
    (tmp_path / "deep.onnx").write_bytes(deep.SerializeToString())
    two = model.SerializeToString() + onnx.ModelProto(graph=onnx.GraphProto(name="another")).SerializeToString()
    (tmp_path / "two.onnx").write_bytes(two)
    for name, said in (("deep", "nested too deeply"), ("two", "two graphs")):
        with pytest.raises(ModelInvalid, match=said):
            read_card(tmp_path / f"{name}.onnx")


def test_free_text_of_a_card_cannot_command_a_terminal(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx", metadata={"training": "a\x1b]0;b\x07"})
    assert read_card(path).extra["training"] == "a ]0;b "


@pytest.mark.parametrize("content", [b"", b"no model\n" * 20, b"\x00" * 4096, b"\xff" * 4096, b"\x89PNG\r\n\x1a\n"])
def test_other_files_are_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelInvalid):
        read_card(path)


def test_a_missing_file_is_model_invalid_with_the_cause(tmp_path: Path):
    with pytest.raises(ModelInvalid, match="cannot be read"):
        read_card(tmp_path / "none.onnx")


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_gives_a_card_or_model_invalid_and_nothing_else(tmp_path: Path, data: st.DataObject):
    whole = tmp_path / "whole.onnx"
    if not whole.exists():
        fakes.write_model(whole)
    content = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    try:
        card = read_card(damaged)
    except ModelInvalid:
        return
    assert card.takes(card.at_least(0))


def test_a_file_cut_anywhere_before_the_end_of_its_size_rule_is_refused(tmp_path: Path):
    content = fakes.write_model(tmp_path / "whole.onnx").read_bytes()
    cut = tmp_path / "cut.onnx"
    for length in range(0, content.index(b"photocolor.working_size"), 5):
        cut.write_bytes(content[:length])
        with pytest.raises(ModelInvalid):
            read_card(cut)


@given(side=st.integers(0, 5000), multiple=st.sampled_from([1, 2, 7, 32]), smallest=st.integers(1, 300))
def test_fitted_sides_are_taken_and_nearest(side: int, multiple: int, smallest: int):
    card = replace(fakes.CARD, multiple=multiple, min_px=smallest)
    up, down = card.at_least(side), card.at_most(side)
    assert card.takes(up)
    assert card.takes(down)
    assert side <= up
    assert up - multiple < max(side, smallest)
    assert down <= max(side, card.at_least(0))
    assert down > side - multiple or down == card.at_least(0)
