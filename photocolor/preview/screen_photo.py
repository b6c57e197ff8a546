"""Colors a photo at screen size by the same pipeline as a run, on fewer pixels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from photocolor import __version__
from photocolor.color.tone import Tone, tone_of
from photocolor.engine.negatives.classifier import NegativeClassifier
from photocolor.errors import SourceVanished, UnreadableSource
from photocolor.image.decode import probe
from photocolor.image.display.compare import Picture
from photocolor.image.display.decode_small import decode_reduced
from photocolor.image.gray_source import gray_of_photo
from photocolor.image.orient import upright, upright_shape
from photocolor.image.photo import Photo
from photocolor.settings import DETAIL_MIN_PX, ColorSettings, FileSettings, Negatives, result_settings
from photocolor.system.safe_files import read_regular
from photocolor.system.spelling import spelling_hint

if TYPE_CHECKING:
    from photocolor.engine.colorizer import ColorAnswer
    from photocolor.hints.sidecar import Hints
    from photocolor.outcome import ProgressListener
    from photocolor.pipeline.photo import Pipeline

SCREEN_PX = 1600
"""Longer side of a picture that fills a screen."""
_UPRIGHT = 1


@dataclass(frozen=True, slots=True)
class ScreenPhoto:
    """Holds one photo at screen size.

    Attributes:
        path: the file.
        gray: (h, w) uint8, upright, contiguous.
        shape: (height, width) of the upright photo at its full size.
        tone: whether the photo is gray, toned or has color already.
        sha256: hex digest of the file's bytes.
        warnings: what the user should know, one sentence each.
        own: (h, w, 3) uint8, the photo in its own tone or color; None if it is gray.
        negative: whether it looks like a scanned negative; False if nobody looked.
        inverted: whether it does, and its gray is that of the positive because that was asked for.
        dpi: resolution that the file says it has; None without one.
        pages: how many there are in the file, of which this is the first.
    """

    path: Path
    gray: NDArray[np.uint8]
    shape: tuple[int, int]
    tone: Tone
    sha256: str
    warnings: tuple[str, ...] = ()
    own: Picture | None = None
    negative: bool = False
    inverted: bool = False
    dpi: tuple[float, float] | None = None
    pages: int = 1

    @property
    def has_color(self) -> bool:
        """Returns whether `restore` takes it for a photo in color, of the camera or of a brush."""
        return self.tone in (Tone.COLOR, Tone.HAND_TINTED)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Returns what of a run is not seen here: why it leaves the photo out, other pages; one sentence each."""
        reasons = []
        if self.has_color:
            reasons.append("This photo has color already; restore leaves it out unless --already-color says otherwise.")
        if self.negative and not self.inverted:
            reasons.append("This photo is a negative; restore leaves it out unless --negatives says otherwise.")
        if self.pages > 1:
            reasons.append(f"The file has {self.pages:,} pages; this is the first, and restore colors them all.")
        return tuple(reasons)

    @property
    def megapixels(self) -> float:
        """Returns the pixels of the photo at its full size, in millions."""
        return self.shape[0] * self.shape[1] / 1e6


def read_screen_photo(
    path: Path, max_megapixels: float, side_px: int = SCREEN_PX, classifier: NegativeClassifier | None = None
) -> ScreenPhoto:
    """Returns the photo with its longer side at most `side_px`.

    Args:
        path: the file.
        max_megapixels: a larger photo is refused.
        side_px: longest side that is wanted.
        classifier: looks whether it is a negative; None if nobody wants to know.

    Raises:
        PhotoError: the file is gone, cannot be read, or is no photo that can be colored.
    """
    try:
        data = read_regular(path)[0]
    except FileNotFoundError as error:
        raise SourceVanished(f"there is no file {path}", spelling_hint(path)) from error
    except OSError as error:
        raise UnreadableSource(f"{path} cannot be read: {error.strerror or error}") from error
    photo, shape = decode_reduced(data, max_megapixels, side_px)
    gray = upright(gray_of_photo(photo), photo.orientation)
    codes = gray if gray.dtype == np.uint8 else (gray >> 8).astype(np.uint8)
    tone = Tone.GRAY if photo.pixels.ndim == 2 else tone_of(photo.pixels)
    whole = upright_shape(*shape, photo.orientation)
    return ScreenPhoto(
        path,
        np.ascontiguousarray(codes),
        whole,
        tone,
        hashlib.sha256(data).hexdigest(),
        photo.warnings,
        own_picture(photo, tone),
        classifier is not None and classifier.is_negative(codes, whole),
        dpi=photo.container.dpi,
        pages=probe(data).pages,
    )


