"""Writes a result: encodes the painted rows, adds the source's metadata, and puts the file in place in one step."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from photocolor import __version__
from photocolor.containers.formats import Format
from photocolor.image.codec_table import CODECS
from photocolor.image.codecs.exact_luma import refuse_inexact, refuse_other_formats, write_exact
from photocolor.image.display.decode_small import decode_reduced
from photocolor.image.display.thumbnail import THUMBNAIL_PX, thumbnail
from photocolor.image.encode import encode_rows, losses
from photocolor.image.gray_source import GraySource
from photocolor.image.photo import Container, Described, Photo, Pixels, Rows
from photocolor.metadata.carry import Changes, graft
from photocolor.metadata.provenance import Alterations, Provenance
from photocolor.metadata.signing import Seal, Statement
from photocolor.models.registry import ModelFile
from photocolor.outcome import Job, ProgressListener
from photocolor.pipeline.coloring import color_of
from photocolor.pipeline.layers import remove_layers, write_layers
from photocolor.pipeline.mending.hand import HandMaskFile
from photocolor.pipeline.mending.mask import NO_MASK, MendedMask, mask_of, refuse_in_the_way, write_mended
from photocolor.pipeline.pages import Pages, PageStats, Painter, write_pages
from photocolor.pipeline.placement import placement_of
from photocolor.pipeline.result_xmp_files import narrow_to_merged, sidecars_of, with_sidecars, write_sidecars
from photocolor.pipeline.source import SourceBytes
from photocolor.settings import ColorSettings, FileSettings, Mend, result_settings
from photocolor.system.atomic import AtomicFile
from photocolor.system.file_bytes import DiskBytes, Writable, digest_of
from photocolor.system.growing_file import GrowingDigest, written_back
from photocolor.system.photo_threads import threads_of_a_photo


@dataclass(frozen=True, slots=True)
class Written:
    """Describes a result in its place.

    Attributes:
        sha256: hex digest of its bytes.
        bytes: how many there are.
        warnings: what happened on the way, one sentence each.
        sidecars_sha256: digest of the XMP files beside the source; "" without any.
        sidecars: places of their copies in the output folder.
        layers: places there of the files with its layers.
    """

    sha256: str
    bytes: int
    warnings: tuple[str, ...] = ()
    sidecars_sha256: str = ""
    sidecars: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultPlan:
    """Holds what a result is made of.

    Attributes:
        gray_source: the source's gray, with what is known of the source.
        rows: the photo in color, from top to bottom; gone through once.
        provenance: what colored it.
        seal: signs it, or None.
        check: asked before the result is put in place; raises if nobody waits for it any more.
        mask: says what was painted over.
    """

    gray_source: GraySource
    rows: Iterable[Rows]
    provenance: Provenance
    seal: Seal | None = None
    check: Callable[[], None] = lambda: None
    mask: MendedMask = NO_MASK


class Maker(Protocol):
    """Holds what makes a result: the model, and the settings."""

    @property
    def model(self) -> ModelFile:
        """Returns the model's file and card."""

    @property
    def color(self) -> ColorSettings:
        """Returns the settings of color."""

    @property
    def files(self) -> FileSettings:
        """Returns the settings of files."""


def provenance_of(
    source: SourceBytes, maker: Maker, altered: Alterations, by_hand: HandMaskFile | None = None
) -> Provenance:
    """Returns the provenance of this source's result; an option that changed nothing of it is not named."""
    unused = set() if any(altered.tone_curves) else {"tone"}
    unused |= set() if altered.inverted_pages else {"negatives"}
    unused |= set() if altered.faces else {"faces"}
    besides = {"hints_sha256": source.hints_sha256} if source.hints_sha256 else {}
    if not altered.mended_mask_sha256:
        unused |= {"mend", "mend_width_px", "finder_sha256"}
    elif by_hand is not None:
        besides["hand_mask_sha256"] = by_hand.sha256
    settings = result_settings(color_of(maker.color, source.hints), maker.files)
    return Provenance(
        version=__version__,
        model=maker.model.card.name,
        model_version=maker.model.card.version,
        model_sha256=maker.model.sha256,
        settings={name: value for name, value in settings.items() if name not in unused} | besides,
        source_sha256=source.sha256,
        alterations=altered,
    )


