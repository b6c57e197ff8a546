"""A JPEG that lost a part of its coded data is no photo, however well its end is marked."""

from __future__ import annotations

import io
import struct

import photos
import pytest
from PIL import Image

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.codecs import jpeg

EOI = b"\xff\xd9"
HEIGHT, WIDTH = 200, 240
KINDS = {
    "baseline": photos.jpeg(photos.gray(HEIGHT, WIDTH)),
    "progressive": photos.jpeg(photos.gray(HEIGHT, WIDTH), progressive=True),
    "color": photos.jpeg(photos.rgb(HEIGHT, WIDTH)),
    "inks": photos.jpeg(photos.rgb(HEIGHT, WIDTH), cmyk=True, icc=photos.cmyk_profile()),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_cut_data_that_were_closed_with_an_end_marker_are_no_whole_photo(kind: str, share: float) -> None:
    data = KINDS[kind]
    with pytest.raises(TruncatedPhoto, match=r"missing or damaged.*premature end"):
        jpeg.read(photos.cut(data, share) + EOI)


@pytest.mark.parametrize("kind", KINDS)
def test_whole_data_are_taken_without_a_remark(kind: str) -> None:
    assert jpeg.read(KINDS[kind]).warnings == ()


def test_a_lost_restart_interval_is_heard() -> None:
    file = io.BytesIO()
    Image.fromarray(photos.gray(HEIGHT, WIDTH)).save(file, "JPEG", restart_marker_rows=1)
    data = file.getvalue()
    first, second = data.index(b"\xff\xd0"), data.index(b"\xff\xd1")
    assert jpeg.read(data).warnings == ()
    with pytest.raises(TruncatedPhoto, match="Corrupt JPEG data"):
        jpeg.read(data[:first] + data[second:])


def test_odd_metadata_does_not_hide_the_damage_behind_it() -> None:
    """libjpeg tells only of the first thing it finds odd, and an unknown Adobe transform is such a thing."""
    odd = photos.with_segment(KINDS["color"], 0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x07")
    with pytest.raises(TruncatedPhoto, match="premature end"):
        jpeg.read(photos.cut(odd, 0.7) + EOI)


def test_thumbnails_for_a_look_are_not_read_twice() -> None:
    assert jpeg.read(photos.cut(KINDS["baseline"], 0.9) + EOI, least_px=64).pixels.shape[1] >= 64


def test_a_picture_of_many_scans_is_refused_before_it_takes_minutes() -> None:
    data = KINDS["progressive"]
    assert jpeg.read(data).warnings == ()
    first = data.index(b"\xff\xda")
    last = data.rindex(b"\xff\xda")
    many = data[:-2] + data[last:-2] * 100 + data[-2:]
    assert first < last
    with pytest.raises(UnsupportedPhoto, match="scans of") as caught:
        jpeg.read(many)
    assert "jpegtran" in caught.value.hint
    frame = data.index(b"\xff\xc2") + 5
    huge = data[:frame] + struct.pack(">HH", 8000, 8000) + data[frame + 4 : -2] + data[last:-2] * 20 + data[-2:]
    with pytest.raises(UnsupportedPhoto, match=r"scans of 64\.0 MP"):
        jpeg.read(huge)
