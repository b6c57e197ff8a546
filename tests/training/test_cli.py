"""The command line of training: every option it ever had, bounds, and errors that end as a message and a code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from training.cli.app import app, main, repeated

ROOT = Path(__file__).resolve().parents[2]
PROTOCOL = ("--data", "--split", "--only", "--limit", "--size", "--squeezenet", "--lpips-heads", "--threads")
OPTIONS = {
    "prepare": ("--out", "--size", "--least", "--near-duplicates", "--keep-gray", "--processes", "--pairs"),
    "train": ("--out", "--device", "--threads", "--stop-at", "--stop-after"),
    "look-twice": ("--out", "--scale", "--weight", "--working-size", "--version"),
    "quantize": ("--data", "--out", "--photos", "--version"),
    "vibrance": ("--data", "--out", "--share", "--most", "--features", "--every", "--version"),
    "export": ("--out", "--checkpoint", "--words", "--decode", "--temperature", "--blend"),
    "evaluate": ("--beside", *PROTOCOL, "--recognition", "--out", "--write-card"),
    "ablate": ("--beside", *PROTOCOL, "--out"),
    "compare": (*PROTOCOL, "--out", "--photos"),
    "sheets": ("--beside", *PROTOCOL, "--scans", "--out"),
    "predict": ("--random", "--data", "--split", "--seed", "--size", "--threads", "--out"),
    "describe": ("--picture",),
}
"""All but look-twice, quantize, vibrance and the last two as they were before the command line was made with Typer."""


@pytest.mark.parametrize("command", OPTIONS)
def test_every_option_is_there_and_every_command_is_one_sentence(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"]).output
    assert all(f"  {option}" in told for option in OPTIONS[command])
    sentence = told.split("\n\n")[1].strip()
    assert sentence.endswith(".") and sentence.count(". ") == 0


def test_the_overview_cuts_no_sentence_off() -> None:
    told = CliRunner().invoke(app, ["--help"]).output
    assert all(command in told for command in OPTIONS) and "..." not in told.split("Commands:")[1]


def test_an_option_takes_all_the_words_behind_it() -> None:
    words = ["evaluate", "a.onnx", "--beside", "b.onnx", "c.onnx", "--data", "set"]
    wanted = ["evaluate", "a.onnx", "--beside", "b.onnx", "--beside", "c.onnx", "--data", "set"]
    assert list(repeated(words)) == wanted
    words = ["prepare", "--pairs", "gray", "color", "more", "--near-duplicates", "-1"]
    wanted = ["prepare", "--pairs", "gray", "--pairs", "color", "more", "--near-duplicates", "-1"]
    assert list(repeated(words)) == wanted
    assert list(repeated(["--beside", "--data", "x", "--pairs"])) == ["--beside", "--data", "x", "--pairs"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["prepare", "x", "--out", "y", "--size", "0"], "'--size'"),
        (["prepare", "x", "--out", "y", "--near-duplicates", "65"], "'--near-duplicates'"),
        (["prepare", "--out", "y", "--pairs", "x"], "--pairs takes two folders"),
        (["prepare", "--out", "y"], "was given no photos"),
        (["train", "default", "--stop-at", "-1"], "'--stop-at'"),
        (["train", "defualt"], "there is no recipe 'defualt'"),
        (["evaluate", "m.onnx", "--data", "s", "--split", "all"], "'all' is not one of"),
        (["evaluate", "m.onnx", "--data", "s", "--beside"], "--beside"),
        (["export", "run", "--blend", "2"], "'--blend'"),
        (["export", "run", "--decode", "both"], "'both' is not one of"),
        (["tarin", "default"], "No such command 'tarin'"),
        (["ablate", "a.toml", "--data", "s", "--lpips-heads", "h"], "LPIPS needs --squeezenet and --lpips-heads"),
    ],
)
def test_wrong_words_are_a_usage_error_that_says_what_is_wrong(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_an_error_is_a_message_with_a_hint_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "training", "evaluate", "none.onnx", "--data", "none"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode not in (0, 1)
    assert done.stderr.splitlines()[0] == "Error: there is no model none.onnx" and "Traceback" not in done.stderr
