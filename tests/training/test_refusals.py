"""What training refuses, and with which words: a folder in use, damaged files, a full disk, sizes that do not do."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from fakes import write_model
from rich.console import Console

from photocolor.batch.records.lock import OutputLock
from photocolor.errors import ExitCode, ModelInvalid, OutputError, OutputLocked, TargetBlocked
from training.cli.app import main
from training.damage.settings import FinderRecipe, Material
from training.damage.train import train_finder
from training.data.prepare import PrepareSettings, prepare
from training.data.prepared import load
from training.errors import CheckpointMismatch, MissingData, MissingWeights, RecipeError, TooLittleMemory
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.figures import save_picture
from training.exporting.export import export
from training.exporting.model_file import write_card
from training.loop import checkpoint_file
from training.loop.machine import choose_device, enough_memory
from training.loop.trainer import train
from training.losses.bins import bin_centers
from training.networks.pretrained import SqueezeNet
from training.settings import Recipe
from training.writing import check_writable

QUIET = Console(quiet=True)
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """No file can grow beyond so many bytes meanwhile, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def run_of(recipe: Recipe, folder: Path, stop_at: int = 8) -> Path:
    """A run that has begun."""
    train(recipe, folder, QUIET, device="cpu", stop_at=stop_at)
    return folder


def test_a_second_training_in_one_folder_is_refused_and_the_first_is_untouched(tiny: Recipe, tmp_path: Path) -> None:
    run = run_of(tiny, tmp_path / "run")
    before = {path: path.read_bytes() for path in run.iterdir() if path.is_file()}
    with OutputLock(run), pytest.raises(OutputLocked, match="another run is writing into"):
        train(tiny, run, QUIET, device="cpu")
    assert {path: path.read_bytes() for path in run.iterdir() if path.is_file()} == before


def test_a_second_training_of_a_finder_is_refused_too(prepared: Path, tmp_path: Path) -> None:
    recipe = FinderRecipe("finder", material=Material(str(prepared)))
    with OutputLock(tmp_path), pytest.raises(OutputLocked):
        train_finder(recipe, tmp_path, QUIET)


@pytest.mark.parametrize(
    "content", [b"", b"hello", bytes(range(256)) * 40, None], ids=["empty", "text", "bytes", "cut"]
)
def test_a_damaged_checkpoint_is_named_and_kept(content: bytes | None, tiny: Recipe, tmp_path: Path) -> None:
    run = run_of(tiny, tmp_path / "run")
    last = run / checkpoint_file.LAST
    damaged = last.read_bytes()[:20_000] if content is None else content
    last.write_bytes(damaged)
    with pytest.raises(CheckpointMismatch, match=r"last\.pt is damaged, or not a checkpoint"):
        train(tiny, run, QUIET, device="cpu")
    with pytest.raises(CheckpointMismatch, match=r"last\.pt is damaged, or not a checkpoint"):
        export(run, tmp_path / "m.onnx", QUIET)
    assert last.read_bytes() == damaged


def test_a_folder_without_a_run_is_said_to_have_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(CheckpointMismatch, match="there is no checkpoint"):
        export(tmp_path / "nowhere", tmp_path / "m.onnx", QUIET)


