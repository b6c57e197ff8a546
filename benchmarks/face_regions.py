"""Prints what a second look at small faces brings, found by the product's own finder with its misses.

python -m benchmarks.face_regions PREPARED_SET [--split test] [--groups train] [--most N] [--models A.onnx B.onnx]
python -m benchmarks.face_regions PREPARED_SET --people test val train [--seen PX]

The photos are colored as `restore` does, with `--faces off` and `on`, and compared with their true colors (ΔE00). With
--models they are colored by one model ("without") and by another ("with") instead, and faces of all sizes count: what
is it worth that B is told where they are?

- as they are: each photo of the split. It is no larger than what the model sees, so only its smallest faces count.
- groups of 16 and of 64: that many photos of people put together as one, which the model sees at its usual size.
- large photos: those of another split that are large enough that the model sees them smaller than they are.
- real groups (--people): instead of all these, photos as they were taken in which the finder finds at least two faces
  with the true color of skin; of the training photos only the largest are looked through. With --seen the model sees
  them at that size instead of its own, as it sees a larger group whose faces are as much smaller.

A find counts as a face if a third of its box has the true color of skin, and is compared there; else it is a false one,
and is compared in its box. The rest are all pixels outside of the boxes.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray

from photocolor.color.lab import gray_of
from photocolor.engine.faces.close_ups import Face
from photocolor.engine.faces.segments import segments
from photocolor.image.gray_source import InMemory
from photocolor.image.photo import Container, Photo
from photocolor.models.card import FACE_SEGMENTS
from photocolor.models.registry import find_model
from photocolor.outcome import NoProgress
from photocolor.pipeline.coloring import colorize_gray
from photocolor.pipeline.faces.close_ups import all_faces_of, close_ups_of
from photocolor.pipeline.photo import Pipeline, open_pipeline
from photocolor.settings import ColorSettings, Faces, Settings
from training.color import lab_of_photo
from training.data.crops import central_crop, square
from training.data.prepared import Prepared, load
from training.evaluation.metrics import ciede2000
from training.evaluation.skin import skin_rule

CELL_PX = 208
"""Side of a photo in a group that is put together."""
PEOPLE = frozenset({"p-utkface", "p-scutface", "p-stanford40", "p-ccp-fashion", "p-pennfudan"})
"""Sources all of whose photos show people."""
SEEN_PX = (0, 16, 24, 32, 48, 1000)
"""Borders between faces by the side at which the model sees them in the whole photo."""
SKIN_SHARE = 1 / 3
COMPARED_PX = 400
"""Of a larger photo every second or third pixel is compared, so that its longer side has about so many."""
TIMED = 8
"""Of so many photos without a find one is colored, for its time."""
LARGE_PIXELS = 384 * 384
GROUP = 2
"""Faces of a real group at least."""
Picture = NDArray[np.uint8]


@dataclass
class Table:
    """Collects pairs of errors, without and with the second look.

    Attributes:
        faces, chance, rest, whole: one pair for each face, false find, and photo with any find.
        around: one pair for the hair, the lips and the clothes of each face, where they usually are.
        seen_px: at which side the model sees each face in the whole photo.
        chroma: of the skin of faces: without, with, and true.
        photos, changed, taken: how many were looked at, how many of them changed, and by how many faces.
        seconds: processor time of a photo without and with, without and with any find.
    """

    faces: list[tuple[float, float]] = field(default_factory=list)
    around: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    seen_px: list[float] = field(default_factory=list)
    chance: list[tuple[float, float]] = field(default_factory=list)
    rest: list[tuple[float, float]] = field(default_factory=list)
    whole: list[tuple[float, float]] = field(default_factory=list)
    chroma: list[tuple[float, float, float]] = field(default_factory=list)
    photos: int = 0
    changed: int = 0
    taken: int = 0
    seconds: list[tuple[float, float, int]] = field(default_factory=list)

    def rows(self, name: str) -> Iterator[str]:
        """Yields the lines of the table."""
        for what, pairs in (
            ("skin of faces", self.faces),
            *((f"those seen at {least} to {most} px", self._seen(least, most)) for least, most in pairwise(SEEN_PX)),
            *self.around.items(),
            ("false finds", self.chance),
            ("rest of these photos", self.rest),
            ("these photos as a whole", self.whole),
        ):
            if pairs:
                before, after = np.array(pairs).T
                change = after - before
                interval = 1.96 * change.std() / np.sqrt(len(change))
                worst = f"{change.min():+.1f} … {change.max():+.1f}"
                yield (
                    f"| {name} | {what} | {len(pairs)} | {before.mean():.2f} | {after.mean():.2f} "
                    f"| {change.mean():+.2f} ± {interval:.2f} | {np.mean(change > 0.5):.0%} | {worst} |"
                )

    def _seen(self, least_px: int, most_px: int) -> list[tuple[float, float]]:
        """Returns the pairs of faces of these sizes."""
        return [pair for pair, side in zip(self.faces, self.seen_px, strict=True) if least_px <= side < most_px]

    def notes(self, name: str) -> Iterator[str]:
        """Yields what else is to be said."""
        finds = len(self.faces) + len(self.chance)
        yield f"{name}: {self.photos} photos, {len(self.whole)} with {finds} finds."
        yield f"{self.changed} changed, {self.taken} second answers were taken."
        if self.chroma:
            off, on, true = np.mean(self.chroma, 0)
            yield f"Chroma of skin {off:.1f} without, {on:.1f} with, {true:.1f} in truth."
        added = [(on - off, count) for off, on, count in self.seconds]
        none = [seconds for seconds, count in added if not count]
        some = [(seconds, count) for seconds, count in added if count]
        usual = np.median([off for off, _, _ in self.seconds])
        yield f"Processor time {usual:.3f} s for a photo without; added without a face {np.median(none or [0]):.3f} s."
        if some:
            yield f"Added with {np.mean([count for _, count in some]):.1f} faces {np.mean([s for s, _ in some]):.3f} s."


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--split", default="test")
    parser.add_argument("--groups", default="", metavar="SPLIT", help="a split with large photos")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="photos of each kind at most")
    parser.add_argument("--models", type=Path, nargs=2, default=(), metavar=("A", "B"), help="models to compare")
    parser.add_argument("--people", nargs="+", default=(), metavar="SPLIT", help="splits with real groups")
    parser.add_argument("--seen", type=int, default=0, metavar="PX", help="size at which the model sees a photo")
    wanted = parser.parse_args()
    if wanted.models:
        off, on = (
            open_pipeline(Settings(sources=(), out=Path(), device="cpu", model=str(path)), threads=1)
            for path in wanted.models
        )
    else:
        with TemporaryDirectory() as folder:
            model = seen_at(wanted.seen, Path(folder)) if wanted.seen else "default"
            off = open_pipeline(Settings(sources=(), out=Path(), device="cpu", model=model), threads=1)
        on = replace(off, color=ColorSettings(faces=Faces.ON))
    in_groups = (
        people(load(wanted.prepared, split), LARGE_PIXELS if split == "train" else 0) for split in wanted.people
    )
    kinds = {"real groups": chain.from_iterable(in_groups)}
    if not wanted.people:
        kinds = {
            "groups of 16": groups(load(wanted.prepared, wanted.split), 4),
            "groups of 64": groups(load(wanted.prepared, wanted.split), 8),
            "as they are": photos(load(wanted.prepared, wanted.split)),
        }
    if wanted.groups:
        kinds["large photos"] = photos(load(wanted.prepared, wanted.groups), LARGE_PIXELS)
    head = "| photos | where | count | ΔE00 without | with | change | worse by 0.5 | from … to |"
    notes: list[str] = []
    print(f"{head}\n|{'---|' * (head.count('|') - 1)}")
    for name, pictures in kinds.items():
        table = Table()
        for number, rgb in enumerate(pictures):
            if wanted.most and number >= wanted.most:
                break
            compare(rgb, off, on, table)
        print("\n".join(table.rows(name)), flush=True)
        notes += table.notes(name)
    print("\n" + "\n".join(notes))


def photos(data: Prepared, least_pixels: int = 0) -> Iterator[Picture]:
    """Yields the photos of a split that have so many pixels."""
    for index, row in enumerate(data.rows):
        if row.height * row.width >= least_pixels:
            yield np.ascontiguousarray(data.photo(index))


def people(data: Prepared, least_pixels: int) -> Iterator[Picture]:
    """Yields the photos of a split with so many pixels in which at least `GROUP` finds have the true color of skin."""
    for rgb in photos(data, least_pixels):
        skin = skin_rule(rgb)
        finds = all_faces_of(InMemory(Photo(gray_of(rgb), None, 1, Container(""))))
        if sum(skin[box_of(face, *skin.shape)].mean() > SKIN_SHARE for face in finds) >= GROUP:
            yield rgb


def seen_at(size_px: int, folder: Path) -> str:
    """Writes the bundled model with another working size, and returns the path."""
    model = onnx.load(find_model("default").path)
    for entry in model.metadata_props:
        if entry.key == "photocolor.working_size":
            entry.value = str(size_px)
    path = folder / f"seen-at-{size_px}.onnx"
    onnx.save(model, path)
    return str(path)


def box_of(face: Face, height: int, width: int) -> tuple[slice, slice]:
    """Returns rows and columns of a face in a picture of `height` × `width` pixels."""
    rows, columns = (
        slice(max(0, round((middle - side / 2) * length)), max(0, round((middle + side / 2) * length)))
        for middle, side, length in ((face.y, face.height, height), (face.x, face.width, width))
    )
    return rows, columns


def groups(data: Prepared, side: int) -> Iterator[Picture]:
    """Yields photos of people put together, `side` × `side` central squares at a time."""
    cells: list[Picture] = []
    for index, row in enumerate(data.rows):
        if row.source in PEOPLE:
            cells.append(square(data.photo(index), central_crop(index, (row.height, row.width)), CELL_PX))
        if len(cells) == side**2:
            yield np.ascontiguousarray(np.vstack([np.hstack(cells[at : at + side]) for at in range(0, side**2, side)]))
            cells = []


def faces_to_compare(source: InMemory, seen: tuple[int, int], off: Pipeline, on: Pipeline) -> tuple[Face, ...]:
    """Returns the small faces, which are looked at a second time; of two models all faces."""
    if off.model != on.model:
        return all_faces_of(source)
    close_ups = close_ups_of(source, seen)
    return close_ups.faces if close_ups is not None else ()


def compare(rgb: Picture, off: Pipeline, on: Pipeline, table: Table) -> None:
    """Colors one photo in both ways, and adds what was found to the table."""
    gray = gray_of(rgb)
    source = InMemory(Photo(gray, None, 1, Container("")))
    seen = on.colorizer.sizes(*gray.shape, on.color).detail
    faces = faces_to_compare(source, seen, off, on)
    if not faces and table.photos % TIMED:
        table.photos += 1
        return  # there is nothing to compare, and with one model the results are the same, byte for byte
    started = time.process_time()
    before, _ = colorize_gray(gray, 1, off, NoProgress())
    between = time.process_time()
    after, answer = colorize_gray(gray, 1, on, NoProgress())
    table.seconds.append((between - started, time.process_time() - between, answer.faces))
    table.photos += 1
    if not faces:
        return
    step = max(1, max(gray.shape) // COMPARED_PX)
    rgb, *pictures = (np.ascontiguousarray(picture[::step, ::step], np.uint8) for picture in (rgb, before, after))
    true = np.dstack(lab_of_photo(rgb))
    colored = [np.dstack(lab_of_photo(picture)) for picture in pictures]
    errors = [np.asarray(ciede2000(picture, true)) for picture in colored]
    height, width = true.shape[:2]
    skin, found = skin_rule(rgb), np.zeros((height, width), np.bool_)
    for face in faces:
        box = np.zeros(found.shape, np.bool_)
        box[box_of(face, height, width)] = True
        found |= box
        is_face = skin[box].mean() > SKIN_SHARE
        where = box & skin if is_face else box
        (table.faces if is_face else table.chance).append(_means(errors, where))
        if is_face:
            for name, plane in zip(FACE_SEGMENTS[1:], segments([face], (height, width))[1:], strict=True):
                if plane.sum() >= 1:
                    before_around, after_around = (float(np.average(error, weights=plane)) for error in errors)
                    table.around[name].append((before_around, after_around))
            chromas = [float(np.hypot(*picture[where].mean(0)[1:])) for picture in (*colored, true)]
            table.chroma.append((chromas[0], chromas[1], chromas[2]))
            table.seen_px.append(float(np.sqrt(face.height * seen[0] * face.width * seen[1])))
    table.changed += answer.faces > 0
    table.taken += answer.faces
    table.rest.append(_means(errors, ~found))
    table.whole.append(_means(errors, np.ones_like(found)))


def _means(errors: list[NDArray[np.float64]], where: NDArray[np.bool_]) -> tuple[float, float]:
    before, after = (float(error[where].mean()) for error in errors)
    return before, after


if __name__ == "__main__":
    main()
