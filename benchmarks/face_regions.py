"""Prints what a second look at each face would bring, with the global answer as its hint, if faces were found.

python -m benchmarks.face_regions PREPARED_SET [--most N]

Photos of people are put together, sixteen at a time, so that the model sees each as small as a face and its shoulders
in a group photo. Their colors are compared with the true ones where skin is (mean ΔE00): of one look at the whole, and
of a second look at each person at the model's own size, told what the first look said. The places are known, so this is
the most that a face finder could bring; how often it would fail is not in it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photocolor.color.resize import resize
from photocolor.models.registry import find_model
from training.data.prepared import load
from training.evaluation.evaluate import Photo, test_photo
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.metrics import ciede2000

PERSON_PX, SIDE, CLOSE_PX = 80, 4, 192
"""Side of a person on the whole, persons on a side of it, and the side of the second look."""
COARSE_WEIGHT = 0.5
LEAST_SKIN = 0.03
Plane = NDArray[np.float32]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prepared", type=Path)
    parser.add_argument("--most", type=int, default=96, metavar="N", help="people at most")
    wanted = parser.parse_args()
    model = ModelFile(find_model("default").path, 1)
    people = list(people_of(wanted.prepared, wanted.most))
    errors: dict[str, list[float]] = {"one look": [], "a second look": [], "a second look, untold": [], "alone": []}
    seconds: list[float] = []
    for first in range(0, len(people) - SIDE**2 + 1, SIDE**2):
        group = people[first : first + SIDE**2]
        whole = model.color(tiled([resize(person.lightness, PERSON_PX, PERSON_PX) for person in group]))
        for number, person in enumerate(group):
            row, column = (PERSON_PX * part for part in divmod(number, SIDE))
            part = whole[row : row + PERSON_PX, column : column + PERSON_PX]
            told = resize(np.ascontiguousarray(part), CLOSE_PX, CLOSE_PX)
            hints = np.dstack([told, np.full(told.shape[:2], COARSE_WEIGHT, np.float32)])
            small = resize(resize(person.lightness, PERSON_PX, PERSON_PX), CLOSE_PX, CLOSE_PX)
            started = time.process_time()
            closer = model.color(resize(person.lightness, CLOSE_PX, CLOSE_PX), hints)
            seconds.append(time.process_time() - started)
            answers = (told, closer, model.color(resize(person.lightness, CLOSE_PX, CLOSE_PX)), model.color(small))
            for name, ab in zip(errors, answers, strict=True):
                errors[name].append(error(person, ab))
    print("| look | people | ΔE00 on skin | change |\n|---|---|---|---|")
    base = np.array(errors["one look"])
    for name, values in errors.items():
        change = np.array(values) - base
        interval = 1.96 * change.std() / np.sqrt(len(change))
        print(f"| {name} | {len(values)} | {np.mean(values):.2f} | {change.mean():+.2f} ± {interval:.2f} |")
    print(f"{1000 * np.median(seconds):.0f} ms of one processor for each second look")


def people_of(prepared: Path, most: int) -> list[Photo]:
    """Returns test photos that show enough skin, central squares of 256 px."""
    data, found = load(prepared, "test"), list[Photo]()
    for index in range(len(data)):
        photo = test_photo(data, index, 256, lambda ab: np.ones(ab.shape[:2], np.float32))
        if photo.skin is not None and photo.skin.mean() > LEAST_SKIN and len(found) < most:
            found.append(photo)
    return found


def tiled(parts: list[Plane]) -> Plane:
    """Returns the parts side by side, `SIDE` in a row."""
    rows = [np.hstack(parts[first : first + SIDE]) for first in range(0, len(parts), SIDE)]
    return np.ascontiguousarray(np.vstack(rows), np.float32)


def error(person: Photo, ab: Plane) -> float:
    """Returns the mean ΔE00 on a person's skin."""
    mine = np.dstack([person.lightness, resize(np.ascontiguousarray(ab), *person.lightness.shape)])
    real = np.dstack([person.lightness, person.ab])
    return float(ciede2000(mine, real)[person.skin].mean())


if __name__ == "__main__":
    main()
