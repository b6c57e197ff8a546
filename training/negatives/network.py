"""The negative classifier: the first blocks of a color model's encoder, and evidence that changes sign with the tones.

The encoder has learned what skin, sky, foliage and shadows look like in gray; a negative shows none of them. The
network gives each picture one number, how much it looks like a positive; the evidence is that of the inverted picture
less that of the picture itself. So it is 0 for what looks the same both ways, and inverting a picture turns its sign.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.errors import MissingData
from training.exporting.second_look import first_look

if TYPE_CHECKING:
    from onnx import NodeProto

LAST_BLOCK = "stages.4/stages.4.1/"
"""The encoder is cut behind this block: what remains takes less than 1 MB with weights of 8 bits."""
FROZEN = ("stem", "stages_0", "stages_1", "stages_2")
"""Parts of the encoder that stay as they are: edges and textures are the same in a negative, and they cost most."""
HIDDEN = 64
MULTIPLE = 16
"""Both sides of an input are multiples of this, in pixels: the cut encoder halves four times."""
_STEM = "/network/Concat_output_0"


class Trunk(nn.Module):
    """Runs the operators of an ONNX encoder, whose weights can be trained on.

    Args:
        model: a color model's ONNX file whose encoder is an EfficientNet-Lite.
        last_block: part of the name of the last block that is kept.

    Raises:
        MissingData: the file has no such encoder.
    """

    def __init__(self, model: Path, last_block: str = LAST_BLOCK) -> None:
        super().__init__()
        import onnx

        graph = first_look(onnx.load(str(model))).graph
        arrays = {item.name: onnx.numpy_helper.to_array(item) for item in graph.initializer}
        arrays |= {
            node.output[0]: arrays[node.input[0]].astype("float32")
            for node in graph.node
            if node.op_type == "Cast" and node.input[0] in arrays
        }
        self.steps: list[tuple[str, tuple[str, ...], str]] = []
        self.convolutions = nn.ModuleDict()
        self.channels: int = 0
        ends = [number for number, node in enumerate(graph.node) if f"/encoder/{last_block}" in node.output[0]]
        begins = [number for number, node in enumerate(graph.node) if _STEM in node.input]
        if not ends or len(begins) != 1:
            raise MissingData(f"{model} has no EfficientNet-Lite encoder with a block {last_block}")
        for node in graph.node[begins[0] : ends[-1] + 1]:
            if node.op_type == "Conv":
                weight = torch.tensor(arrays[node.input[1]])
                if node.input[0] == _STEM:
                    weight = weight[:, :1]  # the other channels are hints, of which there are none here
                bias = torch.tensor(arrays[node.input[2]])
                made = _convolution(node, weight, bias)
                self.convolutions[_key(node.output[0])] = made
                made.requires_grad_(not any(part in _key(node.output[0]) for part in FROZEN))
                self.channels = len(bias)
            elif node.op_type not in ("Clip", "Add"):
                raise MissingData(f"{model} has an encoder with {node.op_type}, which is not known here")
            inputs = tuple(node.input) if node.op_type == "Add" else (node.input[0],)
            self.steps.append((node.op_type, inputs, node.output[0]))

    def forward(self, lightness: Tensor) -> Tensor:
        """Returns (N, C, h, w) features of (N, 1, H, W) lightness in [-1, 1]."""
        values = {_STEM: lightness}
        for kind, inputs, output in self.steps:
            if kind == "Conv":
                values[output] = self.convolutions[_key(output)](values[inputs[0]])
            elif kind == "Clip":
                values[output] = functional.relu6(values[inputs[0]])
            else:
                values[output] = values[inputs[0]] + values[inputs[1]]
        return values[self.steps[-1][2]]


class NegativeNetwork(nn.Module):
    """Gives the evidence that a picture is a negative.

    Args:
        trunk: the features.
    """

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.trunk = trunk
        self.hidden = nn.Linear(2 * trunk.channels, HIDDEN)
        self.drop = nn.Dropout(0.2)
        self.last = nn.Linear(HIDDEN, 1, bias=False)  # a constant would cancel out

    def forward(self, lightness: Tensor) -> Tensor:
        """Returns (N,) evidence; above 0 for what looks inverted.

        Args:
            lightness: (N, 1, H, W) float32, L* stretched to [0, 100].
        """
        shown = lightness / 50 - 1
        both = self._looks_positive(torch.cat([-shown, shown])).reshape(2, -1)
        return both[0] - both[1]

    def _looks_positive(self, shown: Tensor) -> Tensor:
        features = self.trunk(shown)
        mean = features.mean((2, 3))
        spread = ((features * features).mean((2, 3)) - mean * mean).clamp_min(0).add(1e-4).sqrt()
        hidden = functional.relu(self.hidden(self.drop(torch.cat([mean, spread], 1))))
        looks: Tensor = self.last(self.drop(hidden))
        return looks[:, 0]


def _key(name: str) -> str:
    """Returns a name of a tensor as torch allows it for a module."""
    return name.replace(".", "_").replace("/", "_")


def _convolution(node: NodeProto, weight: Tensor, bias: Tensor) -> nn.Sequential:
    """Returns a convolution with its padding, which need not be the same on all sides."""
    values = {item.name: item for item in node.attribute}
    stride = values["strides"].ints[0] if "strides" in values else 1
    top, left, bottom, right = values["pads"].ints if "pads" in values else (0, 0, 0, 0)
    groups = int(values["group"].i) if "group" in values else 1
    equal = top if top == left == bottom == right else 0
    made = nn.Conv2d(weight.shape[1] * groups, len(weight), weight.shape[2], int(stride), equal, groups=groups)
    with torch.no_grad():
        made.weight.copy_(weight)
        made.bias.copy_(bias)  # type: ignore[union-attr]
    return (
        nn.Sequential(made)
        if equal == max(top, left, bottom, right)
        else nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), made)
    )
