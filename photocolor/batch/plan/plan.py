"""What a runner asks of a plan, wherever its photos lie."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from photocolor.batch.plan.walk import Fault
from photocolor.outcome import Job
from photocolor.settings import Shard


class Plan(Protocol):
    """All that a run will do; `len` says how many photos it works on."""

    @property
    def out(self) -> Path:
        """The output folder of this machine."""

    @property
    def place(self) -> str:
        """Where the results go, as people name it."""

    @property
    def faults(self) -> Sequence[Fault]:
        """What could not be looked at."""

    @property
    def passed(self) -> Mapping[str, int]:
        """How many entries of which kind were passed over on purpose."""

    @property
    def shard(self) -> Shard | None:
        """Whose photos these are; None if they are all."""

    def __len__(self) -> int:
        """Returns how many photos there are."""

    def jobs(self) -> Iterator[Job]:
        """Returns the jobs, each made when it is asked for."""

    def fault_jobs(self) -> Iterator[tuple[Job, Fault]]:
        """Returns for each fault a job to name it by."""
