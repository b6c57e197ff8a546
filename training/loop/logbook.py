"""Logs a run: stats.jsonl, a progress line, and TensorBoard if it is installed."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from training.errors import Diverged
from training.writing import writing


def check_finite(terms: dict[str, Tensor]) -> dict[str, float]:
    """Returns the values of scalar terms; raises if one is NaN or infinite.

    Raises:
        Diverged: one of them is NaN or infinite.
    """
    values = torch.stack([term.detach().float() for term in terms.values()]).tolist()
    for name, value in zip(terms, values, strict=True):
        if not math.isfinite(value):
            raise Diverged(f"the term {name!r} became {value}")
    return dict(zip(terms, values, strict=True))


class Meter:
    """Averages terms over a window of steps; its state is in the checkpoint, so that windows survive a stop."""

    def __init__(self) -> None:
        self.sums: dict[str, float] = {}
        self.counts: dict[str, int] = {}
        self.steps = 0

    def add(self, terms: dict[str, Tensor]) -> None:
        """Adds one step's terms.

        Raises:
            Diverged: one of them is NaN or infinite.
        """
        for name, value in check_finite(terms).items():
            self.sums[name] = self.sums.get(name, 0.0) + value
            self.counts[name] = self.counts.get(name, 0) + 1
        self.steps += 1

    def take(self) -> dict[str, float]:
        """Returns the means since the last call, and starts a new window."""
        means = {name: total / self.counts[name] for name, total in self.sums.items()}
        self.sums, self.counts, self.steps = {}, {}, 0
        return means

    def state(self) -> dict[str, Any]:
        """Returns the window's state for the checkpoint."""
        return {"sums": dict(self.sums), "counts": dict(self.counts), "steps": self.steps}

    def restore(self, state: dict[str, Any]) -> None:
        """Restores the window's state from the checkpoint."""
        self.sums, self.counts, self.steps = dict(state["sums"]), dict(state["counts"]), state["steps"]


class Logbook:
    """Writes one run's log; lines after the checkpoint that a run resumes from are dropped.

    Args:
        run: the run's folder.
        total: images the run will see.
        seen: images it has seen.
        console: where progress is shown.
    """

    def __init__(self, run: Path, total: int, seen: int, console: Console) -> None:
        self.path, self.console, self.seen = run / "stats.jsonl", console, seen
        self.started, self.first = time.monotonic(), seen
        lines_before = [line for line in read_stats(self.path) if line["seen"] <= seen]
        with writing(self.path):
            self.path.write_text("".join(json.dumps(line) + "\n" for line in lines_before), encoding="utf-8")
        self.progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[text]}"), TimeRemainingColumn(),
            console=console, disable=not console.is_terminal,
        )  # fmt: skip
        self.task = self.progress.add_task(run.name, total=total, completed=seen, text="")
        self.progress.start()
        self.board = _board(run, seen)

    def write(self, seen: int, values: dict[str, float]) -> None:
        """Writes one line: images seen and the values."""
        rate = (seen - self.first) / max(1e-6, time.monotonic() - self.started)
        line = {"seen": seen, **values, "images_per_s": round(rate, 2), "time": round(time.time(), 1)}
        with writing(self.path), self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
        text = " ".join(f"{name} {value:.3f}" for name, value in values.items() if name != "rate")
        self.progress.update(self.task, completed=seen, text=f"{rate:.1f} images/s · {text}")
        if not self.console.is_terminal:
            self.console.print(f"{seen} images · {rate:.1f}/s · {text}", soft_wrap=True, highlight=False)
        if self.board is not None:
            for name, value in values.items():
                self.board.add_scalar(name, value, seen)

    def close(self) -> None:
        """Ends the progress line and the event file."""
        self.progress.stop()
        if self.board is not None:
            self.board.close()


def read_stats(path: Path) -> list[dict[str, float]]:
    """Returns every whole line of a stats.jsonl; a line cut off by a crash is passed over."""
    if not path.is_file():
        return []
    lines = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return lines


def _board(run: Path, seen: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        return None
    return SummaryWriter(str(run / "events"), purge_step=seen)
