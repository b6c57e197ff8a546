"""A TIFF that is decoded in strips is the TIFF decoded as a whole, whatever it holds and however it is cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import photos
import pytest

from photocolor.color.icc import srgb_profile
from photocolor.color.lab import gray_of
from photocolor.color.resize import resize
from photocolor.color.tone import tone_of
from photocolor.errors import PhotoError
from photocolor.image.decode import decode
from photocolor.image.gray_source import Streaming, held, tone_in
from photocolor.image.photo import Photo
from photocolor.image.tiff.strip_reader import StripReader
from photocolor.system.file_bytes import DiskBytes

LIMIT_MP = 100.0
HEIGHT, WIDTH = 83, 117

CUTS: dict[str, dict[str, Any]] = {
    "one strip": {},
    "strips": {"rowsperstrip": 7},
    "tiles": {"tile": (32, 48)},
    "LZW strips": {"rowsperstrip": 9, "compression": "lzw", "predictor": 2},
    "deflate tiles": {"tile": (16, 64), "compression": "zlib", "predictor": 2},
    "MM": {"byteorder": ">", "rowsperstrip": 5},
    "MM, packed": {"byteorder": ">", "rowsperstrip": 5, "compression": "packbits"},
    "BigTIFF": {"bigtiff": True, "rowsperstrip": 16, "compression": "zstd"},
}


def _lab(dtype: type) -> photos.Array:
    rng = np.random.default_rng(3)
    picture = rng.integers(0, np.iinfo(dtype).max, (HEIGHT, WIDTH, 3)).astype(dtype)
    picture[:40, :, 1:] = 0  # the upper rows have no color
    return picture


def _inks() -> photos.Array:
    return np.random.default_rng(4).integers(0, 256, (HEIGHT, WIDTH, 4)).astype(np.uint8)


def _with(alpha: photos.Array, colors: photos.Array) -> photos.Array:
    return np.dstack([colors, alpha])


GRAY_8, GRAY_16 = photos.gray(HEIGHT, WIDTH), photos.gray(HEIGHT, WIDTH, 16)
ALPHA_16 = photos.alpha(HEIGHT, WIDTH, 16)
UNSURE = {"extrasamples": ["unassalpha"]}

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "gray 8": (GRAY_8, {}),
    "gray 16": (GRAY_16, {}),
    "nearly black": (GRAY_16 >> 4, {}),
    "white is zero": (GRAY_16, {"photometric": "miniswhite"}),
    "gray with alpha": (_with(ALPHA_16, GRAY_16), {"photometric": "minisblack", "planarconfig": "contig"} | UNSURE),
    "gray profile": (GRAY_16, {"icc": photos.gray_gamma()}),
    "RGB 8": (photos.rgb(HEIGHT, WIDTH), {}),
    "sepia 16": (photos.tinted(HEIGHT, WIDTH, 16), {"icc": srgb_profile()}),
    "Adobe RGB": (photos.tinted(HEIGHT, WIDTH, 16), {"icc": photos.adobe_rgb()}),
    "RGB with alpha": (_with(ALPHA_16, photos.rgb(HEIGHT, WIDTH, 16)), {"photometric": "rgb"} | UNSURE),
    "floating point": ((GRAY_16 / 65535).astype(np.float32), {"icc": photos.gray_gamma(1.0)}),
    "Lab 8": (_lab(np.uint8), {"photometric": "cielab"}),
    "ICC Lab 16": (_lab(np.uint16), {"photometric": "icclab"}),
    "gray Lab": (_lab(np.uint8) * np.array([1, 0, 0], np.uint8), {"photometric": "cielab"}),
    "CMYK": (_inks(), {"photometric": "separated", "icc": photos.cmyk_profile()}),
}


@pytest.fixture(autouse=True)
def small_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photocolor.image.tiff.bands.BAND_BYTES", 5000)


def _nothing() -> None:
    return None


def assert_is_the_whole(data: bytes | DiskBytes, whole: Photo) -> None:
    """Gray, alpha, tone, warnings and container are those of the photo that was decoded at once."""
    gray = whole.gray if whole.gray is not None else whole.pixels if whole.pixels.ndim == 2 else gray_of(whole.pixels)
    with StripReader(data) as reader:
        tone = tone_in(reader, _nothing)
        photo = held(reader, _nothing)
        sheet = Streaming(reader, [(20, 30)], _nothing)
        rows = list(sheet.rows(11))
    assert tone == (None if whole.pixels.ndim == 2 else tone_of(whole.pixels))
    assert np.array_equal(photo.pixels, gray)
    assert photo.pixels.dtype == gray.dtype
    assert (photo.alpha is None) == (whole.alpha is None)
    assert whole.alpha is None or np.array_equal(photo.alpha, whole.alpha)
    assert (photo.container, photo.orientation, photo.warnings) == (whole.container, whole.orientation, whole.warnings)
    assert np.array_equal(sheet.small(20, 30), resize(gray, 20, 30))
    assert [len(part.pixels) for part in rows] == [11] * (len(gray) // 11) + [len(gray) % 11] * (len(gray) % 11 > 0)
    assert np.array_equal(np.concatenate([part.pixels for part in rows]), gray)
    if whole.alpha is not None:
        assert np.array_equal(np.concatenate([part.alpha for part in rows]), whole.alpha)


def _fit(kind: str, cut: str) -> bool:
    """Horizontal differencing is for integers."""
    return KINDS[kind][0].dtype.kind != "f" or "predictor" not in CUTS[cut]


@pytest.mark.parametrize(("kind", "cut"), [(kind, cut) for kind in KINDS for cut in CUTS if _fit(kind, cut)])
def test_strips_give_what_the_whole_gives(kind: str, cut: str) -> None:
    samples, how = KINDS[kind]
    data = photos.tiff(samples, **how, **CUTS[cut])
    assert_is_the_whole(data, decode(data, LIMIT_MP))


@pytest.mark.parametrize("bits", [1, 4, 12])
@pytest.mark.parametrize("cut", [{}, {"rowsperstrip": 8}], ids=["one strip", "strips"])
def test_packed_samples_too(bits: int, cut: dict[str, int]) -> None:
    samples = photos.gray(HEIGHT, WIDTH, bits)
    data = photos.tiff(samples > 0, **cut) if bits == 1 else photos.tiff(samples, bitspersample=bits, **cut)
    assert_is_the_whole(data, decode(data, LIMIT_MP))


@pytest.mark.parametrize("cut", CUTS)
def test_separate_planes_too(cut: str) -> None:
    planes = np.moveaxis(photos.tinted(HEIGHT, WIDTH, 16), -1, 0)
    data = photos.tiff(np.ascontiguousarray(planes), photometric="rgb", planarconfig="separate", **CUTS[cut])
    assert_is_the_whole(data, decode(data, LIMIT_MP))


@pytest.mark.parametrize("compression", ["jpeg", "webp", "jpeg2000"])
def test_strips_that_are_pictures_of_their_own_too(compression: str) -> None:
    data = photos.tiff(photos.rgb(HEIGHT, WIDTH), tile=(32, 48), compression=compression)
    assert_is_the_whole(data, decode(data, LIMIT_MP))


def test_a_palette_too() -> None:
    palette = np.repeat(np.linspace(0, 65535, 256).astype(np.uint16)[None], 3, axis=0)
    data = photos.tiff(GRAY_8, photometric="palette", colormap=palette, rowsperstrip=9)
    assert_is_the_whole(data, decode(data, LIMIT_MP))


def test_a_file_that_stays_where_it_is_too(tmp_path: Path) -> None:
    samples, how = KINDS["RGB with alpha"]
    path = tmp_path / "scan.tif"
    path.write_bytes(photos.tiff(samples, **how, **CUTS["deflate tiles"]))
    with DiskBytes(path.open("rb")) as data:
        assert_is_the_whole(data, decode(data, LIMIT_MP))


def _broken() -> Iterator[tuple[str, bytes]]:
    for name in ("gray 16", "floating point", "RGB 8"):
        samples, how = KINDS[name]
        for cut in ("strips", "one strip", "deflate tiles") if samples.dtype.kind != "f" else ("strips",):
            data = photos.tiff(samples, **how, **CUTS[cut])
            yield f"{name}, {cut}, cut off", data[: len(data) * 2 // 3]
    high = (GRAY_16 / 65535).astype(np.float32)
    high[-1, -1] = 7
    yield "floating point above white", photos.tiff(high, icc=photos.gray_gamma(1.0), rowsperstrip=7)
    yield "inks without a profile", photos.tiff(_inks(), photometric="separated")


@pytest.mark.parametrize(("name", "data"), list(_broken()), ids=[name for name, _ in _broken()])
def test_what_the_whole_refuses_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(PhotoError) as expected:
        decode(data, LIMIT_MP)
    with pytest.raises(type(expected.value)), StripReader(data) as reader:
        held(reader, _nothing)
