from __future__ import annotations

import dataclasses
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from rich.console import Console

from training.data.batches import Rank
from training.data.feed import batches
from training.errors import CheckpointMismatch, Diverged, MissingWeights, RecipeError
from training.loop import checkpoint_file
from training.loop.ema import Average
from training.loop.logbook import Meter, read_stats
from training.loop.step import rate_at, step
from training.loop.trainer import train
from training.loop.training_state import TrainingState, build
from training.network_settings import Generator
from training.recipe import recipe_digest, recipe_values
from training.settings import Optimizer, Phase, Recipe

QUIET = Console(quiet=True)
ROOT = Path(__file__).resolve().parents[2]


def losses(run: Path) -> list[tuple[float, float]]:
    """Images seen and the generator's loss of every line."""
    return [(line["seen"], line["generator"]) for line in read_stats(run / "stats.jsonl") if "generator" in line]


def weights(run: Path) -> dict[str, torch.Tensor]:
    return dict(checkpoint_file.load(run / checkpoint_file.LAST)["generator"])


@pytest.fixture(autouse=True)
def every_step_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.loop.trainer.LOG_STEPS", 2)


def test_a_resumed_run_gives_exactly_the_losses_and_weights_of_an_uninterrupted_one(
    tiny: Recipe, tmp_path: Path
) -> None:
    """Dropout, EMA, both optimizers, the data's position and the log's window all survive the stop."""
    generator = dataclasses.replace(tiny.generator, dropout=0.2)
    recipe = dataclasses.replace(tiny, generator=generator)
    train(recipe, tmp_path / "whole", QUIET, device="cpu")
    train(recipe, tmp_path / "parts", QUIET, device="cpu", stop_at=20)
    train(recipe, tmp_path / "parts", QUIET, device="cpu", stop_at=52)
    train(recipe, tmp_path / "parts", QUIET, device="cpu")
    assert losses(tmp_path / "whole") == losses(tmp_path / "parts")
    one, other = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_training_makes_the_loss_fall(tiny: Recipe, tmp_path: Path) -> None:
    loss = dataclasses.replace(tiny.loss, adversarial=0.0)
    phases = (dataclasses.replace(tiny.train.phases[0], until=240),)
    recipe = dataclasses.replace(tiny, loss=loss, train=dataclasses.replace(tiny.train, phases=phases))
    recipe = dataclasses.replace(recipe, generator_optimizer=Optimizer("adamw", 4e-3, 0.9, clip=1.0))
    train(recipe, tmp_path, QUIET, device="cpu")
    pixel = [line["pixel"] for line in read_stats(tmp_path / "stats.jsonl") if "pixel" in line]
    assert sum(pixel[-5:]) < 0.8 * sum(pixel[:5])


def test_after_a_run_signals_mean_what_they_meant_before(tiny: Recipe, tmp_path: Path) -> None:
    """Or who trains and then measures, as `ablate` does, could not be ended by Ctrl-C."""
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    train(tiny, tmp_path, QUIET, device="cpu", stop_at=4)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_run_leaves_strips_curves_and_a_whole_log(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path, QUIET, device="cpu")
    assert sorted(path.name for path in (tmp_path / "strips").iterdir()) == ["00000032.png", "00000064.png"]
    assert (tmp_path / "curves.png").stat().st_size > 1000
    last = read_stats(tmp_path / "stats.jsonl")[-1]
    assert last["seen"] == 64 and last["val_gray_rmse"] > 0


def test_nan_stops_the_run_and_keeps_the_last_good_state(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path, QUIET, device="cpu", stop_at=16)
    values = checkpoint_file.load(tmp_path / checkpoint_file.LAST)
    poisoned = {name: value.clone() for name, value in values["generator"].items()}
    poisoned["head.bias"][0] = float("nan")
    checkpoint_file.save(values | {"generator": poisoned}, tmp_path / checkpoint_file.LAST)
    before = (tmp_path / checkpoint_file.LAST).read_bytes()
    with pytest.raises(Diverged, match=r"became nan after \d+ images"):
        train(tiny, tmp_path, QUIET, device="cpu")
    assert (tmp_path / checkpoint_file.LAST).read_bytes() == before


