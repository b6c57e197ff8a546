"""The settings of a recipe, as frozen values with their defaults and units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from training.bounds import Bounds, Count, Factor, Positive, Proportion, Rest, Weight, Whole
from training.errors import RecipeError
from training.network_settings import Discriminator, Generator

SHARE_ERROR = 1e-6
"""By how much shares that add up to 1 may miss it."""


@dataclass(frozen=True, slots=True)
class Data:
    """Says which photos are used, and how a batch is cut from them.

    Attributes:
        prepared: folder that `prepare` wrote.
        only: sources, or "source/folder", to use; empty uses all.
        limit: at most so many training photos; 0 is all.
        crop_least: a crop's side is between this share of the photo's short side and all of it.
        crop_aspect: a crop's sides differ by at most this factor before it is made square.
        flip: mirror half of the photos.
        cutmix: share of the inputs in which a rectangle shows a part of another photo of the batch.
        least_colorfulness: training photos duller than this (Hasler and Süsstrunk) are passed over.
        workers: processes that make batches; 0 uses one thread of the trainer.
    """

    prepared: str = "runs/data/photos"
    only: tuple[str, ...] = ()
    limit: Whole = 0
    crop_least: Annotated[float, Bounds(0, 1, above=True)] = 0.6
    crop_aspect: Factor = 1.1
    flip: bool = True
    cutmix: Proportion = 0.0
    least_colorfulness: Weight = 0.0
    workers: Whole = 0


@dataclass(frozen=True, slots=True)
class Aging:
    """Says how often an input is made to look old; the target never is.

    Attributes:
        film: share of inputs seen through another film, panchromatic to orthochromatic.
        fade, gamma, blur, grain, jpeg, scratches, paper: share of inputs with each defect.
    """

    film: Proportion = 0.0
    fade: Proportion = 0.0
    gamma: Proportion = 0.0
    blur: Proportion = 0.0
    grain: Proportion = 0.0
    jpeg: Proportion = 0.0
    scratches: Proportion = 0.0
    paper: Proportion = 0.0


@dataclass(frozen=True, slots=True)
class Hints:
    """Holds the shares of inputs with each kind of hint; the rest has none.

    Attributes:
        points: a person's points, weight 1.
        coarse: the true color in coarse cells, changed a little, weight 0.5.
        own: the network's own averaged answer, weight 0.5.
        points_mean: mean number of points.
        recolored: share of the inputs with points in which one thing takes another color first, and that is told.
    """

    points: Proportion = 0.0
    coarse: Proportion = 0.0
    own: Proportion = 0.0
    points_mean: Factor = 5.0
    recolored: Proportion = 0.0


@dataclass(frozen=True, slots=True)
class Loss:
    """Holds the weights of the generator's terms, and the forms of two of them.

    Attributes:
        pixel: weight of the distance to the real color; `pixel_form` is l1, or huber on ab/10.
        perceptual: weight of the distance in features of `perceptual_net`.
        squeezenet: path of SqueezeNet's weights.
        teacher: weight of the cosine distance to `teacher_net`'s features of the color photo: MobileNet's at stride
            32, or at strides 16 and 32 those of the generator's own encoder as it was pretrained.
        mobilenet: path of MobileNet's weights.
        bins: weight of the class-rebalanced cross-entropy; `bins_end` is its weight at the end of the run, to which it
            moves evenly (−1 leaves it).
        labels: weight of the folder labels.
        palette: weight of the distance between the ab distributions of each photo (sliced Wasserstein).
        colorfulness: weight of the distance between their colorfulness, in both directions.
        adversarial: weight of the discriminator's verdict; `adversarial_form` is its objective.
        adversarial_from: images seen before the adversarial term begins.
        adversarial_alone: images before that over which the discriminator already learns, alone.
        adversarial_ramp: images over which the term's weight then rises from zero.
        feature_matching: weight of the distance in the discriminator's features.
        chroma: factor on the target's chroma.
        consistency: weight of the distance to the averaged network's answer to the clean, whole photo, which is asked
            at `consistency_px`; in a share `consistency_parts` of all batches only a part of each photo is shown.
    """

    pixel: Weight = 1.0
    pixel_form: Literal["l1", "huber"] = "l1"
    perceptual: Weight = 0.0
    perceptual_net: Literal["squeezenet", "efficientnet-lite0"] = "squeezenet"
    squeezenet: str = "../shared/nets/squeezenet1_1.npz"
    teacher: Weight = 0.0
    teacher_net: Literal["mobilenet", "encoder"] = "mobilenet"
    mobilenet: str = "../shared/nets/mobilenet_v1_trunk.npz"
    bins: Weight = 0.0
    bins_end: Annotated[float, Bounds(-1)] = -1.0
    labels: Weight = 0.0
    palette: Weight = 0.0
    colorfulness: Weight = 0.0
    adversarial: Weight = 0.0
    adversarial_form: Literal["vanilla", "lsgan", "hinge"] = "vanilla"
    adversarial_from: Whole = 0
    adversarial_alone: Whole = 0
    adversarial_ramp: Whole = 0
    feature_matching: Weight = 0.0
    chroma: Positive = 1.0
    consistency: Weight = 0.0
    consistency_px: Count = 224
    consistency_parts: Proportion = 0.0


@dataclass(frozen=True, slots=True)
class Optimizer:
    """Describes one network's optimizer.

    Attributes:
        kind: adam or adamw.
        rate: learning rate at its highest.
        beta1, beta2: of Adam.
        weight_decay: of AdamW.
        clip: gradients are shortened to this length; 0 leaves them.
        schedule: constant, cosine to zero, or linear to zero over the second half.
        warmup: images over which the rate rises from zero.
        encoder: factor on the rate of a pretrained encoder's weights; 0 freezes the encoder, its batch norms too.
    """

    kind: Literal["adam", "adamw"] = "adam"
    rate: Weight = 2e-4
    beta1: Rest = 0.5
    beta2: Rest = 0.999
    weight_decay: Weight = 0.0
    clip: Weight = 0.0
    schedule: Literal["constant", "cosine", "linear"] = "constant"
    warmup: Whole = 0
    encoder: Weight = 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """Describes one size of a phase of mixed sizes: the share of its batches, and their number of photos.

    `enlarge` is the factor by which photos and crops may be smaller than the size.
    """

    size_px: Count
    batch: Count
    share: Proportion
    enlarge: Factor = 1.0


@dataclass(frozen=True, slots=True)
class Phase:
    """Describes a stretch of training: up to `until` images seen, at this size and batch.

    With `mix` each batch has one of several sizes instead; `size_px` is then the size that is validated. A batch of
    mixed sizes holds only photos at least as large as it, and crops of at least its size: enlarged photos teach blur.
    """

    until: Count
    size_px: Count
    batch: Count
    mix: tuple[Share, ...] = ()

    def __post_init__(self) -> None:
        total = sum(each.share for each in self.mix)
        if self.mix and abs(total - 1) > SHARE_ERROR:
            raise RecipeError(f"the shares of a phase's sizes add up to {total:g}, not 1")


@dataclass(frozen=True, slots=True)
class Train:
    """Says how long and how to train.

    Attributes:
        phases: in order; the last one's `until` ends the run.
        ema: decay of the averaged weights per step; 0 keeps none.
        frozen_norms: batch norms keep the statistics they began with, for small batches of large photos.
        bfloat16: mixed precision where the processor has it.
        compile: torch.compile the generator.
        accumulate: batches per optimizer step.
        generator_steps: generator steps per discriminator step.
        checkpoint_s: seconds between checkpoints.
        strip_every: images between strips of validation photos.
        keep_every: images between checkpoints that are kept for good; 0 keeps only the last.
        average_s: seconds between copies of the averaged weights alone, as float16; 0 writes none.
        validate_photos: validation photos of strips and of the validation loss.
        init_from: an ONNX file or checkpoint to begin from; "" begins from nothing.
    """

    phases: tuple[Phase, ...]
    ema: Rest = 0.0
    frozen_norms: bool = False
    bfloat16: bool = False
    compile: bool = False
    accumulate: Count = 1
    generator_steps: Count = 1
    checkpoint_s: Weight = 300.0
    strip_every: Whole = 10_000
    keep_every: Whole = 0
    average_s: Weight = 0.0
    validate_photos: Count = 8
    init_from: str = ""

    def __post_init__(self) -> None:
        ends = [phase.until for phase in self.phases]
        if not ends or ends != sorted(set(ends)):
            raise RecipeError(f"the phases' ends must rise: {ends}")


@dataclass(frozen=True, slots=True)
class Export:
    """Says what the model file says of itself, and how it is used.

    Attributes:
        name: what the model is called; "" is the recipe's name.
        working_size: size in pixels at which the whole photo is colored.
        float16: keep the weights as float16, where the colors bear it.
        largest_mb: a larger file is an error; 0 allows any.
        data_terms: under which terms the training photos were used.
        history: what was trained before this run, if it began from something.
    """

    name: str = ""
    working_size: Count = 256
    float16: bool = True
    largest_mb: Weight = 40.0
    license: str = "Apache-2.0"
    intended_use: str = "Coloring black-and-white photographs; the colors are guesses."
    weaknesses: str = ""
    data_terms: str = ""
    history: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Describes one experiment."""

    name: str
    train: Train
    version: str = "1"
    seed: Whole = 1
    data: Data = field(default_factory=Data)
    aging: Aging = field(default_factory=Aging)
    hints: Hints = field(default_factory=Hints)
    generator: Generator = field(default_factory=Generator)
    discriminator: Discriminator = field(default_factory=Discriminator)
    loss: Loss = field(default_factory=Loss)
    generator_optimizer: Optimizer = field(default_factory=Optimizer)
    discriminator_optimizer: Optimizer = field(default_factory=Optimizer)
    export: Export = field(default_factory=Export)

    def __post_init__(self) -> None:
        shares = self.hints.points + self.hints.coarse + self.hints.own
        if shares > 1:
            raise RecipeError(f"the shares of hints add up to {shares:g}, more than 1")
        if shares and not self.generator.hints:
            raise RecipeError("the recipe trains with hints, but its generator takes none (generator.hints = false)")
        if self.loss.adversarial and self.discriminator.kind == "none":
            raise RecipeError("loss.adversarial is set, but discriminator.kind is none")
        if self.loss.teacher and self.loss.teacher_net == "encoder" and self.generator.kind != "efficientnet":
            raise RecipeError("loss.teacher_net is the encoder, but generator.kind has no pretrained one")
        if self.loss.consistency and (not self.train.ema or self.generator.color == "rgb"):
            raise RecipeError("loss.consistency asks the averaged network for ab, but train.ema is 0 or color is rgb")
        if self.loss.consistency_px % 32:
            raise RecipeError(f"loss.consistency_px is a multiple of 32, not {self.loss.consistency_px}")
        if self.generator.faces and self.data.cutmix:
            raise RecipeError("data.cutmix covers faces that generator.faces would still tell of")
        if not self.generator.widths:
            raise RecipeError("generator.widths names no width")
        if self.generator.drop_path and self.generator.kind != "efficientnet":
            raise RecipeError("generator.drop_path leaves blocks of an EfficientNet out; generator.kind is another")
        if self.generator.faces and self.generator.kind not in ("residual", "efficientnet", "unet256"):
            raise RecipeError(
                f"generator.faces is set, but a generator of kind {self.generator.kind!r} sees nothing but lightness",
                "Take kind residual, efficientnet or unet256.",
            )
        if self.loss.bins and not self.generator.bins:
            raise RecipeError("loss.bins is set, but generator.bins names no table")
        if self.generator.decode != "regression" and not self.generator.bins:
            raise RecipeError(f"generator.decode = {self.generator.decode!r} needs generator.bins")
