from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnxruntime import InferenceSession
from rich.console import Console

from photocolor.models.card import read_card
from photocolor.models.registry import find_model
from training.errors import CheckpointMismatch, RecipeError
from training.evaluation.evaluated_model import ModelFile
from training.exporting.export import PARITY_AB, ModelTooLarge, contract_of, export, parity, write_graph
from training.exporting.float16 import halve
from training.exporting.model_file import write_card
from training.exporting.second_look import first_look
from training.loop import checkpoint_file
from training.loop.trainer import train
from training.network_settings import Discriminator, Generator
from training.networks.build import build_generator
from training.networks.warmstart import load_onnx, unfold_norms
from training.recipe import recipe_digest, recipe_from_values, recipe_values
from training.settings import Data, Hints, Loss, Phase, Recipe, Train

QUIET = Console(quiet=True)


@pytest.fixture
def exported(tiny: Recipe, tmp_path: Path) -> Path:
    """A tiny run's model file."""
    train(tiny, tmp_path / "run", QUIET, device="cpu")
    export(tmp_path / "run", tmp_path / "tiny.onnx", QUIET)
    return tmp_path / "tiny.onnx"


def test_the_product_reads_the_card_and_its_size_rule(exported: Path, tiny: Recipe) -> None:
    card = read_card(exported)
    assert (card.name, card.contract, card.multiple, card.working_px, card.fixed_px) == ("tiny", 1, 32, 64, None)
    assert card.has_hints and card.has_doubt
    assert card.extra["recipe_digest"] == recipe_digest(tiny)
    assert card.extra["images_seen"] == "64"
    assert json.loads(card.extra["recipe"])["loss"]["bins"] == 0.1


def test_weights_are_float16_and_inputs_and_outputs_float32(exported: Path) -> None:
    model = onnx.load(str(exported))
    large = [weight for weight in model.graph.initializer if np.prod(weight.dims) >= 64]
    kinds = {weight.data_type for weight in large if weight.data_type in (1, 10)}
    assert kinds == {onnx.TensorProto.FLOAT16}
    ports = [*model.graph.input, *model.graph.output]
    assert {port.type.tensor_type.elem_type for port in ports} == {onnx.TensorProto.FLOAT}


def test_only_as_many_arrays_as_the_colors_need_stay_float32(exported: Path, tiny: Recipe) -> None:
    model = contract_of(checkpoint_file.load(exported.parent / "run" / "last.pt"), tiny, exported.parent / "run")
    photos = [np.tile(np.linspace(5, 95, 64, dtype=np.float32), (64, 1))]
    path = exported.with_name("halved.onnx")

    def halved_within(bound: float) -> tuple[int, int, float]:
        write_graph(model, path)
        told = halve(path, photos, lambda: parity(model, path, photos), bound)
        large = [weight for weight in onnx.load(str(path)).graph.initializer if np.prod(weight.dims) >= 64]
        float32 = [weight.name for weight in large if weight.data_type == onnx.TensorProto.FLOAT]
        assert sorted(float32) == sorted(told.kept) and told.arrays > 8
        assert told.error == pytest.approx(parity(model, path, photos))
        return len(told.kept), told.kept_bytes, told.error

    none, no_bytes, error = halved_within(1.0)
    assert (none, no_bytes) == (0, 0) and 0 < error < 1
    few, few_bytes, smaller = halved_within(error / 2)
    every, all_bytes, _ = halved_within(1e-9)
    assert 0 < few < every and 0 < few_bytes < all_bytes and smaller <= error / 2


def test_the_card_says_which_weights_are_kept(exported: Path) -> None:
    assert read_card(exported).extra["weights"] == "float16"


def test_a_file_larger_than_the_recipe_allows_is_an_error_and_not_written(
    exported: Path, tiny: Recipe, tmp_path: Path
) -> None:
    last = tmp_path / "run" / "last.pt"
    small = dataclasses.replace(tiny, export=dataclasses.replace(tiny.export, largest_mb=0.01))
    torch.save(checkpoint_file.load(last) | {"recipe": json.dumps(recipe_values(small))}, last)
    with pytest.raises(ModelTooLarge, match=r"0\.0\d MB|0\.1 MB") as error:
        export(tmp_path / "run", tmp_path / "large.onnx", QUIET)
    assert "0.01 MB allowed" in error.value.message and "largest_mb" in error.value.hint
    assert not list(tmp_path.glob("large.*"))


