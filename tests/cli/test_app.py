from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import photos
import pytest
import typer
from commands import ROOT, Here, photocolor
from PIL import Image
from runs import write_tree

from photocolor import __version__
from photocolor.cli.app import app
from photocolor.cli.commands import _FUNCTIONS
from photocolor.errors import DiskFull, ExitCode
from photocolor.system.printable import command_line

HELP_CPU_S = 0.4
"""Processor time of --help on top of the interpreter's own start, in seconds; a promise of the README."""
HEAVY = ("onnxruntime", "cv2", "numpy", "imagecodecs", "tifffile", "PIL", "piexif")
TRIES = 5  # the least of several: what else the machine does is not ours


def cpu_seconds(*command: str) -> float:
    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(once() for _ in range(TRIES))


def test_help_is_quick() -> None:
    assert cpu_seconds("-m", "photocolor", "--help") - cpu_seconds("-c", "pass") < HELP_CPU_S


@pytest.mark.parametrize("arguments", [["--help"], ["restore", "--help"], ["--version"]])
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    code = f"""
import sys
from photocolor.cli.app import run_app
sys.argv = ["photocolor", *{arguments!r}]
code = run_app()
loaded = sorted(set({HEAVY!r}) & set(sys.modules))
print(loaded, file=sys.stderr)
raise SystemExit(code or bool(loaded))
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert answer.returncode == 0, answer.stderr


def test_the_version_is_the_package_s(photocolor: Here) -> None:
    assert photocolor("--version").out == f"photocolor {__version__}\n"


def test_every_command_is_there_and_an_unknown_one_is_a_usage_error(photocolor: Here) -> None:
    text = photocolor("--help").out
    assert all(f"  {command}  " in text for command in ("restore", "models", "doctor"))
    assert text.rstrip().endswith("photocolor COMMAND --help") and "photocolor restore scans --out color" in text
    assert photocolor("colorize").code == 2


def test_the_overview_cuts_no_sentence_off_on_80_letters(photocolor: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = photocolor("--help").out.split("Commands:")[1].split("To begin:")[0].strip().splitlines()
    assert len(lines) == len(_FUNCTIONS) and all(line.endswith(".") and "..." not in line for line in lines)


@pytest.fixture
def commands() -> typer.Typer:
    """The real application, which forgets what a test adds to it."""
    before = list(app.registered_commands)
    yield app
    app.registered_commands[:] = before


def test_an_unexpected_error_is_one_line_and_a_traceback_only_on_demand(
    photocolor: Here, commands: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    @commands.command()
    def stumble() -> None:
        raise ZeroDivisionError("on purpose")

    answer = photocolor("stumble")
    assert answer.code == 1
    assert "Error: unexpected ZeroDivisionError: on purpose" in answer.err
    assert "report" in answer.err
    monkeypatch.setenv("PHOTOCOLOR_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        photocolor("stumble")


def test_an_error_of_ours_is_its_message_its_hint_and_its_exit_code(photocolor: Here, commands: typer.Typer) -> None:
    @commands.command()
    def fill() -> None:
        raise DiskFull("no space left on /archive")

    answer = photocolor("fill")
    assert (answer.code, answer.out) == (5, "")
    assert answer.err.splitlines() == ["Error: no space left on /archive", DiskFull.default_hint]


def test_ctrl_c_outside_of_a_run_is_130(photocolor: Here, commands: typer.Typer) -> None:
    @commands.command()
    def wait() -> None:
        raise KeyboardInterrupt

    assert photocolor("wait").code == 130


def test_it_runs_as_a_module_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = photocolor("--version")
    assert (answer.code, answer.out) == (0, f"photocolor {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["restore", "a", "--out", "b", "--workers", "0"], "--workers 0 is outside 1 to any number"),
        (["restore", "a", "--out", "b", "--workers=1.5"], "--workers 1.5 is not a whole number"),
        (["restore", "a", "--out", "b", "--quality", "101"], "--quality 101 is outside 1 to 100"),
        (["restore", "a", "--out", "b", "--strength", "nan"], "--strength nan is outside 0 to 2"),
        (["restore", "a", "--out", "b", "--fade-doubt", "0,5"], "--fade-doubt 0,5 is not a number"),
        (["restore", "a", "--out", "b", "--engine", "moon"], "--engine moon is none of local, ray"),
        (["preview", "a", "--show", "cinema"], "--show cinema is none of auto, kitty, iterm, sixel, blocks, none"),
        (["verify", "a", "b", "--max-pixels", "-1"], "--max-pixels -1 is outside 0 to any number"),
        (["report", "a", "--workers", "many"], "--workers many is not a whole number"),
    ],
)
def test_a_value_that_is_refused_is_named_in_the_product_s_own_words(
    photocolor: Here, arguments: list[str], message: str
) -> None:
    answer = photocolor(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.splitlines() == [f"Error: {message}", f"See photocolor {arguments[0]} --help."]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("restore scans --output color", "photocolor restore has no option --output\nDid you mean --out?"),
        ("preview a.jpg --format tiff", "photocolor preview has no option --format\nphotocolor restore has it."),
        ("report color --out page.html", "photocolor report has no option --out\nDid you mean --to?"),
        ("restore scans --resume", "photocolor restore has no option --resume\nLeave it out: the same command again"),
        ("restore scans --gpu", "photocolor restore has no option --gpu\n--device cuda takes it"),
        ("watch scans -v", "photocolor watch has no option -v\nWhat a run says goes to standard error"),
        ("restore scans --mend", "--mend needs a value: none|spots\nSee photocolor restore --help."),
        ("restore scans -o color", "photocolor restore has no option -o\nDid you mean --out?"),
        ("--hlep", "photocolor has no option --hlep\nphotocolor --help lists the commands."),
        ("restore --hlep", "photocolor restore has no option --hlep\nDid you mean --help?"),
        ("export-premis scans --to x --iiif scans", "--iiif scans is no web address\nFor example: --iiif https://"),
        ("help", "there is no command help\nType: photocolor --help"),
        ("help restore", "Type: photocolor restore --help"),
        ("version", "Type: photocolor --version"),
        ("verify scans color --colour", "photocolor verify has no option --colour\nSee photocolor verify --help."),
        ("restore scans --out", "--out needs a folder\nSay where the results go: photocolor restore scans --out color"),
        ("damage scans --out", "--out needs a value: DIR\nSee photocolor damage --help."),
        ("restore scans --out color --json=yes", "--json takes no value\nSee photocolor restore --help."),
        ("restore scans --out color --model defalt", "\nDid you mean default?"),
        ("verify scans scans", "both are the same folder\nName the photographs first"),
    ],
)
def test_a_wrong_option_and_a_name_given_twice_are_answered_with_what_to_type(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write_tree(tmp_path / "scans", {"a.png": photos.png(photos.gray())})
    answer = photocolor(*shlex.split(typed))
    assert answer.code in (ExitCode.USAGE, ExitCode.ENVIRONMENT) and said in answer.err
    assert "Usage:" not in answer.err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("report colr", "no run is recorded in colr: there is no such folder\nDid you mean color?"),
        ("export-bag colr --to bag", "no run is recorded in colr: there is no such folder\nDid you mean color?"),
        ("export-premis colr --to x", "no run is recorded in colr: there is no such folder\nDid you mean color?"),
        ("restore scans --out colr --retry-failed", "there is no such folder\nDid you mean color?"),
        ("report scans/portrait.jpg", "no run is recorded in scans/portrait.jpg: it is a file\nName the folder"),
        ("restore 'scans/*.png' --out color", "fills in * and ?, outside of quotes alone; or name the folder: scans"),
        ("verify scans colr", "colr does not exist\nDid you mean color?"),
        ("verify scnas color", "scnas does not exist\nDid you mean scans?"),
        ("preview scans/portait.jpg", "there is no file scans/portait.jpg\nDid you mean scans/portrait.jpg?"),
        ("report color scans", "photocolor report takes DIR; too much is: scans\nA name with spaces needs quotes."),
        ("verify a b 'c d'", f"photocolor verify takes SOURCE and RESULT; too much is: {command_line(['c d'])}"),
        ("doctor now", "photocolor doctor takes no names; too much is: now"),
    ],
)
def test_a_misspelled_folder_is_answered_with_the_one_that_was_meant_and_a_name_too_many_is_named(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "color").mkdir()
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans/portrait.jpg").write_bytes(b"")
    answer = photocolor(*shlex.split(typed))
    assert answer.code in (ExitCode.USAGE, ExitCode.SOME_FAILED) and said in answer.err
    assert "Usage:" not in answer.err


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (["restore", "", "--out", "color"], "SOURCES"),
        (["restore", "scans", "", "--out", "color"], "SOURCES"),
        (["restore", "scans", "--out", ""], "--out"),
        (["restore", "scans", "--out="], "--out"),
        (["restore", "scans", "--out", "color", "--reference", ""], "--reference"),
        (["verify", "scans", ""], "RESULT"),
        (["report", ""], "DIR"),
        (["damage", "scans", "--out", ""], "--out"),
        (["watch", "", "--out", "color"], "FOLDER"),
        (["desktop", ""], "PHOTO|FOLDER"),
    ],
)
def test_an_empty_name_is_refused_and_never_the_folder_one_stands_in(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scans").mkdir()
    Image.new("L", (8, 8)).save(tmp_path / "scans" / "a.png")
    answer = photocolor(*typed)
    assert answer.code == ExitCode.USAGE and answer.err.startswith(f"Error: {name} is empty\n")
    assert [one.name for one in tmp_path.iterdir()] == ["scans"]


def test_a_name_with_a_dash_is_told_how_to_write_it_and_shown_so(
    photocolor: Here, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("L", (64, 64), 90).save(tmp_path / "-lead.png")
    answer = photocolor("restore", "-lead.png", "--out", "color")
    assert (answer.code, answer.err) == (
        2,
        "Error: -lead.png is read as options\nWrite ./ before the name: ./-lead.png\n",
    )
    answer = photocolor("restore", "./-lead.png", "--out", "-out", "--device", "cpu")
    assert answer.code == 0 and answer.err.endswith("to look at them: photocolor report ./-out\n")
    assert photocolor("report", "./-out").code == 0
    (tmp_path / "-out/.photocolor/manifest.jsonl").write_text("damaged\n")
    assert "photocolor repair-manifest ./-out\n" in photocolor("export-bag", "./-out", "--to", "bag").err
    assert "photocolor verify ./-lead.png ./-out/-lead.png" in photocolor("verify", "./-lead.png", "./-out").err


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_what_is_printed_fits_any_encoding_and_paths_keep_their_bytes(tmp_path: Path, encoding: str) -> None:
    code = """
