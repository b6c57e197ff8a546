"""What gcsfs and Google's libraries below it raise."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from photocolor.storage.refusal import AccessRefused
from photocolor.storage.retries import CONNECT_S, SILENT_S, StorageSilent

_REFUSED = ("401", "403")
_NOT_FOUND = "404"


def google_options() -> dict[str, Any]:
    """Returns the arguments with which gcsfs opens a storage; the credentials are Google's default ones."""
    timeout = import_module("aiohttp").ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENT_S)
    return {"session_kwargs": {"timeout": timeout}}


def limit_google(fs: Any) -> None:
    """Keeps gcsfs from writing what photocolor reports to the terminal; its own attempts cannot be switched off."""
    logging.getLogger("gcsfs").setLevel(logging.CRITICAL + 1)


def google_raised() -> tuple[type[Exception], ...]:
    """Returns what gcsfs raises, and what it lets through of the libraries below it."""
    http = (import_module("gcsfs.retry").HttpError, import_module("aiohttp").ClientError)
    return *http, import_module("google.auth.exceptions").GoogleAuthError, OSError, ValueError, RuntimeError


def google_error(error: Exception) -> Exception | None:
    """Returns what an error means, as an OSError.

    gcsfs has tried six times when it raises what another attempt might not meet: such an error counts as silence, which
    is asked once more.
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
