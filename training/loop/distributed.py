"""Synchronizes the processes of one training run under torchrun: equal starts, averaged gradients, equal ends.

Data parallelism in its plain form, without torch's wrapper: a GAN's step runs each network several times before one
gradient is complete, which the wrapper's hooks do not expect.
"""

from __future__ import annotations

import os

import torch
import torch.distributed as dist
from torch import nn

from training.data.batches import Rank


def join(device: torch.device) -> Rank:
    """Returns this process's rank; joins the others if torchrun started several."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count > 1 and not dist.is_initialized():
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return Rank(int(os.environ.get("RANK", "0")), count)


def leave() -> None:
    """Waits for the other processes and leaves their group."""
    if dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()


def agreed(decision: bool, device: torch.device) -> bool:
    """Returns the first process's decision in every process: clocks differ, but all must end after the same step."""
    if not dist.is_initialized():
        return decision
    value = torch.tensor([int(decision)], device=device)
    dist.broadcast(value, 0)
    return bool(value.item())


@torch.no_grad()
def synchronize(network: nn.Module) -> None:
    """Gives every process the first one's weights and the mean of all batch statistics."""
    if not dist.is_initialized():
        return
    for parameter in network.parameters():
        dist.broadcast(parameter.data, 0)
    for buffer in network.buffers():
        if buffer.is_floating_point():
            dist.all_reduce(buffer)
            buffer /= dist.get_world_size()
        else:
            dist.broadcast(buffer, 0)


@torch.no_grad()
def average_gradients(network: nn.Module) -> None:
    """Averages all gradients over the processes, in one transfer."""
    if not dist.is_initialized():
        return
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    start = 0
    for gradient in gradients:
        gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
        start += gradient.numel()
