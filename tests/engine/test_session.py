"""An opened model: the contract in, the contract out, and a clear error for everything else."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fakes
import numpy as np
import pytest

from photocolor.engine.native import create_native
from photocolor.engine.onnx_errors import runtime_errors
from photocolor.engine.providers import choose
from photocolor.engine.runtime import load_runtime
from photocolor.engine.session import OnnxSession, Planes, Session
from photocolor.errors import BadModelOutput, Canceled, ModelInvalid
from photocolor.models.registry import find_model

TINT_AB = 1e-4  # CIELAB units: the graph and NumPy may round differently in the last bit
DOUBT = 1e-6  # of 1: the entropy's sum is split by batch, which moves its last bit (6e-7 measured); ab is exact
CANCEL_S = 1.0  # a run in flight must end within a second


def opened(path: Path | str, threads: int | None = None) -> OnnxSession:
    """The model at `path` on the CPU."""
    return OnnxSession(find_model(path), choose("cpu"), threads)


def planes(side: int, count: int = 1, seed: int = 0) -> tuple[Planes, Planes]:
    """Random lightness and hints, half of them unknown."""
    random = np.random.default_rng(seed)
    light = random.random((count, 1, side, side), np.float32) * 100
    hints = random.uniform(-40, 40, (count, 3, side, side)).astype(np.float32)
    hints[:, 2] = random.integers(0, 3, (count, side, side)) / 2
    return light, hints


@pytest.fixture(scope="module")
def default() -> OnnxSession:
    """The bundled model on the CPU."""
    return opened("default")


def test_the_real_session_and_all_fakes_are_sessions(default: OnnxSession):
    sessions: list[Session] = [default, fakes.TintSession(), fakes.OutOfMemorySession(), fakes.SlowSession()]
    assert all(session.card.contract == 1 for session in sessions)
    assert default.provider == "CPUExecutionProvider"


def test_the_model_gets_lightness_and_hints_and_gives_ab_and_doubt(tmp_path: Path):
    light, hints = planes(96, count=3)
    ab, doubt = opened(fakes.write_model(tmp_path / "m.onnx")).run(light, hints)
    expected, expected_doubt = fakes.TintSession().run(light, hints)
    np.testing.assert_allclose(ab, expected, atol=TINT_AB)
    assert np.array_equal(doubt, expected_doubt)


def test_bytes_are_run_as_the_onnx_model_that_was_checked_whatever_they_begin_with(tmp_path: Path):
    """A file of another format of ONNX Runtime's may hold, for readers of ONNX, quite another graph."""
    ort = load_runtime()
    options = ort.SessionOptions()
    options.add_session_config_entry("session.save_model_format", "ORT")
    options.optimized_model_filepath = str(tmp_path / "m.ort")
    ort.InferenceSession(fakes.write_model(tmp_path / "m.onnx").read_bytes(), options)
    data = (tmp_path / "m.ort").read_bytes()
    assert ort.InferenceSession(data).get_outputs()[0].name == "ab"
    with pytest.raises(runtime_errors(), match="INVALID_PROTOBUF"):
        create_native(data, choose("cpu"), None)


def test_a_model_without_hints_is_not_given_any(tmp_path: Path):
    light, hints = planes(64)
    session = opened(fakes.write_model(tmp_path / "m.onnx", hints=False, doubt=False))
    for given in (hints, None):
        ab, doubt = session.run(light, given)
        np.testing.assert_allclose(ab, fakes.tint(light, None), atol=TINT_AB)
        assert doubt is None


@pytest.mark.parametrize("side", [32, 150])
def test_a_model_of_one_size_gets_exactly_that(tmp_path: Path, side: int):
    session = opened(fakes.write_model(tmp_path / "m.onnx", fixed_px=side))
    light, hints = planes(side)
    np.testing.assert_allclose(session.run(light, hints)[0], fakes.tint(light, hints), atol=TINT_AB)
    with pytest.raises(ValueError, match=f"sides {side} only px"):
        session.run(*planes(side + 32))
    with pytest.raises(ValueError, match="2 pictures"):
        session.run(*planes(side, count=2))


@pytest.mark.parametrize("side", [32, 100, 65])
def test_a_side_that_the_card_does_not_take_is_the_callers_mistake(default: OnnxSession, side: int):
    with pytest.raises(ValueError, match="multiples of 32 from 64"):
        default.run(*planes(side))


def test_hints_that_are_missing_or_of_another_size_are_the_callers_mistake(default: OnnxSession):
    light, hints = planes(64)
    for wrong in (None, hints[:, :2], planes(96)[1]):
        with pytest.raises(ValueError, match="hints"):
            default.run(light, wrong)


@pytest.mark.parametrize(
    ("fault", "word"), [("nan", "ab has NaN"), ("infinite", "doubt has NaN or infinity"), ("shape", "ab is")]
)
def test_what_cannot_be_a_color_never_leaves_the_session(tmp_path: Path, fault: str, word: str):
    with pytest.raises(BadModelOutput, match=word):
        opened(fakes.write_model(tmp_path / "m.onnx", fault=fault)).run(*planes(64))


