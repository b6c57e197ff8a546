"""The story of one photo, top to bottom: read, decode, color, paint, encode, graft, put in place."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from photocolor import __version__
from photocolor.color.lab import Chroma, Gray, gray_of, lightness_of
from photocolor.color.paint import paint
from photocolor.color.palette import Palette
from photocolor.color.resize import limit_threads, resize
from photocolor.color.tone import Tone, tone_of
from photocolor.color.upsample import guide
from photocolor.engine.colorizer import ColorAnswer, Colorizer
from photocolor.engine.passes import View
from photocolor.engine.probe import CPU
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.errors import HintsInvalid
from photocolor.hints.raster import hint_planes
from photocolor.hints.sidecar import Hints
from photocolor.image.atomic import AtomicFile
from photocolor.image.decode import decode, probe
from photocolor.image.encode import encode, losses, target_format
from photocolor.image.luma import refuse_inexact, write_exact
from photocolor.image.orient import stored, upright, upright_shape
from photocolor.image.photo import Photo, Pixels
from photocolor.image.thumbnail import thumbnail
from photocolor.metadata.carry import Changes, graft
from photocolor.metadata.provenance import Provenance
from photocolor.metadata.tiff_pages import graft_pages
from photocolor.models.registry import ModelFile, find_model
from photocolor.outcome import Done, Job, Outcome, Skipped, Watch
from photocolor.pages import Book, write_pages
from photocolor.reference import read_palette
from photocolor.settings import AlreadyColor, ColorSettings, FileSettings, Settings, result_settings
from photocolor.source import SourceBytes, read_source


@dataclass(frozen=True, slots=True)
class Studio:
    """What all photos of a run share; safe to use from several threads.

    Attributes:
        colorizer: the opened model.
        model: its file, checksum and card.
        color: how color is made.
        files: how files are read and written.
        palette: of the reference photo; None without one.
    """

    colorizer: Colorizer
    model: ModelFile
    color: ColorSettings
    files: FileSettings
    palette: Palette | None = None

    def __call__(self, job: Job, watch: Watch) -> Outcome:
        """Colors one file, see `colorize_source`."""
        return colorize_source(job, self, watch)

    def cancel(self) -> None:
        """Ends the model's runs in flight within a moment, from any thread, for good."""
        self.colorizer.cancel()


def open_studio(settings: Settings, threads: int | None = None) -> Studio:
    """Everything that is opened once per process, checked before any photo is touched.

    Args:
        settings: model, device, color and files of the run.
        threads: processor threads that one photo may use; all if None. They do not change the result.

    Raises:
        ModelNotFound, ModelInvalid: the model cannot be used.
        DeviceUnavailable: the device that was asked for by name cannot be used.
        UsageError: the tile size does not fit the model.
    """
    limit_threads(threads)
    model = find_model(settings.model)
    session = OnnxSession(model, choose(settings.device), threads)
    on_cpu = session.provider == CPU
    colorizer = Colorizer(session, None if on_cpu else lambda: OnnxSession(model, choose("cpu"), threads))
    colorizer.sizes(1, 1, settings.color)  # refuses a tile that does not fit the model
    return Studio(colorizer, model, settings.color, settings.files, read_palette(settings))


