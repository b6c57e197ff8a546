"""Closed and full streams end with 5 and lose no result; what names and values hold is shown and never obeyed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import photos
import pytest
from commands import ROOT, Here
from fakes import write_model
from runs import write_tree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a shell, and a device that is full")
ODD = "a\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\nError: forged.jpg"
WAYS = {"closed": "{}>&-", "full": "{}>/dev/full"}


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tint.onnx")


def shell(redirection: str, *words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The command, started by a shell with its streams as they are said to be."""
    command = ["sh", "-c", f'"$@" {redirection}', "sh", sys.executable, "-m", "photocolor", *map(str, words)]
    variables = {"PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, capture_output=True, env=os.environ | variables, check=False, timeout=300)


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [("--workers", 1), ("--workers", 2), ("--workers", 1, "--json")], ids=str)
@pytest.mark.parametrize("stream", [1, 2])
@pytest.mark.parametrize("way", WAYS)
def test_a_run_whose_words_get_lost_ends_with_5_and_with_its_results(
    tmp_path: Path, model: Path, way: str, stream: int, words: tuple[object, ...], unbuffered: str
) -> None:
    if unbuffered and "--json" not in words:
        pytest.skip("once is enough")
    write_tree(tmp_path / "scans", {f"{n}.jpg": photos.jpeg(photos.gray(seed=n)) for n in range(3)})
    command = ("restore", tmp_path / "scans", "--out", tmp_path / "out", "--model", model, "--device", "cpu")
    variables = {"PYTHONUNBUFFERED": unbuffered} if unbuffered else {}
    answer = shell(WAYS[way].format(stream), *command, *words, **variables)
    expected = 5 if way == "closed" or stream == 2 or "--json" in words else 0  # nothing was to be said there
    assert answer.returncode == expected, answer.stderr
    lines = [json.loads(line) for line in (tmp_path / "out/.photocolor/manifest.jsonl").read_bytes().splitlines()]
    results = {path.name for path in (tmp_path / "out").glob("*.jpg")}
    assert {line["relative"] for line in lines} == results
    assert b"Traceback" not in answer.stderr
    if not (stream == 1 and way == "full" and "--json" in words):  # that run ends where nobody hears it any more
        assert len(results) == 3
    (lock,) = (tmp_path / "out/.photocolor").glob("lock")
    assert lock.read_bytes() == b"", "a run takes its signature back, and nothing was printed into it"
    again = shell("", *command, "--json")
    assert (again.returncode, again.stdout.count(b"\n")) == (0, 3)


@pytest.mark.parametrize(
    "words",
    [("models",), ("models", "--json"), ("--help",), ("restore", "--help"), ("--version",), ("doctor",)],
    ids=str,
)
@pytest.mark.parametrize("way", WAYS)
def test_every_command_says_so_if_its_output_cannot_be_written(way: str, words: tuple[str, ...]) -> None:
    answer = shell(WAYS[way].format(1), *words)
    assert answer.returncode == 5
    assert answer.stderr.startswith(b"Error: standard output ") and b"Traceback" not in answer.stderr


def test_verify_and_report_say_so_too(tmp_path: Path, model: Path) -> None:
    write_tree(tmp_path / "scans", {f"{n}.jpg": photos.jpeg(photos.gray(seed=n)) for n in range(3)})
    command = ("restore", tmp_path / "scans", "--out", tmp_path / "out", "--model", model, "--device", "cpu")
    assert shell("", *command).returncode == 0
    for words in (("verify", tmp_path / "scans", tmp_path / "out"), ("report", tmp_path / "out")):
        for more in ((), ("--json",)):
            assert [shell(WAYS[way].format(1), *words, *more).returncode for way in WAYS] == [5, 5]
            assert shell(WAYS["full"].format(2), *words, *more).returncode == 0, "nothing was to be said there"
    assert (tmp_path / "out/photocolor-report.html").stat().st_size > 1000


def shown(text: str) -> str:
    """What was printed; nothing in it may be obeyed by a terminal."""
    odd = {letter for letter in text if not letter.isprintable()} - {"\n", "\t"}
    assert odd == set(), text
    assert "\nError: forged" not in text
    return text


