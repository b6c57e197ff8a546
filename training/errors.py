"""What can go wrong in training, in the product's own tree: message, hint, exit code."""

from __future__ import annotations

from photocolor.errors import EnvironmentFault, PhotocolorError, UsageError


class RecipeError(UsageError):
    """The recipe cannot be read, or says something that cannot be meant."""

    reason = "recipe"
    default_hint = "Correct the named line of the recipe; docs/training.md lists every key."


class MissingWeights(EnvironmentFault):
    """A file of pretrained weights that the recipe names is not there, or not what it should be."""

    reason = "missing_weights"
    default_hint = "Put the file there, correct the path in the recipe, or set the weight of that loss to 0."


class MissingData(EnvironmentFault):
    """The prepared data that the recipe names is not there, or empty."""

    reason = "missing_data"
    default_hint = "Run `python -m training prepare` first; docs/training.md shows how."


class MissingDecoder(EnvironmentFault):
    """The installed libraries cannot read a format that the data comes in."""

    reason = "missing_decoder"
    default_hint = "Install a Pillow that can: pip install --upgrade 'pillow>=11.3'."


class PairMismatch(UsageError):
    """Two paired folders do not fit: a photo without a partner, an ambiguous name, or a pair of different sizes."""

    reason = "pair_mismatch"
    default_hint = (
        "Give both pictures of a pair the same name (their suffixes may differ) and the same size in pixels, "
        "or take the photo out of both folders."
    )


class CheckpointMismatch(UsageError):
    """The run folder holds a checkpoint of another recipe."""

    reason = "checkpoint_mismatch"
    default_hint = "Use another --out, or give the recipe that began this run."


class Diverged(PhotocolorError):
    """A loss became NaN or infinite; the last good checkpoint is kept."""

    reason = "diverged"
    default_hint = (
        "Lower the learning rate, clip gradients, or turn mixed precision off; then run the same command again."
    )
