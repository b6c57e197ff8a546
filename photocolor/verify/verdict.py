"""Holds what a verification found, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """Holds one promise about a result, and whether it is kept.

    Attributes:
        name: "readable", "size", "orientation", "depth", "profile", "resolution", "alpha", "gray", "metadata",
            "provenance", "record", "copy", "sidecar", "masks", "strays" (whether the file holds anything else),
            "decoder" (whether another library sees the same source), "color" (there where the result has none) or
            "remarks" (what was said of the source); the last two always hold.
        holds: whether it is kept.
        detail: what was measured, in a phrase.
    """

    name: str
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class TagChange:
    """Describes one tag of the source that the result does not have unchanged.

    Attributes:
        tag: its place and name, as "EXIF/ExifIFD/ColorSpace".
        was: the value in the source; empty for a tag that is new.
        now: the value in the result; empty for a tag that is lost.
        reason: why this is intended; empty if it is not.
    """

    tag: str
    was: str
    now: str
    reason: str


@dataclass(frozen=True, slots=True)
class TagReport:
    """Reports what happened to the source's metadata, tag by tag.

    Attributes:
        kept: how many tags are equal.
        changed: tags with another value.
        lost: tags that are gone.
        added: tags that only the result has.
    """

    kept: int = 0
    changed: tuple[TagChange, ...] = ()
    lost: tuple[TagChange, ...] = ()
    added: tuple[TagChange, ...] = ()

    @property
    def unintended(self) -> tuple[TagChange, ...]:
        """Returns the changes that no row of the documented list explains."""
        return tuple(item for item in (*self.changed, *self.lost, *self.added) if not item.reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Says whether a result is its source, in color and in nothing else.

    Attributes:
        source: path of the source; empty for a result without one.
        result: path of the result; empty for a photo without one.
        status: "verified", "skipped" (the run left the photo alone, and said why), "missing", "extra", or "damaged"
            for the records of a run.
        checks: every promise that was looked at.
        tags: the metadata, tag by tag.
        detail: what a status other than "verified" means here.
    """

    source: str
    result: str
    status: str = "verified"
    checks: tuple[Check, ...] = ()
    tags: TagReport = field(default_factory=TagReport)
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Returns True if nothing is missing, nothing is extra and all checks pass."""
        return self.status == "skipped" or (self.status == "verified" and all(check.holds for check in self.checks))

    @property
    def broken(self) -> tuple[Check, ...]:
        """Returns the checks that fail."""
        return tuple(check for check in self.checks if not check.holds)
