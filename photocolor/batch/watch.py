"""Watches folders: colors each photo that arrives once it is settled, by runs as `restore` makes them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from photocolor.batch.control import RunControl
from photocolor.batch.kept_folder import KeptFolder
from photocolor.batch.plan.masks import is_like_mask
from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.plan.strays import Stray, misnamed
from photocolor.batch.plan.targets import FilePlan, PlannedPhoto, make_plan
from photocolor.batch.plan.walk import Fault
from photocolor.batch.reporter import NewsOnly, Reporter
from photocolor.batch.start import color_plan, recipe_of
from photocolor.engine.providers import choose
from photocolor.errors import Interrupted, OutputLocked, PhotocolorError, UsageError
from photocolor.hints.sidecar import sidecar_of
from photocolor.pipeline.mending.hand import hand_mask_path
from photocolor.pipeline.xmp_files import xmp_names
from photocolor.settings import Settings
from photocolor.system.open_writers import is_open_for_writing
from photocolor.system.printable import clean

POLL_S = 0.1
"""Within this a watch that waits hears that it shall end."""
HELD_S = 60.0
"""A photo that stays the same for so long, and is still open for writing, is named."""
LONE_MASK_S = 60.0
"""So long a file as `a.mask.png` waits for the photo `a`, which may arrive after its mask; then it is a photo."""

Stamp = tuple[tuple[int, ...] | None, ...]
"""Size and times of change of a photo (and whether it may be read), and of each file that may lie beside it; None for
one that is not there."""


def watch(settings: Settings, reporter: Reporter, interval_s: float) -> None:
    """Colors what is in the sources and what arrives there, until Ctrl-C or SIGTERM.

    Whether a photo needs work is decided as in every run: what the manifest knows as done is skipped. A photo that
    failed is tried again when it changes, or by the next watch.

    Args:
        settings: of the runs; the sources are folders.
        reporter: receives the reports of each run.
        interval_s: between two looks; a photo is settled if it stays the same for so long and nobody has it open for
            writing.

    Raises:
        PhotocolorError: at the first look, as a run; later only what ends a run early, as a full disk.
    """
    _Watch(settings, reporter, interval_s).until_asked_to_end()


@dataclass(slots=True)
class Arrivals:
    """Tracks the photos that lie in the watched folders.

    Attributes:
        interval_s: how long a photo must stay the same before it is handed over.
    """

    interval_s: float
    _since: dict[str, tuple[Stamp, float]] = field(default_factory=dict)
    """By place the state of each photo that is waited for, and when it was seen first."""
    _handed_over: dict[str, Stamp] = field(default_factory=dict)
    _held: set[str] = field(default_factory=set)
    _lone: set[str] = field(default_factory=set)

    def look(self, entries: Sequence[PlannedPhoto], now_s: float) -> list[PlannedPhoto]:
        """Returns the settled photos that no run has had in this state; forgets those that are gone."""
        states = {entry.relative: _stamp(entry) for entry in entries}
        self._handed_over = {place: stamp for place, stamp in self._handed_over.items() if place in states}
        since: dict[str, tuple[Stamp, float]] = {}
        self._held &= states.keys()
        self._lone &= states.keys()
        for place, stamp in states.items():
            if self._handed_over.get(place) != stamp:
                before, first_s = self._since.get(place, (stamp, now_s))
                since[place] = (stamp, first_s if before == stamp else now_s)
        self._since = since
        same = [entry for entry in entries if self._stays(entry.relative, now_s, self._settles_s(entry))]
        return [entry for entry in same if not any(map(is_open_for_writing, _files_of(entry)))]

    def held_open(self, entries: Sequence[PlannedPhoto], now_s: float) -> list[PlannedPhoto]:
        """Returns the photos that wait only because a program keeps them open for writing; each of them once."""
        held = [
            entry
            for entry in entries
            if entry.relative not in self._held
            and self._stays(entry.relative, now_s, max(HELD_S, self._settles_s(entry)))
        ]
        self._held |= {entry.relative for entry in held}
        return held

    def lone_masks(self, entries: Sequence[PlannedPhoto], now_s: float) -> list[PlannedPhoto]:
        """Returns the files that wait because they are named like the mask of a photo to come; each of them once."""
        lone = [
            entry
            for entry in entries
            if entry.relative not in self._lone
            and _is_lone_mask(entry)
            and self._stays(entry.relative, now_s, self.interval_s)
        ]
        self._lone |= {entry.relative for entry in lone}
        return lone

    def hand_over(self, entries: Sequence[PlannedPhoto]) -> None:
        """Records that a run has had these photos in the state that was seen last."""
        for entry in entries:
            self._handed_over[entry.relative] = self._since.pop(entry.relative)[0]

    def _settles_s(self, entry: PlannedPhoto) -> float:
        """Returns how long a photo must stay the same: longer if it may turn out to be a mask."""
        return max(self.interval_s, LONE_MASK_S) if _is_lone_mask(entry) else self.interval_s

    def _stays(self, place: str, now_s: float, so_long_s: float) -> bool:
        return place in self._since and now_s - self._since[place][1] >= so_long_s


@dataclass(slots=True)
class NamedStrays:
    """Tracks the sidecars and masks that belong to no photo by their names.

    Attributes:
        interval_s: how long one must be there before it is named, because its photo may follow it.
    """

    interval_s: float
    _since: dict[Stray, float] = field(default_factory=dict)
    _named: set[Stray] = field(default_factory=set)

    def look(self, strays: Sequence[Stray], now_s: float) -> list[Stray]:
        """Returns those to be named now, each of them once for as long as it is there; forgets those that are gone."""
        self._since = {stray: self._since.get(stray, now_s) for stray in strays}
        self._named &= self._since.keys()
        due = [s for s in strays if s not in self._named and now_s - self._since[s] >= self.interval_s]
        self._named.update(due)
        return due


def _first_of(entries: Sequence[PlannedPhoto]) -> str:
    """Returns the first photo's path, and how many there are beside it."""
    more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    return f"{clean(entries[0].found.path)}{more}"


