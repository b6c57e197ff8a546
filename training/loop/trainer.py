"""Trains a recipe from its first step, or from its last checkpoint, to its end; progress is counted in images seen."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

import torch
from rich.console import Console

from photocolor.batch.records.lock import OutputLock
from training.data.feed import batches
from training.errors import Diverged
from training.evaluation.figures import save_curves
from training.loop import checkpoint_file, distributed
from training.loop.logbook import Logbook, read_stats
from training.loop.machine import choose_device, enough_memory, keep_memory
from training.loop.step import step
from training.loop.stopping import noted_signals, stopped
from training.loop.training_state import TrainingState, averaged_weights, build, checkpoint, freeze
from training.loop.validation import validate, validation_photos
from training.recipe import recipe_digest
from training.settings import Recipe

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
    """Trains until the recipe's end; the same call resumes after any stop.

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
        Diverged: a loss or a gradient became NaN; last.pt is the last good state.
        Interrupted: the process was asked to end; a checkpoint was written first.
        OutputLocked: another process trains in the folder.
        TooLittleMemory: a step does not fit into memory.
    """
    keep_memory()
    if threads:
        torch.set_num_threads(threads)
    place = choose_device(device)
    rank = distributed.join(place)
    with ExitStack() as held:
        if rank.index == 0:
            held.enter_context(OutputLock(folder))
        held.enter_context(enough_memory(recipe))
        run = build(recipe, folder, place, rank)
        _train(run, console, held.enter_context(noted_signals()), stop_at, stop_after_s)


def _train(run: TrainingState, console: Console, asked_to_stop: list[int], stop_at: int, stop_after_s: float) -> None:
    """Trains a run from where it is."""
    recipe, place = run.recipe, run.device
    colorize = torch.compile(run.generator) if recipe.train.compile else run.generator
    total = recipe.train.phases[-1].until
    end = min(total, stop_at) if stop_at else total

    # What watches it, and what feeds it
    recorder = _Recorder(run, total, console)
    random_state = torch.get_rng_state()  # making the loader must not change what dropout draws
    feed = batches(run.maker, run.seen, recipe.data.workers)
    torch.set_rng_state(random_state)
    run.generator.train()
    freeze(run.generator, recipe)

    # Steps, until the images or the seconds are used up
    started = began = recorder.last_saved = recorder.last_average = time.monotonic()
    over = False
    try:
        while run.seen < end and not over:
            by_clock = min(1.0, (began - started) / stop_after_s) if stop_after_s else 0.0
            previous = run.seen
            try:
                step(run, colorize, feed, max(run.seen / total, by_clock), end)
            except Diverged as problem:
                raise Diverged(f"{problem.message} after {run.seen} images") from problem
            now = time.monotonic()
            run.seconds += now - began
            began = now
            over = distributed.agreed(bool(stop_after_s) and now - started >= stop_after_s, place)
            last = run.seen >= end or over
            recorder.log(previous, last=last)
            recorder.save(previous, now, last=last, stopping=bool(asked_to_stop))
            if asked_to_stop:
                raise stopped(asked_to_stop, run.seen)
    finally:
        feed.close()
        recorder.close()
    distributed.synchronize(run.generator)
    distributed.leave()
    recorder.tell_end(total)


class _Recorder:
    """Writes what a run logs and keeps: stats, strips and curves, and checkpoints.

    Every process of a run has one, because sharing batch statistics takes them all; only the first one writes.
    """

    def __init__(self, run: TrainingState, total: int, console: Console) -> None:
        self.run = run
        self.last_saved = self.last_average = 0.0
        self.watched = validation_photos(run)
        self.logbook = Logbook(run.folder, total, run.seen, console) if run.rank.index == 0 else None
        if self.logbook:
            name = f"{run.recipe.name} {recipe_digest(run.recipe)}"
            begun = f", {run.seen} seen before" if run.seen else ""
            console.print(f"{name}: {len(run.data)} photos, {total} images{begun}, {run.device}")

    def log(self, previous: int, *, last: bool) -> None:
        """Writes a line of means every `LOG_STEPS` steps, and a strip of photos every `strip_every` images."""
        run = self.run
        if run.meter.steps >= LOG_STEPS:
            means = run.meter.take()
            if self.logbook:
                self.logbook.write(run.seen, means | {"rate": run.generator_optimizer.param_groups[0]["lr"]})
        if _crossed(previous, run.seen, run.recipe.train.strip_every) or last:
            distributed.synchronize(run.generator)
            if self.logbook and self.watched is not None:
                self.logbook.write(run.seen, validate(run, self.watched))
                save_curves(read_stats(self.logbook.path), run.folder / "curves.png")

    def save(self, previous: int, now: float, *, last: bool, stopping: bool) -> None:
        """Writes the checkpoints that are due."""
        run, settings = self.run, self.run.recipe.train
        average_is_due = settings.average_s and (now - self.last_average > settings.average_s or last)
        checkpoint_is_due = now - self.last_saved > settings.checkpoint_s or last or stopping
        if average_is_due:
            self.last_average = now
        if checkpoint_is_due:
            self.last_saved = now
        if not self.logbook:
            return
        if _crossed(previous, run.seen, settings.keep_every):
            checkpoint_file.save(checkpoint(run), run.folder / f"kept-{run.seen:08d}.pt")
        if average_is_due:
            checkpoint_file.save(averaged_weights(run), run.folder / checkpoint_file.AVERAGE)
        if checkpoint_is_due:
            checkpoint_file.save(checkpoint(run), run.folder / checkpoint_file.LAST)

    def tell_end(self, total: int) -> None:
        """Prints where the run is and what can be done next."""
        if self.logbook:
            seen, folder = self.run.seen, self.run.folder
            rest = "" if seen >= total else f" of {total}; the same command goes on"
            self.logbook.console.print(f"{folder}: {seen} images{rest}", soft_wrap=True, highlight=False)
            self.logbook.console.print(f"python -m training export {folder}", soft_wrap=True, highlight=False)

    def close(self) -> None:
        """Ends the log."""
        if self.logbook:
            self.logbook.close()


def _crossed(before: int, after: int, every: int) -> bool:
    """Returns whether a multiple of `every` was passed."""
    return every > 0 and before // every < after // every
