"""A model that looks twice: the mean of its own answers at two sizes, on the same weights, and nothing else changed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch
from fakes import write_model
from numpy.typing import NDArray
from onnxruntime import InferenceSession
from rich.console import Console

from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.models.card import read_card
from training.errors import CheckpointMismatch
from training.exporting.contract import Contract
from training.exporting.export import write_graph
from training.exporting.look_twice import look_twice
from training.exporting.model_file import write_card
from training.exporting.second_look import SecondLook, first_look
from training.losses.bins import bin_centers
from training.network_settings import Generator
from training.networks.build import build_generator

QUIET = Console(quiet=True)
ROUNDING_AB = 1e-3
"""What float32 may lose, CIELAB units."""
LOOK = SecondLook(scale=0.6, weight=0.25, working_px=128, version="2")

Plane = NDArray[np.float32]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights with hints and doubt."""
    torch.manual_seed(3)
    settings = Generator(hints=True, widths=(8, 8, 8, 8, 16), encoder_blocks=(1, 1, 1, 1, 1), bins="gamut")
    centers = bin_centers("gamut")
    network = build_generator(settings, len(centers))
    for weight in network.get_submodule("bins").parameters():
        weight.data *= 100  # or its doubt would be the same everywhere
    model = Contract(network, settings, centers).eval()
    path = tmp_path_factory.mktemp("models") / "once.onnx"
    write_graph(model, path)
    words = {"name": "random", "version": "1", "contract": "1", "license": "MIT", "recipe": "{}"}
    sizes = {"size_multiple": "32", "min_size": "64", "working_size": "256"}
    write_card(path, {f"photocolor.{key}": value for key, value in (words | sizes).items()})
    return path


@pytest.fixture(scope="module")
def twice(once: Path) -> Path:
    look_twice(once, once.with_name("twice.onnx"), LOOK, QUIET)
    return once.with_name("twice.onnx")


def run(model: Path, output: str, lightness: Plane, hints: Plane | None = None) -> Plane:
    """Returns what the model says to L* (N, 1, H, W)."""
    count, _, height, width = lightness.shape
    hints = np.zeros((count, 3, height, width), np.float32) if hints is None else hints
    answer = InferenceSession(str(model)).run([output], {"lightness": lightness, "hints": hints})[0]
    return np.asarray(answer)


def scaled(planes: Plane, height: int, width: int, how: int = cv2.INTER_LINEAR) -> Plane:
    resized = [[cv2.resize(plane, (width, height), interpolation=how) for plane in one] for one in planes]
    return np.asarray(resized, np.float32)


@pytest.mark.parametrize(
    ("size", "small"),
    [((128, 192), (64, 128)), ((256, 96), (160, 64)), ((64, 64), (64, 64))],
    ids=["rounded to the size rule", "upright", "no smaller than the model allows"],
)
def test_the_answer_is_the_mean_of_both_looks(
    once: Path, twice: Path, size: tuple[int, int], small: tuple[int, int]
) -> None:
    lightness = np.random.default_rng(0).uniform(0, 100, (2, 1, *size)).astype(np.float32)
    for output, rounding in (("ab", ROUNDING_AB), ("doubt", 1e-5)):
        first, second = run(once, output, lightness), run(once, output, scaled(lightness, *small))
        wanted = 0.75 * first + 0.25 * scaled(second, *size)
        np.testing.assert_allclose(run(twice, output, lightness), wanted, atol=rounding)
        assert np.abs(wanted - first).max() > 10 * rounding or small == size


def test_a_hint_reaches_both_looks(once: Path, twice: Path) -> None:
    lightness = np.random.default_rng(1).uniform(0, 100, (1, 1, 128, 192)).astype(np.float32)
    hints = np.zeros((1, 3, 128, 192), np.float32)
    hints[:, :, 32:96, 48:96] = np.float32([40, -30, 1])[None, :, None, None]
    hints[:, :, 100:120, 100:150] = np.float32([-10, 20, 0.5])[None, :, None, None]
    small = scaled(hints, 64, 128, cv2.INTER_NEAREST)
    assert set(np.unique(small[:, 2])) == {0.0, 0.5, 1.0}
    second = scaled(run(once, "ab", scaled(lightness, 64, 128), small), 128, 192)
    mean = 0.75 * run(once, "ab", lightness, hints) + 0.25 * second
    answer = run(twice, "ab", lightness, hints)
    np.testing.assert_allclose(answer, mean, atol=5)
    assert np.abs(answer - mean).mean() < 0.2, "only where the edges of a hint fall on other pixels"


def test_weights_are_stored_once_and_the_card_says_what_is_new(once: Path, twice: Path) -> None:
    assert twice.stat().st_size - once.stat().st_size < 150_000, "operators and names"
    before, after = read_card(once), read_card(twice)
    assert (after.working_px, after.version) == (128, "2")
    assert after.extra["looks"] == "2: as it is, and at 0.6 of the size; weight 0.25"
    assert (after.name, after.multiple) == (before.name, before.multiple)
    assert after.extra["recipe"] == before.extra["recipe"]


def test_the_first_look_can_be_taken_out_again(once: Path, twice: Path, tmp_path: Path) -> None:
    onnx.save(first_look(onnx.load(str(twice))), str(tmp_path / "again.onnx"))
    lightness = np.random.default_rng(2).uniform(0, 100, (1, 1, 64, 96)).astype(np.float32)
    for output in ("ab", "doubt"):
        np.testing.assert_array_equal(
            run(tmp_path / "again.onnx", output, lightness), run(once, output, lightness), strict=True
        )
    single = onnx.load(str(once))
    assert first_look(single) is single


def test_what_cannot_look_twice_is_refused_by_name(twice: Path, tmp_path: Path) -> None:
    out = tmp_path / "thrice.onnx"
    with pytest.raises(CheckpointMismatch, match=r"twice\.onnx looks twice already"):
        look_twice(twice, out, LOOK, QUIET)
    with pytest.raises(CheckpointMismatch, match="takes pictures of one size only"):
        look_twice(write_model(tmp_path / "fixed.onnx", fixed_px=64), out, LOOK, QUIET)
    (tmp_path / "words.onnx").write_text("no model")
    with pytest.raises(ModelInvalid, match=r"words\.onnx"):
        look_twice(tmp_path / "words.onnx", out, LOOK, QUIET)
    with pytest.raises(ModelNotFound, match=r"none\.onnx"):
        look_twice(tmp_path / "none.onnx", out, LOOK, QUIET)
    assert not out.exists()


def test_a_model_without_hints_or_doubt_looks_twice_too(tmp_path: Path) -> None:
    plain = write_model(tmp_path / "plain.onnx", hints=False, doubt=False)
    look_twice(plain, tmp_path / "twice.onnx", LOOK, QUIET)
    lightness = np.full((1, 1, 128, 128), 40, np.float32)
    before, after = (
        InferenceSession(str(path)).run(["ab"], {"lightness": lightness})[0]
        for path in (plain, tmp_path / "twice.onnx")
    )
    np.testing.assert_allclose(after, before, atol=ROUNDING_AB)
