"""Addresses of remote storage: s3://bucket/folder, and every other scheme that fsspec knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from photocolor.errors import UsageError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_CHAIN = re.compile(r"[A-Za-z0-9+.-]+::.*://", re.DOTALL)
_LOCAL = ("file", "local")
_QUERIED = frozenset({"http", "https", "webdav"})
"""Schemes whose addresses may have a query; elsewhere a name may have any letter."""
_NO_STORES = frozenset(
    (
        *("asynclocal", "asyncwrapper", "async_wrapper", "blockcache", "cached", "dask", "data", "dir", "filecache"),
        *("generic", "gist", "git", "jlab", "jupyter", "libarchive", "pyscript", "reference", "simplecache"),
        *("tar", "zip"),
    )
)
"""What fsspec knows and is no storage: wraps another one, looks into one file, or needs what no address says."""
_TOKEN = re.compile(
    r"(?i)([?&;#](?:[a-z0-9_-]*(?:signature|token|secret|passw(?:or)?d|credential|api_?key)[a-z0-9_-]*|sig|sv|se))=\S"
)
_KEYS = r"(?:x-(?:amz|goog|ms)-[a-z-]+|sig|[a-z_-]*(?:signature|token|secret|password))"
_SECRETS = (
    (re.compile(r"(\b[A-Za-z][A-Za-z0-9+.-]*://)[^/\s'\"@]*@"), r"\1…@"),
    (re.compile(r"(://[^\s'\"<>?#]*[?#])[^\s'\"<>)]*"), r"\1…"),
    (re.compile(r"(?i)\b(authorization['\"]?\s*[:=]\s*['\"]?)[^'\"\n]+"), r"\1…"),
    (re.compile(rf"(?i)\b({_KEYS}\s*[=:]\s*)\S+"), r"\1…"),
)
"""What tells a user, a password or a token in texts of other libraries, and what is left of it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Names one object, or the folder of all objects whose names begin so.

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

    def beside(self, name: str) -> Address:
        """Returns the address of another object in the same folder."""
        folder, slash, _ = self.path.rpartition("/")
        return Address(self.scheme, f"{folder}{slash}{name}")

    def holds(self, other: Address) -> bool:
        """Returns whether `other` is this place or lies below it."""
        return self.scheme == other.scheme and f"{other.path}/".startswith(f"{self.path}/")


def parse_place(text: str) -> Path | Address:
    """Returns a text as a path of this machine, also from file://, or as an address.

    Raises:
        UsageError: there are credentials in it, nothing behind the scheme, or the scheme is none of a storage. No
            message repeats what may be a secret.
    """
    match = _SCHEME.fullmatch(text)
    if match is None:
        if _CHAIN.match(text):
            raise UsageError("addresses that are chained with :: are not read", "Unpack or copy it first.")
        return Path(text)
    scheme, path = match[1].lower(), match[2].rstrip("/")
    if scheme in _LOCAL:
        return Path(f"/{path.lstrip('/')}")
    if scheme in _NO_STORES:
        raise UsageError(
            f"{scheme}:// is no storage that photos are read from or written to",
            "Use s3://, gs://, az:// or another storage of fsspec; unpack archives first.",
        )
    if "@" in path.split("/")[0]:  # not repeated in the message: it may be shown, and kept
        raise UsageError(
            f"an address of {scheme}:// has a user or a password in it",
            "Leave them to the environment or the storage's configuration; addresses are written to the manifest.",
        )
    if (scheme in _QUERIED and re.search("[?#]", path)) or _TOKEN.search(path):
        raise UsageError(
            f"an address of {scheme}:// has a query, as signed addresses have one with a token in it",
            "Fetch the file first, or name the bucket and leave the credentials to the environment; addresses are "
            "written to the manifest.",
        )
    if not path.strip("/"):
        raise UsageError(f"{text} names no place", f"Write {scheme}://BUCKET/FOLDER.")
    return Address(scheme, path)


def without_secrets(text: str) -> str:
    """Returns a library's message without users, passwords, queries and tokens, so that it may be stored."""
    for pattern, left in _SECRETS:
        text = pattern.sub(left, text)
    return text


def is_address(text: str) -> bool:
    """Returns whether a text is an address and no path of this machine."""
    match = _SCHEME.fullmatch(text)
    return match is not None and match[1].lower() not in _LOCAL


def is_plain_name(scheme: str, name: str) -> bool:
    """Returns whether an object's name is a plain one, and no link with a query as web servers list them."""
    return scheme not in _QUERIED or re.search("[?#]", name) is None


def parse_address(text: str) -> Address:
    """Returns the address that `str` wrote."""
    scheme, _, path = text.partition("://")
    return Address(scheme, path)
