"""The finder of the package is used where none is named, by every way in, and only by who asks for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fakes
import finders
import numpy as np
import photos
import pytest
from commands import Here
from PIL import Image
from runs import read_tree, write_tree

import photocolor as photocolor_package
from photocolor.image.decode import decode
from photocolor.models.finder import find_finder
from photocolor.settings import FileSettings, Mend

Array = np.ndarray[Any, np.dtype[Any]]


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def finder(tmp_path: Path) -> Path:
    return fakes.write_finder(tmp_path / "finder.onnx")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return fakes.write_model(tmp_path / "tint.onnx")


def scan(seed: int = 1) -> Array:
    """Neither white nor black, but for a white line of 3 px and a black speck."""
    gray = np.clip(photos.gray(80, 120, seed=seed), 60, 190)
    gray[20:23, 10:90] = 255
    gray[50:53, 40:43] = 0
    return gray


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    tree = {"a/one.png": photos.png(scan()), "two.jpg": photos.jpeg(scan(2), orientation=6, quality=100)}
    return write_tree(tmp_path / "scans", tree)


def files(folder: Path) -> dict[str, bytes]:
    """All files but the records, which have times."""
    return {
        name: data
        for name, data in read_tree(folder).items()
        if not name.startswith((".photocolor", "photocolor-manifest"))
    }


@pytest.mark.parametrize("options", [("--mend", "spots"), ("--damage-masks",)])
def test_restore_without_a_name_uses_it_as_if_it_were_named(
    photocolor: Here,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scans: Path,
    finder: Path,
    model: Path,
    options: tuple[str, ...],
) -> None:
    def restored(name: str, *more: object) -> dict[str, bytes]:
        masks = [tmp_path / f"{name}-masks"] if options == ("--damage-masks",) else []
        command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--json", *options, *masks)
        answer = photocolor(*command, "--out", tmp_path / name, *more)
        assert answer.code == 0, answer.err
        lines = [json.loads(line) for line in answer.out.splitlines()]
        assert all(line["mended"] or line["damage"] for line in lines)
        return files(tmp_path / name) | (files(masks[0]) if masks else {})

    finders.take_out_of_package(monkeypatch, tmp_path / "none")
    named = restored("named", "--finder", finder)
    finders.put_into_package(monkeypatch, tmp_path / "models", finder)
    assert restored("bundled") == named
    assert any(name.endswith((".mended.png", ".mask.png")) for name in named)
    other = fakes.write_finder(tmp_path / "blind.onnx", {"thresholds": "2,2"})
    assert restored("other", "--finder", other) != named


def test_masks_by_hand_alone_are_replayed_where_a_person_says_so(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scans: Path, finder: Path, model: Path
) -> None:
    finders.put_into_package(monkeypatch, tmp_path / "models", finder)
    by_hand = np.zeros(scan().shape, np.uint8)
    by_hand[60:63, 60:63] = 255
    by_hand[:40] = 128
    write_tree(scans, {"a/one.png.mask.png": photos.png(by_hand)})
    command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--mend", "spots")
    assert photocolor(*command, "--finder", "none", "--out", tmp_path / "color").code == 0
    assert set(files(tmp_path / "color")) == {"a/one.png", "a/one.png.mended.png", "two.jpg"}
    with Image.open(tmp_path / "color/a/one.png.mended.png") as mask:
        assert np.array_equal(np.asarray(mask), by_hand == 255)
    answer = photocolor("damage", scans, "--finder", "none", "--out", tmp_path / "masks")
    assert answer.code == 4 and "no damage finder at none" in answer.err


def test_a_survey_needs_no_name(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scans: Path, finder: Path
) -> None:
    own = finders.put_into_package(monkeypatch, tmp_path / "models", finder)
    for name, more in (("bundled", ()), ("named", ("--finder", own))):
        answer = photocolor("damage", scans, "--out", tmp_path / name, "--workers", 1, *more)
        assert answer.code == 0, answer.err
    assert files(tmp_path / "bundled") == files(tmp_path / "named")


def test_a_package_without_one_asks_for_a_name_and_mends_by_hand_alone(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scans: Path, model: Path
) -> None:
    finders.take_out_of_package(monkeypatch, tmp_path / "none")
    answer = photocolor("damage", scans, "--out", tmp_path / "masks")
    assert answer.code == 4 and "no damage finder in this package" in answer.err and "--finder" in answer.err
    command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--out")
    assert photocolor(*command, tmp_path / "color", "--mend", "spots").code == 0
    assert set(files(tmp_path / "color")) == {"a/one.png", "two.jpg"}
    answer = photocolor(*command, tmp_path / "other", "--damage-masks", tmp_path / "m")
    assert answer.code == 4 and "no damage finder in this package" in answer.err


def test_who_asks_for_nothing_gets_the_same_bytes_even_if_the_finder_is_damaged(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scans: Path, finder: Path, model: Path
) -> None:
    command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--out")
    finders.take_out_of_package(monkeypatch, tmp_path / "none")
    assert photocolor(*command, tmp_path / "without").code == 0
    own = finders.put_into_package(monkeypatch, tmp_path / "models", finder)
    assert photocolor(*command, tmp_path / "with").code == 0
    own.write_bytes(own.read_bytes()[:100])
    assert photocolor(*command, tmp_path / "damaged").code == 0
    assert files(tmp_path / "without") == files(tmp_path / "with") == files(tmp_path / "damaged")
    for options in (("--mend", "spots"), ("--damage-masks", tmp_path / "masks")):
        answer = photocolor(*command, tmp_path / "refused", *options)
        assert answer.code == 4 and f"{own} is damaged" in answer.err and "Install photocolor again" in answer.err
        assert not (tmp_path / "refused").exists() or not files(tmp_path / "refused")
    own.unlink()
    answer = photocolor(*command, tmp_path / "refused", "--mend", "spots")
    assert answer.code == 4 and "finder is missing" in answer.err and "Install photocolor again" in answer.err


def test_a_configuration_file_needs_no_name_either(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scans: Path, finder: Path, model: Path
) -> None:
    finders.put_into_package(monkeypatch, tmp_path / "models", finder)
    (tmp_path / "c.toml").write_text('mend = "spots"\n', encoding="utf-8")
    command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--config", tmp_path / "c.toml")
    assert photocolor(*command, "--out", tmp_path / "color").code == 0
    assert "a/one.png.mended.png" in files(tmp_path / "color")


def test_from_python_it_mends_as_the_command_does(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scans: Path, finder: Path, model: Path
) -> None:
    finders.put_into_package(monkeypatch, tmp_path / "models", finder)
    command = ("restore", scans / "a/one.png", "--model", model, "--device", "cpu", "--out", tmp_path / "color")
    assert photocolor(*command, "--mend", "spots", "--already-color", "force").code == 0
    mend = FileSettings(mend=Mend.SPOTS)
    photocolor_package.colorize(
        scans / "a/one.png", to=tmp_path / "1/one.png", model=str(model), device="cpu", files=mend
    )
    photocolor_package.colorize_file(
        scans / "a/one.png", tmp_path / "2/one.png", model=str(model), device="cpu", files=mend
    )
    with photocolor_package.open_colorizer(str(model), "cpu", files=mend) as colorizer:
        colorizer.file(scans / "a/one.png", tmp_path / "3/one.png")
    mended = decode((tmp_path / "color/one.png").read_bytes(), 1).pixels
    mask = (tmp_path / "color/one.png.mended.png").read_bytes()
    for folder in "123":
        assert (tmp_path / folder / "one.png.mended.png").read_bytes() == mask
        assert np.array_equal(decode((tmp_path / folder / "one.png").read_bytes(), 1).pixels, mended)


def test_workers_of_their_own_and_a_preview_have_the_finder_of_their_package(
    tmp_path: Path, scans: Path, finder: Path, model: Path
) -> None:
    package = finders.package_in(tmp_path / "package", finder)
    command = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 2, "--mend", "spots")
    ended = finders.run_there(package, *command, "--out", tmp_path / "color")
    assert ended.returncode == 0, ended.stderr
    assert {"a/one.png.mended.png", "two.jpg.mended.png"} <= set(files(tmp_path / "color"))
    survey = finders.run_there(package, "damage", scans, "--workers", 2, "--out", tmp_path / "masks")
    assert survey.returncode == 0 and len(files(tmp_path / "masks")) == 2
    shown = json.loads(finders.run_there(package, "models", "damage", "--json").stdout)
    assert shown["sha256"] == find_finder(finder).sha256
    refused = finders.run_there(package, "preview", scans / "two.jpg", "--mend", "spots")
    assert refused.returncode == 2 and "--mend spots" in refused.stderr
