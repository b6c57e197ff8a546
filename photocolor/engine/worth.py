"""Decides whether CUDA pays: its start takes seconds, in which the CPU already colors photos.

The estimate uses only measured figures and counts, so the same run on the same machine always gets the same device.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod

from photocolor.engine.probe import PROVIDERS
from photocolor.engine.providers import AUTO, DeviceChoice, cpu_instead
from photocolor.engine.sizes import plan_sizes, tile_grid
from photocolor.models.card import ModelCard
from photocolor.models.registry import ModelFile
from photocolor.settings import ColorSettings

GPU_THREADS = 3
"""Photos at work at the same time on a GPU, by default: one thread decodes and one encodes while the third keeps the
device busy. One thread does six tenths of what three do; more were not measured."""

_LOOKS = 1 + 0.625**2
"""Pixels that the bundled model's network computes for each pixel of its input: it looks a second time, at a smaller
size."""

# Measured with one look of the bundled model at 384 × 384 px: CUDA on an H200 with 16 processors
# (benchmarks/gpu_session.py), the processor's share on one thread of a server's core with AVX-512: 0.9 µs a pixel,
# times two thirds, since its convolutions work on integers. What these cost a GPU was not measured.
_OPEN_S = 3.8  # what CUDA takes to open beyond what the CPU does
_PLAN_S = 1.2  # a new shape: its session and the plan of its first run
_CUDA_S_PER_PIXEL = _LOOKS * 37e-9  # one small picture at a time, which does not fill the device
_CUDA_FULL_S_PER_PIXEL = _LOOKS * 13e-9  # eight at a time; a larger model fills it alone
_CPU_S_PER_PIXEL = _LOOKS * 0.6e-6
_REST_S = 0.03  # processor seconds of a 2-megapixel JPEG without the model: decoding, painting, encoding
_BUNDLED_BYTES = 16_000_000

_TYPICAL = (2828, 4242)  # height and width: 12 megapixels, where only `--detail` can make more than one look of a photo


@dataclass(frozen=True, slots=True)
class Load:
    """Describes what a session will be asked for.

    Attributes:
        photos: how many.
        shapes: in how many shapes they come.
    """

    photos: int
    shapes: int


ONE_PERSON = Load(photos=20, shapes=1)
"""A person at a screen, or a caller of the Python interface: a photo at a time, looked at a few times."""


def folder_load(photos: int) -> Load:
    """Returns the load of a run over a folder: portrait and landscape of three proportions."""
    return Load(photos, min(photos, 6))


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimates the seconds that a load takes; meant for comparison, not as a promise.

    Attributes:
        cpu_s: on the processors.
        cuda_s: on the GPU, its start included.
    """

    cpu_s: float
    cuda_s: float


def estimate(load: Load, model: ModelFile, color: ColorSettings, cpus: int) -> Estimate:
    """Returns the estimated seconds of a load on either device.

    A larger model is taken to cost as much more as its file is larger: true within a factor of two for the networks in
    docs/performance.md.
    """
    whole, tiles = _shown(color, model.card)
    weight = max(1.0, model.size_bytes / _BUNDLED_BYTES)
    rest_s = load.photos * _REST_S
    cpu_s = (load.photos * (whole + tiles) * _CPU_S_PER_PIXEL * weight + rest_s) / cpus
    full_s = _CUDA_FULL_S_PER_PIXEL * weight
    running_s = load.photos * (whole * max(_CUDA_S_PER_PIXEL, full_s) + tiles * full_s)
    start_s = _OPEN_S + load.shapes * (2 if tiles else 1) * _PLAN_S
    return Estimate(cpu_s, start_s + max(running_s, rest_s / min(GPU_THREADS, cpus)))


def if_it_pays(choice: DeviceChoice, load: Load, model: ModelFile, color: ColorSettings, cpus: int) -> DeviceChoice:
    """Returns CUDA that `auto` found, or the CPU where that finishes sooner; any other choice stays."""
    if choice.requested != AUTO or choice.provider != PROVIDERS["cuda"]:
        return choice
    guess = estimate(load, model, color, cpus)
    if guess.cuda_s < guess.cpu_s:
        return replace(choice, reason=f"{choice.reason}, and pays for so much work")
    return cpu_instead(
        choice,
        f"it takes about {_duration(guess.cpu_s)} for this, and cuda about {_duration(guess.cuda_s)} with its start; "
        "--device cuda uses it all the same",
    )


def photos_that_pay(model: ModelFile, color: ColorSettings, cpus: int) -> int | None:
    """Returns the number of photos in a folder from which `auto` takes CUDA; None if it never does."""
    low, high = 0, 1
    while not _pays(high, model, color, cpus):
        low, high = high, high * 2
        if high > 10**8:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _pays(middle, model, color, cpus) else (middle, high)
    return high


def _pays(photos: int, model: ModelFile, color: ColorSettings, cpus: int) -> bool:
    guess = estimate(folder_load(photos), model, color, cpus)
    return guess.cuda_s < guess.cpu_s


def _shown(color: ColorSettings, card: ModelCard) -> tuple[int, int]:
    """Returns the pixels of a photo that the model sees: of the whole, and of all tiles."""
    sizes = plan_sizes(*_TYPICAL, color, card)
    whole = prod(sizes.working)
    if not sizes.tiled:
        return whole, 0
    grid = tile_grid(sizes.detail, sizes.tile_px, sizes.overlap_px, card)
    return whole, len(grid.tiles()) * grid.tile_height * grid.tile_width


def _duration(seconds: float) -> str:
    """Returns seconds or minutes with as many digits as the estimate deserves."""
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"
