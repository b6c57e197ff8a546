"""What the classifier sees, and what it does not judge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import write_classifier
from numpy.typing import NDArray
from PIL import Image

from photocolor.engine.negatives.classifier import NegativeClassifier, seen_size, stretched
from photocolor.models.negatives import find_classifier

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def dark(tmp_path_factory: pytest.TempPathFactory) -> NegativeClassifier:
    """Takes dark pictures for negatives."""
    return NegativeClassifier(find_classifier(write_classifier(tmp_path_factory.mktemp("model") / "dark.onnx")), 1)


def ramp(low: int, high: int, dtype: type = np.uint8) -> NDArray[np.generic]:
    """A horizontal ramp of codes, most of it near `low`."""
    return (low + (high - low) * np.linspace(0, 1, 96)[None].repeat(80, 0) ** 3).astype(dtype)


def test_a_picture_and_its_inverse_are_told_apart_in_8_and_16_bits(dark: NegativeClassifier) -> None:
    for codes in (ramp(0, 255), ramp(0, 65535, np.uint16), ramp(20, 90)):
        top = np.iinfo(codes.dtype).max
        assert dark.is_negative(codes, codes.shape)
        assert not dark.is_negative((top - codes).astype(codes.dtype), codes.shape)


@pytest.mark.parametrize("level", [0, 3, 128, 255])
def test_an_empty_page_is_no_negative_whatever_its_tone(dark: NegativeClassifier, level: int) -> None:
    page = np.full((200, 150), level, np.uint8)
    page[:2, :2] = 255 - level  # a speck, which is beyond the robust range
    assert not dark.is_negative(page, page.shape)


def test_a_photo_smaller_than_64_px_is_not_judged(dark: NegativeClassifier) -> None:
    assert dark.is_negative(ramp(0, 255), (64, 4000))
    assert not dark.is_negative(ramp(0, 255), (63, 4000))


def test_what_is_seen_has_the_area_of_its_square_and_whole_multiples() -> None:
    assert seen_size(480, 640, 128, 16) == (112, 144)
    assert seen_size(5000, 5000, 128, 16) == (128, 128)
    assert seen_size(100, 30000, 128, 16) == (64, 256), "a panorama is shown as if it were four to one"
    assert seen_size(30000, 100, 128, 16) == (256, 64)


def test_the_robust_range_is_stretched_and_its_inverse_is_the_inverse() -> None:
    lightness = np.linspace(30, 70, 10000, dtype=np.float32).reshape(100, 100)
    shown = stretched(lightness)
    assert shown is not None and (shown.min(), shown.max()) == (0, 100)
    again = stretched(100 - lightness)
    assert again is not None and np.allclose(again, 100 - shown, atol=1e-3)
    assert stretched(np.full((50, 50), 40, np.float32)) is None


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.jpg")), ids=lambda path: path.stem)
def test_the_bundled_classifier_takes_no_sample_for_a_negative(path: Path) -> None:
    codes = np.asarray(Image.open(path).convert("L"))
    classifier = NegativeClassifier(find_classifier(), 1)
    assert not classifier.is_negative(codes, codes.shape)
    assert classifier.judged(codes) < 0 < classifier.judged(255 - codes)
