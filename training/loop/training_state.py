"""Builds the parts of a run from its recipe, and saves and restores their state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.data.batches import BatchMaker, Rank
from training.data.crops import DeviceSet
from training.data.prepared import Prepared, load
from training.errors import CheckpointMismatch, RecipeError
from training.loop import checkpoint_file, distributed
from training.loop.ema import Average
from training.loop.first_weights import give_first_weights
from training.loop.logbook import Meter
from training.loop.machine import placed, precision
from training.loop.same_run import check_same_run, check_sizes
from training.losses.bins import Bins, bin_centers
from training.losses.color_prior import prior_weights
from training.losses.objective import AuxiliaryHeads, Objective
from training.networks.build import build_generator
from training.networks.discriminators import build_discriminator
from training.networks.efficientnet_unet import EfficientNetUNet
from training.networks.units import color_channels
from training.recipe import recipe_digest, recipe_values
from training.settings import Optimizer, Recipe


@dataclass
class TrainingState:
    """Holds one training run: everything that a step changes, and what it needs for that.

    Attributes:
        recipe: what the run does.
        folder: where its checkpoints and its log are.
        device: where the networks are.
        rank: which of the run's processes this is.
        data: the training photos.
        generator: the network that colors.
        auxiliary_heads: small networks on the generator's features, which are needed in training only.
        discriminator: what judges the generator's colors; None without adversarial loss.
        average: moving average of the generator's weights; None if the recipe takes none.
        generator_optimizer: steps the generator and the auxiliary heads.
        discriminator_optimizer: steps the discriminator; None where nothing of it learns.
        discriminator_parameters: those of the discriminator that learn; a pretrained part of it does not.
        objective: the losses.
        maker: makes the batches.
        meter: averages the losses of the steps since the last line of the log.
        seen: photos that were trained on, over all processes; the same photo counts each time.
        steps: steps of the generator's optimizer.
        seconds: time that the steps took, over all stretches of the run.
    """

    recipe: Recipe
    folder: Path
    device: torch.device
    rank: Rank
    data: Prepared
    generator: nn.Module
    auxiliary_heads: AuxiliaryHeads
    discriminator: nn.Module | None
    average: Average | None
    generator_optimizer: torch.optim.Optimizer
    discriminator_optimizer: torch.optim.Optimizer | None
    discriminator_parameters: list[nn.Parameter]
    objective: Objective
    maker: BatchMaker
    meter: Meter
    seen: int = 0
    steps: int = 0
    seconds: float = 0.0

    @property
    def evaluated_network(self) -> nn.Module:
        """Returns the generator that is validated and exported: the average, if there is one."""
        return self.average.network if self.average else self.generator


def build(recipe: Recipe, folder: Path, device: torch.device, rank: Rank) -> TrainingState:
    """Builds a new run, or restores one from its last checkpoint.

    Raises:
        CheckpointMismatch: the folder holds a run of another recipe or of other data.
        RecipeError, MissingWeights, MissingData: see there.
    """
    # The photos; a run that is in the folder must have had the same ones, and the same recipe
    check_sizes(recipe)
    folder.mkdir(parents=True, exist_ok=True)
    saved = checkpoint_file.last(folder)
    data = load(Path(recipe.data.prepared), "train", recipe.data.only, recipe.data.limit)
    if saved is not None:
        check_same_run(saved, recipe, data, folder)
    data = _colorful(data, recipe.data.least_colorfulness)

    # The networks, equal in all processes
    centers = bin_centers(recipe.generator.bins) if recipe.generator.bins else np.zeros((0, 2), np.float32)
    generator, heads, discriminator = _networks(recipe, data, len(centers), resumed=saved is not None)
    for network in (generator, heads, discriminator):
        if network is not None:
            placed(network, device)
            distributed.synchronize(network)
    average = Average(generator, recipe.train.ema) if recipe.train.ema else None
    if recipe.hints.own and average is None:
        raise RecipeError("hints.own takes the averaged network's answer, but train.ema is 0")

    # Losses, optimizers and batches
    bins = Bins(centers, prior_weights(data, centers, folder), device) if recipe.loss.bins else None
    mode = precision(device, bfloat16=recipe.train.bfloat16)
    learning = [each for each in discriminator.parameters() if each.requires_grad] if discriminator is not None else []
    groups = parameter_groups(generator, heads, recipe.generator_optimizer)
    own_group = [{"params": learning, "factor": 1.0}]
    # where processes make the batches, they do so on the processor
    on_device = DeviceSet(data, device) if not recipe.data.workers and DeviceSet.fits(data, device) else None
    run = TrainingState(
        recipe=recipe,
        folder=folder,
        device=device,
        rank=rank,
        data=data,
        generator=generator,
        auxiliary_heads=heads,
        discriminator=discriminator,
        average=average,
        generator_optimizer=_optimizer(groups, recipe.generator_optimizer),
        discriminator_optimizer=_optimizer(own_group, recipe.discriminator_optimizer) if learning else None,
        discriminator_parameters=learning,
        objective=Objective(recipe, bins, device, mode),
        maker=BatchMaker(data, recipe, rank, on_device),
        meter=Meter(),
    )
    if saved is not None:
        restore(run, saved)
    return run


def _networks(
    recipe: Recipe, data: Prepared, bins: int, *, resumed: bool
) -> tuple[nn.Module, AuxiliaryHeads, nn.Module | None]:
    """Builds the generator, its auxiliary heads and the discriminator; random weights come from the recipe's seed.

    Args:
        recipe: their kinds and sizes, and the seed.
        data: whose labels a head may learn, and whose photos may choose the channels of a narrower generator.
        bins: number of ab bins of the generator's head.
        resumed: whether a checkpoint gives the weights, so that no first ones are loaded.
    """
    torch.manual_seed(recipe.seed)
    generator = build_generator(recipe.generator, bins)
    if not resumed:
        give_first_weights(generator, recipe, data)
    labels = len(data.labels) if recipe.loss.labels else 0
    heads = AuxiliaryHeads(recipe.generator.widths[-1], labels, teacher=recipe.loss.teacher > 0)
    first_size_px = recipe.train.phases[0].size_px
    discriminator = build_discriminator(recipe.discriminator, color_channels(recipe.generator), first_size_px)
    return generator, heads, discriminator


def checkpoint(run: TrainingState) -> dict[str, Any]:
    """Returns everything that `restore` needs."""
    return {
        "recipe": json.dumps(recipe_values(run.recipe)),
        "recipe_digest": recipe_digest(run.recipe),
        "data_digest": run.data.digest,
        "size_digest": run.data.size_digest,
        "labels": list(run.data.labels),
        "sources": sorted({row.source for row in run.data.rows}),
        "seen": run.seen,
        "steps": run.steps,
        "seconds": run.seconds,
        "device": run.device.type,
        "generator": run.generator.state_dict(),
        "auxiliary_heads": run.auxiliary_heads.state_dict(),
        "discriminator": run.discriminator.state_dict() if run.discriminator is not None else None,
        "average": run.average.network.state_dict() if run.average else None,
        "generator_optimizer": run.generator_optimizer.state_dict(),
        "discriminator_optimizer": run.discriminator_optimizer.state_dict() if run.discriminator_optimizer else None,
        "meter": run.meter.state(),
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state(run.device) if run.device.type == "cuda" else None,
    }


def averaged_weights(run: TrainingState) -> dict[str, Any]:
    """Returns the averaged weights, convolutions as float16, for `train.init_from` and `export --checkpoint`."""
    weights = {
        name: value.half() if value.dim() > 1 and value.is_floating_point() else value
        for name, value in run.evaluated_network.state_dict().items()
    }
    values = checkpoint(run)
    return {name: values[name] for name in checkpoint_file.AVERAGE_KEYS} | {"average": weights}


def restore(run: TrainingState, saved: dict[str, Any]) -> None:
    """Puts a checkpoint's state into a run.

    Raises:
        CheckpointMismatch: the checkpoint is only a part of one, or of other networks.
    """
    try:
        run.generator.load_state_dict(saved["generator"])
        run.auxiliary_heads.load_state_dict(saved["auxiliary_heads"])
        run.generator_optimizer.load_state_dict(saved["generator_optimizer"])
        if run.discriminator is not None and run.discriminator_optimizer is not None:
            run.discriminator.load_state_dict(saved["discriminator"])
            run.discriminator_optimizer.load_state_dict(saved["discriminator_optimizer"])
        if run.average is not None:
            run.average.network.load_state_dict(saved["average"])
        run.meter.restore(saved["meter"])
        run.seen, run.steps, run.seconds = saved["seen"], saved["steps"], saved["seconds"]
        torch.set_rng_state(saved["random"])
    except KeyError as cause:
        raise CheckpointMismatch(f"{run.folder} holds a checkpoint that lacks {cause}") from cause
    except RuntimeError as cause:  # how torch refuses weights of another shape or name
        raise CheckpointMismatch(f"{run.folder} holds a checkpoint of other networks: {cause}") from cause
    if run.device.type == "cuda" and saved["random_cuda"] is not None:
        torch.cuda.set_rng_state(saved["random_cuda"], run.device)


def parameter_groups(generator: nn.Module, heads: nn.Module, settings: Optimizer) -> list[dict[str, Any]]:
    """Returns the parameters of the generator's optimizer in groups, each with a factor on its rate."""
    encoder = list(generator.encoder.parameters()) if isinstance(generator, EfficientNetUNet) else []
    encoder_ids = {id(parameter) for parameter in encoder}
    others = [each for each in (*generator.parameters(), *heads.parameters()) if id(each) not in encoder_ids]
    groups = [{"params": others, "factor": 1.0}]
    if encoder and settings.encoder:
        groups.append({"params": encoder, "factor": settings.encoder})
    return groups


