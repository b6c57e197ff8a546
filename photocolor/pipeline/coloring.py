"""Colors a photo's gray: runs the model on the whole photo, then paints its color row by row onto the gray."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import Chroma, Gray, Lightness, lightness_of
from photocolor.color.model_copy import stretch_against_fading
from photocolor.color.palette import Palette
from photocolor.color.resize import resize
from photocolor.color.tone_curve import against_fading
from photocolor.engine.colorizer import ColorAnswer, Colorizer
from photocolor.engine.passes import View
from photocolor.engine.sizes import Sizes, face_copy_shape
from photocolor.hints.sidecar import Hints
from photocolor.image.gray_source import Curved, GraySource, InMemory, Streaming, gray_of_photo, held
from photocolor.image.open import Reading
from photocolor.image.orient import stored, upright, upright_shape
from photocolor.image.photo import Container, Photo, Pixels, Rows
from photocolor.outcome import ProgressListener
from photocolor.render.strips import paint, paint_strips, strip_rows
from photocolor.render.upsample import GuidedAb, guide
from photocolor.settings import ColorSettings, Faces, Preset, ToneCorrection
from photocolor.system.machine import return_freed_memory

if TYPE_CHECKING:
    from photocolor.engine.faces.close_ups import CloseUps, Face
    from photocolor.hints.spread import Owners
    from photocolor.render.mending.bands import Holes

LARGE_PIXELS = 30_000_000
"""From here on, what the model took is given back before the result takes its own; that costs some milliseconds."""

_IN_MEMORY = Container("")
"""The container of a picture that comes from no file."""


class Colorist(Protocol):
    """Holds what coloring needs: the opened model, the settings of color, and a reference's palette."""

    @property
    def colorizer(self) -> Colorizer:
        """Returns the opened model."""

    @property
    def color(self) -> ColorSettings:
        """Returns the settings of color."""

    @property
    def palette(self) -> Palette | None:
        """Returns the palette of the reference photo; None without one."""


def gray_source_of(photo: Reading, pipeline: Colorist, watch: ProgressListener) -> GraySource:
    """Returns the photo's gray: in memory, or decoded again while it is painted if it is too large for that."""
    if isinstance(photo, Photo):
        return InMemory(replace(photo, pixels=gray_of_photo(photo), gray=None))
    if photo.keep:
        return InMemory(held(photo, watch.check))
    turned = photo.orientation
    sizes = pipeline.colorizer.sizes(*upright_shape(photo.height, photo.width, turned), pipeline.color)
    looks = [upright_shape(*sizes.detail, turned)]
    if pipeline.color.faces is Faces.ON or pipeline.colorizer.takes_faces:
        looks.append(face_copy_shape(photo.height, photo.width))
    return Streaming(photo, looks, watch.check)


def colorize_gray(
    gray: Gray, orientation: int, pipeline: Colorist, watch: ProgressListener, hints: Hints | None = None
) -> tuple[Gray, ColorAnswer]:
    """Returns the photo in color on its stored grid, and the model's output.

    Args:
        gray: (H, W) uint8 or uint16, sRGB-encoded gray codes on the stored grid.
        orientation: EXIF orientation; the model sees the photo upright.
        pipeline: model and settings.
        watch: receives stages and tiles, and cancels.
        hints: the user's color hints.

    Returns:
        (H, W, 3) of gray's dtype, and the model's output at its own small size.
    """
    gray_source = InMemory(Photo(gray, None, orientation, _IN_MEMORY))
    rows, answer = color_rows(gray_source, pipeline, watch, hints)
    whole, top = np.empty((*gray.shape, 3), gray.dtype), 0
    for rgb, _ in rows:
        whole[top : top + len(rgb)] = rgb
        top += len(rgb)
    return whole, answer


def after_curve(gray_source: GraySource, pipeline: Colorist, tone: ToneCorrection) -> tuple[GraySource, str]:
    """Returns the gray with the curve against fading over it, and the curve as text; unchanged and "" without one."""
    if tone is ToneCorrection.KEEP:
        return gray_source, ""
    detail = upright_shape(*_sizes(gray_source, pipeline).detail, gray_source.about.orientation)
    curve = against_fading(gray_source.small(*detail))
    return (gray_source, "") if curve.is_straight else (Curved(gray_source, curve), curve.text)


