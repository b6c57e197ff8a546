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

from training.data.prepared import load
from training.loop import checkpoint_file
from training.loop.ema import Average
from training.loop.logbook import Logbook, Meter
from training.loop.machine import choose_device, keep_memory, placed, precision
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
    """
    keep_memory()
    if threads:
        torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    device = choose_device("auto")
    network = placed(NegativeNetwork(Trunk(model)), device)
    average = Average(network, EMA)
    heads = [*network.hidden.parameters(), *network.last.parameters()]
    learned = [weights for weights in network.trunk.parameters() if weights.requires_grad]
    groups: list[dict[str, Any]] = [{"params": learned}, {"params": heads}]
    optimizer = torch.optim.AdamW(groups, lr=RATES["trunk"], weight_decay=WEIGHT_DECAY)
    photos = load(data, "train")
    seen, steps, seconds = 0, 0, 0.0
    saved = checkpoint_file.last(folder)
    if saved is not None:
        network.load_state_dict(saved["network"])
        average.network.load_state_dict(saved["average"])
        optimizer.load_state_dict(saved["optimizer"])
        seen, steps, seconds = saved["seen"], saved["steps"], saved["seconds"]
    folder.mkdir(parents=True, exist_ok=True)
    book, meter = Logbook(folder, pictures, seen, console), Meter()
    started = began = last_saved = time.monotonic()

    def save() -> None:
        values = {
            "recipe": json.dumps({"side_px": SIDE_PX, "batch": BATCH, "rates": RATES, "pictures": pictures}),
            "network": network.state_dict(),
            "average": average.network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "seen": seen,
            "steps": steps,
            "seconds": seconds,
            "data_digest": photos.digest,
        }
        checkpoint_file.save(values, folder / checkpoint_file.LAST)

    network.train()
    for lightness, shows in _batches(NegativeSamples(photos, SIDE_PX, SEED), seen, pictures):
        by_clock = (time.monotonic() - started) / stop_after_s if stop_after_s else 0.0
        share = min(1.0, (seen + 1) / WARMUP) * 0.5 * (1 + math.cos(math.pi * min(1.0, max(seen / pictures, by_clock))))
        for group, rate in zip(optimizer.param_groups, RATES.values(), strict=True):
            group["lr"] = rate * share
        with precision(device, bfloat16=device.type == "cuda")():
            evidence = network(lightness.to(device))
        loss = evidence_loss(evidence.float(), shows.to(device))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), LONGEST_GRADIENT)
        optimizer.step()
        steps, seen = steps + 1, seen + len(lightness)
        average.update(network, steps)
        meter.add({"loss": loss, "wrong": ((evidence > 0) & (shows.to(device) == POSITIVE)).float().mean()})
        now = time.monotonic()
        seconds, began = seconds + now - began, now
        if meter.steps >= LOG_STEPS:
            book.write(seen, meter.take() | {"rate": optimizer.param_groups[0]["lr"]})
        if now - last_saved > CHECKPOINT_S:
            save()
            last_saved = now
        if stop_after_s and now - started >= stop_after_s:
            break
    save()
    book.close()


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
