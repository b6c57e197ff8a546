"""Builds a generator from the recipe's table."""

from __future__ import annotations

from torch import nn

from photocolor.models.card import FACE_SEGMENTS
from training.network_settings import Generator
from training.networks.cifar import CifarUNet
from training.networks.efficientnet import SCALES
from training.networks.efficientnet_unet import EfficientNetUNet
from training.networks.lab_unet import LabUNet
from training.networks.residual import ResidualUNet
from training.networks.rgb150 import Rgb150
from training.networks.unet256 import UNet256
from training.networks.units import add_input_channels


def build_generator(settings: Generator, bins: int = 0) -> nn.Module:
    """Builds the network of `settings.kind`.

    The channels of faces are added to the finished network, and begin at zero: with one seed, a generator that takes
    them and one that does not begin as the same function.

    Args:
        settings: the recipe's table.
        bins: number of ab bins of its head, if it has one.
    """
    network = _network(settings, bins)
    if settings.faces:
        first = next(layer for layer in network.modules() if isinstance(layer, nn.Conv2d))
        add_input_channels(first, len(FACE_SEGMENTS))
    return network


def _network(settings: Generator, bins: int) -> nn.Module:
    if settings.kind == "residual":
        return ResidualUNet(settings, bins)
    if settings.kind == "efficientnet":
        return EfficientNetUNet(settings, bins)
    kinds: dict[str, type[nn.Module]] = {
        "unet256": UNet256,
        "lab-unet": LabUNet,
        "rgb150": Rgb150,
        "cifar": CifarUNet,
    }
    return kinds[settings.kind](settings)


def size_multiple(settings: Generator) -> int:
    """Returns the number of which height and width of an input must be multiples."""
    if settings.fixed_px:
        return settings.fixed_px
    halvings = {
        "residual": len(settings.widths),
        "efficientnet": SCALES,
        "unet256": settings.depth,
        "lab-unet": len(settings.widths) - 1,
    }
    return int(2 ** halvings.get(settings.kind, 0))
