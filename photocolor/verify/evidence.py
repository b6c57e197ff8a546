"""Opens a file for verification: read once into memory, or on disk if it is a large TIFF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from photocolor.errors import SourceChanged, SourceVanished, UnreadableSource
from photocolor.outcome import Fingerprint
from photocolor.pipeline.source import fingerprint_of, is_read_in_place
from photocolor.system.file_bytes import HELD_BYTES, DiskBytes, Stored, digest_of, read_whole
from photocolor.system.safe_files import open_regular


@dataclass(frozen=True, slots=True)
class Evidence:
    """Holds one of the two files.

    Attributes:
        path: where it lies.
        data: its bytes.
        sha256: their hex digest.
        state: when it was opened.
    """

    path: Path
    data: Stored
    sha256: str
    state: Fingerprint

    @property
    def file(self) -> BinaryIO:
        """Returns the file at its beginning, for libraries that take files."""
        return self.data.rewound() if isinstance(self.data, DiskBytes) else BytesIO(self.data)

    def refuse_changed(self) -> None:
        """Raises if the file changed while it was read.

        Raises:
            SourceChanged: somebody wrote to it meanwhile.
        """
        if isinstance(self.data, DiskBytes) and fingerprint_of(self.data.file) != self.state:
            raise SourceChanged(f"{self.path} changed while it was looked at")


@contextmanager
def open_evidence(path: Path) -> Iterator[Evidence]:
    """Yields the file, open while the block runs.

    Raises:
        SourceVanished: there is none.
        UnreadableSource: the system refuses to read it, or it is no regular file.
    """
    with ExitStack() as stack:
        try:
            evidence = _evidence(path, stack.enter_context(open_regular(path)))
        except FileNotFoundError as error:
            raise SourceVanished(f"{path} does not exist") from error
        except OSError as error:
            raise UnreadableSource(f"{path} cannot be read: {error.strerror or error}") from error
        yield evidence


def _evidence(path: Path, file: BinaryIO) -> Evidence:
    state = fingerprint_of(file)
    if state.size_bytes > HELD_BYTES and is_read_in_place(file):
        return Evidence(path, DiskBytes(file), digest_of(file), state)
    file.seek(0)
    data = read_whole(file)
    return Evidence(path, data, hashlib.sha256(data).hexdigest(), state)
