"""The finder sees photos of any size in bands and tiles, and gives what it would give at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fakes
import numpy as np
import pytest
from numpy.typing import NDArray

from photocolor.color.marks import FEATURES, rimmed
from photocolor.engine.damage.finder import CORE_PX, Finder, marked
from photocolor.engine.damage.view import reduced_rows, reduction
from photocolor.errors import Canceled
from photocolor.models.finder import MARK_FEATURES, find_finder


@pytest.fixture
def finder(tmp_path: Path) -> Finder:
    return Finder(find_finder(fakes.write_finder(tmp_path / "f.onnx")), 1)


def in_groups(gray: NDArray[np.uint8], rows: int) -> Iterator[NDArray[np.uint8]]:
    return (gray[top : top + rows] for top in range(0, len(gray), rows))


@pytest.mark.parametrize("shape", [(1, 1), (7, 300), (CORE_PX, CORE_PX + 1), (2 * CORE_PX + 5, 33), (1900, 1000)])
@pytest.mark.parametrize("rows", [1, 64, 5000])
def test_every_pixel_is_judged_once_whatever_the_size_and_the_groups_of_rows(
    finder: Finder, shape: tuple[int, int], rows: int
) -> None:
    gray = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    found = np.concatenate(list(finder.find(in_groups(gray, rows), shape)))
    expected = np.where(gray > 226, 1, np.where(gray < 28, 2, 0))  # L* 90 is code 226.1, L* 10 is code 27.4
    assert found.dtype == np.uint8 and np.array_equal(found, expected)


def test_16_bits_are_seen_as_8_bits_are(finder: Finder) -> None:
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16)
    wide = gray.astype(np.uint16) * 257
    assert np.array_equal(*(np.concatenate(list(finder.find([one], (16, 16)))) for one in (gray, wide)))


def test_a_pixel_is_marked_as_its_likeliest_kind_if_damage_is_likely_enough_for_that_kind() -> None:
    likely = np.array([[0.4, 0.4, 0.1, 0.0]], np.float32), np.array([[0.3, 0.1, 0.5, 0.2]], np.float32)
    found = marked(np.stack(likely), np.array([0.6, 0.7], np.float32))
    assert found.tolist() == [[1, 0, 0, 0]]


def test_a_mark_grows_to_the_edge_threshold_where_it_hangs_together_and_begins_nowhere_else() -> None:
    likely = np.array([[0.5, 0.7, 0.95, 0.2, 0.7], [0.1, 0.1, 0.1, 0.7, 0.1], [0.7, 0.1, 0.1, 0.1, 0.7]], np.float32)
    found = marked(likely[None], np.array([0.9], np.float32), 0.6)
    assert found.tolist() == [[0, 1, 1, 0, 1], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    assert not marked(np.minimum(likely, 0.8)[None], np.array([0.9], np.float32), 0.6).any()


def test_a_finders_edge_threshold_is_that_of_its_card(tmp_path: Path) -> None:
    gray = np.full((8, 8), 120, np.uint8)
    gray[2, 2:5], gray[2, 5], gray[6, 6] = 255, 0, 255  # bright beside dark, and bright alone
    never_by_itself = {"thresholds": "2,0.5"}
    plain = Finder(find_finder(fakes.write_finder(tmp_path / "a.onnx", never_by_itself)))
    growing = Finder(find_finder(fakes.write_finder(tmp_path / "b.onnx", never_by_itself | {"edge_threshold": "0.5"})))
    kinds = [np.concatenate(list(one.find([gray], gray.shape))) for one in (plain, growing)]
    assert kinds[0][2].tolist() == [0, 0, 0, 0, 0, 2, 0, 0] and kinds[1][2].tolist() == [0, 0, 1, 1, 1, 2, 0, 0]
    assert kinds[1][6].sum() == 0


def test_no_tile_is_looked_at_once_it_is_canceled(finder: Finder) -> None:
    finder.cancel()
    with pytest.raises(Canceled):
        list(finder.find([np.zeros((4, 4), np.uint8)], (4, 4)))


@pytest.mark.parametrize("shape", [(40, 30), (43, 29), (64, 64), (1, 1900)])
@pytest.mark.parametrize("rows", [1, 7, 5000])
def test_a_large_photo_is_seen_smaller_and_its_marks_are_laid_back_over_it(
    tmp_path: Path, shape: tuple[int, int], rows: int
) -> None:
    most = shape[0] * shape[1] / 10  # pixels: a factor of 4, since 3 would leave more
    card = {"seen_megapixels": f"{most / 1e6:.9f}"}
    finder = Finder(find_finder(fakes.write_finder(tmp_path / "f.onnx", card)), 1)
    gray = np.full(shape, 120, np.uint8)
    gray[:4, 8:12] = 255
    gray[:, 20:22] = 255  # in the mean it is no brighter than 188
    found = np.concatenate(list(finder.find(in_groups(gray, rows), shape)))
    expected = np.zeros(shape, np.uint8)
    expected[: min(4, shape[0]), 8:12] = 1
    assert found.shape == shape and np.array_equal(found, expected)


def test_no_photo_is_seen_smaller_than_the_card_says() -> None:
    assert [reduction(shape, 4.0) for shape in ((2000, 2000), (2001, 2000), (4000, 6000))] == [1, 2, 3]
    assert reduction((40000, 60000), None) == 1


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
@pytest.mark.parametrize(("shape", "factor"), [((9, 10), 2), ((100, 41), 3), ((7, 5), 5), ((64, 64), 2)])
def test_a_mean_is_that_of_the_codes_with_halves_rounded_up(
    depth: type[np.uint8 | np.uint16], shape: tuple[int, int], factor: int
) -> None:
    top = np.iinfo(depth).max
    gray = np.random.default_rng(1).integers(0, top, shape, endpoint=True).astype(depth)
    gray[:factor, :factor] = top  # their sum is the largest
    small = np.concatenate(list(reduced_rows(in_groups(gray, 4), factor)))
    padded = np.pad(gray, [(0, -side % factor) for side in shape], mode="edge").astype(np.int64)
    height, width = (side // factor for side in padded.shape)
    sums = padded.reshape(height, factor, width, factor).sum((1, 3))
    assert small.dtype == depth and np.array_equal(small, np.floor(sums / factor**2 + 0.5).astype(depth))


@pytest.mark.parametrize("count", MARK_FEATURES)
def test_a_rule_keeps_or_drops_a_mark_as_a_whole(count: int, tmp_path: Path) -> None:
    gray = np.full((40, 60), 120, np.uint8)
    gray[10:12, 5:55], gray[30:32, 20:22], gray[30:32, 40:42] = 255, 255, 0  # a streak, and two specks
    weights = [0.0] * count
    weights[FEATURES.index("area")] = 1.0
    rule = ",".join(f"{value:g}" for value in (-np.log(20), 0, *weights))  # of the dark kind all are kept
    finder = Finder(find_finder(fakes.write_finder(tmp_path / "f.onnx", {"mark_rule": rule})), 1)
    found = np.concatenate(list(finder.find([gray], gray.shape)))
    assert (found[10:12, 5:55] == 1).all() and (found[30:32, 40:42] == 2).all() and np.count_nonzero(found) == 104


def test_a_mark_that_a_rule_keeps_is_of_one_kind(tmp_path: Path) -> None:
    gray = np.full((40, 60), 120, np.uint8)
    gray[10:12, 5:55] = 255
    gray[12:14, 5:20] = 0  # of another kind, and a part of the same mark
    rule = ",".join("0" for _ in range(2 + len(FEATURES)))
    finder = Finder(find_finder(fakes.write_finder(tmp_path / "f.onnx", {"mark_rule": rule})), 1)
    found = np.concatenate(list(finder.find([gray], gray.shape)))
    assert (found[gray != 120] == 1).all() and np.count_nonzero(found) == 130


def test_a_rule_can_keep_marks_for_the_company_that_they_have(tmp_path: Path) -> None:
    """The same speck is dropped in a clean photo and kept among many."""
    alone = np.full((40, 60), 120, np.uint8)
    alone[30:32, 20:22] = 255
    among = alone.copy()
    among[2:28:4, 2:58:4] = 255
    weights = [0.0] * len(FEATURES)
    weights[FEATURES.index("company")] = 1.0
    rule = ",".join(f"{value:g}" for value in (6, 6, *weights))  # kept from a 400th of log odds a pixel on
    finder = Finder(find_finder(fakes.write_finder(tmp_path / "f.onnx", {"mark_rule": rule})), 1)
    assert not np.concatenate(list(finder.find([alone], alone.shape))).any()
    found = np.concatenate(list(finder.find([among], among.shape)))
    assert np.array_equal(found > 0, among == 255)


def test_marks_get_a_rim_of_what_is_likely_enough_and_no_more() -> None:
    kinds = np.zeros((9, 12), np.uint8)
    kinds[4, 2] = 2
    likely = np.zeros((9, 12), bool)
    likely[4, :] = likely[0] = True
    grown = rimmed(kinds, likely)
    assert grown[4].tolist() == [2] * 5 + [0] * 7 and not np.delete(grown, 4, 0).any()


def test_a_finders_rim_threshold_is_that_of_its_card(tmp_path: Path) -> None:
    """A mark that the rule drops leaves no rim behind either."""
    gray = np.full((40, 60), 120, np.uint8)
    gray[10, 10:20], gray[11, 10:20], gray[30, 30], gray[31, 30] = 255, 0, 255, 0
    weights = [0.0] * len(FEATURES)
    weights[FEATURES.index("area")] = 1.0
    rule = ",".join(f"{value:g}" for value in (-1, -1, *weights))
    card = {"mark_rule": rule, "thresholds": "0.95,1.5"}  # dark ones are never a mark
    found = {}
    for name, more in (("plain", {}), ("rimmed", {"rim_threshold": "0.5"})):
        finder = Finder(find_finder(fakes.write_finder(tmp_path / f"{name}.onnx", card | more)), 1)
        found[name] = np.concatenate(list(finder.find([gray], gray.shape))) > 0
    assert np.array_equal(np.argwhere(found["plain"]), [(10, x) for x in range(10, 20)])
    assert np.array_equal(np.argwhere(found["rimmed"]), [(y, x) for y in (10, 11) for x in range(10, 20)])
