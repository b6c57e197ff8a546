"""The mean of two runs' weights, and what is said of runs that have none."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import torch
from rich.console import Console

from photocolor.models.card import read_card
from training.errors import CheckpointMismatch
from training.exporting.averaging import average_runs
from training.exporting.export import export
from training.loop import checkpoint_file
from training.loop.trainer import train
from training.settings import Recipe

QUIET = Console(quiet=True)


@pytest.fixture
def runs(tiny: Recipe, tmp_path: Path) -> tuple[Path, Path]:
    """A run, and one that began from it."""
    train(tiny, tmp_path / "first", QUIET, device="cpu")
    start = str(tmp_path / "first" / "last.pt")
    then = dataclasses.replace(tiny, name="then", train=dataclasses.replace(tiny.train, init_from=start))
    train(then, tmp_path / "then", QUIET, device="cpu")
    return tmp_path / "then", tmp_path / "first"


def test_a_mixture_lies_between_both_and_is_exported_like_a_run(runs: tuple[Path, Path], tmp_path: Path) -> None:
    newer, older = runs
    average_runs(newer, older, 0.75, tmp_path / "mixed", QUIET)
    new, old, mixed = (checkpoint_file.load(checkpoint_file.newest(run)) for run in (newer, older, tmp_path / "mixed"))
    assert any(not torch.equal(weight, old["average"][name]) for name, weight in new["average"].items())
    for name, weight in mixed["average"].items():
        expected = new["average"][name]
        if expected.is_floating_point():
            expected = 0.75 * expected + 0.25 * old["average"][name]
        torch.testing.assert_close(weight, expected)
    export(tmp_path / "mixed", tmp_path / "mixed.onnx", QUIET)
    card = read_card(tmp_path / "mixed.onnx")
    assert (card.name, card.extra["averaged"]) == ("then", "0.75 of then + 0.25 of first")


def test_a_share_of_one_is_the_newer_run(runs: tuple[Path, Path], tmp_path: Path) -> None:
    average_runs(*runs, 1.0, tmp_path / "mixed", QUIET)
    mixed = checkpoint_file.load(tmp_path / "mixed" / "average.pt")["average"]
    expected = checkpoint_file.load(runs[0] / "last.pt")["average"]
    assert all(torch.equal(weight, expected[name]) for name, weight in mixed.items())


def test_runs_of_different_networks_and_folders_without_a_run_are_refused_by_name(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path / "one", QUIET, device="cpu")
    wider = dataclasses.replace(tiny, generator=dataclasses.replace(tiny.generator, widths=(8, 8, 8, 16, 16)))
    train(wider, tmp_path / "other", QUIET, device="cpu")
    with pytest.raises(CheckpointMismatch, match=r"hold different networks: .* is not the same in both"):
        average_runs(tmp_path / "one", tmp_path / "other", 0.5, tmp_path / "out", QUIET)
    with pytest.raises(CheckpointMismatch, match="nowhere"):
        average_runs(tmp_path / "one", tmp_path / "nowhere", 0.5, tmp_path / "out", QUIET)
    assert not (tmp_path / "out").exists()
    with pytest.raises(CheckpointMismatch, match="is the folder of a run that is mixed"):
        average_runs(tmp_path / "one", tmp_path / "one", 0.5, tmp_path / "one", QUIET)
    assert not (tmp_path / "one" / checkpoint_file.AVERAGE).exists()
