"""Finds the faces of a prepared set once, keeps them beside it, and draws their segments for crops of its photos."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from photocolor.color.lab import gray_of
from photocolor.engine.faces.close_ups import Face
from photocolor.engine.faces.segments import segments
from photocolor.image.regions.faces import faces_in
from photocolor.pipeline.faces.close_ups import face_at
from training.color import photo_of_lab
from training.data.crops import Crop
from training.data.prepared import Prepared, Row

FILE = "faces.tsv"
"""What the finder found, beside photos.tsv: name, height and width of a photo, and the boxes of its faces. Delete it
after a change of the finder."""
Faces = Mapping[int, tuple[Face, ...]]
"""Number of a photo → its faces, in shares of the stored photo."""
_Key = tuple[str, str, int, int]
_Boxes = list[tuple[int, int, int, int]]


def faces_of(data: Prepared, photos: Sequence[int] | None = None) -> Faces:
    """Returns the faces of some photos of a set, or of all; those that are not in its file yet are added to it.

    The finder sees what a network is given: the gray of a photo, or of the picture that is paired with it.
    """
    known = _read(data.folder / FILE)
    wanted = range(len(data)) if photos is None else photos
    unknown = [index for index in wanted if _key(data.rows[index]) not in known]
    for index in unknown:
        known[_key(data.rows[index])] = _find(data, index)
    if unknown:
        _write(data.folder / FILE, known)
    return {index: _as_shares(data.rows[index], known[_key(data.rows[index])]) for index in wanted}


def segments_in(data: Prepared, faces: Faces, crops: Sequence[Crop], size_px: int) -> Tensor:
    """Returns what a network is told of faces in crops, (N, 4, size, size) float32; see `segments`."""
    planes = [
        segments((_in_crop(face, data.rows[crop.photo], crop) for face in faces[crop.photo]), (size_px, size_px))
        for crop in crops
    ]
    return torch.from_numpy(np.stack(planes))


def faces_seen_in(lightness: NDArray[np.float32]) -> tuple[Face, ...]:
    """Returns the faces that the finder sees in L* (H, W)."""
    gray = photo_of_lab(lightness, np.zeros((*lightness.shape, 2), np.float32))[..., 0]
    boxes = faces_in(np.ascontiguousarray(gray))
    return tuple(face_at((box.top, box.left, box.height, box.width), *lightness.shape) for box in boxes)


def _in_crop(face: Face, row: Row, crop: Crop) -> Face:
    """Returns a face of a photo in shares of a crop of it; it may lie outside."""
    area = slice(crop.top, crop.top + crop.height), slice(crop.left, crop.left + crop.width)
    seen = face.seen_in(area, (row.height, row.width))
    return replace(seen, x=1 - seen.x) if crop.flip else seen


def _find(data: Prepared, index: int) -> _Boxes:
    given, _ = data.pair(index)
    return [(box.top, box.left, box.height, box.width) for box in faces_in(gray_of(np.ascontiguousarray(given)))]


def _as_shares(row: Row, boxes: _Boxes) -> tuple[Face, ...]:
    return tuple(face_at(box, row.height, row.width) for box in boxes)


def _key(row: Row) -> _Key:
    return row.name, row.given_name, row.height, row.width


def _read(path: Path) -> dict[_Key, _Boxes]:
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as lines:
        return {
            (row["name"], row["given_name"], int(row["height"]), int(row["width"])): [
                (top, left, height, width) for top, left, height, width in json.loads(row["faces"])
            ]
            for row in csv.DictReader(lines, delimiter="\t")
        }


def _write(path: Path, known: Mapping[_Key, _Boxes]) -> None:
    """Writes the file whole or not at all; of two processes that write at once the later one's finds stay."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    with unfinished.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out, delimiter="\t")
        table.writerow(("name", "given_name", "height", "width", "faces"))
        table.writerows((*key, json.dumps(boxes)) for key, boxes in known.items())
    unfinished.replace(path)
