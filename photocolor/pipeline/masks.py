"""Finds a photo's damage at the full resolution, writes its mask page for page, and counts its pixels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from photocolor.color.lab import Gray
from photocolor.engine.damage.finder import Finder, Kinds
from photocolor.errors import TargetBlocked
from photocolor.image.decode import probe
from photocolor.image.gray_source import gray_of_photo, gray_of_strip
from photocolor.image.mask_file import Marks, MaskWriter, PngMask, TiffMask, read_note
from photocolor.image.open import Reading, open_photo
from photocolor.image.photo import Header
from photocolor.image.tiff.strip_reader import StripReader
from photocolor.models.finder import FinderFile, find_finder
from photocolor.outcome import Job, OutputFolder, ProgressListener, share_of
from photocolor.pipeline.extra_files import TIFF_SUFFIX, mask_place
from photocolor.pipeline.footprint import UNKNOWN_BYTES, allowed_bytes, footprint, refuse_beyond
from photocolor.pipeline.placement import placement_of
from photocolor.pipeline.result import identity
from photocolor.pipeline.source import SourceBytes
from photocolor.settings import FileSettings, Settings
from photocolor.system.atomic import AtomicFile, made_folder
from photocolor.system.safe_files import read_regular

_OTHER_FOLDER = "Choose another folder for the masks, or replace such files with --overwrite."
FINDER_PIXELS = 1_000_000
"""Pixels of a tile of the finder; each takes about as much memory as a pixel that the color model sees."""


@dataclass(frozen=True, slots=True)
class Mask:
    """Describes a mask that was put in its place.

    Attributes:
        shares: share of all pixels that is damaged, as "all" and by kind, in [0, 1].
        sha256: hex digest of the mask's bytes.
        bytes: how many there are.
        pages: pages of the photo.
        pixels: of all pages.
    """

    shares: dict[str, float]
    sha256: str
    bytes: int
    pages: int
    pixels: int


@dataclass(slots=True)
class DamageCount:
    """Counts pixels by what they are.

    Attributes:
        kinds: names of the kinds of damage.
        counts: pixels that are clean, then those of each kind.
    """

    kinds: tuple[str, ...]
    counts: list[int]

    @classmethod
    def of(cls, finder: FinderFile) -> DamageCount:
        """Returns a count of nothing."""
        return cls(finder.card.kinds, [0] * (1 + len(finder.card.kinds)))

    def passing(self, found: Iterator[Kinds], check: Callable[[], None]) -> Iterator[Marks]:
        """Yields which pixels are damaged, and counts them on the way."""
        for rows in found:
            check()
            damaged = rows > 0
            counted = np.bincount(
                rows[damaged], minlength=len(self.counts)
            )  # of all rows it would take copies of 8 bytes
            counted[0] = rows.size - counted.sum()
            self.counts = [have + int(more) for have, more in zip(self.counts, counted, strict=True)]
            yield damaged

    def shares(self) -> dict[str, float]:
        """Returns the share of all pixels that is damaged, and that of each kind, in [0, 1]."""
        pixels = max(1, sum(self.counts))
        by_kind = {kind: share_of(count, pixels) for kind, count in zip(self.kinds, self.counts[1:], strict=True)}
        return {"all": share_of(sum(self.counts[1:]), pixels), **by_kind}


@dataclass(frozen=True, slots=True)
class MaskMaker:
    """Makes masks; safe to use from several threads.

    Attributes:
        finder: the opened finder.
        files: how files are read.
        memory_bytes: what one photo may take, with all that its process needs beside.
    """

    finder: Finder
    files: FileSettings
    memory_bytes: int = UNKNOWN_BYTES

    def admits(self, header: Header, file_bytes: int) -> bool:
        """Returns False: nothing needs to be kept that can be decoded on the way.

        Raises:
            TooLittleMemory: there is too little for the photo in any way.
        """
        refuse_beyond(footprint(header, file_bytes, self.files, FINDER_PIXELS), self.memory_bytes)
        return False

    def write(self, job: Job, source: SourceBytes, watch: ProgressListener) -> Mask:
        """Finds the damage of all pages of a photo, and puts their mask in its place, whole.

        Args:
            job: the photo; its target is the mask.
            source: the photo's file, opened.
            watch: hears of stages, and is asked between tiles whether to stop.

        Raises:
            PhotoError: the photo cannot be read or changed meanwhile, or another file has the mask's name.
            OutputError: the mask cannot be written.
        """
        model = self.finder.model
        pages, count, pixels = probe(source.data).pages, DamageCount.of(model), 0
        with AtomicFile(job.target, job.token, placement_of(job, self.files)) as file:
            with file.content.open("wb") as out:
                writer = mask_writer(job.target, out, note_of(source, model))
                for number in range(pages):
                    with open_photo(source.data, self.files.max_megapixels, number, self.admits) as photo:
                        watch.stage("find")
                        marks = count.passing(
                            self.finder.find(gray_rows(photo), (photo.height, photo.width), watch.check), watch.check
                        )
                        write_page(writer, photo, marks)
                        pixels += photo.height * photo.width
            sha256, size_bytes = identity(file.content)
            source.refuse_changed(job)
            watch.check()
            file.commit()
        return Mask(count.shares(), sha256, size_bytes, pages, pixels)


@dataclass(frozen=True, slots=True)
class DamageMasks:
    """Writes a mask of each photo that is colored into a folder of masks.

    Attributes:
        maker: makes them.
        folder: where they go, in the tree of the results.
        overwrite: whether they replace files that are no masks of these photos.
    """

    maker: MaskMaker
    folder: Path
    overwrite: bool = False
    _held: list[OutputFolder] = field(default_factory=list, repr=False)
    """The folder as it was when the first mask was put into it: what has its path later may be another one."""

    def write(self, job: Job, source: SourceBytes, watch: ProgressListener) -> dict[str, float]:
        """Writes the mask of a photo, and returns the shares of its damaged pixels.

        Raises:
            PhotoError: the mask cannot be made, or another file has its name.
            OutputError: it cannot be written.
        """
        target = mask_place(job, self.folder)
        self.refuse_other(job, source)
        if not self._held:
            self._held.append(made_folder(self.folder))
        return self.maker.write(replace(job, target=target, root=self._held[0]), source, watch).shares

    def refuse_other(self, job: Job, source: SourceBytes) -> None:
        """Raises if the mask of a photo would replace a file that is none of it: asked before the photo is colored.

        Raises:
            TargetBlocked: another file lies there.
        """
        if not self.overwrite:
            refuse_other_file(mask_place(job, self.folder), {source.sha256, job.earlier_sha256})

    def cancel(self) -> None:
        """Ends the masks at work soon, from any thread, for good."""
        self.maker.finder.cancel()


def open_masks(settings: Settings, threads: int | None) -> DamageMasks | None:
    """Returns what writes the masks of a run that colors; None if none are wanted.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    if settings.damage_masks is None:
        return None
    maker = MaskMaker(Finder(find_finder(settings.finder), threads), settings.files, allowed_bytes(settings.max_memory))
    return DamageMasks(maker, settings.damage_masks, settings.overwrite)


