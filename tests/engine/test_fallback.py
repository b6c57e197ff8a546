"""Down the ladder: the answer is that of the run that started there, and every step is told."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import fakes
import numpy as np
import pytest
from fakes import CUDA, OutOfMemorySession, TintSession

from photocolor.engine.fallback import Ladder, Rung
from photocolor.errors import BadModelOutput, Canceled, DeviceFailed, OutOfMemory, PhotoError


class Recorder:
    """An attempt that runs one batch of tiles of the rung's size and keeps the rungs it saw."""

    def __init__(self) -> None:
        self.rungs: list[Rung] = []

    def __call__(self, rung: Rung) -> np.ndarray:
        """ab of a batch of ramps, from the rung's session."""
        self.rungs.append(rung)
        side = rung.tile_px
        light = np.linspace(0, 100, rung.batch * side * side, dtype=np.float32).reshape(rung.batch, 1, side, side)
        return rung.session.run(light, np.zeros((rung.batch, 3, side, side), np.float32))[0]

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """(batch, tile_px) of each rung tried."""
        return [(rung.batch, rung.tile_px) for rung in self.rungs]


class FailingSession(TintSession):
    """A device that gives up with `error` on every run, or from run number `after` on."""

    def __init__(self, error: PhotoError, after: int = 0, **options: object) -> None:
        super().__init__(**options)
        self.error = error
        self.after = after
        self.asked = 0

    def run(self, lightness, hints=None):
        """Fails."""
        self.asked += 1
        if self.asked <= self.after:
            return super().run(lightness, hints)
        raise self.error


def test_a_photo_that_fits_stays_on_its_rung_and_nothing_is_told():
    attempt, session = Recorder(), TintSession()
    _, steps = Ladder(session).climb_down(attempt, Rung(session, 4, 512))
    assert attempt.sizes == [(4, 512)]
    assert steps == ()


def test_batch_halves_first_then_the_tile_and_every_step_is_told():
    attempt, session = Recorder(), OutOfMemorySession(until_tile=256, until_batch=1)
    _, steps = Ladder(session).climb_down(attempt, Rung(session, 4, 1024))
    assert attempt.sizes == [(4, 1024), (2, 1024), (1, 1024), (1, 512), (1, 256)]
    assert steps == ("batch 4 → 2", "batch 2 → 1", "tile 1024 → 512 px", "tile 512 → 256 px")


@pytest.mark.parametrize(("until_tile", "until_batch"), [(1024, 2), (512, 8), (256, 1)])
def test_the_answer_equals_that_of_a_run_that_started_on_the_last_rung(until_tile: int, until_batch: int):
    session = OutOfMemorySession(until_tile, until_batch, rim=8.0, drift=0.5)
    attempt = Recorder()
    answer, _ = Ladder(session).climb_down(attempt, Rung(session, 8, 1024))
    last = attempt.rungs[-1]
    direct, steps = Ladder(session).climb_down(Recorder(), Rung(session, last.batch, last.tile_px))
    assert steps == ()
    assert np.array_equal(answer, direct)


def test_after_the_smallest_tile_the_photo_goes_to_the_cpu_with_its_own_tile_again():
    device, cpu = OutOfMemorySession(until_tile=128, provider=CUDA), TintSession()
    attempt = Recorder()
    _, steps = Ladder(device, lambda: cpu).climb_down(attempt, Rung(device, 2, 512))
    assert attempt.sizes == [(2, 512), (1, 512), (1, 256), (1, 512)]
    assert [rung.session for rung in attempt.rungs] == [device, device, device, cpu]
    assert steps == ("batch 2 → 1", "tile 512 → 256 px", "device cuda → cpu (tile 512 px)")


def test_the_cpu_climbs_down_too():
    device, cpu = OutOfMemorySession(until_tile=128, provider=CUDA), OutOfMemorySession(until_tile=256)
    _, steps = Ladder(device, lambda: cpu).climb_down(Recorder(), Rung(device, 1, 512))
    assert steps == ("tile 512 → 256 px", "device cuda → cpu (tile 512 px)", "tile 512 → 256 px")


