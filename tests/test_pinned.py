"""Results do not change unnoticed: coded bytes of a small photo, and its colors wherever bytes cannot be pinned."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pinned
import pytest

from photocolor.models.registry import find_model

CELL_CODES = 0.3
"""sRGB codes by which the mean of a cell may differ between processors and versions of libraries: their kernels round
in another order, which moves single pixels by a code or two."""


@pytest.fixture(scope="module")
def remembered() -> dict:
    """The pins; of another model they say nothing."""
    pins = json.loads(pinned.PINS.read_text(encoding="utf-8"))
    assert pins["model"] == find_model("default").sha256, f"the bundled model is another; {pinned.AGAIN}"
    return pins


@pytest.fixture(scope="module")
def result() -> bytes:
    """The photo in color, by the code as it is."""
    return pinned.result()


def test_the_colors_of_a_photo_are_those_that_were_pinned_on_any_machine(remembered: dict, result: bytes) -> None:
    apart = np.abs(pinned.cells(result) - np.array(remembered["cells"])).max()
    assert apart <= CELL_CODES, f"the picture changed by up to {apart:.2f} codes; {pinned.AGAIN}"


def test_the_coded_bytes_are_those_that_were_pinned_with_the_same_libraries_and_processor(
    remembered: dict, result: bytes
) -> None:
    here, there = pinned.environment(), remembered["environment"]
    if other := [f"{name} {here[name]}, pinned with {there[name]}" for name in here if here[name] != there[name]]:
        pytest.skip(f"the last bits may differ here: {'; '.join(other)}")
    digest = hashlib.sha256(pinned.coded(result)).hexdigest()
    assert digest == remembered["coded_sha256"], f"the coded picture is another; {pinned.AGAIN}"
