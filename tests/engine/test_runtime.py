"""ONNX Runtime is installed once and whole, or the person is told how to mend it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from photocolor.engine.runtime import (
    load_runtime,
    repair_command,
    runtime_conflict,
    runtime_distributions,
    swallowed_output,
)


def install(folder: Path, name: str, version: str) -> None:
    """What pip leaves behind for importlib.metadata to find."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `code` in a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ | environment, check=False
    )


def test_exactly_one_runtime_is_installed_here():
    assert len(runtime_distributions()) == 1
    assert runtime_conflict() is None


def test_two_runtimes_are_a_conflict_with_a_repair_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    install(tmp_path, "onnxruntime-openvino", "1.24.1")
    monkeypatch.syspath_prepend(tmp_path)
    conflict = runtime_conflict()
    assert conflict is not None
    assert "onnxruntime-openvino 1.24.1" in conflict
    assert repair_command(runtime_distributions()) in conflict


def test_the_repair_removes_all_and_keeps_the_one_with_an_accelerator():
    command = repair_command({"onnxruntime": "1.31.0", "onnxruntime-gpu": "1.31.1"})
    removal, installation = command.split(" && ")
    assert "uninstall" in removal
    assert removal.endswith("onnxruntime onnxruntime-gpu")
    assert installation.endswith("onnxruntime-gpu==1.31.1")
    assert sys.executable in removal
    assert sys.executable in installation


def test_the_repair_uses_uv_where_there_is_no_pip(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("photocolor.engine.runtime.find_spec", lambda _name: None)
    removal, installation = repair_command({"onnxruntime": "1.31.1"}).split(" && ")
    assert removal.startswith("uv pip uninstall --python")
    assert installation.startswith("uv pip install --python")


@pytest.mark.parametrize("leftover", ["onnxruntime/__init__.py", "onnxruntime/capi/left.so"])
def test_a_module_left_empty_is_a_fault_with_the_repair_command(tmp_path: Path, leftover: str):
    """What pip leaves when one of two distributions is removed: a package without content, or a bare folder."""
    (tmp_path / leftover).parent.mkdir(parents=True)
    (tmp_path / leftover).touch()
    code = (
        f"import sys; sys.path[:] = [{str(tmp_path)!r}] + [p for p in sys.path if 'site-packages' not in p]\n"
        "from photocolor.engine.runtime import load_runtime\n"
        "from photocolor.errors import EnvironmentFault\n"
        "try:\n    load_runtime()\n"
        "except EnvironmentFault as error:\n    print(int(error.exit_code), error.message, error.hint)\n"
    )
    done = python(code, PYTHONPATH=str(Path(__file__).resolve().parents[2]))
    assert done.stderr == ""
    assert done.stdout.startswith("4 ONNX Runtime is broken")
    assert "uninstall" in done.stdout


def test_a_missing_runtime_is_a_fault_with_the_repair_command():
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from photocolor.engine.runtime import load_runtime\n"
        "from photocolor.errors import EnvironmentFault\n"
        "try:\n    load_runtime()\n"
        "except EnvironmentFault as error:\n    print(error.message, error.hint)\n"
    )
    done = python(code)
    assert done.stdout.startswith("ONNX Runtime cannot be loaded")
    assert "install" in done.stdout


def test_the_runtime_is_loaded_once():
    assert load_runtime() is load_runtime()


def test_native_noise_is_swallowed_on_both_streams(capfd: pytest.CaptureFixture[str]):
    with swallowed_output():
        os.write(1, b"banner")
        os.write(2, b"warning")
        print("from Python")  # noqa: T201
    os.write(1, b"ours")
    assert capfd.readouterr() == ("ours", "")


def test_what_was_swallowed_before_an_error_appears_on_stderr(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(KeyError), swallowed_output():
        os.write(1, b"the cause")
        raise KeyError
    assert capfd.readouterr() == ("", "the cause")


def test_swallowing_works_in_a_process_without_streams():
    code = (
        "import os\nfrom photocolor.engine.runtime import load_runtime, swallowed_output\n"
        "os.close(1)\nos.close(2)\n"
        "with swallowed_output():\n    load_runtime()\n"
        "os._exit(7)\n"
    )
    assert python(code).returncode == 7


def test_its_telemetry_never_begins(tmp_path: Path):
    """It would leave a number for the device in the cache and a session in the temporary folder, and call home."""
    places = {name: tmp_path / name for name in ("HOME", "XDG_CACHE_HOME", "TMPDIR")}
    for place in places.values():
        place.mkdir()
    unless_told = {name: value for name, value in os.environ.items() if name not in ("CI", "ORT_DISABLE_TELEMETRY")}
    code = "from photocolor.engine.runtime import load_runtime; load_runtime().SessionOptions()"
    environment = unless_told | {name: str(place) for name, place in places.items()}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert [path for place in places.values() for path in place.rglob("*")] == []
