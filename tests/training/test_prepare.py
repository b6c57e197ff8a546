"""What `prepare` makes of packed sets, several sizes, AVIF and paired folders."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from training_scenes import scene

from training.cli.app import main
from training.data.batches import BatchMaker, Rank, fixed_photos
from training.data.crops import DeviceSet
from training.data.inspect import decoded
from training.data.prepare import PrepareSettings, prepare
from training.data.prepared import load
from training.errors import MissingData, PairMismatch
from training.evaluation.evaluate import test_photo as photo_of  # or pytest takes it for a test
from training.settings import Aging, Phase, Recipe, Train

QUIET = Console(quiet=True)
KEEP_ALL = PrepareSettings(store_px=384, duplicate_bits=-1, processes=1)


def coded(pixels: NDArray[np.uint8], kind: str) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, quality=90)
    return out.getvalue()


def write_packed(folder: Path, photos: Mapping[str, tuple[bytes, str]], source: str = "walks") -> None:
    """A packed set: name → (content, split), all in one archive."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "photos-00.zip", "w") as archive:
        for name, (content, _) in photos.items():
            archive.writestr(name, content)
    lines = ["\t".join(("name", "shard", "source", "folder", "split", "width", "height"))]
    lines += [f"{name}\t00\t{source}\tparks\t{split}\t0\t0" for name, (_, split) in photos.items()]
    (folder / "index.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_pair(folder: Path, name: str, pixels: NDArray[np.uint8], gray: NDArray[np.uint8] | None = None) -> None:
    """Color/NAME.png and Gray/NAME.tif below a folder."""
    for root, suffix, content in (
        ("Color", "png", pixels),
        ("Gray", "tif", np.asarray(Image.fromarray(pixels).convert("L")) if gray is None else gray),
    ):
        path = folder / root / f"{name}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(content).save(path)


def splits(out: Path) -> list[str]:
    with (out / "photos.tsv").open(newline="") as lines:
        return [row["split"] for row in csv.DictReader(lines, delimiter="\t")]


# -- several packed sets in one ---------------------------------------------------------------------------------------


def test_an_index_that_says_train_is_obeyed_also_without_validation_photos(tmp_path: Path) -> None:
    write_packed(tmp_path / "more", {f"{n}.webp": (coded(scene(n), "WEBP"), "train") for n in range(60)})
    prepare([tmp_path / "more"], tmp_path / "out", KEEP_ALL, QUIET)
    assert splits(tmp_path / "out") == ["train"] * 60


def test_several_packed_sets_of_several_sizes_become_one_and_nothing_is_enlarged(tmp_path: Path) -> None:
    write_packed(tmp_path / "data", {
        f"{n}.webp": (coded(scene(n), "WEBP"), split) for n, split in enumerate(("train", "val", "test", "train"))
    })  # fmt: skip
    write_packed(tmp_path / "more", {f"{n}.avif": (coded(scene(n, (60, 70)), "AVIF"), "train") for n in (4, 5)})
    large = {f"{n}.avif": (coded(scene(n, (450, 500)), "AVIF"), "train") for n in (6, 7)}
    write_packed(tmp_path / "large", large, "other")
    prepare([tmp_path / name for name in ("data", "more", "large")], tmp_path / "out", KEEP_ALL, QUIET)
    data = load(tmp_path / "out", "train")
    assert [(row.height, row.width) for row in data.rows] == [(80, 96)] * 2 + [(60, 70)] * 2 + [(384, 427)] * 2
    assert len(load(tmp_path / "out", "val")) == len(load(tmp_path / "out", "test")) == 1
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["short_sides_px"] == {"60": 2, "80": 4, "384": 2}
    assert manifest["sources"] == {"other": 2, "walks": 6}
    close = np.abs(data.photo(3).astype(float) - scene(5, (60, 70))).mean()
    assert close < 8  # bytes: AVIF is lossy, and the scenes are grainy


def test_a_test_photo_is_not_left_out_for_a_training_photo_like_it(tmp_path: Path) -> None:
    write_packed(tmp_path / "more", {"a.png": (coded(scene(1), "PNG"), "train")})
    write_packed(tmp_path / "data", {"b.png": (coded(scene(1), "PNG"), "test")})
    prepare([tmp_path / "more", tmp_path / "data"], tmp_path / "out", PrepareSettings(processes=1), QUIET)
    assert splits(tmp_path / "out") == ["test"]


def grown(pixels: NDArray[np.uint8], factor: int) -> NDArray[np.uint8]:
    return np.repeat(np.repeat(pixels, factor, 0), factor, 1)


def test_of_photos_that_are_nearly_the_same_the_largest_stays_and_the_others_are_named(tmp_path: Path) -> None:
    photos = [scene(1), grown(scene(1), 3), grown(scene(1), 2)]
    for number, pixels in enumerate(photos):
        write_packed(tmp_path / f"in{number}", {f"{number}.png": (coded(pixels, "PNG"), "train")})
    sources = [tmp_path / f"in{number}" for number in range(3)]
    prepare(sources, tmp_path / "out", PrepareSettings(store_px=384, processes=1), QUIET)
    data = load(tmp_path / "out", "train")
    assert len(data) == 1 and np.array_equal(data.photo(0), photos[1])
    dropped = (tmp_path / "out" / "dropped.tsv").read_text().splitlines()[1:]
    assert dropped == [f"{tmp_path}/in{number}/photos-00.zip/{number}.png\tduplicate" for number in (0, 2)]


def test_a_larger_copy_keeps_the_class_folder_of_the_smaller_one(tmp_path: Path) -> None:
    write_packed(tmp_path / "small", {"0.png": (coded(scene(1), "PNG"), "train")})
    write_packed(tmp_path / "large", {"1.png": (coded(grown(scene(1), 2), "PNG"), "train")})
    index = tmp_path / "large" / "index.tsv"
    index.write_text(index.read_text().replace("parks", ""))
    prepare([tmp_path / "small", tmp_path / "large"], tmp_path / "out", PrepareSettings(processes=1), QUIET)
    row = load(tmp_path / "out", "train").rows[0]
    assert (row.folder, row.height) == ("parks", 160)


def test_a_large_training_photo_does_not_push_out_a_test_photo(tmp_path: Path) -> None:
    write_packed(tmp_path / "data", {"b.png": (coded(scene(1), "PNG"), "test")})
    write_packed(tmp_path / "large", {"a.png": (coded(grown(scene(1), 2), "PNG"), "train")})
    prepare([tmp_path / "data", tmp_path / "large"], tmp_path / "out", PrepareSettings(processes=1), QUIET)
    assert splits(tmp_path / "out") == ["test"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("train", "dev", r"index\.tsv, line 2: there is no split 'dev'"),
        ("split", "part", r"index\.tsv has no column split"),
        ("0.webp\t00", "0.webp\t03", r"photos-03\.zip cannot be opened"),
        ("0.webp", "9.webp", r"line 2: photos-00\.zip holds no 9\.webp"),
    ],
)
def test_an_index_that_names_what_is_not_there_is_an_error_that_says_where(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    write_packed(tmp_path / "in", {"0.webp": (coded(scene(0), "WEBP"), "train")})
    index = tmp_path / "in" / "index.tsv"
    index.write_text(index.read_text().replace(old, new, 1))
    with pytest.raises(MissingData, match=told):
        prepare([tmp_path / "in"], tmp_path / "out", KEEP_ALL, QUIET)


def test_broken_files_are_named_and_the_others_stay(tmp_path: Path) -> None:
    good = coded(scene(0), "AVIF")
    write_packed(tmp_path / "in", {"0.avif": (good, "train"), "1.avif": (good[: len(good) - 200], "train")})
    archive = tmp_path / "in" / "photos-00.zip"
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "torn.png").write_bytes(coded(scene(3), "PNG")[:500])
    (tmp_path / "folder" / "._torn.png").write_bytes(b"what macOS leaves")
    console = Console(record=True, width=400)
    prepare([tmp_path / "in", tmp_path / "folder"], tmp_path / "out", KEEP_ALL, console)
    names = {f"{archive}/1.avif", f"{tmp_path / 'folder'}/torn.png"}
    lines = (tmp_path / "out" / "dropped.tsv").read_text().splitlines()
    assert lines[0] == "file\treason" and set(lines[1:]) == {f"{name}\tbroken" for name in names}
    assert all(f"broken: {name}" in console.export_text(clear=False) for name in names)
    assert len(load(tmp_path / "out", "train")) == 1


