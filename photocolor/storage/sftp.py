"""Files over SFTP: fsspec's implementation, with host keys that are checked and connections that come back.

fsspec's own trusts any host key, shares one channel between threads, which paramiko's does not bear, and takes links
for files. Here host, user, port and key come from ~/.ssh/config as for `ssh`, and nobody is asked for a password.
"""

from __future__ import annotations

import errno
import getpass
import stat
import threading
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from photocolor.storage.refusal import AccessRefused
from photocolor.storage.retries import CONNECT_S, SILENT_S, StorageSilent

_CONFIG = Path("~/.ssh/config")
RAISED = (OSError, EOFError, paramiko.SSHException)
_LOST = (EOFError, paramiko.SSHException, ConnectionError)


class SftpFiles(SFTPFileSystem):  # type: ignore[misc]  # fsspec has no types
    """Represents the files of one host.

    Args:
        host: as in the address, with ":PORT" if it is there; a name of ~/.ssh/config counts.
    """

    cachable = False  # the store that holds it is cached

    def __init__(self, host: str) -> None:
        self._lock, self._here = threading.Lock(), threading.local()
        self._connection: paramiko.SSHClient | None = None
        super().__init__(host)

    def _connect(self) -> None:
        """Waits until a request is made: then a failure is one of that request."""

    @property
    def ftp(self) -> paramiko.SFTPClient:
        """Returns this thread's channel to the host, opened anew if the connection was lost.

        Raises:
            AccessRefused: the host is not known, or does not let us in.
            OSError: it cannot be reached.
        """
        with self._lock:
            transport = self._connection.get_transport() if self._connection else None
            if self._connection is None or transport is None or not transport.is_active():
                self._connection = _connected(self.host)
            held: tuple[paramiko.SSHClient, paramiko.SFTPClient] | None = getattr(self._here, "held", None)
            if held is None or held[0] is not self._connection:
                channel = self._connection.open_sftp()
                channel.get_channel().settimeout(SILENT_S)
                held = self._here.held = (self._connection, channel)
        return held[1]

    def forget(self) -> None:
        """Closes the connection: after a failure nobody knows which answers are still on their way."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        """Returns the path on the host; unlike fsspec's, a name may have a question mark."""
        _, scheme, rest = str(path).partition("://")
        return (f"/{rest.partition('/')[2]}" if scheme else str(path)).rstrip("/") or "/"

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        """Returns what lies at a path; of a link, what it leads to."""
        here = self._strip_protocol(path)
        return _row(here, self.ftp.stat(here))

    def ls(self, path: str, detail: bool = True, **options: Any) -> list[Any]:
        """Returns what lies in a folder; links to files count as files, links to folders are passed over."""
        here = self._strip_protocol(path)
        rows = []
        for entry in self.ftp.listdir_attr(here):
            name = f"{here.rstrip('/')}/{entry.filename}"
            row = self._followed(name) if stat.S_ISLNK(entry.st_mode or 0) else _row(name, entry)
            rows += [row] if row is not None and row["type"] != "other" else []
        return rows if detail else sorted(row["name"] for row in rows)

    def _followed(self, name: str) -> dict[str, Any] | None:
        try:
            row = self.info(name)
        except FileNotFoundError:
            return None  # it leads nowhere
        return row if row["type"] == "file" else None

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        """Makes a folder with all above it; another process may make them at the same time."""
        here = self._strip_protocol(path)
        if here != "/" and not self.exists(here):
            self.makedirs(here.rpartition("/")[0] or "/", exist_ok=True)
            try:
                self.ftp.mkdir(here)
            except OSError:
                if not self.exists(here):
                    raise

    def put_file(self, lpath: str, rpath: str, **options: Any) -> None:
        """Uploads a file."""
        self.ftp.put(str(lpath), self._strip_protocol(rpath))

    def get_file(self, rpath: str, lpath: str, **options: Any) -> None:
        """Downloads a file."""
        self.ftp.get(self._strip_protocol(rpath), str(lpath), max_concurrent_prefetch_requests=64)

    def rm_file(self, path: str) -> None:
        """Removes a file."""
        self.ftp.remove(self._strip_protocol(path))


def _row(name: str, entry: paramiko.SFTPAttributes) -> dict[str, Any]:
    mode = entry.st_mode or 0
    kind = "directory" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"
    return {"name": name, "size": entry.st_size or 0, "type": kind, "mtime": float(entry.st_mtime or 0)}


def _connected(address: str) -> paramiko.SSHClient:
    """Returns a connection to a host that is known, by a key of the user or of an agent.

    Raises:
        AccessRefused: the host is not known or has another key than before, or does not let the user in.
        OSError: it cannot be reached.
    """
    name, _, port = address.rpartition(":") if address.rpartition(":")[2].isdigit() else (address, "", "")
    config = _config_of(unquote(name))
    if config.get("proxyjump", "none") != "none":
        raise AccessRefused("ProxyJump", f"~/.ssh/config reaches {name} by ProxyJump, which is not read")
    client = paramiko.SSHClient()
    client.load_system_host_keys()
    for known in config.get("userknownhostsfile", "").split():
        if Path(known).expanduser().is_file():
            client.load_system_host_keys(str(Path(known).expanduser()))
    client.set_missing_host_key_policy(_RefuseUnknown())
    proxy = config.get("proxycommand", "none")
    client.connect(
        config["hostname"],
        port=int(port or config.get("port", 22)),
        username=config.get("user") or getpass.getuser(),
        key_filename=config.get("identityfile"),
        timeout=CONNECT_S,
        banner_timeout=SILENT_S,
        auth_timeout=SILENT_S,
        sock=None if proxy == "none" else paramiko.ProxyCommand(proxy),
    )
    return client


def _config_of(host: str) -> Any:
    path = _CONFIG.expanduser()
    config = paramiko.SSHConfig.from_path(str(path)) if path.is_file() else paramiko.SSHConfig()
    return config.lookup(host)


class _RefuseUnknown(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]  # as above
    """Refuses a host that is in no file of known hosts."""

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Raises always.

        Raises:
            AccessRefused: with the fingerprint of the key.
        """
        raise AccessRefused("HostKeyUnknown", f"the key of {hostname} is in no known_hosts: {key.fingerprint}")


def sftp_error(error: Exception) -> Exception | None:
    """Returns what an error of paramiko means, as an OSError."""
    if isinstance(error, paramiko.BadHostKeyException):
        return AccessRefused("HostKeyChanged", f"{error.hostname} has another key than known_hosts says")
    if isinstance(error, paramiko.AuthenticationException) or "No authentication methods" in str(error):
        return AccessRefused("SshAuthentication", str(error) or type(error).__name__)
    if isinstance(error, TimeoutError):
        return StorageSilent("no answer")
    if isinstance(error, _LOST) or (isinstance(error, OSError) and error.errno in (None, errno.EBADF)):
        return ConnectionError(str(error) or "the connection was lost")
    return None
