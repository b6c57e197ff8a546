from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from photocolor.image.decode import decode

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted(path for path in (ROOT / "samples").rglob("*") if path.is_file() and path.suffix != ".md")
MAX_BYTES, MAX_SIDE_PX = 150_000, 700


def _name(path: Path) -> str:
    return path.relative_to(ROOT / "samples").as_posix()


@pytest.mark.parametrize("path", SAMPLES, ids=_name)
def test_every_sample_is_a_small_photo_that_decodes_without_a_warning(path: Path) -> None:
    photo = decode(path.read_bytes(), 1.0)
    assert photo.warnings == ()
    assert max(photo.height, photo.width) <= MAX_SIDE_PX
    assert path.stat().st_size <= MAX_BYTES


@pytest.mark.parametrize("path", SAMPLES, ids=_name)
def test_every_sample_names_its_license(path: Path) -> None:
    row = next(line for line in (ROOT / "samples" / "README.md").read_text().splitlines() if f"`{_name(path)}`" in line)
    assert "CC0" in row or "public domain" in row


def test_the_samples_cover_what_scans_are() -> None:
    photos = {_name(path): decode(path.read_bytes(), 1.0) for path in SAMPLES}
    assert {photo.container.format for photo in photos.values()} == {"jpeg", "png", "tiff", "webp"}
    assert photos["film/rocket-16bit.tif"].bit_depth == 16
    assert photos["street/cameraman.jpg"].orientation == 6
    assert len({path.parent for path in SAMPLES}) > 2
    sepia = photos["album/coffee-sepia.png"].pixels.reshape(-1, 3).astype(int)
    assert (sepia[:, 0] - sepia[:, 2]).mean() > 15


def test_the_script_makes_the_samples_that_are_in_the_repository(tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="scikit-image holds the photographs")
    script = runpy.run_path(str(ROOT / "scripts" / "make_samples.py"))
    script["main"](tmp_path)
    made = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert [path.relative_to(tmp_path).as_posix() for path in made] == [_name(path) for path in SAMPLES]
    for path, sample in zip(made, SAMPLES, strict=True):
        # Pixels, not bytes: another Pillow may compress otherwise.
        ours, theirs = (decode(file.read_bytes(), 1.0).pixels.astype(int) for file in (path, sample))
        assert np.abs(ours - theirs).mean() <= (0.5 if ours.max() < 256 else 128)
