from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from runs import write_tree

from photocolor.batch.plan.walk import AWAITED, MASKS, OF_SYSTEM
from photocolor.batch.remote.plan import RemotePlan, plan_remote
from photocolor.errors import EnvironmentFault, TargetCollision, UsageError
from photocolor.outcome import Job
from photocolor.pipeline.xmp_files import xmp_places
from photocolor.settings import FileSettings, OutputFormat, RemoteLocations, Settings, Shard, Sidecars

OUT = "memory://archive/color"


@pytest.fixture
def archive() -> Iterator[fsspec.AbstractFileSystem]:
    """A storage in this process's memory."""
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()
    files.pseudo_dirs[:] = [""]


def plan(*sources: str, out: str = OUT, **options: object) -> RemotePlan:
    return plan_remote(
        Settings(sources=(), out=Path("color"), remote=RemoteLocations(sources=sources, out=out), **options)
    )  # type: ignore[arg-type]


def fill(archive: fsspec.AbstractFileSystem, *names: str) -> None:
    for name in names:
        archive.pipe_file(f"/archive/{name}", b"photo")


def ways(jobs: Iterator[Job]) -> dict[str, str]:
    return {job.origin: job.destination for job in jobs}


def test_results_mirror_the_tree_of_the_sources(archive: fsspec.AbstractFileSystem) -> None:
    fill(archive, "scans/b/2.tif", "scans/a/1.jpg", "scans/a/1.jpg.hints.json", "scans/note.txt", "scans/.x/3.jpg")
    found = plan("memory://archive/scans", files=FileSettings(format=OutputFormat.PNG))
    assert ways(found.jobs()) == {
        "memory://archive/scans/a/1.jpg": "memory://archive/color/a/1.png",
        "memory://archive/scans/b/2.tif": "memory://archive/color/b/2.png",
    }
    assert [job.remote.hints for job in found.jobs() if job.remote] == [True, False]
    assert dict(found.passed) == {"file that is no photo by its name": 1, "hidden": 1}
    assert all(job.fingerprint.size_bytes == 5 and job.fingerprint.mtime_ns for job in found.jobs())


def test_thumbnails_and_trash_of_a_storage_system_are_no_photos(archive: fsspec.AbstractFileSystem) -> None:
    fill(archive, "scans/1.jpg", "scans/@eaDir/1.jpg/SYNOPHOTO_THUMB_XL.jpg", "scans/b/#recycle/2.jpg")
    found = plan("memory://archive/scans")
    assert list(ways(found.jobs())) == ["memory://archive/scans/1.jpg"]
    assert dict(found.passed) == {OF_SYSTEM: 2}


def test_several_sources_share_a_folder_and_named_objects_are_taken_whatever_their_name_is(
    archive: fsspec.AbstractFileSystem,
) -> None:
    fill(archive, "1950/a/1.jpg", "1951/2.scan")
    found = plan("memory://archive/1950/a", "memory://archive/1951/2.scan")
    assert {job.relative for job in found.jobs()} == {"1950/a/1.jpg", "1951/2.scan"}


def test_output_folders_are_never_read(archive: fsspec.AbstractFileSystem) -> None:
    fill(archive, "1.jpg", "color/1.jpg", "old/1.jpg", "old/.photocolor/manifest-1.jsonl", "older.jpg")
    found = plan("memory://archive")
    assert {job.relative for job in found.jobs()} == {"1.jpg", "older.jpg"}
    assert found.passed["output folder"] == 2


