from __future__ import annotations

from collections.abc import Iterator

import fsspec
import pytest

from photocolor.batch.records.manifest import Recipe
from photocolor.batch.remote import claim
from photocolor.batch.remote.claim import Claim
from photocolor.errors import OutputError
from photocolor.settings import Shard
from photocolor.storage.address import Address

OUT = Address("memory", "archive/out")
ONE, OTHER = Recipe("m", "a" * 64, "1" * 16), Recipe("m", "a" * 64, "2" * 16)


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[fsspec.AbstractFileSystem]:
    """A storage in memory, and signs that beat ten times as fast."""
    for name in ("BEAT_S", "DEAD_S", "LOOK_S"):
        monkeypatch.setattr(claim, name, getattr(claim, name) / 10)
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def signs(memory: fsspec.AbstractFileSystem) -> list[str]:
    return [name for name in memory.store if "/running-" in name]


def test_a_run_with_other_settings_is_refused_as_long_as_the_first_lives(memory: fsspec.AbstractFileSystem) -> None:
    told: list[str] = []
    with Claim(OUT, ONE, None, told.append):
        with pytest.raises(OutputError, match="other settings is at work"), Claim(OUT, OTHER, None, told.append):
            pytest.fail("it got in")
        with pytest.raises(OutputError), Claim(OUT, OTHER, Shard(number=1, count=2), told.append):
            pytest.fail("it got in with a shard")
        assert len(signs(memory)) == 1, "who was refused leaves no sign"
    with Claim(OUT, OTHER, None, told.append):
        pass
    assert signs(memory) == []


def test_equal_settings_and_disjoint_shards_do_not_exclude_each_other() -> None:
    told: list[str] = []
    with (
        Claim(OUT, ONE, Shard(number=1, count=2), told.append),
        Claim(OUT, OTHER, Shard(number=2, count=2), told.append),
    ):
        pass
    with Claim(OUT, ONE, None, told.append), Claim(OUT, ONE, None, told.append):
        pass
    assert told == []


def test_the_sign_of_a_dead_run_is_waited_for_once_and_removed(memory: fsspec.AbstractFileSystem) -> None:
    told: list[str] = []
    with Claim(OUT, ONE, None, told.append):
        (name,) = signs(memory)
        left = memory.cat_file(name)
    memory.pipe_file(name, left)
    with Claim(OUT, OTHER, None, told.append):
        assert name not in signs(memory)
    assert len(told) == 1
    memory.pipe_file(name, b"no json")
    with Claim(OUT, OTHER, None, told.append):
        pass
    assert len(told) == 1