def test_sixteen_bits_of_gray_keep_their_tones() -> None:
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (8, 1))
    out = io.BytesIO()
    Image.fromarray(ramp).save(out, "PNG")
    pixels = decoded(out.getvalue())
    assert pixels is not None
    assert np.array_equal(pixels[..., 1], ramp >> 8)


def test_the_set_brings_a_sheet_of_gray_beside_color(tmp_path: Path) -> None:
    write_packed(tmp_path / "in", {f"{n}.png": (coded(scene(n, (128, 128)), "PNG"), "train") for n in range(2)})
    prepare([tmp_path / "in"], tmp_path / "out", KEEP_ALL, QUIET)
    with Image.open(tmp_path / "out" / "samples.png") as picture:
        sheet = np.asarray(picture)
    gray, color = sheet[:128, :128], sheet[:128, 132:260]
    assert np.ptp(gray.astype(int), axis=2).max() <= 1 and np.array_equal(color, scene(0, (128, 128)))


# -- pairs ------------------------------------------------------------------------------------------------------------


def test_paired_folders_become_pairs_in_the_split_that_their_folders_say(tmp_path: Path) -> None:
    for split, numbers in (("train", range(3)), ("val", range(3, 5))):
        for number in numbers:
            write_pair(tmp_path / "street", f"{split}/{number}", scene(number), scene(number).min(2))
    out = tmp_path / "out"
    folders = (str(tmp_path / "street" / "Gray"), str(tmp_path / "street" / "Color"))
    assert main(["prepare", "--pairs", *folders, "--out", str(out), "--near-duplicates", "-1"]) == 0
    train, val = load(out, "train"), load(out, "val")
    assert len(train) == 3 and len(val) == 2 and train.rows[0].source == "street"
    for number in range(3):
        given, photo = train.pair(number)
        assert np.array_equal(photo, scene(number)) and np.array_equal(
            given, np.repeat(scene(number).min(2)[..., None], 3, 2)
        )
    assert json.loads((out / "manifest.json").read_text())["pairs"] == 5


