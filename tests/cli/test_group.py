"""What a new user types first, and what the command answers."""

from __future__ import annotations

from pathlib import Path

import photos
import pytest
from commands import Here, as_shown
from runs import write_tree


@pytest.fixture
def scans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder "my scans" with two photos, in the working folder."""
    monkeypatch.chdir(tmp_path)
    return write_tree(tmp_path / "my scans", {"1.jpg": photos.jpeg(), "sub/2.png": photos.png(photos.gray())})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["my scans"], "photocolor restore 'my scans' --out color"),
        (["my scans", "--out", "new"], "photocolor restore 'my scans' --out new"),
        (["my scans", "--out=new"], "photocolor restore 'my scans' --out=new"),
        (["my scans/1.jpg"], "photocolor restore 'my scans/1.jpg' --out color"),
        (["color"], "photocolor restore SCANS --out color"),
        (["color", "my scans"], "photocolor restore 'my scans' --out color"),
        (["colour", "my scans", "new"], "photocolor restore 'my scans' --out new"),
        (["colorise", "my scans", "--quality", "90"], "photocolor restore 'my scans' --quality 90 --out color"),
        (["restor", "my scans", "--out", "new"], "photocolor restore 'my scans' --out new"),
        (["restore", "my scans"], "photocolor restore 'my scans' --out color"),
        (["restore", "my scans", "new"], "photocolor restore 'my scans' --out new"),
        (["my scans/1.jpg", "colored.jpg"], "photocolor restore 'my scans/1.jpg' --out color"),
        (["restore", "my scans", "my scans/1.jpg"], "photocolor restore 'my scans' 'my scans/1.jpg' --out color"),
        (["--out", "new", "my scans"], "photocolor restore --out new 'my scans'"),
        (["--quality", "9", "my scans"], "photocolor restore --quality 9 'my scans' --out color"),
        (["check", "my scans", "new"], "photocolor verify 'my scans' new"),
        (["gui"], "photocolor desktop"),
        (["s3://bucket/scans"], "photocolor restore s3://bucket/scans --out color"),
        (["absent.jpg"], "photocolor restore absent.jpg --out color"),
        (["no/such/folder"], "photocolor restore no/such/folder --out color"),
    ],
)
def test_who_has_named_no_command_is_told_the_line_that_does_what_was_meant(
    photocolor: Here, scans: Path, typed: list[str], meant: str
) -> None:
    answer = photocolor(*typed)
    assert (answer.code, answer.out) == (2, "")
    message, hint = answer.err.splitlines()
    assert message.startswith("Error: ")
    assert hint.endswith(as_shown(meant))


def test_a_word_that_is_like_nothing_leads_to_the_help(photocolor: Here, scans: Path) -> None:
    answer = photocolor("xyzzy")
    assert answer.code == 2
    assert answer.err.splitlines()[0] == "Error: there is no command xyzzy"
    assert "photocolor --help lists the commands" in answer.err


def test_a_secret_in_an_address_is_not_said_again(photocolor: Here) -> None:
    assert "abc123" not in photocolor("https://host/scans?token=abc123").err


def test_the_line_that_is_suggested_works(photocolor: Here, scans: Path) -> None:
    hint = photocolor("my scans/1.jpg").err.splitlines()[1]
    assert hint == as_shown("To color it: photocolor restore 'my scans/1.jpg' --out color")
    assert photocolor("restore", "my scans/1.jpg", "--out", "color", "--workers", 1).code == 0
    assert Path("color/1.jpg").is_file()


def test_a_preview_of_a_folder_says_what_to_do(photocolor: Here, scans: Path) -> None:
    answer = photocolor("preview", "my scans")
    assert answer.code == 2
    assert answer.err.splitlines() == [
        "Error: my scans is a folder, and a preview shows one photo",
        as_shown("To look at one of them: photocolor preview 'my scans/1.jpg'. ")
        + as_shown("To color all: photocolor restore 'my scans' --out color"),
    ]
    Path("empty").mkdir()
    assert photocolor("preview", "empty").err.splitlines()[1] == "To color all: photocolor restore empty --out color"


def test_a_preview_s_page_opens_at_the_model_s_own_strength(photocolor: Here, scans: Path) -> None:
    def opens(strengths: str) -> list[bool]:
        Path("page.html").unlink(missing_ok=True)
        assert (
            photocolor(
                "preview", "my scans/1.jpg", "--strengths", strengths, "--out", "page.html", "--show", "none"
            ).code
            == 0
        )
        text = Path("page.html").read_text()
        radios = [line for line in text.splitlines() if 'type="radio"' in line]
        images = [line for line in text.splitlines() if line.startswith('<img class="after"')]
        assert [" checked>" in line for line in radios] == [" hidden" not in line[:30] for line in images]
        return [" checked>" in line for line in radios]

    assert opens("0.5,1,1.5") == [False, True, False]
    assert opens("0.4,0.8") == [False, True]


@pytest.mark.parametrize(("line", "missing", "example"), [
    (("verify", "scans"), "RESULT", "photocolor verify scans color"),
    (("watch", "incoming"), "--out", "photocolor watch incoming --out color"),
    (("damage", "scans"), "--out", "photocolor damage scans --out masks"),
    (("export-bag", "color"), "--to", "photocolor export-bag color --to bag"),
    (("export-premis", "color"), "--to", "photocolor export-premis color --to records"),
])  # fmt: skip
def test_who_leaves_out_what_a_command_needs_sees_an_example(
    photocolor: Here, line: tuple[str, ...], missing: str, example: str
) -> None:
    answer = photocolor(*line)
    assert answer.code == 2
    assert f"{missing} is missing" in answer.err and example in answer.err
