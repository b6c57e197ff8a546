"""The job and the outcome of one photo, as plain values that travel between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from photocolor.xmp_places import EarlierXmp, RemoteXmp, XmpPlace

EXISTS = "exists"
"""Reason of a skipped photo whose result's name is taken by a file that is not, or not any more, photocolor's."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Identifies a source's state by the file system when the run was planned.

    Attributes:
        size_bytes: length of the file.
        mtime_ns: time of its last change, in nanoseconds.
    """

    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Remote:
    """Says where a photo really lies if that is remote: the job's paths are then a worker's own copies.

    Attributes:
        source: address to read it from; "" for a local source.
        target: address that the result goes to; "" for a local target.
        hints: whether a sidecar with color hints lies beside the source.
        xmp: the XMP files beside a remote source, as far as they are wanted.
        copies: whether copies of XMP files go beside the result.
        there: size in bytes and mtime in ns of the object that the result replaces; None if there is none.
    """

    source: str = ""
    target: str = ""
    hints: bool = False
    xmp: tuple[RemoteXmp, ...] = ()
    copies: bool = False
    there: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """Identifies the folder that a run writes into, as it was when the run began.

    Attributes:
        path: where it lies.
        identity: number of its file system, and its own number there; None where other machines write, which may
            number both otherwise.
    """

    path: Path
    identity: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Holds one source and the one place where its result goes.

    Attributes:
        source: the file to read; never written.
        target: the file to create, whole or not at all.
        relative: the target's path inside the output folder, with forward slashes; the photo's name in the manifest.
        fingerprint: the source as planned.
        token: eight hex digits for the temporary file's name, so that the parent can remove it after a crash.
        remote: addresses in a remote storage; None if both are files.
        root: the output folder, which the result may not leave and which must stay in place; None if there is none.
        xmp: the XMP files of a photo whose source or target is a worker's own copy; None looks beside the source.
        earlier_xmp: copies of XMP files beside the result that this one replaces; None without any.
        beside_sha256: names and digests of the layers and copies of XMP files beside it, as they were written.
        earlier_sha256: digest of the source that an earlier run into the folder made a result of; "" without one.
    """

    source: Path
    target: Path
    relative: str
    fingerprint: Fingerprint
    token: str
    remote: Remote | None = None
    root: OutputFolder | None = None
    xmp: tuple[XmpPlace, ...] | None = None
    earlier_xmp: EarlierXmp | None = None
    beside_sha256: tuple[tuple[str, str], ...] = ()
    earlier_sha256: str = ""

    @property
    def name(self) -> str:
        """Returns the result's file name."""
        return self.relative.rpartition("/")[2]

    @property
    def origin(self) -> str:
        """Returns the source as the user and the manifest name it."""
        return (self.remote and self.remote.source) or str(self.source)

    @property
    def destination(self) -> str:
        """Returns the target as the user and the manifest name it."""
        return (self.remote and self.remote.target) or str(self.target)


class Layers(StrEnum):
    """Names the file with the photograph and its color in layers that lies beside a result."""

    NONE = "none"
    ORA = "ora"
    PSD = "psd"
    PNG = "png"


LEAST_SHARE = 1e-7
"""Least share of a photo's pixels that is reported if it is not 0; shares are rounded to as much."""


def share_of(pixels: int, all_pixels: int) -> float:
    """Returns a share that is rounded, but 0 for nothing alone: a speck on a large scan counts, too."""
    return max(LEAST_SHARE, round(pixels / all_pixels, 7)) if pixels else 0.0


@dataclass(frozen=True, slots=True)
class Mended:
    """Says how much of a photo's damage was painted over.

    Attributes:
        share: share of all pixels that were, in [0, 1].
        left: share of those that are damaged and were not: too wide, on a face or on lettering.
    """

    share: float
    left: float