@pytest.mark.parametrize("size_px", [(64, 64), (96, 160)])
def test_any_multiple_of_the_size_rule_is_taken_and_doubt_is_between_zero_and_one(
    exported: Path, size_px: tuple[int, int]
) -> None:
    session = InferenceSession(str(exported))
    feed = {"lightness": np.full((2, 1, *size_px), 50, np.float32), "hints": np.zeros((2, 3, *size_px), np.float32)}
    ab, doubt = session.run(None, feed)
    assert ab.shape == (2, 2, *size_px) and doubt.shape == (2, 1, *size_px)
    assert np.abs(ab).max() <= 110 and 0 <= doubt.min() <= doubt.max() <= 1


def test_other_decodings_are_chosen_at_export(exported: Path, tmp_path: Path) -> None:
    lightness = np.tile(np.linspace(20, 80, 64, dtype=np.float32), (64, 1))
    answers = {}
    for decode in ("regression", "annealed", "blend"):
        export(
            tmp_path / "run",
            tmp_path / "other.onnx",
            QUIET,
            decode={"decode": decode, "blend": 0.25, "temperature": 0.5},
        )
        answers[decode] = ModelFile(tmp_path / "other.onnx").color(lightness)
    wanted = 0.75 * answers["regression"] + 0.25 * answers["annealed"]
    np.testing.assert_allclose(answers["blend"], wanted, atol=1e-3)
    assert np.abs(answers["annealed"] - answers["regression"]).max() > 1


def test_words_and_decoding_of_a_later_recipe_are_taken_at_export(exported: Path, tiny: Recipe, tmp_path: Path) -> None:
    words = dataclasses.replace(
        tiny.export, name="sky", working_size=96, weaknesses="hats", data_terms="ours", history="a day"
    )
    later = dataclasses.replace(
        tiny, export=words, generator=dataclasses.replace(tiny.generator, decode="annealed"), seed=5
    )
    export(tmp_path / "run", tmp_path / "later.onnx", QUIET, words=later)
    card = read_card(tmp_path / "later.onnx")
    assert (card.name, read_card(exported).name) == ("sky", tiny.name)
    assert (card.working_px, card.extra["weaknesses"], card.extra["data_terms"]) == (96, "hats", "ours")
    assert card.extra["training"].endswith("; before that a day")
    told = json.loads(card.extra["recipe"])
    assert told["generator"]["decode"] == "annealed" and told["seed"] == tiny.seed  # what was trained stays
    assert "data_terms" not in read_card(exported).extra  # nothing is said of what nobody said


def test_quality_is_written_into_the_card_and_nothing_else_changes(exported: Path) -> None:
    before = read_card(exported)
    write_card(exported, {"photocolor.quality": '{"auc":90}'})
    after = read_card(exported)
    assert after.extra.pop("quality") == '{"auc":90}'
    assert before.extra.pop("quality") == "{}"
    assert before == after and before.extra == after.extra


@pytest.mark.parametrize(
    ("kind", "color", "widths", "side"),
    [
        ("unet256", "rgb", (4, 8), 0),
        ("lab-unet", "lab", (4, 6, 8), 0),
        ("rgb150", "rgb", (4, 4), 50),
        ("cifar", "lab", (4, 8, 8), 32),
    ],
)
def test_every_generator_fulfills_the_contract(
    prepared: Path, tmp_path: Path, kind: str, color: str, widths: tuple[int, ...], side: int
) -> None:
    generator = Generator(kind, color, widths=widths, depth=4, norm="instance", fixed_px=side)
    recipe = Recipe(
        "small", Train((Phase(8, side or 32, 4),), strip_every=0), data=Data(str(prepared)), generator=generator,
        discriminator=Discriminator("patchgan", width=4, layers=1, norm="none"), loss=Loss(adversarial=0.1),
    )  # fmt: skip
    recipe = dataclasses.replace(recipe, export=dataclasses.replace(recipe.export, working_size=64))
    train(recipe, tmp_path / "run", QUIET, device="cpu")
    export(tmp_path / "run", tmp_path / "m.onnx", QUIET)  # raises above PARITY_AB
    card = read_card(tmp_path / "m.onnx")
    assert card.fixed_px == (side or None) and not card.has_hints
    answer = ModelFile(tmp_path / "m.onnx").color(np.full((card.at_least(64), card.at_least(64)), 60, np.float32))
    assert np.isfinite(answer).all() and PARITY_AB < 1


