"""Maps over threads in order, only a little ahead of whoever takes the results."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


def map_ordered(work: Callable[[Item], Made], items: Iterable[Item], threads: int, ahead: int) -> Iterator[Made]:
    """Yields the results of `work` in the items' order; memory does not grow with their number.

    Args:
        work: lets other threads run meanwhile.
        items: fetched in the caller's thread.
        threads: how many items are worked on at the same time; with one, nothing is done beside.
        ahead: how many items may be begun before the first of them is taken.
    """
    if threads < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        futures: deque[Future[Made]] = deque()
        try:
            for item in items:
                futures.append(pool.submit(work, item))
                if len(futures) >= ahead:
                    yield futures.popleft().result()
            while futures:
                yield futures.popleft().result()
        finally:
            for future in futures:
                future.cancel()
