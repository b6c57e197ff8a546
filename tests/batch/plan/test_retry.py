from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from runs import RECIPE, job_for, run_tree, write_tree
from works import open_scripted

from photocolor.batch.plan import walk
from photocolor.batch.plan.retry import Retry, plan_retry, recall_failures
from photocolor.batch.records.jsonl import LineFile
from photocolor.batch.records.manifest import manifest_line, manifest_path
from photocolor.errors import OutputError, TargetCollision, UsageError
from photocolor.outcome import Failed, Skipped
from photocolor.settings import OutputFormat, Shard


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A run over these failed on two."""
    files = {"a/1.jpg": b"fine", "a/2.jpg": b"bad", "b/3.tif": b"bug", "b/4.jpg": b"skip", "c/5.jpg": b"fine"}
    scans = write_tree(tmp_path / "scans", files)
    run_tree(scans, tmp_path / "out", open_scripted)
    return scans


def retry(scans: Path, output_format: OutputFormat = OutputFormat.KEEP, shard: Shard | None = None) -> Retry:
    return plan_retry([scans], scans.parent / "out", output_format, shard)


def planned(answer: Retry) -> list[str]:
    return [entry.relative for entry in answer.plan.entries]


def test_only_photos_whose_last_line_is_a_failure_are_planned(scans: Path) -> None:
    answer = retry(scans)
    assert (planned(answer), answer.others) == (["a/2.jpg", "b/3.tif"], 3)
    (scans / "a/2.jpg").write_bytes(b"mended")
    run_tree(scans, scans.parent / "out", open_scripted)
    assert planned(retry(scans)) == ["b/3.tif"]


def test_no_other_photo_is_looked_at_and_no_other_folder_is_listed(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    for name in ("scandir", "listdir"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda path, real=real: (listed.append(str(path)), real(path))[1])
    looked: list[str] = []
    real_add = walk._add
    monkeypatch.setattr(walk, "_add", lambda into, base, path: (looked.append(path), real_add(into, base, path)))
    retry(scans)
    assert {path for path in listed if path.startswith(str(scans))} == {str(scans / "a"), str(scans / "b")}
    assert looked == [str(scans / "a/2.jpg"), str(scans / "b/3.tif")]


def test_a_failure_is_the_photos_own_whatever_format_its_result_shall_have_now(scans: Path) -> None:
    assert planned(retry(scans, OutputFormat.PNG)) == ["a/2.png", "b/3.png"]
    job = replace(job_for(scans / "a/2.jpg", scans.parent / "out/a/2.png"), relative="a/2.png")
    with LineFile(manifest_path(scans.parent / "out"), durable=False) as file:
        file.append(manifest_line(Skipped(job, "already_color"), RECIPE, 9))
    assert planned(retry(scans)) == ["b/3.tif"], "another result of it is its last word"


def test_a_result_that_would_meet_that_of_a_photo_which_is_left_alone_is_refused(scans: Path) -> None:
    write_tree(scans, {"a/2.tif": b"fine"})
    assert planned(retry(scans)) == ["a/2.jpg", "b/3.tif"]
    with pytest.raises(TargetCollision, match=r"2\.jpg and .*2\.tif"):
        retry(scans, OutputFormat.PNG)


def test_the_last_line_may_stand_in_the_part_of_any_shard(scans: Path) -> None:
    job = replace(job_for(scans / "a/1.jpg", scans.parent / "out/a/1.jpg"), relative="a/1.jpg")
    with LineFile(manifest_path(scans.parent / "out", Shard(number=1, count=2)), durable=False) as file:
        file.append(manifest_line(Failed(job, "truncated", "it ends early"), RECIPE, 2))
    everything = ["a/1.jpg", "a/2.jpg", "b/3.tif"]
    assert planned(retry(scans)) == everything
    shares = [planned(retry(scans, shard=Shard(number=number, count=3))) for number in (1, 2, 3)]
    assert sorted(name for share in shares for name in share) == everything


def test_a_folder_that_could_not_be_read_is_read_now_and_each_photo_in_it_planned_once(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def denied(path: str) -> object:  # root may read everything, so no mode of the folder would do
        if str(path) == str(scans / "a"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", denied)
    run_tree(scans, scans.parent / "out", open_scripted)
    again = retry(scans)
    assert ([fault.relative for fault in again.plan.faults], planned(again)) == (["a"], ["a/2.jpg", "b/3.tif"])
    monkeypatch.undo()
    assert planned(retry(scans)) == ["a/1.jpg", "a/2.jpg", "b/3.tif"]


def test_what_is_gone_and_what_belongs_to_other_sources_is_told_and_not_planned(scans: Path) -> None:
    (scans / "a/2.jpg").unlink()
    answer = retry(scans)
    assert (planned(answer), answer.gone) == (["b/3.tif"], [str(scans / "a/2.jpg")])
    of_a = plan_retry([scans / "a"], scans.parent / "out", OutputFormat.KEEP)
    assert (planned(of_a), sorted(of_a.elsewhere)) == ([], [str(scans / "a/2.jpg"), str(scans / "b/3.tif")])
    alone = plan_retry([scans / "b/3.tif", scans / "c/5.jpg"], scans.parent / "out", OutputFormat.KEEP)
    assert planned(alone) == ["b/3.tif"]


def test_a_tree_that_was_moved_is_known_by_the_places_in_it(scans: Path) -> None:
    moved = scans.rename(scans.with_name("moved"))
    assert planned(retry(moved)) == ["a/2.jpg", "b/3.tif"]


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run is recorded in"):
        plan_retry([write_tree(tmp_path / "scans", {"1.jpg": b""})], tmp_path / "out", OutputFormat.KEEP)
    assert recall_failures(tmp_path / "out").sources == {}


def test_a_manifest_of_a_newer_photocolor_is_refused(scans: Path) -> None:
    manifest = manifest_path(scans.parent / "out")
    manifest.write_bytes(manifest.read_bytes().replace(b'{"v":1,', b'{"v":99,', 1))
    with pytest.raises(OutputError, match="newer photocolor"):
        retry(scans)


def test_sidecars_that_an_earlier_version_took_for_photos_are_not_tried_again(scans: Path) -> None:
    """It did where a shell named them beside their photos."""
    sidecar = write_tree(scans, {"a/2.jpg.xmp": b""}) / "a/2.jpg.xmp"
    job = replace(job_for(sidecar, scans.parent / "out/a/2.jpg.xmp"), relative="a/2.jpg.xmp")
    with LineFile(manifest_path(scans.parent / "out"), durable=False) as file:
        file.append(manifest_line(Failed(job, "not_an_image", "the content is text"), RECIPE, 2))
    sources = [scans / "a/2.jpg", sidecar, scans / "b"]
    assert planned(plan_retry(sources, scans.parent / "out", OutputFormat.KEEP)) == ["a/2.jpg", "b/3.tif"]
    alone = plan_retry(sources[1:], scans.parent / "out", OutputFormat.KEEP)
    assert planned(alone) == ["a/2.jpg.xmp", "b/3.tif"], "its photo was not named"
