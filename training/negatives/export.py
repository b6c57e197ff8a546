"""From a run of the classifier to its model file: the graph, weights of 8 bits, a threshold, and the card."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from photocolor.color.lab import lightness_of
from photocolor.color.resize import resize
from photocolor.engine.negatives.classifier import NegativeClassifier, stretched
from photocolor.models.negatives import CONTRACT, find_classifier
from training.data.prepared import Prepared, load
from training.errors import CheckpointMismatch
from training.exporting.export import OPSET, ParityBroken, simplify
from training.exporting.model_file import write_card
from training.loop import checkpoint_file
from training.negatives.network import MULTIPLE, NegativeNetwork, Trunk
from training.negatives.samples import aged, gray_of_film

LEAST_NUMBERS = 1024
"""Arrays with fewer numbers stay float32; they weigh nothing."""
PARITY = 0.5
"""Evidence by which the file with its rounded weights may differ from the network."""
FIRST_PX = 96
"""At the first look nine of ten positives are told, in a third of the time."""
SECOND_PX = 176
"""At the second look photos are shown larger than they were in training: fewer are wrong, by measurement."""
FALSE_SHARE = 1 / 1000
"""Share of positive validation pictures that may be taken for negatives."""
LEAST_THRESHOLD = 0.5
"""Also the step to which a threshold is rounded up: other photos than these will be met."""
AGED_TIMES = 4
"""Each validation photo is judged clean, and aged in so many ways."""


def export_classifier(data: Path, model: Path, run: Path, out: Path, console: Console) -> None:
    """Writes the model file and its checksum; the threshold is chosen on the validation photos.

    Args:
        data: a prepared set; its validation photos are used.
        model: the color model whose encoder was trained on.
        run: the run's folder.
        out: the ONNX file.
        console: for the lines it prints.

    Raises:
        CheckpointMismatch: there is no checkpoint.
        ParityBroken: the file answers otherwise than the network.
    """
    saved = checkpoint_file.last(run)
    if saved is None:
        raise CheckpointMismatch(f"{run} has no checkpoint")
    network = NegativeNetwork(Trunk(model))
    network.load_state_dict(saved["average"])
    network.eval()
    out.parent.mkdir(parents=True, exist_ok=True)
    write_graph(network, out)
    write_card(out, _card(saved, threshold=0.0))
    _write_checksum(out)
    classifier = NegativeClassifier(find_classifier(out))
    apart = parity(network, classifier, load(data, "val"))
    if apart > PARITY:
        raise ParityBroken(f"the exported file differs by {apart:.2f} in its evidence, more than {PARITY}")
    evidence = np.array([classifier.judged(gray) for picture in pictures(load(data, "val")) for gray in picture.gray])
    threshold = choose_threshold(evidence)
    write_card(out, _card(saved, threshold))
    _write_checksum(out)
    taken = int(np.sum(evidence >= threshold))
    console.print(
        f"{out}: {out.stat().st_size / 1e6:.2f} MB, {saved['seen']} pictures seen; threshold {threshold:g}: "
        f"of {len(evidence)} validation pictures {taken} are taken for negatives"
    )


def choose_threshold(evidence: NDArray[np.float64]) -> float:
    """Returns the evidence from which on a picture is a negative, chosen on positives.

    Args:
        evidence: of each positive.
    """
    strongest = np.sort(evidence)[::-1]
    allowed = int(FALSE_SHARE * len(evidence))
    return LEAST_THRESHOLD * (math.floor(max(0.0, float(strongest[allowed])) / LEAST_THRESHOLD) + 1)


@dataclass(frozen=True, slots=True)
class JudgedPicture:
    """Holds one photo as the product would judge it.

    Attributes:
        gray: (H, W) uint8, clean and then aged in several ways.
    """

    gray: tuple[NDArray[np.uint8], ...]


def pictures(photos: Prepared, times: int = AGED_TIMES) -> Iterator[JudgedPicture]:
    """Yields each photo's gray, clean and aged, the same whenever it is made."""
    for index in range(len(photos)):
        photo = np.array(photos.photo(index))
        chance = np.random.default_rng((7, index))
        versions = [gray_of_film(photo, 0)]
        versions += [aged(gray_of_film(photo, int(chance.integers(3))), chance) for _ in range(times)]
        yield JudgedPicture(tuple(np.rint(codes * 255).astype(np.uint8) for codes in versions))


