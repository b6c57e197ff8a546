"""Writes model files and the entries of their cards, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photocolor.system.atomic import AtomicFile, steady_token

if TYPE_CHECKING:
    from onnx import ModelProto


def write_card(path: Path, words: dict[str, str]) -> None:
    """Writes entries into a file's metadata; those of the same name are replaced."""
    import onnx

    save_model(onnx.load(str(path)), path, words)


def save_model(model: ModelProto, path: Path, words: dict[str, str]) -> None:
    """Writes a model, and entries into its metadata, whole or not at all.

    Raises:
        DiskFull, OutputError, TargetBlocked: it cannot be written; a file of that name stays as it was.
    """
    import onnx

    entries = {item.key: item.value for item in model.metadata_props} | words
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, entries)
    with AtomicFile(path, steady_token(path)) as file:
        file.content.write_bytes(model.SerializeToString())
        file.commit()
