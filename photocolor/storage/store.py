"""Talks to one remote storage that fsspec knows."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from photocolor.errors import StorageFailed
from photocolor.storage.address import Address
from photocolor.storage.backends import S3, Backend
from photocolor.storage.faults import without_credentials
from photocolor.storage.refusal import BODILESS, AccessRefused, code_of, is_refusal
from photocolor.storage.retries import patiently
from photocolor.system.temporary.folders import temporary_folder

_TIMES = ("LastModified", "last_modified", "updated", "mtime", "modified", "created")
_CHUNK_BYTES = 2**20
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class StoredObject:
    """Describes one object.

    Attributes:
        name: its path below the folder that was listed.
        size_bytes: its length.
        mtime_ns: when it was written, in nanoseconds; 0 if the storage does not tell.
    """

    name: str
    size_bytes: int
    mtime_ns: int


class Store:
    """Sends requests to a storage, and repeats those that fail; see `patiently` for what its methods raise.

    Args:
        fs: fsspec's file system.
        backend: what kind of storage it is.
    """

    def __init__(self, fs: Any, backend: Backend) -> None:
        self._fs, self._backend = fs, backend
        self._s3 = backend is S3
        self._faults, self._raised = backend.faults(), backend.raised()

    def _ask(self, action: Callable[[], _Answer], what: str, address: Address) -> _Answer:
        """Returns the answer, after as many attempts as it takes; `address` is what is asked about."""
        attempt = partial(self._answer_of_s3, action, address) if self._s3 else partial(self._answer, action)
        return patiently(attempt, what, self._faults)

    def _answer(self, action: Callable[[], _Answer]) -> _Answer:
        """Returns the answer to one attempt; what a library means by its error is raised as an OSError."""
        try:
            return action()
        except self._raised as error:
            meant = self._backend.translate(error)
            if meant is None:
                raise
            if self._backend.by_host and not isinstance(meant, PermissionError):
                self._fs.forget()  # nobody knows which answers are still on their way
            raise meant from error

    def _answer_of_s3(self, action: Callable[[], _Answer], address: Address) -> _Answer:
        """Returns the answer of S3 to one attempt.

        Raises:
            AccessRefused: the credentials are missing, wrong, or have not the right.
        """
        try:
            return action()
        except without_credentials() as error:
            raise AccessRefused("NoCredentials", str(error)) from error
        except OSError as error:
            code, said = code_of(error)
            if code in BODILESS:
                code, said = self._code_of_listing(address) or (code, said)
            if is_refusal(code):
                raise AccessRefused(code, said) from error
            raise

    def _code_of_listing(self, address: Address) -> tuple[str, str] | None:
        """Returns code and message that S3 has for a listing, which unlike HEAD tells them; None if it lists."""
        bucket, _, path = address.path.partition("/")
        try:
            self._fs.call_s3("list_objects_v2", Bucket=bucket, Prefix=path, MaxKeys=1)
        except OSError as error:
            code, said = code_of(error)
            return (code, said) if code else None
        return None

    def kind(self, address: Address) -> str:
        """Returns what lies at an address: "file" or "directory"."""
        info = self._ask(partial(self._fs.info, str(address)), f"{address} cannot be looked at", address)
        return str(info["type"])

    def look(self, address: Address) -> StoredObject:
        """Returns the description of one object."""
        info = self._ask(partial(self._fs.info, str(address)), f"{address} cannot be looked at", address)
        return StoredObject(address.path.rpartition("/")[2], int(info["size"] or 0), _mtime_ns(info))

    def present(self, folder: Address, names: Sequence[str], beginning: str) -> list[StoredObject]:
        """Returns those of some objects that exist, in the order of their names.

        Args:
            folder: where they would be.
            names: what they are called there.
            beginning: of most of them: S3 is asked for all of those at once.
        """
        listed = [name for name in names if self._s3 and name.startswith(beginning)]
        by_name = {item.name: item for item in self._beginning(folder, beginning)} if listed else {}
        for name in names:
            if name not in listed:
                with suppress(FileNotFoundError):
                    by_name[name] = self.look(folder / name)
        return [by_name[name] for name in sorted(names) if name in by_name]

    def _beginning(self, folder: Address, beginning: str) -> Iterator[StoredObject]:
        """Yields the objects directly in a folder of S3 whose names begin so."""
        bucket, _, path = folder.path.partition("/")
        ahead = f"{path}/" if path else ""
        ask = {"Bucket": bucket, "Prefix": ahead + beginning, "Delimiter": "/"}
        for item in self._pages(folder, ask):
            yield StoredObject(item["Key"][len(ahead) :], int(item["Size"]), _mtime_ns(item))

    def list(self, folder: Address) -> Iterator[StoredObject]:
        """Yields everything below a folder, page by page; on S3 in the order of names.

        Only a page is in memory: 1,000 objects of S3; elsewhere one folder, as fsspec gives no less.
        """
        yield from self._list_s3(folder) if self._s3 else self._walk(folder)

    def _list_s3(self, folder: Address) -> Iterator[StoredObject]:
        bucket, _, path = folder.path.partition("/")
        prefix = f"{path}/" if path else ""
        for item in self._pages(folder, {"Bucket": bucket, "Prefix": prefix}):
            yield StoredObject(item["Key"][len(prefix) :], int(item["Size"]), _mtime_ns(item))

    def _pages(self, folder: Address, request: dict[str, str]) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            ask = partial(self._fs.call_s3, "list_objects_v2", **request, **more)
            page = self._ask(ask, f"{folder} cannot be listed", folder)
            yield from page.get("Contents", ())
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _walk(self, folder: Address) -> Iterator[StoredObject]:
        root = str(self._fs._strip_protocol(str(folder))).rstrip("/")
        folders = [root]
        while folders:
            here = folders.pop()
            ask = partial(self._fs.ls, here, detail=True)
            try:
                items = self._ask(ask, f"{folder} cannot be listed", folder)
            except FileNotFoundError:
                continue  # nothing is there, or not any more
            for item in sorted(items, key=lambda item: str(item["name"])):
                name = str(item["name"]).rstrip("/")
                if name == here:
                    raise StorageFailed(f"{folder} has a folder without a name in {here}, which cannot be listed")
                if item["type"] == "directory":
                    folders.append(name)
                else:
                    yield StoredObject(name[len(root) + 1 :], int(item["size"] or 0), _mtime_ns(item))

    def read(self, address: Address) -> bytes:
        """Returns the content of a small object."""
        return bytes(self._ask(partial(self._fs.cat_file, str(address)), f"{address} cannot be read", address))

    def fetch(self, address: Address, path: Path) -> None:
        """Downloads an object into a file, chunk by chunk."""
        ask = partial(self._fs.get_file, str(address), str(path))
        self._ask(ask, f"{address} cannot be read", address)

    def sha256(self, address: Address) -> str:
        """Returns the hex digest of an object, read chunk by chunk."""

        def ask() -> str:
            digest = hashlib.sha256()
            with self._fs.open(str(address), "rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    digest.update(chunk)
            return digest.hexdigest()

        return self._ask(ask, f"{address} cannot be read", address)

    def write(self, address: Address, data: bytes) -> None:
        """Uploads a small object in one piece."""
        if self._backend.whole:
            self._ask(partial(self._fs.pipe_file, str(address), data), f"{address} cannot be written", address)
            return
        with temporary_folder("photocolor-") as folder:
            file = folder / "object"
            file.write_bytes(data)
            self.put(file, address, secrets.token_hex(4))

    def put(self, path: Path, address: Address, token: str) -> None:
        """Uploads a file: whole, or not at all.

        Args:
            path: the file.
            address: the object; what is there is replaced.
            token: eight hex digits, for a name in between where uploads show before they are complete.
        """

        def ask() -> None:
            if self._backend.whole:
                self._fs.put_file(str(path), str(address))
                return
            between = upload_name(str(address), token)
            self._fs.makedirs(between.rpartition("/")[0], exist_ok=True)
            self._fs.put_file(str(path), between)
            self._fs.mv(between, str(address))

        self._ask(ask, f"{address} cannot be written", address)

    def remove(self, address: Address) -> None:
        """Removes an object, if it is still there."""
        try:
            self._ask(partial(self._fs.rm_file, str(address)), f"{address} cannot be removed", address)
        except FileNotFoundError:
            return


def upload_name(name: str, token: str) -> str:
    """Returns what an object is called until its upload is complete, in the same folder."""
    folder, slash, _ = name.rpartition("/")
    return f"{folder}{slash}.pc-{token}.tmp"


def _mtime_ns(info: dict[str, Any]) -> int:
    value = next((info[key] for key in _TIMES if info.get(key) is not None), None)
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return round(aware.timestamp() * 1_000_000) * 1000
    return round(float(value) * 1e6) * 1000 if isinstance(value, int | float) else 0
