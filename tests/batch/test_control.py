"""A run in another thread is paused, goes on, and is canceled."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import photos
import pytest
from fakes import wait_until, write_model
from runs import Listener, read_tree, write_tree

from photocolor.batch.control import RunControl
from photocolor.batch.plan.targets import make_plan
from photocolor.batch.reporter import Summary
from photocolor.batch.start import color_plan
from photocolor.errors import ExitCode, OutputLocked
from photocolor.outcome import Job
from photocolor.settings import ColorSettings, Settings

PHOTOS = 4


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    write_tree(tmp_path / "in", {f"{n}.jpg": photos.jpeg(photos.gray(100, 120, seed=n)) for n in range(PHOTOS)})
    model = write_model(tmp_path / "tint.onnx")
    return Settings(sources=(tmp_path / "in",), out=tmp_path / "out", model=str(model), device="cpu", workers=1)


class Started:
    """A run in a thread of its own."""

    def __init__(self, settings: Settings, listener: Listener) -> None:
        self.control = RunControl()
        self.summary: Summary | None = None
        self._settings = settings
        self._listener = listener
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        """Begins it."""
        self._thread.start()

    def end(self) -> Summary:
        """Its summary, when it is over."""
        self._thread.join(60)
        assert self.summary is not None
        return self.summary

    def _run(self) -> None:
        plan = make_plan(self._settings.sources, self._settings.out)
        self.summary = color_plan(plan, self._settings, self._listener, self.control)


def test_a_pause_finishes_what_is_at_work_and_begins_nothing(settings: Settings) -> None:
    listener = Listener()
    run = Started(settings, listener)

    def pause_at_first(job: Job, stage: str) -> None:
        if not listener.outcomes:
            run.control.pause()

    listener.on_work = pause_at_first
    run.start()
    wait_until(lambda: len(listener.outcomes) == 1, 60)
    begun = {name for name, *_ in listener.stages}
    threading.Event().wait(0.5)  # long enough for two of these photos
    assert len(listener.outcomes) == 1
    assert {name for name, *_ in listener.stages} == begun
    run.control.go_on()
    assert run.end().done == PHOTOS


def test_a_canceled_run_ends_with_whole_results_and_goes_on_where_it_stopped(settings: Settings) -> None:
    listener = Listener()
    run = Started(settings, listener)
    listener.on_work = lambda job, stage: run.control.cancel() if len(listener.outcomes) == 2 else None
    run.start()
    summary = run.end()
    assert summary.exit_code is ExitCode.INTERRUPTED
    assert listener.ended == 1
    done = read_tree(settings.out)
    assert set(done) == {outcome.job.relative for outcome in listener.outcomes}
    assert not list(settings.out.rglob("*.tmp"))
    again = Started(settings, Listener())
    again.start()
    assert (again.end().done, again.summary.skipped["done"]) == (PHOTOS - len(done), len(done))


def test_a_pause_can_be_canceled(settings: Settings) -> None:
    run = Started(settings, Listener())
    run.control.pause()
    run.start()
    threading.Event().wait(0.3)
    run.control.cancel()
    assert run.end().exit_code is ExitCode.INTERRUPTED


def test_two_runs_do_not_share_a_folder(settings: Settings) -> None:
    first = Started(settings, Listener())
    first.control.pause()
    first.start()
    wait_until(lambda: (settings.out / ".photocolor" / "manifest.jsonl").exists(), 30)
    with pytest.raises(OutputLocked):
        color_plan(make_plan(settings.sources, settings.out), settings, Listener())
    first.control.cancel()
    first.end()


def test_settings_that_cannot_work_are_refused_before_the_folder_is_made(settings: Settings) -> None:
    bad = replace(settings, color=ColorSettings(tile_px=100))
    with pytest.raises(Exception, match="multiples of 32"):
        color_plan(make_plan(bad.sources, bad.out), bad, Listener())
    assert not settings.out.exists()
