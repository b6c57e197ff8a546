"""Chooses the pool of a run on this machine, and how many photos it works on at a time."""

from __future__ import annotations

from photocolor.batch.pools.pool import Crew, Opener, Pool
from photocolor.batch.pools.threads import InlinePool
from photocolor.engine.worth import GPU_THREADS
from photocolor.system.machine import usable_cpus


def choose_crew(requested: int | None, photos: int, *, on_gpu: bool, fitting: int) -> Crew:
    """Returns the crew for a number of photos.

    Args:
        requested: --workers; None chooses by processors, memory and photos.
        photos: how many photos there are.
        on_gpu: whether the model runs on a device that all photos share.
        fitting: how many photos fit in memory at the same time.
    """
    cpus = usable_cpus()
    if on_gpu:
        return Crew(inline=True, workers=max(1, min(requested or min(GPU_THREADS, fitting), photos)), threads=cpus)
    workers = max(1, min(requested or min(cpus, fitting), photos))
    return Crew(inline=workers == 1, workers=workers, threads=max(1, cpus // workers))


def open_pool(crew: Crew, opener: Opener) -> Pool:
    """Returns the pool of a crew; nothing is started before the first job.

    Args:
        crew: how many, and where.
        opener: builds the work; for processes it must be importable by name.
    """
    if crew.inline:
        return InlinePool(opener, crew)
    from photocolor.batch.pools.processes import ProcessPool  # and all that Python has for processes

    return ProcessPool(opener, crew)
