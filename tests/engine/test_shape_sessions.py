"""A session for each shape: tried on the CPU, where the way of working is forced; no GPU has run these tests."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fakes
import numpy as np
import pytest

from photocolor.engine.colorizer import Colorizer
from photocolor.engine.passes import View
from photocolor.engine.probe import CPU
from photocolor.engine.providers import DeviceChoice, choose
from photocolor.engine.runtime import load_runtime
from photocolor.engine.session import OnnxSession, Planes
from photocolor.engine.shape_sessions import CUDA_BOUNDS, OneSession, ShapeBounds, ShapeSessions
from photocolor.errors import Canceled, DeviceFailed, OutOfMemory
from photocolor.models.registry import find_model
from photocolor.outcome import NoProgress
from photocolor.settings import ColorSettings

CUDA = "CUDAExecutionProvider"
MANY = ShapeBounds(sessions=32, pixels=10**9)


@pytest.fixture
def natives(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Real native sessions in the order in which they are opened; CUDA's are on the CPU and say that they are not."""
    runtime = load_runtime()
    open_really, opened = runtime.InferenceSession, []

    class Counted:
        """A native session that counts its runs and fails where it is told to."""

        def __init__(self, data: bytes, options: object, chain: list[Any], **rest: object) -> None:
            self.chain, self.shapes, self.faults = chain, [], []
            self.real = open_really(data, options, [(CPU, {})], **rest)
            opened.append(self)

        def get_providers(self) -> list[str]:
            return [self.chain[0][0]]

        def run(self, outputs: list[str], given: dict[str, Any], *options: object) -> Any:
            self.shapes.append(given["lightness"].shape)
            if self.faults and (fault := self.faults.pop(0)):
                raise RuntimeError(fault)
            return self.real.run(outputs, given, *options)

    monkeypatch.setattr(runtime, "InferenceSession", Counted)
    monkeypatch.setattr(runtime, "preload_dlls", lambda **_: None, raising=False)
    return opened


def planes(height: int, width: int, count: int = 1) -> tuple[Planes, Planes]:
    """Random lightness, and no hints."""
    light = np.random.default_rng(height * width).random((count, 1, height, width), np.float32) * 100
    return light, np.zeros((count, 3, height, width), np.float32)


def opened(bounds: ShapeBounds | None = MANY, choice: DeviceChoice | None = None) -> OnnxSession:
    """The bundled model, a native session for each shape."""
    return OnnxSession(find_model("default"), choice or choose("cpu"), 1, bounds)


def test_shapes_that_alternate_open_one_session_each_and_it_sees_no_other(natives: list[Any]):
    session = opened()
    for height, width in ((64, 96), (96, 64), (64, 96), (96, 64), (64, 64), (64, 96)):
        session.run(*planes(height, width))
    session.run(*planes(64, 96, count=2))
    assert [set(native.shapes) for native in natives] == [
        {(1, 1, 64, 96)},
        {(1, 1, 96, 64)},
        {(1, 1, 64, 64)},
        {(2, 1, 64, 96)},
    ]


def test_the_colors_are_those_of_one_session():
    one, many = opened(None), opened()
    for given in (planes(64, 96), planes(96, 64), planes(64, 96), planes(64, 96, count=3)):
        for alone, parted in zip(one.run(*given), many.run(*given), strict=True):
            assert np.array_equal(alone, parted)


def test_the_number_of_sessions_is_bound_and_the_one_unused_longest_goes(natives: list[Any]):
    session = opened(ShapeBounds(sessions=2, pixels=10**9))
    for side in (64, 96, 64, 128):  # 96 goes
        session.run(*planes(side, side))
    assert session._natives.shapes() == ((1, 64, 64), (1, 128, 128))
    session.run(*planes(64, 64))
    assert len(natives) == 3
    session.run(*planes(96, 96))
    assert len(natives) == 4


