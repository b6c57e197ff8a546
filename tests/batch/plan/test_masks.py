"""Masks by hand are told from photos by their names, and misnamed ones are named instead of colored."""

from __future__ import annotations

from pathlib import Path

import pytest
from runs import write_tree

from photocolor.batch.plan import masks
from photocolor.batch.plan.masks import is_mask_beside, masks_of
from photocolor.batch.plan.walk import AWAITED, MASKS, first_photo, harvest, photos_in
from photocolor.containers.recognize import PHOTO_SUFFIXES


def walked(tmp_path: Path, *names: str, only: tuple[str, ...] = ()) -> tuple[list[str], dict[str, str], int]:
    """The photos of a folder of empty files, what is said about masks there, and how many were passed over."""
    scans = write_tree(tmp_path / "scans", dict.fromkeys(names, b""))
    found = harvest([scans / name for name in only] or [scans], tmp_path / "out")
    told = {Path(stray.path).name: stray.why for stray in found.strays}
    return [item.relative for item in found.found], told, found.passed[MASKS]


@pytest.mark.parametrize(
    "name",
    [
        "b.mask.png",
        "B.mask.png",
        "b.masks.png",
        "b.jpg.Mask.png",
        "b.jpg.mask.PNG",
        "B.JPG.mask.png",
        "b.jpg.masks.png",
    ],
)
@pytest.mark.parametrize("alone", [False, True])
def test_a_mask_with_nearly_the_right_name_is_no_photo_and_is_told_the_right_one(
    tmp_path: Path, name: str, alone: bool
) -> None:
    photos, told, passed = walked(tmp_path, "a.jpg", "b.jpg", name, only=("b.jpg", name) if alone else ())
    assert photos == (["b.jpg"] if alone else ["a.jpg", "b.jpg"])
    assert told == {name: "it looks like the mask of b.jpg; rename it to b.jpg.mask.png"} and passed == 1
    assert is_mask_beside(str(tmp_path / "scans" / name), {})


def test_a_mask_in_another_format_or_a_second_one_says_what_counts(tmp_path: Path) -> None:
    photos, told, passed = walked(
        tmp_path, "b.tif", "b.tif.mask.png", "b.tif.mask.tif", "b.mask.png", "c.jpg", "c.mask.jpg"
    )
    assert photos == ["b.tif", "c.jpg"] and passed == 4
    assert told == {
        "b.mask.png": "the mask of b.tif is b.tif.mask.png",
        "b.tif.mask.tif": "the mask of b.tif is b.tif.mask.png",
        "c.mask.jpg": "a mask by hand is a PNG; save it as c.jpg.mask.png",
    }


def test_a_mask_without_a_photos_suffix_in_its_name_and_without_a_photo_stays_a_photo(tmp_path: Path) -> None:
    photos, told, passed = walked(tmp_path, "carnival.mask.png", "b.jpg", "b-mask.png", "unmask.png", "b.mended.png")
    assert photos == ["b-mask.png", "b.jpg", "b.mended.png", "carnival.mask.png", "unmask.png"] and not passed
    assert told == {}


@pytest.mark.parametrize("ending", sorted(PHOTO_SUFFIXES))
@pytest.mark.parametrize("mask", [".mask.png", ".Masks.tif", ".mended.png", ".mended.tif"])
def test_what_is_named_like_the_mask_of_a_photo_that_is_not_there_is_no_photo_and_is_named(
    tmp_path: Path, ending: str, mask: str
) -> None:
    name = f"gone{ending.upper() if mask == '.mask.png' else ending}{mask}"
    scans = write_tree(tmp_path / "scans", dict.fromkeys(("a.jpg", name), b""))
    told = f"it is named like the mask of {name.removesuffix(mask)}, which is not beside it; to color it, name it alone"
    for sources in ([scans], [scans / "a.jpg", scans / name]):
        found = harvest(sources, tmp_path / "out")
        assert [item.relative for item in found.found] == ["a.jpg"]
        assert [(Path(stray.path).name, stray.why.startswith(told)) for stray in found.strays] == [(name, True)]
    assert harvest([scans], tmp_path / "out").passed[AWAITED] == 1
    assert [Path(item.path).name for item in photos_in(str(scans), str(scans))] == ["a.jpg"]
    alone = harvest([scans / name], tmp_path / "out")
    assert [item.relative for item in alone.found] == [name]
    assert [stray.why.endswith("it counts as a photo") for stray in alone.strays] == [True]


def test_a_well_named_mask_is_passed_over_without_a_word(tmp_path: Path) -> None:
    assert walked(tmp_path, "b.jpg", "b.jpg.mask.png", "b.jpg.mended.png") == (["b.jpg"], {}, 2)
    assert walked(tmp_path, "b.jpg", "b.jpg.mask.png", only=("b.jpg", "b.jpg.mask.png")) == (["b.jpg"], {}, 1)


def test_masks_of_other_photos_than_the_named_ones_are_not_told(tmp_path: Path) -> None:
    assert walked(tmp_path, "a.jpg", "b.jpg", "b.mask.png", only=("a.jpg",)) == (["a.jpg"], {}, 0)


def test_the_folder_of_masks_that_the_shell_names_is_listed_once_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    monkeypatch.setattr(masks, "masks_of", lambda folder: (listed.append(folder), masks_of(folder))[1])
    names = [f"{number}.jpg{ending}" for number in range(20) for ending in ("", ".mask.png")]
    photos, _, passed = walked(tmp_path, *names, only=tuple(names))
    assert len(photos) == passed == 20
    assert listed == [str(tmp_path / "scans")]


def test_the_lists_of_the_window_show_no_misnamed_mask(tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", dict.fromkeys(("b.mask.png", "b.tif", "x.mask.png"), b""))
    assert sorted(item.relative for item in photos_in(str(scans), str(scans))) == ["b.tif", "x.mask.png"]
    assert Path(first_photo(scans)).name == "b.tif"
