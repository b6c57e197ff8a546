"""A narrower generator keeps what the wide one does where the channels that go did nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from rich.console import Console
from torch import Tensor, nn

from training.errors import RecipeError
from training.loop import checkpoint_file
from training.loop import training_state as runs
from training.loop.distributed import Rank
from training.loop.trainer import train
from training.network_settings import Generator
from training.networks.build import build_generator
from training.networks.channel_selection import PrunedLayer, layers_of, narrowed
from training.settings import Recipe

WIDE = Generator(hints=True, widths=(12, 16, 24, 32), encoder_blocks=(1, 2, 1, 1), attention_heads=2, bins="gamut")
NARROW = dataclasses.replace(WIDE, widths=(8, 16, 12, 32))
BINS = 20


@pytest.fixture
def wide() -> nn.Module:
    """With batch norms that have seen something."""
    torch.manual_seed(4)
    network = build_generator(WIDE, BINS)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for values in (module.weight, module.bias, module.running_mean, module.running_var):
                assert values is not None
                values.data.uniform_(0.3, 1.0)
    return network.eval()


def silence(network: nn.Module, settings: Generator, kept: Generator) -> None:
    """As many channels as have to go write zeros, at places that differ from layer to layer."""
    values = network.state_dict()
    layers = [layer for layer in layers_of(settings) if layer.writes]
    for name in dict.fromkeys(layer.writes for layer in layers):
        scale = int(name.split("/")[0][1:])
        before, after = settings.widths[scale], kept.widths[scale]
        silent = torch.randperm(before)[: before - after]
        for layer in layers:
            if layer.writes == name:
                for part in ("weight", "bias"):
                    values[f"{layer.norm}.{part}"][silent] = 0
    network.load_state_dict(values)


def answer(network: nn.Module) -> tuple[Tensor, Tensor]:
    """To a picture with hints."""
    torch.manual_seed(5)
    with torch.no_grad():
        output = network(torch.rand(1, 1, 48, 64) * 2 - 1, torch.rand(1, 3, 48, 64))
    return output.color, output.bins


def test_without_channels_that_write_zeros_the_answer_is_the_same(wide: nn.Module) -> None:
    silence(wide, WIDE, NARROW)
    network = build_generator(NARROW, BINS).eval()
    network.load_state_dict(narrowed(wide.state_dict(), WIDE, NARROW))
    for mine, theirs in zip(answer(network), answer(wide), strict=True):
        assert torch.allclose(mine, theirs, atol=1e-5)


def test_every_layer_that_reads_or_writes_a_scale_is_known(wide: nn.Module) -> None:
    known = {layer.weight for layer in layers_of(WIDE)}
    convolutions = {f"{name}.weight" for name, module in wide.named_modules() if isinstance(module, nn.Conv2d)}
    assert {name for name in convolutions - known if not name.startswith("context.")} == set()
    assert PrunedLayer("head.weight", ("d0",)) in set(layers_of(WIDE))


def test_equal_widths_change_nothing(wide: nn.Module) -> None:
    same = narrowed(wide.state_dict(), WIDE, WIDE)
    assert all(torch.equal(same[name], values) for name, values in wide.state_dict().items())


@pytest.mark.parametrize(
    "other",
    [
        dataclasses.replace(WIDE, widths=(12, 16, 24, 16)),
        dataclasses.replace(WIDE, widths=(12, 16, 32, 32)),
        dataclasses.replace(NARROW, encoder_blocks=(1, 1, 1, 1)),
        dataclasses.replace(NARROW, hints=False),
    ],
)
def test_anything_but_narrower_finer_scales_is_refused(wide: nn.Module, other: Generator) -> None:
    with pytest.raises(RecipeError, match="smaller widths"):
        narrowed(wide.state_dict(), WIDE, other)


def test_a_run_begins_from_the_checkpoint_of_a_wider_one(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path / "wide", Console(quiet=True), stop_at=8)
    generator = dataclasses.replace(tiny.generator, widths=(4, 8, 8, 8, 16))
    words = dataclasses.replace(tiny.train, init_from=str(tmp_path / "wide" / checkpoint_file.LAST))
    recipe = dataclasses.replace(tiny, name="slim", generator=generator, train=words)
    begun = runs.build(recipe, tmp_path / "slim", torch.device("cpu"), Rank())
    average = checkpoint_file.load(tmp_path / "wide" / checkpoint_file.LAST)["average"]
    expected = narrowed(average, tiny.generator, generator)
    assert all(torch.equal(values, expected[name]) for name, values in begun.generator.state_dict().items())


def test_what_training_does_not_look_at_may_differ_from_the_checkpoint(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path / "old", Console(quiet=True), stop_at=8)
    words = dataclasses.replace(tiny.train, init_from=str(tmp_path / "old" / checkpoint_file.LAST))
    generator = dataclasses.replace(tiny.generator, decode="blend", blend=0.2)
    begun = runs.build(
        dataclasses.replace(tiny, generator=generator, train=words), tmp_path / "new", torch.device("cpu"), Rank()
    )
    average = checkpoint_file.load(tmp_path / "old" / checkpoint_file.LAST)["average"]
    assert all(torch.equal(values, average[name]) for name, values in begun.generator.state_dict().items())
