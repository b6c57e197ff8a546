"""What gcsfs and Google's libraries below it raise."""

from __future__ import annotations

import logging
from importlib import import_module
from types import MethodType
from typing import Any

from photocolor.storage.refusal import AccessRefused
from photocolor.storage.retries import CONNECT_S, SILENT_S, StorageSilent

_REFUSED = ("401", "403")
_NOT_FOUND = "404"
_TRIES = 4
"""gcsfs waits 1, 2 and 4 s between four tries, and up to a second more each time; between its own six it waits for
half a minute. Both times that it is asked, an outage of some 15 s is outlived, and a server that is gone is named."""
_REPEATED = ("_request", "_get_file_request", "_get_file_concurrent")
"""What gcsfs repeats."""


def google_options() -> dict[str, Any]:
    """Returns the arguments with which gcsfs opens a storage; the credentials are Google's default ones."""
    timeout = import_module("aiohttp").ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENT_S)
    return {"session_kwargs": {"timeout": timeout}}


def limit_google(fs: Any) -> None:
    """Keeps gcsfs from writing what photocolor reports to the terminal, and from trying for half a minute.

    No argument says how often it tries, so its requests get its own decorator anew.
    """
    logging.getLogger("gcsfs").setLevel(logging.CRITICAL + 1)
    repeated = import_module("gcsfs.retry").retry_request(retries=_TRIES)
    for name in _REPEATED:
        once = getattr(getattr(type(fs), name, None), "__wrapped__", None)
        if once is not None:
            setattr(fs, name, MethodType(repeated(once), fs))


def google_raised() -> tuple[type[Exception], ...]:
    """Returns what gcsfs raises, and what it lets through of the libraries below it."""
    http = (import_module("gcsfs.retry").HttpError, import_module("aiohttp").ClientError)
    return *http, import_module("google.auth.exceptions").GoogleAuthError, OSError, ValueError, RuntimeError


def google_error(error: Exception) -> Exception | None:
    """Returns what an error means, as an OSError.

    gcsfs has tried four times when it raises what another attempt might not meet: such an error counts as silence,
    which is asked once more.
    """
    code = str(getattr(error, "code", "") or "")
    said = (str(error).splitlines() or [""])[0] or type(error).__name__
    if isinstance(error, import_module("google.auth.exceptions").GoogleAuthError):
        return AccessRefused("NoCredentials" if "default credentials" in said else "Credentials", said)
    if code in _REFUSED or (type(error) is OSError and said.startswith("Forbidden")):
        return AccessRefused(code or "403", said)
    if isinstance(error, import_module("gcsfs.retry").HttpError):
        return FileNotFoundError(said) if code == _NOT_FOUND else StorageSilent(f"{said} ({code})" if code else said)
    passing = (
        import_module("aiohttp").ClientError,
        import_module("requests.exceptions").RequestException,
        TimeoutError,
    )
    if isinstance(error, passing):
        return StorageSilent(said)
    return ConnectionError(said) if isinstance(error, ValueError | RuntimeError) else None