def test_the_pixels_of_all_shapes_are_bound_but_a_large_one_runs_all_the_same(natives: list[Any]):
    session = opened(ShapeBounds(sessions=9, pixels=2 * 64 * 64))
    for height, width in ((64, 64), (64, 64), (64, 64), (96, 96)):
        session.run(*planes(height, width))
    assert session._natives.shapes() == ((1, 96, 96),)
    assert len(natives) == 2


def test_a_session_that_was_dropped_leaves_memory():
    held: list[int] = []

    class Native:
        def __init__(self) -> None:
            held.append(1)

        def __del__(self) -> None:
            held.pop()

    sessions = ShapeSessions(Native(), Native, ShapeBounds(sessions=2, pixels=10**9))
    for height in range(10):
        sessions.session((1, height, 1))
    assert len(held) == 2
    assert sessions.drop_others((1, 9, 1))
    assert len(held) == 1
    assert not sessions.drop_others((1, 9, 1))


def test_threads_that_need_one_shape_at_once_open_one_session():
    opening: list[int] = []

    def open_slowly() -> object:
        opening.append(1)
        time.sleep(0.1)
        return object()

    sessions = ShapeSessions(object(), open_slowly, MANY)
    first = sessions.session((1, 1, 1))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(sessions.session, [(1, 2, 2), (1, 3, 3), (1, 1, 1), (1, 2, 2)] * 4))
    assert len(opening) == 2
    assert len(set(map(id, found))) == 3
    assert found[2] is first


def test_many_threads_get_the_colors_of_one_session_while_sessions_come_and_go():
    one, many = opened(None), opened(ShapeBounds(sessions=2, pixels=10**9))
    given = [planes(64 + 32 * (turn % 4), 64) for turn in range(16)]
    alone = [one.run(*each)[0] for each in given]
    with ThreadPoolExecutor(4) as pool:
        parted = list(pool.map(lambda each: many.run(*each)[0], given))
    assert all(np.array_equal(*pair) for pair in zip(alone, parted, strict=True))


def test_cancel_ends_runs_of_all_shapes_and_refuses_new_ones():
    session = opened()
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(session.run, *planes(*shape)) for shape in ((1536, 1504), (1504, 1536))]
        fakes.wait_until(lambda: len(session._running) == 2 and len(session._natives.shapes()) == 2)
        time.sleep(0.2)
        started = time.monotonic()
        session.cancel()
        errors = [type(run.exception()) for run in runs]
        took = time.monotonic() - started
    assert errors == [Canceled, Canceled]
    assert took < 2.0
    with pytest.raises(Canceled):
        session.run(*planes(64, 64))


def test_memory_that_other_shapes_hold_is_freed_before_a_photo_gets_smaller(natives: list[Any]):
    session = opened()
    for side in (64, 96, 128):
        session.run(*planes(side, side))
    natives[0].faults = ["CUDA failure 2: out of memory"]
    ab, _ = session.run(*planes(64, 64))
    assert np.array_equal(ab, opened(None).run(*planes(64, 64))[0])
    assert session._natives.shapes() == ((1, 64, 64),)
    natives[0].faults = ["out of memory"]
    with pytest.raises(OutOfMemory):  # nothing is left to drop
        session.run(*planes(64, 64))


def test_memory_that_ends_while_a_session_is_opened_is_freed_too(monkeypatch: pytest.MonkeyPatch):
    runtime = load_runtime()
    open_really, tries = runtime.InferenceSession, []

    def open_when_there_is_room(*given: Any, **rest: Any) -> object:
        tries.append(1)
        if len(tries) == 3:
            raise RuntimeError("CUDNN_STATUS_ALLOC_FAILED")
        return open_really(*given, **rest)

    monkeypatch.setattr(runtime, "InferenceSession", open_when_there_is_room)
    session = opened()
    for side in (64, 96, 128):
        session.run(*planes(side, side))
    assert (len(tries), session._natives.shapes()) == (4, ((1, 128, 128),))


