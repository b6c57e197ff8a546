from __future__ import annotations

import json
import os
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import photos
import pytest
from commands import Here, started
from fakes import write_model
from runs import read_tree, write_tree

from photocolor.report.history import HistoryEntry
from photocolor.report.thumbnails import (
    RESULT_CHANGED,
    RESULT_GONE,
    SOURCE_CHANGED,
    SOURCE_FAR,
    SOURCE_GONE,
    SOURCE_LONG,
    PictureFolder,
)
from photocolor.report.turn import report_turn

EVIL = "<script>alert(1)</script> & \"'.png"
NOT_UTF8 = os.fsdecode(b"caf\xe9 %2e#?.png")


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


class Page(HTMLParser):
    """What is in a page: its tags, its rows, and every address that it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)
        self.rows: list[dict[str, Any]] = json.loads(
            re.search(r'<script type="application/json" id="rows">(.*?)</script>', text, re.DOTALL)[1]  # type: ignore[index]
        )
        self.embedded = re.findall(r'<script type="text/plain" id="p(\d+)">', text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps the tag and its addresses."""
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href") and str(value)[:1] != "#"]

    def row(self, name: str) -> dict[str, Any]:
        """What the page knows of one photo."""
        return next(row for row in self.rows if row["name"] == name)


@pytest.fixture
def ran(photocolor: Here, tmp_path: Path) -> Path:
    """An output folder with results, a skipped and a failed photo."""
    scans = {
        "a/1.png": photos.png(photos.gray(300, 200)),
        "a/2.jpg": photos.jpeg(photos.gray(40, 60), orientation=6),
        EVIL: photos.png(photos.gray()),
        NOT_UTF8: photos.png(photos.gray(depth=16)),
        "color.png": photos.png(photos.rgb(200, 200)),
        "bad.png": b"",
    }
    write_tree(tmp_path / "scans", scans)
    out = tmp_path / "out"
    model = write_model(tmp_path / "tint.onnx")
    command = ("restore", tmp_path / "scans", "--out", out, "--device", "cpu", "--workers", 1, "--model", model)
    assert photocolor(*command).code == 3
    return out


def report(photocolor: Here, out: Path, *more: object) -> Page:
    answer = photocolor("report", out, *more)
    assert answer.code == 0, answer.err
    return Page((out / "photocolor-report.html").read_text(encoding="utf-8"))


def test_the_page_is_one_file_that_loads_nothing(photocolor: Here, ran: Path) -> None:
    page = report(photocolor, ran)
    assert page.addresses == []
    assert len(page.rows) == 6 and len(page.embedded) == 5
    assert {"link", "iframe", "object"}.isdisjoint(page.tags)


def test_every_photo_is_there_with_its_outcome_and_its_pictures(photocolor: Here, ran: Path) -> None:
    page = report(photocolor, ran)
    first = page.row("a/1.png")
    assert (first["status"], first["sides"], first["h"], first["w"]) == ("done", "ba", 256, 171)
    assert 0 <= first["doubt"] <= 1 and first["result"] == "a/1.png"
    turned = page.row("a/2.jpg")
    assert (turned["h"], turned["w"]) == (60, 40), "upright, and not larger than it is"
    skipped, failed = page.row("color.png"), page.row("bad.png")
    assert (skipped["reason"], skipped["sides"]) == ("already_color", "b")
    assert (failed["reason"], failed["said"]) == ("not_an_image", "the file is empty")
    assert "promise a format" in failed["hint"] and "picture" not in failed


def test_one_reason_of_several_cures_shows_them_all(photocolor: Here, tmp_path: Path) -> None:
    """Or the totals tell people to install a library for photos that are of another kind."""
    deep = photos.tiff_of([photos.gray().astype(np.uint32)])
    write_tree(tmp_path / "scans", {"1.gif": photos.gif(), "2.gif": photos.gif(), "3.tif": deep})
    out = tmp_path / "out"
    assert photocolor("restore", tmp_path / "scans", "--out", out, "--device", "cpu").code == 3
    report(photocolor, out)
    text = (out / "photocolor-report.html").read_text(encoding="utf-8")
    assert "gray or RGB, and run that. · Reduce it to 16 bits first." in text


def test_names_cannot_do_anything_in_the_page(photocolor: Here, ran: Path) -> None:
    text = (report(photocolor, ran), (ran / "photocolor-report.html").read_text(encoding="utf-8"))[1]
    assert "<script>alert" not in text
    page = Page(text)
    assert page.row(EVIL)["result"] == "%3Cscript%3Ealert%281%29%3C/script%3E%20%26%20%22%27.png"
    odd = page.row("caf\\udce9 %2e#?.png")
    assert odd["result"] == "caf%E9%20%252e%23%3F.png", "the bytes of the name"
    text.encode("utf-8")


