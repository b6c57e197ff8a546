"""Opens the storage that an address belongs to, once per process."""

from __future__ import annotations

from functools import cache
from inspect import Parameter, signature
from typing import Any

from photocolor.errors import EnvironmentFault
from photocolor.storage.address import Address, without_secrets
from photocolor.storage.backends import S3, Backend, backend_of
from photocolor.storage.store import Store

_MANY = (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD)


def open_store(place: Address) -> Store:
    """Returns the storage that an address belongs to, opened once per process; no request is sent yet.

    Raises:
        EnvironmentFault: the package for it is not installed, or there is no such scheme.
    """
    return _opened(place.scheme, place.path.split("/")[0] if backend_of(place.scheme).by_host else "")


@cache
def _opened(scheme: str, host: str) -> Store:
    backend = backend_of(scheme)
    try:
        import fsspec

        kind = _class_of(scheme, backend)
        options = backend.options()
    except ValueError as error:
        raise EnvironmentFault(f"no storage is known by {scheme}://", "Check the spelling of the address.") from error
    except ImportError as error:
        also = "" if backend.extra else f", and the fsspec package for {scheme}://"
        needs = f"{scheme}:// needs a package that is not installed ({error})"
        hint = f'Install it with: pip install "photocolor[{backend.extra or S3.extra}]"{also}'
        raise EnvironmentFault(needs, hint) from error
    try:
        if backend.by_host:
            return Store(kind(host), backend)
        _refuse_without_arguments(kind)
        fs = fsspec.filesystem(scheme, use_listings_cache=False, **options)
        backend.limit(fs)
        return Store(fs, backend)
    except (TypeError, ValueError, LookupError, AttributeError, OSError) as error:  # each has its own way to refuse
        raise EnvironmentFault(
            f"{scheme}:// cannot be opened by an address alone: {without_secrets(str(error))}",
            backend.needs,
        ) from error


def _class_of(scheme: str, backend: Backend) -> Any:
    """Returns the class that talks to a storage.

    Raises:
        ValueError: there is no such scheme.
        ImportError: its package is not installed.
    """
    import fsspec

    if backend.by_host:
        from photocolor.storage.sftp import SftpFiles

        return SftpFiles
    return fsspec.get_filesystem_class(scheme)


def _refuse_without_arguments(kind: type) -> None:
    """Raises if a class lacks required arguments: half-made objects print when they are deleted.

    Raises:
        TypeError: one needs more than nothing.
    """
    parameters = list(signature(kind.__init__).parameters.values())[1:]  # type: ignore[misc]  # the class's call is fsspec's own
    needed = [item.name for item in parameters if item.default is item.empty and item.kind not in _MANY]
    if needed:
        raise TypeError(f"it needs {', '.join(needed)}")
