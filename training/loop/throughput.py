"""Measures the network's share of the trainer's time: `python -m training.loop.throughput RECIPE`.

The same step in turns, fed by the real loader, and fed with one batch that lies in memory. Processor seconds are
compared, over all threads: where all cores are busy that is the ratio of images per second, and other programs do not
disturb it. 1 means that loading costs nothing.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import time
from pathlib import Path

import torch
from rich.console import Console

from training.color import network_inputs
from training.data.batches import Batch, Rank
from training.data.feed import batches
from training.loop.machine import choose_device, keep_memory, precision
from training.loop.own_answer import tell_own_answer
from training.loop.training_state import TrainingState, build
from training.recipe import load_recipe

STEPS = 4
ROUNDS = 3
REFILL_S = 3.0


def step(run: TrainingState, batch: Batch) -> None:
    """Makes a training step without logging: forward, loss, backward and optimizer."""
    recipe = run.recipe
    batch = tell_own_answer(batch.to(run.device), run)
    run.generator_optimizer.zero_grad(set_to_none=True)
    with precision(run.device, bfloat16=recipe.train.bfloat16)():
        output = run.generator(*network_inputs(batch.aged, batch.hints, batch.faces))
    terms = run.objective.generator(output, batch, run.objective.truth(batch), run.auxiliary_heads)
    torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
    run.generator_optimizer.step()
    if run.average is not None:
        run.average.update(run.generator, 1000)


def main() -> int:
    """Prints the CPU time of an image with the loader and with a batch in memory, and the ratio."""
    keep_memory()
    console = Console()
    recipe = load_recipe(sys.argv[1])
    recipe = dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, least_colorfulness=0.0))
    with tempfile.TemporaryDirectory() as folder:
        run = build(recipe, Path(folder), choose_device("auto"), Rank())
        feed = batches(run.maker, 0, recipe.data.workers)
        still = next(feed)
        step(run, next(feed))
        costs = {"loader": 0.0, "memory": 0.0}
        time.sleep(REFILL_S)
        for _ in range(ROUNDS):
            began = time.process_time()
            for _ in range(STEPS):
                step(run, next(feed))
            time.sleep(REFILL_S)  # the batches used are made again, on this account
            middle = time.process_time()
            for _ in range(STEPS):
                step(run, still._replace(hints=still.hints.clone()))
            costs["loader"] += middle - began
            costs["memory"] += time.process_time() - middle
        feed.close()
    images = STEPS * ROUNDS * len(still.ab)
    milliseconds = {name: 1000 * value / images for name, value in costs.items()}
    sentence = f"{milliseconds['loader']:.1f} ms of processor per image with it, {milliseconds['memory']:.1f} without"
    console.print(f"{recipe.name}: {sentence}, ratio {milliseconds['memory'] / milliseconds['loader']:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
