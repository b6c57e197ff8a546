"""TIFFs whose colors are multiplied by their alpha keep their lightness in other formats, which `verify` proves."""

from __future__ import annotations

from pathlib import Path

import cv2
import fakes
import numpy as np
import photos
import pytest
from commands import Here

HEIGHT, WIDTH = 90, 120


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def multiplied(depth: int) -> bytes:
    """A photo that fades out to the left, as a program that multiplies writes it."""
    gray, alpha = photos.gray(HEIGHT, WIDTH, depth), photos.alpha(HEIGHT, WIDTH, depth)
    product = np.rint(gray * (alpha / np.iinfo(alpha.dtype).max)).astype(alpha.dtype)
    return photos.tiff(product, alpha=alpha, extra="assocalpha")


@pytest.mark.parametrize("wanted", ["keep", "png", "webp"])
def test_formats_hold_their_lightness(photocolor: Here, tmp_path: Path, wanted: str) -> None:
    fakes.write_model(tmp_path / "tint.onnx")
    scans, color = tmp_path / "scans", tmp_path / "color"
    scans.mkdir()
    for depth in (8, 16):
        (scans / f"{depth}.tif").write_bytes(multiplied(depth))
    command = ("restore", scans, "--out", color, "--model", tmp_path / "tint.onnx", "--device", "cpu", "--workers", 1)
    answer = photocolor(*command, "--format", wanted)
    assert answer.code == 0, answer.err
    answer = photocolor("verify", scans, color)
    assert answer.code == 0, answer.out
    if wanted == "png":
        result = cv2.imread(str(color / "8.png"), cv2.IMREAD_UNCHANGED)
        result[40:60, 80:100, :3] = np.minimum(result[40:60, 80:100, :3], 235) + 20
        cv2.imwrite(str(color / "8.png"), result)
        assert "gray" in photocolor("verify", scans / "8.tif", color / "8.png").out
