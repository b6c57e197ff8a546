from __future__ import annotations

import json
from pathlib import Path

import pytest

from photocolor.batch.resume import Action, ResumeVerdict
from photocolor.outcome import Fingerprint, Job
from photocolor.report.dry_run import Planned, print_plan


def planned() -> list[Planned]:
    def job(name: str) -> Job:
        return Job(Path("/scans") / name, Path("/out") / name, name, Fingerprint(12345, 1), "0123abcd")

    return [
        Planned(job("a\t1.jpg"), ResumeVerdict(Action.COLOR)),
        Planned(job("2.jpg"), ResumeVerdict(Action.SKIP, "done", "done by an earlier run")),
    ]


def test_in_a_pipe_it_is_tab_separated_with_a_heading(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan(planned(), 2, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "source\ttarget\tsize\taction",
        "/scans/a\\t1.jpg\t/out/a\\t1.jpg\t12,345\tcolor",
        "/scans/2.jpg\t/out/2.jpg\t12,345\tskip: done by an earlier run",
    ]


def test_as_json_it_is_one_object_per_photo(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan(planned(), 2, as_json=True)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["action"], row["reason"], row["relative"]) for row in rows] == [
        ("color", "", "a\t1.jpg"),
        ("skip", "done", "2.jpg"),
    ]
