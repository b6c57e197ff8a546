from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import photos
import pytest
from commands import ROOT
from runs import write_tree

from photocolor.batch.resume import AS_BEFORE, Action, ResumeVerdict
from photocolor.outcome import Fingerprint, Job
from photocolor.report.dry_run import Planned, print_plan

ANSI = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")


def planned() -> list[Planned]:
    def job(name: str) -> Job:
        return Job(Path("/scans") / name, Path("/out") / name, name, Fingerprint(12345, 1), "0123abcd")

    return [
        Planned(job("a\t1.jpg"), ResumeVerdict(Action.COLOR)),
        Planned(job("2.jpg"), ResumeVerdict(Action.SKIP, "done", "done by an earlier run")),
        Planned(job("3.jpg"), ResumeVerdict(Action.SKIP, "already_color", AS_BEFORE)),
    ]


def test_in_a_pipe_it_is_tab_separated_with_a_heading(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan(planned(), 3, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "source\ttarget\tsize\taction",
        "/scans/a\\t1.jpg\t/out/a\\t1.jpg\t12,345\tcolor",
        "/scans/2.jpg\t/out/2.jpg\t12,345\tskip: done by an earlier run",
        "/scans/3.jpg\t/out/3.jpg\t12,345\tskip: in color already, as in an earlier run",
    ]


def test_as_json_it_is_one_object_per_photo(capsys: pytest.CaptureFixture[str]) -> None:
    print_plan(planned(), 3, as_json=True)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["action"], row["reason"], row["relative"]) for row in rows] == [
        ("color", "", "a\t1.jpg"),
        ("skip", "done", "2.jpg"),
        ("skip", "already_color", "3.jpg"),
    ]


def on_terminal(columns: int, *words: object) -> list[str]:
    """The lines that the command prints on a terminal of so many columns."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    command = [sys.executable, "-m", "photocolor", *map(str, words)]
    variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    variables |= {"PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1"}
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=variables) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # nobody has the other end any more
            while part := os.read(ours, 1 << 16):
                shown += part
    os.close(ours)
    assert process.returncode == 0, shown
    return ANSI.sub("", shown.decode()).splitlines()


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals there")
def test_no_path_is_broken_on_any_terminal(tmp_path: Path) -> None:
    place = "box 1/plates of the estate"  # a name of several words, which a table could hold narrower than it is
    scans = write_tree(tmp_path / "scans", {f"{place}/{n}.png": photos.png() for n in range(2)})
    out = write_tree(tmp_path / "color", {f"{place}/1.png": b"mine"})
    words = ("restore", scans, "--out", out, "--dry-run", "--quiet")
    paths = [str(folder / place / f"{n}.png") for n in range(2) for folder in (scans, out)]
    both = len(paths[0]) + len(paths[1])
    for columns in (80, both - 20, both, both + 50, 500):
        lines = on_terminal(columns, *words)
        assert all(any(path in line for line in lines) for path in paths), (columns, lines)
        if columns <= both:
            size = f"{(scans / place / '0.png').stat().st_size:,}"
            assert lines[:3] == [paths[0], f"  to {paths[1]}", f"  {size} bytes, color"]
            assert lines[5].endswith("bytes, skip: photocolor did not write this file; --overwrite replaces it")
        else:
            assert lines[0].startswith("\u250f") and max(map(len, lines)) <= columns
