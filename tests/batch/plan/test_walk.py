from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from runs import write_tree

from photocolor.batch.plan.passed import NOT_PHOTOS
from photocolor.batch.plan.walk import (
    BAGS,
    HIDDEN,
    LINKED_FOLDERS,
    NAMED,
    OF_SYSTEM,
    OUTPUTS,
    SIDECARS,
    SPECIAL,
    first_photo,
    harvest,
)
from photocolor.errors import UsageError

needs_permissions = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="permissions bind neither root nor Windows like this"
)


def names(sources: list[Path], out: Path) -> list[str]:
    return [found.relative for found in harvest(sources, out).found]


def test_a_folder_is_read_with_all_below_it_in_a_stable_order(tmp_path: Path) -> None:
    scans = write_tree(
        tmp_path / "scans", {"b/2.tif": b"", "b.png": b"", "a.jpg": b"", "b/1.JPG": b"", "B/1.webp": b""}
    )
    assert names([scans], tmp_path / "out") == ["B/1.webp", "a.jpg", "b/1.JPG", "b/2.tif", "b.png"]


def test_what_is_passed_over_is_counted_by_its_kind(tmp_path: Path) -> None:
    scans = write_tree(
        tmp_path / "scans",
        {"1.jpg": b"", ".2.jpg": b"", ".git/3.jpg": b"", "notes.txt": b"", "out/4.jpg": b"", "old/5.jpg": b""},
    )
    (scans / "old" / ".photocolor").mkdir()
    (scans / "loop").symlink_to(scans)
    os.mkfifo(scans / "pipe.jpg")
    harvested = harvest([scans], scans / "out")
    assert [found.relative for found in harvested.found] == ["1.jpg"]
    assert harvested.passed == {HIDDEN: 2, NOT_PHOTOS: 1, OUTPUTS: 2, LINKED_FOLDERS: 1, SPECIAL: 1}
    assert harvested.passed.endings == {".txt": 1}
    assert harvested.faults == []


def test_thumbnails_and_trash_of_a_storage_system_are_photos_only_where_nothing_else_is_asked_for(
    tmp_path: Path,
) -> None:
    kept = {"@eaDir/1.jpg/SYNOPHOTO_THUMB_XL.jpg": b"", "#recycle/2.jpg": b"", "b/$RECYCLE.BIN/3.jpg": b""}
    scans = write_tree(tmp_path / "scans", kept | {"b/1.jpg": b"", "b/recycle/4.jpg": b""})
    for sources in ([scans], sorted(scans.iterdir())):
        harvested = harvest(sources, tmp_path / "out")
        assert [found.relative for found in harvested.found] == ["b/1.jpg", "b/recycle/4.jpg"]
        assert harvested.passed == {OF_SYSTEM: 3}
    assert first_photo(scans) == str(scans / "b/1.jpg")
    assert names([scans / "#recycle"], tmp_path / "out") == ["2.jpg"]


def test_results_that_a_shell_names_among_photos_are_none_and_change_no_place(tmp_path: Path) -> None:
    """As `restore * --out color` does from the second time on."""
    files = {"sub/1.jpg": b"", "color/1.jpg": b"", "old/1.jpg": b"", "old/.photocolor/manifest.jsonl": b""}
    bag = {"bag/bagit.txt": b"", "bag/data/records/manifest.jsonl": b"", "bag/data/sources/1.jpg": b""}
    scans = write_tree(tmp_path / "scans", files | bag)
    harvested = harvest(sorted(scans.iterdir()), scans / "color")
    assert [found.relative for found in harvested.found] == ["1.jpg"], "as if sub alone had been named"
    assert harvested.passed == {OUTPUTS: 1, OUTPUTS + NAMED: 1, BAGS + NAMED: 1}, "who meant them learns it"
    assert names([scans / "old"], tmp_path / "out") == ["1.jpg"], "nothing else was asked for"
    with pytest.raises(UsageError, match="is the output folder"):
        harvest([scans / "color", scans / "old"], scans / "color")


def test_a_link_to_a_photo_is_a_photo_and_a_dangling_one_is_a_fault(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"12345"})
    (scans / "linked.jpg").symlink_to(scans / "1.jpg")
    (scans / "dangling.jpg").symlink_to(scans / "nowhere.jpg")
    harvested = harvest([scans], tmp_path / "out")
    assert [(found.relative, found.size_bytes) for found in harvested.found] == [("1.jpg", 5), ("linked.jpg", 5)]
    (fault,) = harvested.faults
    assert (fault.relative, fault.hint) == ("dangling.jpg", "Mend the link, or remove it.")
    assert fault.message == f"it is a link to {scans}/nowhere.jpg, which is not there"


