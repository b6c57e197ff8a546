"""Where the time of one photo goes: the product's own functions, timed while it colors a real file."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from unittest.mock import patch

from benchmarks.clock import Spread

STAGES: dict[str, tuple[str, ...]] = {
    "decode": ("photocolor.image.open.probe", "photocolor.image.open.decode", "photocolor.pipeline.photo.probe"),
    "lightness, reduced": ("photocolor.image.gray_source.resize", "photocolor.pipeline.coloring.lightness_of"),
    "global pass": ("photocolor.engine.colorizer.global_pass",),
    "tile pass": ("photocolor.engine.colorizer.tile_pass",),
    "upsampling": ("photocolor.pipeline.coloring.guide", "photocolor.render.rows:RowPainter.color"),
    "gamut and stitch": (
        "photocolor.render.codebook:CodebookWriter.put",
        "photocolor.render.codebook:CodebookWriter.finish",
        "photocolor.render.exact_gray:Stitcher.put",
        "photocolor.render.exact_gray:Stitcher.finish",
        "photocolor.render.shared_chromaticity:CellStitcher.prepare",
        "photocolor.render.shared_chromaticity:CellStitcher.put",
        "photocolor.render.shared_chromaticity:CellStitcher.finish",
    ),
    "encode": ("photocolor.pipeline.result.encode_rows",),
    "metadata": ("photocolor.pipeline.result.graft", "photocolor.pipeline.photo.provenance_of"),
    "reading and hashes": (
        "photocolor.pipeline.source.read_source",
        "photocolor.pipeline.result.identity",
    ),
}
"""Each stage's functions where the pipeline looks them up. What one calls of another stage counts for that other."""

MODEL_STAGES = ("global pass", "tile pass")
REST = "everything else"


@dataclass
class StageClock:
    """Processor seconds by stage, of one thread."""

    spent: dict[str, float] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)
    _since: float = 0.0

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted for the stage."""

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            self._turn()
            self._open.append(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self._turn()
                self._open.pop()

        return wrapper

    def run(self, work: Callable[[], object]) -> dict[str, float]:
        """Processor seconds of each stage and of the rest, for one run of the work."""
        self.spent = dict.fromkeys((*STAGES, REST), 0.0)
        self._open, self._since = [REST], time.process_time()
        work()
        self._turn()
        return self.spent

    def _turn(self) -> None:
        now = time.process_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now


@contextmanager
def watched() -> Iterator[StageClock]:
    """A clock that hears of every stage as long as the block lasts.

    Raises:
        AttributeError: the product has no such function any more; then `STAGES` has to be mended.
    """
    clock = StageClock()
    with ExitStack() as stack:
        for stage, places in STAGES.items():
            for place in places:
                owner, name = _owner(place)
                stack.enter_context(patch.object(owner, name, clock.timed(stage, getattr(owner, name))))
        yield clock


def _owner(place: str) -> tuple[Any, str]:
    """The module or class, and the function's name in it."""
    module_name, _, inside = place.partition(":")
    if not inside:
        module_name, _, inside = place.rpartition(".")
    *classes, name = inside.split(".")
    owner: Any = import_module(module_name)
    for each in classes:
        owner = getattr(owner, each)
    return owner, name


def measure(work: Callable[[], object], rounds: int) -> dict[str, Spread]:
    """Processor seconds of every stage; the work must stay in one thread."""
    with watched() as clock:
        clock.run(work)  # tables are filled and pages of memory touched for the first time
        runs = [clock.run(work) for _ in range(rounds)]
    return {stage: Spread.of([run[stage] for run in runs]) for stage in (*STAGES, REST)}
