from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from photocolor.batch.plan.shard import belongs, shard_of
from photocolor.errors import UsageError
from photocolor.settings import Shard

WRITTEN_DOWN = {  # by sha256sum and bc, without this program
    ("1950/a/scan 1.tif", 8): 3,
    ("a.jpg", 3): 2,
    ("ä/ö.jpg", 64): 33,
}


def test_the_shard_of_a_name_is_what_it_always_was() -> None:
    assert {name: shard_of(name, count) for (name, count) in WRITTEN_DOWN} == {
        name: shard for (name, _), shard in WRITTEN_DOWN.items()
    }


def test_it_does_not_depend_on_this_process() -> None:
    code = "from photocolor.batch.plan.shard import shard_of; print([shard_of(f'{n}.jpg', 7) for n in range(30)])"
    seeded = os.environ | {"PYTHONHASHSEED": "123", "LC_ALL": "C", "PYTHONUTF8": "0"}
    answer = subprocess.run([sys.executable, "-c", code], env=seeded, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str([shard_of(f"{n}.jpg", 7) for n in range(30)])


def test_shards_are_about_equally_large() -> None:
    sizes = Counter(shard_of(f"box {n % 40}/scan {n}.tif", 8) for n in range(8000))
    assert set(sizes) == set(range(1, 9))
    assert all(abs(size - 1000) <= 130 for size in sizes.values()), "more than 4 standard deviations"


@pytest.mark.parametrize("name", ["caf\udce9.jpg", "😀", "", ".", "a/.jpg", "\ud800"])
def test_any_name_has_a_shard(name: str) -> None:
    assert shard_of(name, 1) == 1
    assert [belongs(name, Shard(number=number, count=5)) for number in range(1, 6)].count(True) == 1
    assert belongs(name, None)


def test_spellings_and_suffixes_of_one_photo_have_one_shard() -> None:
    for count in (2, 3, 64, 1000):
        assert shard_of("a/é.jpg", count) == shard_of("a/e\u0301.jpg", count) == shard_of("a/é.tif", count)


@pytest.mark.parametrize(("number", "count"), [(0, 8), (9, 8), (1, 0), (-1, -1), (1, 100_001)])
def test_a_shard_that_cannot_be_is_refused(number: int, count: int) -> None:
    with pytest.raises(UsageError, match="outside 1 to"):
        Shard(number=number, count=count)
