"""`restore --faces on`: faces of groups are looked at again, the result says so, and nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import faces
import fakes
import numpy as np
import photos
import pytest
from commands import Here
from runs import read_tree, write_tree

from photocolor.color.lab import gray_of
from photocolor.image.decode import decode
from photocolor.image.gray_source import InMemory
from photocolor.image.orient import stored, upright
from photocolor.image.tiff.strip_reader import StripReader
from photocolor.metadata.carry import read_provenance
from photocolor.outcome import NoProgress
from photocolor.pipeline.coloring import color_rows, gray_source_of
from photocolor.pipeline.photo import open_pipeline
from photocolor.settings import ColorSettings, FileSettings, Settings, settings_digest


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    turned = np.ascontiguousarray(stored(faces.group(), 6))
    return write_tree(
        tmp_path / "scans",
        {
            "group.png": photos.png(faces.group()),
            "deep.tif": photos.tiff(faces.group(depth=16)),
            "turned.jpg": photos.jpeg(turned, orientation=6),
            "pages.tif": photos.tiff_of([faces.group(), faces.nobody(300, 400), faces.group(2, 3)]),
            "grass.png": photos.png(faces.nobody()),
        },
    )


def restored(photocolor: Here, tree: Path, out: Path, *options: object) -> dict[str, Any]:
    answer = photocolor("restore", tree, "--out", out, "--device", "cpu", "--json", *options)
    assert answer.code == 0, answer.err
    return {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}


def made_by(path: Path) -> Any:
    return read_provenance(path.read_bytes(), {".jpg": "jpeg", ".tif": "tiff"}.get(path.suffix, path.suffix[1:]))


def test_results_say_how_many_faces_were_seen_again_and_keep_their_gray(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    out = tmp_path / "color"
    lines = restored(photocolor, tree, out, "--faces", "on", "--workers", 1)
    counts = {name: line["faces"] for name, line in lines.items()}
    assert counts.pop("grass.png") == 0 and min(counts.values()) > 0, counts
    assert photocolor("verify", tree, out).code == 0
    for name in counts:
        made = made_by(out / name)
        assert made.alterations.faces == counts[name] and made.settings["faces"] == "on"
        assert b"of its faces a second time" in (out / name).read_bytes()
    before = decode((tree / "group.png").read_bytes(), 100).pixels
    assert np.array_equal(gray_of(decode((out / "group.png").read_bytes(), 100).pixels), before)


def test_photos_without_small_faces_are_byte_for_byte_those_of_a_run_without(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    on = restored(photocolor, tree, tmp_path / "on", "--faces", "on", "--workers", 1)
    off = restored(photocolor, tree, tmp_path / "off", "--workers", 1)
    assert {line["faces"] for line in off.values()} == {None}
    for name in tree.iterdir():
        same = (tmp_path / "on" / name.name).read_bytes() == (tmp_path / "off" / name.name).read_bytes()
        assert same == (on[name.name]["faces"] == 0), name
    assert made_by(tmp_path / "off/group.png").settings.get("faces") is None


def test_bytes_do_not_depend_on_workers_and_the_same_command_redoes_nothing(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    restored(photocolor, tree, tmp_path / "one", "--faces", "on", "--workers", 1)
    restored(photocolor, tree, tmp_path / "two", "--faces", "on", "--workers", 2)
    ours = [{name: data for name, data in read_tree(tmp_path / part).items() if "." in name} for part in ("one", "two")]
    pictures = [{name: data for name, data in one.items() if (tree / name).exists()} for one in ours]
    assert pictures[0] == pictures[1] and len(pictures[0]) == 5
    again = restored(photocolor, tree, tmp_path / "one", "--faces", "on", "--workers", 1)
    assert {line["reason"] for line in again.values()} == {"done"}
    plain = restored(photocolor, tree, tmp_path / "one", "--workers", 1)
    assert plain["group.png"]["status"] == "done", "without the option the plain result comes back"


def test_a_point_on_every_face_keeps_them_as_they_are(photocolor: Here, tmp_path: Path) -> None:
    y, x, _ = faces.FACE
    points = [
        {"x": (column + x) / 4, "y": (row + y) / 3, "color": "#c08060"} for row in range(3) for column in range(4)
    ]
    hints = json.dumps({"version": 1, "points": points}).encode()
    tree = write_tree(tmp_path / "scans", {"group.png": photos.png(faces.group()), "group.png.hints.json": hints})
    on = restored(photocolor, tree, tmp_path / "on", "--faces", "on", "--workers", 1)
    restored(photocolor, tree, tmp_path / "off", "--workers", 1)
    assert on["group.png"]["faces"] == 0 and on["group.png"]["hints_sha256"]
    assert (tmp_path / "on/group.png").read_bytes() == (tmp_path / "off/group.png").read_bytes()


def test_a_model_that_takes_faces_is_told_them_however_a_photo_is_stored_and_read(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    plain, told = (fakes.write_model(tmp_path / f"{each}.onnx", faces=each == "told") for each in ("plain", "told"))
    for model in (plain, told):
        lines = restored(photocolor, tree, tmp_path / model.stem, "--model", model, "--workers", 1)
        assert {line["status"] for line in lines.values()} == {"done"}
        assert photocolor("verify", tree, tmp_path / model.stem).code == 0
    y, x, _ = faces.FACE
    for name in ("group.png", "deep.tif", "turned.jpg"):
        before, after = (decode((tmp_path / each / name).read_bytes(), 100) for each in ("plain", "told"))
        turned = np.asarray(upright(after.pixels, before.orientation), np.int32)
        moved = turned - np.asarray(upright(before.pixels, before.orientation), np.int32)
        redder = (moved[..., 0] - moved[..., 1]) * 255 / np.iinfo(after.pixels.dtype).max
        tall, wide = redder.shape[0] / 3, redder.shape[1] / 4
        for row, column in ((0, 0), (1, 2), (2, 3)):
            middle = redder[round((row + y) * tall), round((column + x) * wide)]
            assert middle > 10, (name, row, column)
    same = [(tmp_path / each / "grass.png").read_bytes() for each in ("plain", "told")]
    assert np.array_equal(*(decode(data, 100).pixels for data in same))


def test_a_photo_that_is_read_in_strips_tells_the_model_the_same_faces(tmp_path: Path) -> None:
    told = fakes.write_model(tmp_path / "told.onnx", faces=True)
    pipeline = open_pipeline(Settings(sources=(), out=Path(), device="cpu", model=str(told)), threads=1)
    answers = []
    for keep in (True, False):
        with StripReader(photos.tiff(faces.group()), keep=keep) as photo:
            source = gray_source_of(photo, pipeline, NoProgress())
            assert isinstance(source, InMemory) is keep
            answers.append(color_rows(source, pipeline, NoProgress())[1].ab)
    assert float(answers[0][..., 0].max()) > 10 + 0.4 * 50 - 5
    np.testing.assert_allclose(*answers, atol=1.0)


def test_the_digest_of_settings_without_it_is_what_it_was() -> None:
    off, usual, on = (
        settings_digest(color, FileSettings())
        for color in (ColorSettings(faces="off"), ColorSettings(), ColorSettings(faces="on"))
    )
    assert off == usual != on


def test_a_word_that_is_none_is_refused(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    answer = photocolor("restore", tree, "--out", tmp_path / "out", "--faces", "many")
    assert answer.code == 2 and "--faces" in answer.err