def test_another_recipe_or_other_data_does_not_go_on_in_the_same_folder(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path, QUIET, device="cpu", stop_at=4)
    with pytest.raises(CheckpointMismatch, match=r"changed: loss\.chroma"):
        train(dataclasses.replace(tiny, loss=dataclasses.replace(tiny.loss, chroma=1.2)), tmp_path, QUIET, device="cpu")


def test_words_of_the_card_and_the_decoding_may_change_while_a_run_goes_on(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path, QUIET, device="cpu", stop_at=4)
    words = dataclasses.replace(tiny.export, weaknesses="hats", largest_mb=3.0)
    later = dataclasses.replace(
        tiny, export=words, generator=dataclasses.replace(tiny.generator, decode="blend", blend=0.2)
    )
    train(later, tmp_path, QUIET, device="cpu", stop_at=8)
    saved = checkpoint_file.load(tmp_path / checkpoint_file.LAST)
    assert (saved["seen"], saved["recipe_digest"]) == (8, recipe_digest(later))


def test_missing_weights_are_named_before_anything_is_trained(tiny: Recipe, tmp_path: Path) -> None:
    loss = dataclasses.replace(tiny.loss, perceptual=1.0, squeezenet=str(tmp_path / "none.npz"))
    with pytest.raises(MissingWeights, match=r"none\.npz"):
        train(dataclasses.replace(tiny, loss=loss), tmp_path / "run", QUIET, device="cpu")


def test_own_hints_need_an_average(tiny: Recipe, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"train\.ema is 0"):
        train(dataclasses.replace(tiny, train=dataclasses.replace(tiny.train, ema=0.0)), tmp_path, QUIET, device="cpu")


@pytest.mark.parametrize("form", ["vanilla", "lsgan", "hinge"])
def test_accumulation_and_two_generator_steps_reach_the_end(tiny: Recipe, tmp_path: Path, form: str) -> None:
    settings = dataclasses.replace(tiny.train, accumulate=2, generator_steps=2)
    loss = dataclasses.replace(tiny.loss, adversarial_form=form, feature_matching=0.1)
    train(dataclasses.replace(tiny, train=settings, loss=loss), tmp_path, QUIET, device="cpu")
    assert checkpoint_file.load(tmp_path / checkpoint_file.LAST)["seen"] == 64


def test_rates_by_hand() -> None:
    cosine = Optimizer(rate=1.0, schedule="cosine")
    assert [rate_at(cosine, 0, progress) for progress in (0.0, 0.5, 1.0)] == pytest.approx([1.0, 0.5, 0.0])
    linear = Optimizer(rate=1.0, schedule="linear")
    assert [rate_at(linear, 0, progress) for progress in (0.0, 0.5, 0.75, 1.0)] == pytest.approx([1.0, 1.0, 0.5, 0.0])
    warm = Optimizer(rate=1.0, warmup=10)
    assert [rate_at(warm, seen, 0.5) for seen in (0, 4, 9, 10)] == pytest.approx([0.1, 0.5, 1.0, 1.0])


def test_the_average_follows_slowly() -> None:
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = Average(network, 0.9)
    torch.nn.init.ones_(network.weight)
    average.update(network, 1000)
    assert float(average.network.weight) == pytest.approx(0.1)


def test_a_meter_gives_means_and_survives_a_checkpoint() -> None:
    meter = Meter()
    meter.add({"loss": torch.tensor(1.0)})
    other = Meter()
    other.restore(meter.state())
    other.add({"loss": torch.tensor(3.0)})
    assert other.take() == {"loss": 2.0}
    with pytest.raises(Diverged, match="became inf"):
        other.add({"loss": torch.tensor(float("inf"))})


