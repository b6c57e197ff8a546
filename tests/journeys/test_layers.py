"""`--layers`: photograph and color apart, opened again by the programs that people open them with."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import bagit
import numpy as np
import photos
import pytest
from commands import Answer
from commands import photocolor as command
from fakes import write_model
from numpy.typing import NDArray
from psd_tools import PSDImage
from psd_tools.composite import composite
from psd_tools.constants import BlendMode
from runs import write_tree

from photocolor.image.decode import decode
from photocolor.image.layers.stack import blend_color
from photocolor.image.orient import upright
from photocolor.metadata.carry import read_provenance

ONE_CODE = 1.0
"""Of the result's own depth, besides what float32 of the reader adds."""
ROUNDING = 0.05
NAMES = ["Photograph", "Luma of the colors", "Color"]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "tint.onnx")


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return write_tree(
        tmp_path / "scans",
        {
            "eight.png": photos.png(photos.gray(60, 80)),
            "sixteen.tif": photos.tiff(photos.gray(40, 50, depth=16)),
            "box/turned.jpg": photos.jpeg(photos.gray(48, 64), orientation=6),
        },
    )


def restore(scans: Path, model: Path, *options: object) -> Answer:
    out = scans.parent / "out"
    return command("restore", scans, "--out", out, "--model", model, "--device", "cpu", "--workers", 1, *options)


def codes(path: Path) -> NDArray[np.integer]:
    """A picture as a person sees it."""
    photo = decode(path.read_bytes(), 1.0)
    return upright(photo.pixels, photo.orientation)


def manifest(out: Path) -> dict[str, dict[str, object]]:
    lines = (out / ".photocolor" / "manifest.jsonl").read_text().splitlines()
    return {row["relative"]: row for row in map(json.loads, lines)}


def done(answer: Answer) -> int:
    """How many photos a run colored."""
    found = re.search(r"done +([0-9]+)", answer.err)
    assert found is not None
    return int(found[1])


RESULTS = ("eight.png", "sixteen.tif", "box/turned.jpg")


def test_psd_tools_flattens_the_layers_to_the_result_within_one_code(scans: Path, model: Path) -> None:
    assert restore(scans, model, "--layers", "psd").code == 0
    for name in RESULTS:
        result = codes(scans.parent / "out" / name)
        top = np.iinfo(result.dtype).max
        psd = PSDImage.open(scans.parent / "out" / f"{name}.psd")
        assert (psd.depth, psd.height, psd.width) == (8 * result.itemsize, *result.shape[:2])
        assert [layer.name for layer in psd] == NAMES
        assert psd[2].blend_mode is BlendMode.COLOR
        colors, _, _ = composite(psd, force=True)
        assert np.abs(colors * top - result).max() <= ONE_CODE + ROUNDING
        assert np.array_equal(np.rint(psd.numpy()[..., :3] * top), result)
        source = codes(scans / name)
        photograph = np.rint(psd[0].numpy()[..., :3] * top)
        assert all(np.array_equal(photograph[..., channel], source) for channel in range(3))


def test_open_raster_holds_the_photograph_the_color_and_the_result(scans: Path, model: Path) -> None:
    assert restore(scans, model, "--layers", "ora").code == 0
    for name in RESULTS:
        result = codes(scans.parent / "out" / name)
        top = np.iinfo(result.dtype).max
        with ZipFile(scans.parent / "out" / f"{name}.ora") as ora:
            first = ora.infolist()[0]
            assert (first.filename, first.compress_type, ora.read(first)) == (
                "mimetype",
                ZIP_STORED,
                b"image/openraster",
            )
            layers = list(ElementTree.fromstring(ora.read("stack.xml")).iter("layer"))  # noqa: S314 -- we wrote it
            pictures = [decode(ora.read(layer.attrib["src"]), 1.0).pixels for layer in layers]
            merged = decode(ora.read("mergedimage.png"), 1.0).pixels
            thumbnail = decode(ora.read("Thumbnails/thumbnail.png"), 1.0)
        assert [layer.attrib["name"] for layer in layers] == NAMES[::-1]  # the top comes first
        assert [layer.attrib["composite-op"] for layer in layers] == ["svg:color", "svg:src-over", "svg:src-over"]
        color, luma, photograph = pictures
        assert np.abs(np.rint(blend_color(luma[..., 0] / top, color / top) * top) - result).max() <= ONE_CODE
        assert np.array_equal(merged, result)
        assert np.array_equal(photograph[..., 0], codes(scans / name))
        assert max(thumbnail.height, thumbnail.width) <= 256


