"""Colors a file of several pages: each is a photo of its own, and all of them go into one result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photocolor.engine.colorizer import ColorAnswer
from photocolor.errors import HintsInvalid, PhotoError
from photocolor.image.decode import probe, refuse_too_large
from photocolor.image.encode import encode_pages
from photocolor.image.open import Admission, Reading, open_photo
from photocolor.image.photo import Described, Header, Rows
from photocolor.metadata.provenance import Alterations
from photocolor.outcome import Job
from photocolor.pipeline.mending.hand import mask_of_several_pages, read_hand_mask
from photocolor.pipeline.mending.mask import NO_MASK, MendedMask, MendedPage
from photocolor.settings import Mend
from photocolor.system.file_bytes import Stored, Writable, remembering

if TYPE_CHECKING:
    from photocolor.hints.sidecar import Hints
    from photocolor.pipeline.mending.mender import Mending


@dataclass(frozen=True, slots=True)
class PaintedPage:
    """Holds a page that is ready to be written.

    Attributes:
        about: what is known of it.
        rows: (rows, W, 3) pixels with their alpha, from top to bottom.
        answer: what the model said; None if the page was left as it is.
        remarks: what the user should know beside, one sentence each.
        curve: over its lightness, as text; "" for none.
        mending: what of it is painted over; None for nothing.
        inverted: whether it is a negative that was inverted first.
        kept: why it was left as it is, as the rest of a sentence that begins with the page; "" if it was colored.
    """

    about: Described
    rows: Iterable[Rows]
    answer: ColorAnswer | None
    remarks: tuple[str, ...] = ()
    curve: str = ""
    mending: Mending | None = None
    inverted: bool = False
    kept: str = ""


Painter = Callable[[Reading], PaintedPage]


@dataclass(slots=True)
class PageStats:
    """Collects facts about the pages while they are colored.

    Attributes:
        doubts: mean doubt of each page that was colored, if the model has that output.
        devices: the providers that ran the model, each once.
        tiles: of all pages together.
        degraded: what had to be made smaller, each phrase once.
        warnings: what the user should know, one sentence each, with the page's number.
        integrity: "checked" if every page has checksums of its coded pixels; else "unchecked".
        curves: over the lightness of each page; "" for a page without.
        inverted: numbers of the pages, counted from 1, that are negatives and were inverted.
        faces: how many faces were looked at a second time, on all pages together.
        mended: what of each page is painted over.
        mask: the same for all of them, when it is put together.
    """

    doubts: list[float] = field(default_factory=list)
    devices: dict[str, None] = field(default_factory=dict)
    tiles: int = 0
    degraded: dict[str, None] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    integrity: str = "checked"
    curves: list[str] = field(default_factory=list)
    inverted: list[int] = field(default_factory=list)
    faces: int = 0
    mended: list[MendedPage] = field(default_factory=list)
    mask: MendedMask = NO_MASK

    @property
    def alterations(self) -> Alterations:
        """Returns what was done to the pages beside coloring the whole of each, with what was painted over."""
        return self.mask.added_to(Alterations(self.tone_curves, inverted_pages=tuple(self.inverted), faces=self.faces))

    @property
    def tone_curves(self) -> tuple[str, ...]:
        """Returns the curves over the lightness; none if no page has one."""
        return tuple(self.curves) if any(self.curves) else ()

    @property
    def doubt(self) -> float | None:
        """Returns the mean doubt of all colored pages, or None if the model has no such output."""
        return round(sum(self.doubts) / len(self.doubts), 4) if self.doubts else None

    def add(self, answer: ColorAnswer) -> None:
        """Adds the facts of a page, without its planes of color, which would add up over many pages."""
        if answer.doubt is not None:
            self.doubts.append(float(answer.doubt.mean()))
        self.devices[answer.device] = None
        self.tiles += answer.tiles
        self.faces += answer.faces
        self.degraded.update(dict.fromkeys(answer.degraded))


class Pages:
    """Opens the pages of one file, one at a time.

    Args:
        data: the whole file.
        max_megapixels: pages above are refused from their header.
        admits: is asked before a page takes memory.

    Raises:
        PhotoError: a page cannot be treated; the message names it. No page is decoded for that.
    """

    def __init__(self, data: Stored, max_megapixels: float, admits: Admission | None = None) -> None:
        self.data, self.max_megapixels, self.admits = remembering(data), max_megapixels, admits
        self.headers = self._headers()

    def __len__(self) -> int:
        return len(self.headers)

    @contextmanager
    def page(self, number: int) -> Iterator[Reading]:
        """Yields one opened page; errors inside of the block get the page's number.

        Args:
            number: counted from 0.
        """
        with named(number, len(self)), open_photo(self.data, self.max_megapixels, number, self.admits) as photo:
            yield photo

    @property
    def megapixels(self) -> float:
        """Returns the pixels of all pages together, in millions."""
        return sum(header.megapixels for header in self.headers)

    @property
    def result_bytes(self) -> int:
        """Returns an upper bound for the samples of all results together, in bytes."""
        return sum(header.height * header.width * (4 if header.bit_depth <= 8 else 8) for header in self.headers)

    def _headers(self) -> list[Header]:
        headers = [probe(self.data)]
        for number in range(headers[0].pages):
            with named(number, headers[0].pages):
                header = probe(self.data, number)
                refuse_too_large(header, self.max_megapixels)
                headers.append(header)
        return headers[1:]


def write_pages(path: Writable, pages: Pages, paint: Painter) -> PageStats:
    """Colors page after page into one file.

    Args:
        path: the file to write.
        pages: those of the source.
        paint: colors one of them.

    Raises:
        PhotoError: a page cannot be colored; the message names it, and nothing is kept of the others.
        OSError: the file cannot be written.
    """
    stats = PageStats()

    def painted() -> Iterator[tuple[Described, Iterator[Rows]]]:
        for number in range(len(pages)):
            with pages.page(number) as photo:
                page = paint(photo)
                del photo
                if page.answer is not None:
                    stats.add(page.answer)
                else:
                    stats.warnings.append(f"page {number + 1} {page.kept}")
                if page.about.container.integrity != "checked":
                    stats.integrity = page.about.container.integrity
                stats.curves.append(page.curve)
                stats.inverted += [number + 1] * page.inverted
                stats.mended.append(
                    MendedPage((page.about.height, page.about.width), page.about.orientation, page.mending)
                )
                stats.warnings.extend(
                    f"page {number + 1}: {warning}" for warning in (*page.about.warnings, *page.remarks)
                )
                yield page.about, _with_page_number(page.rows, number, len(pages))

    encode_pages(path, painted(), pages.result_bytes)
    return stats


def refuse_what_names_no_page(job: Job, hints: Hints | None, mend: Mend) -> None:
    """Refuses hints, and a mask by hand that is wanted, beside a file of several pages.

    Raises:
        HintsInvalid: there are some; they do not say which page is meant.
    """
    if hints is not None:
        raise HintsInvalid("hints for a file with several pages are not supported: they do not say which page is meant")
    if mend is not Mend.NONE and read_hand_mask(job.source) is not None:
        raise mask_of_several_pages()


def _with_page_number(rows: Iterable[Rows], number: int, count: int) -> Iterator[Rows]:
    """Yields the rows; puts the page's number before an error that they raise while another function writes them."""
    with named(number, count):
        yield from rows


@contextmanager
def named(number: int, count: int) -> Iterator[None]:
    """Puts the page's number before the message of an error raised in the block, whose class stays."""
    try:
        yield
    except PhotoError as error:
        prefix = f"page {number + 1} of {count}: "
        if count == 1 or error.message.startswith(prefix):
            raise
        raise type(error)(prefix + error.message, error.hint) from error
