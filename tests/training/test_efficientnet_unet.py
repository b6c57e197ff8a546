from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from photocolor.engine.runtime import load_runtime
from training.data.batches import BatchMaker, Rank
from training.data.prepared import load
from training.errors import MissingData, RecipeError
from training.evaluation import metrics
from training.exporting.contract import Contract
from training.loop.training_state import freeze, parameter_groups
from training.losses.bins import bin_centers
from training.losses.palette import colorfulness, palette_distance
from training.network_settings import Generator
from training.networks.build import build_generator
from training.networks.efficientnet import WEIGHTS, Classifier, Encoder, InvertedResidual
from training.networks.efficientnet_unet import EfficientNetUNet
from training.networks.feature_critic import FeatureCritic
from training.networks.warmstart import load_onnx
from training.recipe import load_recipe
from training.settings import Optimizer, Phase, Recipe, Share, Train

SMALL = Generator("efficientnet", hints=True, widths=(8, 8, 16, 16, 32), scale_blocks=(0, 0, 0, 0), attention_heads=2)
FLOAT32_AB = 2e-3
"""CIELAB units that float32 arithmetic in another order may move a color by."""


def built(settings: Generator, bins: int = 0) -> EfficientNetUNet:
    torch.manual_seed(0)
    network = build_generator(settings, bins)
    assert isinstance(network, EfficientNetUNet)
    return network.eval()


@pytest.mark.parametrize("family", sorted(WEIGHTS))
def test_a_classifier_with_its_weights_knows_a_cat_a_cup_of_coffee_and_a_rocket(family: str) -> None:
    """Padding, batch-norm constants and input scaling are as the weights expect, or this would be guesswork."""
    from skimage import data

    classifier = Classifier(family)  # type: ignore[arg-type]
    expected = {"cat": {281, 282, 285}, "coffee": {967, 968, 504}, "rocket": {657, 744, 812}}
    for name, classes in expected.items():
        pixels = getattr(data, name)()
        side = min(pixels.shape[:2])
        top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
        small = cv2.resize(pixels[top : top + side, left : left + side], (256, 256), interpolation=cv2.INTER_AREA)
        scores = classifier(torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255)
        assert classes & set(scores[0].topk(3).indices.tolist()), name


def test_blocks_are_left_out_in_training_alone_and_their_mean_is_kept() -> None:
    torch.manual_seed(0)
    block = InvertedResidual(4, 4, 3, 1, 6, "tensorflow").eval()
    photos = torch.randn(1, 4, 8, 8).repeat(4000, 1, 1, 1)
    with torch.no_grad():
        whole = block(photos)
        block.skipped = 0.25
        assert torch.equal(block(photos), whole)  # not in training
        block.train()
        for norm in block.modules():
            if isinstance(norm, torch.nn.BatchNorm2d):
                norm.eval()
        seen = block(photos)
    left_out = (seen == photos).flatten(1).all(1)
    assert 0.21 < left_out.float().mean() < 0.29
    assert torch.allclose((seen - photos).mean(0), (whole - photos).mean(0), atol=0.1 * float((whole - photos).std()))


def test_the_last_block_is_left_out_most_and_the_first_never() -> None:
    encoder = Encoder("efficientnet-lite0", 1, drop_path=0.2)
    skipped = [each.skipped for each in encoder.modules() if isinstance(each, InvertedResidual)]
    assert skipped[0] == 0 and skipped[-1] == 0.2 and skipped == sorted(skipped)


