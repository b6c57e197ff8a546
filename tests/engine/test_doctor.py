"""The check-up runs the model for real and names what has to be mended."""

from __future__ import annotations

import re
from pathlib import Path

import fakes
import finders
import numpy as np
import pytest

from photocolor.engine import doctor
from photocolor.engine.doctor import check_up, small_photo, try_devices
from photocolor.engine.providers import DeviceChoice
from photocolor.errors import EnvironmentFault
from photocolor.models import registry
from photocolor.models.finder import find_finder
from photocolor.models.registry import find_model

GPU_AB = 2.0  # CIELAB units: other arithmetic, same picture


def test_a_sound_installation_is_healthy_and_the_model_ran():
    result = check_up()
    assert result.faults == ()
    assert result.healthy
    cpu = result.devices[0]
    assert (cpu.name, cpu.cause) == ("cpu", "")
    assert cpu.run_s is not None
    assert cpu.run_s > 0
    assert result.model == "default 9"
    assert all(result.packages.values())
    assert list(result.runtimes) != []


def test_every_device_that_works_here_agrees_with_the_cpu():
    compared = [trial for trial in try_devices(find_model("default")) if trial.delta_ab is not None]
    if not compared:
        pytest.skip("no device but the CPU works here")
    assert all(trial.delta_ab is not None and trial.delta_ab <= GPU_AB for trial in compared)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("nan", "NaN"), ("gray", "gives gray"), ("shape", "not (1, 2, 256, 256)"), ("infinite", "doubt")],
)
def test_a_model_that_does_not_color_is_named(tmp_path: Path, fault: str, cause: str):
    trials = try_devices(find_model(fakes.write_model(tmp_path / "m.onnx", fault=fault)))
    assert trials[0].name == "cpu"
    assert cause in trials[0].cause


def test_a_model_of_one_size_is_tried_at_that_size(tmp_path: Path):
    assert try_devices(find_model(fakes.write_model(tmp_path / "m.onnx", fixed_px=150)))[0].cause == ""


def test_a_damaged_model_is_a_fault_with_its_repair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "default.onnx").write_bytes(b"damaged")
    (tmp_path / "default.sha256").write_text("0" * 64)
    monkeypatch.setitem(registry._BUNDLED, "default", tmp_path / "default.onnx")
    result = check_up()
    assert not result.healthy
    assert result.model is None
    assert result.devices == ()
    assert any("damaged" in fault and "Install photocolor again" in fault for fault in result.faults)


def test_the_damage_finder_of_the_package_is_checked_and_a_package_may_have_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(doctor, "try_devices", lambda model: ())
    finders.take_out_of_package(monkeypatch, tmp_path)
    assert (check_up().finder, check_up().healthy) == (None, True)
    own = finders.put_into_package(monkeypatch, tmp_path / "models", fakes.write_finder(tmp_path / "f.onnx"))
    result = check_up()
    assert (result.finder, result.finder_sha256, result.healthy) == ("bright 1.0", find_finder().sha256, True)
    own.write_bytes(b"damaged")
    result = check_up()
    assert (result.finder, result.healthy) == (None, False)
    assert any("damage.onnx is damaged" in fault and "Install photocolor again" in fault for fault in result.faults)


def test_a_conflict_of_runtimes_is_a_fault(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "runtime_conflict", lambda: "two are installed; repair with: X")
    assert check_up().faults == ("two are installed; repair with: X",)


def test_a_broken_runtime_is_a_fault_and_not_a_crash(monkeypatch: pytest.MonkeyPatch):
    def broken(_device: str) -> None:
        raise EnvironmentFault("ONNX Runtime is broken", "Repair with: X")

    monkeypatch.setattr(doctor, "choose", broken)
    result = check_up()
    assert result.faults == ("ONNX Runtime is broken. Repair with: X",)
    assert (result.devices, result.auto) == ((), "")


def test_the_small_photo_is_lightness_with_bright_and_dark():
    photo = small_photo(256)
    assert photo.shape == (1, 1, 256, 256)
    assert photo.dtype == np.float32
    assert 0 <= photo.min() < 25
    assert 80 < photo.max() <= 100


def test_what_auto_does_with_a_gpu_depends_on_the_number_of_photos(monkeypatch: pytest.MonkeyPatch):
    choice, model = DeviceChoice("auto", fakes.CUDA, {}, "cuda is there"), find_model("default")
    monkeypatch.setattr(doctor, "usable_cpus", lambda: 4)
    assert re.fullmatch(r"cuda for \d{3} photos or more at a time; cpu for fewer, .*", doctor._auto(choice, (), model))
    monkeypatch.setattr(doctor, "usable_cpus", lambda: 64)
    assert doctor._auto(choice, (), model).startswith("cpu: 64 processors")
    broken = doctor.DeviceTrial("cuda", fakes.CUDA, "it gives gray")
    assert doctor._auto(choice, (broken,), model) == "cpu: it gives gray"
