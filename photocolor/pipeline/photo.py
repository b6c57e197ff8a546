"""Colors one photo, from top to bottom: read, decode, color, paint, encode, carry the metadata, put in place."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from photocolor.color.palette import Palette
from photocolor.containers.formats import Format
from photocolor.engine.colorizer import Colorizer
from photocolor.engine.negatives.classifier import NegativeClassifier
from photocolor.engine.probe import CPU
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.engine.worth import ONE_PERSON, Load, if_it_pays
from photocolor.image.decode import probe
from photocolor.image.encode import target_format
from photocolor.image.gray_source import rows_of
from photocolor.image.open import Reading, open_photo
from photocolor.image.photo import Container, Header
from photocolor.image.visible_mark import mark_for, marked
from photocolor.metadata.provenance import Alterations
from photocolor.metadata.signing import Seal, open_seal, refuse_unsignable
from photocolor.models.registry import ModelFile, find_model
from photocolor.outcome import Done, Job, Outcome, ProgressListener
from photocolor.pipeline.coloring import after_curve, color_rows, counted_faces
from photocolor.pipeline.footprint import UNKNOWN_BYTES, allowed_bytes, face_pixels, footprint, refuse_beyond
from photocolor.pipeline.judgment import Judgment, judge, left_alone, nothing_to_color, open_classifier
from photocolor.pipeline.mending.hand import HandMaskFile, read_hand_mask
from photocolor.pipeline.mending.mask import NO_MASK, MendedPage, mask_of
from photocolor.pipeline.mending.on_request import masks_if_wanted, mender_if_wanted, refuse_other_mask
from photocolor.pipeline.pages import Pages, PaintedPage, refuse_what_names_no_page
from photocolor.pipeline.reference import read_palette
from photocolor.pipeline.result import (
    PagedResultPlan,
    ResultPlan,
    provenance_of,
    refuse_inexact_source,
    write_paged_result,
    write_result,
)
from photocolor.pipeline.source import SourceBytes, open_source
from photocolor.settings import ColorSettings, FileSettings, Negatives, Settings
from photocolor.system.file_bytes import remembered
from photocolor.system.machine import usable_cpus
from photocolor.system.photo_threads import limit_threads

if TYPE_CHECKING:
    from photocolor.pipeline.masks import DamageMasks
    from photocolor.pipeline.mending.mender import Mender


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Holds what all photos of a run share; safe to use from several threads.

    Attributes:
        colorizer: the opened model.
        model: its file, checksum and card.
        color: how color is made.
        files: how files are read and written.
        palette: of the reference photo; None without one.
        seal: signs the results; None if nobody does.
        memory_bytes: what one photo may take, with all that its process needs beside.
        masks: writes a mask of each photo's damage; None if none are wanted.
        mender: decides what of it is painted over; None if nothing is.
        negatives: recognizes negatives; None if they are colored like any photo.
    """

    colorizer: Colorizer
    model: ModelFile
    color: ColorSettings
    files: FileSettings
    palette: Palette | None = None
    seal: Seal | None = None
    memory_bytes: int = UNKNOWN_BYTES
    masks: DamageMasks | None = None
    mender: Mender | None = None
    negatives: NegativeClassifier | None = None

    def mask_by_hand(self, job: Job) -> HandMaskFile | None:
        """Returns the mask by hand beside a photo; None without one, or if nothing is mended.

        Raises:
            HintsInvalid: it cannot be read.
        """
        return read_hand_mask(job.source) if self.mender else None

    def admits(self, header: Header, file_bytes: int) -> bool:
        """Returns True if there is memory to keep a photo's gray; False if it must be decoded again.

        Raises:
            TooLittleMemory: there is too little for the photo in any way.
        """
        sizes = self.colorizer.sizes(header.height, header.width, self.color)
        faces = face_pixels(header.height, header.width, self.color, segments=self.colorizer.takes_faces)
        need = footprint(header, file_bytes, self.files, math.prod(sizes.detail) + faces)
        refuse_beyond(need, self.memory_bytes)
        return need.quick <= self.memory_bytes

    def __call__(self, job: Job, watch: ProgressListener) -> Outcome:
        """Colors one file; see `colorize_source`."""
        return colorize_source(job, self, watch)

    def cancel(self) -> None:
        """Cancels the model's runs in flight within a moment, from any thread, for good."""
        self.colorizer.cancel()
        for beside in (self.masks, self.mender):
            if beside is not None:
                beside.cancel()


