"""The damage finder's file: its card, its checksum, and what is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import fakes
import finders
import pytest

from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.models.finder import bundled_finder, digest_of_mending_finder, find_finder, is_finder
from photocolor.models.registry import find_model


def test_a_finder_tells_its_kinds_and_thresholds(tmp_path: Path) -> None:
    found = find_finder(fakes.write_finder(tmp_path / "f.onnx", {"thresholds": "0.75,0.5"}))
    assert (found.card.kinds, found.card.thresholds, found.card.multiple) == (("dust", "hair"), (0.75, 0.5), 16)
    assert found.card.edge_threshold is None
    grown = find_finder(fakes.write_finder(tmp_path / "g.onnx", {"edge_threshold": "0.25"}))
    assert grown.card.edge_threshold == 0.25
    assert found.card.mark_rule is None and found.card.seen_megapixels is None
    rule = {"mark_rule": "-1.5,0,0,0,0,0,0,0,0,0,2", "seen_megapixels": "4"}
    ruled = find_finder(fakes.write_finder(tmp_path / "r.onnx", rule)).card
    assert ruled.mark_rule == (-1.5, *[0.0] * 9, 2.0) and ruled.seen_megapixels == 4
    rule["mark_rule"] += ",3"
    assert find_finder(fakes.write_finder(tmp_path / "more.onnx", rule)).card.mark_rule == (-1.5, *[0.0] * 9, 2.0, 3.0)
    rimmed = find_finder(fakes.write_finder(tmp_path / "rim.onnx", {"rim_threshold": "0.3"})).card
    assert rimmed.rim_threshold == 0.3 and found.card.rim_threshold is None
    assert found.sha256 == hashlib.sha256((tmp_path / "f.onnx").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"finder_contract": None}, "is no damage finder"),
        ({"finder_contract": "2"}, "follows finder contract '2'"),
        ({"kinds": "dust"}, "to 'damage' (N, 1, H, W)"),
        ({"thresholds": "0.5"}, "photocolor.thresholds is '0.5', not 2 numbers"),
        ({"thresholds": "0.5,nan"}, "photocolor.thresholds"),
        ({"thresholds": "0.5,0"}, "photocolor.thresholds"),
        ({"edge_threshold": "0"}, "photocolor.edge_threshold is '0', not a number above 0 and up to 1"),
        ({"edge_threshold": "most"}, "photocolor.edge_threshold is 'most'"),
        ({"rim_threshold": "2"}, "photocolor.rim_threshold is '2', not a number above 0 and up to 1"),
        ({"mark_rule": "1,2,3"}, "photocolor.mark_rule is '1,2,3', not 11 or 12 numbers"),
        ({"mark_rule": "1,2,3,4,5,6,7,8,9,10,inf"}, "photocolor.mark_rule"),
        ({"seen_megapixels": "0"}, "photocolor.seen_megapixels is '0', not a number from 0.0001"),
        ({"seen_megapixels": "1e-300"}, "photocolor.seen_megapixels is '1e-300'"),
        ({"thresholds": "0.5,1e300"}, "photocolor.thresholds is '0.5,1e300', not 2 numbers"),
        ({"seen_megapixels": "all"}, "photocolor.seen_megapixels"),
        ({"size_multiple": "0"}, "photocolor.size_multiple is '0'"),
        ({"name": None}, "photocolor.name is missing"),
        ({"kinds": None}, "photocolor.kinds is missing"),
    ],
)
def test_what_is_no_finder_is_refused_with_the_reason(
    tmp_path: Path, metadata: dict[str, str | None], said: str
) -> None:
    with pytest.raises(ModelInvalid) as caught:
        find_finder(fakes.write_finder(tmp_path / "f.onnx", metadata))
    assert said in caught.value.message and "f.onnx" in caught.value.message


def test_an_entry_of_a_million_letters_is_not_told_whole(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match="mark_rule is '1,1,1") as caught:
        find_finder(fakes.write_finder(tmp_path / "f.onnx", {"mark_rule": "1," * 500_000}))
    assert len(caught.value.message) < 3000


def test_a_model_of_colors_and_another_output_are_no_finders(tmp_path: Path) -> None:
    with pytest.raises(ModelInvalid, match="is no damage finder"):
        find_finder(fakes.write_model(tmp_path / "m.onnx"))
    with pytest.raises(ModelInvalid, match="breaks the finder's contract"):
        find_finder(fakes.write_finder(tmp_path / "f.onnx", output="marks"))


def test_a_finder_that_is_missing_damaged_or_not_that_of_its_checksum_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFound):
        find_finder(tmp_path / "none.onnx")
    path = fakes.write_finder(tmp_path / "f.onnx")
    (tmp_path / "f.sha256").write_text(f"{'0' * 64}  f.onnx\n", encoding="utf-8")
    with pytest.raises(ModelInvalid, match="its SHA-256 is"):
        find_finder(path)
    (tmp_path / "cut.onnx").write_bytes(path.read_bytes()[:100])
    with pytest.raises(ModelInvalid, match="not a whole ONNX model"):
        find_finder(tmp_path / "cut.onnx")


def test_a_finder_that_changes_after_it_was_checked_is_not_used(tmp_path: Path) -> None:
    found = find_finder(fakes.write_finder(tmp_path / "f.onnx"))
    fakes.write_finder(tmp_path / "f.onnx", {"version": "2"})
    with pytest.raises(ModelInvalid, match="replaced or changed"):
        found.read()


def test_a_package_without_a_finder_says_so_and_mends_by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    finders.take_out_of_package(monkeypatch, tmp_path)
    assert bundled_finder() is None and digest_of_mending_finder() == ""
    with pytest.raises(ModelNotFound, match="no damage finder in this package") as caught:
        find_finder()
    assert "--finder" in caught.value.hint


def test_the_finder_of_the_package_is_used_where_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = finders.put_into_package(monkeypatch, tmp_path / "models", fakes.write_finder(tmp_path / "f.onnx"))
    assert bundled_finder() == own and find_finder().path == own
    assert digest_of_mending_finder() == hashlib.sha256(own.read_bytes()).hexdigest()
    other = fakes.write_finder(tmp_path / "g.onnx", {"version": "2"})
    assert find_finder(other).card.version == "2"
    assert digest_of_mending_finder(other) != digest_of_mending_finder()


def test_a_finder_of_the_package_that_is_damaged_or_lost_is_a_fault_with_its_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = finders.put_into_package(monkeypatch, tmp_path / "models", fakes.write_finder(tmp_path / "f.onnx"))
    data = own.read_bytes()
    own.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    for look in (find_finder, digest_of_mending_finder):
        with pytest.raises(ModelInvalid, match=r"damage\.onnx is damaged") as damaged:
            look()
        assert "Install photocolor again" in damaged.value.hint
    own.unlink()
    for look in (find_finder, digest_of_mending_finder):
        with pytest.raises(ModelNotFound, match="finder is missing") as lost:
            look()
        assert "Install photocolor again" in lost.value.hint
    own.mkdir()
    with pytest.raises(ModelNotFound, match="cannot be read") as folder:
        find_finder()
    assert "Install photocolor again" in folder.value.hint
    own.rmdir()
    own.write_bytes(data)
    own.with_suffix(".sha256").unlink()
    with pytest.raises(ModelInvalid, match="checksum file"):
        find_finder()


def test_what_finds_damage_and_what_colors_are_told_apart(tmp_path: Path) -> None:
    finder, model = fakes.write_finder(tmp_path / "f.onnx"), fakes.write_model(tmp_path / "m.onnx")
    classifier = find_model("default").path.with_name("negatives.onnx")
    assert [is_finder(path) for path in (finder, model, classifier, tmp_path / "none.onnx")] == [True, *[False] * 3]
    (tmp_path / "broken.onnx").write_bytes(b"broken")
    assert not is_finder(tmp_path / "broken.onnx")
    with pytest.raises(ModelInvalid, match="is no model that colors but a damage finder") as caught:
        find_model(finder)
    assert "--finder" in caught.value.hint
    with pytest.raises(ModelInvalid, match="damage is the damage finder, no model that colors") as caught:
        find_model("damage")
    assert "default" in caught.value.hint
    with pytest.raises(ModelInvalid, match="is no damage finder but a model that colors") as caught:
        find_finder(model)
    assert "--model" in caught.value.hint
    with pytest.raises(ModelNotFound, match="default is a model that colors, no damage finder"):
        find_finder(Path("default"))
    for look in (find_finder, find_model):
        with pytest.raises(ModelInvalid, match="but a negative classifier"):
            look(classifier)
