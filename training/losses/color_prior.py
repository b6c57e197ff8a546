"""Counts once per run how common each ab bin is among the training photos, and derives rebalancing weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from training.color import lab_from_linear, linear_from_bytes
from training.data.crops import central_crop, cut
from training.data.prepared import Prepared
from training.errors import MissingData
from training.losses.bins import histogram, rebalancing

PRIOR = "prior.npy"
"""How common each ab bin is among the training photos; one file in a run's folder."""
PRIOR_PHOTOS = 3000


def prior_weights(data: Prepared, centers: np.ndarray, folder: Path) -> np.ndarray:
    """Returns the rebalancing weights of the training photos' colors; computed once per run."""
    if not (folder / PRIOR).is_file():
        np.save(folder / PRIOR, color_prior(data, centers))
    return kept_weights(folder, centers)


def kept_weights(folder: Path, centers: np.ndarray) -> np.ndarray:
    """Returns the rebalancing weights of a run that has begun, (K,) float32.

    Raises:
        MissingData: the run's folder has lost the file.
    """
    try:
        return rebalancing(np.load(folder / PRIOR), centers)
    except FileNotFoundError as cause:
        raise MissingData(f"{folder} has no {PRIOR}", "Run `train` once more: it writes the file again.") from cause


def color_prior(data: Prepared, centers: np.ndarray) -> np.ndarray:
    """Returns the share of pixels in each ab bin over some thousand photos at 48 px."""
    chosen = np.linspace(0, len(data) - 1, min(PRIOR_PHOTOS, len(data))).round().astype(int).tolist()
    crops = [central_crop(photo, (data.rows[photo].height, data.rows[photo].width)) for photo in chosen]
    _, ab = lab_from_linear(linear_from_bytes(cut(data, crops, 48)))
    return histogram(ab.permute(0, 2, 3, 1).reshape(-1, 2).numpy(), centers)
