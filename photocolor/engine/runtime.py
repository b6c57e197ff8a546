"""Loads ONNX Runtime without noise, and only if it is installed exactly once and whole."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO, cast

from photocolor.errors import EnvironmentFault
from photocolor.system.printable import command_word

_DISTRIBUTIONS = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-directml",
    "onnxruntime-openvino",
    "onnxruntime-rocm",
    "onnxruntime-migraphx",
    "onnxruntime-qnn",
    "onnxruntime-cann",
    "onnxruntime-vitisai",
    "onnxruntime-azure",
    "onnxruntime-silicon",
    "onnxruntime-training",
    "onnxruntime-training-cpu",
    "ort-nightly",
    "ort-nightly-gpu",
    "ort-nightly-directml",
)
_NO_TELEMETRY = "ORT_DISABLE_TELEMETRY"
_FATAL_ONLY = 4  # ONNX Runtime's severity: verbose, info, warning, error, fatal


def runtime_distributions() -> dict[str, str]:
    """Returns the installed distributions that contain `onnxruntime`, with their versions; one is right."""
    from importlib import metadata  # loads a reader of mails with it, which only doctor and faults take

    versions: dict[str, str] = {}
    for name in _DISTRIBUTIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


def runtime_conflict() -> str | None:
    """Returns one sentence with the repair command if several ONNX Runtimes overwrite each other's files.

    It is None if all is well.

    pip does not notice it, and the GPU disappears without a word. Costs a few milliseconds; loads no ONNX Runtime.
    """
    versions = runtime_distributions()
    if len(versions) < 2:
        return None
    names = " and ".join(f"{name} {version}" for name, version in versions.items())
    return f"{names} are installed together and overwrite each other; repair with: {repair_command(versions)}"


def repair_command(versions: dict[str, str]) -> str:
    """Returns the shell command after which exactly one ONNX Runtime is installed.

    That is the one with an accelerator, of those in `versions`.
    """
    keep = next((name for name in versions if name != "onnxruntime"), "onnxruntime")
    which = f"{keep}=={versions[keep]}" if keep in versions else keep
    python, names = command_word(sys.executable), " ".join(versions or [keep])
    if find_spec("pip") is None:  # environments that uv makes have none
        uv = f"uv pip install --python {python} --no-deps --reinstall {which}"
        return f"uv pip uninstall --python {python} {names} && {uv}"
    pip = f"{python} -m pip"
    return f"{pip} uninstall -y {names} && {pip} install --no-deps --force-reinstall {which}"


@cache
def load_runtime() -> Any:
    """Returns the module `onnxruntime`, silenced and without telemetry.

    From 1.29 on its builds send what they are run on and the shape of the model to their maker, and keep a number for
    the device in the user's cache, unless this variable is set before the module is loaded (its Privacy.md).

    Raises:
        EnvironmentFault: it is missing, cannot be loaded, or is a leftover without content (what pip leaves when one
            of two installed distributions is removed); the hint is the repair command.
    """
    os.environ[_NO_TELEMETRY] = "1"
    try:
        with swallowed_output():
            import onnxruntime
    except ImportError as error:
        raise EnvironmentFault(f"ONNX Runtime cannot be loaded: {error}", _repair_hint()) from error
    if not hasattr(onnxruntime, "InferenceSession"):
        raise EnvironmentFault("ONNX Runtime is broken: the module is there, but it is empty", _repair_hint())
    onnxruntime.set_default_logger_severity(_FATAL_ONLY)  # a session's own severity does not silence its loading
    if hasattr(onnxruntime, "disable_telemetry_events"):
        onnxruntime.disable_telemetry_events()  # Windows has another one, too, which the variable leaves on
    return onnxruntime


def _repair_hint() -> str:
    return f"Repair with: {repair_command(runtime_distributions())}"


_SWALLOWING = threading.RLock()


@contextmanager
def swallowed_output() -> Iterator[None]:
    """Collects the output of native code and Python; if the block raises, it appears on standard error.

    It works on the process's file descriptors, so other threads fall silent too: use it only before work starts. Two
    threads take turns: each would else give back as Python's streams the sink of the other, which is closed by then.
    """
    with _SWALLOWING, _sink() as sink:
        saved = {fd: copy for fd in (1, 2) if (copy := _redirect(fd, sink.fileno())) is not None}
        failed = True
        try:
            with redirect_stdout(sink), redirect_stderr(sink):
                yield
            failed = False
        finally:
            with suppress(OSError):  # no space for the rest; it was to be swallowed
                sink.flush()
            for fd, copy in saved.items():
                os.dup2(copy, fd)
                os.close(copy)
            if failed and 2 in saved:
                sink.seek(0)
                os.write(2, sink.read().encode())


def _sink() -> TextIO:
    """Returns a file without a name, in memory where the system has such; one that keeps nothing where there is none.

    A read-only container has no folder for temporary files, and those of others may be full.
    """
    with suppress(AttributeError, OSError):  # not Linux, or a sandbox
        return os.fdopen(os.memfd_create("photocolor-output"), "w+", encoding="utf-8", errors="replace")
    with suppress(OSError):
        return cast(TextIO, tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
    return Path(os.devnull).open("w+", encoding="utf-8", errors="replace")


def _redirect(fd: int, target: int) -> int | None:
    """Points `fd` at `target`; returns a copy of the old one, None where the process has no such descriptor."""
    stream = sys.stdout if fd == 1 else sys.stderr
    if stream is not None:  # a windowed program has none
        stream.flush()
    try:
        copy = os.dup(fd)
    except OSError:
        return None
    os.dup2(target, fd)
    return copy
