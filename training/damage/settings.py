"""What a recipe of the damage finder can say, as frozen values with their defaults and units."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from photocolor.system.written.toml import toml_values
from training.bounds import Count, Positive, Proportion, Rest, Weight, Whole
from training.errors import RecipeError
from training.recipe import RECIPES, build_settings, read_text

KINDS = ("dust", "hair", "scratch", "crease", "stain")
"""What is told apart; class 0 of the logits is clean, the others are these in order."""


@dataclass(frozen=True, slots=True)
class Material:
    """Describes what samples are made of.

    Attributes:
        prepared: folder of clean photos that `prepare` wrote.
        damage: folder with `pieces.zip` (alpha pictures of single artifacts, each in a folder named after its kind)
            and `scan-polygons.tsv` (artifacts of whole frames, outlined).
        damaged: share of the samples that get damage; the others have an empty mask.
        lookalikes: share of the samples that get drawn content which resembles damage: wires, lettering, fences.
        enlarged: share of the samples that show a small part of a photo, enlarged as in a scan of high resolution.
        large: folder of clean large photos that `prepare` wrote with a large `--size`; empty for none.
        large_share: share of the samples that show a part of them, at any scale down to a third.
        hard: file with places of clean training photos that a finder took for damage (`damage mine`); empty for none.
        hard_share: share of the samples that show such a place; two thirds of them stay clean.
        scaled: share of the damaged samples whose damage is drawn up to 2.5 times as large and soft, as a scan of
            high resolution shows it.
        cracked: share of the damaged samples that get a net of cracks as brittle prints have.
        worn: share of the damaged samples that get folds, cracks that leave them, and worn corners.
        dusty: share of the damaged samples that get the tiny specks and fine hairs of a print that lay open.
    """

    prepared: str = "runs/data/photos"
    damage: str = "../shared/damage"
    damaged: Proportion = 0.65
    lookalikes: Proportion = 0.25
    enlarged: Proportion = 0.5
    large: str = ""
    large_share: Proportion = 0.4
    hard: str = ""
    hard_share: Proportion = 0.15
    scaled: Proportion = 0.0
    cracked: Proportion = 0.0
    worn: Proportion = 0.0
    dusty: Proportion = 0.0


@dataclass(frozen=True, slots=True)
class Network:
    """Describes the U-Net.

    Attributes:
        widths: channels at 1/2, 1/4, 1/8 … of the size; with an encoder those of the decoder.
        blocks: residual blocks at each of them; with an encoder only the first counts.
        encoder: EfficientNet-Lite whose ImageNet weights the way down begins with; empty for plain convolutions.
        reduction: what the encoder sees is so many times smaller; with 2 there is a width more, down to 1/32.
    """

    widths: tuple[Count, ...] = (16, 32, 48, 64)
    blocks: tuple[Whole, ...] = (0, 1, 1, 2)
    encoder: Literal["", "efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2"] = ""
    reduction: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Training:
    """Describes how long and how the network is trained.

    Attributes:
        until: samples seen at the end.
        size_px: side of a sample.
        batch: samples per step.
        rate: learning rate of AdamW at its highest; it falls to zero along a cosine.
        warmup: samples over which the rate rises.
        weight_decay: of AdamW.
        focus: exponent of the focal loss, which makes little of pixels that are right already.
        damage_weight: weight of damaged pixels against clean ones in the focal loss.
        small_weight: by which that of dust and hairs is multiplied, which are narrow and have few pixels.
        dice: weight of the Dice loss beside it.
        ema: decay of the averaged weights per step.
        checkpoint_s: seconds between checkpoints.
        start: checkpoint whose averaged weights a new run begins with; empty for random ones.
        start_encoder: checkpoint of a finder of any widths with the same encoder, which a new run begins with.
    """

    until: Count = 240_000
    size_px: Count = 128
    batch: Count = 16
    rate: Weight = 3e-3
    warmup: Whole = 1_000
    weight_decay: Weight = 0.01
    focus: Weight = 0.0
    damage_weight: Weight = 1.5
    small_weight: Weight = 1.0
    dice: Weight = 0.7
    ema: Rest = 0.997
    checkpoint_s: Weight = 60.0
    start: str = ""
    start_encoder: str = ""

    @property
    def class_weights(self) -> tuple[float, ...]:
        """Returns the weights of clean pixels and of those of each kind in the focal loss."""
        small = {"dust", "hair"}
        return 1.0, *(self.damage_weight * (self.small_weight if kind in small else 1.0) for kind in KINDS)


@dataclass(frozen=True, slots=True)
class FinderExport:
    """Holds what the model file says of itself.

    Attributes:
        clean_share: at most this share of the pixels of clean validation photos may be marked; the thresholds are the
            lowest that keep it, for each kind of damage.
        edge_threshold: the probability from which on a pixel is marked that hangs together with one above its kind's
            threshold; None if none is. What it adds is not counted in `clean_share`.
        rule_samples: damaged samples, of small and of large photos each, that a rule for marks is fitted to; 0 for no
            rule. With one, marks begin at the edge threshold, and `clean_share` is that of all kinds together.
        clean_photos: small photos of the training split that the rule is fitted to, too; few photos of any split look
            like damage all over, and those decide how much of clean photos is marked.
        kind_weights: how the probability of damage is shared among the kinds, with 1 as it was learned; empty for that.
            A kind that is always mixed with another one, as cracks are with scratches, gets its name by a larger one.
        unmarked: kinds that the rule never keeps, because they cannot be told from what is no damage.
        rim_threshold: the probability from which on the rim of a mark belongs to it, up to two pixels; None for no rim.
        seen_megapixels: a larger photo is seen in a whole step smaller; None if every photo is seen as it is.
        integers_from: training samples that the ranges of integer convolutions are read off; 0 for a graph of floats.
    """

    version: str = "1"
    license: str = "Apache-2.0"
    clean_share: Proportion = 2e-5
    edge_threshold: Proportion | None = None
    rule_samples: Whole = 0
    clean_photos: Whole = 0
    kind_weights: tuple[Weight, ...] = ()
    unmarked: tuple[str, ...] = ()
    rim_threshold: Proportion | None = None
    seen_megapixels: Positive | None = None
    integers_from: Whole = 0
    intended_use: str = "Marking dust, hairs, scratches, creases and stains on scans of photographs."
    weaknesses: str = ""
    data_terms: str = ""


@dataclass(frozen=True, slots=True)
class FinderRecipe:
    """Describes one experiment with the damage finder."""

    name: str
    seed: Whole = 1
    material: Material = field(default_factory=Material)
    network: Network = field(default_factory=Network)
    training: Training = field(default_factory=Training)
    export: FinderExport = field(default_factory=FinderExport)

    def __post_init__(self) -> None:
        if len(self.network.widths) != len(self.network.blocks):
            raise RecipeError("network.widths and network.blocks name one number for each scale")
        if self.network.encoder and len(self.network.widths) != 3 + self.network.reduction:
            raise RecipeError("network.widths names four numbers beside an encoder, five with a reduction of 2")
        if self.training.start and self.training.start_encoder:
            raise RecipeError("training.start and training.start_encoder exclude each other")
        if self.export.kind_weights and len(self.export.kind_weights) != len(KINDS):
            raise RecipeError(f"export.kind_weights has a number for each of {', '.join(KINDS)}")
        if self.export.rule_samples and self.export.edge_threshold is None:
            raise RecipeError("export.rule_samples needs export.edge_threshold, from which on its marks are")
        multiple = 2 ** len(self.network.widths)
        if self.training.size_px % multiple:
            raise RecipeError(f"training.size_px is a multiple of {multiple}, not {self.training.size_px}")


def load_finder_recipe(name_or_path: str) -> FinderRecipe:
    """Returns the recipe of that name in training/recipes, or in that file.

    Raises:
        RecipeError: no such recipe, not TOML, an unknown key, or a value of the wrong kind.
    """
    path = Path(name_or_path)
    path = path if path.is_file() else RECIPES / f"{name_or_path}.toml"
    if not path.is_file():
        raise RecipeError(f"there is no recipe {name_or_path!r}", "The recipe of the damage finder is called damage.")
    try:
        values = toml_values(read_text(path))
    except ValueError as cause:
        raise RecipeError(f"{path} is not TOML: {cause}") from cause
    if "train" in values:
        hint = "Use python -m training train."
        raise RecipeError(f"{path} is a recipe of a network that colors, not of the damage finder", hint)
    recipe: FinderRecipe = build_settings(FinderRecipe, values, str(path))
    return recipe