def test_a_model_whose_graph_is_damaged_behind_a_sound_card_is_model_invalid(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx")
    path.write_bytes(path.read_bytes().replace(b"Concat", b"Cincat"))
    with pytest.raises(ModelInvalid, match="cannot open"):
        opened(path)


def test_a_model_that_was_replaced_after_its_checksum_is_not_opened(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx")
    model = find_model(path)
    fakes.write_model(path, metadata={"version": "1.1"})
    with pytest.raises(ModelInvalid, match="replaced or changed while"):
        OnnxSession(model, choose("cpu"))


@pytest.mark.parametrize("px", [64, 128, 256])
def test_threads_do_not_change_a_bit_of_ab(default: OnnxSession, px: int):
    light, hints = planes(px)
    ab, doubt = default.run(light, hints)
    for threads in (1, 2, 3):
        other, other_doubt = opened("default", threads).run(light, hints)
        assert np.array_equal(other, ab)
        np.testing.assert_allclose(other_doubt, doubt, atol=DOUBT)


def test_a_batch_is_colored_as_its_pictures_alone(default: OnnxSession):
    """But for the last bits of sums, and where such a bit decides a rounding; the CPU is given one at a time."""
    light, hints = planes(128, count=3)
    whole, doubt = default.run(light, hints)
    for index in range(3):
        one, one_doubt = default.run(light[index : index + 1], hints[index : index + 1])
        assert np.abs(one[0] - whole[index]).mean() < 1e-3
        np.testing.assert_allclose(one_doubt[0], doubt[index], atol=DOUBT)


def test_one_session_serves_many_threads(default: OnnxSession):
    photos = [planes(64 + 32 * (seed % 3), seed=seed) for seed in range(12)]
    alone = [default.run(*photo)[0] for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda photo: default.run(*photo)[0], photos))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_cancel_ends_the_runs_in_flight_within_a_second_and_refuses_later_ones():
    session = opened("default", threads=1)
    big = planes(1536)
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(session.run, *big) for _ in range(2)]
        fakes.wait_until(lambda: len(session._running) == 2)
        time.sleep(0.2)
        started = time.monotonic()
        session.cancel()
        errors = [run.exception() for run in runs]
        took = time.monotonic() - started
    assert [type(error) for error in errors] == [Canceled, Canceled]
    assert took < CANCEL_S
    with pytest.raises(Canceled):
        session.run(*planes(64))


def test_cancel_from_many_threads_at_once_leaves_no_run_behind(tmp_path: Path):
    session = opened(fakes.write_model(tmp_path / "m.onnx"))
    ended: list[type] = []

    def work() -> None:
        try:
            while True:
                session.run(*planes(64))
        except Canceled:
            ended.append(Canceled)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    for thread in [threading.Thread(target=session.cancel) for _ in range(4)]:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert ended == [Canceled] * 6
    assert not session._running


def python(code: str) -> str:
    """What `code` prints in a fresh interpreter; it must not fail, nor write on stderr."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="limits on address space are Linux's")
def test_memory_that_really_ends_is_out_of_memory_and_the_session_lives_on():
    code = """
import resource
import numpy as np
from photocolor.engine.native import create_native
from photocolor.engine.onnx_errors import runtime_errors
from photocolor.engine.providers import choose
from photocolor.engine.runtime import load_runtime
from photocolor.engine.session import OnnxSession
from photocolor.errors import OutOfMemory
from photocolor.models.registry import find_model
session = OnnxSession(find_model("default"), choose("cpu"), threads=1)
light, hints = np.full((1, 1, 4096, 4096), 50, np.float32), np.zeros((1, 3, 4096, 4096), np.float32)
now = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + 300_000_000,) * 2)
try:
    session.run(light, hints)
except OutOfMemory as error:
    print(error)
print(session.run(light[..., :128, :128], hints[..., :128, :128])[0].shape)
"""
    assert python(code).splitlines() == [
        "memory ran out for 1 × 4096 × 4096 px on the processor",
        "(1, 2, 128, 128)",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_goes_back_after_runs_of_changing_sizes():
    code = """
import numpy as np, psutil
from photocolor.engine.native import create_native
from photocolor.engine.onnx_errors import runtime_errors
from photocolor.engine.providers import choose
from photocolor.engine.runtime import load_runtime
from photocolor.engine.session import OnnxSession
from photocolor.models.registry import find_model
session = OnnxSession(find_model("default"), choose("cpu"))
def run(h, w):
    session.run(np.full((1, 1, h, w), 50, np.float32), np.zeros((1, 3, h, w), np.float32))
rss = lambda: psutil.Process().memory_info().rss
run(64, 64)
start = rss()
for h, w in ((512, 512), (320, 512), (512, 224), (640, 416), (768, 768), (96, 512), (64, 64)):
    run(h, w)
print((rss() - start) // 1_000_000)
"""
    assert int(python(code)) < 100  # MB; with ONNX Runtime's arena it is 200 and more


def test_opening_on_auto_writes_nothing_on_either_stream():
    code = """
from photocolor.engine.native import create_native
from photocolor.engine.onnx_errors import runtime_errors
from photocolor.engine.providers import choose
from photocolor.engine.runtime import load_runtime
from photocolor.engine.session import OnnxSession
from photocolor.models.registry import find_model
OnnxSession(find_model("default"), choose("auto"))
"""
    assert python(code) == ""