import sys
from photocolor.system.streams import Streams
streams = Streams()
print("|\\u0394L*| scan\\udce9.jpg")
sys.exit(bool(streams.failures()))
"""
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment, cwd=ROOT, check=False)
    delta = "\u0394".encode() if encoding == "utf-8" else b"\\u0394"
    assert (answer.returncode, answer.stdout.rstrip()) == (0, b"|" + delta + b"L*| scan\xe9.jpg"), answer.stderr


@pytest.mark.skipif(os.name != "posix", reason="the completion of POSIX shells")
def test_a_completion_that_cannot_be_installed_says_where_it_would_go(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    line = f"{shlex.quote(sys.executable)} -m photocolor --install-completion; exit $?"
    environment = os.environ | {"HOME": str(tmp_path / "home")}
    answer = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=environment, cwd=ROOT)
    assert answer.returncode == ExitCode.OUTPUT and "cannot be written" in answer.stderr
    assert "photocolor --show-completion prints it" in answer.stderr


def test_the_help_of_restore_ends_in_two_examples(photocolor: Here) -> None:
    lines = photocolor("restore", "--help").out.rstrip().splitlines()
    assert lines[-3].strip() == "Examples:"
    assert all(line.startswith("    photocolor restore ") for line in lines[-2:])


def test_what_a_command_printed_and_what_libraries_do_at_the_end_is_done_before_the_process_ends() -> None:
    code = (
        "import atexit, sys, photocolor.cli.models\n"
        "from photocolor.__main__ import main\n"
        "import photocolor.cli.app as app\n"
        "run = app.run_app\n"
        "def run_app():\n"
        "    atexit.register(lambda: print('the end of a library'))\n"
        "    return run()\n"
        "app.run_app = run_app\n"
        "sys.argv[1:] = ['models', '--json']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *printed, last = done.stdout.splitlines()
    assert last == "the end of a library"
    assert json.loads("\n".join(printed))
