"""Finds out what this machine offers: the device, bfloat16, threads, memory."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import torch
from torch import nn

from training.errors import RecipeError

Network = TypeVar("Network", bound=nn.Module)


def choose_device(name: str) -> torch.device:
    """Returns the device of that name; "auto" means the first GPU, or the CPU.

    Raises:
        RecipeError: a device was asked for by name and is not there.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise RecipeError(f"device {name!r} is not available", "Use --device auto or cpu.")
    if name == "cuda":
        name = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    return torch.device(name)


def device_name(device: torch.device) -> str:
    """Returns the device's name for the model card."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{torch.get_num_threads()} CPU threads"


def has_bfloat16(device: torch.device) -> bool:
    """Returns whether bfloat16 is fast on a device and not merely possible."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    return bool(probe())


def placed(network: Network, device: torch.device) -> Network:
    """Returns the network on a device with its weights channels last, which is fastest for convolutions."""
    network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network


def precision(device: torch.device, *, bfloat16: bool) -> Callable[[], AbstractContextManager[object]]:
    """Returns the context in which networks run: bfloat16 if that is wanted and fast, else their own precision."""
    if bfloat16 and has_bfloat16(device):
        return lambda: torch.autocast(device.type, torch.bfloat16)
    return nullcontext


def keep_memory() -> None:
    """Keeps freed memory in the process: returning pages and touching them again costs more than the arithmetic."""
    if sys.platform == "linux":
        allocator = ctypes.CDLL(None)
        mmap_threshold, trim_threshold = -3, -1
        allocator.mallopt(mmap_threshold, 1 << 30)
        allocator.mallopt(trim_threshold, (1 << 31) - 1)