@needs_permissions
def test_a_folder_that_may_not_be_read_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"locked/1.jpg": b"", "open/2.jpg": b""})
    (scans / "locked").chmod(0)
    try:
        harvested = harvest([scans], tmp_path / "out")
    finally:
        (scans / "locked").chmod(0o700)
    assert [found.relative for found in harvested.found] == ["open/2.jpg"]
    assert [fault.relative for fault in harvested.faults] == ["locked"]


def test_a_named_file_is_taken_whatever_its_suffix_is(tmp_path: Path) -> None:
    write_tree(tmp_path, {"scan.backup": b"", ".hidden.jpg": b""})
    assert names([tmp_path / "scan.backup", tmp_path / ".hidden.jpg"], tmp_path / "out") == [
        ".hidden.jpg",
        "scan.backup",
    ]


def test_a_glob_gives_the_same_tree_as_its_folder(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": b"", "a/1.jpg": b"", "b/c/1.jpg": b""})
    assert names(sorted(scans.iterdir()), tmp_path / "out") == names([scans], tmp_path / "out")


def test_a_glob_passes_over_the_sidecars_that_its_folder_passes_over(tmp_path: Path) -> None:
    used = ["1.jpg.hints.json", "1.jpg.xmp", "2.XMP", "a/3.jpg.hints.json"]
    unused = ["1.hints.json", "gone.jpg.hints.json", "gone.xmp", "a.xmp"]
    photos = ["1.jpg", "2.jpg", "a/3.jpg"]
    scans = write_tree(tmp_path / "scans", dict.fromkeys(used + unused + photos, b""))
    folder, glob = (harvest(sources, tmp_path / "out") for sources in ([scans], sorted(scans.iterdir())))
    assert [found.relative for found in glob.found] == [found.relative for found in folder.found] == photos
    assert glob.passed == folder.passed == {SIDECARS: 4}
    assert glob.strays == folder.strays
    assert [Path(stray.path).name for stray in glob.strays] == ["1.hints.json", "gone.jpg.hints.json", "gone.xmp"]


def test_a_sidecar_that_is_named_alone_or_without_its_photo_is_tried(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", dict.fromkeys(["1.jpg", "1.xmp", "1.jpg.hints.json", "2.jpg"], b""))
    for name in ("1.xmp", "1.jpg.hints.json"):
        assert names([scans / name], tmp_path / "out") == [name]
        assert names([scans / name, scans / "2.jpg"], tmp_path / "out") == [name, "2.jpg"]
        assert names([scans / name, scans / "1.jpg"], tmp_path / "out") == ["1.jpg"]


def test_equal_names_from_two_folders_keep_their_folders(tmp_path: Path) -> None:
    write_tree(tmp_path, {"1950/scans/1.jpg": b"", "1951/scans/1.jpg": b""})
    expected = ["1950/scans/1.jpg", "1951/scans/1.jpg"]
    assert names([tmp_path / "1950" / "scans", tmp_path / "1951" / "scans"], tmp_path / "out") == expected
    assert names([tmp_path / expected[0], tmp_path / expected[1]], tmp_path / "out") == expected


def test_names_that_are_no_utf8_survive(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    Path(os.fsdecode(raw)).touch()
    (found,) = harvest([tmp_path], tmp_path / "out").found
    assert os.fsencode(found.path) == raw
    assert found.relative == "caf\udce9.jpg"


def test_a_tree_deeper_than_the_recursion_limit_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(os.open("1.jpg", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)
    try:
        assert names([folder], tmp_path / "out") == ["d/" * 1200 + "1.jpg"]
    finally:
        subprocess.run(["rm", "-rf", folder], check=True)  # pytest's own way to remove it would recurse too deep


@pytest.mark.parametrize(
    ("sources", "out", "said"),
    [
        ([], "out", "no source"),
        (["missing"], "out", "does not exist"),
        (["scans", "scans/../scans"], "out", "named twice"),
        (["scans", "link"], "out", "named twice"),
        (["scans", "scans/a"], "out", "lies inside the source"),
        (["scans", "scans/a/1.jpg"], "out", "lies inside the source"),
        (["scans"], "scans", "is the output folder"),
        (["scans"], "link", "is the output folder"),
        (["scans/a"], "scans", "inside the output folder"),
        (["pipe"], "out", "neither a file nor a folder"),
    ],
)
def test_sources_that_cannot_be_meant_are_refused(tmp_path: Path, sources: list[str], out: str, said: str) -> None:
    write_tree(tmp_path, {"scans/a/1.jpg": b""})
    (tmp_path / "link").symlink_to("scans")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=said):
        harvest([tmp_path / source for source in sources], tmp_path / out)
