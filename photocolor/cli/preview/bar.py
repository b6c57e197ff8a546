"""The progress bar of `photocolor preview`, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photocolor.outcome import ProgressListener


@contextmanager
def watching(models: int) -> Iterator[ProgressListener]:
    """Yields a listener that draws a progress bar on standard error where that is a terminal."""
    from photocolor.outcome import NoProgress

    if not sys.stderr.isatty():
        yield NoProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=30), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress, models)


class _Bar:
    """Draws one bar over all models: decoding, then for each model its tiles and its painting."""

    def __init__(self, progress: object, models: int) -> None:
        from rich.progress import Progress

        if not isinstance(progress, Progress):
            raise TypeError(progress)
        self._progress = progress
        self._task = progress.add_task("decode", total=1 + 3 * models)

    def stage(self, name: str) -> None:
        self._progress.update(self._task, description=name, advance=0 if name == "decode" else 1)

    def tiles(self, done: int, total: int) -> None:
        self._progress.update(self._task, description=f"color, tile {done} of {total}", advance=1 / max(total, 1))

    def check(self) -> None:
        """Does nothing: Ctrl-C reaches this command as an exception."""
