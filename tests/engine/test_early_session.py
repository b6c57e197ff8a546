"""A session that is opened while the command still plans is the one that the photo gets, or there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import fakes
import numpy as np
import photos
import pytest

from photocolor.engine import early_session
from photocolor.engine.early_session import begin_early_session, take_early_session
from photocolor.engine.providers import choose
from photocolor.engine.session import OnnxSession
from photocolor.errors import ModelNotFound
from photocolor.models.registry import find_model
from photocolor.system.machine import usable_cpus

SIDE = 96


@pytest.fixture(autouse=True)
def none_is_left_over() -> None:
    """What a command of another test has begun."""
    early_session._opening.clear()


def test_the_photo_gets_the_session_that_was_begun_and_the_same_answer(tmp_path: Path) -> None:
    path = fakes.write_model(tmp_path / "m.onnx")
    light, hints = np.full((1, 1, SIDE, SIDE), 50, np.float32), np.zeros((1, 3, SIDE, SIDE), np.float32)
    expected, _ = OnnxSession(find_model(path), choose("cpu")).run(light, hints)
    begin_early_session(str(path), "cpu")
    thread = early_session._opening[0]
    ab, _ = OnnxSession(find_model(path), choose("cpu")).run(light, hints)
    assert thread.opened is not None and not early_session._opening
    assert np.array_equal(ab, expected)


def test_a_session_is_only_begun_for_the_processors(tmp_path: Path) -> None:
    begin_early_session(str(fakes.write_model(tmp_path / "m.onnx")), "cuda")
    assert early_session._opening == []


def test_another_model_or_number_of_threads_opens_its_own(tmp_path: Path) -> None:
    one, other = fakes.write_model(tmp_path / "one.onnx"), fakes.write_model(tmp_path / "other.onnx", fault="gray")
    begin_early_session(str(one), "cpu")
    assert take_early_session(find_model(one), usable_cpus() + 1) is None
    assert take_early_session(find_model(other), usable_cpus()) is None
    assert take_early_session(find_model(one), usable_cpus()) is None  # it was dropped


def test_a_model_that_changed_meanwhile_is_not_the_one_that_was_opened(tmp_path: Path) -> None:
    path = fakes.write_model(tmp_path / "m.onnx")
    begin_early_session(str(path), "cpu")
    early_session._opening[0].join()
    fakes.write_model(path, fault="gray")
    assert take_early_session(find_model(path), usable_cpus()) is None


def test_a_model_that_is_not_there_is_told_by_whoever_needs_it(tmp_path: Path) -> None:
    begin_early_session(str(tmp_path / "missing.onnx"), "cpu")
    assert take_early_session(find_model(fakes.write_model(tmp_path / "m.onnx")), usable_cpus()) is None
    with pytest.raises(ModelNotFound):
        find_model(tmp_path / "missing.onnx")


def test_one_photo_starts_no_process_and_loads_nothing_of_other_formats(tmp_path: Path) -> None:
    """What a start costs: see docs/performance.md."""
    (tmp_path / "a.jpg").write_bytes(photos.jpeg(photos.gray(300, 450)))  # large enough to be asked for a negative
    status, searches, loaded = _after(["restore", str(tmp_path / "a.jpg"), "--out", str(tmp_path / "out"), "--quiet"])
    assert (status, searches) == (0, True)
    codecs = {f"photocolor.image.codecs.{name}" for name in ("heif", "jp2", "jxl")}
    commands = {f"photocolor.cli.{name}" for name in ("verify", "watch", "report", "doctor", "preview.command")}
    others = {"pydantic", "numpy.ma", "tifffile", "pillow_heif", "multiprocessing", "tomllib", "rich"}
    assert (others | codecs | commands) & set(loaded) == set()


def test_python_looks_for_garbage_again_when_a_command_runs(tmp_path: Path) -> None:
    """It does not while modules are loaded, of which nothing is garbage."""
    status, searches, _ = _after(["models"])
    assert (status, searches) == (0, True)
    (tmp_path / "a.jpg").write_bytes(photos.jpeg())
    status, searches, _ = _after(["preview", str(tmp_path / "a.jpg"), "--out", str(tmp_path / "a.png")])
    assert (status, searches) == (0, True)


def _after(words: list[str]) -> tuple[int, bool, list[str]]:
    """Returns a command's exit code, whether Python looks for garbage at its end, and the modules that it loaded."""
    code = (
        "import gc, json, sys\n"
        f"sys.argv[1:] = {words!r}\n"
        "from photocolor.__main__ import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(json.dumps([gc.isenabled(), sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    searches, loaded = json.loads(done.stdout.splitlines()[-1])
    return done.returncode, searches, loaded
