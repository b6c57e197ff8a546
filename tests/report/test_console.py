from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console
from runs import INLINE, run_with, write_tree
from works import open_scripted

from photocolor.batch import runner as runner_module
from photocolor.batch.reporter import Summary
from photocolor.outcome import Done, Failed, Fingerprint, Job, Outcome, Skipped
from photocolor.report import console as console_module
from photocolor.report.console import ConsoleReport


def job(name: str) -> Job:
    return Job(Path("/scans") / name, Path("/out") / name, name, Fingerprint(1, 1), "0123abcd")


def done(name: str, degraded: tuple[str, ...] = (), warnings: tuple[str, ...] = ()) -> Done:
    return Done(job(name), "a", "b", 1, 2.0, 1.0, "CPUExecutionProvider", 4, degraded=degraded, warnings=warnings)


def told(*outcomes: Outcome, quiet: bool = False, bars: bool = False) -> str:
    """What the report prints about a run with these outcomes."""
    page = io.StringIO()
    screen = Console(file=page, width=100, height=30, force_terminal=bars, color_system=None, highlight=False)
    report = ConsoleReport(quiet=quiet, bars=bars, console=screen)
    summary = Summary(photos=len(outcomes))
    report.begin(summary)
    report.note("a note")
    for outcome in outcomes:
        report.at_work(outcome.job, "color", 1, 4)
        summary.add(outcome)
        report.finished(outcome)
    report.end()
    return page.getvalue()


def test_without_a_terminal_there_are_failures_and_a_table_and_no_bars() -> None:
    text = told(done("1.jpg"), Failed(job("2.jpg"), "truncated", "it ends early", "Copy it again."))
    assert "\x1b" not in text
    assert "\r" not in text
    assert "━" not in text
    lines = [line.strip() for line in text.splitlines()]
    assert lines[:3] == ["a note", "failed: /scans/2.jpg: it ends early", "Copy it again."]
    assert lines[3].startswith("done    1  2.0 MP in 0:00:00")
    assert lines[4] == "failed  1  damaged or not whole"


def test_on_a_terminal_bars_show_the_photo_with_its_tiles_and_failures_stand_above() -> None:
    text = told(done("album/1.jpg"), Failed(job("2.jpg"), "truncated", "it ends early"), done("3.jpg"), bars=True)
    assert "all photos" in text
    assert "failed: /scans/2.jpg" in text
    assert text.rstrip().splitlines()[-1].startswith("failed"), "the table is last, and the bars are gone"


@pytest.mark.parametrize(("width", "letters"), [(80, 44), (60, 24)])
def test_a_name_beside_its_bar_has_what_is_left_of_the_line(width: int, letters: int) -> None:
    page = io.StringIO()
    screen = Console(file=page, width=width, height=30, force_terminal=True, color_system=None, highlight=False)
    report = ConsoleReport(bars=True, console=screen)
    report.begin(Summary(photos=10_000))
    fits, long = "n" * (letters - 4) + ".jpg", "m" * 200 + "9.jpg"
    report.at_work(job(fits), "color", 12, 120)
    report.at_work(job(long), "color", 1, 4)
    report.end()
    lines = page.getvalue().splitlines()
    assert any("color, tile 12 of 120" in line and fits in line for line in lines)
    assert any("…" in line and line.rstrip().endswith("m9.jpg") for line in lines)


def test_quiet_tells_failures_and_degraded_results_only() -> None:
    text = told(
        done("1.jpg", warnings=("profile ignored",)),
        done("2.jpg", degraded=("smaller tiles",)),
        Failed(job("3.jpg"), "truncated", "it ends early"),
        Skipped(job("4.jpg"), "done"),
        quiet=True,
    )
    assert text.splitlines() == [
        "degraded: /scans/2.jpg: smaller tiles",
        "failed: /scans/3.jpg: it ends early",
    ]
    assert told(done("1.jpg"), quiet=True) == ""


