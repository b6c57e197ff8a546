"""What `restore` writes of an unusual resolution, `verify` proves: what no container can say is in EXIF."""

from __future__ import annotations

import struct
from pathlib import Path

import photos
import pytest
from commands import Here
from PIL import Image
from runs import write_tree

from photocolor.image.decode import decode


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The command line, run in this process."""
    return Here(monkeypatch, capsys)


def fine_png(dpi: float, block: bytes | None = None) -> bytes:
    per_meter = round(dpi / 0.0254)
    chunks = [(b"pHYs", struct.pack(">IIB", per_meter, per_meter, 1))]
    return photos.png(chunks=[*chunks, *([(b"eXIf", block)] if block else [])])


FINE = {
    "edge.tif": photos.tiff(dpi=(65_535, 65_535)),
    "micrograph.tif": photos.tiff(dpi=(70_000, 70_000)),
    "uneven.tif": photos.tiff(dpi=(70_000, 300)),
    "finest.tif": photos.tiff(dpi=(1_000_000, 1_000_000)),
    "bare.png": fine_png(170_000),
    "told.png": fine_png(70_000, photos.exif(dpi=72)),
    "exif.jpg": photos.jpeg(block=photos.exif(dpi=70_000)),
}
DAMAGED = {
    "pixels.png": fine_png(42e6),
    "with-exif.png": fine_png(1.5e6, photos.exif(dpi=72)),
    "centimeters.tif": photos.tiff(resolution=(600_000, 600_000), resolutionunit="centimeter"),
}


@pytest.mark.parametrize("name", ["jpeg", "tiff", "png", "webp", "jp2"])
def test_a_resolution_that_is_beyond_a_container_or_beyond_belief_holds(
    photocolor: Here, name: str, tmp_path: Path
) -> None:
    scans, out = write_tree(tmp_path / "scans", FINE | DAMAGED), tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--format", name, "--quiet").code == 0
    answer = photocolor("verify", scans, out, "--quiet")
    assert (answer.code, answer.out) == (0, "")


def test_exif_of_a_jpeg_says_what_its_16_bits_cannot(photocolor: Here, tmp_path: Path) -> None:
    """Programs that know JFIF alone read the shape of a pixel, and no wrong resolution."""
    scans, out = write_tree(tmp_path / "scans", FINE), tmp_path / "out"
    assert photocolor("restore", scans, "--out", out, "--format", "jpeg", "--quiet").code == 0
    said = {path.stem: decode(path.read_bytes(), 1).container.dpi for path in out.glob("*.jpg")}
    assert said["micrograph"] == said["exif"] == (70_000, 70_000)
    assert said["uneven"] == (70_000, 300) and said["finest"] == (1_000_000, 1_000_000)
    assert said["bare"] == pytest.approx((170_000, 170_000), abs=0.02)
    assert said["told"] == pytest.approx((70_000, 70_000), abs=0.02)
    with Image.open(out / "edge.jpg") as edge, Image.open(out / "uneven.jpg") as uneven:
        assert (edge.info["jfif_unit"], edge.info["jfif_density"]) == (1, (65_535, 65_535))
        assert (uneven.info["jfif_unit"], uneven.info["jfif_density"]) == (0, (65_535, 281))
