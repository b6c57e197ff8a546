"""Masks of one bit: what is written is what other programs read."""

from __future__ import annotations

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from photocolor.errors import UnsupportedPhoto
from photocolor.image.mask_file import PngMask, TiffMask, read_note

NOTE: dict[str, object] = {"finder": "bright 1.0", "source_sha256": "ab"}
SHAPES = ((1, 1), (300, 9), (17, 1000), (513, 64))


def marks(shape: tuple[int, int], seed: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.random.default_rng(seed).random(shape) > 0.7


@pytest.mark.parametrize("shape", SHAPES)
def test_a_png_mask_has_one_bit_its_note_and_the_orientation(shape: tuple[int, int]) -> None:
    mask, file = marks(shape), io.BytesIO()
    PngMask(file, NOTE).page(shape, 6, (mask[top : top + 7] for top in range(0, shape[0], 7)))
    with Image.open(io.BytesIO(file.getvalue())) as image:
        assert image.mode == "1" and np.array_equal(np.asarray(image), mask)
        assert image.getexif()[274] == 6
    assert read_note(file.getvalue()) == NOTE


def test_a_tiff_mask_has_a_page_for_each_of_the_photo() -> None:
    file, masks = io.BytesIO(), [marks(shape, seed) for seed, shape in enumerate(SHAPES)]
    writer = TiffMask(file, NOTE)
    for number, mask in enumerate(masks):
        writer.page(mask.shape, 1 + number, (mask[top : top + 100] for top in range(0, len(mask), 100)))
    with tifffile.TiffFile(io.BytesIO(file.getvalue())) as tiff:
        assert [page.bitspersample for page in tiff.pages] == [1, 1, 1, 1]
        assert [page.tags[274].value for page in tiff.pages] == [1, 2, 3, 4]
        for page, mask in zip(tiff.pages, masks, strict=True):
            assert np.array_equal(page.asarray().astype(bool), mask)
    with Image.open(io.BytesIO(file.getvalue())) as image:
        assert image.n_frames == len(masks) and image.mode == "1"
    assert read_note(file.getvalue()) == NOTE


def test_a_png_holds_one_page() -> None:
    writer = PngMask(io.BytesIO(), NOTE)
    writer.page((1, 1), 1, [marks((1, 1))])
    with pytest.raises(UnsupportedPhoto, match="several pages"):
        writer.page((1, 1), 1, [marks((1, 1))])


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_mask_says_nothing(data: bytes) -> None:
    assert read_note(data) == {}
