"""Training the finder: one loop, counted in samples seen; the same call goes on after any stop."""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from torch import Tensor

from photocolor.batch.records.lock import OutputLock
from training.damage.loss import dice_loss, focal_loss
from training.damage.network import build_finder, take_average, take_encoder
from training.damage.samples import SampleMaker
from training.damage.settings import FinderRecipe
from training.errors import CheckpointMismatch
from training.loop import checkpoint_file
from training.loop.ema import Average
from training.loop.logbook import Logbook, Meter
from training.loop.machine import choose_device, keep_memory, placed, precision
from training.loop.same_run import changed_keys, refuse_other_data
from training.loop.stopping import leave_signals, noted_signals, stopped

LOG_STEPS = 50
"""Steps for each line of stats.jsonl."""
LONGEST_GRADIENT = 1.0
"""Gradients are shortened to this length."""
AHEAD = 3
"""Batches that are made ahead."""


class FinderState:
    """Holds everything that a run of the finder needs to go on.

    Args:
        recipe: what to do.
        folder: the run's folder; its last checkpoint is taken up.
        device: where the network lies.

    Raises:
        CheckpointMismatch: the folder holds a run of another recipe.
    """

    def __init__(self, recipe: FinderRecipe, folder: Path, device: torch.device) -> None:
        torch.manual_seed(recipe.seed)
        settings = recipe.training
        self.recipe, self.folder, self.device = recipe, folder, device
        saved = checkpoint_file.last(folder)
        begun = saved is not None or settings.start or settings.start_encoder
        self.network = placed(build_finder(recipe.network, pretrained=not begun), device)
        self.average = Average(self.network, settings.ema)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=settings.rate, weight_decay=settings.weight_decay
        )
        self.meter = Meter()
        self.seen, self.steps, self.seconds, self.data_digest = 0, 0, 0.0, ""
        if saved is None:
            self._begin()
            return
        before, now = json.loads(saved["recipe"]), _plain(recipe)
        if before != now:
            changed = ", ".join(changed_keys(before, now))
            raise CheckpointMismatch(f"{folder} holds a run of another recipe; changed: {changed}")
        self.network.load_state_dict(saved["network"])
        self.average.network.load_state_dict(saved["average"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.meter.restore(saved["meter"])
        self.seen, self.steps, self.seconds = saved["seen"], saved["steps"], saved["seconds"]
        self.data_digest = saved["data_digest"]

    def _begin(self) -> None:
        """Takes over the averaged weights, all or the encoder's, of a checkpoint that the recipe names."""
        settings = self.recipe.training
        for network in (self.network, self.average.network):
            if settings.start:
                take_average(network, checkpoint_file.load(Path(settings.start)), Path(settings.start))
            elif settings.start_encoder:
                take_encoder(network, checkpoint_file.load(Path(settings.start_encoder)), Path(settings.start_encoder))

    def save(self) -> None:
        """Writes the checkpoint whole or not at all."""
        values = {
            "recipe": json.dumps(_plain(self.recipe)),
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "meter": self.meter.state(),
            "seen": self.seen,
            "steps": self.steps,
            "seconds": self.seconds,
            "data_digest": self.data_digest,
        }
        checkpoint_file.save(values, self.folder / checkpoint_file.LAST)


def _plain(recipe: FinderRecipe) -> dict[str, object]:
    """Returns the recipe as JSON knows it; what only export looks at does not make a run another one."""
    values: dict[str, object] = json.loads(json.dumps(asdict(recipe)))
    return {key: value for key, value in values.items() if key != "export"}


def train_finder(
    recipe: FinderRecipe,
    folder: Path,
    console: Console,
    *,
    threads: int = 0,
    stop_at: int = 0,
    stop_after_s: float = 0.0,
) -> None:
    """Trains until the recipe's end.

    Args:
        recipe: what to do.
        folder: the run's folder, which gets the checkpoint and stats.jsonl.
        console: for progress.
        threads: of the processor; 0 is torch's choice.
        stop_at: stop (with a checkpoint) after so many samples; 0 goes on to the end.
        stop_after_s: end after so many seconds, and let the rate reach zero then instead of at the recipe's last
            sample; 0 leaves the schedule to the recipe.

    Raises:
        Diverged: a loss became NaN; last.pt is the last good state.
        CheckpointMismatch: the folder holds a run of another recipe.
        Interrupted: the process was asked to end; a checkpoint was written first.
        OutputLocked: another process trains in the folder.
    """
    keep_memory()
    if threads:
        torch.set_num_threads(threads)
    with OutputLock(folder):
        run = FinderState(recipe, folder, choose_device("auto"))
        with noted_signals() as asked_to_stop:
            _train(run, console, asked_to_stop, stop_at, stop_after_s)


def _train(run: FinderState, console: Console, asked_to_stop: list[int], stop_at: int, stop_after_s: float) -> None:
    """Trains a run from where it is."""
    recipe, settings, folder = run.recipe, run.recipe.training, run.folder
    maker = SampleMaker(recipe.material, "train", settings.size_px, recipe.seed)
    refuse_other_data(folder, run.data_digest, maker.photos.digest)
    run.data_digest = maker.photos.digest
    end = min(settings.until, stop_at) if stop_at else settings.until
    book = Logbook(folder, settings.until, run.seen, console)
    feed = _batches(maker, run.seen, end, settings.batch)
    run.network.train()
    started = began = last_saved = time.monotonic()
    try:
        for lightness, labels in feed:
            by_clock = min(1.0, (began - started) / stop_after_s) if stop_after_s else 0.0
            _step(run, lightness.to(run.device), labels.to(run.device), by_clock)
            now = time.monotonic()
            run.seconds += now - began
            began = now
            if run.meter.steps >= LOG_STEPS:
                book.write(run.seen, run.meter.take() | {"rate": run.optimizer.param_groups[0]["lr"]})
            if now - last_saved > settings.checkpoint_s:
                run.save()
                last_saved = now
            if asked_to_stop:
                run.save()
                raise stopped(asked_to_stop, run.seen, "samples")
            if stop_after_s and now - started >= stop_after_s:
                break
        run.save()
    finally:
        feed.close()
        book.close()


def _step(run: FinderState, lightness: Tensor, labels: Tensor, by_clock: float) -> None:
    """Makes one optimizer step on a batch; `by_clock` is the share of its time that is used up."""
    settings = run.recipe.training
    for group in run.optimizer.param_groups:
        group["lr"] = settings.rate * _rate_share(run.seen, settings.warmup, max(run.seen / settings.until, by_clock))
    with precision(run.device, bfloat16=True)():
        logits = run.network(lightness / 50 - 1)
    logits = logits.float()
    focal = focal_loss(logits, labels, settings.focus, settings.class_weights)
    dice = dice_loss(logits, labels)
    run.optimizer.zero_grad(set_to_none=True)
    (focal + settings.dice * dice).backward()  # type: ignore[no-untyped-call]
    run.meter.add({"focal": focal, "dice": dice})
    torch.nn.utils.clip_grad_norm_(run.network.parameters(), LONGEST_GRADIENT)
    run.optimizer.step()
    run.steps += 1
    run.seen += len(lightness)
    run.average.update(run.network, run.steps)


def _rate_share(seen: int, warmup: int, progress: float) -> float:
    """Returns the share of the highest rate: rising over the warmup, then falling to zero along a cosine."""
    return min(1.0, (seen + 1) / max(1, warmup)) * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def _batches(maker: SampleMaker, first: int, end: int, size: int) -> Generator[tuple[Tensor, Tensor], None, None]:
    """Yields batches from sample `first` to `end`; a process of its own makes them ahead of what is learned."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin_worker, initargs=(maker,)) as pool:
        starts = iter(range(first, end, size))
        pending = deque(pool.submit(_batch, start, min(size, end - start)) for start in islice(starts, AHEAD))
        while pending:
            lightness, labels = pending.popleft().result()
            pending.extend(pool.submit(_batch, start, min(size, end - start)) for start in islice(starts, 1))
            yield torch.from_numpy(lightness), torch.from_numpy(labels.astype(np.int64))


_makers: list[SampleMaker] = []
"""In the process that makes batches: the maker that it was begun with."""


def _begin_worker(maker: SampleMaker) -> None:
    leave_signals()
    cv2.setNumThreads(1)
    _makers[:] = [maker]


def _batch(first: int, count: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    samples = [_makers[0].sample(first + index) for index in range(count)]
    return np.stack([s.lightness for s in samples])[:, None], np.stack([s.labels for s in samples])