def test_pictures_in_a_folder_are_reached_from_wherever_the_page_is(photocolor: Here, ran: Path) -> None:
    elsewhere = ran.parent / "reports" / "run.html"
    assert photocolor("report", ran, "--no-embed", "--to", elsewhere).code == 0
    text = elsewhere.read_text(encoding="utf-8")
    folder = re.search(r'const FOLDER = "(.*?)"', text)
    assert folder is not None and folder[1] == "../out/.photocolor/report"
    page = Page(text)
    assert page.embedded == []
    for row in page.rows:
        assert "picture" not in row or (elsewhere.parent / folder[1] / row["picture"]).stat().st_size > 100
    assert page.row("a/1.png")["result"] == "../out/a/1.png"


def test_a_second_report_makes_only_pictures_of_what_changed_and_drops_the_old_ones(
    photocolor: Here, ran: Path
) -> None:
    def made() -> int:
        return int(json.loads(photocolor("report", ran, "--json").out)["pictures_made"])

    assert (made(), made()) == (5, 0)
    photo = ran.parent / "scans" / "a" / "1.png"
    photo.write_bytes(photos.png(photos.gray(90, 90)))
    command = ("restore", photo.parents[1], "--out", ran, "--device", "cpu", "--workers", 1)
    assert photocolor(*command, "--model", ran.parent / "tint.onnx").code == 3
    assert (made(), made()) == (1, 0)
    assert len(list((ran / ".photocolor/report").glob("??/*"))) == 5


def test_what_is_gone_or_changed_is_shown_as_such(photocolor: Here, ran: Path) -> None:
    scans = ran.parent / "scans"
    (scans / "a/1.png").unlink()
    (scans / EVIL).write_bytes(photos.png(photos.gray(99, 99)))
    (scans / "bad.png").unlink()
    (ran / "a/2.jpg").unlink()
    (ran / NOT_UTF8).write_bytes(b"broken")
    page = report(photocolor, ran)
    assert (page.row("a/1.png")["notes"], page.row("a/1.png")["sides"]) == ([SOURCE_GONE], "a")
    assert page.row(EVIL)["notes"] == [SOURCE_CHANGED]
    assert page.row("bad.png")["notes"] == [SOURCE_GONE]
    assert (page.row("a/2.jpg")["notes"], page.row("a/2.jpg")["sides"]) == ([RESULT_GONE], "b")
    broken = page.row("caf\\udce9 %2e#?.png")
    assert broken["notes"][0] == RESULT_CHANGED and broken["notes"][1].startswith("it cannot be shown: ")


def test_the_report_changes_nothing_else_and_is_no_result(photocolor: Here, ran: Path) -> None:
    before = read_tree(ran)
    report(photocolor, ran)
    after = read_tree(ran)
    assert set(after) - set(before) == {"photocolor-report.html"}
    assert {name: after[name] for name in before} == before
    verdicts = photocolor("verify", ran.parent / "scans", ran, "--json")
    assert "extra" not in verdicts.out


def test_what_cannot_be_reported_is_refused(photocolor: Here, ran: Path, tmp_path: Path) -> None:
    nothing = photocolor("report", tmp_path / "scans")
    assert (nothing.code, "no run is recorded in" in nothing.err) == (2, True)
    mine = tmp_path / "mine.html"
    mine.write_text("<p>mine")
    for there in (mine, tmp_path):
        refused = photocolor("report", ran, "--to", there)
        assert (refused.code, "Choose another --to" in refused.err) == (2, True)
    assert mine.read_text() == "<p>mine"


def test_the_json_has_the_sums(photocolor: Here, ran: Path) -> None:
    sums = json.loads(photocolor("report", ran, "--json").out)
    assert (sums["photos"], sums["done"]) == (6, 4)
    assert (sums["skipped"], sums["failed"]) == ({"already_color": 1}, {"not_an_image": 1})
    assert sums["bytes"] == (ran / "photocolor-report.html").stat().st_size


def test_a_source_in_a_remote_storage_is_not_said_to_be_gone(tmp_path: Path) -> None:
    entry = HistoryEntry("1.jpg", "s3://archive/scans/1.jpg", "done", 1, result_bytes=1)
    write_tree(tmp_path, {"1.jpg": b"?"})
    shown = PictureFolder(tmp_path, 100).of(entry)
    assert shown.notes[0] == SOURCE_FAR and shown.notes[1].startswith("it cannot be shown")


