"""The resolution that a container says itself goes along where the result has no place for it but EXIF."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import imagecodecs
import photos
import pytest

from photocolor.containers.tiff import view_exif
from photocolor.image.codecs import jp2
from photocolor.image.decode import decode
from photocolor.image.encode_input import EncodeInput
from photocolor.image.photo import Container, Photo
from photocolor.metadata.carry import Changes, graft
from photocolor.metadata.provenance import Provenance
from photocolor.verify.changes import compare_tags
from photocolor.verify.intended import Pair
from photocolor.verify.tags import tags_of

MADE = Provenance("0.1.0", "m", "1", "ab" * 32, {}, "cd" * 32)


def encoded(name: str, dpi: tuple[float, float] | None = None) -> bytes:
    """A result as an encoder leaves it, without metadata."""
    pixels = photos.rgb()
    if name == "tiff":
        return photos.tiff(pixels)
    if name == "webp":
        return photos.webp(pixels)
    if name == "jxl":
        return bytes(imagecodecs.jpegxl_encode(pixels, lossless=True, usecontainer=True))
    if name == "avif":
        return bytes(imagecodecs.avif_encode(pixels, level=100))
    file, photo = io.BytesIO(), Photo(pixels, None, 1, Container("jp2", dpi=dpi))
    jp2.write(file, EncodeInput(pixels, None, photo, 100))
    return file.getvalue()


@pytest.mark.parametrize("said", [72, 0])
@pytest.mark.parametrize("kind", ["jpeg", "png"])
@pytest.mark.parametrize("name", ["tiff", "jxl", "avif", "webp"])
def test_where_only_exif_has_a_place_the_resolution_of_the_container_counts(
    name: str, kind: str, said: int, tmp_path: Path
) -> None:
    """As for readers of the source; EXIF's own other one is told, unless it is none."""
    block = photos.exif(dpi=said) if said else photos.exif(dpi=300).replace(struct.pack("<2I", 300, 1), bytes(8))
    assert view_exif(block).dpi == ((said, said) if said else None)
    with_jfif = photos.jpeg(photos.rgb(), dpi=(300, 600), block=block)
    chunks = [(b"pHYs", struct.pack(">IIB", 11811, 23622, 1)), (b"eXIf", block)]
    source = with_jfif if kind == "jpeg" else photos.png(photos.rgb(), chunks=chunks)
    result = tmp_path / f"result.{name}"
    result.write_bytes(encoded(name))
    report = graft(source, kind, result, Changes(name, MADE))
    assert decode(source, 100).container.dpi == pytest.approx((300, 600), abs=0.1)
    assert decode(result.read_bytes(), 100).container.dpi == pytest.approx((300, 600), abs=0.1)
    told_of_it = [sentence for sentence in report.sentences if "of EXIF" in sentence]
    title = "JPEG" if kind == "jpeg" else "PNG"
    assert len(told_of_it) == bool(said)
    assert all(f"the 72 dpi of EXIF: the {title} itself says 300 × 600 dpi" in sentence for sentence in told_of_it)
    compared = compare_tags(Pair(f"{kind}>{name}", 64, 48, tags_of(source, kind), tags_of(result.read_bytes(), name)))
    assert [item.tag for item in compared.unintended if "Resolution" in item.tag] == []


@pytest.mark.parametrize("name", ["jxl", "avif", "webp"])
def test_the_resolution_of_a_jpeg_2000_goes_along(name: str, tmp_path: Path) -> None:
    source = encoded("jp2", (300.0, 600.0))
    result = tmp_path / f"result.{name}"
    result.write_bytes(encoded(name))
    graft(source, "jp2", result, Changes(name, MADE))
    assert decode(result.read_bytes(), 100).container.dpi == pytest.approx((300, 600), abs=0.1)
