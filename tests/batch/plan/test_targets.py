from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from runs import read_tree, write_tree

from photocolor.batch.plan.shard import shard_of
from photocolor.batch.plan.targets import make_plan
from photocolor.errors import TargetCollision, UsageError
from photocolor.settings import OutputFormat, Shard


def test_the_tree_is_mirrored_and_nothing_is_written(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a/1.JPG": b"123", "2.tif": b""})
    plan = make_plan([scans], tmp_path / "out")
    jobs = list(plan.jobs())
    assert [(job.source, job.target, job.relative) for job in jobs] == [
        (scans / "2.tif", tmp_path / "out" / "2.tif", "2.tif"),
        (scans / "a/1.JPG", tmp_path / "out" / "a/1.JPG", "a/1.JPG"),
    ]
    assert jobs[1].fingerprint.size_bytes == 3
    assert jobs[1].fingerprint.mtime_ns == (scans / "a/1.JPG").stat().st_mtime_ns
    assert len({job.token for job in jobs}) == 2
    assert not (tmp_path / "out").exists()


def test_a_wanted_format_decides_the_suffix(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"", "2.TIFF": b"", "3.png": b""})
    plan = make_plan([scans], tmp_path / "out", OutputFormat.TIFF)
    assert [entry.relative for entry in plan.entries] == ["1.tif", "2.TIFF", "3.tif"]


def test_two_sources_with_one_target_are_refused_with_every_pair_named(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.jpg": b"", "a.tif": b"", "b.tif": b"", "b.png": b"", "c.png": b""})
    with pytest.raises(TargetCollision, match="2 pairs") as caught:
        make_plan([scans], tmp_path / "out", OutputFormat.PNG)
    message = caught.value.message
    assert all(str(scans / name) in message for name in ("a.jpg", "a.tif", "b.tif", "b.png"))
    assert str(scans / "c.png") not in message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Photo.jpg", "photo.JPG"),
        ("A/1.jpg", "a/1.jpg"),
        (unicodedata.normalize("NFC", "é.jpg"), unicodedata.normalize("NFD", "é.jpg")),
        ("straße.jpg", "STRASSE.jpg"),
        ("Box 1./1.jpg", "Box 1/1.jpg"),
        ("Box 1 /roll/1.jpg", "box 1/roll/1.jpg"),
    ],
)
def test_names_that_some_file_system_takes_for_one_are_refused(tmp_path: Path, first: str, second: str) -> None:
    scans = write_tree(tmp_path / "scans", {first: b"1", second: b"2"})
    if len(read_tree(scans)) < 2:
        pytest.skip("this file system takes them for one")
    with pytest.raises(TargetCollision) as caught:
        make_plan([scans], tmp_path / "out")
    assert "Windows, macOS and memory sticks take the two names for one" in caught.value.lines[-1]


def test_a_result_may_not_have_the_name_of_a_folder_of_results(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.tif": b"", "a.png/1.png": b""})
    with pytest.raises(TargetCollision):
        make_plan([scans], tmp_path / "out", OutputFormat.PNG)


def test_no_result_may_overwrite_a_source(tmp_path: Path) -> None:
    write_tree(tmp_path, {"1.jpg": b"", "2.jpg": b""})
    with pytest.raises(UsageError, match="2 results would overwrite a source"):
        make_plan([tmp_path / "1.jpg", tmp_path / "2.jpg"], tmp_path)
    plan = make_plan([tmp_path / "1.jpg"], tmp_path, OutputFormat.PNG)
    assert [job.target for job in plan.jobs()] == [tmp_path / "1.png"]


def test_no_result_may_overwrite_a_source_through_a_linked_folder(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a/1.jpg": b""})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").symlink_to(scans / "a")
    with pytest.raises(UsageError, match="would overwrite a source"):
        make_plan([scans], tmp_path / "out")


def test_two_linked_output_folders_do_not_hide_a_collision(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a/1.jpg": b"", "b/1.jpg": b""})
    (tmp_path / "out" / "a").mkdir(parents=True)
    (tmp_path / "out" / "b").symlink_to(tmp_path / "out" / "a")
    with pytest.raises(TargetCollision):
        make_plan([scans], tmp_path / "out")


def test_an_output_folder_inside_the_source_is_not_read_again(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"", "color/1.jpg": b""})
    assert [entry.relative for entry in make_plan([scans], scans / "color").entries] == ["1.jpg"]


def test_an_output_that_is_a_file_is_refused(tmp_path: Path) -> None:
    write_tree(tmp_path, {"scans/1.jpg": b"", "out": b""})
    with pytest.raises(UsageError, match="is a file, not a folder"):
        make_plan([tmp_path / "scans"], tmp_path / "out")


def test_every_photo_is_in_one_shard_whatever_the_format(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {f"box {n % 3}/{n}.tif": b"" for n in range(50)})
    whole = make_plan([scans], tmp_path / "out")
    shards = [whole.only(Shard(number=number, count=4)) for number in range(1, 5)]
    assert all(shards), "50 photos leave none of 4 shards without one"
    assert sorted(e.relative for plan in shards for e in plan.entries) == sorted(e.relative for e in whole.entries)
    as_png = make_plan([scans], tmp_path / "out", OutputFormat.PNG)
    for plan in shards:
        assert [e.found for e in as_png.only(plan.shard).entries] == [e.found for e in plan.entries]


def test_collisions_are_refused_over_the_whole_plan_also_between_shards(tmp_path: Path) -> None:
    upper = next(f"{n}a.jpg" for n in range(99) if shard_of(f"{n}a", 2) != shard_of(f"{n}A", 2))
    scans = write_tree(tmp_path / "scans", {upper: b"1", upper.replace("a", "A"): b"2"})
    if len(read_tree(scans)) < 2:
        pytest.skip("this file system takes them for one")
    with pytest.raises(TargetCollision):
        make_plan([scans], tmp_path / "out").only(Shard(number=1, count=2))


def test_a_folder_that_cannot_be_read_is_told_by_every_shard_and_a_file_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = write_tree(tmp_path / "scans", {"locked/1.jpg": b"", "2.jpg": b""})
    (scans / "gone.jpg").symlink_to("nowhere")
    real = os.scandir

    def denied(path: str) -> object:  # root may read everything, so no mode of the folder would do
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", denied)
    plan = make_plan([scans], tmp_path / "out")
    told = [fault.relative for number in (1, 2, 3) for fault in plan.only(Shard(number=number, count=3)).faults]
    assert sorted(told) == ["gone.jpg", "locked", "locked", "locked"]