def test_marks_beside_the_page_come_onto_it_and_choose_what_is_colored_again(photocolor: Here, tmp_path: Path) -> None:
    files = {name: photos.png(photos.gray(seed=seed)) for seed, name in enumerate(("1.png", "2.png", "3.png"))}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "out"
    model = write_model(tmp_path / "m.onnx")
    run = ("restore", scans, "--out", out, "--model", model, "--device", "cpu", "--workers", 1)
    assert photocolor(*run).code == 0
    before = read_tree(out)
    marks = out / "photocolor-report.marks.json"
    said = {f"{scans}/1.png": "good", f"{scans}/2.png": "wrong"}
    marks.write_text(json.dumps({"photocolor_marks": 1, "marks": said}))
    assert photocolor("report", out).code == 0
    text = (out / "photocolor-report.html").read_text()
    saved = re.search(r'id="saved">(.*?)</script>', text, re.DOTALL)
    assert saved and json.loads(saved[1]) == said
    run_line = re.search(r'<p class="run">(.*?)</p>', text)
    assert run_line and " UTC · model " in run_line[1] and "the usual settings · photocolor " in run_line[1]
    assert "CPUExecutionProvider" not in text
    assert photocolor(*run, "--only", marks, "--strength", "0.5").code == 0
    after = read_tree(out)
    assert [name for name in before if after[name] != before[name]] == ["2.png"]
    assert photocolor("report", out).code == 0
    run_line = re.search(r'<p class="run">(.*?)</p>', (out / "photocolor-report.html").read_text())
    assert run_line and "strength 1 in 2 photos, 0.5 in 1 photo; otherwise the usual settings" in run_line[1]
    (scans / "2.png").rename(scans / "2.PNG")
    assert photocolor("report", out).code == 0
    saved = re.search(r'id="saved">(.*?)</script>', (out / "photocolor-report.html").read_text(), re.DOTALL)
    assert saved and json.loads(saved[1])[f"{scans}/2.PNG"] == "wrong"
    marks.write_text("{")
    answer = photocolor("report", out)
    assert answer.code == 2 and f"{marks} is no file of marks" in answer.err


def head_of(photocolor: Here, out: Path) -> str:
    """What the head of the page says about the runs."""
    assert photocolor("report", out).code == 0
    found = re.search(r'<p class="run">(.*?)</p>', (out / "photocolor-report.html").read_text())
    assert found
    return found[1]


def test_the_head_names_the_settings_of_the_results_and_not_of_the_last_run(photocolor: Here, tmp_path: Path) -> None:
    files = {name: photos.png(photos.gray(seed=seed)) for seed, name in enumerate(("1.png", "2.png", "3.png"))}
    scans, out = write_tree(tmp_path / "scans", files), tmp_path / "out"
    models = [write_model(tmp_path / f"m{number}.onnx") for number in (1, 2)]
    run = ("restore", scans, "--out", out, "--device", "cpu", "--workers", 1)
    assert photocolor(*run, "--model", models[0], "--strength", "0.5").code == 0
    assert "strength 0.5 ·" in head_of(photocolor, out)
    write_tree(scans, {"broken.png": photos.cut(files["1.png"])})
    (out / "2.png").unlink()
    (tmp_path / "list").write_text("2.png\nbroken.png\n")
    answer = photocolor(*run, "--model", models[0], "--only", tmp_path / "list", "--strength", "0.5", "--faces", "on")
    assert answer.code == 3, answer.err
    assert "faces off in 2 photos, on in 1 photo; in all strength 0.5 ·" in head_of(photocolor, out)
    other = ("restore", scans / "3.png", "--out", tmp_path / "bad", "--device", "cpu", "--max-pixels", "0.0001")
    assert photocolor(*other, "--strength", "0.7").code == 3
    assert "strength 0.7 ·" in head_of(photocolor, tmp_path / "bad"), "nothing was colored, and these were wanted"


