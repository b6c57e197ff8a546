"""Checks an installation by really running the model."""

from __future__ import annotations

import platform
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import numpy as np

from photocolor import __version__
from photocolor.engine.probe import cuda_devices
from photocolor.engine.providers import (
    AUTO,
    DeviceChoice,
    ProviderState,
    choose,
    cpu_instead,
    provider_states,
    short_name,
)
from photocolor.engine.runtime import runtime_conflict, runtime_distributions
from photocolor.engine.session import OnnxSession, Planes
from photocolor.engine.worth import photos_that_pay
from photocolor.errors import PhotocolorError
from photocolor.models.finder import bundled_finder, find_finder
from photocolor.models.negatives import find_classifier
from photocolor.models.registry import ModelFile, find_model
from photocolor.settings import ColorSettings
from photocolor.system.machine import memory, usable_cpus

PHOTO_PX = 256
COLORFUL_AB = 1.0
"""CIELAB units that a working model reaches somewhere in any picture; a dead one gives gray."""

_PACKAGES = ("numpy", "opencv-python-headless", "pillow", "piexif", "tifffile", "imagecodecs", "rich", "typer")

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class DeviceTrial:
    """Holds how one device did with a small photo.

    Attributes:
        name: as --device takes it.
        provider: ONNX Runtime's name.
        cause: why it does not work; empty if it does.
        open_s: seconds to open the model.
        run_s: seconds to color the photo; on a GPU it plans first.
        again_s: seconds to color it once more.
        delta_ab: largest difference from the CPU's colors, in CIELAB units; None where there is no comparison.
    """

    name: str
    provider: str
    cause: str = ""
    open_s: float | None = None
    run_s: float | None = None
    again_s: float | None = None
    delta_ab: float | None = None


@dataclass(frozen=True, slots=True)
class Checkup:
    """Describes the state of the installation and of the machine.

    Attributes:
        photocolor: our version.
        python: version of the interpreter.
        system: operating system and processor.
        packages: version of each package we need; None if it is missing.
        runtimes: installed ONNX Runtime distributions with their versions; one is right.
        cpus: processors that may be used.
        memory_bytes: total memory; None if unknown.
        memory_available_bytes: memory to be had now; None if unknown.
        disk_free_bytes: space in the current folder.
        gpus: names of the NVIDIA devices.
        model: name and version of the bundled model; None if it is damaged.
        model_sha256: its checksum, compared with the one it was shipped with.
        finder: name and version of the package's damage finder; None if it is damaged or there is none.
        finder_sha256: its checksum, compared in the same way.
        classifier: name and version of what recognizes scanned negatives; None if it is damaged.
        classifier_sha256: its checksum, compared in the same way.
        devices: every provider, tried where nothing is known to be in its way.
        auto: what --device auto takes, and why.
        faults: what has to be mended, one sentence each, with its repair; empty if all is well.
    """

    photocolor: str
    python: str
    system: str
    packages: dict[str, str | None]
    runtimes: dict[str, str]
    cpus: int
    memory_bytes: int | None
    memory_available_bytes: int | None
    disk_free_bytes: int
    gpus: tuple[str, ...] = ()
    model: str | None = None
    model_sha256: str | None = None
    finder: str | None = None
    finder_sha256: str | None = None
    classifier: str | None = None
    classifier_sha256: str | None = None
    devices: tuple[DeviceTrial, ...] = ()
    auto: str = ""
    faults: tuple[str, ...] = field(default=())

    @property
    def healthy(self) -> bool:
        """Returns True if nothing has to be repaired."""
        return not self.faults


