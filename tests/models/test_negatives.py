"""The negative classifier's file: the bundled one is whole and small, another is checked against its contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import write_classifier, write_finder

from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.models.negatives import BUNDLED, find_classifier

LARGEST_BYTES = 1_000_000
"""What the classifier may add to the package."""


def test_the_bundled_classifier_is_small_and_fits_its_checksum() -> None:
    found = find_classifier()
    assert found.card.name == "negatives" and found.card.threshold > 0
    assert BUNDLED.stat().st_size <= LARGEST_BYTES
    assert found.read() == BUNDLED.read_bytes()


def test_a_file_of_another_kind_or_none_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound, match="--negatives force"):
        raise_with_hint(tmp_path / "none.onnx")
    with pytest.raises(ModelInvalid, match="no negative classifier of contract 1"):
        find_classifier(write_finder(tmp_path / "finder.onnx"))
    (tmp_path / "cut.onnx").write_bytes(BUNDLED.read_bytes()[:1000])
    with pytest.raises(ModelInvalid, match=r"not a whole ONNX model|no negative classifier"):
        find_classifier(tmp_path / "cut.onnx")


def raise_with_hint(path: Path) -> None:
    try:
        find_classifier(path)
    except ModelNotFound as error:
        raise ModelNotFound(error.hint) from error


@pytest.mark.parametrize(
    ("metadata", "output", "message"),
    [
        ({"threshold": "high"}, "evidence", "photocolor.threshold is 'high'"),
        ({"threshold": "nan"}, "evidence", "photocolor.threshold is 'nan'"),
        ({"side_px": "0"}, "evidence", "photocolor.side_px is '0'"),
        ({"side_px": "9" * 5000}, "evidence", "photocolor.side_px is '999"),
        ({"size_multiple": None}, "evidence", "photocolor.size_multiple is ''"),
        ({"negatives_contract": "2"}, "evidence", "contract 1"),
        ({}, "chance", "breaks the classifier's contract"),
    ],
)
def test_a_file_that_breaks_the_contract_is_refused_with_the_cause(
    metadata: dict[str, str | None], output: str, message: str, tmp_path: Path
) -> None:
    path = write_classifier(tmp_path / "other.onnx", metadata, output)
    with pytest.raises(ModelInvalid, match=message):
        find_classifier(path)
