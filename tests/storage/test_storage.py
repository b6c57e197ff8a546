from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
from commands import ROOT

from photocolor.errors import EnvironmentFault, StorageFailed, UsageError
from photocolor.storage.address import Address, parse_address, parse_place
from photocolor.storage.backends import Backend
from photocolor.storage.opening import open_store
from photocolor.storage.retries import ATTEMPTS, patiently
from photocolor.storage.staging import PREFIX, STALE_S, staging_folder, staging_path
from photocolor.storage.store import Store


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("scans/1.jpg", Path("scans/1.jpg")),
        ("file:///scans/1.jpg", Path("/scans/1.jpg")),
        ("C:\\scans", Path("C:\\scans")),
        ("s3://archive/scans/", Address("s3", "archive/scans")),
        ("S3://archive", Address("s3", "archive")),
        ("gs://archive/a@b/ü ü", Address("gs", "archive/a@b/ü ü")),
    ],
)
def test_an_address_has_a_scheme_and_all_else_is_a_path(text: str, place: Path | Address) -> None:
    assert parse_place(text) == place
    if isinstance(place, Address):
        assert parse_address(str(place)) == place


@pytest.mark.parametrize("text", ["s3://key:pa55word@archive/x", "ftp://somebody@host/x", "s3://", "s3:///"])
def test_credentials_in_an_address_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_place(text)
    assert "pa55word" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "http://host/a.jpg?X-Amz-Signature=s3cret",
        "https://host/folder/?token=s3cret",
        "https://acc.blob.core.windows.net/c/a.jpg?sv=2024&sig=s3cret",
        "https://host/a.jpg#s3cret",
        "HTTPS://host/a.jpg?s3cret",
        "az://container/a.jpg?sv=2024&sig=s3cret",
        "s3://bucket/a.jpg?X-Amz-Credential=s3cret&X-Amz-Signature=x",
        "gs://bucket/a.jpg?x-goog-signature=s3cret",
        "zip://a.jpg::https://user:s3cret@host/x.zip",
        "simplecache::https://host/a.jpg?sig=s3cret",
    ],
)
def test_signed_addresses_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_place(text)
    assert "s3cret" not in caught.value.message + caught.value.hint


def test_a_name_in_a_bucket_may_have_a_question_mark() -> None:
    assert parse_place("s3://bucket/who?.jpg") == Address("s3", "bucket/who?.jpg")


@pytest.mark.parametrize(
    "scheme", ["zip", "tar", "reference", "data", "simplecache", "filecache", "dir", "generic", "libarchive", "git"]
)
def test_what_is_no_storage_is_refused_plainly(scheme: str) -> None:
    with pytest.raises(UsageError, match=f"{scheme}:// is no storage"):
        parse_place(f"{scheme}://x/y.jpg")


@pytest.mark.parametrize("scheme", ["ftp", "webhdfs", "dbfs", "nowhere", "github"])
def test_a_storage_that_an_address_does_not_open_is_told_plainly(scheme: str) -> None:
    with pytest.raises(EnvironmentFault, match=f"{scheme}://"):
        open_store(Address(scheme, "x"))


@pytest.mark.parametrize(
    "said",
    [
        "403, message='Forbidden', url='https://bucket.s3.amazonaws.com/a.jpg?X-Amz-Signature=s3cret&x=1'",
        "Cannot connect to proxy http://user:s3cret@proxy:3128",
        "{'Authorization': 'Bearer s3cret'}",
        "x-amz-security-token: s3cret",
        "session_token=s3cret is expired",
    ],
)
def test_messages_of_libraries_lose_their_secrets(said: str) -> None:
    def fails() -> None:
        raise OSError(said)

    with pytest.raises(StorageFailed) as caught:
        patiently(fails, "x cannot be read", sleep=lambda _: None)
    assert "s3cret" not in str(caught.value)


def test_a_place_holds_what_lies_below_it_and_not_what_only_begins_alike() -> None:
    here = Address("s3", "archive/scans")
    assert here.holds(here)
    assert here.holds(here / "a/1.jpg")
    assert not here.holds(Address("s3", "archive/scans-2"))
    assert not here.holds(Address("gs", "archive/scans/a"))