def write_graph(network: NegativeNetwork, path: Path) -> None:
    """Writes the network as ONNX, its larger weights as whole numbers of 8 bits with a scale for each channel."""
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (torch.zeros(1, 1, 8 * MULTIPLE, 8 * MULTIPLE),),
            str(path),
            input_names=["lightness"],
            output_names=["evidence"],
            dynamic_axes={"lightness": {0: "n", 2: "h", 3: "w"}, "evidence": {0: "n"}},
            opset_version=OPSET,
            dynamo=False,
        )
    simplify(path)
    _round_weights(path)


def parity(network: NegativeNetwork, classifier: NegativeClassifier, photos: Prepared, count: int = 40) -> float:
    """Returns the largest difference of the evidence between network and file, over some photos."""
    worst, side = 0.0, 8 * MULTIPLE
    for index in range(min(count, len(photos))):
        codes = np.rint(gray_of_film(np.array(photos.photo(index)), 0) * 255).astype(np.uint8)
        shown = stretched(lightness_of(np.ascontiguousarray(resize(codes, side, side))))
        if shown is not None:
            with torch.no_grad():
                exact = float(network(torch.from_numpy(shown)[None, None])[0])
            worst = max(worst, abs(exact - classifier.evidence(shown)))
    return worst


def _round_weights(path: Path) -> None:
    import onnx

    model = onnx.load(str(path))
    graph, before = model.graph, []
    for item in list(graph.initializer):
        weights = onnx.numpy_helper.to_array(item)
        if weights.dtype != np.float32 or weights.size < LEAST_NUMBERS:
            continue
        scale = np.abs(weights).max(tuple(range(1, weights.ndim)), keepdims=True) / 127
        whole = np.rint(weights / np.maximum(scale, 1e-12)).astype(np.int8)
        graph.initializer.remove(item)
        graph.initializer.append(onnx.numpy_helper.from_array(whole, f"{item.name}_whole"))
        graph.initializer.append(onnx.numpy_helper.from_array(scale.astype(np.float32), f"{item.name}_scale"))
        cast = onnx.helper.make_node("Cast", [f"{item.name}_whole"], [f"{item.name}_float"], to=onnx.TensorProto.FLOAT)
        before += [cast, onnx.helper.make_node("Mul", [f"{item.name}_float", f"{item.name}_scale"], [item.name])]
    nodes = [*before, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(path))


def _write_checksum(path: Path) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".sha256").write_text(f"{digest}  {path.name}\n", encoding="ascii")


def _card(saved: dict[str, object], threshold: float) -> dict[str, str]:
    from training.negatives.train import SIDE_PX

    words = {
        "name": "negatives",
        "version": "1",
        "negatives_contract": CONTRACT,
        "threshold": f"{threshold:g}",
        "first_px": FIRST_PX,
        "side_px": SECOND_PX,
        "size_multiple": MULTIPLE,
        "license": "Apache-2.0",
        "inputs": "lightness: L* stretched from its 1st and 99th percentile to 0..100",
        "outputs": "evidence: above 0 for inverted tones, below 0 for a positive",
        "training": f"{saved['seen']} pictures of {SIDE_PX} px, from the encoder of the bundled color model",
        "data_digest": saved["data_digest"],
        "data_terms": "34,030 photos of research data sets from the web; most allow research, many not commercial use",
        "intended_use": "Telling scanned negatives from positives; docs/tone.md says how often it is wrong.",
    }
    return {f"photocolor.{key}": str(value) for key, value in words.items()}
