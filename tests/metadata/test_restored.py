"""Real files through the whole command, judged by ExifTool: only the documented tags differ."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import annotated
import photos
import pytest
from commands import photocolor
from fakes import write_model
from PIL import Image

from photocolor.metadata.carry import Changes, graft

from .judged import differences
from .test_carry import PROVENANCE

LARGEST_BYTES, LARGEST_MP = 400_000, 0.8
"""Larger ones say nothing more and take long."""
FEWEST = 60
FEWEST_OF_EACH = {"jpeg": 25, "tiff II": 10, "tiff MM": 10, "tiff II big": 5, "tiff MM big": 5, "png": 4, "webp": 2}
Facts = dict[str, object]
CONTAINERS = [("II", False), ("MM", False), ("II", True), ("MM", True)]


def kind_of(data: bytes, suffix: str) -> str:
    """The container, with byte order and size of its offsets where it has several."""
    kind = annotated.FORMATS[suffix]
    big = " big" if data[2:4] in (b"+\0", b"\0+") else ""
    return f"{kind} {data[:2].decode()}{big}" if kind == "tiff" else kind


def real_files(shared: Path) -> dict[str, bytes]:
    """Real files in their own containers, by name."""
    found = {}
    for path in sorted(path for folder in ("oddities", "historic") for path in (shared / folder).iterdir()):
        if path.suffix in annotated.FORMATS and path.stat().st_size <= LARGEST_BYTES and _is_small(path):
            found[path.name] = path.read_bytes()
    return found


def _is_small(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            return 0 < image.width * image.height * getattr(image, "n_frames", 1) <= LARGEST_MP * 1e6
    except (OSError, ValueError, TypeError):
        return False


def transplanted(files: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """The metadata of real JPEGs in gray TIFFs of every byte order and size: there are few real ones of these."""
    jpegs = [name for name, data in files.items() if name.endswith(".jpg") and b"Exif\0\0" in data[:4000]]
    made = {}
    for number, name in enumerate(jpegs):
        order, big = CONTAINERS[number % len(CONTAINERS)]
        plain = photos.tiff(photos.gray(60, 80), byteorder="<" if order == "II" else ">", bigtiff=big)
        path = folder / f"{name}.{order}{'.big' if big else ''}.tif"
        path.write_bytes(plain)
        graft(files[name], "jpeg", path, Changes("tiff", PROVENANCE, annotated.small_color))
        made[path.name] = path.read_bytes()
    return made


@pytest.mark.filterwarnings("ignore")  # Pillow's about files that are odd on purpose
def test_restored_real_files_keep_every_tag_but_the_documented_ones(shared: Path, tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "color"
    scans.mkdir()
    files = real_files(shared)
    files |= transplanted(files, scans)
    for name, data in files.items():
        (scans / name).write_bytes(data)
    model = write_model(tmp_path / "tint.onnx")
    options = ("--model", model, "--device", "cpu", "--workers", 2, "--already-color", "force", "--json")
    told = photocolor("restore", scans, "--out", out, *options)
    rows = [json.loads(line) for line in told.out.splitlines()]
    done = sorted(row["relative"] for row in rows if row["status"] == "done")
    kinds = Counter(kind_of(files[name], Path(name).suffix) for name in done)
    assert len(done) >= FEWEST, kinds
    assert {kind: count for kind, count in FEWEST_OF_EACH.items() if kinds[kind] < count} == {}, kinds
    said = annotated.exiftool([*scans.iterdir(), *(out / name for name in done)])
    wrong = {}
    for name in done:
        kind = annotated.FORMATS[Path(name).suffix]
        found = differences(said[scans / name], said[out / name], f"{kind}>{kind}")
        judged = {tag for tag in found if not _misread(tag, said[scans / name], said.get(scans / _origin(name), {}))}
        if judged:
            wrong[name] = {tag: found[tag] for tag in judged}
    assert wrong == {}
    verdicts = [json.loads(line) for line in photocolor("verify", scans, out, "--json").out.splitlines()]
    assert [verdict["source"] for verdict in verdicts if not verdict["holds"] and verdict["status"] != "missing"] == []


def _origin(name: str) -> str:
    """The JPEG whose metadata a built BigTIFF has; empty for every other file."""
    return name.split(".jpg.")[0] + ".jpg" if ".big." in name else ""


def _misread(tag: str, source: Facts, origin: Facts) -> bool:
    """ExifTool 12.57 reads makers' notes with a header of their own wrongly in any BigTIFF, a source's too."""
    return tag in origin and origin[tag] != source.get(tag)
