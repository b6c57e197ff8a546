"""`restore --mend spots`: narrow damage is painted over, all else is what it was, and `verify` proves it."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import fakes
import finders
import numpy as np
import photos
import pytest
from commands import Here, started
from PIL import Image
from runs import read_tree, write_tree
from skimage import data

from photocolor.color.lab import gray_of, lightness_of
from photocolor.image.decode import decode
from photocolor.image.regions.hand_mask import CLEAN, DAMAGED, UNSAID, hand_mask_png
from photocolor.metadata.carry import read_provenance

Array = np.ndarray[Any, np.dtype[Any]]
QUARTER = 0.25
"""Of the mean |ΔL*| inside of the mask before mending: what may be left of it."""


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture(autouse=True)
def no_finder_in_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where none is named, masks by hand alone say what is damaged."""
    finders.take_out_of_package(monkeypatch, tmp_path_factory.mktemp("no-finder"))


def clean(depth: int = 8, height: int = 300, width: int = 420) -> Array:
    """A photo of a rough plain whose grays lie between 60 and 190 of 255: neither dust nor hair to the fake finder."""
    gray = cv2.resize(data.brick(), (width, height), interpolation=cv2.INTER_AREA).astype(np.float64)
    gray = 60 + 130 * (gray - gray.min()) / np.ptp(gray)
    return (gray * (257 if depth == 16 else 1)).astype(np.uint16 if depth == 16 else np.uint8)


def spots(shape: tuple[int, ...]) -> Array:
    """White specks of up to 7 px and a dark hair of 2 px, as 1 and 2; a crack of 15 px as 3."""
    marks = np.zeros(shape[:2], np.uint8)
    for y, x, radius in ((20, 30, 3), (90, 210, 2), (127, 60, 3), (200, 300, 1), (0, 100, 3), (250, 419, 3)):
        cv2.circle(marks, (x, y), radius, 1, -1)
    points = np.array([[40, 100], [90, 125], [130, 140], [180, 129]], np.int32)
    cv2.polylines(marks, [points], False, 2, 2)
    cv2.line(marks, (330, 20), (345, 280), 3, 15)
    return marks


def damaged(gray: Array) -> Array:
    top = np.iinfo(gray.dtype).max
    marks = spots(gray.shape)
    return np.choose(marks, [gray, np.full_like(gray, top), np.zeros_like(gray), np.full_like(gray, top)])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    scans = {"a/gray.png": photos.png(damaged(clean())), "clean.png": photos.png(clean())}
    return write_tree(tmp_path / "scans", scans)


@pytest.fixture
def every(tree: Path) -> Path:
    """Adds other formats, depths, pages and a photo in color."""
    gray = damaged(clean())
    toned = np.repeat(gray[..., None], 3, 2)
    toned[..., 2] = toned[..., 2] * 0.8
    return write_tree(
        tree,
        {
            "gray.jpg": photos.jpeg(gray, orientation=6),
            "toned.tif": photos.tiff(toned),
            "deep.tif": photos.tiff(damaged(clean(16))),
            "pages.tif": photos.tiff_of([clean(), photos.rgb(90, 90), gray, damaged(clean(16))]),
            "color.png": photos.png(photos.rgb(200, 200)),
        },
    )


def restored(photocolor: Here, tree: Path, out: Path, *options: object, code: int = 0) -> dict[str, Any]:
    model = fakes.write_model(tree.parent / "tint.onnx")
    command = ("restore", tree, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, "--json")
    answer = photocolor(*command, *options)
    assert answer.code == code, answer.err
    return {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}


def mending(tree: Path) -> tuple[object, ...]:
    return "--mend", "spots", "--finder", fakes.write_finder(tree.parent / "finder.onnx")


def pixels(path: Path, page: int = 0) -> Array:
    return decode(path.read_bytes(), 100, page).pixels


def mask(path: Path, page: int = 0) -> Array:
    with Image.open(path) as image:
        image.seek(page)
        return np.asarray(image)


