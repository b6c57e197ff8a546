"""A real S3 server on loopback for tests, and a proxy in front of it that throttles, fails and hangs up."""

from __future__ import annotations

import http.client
import itertools
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import botocore.session

SECRET = "not-a-secret-but-must-not-be-seen"  # noqa: S105 -- the server takes any
BUCKET = "archive"
PATIENCE_S = 60.0


@dataclass
class Bucket:
    """One bucket of a server.

    Args:
        url: of the server, or of a proxy in front of it.
    """

    url: str

    def __post_init__(self) -> None:
        session = botocore.session.Session()
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": SECRET}
        self.client = session.create_client("s3", "us-east-1", endpoint_url=self.url, **keys)

    @property
    def environment(self) -> dict[str, str]:
        """How a command finds the server: by the usual variables."""
        return {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def put(self, files: Mapping[str, bytes]) -> None:
        """Puts objects there."""
        for name, data in files.items():
            self.client.put_object(Bucket=BUCKET, Key=name, Body=data)

    def names(self, prefix: str = "") -> list[str]:
        """The names of all objects, in their order."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def read(self, name: str) -> bytes:
        """One object."""
        return bytes(self.client.get_object(Bucket=BUCKET, Key=name)["Body"].read())

    def tree(self, prefix: str) -> dict[str, bytes]:
        """Everything below a folder, except what photocolor keeps for itself."""
        names = [name for name in self.names(prefix) if "/.photocolor/" not in name]
        return {name.removeprefix(prefix): self.read(name) for name in names}

    def unfinished(self) -> int:
        """Uploads in parts that were begun and neither completed nor given up."""
        return len(self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", ()))


_SERVER = """
import sys
from moto.s3.models import s3_backends
from moto.server import main
backend = s3_backends["123456789012"]["aws"]
backend.create_bucket(sys.argv[1], "us-east-1")
for key in sys.stdin:
    backend.put_object(sys.argv[1], key.rstrip(), b"")
main(["-H", "127.0.0.1", "-p", "0"])
"""


@contextmanager
def s3_server(keys: Iterable[str] = ()) -> Iterator[Bucket]:
    """moto's server in a process of its own, with a bucket that holds empty objects of these names."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", _SERVER, BUCKET], text=True, **pipes)
    assert process.stdin is not None
    assert process.stderr is not None
    drain = threading.Thread(target=process.stderr.read)  # a full pipe would stop the server
    try:
        process.stdin.write("".join(f"{key}\n" for key in keys))
        process.stdin.close()
        url = ""
        for line in process.stderr:
            if "Running on http://" in line:
                url = line.split("Running on ")[1].split()[0]
                break
        drain.start()
        yield Bucket(url)
    finally:
        process.kill()
        process.wait()
        if drain.ident:
            drain.join()
        process.stderr.close()


Fault = Callable[[str, str], str]
"""From method and path of a request to "" or what happens to it: "503", "500", "404", "cut" or "lost"."""


def by_seed(seed: int, share: float, kinds: tuple[str, ...] = ("503", "500", "cut", "lost")) -> Fault:
    """A share of all requests fails, in these ways by turns."""
    dice, ways = random.Random(seed), itertools.cycle(kinds)
    lock = threading.Lock()

    def choose(method: str, path: str) -> str:
        with lock:
            return next(ways) if dice.random() < share else ""

    return choose


@dataclass
class Proxy:
    """What a proxy did.

    Attributes:
        url: where it listens.
        faults: how many requests failed, by kind.
        requests: how many came, by method.
    """

    url: str
    faults: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)


_SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
_INTERNAL = b"<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>"


@contextmanager
def proxy(bucket: Bucket, fault: Fault) -> Iterator[Proxy]:
    """A real HTTP server that passes requests on, except those for which it has something else in mind.

    "503" and "500" answer as S3 does; "cut" hangs up in the middle of the answer; "lost" passes the request on and
    hangs up before the answer, so that an upload is there and nobody was told.
    """
    host = bucket.url.removeprefix("http://").rstrip("/")
    said = Proxy("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            kind = fault(self.command, self.path)
            body = self._body()
            said.requests[self.command] += 1
            said.faults[kind or "none"] += 1
            if kind in ("503", "500"):
                self._answer(int(kind), {}, _SLOW_DOWN if kind == "503" else _INTERNAL)
                return
            connection = http.client.HTTPConnection(host, timeout=PATIENCE_S)
            headers = {name: value for name, value in self.headers.items() if name.lower() != "transfer-encoding"}
            headers["Content-Length"] = str(len(body))
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            data = response.read()
            connection.close()
            if kind == "lost":
                self.close_connection = True
                return
            self._answer(response.status, dict(response.getheaders()), data, cut=kind == "cut")

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body

        def _answer(self, status: int, headers: dict[str, str], data: bytes, *, cut: bool = False) -> None:
            self.send_response_only(status)
            length = headers.get("Content-Length", str(len(data))) if self.command == "HEAD" else str(len(data))
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data[: len(data) // 2] if cut else data)
            self.close_connection = self.close_connection or cut

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _pass_on  # noqa: N815 -- the server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's
            """Says nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that was killed is no news."""

    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield said
    finally:
        server.shutdown()
        server.server_close()
