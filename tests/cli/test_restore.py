from __future__ import annotations

import json
from pathlib import Path

import photos
import pytest
from commands import Here
from runs import read_tree, write_tree

from photocolor.engine.providers import provider_states

HAS_CUDA = any(state.name == "cuda" and not state.cause for state in provider_states())
without_cuda = pytest.mark.skipif(HAS_CUDA, reason="this machine has a GPU that works")
LATER = {"layers", "damage", "tone_curves", "mended", "hand_mask_sha256", "inverted", "faces", "beside_sha256"}
"""Fields of the manifest's lines that 0.2.0 did not write."""
EARLIER = {"tool": "photocolor 0.2.0", "settings_digest": "a65d43b07c2aeec9"}
"""What it wrote of itself, and of its defaults."""


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    files = {"a/1.png": photos.png(photos.gray()), "2.jpg": photos.jpeg(photos.gray(seed=1)), "notes.txt": b"notes"}
    return write_tree(tmp_path / "scans", files)


def test_a_folder_becomes_the_same_tree_in_color(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    before = read_tree(scans)
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--workers", 1)
    assert (answer.code, answer.out) == (0, "")
    assert sorted(read_tree(tmp_path / "out")) == ["2.jpg", "a/1.png"]
    assert "done  2" in answer.err
    assert "1 × file that is no photo by its name" in answer.err
    assert read_tree(scans) == before


def test_the_same_command_goes_on_where_a_shell_names_the_output_folder_too(
    photocolor: Here, scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(scans)
    for told in ("done  2", "skipped  2  done by an earlier run"):
        words = sorted(path.name for path in Path().iterdir() if path.name != "notes.txt")
        answer = photocolor("restore", *words, "--out", "color", "--workers", 1)
        assert answer.code == 0 and told in answer.err, answer.err
    assert "1 × output folder" in answer.err
    assert photocolor("restore", *words, "--out", "color", "--retry-failed").code == 0


def test_json_prints_one_object_per_photo_and_all_else_elsewhere(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    (scans / "bad.tif").write_bytes(b"")
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--workers", 1, "--json")
    rows = [json.loads(line) for line in answer.out.splitlines()]
    assert answer.code == 3
    assert {row["relative"]: row["status"] for row in rows} == {"2.jpg": "done", "a/1.png": "done", "bad.tif": "failed"}
    assert "failed  1" in answer.err


def test_the_report_tells_how_many_photos_were_skipped(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    (scans / "color.png").write_bytes(photos.png(photos.rgb(seed=2)))
    (scans / "bad.tif").write_bytes(b"")
    assert photocolor("restore", scans, "--out", tmp_path / "out", "--workers", 1).code == 3
    assert "4 photos, 2 done, 1 skipped, 1 failed" in photocolor("report", tmp_path / "out").out


def test_quiet_prints_failures_and_nothing_else(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    (scans / "bad.tif").write_bytes(b"")
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--workers", 1, "--quiet")
    assert (answer.code, answer.out) == (3, "")
    assert [line for line in answer.err.splitlines() if not line.startswith("  ")] == [
        f"failed: {scans}/bad.tif: the file is empty"
    ]


def test_a_dry_run_prints_the_plan_and_makes_nothing(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = photocolor("restore", scans, "--out", out, "--dry-run", "--format", "tiff")
    assert answer.code == 0
    assert [line.split("\t") for line in answer.out.splitlines()[1:]] == [
        [f"{scans}/2.jpg", f"{out}/2.tif", f"{(scans / '2.jpg').stat().st_size:,}", "color"],
        [f"{scans}/a/1.png", f"{out}/a/1.tif", f"{(scans / 'a/1.png').stat().st_size:,}", "color"],
    ]
    assert not out.exists()
    assert "\n2 photos to color take about " in answer.err
    assert " of space, judged by 2 colored on trial; " in answer.err
    assert photocolor("restore", scans, "--out", out, "--dry-run", "--quiet").err == ""


def test_the_end_of_a_run_says_where_the_results_are_and_which_sidecars_were_used(
    photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    points = '{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#a03030"}]}'
    write_tree(scans, {"2.jpg.hints.json": points.encode(), "a/1.hints.json": points.encode()})
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--workers", 1)
    lines = answer.err.splitlines()
    assert lines[-1] == f"The results are in {tmp_path}/out; to look at them: photocolor report {tmp_path}/out"
    assert f"Not used: {scans}/a/1.hints.json: rename it to 1.png.hints.json." in lines
    assert any(line.split()[:2] == ["hinted", "1"] for line in lines)
    assert " photos/min, on " in answer.err


def test_a_dry_run_knows_what_is_done_and_what_a_change_redoes(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    photocolor("restore", scans, "--out", tmp_path / "out", "--workers", 1)
    before = read_tree(tmp_path)
    same = photocolor("restore", scans, "--out", tmp_path / "out", "--dry-run", "--json")
    assert {json.loads(line)["reason"] for line in same.out.splitlines()} == {"done"}
    other = photocolor("restore", scans, "--out", tmp_path / "out", "--dry-run", "--json", "--strength", 0.5)
    assert {json.loads(line)["detail"] for line in other.out.splitlines()} == {"the settings changed"}
    assert read_tree(tmp_path) == before


def test_a_new_version_redoes_nothing_where_the_model_and_the_settings_are_what_they_were(
    photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    arguments = ("restore", scans, "--out", tmp_path / "out", "--workers", 1)
    assert photocolor(*arguments).code == 0
    manifest = tmp_path / "out" / ".photocolor" / "manifest.jsonl"
    lines = [json.loads(line) for line in manifest.read_text(encoding="ascii").splitlines()]
    kept = [{key: value for key, value in line.items() if key not in LATER} for line in lines]
    text = "".join(json.dumps(line | EARLIER) + "\n" for line in kept)
    manifest.write_text(text, encoding="ascii")
    assert "skipped  2  done by an earlier run" in photocolor(*arguments).err
    assert manifest.read_text(encoding="ascii") == text


def test_one_photo_and_changed_settings_replace_its_own_result_only(
    photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    arguments = ("restore", scans / "2.jpg", "--out", tmp_path / "out")
    assert photocolor(*arguments).code == 0
    first = read_tree(tmp_path / "out")["2.jpg"]
    assert photocolor(*arguments, "--strength", 0).code == 0
    assert read_tree(tmp_path / "out")["2.jpg"] != first


REFUSED = [
    (("--out", "out"), 2, "no source is named"),
    (("missing", "--out", "out"), 2, "the source missing does not exist"),
    (("scans", "scans", "--out", "out"), 2, "is named twice"),
    (("scans", "--out", "scans"), 2, "is the output folder"),
    (("scans/2.jpg", "--out", "scans"), 2, "would overwrite the source"),
    (("scans", "--out", "scans/2.jpg"), 2, "is a file, not a folder"),
    (("scans/2.jpg", "--out", "colored.jpg"), 2, "--out names a folder, and colored.jpg is named like a photo"),
    (("scans",), 2, "--out"),
    (("scans", "--out", "out", "--device", "toaster"), 2, "there is no device 'toaster'"),
    (("scans", "--out", "out", "--overlap", "600"), 2, "outside 0 to half of the tile"),
    (("scans", "--out", "out", "--tile", "128", "--overlap", "65"), 2, "outside 0 to half of the tile"),
    (("scans", "--out", "out", "--tile", "100"), 2, "tile 100 px"),
    (("scans", "--out", "out", "--tile", "9999"), 2, "--tile"),
    (("scans", "--out", "out", "--detail", "huge"), 2, "neither auto nor full nor a number"),
    (("scans", "--out", "out", "--strength", "3"), 2, "--strength"),
    (("scans", "--out", "out", "--max-pixels", "nan"), 2, "max-pixels"),
    (("scans", "--out", "out", "--format", "gif"), 2, "--format"),
    (("scans", "--out", "out", "--workers", "0"), 2, "--workers"),
    *(
        (("scans", "--out", "out", f"--shard={text}"), 2, "shard")
        for text in ("0/4", "5/4", "2", "2/", "/4", "-1/4", "٢/٤")
    ),
    (("scans", "--out", "out", "--colour"), 2, "--colour"),
    (("scans", "--out", "out", "--model", "best"), 4, "there is no model named 'best'"),
    (("scans", "--out", "out", "--model", "no.onnx"), 4, "there is no model file at no.onnx"),
    (("scans", "--out", "out", "--model", "scans/fake.onnx"), 4, "fake.onnx"),
    (("scans", "--out", "scans/2.jpg/out"), 5, "cannot be written"),
    (("empty", "--out", "out", "--fail-if-empty"), 6, "no photo was found in empty"),
]


@pytest.mark.parametrize(("arguments", "code", "said"), REFUSED, ids=[" ".join(row[0]) for row in REFUSED])
def test_what_cannot_be_done_is_refused_with_its_cause_before_any_file_is_touched(
    photocolor: Here,
    scans: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (scans / "fake.onnx").write_bytes(b"no model at all")
    before = read_tree(tmp_path)
    answer = photocolor("restore", *arguments)
    assert answer.code == code, answer.err
    assert said in answer.err.replace("\n", " ")
    assert "Traceback" not in answer.err
    assert read_tree(tmp_path) == before
    assert not (tmp_path / "out").exists()


@without_cuda
def test_a_device_asked_for_by_name_that_cannot_work_fails_with_the_cause_before_any_file_is_touched(
    photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--device", "cuda")
    assert answer.code == 4
    assert "device cuda cannot be used: " in answer.err
    assert not (tmp_path / "out").exists()


@without_cuda
def test_auto_says_once_why_it_uses_the_cpu_and_cpu_says_nothing(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    auto = photocolor("restore", scans, "--out", tmp_path / "1", "--workers", 1)
    plain = photocolor("restore", scans, "--out", tmp_path / "2", "--workers", 1, "--device", "cpu")
    assert auto.err.count("Using the CPU") <= 1  # none where ONNX Runtime is built for the CPU only
    assert "Using the CPU" not in plain.err
    assert read_tree(tmp_path / "1") == read_tree(tmp_path / "2")


def test_nothing_to_do_is_said_and_is_no_error(photocolor: Here, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = photocolor("restore", tmp_path / "empty", "--out", tmp_path / "out")
    assert answer.code == 0
    assert "Nothing to do" in answer.err
    assert not (tmp_path / "out").exists()


def test_collisions_name_every_pair(photocolor: Here, tmp_path: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"a.jpg": b"", "a.tif": b""})
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--format", "png")
    assert answer.code == 2
    assert f"{scans}/a.jpg and {scans}/a.tif (to a.png)" in answer.err
    assert not (tmp_path / "out").exists()


def test_the_command_line_wins_over_the_file_and_the_file_over_the_defaults(
    photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    config = tmp_path / "archive.toml"
    config.write_text(f'out = "{tmp_path}/from-file"\nformat = "png"\nworkers = 1\n')
    photocolor("restore", scans / "2.jpg", "--config", config)
    assert list(read_tree(tmp_path / "from-file")) == ["2.png"]
    photocolor("restore", scans / "2.jpg", "--out", tmp_path / "from-line", "--config", config, "--format", "webp")
    assert list(read_tree(tmp_path / "from-line")) == ["2.webp"]


def test_a_wrong_configuration_is_refused_with_its_line(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    config = tmp_path / "archive.toml"
    config.write_text("# an archive\n\nstrenght = 1.5\n")
    answer = photocolor("restore", scans, "--out", tmp_path / "out", "--config", config)
    assert answer.code == 2
    assert f"{config}, line 3: unknown key 'strenght'" in answer.err
    assert "Did you mean 'strength'?" in answer.err


def test_retry_failed_works_on_what_failed_and_leaves_everything_else_alone(
    photocolor: Here, scans: Path, tmp_path: Path
) -> None:
    (scans / "bad.png").write_bytes(b"")
    out = tmp_path / "out"
    command = ("restore", scans, "--out", out, "--workers", 1)
    assert photocolor(*command).code == 3
    again = photocolor(*command, "--retry-failed")
    assert (again.code, "Trying 1 failed photo again; 2 others in the manifest are left alone." in again.err) == (
        3,
        True,
    )
    (out / "2.jpg").unlink()  # a plain run would do it again
    (scans / "bad.png").write_bytes((scans / "a/1.png").read_bytes())
    before = read_tree(tmp_path)
    dry = photocolor(*command, "--retry-failed", "--dry-run", "--json")
    assert [json.loads(line)["relative"] for line in dry.out.splitlines()] == ["bad.png"]
    assert read_tree(tmp_path) == before
    mended = photocolor(*command, "--retry-failed")
    assert (mended.code, set(read_tree(out))) == (0, {"a/1.png", "bad.png"})


def test_retry_failed_says_when_there_is_nothing_to_try(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    command = ("restore", scans, "--out", tmp_path / "out", "--workers", 1, "--retry-failed")
    early = photocolor(*command)
    assert (early.code, "no run is recorded in" in early.err) == (2, True)
    photocolor(*command[:-1])
    none = photocolor(*command)
    assert none.code == 0
    assert "no photo of these sources failed in the run that met it last; 2 others in the manifest are left" in none.err
    assert photocolor(*command, "--fail-if-empty").code == 6


def test_only_a_list_s_photos_are_worked_on_with_other_settings(photocolor: Here, scans: Path, tmp_path: Path) -> None:
    out, listed = tmp_path / "out", tmp_path / "wrong.txt"
    run = ("restore", scans, "--out", out, "--workers", 1)
    assert photocolor(*run).code == 0
    before = read_tree(out)
    listed.write_text(f"{scans}/2.jpg\nabsent.jpg\n")
    answer = photocolor(*run, "--only", listed, "--strength", "0.5")
    assert answer.code == 0
    assert f"Named in {listed}, and not found in the sources: absent.jpg" in answer.err
    assert f"Working on 1 photo of {listed}; 1 other left alone." in answer.err
    after = read_tree(out)
    assert {name for name in after if after[name] != before[name]} == {"2.jpg"}
    listed.write_text("")
    assert photocolor(*run, "--only", listed).code == 0
    assert photocolor(*run, "--only", listed, "--fail-if-empty").code == 6
    assert photocolor(*run, "--only", listed, "--retry-failed").code == 2
    assert photocolor("restore", "s3://b/x", "--out", out, "--only", listed).code == 2
    assert photocolor(*run, "--only", tmp_path / "gone").code == 2
