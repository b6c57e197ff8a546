"""Results that went through a Mac or a share, which encode the accents of their names in another way, stay results."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Literal

import fakes
import photos
import pytest
from commands import Here
from PIL import Image
from runs import read_tree, write_tree

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="album"/></rdf:RDF></x:xmpmeta>"""
FOLDER = "Gr\u00f6\u00dfe"
FILES = {
    "Box/Boy.png": photos.png(),
    f"{FOLDER}/Caf\u00e9.png": photos.png(photos.gray(90, 120)),
    f"{FOLDER}/Caf\u00e9.xmp": XMP,
    f"{FOLDER}/\u00dcber.jpg": photos.jpeg(),
    f"{FOLDER}/plain.jpg": photos.jpeg(photos.gray(seed=5)),
}
Form = Literal["NFC", "NFD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD")
"""How accents may be encoded: within their letters, or behind them as a Mac has it."""
BESIDE = ("--layers", "png", "--mend", "spots")


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


def respell(root: Path, form: Form) -> None:
    """Renames everything below a folder, but for photocolor's own files."""
    for folder, folders, files in os.walk(root, topdown=False):
        for name in [*folders, *files]:
            Path(folder, name).rename(Path(folder, unicodedata.normalize(form, name)))


class Album:
    """Scans with what lies beside them, and a run over them."""

    def __init__(self, photocolor: Here, home: Path, form: Form) -> None:
        self.photocolor, self.home = photocolor, home
        self.scans = write_tree(home / "scans", FILES)
        mask = Image.new("L", (120, 90))
        mask.paste(255, (40, 40, 44, 44))
        mask.save(self.scans / FOLDER / "Caf\u00e9.png.mask.png")
        respell(self.scans, form)
        self.out, self.model = home / "color", fakes.write_model(home / "tint.onnx")

    def restore(self, *options: object) -> str:
        """What a run says that ends well."""
        line = ("restore", self.scans, "--out", self.out, "--model", self.model, "--device", "cpu", *options)
        answer = self.photocolor(*line)
        assert answer.code == 0, answer.err
        return answer.out + answer.err

    def verified(self) -> str:
        """What does not hold."""
        answer = self.photocolor("verify", self.scans, self.out, "--quiet")
        return answer.out if answer.code else ""


@pytest.mark.parametrize(("form", "later"), [("NFC", "NFD"), ("NFD", "NFC")])
@pytest.mark.parametrize("options", [(), BESIDE, ("--sidecars", "merge"), ("--shard", "1/1")])
def test_results_are_found_under_the_names_that_they_have_now(
    photocolor: Here, tmp_path: Path, form: Form, later: Form, options: tuple[str, ...]
) -> None:
    album = Album(photocolor, tmp_path, form)
    album.restore("--quiet", *options)
    assert album.verified() == ""
    respell(album.out, later)
    before = read_tree(album.out)
    assert album.verified() == ""
    done = [line for line in album.restore("--dry-run", "--quiet", *options).splitlines() if "skip" in line]
    assert len(done) == 4
    album.restore("--quiet", *options)
    assert read_tree(album.out) == before
    assert "that is gone for good" not in photocolor("repair-manifest", album.out, "--gone").err
    assert photocolor("report", album.out, "--to", tmp_path / "page.html").code == 0
    assert "the result is gone" not in (tmp_path / "page.html").read_text("utf-8")
    bag = photocolor("export-bag", album.out, "--to", tmp_path / "bag", "--sources")
    assert (bag.code, bag.err) == (0, "")
    assert (
        before.items()
        <= {name.removeprefix("results/"): data for name, data in read_tree(tmp_path / "bag" / "data").items()}.items()
    )
    records = photocolor("export-premis", album.out, "--to", tmp_path / "premis")
    assert (records.code, records.err) == (0, "")


def test_such_a_result_is_replaced_where_it_lies(photocolor: Here, tmp_path: Path) -> None:
    album = Album(photocolor, tmp_path, "NFC")
    album.restore("--quiet", *BESIDE)
    respell(album.out, "NFD")
    before = read_tree(album.out)
    album.restore("--quiet", *BESIDE, "--strength", 0.5)
    after = read_tree(album.out)
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in before if name.endswith((".jpg", "e\u0301.png")))
    assert album.verified() == ""


def test_two_results_whose_names_differ_in_their_accents_alone_stay_two(photocolor: Here, tmp_path: Path) -> None:
    names = [unicodedata.normalize(form, "Caf\u00e9.png") for form in FORMS]
    files = {name: photos.png(photos.gray(seed=seed)) for seed, name in enumerate(names)}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "color"
    if len(list(scans.iterdir())) == 1:
        pytest.skip("this file system takes both for one")
    model = fakes.write_model(tmp_path / "tint.onnx")
    for name in names:
        run = photocolor("restore", scans / name, "--out", out, "--model", model, "--device", "cpu", "--quiet")
        assert run.code == 0
    assert read_tree(out).keys() == set(names)
    assert photocolor("verify", scans, out).code == 0


def test_a_repair_of_the_manifest_does_not_have_such_results_made_anew(photocolor: Here, tmp_path: Path) -> None:
    album = Album(photocolor, tmp_path, "NFC")
    album.restore("--quiet")
    respell(album.out, "NFD")
    manifest = album.out / ".photocolor" / "manifest.jsonl"
    with manifest.open("ab") as file:
        file.write(b'{"v":1,"run":2,"damaged\n')
    assert photocolor("repair-manifest", album.out).code == 0
    assert album.restore("--dry-run", "--quiet").count("skip: done") == 4


def test_new_photos_go_into_the_folder_that_is_there(photocolor: Here, tmp_path: Path) -> None:
    album = Album(photocolor, tmp_path, "NFC")
    album.restore("--quiet")
    respell(album.out, "NFD")
    write_tree(album.scans, {f"{FOLDER}/new.png": photos.png(photos.gray(seed=8))})
    album.restore("--quiet")
    there = unicodedata.normalize("NFD", FOLDER)
    assert {path.name for path in album.out.iterdir()} == {".photocolor", "Box", there}
    assert (album.out / there / "new.png").is_file() and album.verified() == ""
    assert "skip" in album.restore("--dry-run", "--quiet")


def test_results_are_found_where_both_spellings_of_a_folder_are_there(photocolor: Here, tmp_path: Path) -> None:
    album = Album(photocolor, tmp_path, "NFC")
    album.restore("--quiet")
    respell(album.out, "NFD")
    (album.out / FOLDER).mkdir()
    if len([path for path in album.out.iterdir() if path.name.startswith("Gr")]) == 1:
        pytest.skip("this file system takes both for one")
    before = read_tree(album.out)
    assert album.verified() == ""
    album.restore("--quiet")
    assert read_tree(album.out) == before
