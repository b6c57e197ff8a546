"""The errors of training, in the product's error tree: message, hint, exit code."""

from __future__ import annotations

from photocolor.errors import EnvironmentFault, PhotocolorError, UsageError


class RecipeError(UsageError):
    """Raised if a recipe cannot be read, or its values make no sense."""

    reason = "recipe"
    default_hint = "Correct the recipe; docs/training.md says where every key is explained, with its unit and bounds."


class MissingWeights(EnvironmentFault):
    """Raised if a recipe's file of pretrained weights is missing or wrong."""

    reason = "missing_weights"
    default_hint = "Put the file there, correct the path in the recipe, or set the weight of that loss to 0."


class MissingData(EnvironmentFault):
    """Raised if a recipe's prepared data are missing or empty."""

    reason = "missing_data"
    default_hint = "Run `python -m training prepare` first; docs/training.md shows how."


class MissingDecoder(EnvironmentFault):
    """Raised if the installed libraries cannot read a format of the data."""

    reason = "missing_decoder"
    default_hint = 'Install a Pillow that can: pip install --upgrade "pillow>=11.3".'


class MissingLibrary(EnvironmentFault):
    """Raised if a library that training needs is not installed."""

    reason = "missing_library"
    default_hint = "Install what training needs, in the checkout: pip install -e . --group train"


class TooLittleMemory(EnvironmentFault):
    """Raised if the memory of the machine or of its GPU does not hold a step of a recipe."""

    reason = "too_little_memory"
    default_hint = (
        "Give the recipe's phases a smaller batch (train.accumulate adds several up to one step) or smaller sizes, or "
        "its networks smaller widths."
    )


class PairMismatch(UsageError):
    """Raised if two paired folders do not match: no partner, an ambiguous name, or different sizes."""

    reason = "pair_mismatch"
    default_hint = (
        "Give both pictures of a pair the same name (their suffixes may differ) and the same size in pixels, "
        "or take the photo out of both folders."
    )


class CheckpointMismatch(UsageError):
    """Raised if the run folder holds a checkpoint of another recipe."""

    reason = "checkpoint_mismatch"
    default_hint = "Use another --out, or give the recipe that began this run."


class Diverged(PhotocolorError):
    """Raised if a loss became NaN or infinite; the last good checkpoint is kept."""

    reason = "diverged"
    default_hint = (
        "Lower the learning rate, clip gradients, or turn mixed precision off. A run's recipe cannot change in its "
        "folder, so give another --out, and train.init_from = the run's last.pt if it has one."
    )
