"""Validates a run while it trains: draws a strip of validation photos and measures how far their colors are off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from training.color import AB_SCALE, lab_from_srgb, network_inputs, photo_of_lab
from training.data.batches import Batch, fixed_photos
from training.data.prepared import load
from training.errors import MissingData
from training.evaluation.figures import grid, save_picture
from training.evaluation.metrics import colorfulness
from training.loop.training_state import TrainingState

VALIDATED_AT_ONCE = 8
"""Photos that are validated together on a processor; a GPU takes all, a batch as large as one of training."""


def validation_photos(run: TrainingState) -> Batch | None:
    """Returns the photos of the strips, at the last phase's size; None where the data has no validation split."""
    recipe = run.recipe
    try:
        data = load(Path(recipe.data.prepared), "val", recipe.data.only)
    except MissingData:
        return None
    size_px = recipe.train.phases[-1].size_px
    return fixed_photos(data, recipe.train.validate_photos, size_px, with_faces=recipe.generator.faces)


@torch.no_grad()
def validate(run: TrainingState, watched: Batch) -> dict[str, float]:
    """Colors the watched photos, writes the strip (gray, generated, real), and measures."""
    network = run.evaluated_network
    was_training = network.training
    network.eval()
    faces = None if watched.faces is None else watched.faces.to(run.device)
    inputs = network_inputs(watched.aged.to(run.device), watched.hints.to(run.device), faces)
    many = len(watched.aged) if run.device.type == "cuda" else VALIDATED_AT_ONCE
    with run.objective.precision():
        parts = [
            network(*(value[at : at + many] for value in inputs)).color.float().cpu()
            for at in range(0, len(watched.aged), many)
        ]
    network.train(was_training)
    color = torch.cat(parts)
    ab = lab_from_srgb((color + 1) / 2)[1] if run.recipe.generator.color == "rgb" else color * AB_SCALE
    pictures = []
    for photo in range(len(ab)):
        gray = watched.lightness[photo, 0].numpy()
        mine, real = (values[photo].permute(1, 2, 0).contiguous().numpy() for values in (ab, watched.ab))
        pictures.append([photo_of_lab(gray, np.zeros_like(real)), photo_of_lab(gray, mine), photo_of_lab(gray, real)])
    rows = [list(row) for row in zip(*pictures[:8], strict=True)]
    save_picture(grid(rows), run.folder / "strips" / f"{run.seen:08d}.png")
    return {
        "val_ab_rmse": float((ab - watched.ab).square().sum(1).mean().sqrt()),
        "val_gray_rmse": float(watched.ab.square().sum(1).mean().sqrt()),
        "val_colorfulness": float(np.mean([colorfulness(row[1]) for row in pictures])),
        "val_real_colorfulness": float(np.mean([colorfulness(row[2]) for row in pictures])),
    }
