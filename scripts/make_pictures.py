#!/usr/bin/env python3
"""Makes the pictures of the window, of `report` and of `preview` in docs/images, from the sample scans.

    python scripts/make_pictures.py FOLDER [pages|everybody|photographer|retoucher|german ...]

FOLDER is made for the scans and their results; its name can be read in the picture of an export. Without further words
all pictures are made, in some three minutes. The pages need Chromium; the window needs Xvfb and xdotool, because it is
walked through with an X server's mouse and keyboard, by the walks that tests/desktop tests. Look at them afterward.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "desktop")]

from browser import Browser, find_browser  # noqa: E402 -- the path comes first
from screens import missing_programs, screen  # noqa: E402 -- the path comes first

PAGES = {
    "preview-slider-1": (820, 617),
    "preview-slider-2": (820, 617),
    "report": (1240, 817),
    "desktop-marks": (930, 600),
}
"""The pictures of pages, and their (width, height) in pixels."""
WALKS = {
    "everybody": (
        ["everybody", "--samples"],
        {
            "desktop-open": "open",
            "desktop-split": "split",
            "desktop-zoom": "zoom",
            "desktop-points": "points",
            "desktop-undo": "undo",
            "desktop-run": "run",
            "desktop-cancel": "cancel",
            "desktop-done": "done",
            "desktop-dark": "dark",
        },
    ),
    "photographer": (
        ["photographer"],
        {
            "desktop-search": "search",
            "desktop-variants": "answer",
            "desktop-area": "area",
            "desktop-eyedropper": "eyedropper",
            "desktop-export": "export-tif",
        },
    ),
    "retoucher": (["retoucher"], {"desktop-mend": "damage"}),
    "german": (["photographer", "--german"], {"desktop-german": "area"}),
}
"""What tests/desktop/real_window.py is told, and which of its steps are kept as which picture."""
WINDOW_PX = (930, 600)
"""(width, height) of the window's pictures: three quarters of the window."""
QUALITY = 82
FRAME_PX = 143
"""What the browser takes of its window's height."""


def main(place: Path, wanted: list[str], images: Path = IMAGES) -> None:
    """Makes the pictures of those words, or all."""
    if unknown := set(wanted) - {"pages", *WALKS}:
        raise SystemExit(f"no pictures are called {', '.join(sorted(unknown))}")
    for name in wanted or ["pages", *WALKS]:
        if name == "pages":
            look_at_pages(place / name, images)
        else:
            walk(name, place / name, images)


def walk(name: str, place: Path, images: Path) -> None:
    """Walks through the window on a screen of its own, and keeps steps."""
    words, pictures = WALKS[name]
    script = [sys.executable, str(ROOT / "tests" / "desktop" / "real_window.py"), str(place), *words]
    if missing := missing_programs():
        raise SystemExit(f"this machine has no {', '.join(missing)}")
    with screen() as environment:
        subprocess.run(script, check=True, env=environment)
    for picture, step in pictures.items():
        (shot,) = place.glob(f"*[0-9]-{step}.png")
        with Image.open(shot) as opened:
            small = opened.convert("RGB").resize(WINDOW_PX, Image.Resampling.LANCZOS)
        save(small, images / f"{picture}.jpg")


def look_at_pages(place: Path, images: Path) -> None:
    """Makes a folder of scans with a damaged one, colors it, and looks at the pages."""
    scans, color, page = place / "scans", place / "color", place / "compare.html"
    shutil.copytree(ROOT / "samples", scans, ignore=shutil.ignore_patterns("*.md"))
    (scans / "street" / "torn.jpg").write_bytes((scans / "portrait.jpg").read_bytes()[:20_000])
    photocolor("restore", scans, "--out", color, "--workers", 1, "--quiet")
    photocolor("report", color)
    photocolor("preview", scans / "portrait.jpg", "--out", page, "--strengths", "0.6,1,1.4")
    report = color / "photocolor-report.html"
    shoot(page, images / "preview-slider-1.jpg")
    shoot(page, images / "preview-slider-2.jpg", drag)
    shoot(report, images / "report.jpg", settle)
    shoot(report, images / "desktop-marks.jpg", mark)


def photocolor(*arguments: object) -> None:
    """Runs the command; that some photo fails is meant."""
    code = subprocess.run([sys.executable, "-m", "photocolor", *map(str, arguments)], check=False).returncode
    if code not in (0, 3):
        raise SystemExit(code)


def shoot(page: Path, picture: Path, *steps: Callable[[Browser], None]) -> None:
    """Opens a page, does something there, and keeps what it looks like."""
    program = find_browser()
    if program is None:
        raise SystemExit("this machine has no Chromium")
    width, height = PAGES[picture.stem]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,  # its processes may write a moment longer
        Browser(program, Path(profile, "browser"), (width, height + FRAME_PX)) as browser,
    ):
        browser.open(page.as_uri())
        for step in steps:
            step(browser)
        with Image.open(BytesIO(browser.screenshot())) as opened:
            save(opened.convert("RGB").crop((0, 0, width, height)), picture)


def save(image: Image.Image, picture: Path) -> None:
    """Writes a picture as a small JPEG."""
    image.save(picture, quality=QUALITY, optimize=True)


def settle(browser: Browser) -> None:
    """Waits until the report has drawn its small pictures."""
    browser.value("new Promise(done => setTimeout(done, 1500))")


def drag(browser: Browser) -> None:
    """Drags the boundary from the middle to a quarter, with the mouse."""
    left, top, width, height = box(browser, "document.getElementById('stage')")
    y = top + height / 2
    browser.mouse("mousePressed", left + width / 2, y)
    browser.mouse("mouseMoved", left + width / 4, y)
    browser.mouse("mouseReleased", left + width / 4, y)


def mark(browser: Browser) -> None:
    """Marks the first photos of the report: one as wrong, one to look at again."""
    settle(browser)
    for number, word in ((0, "wrong"), (1, "again")):
        button = f"document.querySelectorAll('#sheet .marks')[{number}].querySelector('[data-mark={word}]')"
        browser.value(f"{button}.scrollIntoView({{block: 'center'}})")
        settle(browser)
        left, top, width, height = box(browser, button)
        for kind in ("mousePressed", "mouseReleased"):
            browser.mouse(kind, left + width / 2, top + height / 2)
    settle(browser)


def box(browser: Browser, element: str) -> tuple[float, float, float, float]:
    """Returns left, top, width and height of an element in pixels."""
    left, top, width, height = browser.value(
        f"(r => [r.left, r.top, r.width, r.height])({element}.getBoundingClientRect())"
    )
    return left, top, width, height


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(f"usage: make_pictures.py FOLDER [pages|{'|'.join(WALKS)} ...]")
    main(Path(sys.argv[1]).absolute(), sys.argv[2:])
