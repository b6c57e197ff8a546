"""The damage finder's training: samples and what they say is damaged, losses, a run that goes on, the exported file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import fakes
import numpy as np
import onnx
import pytest
import torch
from rich.console import Console

from photocolor.color.lab import gray_of
from photocolor.engine.damage.finder import Finder
from photocolor.errors import ExitCode
from photocolor.models.finder import find_finder
from training.damage.evaluate import evaluate_finder, score
from training.damage.export import Decisions, answer_of, card, choose_thresholds, export_finder
from training.damage.hard import Place, read_places
from training.damage.layers import MAKERS, Layer, cracks, dusty_print, enlarged_layers, worn_print
from training.damage.lookalikes import KINDS as LOOKALIKES
from training.damage.loss import IGNORED, dice_loss, focal_loss
from training.damage.material import KIND_OF_PIECE, DamageMaterial
from training.damage.mine import mine_places
from training.damage.network import FinderContract, FinderUNet, build_finder
from training.damage.rule import NEVER, Evidence, collect, logistic
from training.damage.samples import SampleMaker, lay_over
from training.damage.settings import KINDS, FinderExport, FinderRecipe, Material, Network, Training, load_finder_recipe
from training.damage.train import train_finder
from training.data.prepared import load
from training.errors import CheckpointMismatch, MissingData, RecipeError
from training.exporting.export import export
from training.loop import checkpoint_file
from training.loop.logbook import read_stats
from training.networks.efficientnet import pretrained_weights
from training.recipe import load_recipe

QUIET = Console(quiet=True)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def damage_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty pieces of each kind, and two frames of outlines."""
    folder = tmp_path_factory.mktemp("damage")
    chance = np.random.default_rng(5)
    with zipfile.ZipFile(folder / "pieces.zip", "w") as pieces:
        for source in KIND_OF_PIECE:
            for number in range(20):
                alpha = np.zeros((60, 80), np.uint8)
                ends = [tuple(int(v) for v in chance.integers(5, 55, 2)) for _ in range(2)]
                cv2.line(alpha, ends[0], ends[1], 255, 5)
                pieces.writestr(f"{source}/{source}-{number}.png", cv2.imencode(".png", alpha)[1].tobytes())
    lines = ["scan\tkind\tpoints"]
    for scan in (1, 2):
        for kind in ("Dust", "Short hair", "Scratch"):
            lines.append(f"{scan}\t{kind}\t10,10 60,12 62,30 12,28")
    (folder / "scan-polygons.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def tiny_finder(prepared: Path, damage_folder: Path) -> FinderRecipe:
    """A recipe of the finder of seconds."""
    return FinderRecipe(
        "tiny-finder",
        material=Material(str(prepared), str(damage_folder)),
        network=Network((8, 8, 8, 8), (0, 0, 0, 1)),
        training=Training(until=24, size_px=32, batch=4, warmup=4, ema=0.5),
        export=FinderExport(clean_share=0.001),
    )


def test_the_recipe_of_the_finder_is_read_and_is_no_recipe_of_colors() -> None:
    recipe = load_finder_recipe("damage")
    network = FinderUNet(recipe.network)
    assert sum(parameter.numel() for parameter in network.parameters()) < 600_000
    with pytest.raises(RecipeError, match="is a recipe of the damage finder"):
        load_recipe("damage")
    with pytest.raises(RecipeError, match="is a recipe of a network that colors"):
        load_finder_recipe("smoke")
    with pytest.raises(RecipeError, match="there is no recipe"):
        load_finder_recipe("nothing")


def test_a_part_of_the_material_is_never_shown_in_training(damage_folder: Path) -> None:
    trained, held = (DamageMaterial(damage_folder, held_out=held_out) for held_out in (False, True))
    assert sum(map(len, trained.pieces.values())) + sum(map(len, held.pieces.values())) == 20 * len(KIND_OF_PIECE)
    assert len(trained.frames) == len(held.frames) == 1
    with pytest.raises(MissingData, match=r"pieces\.zip"):
        DamageMaterial(damage_folder / "none", held_out=True)


@pytest.mark.parametrize("number", range(len(MAKERS)))
def test_every_kind_of_damage_is_a_layer_of_alpha(number: int, damage_folder: Path) -> None:
    material, chance = DamageMaterial(damage_folder, held_out=False), np.random.default_rng(number)
    for _ in range(5):
        for layer in MAKERS[number][0](64, material, chance):
            assert layer.kind in KINDS and layer.alpha.shape == (64, 64) and layer.alpha.dtype == np.float32
            assert layer.alpha.min() >= 0 and layer.alpha.max() <= 1


def test_cracks_and_enlarged_damage_are_layers_of_alpha_too(damage_folder: Path) -> None:
    material, chance = DamageMaterial(damage_folder, held_out=False), np.random.default_rng(7)
    layers = [cracks(96, chance) for _ in range(5)]
    layers += [layer for _ in range(5) for layer in enlarged_layers(96, material, chance)]
    for layer in layers:
        assert layer.kind in KINDS and layer.alpha.shape == (96, 96) and layer.alpha.dtype == np.float32
        assert layer.alpha.min() >= 0 and layer.alpha.max() <= 1
    assert all(0 < (layer.alpha > 0.5).mean() < 0.5 for layer in layers[:5])


def test_a_worn_print_has_thin_folds_from_edge_to_edge() -> None:
    """Lines: what is drawn is thin almost everywhere, and in most prints at least one reaches across half of it."""
    chance = np.random.default_rng(11)
    layers = [worn_print(128, chance) for _ in range(12)]
    reach = []
    for layer in layers:
        assert layer.kind == "crease" and layer.alpha.shape == (128, 128) and layer.alpha.dtype == np.float32
        assert layer.alpha.min() >= 0 and layer.alpha.max() <= 1
        shown = (layer.alpha > 0.25).astype(np.uint8)
        assert shown.mean() < 0.4
        reach.append(max(max(one[2:4]) for one in cv2.connectedComponentsWithStats(shown)[2][1:]))
    assert sum(length > 64 for length in reach) >= 8


def test_a_dusty_print_has_many_specks_of_a_few_pixels() -> None:
    """Specks are tiny, as on prints that lay open: most cover under 16 pixels, and most prints have more than ten."""
    chance = np.random.default_rng(12)
    prints = [dusty_print(192, chance) for _ in range(12)]
    specks = []
    for layers in prints:
        assert [layer.kind for layer in layers] in (["dust"], ["dust", "hair"])
        for layer in layers:
            assert layer.alpha.shape == (192, 192) and layer.alpha.dtype == np.float32
            assert layer.alpha.min() >= 0 and 0 < layer.alpha.max() <= 1
        shown = (layers[0].alpha > 0.25).astype(np.uint8)
        specks.append(cv2.connectedComponentsWithStats(shown)[2][1:, cv2.CC_STAT_AREA])
    assert sum(len(one) > 10 for one in specks) >= 8
    assert np.median(np.concatenate(specks)) < 16
    assert sum(len(layers) == 2 for layers in prints) >= 3
    assert all(dusty_print(32, chance) for _ in range(300))  # at any density, of small samples too


@pytest.mark.parametrize("number", range(len(LOOKALIKES)))
def test_every_lookalike_is_a_plane_of_alpha(number: int) -> None:
    chance = np.random.default_rng(number)
    planes = [LOOKALIKES[number](64, chance) for _ in range(5)]
    assert all(plane.shape == (64, 64) and plane.min() >= 0 and plane.max() <= 1 for plane in planes)
    assert any(plane.any() for plane in planes)


def test_a_pixel_is_damaged_where_the_damage_shows() -> None:
    clean = np.full((4, 4), 50, np.float32)
    alpha = np.zeros((4, 4), np.float32)
    alpha[0], alpha[1], alpha[2] = 1.0, 0.08, 0.001
    damaged, labels = lay_over(clean, [Layer("hair", alpha)], np.random.default_rng(1))
    assert (labels[0] == 1 + KINDS.index("hair")).all() and (labels[1] == IGNORED).all()
    assert not labels[2:].any() and np.abs(damaged - clean)[0].min() > 20


def test_the_same_number_gives_the_same_sample_and_a_clean_one_has_no_labels(tiny_finder: FinderRecipe) -> None:
    maker = SampleMaker(tiny_finder.material, "train", 48, 1)
    samples = [maker.sample(number) for number in range(20)]
    assert np.array_equal(samples[3].lightness, maker.sample(3).lightness)
    assert np.array_equal(samples[3].labels, maker.sample(3).labels)
    empty = [not sample.labels.any() for sample in samples]
    assert 2 <= sum(empty) <= 14
    assert all(sample.lightness.shape == (48, 48) and sample.lightness.min() >= 0 for sample in samples)


@pytest.mark.parametrize(("share", "kind", "least"), [("worn", "crease", 0.8), ("dusty", "dust", 0.7)])
def test_folds_and_specks_are_laid_over_damaged_samples_alone(
    tiny_finder: FinderRecipe, share: str, kind: str, least: float
) -> None:
    """With every damaged sample worn, or dusty, most of them show a crease, or dust; clean ones stay clean."""
    shares: dict[str, Any] = {share: 1.0}
    maker = SampleMaker(replace(tiny_finder.material, **shares), "train", 64, 1)
    samples = [maker.sample(number) for number in range(16)]
    shown = [(sample.labels == 1 + KINDS.index(kind)).any() for sample in samples]
    damaged = [sample.labels.any() for sample in samples]
    assert sum(shown) >= least * sum(damaged) > 0 and not all(damaged)


def test_a_finder_with_an_encoder_begins_with_what_imagenet_taught_and_keeps_the_contract(
    tiny_finder: FinderRecipe, tmp_path: Path
) -> None:
    """The scale below a sixteenth is left out; the file is taken, measured and resumed as any finder's."""
    settings = Network((8, 8, 8, 8), (1, 0, 0, 0), "efficientnet-lite0")
    known, blank = build_finder(settings, pretrained=True), build_finder(settings)
    assert sum(parameter.numel() for parameter in known.parameters()) < 2_000_000
    stem = pretrained_weights("efficientnet-lite0")["_conv_stem.weight"].sum(1, keepdim=True)
    assert torch.equal(known.state_dict()["encoder.stem.0.weight"], stem)
    assert not torch.equal(blank.state_dict()["encoder.stem.0.weight"], stem)
    recipe = replace(tiny_finder, network=settings)
    train_finder(recipe, tmp_path / "run", QUIET, stop_at=4)
    train_finder(recipe, tmp_path / "run", QUIET, stop_at=8)
    export_finder(recipe, tmp_path / "run", tmp_path / "f.onnx", QUIET)
    found = find_finder(tmp_path / "f.onnx")
    assert found.card.kinds == KINDS and found.card.multiple == 16
    answer = Finder(found, 1).probabilities(np.full((50, 70), 50, np.float32))
    assert answer.shape == (5, 50, 70) and answer.min() >= 0 and answer.sum(0).max() <= 1 + 1e-5


def test_a_light_finder_takes_an_encoder_over_and_shows_it_the_photo_at_half_the_size(
    tiny_finder: FinderRecipe, tmp_path: Path
) -> None:
    whole = Network((8, 8, 8, 8), (0,) * 4, "efficientnet-lite0")
    train_finder(replace(tiny_finder, network=whole), tmp_path / "whole", QUIET, stop_at=4)
    start = str(tmp_path / "whole" / checkpoint_file.LAST)
    light = Network((8, 8, 8, 8, 8), (0,) * 5, "efficientnet-lite0", 2)
    training = replace(tiny_finder.training, start_encoder=start, rate=0.0)
    recipe = replace(tiny_finder, network=light, training=training)
    train_finder(recipe, tmp_path / "light", QUIET, stop_at=4)
    taken, given = (checkpoint_file.load(tmp_path / name / checkpoint_file.LAST) for name in ("light", "whole"))
    weights = {name for name, value in given["average"].items() if name.startswith("encoder.") and value.ndim == 4}
    assert len(weights) > 20 and all(torch.equal(taken["network"][name], given["average"][name]) for name in weights)
    export_finder(recipe, tmp_path / "light", tmp_path / "f.onnx", QUIET)
    found = find_finder(tmp_path / "f.onnx")
    assert found.card.multiple == 32
    assert Finder(found, 1).probabilities(np.full((50, 70), 50, np.float32)).shape == (5, 50, 70)
    network = build_finder(light).eval()
    seen: list[tuple[int, ...]] = []
    network.encoder.register_forward_hook(lambda _, inputs, __: seen.append(tuple(inputs[0].shape)))
    with torch.no_grad():
        assert network(torch.zeros(1, 1, 64, 96)).shape == (1, 6, 64, 96)
    assert seen == [(1, 1, 32, 48)]
    with pytest.raises(CheckpointMismatch, match="another encoder"):
        other = replace(light, encoder="efficientnet-lite1")
        train_finder(replace(recipe, network=other), tmp_path / "other", QUIET, stop_at=4)


def test_a_recipe_with_an_encoder_has_as_many_widths_as_it_uses_scales() -> None:
    with pytest.raises(RecipeError, match="five with a reduction of 2"):
        FinderRecipe("damage", network=Network((8,) * 4, (0,) * 4, "efficientnet-lite0", 2))
    with pytest.raises(RecipeError, match="exclude each other"):
        FinderRecipe("damage", training=Training(start="a.pt", start_encoder="b.pt"))


@pytest.mark.parametrize("weights", [None, (1, 1, 1, 3, 1)])
def test_the_contract_answers_with_the_softmax_of_the_logits_however_large_they_are(
    tiny_finder: FinderRecipe, weights: tuple[float, ...] | None
) -> None:
    class Given(FinderUNet):
        def forward(self, lightness: torch.Tensor) -> torch.Tensor:
            return logits

    logits = torch.randn(1, 6, 40, 50, generator=torch.Generator().manual_seed(3)) * 8
    logits[..., 0, :6] = 200 * torch.eye(6) - 100
    answer = FinderContract(Given(tiny_finder.network), weights)(torch.zeros(1, 1, 40, 50))
    expected = torch.softmax(logits.double(), 1)[:, 1:]
    if weights:
        lifted = logits[:, 1:].double() + torch.log(torch.tensor(weights).double()).reshape(1, -1, 1, 1)
        expected = torch.softmax(lifted, 1) * expected.sum(1, keepdim=True)
    assert torch.allclose(answer.double(), expected, atol=1e-6)


def test_weights_of_kinds_change_what_damage_is_called_and_not_how_likely_it_is(tiny_finder: FinderRecipe) -> None:
    torch.manual_seed(4)
    network = build_finder(tiny_finder.network).eval()
    lightness = 100 * torch.rand(1, 1, 32, 48)
    with torch.no_grad():
        learned, shared = FinderContract(network)(lightness), FinderContract(network, (1, 1, 1, 3, 1))(lightness)
    assert torch.allclose(learned.sum(1), shared.sum(1), atol=1e-5)
    crease = KINDS.index("crease")
    odds = [(one[:, crease] / (one.sum(1) - one[:, crease])).log() for one in (learned, shared)]
    assert torch.allclose(odds[1] - odds[0], torch.tensor(3.0).log().expand_as(odds[0]), atol=1e-3)


def test_the_losses_leave_out_what_is_too_faint_to_be_either() -> None:
    logits, labels = torch.zeros(1, 6, 2, 2), torch.tensor([[[0, 1], [IGNORED, IGNORED]]])
    entropy = float(np.log(6))
    assert float(focal_loss(logits, labels, 0.0, (1.0, *[3.0] * 5))) == pytest.approx(entropy * (1 + 3) / 2, rel=1e-5)
    assert float(focal_loss(logits, labels, 1.0, (1.0,) * 6)) == pytest.approx(entropy * 5 / 6, rel=1e-5)
    small = Training(damage_weight=2.0, small_weight=4.0).class_weights
    assert small == (1, 8, 8, 2, 2, 2), "dust and hairs, which have few pixels, weigh more"
    assert float(focal_loss(logits, labels, 0.0, small)) == pytest.approx(entropy * (1 + 8) / 2, rel=1e-5)
    sure = torch.zeros(1, 6, 2, 2)
    sure[0, 0, 0, 0] = sure[0, 1, 0, 1] = sure[0, 2, 1] = 50
    assert float(dice_loss(sure, labels)) == pytest.approx(0, abs=1e-4)


def test_a_stopped_run_goes_on_as_if_it_had_not_been(tiny_finder: FinderRecipe, tmp_path: Path) -> None:
    train_finder(tiny_finder, tmp_path / "whole", QUIET)
    train_finder(tiny_finder, tmp_path / "parts", QUIET, stop_at=12)
    train_finder(tiny_finder, tmp_path / "parts", QUIET)
    with pytest.raises(RecipeError, match=r"last\.pt is a recipe of the damage finder"):
        export(tmp_path / "whole", tmp_path / "m.onnx", QUIET)
    whole, parts = (checkpoint_file.load(tmp_path / name / checkpoint_file.LAST) for name in ("whole", "parts"))
    assert whole["seen"] == parts["seen"] == 24
    assert all(torch.equal(whole["average"][name], parts["average"][name]) for name in whole["average"])
    other = FinderRecipe("other", material=tiny_finder.material)
    with pytest.raises(CheckpointMismatch, match=r"another recipe; changed: .*name.*training\.until"):
        train_finder(other, tmp_path / "whole", QUIET)


def test_a_run_does_not_go_on_with_other_photos(tiny_finder: FinderRecipe, prepared: Path, tmp_path: Path) -> None:
    """Also where they lie in the folder that the recipe names."""
    shutil.copytree(prepared, tmp_path / "set")
    recipe = replace(tiny_finder, material=replace(tiny_finder.material, prepared=str(tmp_path / "set")))
    train_finder(recipe, tmp_path / "run", QUIET, stop_at=8)
    table = tmp_path / "set" / "photos.tsv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join(lines[:-5]), encoding="utf-8")
    with pytest.raises(CheckpointMismatch, match="was trained on data"):
        train_finder(recipe, tmp_path / "run", QUIET)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="processes of a group get Ctrl-C together on POSIX")
