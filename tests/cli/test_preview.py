"""`photocolor preview` as a person types it."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import photos
import pytest
from commands import ROOT, Here
from commands import photocolor as command
from fakes import write_model
from PIL import Image
from runs import write_tree

from photocolor.hints.sidecar import Hints, Point
from photocolor.pipeline.source import write_hints
from photocolor.preview.save import KEPT_S, MARK


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "old scan.jpg"
    path.write_bytes(photos.jpeg(photos.gray(120, 200)))
    return path


def picture(path: Path) -> np.ndarray:
    """The pixels of a written comparison."""
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tint.onnx")


def test_a_comparison_is_written_and_its_path_printed(
    photocolor: Here, photo: Path, model: Path, tmp_path: Path
) -> None:
    before = photo.read_bytes()
    for name, width in (("side.png", 436), ("split.png", 200)):
        out = tmp_path / name
        answer = photocolor("preview", photo, "--out", out, "--model", model, "--layout", out.stem)
        assert (answer.code, answer.out.strip()) == (0, str(out))
        assert picture(out).shape[1] == width
    assert photo.read_bytes() == before


def test_a_page_is_written(photocolor: Here, photo: Path, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "compare.html"
    assert photocolor("preview", photo, "--out", out, "--model", model, "--strengths", "0.6,1,1.4").code == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("data:image/jpeg") == 4
    assert "<title>old scan.jpg</title>" in text
    assert "compositeWithTrainedAlgorithmicMedia" in text


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
@pytest.mark.parametrize("name", ["compare.html", "compare.png"])
def test_who_may_not_read_a_photo_may_not_read_its_comparison(
    photocolor: Here, photo: Path, model: Path, tmp_path: Path, name: str
) -> None:
    for mode in (0o644, 0o600):
        photo.chmod(mode)
        assert photocolor("preview", photo, "--out", tmp_path / name, "--model", model).code == 0
        assert (tmp_path / name).stat().st_mode & 0o777 == mode


def test_without_out_the_picture_lies_in_a_folder_of_its_own(photocolor: Here, photo: Path, model: Path) -> None:
    first, second = (Path(photocolor("preview", photo, "--model", model).out.strip()) for _ in range(2))
    assert first != second
    assert picture(first).size
    if os.name == "posix":
        assert first.parent.stat().st_mode & 0o077 == 0


def test_pictures_in_the_temporary_folder_are_removed_after_a_day_and_nothing_else(
    photocolor: Here, photo: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    outside = write_tree(tmp_path / "outside", {"kept-preview.png": b"?"})
    names = {
        "photocolor-0ld_name/a-preview.png": MARK,
        "photocolor-preview-aaaaaaaa/b-preview.png": MARK,
        "photocolor-preview-bbbbbbbb/c-preview.png": MARK,
        "photocolor-preview-bbbbbbbb/mine.txt": b"?",
        "photocolor-preview-cccccccc/d-preview.png/e": b"?",
        "photocolor-export/f-preview.png": b"?",
        "photocolor-preview-99999999/.pc-0123abcd.tmp": b"killed over it",
    }
    write_tree(shared, names)
    for folder in shared.iterdir():
        folder.chmod(0o700)
    (shared / "photocolor-preview-dddddddd").mkdir(mode=0o700)
    links = os.name == "posix"
    if links:
        (shared / "photocolor-preview-eeeeeeee").symlink_to(outside, target_is_directory=True)
        (shared / "photocolor-preview-ffffffff").mkdir()
        (shared / "photocolor-preview-ffffffff" / "g-preview.png").symlink_to(outside / "kept-preview.png")
    for path in (outside, *shared.iterdir()):
        os.utime(path, (time.time() - KEPT_S - 60,) * 2)
    yesterday = Path(photocolor("preview", photo, "--model", model).out.strip())
    os.utime(yesterday.parent, (time.time() - KEPT_S - 60,) * 2)
    fresh = Path(photocolor("preview", photo, "--model", model).out.strip())
    again = Path(photocolor("preview", photo, "--model", model).out.strip())
    assert fresh.is_file() and again.is_file() and (outside / "kept-preview.png").read_bytes() == b"?"
    assert not yesterday.parent.exists()
    left = {path.name for path in shared.iterdir()} - {fresh.parent.name, again.parent.name}
    ends = {name.split("-")[-1] for name in left}
    assert ends == {"bbbbbbbb", "cccccccc", "dddddddd", "export"} | ({"eeeeeeee", "ffffffff"} if links else set())
    assert len(list((shared / "photocolor-preview-bbbbbbbb").iterdir())) == 2


def test_own_pictures_in_a_folder_that_is_called_as_those_of_previews_are_kept(
    photocolor: Here, photo: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    own = {
        "photocolor-archives/grandmother-preview.png": b"a scan",
        "photocolor-pictures/one-preview.png": MARK,
        "photocolor-pictures/two-preview.png": MARK,
    }
    write_tree(shared, own | ({"photocolor-previews/shown-to-all-preview.png": MARK} if os.name == "posix" else {}))
    for path in shared.iterdir():
        path.chmod(0o755 if path.name == "photocolor-previews" else 0o700)
        os.utime(path, (time.time() - KEPT_S - 60,) * 2)
    kept = sorted(shared.rglob("*.png"))
    photocolor("preview", photo, "--model", model)
    assert set(kept) <= set(shared.rglob("*.png"))


def test_models_and_strengths_share_a_sheet(photocolor: Here, photo: Path, model: Path, tmp_path: Path) -> None:
    other = write_model(tmp_path / "other.onnx", metadata={"name": "other"})
    out = tmp_path / "sheet.png"
    answer = photocolor("preview", photo, "--models", f"{model},{other}", "--strengths", "0.5,1", "--out", out)
    assert answer.code == 0
    height, width, _ = picture(out).shape
    assert (width - 12) // 212 * ((height - 12) // 146) >= 5, "five pictures of 200 × 120 with their captions"


def test_a_comparison_replaces_only_a_comparison(photocolor: Here, photo: Path, model: Path, tmp_path: Path) -> None:
    for out in (tmp_path / "a.png", tmp_path / "a.html"):
        for _ in range(2):
            assert photocolor("preview", photo, "--out", out, "--model", model).code == 0
    foreign = tmp_path / "foreign.png"
    foreign.write_bytes(photos.png())
    answer = photocolor("preview", photo, "--out", foreign, "--model", model)
    assert answer.code == 3
    assert "not written by photocolor preview" in answer.err
    assert foreign.read_bytes() == photos.png()
    png = tmp_path / "source.png"
    png.write_bytes(photos.png())
    assert photocolor("preview", png, "--out", png).code == 2
    assert png.read_bytes() == photos.png()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--strengths", "1,x"], "no number"),
        (["--strengths", "9"], "outside 0 to 2"),
        (["--strengths", ","], "is empty"),
        (["--out", "a.gif"], "ends in none of"),
        (["--detail", "tiny"], "detail"),
    ],
)
def test_what_cannot_be_meant_is_refused(photocolor: Here, photo: Path, arguments: list[str], words: str) -> None:
    answer = photocolor("preview", photo, *arguments)
    assert answer.code == 2
    assert words in answer.err


def test_a_broken_photo_is_an_error_with_its_cause(photocolor: Here, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photos.cut(photos.jpeg()))
    answer = photocolor("preview", broken)
    assert answer.code == 3
    assert "damaged or cut off" in answer.err or "end-of-image" in answer.err


def test_the_points_of_the_sidecar_are_used(photocolor: Here, photo: Path, model: Path, tmp_path: Path) -> None:
    pictures = []
    for name, hints in (("without.png", Hints()), ("with.png", Hints((Point(0.75, 0.5, "#d02020"),)))):
        write_hints(photo, hints)
        photocolor("preview", photo, "--out", tmp_path / name, "--model", model, "--layout", "split")
        pictures.append(picture(tmp_path / name)[60, 150].astype(int))
    red = [color[0] - color[2] for color in pictures]
    assert red[1] > red[0] + 40


def test_a_photo_in_color_is_previewed_with_a_word_about_the_run(photocolor: Here, tmp_path: Path, model: Path) -> None:
    colored = tmp_path / "colored.png"
    colored.write_bytes(photos.png(photos.rgb()))
    answer = photocolor("preview", colored, "--model", model)
    assert answer.code == 0
    assert "has color already" in answer.err


def typed(photo: Path, model: Path, **environment: str) -> str:
    """What the command prints in a terminal of 60 by 20 letters."""
    ours, theirs = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
    printed = bytearray()

    def listen() -> None:
        while True:
            try:
                printed.extend(os.read(ours, 65536))
            except OSError:
                return

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    names = ("TMUX", "STY", "COLORTERM", "TERM_PROGRAM", "NO_COLOR", "KITTY_WINDOW_ID", "COLUMNS", "LINES")
    variables = {name: value for name, value in os.environ.items() if name not in names}
    subprocess.run(
        [sys.executable, "-m", "photocolor", "preview", photo, "--model", model],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env=variables | environment,
        check=True,
        timeout=120,
    )
    os.close(theirs)
    listener.join(5)
    os.close(ours)
    return printed.decode()


def test_a_terminal_with_true_color_gets_half_blocks_that_fit_and_a_progress_bar(photo: Path, model: Path) -> None:
    text = typed(photo, model, TERM="xterm-256color", COLORTERM="truecolor")
    lines = [re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", line) for line in text.split("\n")]
    art = [line for line in lines if "▀" in line]
    assert 10 <= len(art) <= 18
    assert max(line.count("▀") for line in art) == 60
    assert "decode" in text
    assert ".png" not in text


def test_a_plain_terminal_is_told_the_path(photo: Path, model: Path) -> None:
    text = typed(photo, model, TERM="xterm")
    assert "▀" not in text
    assert "old scan-preview.png" in text


def test_kitty_gets_its_own_sequences(photo: Path, model: Path) -> None:
    assert "\x1b_Ga=T,f=100,q=2," in typed(photo, model, TERM="xterm-kitty")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="other systems have their program always")
def test_open_hands_the_picture_to_the_viewer_and_says_so_where_there_is_none(
    photo: Path, model: Path, tmp_path: Path
) -> None:
    """The program that opens files on a free desktop is a stand-in here: no viewer runs on a machine without screen."""
    programs, seen = tmp_path / "bin", tmp_path / "opened.txt"
    programs.mkdir()
    words = ("preview", photo, "--out", tmp_path / "seen.png", "--model", model, "--device", "cpu", "--open")
    alone = command(*words, PATH=str(programs))
    assert (
        alone.code == 0 and f"warning: no program to open it with was found: open {tmp_path / 'seen.png'}" in alone.err
    )
    opener = programs / "xdg-open"
    opener.write_text(f'#!/bin/sh\necho "$1" > "{seen}"\n', encoding="utf-8")
    opener.chmod(0o755)
    answer = command(*words, PATH=str(programs))
    deadline = time.monotonic() + 10
    while not (seen.exists() and seen.read_text(encoding="utf-8")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert answer.code == 0 and not answer.err.count("warning: no program")
    assert seen.read_text(encoding="utf-8").strip() == str(tmp_path / "seen.png")
