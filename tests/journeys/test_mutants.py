"""A thousand real files with bytes flipped, zeroed and cut off, through the whole batch.

`PHOTOCOLOR_MUTANTS=20000 pytest tests/journeys/test_mutants.py` tries more of them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from commands import started
from fakes import write_model
from PIL import Image
from runs import read_tree

import photocolor.errors
from photocolor.containers.recognize import PHOTO_SUFFIXES
from photocolor.errors import PhotoError

MUTANTS = int(os.environ.get("PHOTOCOLOR_MUTANTS", "1000"))
SEED = 20261121
LARGEST_BYTES = 60_000
LARGEST_MP = 0.5
HEAD_BYTES = 512
PATIENCE_S = 60 + MUTANTS
"""Some fifty times what they take: a decoder that does not come back is found, a busy machine is not."""
IN_THE_THUMBNAIL = "EXIF/IFD1/"
"""A flipped offset may make a field of the thumbnail's lie inside of its picture, which is colored."""
NOT_OUR_FAULT = {
    kind.reason for kind in vars(photocolor.errors).values() if isinstance(kind, type) and issubclass(kind, PhotoError)
} - {"out_of_memory", "worker_died", "bad_model_output", "device_failed", "target_blocked", "canceled"}


def flipped(data: bytes, dice: random.Random, count: int, end: int) -> bytes:
    """`count` bytes before `end` replaced by others."""
    mutant = bytearray(data)
    for _ in range(count):
        mutant[dice.randrange(min(end, len(mutant)))] ^= dice.randrange(1, 256)
    return bytes(mutant)


def zeroed(data: bytes, dice: random.Random) -> bytes:
    """A block of zeros in the middle, as a bad sector leaves it."""
    at, length = dice.randrange(len(data)), dice.choice((16, 512, 4096))
    return data[:at] + bytes(min(length, len(data) - at)) + data[at + length :]


def cut(data: bytes, dice: random.Random) -> bytes:
    """Its first part."""
    return data[: dice.randrange(len(data))]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    lambda data, dice: flipped(data, dice, 1, len(data)),
    lambda data, dice: flipped(data, dice, 12, len(data)),
    lambda data, dice: flipped(data, dice, 1, HEAD_BYTES),
    lambda data, dice: flipped(data, dice, 4, HEAD_BYTES),
    zeroed,
    cut,
    lambda data, dice: cut(data, dice) + data[-2:],
    lambda data, dice: data[: len(data) // 2] + data[dice.randrange(len(data)) :],
)


def real_files(shared: Path) -> dict[str, bytes]:
    """Small real files of all kinds, and a real scan in the formats of which there is none."""
    found = {}
    for path in sorted((shared / "oddities").iterdir()):
        small = path.stat().st_size <= LARGEST_BYTES and _megapixels(path) <= LARGEST_MP
        if small and path.suffix.lower() in PHOTO_SUFFIXES:
            found[path.name] = path.read_bytes()
    with Image.open(shared / "historic" / "migrant-mother-1936.jpg") as image:
        scan = np.asarray(image.convert("L").resize((96, 120)))
    rgb = np.ascontiguousarray(np.dstack([scan] * 3))
    found["scan.jp2"] = bytes(imagecodecs.jpeg2k_encode(scan, codecformat="jp2", level=0, reversible=True))
    found["scan.jxl"] = bytes(imagecodecs.jpegxl_encode(scan, usecontainer=True, lossless=True))
    found["scan.avif"] = bytes(imagecodecs.avif_encode(rgb, level=90, primaries=1, transfer=13))
    found["scan.webp"] = bytes(imagecodecs.webp_encode(rgb, lossless=True))
    deep = io.BytesIO()
    Image.fromarray(scan.astype(np.uint16) * 257).save(deep, "PNG")
    found["deep.png"] = deep.getvalue()
    return found


def _megapixels(path: Path) -> float:
    try:
        with Image.open(path) as image:
            return image.width * image.height * getattr(image, "n_frames", 1) / 1e6
    except (OSError, ValueError, TypeError):  # some are broken already, and stay in
        return 0.0


@pytest.mark.filterwarnings("ignore")  # Pillow's about files that are odd on purpose
@pytest.mark.timeout(2 * PATIENCE_S)
def test_no_mutant_of_a_real_file_crashes_hangs_changes_a_source_or_leaves_a_part(shared: Path, tmp_path: Path) -> None:
    dice = random.Random(SEED)
    files = real_files(shared)
    assert len(files) > 40
    scans, out = tmp_path / "scans", tmp_path / "color"
    before = {}
    for number in range(MUTANTS):
        name = dice.choice(sorted(files))
        mutant = dice.choice(MUTATIONS)(files[name], dice)
        path = scans / f"{number // 100:02d}" / f"{number:04d} {name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(mutant)
        before[path.relative_to(scans).as_posix()] = hashlib.sha256(mutant).hexdigest()
    model = write_model(tmp_path / "tint.onnx")
    options = ("--device", "cpu", "--workers", 2, "--model", model, "--already-color", "force", "--json")
    with started("restore", scans, "--out", out, *options) as process:
        told, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3, said.decode()
    assert b"Traceback" not in said
    rows = {row["relative"]: row for row in map(json.loads, told.splitlines())}
    assert set(rows) == set(before)
    failed = {name: (row["reason"], row["message"]) for name, row in rows.items() if row["status"] == "failed"}
    assert {name: why for name, why in failed.items() if why[0] not in NOT_OUR_FAULT} == {}
    done = {name for name, row in rows.items() if row["status"] == "done"}
    assert set(read_tree(out)) == done == set(rows) - set(failed)
    assert min(len(done), len(failed)) > MUTANTS // 8, "some must survive and some fail, or this shows nothing"
    assert {name: hashlib.sha256(data).hexdigest() for name, data in read_tree(scans).items()} == before
    with started("verify", scans, out, "--json", "--quiet") as process:
        told, _ = process.communicate(timeout=PATIENCE_S)
    verdicts = [row for row in map(json.loads, told.splitlines()) if not row["holds"] and row["status"] != "missing"]
    broken = [(row["result"], check["detail"]) for row in verdicts for check in row["checks"] if not check["holds"]]
    assert [found for found in broken if not found[1].startswith(IN_THE_THUMBNAIL)] == []
