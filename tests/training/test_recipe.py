from __future__ import annotations

import pytest

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
        ('[generator]\nkind = "efficientnet"\ndrop_path = 1.0\n', "from 0 to less than 1"),
        ("[data]\ncutmix = -0.3\n", "cutmix one from 0 to 1"),
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
