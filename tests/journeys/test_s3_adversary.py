"""What goes wrong around a run on S3: refusals with their codes, silence, objects that appear, and a second run."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import photos
import pytest
from commands import Answer, photocolor, started
from stores import BUCKET, SECRET, Bucket, proxy, s3_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

COLOR = ("--device", "cpu", "--workers", "1", "--json", "--quiet")
SILENT_MOST_S = 120.0
"""Two attempts of 10 s each, starts of the program, and a machine that has other things to do; it was 155 s alone."""
SCAN = photos.png(photos.gray())


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with s3_server() as server:
        yield server


def restore(bucket: Bucket, source: object, out: object, *options: object, url: str = "") -> Answer:
    environment = bucket.environment | ({"AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_S3": url} if url else {})
    return photocolor("restore", source, "--out", out, *COLOR, *options, **environment)


def lines(answer: Answer) -> dict[str, dict[str, object]]:
    return {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}


def test_a_name_that_is_no_path_gets_a_hint_that_helps() -> None:
    names = ("x//y.png", "a/../b.png", "./c.png")
    with s3_server(keys=[f"names/{name}" for name in names]) as own:
        answer = restore(own, "s3://archive/names", "s3://archive/names-out")
    assert answer.code == 3, answer.err
    for name in names:
        assert "another name" in str(lines(answer)[name]["hint"])
        assert "permission" not in str(lines(answer)[name]["hint"])


REFUSALS = {
    "InvalidAccessKeyId": (
        403,
        "The AWS Access Key Id you provided does not exist.",
        "AWS_ACCESS_KEY_ID",
    ),
    "SignatureDoesNotMatch": (403, "The request signature does not match.", "AWS_SECRET_ACCESS_KEY"),
    "AccessDenied": (403, "Access Denied", "s3:ListBucket"),
    "RequestTimeTooSkewed": (403, "The time difference is too large.", "clock"),
    "ExpiredToken": (400, "The provided token has expired.", "Log in again"),
    "InvalidToken": (400, "The provided token is malformed.", "AWS_SESSION_TOKEN"),
}


@contextmanager
def refusing(code: str) -> Iterator[str]:
    """A server that refuses as S3 does: HEAD without a body, all else with the code in one."""
    status, said, _ = REFUSALS[code]
    body = f"<Error><Code>{code}</Code><Message>{said}</Message></Error>".encode()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _refuse(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _refuse  # noqa: N815 -- the server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_is_named_by_the_storages_own_code_with_what_helps(bucket: Bucket, code: str, tmp_path: Path) -> None:
    _, said, helps = REFUSALS[code]
    (tmp_path / "1.png").write_bytes(SCAN)
    with refusing(code) as url:
        began = time.monotonic()
        listed = restore(bucket, "s3://archive/in", tmp_path / "out", url=url)
        written = restore(bucket, tmp_path / "1.png", "s3://archive/out", url=url) if code == "AccessDenied" else listed
    assert (listed.code, written.code) == (4, 5 if written is not listed else 4)
    for answer in (listed, written):
        assert said in answer.err
        assert code in answer.err
        assert helps in answer.err
        assert SECRET not in answer.err
    assert time.monotonic() - began < SILENT_MOST_S, "asked again and again, though it is final"


def test_without_credentials_the_hint_names_where_they_come_from(bucket: Bucket, tmp_path: object) -> None:
    nothing = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
    told = photocolor("restore", "s3://archive/in", "--out", tmp_path, *COLOR, **(bucket.environment | nothing))
    assert told.code == 4
    assert "AWS_PROFILE" in told.err


def test_a_storage_that_takes_requests_and_says_nothing_is_given_up_after_seconds(
    bucket: Bucket, tmp_path: object
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        answer = restore(bucket, "s3://archive/in", tmp_path, url=f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert answer.code == 4
    assert "2 attempts" in answer.err
    assert time.monotonic() - began < SILENT_MOST_S


def test_what_somebody_puts_under_a_results_name_during_the_run_stays(bucket: Bucket) -> None:
    bucket.put({f"late/in/{name}.png": SCAN for name in "abc"})

    def meanwhile(method: str, path: str) -> str:
        if method == "GET" and path.split("?")[0].endswith("late/in/b.png"):  # all was listed before
            bucket.put({"late/out/b.png": b"somebody's own"})
        return ""

    with proxy(bucket, meanwhile) as between:
        answer = restore(bucket, "s3://archive/late/in", "s3://archive/late/out", url=between.url)
    told = lines(answer)
    assert {name: line["status"] for name, line in told.items()} == {
        "a.png": "done",
        "b.png": "skipped",
        "c.png": "done",
    }
    assert told["b.png"]["reason"] == "exists"
    assert bucket.read("late/out/b.png") == b"somebody's own"
    again = lines(restore(bucket, "s3://archive/late/in", "s3://archive/late/out"))
    assert {line["status"] for line in again.values()} == {"skipped"}
    replaced = lines(restore(bucket, "s3://archive/late/in", "s3://archive/late/out", "--overwrite"))
    assert replaced["b.png"]["status"] == "done"
    assert bucket.read("late/out/b.png") == bucket.read("late/out/a.png")


def test_sources_that_vanish_or_change_between_listing_and_reading_are_named_and_the_next_run_is_right(
    bucket: Bucket,
) -> None:
    longer = photos.png(photos.gray(60, 80, seed=4))
    bucket.put({f"moving/in/{name}.png": SCAN for name in "abcd"})
    hints = b'{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#c03030"}]}'
    bucket.put({"moving/in/d.png.hints.json": hints})
    done = threading.Event()

    def meanwhile(method: str, path: str) -> str:
        if method == "GET" and path.split("?")[0].endswith("in/a.png") and not done.is_set():
            done.set()
            bucket.client.delete_object(Bucket=BUCKET, Key="moving/in/b.png")
            bucket.put({"moving/in/c.png": longer})
            bucket.client.delete_object(Bucket=BUCKET, Key="moving/in/d.png.hints.json")
        return ""

    with proxy(bucket, meanwhile) as between:
        answer = restore(bucket, "s3://archive/moving/in", "s3://archive/moving/out", url=between.url)
    told = lines(answer)
    assert answer.code == 3
    assert told["a.png"]["status"] == "done"
    assert {name: told[name]["reason"] for name in ("b.png", "c.png", "d.png")} == {
        "b.png": "vanished",
        "c.png": "changed",
        "d.png": "vanished",
    }
    assert "d.png.hints.json" in str(told["d.png"]["message"])
    again = restore(bucket, "s3://archive/moving/in", "s3://archive/moving/out")
    assert again.code == 0, again.err
    assert {name: line["status"] for name, line in lines(again).items()} == {
        "a.png": "skipped",
        "c.png": "done",
        "d.png": "done",
    }
    assert bucket.names("moving/out/.photocolor/running-") == []


def test_two_runs_with_different_settings_on_one_prefix_do_not_mix(bucket: Bucket) -> None:
    bucket.put({f"both/in/{number:02d}.png": SCAN for number in range(20)})
    places = ("s3://archive/both/in", "s3://archive/both/out")
    over = threading.Event()

    def slowly(method: str, path: str) -> str:
        if method == "GET" and path.split("?")[0].endswith(".png"):
            over.wait(5.0)  # the first run is at work as long as the others need
        return ""

    with proxy(bucket, slowly) as slow:
        environment = bucket.environment | {"AWS_ENDPOINT_URL": slow.url, "AWS_ENDPOINT_URL_S3": slow.url}
        with started("restore", places[0], "--out", places[1], *COLOR, **environment) as first:
            assert first.stdout is not None
            first.stdout.readline()
            other = restore(bucket, *places, "--strength", "0.5")
            share = restore(bucket, *places, "--strength", "0.5", "--shard", "1/2")
            over.set()
            same = restore(bucket, *places)
            first.communicate()
    assert (first.returncode, same.code) == (0, 0)
    for refused in (other, share):
        assert refused.code == 5
        assert "other settings is at work" in refused.err
    assert {line["status"] for line in lines(restore(bucket, *places)).values()} == {"skipped"}
    assert bucket.names("both/out/.photocolor/running-") == []


def test_a_killed_run_does_not_keep_one_with_other_settings_away(bucket: Bucket) -> None:
    bucket.put({f"dead/in/{number:02d}.png": SCAN for number in range(20)})
    places = ("s3://archive/dead/in", "s3://archive/dead/out")
    with started("restore", places[0], "--out", places[1], *COLOR, **bucket.environment) as first:
        assert first.stdout is not None
        first.stdout.readline()
        os.killpg(first.pid, signal.SIGKILL)
    assert len(bucket.names("dead/out/.photocolor/running-")) == 1
    answer = restore(bucket, *places, "--strength", "0.5")
    assert answer.code == 0, answer.err
    assert bucket.names("dead/out/.photocolor/running-") == []
    assert {line["status"] for line in lines(restore(bucket, *places, "--strength", "0.5")).values()} == {"skipped"}