def test_a_pair_is_shrunk_and_turned_together(tmp_path: Path) -> None:
    write_pair(tmp_path, "a", scene(1, (90, 60)))
    exif = Image.Exif()
    exif[0x0112] = 6  # the color camera was held upright
    Image.fromarray(np.rot90(scene(1, (90, 60)))).save(tmp_path / "Color" / "a.png", exif=exif)
    prepare(
        [],
        tmp_path / "out",
        PrepareSettings(store_px=40, processes=1),
        QUIET,
        [(tmp_path / "Gray", tmp_path / "Color")],
    )
    split = splits(tmp_path / "out")[0]
    given, photo = load(tmp_path / "out", split).pair(0)
    assert given.shape == photo.shape == (60, 40, 3)
    luma = np.asarray(Image.fromarray(photo).convert("L")).astype(float)
    assert np.abs(given[..., 0] - luma).mean() < 2  # bytes


def test_another_gray_picture_is_another_set(tmp_path: Path) -> None:
    digests = []
    for level in (60, 61):
        write_pair(tmp_path, "a", scene(1), np.full((80, 96), level, np.uint8))
        digests.append(prepare([], tmp_path / "out", KEEP_ALL, QUIET, [(tmp_path / "Gray", tmp_path / "Color")]))
    assert digests[0] != digests[1]