def refuse_other_file(target: Path, sources: Collection[str]) -> None:
    """Raises if a file that is no mask of photocolor, or that of another photo, lies at a mask's place.

    Args:
        target: the place.
        sources: digests of the photo, as it is and as an earlier run into the same results met it.

    Raises:
        TargetBlocked: another file lies there.
    """
    try:
        note = read_note(read_regular(target, links=False)[0])
    except FileNotFoundError:
        return
    except OSError as error:
        raise TargetBlocked(f"{target} cannot be replaced: {error.strerror or error}") from error
    if "finder_sha256" not in note:
        raise TargetBlocked(f"{target} is there already, and is no mask of photocolor", _OTHER_FOLDER)
    if note.get("source_sha256") not in sources:
        raise TargetBlocked(f"{target} is there already, and is the mask of another photo", _OTHER_FOLDER)


def mask_writer(target: Path, file: BinaryIO, note: dict[str, object]) -> MaskWriter:
    """Returns the writer for a mask of that name."""
    kind = TiffMask if target.name.endswith(TIFF_SUFFIX) else PngMask
    return kind(file, note)


def note_of(source: SourceBytes, finder: FinderFile) -> dict[str, object]:
    """Returns what a mask says of itself."""
    made = {"finder": f"{finder.card.name} {finder.card.version}", "finder_sha256": finder.sha256}
    return {**made, "source_sha256": source.sha256}


def write_page(writer: MaskWriter, photo: Reading, marks: Iterator[Marks]) -> None:
    """Writes one page's mask.

    Args:
        writer: takes the page.
        photo: the page, opened; its rows are read as the marks are asked for.
        marks: which of its pixels are damaged, from top to bottom.
    """
    shape = (photo.height, photo.width)
    if isinstance(photo, StripReader):
        photo.through(lambda: writer.page(shape, photo.orientation, marks))
    else:
        writer.page(shape, photo.orientation, marks)


def gray_rows(photo: Reading) -> Iterator[Gray]:
    """Yields a photo's gray codes on its stored grid, from top to bottom."""
    if isinstance(photo, StripReader):
        for strip in photo.strips():
            yield gray_of_strip(strip)
    else:
        yield gray_of_photo(photo)
