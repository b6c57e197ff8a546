"""Nothing that lies in the folders, and nobody who may write into the output folder, gets a source written."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import photos
import pytest
from commands import Answer, Here
from fakes import write_model
from runs import INLINE, PROCESSES, Listener, read_tree, run_with, write_tree
from works import open_scripted

from photocolor.batch.pools.pool import Crew
from photocolor.errors import OutputError, TargetBlocked
from photocolor.metadata.carry import Changes, graft
from photocolor.metadata.provenance import Provenance
from photocolor.system.atomic import AtomicFile

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, modes and mounts of POSIX")
PHOTO = photos.jpeg(photos.gray(40, 60))
OTHER = photos.jpeg(photos.gray(40, 60, seed=7))
TOKEN = "0123abcd"  # noqa: S105 -- part of a file name


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "tint.onnx")


@pytest.fixture
def restore(photocolor: Here, model: Path) -> Callable[..., Answer]:
    def run(*words: object) -> Answer:
        return photocolor("restore", *words, "--model", model, "--device", "cpu", "--workers", 1)

    return run


def link_to_the_result(home: Path) -> None:
    write_tree(home, {"color/a.jpg": PHOTO, "scans/b.jpg": OTHER})
    (home / "scans/a.jpg").symlink_to("../color/a.jpg")


def link_to_the_result_of_another(home: Path) -> None:
    write_tree(home, {"color/a.jpg": PHOTO, "scans/a.jpg": OTHER})
    (home / "scans/b.jpg").symlink_to("../color/a.jpg")


def link_to_what_is_no_result(home: Path) -> None:
    write_tree(home, {"color/kept/x.jpg": PHOTO, "scans/b.jpg": OTHER})
    (home / "scans/a.jpg").symlink_to(home / "color/kept/x.jpg")


def link_over_a_link(home: Path) -> None:
    link_to_the_result(home)
    (home / "scans/a.jpg").rename(home / "middle.jpg")
    (home / "middle.jpg").unlink()
    (home / "middle.jpg").symlink_to("color/a.jpg")
    (home / "scans/a.jpg").symlink_to("../middle.jpg")


def hard_link(home: Path) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "scans/b.jpg": OTHER, "color/.keep": b""})
    os.link(home / "scans/a.jpg", home / "color/a.jpg")


def hard_link_of_another(home: Path) -> None:
    write_tree(home, {"scans/box/a.jpg": PHOTO, "scans/b.jpg": OTHER, "color/.keep": b""})
    os.link(home / "scans/box/a.jpg", home / "color/b.jpg")


def mounted_output(home: Path) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "color/.keep": b""})
    mount(home / "scans", home / "color")


def mounted_folder_in_the_output(home: Path) -> None:
    write_tree(home, {"scans/box/a.jpg": PHOTO, "scans/b.jpg": OTHER, "color/box/.keep": b""})
    mount(home / "scans/box", home / "color/box")


def mounted_file(home: Path) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "color/a.jpg": b""})
    mount(home / "scans/a.jpg", home / "color/a.jpg")


def mount(what: Path, where: Path) -> None:
    made = subprocess.run(["mount", "--bind", str(what), str(where)], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"nothing can be mounted here: {made.stderr.strip()}")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for line in reversed(Path("/proc/self/mounts").read_text().splitlines() if sys.platform == "linux" else []):
        if line.split(" ")[1].startswith(str(tmp_path)):
            subprocess.run(["umount", line.split(" ")[1]], check=False)


@pytest.mark.parametrize("overwrite", ["--overwrite", "--no-overwrite"])
@pytest.mark.parametrize(
    "layout",
    [
        link_to_the_result,
        link_to_the_result_of_another,
        link_to_what_is_no_result,
        link_over_a_link,
        hard_link,
        hard_link_of_another,
        mounted_output,
        mounted_folder_in_the_output,
        mounted_file,
    ],
)
def test_a_source_that_is_a_result_by_another_name_is_refused_before_any_work(
    restore: Callable[..., Answer], home: Path, layout: Callable[[Path], None], overwrite: str
) -> None:
    layout(home)
    before = read_tree(home)
    answer = restore(home / "scans", "--out", home / "color", overwrite)
    assert (answer.code, read_tree(home)) == (2, before)
    assert "a.jpg" in answer.err or "lies inside" in answer.err or "is the output" in answer.err


def test_a_folder_in_the_output_that_leads_elsewhere_gets_no_results(
    restore: Callable[..., Answer], home: Path
) -> None:
    write_tree(home, {"scans/box/a.jpg": PHOTO, "elsewhere/.keep": b"", "color/.keep": b""})
    (home / "color/box").symlink_to(home / "elsewhere")
    answer = restore(home / "scans", "--out", home / "color")
    assert (answer.code, read_tree(home / "elsewhere")) == (2, {".keep": b""})


def test_a_link_that_appears_in_the_output_after_the_plan_gets_no_result(tmp_path: Path) -> None:
    write_tree(tmp_path, {"scans/1.jpg": b"one", "scans/box/2.jpg": b"two", "elsewhere/3.jpg": b"precious"})
    listener = Listener()

    def plant(job: object, stage: str) -> None:
        if not (tmp_path / "out/box").is_symlink():
            (tmp_path / "out/box").symlink_to(tmp_path / "elsewhere")

    listener.on_work = plant
    summary = run_with(listener, tmp_path / "scans", tmp_path / "out", open_scripted, INLINE)
    assert summary.ended_by is None
    assert (summary.done, dict(summary.failed)) == (1, {"target_blocked": 1})
    assert read_tree(tmp_path / "elsewhere") == {"3.jpg": b"precious"}


def linked(path: Path, source: Path) -> None:
    path.symlink_to(source)


def hard_linked(path: Path, source: Path) -> None:
    os.link(source, path)


@pytest.mark.parametrize("trap", [linked, hard_linked])
@pytest.mark.parametrize("name", ["lock", "manifest.jsonl", "at-work.jsonl"])
def test_records_are_files_of_their_own_or_the_run_is_refused(
    restore: Callable[..., Answer], home: Path, name: str, trap: Callable[[Path, Path], None]
) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "scans/b.jpg": OTHER, "color/.photocolor/.keep": b""})
    trap(home / "color/.photocolor" / name, home / "scans/a.jpg")
    before = read_tree(home / "scans")
    answer = restore(home / "scans", "--out", home / "color")
    assert (answer.code, read_tree(home / "scans"), read_tree(home / "color")) == (5, before, {})
    assert f"{name} is not used: it is a" in answer.err


def test_the_folder_of_records_is_no_link(restore: Callable[..., Answer], photocolor: Here, home: Path) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "color/.keep": b""})
    (home / "color/.photocolor").symlink_to(home / "scans")
    answer = restore(home / "scans", "--out", home / "color")
    assert (answer.code, set(read_tree(home / "scans"))) == (5, {"a.jpg"})
    for command in (("report", home / "color"), ("verify", home / "scans", home / "color")):
        assert photocolor(*command).code == 5


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("name", ["lock", "manifest.jsonl", "at-work.jsonl"])
def test_a_pipe_in_the_place_of_a_record_is_not_waited_for(
    restore: Callable[..., Answer], home: Path, name: str
) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "color/.photocolor/.keep": b""})
    os.mkfifo(home / "color/.photocolor" / name)
    answer = restore(home / "scans", "--out", home / "color")
    assert (answer.code, "no regular file" in answer.err) == (5, True)


@pytest.mark.parametrize("where", ["report", "report/ab"])
def test_a_report_removes_only_pictures_that_it_made(
    restore: Callable[..., Answer], photocolor: Here, home: Path, where: str
) -> None:
    name = f"ab{'0' * 30}-96x128.webp"
    write_tree(home, {f"scans/ab/{name}": photos.webp(photos.gray()), "scans/ab/ab-1.webp": photos.webp(photos.gray())})
    assert restore(home / "scans", "--out", home / "color").code == 0
    trap = home / "color/.photocolor" / where
    trap.parent.mkdir(exist_ok=True)
    trap.symlink_to(home / "scans" / ("" if where == "report" else "ab"))
    before = read_tree(home / "scans")
    answer = photocolor("report", home / "color")
    assert read_tree(home / "scans") == before
    assert answer.code == (5 if where == "report" else 0)


def test_a_report_leaves_strange_files_in_its_folder_alone(
    restore: Callable[..., Answer], photocolor: Here, home: Path
) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "color/.photocolor/report/ab/mine-1.webp": b"mine"})
    hard = home / "color/.photocolor/report/ab" / f"ab{'1' * 30}-9x9.webp"
    os.link(home / "color/.photocolor/report/ab/mine-1.webp", hard)
    assert restore(home / "scans", "--out", home / "color").code == 0
    assert photocolor("report", home / "color").code == 0
    assert [path.read_bytes() for path in (hard, hard.with_name("mine-1.webp"))] == [b"mine"] * 2


@pytest.mark.parametrize("swap", ["link", "hard link", "file", "folder"])
def test_a_temporary_file_that_is_swapped_writes_nothing_and_fails_the_photo(tmp_path: Path, swap: str) -> None:
    victim = tmp_path / "victim.jpg"
    victim.write_bytes(b"precious")
    with pytest.raises(TargetBlocked, match="put something else"), AtomicFile(tmp_path / "a.jpg", TOKEN) as file:
        file.path.unlink()
        if swap == "link":
            file.path.symlink_to(victim)
        elif swap == "hard link":
            os.link(victim, file.path)
        elif swap == "file":
            file.path.write_bytes(b"evil")
        else:
            file.path.mkdir()
        file.content.write_bytes(b"colored")
        file.commit()
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "a.jpg").exists()


def failed_line(relative: str, source: Path) -> str:
    head = {"v": 1, "run": 1, "model": "m", "model_sha256": "0" * 64, "settings_digest": "0" * 16, "target": "x"}
    head |= {"time": "2026-11-28T00:00:00+00:00", "tool": "photocolor 0.1.0"}
    place = {"status": "failed", "relative": relative, "source": str(source), "source_bytes": 1, "source_mtime_ns": 1}
    return json.dumps(head | place | {"reason": "truncated", "message": "m", "hint": "h"}) + "\n"


@pytest.mark.parametrize(
    "relative",
    [
        "../secret/a.jpg",
        "box/../../secret/a.jpg",
        "/secret/a.jpg",
        "..\\secret\\a.jpg",
        "link/a.jpg",
        "\\secret\\a.jpg",
    ],
)
def test_a_place_that_leaves_the_folders_is_neither_read_nor_written(
    restore: Callable[..., Answer], home: Path, relative: str
) -> None:
    write_tree(home, {"in/scans/b.jpg": PHOTO, "in/secret/a.jpg": OTHER, "deep/color/.photocolor/.keep": b""})
    (home / "in/scans/link").symlink_to(home / "in/secret")
    manifest = home / "deep/color/.photocolor/manifest.jsonl"
    secret = home / "in/secret/a.jpg"
    manifest.write_text(failed_line(str(secret) if relative == "ABSOLUTE" else relative, secret))
    before = read_tree(home)
    answer = restore(home / "in/scans", "--out", home / "deep/color", "--retry-failed")
    assert (answer.code, read_tree(home)) == (0, before)
    assert "damaged line" in answer.err or "not tried again" in answer.err


def test_a_report_opens_no_result_outside_of_its_folder_and_shows_no_source_that_the_manifest_does_not_prove(
    restore: Callable[..., Answer], photocolor: Here, home: Path
) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "scans/b.jpg": PHOTO, "scans/c.jpg": PHOTO, "private.jpg": OTHER})
    out = home / "color"
    assert restore(home / "scans", "--out", out).code == 0
    lines = (out / ".photocolor/manifest.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    rows[0]["relative"] = "../private.jpg"
    rows[1]["source"] = str(home / "private.jpg")
    (out / ".photocolor/manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (out / "c.jpg").unlink()
    (out / "c.jpg").symlink_to(home / "private.jpg")
    answer = photocolor("report", out, "--json")
    assert (answer.code, json.loads(answer.out)["damaged_lines"]) == (0, 1)
    page = (out / "photocolor-report.html").read_text()
    sides = [row.get("sides", "") for row in json.loads(page.split('id="rows">')[1].split("</script>")[0])]
    assert sides == ["a", "b"], "of the second only its result is shown, of the third only its source"


@pytest.mark.parametrize(("mode", "made"), [(0o600, 0o600), (0o640, 0o640), (0o444, 0o444), (0o666, 0o644)])
def test_a_result_may_be_read_by_nobody_who_may_not_read_its_source(
    restore: Callable[..., Answer], home: Path, mode: int, made: int
) -> None:
    color = photos.jpeg(photos.rgb(40, 60))
    write_tree(
        home,
        {
            "scans/box/a.jpg": PHOTO,
            "scans/box/color.jpg": color,
            "scans/box/b.tif": photos.tiff_of([photos.gray()] * 2),
        },
    )
    for name in ("a.jpg", "color.jpg", "b.tif"):
        (home / "scans/box" / name).chmod(mode)
    (home / "scans/box").chmod(0o750)
    (home / "scans").chmod(0o711)
    assert restore(home / "scans", "--out", home / "color", "--already-color", "copy").code == 0
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (home / "color").rglob("*")
        if ".photocolor" not in path.parts
    }
    assert modes == {"box": 0o750, "a.jpg": made, "color.jpg": made, "b.tif": made}
    assert stat.S_IMODE((home / "color").stat().st_mode) == 0o711


def test_a_report_may_be_read_by_nobody_who_may_not_read_its_photos(
    restore: Callable[..., Answer], photocolor: Here, home: Path
) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "scans/b.jpg": OTHER})
    (home / "scans/a.jpg").chmod(0o600)
    assert restore(home / "scans", "--out", home / "color").code == 0
    assert photocolor("report", home / "color").code == 0
    assert stat.S_IMODE((home / "color/photocolor-report.html").stat().st_mode) == 0o600
    pictures = sorted(stat.S_IMODE(p.stat().st_mode) for p in (home / "color/.photocolor/report").glob("??/*"))
    assert pictures == [0o600, 0o644]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="another group needs root")
def test_bits_of_the_sources_group_are_not_given_to_another_group(restore: Callable[..., Answer], home: Path) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "scans/b.jpg": PHOTO})
    for name, mode in (("a.jpg", 0o640), ("b.jpg", 0o664)):
        os.chown(home / "scans" / name, -1, 54321)
        (home / "scans" / name).chmod(mode)
    assert restore(home / "scans", "--out", home / "color").code == 0
    modes = [stat.S_IMODE((home / "color" / name).stat().st_mode) for name in ("a.jpg", "b.jpg")]
    assert modes == [0o600, 0o644]


@pytest.mark.parametrize("keep", [True, False])
def test_a_result_keeps_the_time_of_its_source_if_it_shall(
    restore: Callable[..., Answer], home: Path, keep: bool
) -> None:
    color = photos.jpeg(photos.rgb(40, 60))
    files = {"a.jpg": PHOTO, "box/color.jpg": color, "b.tif": photos.tiff_of([photos.gray()] * 2)}
    write_tree(home / "scans", files)
    for number, name in enumerate(files):
        os.utime(home / "scans" / name, ns=(1, 946_684_800_123_456_789 + number))
    words = ("--already-color", "copy", *(["--keep-times"] * keep))
    assert restore(home / "scans", "--out", home / "color", *words).code == 0
    times = [(home / "scans" / name).stat().st_mtime_ns == (home / "color" / name).stat().st_mtime_ns for name in files]
    assert times == [keep] * 3
    again = restore(home / "scans", "--out", home / "color", *words)
    assert "skipped  3" in again.err


@pytest.mark.parametrize("how", ["removed", "replaced", "moved", "its manifest is another"])
@pytest.mark.parametrize("crew", [INLINE, PROCESSES], ids=["inline", "processes"])
def test_an_output_folder_that_is_not_in_its_place_any_more_ends_the_run(tmp_path: Path, crew: Crew, how: str) -> None:
    write_tree(tmp_path / "scans", {f"{number}.jpg": b"photo %d" % number for number in range(12)})
    out, listener = tmp_path / "out", Listener()

    def lose(job: object, stage: str) -> None:
        if len(listener.outcomes) < 2 or (tmp_path / "lost").exists():
            return
        if how == "its manifest is another":
            (out / ".photocolor/manifest.jsonl").rename(tmp_path / "lost")
            (out / ".photocolor/manifest.jsonl").touch()
            return
        out.rename(tmp_path / "lost")
        if how == "replaced":
            out.mkdir()
        elif how == "removed":
            subprocess.run(["rm", "-rf", str(tmp_path / "lost")], check=False)  # workers may write meanwhile
            (tmp_path / "lost").mkdir(exist_ok=True)

    listener.on_work = lose
    summary = run_with(listener, tmp_path / "scans", out, open_scripted, crew)
    assert isinstance(summary.ended_by, OutputError) and summary.exit_code == 5
    kept = tmp_path / "lost" / ("" if how == "its manifest is another" else ".photocolor/manifest.jsonl")
    if kept.is_file():
        assert summary.done <= kept.read_text().count("\n"), "a line that is in no file of its name counts for nothing"
    listener = Listener()
    again = run_with(listener, tmp_path / "scans", out, open_scripted, crew)
    assert again.exit_code == 0 and again.ended_by is None
    if how in ("removed", "moved"):
        assert (again.done, len(read_tree(out))) == (12, 12)


def test_a_note_of_a_crash_gives_a_persons_file_away_to_nobody(restore: Callable[..., Answer], home: Path) -> None:
    write_tree(home, {"scans/a.jpg": PHOTO, "scans/b.jpg": PHOTO, "color/a.jpg": OTHER, "color/b.jpg": PHOTO})
    made = Provenance("0.1.0", "default", "2", "a" * 64, {}, hashlib.sha256(PHOTO).hexdigest())
    graft(PHOTO, "jpeg", home / "color/b.jpg", Changes("jpeg", made))
    notes = [{"relative": name, "token": "0a0a0a0a", "foreign": None, "run": 1} for name in ("a.jpg", "b.jpg")]
    write_tree(home, {"color/.photocolor/at-work.jsonl": "".join(json.dumps(n) + "\n" for n in notes).encode()})
    own = (home / "color/b.jpg").read_bytes()
    answer = restore(home / "scans", "--out", home / "color")
    assert answer.code == 0
    assert (home / "color/a.jpg").read_bytes() == OTHER
    assert (home / "color/b.jpg").read_bytes() != own, "what says that it was made of this source is made again"
