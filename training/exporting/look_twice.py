"""`look-twice`: writes a model file that sees each picture at two sizes and answers with the mean of both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from photocolor.models.registry import find_model
from training.errors import CheckpointMismatch
from training.exporting.integers import has_integers
from training.exporting.model_file import save_model
from training.exporting.second_look import SecondLook, looks_twice, with_second_look

if TYPE_CHECKING:
    from onnx import ModelProto

    from photocolor.models.card import ModelCard


def look_twice(model: Path, out: Path, look: SecondLook, console: Console, other: Path | None = None) -> None:
    """Writes a model file that looks twice, with the same weights or with those of another network.

    Args:
        model: a file of the model contract, of free size.
        out: the file to write.
        look: how.
        console: for the one line it prints.
        other: a file of the model contract, of free size, that looks the second time.

    Raises:
        ModelNotFound: there is no such file.
        ModelInvalid: it is no model of the contract.
        CheckpointMismatch: a file takes one size only, looks twice already, or has integer convolutions, or the two
            have other inputs, outputs or operator sets.
    """
    import onnx

    once, card = _looking_once(model)
    again, its_card = (None, card) if other is None else _looking_once(other)
    if again is not None and (differing := _differing(once, again)):
        hint = "Both looks take the same inputs and give the same answers; `export` both."
        raise CheckpointMismatch(f"{model} and {other} have other {differing}", hint)
    twice = with_second_look(once, look, its_card.multiple, its_card.min_px, again)
    onnx.checker.check_model(twice)
    words = {"looks": f"2: as it is, and at {look.scale:g} of the size; weight {look.weight:.3g}"}
    if other is not None:
        words["looks"] += f"; by another network, {its_card.name} {its_card.version}"
        words["second_recipe"] = its_card.extra.get("recipe", "")
    if look.working_px:
        words["working_size"] = str(look.working_px)
    if look.version:
        words["version"] = look.version
    save_model(twice, out, {f"photocolor.{key}": value for key, value in words.items()})
    console.print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, {words['looks']}")


def _looking_once(path: Path) -> tuple[ModelProto, ModelCard]:
    """Returns a model that can be one of two looks, and its card.

    Raises:
        ModelNotFound, ModelInvalid, CheckpointMismatch: see `look_twice`.
    """
    import onnx

    card = find_model(path).card
    model = onnx.load(str(path))
    if looks_twice(model):
        raise CheckpointMismatch(f"{path} looks twice already", "Give the file that `export` wrote.")
    if has_integers(model):  # of the ranges of one look
        raise CheckpointMismatch(f"{path} has integer convolutions", "Let it look twice, then quantize it.")
    if card.fixed_px is not None:
        raise CheckpointMismatch(f"{path} takes pictures of one size only", "A network of free size can look twice.")
    return model, card


def _differing(one: ModelProto, other: ModelProto) -> str:
    """Returns what of two models differs although it has to be the same; "" if nothing."""
    pairs = {
        "inputs": [{port.name for port in model.graph.input} for model in (one, other)],
        "outputs": [{port.name for port in model.graph.output} for model in (one, other)],
        "operator sets": [{(opset.domain, opset.version) for opset in model.opset_import} for model in (one, other)],
    }
    return next((name for name, (mine, its) in pairs.items() if mine != its), "")