@pytest.mark.parametrize("name", ["a/gray.png", "toned.tif", "deep.tif"])
def test_narrow_damage_goes_to_a_quarter_and_no_other_pixel_changes(
    photocolor: Here, every: Path, tmp_path: Path, name: str
) -> None:
    source, tree = every / name, tmp_path / "one"
    write_tree(tree, {name: source.read_bytes()})
    lines = restored(photocolor, tree, tmp_path / "color", *mending(tree))
    restored(photocolor, tree, tmp_path / "plain")
    mended, plain = (pixels(tmp_path / folder / name) for folder in ("color", "plain"))
    painted = mask(tmp_path / "color" / f"{name}.mended.png")
    narrow = (spots(painted.shape) > 0) & (spots(painted.shape) < 3)
    assert np.array_equal(painted, narrow)
    assert np.array_equal(mended[~painted], plain[~painted])
    truth, before, after = (
        lightness_of(gray) for gray in (clean(8 * mended.dtype.itemsize), gray_of(plain), gray_of(mended))
    )
    errors = [np.abs(one - truth)[painted].mean() for one in (before, after)]
    assert errors[1] <= QUARTER * errors[0]
    line = lines[name]
    assert line["mended"]["share"] == pytest.approx(painted.mean(), abs=1e-7)
    assert line["mended"]["left"] == pytest.approx((spots(painted.shape) == 3).mean(), abs=1e-7)
    assert "wider than 8 px" in " ".join(line["warnings"])


def test_verify_proves_it_and_the_result_says_it(photocolor: Here, every: Path, tmp_path: Path) -> None:
    tree, out = every, tmp_path / "color"
    lines = restored(photocolor, tree, out, *mending(tree), "--already-color", "skip")
    answer = photocolor("verify", tree, out, "--json")
    assert answer.code == 0, answer.out
    checks = {
        Path(line["result"]).name: {check["name"]: check["detail"] for check in line["checks"]}
        for line in map(json.loads, answer.out.splitlines())
        if line["result"]
    }
    assert "were painted over; all others are compared" in checks["gray.png"]["mended"]
    made = read_provenance((out / "a/gray.png").read_bytes(), "png")
    assert made is not None and made.settings["mend"] == "spots" and made.settings["finder_sha256"]
    assert made.alterations.mended_share == pytest.approx(lines["a/gray.png"]["mended"]["share"], abs=1e-7)
    assert b"were painted over, to mend damage" in (out / "a/gray.png").read_bytes()
    assert [mask(out / "pages.tif.mended.tif", page).any() for page in range(4)] == [False, False, True, True]


def test_one_pixel_of_a_large_scan_counts_as_mended_and_the_summary_says_how_many_photos_are(
    photocolor: Here, tmp_path: Path
) -> None:
    gray = np.full((3300, 3300), 120, np.uint8)  # the share of one pixel rounds to 0
    gray[1000, 1000] = 255
    files = {"speck.png": photos.png(gray), "clean.png": photos.png(np.full((100, 150), 120, np.uint8))}
    tree, out, model = write_tree(tmp_path / "in", files), tmp_path / "color", fakes.write_model(tmp_path / "tint.onnx")
    command = ("restore", tree, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, *mending(tree))
    answer = photocolor(*command, "--json")
    lines = {line["relative"]: line for line in map(json.loads, answer.out.splitlines())}
    assert [lines[name]["mended"]["share"] for name in ("speck.png", "clean.png")] == [1e-7, 0]
    assert "mended 1 with spots painted over" in " ".join(answer.err.split())
    assert photocolor("verify", tree, out).code == 0
    (out / "speck.png.mended.png").unlink()
    again = photocolor(*command, "--json")
    states = {line["relative"]: line["status"] for line in map(json.loads, again.out.splitlines())}
    assert states == {"speck.png": "done", "clean.png": "skipped"}, "its mask is missing"


@pytest.mark.parametrize("name", ["a/gray.png", "deep.tif", "pages.tif", "gray.jpg"])
def test_verify_finds_what_was_changed_outside_of_the_mask(
    photocolor: Here, every: Path, tmp_path: Path, name: str
) -> None:
    tree, out = tmp_path / "one", tmp_path / "color"
    write_tree(tree, {name: (every / name).read_bytes()})
    restored(photocolor, tree, out, *mending(tree))
    beside = next(out.glob(f"{name}.mended.*"))
    kept = beside.read_bytes()
    beside.unlink()
    answer = photocolor("verify", tree / name, out / name)
    assert answer.code == 3 and f"{beside.name} must say which pixels were painted over" in answer.out
    size = (420, 300)
    Image.new("1", size, 1).save(beside, "PNG" if beside.suffix == ".png" else "TIFF")
    answer = photocolor("verify", tree / name, out / name)
    assert answer.code == 3 and "is not the mask that the result names" in answer.out
    beside.write_bytes(kept)
    assert photocolor("verify", tree / name, out / name).code == 0