def write_result(job: Job, source: SourceBytes, plan: ResultPlan, files: FileSettings) -> Written:
    """Puts the whole result in place if the source is unchanged.

    Raises:
        PhotoError: the photo cannot be written as it is to be, or changed meanwhile.
        OutputError: nothing can be written there.
    """
    photo = plan.gray_source.about
    with (
        AtomicFile(job.target, job.token, placement_of(job, files)) as file,
        GrowingDigest(file.content.fileno()) as digest,
    ):
        rows = written_back(plan.rows, file.content.fileno())
        foretold = digest.begin if _may_follow(plan, threads_of_a_photo()) else None
        row, samples = encode_rows(file.content, rows, photo, files, foretold)
        if files.exact_luma and isinstance(photo, Photo) and samples is not None:
            write_exact(file.content, source.whole, photo, samples[..., :3], files)
        changes = Changes(row.name, plan.provenance, _small_result(file.content, row, samples))
        sidecars = sidecars_of(job, files)
        narrow_to_merged(file, job, sidecars, files)
        changes = with_sidecars(changes, sidecars, files)
        report = graft(source.data, photo.container.format, file.content, changes)
        masks = carry_masks(source, photo.container, file.content) if row.pages else ()
        if plan.seal is not None:
            name, stream = _signed_name(job), _rewound(source)
            statement = Statement(changes.provenance, name, stream, photo.container.format, row.name)
            plan.seal.sign(file.content, statement)
        file.begin_sync()
        sha256, size_bytes = digest.finish() or identity(file.content)
        source.refuse_changed(job)
        plan.check()
        refuse_in_the_way(job, plan.mask)
        layers = write_layers(job, source, file.content, changes.provenance, files)
        write_mended(job, plan.mask, files)
        plan.check()
        beside = write_sidecars(job, sidecars, files, report.picture, changes.provenance)
        told = (*layers.warnings, *beside.warnings, *file.commit())
    warnings = (*photo.warnings, *losses(photo, files.format), *masks, *report.sentences, *told)
    return Written(sha256, size_bytes, warnings, sidecars.sha256, beside.places, layers.places)


def _may_follow(plan: ResultPlan, threads: int) -> bool:
    """Returns whether a thread may hash the result while it is written: what comes later must not touch its samples."""
    return threads > 1 and plan.seal is None and not plan.gray_source.about.container.masks


@dataclass(frozen=True, slots=True)
class PagedResultPlan:
    """Holds what a result of several pages is made of.

    Attributes:
        pages: of the source.
        paint: colors one of them.
        container: what the source said of its first page.
        provenance: says what colored them, from what else was changed.
        watch: receives stages, and cancels before the result is put in place.
    """

    pages: Pages
    paint: Painter
    container: Container
    provenance: Callable[[Alterations], Provenance]
    watch: ProgressListener


