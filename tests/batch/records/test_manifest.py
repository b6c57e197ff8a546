from __future__ import annotations

import json
from pathlib import Path

import pytest
from runs import RECIPE, job_for, write_tree

from photocolor import __version__
from photocolor.batch.records.jsonl import LineFile
from photocolor.batch.records.manifest import RUN_MOST, Recipe, manifest_line, manifest_path, recall
from photocolor.errors import OutputError
from photocolor.outcome import Done, Failed, Job, Skipped
from photocolor.settings import Shard


@pytest.fixture
def job(tmp_path: Path) -> Job:
    write_tree(tmp_path, {"scans/1.jpg": b"12345"})
    return job_for(tmp_path / "scans" / "1.jpg", tmp_path / "out" / "1.jpg")


def done(job: Job, **changes: object) -> Done:
    values: dict[str, object] = {
        "source_sha256": "a" * 64,
        "result_sha256": "b" * 64,
        "result_bytes": 7,
        "megapixels": 24.0,
        "seconds": 1.5,
        "device": "CPUExecutionProvider",
        "tiles": 12,
    }
    return Done(job, **(values | changes))  # type: ignore[arg-type]


def write(out: Path, *lines: dict[str, object], shard: Shard | None = None) -> None:
    with LineFile(manifest_path(out, shard), durable=False) as file:
        for line in lines:
            file.append(line)


def test_a_done_photo_is_recalled_with_what_decides_a_skip(tmp_path: Path, job: Job) -> None:
    write(tmp_path, manifest_line(done(job), RECIPE))
    record = recall(tmp_path).done["1.jpg"]
    assert (record.size_bytes, record.mtime_ns) == (5, job.fingerprint.mtime_ns)
    assert (record.source_sha256, record.result_bytes, record.recipe) == ("a" * 64, 7, RECIPE.key)


def test_the_line_says_everything_about_the_result(job: Job) -> None:
    line = manifest_line(done(job, degraded=("smaller tiles",), warnings=("profile ignored",)), RECIPE)
    assert line["v"] == 1
    assert line["settings"] == {"strength": 1.0}
    assert line["degraded"] == ["smaller tiles"]
    assert line["warnings"] == ["profile ignored"]
    assert line["tool"] == f"photocolor {__version__}"
    assert json.loads(json.dumps(line)) == line


def test_the_last_line_about_a_photo_counts(tmp_path: Path, job: Job) -> None:
    other = Recipe("fake", "f" * 64, "other")
    write(tmp_path, manifest_line(done(job), RECIPE), manifest_line(done(job, result_bytes=9), other))
    assert recall(tmp_path).done["1.jpg"].result_bytes == 9
    assert recall(tmp_path).done["1.jpg"].recipe == other.key


def test_a_failure_does_not_make_an_earlier_result_forgotten(tmp_path: Path, job: Job) -> None:
    write(tmp_path, manifest_line(done(job), RECIPE), manifest_line(Failed(job, "truncated", "ends early"), RECIPE))
    assert "1.jpg" in recall(tmp_path).done


def test_a_skipped_photo_is_recalled_until_it_is_done(tmp_path: Path, job: Job) -> None:
    write(tmp_path, manifest_line(Skipped(job, "already_color"), RECIPE))
    assert recall(tmp_path).passed["1.jpg"].reason == "already_color"
    write(tmp_path, manifest_line(done(job), RECIPE))
    assert recall(tmp_path).passed == {}


def test_a_torn_last_line_is_expected_and_a_damaged_one_counted(tmp_path: Path, job: Job) -> None:
    write(tmp_path, manifest_line(done(job), RECIPE))
    path = manifest_path(tmp_path)
    whole = path.read_bytes()
    for cut in range(1, len(whole) - 1):
        path.write_bytes(whole + whole[:cut])
        past = recall(tmp_path)
        assert (list(past.done), past.damaged) == (["1.jpg"], 0), cut
    path.write_bytes(b"{not json}\n" + b'{"v":1}\n' + b"[]\n" + b"\xff\n" + whole)
    past = recall(tmp_path)
    assert (list(past.done), past.damaged) == (["1.jpg"], 4)


def test_a_manifest_of_a_newer_photocolor_is_not_guessed_at(tmp_path: Path, job: Job) -> None:
    write(tmp_path, manifest_line(done(job), RECIPE) | {"v": 2})
    with pytest.raises(OutputError, match="newer photocolor"):
        recall(tmp_path)


