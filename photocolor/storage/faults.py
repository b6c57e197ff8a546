"""What the libraries below fsspec raise, and how a session of S3 is opened."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from photocolor.storage.retries import Faults


def faults_of_s3() -> Faults:
    """Returns the exceptions that the layers below s3fs raise without making an OSError of them."""
    botocore, aiohttp = import_module("botocore.exceptions"), import_module("aiohttp")
    silent = (TimeoutError, botocore.ReadTimeoutError, botocore.ConnectTimeoutError)
    return Faults((OSError, botocore.BotoCoreError, botocore.ClientError, aiohttp.ClientError), silent)


def session_of_s3() -> Any:
    """Returns a session whose uploads do not ask first: aiohttp waits for that answer without any timeout."""
    session = import_module("aiobotocore.session").AioSession()
    session.unregister("before-call.s3", import_module("botocore.handlers").add_expect_header)
    return session


def without_credentials() -> tuple[type[Exception], ...]:
    """Returns the errors that botocore raises if there are no credentials; asking again finds none either."""
    botocore = import_module("botocore.exceptions")
    missing = botocore.NoCredentialsError, botocore.PartialCredentialsError, botocore.ProfileNotFound
    return (*missing, botocore.UnauthorizedSSOTokenError)


def faults_of_http() -> Faults:
    """Returns the exceptions that aiohttp raises without making an OSError of them."""
    error: type[Exception] = import_module("aiohttp").ClientError
    return Faults((OSError, error))