def test_the_color_layer_alone_is_a_png_that_says_what_it_is(scans: Path, model: Path) -> None:
    assert restore(scans, model, "--layers", "png").code == 0
    for name in RESULTS:
        layer = scans.parent / "out" / f"{name}.color.png"
        assert np.array_equal(codes(layer), codes(scans.parent / "out" / name))
        provenance = read_provenance(layer.read_bytes(), "png")
        assert provenance is not None
        assert provenance == read_provenance((scans.parent / "out" / name).read_bytes(), _format_of(name))


def _format_of(name: str) -> str:
    return {"png": "png", "tif": "tiff", "jpg": "jpeg"}[name.rpartition(".")[2]]


def test_a_transparent_photo_keeps_its_shape(tmp_path: Path, model: Path) -> None:
    shape = photos.alpha(30, 40)
    scans = write_tree(tmp_path / "scans", {"cut.png": photos.png(photos.gray(30, 40), alpha=shape)})
    assert restore(scans, model, "--layers", "psd").code == 0
    colors, _, opacity = composite(PSDImage.open(tmp_path / "out" / "cut.png.psd"), force=True)
    assert np.abs(opacity[..., 0] * 255 - shape).max() <= ROUNDING
    seen = shape > 25  # below a tenth, a reader's own division by the opacity blurs the color
    assert np.abs(colors * 255 - codes(tmp_path / "out" / "cut.png"))[seen].max() <= ONE_CODE + ROUNDING
    assert restore(scans, model, "--layers", "ora").code == 0
    with ZipFile(tmp_path / "out" / "cut.png.ora") as ora:
        top = next(ElementTree.fromstring(ora.read("stack.xml")).iter("layer"))  # noqa: S314 -- we wrote it
        assert top.attrib["composite-op"] == "svg:dst-in"
        assert np.array_equal(decode(ora.read(top.attrib["src"]), 1.0).alpha, shape)


@pytest.mark.parametrize("kind", ["ora", "psd", "png"])
def test_pictures_of_one_row_or_column_have_layers(tmp_path: Path, model: Path, kind: str) -> None:
    rng = np.random.default_rng(1)
    files = {}
    for height, width in ((1, 1), (1, 50), (50, 1)):
        pages = [np.repeat(rng.integers(0, 256, (height, width, 1), np.uint8), 3, axis=2)] * 2
        files[f"{height} by {width}.tif"] = photos.tiff_of(pages)
        files[f"{height} by {width}, turned.jpg"] = photos.jpeg(pages[0][..., 0], orientation=8)
        shape = rng.integers(1, 256, (height, width, 1), np.uint8)
        files[f"{height} by {width}, alpha.tif"] = photos.tiff_of([np.dstack([pages[0], shape])], extrasamples=[2])
    scans = write_tree(tmp_path / "scans", files)
    answer = restore(scans, model, "--layers", kind)
    assert (answer.code, done(answer)) == (0, len(files)), answer.err
    assert command("verify", scans, tmp_path / "out", "--quiet").code == 0


def test_each_page_has_its_layers(tmp_path: Path, model: Path) -> None:
    book = photos.tiff_of([photos.gray(30, 40), photos.gray(50, 20, seed=1)])
    scans = write_tree(tmp_path / "scans", {"book.tif": book})
    assert restore(scans, model, "--layers", "psd").code == 0
    sizes = [PSDImage.open(tmp_path / "out" / f"book.tif.page-{page}.psd").size for page in (1, 2)]
    assert sizes == [(40, 30), (20, 50)]
    assert manifest(tmp_path / "out")["book.tif"]["layers"] == ["book.tif.page-1.psd", "book.tif.page-2.psd"]


