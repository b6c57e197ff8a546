"""Looks a second time at faces that the whole photo shows small, and blends what the model says into its answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from photocolor.color.resize import resize
from photocolor.engine.faces.close_ups import ENOUGH_PX, Face
from photocolor.engine.faces.segments import segments
from photocolor.engine.passes import View, hint_channels_of, run_model
from photocolor.engine.session import Session
from photocolor.hints.weights import COARSE_WEIGHT
from photocolor.outcome import ProgressListener

CLOSE_PX = 192
"""Side of the square at which the model sees a face and what is around; docs/notes/model-copy-and-faces.md has why."""
AROUND = 6.4
"""Side of that square, in sides of the face's box: the person and what stands around; measured there too."""
INNER, OUTER = 0.5, 0.95
"""How far from a face's middle, in sides of its box, the second answer counts alone, and from where on not at all: the
head, but not the wall behind, which would get a patch of another color."""
HAIR_SHARE, CLOTHES_SHARE = 0.5, 0.5
"""Share of the second answer in hair and in clothes. There the mean of both is nearer to the truth than either is, on a
face the second alone; docs/notes/model-copy-and-faces.md."""
SKIN_HUE, SKIN_HUES = 50.0, (10.0, 95.0)
"""Degrees in the plane of a* and b*: the usual hue of skin, and between which hues a second answer must lie. Of 102
faces of the test photos the median is 53, and 98 of 100 lie between 17 and 78."""
Planes = NDArray[np.float32]


def face_pass(session: Session, view: View, planes: Planes, watch: ProgressListener) -> tuple[Planes, int]:
    """Returns the answer with small faces as the model sees them closer, and how many that are.

    A second answer is taken where it is more of a skin's color than the first: a face that would turn gray, or a find
    that is no face, keeps the first one.

    What a person said exactly stays: a face with a point or an area on it is left as it is, and so is every pixel of
    the others that has one. The model is told those; of its own first answer it is told only what a reference or a
    variant asked for, because that first answer is what is to be mended.

    Args:
        session: the model.
        view: the photo, with its faces.
        planes: (h, w, 2 or 3) float32, ab and doubt of the whole photo.
        watch: is asked between faces, and cancels.
    """
    if view.close_ups is None or (view.palette is not None and not session.card.has_hints):
        return planes, 0
    shape = (planes.shape[0], planes.shape[1])
    asked_for = view.hints(*shape) if view.hints is not None else np.zeros((*shape, 3), np.float32)
    free = view.close_ups.apart_from(asked_for).faces
    faces = [face for face in free if _is_small(face, shape)]
    if not faces:
        return planes, 0
    hint_planes = asked_for
    if view.palette is not None or (asked_for[..., 2] == COARSE_WEIGHT).any():
        hint_planes = hint_channels_of(np.ascontiguousarray(planes[..., :2]), view.hints)
    mixture, taken = _Mixture(np.zeros_like(planes), np.zeros(shape, np.float32)), 0
    for face in sorted(faces, key=lambda face: (face.y, face.x, face.height)):
        watch.check()
        area = face.box(shape, AROUND)
        closer, weights = _closer(session, view, hint_planes, area), _weights(face, shape, area)
        if _is_better(closer, planes[area], weights):
            mixture.add(area, closer, weights)
            taken += 1
    if not taken:
        return planes, 0
    kept = _kept([face for face in view.close_ups.faces if face not in free], asked_for[..., 2] > COARSE_WEIGHT)
    return mixture.over(planes, kept), taken


def _kept(hinted: Iterable[Face], exact: NDArray[np.bool_]) -> Planes:
    """Returns how much of the first answer stays: all where a person spoke, and on the heads of which one did.

    In a group such a head is where the clothes of whoever stands behind would be.
    """
    kept, shape = exact.astype(np.float32), (exact.shape[0], exact.shape[1])
    for face in hinted:
        area = face.box(shape, 2 * OUTER)
        kept[area] = np.maximum(kept[area], _head(face, shape, area))
    return kept


