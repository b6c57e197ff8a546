"""Finds the pages of a TIFF: the chained directories that are pictures in their own right."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.containers.ifd import Slot
from photocolor.containers.tiff import Block, numbers, open_block, read_fields
from photocolor.errors import UnsupportedPhoto
from photocolor.system.file_bytes import DiskBytes, KnownBytes, Stored

_SUBFILE, _PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION = 254, 262, 330, 50706
_DEFAULTS = {_SUBFILE: 0, 256: 0, 257: 0, 258: 1, 259: 1, 277: 1, 332: 1, 339: 1}  # Source: TIFF 6.0

_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_TRANSPARENCY = 4  # photometric
_MAX_DIRECTORIES = 4096
_MAX_VALUES = 4096
_MAX_FIELDS = 1 << 19
"""Most fields of all directories together: 128 for each of the most pages. Directories may overlap each other, and so
be cheap."""
_FOUND = "pages"


@dataclass(frozen=True, slots=True)
class Page:
    """Holds one directory.

    Attributes:
        block: the whole file.
        fields: its entries.
        index: its place in the chain of directories, counted from 0.
        offset: of the directory.
    """

    block: Block
    fields: dict[int, Slot]
    index: int
    offset: int = 0

    def value(self, tag: int) -> int:
        """Returns the field's one value, or TIFF's default where the field is missing.

        Raises:
            ValueError: it has several that differ, none, or no numbers at all.
        """
        if tag not in self.fields:
            return _DEFAULTS[tag]
        numbers = self.numbers(tag)
        if not numbers or len(set(numbers)) != 1:
            raise ValueError(f"field {tag} has {len(numbers)} values, and should have one")
        return int(numbers[0])

    def numbers(self, tag: int) -> tuple[float, ...]:
        """Returns all values of a field; none where it is missing.

        Raises:
            UnsupportedPhoto: it has more than any page needs: 4,096 pages may all point to the same million.
        """
        if tag not in self.fields:
            return ()
        if self.fields[tag].count > _MAX_VALUES:
            raise UnsupportedPhoto(f"TIFF field {tag} with {self.fields[tag].count:,} values is not supported")
        return numbers(self.block, self.fields[tag])


@dataclass(frozen=True, slots=True)
class TiffPages:
    """Holds what a file contains: its pages.

    Attributes:
        pages: the pictures in their own right, in stored order.
        previews: how many reduced copies of them are there beside.
        masks: infrared pages and masks of the pictures, in stored order.
    """

    pages: tuple[Page, ...]
    previews: int
    masks: tuple[Page, ...] = ()


def find_pages(data: Stored) -> TiffPages:
    """Returns the pages of a TIFF file; no pixel is read, and a file in a `remembered` block is searched once.

    Raises:
        ValueError: a directory is cut off or damaged.
        UnsupportedPhoto: there is a picture that is neither a page nor a preview, or only previews.
    """
    known = data.found if isinstance(data, DiskBytes | KnownBytes) else {}
    pages = known.get(_FOUND)
    if not isinstance(pages, TiffPages):
        pages = known[_FOUND] = _pages_in(open_block(data))
    return pages


def _pages_in(block: Block) -> TiffPages:
    chain, below = _directories(block)
    if any(_DNG_VERSION in page.fields for page in chain):
        raise UnsupportedPhoto("camera raw (DNG) is not supported")
    if not all(_is_preview(page) for page in below):
        raise UnsupportedPhoto(
            "the TIFF holds pictures below its pages (SubIFDs), which a result cannot keep",
            "Save each picture as a page of its own.",
        )
    masks = tuple(page for page in chain if _is_mask(page))
    pages = tuple(page for page in chain if not _is_preview(page) and not _is_mask(page))
    if _is_preview(chain[0]):
        raise UnsupportedPhoto("the first picture of the TIFF is only a preview, as in camera raw files")
    if _is_mask(chain[0]):
        raise UnsupportedPhoto("the first picture of the TIFF is a transparency mask of another, which is not colored")
    return TiffPages(pages, len(chain) - len(pages) - len(masks) + len(below), masks)


def _directories(block: Block) -> tuple[list[Page], list[Page]]:
    """Returns the chained directories, and those below them.

    Each is read once, and all have no more fields than any file.
    """
    chain, below, seen = list[Page](), list[Page](), set[int]()
    left = _MAX_FIELDS

    def read(offset: int, index: int) -> tuple[Page, int]:
        nonlocal left
        if len(seen) == _MAX_DIRECTORIES:
            raise UnsupportedPhoto(f"TIFF with more than {_MAX_DIRECTORIES} pages is not supported; split it")
        seen.add(offset)
        fields, following = read_fields(block, offset, left)
        left -= len(fields)
        return Page(block, fields, index, offset), following

    offset = block.first
    while offset:
        if offset in seen:
            raise ValueError("the directories run in a circle")
        page, offset = read(offset, len(chain))
        chain.append(page)
    if not chain:
        raise ValueError("it has no directory")
    for parent in chain:
        for start in map(int, parent.numbers(_SUB_DIRECTORIES)):
            if start and start not in seen:
                below.append(read(start, -1)[0])
    return chain, below


def _is_preview(page: Page) -> bool:
    return bool(page.value(_SUBFILE) & _REDUCED)


def _is_mask(page: Page) -> bool:
    """Returns True for a page that describes another one; a reduced mask counts as a preview."""
    kind = page.value(_SUBFILE)
    return not kind & _REDUCED and bool(kind & _MASK or _TRANSPARENCY in page.numbers(_PHOTOMETRIC))
