"""The negative classifier's training: evidence that changes sign, samples, the loss, a run and its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console

from photocolor.models.negatives import find_classifier
from photocolor.models.registry import find_model
from training.cli.app import main
from training.data.prepared import load
from training.errors import CheckpointMismatch, MissingData
from training.negatives import train as training
from training.negatives.export import (
    FALSE_SHARE,
    FIRST_PX,
    LEAST_THRESHOLD,
    SECOND_PX,
    choose_threshold,
    export_classifier,
)
from training.negatives.network import MULTIPLE, NegativeNetwork, Trunk
from training.negatives.samples import AMBIGUOUS, POSITIVE, NegativeSamples, aged, drawing
from training.negatives.train import evidence_loss, train_classifier

QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def encoder() -> Path:
    return find_model("default").path


def test_the_evidence_of_an_inverse_is_that_of_the_picture_with_the_other_sign(encoder: Path) -> None:
    torch.manual_seed(3)
    network = NegativeNetwork(Trunk(encoder)).eval()
    shown = torch.rand(2, 1, 4 * MULTIPLE, 5 * MULTIPLE) * 100
    with torch.no_grad():
        evidence, inverse = network(shown), network(100 - shown)
    assert evidence.shape == (2,)
    assert torch.allclose(evidence, -inverse, atol=1e-3)


def test_only_the_later_part_of_the_encoder_learns(encoder: Path) -> None:
    trunk = Trunk(encoder)
    learns = {name.split("_stages_")[-1][:1] for name, weights in trunk.named_parameters() if weights.requires_grad}
    assert learns == {"3", "4"}


def test_a_model_without_such_an_encoder_is_refused(tmp_path: Path) -> None:
    from fakes import write_model

    with pytest.raises(MissingData, match="no EfficientNet-Lite encoder"):
        Trunk(write_model(tmp_path / "tint.onnx"))


def test_samples_are_the_same_whenever_they_are_made_and_some_mean_nothing(prepared: Path) -> None:
    samples = NegativeSamples(load(prepared, "train"), 64, 5)
    first = [samples.sample(number) for number in range(120)]
    again = samples.sample(7)
    assert np.array_equal(first[7][0], again[0]) and first[7][1] == again[1]
    shows = [shown for _, shown in first]
    assert 0 < shows.count(AMBIGUOUS) < 30 and shows.count(POSITIVE) > 80
    for lightness, _ in first:
        assert lightness.shape == (64, 64) and lightness.dtype == np.float32
        assert lightness.min() >= 0 and lightness.max() <= 100


def test_aged_pictures_and_drawings_stay_codes() -> None:
    chance = np.random.default_rng(1)
    for _ in range(40):
        for codes in (aged(np.tile(np.linspace(0, 1, 64, dtype=np.float32), (64, 1)), chance), drawing(64, chance)):
            assert codes.shape == (64, 64) and codes.dtype == np.float32
            assert codes.min() >= 0 and codes.max() <= 1


def test_the_loss_wants_positives_below_zero_and_nothing_from_what_means_nothing() -> None:
    positive, ambiguous = torch.tensor([POSITIVE]), torch.tensor([AMBIGUOUS])
    assert evidence_loss(torch.tensor([-5.0]), positive) < evidence_loss(torch.tensor([5.0]), positive)
    assert float(evidence_loss(torch.tensor([0.0]), ambiguous)) == pytest.approx(0, abs=1e-6)
    assert float(evidence_loss(torch.tensor([-2.0]), ambiguous)) == pytest.approx(
        float(evidence_loss(torch.tensor([2.0]), ambiguous))
    )


def test_the_threshold_lies_above_all_but_a_few_positives() -> None:
    evidence = np.linspace(-20, 3, 40_000)
    threshold = choose_threshold(evidence)
    assert np.mean(evidence >= threshold) <= FALSE_SHARE
    assert threshold == 3.0
    assert choose_threshold(np.append(np.full(999, -9.0), 8.0)) == LEAST_THRESHOLD, "one of a thousand is allowed"
    assert choose_threshold(np.append(np.full(998, -9.0), 8.0)) == 8.5


def test_a_run_goes_on_and_its_file_is_a_classifier(
    prepared: Path, encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "BATCH", 4)
    run, out = tmp_path / "run", tmp_path / "negatives.onnx"
    with pytest.raises(CheckpointMismatch, match="no checkpoint"):
        export_classifier(prepared, encoder, run, out, QUIET)
    train_classifier(prepared, encoder, run, QUIET, pictures=4, threads=1)
    train_classifier(prepared, encoder, run, QUIET, pictures=12, threads=1)
    export_classifier(prepared, encoder, run, out, QUIET)
    card = find_classifier(out).card
    assert (card.first_px, card.side_px, card.multiple) == (
        FIRST_PX,
        SECOND_PX,
        MULTIPLE,
    ) and card.threshold >= LEAST_THRESHOLD
    assert out.stat().st_size < 1_000_000
    words = ["negatives", "evaluate", "--data", str(prepared), "--classifier", str(out), "--photos", str(prepared)]
    assert main([*words, "--limit", "2"]) == 0
    printed = capsys.readouterr().out
    assert "clean" in printed and "aged" in printed and "missed" in printed
