"""Reads and writes checkpoints, which hold everything that a run needs to continue."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from photocolor.system.atomic import AtomicFile, steady_token
from training.errors import CheckpointMismatch

LAST = "last.pt"
AVERAGE = "average.pt"
"""The averaged weights alone: a tenth of a checkpoint, from which a new run may begin."""
AVERAGE_KEYS = ("recipe", "recipe_digest", "data_digest", "labels", "sources", "seen", "steps", "seconds", "device")
"""What a file of averaged weights holds beside them."""
FORMER_KEYS = {
    "helpers": "auxiliary_heads",
    "judge": "discriminator",
    "generator_steps": "generator_optimizer",
    "judge_steps": "discriminator_optimizer",
}
"""What parts of a checkpoint were called until November 2026, and what they are called since."""
FORMER_PREFIXES = {"told.": "hint_pyramid."}
"""The same for the beginnings of the weights' names in the generator and in its average."""
UNREADABLE = (RuntimeError, ValueError, EOFError, LookupError, AttributeError, pickle.UnpicklingError)
"""What torch raises for a file that is cut off, or that is something else."""


def save(values: dict[str, Any], path: Path) -> None:
    """Writes a checkpoint whole or not at all: into a temporary file, flushed to the disk, then renamed.

    Raises:
        DiskFull, OutputError, TargetBlocked: it cannot be written; the one before it stays as it was.
    """
    with AtomicFile(path, steady_token(path)) as file:
        with file.content.open("wb") as out:
            try:
                torch.save(values, out)
            except RuntimeError as error:  # what torch makes of a write that failed
                if isinstance(error.__context__, OSError):
                    raise error.__context__ from error
                raise
        file.commit()


def load(path: Path) -> dict[str, Any]:
    """Reads a checkpoint onto the CPU, under the current names of its parts.

    Raises:
        CheckpointMismatch: there is no such file, it is damaged, or it is not a checkpoint of this program.
    """
    if not path.is_file():
        hint = "Name the folder of a run that was trained, such as runs/NAME, or a checkpoint of one."
        raise CheckpointMismatch(f"there is no checkpoint {path}", hint)
    try:
        if not zipfile.is_zipfile(path):
            raise ValueError("no archive, as torch writes them")
        values = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as cause:
        raise CheckpointMismatch(f"{path} cannot be read: {cause.strerror or cause}") from cause
    except UNREADABLE as cause:
        hint = "Copy it once more, put one of the run's kept-*.pt in its place, or begin anew in another --out."
        raise CheckpointMismatch(f"{path} is damaged, or not a checkpoint", hint) from cause
    if not isinstance(values, dict) or "recipe" not in values:
        raise CheckpointMismatch(f"{path} is not a checkpoint of this program")
    return _renamed(values)


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """Returns a checkpoint of any revision under current names; one that has them is unchanged."""
    values = {FORMER_KEYS.get(key, key): value for key, value in values.items()}
    for network in ("generator", "average"):
        if isinstance(values.get(network), dict):
            values[network] = {_renamed_weight(name): weight for name, weight in values[network].items()}
    return values


def _renamed_weight(name: str) -> str:
    for former, prefix in FORMER_PREFIXES.items():
        if name.startswith(former):
            return prefix + name.removeprefix(former)
    return name


def newest(run: Path) -> Path:
    """Returns the file that a run's model is exported from: its last checkpoint, else the averaged weights."""
    return run / AVERAGE if not (run / LAST).is_file() and (run / AVERAGE).is_file() else run / LAST


def exported_weights(saved: dict[str, Any]) -> dict[str, Tensor]:
    """Returns the weights of a checkpoint's generator by name: averaged, if the run averages."""
    weights: dict[str, Tensor] = saved["generator"] if saved["average"] is None else saved["average"]
    return weights


def last(run: Path) -> dict[str, Any] | None:
    """Returns the newest checkpoint of a run folder, or None."""
    path = run / LAST
    return load(path) if path.is_file() else None
