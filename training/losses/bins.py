"""Color as classes: ab bins, soft labels, rebalancing, the annealed mean, doubt.

Source: Zhang, Isola and Efros, "Colorful Image Colorization", arXiv 1603.08511, section 2.
"""

from __future__ import annotations

import math
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.color import lab_from_linear, linear_from_bytes
from training.errors import MissingWeights

NEIGHBORS = 5
SOFT_SIGMA = 5.0
"""CIELAB units, as in the paper."""
UNIFORM_SHARE = 0.5
"""λ of equation 4."""
GRID = 10
REACH = 128
"""Soft labels are looked up at whole a*, b* from −128 to 127."""


def bin_centers(table: str) -> NDArray[np.float32]:
    """Returns the (K, 2) centers of the ab bins, in CIELAB units.

    Args:
        table: path of a .npy file, or "gamut" for every cell of the 10-unit grid whose center sRGB reaches.

    Raises:
        MissingWeights: the file is not there, is damaged or has another shape.
    """
    if table == "gamut":
        return gamut_bins()
    if not Path(table).is_file():
        raise MissingWeights(
            f"there is no table of ab bins at {table}", 'Correct generator.bins, or set it to "gamut".'
        )
    try:
        with Path(table).open("rb") as file:
            centers = np.asarray(np.load(file), np.float32)
    except (OSError, EOFError, TypeError, ValueError, BadZipFile) as cause:
        raise MissingWeights(f"{table} is no table of ab bins (NPY)", 'Set generator.bins to "gamut".') from cause
    if centers.ndim != 2 or centers.shape[1] != 2:
        raise MissingWeights(f"{table} has shape {centers.shape}, not (K, 2)")
    return centers


def gamut_bins() -> NDArray[np.float32]:
    """Returns the cells of the grid that hold an sRGB color, found by trying every third byte value."""
    steps = torch.arange(0, 256, 3, dtype=torch.uint8)
    cube = torch.cartesian_prod(steps, steps, steps).T[None, :, None]
    _, ab = lab_from_linear(linear_from_bytes(cube))
    cells = np.unique(np.rint(ab[0, :, 0].T.numpy() / GRID), axis=0)
    return np.asarray(cells * GRID, np.float32)


class Bins:
    """Computes soft labels and rebalanced cross-entropy.

    Args:
        centers: (K, 2) CIELAB units.
        weights: (K,) how much a pixel of each bin counts; mean 1 over the training pixels.
    """

    def __init__(self, centers: NDArray[np.float32], weights: NDArray[np.float32], device: torch.device) -> None:
        grid = np.stack(np.meshgrid(*(np.arange(-REACH, REACH),) * 2, indexing="ij"), -1).reshape(-1, 2)
        squares = ((grid[:, None].astype(np.float32) - centers[None]) ** 2).sum(-1)
        nearest = np.argsort(squares, axis=1, kind="stable")[:, :NEIGHBORS]
        share = np.exp(-np.take_along_axis(squares, nearest, 1) / (2 * SOFT_SIGMA**2)) + 1e-12
        self.nearest = torch.from_numpy(nearest).to(device)
        self.share = torch.from_numpy((share / share.sum(1, keepdims=True)).astype(np.float32)).to(device)
        self.weights = torch.from_numpy(weights).to(device)

    def loss(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Returns the cross-entropy with soft labels, each pixel weighted by its nearest bin.

        Args:
            logits: (N, K, h, w).
            ab: (N, 2, H, W) true a*, b* in CIELAB units; averaged down to h × w.
        """
        small = functional.adaptive_avg_pool2d(ab, (logits.shape[2], logits.shape[3]))
        cell = (small.round().long() + REACH).clamp_(0, 2 * REACH - 1)
        place = (cell[:, 0] * 2 * REACH + cell[:, 1]).flatten()
        nearest, share = self.nearest[place], self.share[place]
        logits = logits.permute(0, 2, 3, 1).reshape(-1, logits.shape[1])
        log_shares = logits.gather(1, nearest) - logits.logsumexp(1, keepdim=True)
        return -((log_shares * share).sum(1) * self.weights[nearest[:, 0]]).mean()


def annealed_mean(logits: Tensor, centers: Tensor, temperature: float) -> Tensor:
    """Returns the mean of the sharpened distribution in CIELAB units: (N, K, h, w) → (N, 2, h, w). Equation 5."""
    share = (logits / temperature).softmax(1)
    return functional.conv2d(share, centers.T[:, :, None, None])


def doubt(logits: Tensor, log_weights: Tensor) -> Tensor:
    """Returns entropy as a share of its maximum: (N, K, h, w) → (N, 1, h, w), 0 sure to 1 guessing.

    A network that learned with rebalanced bins gives each bin its probability times its weight; `log_weights` (K,)
    takes that back. Without it rare colors look as likely as gray, and doubt says little of the error.

    With z the logits less their highest and S = Σ exp z it is log S - Σ z exp z / S: no logarithm of each share, which
    costs a processor as much as many convolutions. Sums over bins are products with ones for the same reason.
    """
    logits = logits - log_weights[:, None, None]
    below = logits - logits.amax(1, keepdim=True)
    weight = below.exp()
    ones = torch.ones(1, logits.shape[1], device=logits.device)
    total, weighted = (ones @ each.flatten(2) for each in (weight, below * weight))
    entropy = (total.log() - weighted / total) / math.log(logits.shape[1])
    return entropy.reshape(logits.shape[0], 1, *logits.shape[2:])  # len() would be fixed in an exported graph


def histogram(ab: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.float64]:
    """Returns the share of pixels nearest to each bin: (P, 2) → (K,), sum 1."""
    cells = np.clip(np.rint(ab), -REACH, REACH - 1).astype(np.int64) + REACH
    counts = np.bincount(cells[:, 0] * 2 * REACH + cells[:, 1], minlength=4 * REACH**2)
    used = counts.nonzero()[0]
    places = np.stack([used // (2 * REACH), used % (2 * REACH)], 1).astype(np.float32) - REACH
    nearest = ((places[:, None] - centers[None]) ** 2).sum(-1).argmin(1)
    return np.asarray(np.bincount(nearest, weights=counts[used], minlength=len(centers)) / max(1, counts.sum()))


def smoothed(shares: NDArray[np.float64], centers: NDArray[np.float32]) -> NDArray[np.float64]:
    """Returns the distribution spread by a Gaussian of σ = 5 CIELAB units over the bins; sum 1."""
    squares = ((centers[:, None].astype(np.float64) - centers[None]) ** 2).sum(-1)
    kernel = np.exp(-squares / (2 * SOFT_SIGMA**2))
    spread = (kernel / kernel.sum(0, keepdims=True)) @ shares
    return np.asarray(spread / spread.sum())


def rebalancing(
    shares: NDArray[np.float64], centers: NDArray[np.float32], uniform: float = UNIFORM_SHARE
) -> NDArray[np.float32]:
    """Returns the weights of bins: w ∝ 1 / ((1 − λ) p̃ + λ / K), scaled to E[w] = 1 under p̃. Equation 4."""
    prior = smoothed(shares, centers)
    weights = 1 / np.maximum((1 - uniform) * prior + uniform / len(centers), 1e-9)
    return np.asarray(weights / (weights * prior).sum(), np.float32)
