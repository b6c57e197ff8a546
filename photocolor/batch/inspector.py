"""Looks at sources and at what lies at their targets, and changes nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol
from unicodedata import normalize

from photocolor.batch.records.manifest import Record
from photocolor.containers.recognize import sniff
from photocolor.errors import PhotoError
from photocolor.metadata.carry import read_provenance
from photocolor.outcome import Job
from photocolor.pipeline.extra_files import MENDED_SUFFIXES, mask_place
from photocolor.pipeline.mending.hand import digest_of_hand_mask
from photocolor.pipeline.source import digest_of_hints, is_read_in_place
from photocolor.pipeline.xmp_files import is_in_its_own_way, read_places, read_sidecars, xmp_places
from photocolor.settings import Sidecars
from photocolor.system.file_bytes import DiskBytes, digest_of
from photocolor.system.safe_files import open_regular, read_regular
from photocolor.xmp_places import XmpPlace

COPY_MISSING = "the copy of its XMP file is missing"
"""Why a photo is worked on again whose XMP file could not be copied, after what was in the way is gone."""


@dataclass(frozen=True, slots=True)
class TargetState:
    """Describes what lies at a target.

    Attributes:
        size_bytes: its length.
        mtime_ns: when it was changed last.
        kind: what it is if it is no file, such as "a folder"; "" if it is one.
    """

    size_bytes: int
    mtime_ns: int
    kind: str = ""

    @property
    def regular(self) -> bool:
        """Returns whether it is a file."""
        return not self.kind


class TargetInspector(Protocol):
    """Inspects sources and targets where they lie."""

    def target(self, job: Job) -> TargetState | None:
        """Returns the state of what lies at the target; None if nothing does."""

    def source_sha256(self, job: Job) -> str:
        """Returns the digest of the source as it is now; "" if it cannot be read."""

    def result_sha256(self, job: Job) -> str:
        """Returns the digest of what lies at the target; "" if it is not read."""

    def hints_sha256(self, job: Job) -> str:
        """Returns the digest of the sidecar with color hints; "" without one."""

    def sidecars_change(self, job: Job, record: Record) -> str:
        """Returns how a photo's XMP files differ from its record; "" if they do not."""

    def blocked_copies(self, job: Job, record: Record) -> str:
        """Returns a sentence about XMP files of a finished photo that another file kept from being copied; else ""."""

    def mask_change(self, job: Job, record: Record) -> str:
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
        return TargetState(there.st_size, there.st_mtime_ns, _kind(there.st_mode))

    def source_sha256(self, job: Job) -> str:
        """Returns the digest of the source as it is now."""
        try:
            with open_regular(job.source) as source:
                return digest_of(source)
        except OSError:
            return ""  # the pipeline meets it again, and names it

    def result_sha256(self, job: Job) -> str:
        """Returns the digest of what lies at the target."""
        try:
            with open_regular(job.target, links=False) as result:
                return digest_of(result)
        except OSError:
            return ""  # writing will tell

    def hints_sha256(self, job: Job) -> str:
        """Returns the digest of the sidecar with color hints."""
        return digest_of_hints(job.source)

    def sidecars_change(self, job: Job, record: Record) -> str:
        """Returns how a photo's XMP files differ from its record; "" if they do not."""
        if self._sidecars is Sidecars.IGNORE:  # a copy that stays would state what nobody keeps up to date
            stays = any(has_copy(job, place) for place in record.sidecars)
            return "the copy of an XMP file is not wanted beside it any more" if stays else ""
        now = read_sidecars(job.source, job.target.with_name(job.name), self._sidecars)
        sha256 = record.sidecars_sha256 if now.is_recorded_as(record.sidecars_sha256) else now.sha256
        if change := change_of_sidecars(record, sha256, partial(has_copy, job)):
            return change
        places = () if self._sidecars is Sidecars.MERGE else (item.place for item in now.found)
        missing = uncopied(record, places)
        return COPY_MISSING if any(is_free(place.target) for place in missing) else ""

    def blocked_copies(self, job: Job, record: Record) -> str:
        """Returns a sentence about XMP files of a finished photo that another file kept from being copied."""
        if self._sidecars is not Sidecars.COPY or not record.sidecars_sha256:
            return ""
        left = uncopied(record, xmp_places(job.source, job.target.with_name(job.name)))
        return sentence_on_blocked([item.place for item in read_places(left, job.source.suffix).found])

    def mask_change(self, job: Job, record: Record) -> str:
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
        if note.get("source_sha256") != record.source_sha256:
            return "the mask of its damage is of another photo"
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


def uncopied(record: Record, places: Iterable[XmpPlace]) -> list[XmpPlace]:
    """Returns which of a photo's XMP files have no copy of ours by its record: something lay in the way.

    Args:
        record: of the photo; as long as it says nothing of XMP files, nothing is known of their copies either.
        places: of the XMP files that are copied.
    """
    copied = {normalize("NFC", place.rpartition("/")[2]) for place in record.sidecars}
    return [place for place in places if normalize("NFC", place.copy) not in copied]


def is_free(path: Path) -> bool:
    """Returns whether nothing lies at a path, where something could be put."""
    try:
        path.lstat()
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    return False


def sentence_on_blocked(places: Sequence[XmpPlace]) -> str:
    """Returns what is said in each run of XMP files that were not copied, because another file is in the way.

    One that is in its own way is not named: nobody needs to move it.
    """
    places = [place for place in places if not is_in_its_own_way(place)]
    if not places:
        return ""
    names = ", ".join(place.shown_target for place in places)
    them, way = ("it", "is") if len(places) == 1 else ("them", "are")
    files = ", ".join(place.shown for place in places)
    return f"{files}: not copied, because {names} {way} in the way; move {them} away and run again."


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
            return bool(source_sha256) and _source_in(file) == source_sha256
    except (OSError, PhotoError):
        return False


def is_of_photocolor(result: Path) -> bool:
    """Returns whether a file bears photocolor's provenance, of whatever source; a link is none."""
    try:
        with open_regular(result, links=False) as file:
            return bool(_source_in(file))
    except (OSError, PhotoError):
        return False


def _source_in(file: BinaryIO) -> str:
    """Returns the digest of the source that a result names as its own; "" if it names none.

    Raises:
        OSError, PhotoError: the file cannot be read.
    """
    data = DiskBytes(file) if is_read_in_place(file) else DiskBytes(file)[:]
    provenance = read_provenance(data, sniff(data).name)
    return provenance.source_sha256 if provenance is not None else ""


def _kind(mode: int) -> str:
    """Returns the word for what is no file; "" for a file."""
    if stat.S_ISREG(mode):
        return ""
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISLNK, "a link"), (stat.S_ISFIFO, "a named pipe"))
    named = (word for is_it, word in (*kinds, (stat.S_ISSOCK, "a socket")) if is_it(mode))
    return next(named, "a device")
