"""Runs from and to a real S3 server: killed, throttled, failing, and with more keys than anybody wants in memory."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import photos
import pytest
from commands import ROOT, Answer, photocolor, started
from runs import read_tree, write_tree
from stores import SECRET, Bucket, Fault, by_seed, proxy, s3_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PHOTOS = int(os.environ.get("PHOTOCOLOR_SCALE_PHOTOS", "30"))
KEYS = int(os.environ.get("PHOTOCOLOR_SCALE_KEYS", "20000"))
"""200 in the run that docs/scale.md tells of."""
FLAT_BYTES = 6_000_000
"""What a process may grow from a tenth of the keys to all of them; a list of them would take about 400 bytes each."""
COLOR = ("--device", "cpu", "--workers", "1", "--json", "--quiet")


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    kinds = (("png", photos.png), ("jpg", photos.jpeg), ("jpg", lambda gray: photos.jpeg(gray, dpi=(300, 300))))
    files = {}
    for number in range(PHOTOS):
        suffix, write = kinds[number % 3]
        files[f"box {number % 4}/é {number:03d}.{suffix}"] = write(photos.gray(48, 64, seed=number))
    return write_tree(tmp_path_factory.mktemp("scans"), files)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, scans: Path) -> dict[str, bytes]:
    """The results of a run over files."""
    out = tmp_path_factory.mktemp("whole")
    assert photocolor("restore", scans, "--out", out, *COLOR).code == 0
    return read_tree(out)


def restore(bucket: Bucket, source: object, out: object, *options: object, url: str = "") -> Answer:
    environment = bucket.environment | ({"AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_S3": url} if url else {})
    return photocolor("restore", source, "--out", out, *COLOR, *options, **environment)


def statuses(answer: Answer) -> list[str]:
    return [json.loads(line)["status"] for line in answer.out.splitlines()]


def manifest(bucket: Bucket, out: str) -> list[dict[str, object]]:
    parts = bucket.names(f"{out}/.photocolor/manifest-")
    return [json.loads(line) for part in parts for line in bucket.read(part).splitlines()]


def test_a_run_killed_again_and_again_ends_in_the_results_of_a_run_over_files(
    bucket: Bucket, scans: Path, whole: dict[str, bytes]
) -> None:
    bucket.put({f"killed/in/{name}": data for name, data in read_tree(scans).items()})
    dice = random.Random(20261121)
    command = ("restore", "s3://archive/killed/in", "--out", "s3://archive/killed/out", *COLOR)
    done = 0
    for _ in range(3):
        with started(*command, **bucket.environment) as process:
            assert process.stdout is not None
            for _ in range(PHOTOS // 6):
                process.stdout.readline()
            time.sleep(dice.uniform(0.0, 0.05))
            os.killpg(process.pid, signal.SIGKILL)
        left = bucket.tree("killed/out/")
        assert left.items() <= whole.items(), "an object under a result's name that is not the whole result"
        assert len(left) >= done
        done = len(left)
        assert any("/at-work-" in name for name in bucket.names("killed/out/.photocolor/"))
    assert 0 < done < PHOTOS
    answer = restore(bucket, "s3://archive/killed/in", "s3://archive/killed/out")
    assert (answer.code, set(statuses(answer))) == (0, {"done"} | ({"skipped"} & set(statuses(answer))))
    assert bucket.tree("killed/out/") == whole, "metadata, profile and provenance too: byte for byte"
    assert not any("/at-work-" in name for name in bucket.names("killed/out/.photocolor/"))
    assert bucket.unfinished() == 0
    assert bucket.tree("killed/in/") == read_tree(scans)
    again = restore(bucket, "s3://archive/killed/in", "s3://archive/killed/out")
    assert statuses(again) == ["skipped"] * PHOTOS
    known = {line["relative"] for line in manifest(bucket, "killed/out")}
    assert known == set(whole)


def test_no_credential_is_said_or_written_anywhere(bucket: Bucket, scans: Path) -> None:
    name = "box 0/é 000.png"
    bucket.put({"quiet/in/1.png": (scans / name).read_bytes()})
    answer = restore(bucket, "s3://archive/quiet/in", "s3://archive/quiet/out")
    refused = restore(bucket, f"s3://test:{SECRET}@archive/quiet/in", "s3://archive/quiet/out")
    missing = restore(bucket, "s3://archive/quiet/nothing", "s3://archive/quiet/out")
    bucketless = restore(bucket, "s3://archive/quiet/in", "s3://not-there/out")
    assert (answer.code, refused.code, missing.code, bucketless.code) == (0, 2, 2, 5)
    assert "the source s3://archive/quiet/nothing does not exist" in missing.err
    assert "user or a password" in refused.err
    assert "s3://not-there/out cannot be" in bucketless.err
    said = "".join(a.out + a.err for a in (answer, refused, missing, bucketless))
    written = b"".join(bucket.read(name) for name in bucket.names("quiet/out/"))
    assert SECRET not in said
    assert SECRET.encode() not in written


def test_what_lies_in_the_output_is_left_alone_and_what_changed_is_done_again(bucket: Bucket) -> None:
    scan, other = photos.png(photos.gray()), photos.png(photos.gray(seed=5))
    bucket.put({f"again/in/{name}.png": scan for name in "abcd"} | {"again/out/d.png": b"somebody's own"})
    places = ("s3://archive/again/in", "s3://archive/again/out")
    assert sorted(statuses(restore(bucket, *places))) == ["done", "done", "done", "skipped"]
    hints = b'{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#c03030"}]}'
    bucket.put({"again/in/a.png.hints.json": hints, "again/in/b.png": other, "again/in/x//y.png": scan})
    bucket.client.delete_object(Bucket="archive", Key="again/out/c.png")
    answer = restore(bucket, *places)
    assert answer.code == 3, answer.err
    told = {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}
    assert {name: line["status"] for name, line in told.items()} == {
        "a.png": "done",
        "b.png": "done",
        "c.png": "done",
        "d.png": "skipped",
        "x//y.png": "failed",
    }
    assert "no path for a result" in told["x//y.png"]["message"]
    assert told["a.png"]["hints_sha256"]
    assert bucket.read("again/out/d.png") == b"somebody's own"
    assert "damaged" not in restore(bucket, *places).err
    assert sorted(statuses(restore(bucket, *places, "--overwrite"))) == ["done", "failed"] + ["skipped"] * 3
    assert bucket.read("again/out/d.png") == bucket.read("again/out/c.png")


def test_from_a_bucket_to_files_and_back(bucket: Bucket, scans: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    some = dict(list(read_tree(scans).items())[:4])
    bucket.put({f"mixed/in/{name}": data for name, data in some.items()})
    bucket.put({"mixed/in/photo.jpg": b"", "mixed/in/photo.JPG": b"", "mixed/in/photo.tif": b""})
    down = restore(bucket, "s3://archive/mixed/in", tmp_path / "down")
    assert (down.code, "would share one target" in down.err) == (2, True), "one file where case does not count"
    for name in ("JPG", "jpg", "tif"):
        bucket.client.delete_object(Bucket="archive", Key=f"mixed/in/photo.{name}")
    down = restore(bucket, "s3://archive/mixed/in", tmp_path / "down")
    assert down.code == 0, down.err
    assert read_tree(tmp_path / "down").items() <= whole.items()
    files = write_tree(tmp_path / "in", some)
    shares = [restore(bucket, files, "s3://archive/mixed/out", "--shard", f"{number}/2") for number in (1, 2)]
    assert [answer.code for answer in shares] == [0, 0], shares[0].err + shares[1].err
    assert bucket.tree("mixed/out/") == read_tree(tmp_path / "down")
    assert sum(len(statuses(answer)) for answer in shares) == len(some)
    assert set(statuses(restore(bucket, files, "s3://archive/mixed/out"))) == {"skipped"}


def test_throttling_errors_and_lost_connections_are_tried_again_until_all_is_done(
    bucket: Bucket, scans: Path, whole: dict[str, bytes]
) -> None:
    bucket.put({f"rough/in/{name}": data for name, data in read_tree(scans).items()})
    with proxy(bucket, by_seed(seed=8, share=0.25)) as rough:
        answer = restore(bucket, "s3://archive/rough/in", "s3://archive/rough/out", url=rough.url)
    assert {"503", "500", "cut", "lost"} <= set(rough.faults), rough.faults
    assert answer.code == 0, answer.err
    assert bucket.tree("rough/out/") == whole


def never(*kinds: tuple[str, str, str]) -> Fault:
    """Every request by a method for an object fails in one way: (way, method, end of the object's name)."""

    def choose(method: str, path: str) -> str:
        return next((way for way, of, end in kinds if method == of and path.split("?")[0].endswith(end)), "")

    return choose


def test_a_photo_that_the_storage_never_gives_or_takes_is_named_and_the_next_run_does_it(bucket: Bucket) -> None:
    bucket.put({f"named/in/{name}.png": photos.png(photos.gray()) for name in "abc"})
    places = ("s3://archive/named/in", "s3://archive/named/out")
    written_but_not_told = ("lost", "PUT", "out/c.png")
    with proxy(bucket, never(("503", "GET", "in/b.png"), written_but_not_told)) as slow:
        answer = restore(bucket, *places, url=slow.url)
    failed = {line["source"]: line for line in map(json.loads, answer.out.splitlines()) if line["status"] == "failed"}
    assert (answer.code, set(failed)) == (3, {"s3://archive/named/in/b.png", "s3://archive/named/in/c.png"})
    assert {line["reason"] for line in failed.values()} == {"storage"}
    assert all("6 attempts" in str(line["message"]) for line in failed.values())
    assert "named/out/c.png" in bucket.names("named/out/")
    again = restore(bucket, *places)
    assert sorted(statuses(again)) == ["done", "done", "skipped"], "not taken for somebody else's"
    assert not any("/at-work-" in name for name in bucket.names("named/out/.photocolor/"))


MEASURE = """
import resource, sys
from pathlib import Path
from photocolor.batch.remote.plan import plan_remote
from photocolor.batch.remote.start import RemoteRun, remote_decider
from photocolor.batch.records.manifest import Recipe
from photocolor.settings import RemoteLocations, Settings
where = "s3://archive/many/" + sys.argv[1]
locations = RemoteLocations(sources=(where,), out="s3://archive/many/out")
plan = plan_remote(Settings(sources=(), out=Path(), remote=locations))
decider, _ = remote_decider(plan, RemoteRun(Recipe("m", "f" * 64, "0" * 16), False, None))
print(len(plan), sum(decider.decide(job).action == "color" for job in plan.jobs()))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_number_of_keys() -> None:
    with s3_server(keys=[f"many/in/{number % 10}/scan {number:06d}.tif" for number in range(KEYS)]) as bucket:
        _compare_memory(bucket)


def _compare_memory(bucket: Bucket) -> None:
    def measured(folder: str) -> tuple[int, int]:
        command = [sys.executable, "-c", MEASURE, folder]
        environment = os.environ | bucket.environment | {"PYTHONPATH": str(ROOT)}
        lines = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()
        assert lines[0] == lines[1]
        return int(lines[0]), int(lines[2]) * (1 if sys.platform == "darwin" else 1024)

    few, small = measured("in/3")
    many, large = measured("in")
    assert (few, many) == (KEYS // 10, KEYS)
    assert large - small < FLAT_BYTES, f"{small} bytes at {few} keys, {large} at {many}"
