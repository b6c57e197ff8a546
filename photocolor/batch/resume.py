"""Decides which photos need work, by the manifest, the output folder and the sources."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol

from photocolor.batch.records.in_progress import InProgressNote
from photocolor.batch.records.manifest import Past, Recipe, Record
from photocolor.containers.recognize import sniff
from photocolor.errors import PhotoError
from photocolor.metadata.carry import read_provenance
from photocolor.outcome import EXISTS, EarlierXmp, Job, Skipped
from photocolor.pipeline.extra_files import LAYER_ENDINGS, MENDED_SUFFIXES, mask_place
from photocolor.pipeline.mending.hand import digest_of_hand_mask
from photocolor.pipeline.source import digest_of, digest_of_hints, is_read_in_place
from photocolor.pipeline.xmp_files import digest_of_sidecars
from photocolor.settings import Layers, Sidecars
from photocolor.system.file_bytes import DiskBytes
from photocolor.system.safe_files import open_regular, read_regular

SKIP_DONE, SKIP_EXISTS = "done", EXISTS


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
    """

    action: Action
    reason: str = ""
    detail: str = ""
    foreign: tuple[int, int] | None = None

    def skipped(self, job: Job) -> Skipped:
        """Returns the outcome of a photo that is not worked on."""
        return Skipped(job, self.reason, self.detail)


@dataclass(frozen=True, slots=True)
class TargetState:
    """Describes what lies at a target.

    Attributes:
        size_bytes: its length.
        mtime_ns: when it was changed last.
        regular: whether it is a file.
    """

    size_bytes: int
    mtime_ns: int
    regular: bool = True


class TargetInspector(Protocol):
    """Inspects sources and targets where they lie."""

    def target(self, job: Job) -> TargetState | None:
        """Returns the state of what lies at the target; None if nothing does."""

    def source_sha256(self, job: Job) -> str:
        """Returns the digest of the source as it is now; "" if it cannot be read."""

    def hints_sha256(self, job: Job) -> str:
        """Returns the digest of the sidecar with color hints; "" without one."""

    def sidecars_change(self, job: Job, record: Record) -> str:
        """Returns how a photo's XMP files differ from its record; "" if they do not."""

    def mask_change(self, job: Job) -> str:
        """Returns how the mask of a photo's damage differs from the one that is wanted; "" if it does not."""

    def mending_change(self, job: Job, record: Record) -> str:
        """Returns how what says or shows what is painted over differs from its record; "" if it does not."""

    def is_own_result(self, job: Job) -> bool:
        """Returns whether photocolor made the target of this source, or copied the source there."""


class FileTargetInspector:
    """Inspects files.

    Args:
        sidecars: what happens to XMP files beside a photo.
        masks: folder for masks of the photos' damage; None if none are wanted.
        finder_sha256: digest of the finder that makes those masks; "" if none are wanted.
        mends: whether damage is painted over.
    """

    def __init__(
        self,
        sidecars: Sidecars = Sidecars.COPY,
        masks: Path | None = None,
        finder_sha256: str = "",
        *,
        mends: bool = False,
    ) -> None:
        self._sidecars, self._masks, self._mends = sidecars, masks, mends
        self._finder_sha256 = finder_sha256

    def target(self, job: Job) -> TargetState | None:
        """Returns the state of what lies at the target; a link there is not the result."""
        try:
            there = job.target.stat(follow_symlinks=False)
        except OSError:
            return None  # absent, or unreachable: writing will tell
        return TargetState(there.st_size, there.st_mtime_ns, stat.S_ISREG(there.st_mode))

    def source_sha256(self, job: Job) -> str:
        """Returns the digest of the source as it is now."""
        try:
            with open_regular(job.source) as source:
                return digest_of(source)
        except OSError:
            return ""  # the pipeline meets it again, and names it

    def hints_sha256(self, job: Job) -> str:
        """Returns the digest of the sidecar with color hints."""
        return digest_of_hints(job.source)

    def sidecars_change(self, job: Job, record: Record) -> str:
        """Returns how a photo's XMP files differ from its record; "" if they do not."""
        if self._sidecars is Sidecars.IGNORE:
            return ""
        now = digest_of_sidecars(job.source, job.target.with_name(job.name), self._sidecars)
        return change_of_sidecars(record, now, partial(has_copy, job))

    def mask_change(self, job: Job) -> str:
        """Returns how the mask of a photo's damage differs from the one that is wanted."""
        if self._masks is None:
            return ""
        from photocolor.image.mask_file import read_note  # only runs with masks have any

        try:
            note = read_note(read_regular(mask_place(job, self._masks))[0])
        except FileNotFoundError:
            return "the mask of its damage is missing"
        except OSError:
            return ""  # writing will tell
        return "" if note.get("finder_sha256") == self._finder_sha256 else "the mask of its damage is of another finder"

    def mending_change(self, job: Job, record: Record) -> str:
        """Returns how the masks of what is painted over differ from their record."""
        if not self._mends:
            return ""
        if digest_of_hand_mask(job.source) != record.hand_mask_sha256:
            return "the mask by hand beside it changed"
        there = any(has_copy(job, job.name + suffix) for suffix in MENDED_SUFFIXES)
        return "the mask of what was painted over is missing" if record.mended and not there else ""

    def is_own_result(self, job: Job) -> bool:
        """Returns whether what lies at the target was made of this source."""
        return is_made_of(job.target, self.source_sha256(job))


