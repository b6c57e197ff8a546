"""`restore --tone auto`: one curve over a faded photo, named in the result, and proven by `verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fakes
import numpy as np
import photos
import pytest
from commands import Here
from runs import read_tree, write_tree

from photocolor.color.lab import gray_of
from photocolor.color.tone_curve import parse
from photocolor.image.decode import decode
from photocolor.metadata.carry import read_provenance

Array = np.ndarray[Any, np.dtype[Any]]


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def faded(depth: int = 8, height: int = 120, width: int = 160) -> Array:
    """A photo whose grays lie between 70 and 190 of 255, but for some specks that are darker and lighter."""
    top = (1 << depth) - 1
    gray = (70 / 255 * top + photos.gray(height, width, depth).astype(np.float64) * (120 / 255)).round()
    gray[5, 5:8], gray[9, 40] = 0, top
    return gray.astype(np.uint8 if depth == 8 else np.uint16)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    toned = np.repeat(faded()[..., None], 3, 2)
    toned[..., 2] = toned[..., 2] * 0.8
    return write_tree(
        tmp_path / "scans",
        {
            "gray.png": photos.png(faded()),
            "gray.jpg": photos.jpeg(faded(), orientation=6),
            "sepia.png": photos.png(toned),
            "deep.tif": photos.tiff(faded(16)),
            "pages.tif": photos.tiff_of([faded(), photos.rgb(90, 90), faded(16, 60, 70)]),
            "full.png": photos.png(np.tile(np.arange(256, dtype=np.uint8), (64, 1))),
        },
    )


def restored(photocolor: Here, tree: Path, out: Path, *options: object) -> dict[str, Any]:
    model = fakes.write_model(tree.parent / "tint.onnx")
    command = ("restore", tree, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, "--json")
    answer = photocolor(*command, *options)
    assert answer.code == 0, answer.err
    return {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}


def test_the_gray_of_each_result_is_that_curve_of_its_source(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "color"
    lines = restored(photocolor, tree, out, "--tone", "auto")
    assert photocolor("verify", tree, out).code == 0
    (text,) = lines["gray.png"]["tone_curves"]
    curve = parse(text)
    before = decode((tree / "gray.png").read_bytes(), 100).pixels
    after = gray_of(decode((out / "gray.png").read_bytes(), 100).pixels)
    assert np.array_equal(after, curve.apply(before)) and int(np.ptp(np.sort(after, None)[50:-50])) > 220
    made = read_provenance((out / "gray.png").read_bytes(), "png")
    assert made is not None and made.alterations.tone_curves == (text,) and made.settings["tone"] == "auto"
    assert b"against fading" in (out / "gray.png").read_bytes()
    assert [bool(part) for part in lines["pages.tif"]["tone_curves"]] == [True, False, True]


def test_a_photo_that_is_not_faded_is_byte_for_byte_that_of_a_run_without(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    lines = restored(photocolor, tree, tmp_path / "auto", "--tone", "auto")
    assert lines["full.png"]["tone_curves"] == []
    restored(photocolor, tree, tmp_path / "plain")
    kept, plain = (tmp_path / name / "full.png" for name in ("auto", "plain"))
    assert kept.read_bytes() == plain.read_bytes()


def test_without_the_option_the_same_folder_gets_the_plain_results_again(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    restored(photocolor, tree, tmp_path / "plain")
    restored(photocolor, tree, tmp_path / "color", "--tone", "auto")
    restored(photocolor, tree, tmp_path / "color")
    results = [
        {name: data for name, data in read_tree(tmp_path / folder).items() if "photocolor/" not in name}
        for folder in ("plain", "color")
    ]
    assert results[0] == results[1]


@pytest.mark.parametrize("name", ["gray.png", "gray.jpg", "deep.tif"])
def test_verify_finds_a_curve_that_is_not_the_one_named(
    photocolor: Here, tree: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "color"
    text = restored(photocolor, tree, out, "--tone", "auto")[name]["tone_curves"][0].encode()
    knot = text.split(b", ")[1]
    other = knot.split()[0] + b" " + b"%0*d" % (len(knot.split()[1]), int(knot.split()[1]) - 900)
    result = out / name
    result.write_bytes(result.read_bytes().replace(text, text.replace(knot, other)))
    answer = photocolor("verify", tree / name, result, "--json")
    checks = {check["name"]: check["holds"] for check in json.loads(answer.out)["checks"]}
    assert answer.code == 3 and checks["tone"] and not checks["gray"]
    result.write_bytes(result.read_bytes().replace(text.replace(knot, other), b"9" * len(text)))
    answer = photocolor("verify", tree / name, result, "--json")
    assert not {check["name"]: check["holds"] for check in json.loads(answer.out)["checks"]}["tone"]


def test_exact_luma_refuses_a_curve(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    answer = photocolor("restore", tree, "--out", tmp_path / "out", "--tone", "auto", "--exact-luma")
    assert answer.code == 2 and "--tone lays a curve over the luma that --exact-luma promises to keep" in answer.err