@pytest.mark.parametrize("options", [(), ("--no-embed",)])
@pytest.mark.skipif(sys.platform == "win32", reason="folders are held as POSIX can")
def test_reports_to_one_page_at_the_same_time_are_made_one_after_the_other(ran: Path, options: tuple[str, ...]) -> None:
    shutil.rmtree(ran / ".photocolor" / "report", ignore_errors=True)
    (ran / "photocolor-report.html").unlink(missing_ok=True)
    with report_turn(ran, ran / ".photocolor" / "page.html", lambda: pytest.fail("nobody else is there")):
        running = [started("report", ran, *options) for _ in range(3)]  # however busy the machine is, all three meet
        told = [process.stderr.readline().decode() for process in running if process.stderr is not None]
        assert len(told) == 3 and all("Waiting for another report" in line for line in told)
    answers = [(process.communicate(timeout=120)[1].decode(), process.returncode) for process in running]
    assert [code for _, code in answers] == [0, 0, 0], answers
    kept = {path.name for path in (ran / ".photocolor" / "report").rglob("*.webp")}
    page = Page((ran / "photocolor-report.html").read_text(encoding="utf-8"))
    assert kept == {row["picture"].split("/")[1] for row in page.rows if "picture" in row}
    assert not list(ran.rglob(".pc-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="folders are held as POSIX can")
def test_a_report_waits_for_whoever_is_alive_and_for_nobody_who_was_killed(ran: Path) -> None:
    with report_turn(ran, ran / ".photocolor" / "page.html", lambda: pytest.fail("nobody else is there")):
        with report_turn(ran.parent, ran.parent / "page.html", lambda: pytest.fail("another folder")):
            pass
        with started("report", ran) as killed:
            assert killed.stderr is not None and killed.stderr.readline()
            killed.kill()
        process = started("report", ran)
        assert process.stderr is not None and b"Waiting" in process.stderr.readline()
        assert process.poll() is None
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_photos_that_were_moved_are_shown_from_where_they_lie_now(photocolor: Here, tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"box/1.png": photos.png(), "2.jpg": photos.jpeg()})
    assert photocolor("restore", scans, "--out", tmp_path / "color", "--quiet").code == 0
    scans.rename(tmp_path / "on another disk")
    answer = photocolor("report", tmp_path / "color")
    assert answer.code == 0 and "2 of 2 sources are not where the run read them" in answer.err
    page = Page((tmp_path / "color" / "photocolor-report.html").read_text("utf-8"))
    assert [row["sides"] for row in page.rows] == ["a", "a"]
    answer = photocolor("report", tmp_path / "color", "--sources-in", tmp_path / "on another disk")
    assert answer.code == 0 and "are not where" not in answer.err
    page = Page((tmp_path / "color" / "photocolor-report.html").read_text("utf-8"))
    assert [row["sides"] for row in page.rows] == ["ba", "ba"]
    assert page.row("box/1.png")["source"] == str(tmp_path / "on another disk" / "box" / "1.png")
    (tmp_path / "on another disk" / "2.jpg").write_bytes(photos.jpeg(photos.gray(seed=9)))
    photocolor("report", tmp_path / "color", "--sources-in", tmp_path / "on another disk")
    page = Page((tmp_path / "color" / "photocolor-report.html").read_text("utf-8"))
    assert SOURCE_CHANGED in str(page.row("2.jpg"))
    (tmp_path / "on another disk" / "2.jpg").unlink()
    answer = photocolor("report", tmp_path / "color", "--sources-in", tmp_path / "on another disk")
    assert f"1 of 2 sources are not in {tmp_path / 'on another disk'}" in answer.err
    assert "--sources-in" not in answer.err, "it was given"


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform != "linux", reason="holes of terabytes need a file system that has them")
@pytest.mark.parametrize("is_told", [False, True])
def test_a_source_that_is_nothing_but_long_is_not_read(photocolor: Here, tmp_path: Path, is_told: bool) -> None:
    scans = write_tree(tmp_path / "scans", {"1.png": photos.png()})
    assert photocolor("restore", scans, "--out", tmp_path / "color", "--quiet").code == 0
    os.truncate(scans / "1.png", 1 << 42)
    if is_told:  # by a manifest that anybody may have written
        manifest = tmp_path / "color" / ".photocolor" / "manifest.jsonl"
        line = json.loads(manifest.read_text("utf-8"))
        manifest.write_text(json.dumps(line | {"source_bytes": 1 << 42}) + "\n", "utf-8")
    assert photocolor("report", tmp_path / "color").code == 0
    row = Page((tmp_path / "color" / "photocolor-report.html").read_text("utf-8")).row("1.png")
    assert (row["sides"], row["notes"]) == ("a", [SOURCE_LONG if is_told else SOURCE_CHANGED])


def test_a_folder_that_has_none_of_the_photos_is_refused_with_one_that_would_do(
    photocolor: Here, tmp_path: Path
) -> None:
    scans = write_tree(tmp_path / "scans", {"box/1.png": photos.png()})
    assert photocolor("restore", scans, "--out", tmp_path / "color", "--quiet").code == 0
    answer = photocolor("report", tmp_path / "color", "--sources-in", scans / "box")
    assert answer.code == 2 and "Name the folder that has box/1.png in it." in answer.err
    assert photocolor("report", tmp_path / "color", "--sources-in", tmp_path / "nowhere").code == 2
    assert not (tmp_path / "color" / "photocolor-report.html").exists()
