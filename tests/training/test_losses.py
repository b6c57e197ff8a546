from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from training.errors import MissingWeights
from training.losses.adversarial import discriminator_loss, generator_loss
from training.losses.bins import Bins, annealed_mean, bin_centers, doubt, gamut_bins, histogram, rebalancing, smoothed

ZERO, TWO = torch.zeros(3, 1, 2, 2), torch.full((3, 1, 2, 2), 2.0)


def test_vanilla_objective_by_hand() -> None:
    assert float(discriminator_loss("vanilla", ZERO, ZERO)) == pytest.approx(math.log(2))
    assert float(generator_loss("vanilla", TWO)) == pytest.approx(math.log(1 + math.exp(-2)))
    smooth = 0.5 * (0.9 * math.log(1 + math.exp(-2)) + 0.1 * math.log(1 + math.exp(2)) + math.log(2))
    assert float(discriminator_loss("vanilla", TWO, ZERO, 0.9)) == pytest.approx(smooth)


def test_lsgan_objective_by_hand() -> None:
    assert float(discriminator_loss("lsgan", TWO, TWO)) == pytest.approx(0.5 * (1 + 4))
    assert float(generator_loss("lsgan", ZERO)) == pytest.approx(1)


def test_hinge_objective_by_hand() -> None:
    assert float(discriminator_loss("hinge", TWO, -TWO)) == 0
    assert float(discriminator_loss("hinge", ZERO, TWO)) == pytest.approx(0.5 * (1 + 3))
    assert float(generator_loss("hinge", TWO)) == pytest.approx(-2)


def test_every_objective_rewards_the_generator_that_deceives() -> None:
    for form in ("vanilla", "lsgan", "hinge"):
        assert generator_loss(form, torch.ones(4)) < generator_loss(form, -torch.ones(4))


def test_gamut_bins_are_a_grid_of_ten_around_gray() -> None:
    centers = gamut_bins()
    assert 240 < len(centers) < 320
    assert (centers % 10 == 0).all()
    assert [0, 0] in centers.astype(int).tolist()
    assert np.abs(centers).max() <= 110


def test_a_missing_table_of_bins_says_where_it_was_sought(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"nowhere\.npy"):
        bin_centers(str(tmp_path / "nowhere.npy"))


def test_cross_entropy_of_an_even_guess_is_the_logarithm_of_the_number_of_bins() -> None:
    centers = gamut_bins()
    bins = Bins(centers, np.ones(len(centers), np.float32), torch.device("cpu"))
    ab = torch.rand(2, 2, 8, 8) * 60 - 30
    assert float(bins.loss(torch.zeros(2, len(centers), 4, 4), ab)) == pytest.approx(math.log(len(centers)), rel=1e-5)


def test_cross_entropy_is_least_for_the_right_bin_and_counts_rare_colors_more() -> None:
    centers = gamut_bins()
    place = int((centers == [30, 40]).all(1).nonzero()[0][0])
    ab = torch.tensor([30.0, 40.0]).view(1, 2, 1, 1).expand(1, 2, 4, 4)
    logits = torch.zeros(1, len(centers), 1, 1)
    sharp = logits.clone()
    sharp[0, place] = 8
    weights = np.ones(len(centers), np.float32)
    plain = Bins(centers, weights, torch.device("cpu"))
    weights = weights.copy()
    weights[place] = 3
    rare = Bins(centers, weights, torch.device("cpu"))
    assert plain.loss(sharp, ab) < plain.loss(logits, ab)
    assert float(rare.loss(logits, ab)) == pytest.approx(3 * float(plain.loss(logits, ab)), rel=1e-5)


def test_the_annealed_mean_goes_from_the_mean_to_the_likeliest_bin() -> None:
    centers = torch.tensor([[0.0, 0.0], [60.0, 0.0]])
    logits = torch.tensor([0.0, math.log(3.0)]).view(1, 2, 1, 1)  # probabilities 1/4 and 3/4
    assert float(annealed_mean(logits, centers, 1.0)[0, 0]) == pytest.approx(45)
    assert float(annealed_mean(logits, centers, 0.5)[0, 0]) == pytest.approx(60 * 9 / 10)
    assert float(annealed_mean(logits, centers, 0.05)[0, 0]) == pytest.approx(60, abs=1e-3)


def test_doubt_is_zero_for_one_certain_bin_and_one_for_an_even_guess() -> None:
    certain = torch.zeros(1, 50, 1, 1)
    certain[0, 7] = 100
    assert float(doubt(certain, torch.zeros(50))) == pytest.approx(0, abs=1e-5)
    assert float(doubt(torch.zeros(1, 50, 1, 1), torch.zeros(50))) == pytest.approx(1)


def test_doubt_is_the_entropy_of_the_shares() -> None:
    logits = 6 * torch.randn(2, 20, 3, 4, generator=torch.Generator().manual_seed(1))
    told = torch.distributions.Categorical(logits=logits.permute(0, 2, 3, 1)).entropy() / math.log(20)
    torch.testing.assert_close(doubt(logits, torch.zeros(20))[:, 0], told)


def test_doubt_is_that_of_the_colors_as_common_as_they_are() -> None:
    shares = torch.tensor([0.9, 0.06, 0.04])
    weights = torch.tensor([0.1, 5.0, 3.0])  # what rebalancing made of them in training
    learned = (shares * weights).log().view(1, 3, 1, 1)
    entropy = -(shares * shares.log()).sum() / math.log(3)
    assert float(doubt(learned, weights.log())) == pytest.approx(float(entropy))


def test_the_prior_counts_pixels_by_their_nearest_bin() -> None:
    centers = np.float32([[0, 0], [10, 0], [0, 10]])
    shares = histogram(np.float32([[1, 1], [-2, 0], [9, 1], [0, 30]]), centers)
    np.testing.assert_allclose(shares, [0.5, 0.25, 0.25])


def test_rebalancing_makes_rare_colors_heavy_and_keeps_the_expected_weight_at_one() -> None:
    centers = gamut_bins()
    shares = np.zeros(len(centers))
    common = int((centers == [0, 0]).all(1).nonzero()[0][0])
    shares[common], shares[-1] = 0.99, 0.01
    weights = rebalancing(shares, centers)
    assert weights[-1] > weights[common]
    assert float((weights * smoothed(shares, centers)).sum()) == pytest.approx(1, rel=1e-5)