def colorize_source(job: Job, studio: Studio, watch: Watch) -> Outcome:
    """Colors one file; afterwards its result lies whole under `job.target`, or nothing was changed.

    Raises:
        PhotoError: this photo cannot be colored; the class says why.
        OutputError: results cannot be written; the run should stop.
    """
    started = time.perf_counter()
    watch.stage("decode")
    source = read_source(job)
    if probe(source.data).pages > 1:
        return _color_pages(job, source, studio, watch)
    photo = decode(source.data, studio.files.max_megapixels)
    target_format(photo, studio.files.format)  # refuses what the format cannot hold before time is spent on it
    if studio.files.already_color is not AlreadyColor.FORCE and has_color(photo):
        return _left_alone(job, source, studio, started, tone_of(photo.pixels))
    if studio.files.exact_luma:
        refuse_inexact(source.data, photo, studio.files)
    photo = replace(photo, pixels=gray_of_photo(photo))  # a toned source's own colors are not needed any more
    rgb, answer = colorize_gray(photo.pixels, photo.orientation, studio, watch, source.hints)
    watch.stage("encode")
    (result_sha256, result_bytes), warnings = _write(job, source, (photo, rgb), studio)
    return Done(
        job=job,
        source_sha256=source.sha256,
        result_sha256=result_sha256,
        result_bytes=result_bytes,
        megapixels=photo.height * photo.width / 1e6,
        seconds=time.perf_counter() - started,
        device=answer.device,
        tiles=answer.tiles,
        doubt=None if answer.doubt is None else round(float(answer.doubt.mean(dtype=np.float64)), 4),
        degraded=answer.degraded,
        warnings=warnings,
        hints_sha256=source.hints_sha256,
    )


def has_color(photo: Photo) -> bool:
    """True for a photo that has colors already, a person's too; a sepia print has one tint and counts as gray."""
    return photo.pixels.ndim == 3 and tone_of(photo.pixels) in (Tone.COLOR, Tone.HAND_TINTED)


def gray_of_photo(photo: Photo) -> Pixels:
    """The (H, W) gray codes of a gray or RGB photo, in its dtype."""
    if photo.gray is not None:
        return photo.gray
    return photo.pixels if photo.pixels.ndim == 2 else gray_of(photo.pixels)


def colorize_gray(
    gray: Gray, orientation: int, studio: Studio, watch: Watch, hints: Hints | None = None
) -> tuple[Gray, ColorAnswer]:
    """The photo in color on its stored grid, and what the model said.

    Args:
        gray: (H, W) uint8 or uint16, sRGB-encoded gray codes on the stored grid.
        orientation: EXIF orientation; the model sees the photo upright.
        studio: model and settings.
        watch: hears of stages and tiles, and cancels.
        hints: what a person said about the photo's colors.

    Returns:
        (H, W, 3) of gray's dtype, and the answer at its own small size.
    """
    watch.stage("color")
    answer = answer_of(gray, orientation, studio, watch, hints)
    watch.stage("paint")
    return painted(gray, orientation, chosen_ab(answer, studio.color), watch), answer


def answer_of(gray: Gray, orientation: int, studio: Studio, watch: Watch, hints: Hints | None = None) -> ColorAnswer:
    """What the model says about a photo; see `colorize_gray`."""
    height, width = gray.shape
    sizes = studio.colorizer.sizes(*upright_shape(height, width, orientation), studio.color)
    small = lightness_of(resize(gray, *upright_shape(*sizes.detail, orientation)))
    said = partial(hint_planes, hints) if hints else None
    view = View(np.ascontiguousarray(upright(small, orientation)), sizes, said, studio.palette)
    return studio.colorizer.color(view, watch)


def painted(gray: Gray, orientation: int, ab: Chroma, watch: Watch) -> Gray:
    """The photo with this upright ab of any size; see `colorize_gray`."""
    height, width = gray.shape
    on_grid = stored(ab, orientation)
    small = lightness_of(resize(gray, *on_grid.shape[:2]))
    return paint(gray, guide(on_grid, small, height, width), watch.check)


def chosen_ab(answer: ColorAnswer, color: ColorSettings) -> Chroma:
    """The answer's ab at the strength that was asked for, faded where the model guesses; (h, w, 2) float32."""
    ab = answer.ab * np.float32(color.strength)
    if answer.doubt is not None and color.fade_doubt:
        ab *= 1 - np.float32(color.fade_doubt) * answer.doubt[..., None]
    return ab