def test_only_the_word_at_the_start_is_colored_and_in_a_color_for_light_and_dark_screens() -> None:
    page = io.StringIO()
    screen = Console(file=page, width=100, force_terminal=True, color_system="standard", highlight=False)
    report = ConsoleReport(console=screen)
    summary = Summary(photos=3)
    report.begin(summary)
    failed = Failed(job("2.jpg"), "truncated", "it ends early", "Copy it again.")
    for outcome in (done("1.jpg", degraded=("smaller tiles",), warnings=("profile ignored",)), failed):
        summary.add(outcome)
        report.finished(outcome)
    report.end()
    text = page.getvalue()
    assert "\x1b[31mfailed\x1b[0m: /scans/2.jpg: it ends early" in text and "\n  Copy it again." in text
    assert "\x1b[35mwarning\x1b[0m: /scans/1.jpg" in text and "\x1b[35mdegraded\x1b[0m: /scans/1.jpg" in text
    assert set(re.findall(r"\x1b\[([\d;]+)m", text)) == {"0", "31", "35"}, "red and magenta alone"


def test_what_is_left_alone_is_named_but_for_what_is_done_and_when_quiet() -> None:
    outcomes = [
        Skipped(job("1.jpg"), "done"),
        Skipped(job("2.jpg"), "already_color", "the photo is hand-tinted"),
        Skipped(job("3.jpg"), "negative", "as in an earlier run"),
        Skipped(job("4.jpg"), "exists"),
    ]
    named = [line for line in told(*outcomes).splitlines() if line.startswith("skipped:")]
    assert named == [
        "skipped: /scans/2.jpg: the photo is hand-tinted",
        "skipped: /scans/3.jpg: a negative, as in an earlier run",
        "skipped: /scans/4.jpg: exists",
    ]
    assert told(*outcomes, quiet=True) == ""
    many = [Skipped(job(f"{number}.jpg"), "already_color") for number in range(100)]
    assert told(*many).count("skipped: /scans/") == console_module.REMARKS_SHOWN


def test_each_hint_is_given_once_also_where_one_reason_has_several() -> None:
    failures = [Failed(job(f"{number}.jpg"), "truncated", "it ends early", "Copy it again.") for number in range(3)]
    other = Failed(job("4.jpg"), "truncated", "it is half there", "Wait for the copy.")
    text = told(*failures, other, other)
    assert text.count("Copy it again.") == text.count("Wait for the copy.") == 1


def test_the_same_warning_of_ten_thousand_photos_does_not_bury_the_failures() -> None:
    same = [done(f"{number}.jpg", warnings=("profile ignored",)) for number in range(100)]
    text = told(*same)
    assert text.count("profile ignored") == console_module.REMARKS_SHOWN
    assert "warned  100  done with a warning" in text


def test_markup_in_a_name_is_shown_as_it_is() -> None:
    assert "/scans/[bold]a[/bold].jpg" in told(Failed(job("[bold]a[/bold].jpg"), "truncated", "[red]no"))


def test_a_long_name_is_not_broken_where_no_terminal_is() -> None:
    name = "a" * 300 + ".jpg"
    assert name in told(Failed(job(name), "truncated", "it ends early"))


def test_a_line_comes_while_nothing_finishes_and_names_the_photo_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_module, "PLAIN_INTERVAL_S", 0.5)
    monkeypatch.setattr(runner_module, "REPEAT_PROGRESS_S", 0.1)
    write_tree(tmp_path / "scans", {"a\x1b[2J.jpg": b"late", "b.jpg": b"fine"})
    stream = io.StringIO()
    report = ConsoleReport(console=Console(file=stream, width=200))
    summary = run_with(report, tmp_path / "scans", tmp_path / "out", open_scripted, INLINE)  # type: ignore[arg-type]
    lines = [line for line in stream.getvalue().splitlines() if " photos after " in line]
    assert summary.done == 2 and len(lines) >= 2
    assert all(line.startswith("0 of 2 photos after") for line in lines[:2])
    assert all(re.search(r", at work for 0:00:0[0-3]: a\\x1b\[2J\.jpg$", line) for line in lines[:2])
