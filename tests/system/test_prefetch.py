"""The ordered map over threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from photocolor.system.prefetch import map_ordered


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_the_order_of_the_items_whatever_is_done_first(threads: int) -> None:
    gate = threading.Event()

    def slow_first(item: int) -> int:
        if item == 0 and threads > 1:
            gate.wait(5)
        else:
            gate.set()
        return item * 10

    assert list(map_ordered(slow_first, range(20), threads, 2 * threads)) == [item * 10 for item in range(20)]


def test_no_more_items_are_fetched_than_may_be_begun_ahead() -> None:
    fetched = []

    def items() -> Iterator[int]:
        for item in range(100):
            fetched.append(item)
            yield item

    made = map_ordered(lambda item: item, items(), 2, 4)
    assert [next(made) for _ in range(10)] == list(range(10))
    assert len(fetched) <= 10 + 4


def test_an_error_comes_out_at_its_place_and_nothing_more_is_begun() -> None:
    begun = []

    def third_fails(item: int) -> int:
        begun.append(item)
        if item == 2:
            raise ValueError(item)
        return item

    made = map_ordered(third_fails, range(1000), 2, 4)
    assert [next(made), next(made)] == [0, 1]
    with pytest.raises(ValueError, match="2"):
        next(made)
    assert len(begun) <= 6
