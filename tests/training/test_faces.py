"""A generator that is told where faces are: what is drawn for it, how it begins, learns, is exported and measured."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import faces as people
import numpy as np
import pytest
import torch
from PIL import Image
from rich.console import Console
from skimage import data as pictures

from photocolor.engine.faces.segments import segments
from photocolor.models.card import FACE_SEGMENTS, read_card
from training.color import lab_of_photo
from training.data.crops import Crop, central_crop, cut
from training.data.faces import FILE, faces_of, faces_seen_in, segments_in
from training.data.prepare import PrepareSettings, prepare
from training.data.prepared import load
from training.errors import RecipeError
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.predict import color_whole
from training.exporting.export import contract_of, export, parity
from training.loop import checkpoint_file
from training.loop.trainer import train
from training.network_settings import Generator
from training.networks.build import build_generator
from training.recipe import load_recipe, recipe_digest
from training.settings import Data, Recipe

QUIET = Console(quiet=True)
SIDE = 160
HALVED_AB = 0.5
"""CIELAB units: weights as float16, on a photo that the export did not look at."""
PERSON = (slice(0, 240), slice(100, 340))
"""Rows and columns of a photo of 512 px that show one person from hair to collar."""
MIDDLE = tuple((share * 512 - part.start) / 240 for share, part in zip(people.FACE, PERSON, strict=False))
"""Of the face, in shares of those rows and columns."""


def astronaut(turn: int) -> np.ndarray:
    """A portrait in color; every number changes its tone a little, so that none is another's duplicate."""
    person = np.ascontiguousarray(pictures.astronaut()[PERSON])
    small = np.asarray(Image.fromarray(person).resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)
    return (small * (1 - 0.02 * turn)).clip(0, 255).astype(np.uint8)


def coffee() -> np.ndarray:
    """A cup, and nobody."""
    return np.asarray(Image.fromarray(pictures.coffee()).resize((SIDE, SIDE)), np.uint8)


