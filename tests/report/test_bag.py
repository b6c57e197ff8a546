"""A run as a bag, judged by the Library of Congress's own validator."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from urllib.parse import unquote

import bagit
import photos
import pytest
from commands import Here, words_of

from photocolor.report.bag import export_bag


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def run(tmp_path: Path, photocolor: Here) -> Path:
    """A folder of results, whose names are those that bags find difficult, and one failure."""
    scans = tmp_path / "scans"
    (scans / "box 1").mkdir(parents=True)
    (scans / "box 1" / "größe.jpg").write_bytes(photos.jpeg(photos.gray(seed=1)))
    (scans / "two\nlines.png").write_bytes(photos.png(photos.gray(seed=2)))
    (scans / "two\nlines.xmp").write_text('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
    (scans / "broken.jpg").write_bytes(photos.cut(photos.jpeg(photos.gray(seed=3))))
    assert photocolor("restore", scans, "--out", tmp_path / "color", "--device", "cpu", "--workers", 1).code == 3
    return tmp_path


def test_the_bag_is_valid_and_holds_results_sources_and_records(run: Path, photocolor: Here) -> None:
    told = photocolor("export-bag", run / "color", "--to", run / "bag", "--sources")
    assert told.code == 0 and "SHA-256 of each" in told.out
    assert "Left out, because no run could color it: 1 photo. To see why: photocolor report " in told.err
    bag = bagit.Bag(str(run / "bag"))
    bag.validate()
    data = run / "bag" / "data"
    files = {
        path.relative_to(run / "bag" / "data").as_posix()
        for path in (run / "bag" / "data").rglob("*")
        if path.is_file()
    }
    both = {"box 1/größe.jpg", "two\nlines.png"}
    expected = {f"{kind}/{name}" for kind in ("results", "sources") for name in both}
    assert files == expected | {"results/two\nlines.xmp", "records/manifest.jsonl"}
    for name in both:
        for kind, folder in (("results", "color"), ("sources", "scans")):
            assert (data / kind / name).read_bytes() == (run / folder / name).read_bytes()
    size = sum((data / name).stat().st_size for name in files)
    assert bag.info["Payload-Oxum"] == f"{size}.{len(files)}"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
@pytest.mark.parametrize("place", ["stranger.psd", "folder/stranger.psd"])
def test_no_file_behind_a_link_gets_into_a_bag_because_a_line_names_it(place: str, run: Path, photocolor: Here) -> None:
    (run / "private" / "folder").mkdir(parents=True)
    (run / "private" / "stranger.psd").write_text("nobody's business")
    link = run / "color" / place.split("/")[0]
    link.symlink_to(run / "private" / ("" if "/" in place else "stranger.psd"))
    manifest = run / "color" / ".photocolor" / "manifest.jsonl"
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    for line in lines:
        if line["status"] == "done":
            line["layers"] = [place]
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    answer = photocolor("export-bag", run / "color", "--to", run / "bag")
    assert answer.code == 3 and "link" in answer.err
    assert not (run / "bag").exists()


def test_sources_that_were_moved_are_taken_from_where_they_lie_now(run: Path, photocolor: Here) -> None:
    (run / "scans").rename(run / "moved")
    answer = photocolor("export-bag", run / "color", "--to", run / "bag", "--sources")
    assert answer.code == 3 and "--sources-in" in answer.err
    assert photocolor("export-bag", run / "color", "--to", run / "bag", "--sources-in", run / "color").code in (2, 3)
    assert photocolor("export-bag", run / "color", "--to", run / "bag", "--sources-in", run / "moved").code == 0
    bagit.Bag(str(run / "bag")).validate()
    for name in ("box 1/größe.jpg", "two\nlines.png"):
        assert (run / "bag" / "data" / "sources" / name).read_bytes() == (run / "moved" / name).read_bytes()


def test_a_bag_that_lies_among_the_photos_is_not_taken_for_photos(run: Path, photocolor: Here) -> None:
    bag = run / "scans" / "handed over" / "bag"
    bag.parent.mkdir()
    assert photocolor("export-bag", run / "color", "--to", bag, "--sources").code == 0
    told = photocolor("restore", run / "scans", "--out", run / "color")
    assert "1 × bag of results" in told.err
    files = [path for path in (run / "color").rglob("*") if path.is_file() and ".photocolor" not in path.parts]
    assert sorted(path.name for path in files) == ["größe.jpg", "two\nlines.png", "two\nlines.xmp"]
    verified = photocolor("verify", run / "scans", run / "color")
    assert "handed over" not in verified.out
    told = photocolor("restore", bag / "data" / "sources", "--out", run / "again")
    assert told.code == 0 and (run / "again" / "box 1" / "größe.jpg").exists()


def test_a_bag_is_not_made_of_what_is_not_as_the_manifest_says(run: Path, photocolor: Here) -> None:
    result = run / "color" / "box 1" / "größe.jpg"
    whole = result.read_bytes()
    result.write_bytes(photos.flip(whole, len(whole) // 2))
    told = photocolor("export-bag", run / "color", "--to", run / "bag")
    assert told.code == 3 and "größe.jpg: it is not as the manifest says" in told.err
    result.unlink()
    told = photocolor("export-bag", run / "color", "--to", run / "bag")
    assert told.code == 3 and "größe.jpg: No such file" in told.err
    assert not [path.name for path in run.iterdir() if "bag" in path.name]


def test_a_source_that_changed_since_is_named(run: Path, photocolor: Here) -> None:
    (run / "scans" / "box 1" / "größe.jpg").write_bytes(photos.jpeg(photos.gray(seed=9)))
    assert photocolor("export-bag", run / "color", "--to", run / "bag", "--sources").code == 3
    assert photocolor("export-bag", run / "color", "--to", run / "bag").code == 0


@pytest.mark.timeout(60)
@pytest.mark.skipif(sys.platform != "linux", reason="holes of terabytes need a file system that has them")
def test_a_file_of_another_length_than_the_manifest_says_is_not_copied(run: Path, photocolor: Here) -> None:
    os.truncate(run / "scans" / "box 1" / "größe.jpg", 1 << 42)
    told = photocolor("export-bag", run / "color", "--to", run / "bag", "--sources")
    assert told.code == 3 and "größe.jpg: it is not as the manifest says" in told.err


def test_nothing_is_written_over_or_into_what_is_there(run: Path, photocolor: Here) -> None:
    (run / "bag").mkdir()
    assert photocolor("export-bag", run / "color", "--to", run / "bag").code == 2
    assert photocolor("export-bag", run / "color", "--to", run / "color" / "bag").code == 2
    assert photocolor("export-bag", run / "scans", "--to", run / "other").code == 2
    assert list((run / "bag").iterdir()) == [] and not (run / "other").exists()


@pytest.mark.skipif(os.name != "posix" or sys.platform == "darwin", reason="names are no bytes there")
def test_a_name_that_no_bag_can_hold_is_answered_with_what_leads_to_a_bag(photocolor: Here, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    scan = tmp_path / "scans" / os.fsdecode(b"caf\xe9.png")
    scan.write_bytes(photos.png(photos.gray()))
    assert photocolor("restore", tmp_path / "scans", "--out", tmp_path / "color", "--device", "cpu").code == 0
    told = photocolor("export-bag", tmp_path / "color", "--to", tmp_path / "bag")
    assert told.code == 3 and not (tmp_path / "bag").exists()
    assert "Give those photos other names, remove their results, and run the same photocolor restore again." in told.err
    scan.rename(scan.with_name("café.png"))
    (tmp_path / "color" / scan.name).unlink()
    assert photocolor("restore", tmp_path / "scans", "--out", tmp_path / "color", "--device", "cpu").code == 0
    command = told.err.rstrip().rpartition("photocolor ")[2]
    assert command.startswith("repair-manifest ") and photocolor(*words_of(command)).code == 0
    assert photocolor("export-bag", tmp_path / "color", "--to", tmp_path / "bag").code == 0


def test_a_percent_sign_is_encoded_as_the_standard_asks(run: Path, tmp_path: Path) -> None:
    out = run / "color"
    (out / "50%25.jpg").write_bytes(b"result")
    sha256 = hashlib.sha256(b"result").hexdigest()
    manifest = out / ".photocolor" / "manifest.jsonl"
    done = next(line for line in map(json.loads, manifest.read_text().splitlines()) if line["status"] == "done")
    own = {"relative": "50%25.jpg", "result_sha256": sha256, "result_bytes": 6, "sidecars": []}
    manifest.write_text(json.dumps(done | own) + "\n")
    export_bag(out, tmp_path / "bag")
    assert f"{sha256}  data/results/50%2525.jpg\n" in (tmp_path / "bag" / "manifest-sha256.txt").read_text()


@pytest.mark.parametrize("field", ["layers", "sidecars", "result_sha256"])
def test_a_damaged_line_is_named_and_no_bag_is_made(run: Path, photocolor: Here, field: str) -> None:
    manifest = run / "color" / ".photocolor" / "manifest.jsonl"
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    done = next(line for line in lines if line["status"] == "done")
    manifest.write_text("".join(json.dumps(line) + "\n" for line in [*lines, done | {field: "x"}]))
    told = photocolor("export-bag", run / "color", "--to", run / "bag")
    assert told.code == 3 and "is damaged" in told.err and "defect" not in told.err
    assert not (run / "bag").exists()


def test_a_line_that_a_power_cut_tore_is_no_reason_to_refuse_the_bag(run: Path, photocolor: Here) -> None:
    manifest = run / "color" / ".photocolor" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes() + b'{"v":1,"run":1,"ti')
    photocolor("restore", run / "scans", "--out", run / "color", "--device", "cpu", "--workers", 1)
    told = photocolor("export-bag", run / "color", "--to", run / "bag")
    assert told.code == 0, told.err


def test_what_failed_once_and_is_done_now_is_not_told_as_left_out(run: Path, photocolor: Here) -> None:
    (run / "scans" / "broken.jpg").write_bytes(photos.jpeg(photos.gray(seed=3)))
    assert photocolor("restore", run / "scans", "--out", run / "color", "--device", "cpu", "--workers", 1).code == 0
    told = photocolor("export-premis", run / "color", "--to", run / "records")
    assert (told.code, told.err) == (0, "")


def test_a_single_file_is_told_in_the_singular_and_on_one_line(photocolor: Here, tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "broken.jpg").write_bytes(photos.cut(photos.jpeg(photos.gray())))
    out = tmp_path / "color"
    assert photocolor("restore", tmp_path / "scans", "--out", out, "--device", "cpu", "--workers", 1).code == 3
    told = photocolor("export-bag", out, "--to", tmp_path / "two\nlines")
    assert "two\\nlines: 1 file, 0.0 MB" in told.out and told.out.count("\n") == 1
    assert "of 0 results" in photocolor("export-premis", out, "--to", tmp_path / "records").out


def test_sources_of_one_name_are_all_in_the_bag_and_in_iiif(tmp_path: Path, photocolor: Here) -> None:
    """Runs from different folders into one folder, in different formats, have results of different names."""
    out, bag, pictures = tmp_path / "color", tmp_path / "bag", {}
    for seed, kind in enumerate(("keep", "png", "tiff")):
        folder = tmp_path / f"from {seed}" / "box"
        folder.mkdir(parents=True)
        pictures[kind] = photos.jpeg(photos.gray(seed=seed))
        (folder / "a.jpg").write_bytes(pictures[kind])
        if seed == 0:
            (folder / "a (2).jpg").write_bytes(photos.jpeg(photos.gray(seed=7)))
        options = ("--format", kind, "--device", "cpu", "--workers", 1)
        assert photocolor("restore", folder.parent, "--out", out, *options).code == 0
    assert photocolor("export-bag", out, "--to", bag, "--sources").code == 0
    bagit.Bag(str(bag)).validate()
    places = {path.name: path.read_bytes() for path in (bag / "data/sources/box").iterdir()}
    assert set(places) == {"a.jpg", "a (2).jpg", "a (3).jpg", "a (4).jpg"}
    assert {places["a.jpg"], places["a (3).jpg"], places["a (4).jpg"]} == set(pictures.values())
    assert photocolor("export-premis", out, "--to", tmp_path / "records", "--iiif", "https://x.example").code == 0
    shown = [canvas["items"][0]["items"][0]["body"]["items"] for canvas in json.loads(
        (tmp_path / "records/iiif.json").read_text())["items"]]  # fmt: skip
    lines = map(json.loads, (bag / "data/records/manifest.jsonl").read_text().splitlines())
    source_of = {line["relative"]: line["source_sha256"] for line in lines}
    for color, gray in shown:
        result, source = (unquote(body["id"].removeprefix("https://x.example/")) for body in (color, gray))
        data = (bag / "data" / source).read_bytes()
        assert hashlib.sha256(data).hexdigest() == source_of[result.removeprefix("results/")]


@pytest.mark.parametrize("how", ["a bit flipped", "cut", "gone", "another"])
@pytest.mark.parametrize("command", ["export-bag", "export-premis"])
def test_the_advice_about_a_result_that_is_not_as_it_was_written_leads_to_a_whole_export(
    run: Path, photocolor: Here, how: str, command: str
) -> None:
    """One flipped bit changes no length, so a run takes the result for done, also with --overwrite."""
    result = run / "color" / "box 1" / "größe.jpg"
    whole = result.read_bytes()
    changes = {"a bit flipped": photos.flip(whole, len(whole) // 2), "cut": whole[:-100], "another": photos.jpeg()}
    result.write_bytes(changes.get(how, b""))
    if how == "gone":
        result.unlink()
    told = photocolor(command, run / "color", "--to", run / "export")
    assert told.code == 3 and not (run / "export").exists()
    assert "Move away what was changed; the same photocolor restore again then makes it anew" in told.err
    if how != "gone":
        result.rename(run / "moved away.jpg")
    photocolor("restore", run / "scans", "--out", run / "color", "--device", "cpu", "--workers", 1)
    assert result.read_bytes() == whole
    assert photocolor(command, run / "color", "--to", run / "export").code == 0


def test_a_source_that_is_gone_is_told_with_what_helps(run: Path, photocolor: Here) -> None:
    source = run / "scans" / "box 1" / "größe.jpg"
    source.rename(run / "moved.jpg")
    told = photocolor("export-bag", run / "color", "--to", run / "bag", "--sources")
    assert told.code == 3 and f"the source {source}: No such file" in told.err
    assert "leave --sources out" in told.err and "Move away" not in told.err
    assert photocolor("export-bag", run / "color", "--to", run / "bag").code == 0


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
def test_who_may_not_read_a_photo_may_not_read_its_copies_in_a_bag(run: Path, photocolor: Here) -> None:
    """A file's own permissions count, and those of the folders that are not copied with theirs."""
    color, scans = run / "color", run / "scans"
    for folder in (color, scans):
        folder.chmod(0o750)
        (folder / "two\nlines.png").chmod(0o600)
        (folder / "box 1" / "größe.jpg").chmod(0o644)
    (color / "box 1").chmod(0o755)
    (scans / "box 1").chmod(0o700)
    assert photocolor("export-bag", color, "--to", run / "bag", "--sources").code == 0
    assert photocolor("export-premis", color, "--to", run / "records").code == 0
    data = run / "bag" / "data"
    modes = {path.relative_to(data).as_posix(): path.stat().st_mode & 0o777 for path in data.glob("[rs][eo]*/**/*.???")}
    assert modes.pop("results/two\nlines.xmp") & 0o600
    assert modes == {
        "results/two\nlines.png": 0o600,
        "sources/two\nlines.png": 0o600,
        "results/box 1/größe.jpg": 0o640,
        "sources/box 1/größe.jpg": 0o600,
    }
    assert [(run / made).stat().st_mode & 0o777 for made in ("bag", "records")] == [0o750, 0o750]


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="only root gives files to any group")
def test_a_bag_gives_nothing_to_another_group_than_the_photos(run: Path, photocolor: Here) -> None:
    color = run / "color"
    color.chmod(0o750)
    os.chown(color, -1, 4711)
    (color / "two\nlines.png").chmod(0o640)
    os.chown(color / "two\nlines.png", -1, 4711)
    assert photocolor("export-bag", color, "--to", run / "bag").code == 0
    assert (run / "bag").stat().st_mode & 0o777 == 0o700
    assert (run / "bag" / "data" / "results" / "two\nlines.png").stat().st_mode & 0o777 == 0o600