def test_two_sources_never_share_a_target(archive: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    fill(archive, "scans/1.jpg", "scans/1.tif", "scans/A.png", "scans/a.png")
    with pytest.raises(TargetCollision, match=r"scans/1\.jpg and memory://archive/scans/1\.tif \(to 1\.png\)"):
        plan("memory://archive/scans", files=FileSettings(format=OutputFormat.PNG))
    assert len(plan("memory://archive/scans")) == 4, "objects that differ in case are two"
    with pytest.raises(TargetCollision, match=r"a\.png"):
        plan("memory://archive/scans", out="")


def test_a_folder_without_a_name_is_told_where_it_cannot_be_listed(archive: fsspec.AbstractFileSystem) -> None:
    fill(archive, "scans/1.jpg", "scans/a//2.jpg")
    with pytest.raises(EnvironmentFault, match="a folder without a name in /archive/scans/a"):
        plan("memory://archive/scans")


def test_shards_share_the_photos_out(archive: fsspec.AbstractFileSystem) -> None:
    fill(archive, *(f"scans/{number}.jpg" for number in range(20)))
    shares = [
        {job.relative for job in plan("memory://archive/scans", shard=Shard(number=n, count=3)).jobs()}
        for n in (1, 2, 3)
    ]
    assert sum(map(len, shares)) == len(set.union(*shares)) == 20


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (["memory://archive/nothing"], "does not exist"),
        (["memory://archive/scans", "memory://archive/scans/1.jpg"], "overlap"),
        (["memory://archive/scans", "memory://other/scans"], "share no folder"),
        (["memory://archive/color/old"], "lies inside it"),
        (["memory://archive/color"], "is the output folder"),
    ],
)
def test_what_cannot_be_meant_is_refused(archive: fsspec.AbstractFileSystem, sources: list[str], said: str) -> None:
    fill(archive, "scans/1.jpg")
    with pytest.raises(UsageError, match=said):
        plan(*sources)
    with pytest.raises(UsageError, match="--retry-failed"):
        plan("memory://archive/scans", retry_failed=True)


def test_a_storage_that_refuses_is_an_environment_fault(
    archive: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*words: object, **options: object) -> None:
        raise PermissionError("Access Denied")

    fill(archive, "scans/1.jpg")
    monkeypatch.setattr(type(archive), "ls", refuse)
    with pytest.raises(EnvironmentFault, match="Access Denied"):
        plan("memory://archive/scans")


def copies(found: RemotePlan) -> dict[str, dict[str, str]]:
    return {job.relative: {item.name: item.copy for item in job.remote.xmp} for job in found.jobs() if job.remote}


NAMES = ("a.jpg", "a.xmp", "a.tif", "a.tif.XMP", "b/c.png", "b/c.xmp", "b/d.png", "b/d", "b/d.xmp", "e.xmp", "n.jpg")
NAMES += ("n.jpg.xmp", "n.jpg.tif")
COPIES = {
    "a.jpg": {"a.xmp": "a.jpg.xmp"},
    "a.tif": {"a.xmp": "a.tif.shared.xmp", "a.tif.XMP": "a.tif.XMP"},
    "b/c.png": {"c.xmp": "c.xmp"},
    "b/d.png": {"d.xmp": "d.png.xmp"},
    "n.jpg": {"n.jpg.xmp": "n.jpg.xmp"},
    "n.jpg.tif": {"n.jpg.xmp": "n.jpg.tif.xmp"},
}


def test_xmp_files_belong_to_the_photos_that_they_belong_to_beside_files(
    archive: fsspec.AbstractFileSystem, tmp_path: Path
) -> None:
    fill(archive, *(f"scans/{name}" for name in NAMES))
    found = plan("memory://archive/scans")
    assert copies(found) == COPIES
    assert found.passed["XMP file (see --sidecars)"] == 6
    write_tree(tmp_path, dict.fromkeys(NAMES, b"photo"))
    for name, of_files in COPIES.items():
        places = xmp_places(tmp_path / name, tmp_path / "out" / name)
        assert {place.source.name: place.copy for place in places} == of_files


def test_shards_and_named_objects_see_the_photos_that_are_not_theirs(
    archive: fsspec.AbstractFileSystem,
) -> None:
    fill(archive, *(f"scans/{name}" for name in NAMES))
    shares: dict[str, dict[str, str]] = {}
    for number in (1, 2, 3):
        shares |= copies(plan("memory://archive/scans", shard=Shard(number=number, count=3)))
    assert shares == COPIES
    for name, xmp in COPIES.items():
        assert copies(plan(f"memory://archive/scans/{name}")) == {name.rpartition("/")[2]: xmp}


