"""Asks a model how likely it holds each color at each place, which its file computes and does not give."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Lightness
from photocolor.engine.onnx_errors import first_line, is_out_of_memory, runtime_errors
from photocolor.engine.opening import feeds, open_on_cpu
from photocolor.errors import BadModelOutput, OutOfMemory, UsageError
from photocolor.models.distribution import CENTERS, distribution_tensor, with_output
from photocolor.models.registry import ModelFile

Shares = NDArray[np.float32]
"""(h, w, K): how likely each of K colors is in each cell, from 0; sum 1."""


def color_shares(
    model: ModelFile,
    lightness: Lightness,
    hints: NDArray[np.float32] | None,
    threads: int,
    faces: NDArray[np.float32] | None = None,
) -> Shares:
    """Returns how likely each color of `CENTERS` is in each cell of a photo, (h, w, 313) float32.

    It opens the model once more, on the processors, whose graph has one more output then; that takes a fifth of a
    second. The file and the other session stay as they are.

    Args:
        model: a model that doubts by the entropy of a distribution over `CENTERS`.
        lightness: (H, W) float32, L* in [0, 100] at a size that the model takes; a cell is 8 or 4 px of it.
        hints: (H, W, 3) float32, a*, b* and weight; None without hints.
        threads: of the processor.
        faces: (4, H, W) float32, the segments of faces for a model that takes them; None for nobody.

    Raises:
        UsageError: this model has no such distribution.
        ModelInvalid, BadModelOutput, OutOfMemory: the model cannot be opened or run.
    """
    data = model.read()
    tensor = distribution_tensor(data)
    if tensor is None:
        raise _silent(model)
    native = open_on_cpu(with_output(data, tensor), model.path, threads)
    channels = np.zeros((*lightness.shape, 3), np.float32) if hints is None else hints
    face_batch = None if faces is None else faces[None]
    inputs = feeds(model.card, lightness[None, None], np.moveaxis(channels, -1, 0)[None], face_batch)
    try:
        logits = native.run([tensor], inputs)[0]
    except runtime_errors() as error:
        if is_out_of_memory(error):
            raise OutOfMemory(f"memory ran out for the colors of {model.path.name}: {first_line(error)}") from error
        raise BadModelOutput(f"the model failed: {first_line(error)}") from error
    if logits.ndim != 4 or logits.shape[1] != len(CENTERS):
        raise _silent(model)
    logits = np.moveaxis(logits[0], 0, -1)
    shares: Shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    return shares


def _silent(model: ModelFile) -> UsageError:
    return UsageError(
        f"model {model.card.name} does not say which other colors it holds possible, so it has no variants",
        "Use the bundled model, or a model that training exported with ab bins.",
    )