def test_names_are_shown_and_not_obeyed_wherever_they_are_told(photocolor: Here, tmp_path: Path, model: Path) -> None:
    home = write_tree(tmp_path / ODD, {f"scans/{ODD}": photos.jpeg(photos.gray()), f"scans/bad {ODD}": b"no photo"})
    write_tree(home, {f"scans/hinted {ODD}": photos.jpeg(photos.gray()), f"scans/hinted {ODD}.hints.json": b"{"})

    def told(*words: object) -> str:
        answer = photocolor(*words)
        return shown(answer.out + answer.err)

    restore = ("restore", home / "scans", "--out", home / "out", "--model", model, "--device", "cpu", "--workers", 1)
    assert "owned" in told(*restore, "--dry-run")
    assert "no picture inside" in told(*restore)
    assert "owned" in told(*restore, "--json")
    assert "owned" in told(*restore, "--retry-failed")
    for more in ((), ("--json",)):
        told("verify", home / "scans", home / "out", *more)
        told("report", home / "out", *more)
    (home / "out" / ODD).unlink()
    told("verify", home / "scans", home / "out")
    told("preview", home / "scans" / f"bad {ODD}", "--out", home / "x.html")


@pytest.mark.parametrize(
    "words",
    [
        ("restore", f"/nowhere/{ODD}", "--out", "x"),
        ("restore", "scans", "--out", "x", "--quality", ODD),
        ("restore", "scans", "--out", "x", f"--{ODD}"),
        ("restore", "scans", "--out", "x", "--format", ODD),
        ("restore", "scans", "--out", "x", "--detail", ODD),
        ("restore", "scans", "--out", "x", "--max-memory", ODD),
        ("restore", "scans", "--out", "x", "--shard", ODD),
        ("restore", "scans", "--out", "x", "--model", f"{ODD}.onnx"),
        ("restore", "scans", "--out", "x", "--device", ODD),
        ("restore", "scans", "--out", "x", "--config", ODD),
        ("restore", "scans", "--out", "x", "--reference", ODD),
        ("restore", f"nowhere{ODD}://x", "--out", "x"),
        ("verify", ODD, ODD),
        ("report", ODD),
        ("models", ODD),
        ("preview", ODD, "--strengths", ODD),
        (ODD,),
    ],
    ids=lambda words: " ".join(words)[:40].encode("unicode_escape").decode(),
)
def test_values_are_shown_and_not_obeyed_in_errors(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    write_tree(tmp_path, {"scans/1.jpg": photos.jpeg(photos.gray())})
    monkeypatch.chdir(tmp_path)
    answer = photocolor(*words)
    assert answer.code in (2, 4)
    assert "owned" in shown(answer.err) or "valid integer" in shown(answer.err)


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_what_would_wait_or_act_is_refused_wherever_a_file_is_opened(
    photocolor: Here, tmp_path: Path, model: Path, kind: str
) -> None:
    scans = write_tree(tmp_path / "scans", {"1.jpg": photos.jpeg(photos.gray())})
    odd = tmp_path / "odd.jpg"
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(str(odd))
    else:
        odd.symlink_to("/dev/zero")
    (tmp_path / "odd.onnx").symlink_to(odd)
    (tmp_path / "odd.html").symlink_to(odd)
    restore = ("restore", scans, "--model", model, "--device", "cpu", "--workers", 1, "--out")
    assert photocolor(*restore, tmp_path / "color").code == 0
    key = ("--c2pa-certificate", odd, "--c2pa-key", odd)
    for words, code in (
        (("restore", odd, "--out", tmp_path / "out"), 2),
        ((*restore, tmp_path / "out", "--reference", odd), 2),
        ((*restore, tmp_path / "out", "--config", odd), 2),
        ((*restore, tmp_path / "out", *key), 2),
        ((*restore, odd), 2),
        (("restore", scans, "--out", tmp_path / "out", "--model", tmp_path / "odd.onnx"), 4),
        (("models", tmp_path / "odd.onnx"), 4),
        (("verify", odd, scans / "1.jpg"), 3),
        (("verify", scans / "1.jpg", odd), 3),
        (("report", tmp_path / "color", "--to", odd), 2),
        (("preview", odd, "--out", tmp_path / "x.html"), 3),
        (("preview", scans / "1.jpg", "--out", tmp_path / "odd.html"), 3),
    ):
        answer = photocolor(*words)
        assert answer.code == code, (words, answer)
        assert "internal" not in answer.err and "unexpected" not in answer.err
    for name in ("1.jpg.hints.json", "2.jpg"):
        (scans / name).symlink_to(odd)
    answer = photocolor(*restore, tmp_path / "out", "--json")
    reasons = {(row := json.loads(line))["relative"]: row.get("reason") for line in answer.out.splitlines()}
    assert (answer.code, reasons) == (3, {"1.jpg": "hints_invalid"})