def test_ctrl_c_in_a_terminal_writes_a_checkpoint_first(tiny_finder: FinderRecipe, tmp_path: Path) -> None:
    """The terminal sends it to the process that makes samples, too."""
    material, network = tiny_finder.material, tiny_finder.network
    recipe = tmp_path / "finder.toml"
    recipe.write_text(
        f'name = "finder"\n[material]\nprepared = {json.dumps(material.prepared)}\n'
        f"damage = {json.dumps(material.damage)}\n[network]\nwidths = {list(network.widths)}\n"
        f"blocks = {list(network.blocks)}\n[training]\nuntil = 200000\nsize_px = 32\nbatch = 4\n"
        "checkpoint_s = 1000.0\n",
        encoding="utf-8",
    )
    run = tmp_path / "run"
    words = [sys.executable, "-m", "training", "damage", "train", str(recipe), "--out", str(run), "--threads", "1"]
    process = subprocess.Popen(
        words, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while process.poll() is None and len(read_stats(run / "stats.jsonl")) < 1:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate(timeout=100)[1]
    assert process.returncode == ExitCode.INTERRUPTED and told.startswith("Error: stopped after ")
    assert checkpoint_file.load(run / checkpoint_file.LAST)["seen"] > 0


@pytest.mark.parametrize("setting", ["start", "start_encoder"])
def test_a_card_names_no_folder_of_the_machine_that_trained(setting: str, tiny_finder: FinderRecipe) -> None:
    begun: dict[str, Any] = {setting: "/a/place/last.pt"}
    training = replace(tiny_finder.training, **begun)
    saved = {"seen": 1, "seconds": 1.0, "data_digest": "0"}
    words = card(saved, replace(tiny_finder, training=training), Decisions((0.5,) * len(KINDS), None))
    assert f'"{setting}":"last.pt"' in words["photocolor.recipe"] and "place" not in words["photocolor.recipe"]


def test_an_exported_finder_is_one_that_the_product_takes(tiny_finder: FinderRecipe, tmp_path: Path) -> None:
    with pytest.raises(CheckpointMismatch, match="no checkpoint"):
        export_finder(tiny_finder, tmp_path / "run", tmp_path / "f.onnx", QUIET)
    train_finder(tiny_finder, tmp_path / "run", QUIET, stop_at=4)
    export_finder(tiny_finder, tmp_path / "run", tmp_path / "f.onnx", QUIET)
    found = find_finder(tmp_path / "f.onnx")
    assert found.card.kinds == KINDS and found.card.multiple == 16
    assert "prepared" not in found.card.extra.get("recipe", "").replace('"prepared":""', "")
    maker = SampleMaker(tiny_finder.material, "test", 48, 1)
    scores = score(Finder(found, 1), maker, 5)
    assert scores["any"].damaged == sum(scores[kind].damaged for kind in KINDS) > 0
    assert all(one.found <= one.damaged and one.right <= one.marked for one in scores.values())


def test_a_finder_on_integers_answers_nearly_as_one_of_floats(tiny_finder: FinderRecipe, tmp_path: Path) -> None:
    train_finder(tiny_finder, tmp_path / "run", QUIET, stop_at=4)
    integers = replace(tiny_finder, export=replace(tiny_finder.export, integers_from=6))
    answers = []
    for number, recipe in enumerate((tiny_finder, integers)):
        file = tmp_path / f"{number}.onnx"
        export_finder(recipe, tmp_path / "run", file, QUIET)
        tile = SampleMaker(tiny_finder.material, "test", 96, 1).sample(0).lightness
        answers.append(Finder(find_finder(file), 1).probabilities(tile))
        convolutions = [node for node in onnx.load(str(file)).graph.node if node.op_type == "Conv"]
        assert {node.input[1].endswith("_DequantizeLinear_Output") for node in convolutions} == {bool(number)}
    floats, rounded = answers
    assert 0 < np.abs(rounded - floats).mean() < 0.1 * floats.std()


def test_thresholds_keep_clean_photos_clean(tiny_finder: FinderRecipe) -> None:
    """A network that calls everything dust, with a probability that depends on the pixel."""

    class Dust(FinderUNet):
        def forward(self, lightness: torch.Tensor) -> torch.Tensor:
            logits = torch.zeros(len(lightness), 6, *lightness.shape[2:])
            logits[:, 1] = 6 + 3 * lightness[:, 0]
            return logits

    photos = load(Path(tiny_finder.material.prepared), "val")
    dust = FinderContract(Dust(tiny_finder.network)).eval()
    thresholds = choose_thresholds(lambda lightness: answer_of(dust, lightness), photos, 0.01)
    assert thresholds[0] > 0.9 and thresholds[1:] == (0.5,) * 4


def test_large_photos_and_hard_places_are_shown_as_often_as_the_recipe_says(
    tiny_finder: FinderRecipe, prepared: Path, tmp_path: Path
) -> None:
    """A hard place is seen where it is: the same part of the same photo, whatever is done to its tones."""
    table = tmp_path / "hard.tsv"
    table.write_text("large\tphoto\ttop\tleft\tfactor\tlikely\nFalse\t2\t10\t12\t1.0\t0.95\n", encoding="utf-8")
    assert read_places(table) == [Place(False, 2, 10, 12, 1.0, 0.95)]
    material = replace(tiny_finder.material, large=str(prepared), large_share=1.0, hard=str(table), hard_share=1.0)
    maker = SampleMaker(material, "train", 32, 1)
    hard = [maker.sample(number) for number in range(12)]
    assert 5 <= sum(not sample.labels.any() for sample in hard) < 12
    assert all(sample.lightness.shape == (32, 32) for sample in hard)
    assert not SampleMaker(material, "val", 32, 1).hard, "what is measured on is drawn from all photos alike"
    with pytest.raises(MissingData, match=r"gone\.tsv"):
        SampleMaker(replace(material, hard=str(tmp_path / "gone.tsv")), "train", 32, 1)


def test_places_that_a_finder_takes_for_damage_are_written_down(tiny_finder: FinderRecipe, tmp_path: Path) -> None:
    train_finder(tiny_finder, tmp_path / "run", QUIET, stop_at=4)
    recipe = replace(tiny_finder, material=replace(tiny_finder.material, large=tiny_finder.material.prepared))
    mine_places(recipe, tmp_path / "run" / checkpoint_file.LAST, tmp_path / "hard.tsv", 3, 0.0, QUIET)
    places = read_places(tmp_path / "hard.tsv")
    assert {place.large for place in places} == {True, False} and all(0 <= place.likely <= 1 for place in places)
    photos = load(Path(recipe.material.prepared), "train")
    assert all(place.top <= photos.rows[place.photo].height for place in places)
    with pytest.raises(CheckpointMismatch, match="another network"):
        other = replace(recipe, network=Network())
        mine_places(other, tmp_path / "run" / checkpoint_file.LAST, tmp_path / "hard.tsv", 3, 0.0, QUIET)


def test_a_run_begins_with_the_weights_that_its_recipe_names(tiny_finder: FinderRecipe, tmp_path: Path) -> None:
    train_finder(tiny_finder, tmp_path / "first", QUIET, stop_at=4)
    start = tmp_path / "first" / checkpoint_file.LAST
    slow = replace(tiny_finder.training, start=str(start), rate=1e-9, until=4)
    train_finder(replace(tiny_finder, training=slow), tmp_path / "second", QUIET)
    first, second = (checkpoint_file.load(path)["average"] for path in (start, tmp_path / "second/last.pt"))
    learned = [name for name in first if "running" not in name and "tracked" not in name]
    assert learned and all(torch.allclose(first[name], second[name], atol=1e-5) for name in learned)
    with pytest.raises(CheckpointMismatch, match="another network"):
        other = replace(tiny_finder, training=slow, network=Network())
        train_finder(other, tmp_path / "third", QUIET)


def test_a_rule_tells_damage_by_what_differs() -> None:
    """Of two features one tells damage from clean and one does not; the first gets the weight."""
    chance = np.random.default_rng(3)
    damaged = np.arange(400) % 2
    features = np.stack([damaged * 3 + chance.normal(0, 1, 400), chance.normal(0, 1, 400)], 1)
    area = chance.integers(1, 50, 400).astype(float)
    weights = logistic(Evidence(features, area, area * damaged, damaged, 1 - damaged, (1, 1, 1)))
    assert weights[0] > 1 and abs(weights[1]) < 0.3


def test_a_rule_for_marks_is_fitted_and_keeps_clean_photos_clean(tiny_finder: FinderRecipe, tmp_path: Path) -> None:
    train_finder(tiny_finder, tmp_path / "run", QUIET, stop_at=4)
    export = replace(tiny_finder.export, edge_threshold=0.1, rule_samples=2, seen_megapixels=4.0, clean_share=0.0)
    export = replace(export, unmarked=("stain",))
    recipe = replace(tiny_finder, export=export)
    export_finder(recipe, tmp_path / "run", tmp_path / "f.onnx", QUIET)
    card = find_finder(tmp_path / "f.onnx").card
    assert (
        card.mark_rule is not None
        and card.mark_rule[KINDS.index("stain")] == -NEVER
        and card.seen_megapixels == 4
        and card.thresholds == (0.1,) * 5
    )
    finder = Finder(find_finder(tmp_path / "f.onnx"), 1)
    photos = load(Path(recipe.material.prepared), "val")
    for index in range(len(photos)):
        gray = gray_of(np.ascontiguousarray(photos.photo(index)))
        assert not np.concatenate(list(finder.find([gray], gray.shape))).any()
    learned = load(Path(recipe.material.prepared), "train")
    shapes = [photos.photo(index).shape[:2] for index in range(len(photos))]
    shapes += [learned.photo(index).shape[:2] for index in (0, (len(learned) - 1) // 2, len(learned) - 1)]
    more = replace(recipe, export=replace(export, clean_photos=3))
    seen = collect(finder, more, 0.1).pixels[1]
    assert abs(seen - sum(height * width for height, width in shapes)) <= max(map(np.prod, shapes))
    with pytest.raises(RecipeError, match=r"rule_samples needs export\.edge_threshold"):
        replace(recipe, export=replace(export, edge_threshold=None))


def test_a_finder_is_measured_on_damage_of_both_scales_and_on_clean_photos_of_a_folder(
    tiny_finder: FinderRecipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fakes.write_finder(tmp_path / "f.onnx")
    photos = tmp_path / "large"
    photos.mkdir()
    cv2.imwrite(str(photos / "a.png"), np.full((40, 50), 120, np.uint8))
    recipe = replace(tiny_finder, material=replace(tiny_finder.material, large=tiny_finder.material.prepared))
    evaluate_finder(recipe, tmp_path / "f.onnx", 2, photos, Console())
    said = " ".join(capsys.readouterr().out.split())
    assert "2 small samples" in said and "2 large samples" in said
    assert "clean test photos" in said and f"1 clean photos of {photos}" in said
