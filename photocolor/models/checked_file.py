"""A model's file whose checksum was taken, read later as the very bytes that were checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from photocolor.errors import ModelInvalid
from photocolor.system.safe_files import read_regular


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
