"""Scanned negatives: left out and named, inverted with a proof, or colored as they are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
import photos
import pytest
from certificates import Papers, papers
from commands import photocolor
from fakes import write_classifier, write_model

from photocolor.color.lab import gray_of
from photocolor.engine.negatives.classifier import NegativeClassifier
from photocolor.image.decode import decode
from photocolor.metadata.carry import read_provenance
from photocolor.models.negatives import find_classifier
from photocolor.outcome import Done, Fingerprint, Job, NoProgress, Outcome, Skipped
from photocolor.pipeline.photo import Pipeline, colorize_source, open_for_named_photos, open_pipeline
from photocolor.settings import (
    AlreadyColor,
    Credential,
    FileSettings,
    Layers,
    Negatives,
    OutputFormat,
    Settings,
    ToneCorrection,
    VisibleMark,
)
from photocolor.verify.files import verify_file


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "tint.onnx")


@pytest.fixture(scope="module")
def dark(tmp_path_factory: pytest.TempPathFactory) -> NegativeClassifier:
    """Takes dark pictures for negatives, so that the tests know which are."""
    return NegativeClassifier(find_classifier(write_classifier(tmp_path_factory.mktemp("model") / "dark.onnx")), 1)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("papers"))


def bright(height: int = 96, width: int = 128, depth: int = 8, seed: int = 0) -> Any:
    """(H, W) codes of a bright scene, whose inverse is dark."""
    top = 2**depth - 1
    codes = photos.gray(height, width, depth, seed).astype(np.float64) / top
    return np.rint(codes**0.25 * top).astype(np.uint8 if depth == 8 else np.uint16)


def negative(height: int = 96, width: int = 128, depth: int = 8, seed: int = 0) -> Any:
    codes = bright(height, width, depth, seed)
    return (np.iinfo(codes.dtype).max - codes).astype(codes.dtype)


def toned(codes: Any) -> Any:
    """(H, W, 3): a negative on film with a base of one tint."""
    top = np.iinfo(codes.dtype).max
    value = codes[..., None] / top
    return np.rint(value ** np.array([0.8, 1.0, 1.3]) * top).astype(codes.dtype)


def pipeline_of(model: Path, dark: NegativeClassifier, negatives: Negatives, **files: object) -> Pipeline:
    settings = FileSettings(negatives=negatives, **files)  # type: ignore[arg-type]
    opened = open_pipeline(Settings(sources=(), out=Path(), model=str(model), device="cpu", files=settings))
    return replace(opened, negatives=None if opened.negatives is None else dark)


def restored(data: bytes, name: str, folder: Path, pipeline: Pipeline) -> tuple[Outcome, Path, Path]:
    """The outcome, the source and the result."""
    source, target = folder / name, folder / "out" / f"{pipeline.files.negatives}-{name}"
    source.write_bytes(data)
    stat = source.stat()
    job = Job(source, target, target.name, Fingerprint(stat.st_size, stat.st_mtime_ns), "0123abcd")
    return colorize_source(job, pipeline, NoProgress()), source, target


SCANS = {
    "gray.png": photos.png(negative()),
    "deep.png": photos.png(negative(depth=16)),
    "toned.png": photos.png(toned(negative(144, 192))),
    "alpha.tif": photos.tiff(negative(48, 64).repeat(2, 0).repeat(2, 1), alpha=photos.alpha(96, 128)),
    "turned.jpg": photos.jpeg(negative(96, 128), orientation=6),
    "deep.tif": photos.tiff(negative(144, 192, 16), byteorder=">"),
}


@pytest.mark.parametrize("name", SCANS)
def test_a_negative_is_left_out_by_default_and_named(
    name: str, model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    outcome, _, target = restored(SCANS[name], name, tmp_path, pipeline_of(model, dark, Negatives.SKIP))
    assert isinstance(outcome, Skipped) and outcome.reason == "negative"
    assert outcome.detail == "the photo is a negative; --negatives invert makes a positive of it first"
    assert not target.exists()


@pytest.mark.parametrize("name", SCANS)
def test_an_inverted_negative_has_exactly_the_inverse_gray_and_says_so_and_verify_proves_it(
    name: str, model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    outcome, source, target = restored(SCANS[name], name, tmp_path, pipeline_of(model, dark, Negatives.INVERT))
    assert isinstance(outcome, Done), outcome
    assert outcome.inverted == (1,)
    assert "the photo is a negative, and was inverted before it was colored" in outcome.warnings
    data = target.read_bytes()
    made = read_provenance(data, decode(data, 10).container.format)
    assert made is not None and made.alterations.inverted_pages == (1,)
    assert made.settings["negatives"] == "invert"
    assert b"the tones of the negative were inverted first" in data
    verdict = verify_file(source, target)
    assert verdict.broken == ()
    gray = next(check for check in verdict.checks if check.name == "gray")
    assert gray.detail.startswith("compared with the inverse of the negative: ")
    if name.endswith("png"):
        before, after = (decode(path.read_bytes(), 10).pixels for path in (source, target))
        codes = before if before.ndim == 2 else gray_of(before)
        off = np.abs((np.iinfo(codes.dtype).max - codes).astype(int) - gray_of(after).astype(int))
        assert off.max() <= (2 if codes.dtype == np.uint16 else 0)


def test_verify_finds_a_result_out_that_says_it_is_inverted_and_is_not(
    model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    """Both ways: a positive that names itself inverted, and an inverted one that does not."""
    _, source, inverted = restored(SCANS["gray.png"], "a.png", tmp_path, pipeline_of(model, dark, Negatives.INVERT))
    _, _, plain = restored(SCANS["gray.png"], "a.png", tmp_path, pipeline_of(model, dark, Negatives.FORCE))
    assert verify_file(source, plain).broken == ()
    pixels = [decode(path.read_bytes(), 10).pixels for path in (inverted, plain)]
    for path, others in ((inverted, pixels[1]), (plain, pixels[0])):
        told = _with_pixels(path.read_bytes(), others)
        (tmp_path / "forged.png").write_bytes(told)
        assert [check.name for check in verify_file(source, tmp_path / "forged.png").broken] == ["gray"]


def _with_pixels(data: bytes, pixels: Any) -> bytes:
    """A PNG with the metadata of one and the pixels of another picture."""
    head = data[: data.index(b"IDAT") - 4]
    other = photos.png(pixels)
    body = other[other.index(b"IDAT") - 4 :]
    return head + body


def test_a_negative_that_is_forced_gives_the_bytes_of_a_run_that_knows_no_negatives(
    model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    outcome, _, forced = restored(SCANS["gray.png"], "a.png", tmp_path, pipeline_of(model, dark, Negatives.FORCE))
    assert isinstance(outcome, Done) and outcome.inverted == () and outcome.warnings == ()
    blind = replace(pipeline_of(model, dark, Negatives.SKIP), negatives=None)
    _, _, plain = restored(SCANS["gray.png"], "a.png", tmp_path, blind)
    assert forced.read_bytes() == plain.read_bytes()


def test_a_positive_has_the_same_bytes_whatever_happens_to_negatives(
    model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    data = photos.jpeg(bright())
    results = {restored(data, "p.jpg", tmp_path, pipeline_of(model, dark, one))[2].read_bytes() for one in Negatives}
    assert len(results) == 1


def test_pages_are_judged_one_by_one(model: Path, dark: NegativeClassifier, tmp_path: Path) -> None:
    book = photos.tiff_of([bright(), negative(seed=1), photos.rgb(96, 128), negative(seed=2)])
    outcome, source, target = restored(book, "b.tif", tmp_path, pipeline_of(model, dark, Negatives.SKIP))
    assert isinstance(outcome, Done)
    assert outcome.warnings == (
        "page 2 is a negative and stays one",
        "page 3 has color already and keeps it",
        "page 4 is a negative and stays one",
    )
    assert np.array_equal(decode(target.read_bytes(), 10, 1).pixels[..., 0], negative(seed=1))
    assert verify_file(source, target).broken == ()
    outcome, source, target = restored(book, "b.tif", tmp_path, pipeline_of(model, dark, Negatives.INVERT))
    assert isinstance(outcome, Done) and outcome.inverted == (2, 4)
    assert b"the tones of the negative on page 2, 4 were inverted first" in target.read_bytes()
    assert verify_file(source, target).broken == ()


@pytest.mark.parametrize(("policy", "color"), [("skip", "skip"), ("skip", "copy")])
def test_a_file_whose_pages_are_color_and_negatives_is_left_out(
    policy: str, color: str, model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    book = photos.tiff_of([photos.rgb(96, 128), negative()])
    judging = pipeline_of(model, dark, Negatives(policy), already_color=AlreadyColor(color))
    outcome, _, _ = restored(book, "b.tif", tmp_path, judging)
    assert isinstance(outcome, Skipped) and outcome.reason == "negative"


def test_a_color_negative_counts_as_a_color_photo_until_that_is_forced(
    model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    sides = np.where((np.arange(200) < 100)[:, None], (1.0, 0.6, 0.3), (0.4, 0.7, 1.0))
    film = np.rint(negative(160, 200)[..., None] * sides).astype(np.uint8)
    outcome, _, _ = restored(photos.png(film), "c.png", tmp_path, pipeline_of(model, dark, Negatives.INVERT))
    assert isinstance(outcome, Skipped) and outcome.reason == "already_color"
    forced = pipeline_of(model, dark, Negatives.INVERT, already_color=AlreadyColor.FORCE)
    outcome, source, target = restored(photos.png(film), "c.png", tmp_path, forced)
    assert isinstance(outcome, Done) and outcome.inverted == (1,)
    assert verify_file(source, target).broken == ()


@pytest.mark.parametrize(
    "files",
    [
        {"format": OutputFormat.JPEG},
        {"format": OutputFormat.TIFF},
        {"mark": VisibleMark.CORNER},
        {"tone": ToneCorrection.AUTO},
        {"layers": Layers.ORA},
    ],
    ids=["jpeg", "tiff", "mark", "tone", "layers"],
)
def test_inverting_goes_with_other_options_and_verify_still_proves_it(
    files: dict[str, object], model: Path, dark: NegativeClassifier, tmp_path: Path
) -> None:
    faded = (60 + negative(240, 320) * 0.5).astype(np.uint8)
    judging = pipeline_of(model, dark, Negatives.INVERT, **files)
    outcome, source, target = restored(photos.png(faded), "s.png", tmp_path, judging)
    assert isinstance(outcome, Done) and outcome.inverted == (1,)
    assert verify_file(source, target).broken == ()


def test_a_signature_says_that_the_tones_were_inverted(
    model: Path, dark: NegativeClassifier, signer: Papers, tmp_path: Path
) -> None:
    settings = Settings(
        sources=(),
        out=Path(),
        model=str(model),
        device="cpu",
        files=FileSettings(negatives=Negatives.INVERT),
        credential=Credential(certificate=signer.certificate, key=signer.key),
    )
    signing = replace(open_pipeline(settings), negatives=dark)
    _, _, target = restored(SCANS["gray.png"], "a.png", tmp_path, signing)
    with target.open("rb") as file:
        claim = json.loads(c2pa.Reader("image/png", file).json())
    assertions = claim["manifests"][claim["active_manifest"]]["assertions"]
    (actions,) = (one["data"]["actions"] for one in assertions if one["label"].startswith("c2pa.actions"))
    assert [action["action"] for action in actions] == ["c2pa.opened", "c2pa.color_adjustments", "c2pa.edited"]
    assert actions[1]["description"] == "the tones of the negative were inverted first"


def test_photos_that_were_named_one_by_one_are_colored_without_a_look(model: Path, tmp_path: Path) -> None:
    settings = Settings(sources=(), out=Path(), model=str(model), device="cpu")
    opened = open_for_named_photos(settings)
    assert opened.negatives is None and opened.files == settings.files
    asked = open_for_named_photos(replace(settings, files=FileSettings(negatives=Negatives.INVERT)))
    assert asked.negatives is not None
    outcome, _, _ = restored(SCANS["gray.png"], "a.png", tmp_path, opened)
    assert isinstance(outcome, Done)


def test_exact_luma_and_inverting_contradict_each_other(tmp_path: Path) -> None:
    answer = photocolor("restore", tmp_path, "--out", tmp_path / "o", "--negatives", "invert", "--exact-luma")
    assert answer.code == 2
    assert "--negatives invert inverts the luma that --exact-luma promises to keep" in answer.err
