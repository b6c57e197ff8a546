"""A command that is shown can be typed: into a POSIX shell, or into either of Windows'."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest
from commands import ROOT

from photocolor.system.printable import clean, command_line, command_word

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("scans", "scans"),
        (r"C:\scans\été_1.tif", r"C:\scans\été_1.tif"),
        ("s3://bucket/scans", "s3://bucket/scans"),
        ("--strength=0.7", "--strength=0.7"),
        (r"C:\my scans", r'"C:\my scans"'),
        ("C:\\my scans\\", '"C:\\my scans\\\\"'),
        (r"photo (1).jpg", '"photo (1).jpg"'),
        ("a&b;c,d.jpg", '"a&b;c,d.jpg"'),
        ("it's", '"it\'s"'),
        ("@list", '"@list"'),
        ('say "x\\"', r'"say \"x\\\""'),
        ("", '""'),
        (r"\\host\d$\scans", r'"\\host\d$\scans"'),
        ("a $(calc) b", "'a $(calc) b'"),
        ("$env:TEMP", "'$env:TEMP'"),
        ("it's $1", "'it''s $1'"),
        ("a` b\u2019", "'a` b\u2019\u2019'"),
        ("a\u201d; calc; \u201cb", "'a\u201d; calc; \u201cb'"),
        ("a & $(calc)\u201d", '"a & ?(calc)?"'),
    ],
)
def test_windows_has_double_quotes_and_only_where_they_are_needed(word: str, typed: str) -> None:
    assert command_word(word, windows=True) == typed


@pytest.mark.skipif(sys.platform != "win32", reason="the shells of Windows")
@pytest.mark.parametrize("word", [r"C:\scans", "my scans\\", "photo (1).jpg", "a&b;c,d.jpg", "it's", "@list"])
@pytest.mark.parametrize("shell", [["cmd", "/d", "/c"], ["powershell", "-NoProfile", "-Command"]])
def test_the_shells_of_windows_pass_the_word_on_as_it_is(word: str, shell: list[str]) -> None:
    line = command_line(["python", "-c", "import sys; sys.stdout.write(sys.argv[1])", word])
    done = subprocess.run(f"{subprocess.list2cmdline(shell)} {line}", capture_output=True, text=True, check=True)
    assert done.stdout == word


@pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell")
@pytest.mark.parametrize("word", ["scans", "my scans", "it's", 'say "x"', "$HOME", "`id`", "", "a&b;c"])
def test_a_posix_shell_passes_the_word_on_as_it_is(word: str) -> None:
    shell = ["sh", "-c", command_line(["printf", "%s", word])]
    done = subprocess.run(shell, capture_output=True, text=True, check=True)
    assert done.stdout == word


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
@pytest.mark.parametrize(
    "word",
    ["a\nb", "it's\ta\\b", "\x1b[31m1", os.fsdecode(b"caf\xe9 1.tif"), "9.41.00\u202fAM.png", "\u202egpj.é", "$x\x7f"],
)
def test_a_name_that_cannot_be_shown_as_it_is_can_be_typed_as_it_is_shown(word: str) -> None:
    shown = clean(command_line(["printf", "%s", word], windows=False))
    done = subprocess.run(["bash", "-c", shown], capture_output=True, check=True)
    assert done.stdout == word.encode("utf-8", "surrogateescape")


def test_what_an_installation_command_names_is_in_the_quotes_that_every_shell_takes() -> None:
    texts = [*PAGES, *sorted((ROOT / "photocolor").rglob("*.py")), *sorted((ROOT / "training").rglob("*.py"))]
    told = {
        str(path.relative_to(ROOT)): re.findall(r"pip install (?:[\w.\[\]=-]+ )*'[^'\n]*'", path.read_text())
        for path in texts
    }
    assert {name: lines for name, lines in told.items() if lines} == {}