@pytest.fixture(scope="session")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared set of twelve portraits and a picture without anybody."""
    folder, out = tmp_path_factory.mktemp("people"), tmp_path_factory.mktemp("prepared-people")
    for split, numbers in (("train", range(8)), ("val", range(8, 10)), ("test", range(10, 12))):
        (folder / split).mkdir()
        for number in numbers:
            Image.fromarray(astronaut(number)).save(folder / split / f"{number:02d}.png")
    Image.fromarray(coffee()).save(folder / "train" / "coffee.png")
    prepare([folder], out, PrepareSettings(store_px=SIDE, duplicate_bits=-1, processes=1), QUIET)
    return out


@pytest.fixture
def told(tiny: Recipe, portraits: Path) -> Recipe:
    """The tiny recipe with a generator that takes faces, its own answers and answers to parts of photos."""
    generator = dataclasses.replace(tiny.generator, faces=True)
    loss = dataclasses.replace(tiny.loss, consistency=0.1, consistency_px=64, consistency_parts=0.5)
    return dataclasses.replace(tiny, generator=generator, loss=loss, data=Data(str(portraits), crop_least=0.5))


def test_faces_are_found_once_and_kept_beside_the_set(portraits: Path) -> None:
    data = load(portraits, "train")
    found = faces_of(data)
    for index in range(len(data)):
        assert bool(found[index]) != np.array_equal(data.photo(index), coffee())
    kept = (portraits / FILE).read_text("utf-8")
    assert faces_of(data) == found and (portraits / FILE).read_text("utf-8") == kept
    changed = kept.replace("[[", "[[1, 2, 30, 40], [")
    (portraits / FILE).write_text(changed, "utf-8")
    again = faces_of(data)
    (portraits / FILE).write_text(kept, "utf-8")
    some = next(index for index in found if found[index])
    assert len(again[some]) == len(found[some]) + 1  # read from the file, not looked for again
    assert (again[some][0].y, again[some][0].width) == (16 / SIDE, 40 / SIDE)


def test_a_crop_shows_the_segments_where_it_shows_the_person(portraits: Path) -> None:
    data = load(portraits, "train")
    found = faces_of(data)
    index = next(index for index in found if found[index])
    whole = segments_in(data, found, [central_crop(index, (SIDE, SIDE))], SIDE)
    assert whole.shape == (1, len(FACE_SEGMENTS), SIDE, SIDE) and whole.dtype == torch.float32
    np.testing.assert_allclose(whole[0].numpy(), segments(found[index], (SIDE, SIDE)), atol=1e-5)
    crop = Crop(index, 8, 16, 96, 96)
    part = segments_in(data, found, [crop, dataclasses.replace(crop, flip=True)], 96)
    torch.testing.assert_close(part[0], whole[0, :, 8:104, 16:112], atol=1e-4, rtol=0)
    torch.testing.assert_close(part[1], part[0].flip(2), atol=1e-4, rtol=0)
    # skin is under the face's plane: reddest there
    rgb = cut(data, [central_crop(index, (SIDE, SIDE))], SIDE)[0].permute(1, 2, 0).numpy()
    a = lab_of_photo(np.ascontiguousarray(rgb))[1][..., 0]
    face, hair = whole[0, 0].numpy() > 0.9, whole[0, 1].numpy() > 0.9
    assert a[face].mean() > a[hair].mean() + 2


def test_with_and_without_faces_a_generator_begins_as_the_same_function() -> None:
    for kind, more in (("unet256", {"widths": (8, 16), "depth": 5}), ("residual", {}), ("efficientnet", {})):
        settings = Generator(kind=kind, **more)  # type: ignore[arg-type]
        torch.manual_seed(3)
        without = build_generator(settings).eval()
        torch.manual_seed(3)
        network = build_generator(dataclasses.replace(settings, faces=True)).eval()
        light, planes = torch.rand(1, 1, 64, 64), torch.rand(1, 4, 64, 64)
        with torch.no_grad():
            assert torch.equal(network(light, None, planes).color, without(light).color), kind
            assert torch.equal(network(light).color, without(light).color), kind


def test_training_learns_from_faces_and_goes_on_after_a_stop(told: Recipe, tmp_path: Path) -> None:
    train(told, tmp_path / "run", QUIET, device="cpu")
    saved = checkpoint_file.load(tmp_path / "run" / "last.pt")
    first = next(value for name, value in saved["generator"].items() if name.endswith("0.weight") and value.dim() == 4)
    assert first.shape[1] == 1 + 3 + 4  # lightness, hints, faces
    assert float(first[:, 4:].abs().max()) > 0  # they began at zero
    train(told, tmp_path / "run", QUIET, device="cpu")  # done already: read without complaint


def test_the_exported_file_takes_faces_and_evaluation_looks_for_them(told: Recipe, tmp_path: Path) -> None:
    train(told, tmp_path / "run", QUIET, device="cpu")
    path = tmp_path / "told.onnx"
    export(tmp_path / "run", path, QUIET)
    card = read_card(path)
    assert card.has_faces and card.has_hints and "faces: face, hair, lips, clothes" in card.extra["inputs"]
    # a network to which faces matter, so that what the file is told can be seen
    saved = checkpoint_file.load(tmp_path / "run" / "last.pt")
    for weights in (saved["generator"], saved["average"]):
        first = next(value for name, value in weights.items() if name.endswith("0.weight") and value.dim() == 4)
        first[:, 4:] = torch.randn(first[:, 4:].shape, generator=torch.Generator().manual_seed(0))
    torch.save(saved, tmp_path / "run" / "last.pt")
    export(tmp_path / "run", path, QUIET)
    photo = lab_of_photo(np.ascontiguousarray(astronaut(0)))[0]
    assert parity(contract_of(saved, told, tmp_path / "run"), path, [photo]) < HALVED_AB
    model, found = ModelFile(path), faces_seen_in(photo)
    assert model.takes_faces and model.takes_hints and len(found) == 1
    assert (found[0].y, found[0].x) == pytest.approx(MIDDLE, abs=0.08)
    np.testing.assert_array_equal(model.color(photo), model.color(photo, faces=found))
    assert float(np.abs(model.color(photo) - model.color(photo, faces=())).max()) > 1
    pixels = np.ascontiguousarray(astronaut(0))
    assert np.isfinite(color_whole(model, pixels, SIDE).ab).all()


def test_a_generator_that_sees_only_lightness_refuses_faces(tiny: Recipe) -> None:
    with pytest.raises(RecipeError, match=r"generator\.faces.*lab-unet"):
        dataclasses.replace(tiny, generator=Generator(kind="lab-unet", hints=True, bins="gamut", faces=True))


def test_the_recipe_differs_from_faces_pix2pix_by_the_mask_alone() -> None:
    with_mask, without = load_recipe("faces-segments"), load_recipe("faces-pix2pix")
    assert dataclasses.replace(with_mask.generator, faces=False) == without.generator
    for part in ("data", "aging", "hints", "discriminator", "loss", "train", "seed"):
        assert getattr(with_mask, part) == getattr(without, part), part
    assert recipe_digest(with_mask) != recipe_digest(without)
