"""Real files through the whole command, judged by ExifTool: only the documented tags differ."""

from __future__ import annotations

import base64
import json
from collections import Counter
from pathlib import Path

import annotated
import photos
import pytest
from commands import photocolor
from fakes import write_model
from PIL import Image

from photocolor.metadata.carry import Changes, graft

from .judged import differences
from .test_carry import PROVENANCE

LARGEST_BYTES, LARGEST_MP = 400_000, 0.8
"""Larger ones say nothing more and take long."""
FEWEST = 60
FEWEST_OF_EACH = {"jpeg": 25, "tiff II": 10, "tiff MM": 10, "tiff II big": 5, "tiff MM big": 5, "png": 4, "webp": 2}
Facts = dict[str, object]
CONTAINERS = [("II", False), ("MM", False), ("II", True), ("MM", True)]


def kind_of(data: bytes, suffix: str) -> str:
    """The container, with byte order and size of its offsets where it has several."""
    kind = annotated.FORMATS[suffix]
    big = " big" if data[2:4] in (b"+\0", b"\0+") else ""
    return f"{kind} {data[:2].decode()}{big}" if kind == "tiff" else kind


def real_files(shared: Path) -> dict[str, bytes]:
    """Real files in their own containers, by name."""
    found = {}
    for path in sorted(path for folder in ("oddities", "historic") for path in (shared / folder).iterdir()):
        if path.suffix in annotated.FORMATS and path.stat().st_size <= LARGEST_BYTES and _is_small(path):
            found[path.name] = path.read_bytes()
    return found


def _is_small(path: Path) -> bool:
    try:
        with Image.open(path) as image:
            return 0 < image.width * image.height * getattr(image, "n_frames", 1) <= LARGEST_MP * 1e6
    except (OSError, ValueError, TypeError):
        return False


