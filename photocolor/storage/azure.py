"""What adlfs and the Azure SDK below it raise, and how they are kept from trying again on their own."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from photocolor.storage.refusal import AccessRefused
from photocolor.storage.retries import CONNECT_S, SILENT_S, StorageSilent

_REFUSED = (401, 403)
_NOT_FOUND = 404


def azure_options() -> dict[str, Any]:
    """Returns the arguments with which adlfs opens a storage; the account is in the environment."""
    return {"max_concurrency": 1, "connection_timeout": CONNECT_S, "read_timeout": SILENT_S}


def limit_azure(fs: Any) -> None:
    """Switches off the SDK's own attempts, which take minutes with a server that is down."""
    policy = fs.service_client._config.retry_policy  # adlfs has no option for it
    policy.total_retries = 0


def azure_raised() -> tuple[type[Exception], ...]:
    """Returns what adlfs raises: the SDK's errors, and others that hide them."""
    error: type[Exception] = import_module("azure.core.exceptions").AzureError
    return error, OSError, ValueError, RuntimeError


def azure_error(error: Exception) -> Exception | None:
    """Returns what an error means, as an OSError; adlfs hides some in a ValueError or a RuntimeError.

    Source: Azure Storage, Blob service error codes.
    """
    azure = import_module("azure.core.exceptions")
    each: BaseException | None = error
    while each is not None and not isinstance(each, azure.AzureError):
        each = each.__cause__ or each.__context__
    if each is None:
        return None
    status, code = getattr(each, "status_code", None), getattr(each, "error_code", None)
    code = str(getattr(code, "value", code) or "")  # the SDK has an enumeration of those that it knows
    said = (str(each).splitlines() or [""])[0]
    if status in _REFUSED or isinstance(each, azure.ClientAuthenticationError):
        return AccessRefused(code or str(status or "AuthenticationFailed"), said)
    if status == _NOT_FOUND:
        return FileNotFoundError(said)
    if isinstance(each, azure.ServiceRequestTimeoutError | azure.ServiceResponseTimeoutError):
        return StorageSilent(said)
    return ConnectionError(f"{said} ({code})" if code and code not in said else said)