def _color_pages(job: Job, source: SourceBytes, studio: Studio, watch: Watch) -> Outcome:
    """The outcome of a file with several pages: one file again, with all of them, or nothing."""
    started, files = time.perf_counter(), studio.files
    book = Book(source.data, files.max_megapixels)
    target_format(next(iter(book)), files.format, len(book))
    if files.exact_luma:
        refuse_inexact(source.data, next(iter(book)), files)
    if source.hints is not None:
        raise HintsInvalid("hints for a file with several pages are not supported: they do not say which page is meant")
    force = files.already_color is AlreadyColor.FORCE
    if not force and all(has_color(photo) for photo in book):  # stops at the first that has none
        alone = _left_alone(job, source, studio, started)
        return replace(alone, pages=len(book)) if isinstance(alone, Done) else alone

    def paint_page(photo: Photo) -> tuple[Photo, Pixels, ColorAnswer | None]:
        if not force and has_color(photo):
            return photo, photo.pixels, None
        photo = replace(photo, pixels=gray_of_photo(photo))
        return photo, *colorize_gray(photo.pixels, photo.orientation, studio, watch)

    with AtomicFile(job.target, job.token) as file:
        tally = write_pages(file.path, book, paint_page)
        watch.stage("encode")
        report = graft_pages(source.data, file.path, Changes("tiff", provenance_of(source, studio)))
        result_sha256, result_bytes = _identity(file.path)
        file.commit()
    return Done(
        job=job,
        source_sha256=source.sha256,
        result_sha256=result_sha256,
        result_bytes=result_bytes,
        megapixels=book.megapixels,
        seconds=time.perf_counter() - started,
        device=" + ".join(dict.fromkeys(answer.device for answer in tally.answers)),
        tiles=sum(answer.tiles for answer in tally.answers),
        doubt=tally.doubt,
        degraded=tuple(dict.fromkeys(phrase for answer in tally.answers for phrase in answer.degraded)),
        warnings=(*tally.warnings, *report.warnings),
        pages=len(book),
    )


def _left_alone(job: Job, source: SourceBytes, studio: Studio, started: float, tone: Tone = Tone.COLOR) -> Outcome:
    """The outcome of a photo that has color: skipped, or copied byte for byte."""
    has = "is hand-tinted" if tone is Tone.HAND_TINTED else "has color already"
    if studio.files.already_color is AlreadyColor.SKIP:
        return Skipped(job, "already_color", f"the photo {has}; --already-color force colors it anyway")
    with AtomicFile(job.target, job.token) as file:
        file.path.write_bytes(source.data)
        file.commit()
    digest, length = source.sha256, len(source.data)
    note = (f"the photo {has}; it was copied unchanged",)
    seconds = time.perf_counter() - started
    return Done(job, digest, digest, length, 0.0, seconds, device="", tiles=0, warnings=note)


def _write(
    job: Job, source: SourceBytes, picture: tuple[Photo, Pixels], studio: Studio
) -> tuple[tuple[str, int], tuple[str, ...]]:
    """Puts the result in place; its digest and length, and the warnings on the way."""
    photo, rgb = picture
    with AtomicFile(job.target, job.token) as file:
        row = encode(file.path, rgb, photo, studio.files)
        if studio.files.exact_luma:
            write_exact(file.path, source.data, (photo, rgb), studio.files)
        changes = Changes(row.name, provenance_of(source, studio), lambda: thumbnail(rgb))
        report = graft(source.data, photo.container.format, file.path, changes)
        identity = _identity(file.path)
        file.commit()
    return identity, (*photo.warnings, *losses(photo, studio.files.format), *report.warnings)


def provenance_of(source: SourceBytes, studio: Studio) -> Provenance:
    """What the result of this source says about its making."""
    hints = {"hints_sha256": source.hints_sha256} if source.hints_sha256 else {}
    return Provenance(
        version=__version__,
        model=studio.model.card.name,
        model_version=studio.model.card.version,
        model_sha256=studio.model.sha256,
        settings=result_settings(studio.color, studio.files) | hints,
        source_sha256=source.sha256,
    )


def _identity(path: Path) -> tuple[str, int]:
    """SHA-256 and length of a file that was just written."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