def test_a_half_written_line_of_the_log_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "stats.jsonl").write_text('{"seen": 4, "loss": 1.0}\n{"seen": 8, "lo')
    assert read_stats(tmp_path / "stats.jsonl") == [{"seen": 4, "loss": 1.0}]


SCRIPT = """
import json, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from rich.console import Console
import training.loop.trainer as trainer
from training.recipe import recipe_from_values
trainer.LOG_STEPS = 2
trainer.train(recipe_from_values(json.loads(sys.argv[1])), Path(sys.argv[2]), Console(quiet=True), device="cpu")
"""


def command(recipe: Recipe, run: Path) -> list[str]:
    import json

    return [sys.executable, "-c", SCRIPT, json.dumps(recipe_values(recipe)), str(run)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **more}


@pytest.mark.slow
def test_kill_9_loses_at_most_the_time_since_the_last_checkpoint(tiny: Recipe, tmp_path: Path) -> None:
    phases = (dataclasses.replace(tiny.train.phases[0], until=400),)
    recipe = dataclasses.replace(tiny, train=dataclasses.replace(tiny.train, phases=phases, checkpoint_s=0.1))
    train(recipe, tmp_path / "whole", QUIET, device="cpu")
    process = subprocess.Popen(command(recipe, tmp_path / "killed"), env=environment())
    while len(losses(tmp_path / "killed")) < 6 and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert 0 < checkpoint_file.load(tmp_path / "killed" / checkpoint_file.LAST)["seen"] < 400
    subprocess.run(command(recipe, tmp_path / "killed"), env=environment(), check=True)
    assert losses(tmp_path / "whole") == losses(tmp_path / "killed")


@pytest.mark.slow
def test_processes_that_make_batches_end_with_a_trainer_that_is_killed(tiny: Recipe, tmp_path: Path) -> None:
    """They and the server that they are forked from, which hold the memory of a set each."""
    recipe = dataclasses.replace(tiny, data=dataclasses.replace(tiny.data, workers=2))
    process = subprocess.Popen(command(recipe, tmp_path), env=environment())
    while not losses(tmp_path) and process.poll() is None:
        time.sleep(0.05)
    others = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(others) >= 3, "two that make batches, and their server"
    assert psutil.wait_procs(others, timeout=30)[1] == []


@pytest.mark.slow
def test_two_ranks_end_bit_identical(tiny: Recipe, tmp_path: Path) -> None:
    """Each rank saves what it ended with; torchrun's variables are set by hand."""
    recipe = dataclasses.replace(tiny, loss=dataclasses.replace(tiny.loss, adversarial_from=0))
    script = SCRIPT.replace(
        "trainer.train(",
        "import training.loop.training_state as run\nkept = []\nbuild = trainer.build\n"
        "trainer.build = lambda *a: kept.append(build(*a)) or kept[-1]\n"
        "trainer.train(",
    ) + (
        "import os\nr = kept[0]\n"
        "torch.save([r.generator.state_dict(), r.discriminator.state_dict(), r.average.network.state_dict()], "
        "sys.argv[2] + '/rank' + os.environ['RANK'])\n"
    )  # fmt: skip
    arguments = command(recipe, tmp_path)
    arguments[2] = script
    port = str(29500 + os.getpid() % 2000)
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    ranks = [subprocess.Popen(arguments, env=environment(RANK=str(rank), **shared)) for rank in range(2)]
    assert [rank.wait(timeout=200) for rank in ranks] == [0, 0]
    one, other = (torch.load(tmp_path / f"rank{rank}", weights_only=True) for rank in range(2))
    for mine, theirs in zip(one[:2], other[:2], strict=True):
        assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    parameters = [name for name in one[2] if "running" not in name and "tracked" not in name]
    assert all(torch.equal(one[2][name], other[2][name]) for name in parameters)