def test_layers_change_no_byte_of_a_result_and_are_the_same_each_time(scans: Path, model: Path) -> None:
    assert restore(scans, model).code == 0
    out = scans.parent / "out"
    plain = {name: (out / name).read_bytes() for name in RESULTS}
    for kind in ("ora", "psd", "png"):
        assert restore(scans, model, "--layers", kind).code == 0
    first = {path: path.read_bytes() for path in out.rglob("*") if ".photocolor" not in path.parts and path.is_file()}
    assert {name: (out / name).read_bytes() for name in RESULTS} == plain
    shutil.rmtree(out)
    for kind in ("ora", "psd", "png"):
        assert restore(scans, model, "--layers", kind).code == 0
    assert {path: path.read_bytes() for path in first} == first


def test_layers_that_are_missing_are_made_and_no_others_again(scans: Path, model: Path) -> None:
    out = scans.parent / "out"
    assert restore(scans, model).code == 0
    assert done(restore(scans, model, "--layers", "ora")) == 3
    assert manifest(out)["box/turned.jpg"]["layers"] == ["box/turned.jpg.ora"]
    assert done(restore(scans, model, "--layers", "ora")) == 0
    (out / "eight.png.ora").unlink()
    assert done(restore(scans, model, "--layers", "ora")) == 1
    assert (out / "eight.png.ora").exists()


@pytest.mark.parametrize("then", [(), ("--layers", "ora")])
def test_layers_of_an_earlier_result_do_not_stay_beside_a_new_one(
    scans: Path, model: Path, then: tuple[str, ...]
) -> None:
    out = scans.parent / "out"
    write_tree(scans, {"pages.tif": photos.tiff_of([photos.gray(40, 50), photos.gray(40, 50, seed=2)])})
    assert restore(scans, model, "--layers", "psd").code == 0
    assert restore(scans, model, "--layers", "png").code == 0
    old = {"pages.tif.page-1.color.png", "pages.tif.page-2.color.png", "eight.png.color.png"}
    assert old <= {path.name for path in out.iterdir()} and not list(out.rglob("*.psd"))
    write_tree(out, {"eight.png.psd": b"8BPS of a person"})
    assert done(restore(scans, model)) == 0  # nothing is done anew, so the layers still show the results
    assert old <= {path.name for path in out.iterdir()}
    assert restore(scans, model, "--strength", 0.5, *then).code == 0
    kept = {path.relative_to(out).as_posix() for path in out.rglob("*") if ".photocolor" not in path.parts}
    results = {*RESULTS, "pages.tif"}
    layers = {f"{name}.ora" for name in RESULTS} | {"pages.tif.page-1.ora", "pages.tif.page-2.ora"}
    assert kept - {"box"} == results | {"eight.png.psd"} | (layers if then else set())


def test_a_file_of_somebody_else_in_the_place_of_the_layers_is_never_replaced(scans: Path, model: Path) -> None:
    own = write_tree(scans.parent / "out", {"eight.png.psd": b"8BPS of a person"}) / "eight.png.psd"
    answer = restore(scans, model, "--layers", "psd")
    assert answer.code == 3 and "is in the way of the layers" in answer.err
    assert own.read_bytes() == b"8BPS of a person"
    assert not (scans.parent / "out" / "eight.png").exists()


def test_a_photo_that_is_called_as_a_color_layer_is_refused_before_any_work(scans: Path, model: Path) -> None:
    (scans / "eight.png.color.png").write_bytes(photos.png(photos.gray()))
    answer = restore(scans, model, "--layers", "png")
    assert answer.code == 2 and "eight.png.color.png" in answer.err
    assert not (scans.parent / "out").exists() or not any((scans.parent / "out").rglob("*.png"))
    assert restore(scans, model, "--layers", "ora").code == 0


def test_a_photo_that_was_copied_has_no_layers_and_is_done_once(tmp_path: Path, model: Path) -> None:
    scans = write_tree(tmp_path / "scans", {"red.png": photos.png(photos.rgb())})
    options = ("--already-color", "copy", "--layers", "ora")
    assert restore(scans, model, *options).code == 0
    assert not (tmp_path / "out" / "red.png.ora").exists()
    assert done(restore(scans, model, *options)) == 0


