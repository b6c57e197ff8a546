from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from photocolor.batch.records.lock import OutputLock
from photocolor.errors import OutputError, OutputLocked
from photocolor.settings import Shard

HOLD = """
import sys, time
from pathlib import Path
from photocolor.batch.records.lock import OutputLock
with OutputLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_on_the_same_folder_is_refused_with_the_owner_named(tmp_path: Path) -> None:
    with OutputLock(tmp_path / "out") as lock:
        assert lock.held
        with pytest.raises(OutputLocked, match=f"process {os.getpid()} on "):
            OutputLock(tmp_path / "out")
        with OutputLock(tmp_path / "other"):
            pass
    with OutputLock(tmp_path / "out"):
        pass


def test_a_killed_run_leaves_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(OutputLocked):
            OutputLock(tmp_path)
        holder.kill()
    with OutputLock(tmp_path):
        pass


@pytest.mark.skipif(os.name == "nt", reason="there nobody who only reads a file can lock it")
@pytest.mark.parametrize("shard", [None, Shard(number=1, count=2)])
def test_whoever_holds_the_lock_and_is_no_run_is_not_taken_for_one(tmp_path: Path, shard: Shard | None) -> None:
    import fcntl

    with OutputLock(tmp_path):
        pass
    with (tmp_path / ".photocolor/lock").open("rb") as reader:
        fcntl.flock(reader, fcntl.LOCK_EX)
        with pytest.raises(OutputLocked, match="somebody holds the lock of") as caught:
            OutputLock(tmp_path, shard)
    assert f"lsof {tmp_path / '.photocolor/lock'}" in caught.value.hint
    with OutputLock(tmp_path, shard):
        pass


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        OutputLock(tmp_path / "file" / "out")


def test_shards_of_one_count_are_at_work_together_and_each_only_once(tmp_path: Path) -> None:
    with OutputLock(tmp_path, Shard(number=1, count=3)) as one, OutputLock(tmp_path, Shard(number=3, count=3)) as three:
        assert one.held and three.held
        with pytest.raises(OutputLocked, match=rf"writing shard 3 of 3 into .* \(process {os.getpid()} on "):
            OutputLock(tmp_path, Shard(number=3, count=3))
        with OutputLock(tmp_path, Shard(number=2, count=3)):
            pass
    with OutputLock(tmp_path, Shard(number=3, count=3)):
        pass


def test_a_shard_excludes_plain_runs_and_shards_of_another_count_and_a_plain_run_excludes_shards(
    tmp_path: Path,
) -> None:
    with OutputLock(tmp_path, Shard(number=2, count=3)):
        with pytest.raises(OutputLocked, match="writing shard 2 of 3 into") as caught:
            OutputLock(tmp_path)
        assert "different shards of the same number" in caught.value.hint
        for other in (Shard(number=2, count=4), Shard(number=1, count=1)):
            with pytest.raises(OutputLocked, match="writing shard 2 of 3 into"):
                OutputLock(tmp_path, other)
        with OutputLock(tmp_path, Shard(number=1, count=3)):  # those who were refused hold nothing
            pass
    with OutputLock(tmp_path), pytest.raises(OutputLocked, match=f"process {os.getpid()} on "):
        OutputLock(tmp_path, Shard(number=2, count=3))
    with OutputLock(tmp_path, Shard(number=2, count=4)):
        pass
