"""Estimates what a run will take: colors a few of its photos into a temporary folder, and extrapolates."""

from __future__ import annotations

import os
import shutil
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from photocolor.batch.plan.memory_need import largest_photo_bytes
from photocolor.batch.plan.walk import Found
from photocolor.batch.pools.choose import choose_crew
from photocolor.batch.pools.opener import PipelineOpener
from photocolor.engine.probe import CPU
from photocolor.engine.providers import choose
from photocolor.engine.worth import folder_load, if_it_pays
from photocolor.errors import Canceled, OutputError, PhotoError
from photocolor.models.registry import find_model
from photocolor.outcome import Done, Fingerprint, Job, NoProgress, Work
from photocolor.pipeline.footprint import allowed_bytes
from photocolor.settings import Settings
from photocolor.system.machine import usable_cpus
from photocolor.system.temporary.folders import temporary_folder

TRIAL_S = 6.0
"""After this long no further photo is begun."""
GIVEN_UP_S = 2 * TRIAL_S
"""After this long the photo at work is given up."""
PHOTOS_MOST = 8
KINDS_MOST = 4
"""Kinds of files, by their names' endings, of which photos are tried; further ones are taken to be like the others."""

_SHARES = (1 / 2, 1 / 6, 5 / 6, 1 / 3, 2 / 3)
"""Where the photos to try stand among those of their kind, ordered by size."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimates what a run will take.

    Attributes:
        photos: how many it would color.
        tried: how many were colored on trial.
        seconds: of the whole run; None if no photo could be tried.
        result_bytes: of all results with what lies beside them; None likewise.
        free_bytes: of the file system that they go to.
        given_up: whether the time of the trial ended while a photo was at work.
    """

    photos: int
    tried: int
    seconds: float | None
    result_bytes: float | None
    free_bytes: int
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class _Tried:
    """Describes one photo of the trial, colored or left alone because it has color.

    Attributes:
        kind: the ending of its name.
        seconds: that it took.
        source_bytes: length of the photo.
        result_bytes: of all that was written for it; 0 if it was left alone.
    """

    kind: str
    seconds: float
    source_bytes: int
    result_bytes: int


class _Deadline(NoProgress):
    """Cancels a photo that takes too long for a trial."""

    def __init__(self, ends: float) -> None:
        self._ends = ends

    def check(self) -> None:
        if time.monotonic() > self._ends:
            raise Canceled("the trial takes too long")


