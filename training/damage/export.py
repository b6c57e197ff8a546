"""From a run of the finder to its model file: thresholds that keep clean photos clean, the graph, and its card."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from photocolor.engine.runtime import load_runtime
from photocolor.models.finder import CONTRACT, find_finder
from training.color import lab_of_photo
from training.damage.network import FinderContract, build_finder, take_average
from training.damage.samples import SampleMaker
from training.damage.settings import KINDS, FinderRecipe
from training.data.prepared import Prepared, load
from training.errors import CheckpointMismatch
from training.exporting.export import OPSET, ParityBroken, simplify
from training.exporting.integers import all_convolutions, with_integers
from training.exporting.model_file import write_card
from training.loop import checkpoint_file

PARITY = 1e-3
"""Probability by which the file may differ from the network."""
INTEGER_PARITY = 0.01
"""Probability by which it may differ in the mean, once its convolutions work on integers."""
SURELY_MARKED = 0.99995
"""No threshold is higher, whatever the clean photos ask for."""
LOWEST_THRESHOLD = 0.5
_PARITY_PX = 192
INTEGER_PX = 384
"""Side of the samples that the ranges of integer convolutions are read off."""
_NO_PLACES = dict.fromkeys(("prepared", "damage", "large", "hard"), "")
"""Where the data lay is nobody's business; what they were, `data_digest` says."""


def export_finder(recipe: FinderRecipe, run: Path, out: Path, console: Console) -> None:
    """Writes the model file, its thresholds chosen on the clean validation photos.

    Args:
        recipe: its [export] and its data.
        run: the run's folder.
        out: the ONNX file.
        console: for the lines it prints.

    Raises:
        CheckpointMismatch: there is no checkpoint.
        ParityBroken: the file answers otherwise than the network.
        MissingData: there are no photos, or no pieces of damage.
    """
    saved = checkpoint_file.last(run)
    if saved is None:
        raise CheckpointMismatch(f"{run} has no checkpoint")
    network = build_finder(recipe.network)
    take_average(network, saved, run)
    model = FinderContract(network, recipe.export.kind_weights or None).eval()
    out.parent.mkdir(parents=True, exist_ok=True)
    _write_graph(model, out, 2 ** len(recipe.network.widths))
    if (worst := float(differences(model, out).max())) > PARITY:
        raise ParityBroken(f"the exported file differs by {worst:.4f}, more than {PARITY}")
    if recipe.export.integers_from:
        _to_integers(out, recipe)
        if (mean := float(differences(model, out).mean())) > INTEGER_PARITY:
            raise ParityBroken(f"with integers the file differs by {mean:.4f} in the mean, more than {INTEGER_PARITY}")
    from photocolor.engine.damage.finder import Finder
    from training.damage.rule import fit_rule  # it runs the file, and that loads what the rest does without

    least = recipe.export.edge_threshold
    decisions = Decisions((LOWEST_THRESHOLD if least is None else least,) * len(KINDS), None)
    write_card(out, card(saved, recipe, decisions))
    finder = Finder(find_finder(out), 1)  # of the file, whose integers may answer a little otherwise than the network
    if recipe.export.rule_samples and least is not None:
        decisions = replace(decisions, rule=fit_rule(finder, recipe, least))
    else:
        photos = load(Path(recipe.material.prepared), "val")
        thresholds = choose_thresholds(finder.probabilities, photos, recipe.export.clean_share)
        decisions = Decisions(thresholds, least)
    write_card(out, card(saved, recipe, decisions))
    named = ", ".join(f"{kind} {threshold:.3f}" for kind, threshold in zip(KINDS, decisions.thresholds, strict=True))
    rule = f"; rule {', '.join(map(str, decisions.rule))}" if decisions.rule else ""
    console.print(f"{out}: {out.stat().st_size / 1e6:.2f} MB, {saved['seen']} samples seen; thresholds {named}{rule}")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Holds how probabilities become marks; see `photocolor.models.finder.FinderCard`.

    Attributes:
        thresholds: one for each kind.
        edge_threshold: from which on marks grow; None if they do not.
        rule: by which a mark is kept or dropped; none if all are kept.
    """

    thresholds: tuple[float, ...]
    edge_threshold: float | None
    rule: tuple[float, ...] = ()


def choose_thresholds(
    answer: Callable[[NDArray[np.float32]], NDArray[np.float32]], photos: Prepared, clean_share: float
) -> tuple[float, ...]:
    """Returns for each kind the lowest threshold at which no more than that share of clean pixels is marked as it.

    Args:
        answer: from L* (H, W) to the probability of each kind, (kinds, H, W).
        photos: clean ones.
        clean_share: of their pixels.
    """
    counted: list[list[NDArray[np.float32]]] = [[] for _ in KINDS]
    pixels = 0
    for index in range(len(photos)):
        damage = answer(lab_of_photo(photos.photo(index))[0])
        pixels += damage[0].size
        likely, kind = damage.sum(0), damage.argmax(0)
        for number, values in enumerate(counted):
            values.append(likely[(kind == number) & (likely >= LOWEST_THRESHOLD)])
    return tuple(_threshold(np.concatenate(values), int(clean_share * pixels)) for values in counted)


def _threshold(likely: NDArray[np.float32], allowed: int) -> float:
    """Returns the lowest threshold that at most `allowed` of the clean pixels reach."""
    if len(likely) <= allowed:
        return LOWEST_THRESHOLD
    highest = np.sort(likely)[::-1]
    return round(min(SURELY_MARKED, float(np.nextafter(highest[allowed], np.float32(2)))) + 5e-6, 5)


def answer_of(model: FinderContract, lightness: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns (kinds, H, W) of a photo (H, W), whose sides are padded to the network's multiple."""
    multiple = 2 ** (len(model.network.lift) + 1)
    height, width = lightness.shape
    padded = np.pad(lightness, ((0, -height % multiple), (0, -width % multiple)), mode="edge")
    with torch.no_grad():
        damage = model(torch.from_numpy(padded)[None, None])
    return np.asarray(damage[0, :, :height, :width].numpy(), np.float32)


