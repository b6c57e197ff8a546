"""The global pass and the tile pass."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from fakes import CARD, CUDA, NotANumberSession, OutOfMemorySession, TintSession, tint
from numpy.typing import NDArray

from photocolor.color.palette import palette_of_ab
from photocolor.color.resize import resize
from photocolor.engine.colorizer import Colorizer
from photocolor.engine.passes import View, classical_mix, low_pass
from photocolor.errors import BadModelOutput, Canceled, OutOfMemory
from photocolor.hints.raster import ab_of, hint_planes
from photocolor.hints.sidecar import Hints, Point
from photocolor.hints.weights import COARSE_WEIGHT
from photocolor.models.card import ModelCard
from photocolor.outcome import NoProgress
from photocolor.settings import ColorSettings

TILED = ColorSettings(detail=768, tile_px=256, overlap_px=64)
BLINDFOLD = replace(CARD, has_hints=False, has_doubt=False)


def lightness(height: int = 768, width: int = 768) -> NDArray[np.float32]:
    """L* with structure at every scale."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (50 + 30 * np.sin(x / 90) * np.cos(y / 70) + 15 * np.sin(x / 7 + y / 11)).astype(np.float32)


def color(session: TintSession, photo: NDArray[np.float32], settings: ColorSettings = TILED):
    """The answer of a session for a photo at its detail size."""
    colorizer = Colorizer(session)
    return colorizer.color(View(photo, colorizer.sizes(*photo.shape, settings)), NoProgress())


class Counting(NoProgress):
    """Remembers what it was told; cancels after `until` checks."""

    def __init__(self, until: int = 10**9) -> None:
        self.until, self.told, self.checks = until, [], 0

    def tiles(self, done: int, total: int) -> None:
        """Remembers."""
        self.told.append((done, total))

    def check(self) -> None:
        """Counts, and cancels when it is time."""
        self.checks += 1
        if self.checks > self.until:
            raise Canceled("enough")


def test_tiles_are_told_the_global_answer_with_half_weight() -> None:
    photo = lightness()
    answer = color(TintSession(), photo)
    whole = resize(np.moveaxis(tint(resize(photo, 256, 256)[None, None], None)[0], 0, -1), 768, 768)
    own = np.moveaxis(tint(photo[None, None], None)[0], 0, -1)
    expected = COARSE_WEIGHT * whole + (1 - COARSE_WEIGHT) * own
    assert np.abs(answer.ab - expected).max() < 0.02
    assert answer.tiles == 16


def test_a_model_without_hints_gets_low_frequencies_of_the_whole_and_high_ones_of_the_tile() -> None:
    photo = lightness()
    answer = color(TintSession(BLINDFOLD, drift=1.0), photo)
    told = color(TintSession(BLINDFOLD, drift=0.0), photo)
    assert np.abs(answer.ab.mean(axis=(0, 1)) - told.ab.mean(axis=(0, 1))).max() < 1.0
    fine = np.abs(np.diff(answer.ab[..., 0], axis=1)).mean()
    assert fine == pytest.approx(np.abs(np.diff(0.4 * photo, axis=1)).mean(), rel=0.15)


def test_the_classical_mix_of_equal_answers_is_that_answer() -> None:
    ab = np.random.default_rng(0).normal(0, 20, (64, 96, 2)).astype(np.float32)
    assert np.abs(classical_mix(ab, ab) - ab).max() < 1e-4
    assert np.abs(low_pass(np.ones_like(ab)) - 1).max() < 1e-5


def test_tiles_that_a_network_spoils_at_their_rims_leave_no_seam() -> None:
    photo = lightness()
    clean, spoiled = (color(TintSession(rim=rim, rim_px=16), photo).ab for rim in (0.0, 30.0))
    inside = np.s_[16:-16, 16:-16]  # the photo's own rim is the network's business
    error = (spoiled - clean)[inside]
    assert np.abs(np.diff(error, axis=0)).max() < 0.5 and np.abs(np.diff(error, axis=1)).max() < 0.5


def test_a_small_photo_needs_no_tiles() -> None:
    session = TintSession()
    assert color(session, lightness(160, 192), ColorSettings()).tiles == 0
    assert session.shapes == [(1, 1, 160, 192)]


def test_all_tiles_have_one_shape() -> None:
    session = TintSession()
    color(session, lightness(700, 1000))
    assert len(set(session.shapes[1:])) == 1


def test_a_gpu_gets_batches_and_the_same_answer() -> None:
    photo = lightness()
    on_gpu, on_cpu = TintSession(provider=CUDA), TintSession()
    assert np.array_equal(color(on_gpu, photo).ab, color(on_cpu, photo).ab)
    assert on_gpu.shapes[1][0] == 8 and on_cpu.shapes[1][0] == 1


