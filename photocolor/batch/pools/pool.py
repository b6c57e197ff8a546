"""The protocol of a pool: what the runner asks of it, and the events that it returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from photocolor.batch.guard import failed
from photocolor.errors import PhotocolorError, PhotoTimedOut
from photocolor.outcome import Job, Outcome, Work
from photocolor.pipeline.xmp_files import copy_token
from photocolor.system.atomic import temporary_path

PHOTO_BYTES = 800_000_000
"""Memory that one worker may take where nothing is known of its photos: 24 megapixels of 16 bits in most formats."""

Opener = Callable[[int], Work]
"""Builds the work in the process that does it; the argument is its share of processor threads."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Reports that a photo is in a stage, with `done` of `total` tiles colored."""

    job: Job
    stage: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """Reports that a photo has its outcome."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Broken:
    """Reports a failure that every further photo would meet, too."""

    error: PhotocolorError


Event = Progress | Finished | Broken


class Pool(Protocol):
    """Works on a few photos at a time and reports their progress and outcomes as events.

    Every submitted job gets exactly one `Finished`, unless the pool is canceled or breaks; one that is at work longer
    than the pool's limit gets a `Failed` in it, and what worked on it is ended, or left to itself where it cannot be.
    """

    @property
    def free(self) -> int:
        """Returns how many jobs can be submitted now."""

    @property
    def in_flight(self) -> int:
        """Returns how many jobs were submitted and have no outcome yet."""

    def submit(self, job: Job) -> None:
        """Submits one job; allowed only while `free` is above zero."""

    def poll(self, timeout_s: float) -> Sequence[Event]:
        """Returns the events since the last call; waits at most `timeout_s` for one."""

    def cancel(self) -> None:
        """Asks all work in flight to end soon; returns at once, and `poll` reports the outcomes."""

    def close(self) -> None:
        """Closes the pool at once; photos still at work are given up, and their temporary files removed."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Says how a run uses the machine.

    Attributes:
        inline: True for threads of this process that share one session, False for processes of their own.
        workers: photos at work at the same time.
        threads: processor threads of each session; results do not depend on it.
        limit_s: seconds after which a photo is given up; 0 for never.
    """

    inline: bool
    workers: int
    threads: int
    limit_s: float = 0.0


@dataclass(frozen=True, slots=True)
class ClusterCrew:
    """Says how a run uses a cluster.

    Attributes:
        workers: photos at work at the same time, one actor each.
        gpus: share of a GPU that each of them reserves; 0 for the CPU.
        limit_s: seconds after which a photo is given up; 0 for never.
    """

    workers: int
    gpus: float
    limit_s: float = 0.0


def timed_out(job: Job, limit_s: float) -> Finished:
    """Returns the event of a photo that was given up."""
    return Finished(failed(job, PhotoTimedOut(f"it was at work for more than {limit_s:g} s and was given up")))


def remove_temporaries(job: Job) -> None:
    """Removes the temporary files of a photo that was given up: of its result and its sidecar's copy."""
    for token in (job.token, copy_token(job.token)):
        with suppress(OSError):  # on a file system that became read-only even what is not there cannot be removed
            temporary_path(job.target, token).unlink(missing_ok=True)