def test_photos_and_pairs_share_one_set_and_an_old_table_is_read(tmp_path: Path) -> None:
    write_pair(tmp_path, "train/a", scene(1))
    write_packed(tmp_path / "in", {"0.png": (coded(scene(0), "PNG"), "train")})
    prepare([tmp_path / "in"], tmp_path / "out", KEEP_ALL, QUIET, [(tmp_path / "Gray", tmp_path / "Color")])
    data = load(tmp_path / "out", "train")
    assert [row.given_offset >= 0 for row in data.rows] == [False, True]
    assert np.array_equal(*data.pair(0))
    table = tmp_path / "out" / "photos.tsv"
    table.write_text("\n".join(line.rsplit("\t", 2)[0] for line in table.read_text().splitlines()))
    assert [row.given_offset for row in load(tmp_path / "out", "train").rows] == [-1, -1]


def test_pairs_that_do_not_fit_are_named_before_anything_is_written(tmp_path: Path) -> None:
    for name in ("train/a", "train/b", "train/c", "val/d"):
        write_pair(tmp_path, name, scene(1))
    (tmp_path / "Gray" / "train" / "a.tif").unlink()
    (tmp_path / "Color" / "train" / "b.png").rename(tmp_path / "Color" / "train" / "other.png")
    Image.fromarray(scene(1)[:70]).save(tmp_path / "Gray" / "train" / "c.tif")
    Image.fromarray(scene(1)).save(tmp_path / "Color" / "val" / "d.jpg")
    with pytest.raises(PairMismatch) as problem:
        prepare([], tmp_path / "out", KEEP_ALL, QUIET, [(tmp_path / "Gray", tmp_path / "Color")])
    told = problem.value.message
    assert f"{tmp_path}/Color/train/a.png has no partner in {tmp_path}/Gray" in told
    assert f"{tmp_path}/Gray/train/b.tif has no partner" in told and "other.png has no partner" in told
    assert "c.tif is 70 × 96 px" in told and "c.png 80 × 96 px" in told
    assert "d.jpg and d.png have the same name but for the suffix" in told
    assert "same size" in problem.value.hint and not (tmp_path / "out").exists()


@pytest.mark.parametrize("which", ["Gray", "Color"])
def test_a_missing_or_empty_folder_of_pairs_is_an_error(tmp_path: Path, which: str) -> None:
    write_pair(tmp_path, "a", scene(1))
    for file in (tmp_path / which).iterdir():
        file.unlink()
    pairs = [(tmp_path / "Gray", tmp_path / "Color")]
    with pytest.raises(MissingData, match=f"{which} holds no photos"):
        prepare([], tmp_path / "out", KEEP_ALL, QUIET, pairs)
    (tmp_path / which).rmdir()
    with pytest.raises(MissingData, match=f"{which} is not a folder"):
        prepare([], tmp_path / "out", KEEP_ALL, QUIET, pairs)


def test_folders_in_the_wrong_order_are_an_error_that_says_so(tmp_path: Path) -> None:
    write_pair(tmp_path, "a", scene(1))
    with pytest.raises(MissingData) as problem:
        prepare([], tmp_path / "out", KEEP_ALL, QUIET, [(tmp_path / "Color", tmp_path / "Gray")])
    assert "gray folder first" in problem.value.hint


def test_prepare_without_any_photos_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prepare", "--out", str(tmp_path / "out")]) != 0
    assert "--pairs GRAY COLOR" in capsys.readouterr().err


