"""`look-twice`: writes a model file that sees each picture at two sizes and answers with the mean of both."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from photocolor.models.registry import find_model
from training.errors import CheckpointMismatch
from training.exporting.integers import has_integers
from training.exporting.model_file import save_model
from training.exporting.second_look import SecondLook, looks_twice, with_second_look


def look_twice(model: Path, out: Path, look: SecondLook, console: Console) -> None:
    """Writes a model file with the same weights that looks twice.

    Args:
        model: a file of the model contract, of free size.
        out: the file to write.
        look: how.
        console: for the one line it prints.

    Raises:
        ModelNotFound: there is no such file.
        ModelInvalid: it is no model of the contract.
        CheckpointMismatch: the file takes one size only, looks twice already, or has integer convolutions.
    """
    import onnx

    card = find_model(model).card
    once = onnx.load(str(model))
    if looks_twice(once):
        raise CheckpointMismatch(f"{model} looks twice already", "Give the file that `export` wrote.")
    if has_integers(once):  # of the ranges of one look
        raise CheckpointMismatch(f"{model} has integer convolutions", "Let it look twice, then quantize it.")
    if card.fixed_px is not None:
        raise CheckpointMismatch(f"{model} takes pictures of one size only", "A network of free size can look twice.")
    twice = with_second_look(once, look, card.multiple, card.min_px)
    onnx.checker.check_model(twice)
    words = {"looks": f"2: as it is, and at {look.scale:g} of the size; weight {look.weight:.3g}"}
    if look.working_px:
        words["working_size"] = str(look.working_px)
    if look.version:
        words["version"] = look.version
    save_model(twice, out, {f"photocolor.{key}": value for key, value in words.items()})
    console.print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, {words['looks']}")
