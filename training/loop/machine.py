"""Finds out what this machine offers: the device, bfloat16, threads, memory."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TypeVar

import torch
from torch import nn

from photocolor.engine.onnx_errors import is_out_of_memory
from training.errors import RecipeError, TooLittleMemory
from training.settings import Recipe

Network = TypeVar("Network", bound=nn.Module)


def choose_device(name: str) -> torch.device:
    """Returns the device of that name; "auto" means the first GPU, or the CPU.

    Raises:
        RecipeError: a device was asked for by name and is not there.
    """
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", name):
        raise RecipeError(f"there is no device {name!r}", "Use --device auto, cpu, cuda or cuda:N.")
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda"):
        name = name if ":" in name else f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
        gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if int(name.partition(":")[2]) >= gpus:
            count = f"PyTorch sees {gpus} GPUs here" if gpus else "PyTorch sees no GPU here"
            raise RecipeError(f"device {name} is not available: {count}", "Use --device auto or cpu.")
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


@contextmanager
def enough_memory(recipe: Recipe) -> Iterator[None]:
    """Raises a named error if what is done inside does not fit into memory.

    Raises:
        TooLittleMemory: the processor's or the GPU's memory ended.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as error:  # torch has no type for the processor's
        if not is_out_of_memory(error) and "can't allocate memory" not in str(error):
            raise
        shapes = [shape for phase in recipe.train.phases for shape in phase.mix or (phase,)]
        most = max(shapes, key=lambda shape: shape.batch * shape.size_px**2)
        words = f"batches of {most.batch} photos of {most.size_px} px"
        raise TooLittleMemory(f"the memory does not hold the recipe's steps, which have {words}") from error


def keep_memory() -> None:
    """Keeps freed memory in the process: returning pages and touching them again costs more than the arithmetic."""
    if sys.platform == "linux":
        allocator = ctypes.CDLL(None)
        mmap_threshold, trim_threshold = -3, -1
        allocator.mallopt(mmap_threshold, 1 << 30)
        allocator.mallopt(trim_threshold, (1 << 31) - 1)
