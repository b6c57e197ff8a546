from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from training.ablate import variants_of
from training.damage.settings import load_finder_recipe
from training.errors import RecipeError
from training.networks.build import build_generator
from training.recipe import RECIPES, load_recipe, parse_recipe, recipe_digest, recipe_from_values, recipe_values

LEAST = 'name = "x"\n[[train.phases]]\nuntil = 10\nsize_px = 32\nbatch = 2\n'
SEVEN = ("faces-pix2pix", "faces-nopatch", "coast-pix2pix", "lab-unet", "rgb150", "cifar10", "default")


def test_an_unknown_key_is_an_error_that_names_the_nearest_known_key() -> None:
    with pytest.raises(RecipeError, match="unknown key 'perceptul'; did you mean 'perceptual'"):
        parse_recipe(LEAST + "[loss]\nperceptul = 1.0\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[loss]\npixel = "much"\n', "not of type float"),
        ('[generator]\nkind = "unet"\n', "possible: residual, efficientnet, unet256"),
        ("[loss]\nadversarial = 1.0\n", "discriminator.kind is none"),
        ("[hints]\npoints = 0.2\n", "generator takes none"),
        ("[generator]\nhints = true\n[hints]\npoints = 0.7\ncoarse = 0.7\n", "more than 1"),
        ("[loss]\nbins = 1.0\n", "names no table"),
        ("[generator]\nfaces = true\n[data]\ncutmix = 0.3\n", "cutmix covers faces"),
        ("[generator]\ndrop_path = 0.2\n", "drop_path leaves blocks"),
        ('[generator]\nkind = "efficientnet"\ndrop_path = 1.0\n', "drop_path is 1, not at least 0 and less than 1"),
        ("[data]\ncutmix = -0.3\n", "cutmix is -0.3, not at least 0 and at most 1"),
        ("seed = \n", "not TOML"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        parse_recipe(text + LEAST if text.startswith("seed") else LEAST + text)


def test_phases_must_rise() -> None:
    with pytest.raises(RecipeError, match="rise"):
        parse_recipe(LEAST + "[[train.phases]]\nuntil = 5\nsize_px = 32\nbatch = 2\n")


@pytest.mark.parametrize("name", SEVEN)
def test_each_of_the_seven_recipes_is_read_and_its_generator_is_built(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert build_generator(recipe.generator, 313 if recipe.generator.bins else 0) is not None


def test_every_recipe_file_is_named_like_its_recipe() -> None:
    names = {path.stem for path in RECIPES.glob("*.toml")}
    finders = {
        "damage",
        "damage-more",
        "damage-light",
        "damage-light-end",
        *(f"damage-pretrained{stretch}" for stretch in ("", "-more", "-long", "-end")),
    }
    assert {load_finder_recipe(name).name for name in finders} == {"damage"}
    assert all(load_recipe(name).name == name for name in names - finders)


def test_faces_recipes_differ_in_one_word_of_the_discriminator() -> None:
    patch, whole = (recipe_values(load_recipe(name)) for name in ("faces-pix2pix", "faces-nopatch"))
    assert patch.pop("discriminator")["kind"] != whole["discriminator"]["kind"]
    different = {key for key in patch if patch[key] != whole[key]}
    assert different == {"name"}


def test_a_recipe_survives_the_checkpoint_and_keeps_its_digest() -> None:
    recipe = load_recipe("default")
    assert recipe_digest(recipe_from_values(recipe_values(recipe))) == recipe_digest(recipe)


def test_the_digest_changes_with_any_value() -> None:
    assert recipe_digest(parse_recipe(LEAST)) != recipe_digest(parse_recipe(LEAST + "[loss]\nchroma = 1.1\n"))


def test_a_value_written_out_as_its_default_is_the_same_experiment() -> None:
    assert recipe_digest(parse_recipe(LEAST)) == recipe_digest(parse_recipe(LEAST + "[loss]\nchroma = 1.0\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[loss]\npixel = -1.0\n", r"loss: pixel is -1, not at least 0"),
        ("[loss]\npixel = nan\n", r"loss: pixel is nan, not a finite number"),
        ("[generator_optimizer]\nrate = inf\n", r"rate is inf, not a finite number"),
        ("[generator_optimizer]\nbeta1 = 1.0\n", r"beta1 is 1, not at least 0 and less than 1"),
        ("[aging]\nblur = 3.0\n", r"aging: blur is 3, not at least 0 and at most 1"),
        ("[data]\ncrop_least = 0.0\n", r"crop_least is 0, not more than 0 and at most 1"),
        ("[data]\nlimit = -3\n", r"data: limit is -3, not at least 0"),
        ("[generator]\nwidths = [8, 0]\n", r"widths\[1\] is 0, not at least 1"),
        ("[generator]\nwidths = []\n", r"a\.toml: generator\.widths names no width"),
        ("[discriminator]\nwidth = 0\n", r"discriminator: width is 0"),
        ("[[train.phases]]\nuntil = 20\nsize_px = 32\nbatch = 0\n", r"phases\[1\]: batch is 0, not at least 1"),
        ("[[train.phases]]\nuntil = 20\nsize_px = 32\n", r"phases\[1\]: batch must be given"),
    ],
)
def test_a_number_out_of_its_bounds_is_refused_with_its_key_and_the_bounds(text: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        parse_recipe(LEAST + text, "a.toml")


def test_a_finders_numbers_have_bounds_too(tmp_path: Path) -> None:
    file = tmp_path / "finder.toml"
    file.write_text('name = "damage"\n[training]\nbatch = 0\n', encoding="utf-8")
    with pytest.raises(RecipeError, match="training: batch is 0, not at least 1"):
        load_finder_recipe(str(file))


def test_a_file_that_begins_with_a_mark_of_utf_8_is_read_and_one_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbf" + LEAST.encode())
    assert load_recipe(str(file)).name == "x"
    file.write_bytes(LEAST.encode("utf-16"))
    with pytest.raises(RecipeError, match=r"mine\.toml cannot be read"):
        load_recipe(str(file))


@pytest.mark.timeout(60)
@pytest.mark.parametrize("load", [load_recipe, load_finder_recipe, lambda name: variants_of(Path(name))])
@pytest.mark.parametrize(
    ("text", "said"), [(".".join("a" * 100_000) + " = 1", "200,003 characters"), ("a = " + "[" * 9_000, "too deeply")]
)
def test_a_file_that_only_an_attacker_writes_is_refused_at_once(
    load: Callable[[str], object], text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError, match=rf"mine\.toml is not TOML: .*{said}"):
        load(str(file))