def color_rows(
    gray_source: GraySource,
    pipeline: Colorist,
    watch: ProgressListener,
    hints: Hints | None = None,
    holes: Holes | None = None,
) -> tuple[Iterator[Rows], ColorAnswer]:
    """Returns the photo's rows in color with their alpha, as they are painted, and the model's output.

    The model sees the photo with its damage, so that all pixels but those of the holes are what they are without them.
    """
    watch.stage("color")
    small = _small(gray_source, pipeline)
    answer = _answer_of(gray_source, small, pipeline, watch, hints)
    if math.prod(gray_source.shape) > LARGE_PIXELS:
        return_freed_memory()
    watch.stage("paint")
    ab = stored(chosen_ab(answer, color_of(pipeline.color, hints)), gray_source.about.orientation)
    guided = guide(ab, small, *gray_source.shape)
    if holes is None:
        return _painted(gray_source, guided, watch), answer
    from photocolor.pipeline.mending.paint import painted_with_patches  # few photos are mended

    return painted_with_patches(gray_source, guided, holes, watch), answer


def answer_of(
    gray: Gray, orientation: int, pipeline: Colorist, watch: ProgressListener, hints: Hints | None = None
) -> ColorAnswer:
    """Returns the model's output for a photo; see `colorize_gray`."""
    gray_source = InMemory(Photo(gray, None, orientation, _IN_MEMORY))
    return _answer_of(gray_source, _small(gray_source, pipeline), pipeline, watch, hints)


def _answer_of(
    gray_source: GraySource, small: Lightness, pipeline: Colorist, watch: ProgressListener, hints: Hints | None
) -> ColorAnswer:
    """Runs the model on `small`, the photo's L* at detail size in stored orientation.

    A faded photo is stretched for the model alone. What a person points at is found in the lightness as it is, which is
    what the person saw.
    """
    upright_small = np.ascontiguousarray(upright(small, gray_source.about.orientation))
    view = _view_of(gray_source, upright_small, pipeline)
    if hints is None or not hints.colors:
        return pipeline.colorizer.color(view, watch)
    from photocolor.hints.raster import hint_planes  # few photos have hints: the start does not load that
    from photocolor.hints.spread import owners_of

    owners = owners_of(hints.points, upright_small)
    planes = partial(hint_planes, hints, owners)
    if view.close_ups is not None:
        view = replace(view, close_ups=view.close_ups.apart_from(planes(*view.sizes.detail)))
    answer = pipeline.colorizer.color(replace(view, hints=planes), watch)
    return _with_limits(answer, view, hints, owners, partial(pipeline.colorizer.color, watch=watch))


def _view_of(gray_source: GraySource, upright_small: Lightness, pipeline: Colorist) -> View:
    """Returns the photo as the model sees it without hints: stretched if it is faded, and its faces if they are wanted.

    Args:
        gray_source: the photo.
        upright_small: (h, w) float32, its L* at detail size.
        pipeline: model and settings.
    """
    sizes, stretch = _sizes(gray_source, pipeline), stretch_against_fading(upright_small)
    close_ups: CloseUps | None = None
    faces: tuple[Face, ...] = ()
    if pipeline.color.faces is Faces.ON:
        from photocolor.pipeline.faces.close_ups import close_ups_of  # few runs need it

        close_ups = close_ups_of(gray_source, sizes.detail)
        if close_ups is not None:
            close_ups = replace(close_ups, lightness=stretch.apply(close_ups.lightness))
    if pipeline.colorizer.takes_faces:
        from photocolor.pipeline.faces.close_ups import all_faces_of  # few models take them

        faces = all_faces_of(gray_source)
    return View(stretch.apply(upright_small), sizes, None, pipeline.palette, close_ups, faces)


