"""Watches standard output and standard error, which may be closed, full or unread; the exit code reports that once."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from photocolor.errors import OutputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OUT, ERR = "standard output", "standard error"
_BYTES_OR_ESCAPES = "photocolor-bytes-or-escapes"


class _Watched(io.RawIOBase):
    """Wraps the bytes below a stream; records a failed write, and discards what follows.

    Args:
        raw: the stream's own; None if it is closed.
        name: for people.
        ends: whether the first failure ends the command: nobody gets its data, so it need not make more of them.
    """

    def __init__(self, raw: io.RawIOBase | None, name: str, *, ends: bool) -> None:
        self._raw, self._name, self._ends = raw, name, ends
        self.failure = "" if raw is not None else f"{name} is closed"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._raw is not None and self._raw.isatty()

    def fileno(self) -> int:
        if self._raw is None:
            raise io.UnsupportedOperation("fileno")
        return self._raw.fileno()

    def write(self, data: ReadableBuffer) -> int | None:
        if self._raw is None or self.failure:
            return len(memoryview(data))
        try:
            return self._raw.write(data)
        except BrokenPipeError as error:
            self.failure = f"the program that reads {self._name} has ended"
            cause: OSError = error
        except OSError as error:
            self.failure = f"{self._name} cannot be written: {error.strerror or error}"
            cause = error
        if self._ends:
            raise OutputError(self.failure, "Let it be read to the end; finished results are whole.") from cause
        return len(memoryview(data))


class Streams:
    """Watches the two streams of the process; one that is not open is replaced by one that discards everything.

    Else the first file that is opened would get the closed stream's number, and whatever a library prints.
    """

    def __init__(self) -> None:
        for number in range(3):
            _open_if_closed(number)
        self._watched: list[_Watched] = []
        sys.stdout = self._watch(sys.stdout, OUT, ends=True)
        sys.stderr = self._watch(sys.stderr, ERR, ends=False)

    def failures(self) -> list[str]:
        """Returns a sentence for each stream that could not be written, after flushing it.

        On Windows a program without a console has no streams, and nothing is wrong with that.
        """
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OutputError:
                continue  # it is in the list below
        closed = () if os.name == "posix" else (f"{OUT} is closed", f"{ERR} is closed")
        return [watched.failure for watched in self._watched if watched.failure and watched.failure not in closed]

    def _watch(self, stream: TextIO | None, name: str, *, ends: bool) -> TextIO:
        buffer = getattr(stream, "buffer", None)
        raw = buffer.raw if isinstance(buffer, io.BufferedWriter) else buffer  # PYTHONUNBUFFERED leaves the buffer out
        if stream is not None and not isinstance(raw, io.RawIOBase):
            return stream  # somebody has replaced it, and knows why
        watched = _Watched(raw, name, ends=ends)
        self._watched.append(watched)
        return io.TextIOWrapper(
            io.BufferedWriter(watched),
            encoding=stream.encoding if stream is not None else "utf-8",
            errors=_BYTES_OR_ESCAPES if ends else "backslashreplace",  # a path is data there, and shown here
            line_buffering=isinstance(stream, io.TextIOWrapper) and stream.line_buffering,
            write_through=isinstance(buffer, io.RawIOBase),
        )


def _open_if_closed(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one


def _bytes_or_escapes(error: UnicodeError) -> tuple[str | bytes, int]:
    """Returns the bytes that a path had, and an escape for a letter that the stream's encoding lacks.

    A pipe of Windows and an old locale have 256 letters; the capital delta of a color difference is none of them.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = UnicodeEncodeError(error.encoding, error.object, error.start, error.start + 1, error.reason)
    try:
        return codecs.lookup_error("surrogateescape")(letter)
    except UnicodeEncodeError:
        return codecs.lookup_error("backslashreplace")(letter)


codecs.register_error(_BYTES_OR_ESCAPES, _bytes_or_escapes)