def test_a_disk_that_is_full_ends_a_run_by_name_and_the_checkpoint_before_stays(tiny: Recipe, tmp_path: Path) -> None:
    run = run_of(tiny, tmp_path / "run")
    before = (run / checkpoint_file.LAST).read_bytes()
    with files_of_at_most(len(before) // 2), pytest.raises((OutputError, TargetBlocked), match=r"last\.pt"):
        train(tiny, run, QUIET, device="cpu", stop_at=16)
    assert (run / checkpoint_file.LAST).read_bytes() == before
    assert not [path for path in run.iterdir() if path.suffix == ".tmp"]
    train(tiny, run, QUIET, device="cpu", stop_at=16)
    assert checkpoint_file.load(run / checkpoint_file.LAST)["seen"] == 16


def test_a_model_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    model = write_model(tmp_path / "tint.onnx")
    before = model.read_bytes()
    with files_of_at_most(len(before) // 2), pytest.raises((OutputError, TargetBlocked), match=r"tint\.onnx"):
        write_card(model, {"photocolor.quality": "{}"})
    assert model.read_bytes() == before and list(tmp_path.iterdir()) == [model]


def test_a_picture_that_cannot_be_written_is_named(prepared: Path, tmp_path: Path) -> None:
    photo = load(prepared, "train").photo(0)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises((OutputError, TargetBlocked), match=r"picture\.png"):
        save_picture(photo, tmp_path / "file" / "picture.png")


def test_sizes_that_the_generator_does_not_take_are_refused_before_anything_is_made(
    tiny: Recipe, tmp_path: Path
) -> None:
    phases = (dataclasses.replace(tiny.train.phases[0], size_px=60),)
    recipe = dataclasses.replace(tiny, train=dataclasses.replace(tiny.train, phases=phases))
    with pytest.raises(RecipeError, match="kind 'residual' takes multiples of 32 px, not 60"):
        train(recipe, tmp_path / "run", QUIET, device="cpu")
    words = dataclasses.replace(tiny, export=dataclasses.replace(tiny.export, working_size=100))
    run = run_of(tiny, tmp_path / "run")
    with pytest.raises(RecipeError, match="working_size is 100 px, and the generator takes multiples of 32"):
        export(run, tmp_path / "m.onnx", QUIET, words=words)


def test_a_colorfulness_that_no_photo_has_is_refused(tiny: Recipe, tmp_path: Path) -> None:
    recipe = dataclasses.replace(tiny, data=dataclasses.replace(tiny.data, least_colorfulness=999.0))
    with pytest.raises(RecipeError, match="least_colorfulness = 999 passes over all"):
        train(recipe, tmp_path / "run", QUIET, device="cpu")


def test_a_source_that_the_set_does_not_have_is_answered_with_those_that_it_has(prepared: Path) -> None:
    with pytest.raises(MissingData, match="has no train photos of p-utkface") as refused:
        load(prepared, "train", ("p-utkface",))
    assert load(prepared, "train").rows[0].source in refused.value.hint


def test_a_set_that_is_cut_off_or_edited_is_refused_before_it_is_used(prepared: Path, tmp_path: Path) -> None:
    shutil.copytree(prepared, tmp_path / "cut")
    with (tmp_path / "cut" / "pixels.bin").open("r+b") as pixels:
        pixels.truncate(5000)
    with pytest.raises(MissingData, match=r"pixels\.bin has 5,000 bytes, and its table names"):
        load(tmp_path / "cut", "train")
    shutil.copytree(prepared, tmp_path / "edited")
    table = tmp_path / "edited" / "photos.tsv"
    table.write_text(table.read_text(encoding="utf-8").replace("\t", ";"), encoding="utf-8")
    with pytest.raises(MissingData, match=r"photos\.tsv, line 2 is none that prepare wrote"):
        load(tmp_path / "edited", "train")


@pytest.mark.parametrize(("name", "told"), [("gpu", "no device 'gpu'"), ("cuda:77", "cuda:77 is not available")])
def test_a_device_that_is_not_there_is_named(name: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        choose_device(name)


def test_memory_that_ends_is_told_with_the_largest_batch_and_other_errors_pass(tiny: Recipe) -> None:
    with pytest.raises(TooLittleMemory, match="batches of 4 photos of 64 px"), enough_memory(tiny):
        torch.empty(1 << 48)
    with pytest.raises(RuntimeError, match="must match"), enough_memory(tiny):
        torch.add(torch.zeros(2), torch.zeros(3))


def test_what_is_no_color_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "junk.onnx").write_bytes(b"hello")
    with pytest.raises(ModelInvalid, match=r"junk\.onnx is not a whole ONNX model"):
        ModelFile(tmp_path / "junk.onnx")
    with pytest.raises(ModelInvalid, match="is no model that colors but a damage finder"):
        ModelFile(ROOT / "photocolor" / "models" / "damage.onnx")


@pytest.mark.parametrize(
    "command",
    [
        ["export", "run", "--out", "FILE/m.onnx"],
        ["describe", "smoke", "--picture", "FILE/d.png"],
        ["prepare", "scenes", "--out", "FILE"],
        ["train", "recipe.toml", "--out", "FILE"],
    ],
    ids=lambda command: command[0],
)
def test_a_place_that_cannot_be_written_is_a_message_and_an_exit_code(
    command: list[str], scenes: Path, tiny: Recipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "occupied"
    file.write_text("x", encoding="utf-8")
    (tmp_path / "recipe.toml").write_text(
        'name = "x"\n[[train.phases]]\nuntil = 8\nsize_px = 32\nbatch = 2\n', encoding="utf-8"
    )
    places = {"run": tmp_path / "run", "scenes": scenes, "recipe.toml": tmp_path / "recipe.toml"}
    if command[0] == "export":
        run_of(tiny, tmp_path / "run")
    words = [str(places.get(word, word)).replace("FILE", str(file)) for word in command]
    assert main(words) == ExitCode.OUTPUT
    assert "occupied" in capsys.readouterr().err and file.read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("command", ["evaluate", "compare", "quantize", "vibrance"])
@pytest.mark.parametrize("place", ["file/new.onnx", "folder.onnx"], ids=["below a file", "a folder"])
def test_a_place_that_cannot_be_written_is_told_before_the_photos_are_looked_at(
    command: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = write_model(tmp_path / "tint.onnx")
    write_card(model, {"photocolor.recipe": "{}"})
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "folder.onnx").mkdir()
    nowhere = str(tmp_path / "no set")  # looking at photos would end with this one's name
    assert main([command, str(model), "--data", nowhere, "--out", str(tmp_path / place)]) == ExitCode.OUTPUT
    told = capsys.readouterr().err
    assert place.partition("/")[0] in told and "no set" not in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.onnx", "tint.onnx"]


def test_a_place_is_checked_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text("before", encoding="utf-8")
    check_writable(tmp_path / "kept.json")
    check_writable(tmp_path / "new" / "later.json")
    assert (tmp_path / "kept.json").read_text(encoding="utf-8") == "before"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept.json", "new"]
    with files_of_at_most(0), pytest.raises((OutputError, TargetBlocked), match=r"kept\.json cannot be written"):
        check_writable(tmp_path / "kept.json")


def test_a_model_is_written_under_a_name_by_which_it_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "run", "--out", "model"]) == ExitCode.USAGE
    assert "ends in .onnx, and model does not" in capsys.readouterr().err


def test_a_folder_without_photos_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "IMG_1.heic").write_bytes(b"x")
    done = command_in(tmp_path, "prepare", "photos", "--out", "set")
    assert done.returncode == ExitCode.ENVIRONMENT and not (tmp_path / "set").exists()
    assert done.stderr.startswith("Error: there are no photos in photos\n") and ".webp" in done.stderr


