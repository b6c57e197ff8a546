"""What `auto` takes when there is a GPU: counts decide, the same each time, and a person is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from photocolor.engine.providers import DeviceChoice, choose
from photocolor.engine.worth import ONE_PERSON, Load, estimate, folder_load, if_it_pays, photos_that_pay
from photocolor.models.registry import ModelFile, find_model
from photocolor.settings import ColorSettings

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
FOUND = DeviceChoice("auto", CUDA, {"device_id": "0"}, "cuda is there")
PLAIN = ColorSettings()


@pytest.fixture(scope="module")
def bundled() -> ModelFile:
    """The bundled model."""
    return find_model("default")


def test_a_handful_of_photos_is_left_to_the_cpu_and_a_person_is_told_why_and_what_to_do(bundled: ModelFile):
    choice = if_it_pays(FOUND, folder_load(12), bundled, PLAIN, 4)
    assert (choice.provider, choice.options, choice.fallback) == (CPU, {}, True)
    assert choice.notice.startswith("Using the CPU: it takes about 1 s for this, and cuda about 11 s with its start")
    assert "--device cuda" in choice.notice


def test_a_large_folder_is_given_to_the_gpu(bundled: ModelFile):
    choice = if_it_pays(FOUND, folder_load(10_000), bundled, PLAIN, 4)
    assert (choice.provider, choice.options, choice.notice) == (CUDA, FOUND.options, "")


@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_a_gpu_that_was_asked_for_is_used_for_one_photo_too(bundled: ModelFile, device: str):
    asked = replace(FOUND, requested=device)
    assert if_it_pays(asked, folder_load(1), bundled, PLAIN, 64) is asked


@pytest.mark.parametrize("provider", [CPU, "CoreMLExecutionProvider", "TensorrtExecutionProvider"])
def test_devices_of_which_nothing_was_measured_are_left_as_they_are(bundled: ModelFile, provider: str):
    found = replace(FOUND, provider=provider)
    assert if_it_pays(found, folder_load(1), bundled, PLAIN, 1) is found


@pytest.mark.parametrize("cpus", [1, 2, 4, 8])
def test_the_number_that_doctor_names_is_where_the_choice_changes(bundled: ModelFile, cpus: int):
    least = photos_that_pay(bundled, PLAIN, cpus)
    assert least is not None
    below, there = (if_it_pays(FOUND, folder_load(n), bundled, PLAIN, cpus).provider for n in (least - 1, least))
    assert (below, there) == (CPU, CUDA)


def test_more_processors_make_a_gpu_pay_later_and_more_detail_sooner(bundled: ModelFile):
    by_cpus = [photos_that_pay(bundled, PLAIN, cpus) or 10**9 for cpus in (1, 2, 4, 8, 16, 64)]
    assert by_cpus == sorted(by_cpus)
    by_detail = [
        photos_that_pay(bundled, ColorSettings(detail=detail), 8) or 10**9 for detail in ("full", 2048, 1024, "auto")
    ]
    assert by_detail == sorted(by_detail)
    assert by_detail[0] < 20 < by_detail[-1]


def test_a_person_at_a_screen_gets_the_cpu_for_the_bundled_model_and_the_gpu_for_a_very_large_one(bundled: ModelFile):
    large = replace(bundled, size_bytes=912_000_000)
    for cpus in (1, 2, 8):
        assert if_it_pays(FOUND, ONE_PERSON, bundled, PLAIN, cpus).provider == CPU
        assert if_it_pays(FOUND, ONE_PERSON, large, PLAIN, cpus).provider == CUDA


def test_many_shapes_cost_the_gpu_a_plan_each(bundled: ModelFile):
    few, many = (estimate(Load(1000, shapes), bundled, PLAIN, 4) for shapes in (1, 29))
    assert few.cpu_s == many.cpu_s
    assert many.cuda_s > few.cuda_s + 28


def test_a_choice_that_has_no_gpu_keeps_its_own_words(bundled: ModelFile):
    choice = choose("cpu")
    assert if_it_pays(choice, folder_load(1), bundled, PLAIN, 1) is choice


def test_the_documentation_has_the_numbers(bundled: ModelFile):
    text = (Path(__file__).parents[2] / "docs/how-it-works.md").read_text(encoding="utf-8")
    two, four, eight, ten = (photos_that_pay(bundled, PLAIN, cpus) for cpus in (2, 4, 8, 10))
    numbers = f"{two} photos on with 2 processors, {four} with 4, {eight:,} with 8"
    assert ten is None
    assert f"CUDA from {numbers}, and never with 10" in " ".join(text.split())