@pytest.mark.slow
def test_sigterm_writes_a_checkpoint_first(tiny: Recipe, tmp_path: Path) -> None:
    phases = (dataclasses.replace(tiny.train.phases[0], until=4000),)
    recipe = dataclasses.replace(tiny, train=dataclasses.replace(tiny.train, phases=phases, checkpoint_s=1000.0))
    process = subprocess.Popen(command(recipe, tmp_path), env=environment(), stderr=subprocess.DEVNULL)
    while len(losses(tmp_path)) < 3 and process.poll() is None:
        time.sleep(0.05)
    process.terminate()
    assert process.wait(timeout=100) != 0
    assert 0 < checkpoint_file.load(tmp_path / checkpoint_file.LAST)["seen"] < 4000


def test_a_run_that_ends_by_the_clock_has_gone_through_its_whole_schedule(
    tiny: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = itertools.count(0.0, 0.25)  # every look at the clock is a quarter of a second later
    monkeypatch.setattr("training.loop.trainer.time", types.SimpleNamespace(monotonic=lambda: next(seconds)))
    phases = (dataclasses.replace(tiny.train.phases[0], until=10**6),)
    recipe = dataclasses.replace(tiny, train=dataclasses.replace(tiny.train, phases=phases, average_s=1.0))
    train(recipe, tmp_path, QUIET, device="cpu", stop_after_s=10.0)
    rates = [line["rate"] for line in read_stats(tmp_path / "stats.jsonl") if "rate" in line]
    assert rates[3:] == sorted(rates[3:], reverse=True) and rates[-1] < 0.05 * max(rates)
    last, average = (
        checkpoint_file.load(tmp_path / checkpoint_file.LAST),
        checkpoint_file.load(tmp_path / checkpoint_file.AVERAGE),
    )
    assert 0 < last["seen"] == average["seen"] < 400
    for name, value in average["average"].items():
        assert torch.allclose(value.float(), last["average"][name].float(), rtol=1e-3, atol=1e-6), name


def test_a_critic_learns_alone_first_and_the_generator_then_listens_more_and_more(tiny: Recipe, tmp_path: Path) -> None:
    loss = dataclasses.replace(tiny.loss, adversarial_from=24, adversarial_alone=12, adversarial_ramp=32)
    train(dataclasses.replace(tiny, loss=loss), tmp_path, QUIET, device="cpu")
    lines = [line for line in read_stats(tmp_path / "stats.jsonl") if "generator" in line]
    assert next(line["seen"] for line in lines if "discriminator" in line) == 16
    assert next(line["seen"] for line in lines if "adversarial" in line) == 32


def former_names(values: dict[str, Any]) -> dict[str, Any]:
    """A checkpoint as revisions before November 2026 wrote it."""
    keys = {new: old for old, new in checkpoint_file.FORMER_KEYS.items()}
    values = {keys.get(key, key): value for key, value in values.items()}
    for network in ("generator", "average"):
        values[network] = {name.replace("hint_pyramid.", "told."): weight for name, weight in values[network].items()}
    return values


def test_a_run_goes_on_from_a_checkpoint_with_the_former_names(tiny: Recipe, tmp_path: Path) -> None:
    generator = Generator(
        "efficientnet", hints=True, widths=(8, 8, 8, 8, 16), encoder="efficientnet-lite0", pretrained=False,
        hint_pyramid=True, attention_heads=2, bins="gamut",
    )  # fmt: skip
    phases = (Phase(24, 32, 4),)
    recipe = dataclasses.replace(tiny, generator=generator, train=dataclasses.replace(tiny.train, phases=phases))
    train(recipe, tmp_path / "now", QUIET, device="cpu", stop_at=16)
    shutil.copytree(tmp_path / "now", tmp_path / "former")
    last = tmp_path / "former" / checkpoint_file.LAST
    checkpoint_file.save(former_names(checkpoint_file.load(last)), last)
    stored = torch.load(last, weights_only=True)
    assert {"judge", "judge_steps", "generator_steps", "helpers"} <= set(stored)
    assert "told.add.0.weight" in stored["generator"] and "hint_pyramid.add.0.weight" not in stored["average"]
    for name in ("now", "former"):
        train(recipe, tmp_path / name, QUIET, device="cpu")
    one, other = weights(tmp_path / "now"), weights(tmp_path / "former")
    assert losses(tmp_path / "now") == losses(tmp_path / "former")
    assert one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_a_checkpoint_that_lacks_a_part_is_named_and_not_begun_from(tiny: Recipe, tmp_path: Path) -> None:
    train(tiny, tmp_path, QUIET, device="cpu", stop_at=8)
    values = checkpoint_file.load(tmp_path / checkpoint_file.LAST)
    del values["discriminator_optimizer"]
    checkpoint_file.save(values, tmp_path / checkpoint_file.LAST)
    with pytest.raises(CheckpointMismatch, match="lacks 'discriminator_optimizer'"):
        train(tiny, tmp_path, QUIET, device="cpu")


def moved(run: TrainingState, attempt: Callable[[], None]) -> list[str]:
    """Names of the networks that a step which diverges moves."""
    assert run.discriminator is not None
    networks = {"generator": run.generator, "discriminator": run.discriminator}
    before = {name: [each.detach().clone() for each in network.parameters()] for name, network in networks.items()}
    with pytest.raises(Diverged, match="became nan"):
        attempt()
    return [
        name
        for name, network in networks.items()
        if any(not torch.equal(one, other) for one, other in zip(before[name], network.parameters(), strict=True))
    ]


@pytest.mark.parametrize(
    ("network", "accumulate", "expected"),
    [
        ("discriminator", 1, []),
        ("discriminator", 2, []),
        ("generator", 2, []),
        ("generator", 1, ["discriminator"]),  # it moved before, and on finite gradients: the generator learns from it
    ],
)
def test_a_gradient_that_is_nan_moves_nothing_though_all_losses_are_finite(
    tiny: Recipe, tmp_path: Path, network: str, accumulate: int, expected: list[str]
) -> None:
    loss = dataclasses.replace(tiny.loss, adversarial_from=0)
    recipe = dataclasses.replace(tiny, loss=loss, train=dataclasses.replace(tiny.train, accumulate=accumulate))
    run = build(recipe, tmp_path, torch.device("cpu"), Rank())
    poisoned = next(getattr(run, network).parameters())
    poisoned.register_hook(lambda gradient: gradient * float("nan"))
    feed = batches(run.maker, run.seen, 0)
    assert moved(run, lambda: step(run, run.generator, feed, 0.5, 64)) == expected
    feed.close()
    assert run.steps == run.seen == run.meter.steps == 0


def test_an_adversarial_term_that_is_nan_does_not_move_the_generator(
    tiny: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = dataclasses.replace(tiny, loss=dataclasses.replace(tiny.loss, adversarial_from=0))
    run = build(recipe, tmp_path, torch.device("cpu"), Rank())
    monkeypatch.setattr("training.losses.objective.generator_loss", lambda form, scores: scores.mean() * float("nan"))
    feed = batches(run.maker, run.seen, 0)
    assert "generator" not in moved(run, lambda: step(run, run.generator, feed, 0.5, 64))
    feed.close()


def test_a_loss_that_is_nan_is_noticed_before_any_network_has_moved(tiny: Recipe, tmp_path: Path) -> None:
    loss = dataclasses.replace(tiny.loss, adversarial_from=0)
    recipe = dataclasses.replace(tiny, loss=loss)
    train(recipe, tmp_path, QUIET, device="cpu", stop_at=16)
    run = build(recipe, tmp_path, torch.device("cpu"), Rank())
    with torch.no_grad():
        run.generator.head.bias[0] = float("nan")
    before = [value.clone() for network in (run.generator, run.discriminator) for value in network.parameters()]
    feed = batches(run.maker, run.seen, 0)
    with pytest.raises(Diverged, match="became nan"):
        step(run, run.generator, feed, 0.5, 64)
    feed.close()
    after = [value for network in (run.generator, run.discriminator) for value in network.parameters()]
    assert all(torch.equal(one.nan_to_num(), other.nan_to_num()) for one, other in zip(before, after, strict=True))