def test_a_clean_photo_and_a_run_without_the_option_are_byte_for_byte_as_ever(
    photocolor: Here, every: Path, tmp_path: Path
) -> None:
    tree, out = every, tmp_path / "color"
    restored(photocolor, tree, tmp_path / "plain")
    lines = restored(photocolor, tree, out, *mending(tree))
    assert lines["clean.png"]["mended"] == {"share": 0, "left": 0}
    assert (out / "clean.png").read_bytes() == (tmp_path / "plain/clean.png").read_bytes()
    again = restored(photocolor, tree, out, *mending(tree))
    assert {line["status"] for line in again.values()} == {"skipped"}
    restored(photocolor, tree, out)
    results = [
        {name: data for name, data in read_tree(folder).items() if "photocolor/" not in name}
        for folder in (tmp_path / "plain", out)
    ]
    assert results[0] == results[1]


def test_a_mask_that_vanished_or_an_option_that_changed_has_the_photo_done_again(
    photocolor: Here, tree: Path, tmp_path: Path
) -> None:
    out = tmp_path / "color"
    restored(photocolor, tree, out, *mending(tree))
    (out / "a/gray.png.mended.png").unlink()
    lines = restored(photocolor, tree, out, *mending(tree))
    assert [name for name, line in lines.items() if line["status"] == "done"] == ["a/gray.png"]
    assert (out / "a/gray.png.mended.png").exists()
    lines = restored(photocolor, tree, out, *mending(tree), "--mend-width", 20)
    assert lines["a/gray.png"]["mended"]["left"] == 0


def by_hand(shape: tuple[int, ...], added: Array | None = None, removed: Array | None = None) -> Array:
    levels = np.full(shape[:2], UNSAID, np.uint8)
    if added is not None:
        levels[added] = DAMAGED
    if removed is not None:
        levels[removed] = CLEAN
    return levels


