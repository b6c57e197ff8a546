"""Options together: negatives, mending, tone, layers, pages, marks and presets; `verify` holds, and a run ends."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import cv2
import fakes
import numpy as np
import photos
import pytest
from commands import Here
from PIL import Image
from runs import read_tree, write_tree
from skimage import data

Array = np.ndarray[Any, np.dtype[Any]]
HEIGHT, WIDTH = 180, 240
NEGATIVES = {"negative.png", "turned.jpg", "deep.tif"}


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def positive(depth: int = 8) -> Array:
    """A faded photo with a white and a black spot."""
    gray = 50 + cv2.resize(data.camera(), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA) / 255 * 150
    gray[20:24, 30:34], gray[100:103, 60:64] = 255, 0
    return np.rint(gray * (257 if depth == 16 else 1)).astype(np.uint8 if depth == 8 else np.uint16)


def negative(depth: int = 8) -> Array:
    """Its inverse, which the bundled classifier recognizes."""
    return (np.iinfo(positive(depth).dtype).max - positive(depth)).astype(positive(depth).dtype)


def by_hand(mode: str, height: int = HEIGHT, width: int = WIDTH) -> bytes:
    """A mask that marks one spot, as an editor may save it: one bit, gray, or white on what is transparent."""
    marked = np.zeros((height, width), bool)
    marked[60:64, 80:84] = True
    gray = Image.fromarray(np.where(marked, 255, 128 if mode == "L" else 0).astype(np.uint8))
    if mode in ("LA", "RGBA"):
        white = Image.new(mode.removesuffix("A"), gray.size, "white")
        white.putalpha(gray)
        gray = white
    file = io.BytesIO()
    gray.convert(mode).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    toned = np.repeat(positive()[..., None], 3, 2)
    toned[..., 2] = toned[..., 2] * 0.8
    neutral = np.repeat(negative()[..., None], 3, 2)
    return write_tree(
        tmp_path / "scans",
        {
            "positive.png": photos.png(positive()),
            "positive.png.mask.png": by_hand("1"),
            "negative.png": photos.png(negative()),
            "negative.png.mask.png": by_hand("RGBA"),
            "turned.jpg": photos.jpeg(negative(), orientation=8),
            "turned.jpg.mask.png": by_hand("L", WIDTH, HEIGHT),
            "toned.tif": photos.tiff(toned),
            "toned.tif.mask.png": by_hand("LA"),
            "deep.tif": photos.tiff(negative(16), orientation=3),
            "pages.tif": photos.tiff_of(
                [positive(), photos.rgb(90, 90), negative(), positive(16), negative(16), neutral]
            ),
            "color.jpg": photos.jpeg(photos.rgb(HEIGHT, WIDTH)),
        },
    )


def restored(photocolor: Here, tree: Path, out: Path, *options: object, code: int = 0) -> dict[str, Any]:
    model, finder = (tree.parent / name for name in ("tint.onnx", "finder.onnx"))
    if not model.exists():
        fakes.write_model(model)
        fakes.write_finder(finder)
    command = ("restore", tree, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, "--json")
    answer = photocolor(*command, *(finder if option == "FINDER" else option for option in options))
    assert answer.code == code, answer.err
    assert "Traceback" not in answer.err
    return {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}


def results(out: Path) -> dict[str, bytes]:
    return {name: content for name, content in read_tree(out).items() if "photocolor/" not in name}


INVERT, SPOTS, FINDER = ("--negatives", "invert"), ("--mend", "spots"), ("--mend", "spots", "--finder", "FINDER")
TONE = ("--tone", "auto")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((*INVERT, *FINDER, *TONE, "--layers", "png", "--preset", "calm"), id="everything"),
        pytest.param((*INVERT, *SPOTS, *TONE, "--layers", "psd", "--already-color", "force"), id="psd-and-colors-anew"),
        pytest.param((*INVERT, *FINDER, "--layers", "ora", "--already-color", "copy"), id="ora-and-copies"),
        pytest.param((*INVERT, *FINDER, *TONE, "--mark", "corner", "--format", "tiff"), id="mark-over-the-inverse"),
        pytest.param((*SPOTS, "--mark", "corner"), id="mark-but-not-on-pages-that-stay-negatives"),
        pytest.param(("--negatives", "force", *SPOTS, *TONE, "--preset", "vivid"), id="negatives-as-they-are"),
    ],
)
def test_options_together_hold_and_the_second_run_does_nothing(
    photocolor: Here, tree: Path, tmp_path: Path, options: tuple[object, ...]
) -> None:
    out = tmp_path / "color"
    restored(photocolor, tree, out, *options, "--dry-run", "--quiet")
    assert not out.exists()
    lines = restored(photocolor, tree, out, *options)
    assert {line["status"] for line in lines.values()} <= {"done", "skipped"}
    assert not [name for name in lines if name.endswith(".mask.png")]
    made = results(out)
    answer = photocolor("verify", tree, out)
    assert answer.code == 0, answer.out
    assert {line["status"] for line in restored(photocolor, tree, out, *options).values()} == {"skipped"}
    assert results(out) == made


def test_one_set_of_options_after_another_gives_what_a_fresh_run_gives(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    out = tmp_path / "color"
    for number, options in enumerate([(*INVERT, *FINDER), (*INVERT, *SPOTS, *TONE), INVERT, ()]):
        restored(photocolor, tree, out, *options)
        fresh = tmp_path / f"fresh-{number}"
        restored(photocolor, tree, fresh, *options)
        kept = set() if options else NEGATIVES  # no run takes away the result of a photo that it leaves out
        assert {name: content for name, content in results(out).items() if name not in kept} == results(fresh)
        assert photocolor("verify", tree, out).code == 0


@pytest.mark.parametrize("mend", [(), SPOTS])
def test_a_mask_that_the_shell_names_with_its_photo_is_no_photo(
    photocolor: Here, tmp_path: Path, mend: tuple[object, ...]
) -> None:
    tree = write_tree(tmp_path / "scans", {"a.png": photos.png(positive()), "a.png.mask.png": by_hand("1")})
    model = fakes.write_model(tmp_path / "tint.onnx")
    command = ("restore", *sorted(tree.iterdir()), "--out", tmp_path / "color", "--model", model, "--workers", 1)
    answer = photocolor(*command, "--device", "cpu", *mend)
    assert answer.code == 0 and "1 × mask beside its photo or result" in answer.err
    assert set(results(tmp_path / "color")) == {"a.png", *(["a.png.mended.png"] if mend else [])}


def test_a_mask_that_does_not_fit_is_called_a_mistake_in_the_mask(photocolor: Here, tmp_path: Path) -> None:
    files = {"n.png": photos.png(negative()), "n.png.mask.png": by_hand("L", 90, 120)}
    tree = write_tree(tmp_path / "scans", files)
    model = fakes.write_model(tmp_path / "tint.onnx")
    command = ("restore", tree, "--out", tmp_path / "color", "--model", model, "--device", "cpu", "--workers", 1)
    answer = photocolor(*command, *INVERT, *SPOTS)
    assert answer.code == 3 and "n.png.mask.png has 120 × 90 px and the photo 240 × 180 px" in answer.err
    assert "mistake in the color points or the mask" in answer.err


@pytest.mark.parametrize("transparent", [True, False])
def test_a_mask_painted_in_red_is_refused_rather_than_taken_for_one_that_says_nothing(
    photocolor: Here, tmp_path: Path, transparent: bool
) -> None:
    red = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0) if transparent else "white")
    red.paste((255, 0, 0, 255), (80, 60, 84, 64))
    file = io.BytesIO()
    red.save(file, "PNG")
    tree = write_tree(tmp_path / "scans", {"a.png": photos.png(positive()), "a.png.mask.png": file.getvalue()})
    lines = restored(photocolor, tree, tmp_path / "color", *SPOTS, code=3)
    assert lines["a.png"]["reason"] == "hints_invalid" and "is painted in color" in lines["a.png"]["message"]
