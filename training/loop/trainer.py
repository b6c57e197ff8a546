"""The training loop, as flat prose, counted in images seen."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Generator
from pathlib import Path
from types import FrameType

import numpy as np
import torch
from rich.console import Console
from torch import Tensor, nn

from photocolor.errors import Terminated
from training.data.batches import Batch, batches
from training.evaluation.figures import save_curves
from training.loop import checkpoint_file, distributed
from training.loop.consistency import refer, show_a_part
from training.loop.logbook import Logbook, check_finite, read_stats
from training.loop.machine import choose_device, keep_memory
from training.loop.own_answer import tell_own_answer
from training.loop.training_state import TrainingState, averaged_weights, build, checkpoint, freeze, network_inputs
from training.loop.validation import validate, validation_photos
from training.networks.output import Output
from training.recipe import recipe_digest
from training.settings import Optimizer, Recipe

LOG_STEPS = 20
"""Optimizer steps per line of stats.jsonl."""


def train(
    recipe: Recipe,
    folder: Path,
    console: Console,
    *,
    device: str = "auto",
    threads: int = 0,
    stop_at: int = 0,
    stop_after_s: float = 0.0,
) -> None:
    """Trains until the recipe's end; the same call goes on after any stop.

    Args:
        recipe: what to do.
        folder: the run's folder, which gets checkpoints, stats.jsonl, curves and strips.
        console: for progress.
        device: auto, cpu, cuda or cuda:N.
        threads: of the processor; 0 is torch's choice.
        stop_at: stop (with a checkpoint) after so many images; 0 goes on to the end.
        stop_after_s: end after so many seconds, and let rates and weights reach their end then instead of at the
            recipe's last image; 0 leaves the schedule to the recipe. For a machine that is lent for minutes.

    Raises:
        Diverged: a loss became NaN; last.pt is the last good state.
        Terminated: the process was asked to end; a checkpoint was written first.
    """
    keep_memory()
    if threads:
        torch.set_num_threads(threads)
    place = choose_device(device)
    rank = distributed.join(place)
    run = build(recipe, folder, place, rank)
    colorize = torch.compile(run.generator) if recipe.train.compile else run.generator
    total = recipe.train.phases[-1].until
    end = min(total, stop_at) if stop_at else total
    watched = validation_photos(run)
    book = Logbook(folder, total, run.seen, console) if rank.index == 0 else None
    if book and run.seen == 0:
        console.print(f"{recipe.name} {recipe_digest(recipe)}: {len(run.data)} photos, {total} images, {place}")
    asked_to_stop = _listen()
    random_state = torch.get_rng_state()  # making the loader must not change what dropout draws
    feed = batches(run.maker, run.seen, recipe.data.workers)
    torch.set_rng_state(random_state)
    run.generator.train()
    freeze(run.generator, recipe)
    started = began = last_saved = last_average = time.monotonic()
    over = False
    try:
        while run.seen < end and not over:
            # one optimizer step
            progress = run.seen / total
            if stop_after_s:
                progress = max(progress, min(1.0, (began - started) / stop_after_s))
            previous = run.seen
            step(run, colorize, feed, progress, end)
            now = time.monotonic()
            run.seconds += now - began
            began = now
            over = bool(stop_after_s) and now - started >= stop_after_s
            over = distributed.agreed(over, place)
            last = run.seen >= end or over

            # what the run tells
            if run.meter.steps >= LOG_STEPS and book:
                book.write(run.seen, run.meter.take() | {"rate": run.generator_steps.param_groups[0]["lr"]})
            elif run.meter.steps >= LOG_STEPS:
                run.meter.take()
            if _crossed(previous, run.seen, recipe.train.strip_every) or last:
                distributed.share(run.generator)
                if book and watched is not None:
                    book.write(run.seen, validate(run, watched))
                    save_curves(read_stats(book.path), folder / "curves.png")

            # what the run keeps
            if book and _crossed(previous, run.seen, recipe.train.keep_every):
                checkpoint_file.save(checkpoint(run), folder / f"kept-{run.seen:08d}.pt")
            if book and recipe.train.average_s and (now - last_average > recipe.train.average_s or last):
                last_average = now
                checkpoint_file.save(averaged_weights(run), folder / checkpoint_file.AVERAGE)
            if now - last_saved > recipe.train.checkpoint_s or last or asked_to_stop:
                last_saved = now
                if book:
                    checkpoint_file.save(checkpoint(run), folder / checkpoint_file.LAST)
            if asked_to_stop:
                raise Terminated(f"stopped after {run.seen} images", "Run the same command again to go on.")
    finally:
        feed.close()
        if book:
            book.close()
    distributed.share(run.generator)
    distributed.leave()


def step(
    run: TrainingState, colorize: Callable[..., Output], feed: Generator[Batch, None, None], progress: float, end: int
) -> None:
    """One step of the generator, and of the discriminator where it has a turn; moves weights, average and counters.

    The discriminator learns from a batch first, the generator then from the new discriminator. No weight moves before
    every loss that is known by then was found finite.

    Args:
        run: its state is changed.
        colorize: the generator, compiled or not.
        feed: gives batches.
        progress: share of the schedule that is over.
        end: images after which the run ends.

    Raises:
        Diverged: a loss became NaN or infinite.
    """
    recipe, loss = run.recipe, run.recipe.loss
    in_precision = run.objective.precision
    judge, judge_steps = run.judge, run.judge_steps
    accumulate = recipe.train.accumulate
    learns = loss.adversarial > 0 and run.seen >= loss.adversarial_from - loss.adversarial_alone
    strength = _adversarial_strength(run)
    its_turn = learns and run.steps % recipe.train.generator_steps == 0

    set_rate(run.generator_steps, recipe.generator_optimizer, run.seen, progress)
    run.generator_steps.zero_grad(set_to_none=True)
    if judge_steps is not None:
        set_rate(judge_steps, recipe.discriminator_optimizer, run.seen, progress)
        judge_steps.zero_grad(set_to_none=True)

    terms: dict[str, Tensor] = {}
    batch_seen = run.seen
    for _ in range(accumulate):
        # the generator answers
        batch = next(feed)
        batch_seen = batch.seen
        batch = tell_own_answer(batch.to(run.device), run)
        reference = refer(batch, run) if loss.consistency else None
        if reference is not None:
            batch, reference = show_a_part(batch, reference, run)
        with in_precision():
            output = colorize(*network_inputs(batch.aged, batch.hints))
        truth = run.objective.truth(batch)
        parts = run.objective.generator(output, batch, truth, run.helpers, progress)
        if reference is not None:
            parts["consistency"] = loss.consistency * reference.distance(output.color)
        check_finite(parts)

        # the discriminator learns
        if judge is not None and judge_steps is not None and its_turn:
            _let_learn(run.judge_parameters, learn=True)
            judged = run.objective.discriminator(output.color, truth, judge)
            check_finite(judged)
            _backward(judged["discriminator"] / accumulate)
            terms |= judged
            if accumulate == 1:
                _move(judge_steps, judge, recipe.discriminator_optimizer)
        _let_learn(run.judge_parameters, learn=False)

        # the generator learns
        if judge is not None and strength > 0:
            parts |= run.objective.adversarial(output.color, truth, judge, strength)
        total = torch.stack(list(parts.values())).sum()
        _backward(total / accumulate)
        terms |= parts | {"generator": total}
        if batch_seen >= end:
            break

    run.meter.add(terms)
    if accumulate > 1 and judge is not None and judge_steps is not None and "discriminator" in terms:
        _move(judge_steps, judge, recipe.discriminator_optimizer)
    distributed.average_gradients(run.helpers)
    _move(run.generator_steps, run.generator, recipe.generator_optimizer)
    run.seen, run.steps = batch_seen, run.steps + 1
    if run.average is not None:
        run.average.update(run.generator, run.steps)


def _adversarial_strength(run: TrainingState) -> float:
    """The adversarial term's weight as a share of the recipe's: 0 before its beginning, then rising to 1."""
    loss = run.recipe.loss
    if not loss.adversarial or run.seen < loss.adversarial_from:
        return 0.0
    if not loss.adversarial_ramp:
        return 1.0
    return min(1.0, (run.seen - loss.adversarial_from + 1) / loss.adversarial_ramp)


def _let_learn(parameters: list[nn.Parameter], *, learn: bool) -> None:
    for parameter in parameters:
        parameter.requires_grad_(learn)


def _backward(loss: Tensor) -> None:
    loss.backward()  # type: ignore[no-untyped-call]


def _move(optimizer: torch.optim.Optimizer, network: nn.Module, settings: Optimizer) -> None:
    """Averages gradients over the processes, clips them, and moves the weights."""
    distributed.average_gradients(network)
    if settings.clip:
        nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
    optimizer.step()


def rate_at(settings: Optimizer, seen: int, progress: float) -> float:
    """The learning rate.

    Args:
        settings: highest rate, warm-up and schedule.
        seen: images seen, for the warm-up.
        progress: share of the schedule that is over, 0 to 1.
    """
    rate = settings.rate
    if settings.warmup and seen < settings.warmup:
        rate *= (seen + 1) / settings.warmup
    if settings.schedule == "cosine":
        return float(rate * 0.5 * (1 + np.cos(np.pi * progress)))
    if settings.schedule == "linear":
        return rate * min(1.0, 2 * (1 - progress))
    return rate


def set_rate(optimizer: torch.optim.Optimizer, settings: Optimizer, seen: int, progress: float) -> None:
    """Gives every group of the optimizer its rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate_at(settings, seen, progress) * group["factor"]


def _crossed(before: int, after: int, every: int) -> bool:
    """Whether a multiple of `every` was passed."""
    return every > 0 and before // every < after // every


def _listen() -> list[int]:
    """A list that is no longer empty once the process was asked to end (SIGTERM, SIGINT)."""
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)

    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, note)
    except ValueError:
        pass  # not the main thread: whoever runs this there stops it otherwise
    return asked
