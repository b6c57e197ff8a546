from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.ablate import variants_of
from training.cli.app import main
from training.errors import RecipeError
from training.evaluation.evaluated_model import ModelFile
from training.recipe import RECIPES, load_recipe

BASE = """
name = "base"
[data]
prepared = {data}
[generator]
kind = "cifar"
widths = [4, 4]
[train]
strip_every = 0
validate_photos = 2
[[train.phases]]
until = 12
size_px = 32
batch = 4
[generator_optimizer]
rate = 1e-2
"""

THREE = """
base = {base}
[common.loss]
pixel_form = "huber"
[variants."as it is"]
[variants."the same"]
[variants."chroma"]
loss = {{ chroma = 2.0 }}
"""


@pytest.fixture
def three(prepared: Path, tmp_path: Path) -> Path:
    base, file = tmp_path / "base.toml", tmp_path / "three.toml"
    base.write_text(BASE.format(data=json.dumps(str(prepared))), encoding="utf-8")
    file.write_text(THREE.format(base=json.dumps(str(base))), encoding="utf-8")
    return file


def test_a_variant_is_the_base_with_what_is_common_and_its_own_change(three: Path) -> None:
    recipes = variants_of(three)
    assert [recipe.name for recipe in recipes.values()] == ["as it is", "the same", "chroma"]
    assert [recipe.loss.chroma for recipe in recipes.values()] == [1.0, 1.0, 2.0]
    assert {recipe.loss.pixel_form for recipe in recipes.values()} == {"huber"}
    assert {recipe.generator_optimizer.rate for recipe in recipes.values()} == {1e-2}


def test_a_mistake_names_the_variant_and_the_nearest_key(three: Path) -> None:
    three.write_text(three.read_text(encoding="utf-8").replace("chroma = 2.0", "croma = 2.0"), encoding="utf-8")
    with pytest.raises(RecipeError, match=r"variant 'chroma'.*'croma'; did you mean 'chroma'"):
        variants_of(three)


def test_a_folder_of_another_variant_is_not_taken_for_the_one_that_is_asked_for(
    three: Path, prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also when its training was at its end; what only export reads is exported anew."""
    out = tmp_path / "runs"
    arguments = ["ablate", str(three), "--data", str(prepared), "--out", str(out), "--limit", "2", "--no-recognition"]
    assert main(arguments) == 0
    text = three.read_text(encoding="utf-8")
    three.write_text(text.replace("chroma = 2.0", "chroma = 1.5"), encoding="utf-8")
    assert main(arguments) == 2
    assert "02 holds a run of another recipe; changed: loss.chroma" in capsys.readouterr().err
    three.write_text(text + '\n[common.export]\nweaknesses = "timid"\n', encoding="utf-8")
    assert main(arguments) == 0
    assert ModelFile(out / "02" / "model.onnx").card["weaknesses"] == "timid"


@pytest.mark.parametrize(
    "text",
    [
        "base = ",
        'base = "default"',
        'base = "default"\nvariant = {}',
        'base = "default"\nvariants = {}',
        'base = "default"\nvariants = 3',
        'base = "default"\nvariants = { a = 3 }',
        'base = "default"\ncommon = 3\nvariants = { a = {} }',
        "base = 3\nvariants = { a = {} }",
    ],
)
def test_a_file_that_is_not_one_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=r"x\.toml"):
        variants_of(tmp_path / "x.toml")


def test_equal_variants_do_not_differ_and_the_same_command_trains_nothing_again(
    three: Path, prepared: Path, tmp_path: Path
) -> None:
    out = tmp_path / "runs"
    arguments = ["ablate", str(three), "--data", str(prepared), "--out", str(out), "--limit", "2"]
    assert main(arguments) == 0
    results = json.loads((out / "ablations.json").read_text(encoding="utf-8"))["results"]
    assert results["the same − as it is"]["ab_l1"]["mean"] == 0
    assert results["chroma − as it is"]["ab_l1"]["mean"] != 0
    kept = [out / "02" / "last.pt", *(out / "measured").iterdir()]
    before = [file.stat().st_mtime_ns for file in kept]
    assert main(arguments) == 0
    assert [file.stat().st_mtime_ns for file in kept] == before
    assert json.loads((out / "ablations.json").read_text(encoding="utf-8"))["results"] == results
    assert main([*arguments[:-1], "1"]) == 0  # other photos are measured anew
    assert len(list((out / "measured").iterdir())) == 2 * len(kept[1:])


def test_a_damaged_model_is_told_and_exported_again(
    three: Path, prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "runs"
    ablation = ["ablate", str(three), "--data", str(prepared), "--out", str(out), "--no-recognition", "--limit", "1"]
    assert main(ablation) == 0
    model = out / "01" / "model.onnx"
    whole = model.read_bytes()
    model.write_bytes(whole[: len(whole) // 2])
    capsys.readouterr()
    assert main(ablation) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "model.onnx" in told and "it is exported again" in told
    assert model.read_bytes() == whole


def test_what_is_put_together_from_kept_measures_is_what_one_evaluation_gives(
    three: Path, prepared: Path, tmp_path: Path
) -> None:
    out = tmp_path / "runs"
    ablation = ["ablate", str(three), "--data", str(prepared), "--out", str(out), "--no-recognition"]
    assert main(ablation) == 0
    models = [out / f"{number:02d}" / "model.onnx" for number in range(3)]
    evaluation = ["evaluate", str(models[0]), "--beside", str(models[2]), "--out", str(tmp_path / "e.json")]
    assert main([*evaluation, "--data", str(prepared), "--no-recognition"]) == 0
    ours, theirs = (
        json.loads(file.read_text(encoding="utf-8"))["results"]
        for file in (out / "ablations.json", tmp_path / "e.json")
    )
    for name in ("gray", "mean ab", "real", "as it is", "chroma"):
        assert ours[name] == theirs[name], name
    assert main([*ablation, "--beside", str(models[2])]) == 0  # its card has the name of a variant
    beside = json.loads((out / "ablations.json").read_text(encoding="utf-8"))["results"]
    assert beside["chroma (2)"] == beside["chroma"] == ours["chroma"]


def test_the_ablations_of_the_default_recipe_are_recipes() -> None:
    for file in (RECIPES / "ablations").rglob("*.toml"):
        assert len(variants_of(file)) > 1
    recipes = variants_of(RECIPES / "ablations" / "losses.toml")
    assert next(iter(recipes.values())).loss == load_recipe("residual-finish").loss
    assert len({recipe.loss for recipe in recipes.values()}) > 5
