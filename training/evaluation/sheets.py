"""`sheets`: draws pages of unpicked test photos, old scans, worst failures, and old beside new models."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from training.color import photo_of_lab
from training.data.inspect import decoded
from training.data.prepared import Prepared, load
from training.data.sources import is_photo
from training.errors import MissingData
from training.evaluation import metrics
from training.evaluation.evaluate import Photo, Protocol, answer_of, test_photo
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.figures import grid, save_picture
from training.evaluation.predict import color_whole
from training.writing import writing

UNPICKED = 48
WORST = 10
PER_SHEET = 8
PER_ROW = 2
SCANS_PER_SHEET = 4
SCAN_PX = 512
LIST = "photos.tsv"
"""What is on each page, in reading order, with the color differences."""

Rgb = NDArray[np.uint8]
Item = TypeVar("Item")


def draw_sheets(
    model: ModelFile,
    protocol: Protocol,
    scans: Path | None,
    out: Path,
    console: Console,
    beside: Sequence[ModelFile] = (),
) -> None:
    """Writes PNG pages to `out` with a .gitignore, as test photos and scans often may not be published.

    `test-*` holds photos spread evenly over the split, picked by nobody; `worst-*` those with the largest color
    difference; `lost-*` those that the model colors worse than the first one beside it, the largest loss first;
    `scan-*` each old photo alone, and `scans-*` all of them.

    Args:
        model: what colors.
        protocol: the test photos.
        scans: a folder of old photos, if there is one.
        out: the folder.
        console: for the list of files.
        beside: other models, shown between gray and the model.

    Raises:
        MissingData: the set or the folder of scans is not there, or holds no photo.
    """
    files = _photos_in(scans) if scans is not None else []
    models = [*beside, model]
    titles = ("gray", *(each.name for each in models))
    data = load(protocol.data, protocol.split, protocol.only, protocol.limit)
    with writing(out):
        out.mkdir(parents=True, exist_ok=True)
        (out / ".gitignore").write_text("*\n", encoding="utf-8")
    errors = _errors(models, data, protocol.size_px, console)
    spread = np.linspace(0, len(data) - 1, min(UNPICKED, len(data))).round().astype(int)
    pages = {"test": spread, "worst": np.argsort(-errors[:, -1], kind="stable")[:WORST]}
    if beside:
        loss = errors[:, -1] - errors[:, 0]
        pages["lost"] = np.array([index for index in np.argsort(-loss, kind="stable")[:WORST] if loss[index] > 0], int)
    with (out / LIST).open("w", newline="", encoding="utf-8") as lines:
        table = csv.writer(lines, delimiter="\t")
        table.writerow(("page", "photo", "source", "folder", *(f"ΔE00 {each.name}" for each in models)))
        for name, chosen in pages.items():
            for page, part in _parts(chosen.tolist(), PER_SHEET, name):
                rows = [_test_row(models, data, index, protocol.size_px) for index in part]
                _save(_side_by_side(rows), (*titles, "real") * min(PER_ROW, len(part)), out / page, console)
                for index in part:
                    row = data.rows[index]
                    cells = (f"{value:.2f}" for value in errors[index])
                    table.writerow((page, row.name, row.source, row.folder, *cells))
    _draw_scans(models, files, titles, out, console)


def _errors(models: Sequence[ModelFile], data: Prepared, size_px: int, console: Console) -> NDArray[np.float64]:
    """Returns the mean ΔE00 of each photo (rows) with each model (columns)."""
    errors = np.zeros((len(data), len(models)))
    for index in track(range(len(data)), "coloring", console=console, disable=not console.is_terminal):
        photo = test_photo(data, index, size_px, _no_weights)
        real = np.dstack([photo.lightness, photo.ab])
        for column, model in enumerate(models):
            mine = np.dstack([photo.lightness, answer_of(model, photo.given)])
            errors[index, column] = metrics.ciede2000(mine, real).mean()
    return errors


def _test_row(models: Sequence[ModelFile], data: Prepared, index: int, size_px: int) -> list[Rgb]:
    """Returns a row with a test photo gray, by each model, and real."""
    photo = test_photo(data, index, size_px, _no_weights)
    gray = photo_of_lab(photo.given, np.zeros_like(photo.ab))
    return [gray, *(_colored(photo, model) for model in models), photo.rgb]


def _colored(photo: Photo, model: ModelFile) -> Rgb:
    return photo_of_lab(photo.lightness, answer_of(model, photo.given))


def _side_by_side(rows: list[list[Rgb]]) -> list[list[Rgb]]:
    """Returns several photos as one row of the page."""
    return [list(chain(*rows[start : start + PER_ROW])) for start in range(0, len(rows), PER_ROW)]


def _photos_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise MissingData(f"{folder} is not a folder", "Give --scans a folder of old photos.")
    files = sorted(file for file in folder.iterdir() if is_photo(file) and file.is_file())
    if not files:
        raise MissingData(f"{folder} holds no photos", "Give --scans a folder of old photos.")
    return files


def _draw_scans(
    models: Sequence[ModelFile], files: list[Path], titles: Sequence[str], out: Path, console: Console
) -> None:
    """Draws every old photo before and after, alone and on pages; an unreadable one is reported and left out."""
    rows = []
    for number, path in enumerate(files):
        pixels = decoded(path.read_bytes())
        if pixels is None:
            console.print(f"not a photo that can be read: {path}", soft_wrap=True, markup=False, highlight=False)
            continue
        colored = [color_whole(model, pixels, SCAN_PX) for model in models]
        rows.append([colored[0].gray, *(each.generated for each in colored)])
        _save([rows[-1]], titles, out / f"scan-{number:02d}-{path.stem}.png", console)
    for page, part in _parts(rows, SCANS_PER_SHEET, "scans"):
        _save(part, titles, out / page, console)


def _parts(items: Sequence[Item], size: int, name: str) -> Iterator[tuple[str, list[Item]]]:
    """Yields the pages of a kind: file name and content."""
    for start in range(0, len(items), size):
        yield f"{name}-{start // size}.png", list(items[start : start + size])


def _save(rows: list[list[Rgb]], titles: Iterable[str], path: Path, console: Console) -> None:
    save_picture(grid(rows, list(titles)), path)
    console.print(str(path), soft_wrap=True, markup=False, highlight=False)


def _no_weights(ab: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ones(ab.shape[:2], np.float32)