def open_pipeline(settings: Settings, threads: int | None = None, load: Load = ONE_PERSON) -> Pipeline:
    """Opens everything that a process needs once, checked before any photo is touched.

    Args:
        settings: model, device, color and files of the run.
        threads: processor threads that one photo may use; all if None. They do not change the result.
        load: how much there is to color; with `--device auto` a GPU is used if it pays for that.

    Raises:
        ModelNotFound, ModelInvalid: the model cannot be used.
        DeviceUnavailable: the device that was asked for by name cannot be used.
        UsageError: the tile size does not fit the model, or the certificate cannot be used.
    """
    limit_threads(threads)
    model = find_model(settings.model)
    choice = if_it_pays(choose(settings.device), load, model, settings.color, usable_cpus())
    with ThreadPoolExecutor(1) as beside:
        classifier = beside.submit(open_classifier, settings.files, threads)
        session = OnnxSession(model, choice, threads)
    on_cpu = session.provider == CPU
    colorizer = Colorizer(session, None if on_cpu else lambda: OnnxSession(model, choose("cpu"), threads))
    colorizer.sizes(1, 1, settings.color)  # refuses a tile that does not fit the model
    return Pipeline(
        colorizer,
        model,
        settings.color,
        settings.files,
        palette=read_palette(settings),
        seal=open_seal(settings.credential),
        memory_bytes=allowed_bytes(settings.max_memory),
        masks=masks_if_wanted(settings, threads),
        mender=mender_if_wanted(settings, threads),
        negatives=classifier.result(),
    )


def open_for_named_photos(settings: Settings) -> Pipeline:
    """Opens a pipeline for photos that the user named one by one: a negative is colored, inverted if that is wanted."""
    chosen = settings.files
    if chosen.negatives is Negatives.SKIP:
        settings = replace(settings, files=replace(chosen, negatives=Negatives.FORCE))
    return replace(open_pipeline(settings), files=chosen)


def colorize_source(job: Job, pipeline: Pipeline, watch: ProgressListener) -> Outcome:
    """Colors one file; afterwards its result lies whole under `job.target`, or nothing was changed.

    Raises:
        PhotoError: this photo cannot be colored; the class says why.
        OutputError: results cannot be written; the run should stop.
    """
    started = time.perf_counter()
    watch.stage("decode")
    with open_source(job, most_bytes=pipeline.memory_bytes, check=watch.check) as source:
        if probe(source.data).pages > 1:
            return _color_pages(job, source, pipeline, watch)
        with open_photo(source.data, pipeline.files.max_megapixels, admits=pipeline.admits) as photo:
            judgment = judge(photo, pipeline, watch)
            if judgment.left_alone:  # asked first: where nothing is made, no format needs to hold it
                return left_alone(job, source, judgment, pipeline, watch)
            row = target_format(photo, pipeline.files.format)
            refuse_inexact_source(source, photo, pipeline.files)
            refuse_unsignable(pipeline.seal, row.name, row.title)
            refuse_other_mask(pipeline.masks, job, source)
            mark = mark_for(photo, pipeline.files)
            held, inverted = judgment.gray, (1,) * judgment.inverted
            del photo  # a toned source's own colors are not needed any more
            by_hand = pipeline.mask_by_hand(job)
            mending = pipeline.mender.look(held, by_hand, watch) if pipeline.mender else None
            gray_source, curve = after_curve(held, pipeline, pipeline.files.tone)
            rows, answer = color_rows(gray_source, pipeline, watch, source.hints, mending.holes if mending else None)
            page = MendedPage(held.shape, held.about.orientation, mending)
            mask = mask_of([page], source.sha256) if pipeline.mender else NO_MASK
            altered = Alterations((curve,) if curve else (), inverted_pages=inverted, faces=answer.faces)
            provenance = provenance_of(source, pipeline, mask.added_to(altered), by_hand)
            plan = ResultPlan(gray_source, marked(rows, mark), provenance, pipeline.seal, watch.check, mask)
            damage = pipeline.masks.write(job, source, watch) if pipeline.masks else None
            written = write_result(job, source, plan, pipeline.files)
    return Done(
        job=job,
        source_sha256=source.sha256,
        result_sha256=written.sha256,
        result_bytes=written.bytes,
        megapixels=math.prod(gray_source.shape) / 1e6,
        seconds=time.perf_counter() - started,
        device=answer.device,
        tiles=answer.tiles,
        doubt=None if answer.doubt is None else round(float(answer.doubt.mean(dtype=np.float64)), 4),
        degraded=answer.degraded,
        warnings=(*written.warnings, *judgment.remarks, *(mending.warnings if mending else ())),
        hints_sha256=source.hints_sha256,
        integrity=gray_source.about.container.integrity,
        sidecars_sha256=written.sidecars_sha256,
        sidecars=written.sidecars,
        layers=written.layers,
        damage=damage,
        tone_curves=provenance.alterations.tone_curves,
        mended=mask.mended,
        hand_mask_sha256=by_hand.sha256 if by_hand else "",
        inverted=inverted,
        faces=counted_faces(answer.faces, pipeline.color),
    )