@pytest.mark.parametrize("card", [CARD, BLINDFOLD])
def test_a_last_batch_is_filled_up_so_that_a_gpu_meets_one_shape_and_the_answer_is_the_same(card: ModelCard) -> None:
    photo = lightness(700, 1000)
    on_gpu, on_cpu = TintSession(card, CUDA, drift=0.5), TintSession(card, drift=0.5)
    answer, alone = color(on_gpu, photo), color(on_cpu, photo)
    assert answer.tiles % 8
    assert {shape[0] for shape in on_gpu.shapes[1:]} == {8} and {shape[0] for shape in on_cpu.shapes} == {1}
    assert np.array_equal(answer.ab, alone.ab) and answer.tiles == alone.tiles


def test_every_tile_is_told_and_the_watch_can_stop_the_photo() -> None:
    colorizer, photo, watch = Colorizer(TintSession()), lightness(), Counting()
    sizes = colorizer.sizes(*photo.shape, TILED)
    colorizer.color(View(photo, sizes), watch)
    assert watch.told == [(n, 16) for n in range(17)]
    with pytest.raises(Canceled):
        colorizer.color(View(photo, sizes), Counting(until=5))


def test_memory_that_ends_walks_the_ladder_down_to_the_result_of_a_run_that_started_there() -> None:
    photo = lightness()
    wide = replace(TILED, tile_px=512, overlap_px=64)
    answer = color(OutOfMemorySession(until_tile=256, until_batch=2, provider=CUDA), photo, wide)
    assert answer.degraded == ("batch 8 → 4", "batch 4 → 2", "batch 2 → 1", "tile 512 → 256 px")
    started_there = color(TintSession(provider=CUDA), photo, replace(wide, tile_px=256))
    assert np.array_equal(answer.ab, started_there.ab)


def test_a_gpu_without_memory_leaves_this_photo_to_the_cpu() -> None:
    photo, cpu = lightness(), TintSession()
    colorizer = Colorizer(OutOfMemorySession(until_tile=100, provider=CUDA), lambda: cpu)
    answer = colorizer.color(View(photo, colorizer.sizes(*photo.shape, TILED)), NoProgress())
    assert answer.device == "CPUExecutionProvider" and answer.degraded[-1].startswith("device cuda → cpu")
    assert np.array_equal(answer.ab, color(TintSession(), photo).ab)


def test_no_memory_at_all_is_an_error_and_no_picture() -> None:
    with pytest.raises(OutOfMemory, match="tried"):
        color(OutOfMemorySession(until_tile=64, provider=CUDA), lightness())


def test_nan_in_one_tile_fails_the_photo() -> None:
    with pytest.raises(BadModelOutput):
        color(NotANumberSession(from_run=9), lightness())


def test_cancel_reaches_the_session() -> None:
    session = TintSession()
    colorizer = Colorizer(session)
    colorizer.cancel()
    with pytest.raises(Canceled):
        colorizer.color(View(lightness(192, 192), colorizer.sizes(192, 192, TILED)), NoProgress())


def test_a_reference_palette_brings_different_photos_to_the_same_colors() -> None:
    wanted = palette_of_ab(np.random.default_rng(0).normal((20, -10), (6, 3), (50, 50, 2)).astype(np.float32))
    distances = []
    for photo in (lightness(), lightness() * np.float32(0.6)):
        for palette in (None, wanted):
            colorizer = Colorizer(TintSession())
            sizes = colorizer.sizes(*photo.shape, TILED)
            ab = colorizer.color(View(photo, sizes, palette=palette), NoProgress()).ab
            distances.append(float(np.hypot(*(ab.mean(axis=(0, 1)) - wanted.mean))))
    plain_bright, moved_bright, plain_dark, moved_dark = distances
    assert moved_bright < 0.75 * plain_bright and moved_dark < 0.75 * plain_dark


def test_a_persons_point_wins_over_the_palette_and_over_the_global_answer() -> None:
    photo = lightness()
    colorizer = Colorizer(TintSession())
    hints = Hints((Point(0.5, 0.5, "#3050c0"),))
    gray = palette_of_ab(np.zeros((4, 4, 2), np.float32))
    view = View(
        photo, colorizer.sizes(*photo.shape, TILED), partial(hint_planes, hints, np.zeros((1, 1), np.int32)), gray
    )
    ab = colorizer.color(view, NoProgress()).ab
    assert np.abs(ab[384, 384] - ab_of("#3050c0")).max() < 0.05
