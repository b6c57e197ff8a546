"""`photocolor preview --variants` and `--choose`, with the bundled model and a real photo."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import numpy as np
import pytest
from commands import ROOT, Here
from fakes import write_model
from PIL import Image

from photocolor.color.lab import lab_of
from photocolor.pipeline.source import read_hints

DIFFERS_AB = 2.0
"""Mean distance of two answers in CIELAB units that the eye sees at once."""


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo of which the model is not sure."""
    return Path(shutil.copy(sorted((ROOT / "samples").rglob("*.jpg"))[0], tmp_path / "scan.jpg"))


def restored(photocolor: Here, photo: Path, name: str, *options: str) -> bytes:
    out = photo.parent / name
    answer = photocolor("restore", photo, "--out", out, "--device", "cpu", "--quiet", *options)
    assert answer.code == 0, answer.err
    return (out / photo.name).read_bytes()


def ab_of_file(data: bytes, folder: Path) -> np.ndarray:
    path = folder / "look.jpg"
    path.write_bytes(data)
    with Image.open(path) as image:
        return lab_of(np.asarray(image.convert("RGB")))[1]


def test_a_chosen_answer_is_kept_replayed_and_taken_back(photocolor: Here, photo: Path, tmp_path: Path) -> None:
    plain = restored(photocolor, photo, "plain")
    sheet = tmp_path / "sheet.png"
    looked = photocolor("preview", photo, "--variants", 3, "--size", 400, "--out", sheet)
    assert looked.code == 0, looked.err
    assert read_hints(photo) == (None, "")  # to look changes nothing
    assert "To keep one of them, as the second: photocolor preview " in looked.err and " --choose 2\n" in looked.err
    with Image.open(sheet) as image:
        assert image.size[0] > 800

    page = tmp_path / "chosen.html"
    chosen = photocolor("preview", photo, "--choose", 2, "--size", 200, "--out", page)
    assert chosen.code == 0 and "keeps answer 2; restore uses it. --choose 1 goes back" in chosen.err
    assert page.read_text(encoding="utf-8").count(", chosen") == 2  # the button and the picture
    assert 'value="1" checked' in page.read_text(encoding="utf-8")  # the page opens with the chosen one
    hints, _ = read_hints(photo)
    assert hints is not None and hints.variant is not None and not hints.points

    other = restored(photocolor, photo, "other")
    assert other == restored(photocolor, photo, "again")
    distance = ab_of_file(other, tmp_path) - ab_of_file(plain, tmp_path)
    assert np.hypot(*np.moveaxis(distance, -1, 0)).mean() > DIFFERS_AB

    back = photocolor("preview", photo, "--choose", 1, "--size", 200, "--out", page)
    assert back.code == 0 and "The model's own answer is chosen." in back.err
    assert read_hints(photo) == (None, "")
    assert restored(photocolor, photo, "back") == plain


def test_points_stay_beside_a_choice_and_a_run_colors_the_photo_again(photocolor: Here, photo: Path) -> None:
    sidecar = photo.with_name(photo.name + ".hints.json")
    sidecar.write_text('{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#a04030"}]}', encoding="utf-8")
    before = restored(photocolor, photo, "out")
    options = ("--size", 200, "--out", photo.parent / "c.png")
    assert photocolor("preview", photo, "--choose", 3, "--preset", "vivid", *options).code == 0
    hints, _ = read_hints(photo)
    assert hints is not None and len(hints.points) == 1 and hints.variant is not None and hints.preset == "vivid"
    assert restored(photocolor, photo, "out") != before  # the same folder: the sidecar changed, so it is done again


def test_what_cannot_be_meant_is_refused_by_name(photocolor: Here, photo: Path, tmp_path: Path) -> None:
    twice = photocolor("preview", photo, "--variants", 3, "--strengths", "1,2")
    assert twice.code == 2 and "--variants and --strengths are two different sheets" in twice.err
    model = write_model(tmp_path / "tint.onnx")
    silent = photocolor("preview", photo, "--variants", 3, "--model", model)
    assert silent.code == 2 and "does not say which other colors" in silent.err and "bundled model" in silent.err
    deaf = photocolor("preview", photo, "--choose", 2, "--model", write_model(tmp_path / "deaf.onnx", hints=False))
    assert deaf.code == 2 and "takes no color hints" in deaf.err
    assert read_hints(photo) == (None, "")


def test_a_file_of_several_pages_keeps_no_choice(photocolor: Here, tmp_path: Path) -> None:
    pages = tmp_path / "pages.tif"
    first = Image.fromarray(np.full((80, 80), 90, np.uint8))
    first.save(pages, save_all=True, append_images=[first])
    refused = photocolor("preview", pages, "--choose", 2)
    assert refused.code == 2 and "has 2 pages" in refused.err
    assert read_hints(pages) == (None, "")


def test_an_answer_for_a_negative_is_one_for_its_positive(photocolor: Here, photo: Path, tmp_path: Path) -> None:
    """A choice for the positive itself, and one for its negative that is inverted, give the same colors."""
    with Image.open(photo) as image:
        gray = np.asarray(image.convert("L"))
    positive, negative = tmp_path / "positive.png", tmp_path / "negative.png"
    Image.fromarray(gray).save(positive)
    Image.fromarray(255 - gray).save(negative)
    options = ("--size", 400, "--out", tmp_path / "c.png", "--choose", 2)
    refused = photocolor("preview", negative, *options)
    assert refused.code == 2 and "is a negative" in refused.err and "--negatives invert" in refused.err
    assert read_hints(negative) == (None, "")
    looked = photocolor("preview", negative, "--variants", 2, "--size", 200, "--out", tmp_path / "c.png")
    assert looked.code == 0 and "This photo is a negative" in looked.err
    assert photocolor("preview", positive, *options).code == 0
    chosen = photocolor("preview", negative, *options, "--negatives", "invert")
    assert chosen.code == 0 and "This photo is a negative" not in chosen.err, chosen.err
    (of_positive, _), (of_negative, _) = read_hints(positive), read_hints(negative)
    assert of_positive is not None and of_negative is not None
    assert of_positive.variant is not None and of_positive.variant == of_negative.variant
    results = [restored(photocolor, path, "out", "--negatives", "invert") for path in (positive, negative)]
    pictures = []
    for data in results:
        with Image.open(io.BytesIO(data)) as image:
            pictures.append(np.asarray(image.convert("RGB")))
    assert np.array_equal(*pictures)
    forced = photocolor("preview", negative, *options, "--negatives", "force")
    assert forced.code == 0, forced.err
    assert read_hints(negative)[0] != of_negative
