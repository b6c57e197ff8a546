"""The averaged network's answer to the clean, whole photo, as something that the trained one is compared with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from training.data.batches import Rank
from training.errors import RecipeError
from training.loop.consistency import SIDE_MULTIPLE_PX, refer, show_a_part
from training.loop.own_answer import tell_own_answer
from training.loop.training_state import TrainingState, build
from training.settings import Recipe


@pytest.fixture
def run(tiny: Recipe, tmp_path: Path) -> TrainingState:
    loss = replace(tiny.loss, consistency=0.5, consistency_px=32, consistency_parts=1.0)
    return build(replace(tiny, loss=loss), tmp_path / "run", torch.device("cpu"), Rank())


def test_only_inputs_that_nothing_else_was_told_are_compared(run: TrainingState) -> None:
    kinds = set()
    for seen in range(0, 48, 4):
        batch = run.maker.make(seen)
        assert batch is not None
        batch = tell_own_answer(batch, run)
        reference = refer(batch, run)
        told = batch.hints[:, 2].amax((1, 2)) > 0
        assert torch.equal(reference.counts[:, 0, 0, 0] > 0, ~told | batch.own)
        assert torch.equal(reference.ab[batch.own], batch.hints[batch.own, :2])
        kinds |= set(reference.counts.flatten().tolist())
    assert kinds == {0.0, 1.0}


def test_the_reference_does_not_see_how_an_input_was_aged(run: TrainingState) -> None:
    batch = run.maker.make(48)
    assert batch is not None
    bare = batch._replace(hints=torch.zeros_like(batch.hints), own=torch.zeros_like(batch.own))
    ruined = bare._replace(aged=torch.full_like(bare.aged, 50))
    assert torch.equal(refer(bare, run).ab, refer(ruined, run).ab)
    assert float(refer(bare, run).ab.std()) > 0


def test_a_part_is_cut_out_of_everything_at_the_same_place(run: TrainingState) -> None:
    batch = run.maker.make(48)  # 64 px
    assert batch is not None
    shapes = set()
    for seen in range(40):
        one = batch._replace(seen=seen, aged=batch.lightness)
        reference = refer(one, run)
        reference.ab = one.ab
        shown, part = show_a_part(one, reference, run)
        assert torch.equal(shown.aged, shown.lightness)
        assert torch.equal(shown.ab, part.ab)
        assert all(side % SIDE_MULTIPLE_PX == 0 for side in shown.ab.shape[2:])
        assert shown.hints.shape[2:] == shown.ab.shape[2:]
        shapes.add(tuple(shown.ab.shape[2:]))
    assert shapes == {(32, 32), (32, 64), (64, 32), (64, 64)}


def test_the_same_answer_is_at_no_distance_and_another_is(run: TrainingState) -> None:
    batch = run.maker.make(0)
    assert batch is not None
    reference = refer(batch, run)
    assert float(reference.distance(reference.ab / 110)) < 1e-6
    assert float(reference.distance(reference.ab / 110 + 0.1)) > 0.1


@pytest.mark.parametrize("wrong", ["no average", "not a multiple"])
def test_recipes_that_cannot_be_consistent_are_refused(tiny: Recipe, wrong: str) -> None:
    with pytest.raises(RecipeError, match=r"consistency"):
        if wrong == "no average":
            replace(
                tiny, loss=replace(tiny.loss, consistency=1.0), train=replace(tiny.train, ema=0.0), hints=tiny.hints
            )
        else:
            replace(tiny, loss=replace(tiny.loss, consistency=1.0, consistency_px=100))
