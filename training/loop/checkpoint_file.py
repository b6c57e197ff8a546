"""Checkpoints: everything a run needs to go on, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from training.errors import CheckpointMismatch

LAST = "last.pt"
AVERAGE = "average.pt"
"""The averaged weights alone: a tenth of a checkpoint, from which a new run may begin."""


def save(values: dict[str, Any], path: Path) -> None:
    """Writes a checkpoint: a temporary file, flushed to the disk, then renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("wb") as out:
        torch.save(values, out)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)


def load(path: Path) -> dict[str, Any]:
    """A checkpoint's values, on the processor.

    Raises:
        CheckpointMismatch: the file is not a checkpoint of this program.
    """
    try:
        values = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError) as cause:
        raise CheckpointMismatch(f"{path} is not a checkpoint: {cause}") from cause
    if not isinstance(values, dict) or "recipe" not in values:
        raise CheckpointMismatch(f"{path} is not a checkpoint of this program")
    return values


def last(run: Path) -> dict[str, Any] | None:
    """The newest checkpoint of a run folder, or None."""
    path = run / LAST
    return load(path) if path.is_file() else None
