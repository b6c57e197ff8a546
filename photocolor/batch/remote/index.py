"""The index of a remote run: what it knows of millions of photos, on disk instead of in memory.

It is SQLite's own temporary database: a file that has no name, is gone with the process, and needs a few megabytes of
memory however many photos there are. It lies where SQLITE_TMPDIR, TMPDIR or /var/tmp is.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Iterable, Iterator, MutableMapping, MutableSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath

from photocolor.batch.inspector import TargetState
from photocolor.batch.records.manifest import Record
from photocolor.pipeline.xmp_files import names_of_copies, xmp_names
from photocolor.xmp_places import RemoteXmp

CACHE_KIB = 16 * 1024
_TABLES = """
CREATE TABLE source (key TEXT PRIMARY KEY, target TEXT, name TEXT, size INTEGER, time INTEGER, hints INTEGER DEFAULT 0)
    WITHOUT ROWID;
CREATE TABLE result (key INTEGER PRIMARY KEY, size INTEGER, time INTEGER);
CREATE TABLE record (kind INTEGER, key INTEGER, size INTEGER, time INTEGER, source BLOB, recipe INTEGER,
    result INTEGER, reason TEXT, hints BLOB, run INTEGER, xmp BLOB, copies TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE xmp (name TEXT PRIMARY KEY, size INTEGER, time INTEGER) WITHOUT ROWID;
CREATE TABLE mask (name TEXT PRIMARY KEY, size INTEGER, time INTEGER) WITHOUT ROWID;
CREATE TABLE stem (key INTEGER PRIMARY KEY, photos INTEGER);
CREATE TABLE taken (key INTEGER PRIMARY KEY);
CREATE TABLE recipe (number INTEGER PRIMARY KEY, name TEXT UNIQUE);
"""


@dataclass(frozen=True, slots=True)
class IndexedSource:
    """Holds what the index knows of one source.

    Attributes:
        target: the result's path below the output folder.
        name: the source's path below the folder that all sources share.
        size_bytes: its length.
        mtime_ns: when it was written.
        hints: whether a sidecar lies beside it.
        xmp: the XMP files beside it.
    """

    target: str
    name: str
    size_bytes: int
    mtime_ns: int
    hints: bool = False
    xmp: tuple[RemoteXmp, ...] = ()


class _Database(sqlite3.Connection):
    """Closes itself with the last of those that share it; Python 3.13 warns of one that nobody closed."""

    def __del__(self) -> None:
        self.close()


class SourceIndex:
    """Indexes sources in the order of their results' names, what lies in the output folder, and earlier records."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None, factory=_Database)
        self._database.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._database.execute("PRAGMA temp_store = FILE")
        self._database.executescript(_TABLES)

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM source").fetchone()[0])

    def add_source(self, key: str, source: IndexedSource) -> str:
        """Adds a source; returns "", or the name of the source that has the same key already and stays.

        Args:
            key: equal for two sources whose results would be one file.
            source: the source.
        """
        add = "INSERT OR IGNORE INTO source VALUES (?, ?, ?, ?, ?, ?)"
        row = (key, source.target, source.name, source.size_bytes, source.mtime_ns, source.hints)
        if self._database.execute(add, row).rowcount:
            return ""
        return str(self._database.execute("SELECT name FROM source WHERE key = ?", (key,)).fetchone()[0])

    def mark_hinted(self, key: str, name: str) -> None:
        """Records that a sidecar with hints lies beside a source; does nothing if there is no such source."""
        self._database.execute("UPDATE source SET hints = 1 WHERE key = ? AND name = ?", (key, name))

    def add_xmp(self, name: str, size_bytes: int, mtime_ns: int) -> None:
        """Adds an XMP file, by its path below the folder that all sources share."""
        self._database.execute("INSERT OR REPLACE INTO xmp VALUES (?, ?, ?)", (name, size_bytes, mtime_ns))

    def count_stem(self, name: str) -> None:
        """Counts a photo, colored or not: `a.xmp` may belong to `a.jpg` and `a.tif`, `a.jpg.xmp` to `a.jpg.tif`."""
        add = "INSERT INTO stem VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET photos = photos + 1"
        self._database.executemany(add, [(_number(stem),) for stem in {_stem(name), name}])

    def add_mask(self, name: str, size_bytes: int, mtime_ns: int) -> None:
        """Adds what is a mask by its name, by its path below the folder that all sources share."""
        self._database.execute("INSERT OR REPLACE INTO mask VALUES (?, ?, ?)", (name, size_bytes, mtime_ns))

    def masks(self) -> Iterator[tuple[str, int, int]]:
        """Yields name, size and time of what is a mask by its name."""
        yield from self._database.execute("SELECT name, size, time FROM mask ORDER BY name")

    def has_photo(self, name: str) -> bool:
        """Returns whether there is a photo, colored or not, of this name, with its suffix or without."""
        return self._database.execute("SELECT 1 FROM stem WHERE key = ?", (_number(name),)).fetchone() is not None

    def drop_folder(self, folder: str) -> int:
        """Removes all sources below a folder; returns how many there were."""
        low, high = f"{folder}/", f"{folder}0"  # "0" is the character that follows "/"
        return self._database.execute("DELETE FROM source WHERE name >= ? AND name < ?", (low, high)).rowcount

    def sources(self) -> Iterator[IndexedSource]:
        """Yields all sources; only one at a time is in memory."""
        has_xmp = self._database.execute("SELECT 1 FROM xmp LIMIT 1").fetchone() is not None
        rows = self._database.execute("SELECT target, name, size, time, hints FROM source ORDER BY key")
        for target, name, size, time, hints in rows:
            yield IndexedSource(target, name, size, time, bool(hints), self._xmp(name, target) if has_xmp else ())

    def _xmp(self, name: str, target: str) -> tuple[RemoteXmp, ...]:
        folder, slash, photo = name.rpartition("/")
        rows = {}
        for xmp_name in xmp_names(photo):
            find = "SELECT size, time FROM xmp WHERE name = ?"
            if row := self._database.execute(find, (f"{folder}{slash}{xmp_name}",)).fetchone():
                rows[xmp_name] = row
        copies = names_of_copies(photo, target.rpartition("/")[2], rows, lambda: self._is_shared(name))
        return tuple(RemoteXmp(xmp_name, copy, *rows[xmp_name]) for xmp_name, copy in copies.items())

    def _is_shared(self, name: str) -> bool:
        row = self._database.execute("SELECT photos FROM stem WHERE key = ?", (_number(_stem(name)),)).fetchone()
        return row is not None and row[0] > 1

    def add_results(self, results: Iterable[tuple[str, TargetState]]) -> None:
        """Adds the objects in the output folder by their paths there."""
        rows = ((_number(relative), state.size_bytes, state.mtime_ns) for relative, state in results)
        with self.transaction():
            self._database.executemany("INSERT OR REPLACE INTO result VALUES (?, ?, ?)", rows)

    def result(self, relative: str) -> TargetState | None:
        """Returns the state of an object in the output folder when the run began; None if there was none."""
        row = self._database.execute("SELECT size, time FROM result WHERE key = ?", (_number(relative),)).fetchone()
        return TargetState(*row) if row else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes many changes in one transaction, which is as fast as one change."""
        self._database.execute("BEGIN")
        yield
        self._database.execute("COMMIT")

    def records(self, kind: int) -> StoredRecords:
        """Returns the records of one kind as a mapping from relative path to record."""
        return StoredRecords(self._database, kind)

    def taken(self) -> StoredNames:
        """Returns the set of relative paths at which something lies."""
        return StoredNames(self._database)

    def close(self) -> None:
        """Closes the database; its file vanishes with it."""
        self._database.close()


class StoredRecords(MutableMapping[str, Record]):
    """Maps a path to its record by a 64-bit hash: of ten million paths two collide once in 400,000 archives.

    Args:
        database: holds it.
        kind: which of its mappings.
    """

    def __init__(self, database: sqlite3.Connection, kind: int) -> None:
        self._database, self._kind = database, kind
        self._recipes: dict[str, int] = {}

    def __getitem__(self, relative: str) -> Record:
        find = (
            "SELECT size, time, source, name, result, reason, hints, run, xmp, copies"
            " FROM record JOIN recipe ON recipe = number WHERE kind = ? AND key = ?"
        )
        row = self._database.execute(find, (self._kind, _number(relative))).fetchone()
        if row is None:
            raise KeyError(relative)
        size, time, source, recipe, result, reason, hints, run, xmp, copies = row
        return Record(
            size_bytes=size,
            mtime_ns=time,
            source_sha256=source.hex(),
            recipe=sys.intern(recipe),
            result_bytes=result,
            reason=reason,
            hints_sha256=hints.hex(),
            run=run,
            sidecars_sha256=xmp.hex(),
            sidecars=tuple(copies.split("\0")) if copies else (),
        )

    def __setitem__(self, relative: str, record: Record) -> None:
        row = (
            self._kind,
            _number(relative),
            record.size_bytes,
            record.mtime_ns,
            bytes.fromhex(record.source_sha256),
            self._recipe(record.recipe),
            record.result_bytes,
            record.reason,
            bytes.fromhex(record.hints_sha256),
            record.run,
            bytes.fromhex(record.sidecars_sha256),
            "\0".join(record.sidecars),  # no path holds this character, see `leaves`
        )
        self._database.execute(f"INSERT OR REPLACE INTO record VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608

    def __delitem__(self, relative: str) -> None:
        gone = self._database.execute("DELETE FROM record WHERE kind = ? AND key = ?", (self._kind, _number(relative)))
        if not gone.rowcount:
            raise KeyError(relative)

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM record WHERE kind = ?", (self._kind,)).fetchone()[0])

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the names are not kept, only their hashes")

    def _recipe(self, name: str) -> int:
        if name not in self._recipes:
            self._database.execute("INSERT OR IGNORE INTO recipe (name) VALUES (?)", (name,))
            (self._recipes[name],) = self._database.execute(
                "SELECT number FROM recipe WHERE name = ?", (name,)
            ).fetchone()
        return self._recipes[name]


class StoredNames(MutableSet[str]):
    """Holds a set of paths by their 64-bit hashes.

    Args:
        database: holds it.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __contains__(self, relative: object) -> bool:
        find = "SELECT 1 FROM taken WHERE key = ?"
        return self._database.execute(find, (_number(str(relative)),)).fetchone() is not None

    def add(self, relative: str) -> None:
        """Adds a path."""
        self._database.execute("INSERT OR IGNORE INTO taken VALUES (?)", (_number(relative),))

    def discard(self, relative: str) -> None:
        """Removes a path, if it is there."""
        self._database.execute("DELETE FROM taken WHERE key = ?", (_number(relative),))

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM taken").fetchone()[0])

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the names are not kept, only their hashes")


def _stem(name: str) -> str:
    folder, slash, photo = name.rpartition("/")
    return folder + slash + PurePath(photo).stem


def _number(relative: str) -> int:
    digest = hashlib.blake2b(relative.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