def test_the_trial_model_loads_exactly(shared: Path) -> None:
    """Its encoder was padded symmetrically; every layer is matched by the order in which it runs."""
    path = shared / "models" / "lite.onnx"
    settings = Generator(
        "efficientnet", hints=True, widths=(24, 48, 96, 160, 256), scale_blocks=(0, 1, 1, 1), padding="symmetric",
        bins=str(shared / "nets" / "ab_bins_in_gamut.npy"),
    )  # fmt: skip
    centers = bin_centers(settings.bins)
    network = built(settings, len(centers))
    assert load_onnx(network, path) == []
    model = Contract(network, settings, centers).eval()
    lightness = np.tile(np.linspace(5, 95, 96, dtype=np.float32), (64, 1))[None, None]
    hints = np.zeros((1, 3, 64, 96), np.float32)
    hints[:, :, 10:40, 20:60] = np.array([30, -20, 0.5], np.float32)[None, :, None, None]
    session = load_runtime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (theirs,) = session.run(["ab"], {"lightness": lightness, "hints": hints})
    with torch.no_grad():
        mine = model(torch.from_numpy(lightness), torch.from_numpy(hints))[0].numpy()
    assert np.abs(theirs - mine).max() < FLOAT32_AB


def test_hints_begin_without_effect_and_then_act_where_they_are() -> None:
    network = built(dataclasses.replace(SMALL, hint_pyramid=True))
    network.load_pretrained()
    lightness = torch.rand(1, 1, 64, 64) * 2 - 1
    hints = torch.zeros(1, 3, 64, 64)
    told = hints.clone()
    told[:, :, 40:45, 8:13] = torch.tensor([0.5, -0.3, 1.0])[None, :, None, None]
    with torch.no_grad():
        assert torch.equal(network(lightness, hints).color, network(lightness, told).color)
        assert network.hint_pyramid is not None
        for layer in network.hint_pyramid.add:
            torch.nn.init.normal_(layer.weight)  # type: ignore[arg-type]
        change = (network(lightness, hints).color - network(lightness, told).color).abs().sum(1)[0]
    assert change.max() > 0
    row, column = divmod(int(change.argmax()), 64)
    assert abs(row - 42) < 16 and abs(column - 10) < 16


def test_a_pyramid_tells_each_cell_the_mean_of_what_was_said_in_it_whatever_the_weight() -> None:
    pyramid = built(dataclasses.replace(SMALL, hint_pyramid=True)).hint_pyramid
    assert pyramid is not None
    for layer in pyramid.add:
        layer.weight.data.zero_()  # type: ignore[operator,union-attr]
        layer.weight.data[:3, :, 0, 0] = torch.eye(3)  # type: ignore[index,union-attr]
    hints = torch.zeros(1, 3, 64, 64)
    hints[0, :, 3, 5] = torch.tensor([0.4, -0.2, 0.5])
    for scale, told in enumerate(pyramid(hints)):
        cell = told[0, :3, 3 >> (scale + 1), 5 >> (scale + 1)]
        assert torch.allclose(cell[2], torch.tensor(0.5))
        assert torch.allclose(cell[:2], torch.tensor([0.4, -0.2]), atol=0.1 * 4**scale * 1e-2 + 1e-2)


def test_an_encoder_with_a_factor_of_zero_does_not_learn_and_one_with_a_factor_learns_slower() -> None:
    network, heads = built(SMALL), torch.nn.Identity()
    groups = parameter_groups(network, heads, Optimizer(encoder=0.25))
    assert [group["factor"] for group in groups] == [1.0, 0.25]
    assert sum(len(group["params"]) for group in groups) == len(list(network.parameters()))
    recipe = dataclasses.replace(
        load_recipe("smoke"),
        generator=dataclasses.replace(SMALL, bins="gamut"),
        generator_optimizer=Optimizer(encoder=0.0),
    )
    network.train()
    freeze(network, recipe)
    assert not any(parameter.requires_grad for parameter in network.encoder.parameters())
    assert not any(module.training for module in network.encoder.modules()) and network.head.training
    assert len(parameter_groups(network, heads, recipe.generator_optimizer)) == 1


