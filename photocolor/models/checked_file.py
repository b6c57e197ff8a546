"""A model's file whose checksum was taken, read later as the very bytes that were checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.system.safe_files import read_regular

_HEX_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """Represents one ONNX file that is ready to be opened.

    Attributes:
        path: the file.
        sha256: hex digest of its bytes.
    """

    path: Path
    sha256: str

    def read(self) -> bytes:
        """Returns the bytes of the file after checking that they are those whose checksum was taken.

        Raises:
            ModelInvalid: the file was replaced, changed or removed after it had been checked.
        """
        try:
            data = read_regular(self.path)[0]
        except OSError as error:
            raise self.changed(f": {error.strerror or error}") from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise self.changed()
        return data

    def changed(self, cause: str = "") -> ModelInvalid:
        """Returns the error for a model that changed since the run began."""
        hint = "Leave a model alone while a run uses it, then run the same command again."
        return ModelInvalid(f"{self.path} was replaced or changed while photocolor ran{cause}", hint)


def read_checked(path: Path, must_have_checksum: bool) -> tuple[bytes, str]:
    """Returns the bytes of a model's file and their SHA-256, compared with the checksum file beside it.

    Args:
        path: the file.
        must_have_checksum: whether there must be a checksum file.

    Raises:
        ModelNotFound: the file may not be read.
        ModelInvalid: it is not the one that its checksum file names, or has none and must.
    """
    try:
        data, expected = read_regular(path)[0], expected_digest(path)
    except OSError as error:
        raise ModelNotFound(f"{path} cannot be read: {error.strerror or error}") from error
    digest = hashlib.sha256(data).hexdigest()
    if expected is None and must_have_checksum:
        raise ModelInvalid(f"the checksum file of {path} is missing")
    if expected is not None and expected != digest:
        raise ModelInvalid(f"{path} is damaged or another file: its SHA-256 is {digest}, not {expected}")
    return data, digest


def expected_digest(path: Path) -> str | None:
    """Returns the digest that the checksum file beside the model gives; None if there is no such file."""
    for beside in (path.with_suffix(".sha256"), path.with_name(path.name + ".sha256")):
        if beside.is_file():
            return _digest_for(path, beside)
    return None


def _digest_for(path: Path, beside: Path) -> str:
    """Returns the digest in a checksum file of one line, or on the line that names the model."""
    rows = [line.split() for line in read_regular(beside)[0].decode("utf-8", "replace").splitlines() if line.strip()]
    mine = rows if len(rows) == 1 else [row for row in rows if row[-1].lstrip("*") == path.name]
    digest = mine[0][0].lower() if len(mine) == 1 else ""
    if len(digest) != 64 or not _HEX_DIGITS.issuperset(digest):
        raise ModelInvalid(f"{beside} does not name one SHA-256 for {path.name}")
    return digest