def test_below_the_last_rung_is_out_of_memory_with_the_way_that_was_tried():
    device, cpu = OutOfMemorySession(until_tile=0, provider=CUDA), OutOfMemorySession(until_tile=0)
    with pytest.raises(OutOfMemory, match=r"1 × 256 × 256 px on CPU.*batch 2 → 1.*cuda → cpu"):
        Ladder(device, lambda: cpu).climb_down(Recorder(), Rung(device, 2, 512))


def test_without_a_cpu_to_go_to_the_smallest_tile_is_the_last_rung():
    session = OutOfMemorySession(until_tile=128)
    attempt = Recorder()
    with pytest.raises(OutOfMemory):
        Ladder(session).climb_down(attempt, Rung(session, 1, 512))
    assert attempt.sizes == [(1, 512), (1, 256)]


@pytest.mark.parametrize(
    ("start", "multiple", "smallest", "tiles"),
    [
        (512, 32, 64, [512, 256]),
        (384, 32, 64, [384, 256]),
        (640, 64, 64, [640, 320, 256]),
        (832, 32, 320, [832, 416, 320]),
        (1000, 50, 100, [1000, 500, 300]),
        (192, 32, 64, [192]),
    ],
)
def test_tiles_keep_the_cards_multiple_and_minimum(start: int, multiple: int, smallest: int, tiles: list[int]):
    card = replace(fakes.CARD, multiple=multiple, min_px=smallest)
    session = OutOfMemorySession(until_tile=0, card=card)
    attempt = Recorder()
    with pytest.raises(OutOfMemory):
        Ladder(session).climb_down(attempt, Rung(session, 1, start))
    assert [tile for _, tile in attempt.sizes] == tiles


def test_a_model_of_one_size_goes_straight_to_the_cpu():
    card = fakes.fixed_card(600)
    device, cpu = OutOfMemorySession(until_tile=0, card=card, provider=CUDA), TintSession(card)
    attempt = Recorder()
    _, steps = Ladder(device, lambda: cpu).climb_down(attempt, Rung(device, 1, 600))
    assert steps == ("device cuda → cpu (tile 600 px)",)


def test_the_cpu_session_is_opened_only_when_needed_and_only_once():
    opened: list[TintSession] = []

    def open_cpu() -> TintSession:
        opened.append(TintSession())
        return opened[-1]

    device = OutOfMemorySession(until_tile=256, provider=CUDA)
    ladder = Ladder(device, open_cpu)
    ladder.climb_down(Recorder(), Rung(device, 1, 512))
    assert opened == []
    device.until_tile = 0
    for _ in range(2):
        ladder.climb_down(Recorder(), Rung(device, 1, 512))
    assert len(opened) == 1


def test_the_next_photo_starts_at_the_top_again():
    session = OutOfMemorySession(until_tile=256)
    ladder, attempt = Ladder(session), Recorder()
    ladder.climb_down(attempt, Rung(session, 1, 512))
    ladder.climb_down(attempt, Rung(session, 1, 512))
    assert attempt.sizes == [(1, 512), (1, 256)] * 2


def test_a_device_that_failed_is_not_asked_for_less_but_left_for_the_cpu():
    device, cpu = FailingSession(DeviceFailed("the device failed"), provider=CUDA), TintSession()
    attempt = Recorder()
    _, steps = Ladder(device, lambda: cpu).climb_down(attempt, Rung(device, 4, 512))
    assert attempt.sizes == [(4, 512), (1, 512)]
    assert steps == ("device cuda → cpu, for later photos too: the device failed",)


def test_a_device_that_failed_once_is_not_asked_again_and_only_the_photo_it_failed_tells():
    device, cpu = FailingSession(DeviceFailed("the device failed"), after=2, provider=CUDA), TintSession()
    ladder = Ladder(device, lambda: cpu)
    told = [ladder.climb_down(Recorder(), Rung(device, 4, 512))[1] for _ in range(6)]
    assert told == [(), (), ("device cuda → cpu, for later photos too: the device failed",), (), (), ()]
    assert device.asked == 3
    assert cpu.shapes == [(1, 1, 512, 512)] * 4