def _to_integers(path: Path, recipe: FinderRecipe) -> None:
    """Lets the convolutions of a file work on 8-bit integers."""
    import onnx

    maker = SampleMaker(recipe.material, "train", INTEGER_PX, recipe.seed)
    feeds = ({"lightness": maker.sample(i).lightness[None, None]} for i in range(recipe.export.integers_from))
    plain = onnx.load(str(path))
    onnx.save(with_integers(plain, all_convolutions(plain), feeds), str(path))


def _write_graph(model: FinderContract, path: Path, multiple: int) -> None:
    side = 2 * multiple
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            (torch.zeros(1, 1, side, side),),
            str(path),
            input_names=["lightness"],
            output_names=["damage"],
            dynamic_axes={name: {0: "n", 2: "h", 3: "w"} for name in ("lightness", "damage")},
            opset_version=OPSET,
            dynamo=False,
        )
    simplify(path)


def differences(model: FinderContract, path: Path) -> NDArray[np.float32]:
    """Returns by how much the probabilities of network and file differ, (kinds, H, W), on noise over a ramp."""
    ramp = np.linspace(0, 100, _PARITY_PX, dtype=np.float32)[None] * np.ones((_PARITY_PX, 1), np.float32)
    noisy = ramp + np.random.default_rng(1).normal(0, 8, ramp.shape).astype(np.float32)
    session = load_runtime().InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = np.clip(noisy, 0, 100)
    file = session.run(["damage"], {"lightness": given[None, None]})[0][0]
    apart: NDArray[np.float32] = np.abs(file - answer_of(model, given))
    return apart


def card(saved: dict[str, Any], recipe: FinderRecipe, decisions: Decisions) -> dict[str, str]:
    """Returns what the file says of itself; every value a string."""
    settings = recipe.training
    parameters = sum(parameter.numel() for parameter in build_finder(recipe.network).parameters())
    plain = asdict(recipe) | {
        "material": asdict(recipe.material) | _NO_PLACES,
        "training": asdict(settings)
        | {name: Path(getattr(settings, name)).name for name in ("start", "start_encoder")},
    }
    words = {
        "name": recipe.name,
        "version": recipe.export.version,
        "finder_contract": CONTRACT,
        "kinds": ",".join(KINDS),
        "thresholds": ",".join(f"{threshold:g}" for threshold in decisions.thresholds),
        "edge_threshold": "" if decisions.edge_threshold is None else f"{decisions.edge_threshold:g}",
        "mark_rule": ",".join(f"{number:g}" for number in decisions.rule),
        "rim_threshold": "" if recipe.export.rim_threshold is None else f"{recipe.export.rim_threshold:g}",
        "seen_megapixels": "" if recipe.export.seen_megapixels is None else f"{recipe.export.seen_megapixels:g}",
        "size_multiple": 2 ** len(recipe.network.widths),
        "license": recipe.export.license,
        "inputs": "lightness: L* 0..100",
        "outputs": "damage: probability of each kind",
        "parameters": f"{parameters / 1e6:.2f}M",
        "training": f"{saved['seen']} samples of {settings.size_px} px in {saved['seconds'] / 3600:.1f} h",
        "recipe": json.dumps(plain, separators=(",", ":")),
        "data_digest": saved["data_digest"],
        "intended_use": recipe.export.intended_use,
        "weaknesses": recipe.export.weaknesses,
        "data_terms": recipe.export.data_terms,
    }
    return {f"photocolor.{key}": str(value) for key, value in words.items() if value != ""}
