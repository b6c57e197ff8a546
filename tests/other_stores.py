"""Real servers on loopback for storages other than S3: sshd, Azurite, and an emulator of Google's."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

PATIENCE_S = 60.0
AZURITE = ("azurite-blob", "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck")
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The key that Azurite's documentation publishes for its one account."""


@dataclass
class Server:
    """A storage that runs.

    Attributes:
        place: the address of a folder in it.
        environment: how a command finds it, and is let in.
        put: stores objects by their names below the folder.
        objects: all objects below a part of the folder.
        secret: must not be seen anywhere.
        process: serves it.
    """

    place: str
    environment: dict[str, str]
    put: Callable[[Mapping[str, bytes]], None]
    objects: Callable[[str], dict[str, bytes]]
    process: subprocess.Popen[bytes]
    secret: str = ""
    extra: dict[str, Path] = field(default_factory=dict)

    def tree(self, part: str) -> dict[str, bytes]:
        """Everything below a part of the folder, except what photocolor keeps for itself."""
        return {name: data for name, data in self.objects(part).items() if not name.startswith(".photocolor/")}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < until_s:
        if process.poll() is not None:
            pytest.fail(f"{process.args!r} ended: {process.stderr.read().decode() if process.stderr else ''}")
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{process.args!r} does not listen")


def program(*names: str, optional: bool = False) -> str:
    """The first program that is there; without one the test skips, and fails where all is to be tested."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        message = f"{names[0]} is not installed"
        if os.environ.get("CI") == "true" and not optional:
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(port, process)
        yield process
    finally:
        process.kill()
        process.communicate()


SSHD_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin yes
Subsystem sftp internal-sftp
"""


@contextmanager
def sftp_server() -> Iterator[Server]:
    """OpenSSH's own server, with a home folder that knows its key and has one to log in with."""
    sshd, keygen = program("sshd", "/usr/sbin/sshd"), program("ssh-keygen")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="pc-sftp-") as place:
        folder = Path(place)
        for name in ("host_key", "user_key"):
            subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
        (folder / "sshd_config").write_text(SSHD_CONFIG.format(port=port, folder=folder))
        home, files = folder / "home", folder / "files"
        (home / ".ssh").mkdir(parents=True, mode=0o700)
        shutil.copy(folder / "user_key", home / ".ssh" / "id_ed25519")
        kind, key, *_ = (folder / "host_key.pub").read_text().split()
        (home / ".ssh" / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it when root starts it
        files.mkdir()
        command = [sshd, "-D", "-e", "-f", str(folder / "sshd_config")]
        environment = {"HOME": str(home), "SSH_AUTH_SOCK": ""}
        with running(command, port) as process:
            yield Server(
                f"sftp://127.0.0.1:{port}{files}",
                environment,
                lambda objects: _write(files, objects),
                lambda part: _read(files / part),
                process,
                extra={"home": home, "files": files},
            )


def _write(folder: Path, objects: Mapping[str, bytes]) -> None:
    for name, data in objects.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _read(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@contextmanager
def azure_server() -> Iterator[Server]:
    """Microsoft's own emulator; `npm install -g azurite`, or PHOTOCOLOR_AZURITE names the program."""
    azurite = program(os.environ.get("PHOTOCOLOR_AZURITE") or "azurite-blob", optional=True)
    from azure.storage.blob import BlobServiceClient

    port = free_port()
    with running([azurite, *AZURITE[1:], "--blobHost", "127.0.0.1", "--blobPort", str(port)], port) as process:
        connection = (
            f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={ACCOUNT_KEY};"
            f"BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;"
        )
        with BlobServiceClient.from_connection_string(connection) as service:
            container = service.create_container("archive")

            def put(objects: Mapping[str, bytes]) -> None:
                for name, data in objects.items():
                    container.upload_blob(f"files/{name}", data, overwrite=True)

            def objects_in(part: str) -> dict[str, bytes]:
                prefix = f"files/{part}/"
                names = [str(name) for name in container.list_blob_names(name_starts_with=prefix)]
                return {name.removeprefix(prefix): container.download_blob(name).readall() for name in names}

            environment = {"AZURE_STORAGE_CONNECTION_STRING": connection}
            yield Server("az://archive/files", environment, put, objects_in, process, secret=ACCOUNT_KEY)


def ask(url: str, data: bytes | None = None) -> bytes:
    """The answer of a server on loopback."""
    request = Request(url, data, {"Content-Type": "application/octet-stream"} if data else {})  # noqa: S310 -- made here
    with urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 -- as above
        return bytes(answer.read())


@contextmanager
def google_server() -> Iterator[Server]:
    """An emulator of Google Cloud Storage that knows what gcsfs asks for; there is none by Google."""
    port = free_port()
    command = [sys.executable, "-m", "gcp_storage_emulator", "start", "--in-memory", "-q"]
    command += ["-H", "127.0.0.1", "--port", str(port), "--default-bucket", "archive"]
    with running(command, port) as process:
        url = f"http://127.0.0.1:{port}"

        def put(objects: Mapping[str, bytes]) -> None:
            for name, data in objects.items():
                to = f"{url}/upload/storage/v1/b/archive/o?uploadType=media&name={quote('files/' + name, safe='')}"
                ask(to, data)

        def read(name: str) -> bytes:
            return ask(f"{url}/storage/v1/b/archive/o/{quote(name, safe='')}?alt=media")

        def objects_in(part: str) -> dict[str, bytes]:
            prefix = f"files/{part}/"
            listed = json.loads(ask(f"{url}/storage/v1/b/archive/o?prefix={quote(prefix, safe='')}"))
            names = [str(item["name"]) for item in listed.get("items", ())]
            return {name.removeprefix(prefix): read(name) for name in names}

        environment = {"STORAGE_EMULATOR_HOST": url, "NO_GCE_CHECK": "true", "GOOGLE_CLOUD_PROJECT": "test"}
        yield Server("gs://archive/files", environment, put, objects_in, process)


SERVERS = {"sftp": sftp_server, "az": azure_server, "gs": google_server}
