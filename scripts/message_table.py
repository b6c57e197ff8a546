#!/usr/bin/env python3
"""Writes docs/notes/messages.md: what commands say that a new user types, at an earlier revision and now.

    git worktree add /tmp/earlier c532250
    scripts/message_table.py /tmp/earlier

Each command runs in a folder of small scans of its own, with the packages that this Python has, once with the product
of the earlier checkout and once with this one's.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "notes" / "messages.md"
LINES_MOST = 12
AT_ONCE = 4
SECONDS_MOST = 120
HEAD = """# What it says: before and after

Commands as somebody types them who has never seen photocolor, wrong ones too, with what they answered at revision
{old} and what they answer now; the number is the exit code. `scripts/message_table.py` runs them all and writes this
page. Long answers are cut at {most} lines (…). In the folder lie `scans` with two scans, a text file named `.jpg`, half
a JPEG, photos in color, color points of a scan and others under a wrong name; and `photo.jpg`.
"""


@dataclass(frozen=True)
class Try:
    """Holds one thing to type.

    Attributes:
        line: the command line, for bash.
        variables: of the environment.
        first: what is typed before and not looked at.
        note: what else is to be known.
    """

    line: str
    variables: tuple[tuple[str, str], ...] = ()
    first: str = ""
    note: str = ""


NO_DISPLAY = (("DISPLAY", ""), ("WAYLAND_DISPLAY", ""), ("QT_QPA_PLATFORM", ""))
BROKEN = (("DISPLAY", ":7717"), ("LD_LIBRARY_PATH", "lib"), *NO_DISPLAY[1:])
DONE = "photocolor restore scans --out color"


def python(code: str) -> Try:
    """Returns a line of Python to try."""
    return Try(f'python -c "{code}"')


TRIES: dict[str, tuple[Try, ...]] = {
    "The first words": (
        Try("photocolor scans"),
        Try("photocolor photo.jpg"),
        Try("photocolor color"),
        Try("photocolor color scans"),
        Try("photocolor colorize photo.jpg"),
        Try("photocolor restore scans"),
        Try("photocolor restore photo.jpg photo-color.jpg"),
        Try("photocolor restor scans --out color"),
        Try("photocolor restore scan --out color"),
        Try("photocolor restore scans --output color"),
        Try("photocolor restore scans --out scans"),
    ),
    "A run": (
        Try(DONE),
        Try(DONE, first=DONE),
        Try(f"{DONE} --dry-run"),
        Try("photocolor restore scans --out color --only again.txt"),
        Try("photocolor restore scans --out color --layers ora"),
        Try("photocolor restore scans --out color --layers gimp"),
        Try("photocolor restore scans --out color --preset lively"),
        Try("photocolor restore empty --out color"),
    ),
    "Looking and checking": (
        Try("photocolor preview scans"),
        Try("photocolor preview nowhere.jpg"),
        Try("photocolor preview photo.jpg --variants 4 --out sheet.png"),
        Try("photocolor preview photo.jpg --choose 9"),
        Try("photocolor verify color scans", first=DONE),
        Try("photocolor verify scans", first=DONE),
        Try("photocolor damage scans"),
        Try("photocolor preview"),
        Try("photocolor verify scans color", first=DONE),
        Try("photocolor report scans", first=DONE),
        Try("photocolor report color", first=DONE),
    ),
    "The window": (
        Try("photocolor desktop scans", NO_DISPLAY, note="no display"),
        Try("photocolor desktop scans", (("DISPLAY", ":7717"), *NO_DISPLAY[1:]), note="a display that is not there"),
        Try("photocolor desktop nowhere", (("QT_QPA_PLATFORM", "offscreen"),)),
        Try("photocolor desktop scans", BROKEN, "mkdir lib; : > lib/libxcb-cursor.so.0", "a library of Qt is broken"),
        Try("photocolor doctor --json | grep window", NO_DISPLAY, note="no display"),
    ),
    "From Python": (
        python("import photocolor; print(dir(photocolor))"),
        python("import photocolor; print(photocolor.colorize('photo.jpg'))"),
        python("import photocolor; photocolor.colorize('nowhere.jpg')"),
        python("import photocolor; photocolor.colorize(17)"),
        python("import photocolor; photocolor.colorize('scans')"),
        python("import photocolor; photocolor.colorize(open('photo.jpg'))"),
        python("import photocolor as p; p.colorize('photo.jpg', hints=p.Hints(points=(p.Point(9, 0, 'red'),)))"),
        python("import photocolor; photocolor.colorize('photo.jpg', strength=5)"),
        python("import photocolor; photocolor.colorize('photo.jpg', preset='lively')"),
        python("import photocolor; photocolor.colorize_file('nowhere.jpg', 'x.jpg')"),
        python("import photocolor; photocolor.colorize_file('photo.jpg', 'photo.jpg')"),
        python("import photocolor; photocolor.colorize_file('scans/letter.jpg', 'x.jpg')"),
        python("import photocolor; photocolor.open_colorizer('nowhere.onnx')"),
        python("import photocolor; photocolor.open_colorizer(device='cuda')"),
        python("import photocolor, numpy as np; photocolor.colorize_array(np.full((9, 9), 300))"),
        python("import photocolor, numpy as np; photocolor.colorize_array(np.full((9, 9), 2.0))"),
        python("from photocolor import ColorSettings; ColorSettings(tile_px=5)"),
        python("from photocolor import ColorSettings; ColorSettings(strength=-1)"),
        python("from photocolor import FileSettings; FileSettings(quality=101)"),
        python("from photocolor import FileSettings as F, colorize_file; "
               "colorize_file('photo.jpg', 'x.jpg', files=F(max_megapixels=0.01))"),
        python("from photocolor import FileSettings as F, colorize_file; "
               "colorize_file('photo.jpg', 'x.tif', files=F(exact_luma=True))"),
    ),
}  # fmt: skip


def main(earlier: Path) -> None:
    """Writes the page."""
    revision = subprocess.run(
        ["git", "-C", earlier, "rev-parse", "--short=7", "HEAD"],  # noqa: S607 -- the user's git
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    parts = [HEAD.format(old=revision, most=LINES_MOST)]
    for title, tries in TRIES.items():
        parts.append(f"\n## {title}\n\n| typed | {revision} | now |\n|---|---|---|\n")
        with ThreadPoolExecutor(AT_ONCE) as threads:
            parts += threads.map(partial(row, checkouts=(earlier, ROOT)), tries)
        print(title, file=sys.stderr)
    PAGE.write_text("".join(parts), encoding="utf-8")


def row(each: Try, checkouts: tuple[Path, ...]) -> str:
    """Returns the row of one thing to type."""
    typed = each.line.replace("|", "\\|")
    cells = [f"`{typed}`", *(answer(each, checkout) for checkout in checkouts)]
    cells[0] += f"<br>({each.note})" if each.note else ""
    return f"| {' | '.join(cells)} |\n"


def answer(each: Try, checkout: Path) -> str:
    """Returns what a checkout's product says, as a cell."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        lay_out(work / "home")
        programs = work / "bin"
        programs.mkdir()
        for name, command in (("photocolor", f"{sys.executable} -m photocolor"), ("python", sys.executable)):
            script = programs / name
            script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
            script.chmod(0o755)
        variables = os.environ | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(checkout),
            "COLUMNS": "100",
            "NO_COLOR": "1",
            **dict(each.variables),
        }

        def run(line: str) -> subprocess.CompletedProcess[str]:
            # what comes out is put together as a terminal shows it
            return subprocess.run(
                ["bash", "-c", line],  # noqa: S607 -- the user's shell
                cwd=work / "home", env=variables, text=True, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, timeout=SECONDS_MOST, check=False,
            )  # fmt: skip

        if each.first:
            run(each.first)
        done = run(each.line)
        return cell(done.stdout, done.returncode, (str(work / "home"), str(checkout)))


