"""Exports a run as a BagIt bag: results, sources on request, and the run's records, each with its checksum.

Source: RFC 8493, The BagIt File Packaging Format (V1.0).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from photocolor import __version__
from photocolor.batch.records.checked import Line
from photocolor.batch.records.files import manifests, refuse_without_records
from photocolor.batch.records.repair import kept_path
from photocolor.errors import OutputError, UsageError
from photocolor.pipeline.extra_files import mended_place
from photocolor.report.archival.last_results import MEANWHILE, OF_SOURCE, UNNAMABLE, last_results, untold
from photocolor.report.archival.part_folder import part_folder
from photocolor.report.archival.source_places import source_places
from photocolor.report.moved import AS_RECORDED, SourcesNow
from photocolor.system.safe_files import open_below, open_regular
from photocolor.system.writing.readers import Readers, narrow_group, readers_of

CHUNK_BYTES = 1 << 20
_SOURCES = "data/sources/"
CHANGED = "it is not as the manifest says"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Describes one file that belongs into the bag.

    Attributes:
        path: where it lies.
        place: where it goes in the bag, with forward slashes.
        sha256: hex digest that the manifest knows; empty where it knows none.
        size_bytes: length that the manifest knows; None where it knows none.
        within: the folder that it must lie in itself, not behind a link: nothing but its place tells what it is.
    """

    path: Path
    place: str
    sha256: str = ""
    size_bytes: int | None = None
    within: Path | None = None

    @property
    def is_source(self) -> bool:
        """Returns whether it is a photo that a result was made of."""
        return self.place.startswith(_SOURCES)


@dataclass(slots=True)
class Bag:
    """Holds the content of a bag.

    Attributes:
        digests: SHA-256 of each payload file by its place.
        payload_bytes: length of all of them.
        wrong: what is gone, or is not what the manifest says, a sentence each; if there is any, no bag was made.
        untold: results that are left out because no line of the manifest tells of them, a sentence each.
    """

    digests: dict[str, str] = field(default_factory=dict)
    payload_bytes: int = 0
    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


def export_bag(out: Path, to: Path, *, sources: bool = False, now: SourcesNow = AS_RECORDED) -> Bag:
    """Writes the results of an output folder as a bag, which appears whole or not at all.

    Args:
        out: the output folder of runs; it is only read.
        to: the bag's folder, which must not exist.
        sources: whether the photos that the results were made of go along.
        now: where these lie.

    Raises:
        UsageError: `to` exists or lies in `out`, no run is recorded in `out`, or none of its photos lies where it is
            said.
        OutputError: the bag cannot be written.
    """
    if os.path.lexists(to):
        raise UsageError(f"{to} is there already", "Name a folder that does not exist yet.")
    if to.resolve().is_relative_to(out.resolve()):
        raise UsageError(f"the bag {to} would lie inside of {out}", "Name a folder elsewhere.")
    refuse_without_records(out)
    bag, before = Bag(untold=untold(out)), _lengths_of_manifests(out)
    files = list(_wanted(out, bag, now if sources else None))
    with part_folder(to, out) as part:
        _fill(part, files, bag)
        if _lengths_of_manifests(out) != before:
            bag.wrong.append(f"{out}: {MEANWHILE}")
        if not bag.wrong:
            _write_tags(part, bag)
            part.rename(to)
    return bag


def _wanted(out: Path, bag: Bag, now: SourcesNow | None) -> Iterator[Wanted]:
    """Yields the last result of each photo with what lies beside it, its source unless `now` is None, and the records.

    Raises:
        UsageError: none of the sources lies where it is said.
    """
    results = list(last_results(out, bag.wrong.append, bag.untold.append))
    places = source_places(results)
    if now is not None:
        now.refuse_empty((relative, line["source"]) for relative, line in results)
    for relative, line in results:
        yield Wanted(out / relative, f"data/results/{relative}", line["result_sha256"], line["result_bytes"])
        for place in (*line.get("sidecars", ()), *line.get("layers", ()), *_masks(relative, line)):
            yield Wanted(out / place, f"data/results/{place}", within=out)
        if now is not None:
            path = Path(now.path_of(relative, line["source"]))
            yield Wanted(path, f"{_SOURCES}{places[relative]}", line["source_sha256"], line["source_bytes"])
    kept = kept_path(out)
    for path in (*manifests(out), *[kept] * kept.exists()):
        yield Wanted(path, f"data/records/{path.name}", within=out)