def trial(photos: Sequence[Found], settings: Settings) -> Estimate:
    """Returns what coloring the photos would take; writes only into the system's temporary folder, masks of damage too.

    A photo that fails, or whose result finds no place there, is not counted. On processors the seconds are divided by
    the workers, because their photos are at work at the same time.

    Args:
        photos: those that need work.
        settings: of the run.

    Raises:
        PhotocolorError: the run would be refused.
    """
    load, out = folder_load(len(photos)), settings.out
    free = shutil.disk_usage(next(path for path in (out, *out.absolute().parents) if path.is_dir())).free
    choice = if_it_pays(choose(settings.device), load, find_model(settings.model), settings.color, usable_cpus())
    on_gpu = choice.provider != CPU
    jobs = (_job(photo, out, number) for number, photo in enumerate(photos))
    fitting = max(1, allowed_bytes(settings.max_memory) // largest_photo_bytes(jobs, settings))
    crew = choose_crew(settings.workers, len(photos), on_gpu=on_gpu, fitting=fitting)
    used = settings if on_gpu else replace(settings, device="cpu")
    with temporary_folder("photocolor-trial-") as folder:
        masks = None if used.damage_masks is None else folder / "masks"
        started = time.perf_counter()
        work = PipelineOpener(replace(used, damage_masks=masks), load=load)(crew.threads)
        opening_s = time.perf_counter() - started
        trials = _Trials(work, folder)
        tried = list(trials.of(_spread(photos)))
    if not tried:
        return Estimate(len(photos), 0, None, None, free, trials.given_up)
    kinds = _kinds(photos).items()
    seconds = sum(_seconds_of(kind, group, tried) for kind, group in kinds) / (1 if on_gpu else crew.workers)
    size = sum(_bytes_of(kind, group, tried) for kind, group in kinds)
    return Estimate(len(photos), len(tried), opening_s + seconds, size, free, trials.given_up)


@dataclass(slots=True)
class _Trials:
    """Colors photos on trial, in a folder that nobody needs.

    Attributes:
        work: colors one.
        folder: gets all that it writes.
        given_up: whether the time ended while a photo was at work.
    """

    work: Work
    folder: Path
    given_up: bool = False

    def of(self, photos: Iterable[Found]) -> Iterator[_Tried]:
        """Yields what each photo took, until enough were tried; the first is colored twice: the model warms up."""
        began_s, warm = time.monotonic(), False
        deadline = _Deadline(began_s + GIVEN_UP_S)
        for number, photo in enumerate(photos):
            if time.monotonic() - began_s > TRIAL_S:
                return
            folder = self.folder / "results"
            job = _job(photo, folder, number)
            try:
                if not warm:
                    self.work(job, deadline)
                    warm = True
                started_s = time.perf_counter()
                outcome = self.work(job, deadline)
            except Canceled:
                self.given_up = True
                return
            except (PhotoError, OutputError):
                continue
            seconds = time.perf_counter() - started_s
            result_bytes = _bytes_below(folder) if isinstance(outcome, Done) else 0
            shutil.rmtree(folder, ignore_errors=True)
            yield _Tried(_kind(photo), seconds, photo.size_bytes, result_bytes)


def _bytes_below(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _job(photo: Found, folder: Path, number: int) -> Job:
    source = Path(photo.path)
    target = folder / f"{number}{source.suffix}"
    return Job(source, target, target.name, Fingerprint(photo.size_bytes, photo.mtime_ns), f"{number:08x}")


def _spread(photos: Sequence[Found]) -> Iterator[Found]:
    """Yields photos to try: the commonest kinds in turn, first of a middle size, then smaller and larger ones."""
    groups = sorted(_kinds(photos).values(), key=len, reverse=True)[:KINDS_MOST]
    ordered = [sorted(group, key=lambda photo: photo.size_bytes) for group in groups]
    places = [(kind, int(share * len(group))) for share in _SHARES for kind, group in enumerate(ordered)]
    for kind, number in list(dict.fromkeys(places))[:PHOTOS_MOST]:
        yield ordered[kind][number]


def _kinds(photos: Iterable[Found]) -> dict[str, list[Found]]:
    groups: defaultdict[str, list[Found]] = defaultdict(list)
    for photo in photos:
        groups[_kind(photo)].append(photo)
    return groups


def _kind(photo: Found) -> str:
    return os.path.splitext(photo.path)[1].lower()  # noqa: PTH122 -- names may hold any bytes


def _like(kind: str, tried: Sequence[_Tried]) -> list[_Tried]:
    """Returns the tried photos of a kind, or all of them if none was."""
    return [item for item in tried if item.kind == kind] or list(tried)


def _seconds_of(kind: str, photos: Sequence[Found], tried: Sequence[_Tried]) -> float:
    """Returns the estimated seconds of all photos of a kind.

    The model takes as long for every photo; reading, painting and writing grow with the file. So a line is laid through
    those that were tried, which neither falls nor begins below zero.
    """
    like = _like(kind, tried)
    mean_s = sum(item.seconds for item in like) / len(like)
    mean_bytes = sum(item.source_bytes for item in like) / len(like)
    spread = sum((item.source_bytes - mean_bytes) ** 2 for item in like)
    common = sum((item.source_bytes - mean_bytes) * (item.seconds - mean_s) for item in like)
    slope = min(max(0.0, common / spread if spread else 0.0), mean_s / max(1.0, mean_bytes))
    return sum(mean_s + slope * (photo.size_bytes - mean_bytes) for photo in photos)


def _bytes_of(kind: str, photos: Sequence[Found], tried: Sequence[_Tried]) -> float:
    like = _like(kind, tried)
    share = sum(item.result_bytes for item in like) / max(1, sum(item.source_bytes for item in like))
    return share * sum(photo.size_bytes for photo in photos)
