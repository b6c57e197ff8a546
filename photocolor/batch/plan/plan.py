"""The protocol of a plan: what a runner needs to know, wherever the photos lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from photocolor.batch.plan.walk import Fault
from photocolor.outcome import Job
from photocolor.settings import Shard


class Plan(Protocol):
    """Describes everything that a run will do; `len` is the number of photos that it works on."""

    @property
    def out(self) -> Path:
        """Returns the output folder of this machine."""

    @property
    def place(self) -> str:
        """Returns where the results go, as the user names it."""

    @property
    def faults(self) -> Sequence[Fault]:
        """Returns what could not be examined."""

    @property
    def passed(self) -> Mapping[str, int]:
        """Returns how many entries of each kind were passed over on purpose."""

    @property
    def shard(self) -> Shard | None:
        """Returns the shard whose photos these are; None if they are all."""

    def __len__(self) -> int:
        """Returns how many photos there are."""

    def jobs(self) -> Iterator[Job]:
        """Yields the jobs, each made when it is asked for."""

    def fault_jobs(self) -> Iterator[tuple[Job, Fault]]:
        """Yields each fault with a job that names its photo."""
