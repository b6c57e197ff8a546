"""A file of several pages: each is a photo of its own, and all of them go into one result."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from photocolor.engine.colorizer import ColorAnswer
from photocolor.errors import PhotoError
from photocolor.image.decode import decode, probe, refuse_too_large
from photocolor.image.encode import encode_pages
from photocolor.image.photo import Header, Photo, Pixels, Rows

Painter = Callable[[Photo], tuple[Photo, Pixels, ColorAnswer | None]]
"""Gives a page as it is to be written, its (H, W, 3) pixels, and what the model said; None if it was left as it is."""


@dataclass(slots=True)
class Tally:
    """What was found out about the pages on the way.

    Attributes:
        answers: of the model, one for each page that was colored.
        warnings: what a person should know, one sentence each, with the page's number.
    """

    answers: list[ColorAnswer] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def doubt(self) -> float | None:
        """The mean doubt of all colored pages, or None if the model does not tell."""
        doubts = [float(answer.doubt.mean()) for answer in self.answers if answer.doubt is not None]
        return round(sum(doubts) / len(doubts), 4) if doubts else None


class Book:
    """The pages of one file, decoded one at a time.

    Args:
        data: the whole file.
        max_megapixels: pages above are refused from their header.

    Raises:
        PhotoError: a page cannot be treated; the message names it. No page is decoded for that.
    """

    def __init__(self, data: bytes, max_megapixels: float) -> None:
        self.data, self.max_megapixels = data, max_megapixels
        self.headers = self._headers()

    def __len__(self) -> int:
        return len(self.headers)

    def __iter__(self) -> Iterator[Photo]:
        for number in range(len(self)):
            with _Named(number, len(self)):
                photo = decode(self.data, self.max_megapixels, number)
            yield photo

    @property
    def megapixels(self) -> float:
        """Of all pages together, in millions."""
        return sum(header.megapixels for header in self.headers)

    @property
    def result_bytes(self) -> int:
        """The most that the samples of all results together take."""
        return sum(header.height * header.width * (4 if header.bit_depth <= 8 else 8) for header in self.headers)

    def _headers(self) -> list[Header]:
        headers = [probe(self.data)]
        for number in range(headers[0].pages):
            with _Named(number, headers[0].pages):
                header = probe(self.data, number)
                refuse_too_large(header, self.max_megapixels)
                headers.append(header)
        return headers[1:]


def write_pages(path: Path, book: Book, paint: Painter) -> Tally:
    """Colors page after page into one file.

    Args:
        path: the file to write.
        book: the pages.
        paint: colors one of them.

    Raises:
        PhotoError: a page cannot be colored; the message names it, and nothing is kept of the others.
        OSError: the file cannot be written.
    """
    tally = Tally()

    def painted() -> Iterator[tuple[Photo, list[Rows]]]:
        for number, page in enumerate(book):
            with _Named(number, len(book)):
                photo, pixels, answer = paint(page)
            if answer is not None:
                tally.answers.append(answer)
            else:
                tally.warnings.append(f"page {number + 1} has color already and keeps it")
            tally.warnings.extend(f"page {number + 1}: {warning}" for warning in photo.warnings)
            yield replace(photo, warnings=()), [Rows(pixels, photo.alpha)]

    encode_pages(path, painted(), book.result_bytes)
    return tally


class _Named:
    """Puts the page's number before what went wrong with it, in the same class of error."""

    def __init__(self, number: int, count: int) -> None:
        self.prefix = f"page {number + 1} of {count}: " if count > 1 else ""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, PhotoError):
            raise type(error)(f"{self.prefix}{error.message}", error.hint) from error