def own_picture(photo: Photo, tone: Tone) -> Picture | None:
    """Returns the photo upright in its own tone or color, (H, W, 3) uint8; None if it is gray."""
    if tone is Tone.GRAY:
        return None
    pixels = photo.pixels if photo.pixels.dtype == np.uint8 else (photo.pixels >> 8).astype(np.uint8)
    return np.ascontiguousarray(upright(pixels, photo.orientation))


def read_judged_photo(path: Path, files: FileSettings, side_px: int) -> ScreenPhoto:
    """Returns the photo as a run would color it: a negative as its positive, if the settings say so.

    Args:
        path: the file.
        files: how large it may be, and what happens to negatives; nobody looks for them if they are colored like any
            photo.
        side_px: longest side that is wanted.

    Raises:
        PhotoError: as `read_screen_photo`.
    """
    from photocolor.pipeline.judgment import open_classifier  # loads the model's libraries, while the photo is read

    seen = read_screen_photo(path, files.max_megapixels, side_px, open_classifier(files, None))
    if not seen.negative or files.negatives is not Negatives.INVERT:
        return seen
    return replace(seen, gray=255 - seen.gray, own=None, inverted=True)


def ask(
    screen_photo: ScreenPhoto,
    pipeline: Pipeline,
    watch: ProgressListener,
    hints: Hints | None = None,
    *,
    quick: bool = False,
) -> ColorAnswer:
    """Runs the model on the photo.

    Args:
        screen_photo: the photo.
        pipeline: the opened model, and how color is made.
        watch: receives stages and tiles, and cancels.
        hints: the user's color hints.
        quick: only the global pass, without tiles: a first answer in a fraction of the time.

    Raises:
        PhotoError: as `pipeline.colorize_gray`.
    """
    from photocolor.pipeline.coloring import answer_of  # here, so that a photo is read while the rest is loaded

    if quick:
        color = replace(pipeline.color, detail=DETAIL_MIN_PX)  # less than the global pass shows: no tiles
        pipeline = replace(pipeline, color=color)
    watch.stage("color")
    return answer_of(screen_photo.gray, _UPRIGHT, pipeline, watch, hints)


def paint_screen_photo(
    screen_photo: ScreenPhoto, answer: ColorAnswer, color: ColorSettings, watch: ProgressListener
) -> Picture:
    """Returns the photo in color at a strength and a fading of doubt, without running the model.

    Returns:
        (h, w, 3) uint8 sRGB; its gray is that of `screen_photo`.
    """
    watch.stage("paint")
    return paint_small(screen_photo.gray, answer, color, watch)


def paint_small(gray: NDArray[np.uint8], answer: ColorAnswer, color: ColorSettings, watch: ProgressListener) -> Picture:
    """Returns the upright photo in color at any size of its gray; see `paint_screen_photo`."""
    from photocolor.pipeline.coloring import chosen_ab, painted

    return painted(gray, _UPRIGHT, chosen_ab(answer, color), watch).astype(np.uint8, copy=False)


def note_of(screen_photo: ScreenPhoto, pipeline: Pipeline, settings: ColorSettings) -> bytes:
    """Returns an XMP packet that says which model colored the picture."""
    from photocolor.metadata.provenance import Alterations, Provenance, state
    from photocolor.metadata.xmp.edit import EMPTY, Packet

    packet, files = Packet(EMPTY), pipeline.files
    if not screen_photo.inverted:  # what changed nothing is not named
        files = replace(files, negatives=FileSettings().negatives)
    provenance = Provenance(
        version=__version__,
        model=pipeline.model.card.name,
        model_version=pipeline.model.card.version,
        model_sha256=pipeline.model.sha256,
        settings=result_settings(settings, files),
        source_sha256=screen_photo.sha256,
        alterations=Alterations(inverted_pages=(1,) * screen_photo.inverted),
    )
    state(packet, provenance)
    return packet.render()
