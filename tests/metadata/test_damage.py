"""Damaged metadata never fails the photo: it is carried or left behind, and told."""

from __future__ import annotations

import random
from pathlib import Path

import annotated
import numpy as np
import photos
import pytest

from photocolor.containers.malformed import Malformed
from photocolor.containers.tiff import view_exif
from photocolor.metadata.carry import Changes, graft, read_blocks, read_provenance
from photocolor.metadata.formats import webp
from photocolor.metadata.iptc import datasets, photoshop
from photocolor.metadata.model import Blocks, Log
from photocolor.metadata.xmp.edit import Packet

from .test_carry import PROVENANCE, RESULTS, pixels

CASES = 500
SECONDS_EACH = 2  # a loop over a count of four billion would take minutes


def damaged(data: bytes, rng: random.Random, first: int = 0) -> bytes:
    """A copy with up to eight changed bytes after `first`, or cut, or with a run of one value."""
    changed = bytearray(data)
    way = rng.random()
    if way < 0.2:
        return bytes(changed[: rng.randrange(first + 1, len(changed))])
    if way < 0.3:
        at = rng.randrange(first, len(changed))
        changed[at : at + rng.randrange(64)] = bytes([rng.choice([0, 255])]) * rng.randrange(64)
        return bytes(changed)
    for _ in range(rng.randrange(1, 9)):
        changed[rng.randrange(first, len(changed))] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
    return bytes(changed)


@pytest.mark.parametrize("way", ["jpeg-exif", "jpeg-xmp", "jpeg-irb", "tiff", "bigtiff", "png", "webp"])
@pytest.mark.timeout(CASES * SECONDS_EACH)
def test_no_damage_fails_a_photo(tmp_path: Path, way: str) -> None:
    rng = random.Random(f"photocolor {way}")
    plain = {kind: annotated.colored(kind) for kind in RESULTS}
    shown = {kind: _shown(tmp_path, plain[kind]) for kind in RESULTS}
    warned = 0
    for case in range(CASES // 7 + 1):
        source, kind = _broken(way, rng)
        for result_format in (kind, rng.choice(list(RESULTS))):
            result = tmp_path / f"{case}"
            result.write_bytes(plain[result_format])
            report = graft(source, kind, result, Changes(result_format, PROVENANCE, annotated.small_color))
            assert read_provenance(result.read_bytes(), result_format) == PROVENANCE
            assert np.array_equal(pixels(result), shown[result_format])
            warned += bool(report.warnings)
            assert all("\n" not in warning for warning in report.warnings)
    assert warned > 5  # the damage was felt


def _shown(folder: Path, data: bytes) -> np.ndarray:
    (folder / "plain").write_bytes(data)
    return pixels(folder / "plain")


def _broken(way: str, rng: random.Random) -> tuple[bytes, str]:
    order = rng.choice("<>")
    if way == "jpeg-exif":
        return annotated.jpeg(exif=damaged(annotated.block(order), rng)), "jpeg"
    if way == "jpeg-xmp":
        return annotated.jpeg(xmp=damaged(annotated.XMP, rng)), "jpeg"
    if way == "jpeg-irb":
        data = photos.with_segment(photos.jpeg(), 0xED, b"Photoshop 3.0\0" + damaged(annotated.photoshop(), rng))
        return data, "jpeg"
    if way in ("tiff", "bigtiff"):
        return damaged(annotated.tiff(order, big=way == "bigtiff"), rng, first=8), "tiff"
    build, kind = {"png": (annotated.png, "png"), "webp": (annotated.webp, "webp")}[way]
    return damaged(build(order), rng, first=20), kind


def test_damaged_xmp_is_kept_byte_for_byte_and_told(tmp_path: Path) -> None:
    import base64

    broken = annotated.XMP.replace(b"</dc:title>", b"</dc:titel>")
    result = tmp_path / "out.jpg"
    result.write_bytes(annotated.colored("jpeg"))
    report = graft(annotated.jpeg(xmp=broken), "jpeg", result, Changes("jpeg", PROVENANCE))
    assert any(warning.startswith("metadata_unparsed: XMP") for warning in report.warnings)
    said = annotated.exiftool([result])[result]
    assert base64.b64decode(said["XMP-photocolor:UnparsedXMP"]) == broken
    assert said["XMP-photocolor:ModelName"] == "default"


def test_a_damaged_exif_block_is_carried_verbatim_and_told(tmp_path: Path) -> None:
    broken = b"II*\0\xff\xff\0\0" + bytes(range(100))
    result = tmp_path / "out.jpg"
    result.write_bytes(annotated.colored("jpeg"))
    report = graft(annotated.jpeg(exif=broken), "jpeg", result, Changes("jpeg", PROVENANCE))
    assert b"Exif\0\0" + broken in result.read_bytes()
    assert any(warning.startswith("metadata_unparsed: EXIF") for warning in report.warnings)


@pytest.mark.parametrize("result_format", ["png", "tiff", "webp"])
def test_a_damaged_exif_block_survives_in_another_container(tmp_path: Path, result_format: str) -> None:
    import base64

    broken = b"XX*\0" + bytes(range(100))
    result = tmp_path / f"out{RESULTS[result_format]}"
    result.write_bytes(annotated.colored(result_format))
    graft(annotated.jpeg(exif=broken), "jpeg", result, Changes(result_format, PROVENANCE))
    said = annotated.exiftool([result])[result]
    assert base64.b64decode(said["XMP-photocolor:UnparsedEXIF"]) == broken


def test_a_packet_with_entities_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + annotated.XMP[60:]
    with pytest.raises(Malformed, match="document type"):
        Packet(bomb)


def test_a_packet_nested_without_end_is_refused() -> None:
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    with pytest.raises(Malformed, match="nested more than 200 deep"):
        Packet(deep)


def test_cut_records_and_resources_are_named() -> None:
    with pytest.raises(Malformed, match="2:105"):
        list(datasets.records(b"\x1c\x02\x69\x00\x10short"))
    with pytest.raises(Malformed, match="0x0404"):
        list(photoshop.resources(annotated.photoshop()[:60]))


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_of_exif_that_is_too_large_the_orientation_goes_along(kind: str, tmp_path: Path) -> None:
    block = annotated.block() + bytes(17 << 20)
    source = (
        photos.png(chunks=[(b"eXIf", block)]) if kind == "png" else webp.write(photos.webp(), Blocks(exif=block), Log())
    )
    result = tmp_path / f"out.{kind}"
    result.write_bytes(annotated.colored(kind))
    report = graft(source, kind, result, Changes(kind, PROVENANCE))
    assert any("metadata_left_behind: EXIF" in warning for warning in report.warnings)
    assert view_exif(read_blocks(result.read_bytes(), kind).exif).orientation == 6
    assert view_exif(read_blocks(result.read_bytes(), kind).exif).dpi == (300.0, 300.0)


def test_a_png_text_that_inflates_without_end_is_not_inflated(tmp_path: Path) -> None:
    import zlib

    packed = zlib.compress(bytes(100 << 20), 9)
    source = photos.png(chunks=[(b"zTXt", b"Comment\0\0" + packed)])
    result = tmp_path / "out.png"
    result.write_bytes(annotated.colored("png"))
    report = graft(source, "png", result, Changes("png", PROVENANCE))
    assert packed in result.read_bytes()
    assert any("16 MiB" in warning for warning in report.warnings)
