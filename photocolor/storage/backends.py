"""The kinds of storage: which extra brings each, how it is opened, and what its libraries raise, one row per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from photocolor.storage.azure import azure_error, azure_options, azure_raised, limit_azure
from photocolor.storage.faults import faults_of_http, faults_of_s3, session_of_s3
from photocolor.storage.google import google_error, google_options, google_raised, limit_google
from photocolor.storage.retries import CONNECT_S, SILENT_S, Faults

Errors = tuple[type[Exception], ...]


def _same(error: Exception) -> Exception | None:
    return None


@dataclass(frozen=True, slots=True)
class Backend:
    """Describes one kind of storage.

    Attributes:
        schemes: of its addresses.
        extra: what `pip install "photocolor[…]"` asks for; "" if photocolor has none for it.
        whole: whether an object appears when its upload is complete and not before; elsewhere it is renamed at the end.
        by_host: whether an address begins with the host that is connected to.
        options: returns the arguments with which fsspec opens it.
        limit: keeps an opened one from trying again by itself: who does, and how often, is in one place.
        faults: returns what may go wrong.
        raised: returns the errors of the libraries that `translate` knows.
        translate: returns what an error of a library means, as an OSError; None if it means what it says.
        needs: what a user can do if it cannot be opened.
    """

    schemes: frozenset[str]
    extra: str = ""
    whole: bool = False
    by_host: bool = False
    options: Callable[[], dict[str, Any]] = dict
    limit: Callable[[Any], None] = lambda fs: None
    faults: Callable[[], Faults] = Faults
    raised: Callable[[], Errors] = tuple
    translate: Callable[[Exception], Exception | None] = _same
    needs: str = "Set what it needs in fsspec's configuration, or copy the photos first."


def _s3_options() -> dict[str, Any]:
    return {
        "max_concurrency": 1,  # photos run in parallel, not the parts of one: memory stays at one chunk
        "config_kwargs": {
            "retries": {"total_max_attempts": 1},
            "connect_timeout": CONNECT_S,
            "read_timeout": SILENT_S,
        },
        "session": session_of_s3(),
    }


def _limit_s3(fs: Any) -> None:
    fs.retries = 1


def _sftp_raised() -> Errors:
    raised: Errors = import_module("photocolor.storage.sftp").RAISED
    return raised


def _sftp_error(error: Exception) -> Exception | None:
    meant: Exception | None = import_module("photocolor.storage.sftp").sftp_error(error)
    return meant


S3 = Backend(frozenset({"s3", "s3a"}), "s3", whole=True, options=_s3_options, limit=_limit_s3, faults=faults_of_s3)
AZURE = Backend(
    frozenset({"az", "abfs", "abfss"}),
    "azure",
    whole=True,
    options=azure_options,
    limit=limit_azure,
    raised=azure_raised,
    translate=azure_error,
    needs="Set AZURE_STORAGE_CONNECTION_STRING, or AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY, "
    "AZURE_STORAGE_SAS_TOKEN or AZURE_STORAGE_ANON=false for the credentials of this machine.",
)
GOOGLE = Backend(
    frozenset({"gs", "gcs"}),
    "gcs",
    whole=True,
    options=google_options,
    limit=limit_google,
    raised=google_raised,
    translate=google_error,
    needs="Log in with gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS.",
)
SFTP = Backend(frozenset({"sftp", "ssh"}), "sftp", by_host=True, raised=_sftp_raised, translate=_sftp_error)
_HTTP = Backend(frozenset({"http", "https"}), faults=faults_of_http)
_WHOLE = Backend(frozenset({"adl", "oci", "oss", "memory"}), whole=True)
_OTHER = Backend(frozenset())


def backend_of(scheme: str) -> Backend:
    """Returns the kind of storage that a scheme belongs to."""
    return next((kind for kind in (S3, AZURE, GOOGLE, SFTP, _HTTP, _WHOLE) if scheme in kind.schemes), _OTHER)
