"""Lists remote sources: every object that matters to a run, as the storage names it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePath

from photocolor.batch.plan.masks import is_like_mask, is_photo_name, masked_name
from photocolor.batch.plan.passed import Passed
from photocolor.batch.plan.results_folder import RECORD_FOLDER
from photocolor.batch.plan.shard import belongs
from photocolor.batch.plan.walk import (
    HIDDEN,
    MASKS,
    OF_SYSTEM,
    OUTPUTS,
    SIDECARS,
    Fault,
    is_of_system,
)
from photocolor.errors import EnvironmentFault, StorageFailed, UsageError
from photocolor.hints.sidecar import SUFFIX
from photocolor.pipeline.xmp_files import sibling_names, xmp_names
from photocolor.settings import Shard
from photocolor.storage.address import Address, is_plain_name, without_secrets
from photocolor.storage.opening import open_store
from photocolor.storage.refusal import advice
from photocolor.storage.store import StoredObject
from photocolor.system.safe_files import leaves

RENAME = "Give the object another name, as in: aws s3 mv OLD NEW; then run the same command again."


class Kind(Enum):
    """Says what a listed object is to a run.

    Attributes:
        PHOTO: a photo of the run.
        HINTS: says that the photo of this name has color hints.
        XMP: an XMP file.
        MASK: a mask by its name; a photo after all where the name holds no photo's, and there is none.
        OTHER: a photo that is not worked on, or may be one by its name; an XMP file may be meant for it, too.
    """

    PHOTO = auto()
    HINTS = auto()
    XMP = auto()
    MASK = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class ListedObject:
    """Holds a photo, or an object beside one.

    Attributes:
        name: its path below the folder that all sources share; of hints, that of the photo, which was seen before.
        size_bytes: its length.
        mtime_ns: when it was written.
        kind: what it is.
    """

    name: str
    size_bytes: int = 0
    mtime_ns: int = 0
    kind: Kind = Kind.PHOTO


class Listing:
    """Lists all remote sources of a run, and checks them.

    Args:
        sources: addresses of photos and folders.
        out: the remote output folder; None if results are files.
        shard: whose photos are of interest; None for all.

    Attributes:
        base: the folder that all sources share.
        out: as above.
        passed: how many objects of which kind were passed over on purpose.
        faults: objects that cannot be worked on by their name.
        output_folders: names of folders with results of other runs.

    Raises:
        UsageError: a source is missing, named twice, inside another one or inside the output folder.
        EnvironmentFault: the storage cannot be asked.
    """

    def __init__(self, sources: Sequence[Address], out: Address | None, shard: Shard | None) -> None:
        self.out, self._shard = out, shard
        self._store = open_store(sources[0])
        _refuse_bad_sources(sources, out)
        self._kinds = {source: self._kind(source) for source in sources}
        self.base = _shared(self._kinds)
        self.passed = Passed()
        self.faults: list[Fault] = []
        self.output_folders: set[str] = set()

    def walk(self) -> Iterator[ListedObject]:
        """Yields every photo, the hints of a photo behind it, and XMP files and masks in any order.

        Raises:
            EnvironmentFault: the storage stopped answering.
        """
        try:
            for source, kind in self._kinds.items():
                yield from self._folder(source) if kind == "directory" else self._object(source)
        except (StorageFailed, OSError) as error:
            raise _unreachable(error) from error

    def _kind(self, source: Address) -> str:
        try:
            return self._store.kind(source)
        except FileNotFoundError as error:
            raise UsageError(f"the source {source} does not exist", "Check the spelling, and quote spaces.") from error
        except (StorageFailed, OSError) as error:
            raise _unreachable(error, source) from error

    def _object(self, source: Address) -> Iterator[ListedObject]:
        photo = source.path.rpartition("/")[2]
        if any(other.path == source.path.removesuffix(photo) + masked_name(photo) for other in self._kinds):
            self.passed[MASKS] += 1
            return
        listed = self._store.look(source)
        name = source.path[len(self.base.path) + 1 :]
        yield ListedObject(name, listed.size_bytes, listed.mtime_ns)
        beside = {other.name: other for other in self._beside(source, (photo + SUFFIX, *xmp_names(photo)))}
        folder = name.removesuffix(photo)
        if beside.pop(photo + SUFFIX, None):
            yield ListedObject(name, kind=Kind.HINTS)
        for xmp in beside.values():
            yield ListedObject(folder + xmp.name, xmp.size_bytes, xmp.mtime_ns, Kind.XMP)
        if beside:
            siblings = self._beside(source, sibling_names(photo))
            yield from (ListedObject(folder + sibling.name, kind=Kind.OTHER) for sibling in siblings)

    def _beside(self, source: Address, names: Sequence[str]) -> list[StoredObject]:
        folder, _, photo = source.path.rpartition("/")
        return self._store.present(Address(source.scheme, folder), names, f"{PurePath(photo).stem}.")

    def _folder(self, source: Address) -> Iterator[ListedObject]:
        prefix = source.path[len(self.base.path) + 1 :]
        inside = self.out.path[len(source.path) + 1 :] + "/" if self.out and source.holds(self.out) else None
        for listed in self._store.list(source):
            if inside is not None and listed.name.startswith(inside):
                self.passed[OUTPUTS] += 1
            else:
                yield from self._classified(f"{prefix}/{listed.name}" if prefix else listed.name, listed)

    def _classified(self, name: str, listed: StoredObject) -> Iterator[ListedObject]:
        parts = name.split("/")
        if parts[-1] == "":
            return  # stands for an empty folder
        if any(part in ("", ".", "..") for part in parts) or leaves(name):
            self._note_fault(name)
        elif any(part.startswith(".") for part in parts):
            self.passed[HIDDEN] += 1
            if RECORD_FOLDER in parts[:-1]:
                self.output_folders.add("/".join(parts[: parts.index(RECORD_FOLDER)]))
        elif any(map(is_of_system, parts[:-1])):
            self.passed[OF_SYSTEM] += 1
        elif name.endswith(SUFFIX) and is_photo_name(parts[-1].removesuffix(SUFFIX)):
            yield ListedObject(name.removesuffix(SUFFIX), kind=Kind.HINTS)
        elif name.lower().endswith(".xmp"):
            self.passed[SIDECARS] += 1
            yield ListedObject(name, listed.size_bytes, listed.mtime_ns, Kind.XMP)
        elif not is_photo_name(parts[-1]) or not is_plain_name(self.base.scheme, name):
            self.passed.add_no_photo(parts[-1])
            if not PurePath(name).suffix:
                yield ListedObject(name, kind=Kind.OTHER)
        else:
            is_mask = is_like_mask(parts[-1]) or masked_name(parts[-1])
            kind = Kind.MASK if is_mask else self.kind_of_photo(name)
            yield ListedObject(name, listed.size_bytes, listed.mtime_ns, kind)

    def kind_of_photo(self, name: str) -> Kind:
        """Returns whether a photo is one of this run, or of another shard."""
        return Kind.PHOTO if belongs(name, self._shard) else Kind.OTHER

    def _note_fault(self, name: str) -> None:
        if is_photo_name(name.rpartition("/")[2]) and belongs(name, self._shard):
            message = f"{self.base}/{name} has an empty part, . or .. in its name, which is no path for a result"
            self.faults.append(Fault(name, name, message, hint=RENAME))


def _refuse_bad_sources(sources: Sequence[Address], out: Address | None) -> None:
    first = sources[0]
    for place, source in enumerate(sources):
        if (source.scheme, source.path.split("/")[0]) != (first.scheme, first.path.split("/")[0]):
            raise UsageError(f"{first} and {source} share no folder", "Run each storage or bucket into its own --out.")
        if out is not None and out.holds(source):
            raise UsageError(
                f"the source {source} is the output folder, or lies inside it",
                "Choose an --out outside of the sources.",
            )
        for other in sources[:place]:
            if other.holds(source) or source.holds(other):
                raise UsageError(f"the sources {other} and {source} overlap", "Name each photo once.")


def _shared(kinds: dict[Address, str]) -> Address:
    """Returns the deepest folder that holds all sources."""
    folders = [a.path.split("/") if kind == "directory" else a.path.split("/")[:-1] for a, kind in kinds.items()]
    shared = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return Address(next(iter(kinds)).scheme, "/".join(shared))


def _unreachable(error: Exception, source: Address | None = None) -> EnvironmentFault:
    cause = without_secrets(str(error))
    message = f"{source} cannot be looked at: {cause}" if source and not isinstance(error, StorageFailed) else cause
    hint = "Check the address, the credentials of the environment, and the network."
    return EnvironmentFault(message, advice(error, hint))
