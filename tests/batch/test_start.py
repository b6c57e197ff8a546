"""A run is refused or ends by name where what it began with is not there any more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import fakes
import photos
import pytest
from runs import Listener, read_tree, write_tree

from photocolor.batch.plan.targets import make_plan
from photocolor.batch.reporter import Summary
from photocolor.batch.start import color_plan
from photocolor.engine.providers import DeviceChoice
from photocolor.errors import ModelInvalid
from photocolor.settings import Settings


@dataclass
class Replacer(Listener):
    """Puts another sound model in the place of the run's, after the run has written down its checksum."""

    model: Path = Path()

    def begin(self, summary: Summary) -> None:
        """Replaces it."""
        super().begin(summary)
        fakes.write_model(self.model, metadata={"version": "6.6"})


@pytest.mark.parametrize("workers", [1, 2])
def test_a_model_that_is_replaced_when_the_run_has_begun_colors_no_photo(tmp_path: Path, workers: int) -> None:
    model = fakes.write_model(tmp_path / "m.onnx")
    scans = write_tree(tmp_path / "in", {"a.png": photos.png(), "b.png": photos.png()})
    out = tmp_path / "out"
    settings = Settings(sources=(scans,), out=out, model=str(model), device="cpu", workers=workers)
    summary = color_plan(make_plan(settings.sources, out), settings, Replacer(model=model))
    assert isinstance(summary.ended_by, ModelInvalid)
    assert "replaced or changed while" in summary.ended_by.message
    assert not read_tree(out)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_few_photos_do_not_wait_for_a_gpu_that_is_there_and_the_run_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    found = DeviceChoice("auto", fakes.CUDA, {"device_id": "0"}, "cuda is there")
    monkeypatch.setattr("photocolor.batch.start.choose", lambda _device: found)
    scans, out = write_tree(tmp_path / "in", {"a.png": photos.png(), "b.png": photos.png()}), tmp_path / "out"
    settings = Settings(sources=(scans,), out=out, workers=workers)
    listener = Listener()
    summary = color_plan(make_plan(settings.sources, out), settings, listener)
    assert summary.devices == {fakes.CPU: 2}
    assert [note for note in listener.notes if note.startswith("Using the CPU: it takes about ")] != []
