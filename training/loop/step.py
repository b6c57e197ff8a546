"""One step of training: the discriminator learns from a batch, then the generator from the new discriminator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from training.color import network_inputs
from training.data.batches import Batch
from training.loop import distributed
from training.loop.consistency import Reference, refer, show_a_part
from training.loop.logbook import check_finite
from training.loop.own_answer import tell_own_answer
from training.loop.training_state import TrainingState
from training.losses.objective import Terms
from training.networks.output import Output
from training.settings import Optimizer


@dataclass(frozen=True, slots=True)
class _Turn:
    """Describes what one step does.

    Attributes:
        discriminator_learns: whether the discriminator learns, too.
        adversarial_strength: the adversarial term's weight as a share of the recipe's.
        progress: share of the schedule that is over.
        batches: how many add up to the step's gradients.
    """

    discriminator_learns: bool
    adversarial_strength: float
    progress: float
    batches: int


def step(run: TrainingState, colorize: Callable[..., Output], feed: Iterator[Batch], progress: float, end: int) -> None:
    """Makes one step of the generator, and of the discriminator if it is its turn.

    A network moves only after every loss known by then, and the length of its own gradient, was found finite: the
    generator's losses and the discriminator's before the discriminator, all of them before the generator.

    Args:
        run: its weights, average, meter and counters are changed.
        colorize: the generator, compiled or not.
        feed: yields batches.
        progress: share of the schedule that is over.
        end: images after which the run ends.

    Raises:
        Diverged: a loss or a gradient became NaN or infinite.
    """
    accumulate = run.recipe.train.accumulate
    turn = _Turn(_discriminator_learns(run), adversarial_strength(run), progress, accumulate)
    _begin_gradients(run, progress)

    # Gradients of `accumulate` batches add up. With one batch the discriminator moves within it, so that the generator
    # learns from the new one; with several it moves at the end, as all of them must meet the same discriminator.
    terms: Terms = {}
    batch_seen = run.seen
    for _ in range(accumulate):
        batch, reference = _batch_with_hints(next(feed), run)
        batch_seen = batch.seen
        terms |= _add_gradients(run, colorize, batch, reference, turn)
        if batch_seen >= end:
            break

    # All gradients are there: both networks' are measured before either moves.
    distributed.average_gradients(run.auxiliary_heads)
    lengths = {"gradient of the generator": _finish_gradients(run.generator, run.recipe.generator_optimizer)}
    if accumulate > 1 and "discriminator" in terms:
        _move_discriminator(run, terms | lengths)
    else:
        check_finite(terms | lengths)
    run.generator_optimizer.step()

    run.meter.add(terms)
    run.seen, run.steps = batch_seen, run.steps + 1
    if run.average is not None:
        run.average.update(run.generator, run.steps)


def _add_gradients(
    run: TrainingState, colorize: Callable[..., Output], batch: Batch, reference: Reference | None, turn: _Turn
) -> Terms:
    """Adds one batch's gradients to both networks; returns the loss terms behind them."""
    with run.objective.precision():
        output = colorize(*network_inputs(batch.aged, batch.hints, batch.faces))
    truth = run.objective.truth(batch)
    terms = run.objective.generator(output, batch, truth, run.auxiliary_heads, turn.progress)
    if reference is not None:
        terms["consistency"] = run.recipe.loss.consistency * reference.distance(output.color)
    check_finite(terms)

    # The discriminator learns from the answer, which gets no gradient from it
    loss: Terms = {}
    if run.discriminator is not None and turn.discriminator_learns:
        _let_learn(run.discriminator_parameters, learn=True)
        loss = run.objective.discriminator(output.color, truth, run.discriminator)
        _backward(loss["discriminator"] / turn.batches)
        if turn.batches == 1:
            _move_discriminator(run, loss)
        else:
            check_finite(loss)
    _let_learn(run.discriminator_parameters, learn=False)

    # The generator learns from all terms, the discriminator's verdict among them
    if run.discriminator is not None and turn.adversarial_strength > 0:
        terms |= run.objective.adversarial(output.color, truth, run.discriminator, turn.adversarial_strength)
    total = torch.stack(list(terms.values())).sum()
    _backward(total / turn.batches)
    return loss | terms | {"generator": total}