def test_a_session_that_cannot_be_opened_any_more_is_a_device_that_failed(natives: list[Any]):
    session = opened(None, DeviceChoice("cuda", CUDA))
    session.run(*planes(64, 64))
    natives[0].faults = ["CUDA failure 719: unspecified launch failure"]
    with pytest.raises(DeviceFailed, match="719"):
        session.run(*planes(64, 64))


def test_cuda_has_a_session_for_each_shape_and_the_others_have_one(natives: list[Any]):
    assert isinstance(opened(None)._natives, OneSession)
    assert isinstance(opened(None, DeviceChoice("tensorrt", "TensorrtExecutionProvider"))._natives, OneSession)
    natives.clear()
    session = opened(None, DeviceChoice("cuda", CUDA, {"device_id": "1"}))
    for shape in ((64, 96), (96, 64), (64, 96)):
        session.run(*planes(*shape))
    on_device = [native for native in natives if native.chain[0][0] == CUDA]
    assert [native.chain for native in on_device] == [[(CUDA, {"device_id": "1"}), (CPU, {})]] * 2
    assert set(on_device[0].shapes) == {(1, 1, 64, 64), (1, 1, 64, 96)}  # proved at the smallest size first
    assert set(on_device[1].shapes) == {(1, 1, 96, 64)}


def test_tensorrt_leaves_nodes_to_cuda_with_cudas_own_options(natives: list[Any]):
    opened(None, DeviceChoice("tensorrt:1", "TensorrtExecutionProvider", {"device_id": "1"}))
    names, options = zip(*natives[0].chain, strict=True)
    assert names == ("TensorrtExecutionProvider", CUDA, CPU)
    assert options[1]["device_id"] == "1"
    assert options[1]["cudnn_conv_algo_search"] == "HEURISTIC"


def test_the_bound_holds_all_shapes_of_photos_from_one_to_three_to_three_to_one():
    card, shapes = find_model("default").card, set()
    colorizer = Colorizer(fakes.TintSession(card))
    for proportion in np.geomspace(1 / 3, 3, 4001):
        height, width = round(2000 / proportion**0.5), round(2000 * proportion**0.5)
        shapes.add(colorizer.sizes(height, width, ColorSettings()).working)
    assert len(shapes) == 19
    assert len(shapes) <= CUDA_BOUNDS.sessions
    assert sum(height * width for height, width in shapes) <= CUDA_BOUNDS.pixels


def test_a_run_whose_device_fails_in_the_middle_goes_on_without_it(tmp_path, natives: list[Any]):
    plain = find_model(fakes.write_model(tmp_path / "m.onnx"))  # no integers: the stand-in computes the same bits
    session = OnnxSession(plain, DeviceChoice("cuda", CUDA), 1)
    colorizer = Colorizer(session, lambda: OnnxSession(plain, choose("cpu"), 1))
    view = View(np.full((96, 96), 50, np.float32), colorizer.sizes(96, 96, ColorSettings()))
    on_device = natives[0]
    first = colorizer.color(view, NoProgress())
    on_device.faults = ["CUDA failure 719: unspecified launch failure"]
    runs = len(on_device.shapes)
    later = [colorizer.color(view, NoProgress()) for _ in range(3)]
    assert (first.device, [answer.device for answer in later]) == (CUDA, [CPU] * 3)
    assert [len(answer.degraded) for answer in later] == [1, 0, 0]
    assert "719" in later[0].degraded[0]
    assert len(on_device.shapes) == runs + 1
    assert all(np.array_equal(answer.ab, first.ab) for answer in later)


def test_what_is_opened_again_has_the_checked_bytes(tmp_path, natives: list[Any]):
    path = fakes.write_model(tmp_path / "m.onnx")
    session = OnnxSession(find_model(path), choose("cpu"), 1, MANY)
    before = session.run(*planes(64, 64))[0]
    fakes.write_model(path, fault="gray")
    session.run(*planes(96, 64))
    assert np.array_equal(session.run(*planes(64, 64))[0], before)
    assert float(np.abs(session.run(*planes(96, 96))[0]).max()) > 1