def lay_out(home: Path) -> None:
    """Makes the folder in which somebody types."""
    scans = home / "scans"
    scans.mkdir(parents=True)
    (home / "empty").mkdir()
    portrait = (ROOT / "samples" / "portrait.jpg").read_bytes()
    for place in (scans / "anna.jpg", scans / "bert.jpg", home / "photo.jpg"):
        place.write_bytes(portrait)
    (scans / "half.jpg").write_bytes(portrait[:20_000])
    (scans / "letter.jpg").write_text("Dear Anna,\n" * 20, encoding="utf-8")
    stripes = Image.radial_gradient("L")
    Image.merge("RGB", (stripes, stripes.rotate(90), stripes.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).resize(
        (300, 200)
    ).save(scans / "trip.png")
    Image.effect_mandelbrot((300, 200), (-2, -1, 1, 1), 40).convert("HSV").convert("RGB").save(scans / "garden.jpg")
    points = '{"version": 1, "points": [{"x": 0.5, "y": 0.3, "color": "#c89070"}]}'
    (scans / "anna.jpg.hints.json").write_text(points, encoding="utf-8")
    (scans / "bert.hints.json").write_text(points, encoding="utf-8")
    (home / "again.txt").write_text("scans/anna.jpg\nscans/nobody.jpg\n", encoding="utf-8")


def cell(said: str, code: int, places: tuple[str, ...]) -> str:
    """Returns an answer as a cell of a table, without what differs from machine to machine."""
    for place in places:
        said = said.replace(f"{place}/", "").replace(place, ".")
    said = re.sub(rf"{tempfile.gettempdir()}/[\w./-]+", "(a temporary folder)", said)
    said = re.sub(r"0x[0-9A-F]{6,}", "0x…", said)
    said = re.sub(r"(/[\w.@+-]+)+/(python[\w.]*)\b", r"\2", said)
    lines = [line.rstrip() for line in said.strip().splitlines() if line.strip(" ─│╭╮╰╯━┏┓┗┛┃┡┩")]
    if any(line.startswith("Traceback") for line in lines):
        last = next(at for at in range(len(lines) - 1, -1, -1) if re.match(r"[\w.]+(Error|Fault|\w*): ?", lines[at]))
        lines = ["Traceback …", *lines[last:]]
    if len(lines) > LINES_MOST:
        lines = [*lines[: LINES_MOST - 3], "…", *lines[-2:]]
    text = "<br>".join(html.escape(line, quote=False).replace("|", "\\|").replace("`", "'") for line in lines)
    return f"{text or '(nothing)'} **({code})**"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]).resolve())