def adversarial_strength(run: TrainingState) -> float:
    """Returns the share of the adversarial weight: 0 before its begin, then rising to 1."""
    loss = run.recipe.loss
    if not loss.adversarial or run.seen < loss.adversarial_from:
        return 0.0
    if not loss.adversarial_ramp:
        return 1.0
    return min(1.0, (run.seen - loss.adversarial_from + 1) / loss.adversarial_ramp)


def _discriminator_learns(run: TrainingState) -> bool:
    """Returns whether the discriminator learns in this step: it has begun to, and it is its turn."""
    loss = run.recipe.loss
    begun = loss.adversarial > 0 and run.seen >= loss.adversarial_from - loss.adversarial_alone
    its_turn = run.steps % run.recipe.train.generator_steps == 0
    return begun and its_turn and run.discriminator_optimizer is not None


def _begin_gradients(run: TrainingState, progress: float) -> None:
    """Sets the learning rates and clears the last step's gradients."""
    set_rate(run.generator_optimizer, run.recipe.generator_optimizer, run.seen, progress)
    run.generator_optimizer.zero_grad(set_to_none=True)
    if run.discriminator_optimizer is not None:
        set_rate(run.discriminator_optimizer, run.recipe.discriminator_optimizer, run.seen, progress)
        run.discriminator_optimizer.zero_grad(set_to_none=True)


def _batch_with_hints(batch: Batch, run: TrainingState) -> tuple[Batch, Reference | None]:
    """Returns the batch on the device with all its hints, and the averaged answer if the recipe compares."""
    batch = tell_own_answer(batch.to(run.device), run)
    if not run.recipe.loss.consistency:
        return batch, None
    return show_a_part(batch, refer(batch, run), run)


def _move_discriminator(run: TrainingState, terms: Terms) -> None:
    """Steps the discriminator after its gradient and the terms were found finite."""
    assert run.discriminator is not None and run.discriminator_optimizer is not None  # noqa: S101 - narrows types
    length = _finish_gradients(run.discriminator, run.recipe.discriminator_optimizer)
    check_finite(terms | {"gradient of the discriminator": length})
    run.discriminator_optimizer.step()


def _let_learn(parameters: list[nn.Parameter], *, learn: bool) -> None:
    for parameter in parameters:
        parameter.requires_grad_(learn)


def _backward(loss: Tensor) -> None:
    loss.backward()  # type: ignore[no-untyped-call]


def _finish_gradients(network: nn.Module, settings: Optimizer) -> Tensor:
    """Averages a network's gradients over the processes and clips them; returns their norm before that."""
    distributed.average_gradients(network)
    if settings.clip:
        return nn.utils.clip_grad_norm_(network.parameters(), settings.clip)
    return nn.utils.get_total_norm([each.grad for each in network.parameters() if each.grad is not None])


def rate_at(settings: Optimizer, seen: int, progress: float) -> float:
    """Returns the learning rate.

    Args:
        settings: highest rate, warm-up and schedule.
        seen: images seen, for the warm-up.
        progress: share of the schedule that is over, 0 to 1.
    """
    rate = settings.rate
    if settings.warmup and seen < settings.warmup:
        rate *= (seen + 1) / settings.warmup
    if settings.schedule == "cosine":
        return float(rate * 0.5 * (1 + np.cos(np.pi * progress)))
    if settings.schedule == "linear":
        return rate * min(1.0, 2 * (1 - progress))
    return rate


def set_rate(optimizer: torch.optim.Optimizer, settings: Optimizer, seen: int, progress: float) -> None:
    """Sets the rate of every group of the optimizer."""
    for group in optimizer.param_groups:
        group["lr"] = rate_at(settings, seen, progress) * group["factor"]
