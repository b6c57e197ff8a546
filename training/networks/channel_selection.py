"""Makes a narrower generator out of a wider one by keeping the strongest channels.

Source: Li et al., "Pruning Filters for Efficient ConvNets", arXiv 1608.08710: whole filters are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from training.errors import RecipeError
from training.network_settings import Generator

Values = Mapping[str, Tensor]
NORM = ("weight", "bias", "running_mean", "running_var")


@dataclass(frozen=True)
class PrunedLayer:
    """Describes a convolution and its channels; channels of one name are kept or dropped together.

    Attributes:
        weight: name of its weight.
        reads: channels of its input, in their order.
        writes: channels of its output; "" for those that stay.
        norm: prefix of the batch norm behind it; "" without one.
    """

    weight: str
    reads: tuple[str, ...]
    writes: str = ""
    norm: str = ""


def narrowed(values: Values, old: Generator, new: Generator) -> dict[str, Tensor]:
    """Returns the state of a residual generator with smaller `widths`.

    A channel counts as much as the weights that read it, times what the batch norms that write it let through.

    Args:
        values: state of the wide generator.
        old: its settings.
        new: the same settings, but for smaller widths of scales other than the coarsest.

    Raises:
        RecipeError: they differ in more than that.
    """
    same = old.kind == "residual" and replace(old, widths=new.widths) == new and len(old.widths) == len(new.widths)
    if not same or old.widths[-1] != new.widths[-1] or any(a < b for a, b in zip(old.widths, new.widths, strict=True)):
        raise RecipeError("a generator can only be begun from one that is equal but for smaller widths of finer scales")
    layers, widths = list(layers_of(old)), {}
    for name, scale in _channels(old).items():
        widths[name] = (old.widths[scale], new.widths[scale])
    kept = {name: _strongest(values, layers, name, widths) for name in widths}
    cut = dict(values)
    for layer in layers:
        weight = cut[layer.weight]
        if layer.reads:
            starts = _starts(layer, widths)
            weight = weight[:, torch.cat([kept[name] + start for name, start in zip(layer.reads, starts, strict=True)])]
        if layer.writes:
            weight = weight[kept[layer.writes]]
            for part in NORM:
                cut[f"{layer.norm}.{part}"] = cut[f"{layer.norm}.{part}"][kept[layer.writes]]
        cut[layer.weight] = weight
    return cut


def layers_of(settings: Generator) -> Iterator[PrunedLayer]:
    """Yields all convolutions that read or write a scale's channels; see training/networks/residual.py."""
    finest_first = range(len(settings.widths))
    for scale in finest_first:
        stage = f"down.{scale}"
        yield PrunedLayer(f"{stage}.0.0.weight", (f"e{scale - 1}",) if scale else (), f"e{scale}", f"{stage}.0.1")
        for block in range(settings.encoder_blocks[scale]):
            yield from _residual(f"{stage}.{block + 1}", f"e{scale}")
    for index, scale in enumerate(reversed(finest_first[:-1])):
        stage, coarser = f"up.{index}", f"d{scale + 1}" if index else f"e{scale + 1}"
        yield PrunedLayer(f"{stage}.narrow.0.weight", (coarser,), f"n{scale}", f"{stage}.narrow.1")
        yield PrunedLayer(f"{stage}.join.0.weight", (f"n{scale}", f"e{scale}"), f"d{scale}", f"{stage}.join.1")
        for block in range(settings.decoder_blocks):
            yield from _residual(f"{stage}.blocks.{block}", f"d{scale}")
    yield PrunedLayer("head.weight", ("d0",))
    if settings.bins:
        yield PrunedLayer("bins.weight", ("d1",))


def _residual(stage: str, around: str) -> Iterator[PrunedLayer]:
    yield PrunedLayer(f"{stage}.first.0.weight", (around,), f"{around}/{stage}", f"{stage}.first.1")
    yield PrunedLayer(f"{stage}.second.0.weight", (f"{around}/{stage}",), around, f"{stage}.second.1")


def _channels(settings: Generator) -> dict[str, int]:
    """Returns the scale of each name."""
    return {layer.writes: int(layer.writes.split("/")[0][1:]) for layer in layers_of(settings) if layer.writes}


def _starts(layer: PrunedLayer, widths: Mapping[str, tuple[int, int]]) -> list[int]:
    """Returns where the channels that a layer reads begin in its input."""
    return [sum(widths[name][0] for name in layer.reads[:index]) for index in range(len(layer.reads))]


def _strongest(values: Values, layers: list[PrunedLayer], name: str, widths: Mapping[str, tuple[int, int]]) -> Tensor:
    """Returns the indices of the channels that are kept, in order."""
    before, after = widths[name]
    if before == after:
        return torch.arange(before)
    read, let_through = torch.zeros(before), torch.zeros(before)
    for layer in layers:
        for each, start in zip(layer.reads, _starts(layer, widths), strict=True):
            if each == name:
                read += values[layer.weight][:, start : start + before].square().sum((0, 2, 3))
        if layer.writes == name:
            let_through += values[f"{layer.norm}.weight"].square() + values[f"{layer.norm}.bias"].square()
    return (read * let_through).topk(after).indices.sort().values