def _masks(relative: str, line: Line) -> tuple[str, ...]:
    """Returns the place of the mask of what was painted over, if anything was."""
    return (mended_place(relative, line.get("pages", 1)),) if (line.get("mended") or {}).get("share") else ()


def _lengths_of_manifests(out: Path) -> dict[Path, int]:
    """Returns how long each manifest is, which only grows.

    Raises:
        OutputError: one cannot be looked at.
    """
    try:
        return {path: path.stat().st_size for path in manifests(out)}
    except OSError as error:
        raise OutputError(f"{error.filename} cannot be read: {error.strerror or error}") from error


def _fill(part: Path, files: list[Wanted], bag: Bag) -> None:
    """Copies the payload and compares it with the manifest.

    Raises:
        OSError: the bag cannot be written.
    """
    for each in files:
        if each.place not in bag.digests:  # photos of one name share a sidecar
            problem = _copied(each, part, bag)
            if problem:
                which = OF_SOURCE if each.is_source else ""
                bag.wrong.append(f"{which}{each.path}: {problem}")


def _copied(file_wanted: Wanted, part: Path, bag: Bag) -> str:
    """Copies one file; returns what is wrong with it, or "" if nothing is."""
    try:
        file_wanted.place.encode()
    except UnicodeEncodeError:
        return UNNAMABLE
    target = part / file_wanted.place
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with ExitStack() as files:
        try:
            file = files.enter_context(_opened(file_wanted))
        except OSError as error:
            return error.strerror or str(error)
        if file_wanted.size_bytes not in (None, os.fstat(file.fileno()).st_size):
            return CHANGED
        copy = files.enter_context(_created(target, _readers(file_wanted, file)))
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            bag.payload_bytes += copy.write(chunk)
    bag.digests[file_wanted.place] = digest.hexdigest()
    return CHANGED if file_wanted.sha256 not in ("", digest.hexdigest()) else ""


def _opened(file_wanted: Wanted) -> AbstractContextManager[BinaryIO]:
    if file_wanted.within is None:
        return open_regular(file_wanted.path)
    return open_below(file_wanted.within, file_wanted.path)


def _readers(file_wanted: Wanted, file: BinaryIO) -> Readers:
    """Returns who may read the original, which the folders count for that are in its place, and the one they lie in."""
    folders = file_wanted.path.parents[: file_wanted.place.count("/") - 1]
    return readers_of(os.fstat(file.fileno()), (folder.stat() for folder in folders))


def _created(target: Path, readers: Readers) -> BinaryIO:
    """Returns a new file that nobody may read who may not read the original."""

    def opener(name: str, flags: int) -> int:
        descriptor = os.open(name, flags, readers.mode | 0o600)
        narrow_group(descriptor, readers.group)
        return descriptor

    return open(target, "xb", opener=opener)


def _write_tags(part: Path, bag: Bag) -> None:
    """Writes the files that make a folder a bag."""
    texts = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Bag-Software-Agent: photocolor {__version__}\n"
        f"Bagging-Date: {datetime.now(UTC):%Y-%m-%d}\n"
        f"Payload-Oxum: {bag.payload_bytes}.{len(bag.digests)}\n"
        "External-Description: Photographs colored by a model; lightness is the source's. See data/records.\n",
        "manifest-sha256.txt": "".join(
            f"{digest}  {_encoded(place)}\n" for place, digest in sorted(bag.digests.items())
        ),
    }
    tags = {name: text.encode() for name, text in texts.items()}
    listed = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(tags.items()))
    for name, data in (*tags.items(), ("tagmanifest-sha256.txt", listed.encode())):
        (part / name).write_bytes(data)


def _encoded(place: str) -> str:
    """Returns a path as the manifest of a bag writes it (RFC 8493, 2.1.3)."""
    return place.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