def change_of_sidecars(record: Record, sha256: str, is_there: Callable[[str], bool]) -> str:
    """Returns how a photo's XMP files differ from its record; "" if they do not.

    Args:
        record: of the photo.
        sha256: digest of the XMP files as they are now.
        is_there: whether something lies at a place in the output folder.
    """
    if sha256 != record.sidecars_sha256:
        return "the XMP file beside it changed" if record.sidecars_sha256 else "the XMP file beside it is new"
    return "" if all(map(is_there, record.sidecars)) else "the copy of its XMP file is gone"


def has_copy(job: Job, place: str) -> bool:
    """Returns whether something lies beside a job's result under the name of a sidecar's copy."""
    return os.path.lexists(job.target.with_name(place.rpartition("/")[2]))


def is_made_of(result: Path, source_sha256: str) -> bool:
    """Returns whether a file bears photocolor's provenance of a source, or is the source byte for byte.

    Args:
        result: the file; a link is none.
        source_sha256: digest of the source; "" if it cannot be read.
    """
    try:
        with open_regular(result, links=False) as file:
            if digest_of(file) == source_sha256:
                return True
            data = DiskBytes(file) if is_read_in_place(file) else DiskBytes(file)[:]
            provenance = read_provenance(data, sniff(data).name)
    except (OSError, PhotoError):
        return False
    return bool(source_sha256) and provenance is not None and provenance.source_sha256 == source_sha256


@dataclass(frozen=True, slots=True)
class ResumeDecider:
    """Decides photo by photo; inspects files and changes none.

    Attributes:
        past: what earlier runs finished.
        recipe: the model and the settings of this run.
        in_progress: what an earlier run began and did not finish.
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
            return ResumeVerdict(Action.SKIP, passed.reason, "as in an earlier run")
        if there is None:
            return ResumeVerdict(Action.COLOR)
        if not there.regular:
            return ResumeVerdict(Action.SKIP, SKIP_EXISTS, "something that is not a file has the result's name")
        return self._with_result(job, there)

    def with_earlier_copies(self, job: Job) -> Job:
        """Returns the job with what is recorded of the XMP files beside the result that it replaces."""
        record = self.past.done.get(job.relative)
        if record is None or not record.sidecars:
            return job
        return replace(job, earlier_xmp=EarlierXmp(record.sidecars, record.sidecars_sha256))

    def _with_result(self, job: Job, there: TargetState) -> ResumeVerdict:
        record = self.past.done.get(job.relative)
        if record is not None and record.result_bytes == there.size_bytes:
            return self._with_record(job, record)
        state = (there.size_bytes, there.mtime_ns)
        note = self.in_progress.get(job.relative)
        is_recorded = record is not None and note is not None and record.run >= note.run  # its line came after its note
        if note is not None and not is_recorded and note.foreign != state and self.inspector.is_own_result(job):
            return ResumeVerdict(Action.REDO, detail="an earlier run ended while it was at work on it")
        if self.overwrite:
            return ResumeVerdict(
                Action.OVERWRITE, detail="replaces a file that photocolor did not write", foreign=state
            )
        detail = "the result was changed after it was written" if record else "photocolor did not write this file"
        return ResumeVerdict(Action.SKIP, SKIP_EXISTS, f"{detail}; --overwrite replaces it")

    def _with_record(self, job: Job, record: Record) -> ResumeVerdict:
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
        if change := self.inspector.mask_change(job):
            return ResumeVerdict(Action.REDO, detail=change)
        return ResumeVerdict(Action.SKIP, SKIP_DONE, "done by an earlier run")

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


def _is_untouched(job: Job, record: Record) -> bool:
    return (job.fingerprint.size_bytes, job.fingerprint.mtime_ns) == (record.size_bytes, record.mtime_ns)