def test_a_missing_library_is_answered_with_the_command_that_installs_it(tmp_path: Path) -> None:
    """A library of that name stands before the real one on the path, and fails as one that is not there."""
    (tmp_path / "torch.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n", encoding="utf-8"
    )
    done = command_in(tmp_path, "describe", "smoke")
    assert done.returncode == ExitCode.ENVIRONMENT
    assert done.stderr.startswith("Error: the library torch is not installed\n")
    assert "pip install -e . --group train" in done.stderr


def command_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a folder whose modules come first."""
    path = os.pathsep.join((str(folder), str(ROOT)))
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-m", "training", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_run_does_not_go_on_with_its_photos_at_another_size(tiny: Recipe, scenes: Path, tmp_path: Path) -> None:
    def prepared_at(size_px: int) -> None:
        settings = PrepareSettings(store_px=size_px, duplicate_bits=-1, processes=1)
        prepare([scenes], tmp_path / "set", settings, QUIET)

    prepared_at(72)
    recipe = dataclasses.replace(tiny, data=dataclasses.replace(tiny.data, prepared=str(tmp_path / "set")))
    run = run_of(recipe, tmp_path / "run")
    prepared_at(48)
    with pytest.raises(CheckpointMismatch, match=r"was trained on the photos of .*set at other sizes"):
        train(recipe, run, QUIET, device="cpu")
    prepared_at(72)
    train(recipe, run, QUIET, device="cpu", stop_at=16)
    older = checkpoint_file.load(run / checkpoint_file.LAST)
    del older["size_digest"]
    checkpoint_file.save(older, run / checkpoint_file.LAST)
    train(recipe, run, QUIET, device="cpu", stop_at=20)
    assert checkpoint_file.load(run / checkpoint_file.LAST)["seen"] == 20


def test_a_prepared_set_is_no_folder_of_photos(prepared: Path, tmp_path: Path) -> None:
    """Its sheet of samples would be the one photo."""
    with pytest.raises(MissingData, match="is a set that prepare made"):
        prepare([prepared], tmp_path / "again", PrepareSettings(processes=1), QUIET)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 cut", None], ids=["empty", "text", "cut", "nameless"])
def test_pretrained_weights_that_are_damaged_are_named(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "net.npz"
    if content is None:
        with file.open("wb") as out:
            np.save(out, np.zeros(3))
    else:
        file.write_bytes(content)
    with pytest.raises(MissingWeights, match=r"net\.npz is not a file of named arrays"):
        SqueezeNet(str(file))
    with pytest.raises(MissingWeights, match=r"net\.npz (is no table of ab bins|has shape)"):
        bin_centers(str(file))


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", **{"features.0.weight": np.zeros((3, 3), np.float32)})
    with pytest.raises(MissingWeights, match=r"other\.npz holds other arrays than torchvision's SqueezeNet"):
        SqueezeNet(str(tmp_path / "other.npz"))


@pytest.mark.parametrize("name", ["", "../elsewhere", "a/b"])
def test_a_recipe_whose_name_is_no_folder_needs_one(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f'name = "{name}"\n[[train.phases]]\nuntil = 8\nsize_px = 32\nbatch = 2\n', encoding="utf-8")
    assert main(["train", str(recipe)]) == ExitCode.USAGE
    assert "is not one of a folder" in capsys.readouterr().err