def _color_pages(job: Job, source: SourceBytes, pipeline: Pipeline, watch: ProgressListener) -> Outcome:
    """Colors a file of several pages into one file with all of them, or into none."""
    started = time.perf_counter()
    with remembered(source.data) as data:
        source = replace(source, data=data)
        pages = Pages(data, pipeline.files.max_megapixels, pipeline.admits)
        if reason := nothing_to_color(pages, pipeline, watch):
            outcome = left_alone(job, source, Judgment(None, reason), pipeline, watch)
            return replace(outcome, pages=len(pages)) if isinstance(outcome, Done) else outcome
        row, container = _refuse_pages(job, source, pages, pipeline.files)
        refuse_unsignable(pipeline.seal, row.name, row.title, len(pages))
        refuse_other_mask(pipeline.masks, job, source)
        plan = PagedResultPlan(
            pages, _PagePainter(pipeline, watch), container, partial(provenance_of, source, pipeline), watch
        )
        damage = pipeline.masks.write(job, source, watch) if pipeline.masks else None
        stats, written = write_paged_result(job, source, plan, pipeline.files)
    return Done(
        job=job,
        source_sha256=source.sha256,
        result_sha256=written.sha256,
        result_bytes=written.bytes,
        megapixels=pages.megapixels,
        seconds=time.perf_counter() - started,
        device=" + ".join(stats.devices),
        tiles=stats.tiles,
        doubt=stats.doubt,
        degraded=tuple(stats.degraded),
        warnings=(*stats.warnings, *written.warnings),
        pages=len(pages),
        integrity=stats.integrity,
        sidecars_sha256=written.sidecars_sha256,
        sidecars=written.sidecars,
        layers=written.layers,
        damage=damage,
        tone_curves=stats.tone_curves,
        mended=stats.mask.mended,
        inverted=tuple(stats.inverted),
        faces=counted_faces(stats.faces, pipeline.color),
    )


def _refuse_pages(job: Job, source: SourceBytes, pages: Pages, files: FileSettings) -> tuple[Format, Container]:
    """Returns the format of a result with several pages, and the first page's container.

    Raises:
        PhotoError: the result cannot be made as it was asked for.
    """
    with pages.page(0) as first:
        row, container = target_format(first, files.format, len(pages)), first.container
        refuse_inexact_source(source, first, files)
    refuse_what_names_no_page(job, source.hints, files.mend)
    return row, container


@dataclass(frozen=True, slots=True)
class _PagePainter:
    """Colors the pages of a file one by one; a page that has color keeps it, and a negative may stay one.

    Attributes:
        pipeline: model and settings.
        watch: receives stages and tiles, and cancels.
    """

    pipeline: Pipeline
    watch: ProgressListener

    def __call__(self, photo: Reading) -> PaintedPage:
        """Returns one page as it is to be written."""
        judgment = judge(photo, self.pipeline, self.watch)
        if judgment.left_alone:
            return PaintedPage(photo, rows_of(photo), None, kept=judgment.kept)
        held, mark = judgment.gray, mark_for(photo, self.pipeline.files)
        mending = self.pipeline.mender.look(held, None, self.watch) if self.pipeline.mender else None
        gray_source, curve = after_curve(held, self.pipeline, self.pipeline.files.tone)
        rows, answer = color_rows(gray_source, self.pipeline, self.watch, None, mending.holes if mending else None)
        sentences = (*judgment.remarks, *(mending.warnings if mending else ()))
        return PaintedPage(gray_source.about, marked(rows, mark), answer, sentences, curve, mending, judgment.inverted)