def test_a_mask_by_hand_adds_to_the_finder_and_takes_away(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    out, marks = tmp_path / "color", spots((300, 420))
    added = np.zeros((300, 420), bool)
    added[150:154, 250:256] = True
    write_tree(tree, {"a/gray.png.mask.png": hand_mask_png(by_hand(added.shape, added, marks == 2), 1)})
    lines = restored(photocolor, tree, out, *mending(tree))
    assert "a/gray.png.mask.png" not in lines and lines["a/gray.png"]["hand_mask_sha256"]
    assert np.array_equal(mask(out / "a/gray.png.mended.png"), (marks == 1) | added)
    assert photocolor("verify", tree, out).code == 0
    write_tree(tree, {"a/gray.png.mask.png": hand_mask_png(by_hand(added.shape, added), 1)})
    lines = restored(photocolor, tree, out, *mending(tree))
    assert [name for name, line in lines.items() if line["status"] == "done"] == ["a/gray.png"]


def test_without_a_finder_masks_by_hand_alone_are_replayed(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "color"
    picture = io.BytesIO()
    Image.fromarray((spots((300, 420)) == 1).astype(np.uint8) * 255).convert("1").save(picture, "PNG")
    write_tree(tree, {"a/gray.png.mask.png": picture.getvalue()})
    lines = restored(photocolor, tree, out, "--mend", "spots")
    assert lines["a/gray.png"]["mended"]["share"] > 0 and lines["clean.png"]["mended"] == {"share": 0, "left": 0}
    assert np.array_equal(mask(out / "a/gray.png.mended.png"), spots((300, 420)) == 1)


def test_a_mask_by_hand_is_meant_as_it_is_seen(photocolor: Here, tmp_path: Path) -> None:
    out, marks = tmp_path / "color", spots((300, 420)) == 1
    seen = np.rot90(marks, -1)  # orientation 6: the stored top is the right side
    picture = io.BytesIO()
    Image.fromarray(np.where(seen, 255, 128).astype(np.uint8)).save(picture, "PNG")
    gray = photos.jpeg(damaged(clean()), orientation=6)
    tree = write_tree(tmp_path / "scans", {"gray.jpg": gray, "gray.jpg.mask.png": picture.getvalue()})
    restored(photocolor, tree, out, "--mend", "spots")
    with Image.open(out / "gray.jpg.mended.png") as image:
        assert image.getexif()[274] == 6 and np.array_equal(np.asarray(image), marks)
    assert photocolor("verify", tree / "gray.jpg", out / "gray.jpg").code == 0


@pytest.mark.parametrize(
    ("mask_bytes", "message"),
    [
        (photos.png(np.zeros((30, 42), np.uint8)), "has 42 × 30 px and the photo 420 × 300 px"),
        (photos.jpeg(clean()), "is no PNG"),
        (b"", "mask.png"),
    ],
)
def test_a_mask_by_hand_that_does_not_fit_fails_its_photo_by_name(
    photocolor: Here, tree: Path, tmp_path: Path, mask_bytes: bytes, message: str
) -> None:
    write_tree(tree, {"a/gray.png.mask.png": mask_bytes})
    lines = restored(photocolor, tree, tmp_path / "color", *mending(tree), code=3)
    assert lines["a/gray.png"]["reason"] == "hints_invalid" and message in lines["a/gray.png"]["message"]
    assert restored(photocolor, tree, tmp_path / "plain")["a/gray.png"]["status"] == "done"


def test_a_dry_run_names_each_photo_whose_mask_cannot_be_used_and_no_other(
    photocolor: Here, every: Path, tmp_path: Path
) -> None:
    fits = photos.png(np.full((300, 420), 255, np.uint8))
    turned = photos.png(np.full((420, 300), 255, np.uint8))  # as the photo of orientation 6 is seen
    colored = photos.png(np.dstack([np.full((300, 420), 255, np.uint8), *[np.zeros((300, 420), np.uint8)] * 2]))
    masks = {"a/gray.png": turned, "clean.png": fits, "gray.jpg": turned, "deep.tif": colored, "pages.tif": fits}
    tree = write_tree(every, {f"{name}.mask.png": data for name, data in masks.items()})
    command = ("restore", tree, "--out", tmp_path / "color", "--dry-run", "--quiet")

    def details(*options: object) -> dict[str, str]:
        answer = photocolor(*command, "--json", *options)
        assert answer.code == 0, answer.err
        lines = map(json.loads, answer.out.splitlines())
        return {line["relative"]: line["detail"] for line in lines if line["detail"]}

    told = details("--mend", "spots")
    assert set(told) == {"a/gray.png", "deep.tif", "pages.tif"}
    assert "300 × 420 px and the photo 420 × 300 px" in told["a/gray.png"] and "Correct the mask" in told["a/gray.png"]
    assert "is painted in color" in told["deep.tif"] and "several pages" in told["pages.tif"]
    assert details() == {}
    assert "will fail: a mask by hand for a file with several pages" in photocolor(*command, "--mend", "spots").out
    lines = restored(photocolor, tree, tmp_path / "color", *mending(tree), code=3)
    assert {name for name, line in lines.items() if line["status"] == "failed"} == set(told)


def test_a_watch_mends_as_a_run_does(tmp_path: Path) -> None:
    folder, out = write_tree(tmp_path / "in", {"gray.png": photos.png(damaged(clean()))}), tmp_path / "out"
    finder = fakes.write_finder(tmp_path / "finder.onnx")
    options = ("--mend", "spots", "--finder", finder, "--device", "cpu", "--workers", 1)
    manifest = out / ".photocolor" / "manifest.jsonl"

    def colored(count: int) -> bool:
        return manifest.exists() and len(manifest.read_text().splitlines()) == count

    with started("watch", folder, "--out", out, "--interval", "0.5", *options) as process:
        wait_until(lambda: colored(1), process)
        write_tree(folder, {"gray.png.mask.png": hand_mask_png(np.full((300, 420), CLEAN, np.uint8), 1)})
        wait_until(lambda: colored(2), process)  # a mask that comes later counts
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err.decode()
    shares = [json.loads(line)["mended"]["share"] for line in manifest.read_text().splitlines()]
    assert shares[0] > 0 == shares[1]


def wait_until(holds: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    until_s = time.monotonic() + 120
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until_s, "it takes too long"
        time.sleep(0.1)


def test_a_preview_says_where_mending_is_done(photocolor: Here, tree: Path) -> None:
    answer = photocolor("preview", tree / "clean.png", "--mend", "spots")
    assert answer.code == 2 and "a preview does not mend" in answer.err
    assert f"photocolor restore {tree / 'clean.png'} --out mended --mend spots" in " ".join(answer.err.split())


def test_the_width_grows_with_the_resolution(photocolor: Here, tmp_path: Path) -> None:
    gray = clean()
    gray[:, 100:110] = 255
    tree = write_tree(
        tmp_path / "scans",
        {
            "fine.tif": photos.tiff(gray, dpi=(600, 600)),
            "usual.tif": photos.tiff(gray, dpi=(300, 300)),
            "said.png": photos.png(gray),
        },
    )
    lines = restored(photocolor, tree, tmp_path / "color", *mending(tree))
    assert {name: line["mended"]["share"] > 0 for name, line in lines.items()} == {
        "fine.tif": True,
        "usual.tif": False,
        "said.png": False,
    }


def test_what_lies_on_a_face_or_on_lettering_is_left(photocolor: Here, tmp_path: Path) -> None:
    face = np.clip(gray_of(np.ascontiguousarray(data.astronaut())), 60, 190)
    text = np.full((300, 600), 180, np.uint8)
    cv2.putText(text, "Hotel Bristol 1908", (40, 150), cv2.FONT_HERSHEY_DUPLEX, 1.2, 60, 2)
    face[100:103, 215:218] = 255
    face[400:403, 30:33] = 255
    text[135:138, 100:103] = 255
    text[250:253, 100:103] = 255
    tree = write_tree(tmp_path / "scans", {"face.png": photos.png(face), "text.png": photos.png(text)})
    lines = restored(photocolor, tree, tmp_path / "color", *mending(tree))
    assert "on a face" in " ".join(lines["face.png"]["warnings"])
    assert "on lettering" in " ".join(lines["text.png"]["warnings"])
    for name, kept, painted in (("face", (101, 216), (401, 31)), ("text", (136, 101), (251, 101))):
        marks = mask(tmp_path / f"color/{name}.png.mended.png")
        assert not marks[kept] and marks[painted]


def test_exact_luma_refuses_mending(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    answer = photocolor("restore", tree, "--out", tmp_path / "out", "--exact-luma", *mending(tree))
    assert answer.code == 2 and "--mend paints over damage in the luma that --exact-luma promises to keep" in answer.err


def test_a_curve_against_fading_lies_over_what_was_mended(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    restored(photocolor, tree, tmp_path / "color", *mending(tree), "--tone", "auto")
    assert photocolor("verify", tree, tmp_path / "color").code == 0


def test_a_strangers_file_under_the_masks_name_is_left_alone(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    out = write_tree(tmp_path / "color", {"a/gray.png.mended.png": b"a stranger's"})
    lines = restored(photocolor, tree, out, *mending(tree), code=3)
    assert lines["a/gray.png"]["reason"] == "target_blocked" and not (out / "a/gray.png").exists()
    assert (out / "a/gray.png.mended.png").read_bytes() == b"a stranger's"


@pytest.mark.parametrize(
    ("idle", "said"),
    [
        (("--finder", "f.onnx"), "--finder looks for nothing by itself"),
        (("--mend-width", 4), "--mend-width is for --mend"),
    ],
)
def test_what_is_said_about_mending_that_is_off_is_refused(
    photocolor: Here, tree: Path, tmp_path: Path, idle: tuple[object, ...], said: str
) -> None:
    answer = photocolor("restore", tree, "--out", tmp_path / "out", *idle)
    assert answer.code == 2 and said in answer.err and not (tmp_path / "out").exists()


def test_a_configuration_may_hold_what_mending_would_take(photocolor: Here, tree: Path, tmp_path: Path) -> None:
    config = tmp_path / "photocolor.toml"
    config.write_text("mend-width = 4\n", encoding="utf-8")
    assert photocolor("restore", tree, "--out", tmp_path / "out", "--dry-run", "--config", config).code == 0