@dataclass(frozen=True, slots=True)
class Done:
    """Reports that the result lies under its final name.

    Attributes:
        source_sha256: hex digest of the source's bytes.
        result_sha256: hex digest of the result's bytes.
        result_bytes: length of the result.
        megapixels: pixels of the photo, in millions.
        seconds: wall time in the worker.
        device: provider that ran the model, as ONNX Runtime names it.
        tiles: tiles of the tile pass; 0 when the global pass was enough.
        doubt: mean doubt of the model, 0 sure to 1 guessing; None if the model does not tell.
        degraded: what had to be made smaller, one phrase each; empty for a full result.
        warnings: what the user should know, one sentence each.
        hints_sha256: digest of the sidecar with a person's color hints; "" without one.
        pages: pages of the file; more than 1 for a TIFF with several.
        integrity: "checked" if the source has checksums of its coded pixels, which were compared; else "unchecked".
        sidecars_sha256: digest of the XMP files beside the source; "" without any, or if they are not looked at.
        sidecars: places of their copies in the output folder, with forward slashes.
        layers: places there of the files with its layers.
        damage: share of all pixels that the damage finder marked, as "all" and by kind; None if it did not run.
        tone_curves: the curve against fading over each page's lightness; none if no page has one.
        mended: how much was painted over; None if that was not asked for.
        hand_mask_sha256: digest of the mask by hand beside the photo; "" without one, or if nothing is to be mended.
        inverted: numbers of the pages, counted from 1, that are negatives and were inverted before they were colored.
        faces: how many faces the model looked at a second time; None if that was not asked for.
        beside_sha256: digest of each file with layers and each copy of an XMP file, by its place; None without any.
    """

    job: Job
    source_sha256: str
    result_sha256: str
    result_bytes: int
    megapixels: float
    seconds: float
    device: str
    tiles: int
    doubt: float | None = None
    degraded: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    hints_sha256: str = ""
    pages: int = 1
    integrity: str = "unchecked"
    sidecars_sha256: str = ""
    sidecars: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    damage: Mapping[str, float] | None = None
    tone_curves: tuple[str, ...] = ()
    mended: Mended | None = None
    hand_mask_sha256: str = ""
    inverted: tuple[int, ...] = ()
    faces: int | None = None
    beside_sha256: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Reports that nothing was done, on purpose.

    Attributes:
        reason: stable word: "done", "exists", "already_color", "negative".
        detail: one sentence for people.
        source_sha256: hex digest of the source's bytes, if they were read.
        marked: whether an earlier run marked damage on it; None if none looked for it.
        stale_result: place in the output folder of the result of an earlier run that lies there still, and that these
            settings would not make of the source as it is now; "" without one.
    """

    job: Job
    reason: str
    detail: str = ""
    source_sha256: str = ""
    marked: bool | None = None
    stale_result: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Reports that the photo could not be colored; what lies under its target name is unchanged.

    Attributes:
        reason: `PhotocolorError.reason` of the cause.
        message: what happened, with the value.
        hint: what to do.
    """

    job: Job
    reason: str
    message: str
    hint: str = ""


Outcome = Done | Skipped | Failed


class ProgressListener(Protocol):
    """Receives the progress of the pipeline, and may cancel it."""

    def stage(self, name: str) -> None:
        """Reports that a stage of the photo begins: "decode", "color", "encode"."""

    def tiles(self, done: int, total: int) -> None:
        """Reports that `done` of `total` tiles are colored."""

    def check(self) -> None:
        """Raises `Canceled` if the user wants to stop."""


class NoProgress:
    """Ignores progress and never cancels; a `ProgressListener`."""

    def stage(self, name: str) -> None:
        """Ignores the stage."""

    def tiles(self, done: int, total: int) -> None:
        """Ignores the tiles."""

    def check(self) -> None:
        """Does nothing, so it never cancels."""


class Work(Protocol):
    """Colors one photo after the other, in any thread."""

    def __call__(self, job: Job, watch: ProgressListener, /) -> Outcome:
        """Returns the outcome of a photo."""

    def cancel(self) -> None:
        """Cancels the photos at work, from any thread, for good."""