def write_paged_result(
    job: Job, source: SourceBytes, plan: PagedResultPlan, files: FileSettings
) -> tuple[PageStats, Written]:
    """Puts all pages in place as one file if the source is unchanged; warnings of pages are in the stats.

    Raises:
        PhotoError: a page cannot be colored or written as it is to be, or the source changed meanwhile.
        OutputError: nothing can be written there.
    """
    from photocolor.metadata.formats.tiff_pages import graft_pages  # only files of several pages take it

    with AtomicFile(job.target, job.token, placement_of(job, files)) as file:
        stats = write_pages(file.content, plan.pages, plan.paint)
        if files.mend is not Mend.NONE:
            stats.mask = mask_of(stats.mended, source.sha256)
        plan.watch.stage("encode")
        sidecars = sidecars_of(job, files)
        narrow_to_merged(file, job, sidecars, files)
        changes = with_sidecars(
            Changes("tiff", plan.provenance(stats.alterations)),
            sidecars,
            files,
        )
        report = graft_pages(source.data, file.content, changes)
        masks = carry_masks(source, plan.container, file.content)
        file.begin_sync()
        sha256, size_bytes = identity(file.content)
        source.refuse_changed(job)
        plan.watch.check()
        refuse_in_the_way(job, stats.mask, len(plan.pages))
        layers = write_layers(job, source, file.content, changes.provenance, files)
        write_mended(job, stats.mask, files, len(plan.pages))
        plan.watch.check()
        beside = write_sidecars(job, sidecars, files, report.picture, changes.provenance)
        told = (*layers.warnings, *beside.warnings, *file.commit())
    warnings = (*masks, *report.sentences, *told)
    return stats, Written(sha256, size_bytes, warnings, sidecars.sha256, beside.places, layers.places)


def refuse_inexact_source(source: SourceBytes, photo: Described, files: FileSettings) -> None:
    """Raises if `--exact-luma` is on and this photo's luma cannot be copied."""
    if not files.exact_luma:
        return
    if isinstance(photo, Photo):
        refuse_inexact(source.whole, photo, files)
    else:
        refuse_other_formats(photo, files)


def carry_masks(source: SourceBytes, container: Container, result: Writable) -> tuple[str, ...]:
    """Copies the infrared pages and masks of a TIFF unchanged into its result; returns warnings about them.

    Raises:
        PhotoError: one is damaged, or cannot be copied as it is.
    """
    if not container.masks:
        return ()
    from photocolor.image.tiff.masks import append_masks  # few TIFFs have any

    count = append_masks(result, source.data)
    return (f"{count} infrared pages or masks go along as they are, and are not colored",)


def _small_result(path: Writable, row: Format, samples: Pixels | None) -> Callable[[], NDArray[np.uint8]] | None:
    """Returns a function that makes the thumbnail of the result; None for a TIFF, whose rows are not kept."""
    if samples is not None:
        return lambda: thumbnail(samples)[..., :3]
    if CODECS[row.name].read_reduced is None:
        return None
    return lambda: thumbnail(decode_reduced(path.read_bytes(), math.inf, THUMBNAIL_PX)[0].pixels)


def _signed_name(job: Job) -> str:
    """Returns the source's name as a signature can hold it: a file's name may be no valid text, a claim must be."""
    return job.source.name.encode("utf-8", "replace").decode("utf-8")


def _rewound(source: SourceBytes) -> BinaryIO:
    """Returns the source as a stream that stands at its beginning."""
    return source.data.rewound() if isinstance(source.data, DiskBytes) else BytesIO(source.data)


def copy_source(job: Job, source: SourceBytes, files: FileSettings) -> Written:
    """Puts the source itself in the result's place, byte for byte; what lay beside an earlier result in color goes.

    Raises:
        SourceChanged: it changed meanwhile.
        OutputError: nothing can be written there.
    """
    with AtomicFile(job.target, job.token, placement_of(job, files)) as file:
        with file.content.open("wb") as copy:
            shutil.copyfileobj(_rewound(source), copy, 1 << 20)
        source.refuse_changed(job)
        of_layers = remove_layers(job, source)
        write_mended(job, NO_MASK, files)
        sidecars = sidecars_of(job, files)
        beside = write_sidecars(job, sidecars, files)
        warnings = (*of_layers, *beside.warnings, *file.commit())
    return Written(source.sha256, len(source.data), warnings, sidecars.sha256, beside.places)


def identity(path: Writable) -> tuple[str, int]:
    """Returns SHA-256 and length of a file that was just written."""
    with path.open("rb") as file:
        return digest_of(file), file.tell()
