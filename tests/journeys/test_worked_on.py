"""What a person has worked on, results and the layers and XMP files beside them, is never replaced or removed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import photos
import pytest
from commands import Answer, Here
from fakes import write_model
from PIL import Image, PngImagePlugin

XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3"/></rdf:RDF></x:xmpmeta>"""
CHANGED = "was changed after photocolor wrote it"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    write_model(tmp_path / "tint.onnx")
    scan = tmp_path / "scans" / "box" / "photo.png"
    scan.parent.mkdir(parents=True)
    scan.write_bytes(photos.png(photos.gray(60, 80)))
    scan.with_name("photo.png.xmp").write_text(XMP)
    return scan


@pytest.fixture
def restore(scan: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Restore:
    return Restore(Here(monkeypatch, capsys), scan.parents[2])


class Restore:
    """Runs the command; each call may have other options."""

    def __init__(self, photocolor: Here, home: Path) -> None:
        self._photocolor, self._home = photocolor, home
        self.beside = home / "color" / "box"
        self.layers, self.xmp = self.beside / "photo.png.color.png", self.beside / "photo.png.xmp"

    def __call__(self, *options: object) -> dict[str, Any]:
        """The one line of the run, as the manifest has it."""
        command = ("restore", self._home / "scans", "--out", self._home / "color", "--model", self._home / "tint.onnx")
        answer: Answer = self._photocolor(*command, "--device", "cpu", "--workers", 1, "--json", *options)
        (line,) = map(json.loads, answer.out.splitlines())
        return dict(line)

    def painted(self) -> bytes:
        """Works on the layers as an editor does, which keeps their XMP."""
        with Image.open(self.layers) as layers:
            words = PngImagePlugin.PngInfo()
            words.add_itxt("XML:com.adobe.xmp", layers.info["XML:com.adobe.xmp"])
            layers.paste((200, 0, 0, 255), (0, 0, 20, 20))
            layers.save(self.layers, pnginfo=words)
        return self.layers.read_bytes()

    def captioned(self) -> str:
        """Works on the copy of the XMP file."""
        text = self.xmp.read_text(encoding="utf-8").replace('xmp:Rating="3"', 'xmp:Rating="5"')
        assert 'xmp:Rating="5"' in text
        self.xmp.write_text(text, encoding="utf-8")
        return text


def test_layers_that_were_painted_on_stop_their_photo_by_name_until_they_are_moved_away(restore: Restore) -> None:
    line = restore("--layers", "png")
    assert set(line["beside_sha256"]) == {"box/photo.png.color.png", "box/photo.png.xmp"}
    result, painted = (restore.beside / "photo.png").read_bytes(), restore.painted()
    for _ in range(2):
        line = restore("--layers", "png", "--strength", 0.8)
        assert (line["status"], line["reason"]) == ("failed", "target_blocked")
        assert CHANGED in str(line["message"]) and "Move it away" in str(line["hint"])
        assert restore.layers.read_bytes() == painted and (restore.beside / "photo.png").read_bytes() == result
    restore.layers.rename(restore.beside.parents[1] / "mine.png")
    assert restore("--layers", "png", "--strength", 0.8)["status"] == "done"
    assert restore.layers.is_file() and (restore.beside / "photo.png").read_bytes() != result


def test_layers_that_were_painted_on_stay_where_a_later_run_makes_none(restore: Restore) -> None:
    restore("--layers", "png")
    painted = restore.painted()
    for strength in (0.8, 0.7, 0.6):  # it is known in later runs, too
        line = restore("--strength", strength)
        assert line["status"] == "done" and any(CHANGED in text for text in line["warnings"])
        assert restore.layers.read_bytes() == painted
    restore("--layers", "none", "--strength", 1.0)
    assert restore.layers.read_bytes() == painted


@pytest.mark.parametrize(
    "options", [("--strength", 0.8), ("--sidecars", "merge"), ("--sidecars", "ignore")], ids=lambda options: options[0]
)
def test_the_copy_of_an_xmp_file_that_was_worked_on_stays(options: tuple[object, ...], restore: Restore) -> None:
    restore()
    text = restore.captioned()
    for more in ((), ("--preset", "calm")):
        line = restore(*options, *more)
        assert line["status"] == "done" and any(CHANGED in told for told in line["warnings"])
        assert restore.xmp.read_text(encoding="utf-8") == text


def test_the_copy_stays_where_its_own_file_is_gone(restore: Restore, scan: Path) -> None:
    restore()
    text = restore.captioned()
    scan.with_name("photo.png.xmp").unlink()
    line = restore()
    assert line["status"] == "done" and any("it stays" in told for told in line["warnings"])
    assert restore.xmp.read_text(encoding="utf-8") == text


def test_what_nobody_touched_is_replaced_and_removed_as_ever(restore: Restore) -> None:
    restore("--layers", "png")
    before = restore.layers.read_bytes(), restore.xmp.read_bytes()
    assert restore("--layers", "png", "--strength", 0.8)["warnings"] == []
    assert restore.layers.read_bytes() != before[0] and restore.xmp.read_bytes() != before[1]
    assert restore("--sidecars", "ignore")["warnings"] == []
    assert {path.name for path in restore.beside.iterdir()} == {"photo.png"}


def test_a_result_that_was_painted_on_within_its_length_stays_until_it_may_be_replaced(restore: Restore) -> None:
    restore()
    result = restore.beside / "photo.png"
    data = bytearray(result.read_bytes())
    data[-20] ^= 1
    result.write_bytes(data)
    line = restore("--strength", 0.8)
    assert (line["status"], line["reason"]) == ("skipped", "exists") and result.read_bytes() == data
    assert restore("--strength", 0.8, "--overwrite")["status"] == "done" and result.read_bytes() != data


def test_after_a_run_that_died_at_work_what_lies_there_counts_as_its_own(restore: Restore) -> None:
    line = restore("--layers", "png")
    restore.painted()  # as long as no record tells: a killed run may have written it
    note = {"relative": line["relative"], "token": "0123abcd", "foreign": None, "run": 2}
    notes = restore.beside.parent / ".photocolor" / "at-work.jsonl"
    notes.write_text(json.dumps(note) + "\n", encoding="utf-8")
    assert restore("--layers", "png", "--strength", 0.8)["status"] == "done"
