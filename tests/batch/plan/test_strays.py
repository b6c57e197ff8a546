from __future__ import annotations

from pathlib import Path

import pytest
from runs import write_tree

from photocolor.batch.plan.strays import STRAYS_NAMED, Stray, misnamed
from photocolor.batch.plan.walk import harvest


def strays(tmp_path: Path, *names: str, only: tuple[str, ...] = ()) -> dict[str, str]:
    """What a walk says about the sidecars in a folder of empty files; of named photos alone with `only`."""
    scans = write_tree(tmp_path / "scans", dict.fromkeys(names, b""))
    sources = [scans / name for name in only] or [scans]
    return {Path(stray.path).name: stray.why for stray in harvest(sources, tmp_path / "out").strays}


@pytest.mark.parametrize(
    "name",
    [
        *("photo.hints.json", "PHOTO.jpg.hints.json", "photo.jpg.hint.json", "photo.jpg.hints", "photo.jpg.Hints.json"),
        *("photo.jpg.hints.json.txt", "photo.jpg.hints.txt", "photo.hints.jsn"),
    ],
)
def test_a_sidecar_with_nearly_the_right_name_is_told_the_right_one(tmp_path: Path, name: str) -> None:
    assert strays(tmp_path, "photo.jpg", name) == {name: "rename it to photo.jpg.hints.json"}


def test_a_name_whose_accents_are_encoded_otherwise_is_told_so(tmp_path: Path) -> None:
    photo, apart = "caf\u00e9.jpg", "cafe\u0301.jpg"
    found = strays(tmp_path, photo, f"{apart}.hints.json", f"{apart}.xmp", f"{apart}.mask.png")
    right = "whose accents are encoded as those of the photo's name are"
    assert found == {
        f"{apart}.hints.json": f"rename it to {photo}.hints.json, {right}",
        f"{apart}.xmp": f"rename it to {photo}.xmp, {right}",
        f"{apart}.mask.png": f"it looks like the mask of {photo}; rename it to {photo}.mask.png, {right}",
    }


def test_what_is_named_well_is_no_stray(tmp_path: Path) -> None:
    names = ("photo.jpg", "photo.jpg.hints.json", "photo.xmp", "photo.jpg.xmp", "raw.nef", "raw.xmp", "raw.nef.xmp")
    assert strays(tmp_path, *names, "notes.json", ".photo.hints.json") == {}


def test_a_sidecar_of_no_photo_is_named(tmp_path: Path) -> None:
    found = strays(tmp_path, "photo.jpg", "other.jpg.hints.json", "gone.xmp", "Photo.xmp", "photo.Xmp")
    assert sorted(found) == ["Photo.xmp", "gone.xmp", "other.jpg.hints.json", "photo.Xmp"]
    assert found["Photo.xmp"] == "rename it to photo.jpg.xmp"
    assert "there is no photo of its name" in found["other.jpg.hints.json"]


def test_a_second_sidecar_says_which_one_counts(tmp_path: Path) -> None:
    found = strays(tmp_path, "photo.jpg", "photo.jpg.hints.json", "photo.hints.json")
    assert found == {"photo.hints.json": "the color points of photo.jpg are those in photo.jpg.hints.json"}


def test_of_photos_that_are_named_one_by_one_only_their_own_strays_are_told(tmp_path: Path) -> None:
    names = ("photo.jpg", "photo.hints.json", "other.jpg", "other.hints.json")
    assert strays(tmp_path, *names, only=("photo.jpg",)) == {"photo.hints.json": "rename it to photo.jpg.hints.json"}


def test_a_sidecar_of_no_photo_is_told_where_it_was_named_and_no_other(tmp_path: Path) -> None:
    names = ("photo.jpg", "gone.xmp", "gone.jpg.hints.json", "lost.xmp", "lost.jpg.hints.json")
    found = strays(tmp_path, *names, only=names[:3])
    assert found == {
        "gone.xmp": "there is no file of its name beside it",
        "gone.jpg.hints.json": "there is no photo of its name; color points of photo.jpg belong into "
        "photo.jpg.hints.json",
    }
    assert strays(tmp_path, *names, only=("gone.xmp",)) == {}, "alone it is tried"


def test_every_folder_is_looked_at(tmp_path: Path) -> None:
    assert strays(tmp_path, "a/photo.jpg", "a/b/photo.jpg.hints.json") == {
        "photo.jpg.hints.json": "there is no photo of its name; color points of photo.jpg belong into "
        "photo.jpg.hints.json"
    }


def test_many_misnamed_sidecars_are_not_all_listed() -> None:
    told = misnamed([Stray(f"/scans/{number}.hints.json", "rename it") for number in range(50)])
    assert told[0] == "Not used: /scans/0.hints.json: rename it."
    assert len(told) == STRAYS_NAMED + 1 and told[-1] == "30 more sidecars or masks are not used."
