"""Ages inputs so that they look like old photographs; the target keeps its true lightness and color.

Source: kinds and strengths after Wan et al., "Bringing Old Photos Back to Life", arXiv 2004.09484; film before about
1930 does not see red.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from training.color import LUMINANCE, lightness_of_luminance
from training.settings import Aging

PANCHROMATIC = (0.30, 0.59, 0.11)
ORTHOCHROMATIC = (0.0, 0.5, 0.5)
_JPEG_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
"""ITU-T T.81, table K.1."""
MOST_SCRATCHES = 6


def age(linear: Tensor, lightness: Tensor, shares: Aging, chance: torch.Generator) -> Tensor:
    """Returns the input lightness, some of it aged.

    Args:
        linear: (N, 3, H, W) linear light, for the film's response.
        lightness: (N, 1, H, W) the true L*; not changed.
        shares: how often each defect strikes.
        chance: on the processor.

    Returns:
        (N, 1, H, W) L* in [0, 100].
    """
    aged = lightness.clone()
    steps: tuple[tuple[float, Callable[[Tensor, Tensor], Tensor]], ...] = (
        (shares.film, lambda part, chosen: film(linear[chosen], chance)),
        (shares.blur, lambda part, chosen: blur(part, chance)),
        (shares.gamma, lambda part, chosen: gamma(part, chance)),
        (shares.fade, lambda part, chosen: fade(part, chance)),
        (shares.grain, lambda part, chosen: grain(part, chance)),
        (shares.paper, lambda part, chosen: paper(part, chance)),
        (shares.scratches, lambda part, chosen: scratches(part, chance)),
        (shares.jpeg, lambda part, chosen: jpeg(part, chance)),
    )
    for share, change in steps:
        if share > 0:
            chosen = (torch.rand(len(aged), generator=chance) < share).nonzero()[:, 0].to(aged.device)
            if len(chosen):
                aged[chosen] = change(aged[chosen], chosen)
    return aged.clamp_(0, 100)


def film(linear: Tensor, chance: torch.Generator) -> Tensor:
    """Returns L* as a film between panchromatic and orthochromatic, or between the eye and either, would record it."""
    eye, pan, ortho = (torch.tensor(weights) for weights in (LUMINANCE, PANCHROMATIC, ORTHOCHROMATIC))
    share = torch.rand(len(linear), 1, generator=chance)
    weights = torch.lerp(pan.expand(len(linear), 3), ortho.expand(len(linear), 3), share)
    weights = torch.lerp(eye.expand_as(weights), weights, torch.rand(len(linear), 1, generator=chance).sqrt())
    luminance = (linear * weights.to(linear)[:, :, None, None]).sum(1, keepdim=True)
    return lightness_of_luminance(luminance)


def blur(lightness: Tensor, chance: torch.Generator) -> Tensor:
    """Blurs by a Gaussian with σ of 0.5 to 2.5 % of the side (up to 5 px at 200 px)."""
    count, _, height, width = lightness.shape
    sigma = min(height, width) * (0.005 + 0.02 * torch.rand(count, 1, generator=chance) ** 2)
    radius = math.ceil(3 * float(sigma.max()))
    offsets = torch.arange(-radius, radius + 1)[None]
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).to(lightness)
    planes = functional.pad(lightness.transpose(0, 1), (radius,) * 4, mode="replicate")
    planes = functional.conv2d(planes, kernel[:, None, :, None], groups=count)
    return functional.conv2d(planes, kernel[:, None, None, :], groups=count).transpose(0, 1)


def gamma(lightness: Tensor, chance: torch.Generator) -> Tensor:
    """Applies contrast curves of exponents 0.6 to 1.6."""
    power = torch.exp(_uniform(len(lightness), math.log(0.6), math.log(1.6), chance)).to(lightness)
    return 100 * (lightness.clamp_min(1e-3) / 100) ** power


def fade(lightness: Tensor, chance: torch.Generator) -> Tensor:
    """Raises black by up to 30, and lowers white by up to 20."""
    black = _uniform(len(lightness), 0, 30, chance).to(lightness)
    white = _uniform(len(lightness), 80, 100, chance).to(lightness)
    return black + lightness / 100 * (white - black)


def grain(lightness: Tensor, chance: torch.Generator) -> Tensor:
    """Adds noise of σ 1 to 8, half of it coarser than a pixel."""
    count, _, height, width = lightness.shape
    fine = _normal((count, 1, height, width), lightness, chance)
    coarse = _normal((count, 1, math.ceil(height / 2), math.ceil(width / 2)), lightness, chance)
    noise = fine + functional.interpolate(coarse, (height, width), mode="bilinear")
    return lightness + noise * _uniform(count, 1, 6, chance).to(lightness)


def paper(lightness: Tensor, chance: torch.Generator) -> Tensor:
    """Adds tinted, stained paper as lightness shows it: unevenly darker by up to 20 %."""
    spots = 1 - 0.2 * torch.rand(len(lightness), 1, 3, 3, generator=chance)
    return lightness * functional.interpolate(spots.to(lightness), lightness.shape[2:], mode="bilinear")


def scratches(lightness: Tensor, chance: torch.Generator) -> Tensor:
    """Draws one to six thin straight lines, lighter or darker than the photo."""
    count, _, height, width = lightness.shape
    lines = torch.randint(1, MOST_SCRATCHES + 1, (count,), generator=chance)
    angle, place, thick, tone = torch.rand(4, count, MOST_SCRATCHES, 1, 1, generator=chance)
    visible = (torch.arange(MOST_SCRATCHES)[None] < lines[:, None]).view(count, MOST_SCRATCHES, 1, 1)
    down = torch.arange(height, device=lightness.device)[:, None] - height / 2
    right = torch.arange(width, device=lightness.device)[None] - width / 2
    cosine, sine = ((math.pi * angle).cos().to(lightness), (math.pi * angle).sin().to(lightness))
    distance = (right * cosine + down * sine - ((place - 0.5) * width).to(lightness)).abs()
    ink = 0.8 * (1 - distance / (0.4 + 0.8 * thick).to(lightness)).clamp(0, 1) * visible.to(lightness)
    color = torch.where(tone < 0.7, 100.0, 5.0).to(lightness)
    marked = lightness
    for line in range(MOST_SCRATCHES):
        marked = torch.lerp(marked, color[:, line : line + 1].expand_as(marked), ink[:, line : line + 1])
    return marked


def jpeg(lightness: Tensor, chance: torch.Generator) -> Tensor:
    """Returns L* with the loss of a gray JPEG of quality 30 to 95: 8 × 8 cosine blocks, quantized.

    Source: ITU-T T.81; scaling of the table by quality as in libjpeg.
    """
    count, _, height, width = lightness.shape
    quality = _uniform(count, 30, 95, chance)
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50).to(lightness)
    table = torch.tensor(_JPEG_LUMINANCE, dtype=lightness.dtype, device=lightness.device).view(1, 64, 1)
    steps = (table * factor.view(-1, 1, 1)).clamp_min(1).round()
    padded = functional.pad(lightness * 2.55 - 128, (0, -width % 8, 0, -height % 8), mode="replicate")
    size = padded.shape[2:]
    basis = _cosines(lightness)
    blocks = basis @ functional.unfold(padded, 8, stride=8)
    blocks = basis.T @ (torch.round(blocks / steps) * steps)
    whole = functional.fold(blocks, size, 8, stride=8)
    return (whole[:, :, :height, :width] + 128) / 2.55


def _cosines(like: Tensor) -> Tensor:
    """Returns the orthonormal two-dimensional cosine transform of a flattened 8 × 8 block, (64, 64)."""
    position, frequency = torch.arange(8.0), torch.arange(8.0)[:, None]
    one = torch.cos(math.pi * (position + 0.5) * frequency / 8) * math.sqrt(2 / 8)
    one[0] /= math.sqrt(2)
    return torch.kron(one, one).to(like)


def _normal(shape: tuple[int, ...], like: Tensor, chance: torch.Generator) -> Tensor:
    """Returns standard normal numbers, drawn on the device of `like`: a GPU draws millions at once, a CPU is slow."""
    if like.device.type == "cpu":
        return torch.randn(shape, generator=chance)
    there = torch.Generator(like.device).manual_seed(int(torch.randint(2**62, (), generator=chance)))
    return torch.randn(shape, generator=there, device=like.device)


def _uniform(count: int, low: float, high: float, chance: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(count, 1, 1, 1, generator=chance)
