"""Trains the classifier: one loop, counted in pictures seen; the same call goes on after any stop."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from torch import Tensor
from torch.nn import functional

from photocolor.batch.records.lock import OutputLock
from training.data.prepared import Prepared, load
from training.loop import checkpoint_file
from training.loop.ema import Average
from training.loop.logbook import Logbook, Meter
from training.loop.machine import choose_device, keep_memory, placed, precision
from training.loop.same_run import refuse_other_data
from training.loop.stopping import noted_signals, stopped
from training.negatives.network import NegativeNetwork, Trunk
from training.negatives.samples import AMBIGUOUS, POSITIVE, NegativeSamples

BATCH = 32
SIDE_PX = 128
RATES = {"trunk": 3e-4, "head": 2e-3}
WEIGHT_DECAY = 0.02
LONGEST_GRADIENT = 1.0
EMA = 0.995
WARMUP = 3000
LOG_STEPS = 50
CHECKPOINT_S = 120.0
SEED = 1


def train_classifier(
    data: Path, model: Path, folder: Path, console: Console, *, pictures: int, threads: int = 0, stop_after_s: float = 0
) -> None:
    """Trains until so many pictures were seen.

    Args:
        data: a prepared set; its training photos are used.
        model: the color model whose encoder is trained on.
        folder: the run's folder, which gets the checkpoint and stats.jsonl.
        console: for progress.
        pictures: where the rate reaches zero.
        threads: of the processor; 0 is torch's choice.
        stop_after_s: end after so many seconds, and let the rate reach zero then; 0 leaves the end to `pictures`.

    Raises:
        MissingData: the set or the model cannot be used.
        Interrupted: the process was asked to end; a checkpoint was written first.
        OutputLocked: another process trains in the folder.
    """
    keep_memory()
    if threads:
        torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    photos = load(data, "train")
    with OutputLock(folder):
        run = _ClassifierRun(model, folder, pictures, photos.digest)
        with noted_signals() as asked_to_stop:
            _train(run, photos, console, asked_to_stop, stop_after_s)


def _train(
    run: _ClassifierRun, photos: Prepared, console: Console, asked_to_stop: list[int], stop_after_s: float
) -> None:
    """Trains a run from where it is."""
    folder, pictures = run.folder, run.pictures
    book, meter = Logbook(folder, pictures, run.seen, console), Meter()
    started = last_saved = time.monotonic()
    for lightness, shows in _batches(NegativeSamples(photos, SIDE_PX, SEED), run.seen, pictures):
        by_clock = (time.monotonic() - started) / stop_after_s if stop_after_s else 0.0
        meter.add(run.step(lightness, shows, by_clock))
        if meter.steps >= LOG_STEPS:
            book.write(run.seen, meter.take() | {"rate": run.optimizer.param_groups[0]["lr"]})
        now = time.monotonic()
        if now - last_saved > CHECKPOINT_S:
            run.save()
            last_saved = now
        if asked_to_stop:
            run.save()
            raise stopped(asked_to_stop, run.seen, "pictures")
        if stop_after_s and now - started >= stop_after_s:
            break
    run.save()
    book.close()


class _ClassifierRun:
    """Holds what a run learns, and how far it is; begins from the folder's checkpoint if there is one.

    Args:
        model: the color model whose encoder is trained on.
        folder: the run's folder.
        pictures: where the rate reaches zero.
        data_digest: of the prepared set.
    """

    def __init__(self, model: Path, folder: Path, pictures: int, data_digest: str) -> None:
        self.folder, self.pictures, self._data_digest = folder, pictures, data_digest
        self._device = choose_device("auto")
        self._network = placed(NegativeNetwork(Trunk(model)), self._device)
        self._average = Average(self._network, EMA)
        heads = [*self._network.hidden.parameters(), *self._network.last.parameters()]
        learned = [weights for weights in self._network.trunk.parameters() if weights.requires_grad]
        groups: list[dict[str, Any]] = [{"params": learned}, {"params": heads}]
        self.optimizer = torch.optim.AdamW(groups, lr=RATES["trunk"], weight_decay=WEIGHT_DECAY)
        self.seen, self._steps, self._seconds = 0, 0, 0.0
        saved = checkpoint_file.last(folder)
        if saved is not None:
            self._network.load_state_dict(saved["network"])
            self._average.network.load_state_dict(saved["average"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.seen, self._steps, self._seconds = saved["seen"], saved["steps"], saved["seconds"]
            refuse_other_data(folder, saved["data_digest"], data_digest)
        folder.mkdir(parents=True, exist_ok=True)
        self._network.train()
        self._since = time.monotonic()

    def step(self, lightness: Tensor, shows: Tensor, by_clock: float) -> dict[str, Tensor]:
        """Learns from one batch.

        Args:
            lightness: (N, 1, H, W) float32 pictures.
            shows: (N,) what each of them is.
            by_clock: how much of the time is over, from 0 to 1; 0 if no time is set.

        Returns:
            The loss, and the share of positives that are taken for negatives.
        """
        over = min(1.0, max(self.seen / self.pictures, by_clock))
        share = min(1.0, (self.seen + 1) / WARMUP) * 0.5 * (1 + math.cos(math.pi * over))
        for group, rate in zip(self.optimizer.param_groups, RATES.values(), strict=True):
            group["lr"] = rate * share
        with precision(self._device, bfloat16=self._device.type == "cuda")():
            evidence = self._network(lightness.to(self._device))
        shows = shows.to(self._device)
        loss = evidence_loss(evidence.float(), shows)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), LONGEST_GRADIENT)
        self.optimizer.step()
        self._steps, self.seen = self._steps + 1, self.seen + len(lightness)
        self._average.update(self._network, self._steps)
        now = time.monotonic()
        self._seconds, self._since = self._seconds + now - self._since, now
        return {"loss": loss, "wrong": ((evidence > 0) & (shows == POSITIVE)).float().mean()}

    def save(self) -> None:
        """Writes the checkpoint."""
        recipe = {"side_px": SIDE_PX, "batch": BATCH, "rates": RATES, "pictures": self.pictures}
        values = {
            "recipe": json.dumps(recipe),
            "network": self._network.state_dict(),
            "average": self._average.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "seen": self.seen,
            "steps": self._steps,
            "seconds": self._seconds,
            "data_digest": self._data_digest,
        }
        checkpoint_file.save(values, self.folder / checkpoint_file.LAST)


def evidence_loss(evidence: Tensor, shows: Tensor) -> Tensor:
    """Returns the mean logistic loss: positives shall have evidence below 0, and what is ambiguous none at all."""
    of_positive = functional.softplus(evidence)
    of_ambiguous = functional.softplus(evidence) + functional.softplus(-evidence) - 2 * math.log(2)
    return torch.where(shows == AMBIGUOUS, of_ambiguous, of_positive).mean()


def _batches(samples: NegativeSamples, first: int, end: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yields batches from sample `first` to `end`; the next is made while one is learned from."""

    def batch(start: int) -> tuple[Tensor, Tensor]:
        made = [samples.sample(number) for number in range(start, min(end, start + BATCH))]
        pictures = torch.from_numpy(np.stack([lightness for lightness, _ in made])[:, None])
        return pictures, torch.tensor([shows for _, shows in made])

    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(batch, first)
        for start in range(first + BATCH, end + BATCH, BATCH):
            ready = pending.result()
            if start < end:
                pending = pool.submit(batch, start)
            yield ready
