"""Addresses of remote storage: s3://bucket/folder, and every other scheme that fsspec knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from photocolor.errors import UsageError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_LOCAL = ("file", "local")


@dataclass(frozen=True, slots=True)
class Address:
    """One object, or the folder of all objects whose names begin so.

    Attributes:
        scheme: "s3", "gs", "memory" …
        path: bucket or host and the path in it, without a slash at the end.
    """

    scheme: str
    path: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.path}"

    def __truediv__(self, relative: str) -> Address:
        return Address(self.scheme, f"{self.path}/{relative}" if relative else self.path)

    def holds(self, other: Address) -> bool:
        """Whether `other` is this place or lies below it."""
        return self.scheme == other.scheme and f"{other.path}/".startswith(f"{self.path}/")


def parse_place(text: str) -> Path | Address:
    """A path of this machine, also from file://, or an address.

    Raises:
        UsageError: there are credentials in it, or nothing behind the scheme.
    """
    match = _SCHEME.fullmatch(text)
    if match is None:
        return Path(text)
    scheme, path = match[1].lower(), match[2].rstrip("/")
    if scheme in _LOCAL:
        return Path(f"/{path.lstrip('/')}")
    if "@" in path.split("/")[0]:  # not repeated in the message: it may be shown, and kept
        raise UsageError(
            f"an address of {scheme}:// has a user or a password in it",
            "Leave them to the environment or the storage's configuration; addresses are written to the manifest.",
        )
    if not path.strip("/"):
        raise UsageError(f"{text} names no place", f"Write {scheme}://BUCKET/FOLDER.")
    return Address(scheme, path)


def is_address(text: str) -> bool:
    """Whether a text, whoever wrote it down, is an address and no path of this machine."""
    match = _SCHEME.fullmatch(text)
    return match is not None and match[1].lower() not in _LOCAL


def parse_address(text: str) -> Address:
    """The address that was written down by `str`."""
    scheme, _, path = text.partition("://")
    return Address(scheme, path)
