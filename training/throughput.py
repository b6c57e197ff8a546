"""How much of the trainer's time goes into the network: `python -m training.throughput RECIPE`.

Two runs of the same step in turns, so that a noisy machine disturbs both: fed by the real loader, and fed with one
random batch that lies in memory. Their ratio says what loading costs; 1 is nothing.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import time
from pathlib import Path

import torch
from rich.console import Console

from training.data.batches import AHEAD, Batch, Rank, batches
from training.machine import choose_device, keep_memory, precision
from training.recipe import load_recipe
from training.run import Run, build, network_inputs
from training.trainer import tell_own_answer

STEPS = 4
ROUNDS = 4


def step(run: Run, batch: Batch) -> None:
    """Forward, loss, backward and optimizer: a training step without logging."""
    recipe = run.recipe
    batch = tell_own_answer(batch.to(run.device), run)
    run.generator_steps.zero_grad(set_to_none=True)
    with precision(run.device, bfloat16=recipe.train.bfloat16)():
        output = run.generator(*network_inputs(batch.aged, batch.hints))
    terms = run.objective.generator(output, batch, run.objective.truth(batch), None, run.helpers)
    torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
    run.generator_steps.step()
    if run.average is not None:
        run.average.update(run.generator, 1000)


def main() -> int:
    """Prints images per second of both and their ratio."""
    keep_memory()
    console = Console()
    recipe = load_recipe(sys.argv[1])
    recipe = dataclasses.replace(recipe, data=dataclasses.replace(recipe.data, least_colorfulness=0.0))
    with tempfile.TemporaryDirectory() as folder:
        run = build(recipe, Path(folder), choose_device("auto"), Rank())
        feed = batches(run.maker, 0, recipe.data.workers)
        still = next(feed)
        seconds = {"loader": 0.0, "memory": 0.0}
        for _ in range(2):
            step(run, next(feed))
        for _ in range(ROUNDS):
            for _ in range(AHEAD + 1):
                next(feed)  # what was made ahead while memory was measured must not count
            began = time.perf_counter()
            for _ in range(STEPS):
                step(run, next(feed))
            middle = time.perf_counter()
            for _ in range(STEPS):
                step(run, still._replace(hints=still.hints.clone()))
            seconds["loader"] += middle - began
            seconds["memory"] += time.perf_counter() - middle
        feed.close()
    images = STEPS * ROUNDS * len(still.ab)
    rates = {name: images / value for name, value in seconds.items()}
    console.print(f"{recipe.name}: {rates['loader']:.1f} images/s with the loader, {rates['memory']:.1f} from memory, ")
    console.print(f"ratio {rates['loader'] / rates['memory']:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