def test_a_run_without_a_checkpoint_cannot_be_exported(tmp_path: Path) -> None:
    with pytest.raises(CheckpointMismatch, match="there is no checkpoint"):
        export(tmp_path, tmp_path / "m.onnx", QUIET)


# -- beginning from a model file --------------------------------------------------------------------------------------


def answers_of(network: torch.nn.Module, lightness: np.ndarray, hints: np.ndarray) -> np.ndarray:
    told = np.concatenate([hints[:, :2] / 110, hints[:, 2:]], 1)
    with torch.no_grad():
        output = network.eval()(torch.from_numpy(lightness / 50 - 1), torch.from_numpy(told))
    return np.asarray(output.color.numpy() * 110)


def test_a_network_begun_from_a_model_file_gives_the_files_colors_also_after_unfolding(
    exported: Path, tiny: Recipe
) -> None:
    network = build_generator(
        tiny.generator,
        len(np.asarray(checkpoint_file.load(exported.parent / "run" / "last.pt")["generator"]["bins.bias"])),
    )
    assert load_onnx(network, exported) == []
    chance = np.random.default_rng(0)
    lightness, hints = chance.uniform(0, 100, (1, 1, 64, 64)).astype(np.float32), np.zeros((1, 3, 64, 64), np.float32)
    wanted = InferenceSession(str(exported)).run(["ab"], {"lightness": lightness, "hints": hints})[0]
    np.testing.assert_allclose(answers_of(network, lightness, hints), wanted, atol=1e-3)
    unfold_norms(network, [(torch.rand(4, 1, 64, 64), torch.zeros(4, 3, 64, 64))])
    np.testing.assert_allclose(answers_of(network, lightness, hints), wanted, atol=1e-3)


def test_the_shipped_model_s_first_look_loads_exactly_into_the_generator_of_its_own_card() -> None:
    """So that training can go on from it where no checkpoint is left."""
    shipped = find_model("default")
    settings = recipe_from_values(json.loads(shipped.card.extra["recipe"])).generator
    heads = [weight for weight in onnx.load(str(shipped.path)).graph.initializer if ".bins." in weight.name]
    network = build_generator(settings, max((weight.dims[0] for weight in heads), default=0))
    assert load_onnx(network, shipped.path) == []
    chance = np.random.default_rng(1)
    lightness = chance.uniform(0, 100, (1, 1, 96, 128)).astype(np.float32)
    hints = np.zeros((1, 3, 96, 128), np.float32)
    hints[:, :, 20:30, 40:50] = np.float32([30, -20, 1])[None, :, None, None]
    once = first_look(onnx.load(str(shipped.path))).SerializeToString()
    wanted = InferenceSession(once).run(["ab"], {"lightness": lightness, "hints": hints})[0]
    np.testing.assert_allclose(answers_of(network, lightness, hints), wanted, atol=1e-3)


def test_a_head_with_another_number_of_bins_is_left_as_it_was(exported: Path, tiny: Recipe) -> None:
    assert load_onnx(build_generator(tiny.generator, 7), exported) == ["bins"]


def test_a_model_of_another_shape_is_refused(exported: Path, tiny: Recipe) -> None:
    deeper = dataclasses.replace(tiny.generator, encoder_blocks=(1, 1, 2, 1, 1))
    with pytest.raises(RecipeError, match="convolutions"):
        load_onnx(build_generator(deeper, 7), exported)


def test_weights_that_are_not_read_from_model_files_are_no_silent_beginning(exported: Path) -> None:
    """A U-Net of pix2pix would have begun with the encoder of the file and a random decoder."""
    unet = build_generator(Generator(kind="unet256", widths=(4, 8), depth=5, norm="instance"))
    with pytest.raises(RecipeError, match="layers of ConvTranspose2d, InstanceNorm2d are not read from") as refused:
        load_onnx(unet, exported)
    assert "checkpoint" in refused.value.hint


def test_hints_are_needed_in_the_recipe_of_a_hinted_network(tiny: Recipe) -> None:
    with pytest.raises(RecipeError):
        dataclasses.replace(tiny, generator=Generator(hints=False), hints=Hints(0.1))