def _with_limits(
    answer: ColorAnswer, view: View, hints: Hints, owners: Owners, color: Callable[[View], ColorAnswer]
) -> ColorAnswer:
    """Returns the answer without what its points changed where nothing follows them; the model runs once more."""
    if not hints.points:
        return answer
    from photocolor.hints.effect import limited  # few photos have points
    from photocolor.hints.raster import hint_planes

    others = replace(hints, points=())
    nobody = np.zeros_like(owners)
    before = color(replace(view, hints=partial(hint_planes, others, nobody)) if others.colors else view)
    point_planes = hint_planes(Hints(hints.points), owners, *answer.ab.shape[:2])
    degraded = tuple(dict.fromkeys((*answer.degraded, *before.degraded)))
    ab, faces = limited(before.ab, answer.ab, point_planes), max(answer.faces, before.faces)
    return replace(answer, ab=ab, degraded=degraded, faces=faces)


def small_gray(gray_source: GraySource, pipeline: Colorist) -> Gray:
    """Returns the gray codes of the photo at the detail size, on the stored grid."""
    return gray_source.small(*upright_shape(*_sizes(gray_source, pipeline).detail, gray_source.about.orientation))


def _small(gray_source: GraySource, pipeline: Colorist) -> Lightness:
    """Returns L* of the photo at the detail size, on the stored grid."""
    return lightness_of(small_gray(gray_source, pipeline))


def _sizes(gray_source: GraySource, pipeline: Colorist) -> Sizes:
    return pipeline.colorizer.sizes(*upright_shape(*gray_source.shape, gray_source.about.orientation), pipeline.color)


def painted(gray: Gray, orientation: int, ab: Chroma, watch: ProgressListener) -> Gray:
    """Returns the photo with this upright ab of any size; see `colorize_gray`."""
    on_grid = stored(ab, orientation)
    small = lightness_of(resize(gray, *on_grid.shape[:2]))
    return paint(gray, guide(on_grid, small, *gray.shape), watch.check)


def _painted(gray_source: GraySource, guided: GuidedAb, watch: ProgressListener) -> Iterator[Rows]:
    """Yields the rows of a photo in color, from top to bottom."""
    alphas: deque[Pixels | None] = deque()
    count = strip_rows(*gray_source.shape, gray_source.about.bit_depth)

    def strips() -> Iterator[tuple[Gray, Gray]]:
        for gray, alpha in gray_source.rows(count):
            alphas.append(alpha)
            yield gray, np.empty((*gray.shape, 3), gray.dtype)

    for rgb in paint_strips(strips(), guided, watch.check):
        yield Rows(rgb, alphas.popleft())
    watch.stage("encode")


PRESETS = {Preset.CALM: (0.8, 1.0), Preset.VIVID: (1.3, 2.0)}
"""For each preset the factor on chroma where doubt is `USUAL_DOUBT`, and the highest factor anywhere."""
USUAL_DOUBT, PER_DOUBT = 0.45, 1.5
"""Median doubt of 240 photos, and by how much a preset's factor falls from no doubt to full doubt."""


def color_of(color: ColorSettings, hints: Hints | None) -> ColorSettings:
    """Returns the settings of one photo: those of the run, with the preset that its sidecar may name."""
    return replace(color, preset=hints.preset) if hints is not None and hints.preset is not None else color


def counted_faces(faces: int, color: ColorSettings) -> int | None:
    """Returns how many faces were looked at a second time; None if that was not asked for."""
    return None if color.faces is Faces.OFF else faces


def chosen_ab(answer: ColorAnswer, color: ColorSettings) -> Chroma:
    """Returns the model's ab at the strength, preset and fading of the settings; (h, w, 2) float32."""
    ab = answer.ab * np.float32(color.strength)
    if color.preset in PRESETS:
        ab *= _factor(answer, *PRESETS[color.preset])
    if answer.doubt is not None and color.fade_doubt:
        ab *= 1 - np.float32(color.fade_doubt) * answer.doubt[..., None]
    return ab


def _factor(answer: ColorAnswer, usual: float, most: float) -> np.float32 | NDArray[np.float32]:
    """Returns what a preset multiplies ab with: more where the model is sure, less where it guesses."""
    if answer.doubt is None:
        return np.float32(usual)
    factor: NDArray[np.float32] = np.float32(usual) + np.float32(PER_DOUBT) * (np.float32(USUAL_DOUBT) - answer.doubt)
    return factor.clip(0, most)[..., None]
