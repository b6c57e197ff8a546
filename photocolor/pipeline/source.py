"""Reads a source: its bytes, once, and the color hints beside it."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Event
from typing import BinaryIO

from photocolor.containers.formats import FORMATS
from photocolor.containers.recognize import HEAD_BYTES
from photocolor.errors import (
    Canceled,
    HintsInvalid,
    PhotoError,
    SourceChanged,
    SourceVanished,
    TooLittleMemory,
    UnreadableSource,
)
from photocolor.hints.sidecar import Hints, format_hints, parse_hints, refuse_long_sidecar, sidecar_of
from photocolor.outcome import Fingerprint, Job
from photocolor.system.atomic import AtomicFile, steady_token
from photocolor.system.file_bytes import HELD_BYTES, DiskBytes, Stored, whole
from photocolor.system.photo_threads import threads_of_a_photo
from photocolor.system.safe_files import open_regular, read_regular
from photocolor.system.written.text import SAVE_AS, NotUtf8, text_of

_PART_BYTES = 1 << 20
"""How much of a file is hashed at a time; large enough that Python's part of it costs nothing."""
_HEAR_S = 0.2
"""Within this a photo that waits for its digest hears that it is canceled."""


@dataclass(frozen=True, slots=True)
class SourceBytes:
    """Holds a source: the same bytes are hashed, decoded, and searched for metadata.

    Attributes:
        data: the file's bytes; those of a large TIFF lie where they are, and `refuse_changed` tells if they moved.
        digest: returns the hex SHA-256 of these bytes; that of a large TIFF may still be at work.
        hints: the color hints in the sidecar beside the photo; None without one.
        hints_sha256: hex digest of the sidecar; "" without one.
    """

    data: Stored
    digest: Callable[[], str]
    hints: Hints | None = None
    hints_sha256: str = ""

    @property
    def sha256(self) -> str:
        """Returns the hex digest of the bytes.

        Raises:
            UnreadableSource: the system refuses to read the file to its end.
        """
        return self.digest()

    @property
    def whole(self) -> bytes:
        """Returns all bytes in memory."""
        return whole(self.data)

    def refuse_changed(self, job: Job) -> None:
        """Raises if the file changed while it was read.

        Raises:
            SourceChanged: somebody wrote to it meanwhile.
        """
        if isinstance(self.data, DiskBytes) and fingerprint_of(self.data.file) != job.fingerprint:
            raise SourceChanged(f"{job.source} changed while it was worked on")


@contextmanager
def open_source(
    job: Job, *, hinted: bool = True, most_bytes: int | None = None, check: Callable[[], None] = lambda: None
) -> Iterator[SourceBytes]:
    """Yields the source, open while the block runs: in memory, or on disk for a large TIFF.

    Args:
        job: the photo.
        hinted: also read what a person said about its colors.
        most_bytes: of memory that the photo may take; None for any.
        check: raises `Canceled` if the photo is not to be worked on any more; a digest may take hours.

    Raises:
        Canceled: by `check`.
        SourceVanished: the file is gone.
        UnreadableSource: the system refuses to read it.
        TooLittleMemory: the file alone takes more memory than that.
        SourceChanged: it changed since the plan, while it was read, or so that the block could not be finished.
    """
    if job.fingerprint.size_bytes <= HELD_BYTES:
        yield read_source(job, hinted=hinted)
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_regular(job.source))
            in_place = is_read_in_place(file)
            if not in_place:
                _refuse_beyond(job.fingerprint.size_bytes, most_bytes)
            source = (
                _stored_source(job, file, stack, check, hinted=hinted) if in_place else read_source(job, hinted=hinted)
            )
        except OSError as error:
            raise _unreadable(job, error) from error
        try:
            yield source
        except PhotoError as error:
            try:
                source.refuse_changed(job)
            except SourceChanged as cause:
                raise cause from error
            raise


def _refuse_beyond(size_bytes: int, most_bytes: int | None) -> None:
    if most_bytes is not None and size_bytes > most_bytes:
        have, may = (f"{number / 1e9:,.1f} GB" for number in (size_bytes, most_bytes))
        raise TooLittleMemory(f"the file has {have}, and {may} of memory may be used for the photo")


