"""`describe`: lists a generator's layers, shapes, parameters and multiply-adds, and draws it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from training.losses.bins import bin_centers
from training.networks.build import build_generator
from training.networks.discriminators import build_discriminator
from training.networks.units import color_channels
from training.recipe import recipe_digest
from training.settings import Recipe
from training.writing import writing


@dataclass(frozen=True, slots=True)
class Layer:
    """Describes one layer with weights: name, kind, output shape without the batch, parameters, multiply-adds."""

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


PART_COLORS = ("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#9c755f")


def layers_of(network: nn.Module, inputs: tuple[Tensor, ...]) -> list[Layer]:
    """Returns every convolution and dense layer in the order of execution, for one picture."""
    names = {module: name for name, module in network.named_modules()}
    layers: list[Layer] = []

    def note(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        count = sum(parameter.numel() for parameter in module.parameters())
        shape = tuple(output.shape[1:])
        layers.append(
            Layer(names[module], type(module).__name__, shape, count, _multiply_adds(module, inputs[0], output))
        )

    kinds = nn.Conv2d | nn.ConvTranspose2d | nn.Linear
    hooks = [module.register_forward_hook(note) for module in network.modules() if isinstance(module, kinds)]
    with torch.no_grad():
        network.eval()(*inputs)
    for hook in hooks:
        hook.remove()
    return layers


def describe(recipe: Recipe, console: Console, picture: Path | None) -> None:
    """Prints the layers of generator and discriminator; draws the generator if a path is given."""
    settings = recipe.generator
    bins = len(bin_centers(settings.bins)) if settings.bins else 0
    generator = build_generator(settings, bins)
    side = settings.fixed_px or max(phase.size_px for phase in recipe.train.phases)
    layers = layers_of(generator, (torch.zeros(1, 1, side, side), torch.zeros(1, 3, side, side)))
    _print(
        f"{recipe.name} {recipe_digest(recipe)}: generator ({settings.kind}) at {side} px", layers, generator, console
    )
    discriminator = build_discriminator(recipe.discriminator, color_channels(settings), side)
    if discriminator is not None:
        channels = color_channels(settings) + int(recipe.discriminator.conditional)
        _print(
            f"discriminator ({recipe.discriminator.kind})",
            layers_of(discriminator, (torch.zeros(2, channels, side, side),)),
            discriminator,
            console,
        )
    if picture is not None:
        draw(layers, recipe.name, picture)
        console.print(f"picture: {picture}")


def draw(layers: list[Layer], title: str, path: Path) -> None:
    """Draws the generator as a row of blocks in order: as high as the picture there, as wide as the root of channels.

    Colors are the parts of the network, hatched blocks enlarge; the legend gives each part's parameters.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    shaped = [layer for layer in layers if len(layer.shape) == 3]
    parts = list(dict.fromkeys(part_of(layer) for layer in shaped))
    figure = Figure(figsize=(min(24, 3 + 0.35 * len(shaped)), 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    tallest = max(layer.shape[1] for layer in shaped)
    position, before = 0.0, ("", 0)
    for layer in shaped:
        part, (channels, height, _) = part_of(layer), layer.shape
        if (part, height) != before:
            position += 1.2  # a gap where another size or part begins
            axes.text(position, -max(0.04, height / tallest) / 2 - 0.05, f"{height} px", fontsize=6, color="#555")
        before = (part, height)
        wide, high = 1 + np.sqrt(channels) / 4, max(0.04, height / tallest)
        color = PART_COLORS[parts.index(part) % len(PART_COLORS)]
        hatch = "//" if "Transpose" in layer.kind else None
        axes.add_patch(
            Rectangle((position, -high / 2), wide, high, facecolor=color, edgecolor="white", linewidth=0.5, hatch=hatch)
        )
        axes.text(position + wide / 2, high / 2 + 0.015, f"{channels}", ha="center", fontsize=5, rotation=90)
        position += wide + 0.2
    for part in parts:
        million = sum(layer.parameters for layer in shaped if part_of(layer) == part) / 1e6
        color = PART_COLORS[parts.index(part) % len(PART_COLORS)]
        axes.add_patch(Rectangle((0, 0), 0, 0, facecolor=color, label=f"{part}: {million:.2f} M parameters"))
    axes.legend(loc="lower center", ncols=len(parts), fontsize=7, frameon=False)
    axes.set_xlim(-1, position)
    axes.set_ylim(-0.75, 0.62)
    axes.set_title(f"{title}: channels above, height below")
    axes.axis("off")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=120, format="png")


def part_of(layer: Layer) -> str:
    """Returns the part of the network that a layer belongs to: the first word of its name."""
    return layer.name.split(".")[0]


def _multiply_adds(module: nn.Module, inputs: Tensor, output: Tensor) -> int:
    """Returns the number of multiply-adds for one picture."""
    if isinstance(module, nn.Conv2d):
        return int(output.shape[2] * output.shape[3] * module.weight.numel())
    if isinstance(module, nn.ConvTranspose2d):
        return int(inputs.shape[2] * inputs.shape[3] * module.weight.numel())
    return int(module.weight.numel()) if isinstance(module, nn.Linear) else 0


def _print(title: str, layers: list[Layer], network: nn.Module, console: Console) -> None:
    sheet = Table(title=title)
    for heading in ("layer", "kind", "output", "parameters", "million multiply-adds"):
        sheet.add_column(heading)
    for layer in layers:
        shape = " × ".join(map(str, layer.shape))
        sheet.add_row(layer.name, layer.kind, shape, f"{layer.parameters:,}", f"{layer.multiply_adds / 1e6:,.1f}")
    total = sum(parameter.numel() for parameter in network.parameters())
    adds = sum(layer.multiply_adds for layer in layers) / 1e9
    sheet.add_section()
    sheet.add_row("total", "", "", f"{total:,}", f"{adds:.2f} GMAC")
    console.print(sheet)
