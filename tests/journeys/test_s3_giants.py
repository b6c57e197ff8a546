"""Objects that are nothing but long, on a real S3 server: their copies fill no disk, and the run goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import photos
import pytest
from commands import photocolor
from stores import Bucket, proxy, s3_server

from photocolor.batch.records.manifest import Past
from photocolor.batch.remote.records import recall_remote
from photocolor.storage.address import Address
from photocolor.storage.store import StoredObject

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

COLOR = ("--device", "cpu", "--workers", "1", "--json", "--quiet")
SCAN = photos.png(photos.gray())


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with s3_server() as server:
        yield server


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small file system needs Linux and root")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip(f"a file system cannot be mounted here: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("megabytes", [30, 60])
def test_a_giant_object_fails_by_name_before_it_is_copied(
    bucket: Bucket, small_disk: Path, tmp_path: Path, megabytes: int
) -> None:
    place = f"giant{megabytes}"
    bucket.put({f"{place}/a.png": SCAN + bytes(megabytes << 20), f"{place}/b.png": SCAN})
    asked = list[str]()

    def listen(method: str, path: str) -> str:
        asked.append(f"{method} {path.partition('?')[0]}")
        return ""

    with proxy(bucket, listen) as between:
        environment = bucket.environment | {"AWS_ENDPOINT_URL": between.url, "AWS_ENDPOINT_URL_S3": between.url}
        answer = photocolor(
            "restore", f"s3://archive/{place}", "--out", tmp_path / "out", *COLOR, TMPDIR=str(small_disk), **environment
        )
    assert answer.code == 3, answer.err
    first, second = map(json.loads, answer.out.splitlines())
    assert (first["status"], first["reason"], second["status"]) == ("failed", "unreadable", "done")
    assert str(small_disk) in first["message"]
    assert "TMPDIR" in first["hint"]
    assert not [line for line in asked if line.startswith("GET") and line.endswith("/a.png")]


def test_giant_hints_are_not_copied_and_fail_their_photo(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put({"hints/a.png": SCAN, "hints/a.png.hints.json": bytes(2 << 20), "hints/b.png": SCAN})
    asked = list[str]()

    def listen(method: str, path: str) -> str:
        asked.append(f"{method} {path.partition('?')[0]}")
        return ""

    with proxy(bucket, listen) as between:
        environment = bucket.environment | {"AWS_ENDPOINT_URL": between.url, "AWS_ENDPOINT_URL_S3": between.url}
        answer = photocolor("restore", "s3://archive/hints", "--out", tmp_path / "out", *COLOR, **environment)
    assert answer.code == 3, answer.err
    told = {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}
    assert told["a.png"]["reason"] == "hints_invalid"
    assert told["b.png"]["status"] == "done"
    assert not [line for line in asked if line.startswith("GET") and line.endswith(".hints.json")]


def test_giant_signs_are_none_and_giant_records_count_as_damaged(bucket: Bucket, tmp_path: Path) -> None:
    bucket.put({"records/in/a.png": SCAN, "records/out/.photocolor/running-0000000000000000.json": b"[" * 9000})
    out = "s3://archive/records/out"
    answer = photocolor("restore", "s3://archive/records/in", "--out", out, *COLOR, **bucket.environment)
    assert answer.code == 0, answer.err
    terabyte = [StoredObject(f"{kind}-000001.jsonl", 1 << 40, 0) for kind in ("manifest", "at-work")]
    past = Past()
    earlier = recall_remote(Address("memory", "records"), terabyte, past, None)
    assert past.damaged == 1
    assert earlier.damaged == {"at-work-000001.jsonl": 1}