def test_verify_holds_beside_layers_and_the_bag_takes_them_along(scans: Path, model: Path) -> None:
    assert restore(scans, model, "--layers", "psd").code == 0
    out, bag = scans.parent / "out", scans.parent / "bag"
    assert command("verify", scans, out, "--quiet").code == 0
    assert command("export-bag", out, "--to", bag).code == 0
    assert bagit.Bag(str(bag)).is_valid()
    assert (bag / "data/results/eight.png.psd").read_bytes() == (out / "eight.png.psd").read_bytes()


@pytest.mark.parametrize("options", [("--layers", "tiff"), ("--layers", "ora", "--out", "s3://bucket/out")])
def test_what_layers_cannot_be_is_refused(scans: Path, model: Path, options: tuple[str, ...]) -> None:
    answer = restore(scans, model, *options)
    assert answer.code == 2 and "--layers" in answer.err.replace("'", "")


def test_without_psd_tools_the_message_names_what_to_install(scans: Path, model: Path, tmp_path: Path) -> None:
    hide = tmp_path / "hide"
    hide.mkdir()
    (hide / "sitecustomize.py").write_text("import sys\nsys.modules['psd_tools'] = None\n")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(hide), str(Path(__file__).parents[2])])}
    arguments = [sys.executable, "-m", "photocolor", "restore", scans, "--out", tmp_path / "out", "--layers", "psd"]
    ended = subprocess.run(
        [*map(str, arguments), "--model", str(model)], capture_output=True, text=True, env=environment
    )
    assert ended.returncode == 4 and "photocolor[psd]" in ended.stderr
    assert not (tmp_path / "out").exists()


def test_without_psd_tools_python_is_told_the_same(scans: Path, model: Path, tmp_path: Path) -> None:
    source, target = str(next(scans.rglob("*.jpg"))), str(tmp_path / "out.jpg")
    code = f"""
import sys; sys.modules['psd_tools'] = None
import photocolor
files = photocolor.FileSettings(layers="psd")
for call in (photocolor.colorize_file, lambda a, b, **k: photocolor.colorize(a, to=b, **k)):
    try:
        call({source!r}, {target!r}, files=files, model={str(model)!r}, device="cpu")
    except photocolor.PhotocolorError as error:
        print(error.message, "|", error.hint)
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (
        ended.stdout.splitlines() == ['layers psd needs psd-tools | Install it with: pip install "photocolor[psd]"'] * 2
    )
    assert not (tmp_path / "out.jpg").exists()


def _needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: apt-get install {program.removesuffix('-console')}")


GIMP = """(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{source}" "x")))
  (layers (cadr (gimp-image-get-layers image))))
  (gimp-item-set-visible (aref layers 1) FALSE)
  (let ((flat (car (gimp-image-merge-visible-layers image CLIP-TO-IMAGE))))
    (file-png-save2 RUN-NONINTERACTIVE image flat "{target}" "x" 0 2 0 0 0 0 0 0 0)))"""
GIMP_CODES = 8
"""GIMP takes Color for its own LCh mode, which keeps L* over the photograph itself, and fits colors in another way."""


def test_gimp_opens_the_psd_and_shows_the_result_over_the_photograph_itself(scans: Path, model: Path) -> None:
    _needs("gimp-console")
    assert restore(scans, model, "--layers", "psd").code == 0
    out = scans.parent / "out"
    script = GIMP.format(source=out / "eight.png.psd", target=out / "flat.png")
    opened = ["gimp-console", "--no-interface", "--no-data", "--no-fonts", "-b", script, "-b", "(gimp-quit 0)"]
    subprocess.run(opened, check=True, capture_output=True, timeout=120)
    assert np.abs(codes(out / "flat.png").astype(int) - codes(out / "eight.png")).max() <= GIMP_CODES


@pytest.mark.parametrize("kind", ["ora", "psd"])
def test_krita_shows_the_result_within_one_code(scans: Path, model: Path, kind: str) -> None:
    _needs("krita")
    _needs("xvfb-run")
    assert restore(scans, model, "--layers", kind).code == 0
    out = scans.parent / "out"
    exported = ["xvfb-run", "-a", "krita", out / f"eight.png.{kind}", "--export", "--export-filename", out / "flat.png"]
    subprocess.run([*map(str, exported)], check=True, capture_output=True, timeout=120)
    assert np.abs(codes(out / "flat.png")[..., :3].astype(int) - codes(out / "eight.png")).max() <= ONE_CODE
