"""Stages the XMP files of a remote photo: downloads them, and uploads their copies before the result."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from photocolor.errors import OutputError
from photocolor.metadata.limits import SOURCE_XMP_MOST_BYTES, XMP_MOST_BYTES
from photocolor.outcome import Done, Job
from photocolor.pipeline.xmp_files import TOO_LARGE, xmp_places
from photocolor.storage.address import Address, parse_address, without_secrets
from photocolor.storage.opening import open_store
from photocolor.storage.refusal import advice
from photocolor.storage.store import Store
from photocolor.system.file_bytes import digest_of
from photocolor.system.safe_files import open_regular
from photocolor.system.writing.refusal import output_error
from photocolor.xmp_places import RemoteXmp, XmpPlace

Places = tuple[XmpPlace, ...]


def xmp_places_of(job: Job) -> Places | None:
    """Returns where a worker keeps a photo's XMP files and their copies; None if both are used where they lie."""
    remote = job.remote
    if remote is None or not (remote.source or (remote.target and remote.copies)):
        return None
    result = job.target.with_name(job.name)
    if remote.source:
        address = parse_address(job.origin)
        places = tuple(_staged(job, number, item, address) for number, item in enumerate(remote.xmp))
    else:
        places = xmp_places(job.source, result)
    if not remote.target:
        return places
    address = parse_address(job.destination)
    return tuple(
        replace(
            place,
            target=job.target.with_name(f"{job.token}-result-{number}.xmp"),
            destination=str(address.beside(place.copy)),
        )
        for number, place in enumerate(places)
    )


def _staged(job: Job, number: int, item: RemoteXmp, address: Address) -> XmpPlace:
    return XmpPlace(
        job.source.with_name(f"{job.token}-{number}.xmp"),
        item.copy,
        job.target.with_name(item.copy),
        origin=str(address.beside(item.name)),
        fault=TOO_LARGE if item.size_bytes > SOURCE_XMP_MOST_BYTES else "",
    )


def fetched_xmp(job: Job, places: Places | None) -> Places | None:
    """Downloads the XMP files, and whatever lies under the names of their copies, which is replaced only if it is ours.

    Args:
        job: the photo.
        places: of its XMP files.

    Returns:
        The places; where a file cannot be read, why.

    Raises:
        StorageFailed: the storage does not answer.
        OutputError: the folder for copies cannot be written, or what lies in a place cannot be looked at.
    """
    if places is None or job.remote is None:
        return places
    times = {item.copy: item.mtime_ns for item in job.remote.xmp}
    fetched = []
    for place in places:
        if place.origin and not place.fault:
            place = replace(place, fault=_fetch_source(place, times[place.copy]))
        if place.destination and job.remote.copies and not place.fault:
            _fetch_target(place)
        fetched.append(place)
    return tuple(fetched)


def _fetch_source(place: XmpPlace, mtime_ns: int) -> str:
    """Downloads one XMP file; returns why it cannot be read, "" if it can be or is gone meanwhile."""
    address = parse_address(place.origin)
    try:
        open_store(address).fetch(address, place.source)
        if mtime_ns:
            os.utime(place.source, ns=(time.time_ns(), mtime_ns))
    except FileNotFoundError:
        place.source.unlink(missing_ok=True)
    except PermissionError as error:
        return without_secrets(str(error))
    except OSError as error:
        raise output_error(error, place.source) from error
    return ""


def _fetch_target(place: XmpPlace) -> None:
    """Downloads what lies under a copy's name; if it is too large to be ours an empty file stands for it."""
    address = parse_address(place.destination)
    store = open_store(address)
    try:
        place.target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if store.look(address).size_bytes > XMP_MOST_BYTES:
            place.target.touch()
        else:
            store.fetch(address, place.target)
    except FileNotFoundError:
        place.target.unlink(missing_ok=True)
    except PermissionError as error:
        hint = "Check the rights of the credentials: what lies under a copy's name is looked at before it is replaced."
        raise OutputError(
            f"{address} cannot be looked at: {without_secrets(str(error))}", advice(error, hint)
        ) from error
    except OSError as error:
        raise output_error(error, place.target) from error


def digests_of(places: Places | None) -> dict[str, str]:
    """Returns the digest of what lies under each copy's name, by that name, where something does."""
    digests = {}
    for place in places or ():
        if place.destination:
            with suppress(FileNotFoundError), open_regular(place.target) as file:
                digests[place.copy] = digest_of(file)
    return digests


def deliver_xmp(job: Job, outcome: Done, before: Mapping[str, str]) -> None:
    """Uploads the copies that differ from what lies there already.

    Args:
        job: with the places of its XMP files.
        outcome: says which copies belong to the result.
        before: digests of what lies there.

    Raises:
        StorageFailed: the storage does not answer.
        OutputError: they cannot be written.
    """
    written, now = {name.rpartition("/")[2] for name in outcome.sidecars}, digests_of(job.xmp)
    for place in job.xmp or ():
        if place.copy in written and place.destination and now[place.copy] != before.get(place.copy):
            put_in_place(place.target, parse_address(place.destination), job.token)


def put_in_place(path: Path, address: Address, token: str) -> None:
    """Uploads a file: whole, or not at all.

    Raises:
        StorageFailed: the storage does not answer.
        OutputError: it cannot be written.
    """
    store: Store = open_store(address)
    try:
        store.put(path, address, token)
    except OSError as error:
        hint = "Check the name of the bucket and the rights of the credentials, then run the same command again."
        raise OutputError(f"{address} cannot be written: {without_secrets(str(error))}", advice(error, hint)) from error


def clear_xmp(places: Places | None) -> None:
    """Removes the staged XMP files of one photo."""
    for place in places or ():
        for path, is_copy in ((place.source, place.origin), (place.target, place.destination)):
            if is_copy:
                with suppress(OSError):  # the folder of copies is removed at the end of the run in any case
                    path.unlink(missing_ok=True)