def test_names_that_are_no_utf8_come_back(tmp_path: Path, job: Job) -> None:
    odd = Job(job.source, job.target, "caf\udce9\n😀.jpg", job.fingerprint, job.token)
    write(tmp_path, manifest_line(done(odd), RECIPE))
    assert list(recall(tmp_path).done) == ["caf\udce9\n😀.jpg"]


def test_no_manifest_is_an_empty_past(tmp_path: Path) -> None:
    assert recall(tmp_path / "nowhere").done == {}


def test_the_last_run_counts_whatever_part_it_wrote_and_whatever_the_clock_said(tmp_path: Path, job: Job) -> None:
    """Plain, then two shards, then another number of shards, then plain again; each part is read in every order."""
    order = [None, Shard(number=1, count=2), Shard(number=2, count=3), None, Shard(number=1, count=2)]
    for run, shard in enumerate(order, 1):
        line = manifest_line(done(job, result_bytes=run), RECIPE, run) | {"time": f"20{50 - run}-01-01T00:00:00+00:00"}
        write(tmp_path, line, shard=shard)
        past = recall(tmp_path)
        assert (past.done["1.jpg"].result_bytes, past.done["1.jpg"].run, past.run) == (run, run, run)


def test_a_shard_remembers_its_own_photos_only_and_the_number_of_every_run(tmp_path: Path, job: Job) -> None:
    names = {f"{n}.jpg" for n in range(20)}
    for name in names:
        mine = Job(job.source, job.target, name, job.fingerprint, job.token)
        write(tmp_path, manifest_line(done(mine), RECIPE, 4))
    shares = [set(recall(tmp_path, Shard(number=number, count=3)).done) for number in (1, 2, 3)]
    assert set.union(*shares) == names and sum(map(len, shares)) == 20
    assert recall(tmp_path, Shard(number=1, count=3)).run == 4


def test_torn_and_damaged_lines_in_parts_lose_nothing_else(tmp_path: Path, job: Job) -> None:
    write(tmp_path, manifest_line(done(job), RECIPE, 1))
    path = manifest_path(tmp_path, Shard(number=1, count=2))
    write(tmp_path, manifest_line(done(job, result_bytes=8), RECIPE, 2), shard=Shard(number=1, count=2))
    whole = path.read_bytes()
    path.write_bytes(b"\n\n{not json}\n" + whole + b'{"v":1,"run":3,"rel')
    past = recall(tmp_path)
    assert (past.done["1.jpg"].result_bytes, past.damaged) == (8, 1)
    write(tmp_path, manifest_line(done(job, result_bytes=9), RECIPE, 3), shard=Shard(number=1, count=2))
    assert recall(tmp_path).done["1.jpg"].result_bytes == 9


def test_a_line_with_an_absurd_run_number_is_damaged_and_later_lines_are_not(tmp_path: Path, job: Job) -> None:
    path = manifest_path(tmp_path)
    with LineFile(path, durable=False) as lines:
        for run in (RUN_MOST, RUN_MOST + 1, 2**63 - 1):
            lines.append(manifest_line(done(job), RECIPE, run))
            next_run = recall(tmp_path).next_run
            assert next_run == RUN_MOST
            lines.append(manifest_line(done(job), RECIPE, next_run))
    assert recall(tmp_path).damaged == 2
    assert recall(tmp_path).done[job.relative].run == RUN_MOST


@pytest.mark.parametrize(
    "wrong",
    [None, ["1.jpg.xmp"], {"1.jpg.xmp": 7}, {"1.jpg.xmp": "a" * 63}, {"1.jpg.xmp": ""}, {"../1.jpg.xmp": "a" * 64}],
    ids=str,
)
def test_digests_of_what_lies_beside_a_result_come_back_and_wrong_ones_are_damage(
    wrong: object, tmp_path: Path, job: Job
) -> None:
    line = manifest_line(done(job, beside_sha256={"1.jpg.xmp": "a" * 64}), RECIPE)
    write(tmp_path, line, line | {"relative": "2.jpg", "beside_sha256": wrong})
    past = recall(tmp_path)
    assert past.done["1.jpg"].beside_sha256 == (("1.jpg.xmp", "a" * 64),)
    assert (list(past.done), past.damaged) == (["1.jpg"], 1)
