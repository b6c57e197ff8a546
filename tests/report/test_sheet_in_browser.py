"""The contact sheet in a real browser: order, filters, search, pages, sliders, and pictures that come when seen."""

from __future__ import annotations

import io
import itertools
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from browser import Browser
from PIL import Image

from photocolor.batch.plan.only import read_list
from photocolor.image.display.before_after import side_by_side
from photocolor.image.display.compare import gray_picture
from photocolor.report.contact_sheet import Sheet
from photocolor.report.history import HistoryEntry, Totals
from photocolor.report.thumbnails import Shown

PHOTOS = 150
GRAY, RED = (gray_picture(np.full((40, 60), 90, np.uint8)), np.full((40, 60, 3), (200, 30, 30), np.uint8))
VISITS = itertools.count()
EVIL = '</script><img src=x onerror="document.title=1">'


def entries() -> list[HistoryEntry]:
    """The doubt of photo n is n hundredths of 2; every tenth failed, photo 7 was skipped and photo 8 has a warning."""
    rows = []
    for n in range(PHOTOS):
        name, source = f"box {n // 50}/scan {n:03d}.jpg", f"/archive/scan {n:03d}.jpg"
        if n % 10 == 9:
            rows.append(HistoryEntry(name, source, "failed", 1, "truncated", f"it ends early {EVIL}", "Copy it again."))
        elif n == 7:
            rows.append(HistoryEntry(name, source, "skipped", 1, "already_color", "the photo has color already"))
        else:
            warnings = ("the profile is broken",) if n == 8 else ()
            rows.append(
                HistoryEntry(name, source, "done", 1, seconds=n, doubt=n / 200, warnings=warnings, pages=1 + n % 2)
            )
    return rows


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose pictures lie in the folder beside it."""
    folder = tmp_path_factory.mktemp("out ü#")
    (folder / "pictures/ab").mkdir(parents=True)
    rows, totals = [], Totals()
    for entry in entries():
        totals.add(entry)
        shown = Shown(f"ab/{len(rows)}.webp", 40, 60, "ba") if entry.status == "done" else Shown()
        if shown.name:
            (folder / "pictures" / shown.name).write_bytes(side_by_side([GRAY, RED]))
        rows.append((entry, shown))
    Sheet(folder / "sheet.html", folder, folder / "pictures", embeds=False).write(rows, totals)
    return folder / "sheet.html"


@pytest.fixture
def opened(browser: Browser, sheet: Path) -> Browser:
    browser.open("about:blank#")
    browser.open(sheet.as_uri())
    return browser


def names(page: Browser) -> list[str]:
    found = page.value("[...document.querySelectorAll('#sheet h2')].map(h => h.textContent)")
    return [str(name) for name in found]


TORN = """(() => {
  const torn = [], walker = document.createTreeWalker(document.getElementById('sheet'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const found of walker.currentNode.data.matchAll(/[\\d.]+\\s(MP|s|%|tiles?|pages)/g)) {
    const range = document.createRange();
    range.setStart(walker.currentNode, found.index);
    range.setEnd(walker.currentNode, found.index + found[0].length);
    if (new Set([...range.getClientRects()].map(rect => rect.top)).size > 1) torn.push(found[0]);
  }
  return torn;
})()"""
"""The numbers that stand on another line than their unit."""


def test_a_number_stands_on_one_line_with_its_unit_at_every_width(opened: Browser) -> None:
    for width in range(320, 1300, 7):
        with opened.sized(width, 800):
            assert opened.value(TORN) == [], width


def choose(page: Browser, element: str, value: str, event: str = "change") -> None:
    page.value(f"{element}.value = '{value}'; {element}.dispatchEvent(new Event('{event}'))")


def test_the_most_doubtful_photos_come_first_and_those_without_doubt_last(opened: Browser) -> None:
    assert names(opened)[:3] == ["box 2/scan 148.jpg", "box 2/scan 147.jpg", "box 2/scan 146.jpg"]
    choose(opened, "page", "3")
    assert names(opened)[-17:-15] == ["box 0/scan 000.jpg", "box 0/scan 009.jpg"], "no doubt: failures, then the rest"
    assert names(opened)[-1] == "box 0/scan 007.jpg"


def test_filters_search_order_and_pages_work_together_and_stay_in_the_address(opened: Browser, sheet: Path) -> None:
    assert opened.value("document.querySelector('#count').textContent") == "150 photos"
    assert len(names(opened)) == 60
    opened.value(
        "[...document.querySelectorAll('nav a')].find(a => a.textContent === 'failed: damaged or not whole').click()"
    )
    assert until(opened, "document.querySelector('#count').textContent === '15 photos'")
    text = opened.value("document.querySelector('#sheet li').innerText")
    assert (
        "it ends early" in text
        and "[damaged or not whole]" in text
        and "Copy it again." in text
        and "/archive/" in text
    )
    choose(opened, "find", "1/scan BOX", "input")
    choose(opened, "order", "name")
    assert names(opened) == [f"box 1/scan {n:03d}.jpg" for n in range(59, 100, 10)]
    address = opened.value("location.hash")
    opened.open("about:blank#")
    opened.open(sheet.as_uri() + str(address))
    assert names(opened)[0] == "box 1/scan 059.jpg"
    choose(opened, "find", "nowhere", "input")
    assert names(opened) == [] and opened.value("!document.querySelector('#nothing').hidden")


def test_a_page_on_paper_says_what_it_shows_and_tears_no_photo(opened: Browser) -> None:
    choose(opened, "find", "1/scan", "input")
    choose(opened, "size", "30")
    with opened.printed():
        text = opened.value("document.body.innerText")
        assert "Photos 1 to 30 of 50 · with “1/scan” · most doubtful first" in text
        assert "full size" not in text and "look again" not in text
        assert opened.value("getComputedStyle(document.querySelector('#sheet li')).breakInside") == "avoid"
    assert not opened.value("document.getElementById('printed').offsetHeight")


def test_a_name_is_found_however_its_letters_are_composed(browser: Browser, tmp_path: Path) -> None:
    """macOS takes an ü apart in names of files; keyboards write it as one letter."""
    entry = HistoryEntry("Mu\u0308ller.jpg", "/archive/Mu\u0308ller.jpg", "done", 1)
    totals = Totals()
    totals.add(entry)
    Sheet(tmp_path / "sheet.html", tmp_path, tmp_path / "pictures", embeds=True).write([(entry, Shown())], totals)
    browser.open("about:blank#")
    browser.open((tmp_path / "sheet.html").as_uri())
    choose(browser, "find", "m\u00fcller", "input")
    assert names(browser) == ["Mu\u0308ller.jpg"]


def test_no_line_ends_within_an_option(browser: Browser, tmp_path: Path) -> None:
    said = "the photo has color already; --already-color force colors it anyway"
    entry = HistoryEntry("card.jpg", "/archive/card.jpg", "skipped", 1, "already_color", said)
    totals = Totals()
    totals.add(entry)
    Sheet(tmp_path / "sheet.html", tmp_path, tmp_path / "pictures", embeds=True).write([(entry, Shown())], totals)
    browser.open("about:blank#")
    browser.open((tmp_path / "sheet.html").as_uri())
    for width in range(320, 400, 8):
        with browser.sized(width, 700):
            assert browser.value(
                "[...document.querySelectorAll('.option')].every(o => o.getClientRects().length === 1)"
            )
            assert browser.value("document.querySelectorAll('nav .option, #sheet .option').length") == 2


def test_keys_turn_pages_and_search(opened: Browser) -> None:
    press(opened, "]")
    assert (opened.value("page.value"), names(opened)[0]) == ("2", "box 1/scan 082.jpg")
    press(opened, "[")
    assert opened.value("page.value + back.disabled") == "1true"
    press(opened, "/")
    assert opened.value("document.activeElement.id + find.value") == "find"


def test_a_slider_moves_the_boundary_and_tells_where_it_is(opened: Browser) -> None:
    slider = "document.querySelector('#sheet .slider')"
    assert opened.value(f"{slider}.getAttribute('aria-label')").endswith("before and after of box 2/scan 148.jpg")
    assert until(opened, "document.querySelector('#sheet img').naturalWidth === 120")
    opened.value(f"{slider}.focus()")
    place = opened.value("JSON.stringify(document.querySelector('#sheet .pair').getBoundingClientRect())")
    assert '"width":60' in place and '"height":40' in place
    for kind in ("rawKeyDown", "keyUp"):
        opened.key(kind, "ArrowRight", 39)
    assert opened.value(f"{slider}.getAttribute('aria-valuetext')") == "51 % as it was"
    left, top = (opened.value(f"document.querySelector('#sheet .pair').getBoundingClientRect().{at}") for at in "xy")
    for kind, share in (("mousePressed", 0.5), ("mouseMoved", 0.8), ("mouseReleased", 0.8)):
        opened.mouse(kind, left + 60 * share, top + 20)
    assert opened.value("document.querySelector('#sheet .pair').style.getPropertyValue('--at')") == "80%"
    assert opened.value(f"{slider}.value") == "80"


def test_only_pictures_near_the_view_are_loaded(opened: Browser) -> None:
    loaded = "[...document.images].filter(image => image.naturalWidth).length"
    assert until(opened, f"{loaded} > 0")
    assert opened.value("document.images.length") == 120 and opened.value(loaded) < 120


def test_what_a_file_says_runs_no_script(opened: Browser) -> None:
    opened.value("location.hash = 'show=failed'")
    assert until(opened, "document.querySelector('#count').textContent === '15 photos'")
    assert opened.value("document.querySelector('#sheet').innerText").count(EVIL) == 15
    assert opened.value("document.title").startswith("Report on out")
    assert opened.value("document.querySelectorAll('#sheet img').length") == 0


def press(page: Browser, key: str) -> None:
    page.value(f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))")


def until(page: Browser, condition: str) -> bool:
    """Whether a condition comes true soon."""
    end = time.monotonic() + 10
    while not page.value(condition):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def button(name: str, word: str) -> str:
    card = f"[...document.querySelectorAll('#sheet li')].find(li => li.innerText.includes('{name}'))"
    return f"{card}.querySelector('[data-mark={word}]')"


@pytest.fixture
def downloads(opened: Browser, sheet: Path, tmp_path: Path) -> Path:
    """The folder that this browser saves into; the marks of other tests are forgotten."""
    opened._ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    opened.value("localStorage.clear()")
    again(opened, sheet)
    assert opened.value("localStorage.length") == 0
    return tmp_path


def again(page: Browser, sheet: Path) -> None:
    """Opens the page anew, from itself.

    By way of an empty page another process of the browser may show it, which learns only later what this one remembers.
    """
    page.open(f"{sheet.as_uri()}?{next(VISITS)}")


def saved(folder: Path, name: str) -> str:
    end = time.monotonic() + 10
    while not (folder / name).exists():
        assert time.monotonic() < end, list(folder.iterdir())
        time.sleep(0.05)
    return (folder / name).read_text(encoding="utf-8")


def test_marks_stay_are_filtered_saved_and_exported_as_a_list(opened: Browser, downloads: Path, sheet: Path) -> None:
    assert opened.value("save.hidden && list.hidden")
    for name, word in (("scan 148", "wrong"), ("scan 147", "good"), ("scan 146", "again"), ("scan 145", "wrong")):
        opened.value(f"{button(name, word)}.click()")
    opened.value(f"{button('scan 145', 'wrong')}.click()")  # once more takes it away
    assert opened.value(f"{button('scan 148', 'wrong')}.getAttribute('aria-pressed')") == "true"
    assert opened.value("save.textContent + '|' + list.textContent") == "Save 3 marks|Export list of 2"
    again(opened, sheet)
    assert opened.value("save.textContent") == "Save 3 marks"
    choose(opened, "mark", "wrong")
    assert names(opened) == ["box 2/scan 148.jpg"] and "mark=wrong" in str(opened.value("location.hash"))
    choose(opened, "mark", "none")
    assert opened.value("document.querySelector('#count').textContent") == "147 photos"
    choose(opened, "mark", "all")
    opened.value("list.click()")
    text = saved(downloads, "photocolor-again-wrong.txt")
    assert text == "/archive/scan 146.jpg\n/archive/scan 148.jpg\n"
    opened.value("save.click()")
    marks = json.loads(saved(downloads, "sheet.marks.json"))
    assert marks == {
        "photocolor_marks": 1,
        "marks": {
            "/archive/scan 146.jpg": "again",
            "/archive/scan 147.jpg": "good",
            "/archive/scan 148.jpg": "wrong",
        },
    }
    assert read_list(downloads / "sheet.marks.json") == ["/archive/scan 146.jpg", "/archive/scan 148.jpg"]
    assert read_list(downloads / "photocolor-again-wrong.txt") == ["/archive/scan 146.jpg", "/archive/scan 148.jpg"]


CONTRAST = {"text": 4.5, "border": 3.0}
"""Of text, and of the border of a control, against what lies around. Source: WCAG 2.2, 1.4.3 and 1.4.11."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_can_be_seen_and_read(opened: Browser, scheme: str) -> None:
    opened.prefer(scheme)
    try:
        for element, pseudo, key in (
            ("find", "::placeholder", "text"),
            ("find", "", "border"),
            ("order", "", "border"),
        ):
            style = f"getComputedStyle($('{element}'), '{pseudo}')"
            color = opened.value(f"{style}.{'color' if key == 'text' else 'borderTopColor'}")
            ground = opened.value(f"getComputedStyle($('{element}')).backgroundColor")
            assert contrast(color, ground) >= CONTRAST[key], (element, key)
    finally:
        opened.prefer("light")


def contrast(one: str, other: str) -> float:
    """The ratio of the luminances of two colors of CSS."""

    def luminance(color: str) -> float:
        codes = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
        red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in codes)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_mark_is_seen_where_the_system_chooses_the_colors(opened: Browser) -> None:
    opened._ask("Emulation.setEmulatedMedia", features=[{"name": "forced-colors", "value": "active"}])
    try:
        opened.value("document.querySelector('[data-mark=good]').click()")
        buttons = "[...document.querySelector('#sheet .marks').children]"
        good, again, wrong = opened.value(f"{buttons}.map(button => getComputedStyle(button).backgroundColor)")
        assert again == wrong != good
    finally:
        opened.value("document.querySelector('[data-mark=good]').click()")
        opened._ask("Emulation.setEmulatedMedia", features=[])