def test_a_storage_is_asked_a_few_times_ever_more_slowly_and_then_named() -> None:
    waits: list[float] = []
    asked = 0

    def busy() -> None:
        nonlocal asked
        asked += 1
        raise OSError(errno.EBUSY, "reduce your request rate")

    with pytest.raises(StorageFailed, match=r"s3://a/1\.jpg cannot be read: .*reduce your request rate \(6 attempts\)"):
        patiently(busy, "s3://a/1.jpg cannot be read", sleep=waits.append)
    assert asked == ATTEMPTS == len(waits) + 1
    assert all(0.125 * 2**n <= wait <= 0.25 * 2**n for n, wait in enumerate(waits))


@pytest.mark.parametrize(
    "final", [FileNotFoundError("gone"), PermissionError("no"), OSError(errno.ENOSPC, "this disk is full")]
)
def test_an_answer_that_will_not_change_is_not_asked_for_again(final: OSError) -> None:
    def answer() -> None:
        raise final

    with pytest.raises(type(final)):
        patiently(answer, "it", sleep=lambda seconds: pytest.fail("it waited"))


def test_a_storage_lists_reads_and_writes(memory: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    store, folder = open_store(Address("memory", "archive")), Address("memory", "archive/scans")
    store.write(folder / "b/2.jpg", b"two")
    store.write(folder / "1.jpg", b"one")
    (tmp_path / "up.jpg").write_bytes(b"three")
    store.put(tmp_path / "up.jpg", folder / "b/c/3.jpg", "0123abcd")
    assert [(thing.name, thing.size_bytes) for thing in store.list(folder)] == [
        ("1.jpg", 3),
        ("b/2.jpg", 3),
        ("b/c/3.jpg", 5),
    ]
    assert all(thing.mtime_ns > 0 for thing in store.list(folder))
    store.fetch(folder / "b/2.jpg", tmp_path / "down.jpg")
    assert (tmp_path / "down.jpg").read_bytes() == b"two"
    store.remove(folder / "1.jpg")
    store.remove(folder / "1.jpg")
    with pytest.raises(FileNotFoundError):
        store.read(folder / "1.jpg")
    assert (store.kind(folder), store.kind(folder / "b/2.jpg")) == ("directory", "file")


def test_where_uploads_show_before_they_are_complete_the_result_is_renamed_at_the_end(tmp_path: Path) -> None:
    class Watched(fsspec.get_filesystem_class("file")):  # type: ignore[misc]
        seen: ClassVar[list[str]] = []

        def put_file(self, lpath: str, rpath: str, **options: object) -> None:
            self.seen.append(Path(rpath).name)
            super().put_file(lpath, rpath, **options)

    (tmp_path / "up.jpg").write_bytes(b"whole")
    Store(Watched(), Backend(frozenset({"file"}))).put(
        tmp_path / "up.jpg", Address("file", f"{tmp_path}/out/1.jpg"), "0123abcd"
    )
    assert Watched.seen == [".pc-0123abcd.tmp"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["1.jpg"]
    assert (tmp_path / "out" / "1.jpg").read_bytes() == b"whole"


def test_an_unknown_scheme_and_a_missing_package_are_one_line_each() -> None:
    with pytest.raises(EnvironmentFault, match="no storage is known by nothing://"):
        open_store(Address("nothing", "x"))
    hide = "import sys; sys.modules['{0}'] = None; from photocolor.cli.app import main; main()"
    command = ["restore", "s3://archive/scans", "--out", "s3://archive/color"]
    for package in ("fsspec", "s3fs"):
        words = [sys.executable, "-c", hide.format(package), *command]
        answer = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
        assert (answer.returncode, answer.stderr.count('pip install "photocolor[s3]"')) == (4, 1), answer.stderr
        assert "Traceback" not in answer.stderr


def test_copies_of_runs_long_dead_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}young"
    for folder in (old, young):
        folder.mkdir()
    long_ago = old.stat().st_mtime - STALE_S - 1
    os.utime(old, (long_ago, long_ago))
    mine = staging_path()
    with staging_folder(mine):
        assert mine.is_dir()
        assert (old.exists(), young.exists()) == (False, True)
    assert not mine.exists()