@pytest.mark.parametrize("on_device", [False, True])
def test_a_batch_gives_the_network_the_gray_picture_of_a_pair_and_ages_only_other_photos(
    tmp_path: Path, on_device: bool
) -> None:
    for number in range(3):
        write_pair(tmp_path, f"train/{number}", scene(number), np.full((80, 96), 119, np.uint8))  # L* 50
    write_packed(tmp_path / "in", {f"{n}.png": (coded(scene(n), "PNG"), "train") for n in (7, 8)})
    prepare([tmp_path / "in"], tmp_path / "out", KEEP_ALL, QUIET, [(tmp_path / "Gray", tmp_path / "Color")])
    data = load(tmp_path / "out", "train")
    recipe = Recipe("pairs", Train((Phase(20, 32, 20),)), aging=Aging(gamma=1.0))
    device = DeviceSet(data, torch.device("cpu")) if on_device else None
    batch = BatchMaker(data, recipe, Rank(), device).make(0)
    assert batch is not None
    flat = (batch.aged - 50).abs().amax((1, 2, 3)) < 0.2
    assert 0 < int(flat.sum()) < 20
    assert (batch.lightness.flatten(1).std(1) > 3).all() and (batch.ab.flatten(1).std(1) > 1).all()
    assert ((batch.aged - batch.lightness)[~flat].flatten(1).abs().amax(1) > 0.5).all()  # aged by gamma


def test_validation_gives_the_network_the_gray_pictures_too(tmp_path: Path) -> None:
    write_pair(tmp_path, "val/a", scene(1), np.full((80, 96), 119, np.uint8))
    prepare([], tmp_path / "out", KEEP_ALL, QUIET, [(tmp_path / "Gray", tmp_path / "Color")])
    watched = fixed_photos(load(tmp_path / "out", "val"), 1, 32)
    assert (watched.aged - 50).abs().max() < 0.2 and watched.lightness.std() > 3


def test_a_model_is_measured_on_the_gray_picture_of_a_pair(tmp_path: Path) -> None:
    write_pair(tmp_path, "test/a", scene(1), np.full((80, 96), 119, np.uint8))
    prepare([], tmp_path / "out", KEEP_ALL, QUIET, [(tmp_path / "Gray", tmp_path / "Color")])
    photo = photo_of(load(tmp_path / "out", "test"), 0, 64, lambda ab: np.ones(ab.shape[:2], np.float32))
    assert np.allclose(photo.given, 50, atol=0.2) and photo.lightness.std() > 3


def test_a_pair_stays_before_a_copy_of_its_photo_that_has_no_partner(tmp_path: Path) -> None:
    photo = scene(3, (60, 60))
    write_pair(tmp_path / "things", "train/1", photo)
    (tmp_path / "more").mkdir()
    Image.fromarray(np.kron(photo, np.ones((2, 2, 1), np.uint8))).save(tmp_path / "more" / "large.png")
    pairs = [(tmp_path / "things" / "Gray", tmp_path / "things" / "Color")]
    prepare([tmp_path / "more"], tmp_path / "set", PrepareSettings(store_px=384, processes=1), QUIET, pairs)
    rows = load(tmp_path / "set", "train").rows
    assert [(row.height, row.given_offset >= 0) for row in rows] == [(60, True)]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file whose reading fails for everybody")
def test_a_file_that_the_system_does_not_give_is_unreadable_and_not_broken(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    Image.fromarray(scene(1, (64, 64))).save(tmp_path / "in" / "good.png")
    (tmp_path / "in" / "bad.png").symlink_to("/proc/self/mem")
    console = Console(record=True, width=400)
    prepare([tmp_path / "in"], tmp_path / "out", KEEP_ALL, console)
    lines = (tmp_path / "out" / "dropped.tsv").read_text().splitlines()
    assert lines[1:] == [f"{tmp_path}/in/bad.png\tunreadable"]
    assert f"unreadable: {tmp_path}/in/bad.png" in console.export_text()