def _is_lone_mask(entry: PlannedPhoto) -> bool:
    """Returns whether a photo is named like the mask of another one, which is not there: else it were none."""
    return is_like_mask(os.path.split(entry.found.path)[1])


def _files_of(entry: PlannedPhoto) -> tuple[str, ...]:
    """Returns the photo, and the files that may lie beside it and count."""
    path = Path(entry.found.path)
    xmp = (str(path.with_name(name)) for name in xmp_names(path.name))
    return str(path), str(sidecar_of(path)), *xmp, str(hand_mask_path(path))


def _stamp(entry: PlannedPhoto) -> Stamp:
    """Returns the state of a photo; one that may be read from now on is as good as a changed one."""
    found, readable = entry.found, os.access(entry.found.path, os.R_OK)
    return ((found.size_bytes, found.mtime_ns, int(readable)), *map(_state, _files_of(entry)[1:]))


def _state(path: str) -> tuple[int, ...] | None:
    """Returns size and times of a file beside a photo; a run compares its content, so any change of it counts."""
    try:
        state = os.stat(path)  # noqa: PTH116 -- on strings, at every look for every photo
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns


class _Watch:
    """Represents a watch in progress."""

    def __init__(self, settings: Settings, reporter: Reporter, interval_s: float) -> None:
        self._settings, self._reporter, self._interval_s = settings, reporter, interval_s
        self._control = RunControl()
        self._arrivals, self._strays = Arrivals(interval_s), NamedStrays(interval_s)
        self._reported: set[Fault] = set()
        self._trouble, self._news = "", NewsOnly(reporter)
        self._folders = [KeptFolder(settings.out, RECORD_FOLDER)]
        if settings.damage_masks is not None:
            self._folders.append(KeptFolder(settings.damage_masks))

    def until_asked_to_end(self) -> None:
        with self._control.stop:
            plan: FilePlan | None = self._begin()
            while not self._control.canceled:
                if plan is not None:
                    self._color_what_is_settled(plan)
                self._wait()
                plan = self._look()
        self._reporter.note("The watch has ended; the next one takes up what is not finished.")

    def _begin(self) -> FilePlan:
        """Makes the first plan, and raises what would refuse every run."""
        settings = self._settings
        recipe_of(settings)
        choose(settings.device)
        plan = self._plan()
        self._remember_folders()
        where = f"{', '.join(map(str, settings.sources))} every {self._interval_s:g} s"
        self._reporter.note(f"Watching {where}; the results go to {settings.out}. Ctrl-C or SIGTERM ends it.")
        return plan

    def _plan(self) -> FilePlan:
        return make_plan(self._settings.sources, self._settings.out, self._settings.files.format)

    def _look(self) -> FilePlan | None:
        """Makes the next plan; returns None while none can be made, and reports that once."""
        try:
            plan = self._plan()
        except UsageError as error:  # a folder that is not mounted now, or two sources for one target
            self._wait_for(error)
            return None
        return plan

    def _color_what_is_settled(self, plan: FilePlan) -> None:
        ready = self._arrivals.look(plan.entries, now_s := time.monotonic())
        self._note_what_waits(ready, plan, now_s)
        faults = [fault for fault in plan.faults if fault not in self._reported]
        if not ready and not faults:
            self._trouble = ""
            return
        for lost in filter(None, (folder.loss() for folder in self._folders)):
            self._wait_for(lost)
            return
        if any(folder.is_another for folder in self._folders):  # what it holds of all photos, its records know
            self._remember_folders()
            self._arrivals = Arrivals(self._interval_s)
            return
        self._news.next_run()
        try:
            summary = color_plan(replace(plan, entries=ready, faults=faults), self._settings, self._news, self._control)
        except OutputLocked as error:  # another run is at work there; it ends some time
            self._wait_for(error)
            return
        self._trouble = ""
        self._remember_folders()
        self._arrivals.hand_over(ready)
        self._reported.update(faults)
        if summary.ended_by is not None and not isinstance(summary.ended_by, Interrupted):
            raise summary.ended_by

    def _remember_folders(self) -> None:
        for folder in self._folders:
            folder.remember()

    def _note_what_waits(self, ready: Sequence[PlannedPhoto], plan: FilePlan, now_s: float) -> None:
        """Names what has been there for long enough, as it seems, and is not colored."""
        for sentence in misnamed(self._strays.look(plan.strays, now_s)):
            self._reporter.note(sentence)
        places = {entry.relative for entry in ready}
        waiting = [entry for entry in plan.entries if entry.relative not in places]
        lone = self._arrivals.lone_masks(waiting, now_s)
        if lone:
            self._reporter.note(
                f"Waiting for {_first_of(lone)}: it is named like a mask, and no photo of its name is beside it. "
                f"If none comes within {LONE_MASK_S - self._interval_s:g} s, it is colored as a photo."
            )
        held = self._arrivals.held_open(waiting, now_s)
        if held:
            self._reporter.note(f"Waiting for {_first_of(held)}: a program still has it open for writing.")

    def _wait_for(self, error: PhotocolorError) -> None:
        """Reports what keeps the watch from working, once for as long as it lasts."""
        if error.message != self._trouble:
            self._trouble = error.message
            self._reporter.note(f"Waiting, because {error.message}. {error.hint}")

    def _wait(self) -> None:
        until_s = time.monotonic() + self._interval_s
        while not self._control.canceled and (left_s := until_s - time.monotonic()) > 0:
            time.sleep(min(POLL_S, left_s))
