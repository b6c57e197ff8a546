"""Tells what a run wrote beside a result, and whether a person has worked on it since."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from photocolor.outcome import Done, Job, Outcome
from photocolor.system.file_bytes import digest_of
from photocolor.system.safe_files import open_regular

CHANGED = "was changed after photocolor wrote it"


@dataclass(frozen=True, slots=True)
class Beside:
    """Holds what was written beside a result.

    Attributes:
        places: in the output folder, with forward slashes.
        warnings: what was not, or stays though it is of an earlier result, one sentence each.
    """

    places: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def with_digests(outcome: Outcome) -> Outcome:
    """Returns the outcome with a digest of each file of layers and each copy of an XMP file beside its result.

    A file of an earlier result that stays, because a person has worked on it, keeps the digest of what was written:
    so it is known in later runs, too.
    """
    if not isinstance(outcome, Done):
        return outcome
    job = outcome.job
    folder = job.relative[: -len(job.name)]
    digests = {folder + name: sha256 for name, sha256 in job.beside_sha256 if _lies_beside(job, name)}
    for place in (*outcome.layers, *outcome.sidecars):
        try:
            with open_regular(job.target.with_name(place.rpartition("/")[2]), links=False) as file:
                digests[place] = digest_of(file)
        except OSError:
            digests.pop(place, None)  # nobody can say any more what was written
    return replace(outcome, beside_sha256=digests) if digests else outcome


def was_changed(job: Job, name: str, data: bytes) -> bool:
    """Returns whether a file beside a result is not as the manifest records it; False if it records none.

    Args:
        job: the photo.
        name: of the file.
        data: its bytes.
    """
    recorded = dict(job.beside_sha256).get(name)
    return recorded is not None and recorded != hashlib.sha256(data).hexdigest()


def _lies_beside(job: Job, name: str) -> bool:
    return os.path.lexists(job.target.with_name(name))


def kept(target: Path) -> str:
    """Returns what is said of a file of an earlier result that a person has worked on."""
    return f"{target} {CHANGED}; it stays, though it is of an earlier result"
