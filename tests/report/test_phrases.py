from __future__ import annotations

import pytest

from photocolor.batch.reporter import Summary
from photocolor.report.phrases import count, duration, passed_over, shortened, summary_rows
from photocolor.system.printable import clean


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Łódź 1920/ślub.jpg", "Łódź 1920/ślub.jpg"),
        ("two\nlines.jpg", r"two\nlines.jpg"),
        ("\x1b[31mred.jpg", r"\x1b[31mred.jpg"),
        ("caf\udce9.jpg", r"caf\udce9.jpg"),
        ("\u202egpj.exe", r"\u202egpj.exe"),
    ],
)
def test_a_name_cannot_disturb_the_terminal(name: str, shown: str) -> None:
    assert clean(name) == shown


@pytest.mark.parametrize("width", range(1, 30))
def test_a_shortened_name_fits_and_keeps_its_end(width: int) -> None:
    name = "album/1923/summer-0042.tif"
    short = shortened(name, width)
    assert len(short) == min(width, len(name))
    assert short[-1] == (name[-1] if width > 1 else "…")


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00:00"), (59.6, "0:01:00"), (3661, "1:01:01"), (90000, "1 d 1:00:00")]
)
def test_durations(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_counts_have_their_plural() -> None:
    assert [count(1), count(1234), count(0, "pair")] == ["1 photo", "1,234 photos", "0 pairs"]


def test_what_was_passed_over_is_said_or_nothing_is() -> None:
    assert passed_over({"hidden": 2, "link to a folder": 0}) == "Passed over in the folders: 2 × hidden."
    assert passed_over({}) == ""


def test_the_closing_table_accounts_for_every_photo() -> None:
    summary = Summary(photos=10, done=3, megapixels=72.0, seconds=24.0)
    summary.skipped.update({"done": 2})
    summary.failed.update({"truncated": 3, "not_an_image": 1})
    summary.devices.update({"CUDAExecutionProvider": 2, "CPUExecutionProvider": 1})
    rows = summary_rows(summary)
    assert sum(number for _, number, _ in rows) == 10
    assert rows[0] == (
        "done",
        3,
        "72.0 MP in 0:00:24, 3.0 MP/s, on CUDAExecutionProvider (2), CPUExecutionProvider (1)",
    )
    assert ("failed", 3, "truncated") in rows
    assert rows[-1][:2] == ("not done", 1)
