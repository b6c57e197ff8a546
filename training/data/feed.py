"""Makes the batches of a training in advance, by a thread or by processes, so that no step waits for one."""

from __future__ import annotations

import multiprocessing
import os
import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import cv2
import torch
import torch.utils.data

from training.data.batches import Batch, BatchMaker

AHEAD = 3
"""Batches made before they are asked for."""
START_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
"""How processes that make batches begin: a forked copy of a process with threads may wait for ever for a lock."""


def batches(maker: BatchMaker, seen: int, workers: int) -> Generator[Batch, None, None]:
    """Yields every batch from `seen` to the end, made in advance by a thread or by `workers` processes."""
    return _from_processes(maker, seen, workers) if workers else _from_thread(maker, seen)


def _from_thread(maker: BatchMaker, seen: int) -> Generator[Batch, None, None]:
    ready: queue.Queue[Batch | BaseException | None] = queue.Queue(AHEAD)
    stop = threading.Event()

    def work() -> None:
        torch.set_num_threads(1)  # of this thread only: the network keeps its own
        cv2.setNumThreads(1)
        position = seen
        try:
            while not stop.is_set():
                with _own_stream(maker):
                    batch = maker.make(position)
                _put(ready, batch, stop)
                if batch is None:
                    return
                position = batch.seen
        except BaseException as problem:
            _put(ready, problem, stop)

    thread = threading.Thread(target=work, name="batches", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            for value in item[1:]:
                if value is not None and value.is_cuda:
                    value.record_stream(torch.cuda.current_stream(value.device))  # or its memory is used again too soon
            yield item
    finally:
        stop.set()
        thread.join(timeout=5)


@contextmanager
def _own_stream(maker: BatchMaker) -> Iterator[None]:
    """Runs the GPU's part of making a batch in its own CUDA stream, parallel to the training step."""
    stream = maker.on_device.stream if maker.on_device is not None else None
    if stream is None:
        yield
        return
    with torch.cuda.stream(stream):
        yield
    stream.synchronize()


def _put(
    ready: queue.Queue[Batch | BaseException | None], item: Batch | BaseException | None, stop: threading.Event
) -> None:
    while not stop.is_set():
        try:
            ready.put(item, timeout=0.5)
            return
        except queue.Full:
            continue


class _Positions(torch.utils.data.Dataset[Batch]):
    """Maps a number of images seen to the batch after it, as a PyTorch dataset."""

    def __init__(self, maker: BatchMaker) -> None:
        self.maker = maker

    def __getitem__(self, seen: int) -> Batch:
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        batch = self.maker.make(seen)
        if batch is None:
            raise IndexError(seen)
        return batch


def _end_with_the_trainer(_worker: int) -> None:
    """Ends this process when the one that trains was killed: PyTorch watches the fork server, which lives on then."""
    trainer = multiprocessing.parent_process()
    assert trainer is not None  # noqa: S101 - PyTorch calls this in processes that it started

    def wait() -> None:
        trainer.join()
        os._exit(1)

    threading.Thread(target=wait, name="trainer", daemon=True).start()


def _from_processes(maker: BatchMaker, seen: int, workers: int) -> Generator[Batch, None, None]:
    positions = []
    while (shape := maker.shape(seen)) is not None:
        positions.append(seen)
        seen += shape.batch * maker.rank.count
    context = multiprocessing.get_context(START_METHOD)
    if START_METHOD == "forkserver":
        context.set_forkserver_preload([__name__])
    loader = torch.utils.data.DataLoader(
        _Positions(maker),
        batch_size=None,
        sampler=positions,
        num_workers=workers,
        multiprocessing_context=context,
        prefetch_factor=AHEAD,
        pin_memory=torch.cuda.is_available(),
        worker_init_fn=_end_with_the_trainer,
    )
    yield from loader
