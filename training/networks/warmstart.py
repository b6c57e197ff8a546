"""Starts a run from an existing model: an ONNX file of the same shape, or a checkpoint.

An exported graph has its batch norms folded into the convolutions. They are unfolded here: with the mean m and variance
v of each convolution's output over some photos, a batch norm with γ = √(v + ε) and β = bias + m gives the same values
as the folded bias did, and behaves as it should when training goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.errors import RecipeError
from training.exporting.second_look import first_look

Array = NDArray[np.float32]


def load_onnx(network: nn.Module, path: Path) -> list[str]:
    """Copies an exported model's convolutions and free batch norms into a network of the same shape.

    Layers are matched by the order in which they run. Batch norms right after a convolution become the identity plus
    the folded bias; call `unfold_norms` before training.

    Args:
        network: with `forward(lightness, hints)`.
        path: the ONNX file.

    Returns:
        Names of the layers that did not fit and keep their first values (a head with another number of bins).

    Raises:
        RecipeError: the network has another number of layers than the file, most shapes differ, or it has weights of
            a kind that is not read from such files.
    """
    if other := sorted({type(part).__name__ for part in network.modules() if _has_other_weights(part)}):
        hint = "Begin from a checkpoint of its run instead, such as last.pt or average.pt."
        raise RecipeError(f"train.init_from: layers of {', '.join(other)} are not read from {path}", hint)
    convolutions, norms = _read(path)
    mine = _layers_in_order(network)
    free = [(name, layer) for name, layer, folded in mine if isinstance(layer, nn.BatchNorm2d) and not folded]
    own = [(name, layer) for name, layer, _ in mine if isinstance(layer, nn.Conv2d)]
    if len(own) != len(convolutions) or len(free) != len(norms):
        raise RecipeError(f"{path} has {len(convolutions)} convolutions, this generator {len(own)}")
    followers = {name: layer for name, layer, folded in mine if folded}
    left_out = [name for (name, layer), theirs in zip(own, convolutions, strict=True) if _copy(layer, theirs)]
    if len(left_out) > 2:
        raise RecipeError(f"{path}: {len(left_out)} layers have another shape, the first is {left_out[0]}")
    for (name, layer), (weight, bias) in zip(own, convolutions, strict=True):
        if layer.bias is None and name not in left_out:
            _set_identity(followers[name], bias if bias is not None else np.zeros(len(weight), np.float32))
    for (_, norm), values in zip(free, norms, strict=True):
        for target, value in zip((norm.weight, norm.bias, norm.running_mean, norm.running_var), values, strict=True):
            assert target is not None  # noqa: S101 - narrows a type: these norms are affine and track statistics
            target.data.copy_(torch.from_numpy(value))
    return left_out


@torch.no_grad()
def unfold_norms(network: nn.Module, batches: Iterable[tuple[Tensor, ...]]) -> None:
    """Gives every folded batch norm the statistics of its real inputs; the network's function stays the same.

    Args:
        network: after `load_onnx`.
        batches: the network's inputs in network units, a few hundred photos in all.
    """
    network.eval()
    norms = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    sums: dict[nn.Module, tuple[float, Tensor, Tensor]] = {}

    def measure(norm: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        values = inputs[0].detach().float().transpose(0, 1).flatten(1).double()
        count, total, squares = sums.get(norm, (0.0, torch.zeros(()), torch.zeros(())))
        sums[norm] = (count + values.shape[1], total + values.sum(1), squares + values.square().sum(1))

    hooks = [norm.register_forward_pre_hook(measure) for norm in norms]
    for inputs in batches:
        network(*inputs)
    for hook in hooks:
        hook.remove()
    for norm in norms:
        count, total, squares = sums[norm]
        mean = (total / count).float()
        variance = (squares / count - (total / count).square()).clamp_min(1e-6).float()
        _keep_function(norm, mean, variance)


def _keep_function(norm: nn.BatchNorm2d, mean: Tensor, variance: Tensor) -> None:
    """Sets running statistics, and γ and β so that the layer computes in evaluation what it did before."""
    assert norm.running_mean is not None and norm.running_var is not None  # noqa: S101 - narrows a type
    slope = norm.weight / (norm.running_var + norm.eps).sqrt()
    offset = norm.bias - slope * norm.running_mean
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    norm.weight.copy_(slope * (variance + norm.eps).sqrt())
    norm.bias.copy_(offset + slope * mean)


def _layers_in_order(network: nn.Module) -> list[tuple[str, nn.Module, bool]]:
    """Returns convolutions and batch norms in order; a norm right after a convolution has its name, marked."""
    names = {module: name for name, module in network.named_modules()}
    order: list[tuple[str, nn.Module, bool]] = []

    def note(module: nn.Module, inputs: object, output: object) -> None:
        follows = bool(order) and isinstance(order[-1][1], nn.Conv2d) and order[-1][1].bias is None
        if isinstance(module, nn.BatchNorm2d) and follows:
            order.append((order[-1][0], module, True))
        else:
            order.append((names[module], module, False))

    kinds = nn.Conv2d | nn.BatchNorm2d
    hooks = [module.register_forward_hook(note) for module in network.modules() if isinstance(module, kinds)]
    was_training = network.training
    with torch.no_grad():
        network.eval()(torch.zeros(1, 1, 64, 64), torch.zeros(1, 3, 64, 64))
    network.train(was_training)
    for hook in hooks:
        hook.remove()
    return order


def _has_other_weights(part: nn.Module) -> bool:
    """Returns whether a layer has weights of its own, and is neither a convolution nor a batch norm."""
    return bool(list(part.parameters(recurse=False))) and not isinstance(part, nn.Conv2d | nn.BatchNorm2d)


def _read(
    path: Path,
) -> tuple[list[tuple[Array, Array | None]], list[list[Array]]]:
    import onnx
    from onnx import numpy_helper

    graph = first_look(onnx.load(str(path))).graph
    values = {item.name: numpy_helper.to_array(item).astype(np.float32) for item in graph.initializer}
    for node in graph.node:
        if node.op_type in {"Cast", "Identity"} and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]]
    convolutions, norms = [], []
    for node in graph.node:
        if node.op_type == "Conv":
            bias = values[node.input[2]] if len(node.input) > 2 else None
            convolutions.append((values[node.input[1]], bias))
        elif node.op_type == "BatchNormalization":
            norms.append([values[name] for name in node.input[1:5]])
    return convolutions, norms


def _copy(layer: nn.Conv2d, theirs: tuple[Array, Array | None]) -> bool:
    """Copies an array if the shapes are equal; returns True if they are not."""
    weight, bias = theirs
    if tuple(layer.weight.shape) != weight.shape:
        return True
    layer.weight.data.copy_(torch.from_numpy(weight))
    if layer.bias is not None and bias is not None:
        layer.bias.data.copy_(torch.from_numpy(bias))
    return False


def _set_identity(norm: nn.Module, bias: Array) -> None:
    """Makes a batch norm add `bias` and nothing else."""
    assert isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None and norm.running_var is not None  # noqa: S101
    norm.running_mean.zero_()
    norm.running_var.fill_(1.0)
    norm.weight.data.fill_((1.0 + norm.eps) ** 0.5)
    norm.bias.data.copy_(torch.from_numpy(bias))
