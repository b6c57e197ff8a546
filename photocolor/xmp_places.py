"""Where the XMP files beside a photo lie and their copies go, as plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RemoteXmp:
    """Describes an XMP file beside a photo in a remote storage.

    Attributes:
        name: its file name.
        copy: the file name of its copy beside the result.
        size_bytes: its length.
        mtime_ns: when it was written.
    """

    name: str
    copy: str
    size_bytes: int
    mtime_ns: int = 0


@dataclass(frozen=True, slots=True)
class XmpPlace:
    """Describes one XMP file of a photo: where it is read, and where its copy goes.

    Attributes:
        source: the file to read.
        copy: the file name of its copy beside the result.
        target: the file to write.
        origin: address of the source, if the file to read is a worker's own; else "".
        destination: address of the copy, likewise.
        fault: why it does not go along, where that is known before it is read; else "".
    """

    source: Path
    copy: str
    target: Path
    origin: str = ""
    destination: str = ""
    fault: str = ""

    @property
    def shown(self) -> str:
        """Returns the source as the user knows it."""
        return self.origin or str(self.source)

    @property
    def name(self) -> str:
        """Returns its file name."""
        return self.origin.rpartition("/")[2] or self.source.name

    @property
    def shown_target(self) -> str:
        """Returns the copy as the user knows it."""
        return self.destination or str(self.target)


@dataclass(frozen=True, slots=True)
class EarlierXmp:
    """Describes the copies of XMP files that an earlier run put beside a result.

    Attributes:
        places: in the output folder, with forward slashes.
        sha256: one digest of the files that they were copied from.
    """

    places: tuple[str, ...]
    sha256: str

    @property
    def names(self) -> tuple[str, ...]:
        """Returns their file names."""
        return tuple(place.rpartition("/")[2] for place in self.places)
