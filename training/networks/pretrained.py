"""Small pretrained networks for losses and metrics, read from a path and never downloaded."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.errors import MissingWeights


def read_weights(path: str, needs: str) -> dict[str, Tensor]:
    """Returns the arrays of an .npz file as float32 tensors.

    Raises:
        MissingWeights: the file is not there, cannot be read, or lacks the array `needs`.
    """
    if not Path(path).is_file():
        raise MissingWeights(f"there are no weights at {path}")
    try:
        with Path(path).open("rb") as file:
            arrays = np.load(file)
            if not isinstance(arrays, np.lib.npyio.NpzFile):
                raise ValueError("it holds one array without a name")
            weights = {name: torch.from_numpy(arrays[name].astype(np.float32)) for name in arrays.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, zlib.error) as cause:
        raise MissingWeights(f"{path} is not a file of named arrays (NPZ): {cause}") from cause
    if needs not in weights:
        raise MissingWeights(f"{path} has no array {needs!r}")
    return weights


class _Fire(nn.Module):
    def __init__(self, inputs: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, inputs, H, W) to (N, 2 · expand, H, W)."""
        narrow = functional.relu(self.squeeze(features))
        return torch.cat([functional.relu(self.expand1x1(narrow)), functional.relu(self.expand3x3(narrow))], 1)


class SqueezeNet(nn.Module):
    """Extracts SqueezeNet 1.1's features; layer numbers are torchvision's.

    Source: Iandola et al., arXiv 1602.07360.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 64, 3, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True)]
        layers += [_Fire(64, 16, 64), _Fire(128, 16, 64), nn.MaxPool2d(3, 2, ceil_mode=True)]
        layers += [_Fire(128, 32, 128), _Fire(256, 32, 128), nn.MaxPool2d(3, 2, ceil_mode=True)]
        layers += [_Fire(256, 48, 192), _Fire(384, 48, 192), _Fire(384, 64, 256), _Fire(512, 64, 256)]
        self.features = nn.ModuleList(layers)
        weights = read_weights(path, "features.0.weight")
        try:
            self.load_state_dict({name: value for name, value in weights.items() if name.startswith("features.")})
        except RuntimeError as cause:
            raise MissingWeights(f"{path} holds other arrays than torchvision's SqueezeNet 1.1") from cause
        self.requires_grad_(False).eval()

    def forward(self, normalized: Tensor, layer_numbers: tuple[int, ...]) -> list[Tensor]:
        """Returns the features after the layers of these numbers, of a normalized picture (N, 3, H, W)."""
        features = []
        for number, layer in enumerate(self.features):
            if number > max(layer_numbers):
                break
            normalized = layer(normalized)
            if number in layer_numbers:
                features.append(normalized)
        return features


class MobileNet(nn.Module):
    """Runs MobileNet V1 up to its thirteenth block: 1024 features at stride 32.

    Source: Howard et al., arXiv 1704.04861.
    """

    STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2)

    def __init__(self, path: str) -> None:
        super().__init__()
        weights = read_weights(path, "conv1.weight")
        self.kernels = nn.ParameterDict()
        self.names: list[tuple[str, int, bool]] = []
        plan = [("conv1", "bn1", 2, False)]
        for block, stride in enumerate(self.STRIDES):
            number = block + 1 if "dw.0.weight" not in weights else block
            plan += [(f"dw.{number}", f"dbn.{number}", stride, True), (f"pw.{number}", f"pbn.{number}", 1, False)]
        for layer, norm, stride, depthwise in plan:
            scale = weights[f"{norm}.weight"] / (weights[f"{norm}.running_var"] + 1e-3).sqrt()
            key = layer.replace(".", "_")
            self.kernels[f"{key}_w"] = weights[f"{layer}.weight"] * scale[:, None, None, None]
            self.kernels[f"{key}_b"] = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
            self.names.append((key, stride, depthwise))
        self.requires_grad_(False).eval()

    def forward(self, rgb: Tensor) -> Tensor:
        """Maps (N, 3, H, W) sRGB in [0, 1] to (N, 1024, H / 32, W / 32)."""
        features = rgb * 2 - 1
        for key, stride, depthwise in self.names:
            kernel, bias = self.kernels[f"{key}_w"], self.kernels[f"{key}_b"]
            if stride == 2:
                features = functional.pad(features, (0, 1, 0, 1))
            padding = 1 if kernel.shape[2] == 3 and stride == 1 else 0
            groups = len(kernel) if depthwise else 1
            features = functional.relu6(functional.conv2d(features, kernel, bias, stride, padding, groups=groups))
        return features


IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
LPIPS_SHIFT = (-0.030, -0.088, -0.188)
LPIPS_SCALE = (0.458, 0.448, 0.450)
LPIPS_LAYERS = (1, 4, 7, 9, 10, 11, 12)


def normalize(rgb: Tensor) -> Tensor:
    """Returns sRGB in [0, 1] in the range that SqueezeNet was trained on."""
    mean, std = (rgb.new_tensor(values).view(1, 3, 1, 1) for values in (IMAGENET_MEAN, IMAGENET_STD))
    return (rgb - mean) / std


class Lpips:
    """Computes the learned perceptual distance on SqueezeNet.

    Args:
        squeezenet: path of the trunk.
        heads: path of the linear heads `lin0` … `lin6`.

    Source: Zhang et al., arXiv 1801.03924, version 0.1.
    """

    def __init__(self, squeezenet: str, heads: str) -> None:
        self.trunk = SqueezeNet(squeezenet)
        self.heads = read_weights(heads, "lin0")

    @torch.no_grad()
    def distance(self, one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
        """Returns the distance of two (H, W, 3) uint8 sRGB pictures; 0 for equal ones."""
        features = [self.trunk(_lpips_input(picture), LPIPS_LAYERS) for picture in (one, other)]
        total = 0.0
        for layer, (left, right) in enumerate(zip(*features, strict=True)):
            square = (_unit(left) - _unit(right)).square()
            total += float(functional.conv2d(square, self.heads[f"lin{layer}"]).mean())
        return total


def _lpips_input(pixels: NDArray[np.uint8]) -> Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)[None].float() / 127.5 - 1
    shift, scale = (torch.tensor(values).view(1, 3, 1, 1) for values in (LPIPS_SHIFT, LPIPS_SCALE))
    return (tensor - shift) / scale


def _unit(features: Tensor) -> Tensor:
    """Returns every position's feature vector scaled to length 1."""
    return features / (features.square().sum(1, keepdim=True).sqrt() + 1e-10)
