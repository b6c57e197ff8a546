"""AVIF and HEIC of 10 and 12 bits keep their gray to half a step, however vivid the colors are."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest
from commands import photocolor
from runs import write_tree


def heic(pixels: np.ndarray, bits: int) -> bytes:
    pillow_heif = pytest.importorskip("pillow_heif")
    from io import BytesIO

    file = BytesIO()
    pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
    shown = pillow_heif.from_bytes(
        mode="RGB;16", size=pixels.shape[1::-1], data=(pixels << np.uint16(16 - bits)).tobytes()
    )
    shown.save(file, quality=-1, chroma=444, matrix_coefficients=0)
    pillow_heif.options.SAVE_HDR_TO_12_BIT = False
    return file.getvalue()


def avif(pixels: np.ndarray, bits: int) -> bytes:
    return bytes(imagecodecs.avif_encode(pixels, level=100, bitspersample=bits, numthreads=1))


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("kind", ["avif", "heic"])
def test_lossless_results_hold_at_every_strength(tmp_path: Path, kind: str, bits: int) -> None:
    wide = photos.gray(200, 300, depth=16) >> np.uint16(16 - bits)
    data = {"avif": avif, "heic": heic}[kind](np.repeat(wide[..., None], 3, axis=2), bits)
    scans = write_tree(tmp_path / "scans", {f"photo.{kind}": data})
    for strength in ("1", "2"):
        out = tmp_path / f"out-{strength}"
        options = ("--strength", strength, "--preset", "vivid", "--device", "cpu")
        answer = photocolor("restore", scans, "--out", out, *options)
        assert answer.code == 0, answer.err
        proof = photocolor("verify", scans, out)
        assert proof.code == 0, proof.out