def is_read_in_place(file: BinaryIO) -> bool:
    """Returns whether a file begins like a format that is read on disk."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    return any(row.read_in_place and row.magic.match(head) for row in FORMATS)


def _stored_source(
    job: Job, file: BinaryIO, stack: ExitStack, check: Callable[[], None], *, hinted: bool
) -> SourceBytes:
    if fingerprint_of(file) != job.fingerprint:
        raise SourceChanged(f"{job.source} changed after the run was planned")
    digest = _digest_of_source(job, file, stack, check)
    source = SourceBytes(DiskBytes(file), digest, *(read_hints(job.source) if hinted else ()))
    source.refuse_changed(job)
    return source


def _digest_of_source(job: Job, file: BinaryIO, stack: ExitStack, check: Callable[[], None]) -> Callable[[], str]:
    """Returns a function that returns the digest of an open file; a thread computes it if the photo may use several.

    It is asked for while the file is open, once its picture is known to be one: what is broken may be terabytes long.
    """
    if not hasattr(os, "pread"):
        file.seek(0)
        known = _digest_of_parts(iter(partial(file.read, _PART_BYTES), b""), check)
        return lambda: known
    if threads_of_a_photo() == 1:
        return cache(partial(_digest_by_position, job, file.fileno(), check))
    left = Event()

    def check_in_thread() -> None:
        if left.is_set():
            raise Canceled(f"{job.source} is not worked on any more")

    beside = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="photocolor-digest"))
    stack.callback(left.set)  # of a photo that failed nobody asks for it any more
    return partial(_awaited, beside.submit(_digest_by_position, job, file.fileno(), check_in_thread), check)


def _awaited(digest: Future[str], check: Callable[[], None]) -> str:
    while not digest.done():
        check()
        wait([digest], _HEAR_S)
    return digest.result()


def _digest_by_position(job: Job, descriptor: int, check: Callable[[], None]) -> str:
    """Returns the hex SHA-256 of a whole file, and leaves its position to whoever reads it meanwhile."""
    try:
        return _digest_of_parts(_parts_by_position(descriptor), check)
    except OSError as error:
        raise _unreadable(job, error) from error


def _parts_by_position(descriptor: int) -> Iterator[bytes]:
    at = 0
    while part := os.pread(descriptor, _PART_BYTES, at):
        yield part
        at += len(part)


def _digest_of_parts(parts: Iterable[bytes], check: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        check()
        digest.update(part)
    return digest.hexdigest()


def fingerprint_of(file: BinaryIO) -> Fingerprint:
    """Returns length and time of the last change of an open file."""
    now = os.fstat(file.fileno())
    return Fingerprint(now.st_size, now.st_mtime_ns)


def _unreadable(job: Job, error: OSError) -> PhotoError:
    if isinstance(error, FileNotFoundError):
        return SourceVanished(f"{job.source} was there when the run began and is gone")
    return UnreadableSource(f"{job.source} cannot be read: {error.strerror or error}")


def read_source(job: Job, *, hinted: bool = True) -> SourceBytes:
    """Returns the source's bytes if they are still those of the plan.

    Raises:
        SourceVanished: the file is gone.
        UnreadableSource: the system refuses to read it.
        SourceChanged: it changed since the plan, or while it was read.
    """
    try:
        data, now = read_regular(job.source)
    except OSError as error:
        raise _unreadable(job, error) from error
    if Fingerprint(now.st_size, now.st_mtime_ns) != job.fingerprint or len(data) != now.st_size:
        raise SourceChanged(f"{job.source} changed after the run was planned")
    sha256 = hashlib.sha256(data).hexdigest()
    return SourceBytes(data, lambda: sha256, *(read_hints(job.source) if hinted else ()))


def read_hints(source: Path) -> tuple[Hints | None, str]:
    """Returns the hints in the sidecar beside a photo and the sidecar's digest; (None, "") without one.

    Raises:
        HintsInvalid: the sidecar is there and breaks its schema, or cannot be read.
    """
    sidecar = sidecar_of(source)
    try:
        data = _sidecar_bytes(sidecar)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no file can have that name, so there is none
            return None, ""
        raise HintsInvalid(f"{sidecar} cannot be read: {error.strerror or error}") from error
    try:
        text = text_of(data)
    except NotUtf8 as error:
        raise HintsInvalid(f"{sidecar} is not UTF-8 text: {error}", SAVE_AS) from error
    return parse_hints(text, str(sidecar)), hashlib.sha256(data).hexdigest()


def _sidecar_bytes(sidecar: Path) -> bytes:
    with open_regular(sidecar) as file:
        refuse_long_sidecar(os.fstat(file.fileno()).st_size, str(sidecar))
        return file.read()


def digest_of_hints(source: Path) -> str:
    """Returns the SHA-256 of the sidecar beside a photo; "" without one, or if coloring will fail to read it."""
    try:
        return hashlib.sha256(_sidecar_bytes(sidecar_of(source))).hexdigest()
    except (OSError, HintsInvalid):
        return ""


def write_hints(photo: Path, hints: Hints) -> Path:
    """Writes the sidecar of a photo, whole or not at all; without hints, removes it.

    Raises:
        OutputError: the folder cannot be written.
    """
    sidecar = sidecar_of(photo)
    if not hints:
        sidecar.unlink(missing_ok=True)
        return sidecar
    with AtomicFile(sidecar, steady_token(sidecar)) as file:
        file.content.write_bytes(format_hints(hints).encode())
        file.commit()
    return sidecar
