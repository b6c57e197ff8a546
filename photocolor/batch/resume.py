"""Decides which photos need work, by the manifest, the output folder and the sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from photocolor.batch.inspector import FileTargetInspector, TargetInspector, TargetState, has_copy
from photocolor.batch.records.in_progress import InProgressNote
from photocolor.batch.records.manifest import Past, Recipe, Record, start_of
from photocolor.outcome import EXISTS, Job, Skipped
from photocolor.pipeline.extra_files import LAYER_ENDINGS
from photocolor.settings import Layers
from photocolor.xmp_places import EarlierXmp

AS_BEFORE = "as in an earlier run"
SKIP_DONE, SKIP_EXISTS = "done", EXISTS
STALE = "the result of an earlier run stays there, though these settings make none of this photo"
"""What is said of a photo that is left alone where an earlier one, or other settings, left a result."""


class Action(StrEnum):
    """Names what a run does with one photo; the words of `--dry-run`."""

    COLOR = "color"
    REDO = "redo"
    OVERWRITE = "overwrite"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class ResumeVerdict:
    """Holds what was decided about one photo.

    Attributes:
        action: what to do.
        reason: stable word for a skipped photo: "done", "exists", or the pipeline's own from an earlier run.
        detail: one phrase for people.
        foreign: (size in bytes, mtime in ns) of a file at the target that is not photocolor's; None if there is none.
        marked: whether an earlier run marked damage on it; None if none looked for it.
        stale_result: place of the result of an earlier run that stays although the photo is left alone; "" for none.
    """

    action: Action
    reason: str = ""
    detail: str = ""
    foreign: tuple[int, int] | None = None
    marked: bool | None = None
    stale_result: str = ""

    def skipped(self, job: Job) -> Skipped:
        """Returns the outcome of a photo that is not worked on."""
        return Skipped(job, self.reason, self.detail, marked=self.marked, stale_result=self.stale_result)


@dataclass(frozen=True, slots=True)
class ResumeDecider:
    """Decides photo by photo; inspects files and changes none.

    Attributes:
        past: what earlier runs finished.
        recipe: the model and the settings of this run.
        in_progress: what an earlier run began and did not finish, and no later line knows of.
        overwrite: whether files that are not photocolor's may be replaced.
        inspector: look at what is there.
        layers: what shall lie beside each result for a picture editor.
    """

    past: Past
    recipe: Recipe
    in_progress: Mapping[str, InProgressNote] = field(default_factory=dict)
    overwrite: bool = False
    inspector: TargetInspector = field(default_factory=FileTargetInspector)
    layers: Layers = Layers.NONE

    def decide(self, job: Job) -> ResumeVerdict:
        """Returns what is to be done with one photo.

        A finished photo is skipped if its source, the model and the settings are those of its record and the result
        is still there with the recorded size. A source with another time but the same length is read and compared.
        """
        there = self.inspector.target(job)
        passed = self.past.passed.get(job.relative)
        if passed and passed.recipe == self.recipe.key and _is_untouched(job, passed):
            stale = self._stale_result(job, there, passed.source_sha256)
            return ResumeVerdict(Action.SKIP, passed.reason, _detail(AS_BEFORE, stale), stale_result=stale)
        if there is None:
            return ResumeVerdict(Action.COLOR)
        if not there.regular:
            detail = f"{there.kind} has the result's name, and is never replaced: move it away"
            return ResumeVerdict(Action.SKIP, SKIP_EXISTS, detail)
        return self._with_result(job, there)

    def with_stale_result(self, skipped: Skipped) -> Skipped:
        """Returns the outcome of a photo that was left alone, with what an earlier run made of it and stays there."""
        stale = self._stale_result(skipped.job, self.inspector.target(skipped.job), skipped.source_sha256)
        return replace(skipped, detail=_detail(skipped.detail, stale), stale_result=stale)

    def _stale_result(self, job: Job, there: TargetState | None, source_sha256: str) -> str:
        """Returns the place of photocolor's own result that was made of another source or with other settings.

        A copy of the photo, which an earlier run put there because the photo has color, is none.
        """
        record = self.past.done.get(job.relative)
        if record is None or there is None or not there.regular or there.size_bytes != record.result_bytes:
            return ""
        is_copy = record.layers is None and record.source_sha256 == source_sha256
        return "" if is_copy else job.relative

    def with_earlier_copies(self, job: Job) -> Job:
        """Returns the job with what is recorded of the result that it replaces, and of the files beside that.

        Of a photo that an earlier run was at work on no digests count: what lies there may be newer than its record.
        """
        record = self.past.done.get(job.relative)
        if record is None:
            return job
        job = replace(job, earlier_sha256=record.source_sha256)
        if record.sidecars:
            job = replace(job, earlier_xmp=EarlierXmp(record.sidecars, record.sidecars_sha256))
        if job.relative in self.in_progress:
            return job
        return replace(job, beside_sha256=tuple((place.rpartition("/")[2], sha) for place, sha in record.beside_sha256))

    def _with_result(self, job: Job, there: TargetState) -> ResumeVerdict:
        record = self.past.done.get(job.relative)
        state = (there.size_bytes, there.mtime_ns)
        note = self.in_progress.get(job.relative)
        # Before the record: a run with other settings may have died, whose results and layers can be as long as ours.
        if note is not None and note.foreign != state and self.inspector.is_own_result(job):
            return ResumeVerdict(Action.REDO, detail="an earlier run ended while it was at work on it")
        if record is not None and record.result_bytes == there.size_bytes:
            verdict = self._with_record(job, record)
            if verdict.action is Action.SKIP or self._is_as_written(job, there, record):
                return verdict
        if self.overwrite:
            return ResumeVerdict(
                Action.OVERWRITE, detail="replaces a file that photocolor did not write", foreign=state
            )
        detail = "the result was changed after it was written" if record else "photocolor did not write this file"
        return ResumeVerdict(Action.SKIP, SKIP_EXISTS, f"{detail}; --overwrite replaces it")

    def _is_as_written(self, job: Job, there: TargetState, record: Record) -> bool:
        """Returns whether a result as long as its record is the recorded one, by its time, or else by its digest."""
        if not record.result_start or there.mtime_ns < record.written_s * 10**9:
            return True
        sha256 = self.inspector.result_sha256(job)
        return not sha256 or start_of(sha256) == record.result_start

    def _with_record(self, job: Job, record: Record) -> ResumeVerdict:
        if job.relative in self.past.failed:  # only a new line makes its result the last word again
            return ResumeVerdict(Action.REDO, detail="the last run failed on it")
        if record.recipe != self.recipe.key:
            other_model = not record.recipe.startswith(self.recipe.model_sha256)
            return ResumeVerdict(Action.REDO, detail=f"the {'model' if other_model else 'settings'} changed")
        if not self._is_the_same_source(job, record):
            return ResumeVerdict(Action.REDO, detail="the source changed")
        is_copy = record.layers is None  # nothing was colored: no color points, and no mask of damage, count
        if not is_copy and self.inspector.hints_sha256(job) != record.hints_sha256:
            return ResumeVerdict(Action.REDO, detail="the color hints changed")
        if change := self.inspector.sidecars_change(job, record):
            return ResumeVerdict(Action.REDO, detail=change)
        if not self._has_layers(job, record):
            return ResumeVerdict(Action.REDO, detail="its layers are not there")
        if not is_copy and (change := self.inspector.mending_change(job, record)):
            return ResumeVerdict(Action.REDO, detail=change)
        if change := self.inspector.mask_change(job, record):
            return ResumeVerdict(Action.REDO, detail=change)
        return ResumeVerdict(Action.SKIP, SKIP_DONE, "done by an earlier run", marked=record.marked)

    def _has_layers(self, job: Job, record: Record) -> bool:
        """Returns whether the layers lie beside a result that this run asks for; a copied photo has none."""
        if self.layers is Layers.NONE or record.layers is None:
            return True
        places = [place for place in record.layers if place.endswith(LAYER_ENDINGS[self.layers])]
        return bool(places) and all(has_copy(job, place) for place in places)

    def _is_the_same_source(self, job: Job, record: Record) -> bool:
        if _is_untouched(job, record):
            return True
        if job.fingerprint.size_bytes != record.size_bytes:
            return False
        return self.inspector.source_sha256(job) == record.source_sha256


def _detail(said: str, stale_result: str) -> str:
    return f"{said}; {STALE}" if stale_result else said


def _is_untouched(job: Job, record: Record) -> bool:
    return (job.fingerprint.size_bytes, job.fingerprint.mtime_ns) == (record.size_bytes, record.mtime_ns)
