"""What was asked is kept, and a cancel reaches the model."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import photos
import pytest
from fakes import SlowSession, write_model
from looks import pipeline

from photocolor.errors import Canceled, SourceVanished
from photocolor.hints.sidecar import Hints, Point
from photocolor.outcome import NoProgress
from photocolor.preview.region import Region
from photocolor.preview.session import PreviewRequest, PreviewSession
from photocolor.settings import ColorSettings


@pytest.fixture
def asked_for(tmp_path: Path) -> PreviewRequest:
    path = tmp_path / "scan.jpg"
    path.write_bytes(photos.jpeg(photos.gray(900, 1300)))
    return PreviewRequest(path, str(write_model(tmp_path / "tint.onnx")), "cpu")


def test_a_quick_answer_comes_first_and_the_last_word_replaces_it(asked_for: PreviewRequest) -> None:
    session, asked_for = PreviewSession(), replace(asked_for, color=ColorSettings(detail="full"))
    assert session.known(asked_for) == (None, False)
    quick = session.ask(asked_for, NoProgress(), quick=True)
    assert session.known(asked_for) == (quick, False)
    final = session.ask(asked_for, NoProgress(), quick=False)
    assert final.tiles > quick.tiles == 0
    assert session.known(asked_for) == (final, True)


def test_strength_and_fading_ask_nothing_and_detail_and_points_do(asked_for: PreviewRequest) -> None:
    session = PreviewSession()
    session.ask(asked_for, NoProgress(), quick=False)
    assert session.known(replace(asked_for, color=ColorSettings(strength=0.3, fade_doubt=0.5)))[1]
    assert session.known(replace(asked_for, color=ColorSettings(detail=300))) == (None, False)
    assert session.known(replace(asked_for, hints=Hints((Point(0.5, 0.5, "#a04030"),)))) == (None, False)


def test_one_pass_is_the_last_word_where_there_are_no_tiles(asked_for: PreviewRequest) -> None:
    small = replace(asked_for, color=ColorSettings(detail=64))
    session = PreviewSession()
    session.ask(small, NoProgress(), quick=True)
    assert session.known(small)[1]


def test_a_file_that_changed_is_read_again_and_one_that_is_gone_is_named(asked_for: PreviewRequest) -> None:
    session = PreviewSession()
    first = session.screen_photo(asked_for.path)
    assert session.screen_photo(asked_for.path) is first
    asked_for.path.write_bytes(photos.jpeg(photos.gray(90, 130)))
    assert session.screen_photo(asked_for.path).shape == (90, 130)
    asked_for.path.unlink()
    with pytest.raises(SourceVanished):
        session.screen_photo(asked_for.path)


def test_a_region_waits_for_an_answer_and_has_the_size_that_was_asked_for(asked_for: PreviewRequest) -> None:
    session, region = PreviewSession(), Region(100, 200, 50, 70)
    assert session.region(asked_for, region, NoProgress()) is None
    session.ask(asked_for, NoProgress(), quick=True)
    pictures = session.region(asked_for, region, NoProgress())
    assert pictures is not None
    assert [picture.shape for picture in pictures] == [(50, 70, 3)] * 3


def test_the_photo_before_is_in_its_own_tone_and_gray_beside_it(tmp_path: Path) -> None:
    sepia = photos.gray(90, 130)[..., None] * np.array([1.0, 0.85, 0.65])
    path = tmp_path / "sepia.png"
    path.write_bytes(photos.png(sepia.astype(np.uint8)))
    session, request = PreviewSession(), PreviewRequest(path, "default", "cpu")
    own = session.screen_photo(path).own
    assert own is not None and (own[..., 0] > own[..., 2]).mean() > 0.9
    session.ask(request, NoProgress(), quick=True)
    pictures = session.region(request, Region(10, 20, 30, 40), NoProgress())
    assert pictures is not None
    assert (pictures[0] == sepia.astype(np.uint8)[10:40, 20:60]).all()
    assert (pictures[2] == pictures[2][..., :1]).all()


def test_cancel_reaches_into_a_running_inference(asked_for: PreviewRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowSession(seconds=60)
    monkeypatch.setattr("photocolor.preview.session.open_for_named_photos", lambda settings: pipeline(slow))
    session = PreviewSession()
    ended: list[object] = []

    def ask() -> None:
        try:
            session.ask(asked_for, NoProgress(), quick=True)
        except Canceled as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert slow.started.wait(10)
    started = time.monotonic()
    session.cancel()
    thread.join(10)
    assert len(ended) == 1
    assert time.monotonic() - started < 5
