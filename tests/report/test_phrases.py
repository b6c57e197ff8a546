from __future__ import annotations

import pytest
from commands import as_shown

from photocolor.batch.plan.passed import Passed
from photocolor.batch.reporter import Summary
from photocolor.batch.trial import Estimate
from photocolor.report.phrases import (
    about,
    count,
    duration,
    estimated,
    passed_over,
    results_place,
    shortened,
    size,
    speed,
    summary_rows,
)
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
    passed = Passed()
    assert passed_over(passed) == ""
    passed.update({"hidden": 2, "link to a folder": 0})
    assert passed_over(passed) == "Passed over in the folders: 2 × hidden."


def test_files_that_are_no_photos_by_name_are_told_by_their_endings() -> None:
    passed = Passed()
    for name in ("DSC_1.NEF", "DSC_2.nef", "bill.pdf", "Portrait", "Dr. Weber at home", "a.jpg."):
        passed.add_no_photo(name)
    assert passed_over(passed) == (
        "Passed over in the folders: 6 × file that is no photo by its name (without an ending, .nef, .pdf)."
    )
    for ending in "abcde":
        passed.add_no_photo(f"1.{ending}")
    assert passed_over(passed).endswith("(without an ending, .nef, .a, .b, .c, .d, …).")


def test_the_closing_table_accounts_for_every_photo() -> None:
    summary = Summary(photos=10, done=3, megapixels=72.0, seconds=24.0)
    summary.skipped.update({"done": 2})
    summary.failed.update({"truncated": 3, "not_an_image": 1})
    summary.devices.update({"CUDAExecutionProvider": 2, "CPUExecutionProvider": 1, "": 5})
    rows = summary_rows(summary)
    assert sum(number for _, number, _ in rows) == 10
    assert rows[0] == (
        "done",
        3,
        "72.0 MP in 0:00:24, 3.0 MP/s, 7.5 photos/min, on an NVIDIA GPU (2), the processor (1)",
    )
    assert ("failed", 3, "damaged or not whole") in rows and ("failed", 1, "no picture inside") in rows
    assert rows[-1][:2] == ("not done", 1)


def test_sidecars_that_were_used_are_counted() -> None:
    rows = summary_rows(Summary(photos=5, done=5, hinted=2, with_xmp=3))
    assert ("hinted", 2, "with what their .hints.json files say") in rows
    assert ("with XMP", 3, "with the XMP files beside them") in rows
    assert {what for what, _, _ in summary_rows(Summary(photos=5, done=5))} == {"done"}


def test_a_speed_has_photos_beside_pixels() -> None:
    assert speed(12.0, 4, 60.0) == "0.2 MP/s, 4.0 photos/min"
    assert speed(120.0, 1500, 60.0, "/min") == "2.0 MP/s, 1,500/min"
    assert speed(0.0, 0, 0.0) == "– MP/s, – photos/min"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "1 s"), (89, "89 s"), (720, "12 min"), (9000, "2.5 h"), (50_000, "14 h"), (500_000, "5.8 d")],
)
def test_a_time_that_is_only_known_about(seconds: float, shown: str) -> None:
    assert about(seconds) == shown


def test_sizes() -> None:
    assert [size(n) for n in (2_000, 1_500_000, 12_300_000, 4.2e9, 3e12)] == [
        "2 kB",
        "1.5 MB",
        "12 MB",
        "4.2 GB",
        "3.0 TB",
    ]


def test_an_estimate_says_so_when_the_space_is_too_little() -> None:
    told = estimated(Estimate(340, 5, 720.0, 4.2e9, 10**9))
    assert told == (
        "340 photos to color take about 12 min here, and 4.2 GB of space, judged by 5 colored on trial; "
        "1.0 GB are free. That is too little."
    )
    assert "too little" not in estimated(Estimate(340, 5, 720.0, 4.2e9, 10**10))
    assert estimated(Estimate(3, 0, None, None, 1)).startswith("No estimate")


def test_where_the_results_are_is_said_if_there_are_any() -> None:
    assert results_place(Summary(done=1, out="my out")) == as_shown(
        "The results are in my out; to look at them: photocolor report 'my out'"
    )
    assert results_place(Summary(done=1, out="s3://bucket/out")) == "The results are in s3://bucket/out"
    assert results_place(Summary(out="out")) == ""