def check_up() -> Checkup:
    """Checks everything, and runs the bundled model on every device that might work; takes seconds."""
    packages = {name: _version(name) for name in _PACKAGES}
    faults = [conflict] if (conflict := runtime_conflict()) else []
    faults += [f"{name} is missing; repair with: pip install photocolor" for name in packages if packages[name] is None]
    model = _or_fault(lambda: find_model("default"), faults)
    finder = _or_fault(find_finder, faults) if bundled_finder() else None
    classifier = _or_fault(find_classifier, faults)
    choice = _or_fault(lambda: choose(AUTO), faults)
    devices = try_devices(model) if model and choice else ()
    faults += [f"the model does not work on the CPU: {it.cause}" for it in devices if it.name == "cpu" and it.cause]
    room = memory()
    return Checkup(
        photocolor=__version__,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        packages=packages,
        runtimes=runtime_distributions(),
        cpus=usable_cpus(),
        memory_bytes=room.total_bytes,
        memory_available_bytes=room.available_bytes,
        disk_free_bytes=shutil.disk_usage(Path.cwd()).free,
        gpus=cuda_devices() if choice else (),
        model=f"{model.card.name} {model.card.version}" if model else None,
        model_sha256=model.sha256 if model else None,
        finder=f"{finder.card.name} {finder.card.version}" if finder else None,
        finder_sha256=finder.sha256 if finder else None,
        classifier=f"{classifier.card.name} {classifier.card.version}" if classifier else None,
        classifier_sha256=classifier.sha256 if classifier else None,
        devices=devices,
        auto=_auto(choice, devices, model) if choice else "",
        faults=tuple(faults),
    )


def _or_fault(look: Callable[[], Found], faults: list[str]) -> Found | None:
    """Returns the result of `look`, or None if it fails; then its error is added to the faults."""
    try:
        return look()
    except PhotocolorError as error:
        faults.append(f"{error}. {error.hint}")
        return None


def try_devices(model: ModelFile) -> tuple[DeviceTrial, ...]:
    """Returns a trial of every provider; those without a known obstacle color a small photo, as the CPU does."""
    trials: list[DeviceTrial] = []
    reference: Planes | None = None
    for state in provider_states():  # the CPU comes first
        trial, ab = (
            (DeviceTrial(state.name, state.provider, state.cause), None)
            if state.cause
            else _try(model, state, reference)
        )
        trials.append(trial)
        reference = ab if state.name == "cpu" else reference
    return tuple(trials)


def small_photo(side_px: int) -> Planes:
    """Returns L* of a small synthetic photo, (1, 1, side, side) float32.

    It shows a bright sky that grows lighter toward the horizon, over dark uneven ground.
    """
    rows, columns = np.mgrid[0:side_px, 0:side_px].astype(np.float32) / side_px
    ground = 35 + 15 * np.sin(40 * columns + 9 * np.sin(23 * rows)) * np.cos(31 * rows)
    photo: Planes = np.where(rows < 0.45, 70 + 40 * rows, ground).astype(np.float32)
    return photo[None, None]


def _try(model: ModelFile, state: ProviderState, reference: Planes | None) -> tuple[DeviceTrial, Planes | None]:
    """Returns the trial of one device, and the colors that it computed."""
    photo = small_photo(model.card.at_least(PHOTO_PX))
    hints = np.zeros((1, 3, *photo.shape[2:]), np.float32)
    started = time.perf_counter()
    try:
        session = OnnxSession(model, choose(state.name))
        opened = time.perf_counter()
        ab, _ = session.run(photo, hints)
        ran = time.perf_counter()
        again, _ = session.run(photo, hints)
        ran_again = time.perf_counter()
    except PhotocolorError as error:
        cause = str(error).removeprefix(f"device {state.name} cannot be used: ")
        return DeviceTrial(state.name, state.provider, cause), None
    cause = "" if np.array_equal(ab, again) else "two runs of the same photo give different colors"
    if float(np.abs(ab).max()) < COLORFUL_AB:
        cause = "the model gives gray"
    delta = None if reference is None else float(np.abs(ab - reference).max())
    return DeviceTrial(state.name, state.provider, cause, opened - started, ran - opened, ran_again - ran, delta), ab


def _auto(choice: DeviceChoice, devices: tuple[DeviceTrial, ...], model: ModelFile | None) -> str:
    """Returns the device of --device auto, and why: its first choice, unless that failed its trial or does not pay."""
    for trial in devices:
        if trial.provider == choice.provider and trial.cause:
            choice = cpu_instead(choice, trial.cause)
    if short_name(choice.provider) != "cuda" or model is None:
        return f"{short_name(choice.provider)}: {choice.reason}"
    least = photos_that_pay(model, ColorSettings(), usable_cpus())
    if least is None:
        return f"cpu: {usable_cpus()} processors color as fast as cuda can be fed; --device cuda uses it all the same"
    return f"cuda for {least:,} photos or more at a time; cpu for fewer, which are done there before cuda has started"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
