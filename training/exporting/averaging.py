"""`average`: the weights of two runs, mixed: between a network and the one it began from lie some that beat both.

Source: Wortsman et al., Robust fine-tuning of zero-shot models, arXiv 2109.01903 (there: WiSE-FT).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from rich.console import Console
from torch import Tensor

from training.errors import CheckpointMismatch
from training.loop import checkpoint_file
from training.losses.color_prior import PRIOR


def average_runs(newer: Path, older: Path, share: float, out: Path, console: Console) -> None:
    """Writes a folder that `export` and `train.init_from` take like that of a run: `average.pt` and the color prior.

    Recipe, counts and color prior are the newer run's; the model's card names both runs and the share.

    Args:
        newer: the folder of a run.
        older: the folder of the run that it began from, or of another with the same start.
        share: of the newer run's weights in the mixture, from 0 to 1.
        out: the folder to write.
        console: for the one line it prints.

    Raises:
        CheckpointMismatch: a folder has no checkpoint, the two networks differ, or `out` is one of their folders.
    """
    if out.resolve() in (newer.resolve(), older.resolve()):
        raise CheckpointMismatch(f"{out} is the folder of a run that is mixed", "Give --out a folder of its own.")
    new, old = (checkpoint_file.load(checkpoint_file.newest(run)) for run in (newer, older))
    new_weights, old_weights = checkpoint_file.exported_weights(new), checkpoint_file.exported_weights(old)
    for name in sorted(new_weights.keys() | old_weights.keys()):
        if _shape(new_weights, name) != _shape(old_weights, name):
            hint = "Mix runs of one network, the newer one begun from the older one (train.init_from)."
            differ = f"{newer} and {older} hold different networks: {name} is not the same in both"
            raise CheckpointMismatch(differ, hint)
    mixture = {name: _mixed(weight, old_weights[name], share) for name, weight in new_weights.items()}
    named = [f"{one:g} of {run.name}" for one, run in ((share, newer), (round(1 - share, 6), older))]
    out.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in new.items() if key in checkpoint_file.AVERAGE_KEYS}
    checkpoint_file.save(kept | {"average": mixture, "averaged": " + ".join(named)}, out / checkpoint_file.AVERAGE)
    if (newer / PRIOR).is_file():
        shutil.copyfile(newer / PRIOR, out / PRIOR)
    console.print(f"{out / checkpoint_file.AVERAGE}: {' + '.join(named)}")


def _shape(weights: dict[str, Tensor], name: str) -> tuple[int, ...] | None:
    return tuple(weights[name].shape) if name in weights else None


def _mixed(new: Tensor, old: Tensor, share: float) -> Tensor:
    """Returns the weighted mean of two arrays; of counters, which are whole numbers, the newer one's."""
    if not new.is_floating_point():
        return new
    return torch.lerp(old.double(), new.double(), share).to(new.dtype)
