from __future__ import annotations

import dataclasses

import pytest
import torch

from training.network_settings import Discriminator
from training.networks.build import build_generator, size_multiple
from training.networks.discriminators import build_discriminator
from training.networks.units import color_channels
from training.recipe import load_recipe


def seen_by_one_score(layers: int) -> int:
    """Side in pixels of the input region that the middle score's gradient reaches."""
    settings = Discriminator("patchgan", width=4, layers=layers, norm="none")
    discriminator = build_discriminator(settings, 2, 256)
    assert discriminator is not None
    picture = torch.randn(1, 3, 256, 256, generator=torch.Generator().manual_seed(0), requires_grad=True)
    scores = discriminator(picture).scores
    scores[0, 0, scores.shape[2] // 2, scores.shape[3] // 2].backward()
    assert picture.grad is not None
    rows = picture.grad.abs().sum((0, 1, 3)).nonzero()[:, 0]
    return int(rows.max() - rows.min() + 1)


@pytest.mark.parametrize(("layers", "side_px"), [(1, 16), (2, 34), (3, 70), (4, 142)])
def test_the_patchgan_sees_what_the_paper_says(layers: int, side_px: int) -> None:
    """arXiv 1611.07004: 16×16 with one strided layer after the first, 70×70 with three."""
    assert seen_by_one_score(layers) == side_px


def test_nopatch_gives_one_score_that_depends_on_every_pixel() -> None:
    discriminator = build_discriminator(Discriminator("nopatch", width=4, norm="none"), 2, 128)
    assert discriminator is not None
    picture = torch.randn(2, 3, 128, 128, generator=torch.Generator().manual_seed(0), requires_grad=True)
    scores = discriminator(picture).scores
    assert scores.shape == (2, 1, 1, 1)
    scores[0].sum().backward()
    assert picture.grad is not None
    assert picture.grad[0].abs().sum(0).count_nonzero() == 128 * 128
    assert picture.grad[1].count_nonzero() == 0


@pytest.mark.parametrize(
    "name", ["faces-pix2pix", "faces-segments", "coast-pix2pix", "lab-unet", "rgb150", "cifar10", "default", "smoke"]
)
def test_a_generator_answers_at_the_size_it_was_asked(name: str) -> None:
    settings = load_recipe(name).generator
    network = build_generator(settings, 7 if settings.bins else 0).eval()
    side = settings.fixed_px or max(64, size_multiple(settings))
    with torch.no_grad():
        output = network(torch.zeros(1, 1, side, side), torch.zeros(1, 3, side, side))
    assert output.color.shape == (1, color_channels(settings), side, side)
    assert output.color.abs().max() <= 1
    if settings.bins:
        assert output.bins.shape == (1, 7, side // 4, side // 4)


@pytest.mark.parametrize("kind", ["patchgan", "nopatch", "both", "pool", "classifier"])
def test_every_discriminator_takes_the_pair_or_the_color_alone(kind: str) -> None:
    for conditional in (True, False):
        settings = dataclasses.replace(Discriminator(), kind=kind, width=4, conditional=conditional)
        discriminator = build_discriminator(settings, 2, 64)
        assert discriminator is not None
        assert len(discriminator(torch.zeros(2, 2 + conditional, 64, 64)).scores) == 2


def test_no_discriminator_is_built_where_the_recipe_wants_none() -> None:
    assert build_discriminator(Discriminator("none"), 2, 64) is None


def test_hints_change_the_answer_of_a_network_that_takes_them() -> None:
    settings = load_recipe("smoke").generator
    network = build_generator(settings, 4).eval()
    hints = torch.zeros(1, 3, 64, 64)
    told = hints.clone()
    told[:, :, 20:30, 20:30] = 1
    with torch.no_grad():
        silent, answered = network(torch.zeros(1, 1, 64, 64), hints), network(torch.zeros(1, 1, 64, 64), told)
    assert not torch.equal(silent.color, answered.color)


@pytest.mark.parametrize(("name", "least"), [("default", 2e9), ("residual", 3e9)])
def test_the_default_networks_cost_less_than_sixteen_gigamacs(name: str, least: float) -> None:
    from training.exporting.describe import layers_of

    network = build_generator(load_recipe(name).generator, 313)
    layers = layers_of(network, (torch.zeros(1, 1, 256, 256), torch.zeros(1, 3, 256, 256)))
    assert least < sum(layer.multiply_adds for layer in layers) < 16e9
    assert sum(parameter.numel() for parameter in network.parameters()) * 2 < 40e6


def test_describe_counts_a_convolution_by_hand() -> None:
    from training.exporting.describe import layers_of

    layer = torch.nn.Conv2d(3, 8, 3, padding=1)
    (found,) = layers_of(torch.nn.Sequential(layer), (torch.zeros(1, 3, 10, 20),))
    assert found.multiply_adds == 10 * 20 * 3 * 8 * 9
    assert found.parameters == 3 * 8 * 9 + 8
    assert found.shape == (8, 10, 20)
