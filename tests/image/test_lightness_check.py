"""Lossy results keep the lightness that is promised, also of pictures of a few pixels and of pure noise."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import photos
import pytest
from numpy.typing import NDArray

from photocolor.color.lab import gray_of
from photocolor.containers.formats import by_name
from photocolor.errors import UnsupportedPhoto
from photocolor.image.decode import decode
from photocolor.image.encode import encode
from photocolor.image.lightness_check import BLOCK_LIGHTNESS, SMALL_PX
from photocolor.image.photo import Container, Photo
from photocolor.settings import FileSettings
from photocolor.verify.gray import GrayDifference

LIMIT_MP = 100.0
SHAPES = ((1, 1), (1, 7), (2, 2), (3, 5), (8, 8), (24, 16), (40, 33), (150, 200))


def noise(shape: tuple[int, int], seed: int, low: int = 0, high: int = 256) -> NDArray[np.uint8]:
    """Random gray with some tint on it, as a model leaves it."""
    dice = np.random.default_rng(seed)
    gray = dice.integers(low, high, shape)[..., None]
    return (gray + dice.integers(-25, 26, (*shape, 3))).clip(0, 255).astype(np.uint8)


def written(colors: NDArray[np.uint8], name: str, folder: Path, quality: int, *, toned: bool = False) -> Photo:
    photo = Photo(colors, None, 1, Container(name, rounds_gray=toned))
    target = folder / f"result.{name}"
    encode(target, colors, photo, FileSettings(quality=quality))
    return decode(target.read_bytes(), LIMIT_MP)


def off_by(colors: NDArray[np.uint8], result: Photo) -> GrayDifference:
    found = GrayDifference()
    found.add(colors, result.pixels)
    return found


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["jpeg", "webp", "jxl", "avif", "heic"])
@pytest.mark.parametrize("quality", [90, 95])
def test_noise_of_any_size_keeps_the_promise(name: str, shape: tuple[int, int], quality: int, tmp_path: Path) -> None:
    if name == "heic":
        pytest.importorskip("pillow_heif")
    for seed, (low, high) in enumerate(((0, 256), (0, 20), (240, 256))):
        colors = noise(shape, seed, low, high)
        found = off_by(colors, written(colors, name, tmp_path, quality))
        assert found.mean_lightness <= by_name(name).mean_lightness
        assert found.worst_block <= BLOCK_LIGHTNESS


@pytest.mark.parametrize("name", ["jpeg", "webp", "jxl", "avif"])
def test_a_toned_source_keeps_the_promise_although_its_gray_was_rounded_before_it_was_coded(
    name: str, tmp_path: Path
) -> None:
    """verify compares with the source, of which the painted gray is off by up to a code."""
    for low in (100, 140):
        for grain in range(8, 120, 16):
            dice = np.random.default_rng(grain)
            gray = dice.integers(low, low + grain, (150, 150))[..., None]
            sepia = gray + dice.integers(-6, 7, (150, 150, 3)) + np.array((9, 0, -9))
            source = sepia.clip(0, 255).astype(np.uint8)
            painted = np.ascontiguousarray(np.dstack([gray_of(source)] * 3))
            result = written(painted, name, tmp_path, 95, toned=True)
            assert off_by(source, result).mean_lightness <= by_name(name).mean_lightness


def test_a_source_says_whether_its_gray_has_to_be_rounded() -> None:
    assert not decode(photos.jpeg(photos.gray(24, 16)), LIMIT_MP).container.rounds_gray
    assert decode(photos.jpeg(np.dstack([photos.gray(24, 16)] * 3)), LIMIT_MP).container.rounds_gray


def test_a_photograph_is_written_as_before_and_less_quality_is_what_was_asked_for(tmp_path: Path) -> None:
    scene = np.ascontiguousarray(np.dstack([photos.gray(96, 128)] * 3))
    written(scene, "jpeg", tmp_path, 95)
    plain = (tmp_path / "result.jpeg").read_bytes()
    assert len(plain) < len(imagecodecs.jpeg8_encode(scene, level=98, subsampling="444"))
    colors = noise((96, 128), 1)
    assert off_by(colors, written(colors, "jpeg", tmp_path, 60)).mean_lightness > by_name("jpeg").mean_lightness
    assert scene.shape[0] * scene.shape[1] < SMALL_PX


def _bits(*fields: tuple[int, int]) -> bytes:
    """Fields (value, bits) one after the other, the lowest bit first."""
    number = at = 0
    for value, count in fields:
        number, at = number | value << at, at + count
    return number.to_bytes(-(-at // 8), "little")


def test_jpeg_xl_with_multiplied_colors_is_refused_with_a_way_out() -> None:
    """No library here writes one, so its header is made by hand. Source: ISO/IEC 18181-1, annexes B and D."""
    size = ((1, 1), (3, 5), (1, 3))  # 32 rows, square
    channel = ((0, 1), (0, 2), (0, 1), (0, 2), (0, 2), (0, 2), (1, 1))  # alpha of 8 bits, multiplied
    depth, tail = ((0, 1), (0, 2), (1, 1)), ((0, 1), (1, 1), (0, 2), (1, 1))
    data = b"\xff\x0a" + _bits(*size, (0, 1), (0, 1), *depth, (1, 2), *channel, *tail) + bytes(64)
    with pytest.raises(UnsupportedPhoto, match="multiplied by its alpha") as caught:
        decode(data, LIMIT_MP)
    assert "PNG" in caught.value.hint
