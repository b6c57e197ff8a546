"""Decides what happens to a photo or page: it is colored, inverted and colored, or left alone as color or negative."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from photocolor.color.tone import Tone
from photocolor.containers.recognize import sniff
from photocolor.engine.negatives.classifier import NegativeClassifier
from photocolor.image.gray_source import GraySource, Inverted, tone_in
from photocolor.image.open import Reading
from photocolor.image.orient import upright, upright_shape
from photocolor.models.negatives import find_classifier
from photocolor.outcome import Done, Job, Outcome, ProgressListener, Skipped
from photocolor.pipeline.coloring import Colorist, gray_source_of, small_gray
from photocolor.pipeline.pages import Pages
from photocolor.pipeline.result import copy_source
from photocolor.pipeline.source import SourceBytes
from photocolor.settings import AlreadyColor, FileSettings, Negatives

if TYPE_CHECKING:
    from photocolor.pipeline.masks import DamageMasks

COLORED = (Tone.COLOR, Tone.HAND_TINTED)
"""What has colors already, a person's too; a sepia print has one tint and counts as gray."""
ALREADY_COLOR, NEGATIVE = "already_color", "negative"
"""Reasons why a photo is left alone on purpose."""


class Judge(Colorist, Protocol):
    """Holds what a judgment needs besides: the settings of files, and the opened classifier."""

    @property
    def files(self) -> FileSettings:
        """Returns what to do with photos in color and with negatives."""

    @property
    def negatives(self) -> NegativeClassifier | None:
        """Returns what recognizes negatives; None if nobody wants to know."""

    @property
    def masks(self) -> DamageMasks | None:
        """Returns what writes a mask of each photo's damage; None if none are wanted."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """Holds what was decided about a photo or page.

    Attributes:
        tone: its kind of color; None for one that is stored as gray.
        left_alone: the reason why nothing is done; "" if it is colored.
        gray_source: the gray to color, inverted already where that was decided; None if it is left alone.
        inverted: whether it is a negative whose gray was inverted.
    """

    tone: Tone | None
    left_alone: str = ""
    gray_source: GraySource | None = None
    inverted: bool = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """Returns what the user should know about a photo that is colored, one sentence each."""
        again = ("the photo has color already, and was colored again",) if self.tone in COLORED else ()
        return again + (("the photo is a negative, and was inverted before it was colored",) if self.inverted else ())

    @property
    def found(self) -> str:
        """Returns why a photo is left alone, as the rest of a sentence that begins with the photo."""
        if self.left_alone == NEGATIVE:
            return "is a negative"
        return "is hand-tinted" if self.tone is Tone.HAND_TINTED else "has color already"

    def advice(self, files: FileSettings) -> str:
        """Returns what else could be done with a photo that is skipped, as a phrase; "" if it is copied."""
        if self.left_alone == NEGATIVE:
            return "--negatives invert makes a positive of it first"
        return "--already-color force colors it anyway" if files.already_color is AlreadyColor.SKIP else ""

    @property
    def kept(self) -> str:
        """Returns how a page is left alone among others, as the rest of a sentence that begins with the page."""
        return "is a negative and stays one" if self.left_alone == NEGATIVE else "has color already and keeps it"

    @property
    def gray(self) -> GraySource:
        """Returns the gray of a photo that is not left alone."""
        if self.gray_source is None:
            raise AssertionError(f"a photo that is left alone ({self.left_alone}) has no gray to color")
        return self.gray_source


def judge(photo: Reading, pipeline: Judge, watch: ProgressListener) -> Judgment:
    """Returns what happens to a photo or page."""
    tone = tone_in(photo, watch.check)
    if tone in COLORED and pipeline.files.already_color is not AlreadyColor.FORCE:
        return Judgment(tone, ALREADY_COLOR)
    gray_source = gray_source_of(photo, pipeline, watch)
    if pipeline.negatives is None or not _is_negative(gray_source, pipeline, pipeline.negatives):
        return Judgment(tone, gray_source=gray_source)
    if pipeline.files.negatives is Negatives.INVERT:
        return Judgment(tone, gray_source=Inverted(gray_source), inverted=True)
    return Judgment(tone, NEGATIVE)


def nothing_to_color(pages: Pages, pipeline: Judge, watch: ProgressListener) -> str:
    """Returns why no page of a file is colored; "" at the first that is."""
    reasons = set[str]()
    for number in range(len(pages)):
        with pages.page(number) as photo:
            reason = judge(photo, pipeline, watch).left_alone
        if not reason:
            return ""
        reasons.add(reason)
    return NEGATIVE if NEGATIVE in reasons else ALREADY_COLOR


def left_alone(job: Job, source: SourceBytes, judgment: Judgment, pipeline: Judge, watch: ProgressListener) -> Outcome:
    """Returns the outcome of a photo that is not colored: skipped, or, if it has color, copied where that is wanted."""
    started, said = time.perf_counter(), f"the photo {judgment.found}"
    if advice := judgment.advice(pipeline.files):
        return Skipped(job, judgment.left_alone, f"{said}; {advice}", source.sha256)
    damage = pipeline.masks.write(job, source, watch) if pipeline.masks else None
    written = copy_source(job, source, pipeline.files)
    return Done(
        job=job,
        source_sha256=source.sha256,
        result_sha256=written.sha256,
        result_bytes=written.bytes,
        megapixels=0.0,
        seconds=time.perf_counter() - started,
        device="",
        tiles=0,
        warnings=(f"{said}; it was copied unchanged{_under_other_name(job, source)}", *written.warnings),
        sidecars_sha256=written.sidecars_sha256,
        sidecars=written.sidecars,
        damage=damage,
    )


def _under_other_name(job: Job, source: SourceBytes) -> str:
    """Returns what is said of a copy that got the ending of the format that was asked for; "" if it has its own."""
    kind = sniff(source.data)
    if job.target.suffix == job.source.suffix or job.target.suffix.lower() in kind.suffixes:
        return ""
    return f", so that {job.target.name} holds {kind.title}"


def open_classifier(files: FileSettings, threads: int | None) -> NegativeClassifier | None:
    """Returns what recognizes the negatives of a run; None if they are colored like any photo.

    Raises:
        ModelNotFound, ModelInvalid: the bundled classifier cannot be used.
    """
    return None if files.negatives is Negatives.FORCE else NegativeClassifier(find_classifier(), threads)


def _is_negative(gray_source: GraySource, pipeline: Colorist, classifier: NegativeClassifier) -> bool:
    turned = gray_source.about.orientation
    codes = upright(small_gray(gray_source, pipeline), turned)
    return classifier.is_negative(codes, upright_shape(*gray_source.shape, turned))
