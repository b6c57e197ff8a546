"""What lies in remote sources: every photo that a run would read, object by object as the storage lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from photocolor.batch.plan.shard import belongs
from photocolor.batch.plan.walk import HIDDEN, NOT_PHOTOS, OUTPUTS, RECORD_FOLDER, Fault, is_photo_name
from photocolor.errors import EnvironmentFault, StorageFailed, UsageError
from photocolor.hints.sidecar import SUFFIX
from photocolor.settings import Shard
from photocolor.storage.address import Address, is_plain_name, without_secrets
from photocolor.storage.store import StoredObject, open_store
from photocolor.system.safe_files import leaves

REMOTE_SIDECARS = "XMP file, which does not go along from or to a remote storage"


@dataclass(frozen=True, slots=True)
class ListedObject:
    """A photo, or the sidecar of one that was seen before.

    Attributes:
        name: the photo's path below the folder that all sources share.
        size_bytes: its length.
        mtime_ns: when it was written.
        hints: whether it is known to have a sidecar.
        sidecar: True if this only says that the photo has one.
    """

    name: str
    size_bytes: int = 0
    mtime_ns: int = 0
    hints: bool = False
    sidecar: bool = False


class Listing:
    """One listing of all sources.

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
        self._store = open_store(sources[0].scheme)
        _refuse_bad_sources(sources, out)
        self._kinds = {source: self._kind(source) for source in sources}
        self.base = _shared(self._kinds)
        self.passed: Counter[str] = Counter()
        self.faults: list[Fault] = []
        self.output_folders: set[str] = set()

    def walk(self) -> Iterator[ListedObject]:
        """Every photo, and behind each that has one its sidecar.

        Raises:
            EnvironmentFault: the storage stopped answering.
        """
        try:
            for source, kind in self._kinds.items():
                yield from self._folder(source) if kind == "directory" else self._object(source)
        except (StorageFailed, OSError) as error:
            raise _unasked(error) from error

    def _kind(self, source: Address) -> str:
        try:
            return self._store.kind(source)
        except FileNotFoundError as error:
            raise UsageError(f"the source {source} does not exist", "Check the spelling, and quote spaces.") from error
        except (StorageFailed, OSError) as error:
            raise _unasked(error, source) from error

    def _object(self, source: Address) -> Iterator[ListedObject]:
        thing = self._store.look(source)
        hints = False
        with suppress(FileNotFoundError):
            self._store.look(Address(source.scheme, source.path + SUFFIX))
            hints = True
        yield ListedObject(source.path[len(self.base.path) + 1 :], thing.size_bytes, thing.mtime_ns, hints)

    def _folder(self, source: Address) -> Iterator[ListedObject]:
        ahead = source.path[len(self.base.path) + 1 :]
        inside = self.out.path[len(source.path) + 1 :] + "/" if self.out and source.holds(self.out) else None
        for thing in self._store.list(source):
            if inside is not None and thing.name.startswith(inside):
                self.passed[OUTPUTS] += 1
            else:
                yield from self._take(f"{ahead}/{thing.name}" if ahead else thing.name, thing)

    def _take(self, name: str, thing: StoredObject) -> Iterator[ListedObject]:
        parts = name.split("/")
        if parts[-1] == "":
            return  # the mark of an empty folder
        if any(part in ("", ".", "..") for part in parts) or leaves(name):
            self._fault(name)
        elif any(part.startswith(".") for part in parts):
            self.passed[HIDDEN] += 1
            if RECORD_FOLDER in parts[:-1]:
                self.output_folders.add("/".join(parts[: parts.index(RECORD_FOLDER)]))
        elif name.endswith(SUFFIX) and is_photo_name(parts[-1].removesuffix(SUFFIX)):
            yield ListedObject(name.removesuffix(SUFFIX), sidecar=True)
        elif not is_photo_name(parts[-1]) or not is_plain_name(self.base.scheme, name):
            self.passed[REMOTE_SIDECARS if name.lower().endswith(".xmp") else NOT_PHOTOS] += 1
        elif belongs(name, self._shard):
            yield ListedObject(name, thing.size_bytes, thing.mtime_ns)

    def _fault(self, name: str) -> None:
        if is_photo_name(name.rpartition("/")[2]) and belongs(name, self._shard):
            said = f"{self.base}/{name} has an empty part, . or .. in its name, which is no path for a result"
            self.faults.append(Fault(name, name, said))


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
    """The deepest folder that holds all sources."""
    folders = [a.path.split("/") if kind == "directory" else a.path.split("/")[:-1] for a, kind in kinds.items()]
    shared = []
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return Address(next(iter(kinds)).scheme, "/".join(shared))


def _unasked(error: Exception, source: Address | None = None) -> EnvironmentFault:
    cause = without_secrets(str(error))
    said = f"{source} cannot be looked at: {cause}" if source and not isinstance(error, StorageFailed) else cause
    return EnvironmentFault(said, "Check the address, the credentials of the environment, and the network.")
