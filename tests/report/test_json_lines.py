from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

from photocolor.batch.reporter import Summary
from photocolor.outcome import Done, Failed, Fingerprint, Job, Skipped
from photocolor.report.json_lines import JsonReport

ENDLESS = """
from photocolor.errors import OutputError
from photocolor.report.json_lines import print_json
try:
    while True:
        print_json({"some": "record" * 100})
except OutputError as error:
    raise SystemExit(int(error.exit_code))
"""


def job(name: str) -> Job:
    return Job(Path("/scans") / name, Path("/out") / name, name, Fingerprint(5, 6), "0123abcd")


def test_every_outcome_is_one_line_and_nothing_else_is_said() -> None:
    stream = io.StringIO()
    report = JsonReport(stream)
    report.begin(Summary(photos=3))
    report.note("a note")
    report.at_work(job("1.jpg"), "color", 1, 2)
    report.finished(Done(job("a\n1.jpg"), "a" * 64, "b" * 64, 7, 24.0, 1.25, "CPUExecutionProvider", 12))
    report.finished(Skipped(job("2.jpg"), "done", "done by an earlier run"))
    report.finished(Failed(job("caf\udce9.jpg"), "truncated", "it ends early", "Copy it again."))
    report.end()
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(row["status"], row["relative"]) for row in rows] == [
        ("done", "a\n1.jpg"),
        ("skipped", "2.jpg"),
        ("failed", "caf\udce9.jpg"),
    ]
    assert rows[0]["result_bytes"] == 7
    assert rows[1]["reason"] == "done"
    assert rows[2]["hint"] == "Copy it again."
    assert stream.getvalue().isascii()


def test_a_reader_that_ends_early_ends_the_run_with_an_output_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None and writer.stderr is not None
        assert json.loads(writer.stdout.readline())
        writer.stdout.close()
        assert writer.wait(30) == 5
        assert writer.stderr.read() == "", "no traceback and no complaint of the interpreter"