def test_frozen_norms_keep_their_statistics_through_a_step() -> None:
    recipe = dataclasses.replace(load_recipe("smoke"), generator=dataclasses.replace(SMALL, bins="gamut"))
    recipe = dataclasses.replace(recipe, train=dataclasses.replace(recipe.train, frozen_norms=True))
    network = built(SMALL).train()
    freeze(network, recipe)
    before = [buffer.clone() for buffer in network.buffers()]
    network(torch.rand(2, 1, 64, 64), torch.zeros(2, 3, 64, 64)).color.sum().backward()
    assert all(torch.equal(one, other) for one, other in zip(before, network.buffers(), strict=True))


def test_a_feature_critic_learns_with_its_heads_alone_and_tells_the_generator_where_to_go() -> None:
    critic = FeatureCritic(8).train()
    learning = [name for name, parameter in critic.named_parameters() if parameter.requires_grad]
    assert learning and all(name.startswith("heads.") for name in learning)
    assert not critic.encoder.training
    picture = (torch.rand(2, 3, 64, 64) * 0.4).requires_grad_()
    verdict = critic(picture)
    assert verdict.scores.shape == (2, 4 * 16 * 16) and len(verdict.features) == 4
    verdict.scores.mean().backward()
    assert picture.grad is not None and picture.grad[:, 1:].abs().sum() > 0


def test_a_teacher_needs_a_generator_that_has_an_encoder() -> None:
    recipe = load_recipe("default")
    with pytest.raises(RecipeError, match="teacher_net is the encoder"):
        dataclasses.replace(recipe, generator=load_recipe("residual").generator)


def test_a_palette_is_where_colors_are_moved_and_far_from_gray() -> None:
    torch.manual_seed(1)
    ab = torch.rand(2, 2, 48, 48) * 80 - 40
    moved = ab.roll(17, 3)  # the same colors elsewhere: as far as 1,024 drawn pixels can tell
    assert palette_distance(ab, ab) == 0
    assert palette_distance(moved, ab) < 0.2 * palette_distance(torch.zeros_like(ab), ab)


def test_colorfulness_is_that_of_the_evaluation() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (40, 50, 3)).astype(np.uint8)
    mine = colorfulness(torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255)
    assert float(mine[0]) == pytest.approx(metrics.colorfulness(pixels), rel=1e-2)


def test_batches_of_mixed_sizes_come_in_their_shares_and_are_never_enlarged(prepared: Path) -> None:
    mix = (Share(32, 6, 0.5), Share(64, 2, 0.5))
    recipe = Recipe("mixed", Train((Phase(400, 64, 4, mix),)), generator=Generator(hints=True))
    data = load(prepared, "train")
    maker, seen, sizes = BatchMaker(data, recipe, Rank()), 0, []
    while (batch := maker.make(seen)) is not None:
        assert len(batch.ab) == {32: 6, 64: 2}[batch.ab.shape[2]]
        sizes.append(batch.ab.shape[2])
        seen = batch.seen
    assert 0.3 < sizes.count(32) / len(sizes) < 0.7
    again = BatchMaker(data, recipe, Rank()).make(0)
    assert again is not None and torch.equal(again.ab, BatchMaker(data, recipe, Rank()).make(0).ab)  # type: ignore[union-attr]
    huge = dataclasses.replace(recipe, train=Train((Phase(400, 64, 4, (Share(512, 2, 1.0),)),)))
    with pytest.raises(MissingData, match="short side of 512 px"):
        BatchMaker(data, huge, Rank()).make(0)


def test_shares_of_sizes_must_add_up() -> None:
    with pytest.raises(RecipeError, match=r"add up to 0\.9, not 1"):
        Phase(10, 64, 4, (Share(32, 6, 0.5), Share(64, 2, 0.4)))


def test_an_encoder_gives_five_scales() -> None:
    scales = Encoder("efficientnet-lite0", 1)(torch.zeros(1, 1, 64, 96))
    assert [tuple(scale.shape[2:]) for scale in scales] == [(32, 48), (16, 24), (8, 12), (4, 6), (2, 3)]