def transplanted(files: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """The metadata of real JPEGs in gray TIFFs of every byte order and size: there are few real ones of these."""
    jpegs = [name for name, data in files.items() if name.endswith(".jpg") and b"Exif\0\0" in data[:4000]]
    made = {}
    for number, name in enumerate(jpegs):
        order, big = CONTAINERS[number % len(CONTAINERS)]
        plain = photos.tiff(photos.gray(60, 80), byteorder="<" if order == "II" else ">", bigtiff=big)
        path = folder / f"{name}.{order}{'.big' if big else ''}.tif"
        path.write_bytes(plain)
        graft(files[name], "jpeg", path, Changes("tiff", PROVENANCE, annotated.small_color))
        made[path.name] = path.read_bytes()
    return made


@pytest.mark.filterwarnings("ignore")  # Pillow's about files that are odd on purpose
def test_restored_real_files_keep_every_tag_but_the_documented_ones(shared: Path, tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "color"
    scans.mkdir()
    files = real_files(shared)
    files |= transplanted(files, scans)
    for name, data in files.items():
        (scans / name).write_bytes(data)
    model = write_model(tmp_path / "tint.onnx")
    options = ("--model", model, "--device", "cpu", "--workers", 2, "--already-color", "force", "--json")
    told = photocolor("restore", scans, "--out", out, *options)
    rows = [json.loads(line) for line in told.out.splitlines()]
    done = sorted(row["relative"] for row in rows if row["status"] == "done")
    kinds = Counter(kind_of(files[name], Path(name).suffix) for name in done)
    assert len(done) >= FEWEST, kinds
    assert {kind: count for kind, count in FEWEST_OF_EACH.items() if kinds[kind] < count} == {}, kinds
    said = annotated.exiftool([*scans.iterdir(), *(out / name for name in done)])
    wrong = {}
    for name in done:
        kind = annotated.FORMATS[Path(name).suffix]
        found = differences(said[scans / name], said[out / name], f"{kind}>{kind}")
        judged = {tag for tag in found if not _misread(tag, said[scans / name], said.get(scans / _origin(name), {}))}
        if judged:
            wrong[name] = {tag: found[tag] for tag in judged}
    assert wrong == {}
    verdicts = [json.loads(line) for line in photocolor("verify", scans, out, "--json").out.splitlines()]
    assert [verdict["source"] for verdict in verdicts if not verdict["holds"] and verdict["status"] != "missing"] == []


IN_EXIF = {
    "xmp": (700, (1, 3, b"xmp"), "XMP inside of EXIF"),
    "iptc": (33723, (7, 10, b"\x1c\2\x78\0\5Hello"), "IPTC inside of EXIF"),
    "resources": (34377, (1, 4, b"8BIM"), "Photoshop resources inside of EXIF"),
    "layers": (37724, (7, 9, b"Adobe Pho"), ""),
    "signature": (52545, (7, 9, b"signature"), ""),
    "raw": (50706, (1, 4, b"\1\4\0\0"), ""),
}


@pytest.mark.parametrize("name", IN_EXIF)
def test_what_means_something_else_in_a_tiff_than_in_an_exif_block_does_not_go_there(name: str, tmp_path: Path) -> None:
    """A JPEG whose EXIF has the mark of a raw file became a TIFF that all programs take for one."""
    tag, field, told = IN_EXIF[name]
    artist = {315: (2, 5, b"N.N.\0"), tag: field}
    block = b"II*\0" + (8).to_bytes(4, "little") + annotated.directory(artist, 8)
    (tmp_path / "scans").mkdir()
    for kind in ("jpg", "png"):
        Image.fromarray(photos.gray(40, 60)).save(tmp_path / "scans" / f"{kind}.{kind}", exif=b"Exif\0\0" + block)
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--format", "tiff", "--json")
    answer = photocolor("restore", tmp_path / "scans", "--out", tmp_path / "out", *options)
    assert answer.code == 0, answer.err
    for row in map(json.loads, answer.out.splitlines()):
        assert [told in warning for warning in row["warnings"]] == [True] * bool(told)
        with Image.open(row["target"]) as result:
            assert result.tag_v2[315] == "N.N." and (tag == 700) == (tag in result.tag_v2)
    proof = photocolor("verify", tmp_path / "scans", tmp_path / "out", "--quiet")
    assert proof.code == 0, proof.out


@pytest.mark.parametrize("kind", ["tiff", "png"])
def test_an_xmp_packet_that_says_nothing_is_not_missed(kind: str, tmp_path: Path) -> None:
    rdf = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    nothing = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">' + rdf + b"</x:xmpmeta>"
    (tmp_path / "scans").mkdir()
    picture = photos.gray(40, 60)
    fields = [(700, 7, len(nothing), nothing, True)]
    (tmp_path / "scans/a.tif").write_bytes(photos.tiff(picture, extratags=fields))
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--format", kind)
    assert photocolor("restore", tmp_path / "scans", "--out", tmp_path / "out", *options).code == 0
    proof = photocolor("verify", tmp_path / "scans", tmp_path / "out", "--quiet")
    assert proof.code == 0, proof.out


COMMENTS = {
    "Windows": "Brücke – 1936, „Elbe“ €".encode("cp1252"),
    "no code page": b"\x81 \x9d \xe9",
    "Japanese of old": "日本".encode("shift-jis"),
    "control characters": b"one\x13two\0three",
    "UTF-16": "Elbe".encode("utf-16"),
}


@pytest.mark.parametrize("kind", ["tiff", "png", "webp", "jp2", "jxl", "avif"])
def test_a_comment_of_any_encoding_goes_into_another_format(kind: str, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    for name, comment in COMMENTS.items():
        Image.fromarray(photos.gray(40, 60)).save(tmp_path / "scans" / f"{name}.jpg", comment=comment)
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--format", kind, "--json")
    answer = photocolor("restore", tmp_path / "scans", "--out", tmp_path / "out", *options)
    targets = {Path(row["source"]).stem: Path(row["target"]) for row in map(json.loads, answer.out.splitlines())}
    said = annotated.exiftool([targets["Windows"]])[targets["Windows"]]
    assert [value for value in said.values() if "Elbe" in str(value)] == ["Brücke – 1936, „Elbe“ €"]
    proof = photocolor("verify", tmp_path / "scans", tmp_path / "out", "--quiet")
    assert proof.code == 0, proof.out


@pytest.mark.parametrize("empty", [b"<rdf:Seq/>", b"<rdf:Seq></rdf:Seq>"])
def test_an_empty_history_that_gets_an_event_is_continued(empty: bytes, tmp_path: Path) -> None:
    rdf = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    rdf += (
        b'xmlns:m="http://ns.adobe.com/xap/1.0/mm/"><m:History>' + empty + b"</m:History></rdf:Description></rdf:RDF>"
    )
    (tmp_path / "scans").mkdir()
    Image.fromarray(photos.gray(40, 60)).save(tmp_path / "scans/a.jpg", xmp=rdf)
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu")
    assert photocolor("restore", tmp_path / "scans", "--out", tmp_path / "out", *options).code == 0
    proof = photocolor("verify", tmp_path / "scans", tmp_path / "out", "--quiet")
    assert proof.code == 0, proof.out


def test_verify_finds_a_comment_out_that_was_changed(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    Image.fromarray(photos.gray(40, 60)).save(tmp_path / "scans/a.jpg", comment=COMMENTS["control characters"])
    options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--format", "webp")
    assert photocolor("restore", tmp_path / "scans", "--out", tmp_path / "out", *options).code == 0
    result = tmp_path / "out/a.webp"
    data = result.read_bytes()
    kept = base64.b64encode(COMMENTS["control characters"])
    assert data.count(kept) == 1
    result.write_bytes(data.replace(kept, base64.b64encode(b"One\x13two\0three")))
    assert "comment/text is lost" in photocolor("verify", tmp_path / "scans", tmp_path / "out", "--quiet").out


def test_a_tag_without_a_number_and_an_orientation_that_is_none_are_not_called_changed(tmp_path: Path) -> None:
    """Scanners write 0 for an unknown orientation, instruments NaN; the first has no place in a JPEG XL."""
    (tmp_path / "scans").mkdir()
    nan = (65000, 11, 2, (float("nan"), 1.5), True)
    (tmp_path / "scans/a.tif").write_bytes(photos.tiff(photos.gray(40, 60), extratags=[nan]))
    upright = b"II*\0" + (8).to_bytes(4, "little") + annotated.directory({274: (3, 1, b"\0\0")}, 8)
    Image.fromarray(photos.gray(40, 60)).save(tmp_path / "scans/b.jpg", exif=b"Exif\0\0" + upright)
    for kind in ("keep", "jxl", "avif"):
        out = tmp_path / kind
        options = ("--model", write_model(tmp_path / "tint.onnx"), "--device", "cpu", "--format", kind)
        assert photocolor("restore", tmp_path / "scans", "--out", out, *options).code == 0
        proof = photocolor("verify", tmp_path / "scans", out, "--quiet")
        assert proof.code == 0, proof.out


def _origin(name: str) -> str:
    """The JPEG whose metadata a built BigTIFF has; empty for every other file."""
    return name.split(".jpg.")[0] + ".jpg" if ".big." in name else ""


def _misread(tag: str, source: Facts, origin: Facts) -> bool:
    """ExifTool 12.57 reads makers' notes with a header of their own wrongly in any BigTIFF, a source's too."""
    return tag in origin and origin[tag] != source.get(tag)