def test_keys_mark_the_photo_that_the_keyboard_is_in(opened: Browser, downloads: Path) -> None:
    slider = "document.querySelector('#sheet .slider')"
    for key, word in (("w", "wrong"), ("G", "good"), ("l", "again"), ("l", "")):
        opened.value(f"{slider}.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))")
        pressed = "(document.querySelector('#sheet [aria-pressed=true]') || {dataset: {mark: ''}}).dataset.mark"
        assert opened.value(pressed) == word


def test_marks_that_lie_beside_the_page_are_on_it_and_the_browser_s_own_count_more(
    opened: Browser, downloads: Path, sheet: Path
) -> None:
    rows = [(entry, Shown()) for entry in entries()]
    marks = {entry.source: "good" for entry, _ in rows[100:]}
    page = Sheet(sheet.with_name("marked.html"), sheet.parent, sheet.parent / "pictures", embeds=False, marks=marks)
    page.write(rows, Totals())
    opened.open(page.path.as_uri())
    assert opened.value("mark.options[2].textContent + save.hidden") == "good (50)true"
    opened.value(f"{button('scan 148', 'wrong')}.click()")
    assert opened.value("mark.options[2].textContent + save.textContent") == "good (49)Save 1 mark"


def test_nothing_is_wider_than_a_phone(opened: Browser, sheet: Path) -> None:
    opened._ask("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=2, mobile=True)
    try:
        again(opened, sheet)
        assert opened.value("innerWidth") == 360
        assert opened.value("document.documentElement.scrollWidth") == 360
        wide = "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 361).length"
        assert opened.value(wide) == opened.value(wide.replace("body *", ".pair img"))
        assert (
            opened.value("Math.min(...[...document.querySelectorAll('.marks button')].map(b => b.offsetHeight))") >= 30
        )
    finally:
        opened._ask("Emulation.clearDeviceMetricsOverride")


@pytest.fixture
def real_files(tmp_path: Path) -> Path:
    """A page of a run whose sources and results are there: a JPEG, and a TIFF, which no browser shows."""
    (tmp_path / "pictures/ab").mkdir(parents=True)
    rows, totals = [], Totals()
    for name, kind in (("one.png", "PNG"), ("two.tif", "TIFF")):
        source = tmp_path / "in" / name
        source.parent.mkdir(exist_ok=True)
        for path, color in ((source, (90, 90, 90)), (tmp_path / name, (200, 30, 30))):
            Image.fromarray(np.full((1500, 2000, 3), color, np.uint8)).save(path, kind)
        entry = HistoryEntry(name, str(source), "done", 1, doubt=0.1)
        totals.add(entry)
        shown = Shown(f"ab/{len(rows)}.webp", 40, 60, "ba")
        (tmp_path / "pictures" / shown.name).write_bytes(side_by_side([GRAY, RED]))
        rows.append((entry, shown))
    Sheet(tmp_path / "sheet.html", tmp_path, tmp_path / "pictures", embeds=False).write(rows, totals)
    return tmp_path / "sheet.html"


def color_at(page: Browser, x: int, y: int) -> tuple[int, ...]:
    with Image.open(io.BytesIO(page.screenshot())) as image:
        return tuple(image.convert("RGB").getpixel((x, y)))  # type: ignore[arg-type]


def test_a_photo_is_enlarged_to_the_pixels_of_its_own_files(browser: Browser, real_files: Path) -> None:
    browser.open("about:blank#")
    browser.open(real_files.as_uri())
    browser.value("document.querySelector('[aria-label=\"Full size of one.png\"]').click()")
    assert until(browser, "document.querySelectorAll('.stage.two img').length === 2")
    assert (
        browser.value("stage.clientWidth * devicePixelRatio + '×' + stage.clientHeight * devicePixelRatio")
        == "2000×1500"
    )
    assert (color_at(browser, 100, 400), color_at(browser, 800, 400)) == ((90, 90, 90), (200, 30, 30))
    browser.value("full_at.value = 100; full_at.dispatchEvent(new Event('input'))")
    assert color_at(browser, 800, 400) == (90, 90, 90)
    before = browser.value("view.scrollLeft")
    for kind, x in (("mousePressed", 600), ("mouseMoved", 500), ("mouseMoved", 400), ("mouseReleased", 400)):
        browser.mouse(kind, x, 400)
    assert until(browser, f"view.scrollLeft > {before}")
    browser.value("full_size.click()")
    assert browser.value("stage.clientWidth <= view.clientWidth && stage.clientHeight <= view.clientHeight")
    assert browser.value("Math.abs(stage.offsetTop * 2 + stage.clientHeight - view.clientHeight) < 3"), "in the middle"
    browser.value("document.querySelector('#full-close').click()")
    assert until(browser, "!full.open && document.querySelectorAll('.stage').length === 0")


def test_a_format_that_the_browser_does_not_know_is_said_with_links(browser: Browser, real_files: Path) -> None:
    browser.open("about:blank#")
    browser.open(real_files.as_uri())
    browser.value("enlarge(rows.find(row => row.name === 'two.tif'))")
    assert until(browser, "!full_note.hidden")
    assert "cannot show the source and the result" in str(browser.value("full_note.textContent"))
    found = browser.value("[...full_note.querySelectorAll('a')].map(a => a.href)")
    assert [str(url).rsplit("/", 1)[-1] for url in found] == ["two.tif", "two.tif"]


def test_a_survey_begins_with_the_most_damage_and_says_in_words_what_was_marked(
    browser: Browser, tmp_path: Path
) -> None:
    totals, rows = Totals(), []
    for name, share in (("clean.jpg", 0.0), ("speck.jpg", 1e-7), ("dusty.jpg", 0.0013)):
        mask = f"{name}.mask.png"
        rows.append((HistoryEntry(mask, f"/archive/{name}", "done", 1, damage=share), Shown()))
        totals.add(rows[-1][0])
    Sheet(tmp_path / "survey.html", tmp_path, tmp_path / "pictures", embeds=True).write(rows, totals)
    browser.open("about:blank#")
    browser.open((tmp_path / "survey.html").as_uri())
    assert names(browser) == ["dusty.jpg.mask.png", "speck.jpg.mask.png", "clean.jpg.mask.png"]
    said = browser.value("[...document.querySelectorAll('#sheet li')].map(li => li.innerText).join('|')")
    dusty, speck, clean = str(said).replace("\N{NO-BREAK SPACE}", " ").split("|")
    assert "0.13 % marked as damage" in dusty and "0.00001 % marked as damage" in speck and "no damage marked" in clean
    assert "damage marked" in browser.value("document.querySelector('table').innerText")
    foot = browser.value("document.querySelector('footer').innerText")
    assert "right of it its mask" in foot and "color." not in foot and "Doubt" not in foot
    assert browser.value("document.getElementById('full-line').innerText").strip() == "Photo and mask"