def test_after_a_failed_device_the_cpu_still_climbs_down_and_is_the_last_word():
    device, cpu = FailingSession(DeviceFailed("the device failed"), provider=CUDA), OutOfMemorySession(until_tile=256)
    ladder = Ladder(device, lambda: cpu)
    ladder.climb_down(Recorder(), Rung(device, 4, 256))
    attempt = Recorder()
    _, steps = ladder.climb_down(attempt, Rung(device, 4, 1024))
    assert attempt.sizes == [(1, 1024), (1, 512), (1, 256)]
    assert steps == ("tile 1024 → 512 px", "tile 512 → 256 px")
    cpu.until_tile = 0
    with pytest.raises(OutOfMemory):
        ladder.climb_down(Recorder(), Rung(device, 4, 512))


def test_a_device_whose_memory_ended_is_asked_again_for_the_next_photo():
    device, cpu = OutOfMemorySession(until_tile=128, provider=CUDA), TintSession()
    ladder, attempt = Ladder(device, lambda: cpu), Recorder()
    for _ in range(2):
        ladder.climb_down(attempt, Rung(device, 1, 256))
    assert [rung.session for rung in attempt.rungs] == [device, cpu] * 2


def test_a_failed_device_without_a_cpu_beside_it_is_asked_again():
    device = FailingSession(DeviceFailed("failed"), provider=CUDA)
    ladder = Ladder(device)
    for _ in range(2):
        with pytest.raises(DeviceFailed):
            ladder.climb_down(Recorder(), Rung(device, 1, 512))
    assert device.asked == 2


@pytest.mark.parametrize("error", [BadModelOutput("NaN"), Canceled("canceled"), DeviceFailed("failed")])
def test_other_errors_end_the_photo_at_once(error: PhotoError):
    session = FailingSession(error)
    attempt = Recorder()
    with pytest.raises(type(error)):
        Ladder(session).climb_down(attempt, Rung(session, 4, 512))
    assert attempt.sizes == [(4, 512)]


def test_memory_that_ends_in_our_own_arrays_is_a_step_down_too():
    session = TintSession()

    def attempt(rung: Rung) -> int:
        if rung.tile_px > 256:
            raise MemoryError
        return rung.tile_px

    assert Ladder(session).climb_down(attempt, Rung(session, 1, 512)) == (256, ("tile 512 → 256 px",))


def test_arrays_of_a_rung_that_did_not_hold_are_free_before_the_next_try():
    session = OutOfMemorySession(until_tile=256)
    held: list[weakref.ref[np.ndarray]] = []
    alive_at_start: list[int] = []

    def attempt(rung: Rung) -> int:
        alive_at_start.append(sum(ref() is not None for ref in held))
        canvas = np.zeros((rung.tile_px, rung.tile_px), np.float32)
        held.append(weakref.ref(canvas))
        rung.session.run(canvas[None, None], np.zeros((1, 3, *canvas.shape), np.float32))
        return rung.tile_px

    gc.disable()
    try:
        Ladder(session).climb_down(attempt, Rung(session, 1, 1024))
    finally:
        gc.enable()
    assert alive_at_start == [0, 0, 0]


@pytest.mark.parametrize("opened_before", [True, False])
def test_cancel_reaches_the_cpu_session_whenever_it_was_opened(opened_before: bool):
    device, cpu = OutOfMemorySession(until_tile=0, provider=CUDA), TintSession()
    ladder = Ladder(device, lambda: cpu)
    if opened_before:
        ladder.climb_down(Recorder(), Rung(device, 1, 256))
    ladder.cancel()
    with pytest.raises(Canceled):
        ladder.climb_down(Recorder(), Rung(device, 1, 256))
    assert cpu.canceled