def freeze(generator: nn.Module, recipe: Recipe) -> None:
    """Excludes from training what the recipe freezes; call it after `train()`.

    That is a pretrained encoder whose rate is 0, its batch norms too, and with `frozen_norms` the statistics of all
    batch norms.
    """
    if isinstance(generator, EfficientNetUNet) and not recipe.generator_optimizer.encoder:
        generator.encoder.requires_grad_(False).eval()
    if recipe.train.frozen_norms:
        for module in generator.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


def _optimizer(parameters: list[dict[str, Any]], settings: Optimizer) -> torch.optim.Optimizer:
    betas = (settings.beta1, settings.beta2)
    if settings.kind == "adamw":
        return torch.optim.AdamW(parameters, settings.rate, betas, weight_decay=settings.weight_decay, fused=True)
    return torch.optim.Adam(parameters, settings.rate, betas, fused=True)


def _colorful(data: Prepared, least: float) -> Prepared:
    """Returns the photos of at least this colorfulness."""
    if least <= 0:
        return data
    from dataclasses import replace

    from training.evaluation.metrics import colorfulness

    colorful = [index for index in range(len(data)) if colorfulness(data.photo(index)[::4, ::4]) >= least]
    if not colorful:
        raise RecipeError(f"data.least_colorfulness = {least:g} passes over all {len(data)} training photos")
    return replace(data, rows=tuple(data.rows[index] for index in colorful), label_of=data.label_of[colorful])