def _is_better(closer: Planes, before: Planes, weights: Planes) -> bool:
    """Returns whether the second answer has a hue of skin in the middle of the face, and more color along it."""
    middle = weights >= weights.max()
    second, first = (planes[middle][:, :2].mean(0, dtype=np.float64) for planes in (closer, before))
    toward = math.cos(math.radians(SKIN_HUE)), math.sin(math.radians(SKIN_HUE))
    hue = math.degrees(math.atan2(second[1], second[0]))
    return SKIN_HUES[0] <= hue <= SKIN_HUES[1] and float(second @ toward) > float(first @ toward)


@dataclass(frozen=True, slots=True)
class _Mixture:
    """Sums up what the model says of faces, with weights; where faces are close to each other, several count."""

    planes: Planes
    weights: Planes

    def add(self, area: tuple[slice, slice], values: Planes, weights: Planes) -> None:
        self.planes[area] += weights[..., None] * values
        self.weights[area] += weights

    def over(self, planes: Planes, kept: Planes) -> Planes:
        """Returns the mixture laid over the answer to the whole photo, of which a share (h, w) stays anyway."""
        share = ((1 - kept) * np.minimum(self.weights, 1))[..., None]
        mean = self.planes / np.maximum(self.weights, np.float32(1e-6))[..., None]
        return np.asarray(np.where(share > 0, planes + share * (mean - planes), planes), np.float32)


def _closer(session: Session, view: View, hint_planes: Planes, area: tuple[slice, slice]) -> Planes:
    """Returns what the model says of one square of the photo, at the size of its place in the answer."""
    assert view.close_ups is not None  # noqa: S101 - narrows a type
    side = session.card.at_least(CLOSE_PX)
    photo = view.close_ups.lightness
    rows, columns = (
        _scaled(part, whole / length) for part, whole, length in zip(area, photo.shape, hint_planes.shape, strict=False)
    )
    light = resize(np.ascontiguousarray(photo[rows, columns]), side, side)
    hints = None
    if session.card.has_hints:
        here = hint_planes[area]
        down, along = ((np.arange(side) * length) // side for length in here.shape[:2])
        hints = np.ascontiguousarray(np.moveaxis(here[np.ix_(down, along)], -1, 0)[None])
    shape = hint_planes.shape[0], hint_planes.shape[1]
    here_faces = replace(view, faces=tuple(face.seen_in(area, shape) for face in view.faces))
    faces = here_faces.face_planes(session, side, side)
    answer = run_model(session, light[None], hints, None if faces is None else faces[None])[0]
    return resize(np.ascontiguousarray(answer), area[0].stop - area[0].start, area[1].stop - area[1].start)


def _scaled(part: slice, by: float) -> slice:
    return slice(round(part.start * by), max(round(part.stop * by), round(part.start * by) + 1))


def _is_small(face: Face, shape: tuple[int, int]) -> bool:
    return face.height * shape[0] * face.width * shape[1] < ENOUGH_PX**2


def _weights(face: Face, shape: tuple[int, int], area: tuple[slice, slice]) -> Planes:
    """Returns how much the second answer counts at each pixel of its square: alone on the face, half around it."""
    head = _head(face, shape, area)
    _, hair, _, clothes = segments([face.seen_in(area, shape)], (head.shape[0], head.shape[1]))
    return np.asarray(np.maximum(head, np.maximum(HAIR_SHARE * hair, CLOTHES_SHARE * clothes)), np.float32)


def _head(face: Face, shape: tuple[int, int], area: tuple[slice, slice]) -> Planes:
    """Returns 1 on the face, 0 beyond the head, and a smooth step between, at each pixel of an area."""
    down, along = (
        (np.arange(part.start, part.stop) + 0.5 - middle * length) / (side * length)
        for part, middle, side, length in zip(area, (face.y, face.x), (face.height, face.width), shape, strict=True)
    )
    nearness = np.clip((OUTER - np.hypot(down[:, None], along[None])) / (OUTER - INNER), 0, 1)
    return np.asarray(nearness**2 * (3 - 2 * nearness), np.float32)
