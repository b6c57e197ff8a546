"""Pairs the pictures of two folders: one is the network's input, the other its target."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from training.data.sources import Candidate, is_photo, split_and_folder
from training.errors import MissingData, PairMismatch

NAMED = 8
"""So many mismatches are named in the error; the rest is counted."""
ORIENTATION = 0x0112
TURNED = (5, 6, 7, 8)
"""EXIF orientations whose height and width change places."""

Key = tuple[str, str]
"""The folder below the root, and the stem: what both pictures of a pair have in common."""


def pairs_in(given: Path, wanted: Path) -> list[Candidate]:
    """Returns every pair of two folders, as target photos with the input pictures beside them.

    Pictures belong together when they lie in the same folder below the two roots and have the same name but for the
    suffix. `train/`, `val/` and `test/` below the roots are obeyed, the next folder is the class.

    Args:
        given: the folder of the gray pictures, or of any others that a network is to be given.
        wanted: the folder of the color photos.

    Raises:
        MissingData: one of them is not a folder, or holds no photo.
        PairMismatch: a picture without a partner, two of one name, or a pair of different sizes; every one is counted
            and the first are named. Nothing is left out silently.
    """
    left, right = _by_key(given), _by_key(wanted)
    problems = [
        *_ambiguous(left),
        *_ambiguous(right),
        *(f"{left[key][0]} has no partner in {wanted}" for key in sorted(left.keys() - right.keys())),
        *(f"{right[key][0]} has no partner in {given}" for key in sorted(right.keys() - left.keys())),
    ]
    both = sorted(left.keys() & right.keys())
    problems += _of_other_size((left[key][0], right[key][0]) for key in both)
    if problems:
        more = f"; and {len(problems) - NAMED} more" if len(problems) > NAMED else ""
        raise PairMismatch(f"{given} and {wanted} do not fit: {'; '.join(problems[:NAMED])}{more}")
    return [_candidate(left[key][0], right[key][0], given, wanted) for key in both]


def _by_key(folder: Path) -> dict[Key, list[Path]]:
    if not folder.is_dir():
        raise MissingData(f"{folder} is not a folder", "Give --pairs two folders: the gray one, then the color one.")
    by_key: dict[Key, list[Path]] = {}
    for file in sorted(folder.rglob("*")):
        if is_photo(file) and file.is_file():
            key = (file.parent.relative_to(folder).as_posix(), file.stem)
            by_key.setdefault(key, []).append(file)
    if not by_key:
        raise MissingData(f"{folder} holds no photos", "Give --pairs two folders: the gray one, then the color one.")
    return by_key


def _ambiguous(files: dict[Key, list[Path]]) -> Iterator[str]:
    for several in files.values():
        if len(several) > 1:
            yield f"{several[0]} and {several[1].name} have the same name but for the suffix"


def _of_other_size(pairs: Iterator[tuple[Path, Path]]) -> Iterator[str]:
    """Yields the pairs whose upright sizes differ; a file without a readable header is left to `prepare`."""
    for input_path, target_path in pairs:
        one, other = _upright_size(input_path), _upright_size(target_path)
        if one is not None and other is not None and one != other:
            yield f"{input_path} is {one[0]} × {one[1]} px, {target_path} {other[0]} × {other[1]} px"


def _upright_size(path: Path) -> tuple[int, int] | None:
    """Returns (height, width) of the upright picture from the header; None if it cannot be read."""
    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.getexif().get(ORIENTATION) in TURNED
    except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError):
        return None
    return (width, height) if turned else (height, width)


def _candidate(input_path: Path, target_path: Path, given_root: Path, wanted_root: Path) -> Candidate:
    name = target_path.relative_to(wanted_root).as_posix()
    split, folder = split_and_folder(name)
    return Candidate(wanted_root, name, _source(given_root, wanted_root), folder, split, given=input_path)


def _source(given: Path, wanted: Path) -> str:
    """Returns the name of the folder around both, as "Gray" and "Color" say nothing; else that of the color folder."""
    one, other = given.resolve(), wanted.resolve()
    return one.parent.name if one.parent == other.parent and one.parent.name else other.name
