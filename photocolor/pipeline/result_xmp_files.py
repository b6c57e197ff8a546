"""Writes the XMP files of a result: copies of those beside the source with provenance, or merged into the result."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from photocolor.beside import CHANGED, Beside, kept, was_changed
from photocolor.errors import TargetBlocked
from photocolor.metadata.carry import Changes
from photocolor.metadata.limits import SOURCE_XMP_MOST_BYTES, XMP_MOST_BYTES
from photocolor.metadata.model import Log, Picture
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.xmp.sidecar_packet import names_result, owner_of, stated
from photocolor.outcome import Job
from photocolor.pipeline.placement import placement_of
from photocolor.pipeline.xmp_files import (
    Sidecar,
    SourceSidecars,
    copy_token,
    digest_of_files,
    is_one_file,
    possible_copies,
    read_places,
    read_sidecars,
)
from photocolor.settings import FileSettings, Sidecars
from photocolor.system.atomic import AtomicFile
from photocolor.system.printable import shortened
from photocolor.system.safe_files import open_regular


def sidecars_of(job: Job, files: FileSettings) -> SourceSidecars:
    """Returns the XMP files of a job's source."""
    if job.xmp is None or files.sidecars is Sidecars.IGNORE:
        return read_sidecars(job.source, job.target.with_name(job.name), files.sidecars)
    return read_places(job.xmp, PurePath(job.origin).suffix)


def narrow_to_merged(file: AtomicFile, job: Job, sidecars: SourceSidecars, files: FileSettings) -> None:
    """Takes the permissions from a result that the sidecars have not whose content goes into it.

    Raises:
        OSError: the file system refuses it.
    """
    for item in sidecars.found if files.sidecars is Sidecars.MERGE else ():
        _narrow(file, job, item)


def _narrow(file: AtomicFile, job: Job, item: Sidecar) -> None:
    if not (job.remote and job.remote.source):  # a file of a remote storage has no permissions
        file.narrow(item.readers)


def with_sidecars(changes: Changes, sidecars: SourceSidecars, files: FileSettings) -> Changes:
    """Returns the changes with the sidecars, if they are merged; the provenance then names them."""
    if files.sidecars is not Sidecars.MERGE or not sidecars.found:
        return changes
    settings = {**changes.provenance.settings, "sidecars_sha256": sidecars.sha256}
    provenance = replace(changes.provenance, settings=settings)
    return replace(changes, provenance=provenance, sidecars=tuple(item.data for item in sidecars.found))


def write_sidecars(
    job: Job,
    sidecars: SourceSidecars,
    files: FileSettings,
    picture: Picture | None = None,
    provenance: Provenance | None = None,
) -> Beside:
    """Puts the copies in place, each whole or not at all; only a copy of ours that nobody changed is ever replaced.

    Copies of an earlier result that are not written again are removed, also those that only a killed run knew; those
    that a person has worked on since stay, and are told.

    Args:
        job: the photo.
        sidecars: of its source.
        files: what happens to them.
        picture: how the result's pixels are stored; None copies the files byte for byte, as beside a copied photo.
        provenance: what colored the photo, which the copies state.

    Raises:
        OutputError: nothing can be written there.
    """
    places, warnings, told, own = list[str](), list(sidecars.warnings), set[str](), _copies_as_recorded(job)
    folder = job.relative.rpartition("/")[0]
    for item in sidecars.found if files.sidecars is Sidecars.COPY else ():
        content, log = item.data, Log()
        if picture is not None and provenance is not None:
            content = stated(item.data, _name(job), picture, provenance, log)
        place = item.place
        warnings.extend(f"the sidecar {place.name}: {sentence}" for sentence in (*log.warnings, *log.remarks))
        cause = None if place.copy in own else _in_the_way(place.target, content, job, sidecars)
        if cause is None:
            _write(job, item, content, files)
        elif cause:
            message = f"{place.shown_target} {cause}; move it away and run again"
            warnings.append(f"the sidecar {place.shown} was not copied: {message}")
            told.add(place.copy)
            continue
        places.append(f"{folder}/{item.copy}" if folder else item.copy)
    warnings.extend(_remove_stale(job, {place.rpartition("/")[2] for place in places}, told, own, sidecars))
    return Beside(tuple(places), tuple(warnings))


def _copies_as_recorded(job: Job) -> frozenset[str]:
    """Returns the names of the copies that lie there as an earlier run wrote them, byte for byte those beside a source.

    They name no result, as a copy beside a photo in color that was copied itself; so their digest is what tells them
    from a stranger's.
    """
    earlier, contents = job.earlier_xmp, list[tuple[str, bytes]]()
    for name in earlier.names if earlier else ():
        try:
            with open_regular(job.target.with_name(name), links=False) as file:
                contents.append((name, file.read(SOURCE_XMP_MOST_BYTES + 1)))
        except OSError:
            return frozenset()
    unchanged = earlier is not None and digest_of_files(contents) == earlier.sha256
    return frozenset(name for name, _ in contents) if unchanged else frozenset()


def _remove_stale(
    job: Job, wanted: set[str], told: set[str], own: frozenset[str], sidecars: SourceSidecars
) -> Iterator[str]:
    """Removes the copies of an earlier result that are not written again: they state what this one does not.

    Yields a sentence on each that stays because a person has worked on it, but for those that were told already.
    """
    recorded = job.earlier_xmp.names if job.earlier_xmp else ()
    for name in {*recorded, *possible_copies(job.name)} - wanted:
        target = job.target.with_name(name)
        if not os.path.lexists(target):
            continue
        try:
            if any(is_one_file(str(target), str(target.with_name(copy))) for copy in wanted):
                continue  # just written, under another spelling
            with open_regular(target, links=False) as file:
                if any(_is_same(os.fstat(file.fileno()), item.place.source) for item in sidecars.found):
                    continue
                there = file.read(XMP_MOST_BYTES)
        except OSError:
            continue  # a stranger's, or one that nobody may read: it stays as it is
        if name not in own and not names_result(owner_of(there), _name(job)):
            continue
        if not was_changed(job, name, there):
            target.unlink(missing_ok=True)
        elif name not in told:
            yield kept(target)


def _name(job: Job) -> str:
    return os.fsencode(job.name).decode("utf-8", "replace")


def _in_the_way(target: Path, content: bytes, job: Job, sidecars: SourceSidecars) -> str | None:
    """Returns why a copy may not be written; None if it may, and "" if it is there already."""
    try:
        with open_regular(target, links=False) as file:
            state = os.fstat(file.fileno())
            there = file.read(XMP_MOST_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"is there and cannot be looked at ({error.strerror or error})"
    if any(_is_same(state, item.place.source) for item in sidecars.found):
        return "is the source's own"
    if there == content:
        return ""
    owner = owner_of(there)
    if names_result(owner, _name(job)):
        return CHANGED if was_changed(job, target.name, there) else None
    return (
        f"belongs to another result, {shortened(owner, 255)}"
        if owner
        else "is there already, and photocolor did not write it"
    )


def _is_same(state: os.stat_result, path: Path) -> bool:
    try:
        return os.path.samestat(state, path.stat())
    except OSError:
        return False


def _write(job: Job, item: Sidecar, content: bytes, files: FileSettings) -> None:
    placement = placement_of(job, files, item.place.source)
    try:
        with AtomicFile(item.place.target, copy_token(job.token), placement) as file:
            _narrow(file, job, item)
            file.content.write_bytes(content)
            file.commit()
    except TargetBlocked as error:
        raise TargetBlocked(f"the copy of its sidecar: {error.message}", error.hint) from error
