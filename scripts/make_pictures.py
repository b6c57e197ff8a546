"""Takes the pictures of `preview` and `report` in docs/images again, from the sample scans, in a real browser.

    python tests/page_pictures.py FOLDER

FOLDER is made for the scans and their results; its name can be read in the picture.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from browser import Browser, find_browser
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
QUALITY = 82
PREVIEW_PX, REPORT_PX = (820, 617), (1240, 817)
FRAME_PX = 143
"""What the browser takes of its window's height."""


def main() -> None:
    """Makes a folder of scans with a damaged one, colors it, and looks at the pages."""
    program = find_browser()
    if program is None or len(sys.argv) != 2:
        raise SystemExit("usage: page_pictures.py FOLDER, on a machine with Chromium")
    place = Path(sys.argv[1])
    scans, color, page = place / "scans", place / "color", place / "compare.html"
    shutil.copytree(ROOT / "samples", scans, ignore=shutil.ignore_patterns("*.md"))
    (scans / "street" / "torn.jpg").write_bytes((scans / "portrait.jpg").read_bytes()[:20_000])
    photocolor("restore", scans, "--out", color, "--workers", 1, "--quiet")
    photocolor("report", color)
    photocolor("preview", scans / "portrait.jpg", "--out", page, "--strengths", "0.6,1,1.4")
    with tempfile.TemporaryDirectory() as profile, opened(program, profile, PREVIEW_PX) as browser:
        browser.open(page.as_uri())
        shoot(browser, "preview-slider-1", PREVIEW_PX)
        drag(browser)
        shoot(browser, "preview-slider-2", PREVIEW_PX)
    with tempfile.TemporaryDirectory() as profile, opened(program, profile, REPORT_PX) as browser:
        browser.open((color / "photocolor-report.html").as_uri())
        browser.value("new Promise(done => setTimeout(done, 1500))")
        shoot(browser, "report", REPORT_PX)


def photocolor(*arguments: object) -> None:
    """The command; that some photo fails is meant."""
    code = subprocess.run([sys.executable, "-m", "photocolor", *map(str, arguments)], check=False).returncode
    if code not in (0, 3):
        raise SystemExit(code)


def opened(program: str, profile: str, size: tuple[int, int]) -> Browser:
    """A browser with a page of that size."""
    width, height = size
    return Browser(program, Path(profile, "browser"), (width, height + FRAME_PX))


def drag(browser: Browser) -> None:
    """The boundary from the middle to a quarter, with the mouse."""
    script = "(r => [r.left, r.top, r.width, r.height])(document.getElementById('stage').getBoundingClientRect())"
    left, top, width, height = browser.value(script)
    y = top + height / 2
    browser.mouse("mousePressed", left + width / 2, y)
    browser.mouse("mouseMoved", left + width / 4, y)
    browser.mouse("mouseReleased", left + width / 4, y)


def shoot(browser: Browser, name: str, size: tuple[int, int]) -> None:
    """The page as a JPEG of the docs."""
    with Image.open(BytesIO(browser.screenshot())) as picture:
        picture.convert("RGB").crop((0, 0, *size)).save(IMAGES / f"{name}.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
