"""Finds the pages of a TIFF: the chained directories that are pictures in their own right."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.errors import UnsupportedPhoto
from photocolor.image.directory import Block, Entry, numbers, open_block, read_directory
from photocolor.stored import Stored

_SUBFILE, _PHOTOMETRIC, _SUB_DIRECTORIES, _DNG_VERSION = 254, 262, 330, 50706
_DEFAULTS = {_SUBFILE: 0, 256: 0, 257: 0, 258: 1, 259: 1, 277: 1, 332: 1, 339: 1}  # Source: TIFF 6.0

_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_TRANSPARENCY = 4  # photometric
_MAX_DIRECTORIES = 4096


@dataclass(frozen=True, slots=True)
class Page:
    """One directory.

    Attributes:
        block: the whole file.
        fields: its entries.
        index: its place in the chain of directories, counted from 0.
    """

    block: Block
    fields: dict[int, Entry]
    index: int

    def value(self, tag: int) -> int:
        """The field's one value, or what TIFF takes for granted where it is missing.

        Raises:
            ValueError: it has several that differ, none, or no numbers at all.
        """
        if tag not in self.fields:
            return _DEFAULTS[tag]
        found = self.numbers(tag)
        if not found or len(set(found)) != 1:
            raise ValueError(f"field {tag} has {len(found)} values, and should have one")
        return int(found[0])

    def numbers(self, tag: int) -> tuple[float, ...]:
        """All values of a field; none where it is missing."""
        return numbers(self.block, self.fields[tag]) if tag in self.fields else ()


@dataclass(frozen=True, slots=True)
class Pages:
    """What a file holds.

    Attributes:
        pages: the pictures in their own right, in stored order.
        previews: how many reduced copies of them are there beside.
        masks: infrared pages and masks of the pictures, in stored order.
    """

    pages: tuple[Page, ...]
    previews: int
    masks: tuple[Page, ...] = ()


def find_pages(data: Stored) -> Pages:
    """The pages of a TIFF file; no pixel is read.

    Raises:
        ValueError: a directory is cut off or damaged.
        UnsupportedPhoto: there is a picture that is neither a page nor a preview, or only previews.
    """
    chain = _chain(open_block(data))
    if any(_DNG_VERSION in page.fields for page in chain):
        raise UnsupportedPhoto("camera raw (DNG) is not supported")
    below = [page for parent in chain for page in _below(parent)]
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
        raise UnsupportedPhoto("the first picture of the TIFF is a mask of another one, which is not colored")
    return Pages(pages, len(chain) - len(pages) - len(masks) + len(below), masks)


def _chain(block: Block) -> list[Page]:
    offset, seen, chain = block.first, set[int](), list[Page]()
    while offset:
        if offset in seen:
            raise ValueError("the directories run in a circle")
        if len(chain) == _MAX_DIRECTORIES:
            raise UnsupportedPhoto(f"TIFF with more than {_MAX_DIRECTORIES} pages is not supported; split it")
        seen.add(offset)
        fields, offset = read_directory(block, offset)
        chain.append(Page(block, fields, len(chain)))
    if not chain:
        raise ValueError("it has no directory")
    return chain


def _below(page: Page) -> list[Page]:
    offsets = page.numbers(_SUB_DIRECTORIES)[:_MAX_DIRECTORIES]
    return [Page(page.block, read_directory(page.block, int(start))[0], -1) for start in offsets if start]


def _is_preview(page: Page) -> bool:
    return bool(page.value(_SUBFILE) & _REDUCED)


def _is_mask(page: Page) -> bool:
    """True for what describes another page; a reduced mask is a preview."""
    kind = page.value(_SUBFILE)
    return not kind & _REDUCED and bool(kind & _MASK or _TRANSPARENCY in page.numbers(_PHOTOMETRIC))