def test_xmp_files_that_are_not_wanted_are_not_planned(archive: fsspec.AbstractFileSystem) -> None:
    fill(archive, "scans/a.jpg", "scans/a.xmp")
    ignoring = plan("memory://archive/scans", files=FileSettings(sidecars=Sidecars.IGNORE))
    merging = plan("memory://archive/scans", files=FileSettings(sidecars=Sidecars.MERGE))
    assert [(job.remote.xmp, job.remote.copies) for job in ignoring.jobs() if job.remote] == [((), False)]
    assert copies(merging) == {"a.jpg": {"a.xmp": "a.xmp"}}
    assert [job.remote.copies for job in merging.jobs() if job.remote] == [False]


def test_masks_are_no_photos_and_those_that_no_photo_uses_are_named(archive: fsspec.AbstractFileSystem) -> None:
    names = ("a.jpg", "a.jpg.mask.png", "b/c.tif", "b/c.mask.png", "b/gone.jpg.mask.png", "b/lone.mask.png")
    names += ("b/c.tif.mended.tif", "z.png.mended.png", "old/.photocolor/manifest-1.jsonl", "old/x.jpg.mask.png")
    fill(archive, *(f"scans/{name}" for name in names))
    for sidecars in Sidecars:
        found = plan("memory://archive/scans", files=FileSettings(sidecars=sidecars))
        assert sorted(job.relative for job in found.jobs()) == ["a.jpg", "b/c.tif", "b/lone.mask.png"]
        assert {
            stray.path.removeprefix("memory://archive/scans/"): stray.why.split(",")[0] for stray in found.strays
        } == {
            "b/c.mask.png": "it looks like the mask of a photo beside it; a mask has that photo's whole name",
            "b/gone.jpg.mask.png": "it is named like the mask of gone.jpg",
            "z.png.mended.png": "it is named like the mask of z.png",
        }
        assert (found.passed[MASKS], found.passed[AWAITED], found.passed["output folder"]) == (3, 2, 1)


def test_every_shard_takes_the_same_objects_for_masks(archive: fsspec.AbstractFileSystem) -> None:
    names = [f"{number}{ending}" for number in range(9) for ending in (".jpg", ".jpg.mask.png", ".mask.png")]
    fill(archive, *(f"scans/{name}" for name in [*names, "lone.mask.png"]))
    shares = [plan("memory://archive/scans", shard=Shard(number=number, count=3)) for number in (1, 2, 3)]
    photos = sorted(job.relative for share in shares for job in share.jobs())
    assert photos == sorted([f"{number}.jpg" for number in range(9)] + ["lone.mask.png"])


def test_a_named_object_is_a_photo_unless_the_photo_of_which_it_is_the_mask_is_named_too(
    archive: fsspec.AbstractFileSystem,
) -> None:
    fill(archive, "scans/a.jpg", "scans/a.jpg.mask.png", "scans/gone.jpg.mask.png")
    mask, gone = "memory://archive/scans/a.jpg.mask.png", "memory://archive/scans/gone.jpg.mask.png"
    found = plan("memory://archive/scans/a.jpg", mask, gone)
    assert sorted(job.relative for job in found.jobs()) == ["a.jpg", "gone.jpg.mask.png"] and found.passed[MASKS] == 1
    assert [job.relative for job in plan(gone).jobs()] == ["gone.jpg.mask.png"]


def test_misnamed_files_are_named_where_only_the_results_are_remote(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", dict.fromkeys(("a.jpg", "a.mask.png", "a.hints.json"), b"photo"))
    found = plan_remote(Settings(sources=(scans,), out=Path("color"), remote=RemoteLocations(sources=(), out=OUT)))
    assert [job.relative for job in found.jobs()] == ["a.jpg"]
    assert sorted(Path(stray.path).name for stray in found.strays) == ["a.hints.json", "a.mask.png"]
