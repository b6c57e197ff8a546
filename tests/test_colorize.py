"""`photocolor.colorize`: what comes in decides what comes back."""

from __future__ import annotations

import ast
import io
import json
import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import photos
import pytest
from commands import ROOT
from fakes import write_model
from PIL import Image

import photocolor
from photocolor import Hints, PhotocolorError, Point
from photocolor.api.python_words import in_python, python_words
from photocolor.color.lab import gray_of, lab_of
from photocolor.containers.recognize import sniff
from photocolor.errors import SourceVanished, TargetCollision, UnreadableSource, UnsupportedPhoto, UsageError
from photocolor.image.regions.hand_mask import hand_mask_png
from photocolor.metadata.carry import read_provenance
from photocolor.settings import FileSettings, Mend, ToneCorrection

RED = Hints(points=(Point(0.5, 0.5, "#c03030"),))
SIXTEEN_BITS = 2 / 65535
"""How far the gray of a 16-bit result may be from its source's."""


@pytest.fixture
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_model(tmp_path_factory.mktemp("models") / "m.onnx"))


def is_colored(rgb: np.ndarray) -> bool:
    codes = rgb if rgb.dtype.kind == "u" else (rgb * 65535).astype(np.uint16)
    return float(np.abs(lab_of(np.ascontiguousarray(codes[..., :3]))[1]).max()) > 2


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("channels", [0, 1, 2, 3, 4])
def test_an_array_comes_back_as_it_was_in_color(dtype: type, channels: int, model: str) -> None:
    top = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    plane = (photos.gray(60, 80, depth=16) / 65535 * top).astype(dtype)
    alpha = np.full_like(plane, top / 2)
    planes = {0: [], 1: [plane], 2: [plane, alpha], 3: [plane] * 3, 4: [plane, plane, plane, alpha]}[channels]
    result = photocolor.colorize(np.dstack(planes) if planes else plane, model=model, device="cpu")
    assert isinstance(result, np.ndarray) and result.dtype == dtype
    assert result.shape == (60, 80, 4 if channels in (2, 4) else 3) and is_colored(result)
    if channels in (2, 4):
        assert np.array_equal(result[..., 3], alpha)
    codes = result[..., :3] if dtype in (np.uint8, np.uint16) else np.rint(result[..., :3] * 65535).astype(np.uint16)
    gray, scale = gray_of(np.ascontiguousarray(codes)) / np.iinfo(codes.dtype).max, 1 / float(top)
    allowed = 0 if dtype is np.uint8 else SIXTEEN_BITS
    assert np.abs(gray - plane * scale).max() <= allowed + 1e-6


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.full((4, 4), 128.0), "array / 255"),
        (np.full((4, 4), np.nan, np.float32), "0 to 1"),
        (np.zeros((4, 4), np.int64), "uint8"),
        (np.zeros((4, 4), bool), "uint8"),
        (np.zeros((2, 4, 4, 3), np.uint8), r"list\(array\)"),
        (np.zeros((0, 4), np.uint8), "Give"),
        (np.zeros(4, np.uint8), "Give"),
    ],
)
def test_an_array_that_would_need_a_guess_is_refused_with_the_remedy(array: np.ndarray, said: str, model: str) -> None:
    with pytest.raises(UnsupportedPhoto) as caught:
        photocolor.colorize(array, model=model, device="cpu")
    assert re.search(said, caught.value.hint) and caught.value.hint in caught.value.__notes__


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "F", "YCbCr"])
def test_an_image_of_pillow_comes_back_as_one(mode: str, model: str) -> None:
    gray = Image.fromarray(photos.gray(60, 80))
    image = Image.fromarray(photos.gray(60, 80, depth=16)) if mode == "I;16" else gray.convert("RGB").convert(mode)
    image.info["dpi"] = (300, 300)
    if mode in ("CMYK", "F"):
        with pytest.raises(UnsupportedPhoto):
            photocolor.colorize(image, model=model, device="cpu")
        return
    result = photocolor.colorize(image, model=model, device="cpu")
    assert isinstance(result, Image.Image) and result.mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")
    assert result.size == image.size and result.info["dpi"] == (300, 300)
    if mode != "1":
        assert is_colored(np.asarray(result))


def test_an_image_keeps_its_exif_and_is_seen_upright(model: str) -> None:
    image = Image.open(io.BytesIO(photos.jpeg(photos.gray(60, 80), orientation=6)))
    result = photocolor.colorize(image, model=model, device="cpu")
    assert result.size == image.size and result.getexif()[0x0112] == 6


def test_bytes_come_back_as_a_file_with_metadata_and_provenance(model: str) -> None:
    data = photos.jpeg(photos.gray(60, 80), dpi=(300, 300))
    result = photocolor.colorize(data, model=model, device="cpu")
    assert isinstance(result, bytes) and sniff(result).name == "jpeg"
    assert read_provenance(result, "jpeg") is not None
    assert Image.open(io.BytesIO(result)).size == (80, 60)
    assert photocolor.colorize(data, model=model, device="cpu") == result
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301 -- our own


def test_a_path_gives_an_image_and_with_a_target_a_file(tmp_path: Path, model: str) -> None:
    (tmp_path / "a.jpg").write_bytes(photos.jpeg(photos.gray(60, 80), orientation=6))
    shown = photocolor.colorize(tmp_path / "a.jpg", model=model, device="cpu")
    assert isinstance(shown, Image.Image) and shown.size == (60, 80), "it is upright"
    for to in (tmp_path / "new" / "b.png", str(tmp_path / "c.png")):
        assert photocolor.colorize(str(tmp_path / "a.jpg"), to=to, model=model, device="cpu") == Path(to)
        assert sniff(Path(to).read_bytes()).name == "png"
    (tmp_path / "there").mkdir()
    made = photocolor.colorize(tmp_path / "a.jpg", to=tmp_path / "there", model=model, device="cpu")
    assert made == tmp_path / "there" / "a.jpg" and made.is_file()
    assert photocolor.colorize(photos.jpeg(), to=tmp_path / "d.jpg", model=model, device="cpu").is_file()


def test_a_list_comes_back_as_a_list_and_into_a_folder(tmp_path: Path, model: str) -> None:
    (tmp_path / "a.jpg").write_bytes(photos.jpeg())
    (tmp_path / "b.png").write_bytes(photos.png())
    mixed = [photos.gray(), photos.jpeg(), Image.fromarray(photos.gray())]
    results = photocolor.colorize(mixed, model=model, device="cpu")
    assert [isinstance(result, kind) for result, kind in zip(results, (np.ndarray, bytes, Image.Image), strict=True)]
    paths = (path for path in sorted(tmp_path.iterdir()))
    made = photocolor.colorize(paths, to=tmp_path / "color", model=model, device="cpu")
    assert [path.relative_to(tmp_path).as_posix() for path in made] == ["color/a.jpg", "color/b.png"]
    assert photocolor.colorize([], model=model, device="cpu") == []


def test_a_picture_of_a_list_that_fails_is_named_or_stands_in_its_place(tmp_path: Path, model: str) -> None:
    pictures = [photos.gray(), b"nothing", tmp_path / "absent.jpg"]
    with pytest.raises(PhotocolorError) as caught:
        photocolor.colorize(pictures, model=model, device="cpu")
    assert "This was picture 1 of the list, counted from 0." in caught.value.__notes__
    first, *others = photocolor.colorize(pictures, model=model, device="cpu", errors="return")
    assert first.shape == (48, 64, 3)
    assert [type(error).__name__ for error in others] == ["NotAnImage", "SourceVanished"]


def test_two_pictures_of_a_list_never_share_a_target(tmp_path: Path, model: str) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.jpg").write_bytes(photos.jpeg())
    with pytest.raises(TargetCollision, match=r"1\.jpg"):
        photocolor.colorize(
            [tmp_path / "a" / "1.jpg", tmp_path / "b" / "1.jpg"], to=tmp_path / "o", model=model, device="cpu"
        )
    with pytest.raises(UsageError, match="no name"):
        photocolor.colorize([photos.jpeg()], to=tmp_path / "o", model=model, device="cpu")
    with pytest.raises(UsageError, match="no file format"):
        photocolor.colorize(photos.gray(), to=tmp_path / "o.png", model=model, device="cpu")
    assert not (tmp_path / "o").exists()


def test_hints_count_for_every_kind(tmp_path: Path) -> None:
    gray = np.full((96, 96), 128, np.uint8)
    (tmp_path / "a.png").write_bytes(photos.png(gray))
    kinds = {"array": gray, "image": Image.fromarray(gray), "bytes": photos.png(gray), "path": tmp_path / "a.png"}
    for name, picture in kinds.items():
        result = photocolor.colorize(picture, hints=RED, device="cpu")
        pixels = np.asarray(Image.open(io.BytesIO(result)) if isinstance(result, bytes) else result)
        assert lab_of(np.ascontiguousarray(pixels))[1][48, 48, 0] > 20, name
    made = photocolor.colorize(tmp_path / "a.png", to=tmp_path / "b.png", hints=RED, device="cpu")
    assert lab_of(np.asarray(Image.open(made)))[1][48, 48, 0] > 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "b.png"]
    (tmp_path / "a.png.hints.json").write_text(
        '{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#3030c0"}]}', encoding="utf-8"
    )
    own = np.asarray(photocolor.colorize(tmp_path / "a.png", device="cpu"))
    assert lab_of(own)[1][48, 48, 1] < -20, "a path's own sidecar is used where nothing else is said"


def test_strength_fading_and_a_reference_change_the_color(tmp_path: Path) -> None:
    gray, blue = photos.gray(96, 96), np.dstack([photos.gray(96, 96) // 3] * 2 + [photos.gray(96, 96)])
    chroma = {
        strength: np.abs(lab_of(np.asarray(photocolor.colorize(gray, strength=strength, device="cpu")))[1]).mean()
        for strength in (0.0, 1.0, 2.0)
    }
    assert chroma[0.0] < 0.5 < chroma[1.0] < chroma[2.0]
    faded = photocolor.colorize(gray, fade_doubt=1.0, device="cpu")
    assert np.abs(lab_of(np.asarray(faded))[1]).mean() < chroma[1.0]
    (tmp_path / "blue.png").write_bytes(photos.png(blue))
    references = (blue, Image.fromarray(blue), photos.png(blue), tmp_path / "blue.png", blue / 255)
    made = [np.asarray(photocolor.colorize(gray, reference=reference, device="cpu")) for reference in references]
    assert lab_of(made[0])[1][..., 1].mean() < -5
    assert all(np.array_equal(made[0], other) for other in made[1:4])
    with pytest.raises(PhotocolorError, match="no colors"):
        photocolor.colorize(gray, reference=photos.png(gray), device="cpu")


def test_progress_grows_from_0_to_1_over_all_pictures_and_what_it_raises_ends_the_work(model: str) -> None:
    told: list[tuple[float, str]] = []
    photocolor.colorize(
        [photos.gray(), photos.jpeg()],
        progress=lambda share, stage: told.append((share, stage)),
        model=model,
        device="cpu",
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and 0.5 in shares
    assert {"color", "paint", "encode", "done"} <= {stage for _, stage in told}

    def stop(share: float, stage: str) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        photocolor.colorize(photos.gray(), progress=stop, model=model, device="cpu")


def test_results_show_themselves_in_a_notebook(model: str) -> None:
    for dtype in (np.uint8, np.uint16, np.float32):
        top = 1 if dtype is np.float32 else np.iinfo(dtype).max
        result = photocolor.colorize((photos.gray(60, 80) / 255 * top).astype(dtype), model=model, device="cpu")
        shown = np.asarray(Image.open(io.BytesIO(result._repr_png_())))
        assert shown.shape == (60, 80, 3)
        assert np.abs(shown / 255 - np.asarray(result) / top).max() < 0.01
        assert result[0]._repr_png_() is None and (result[..., 0] * 2)._repr_png_() is None
    large = photocolor.colorize(photos.gray(100, 3000), model=model, device="cpu")
    assert Image.open(io.BytesIO(large._repr_png_())).width == 1024
    turned = photos.jpeg(photos.gray(60, 80), orientation=6)
    file = photocolor.colorize(turned, model=model, device="cpu")
    assert Image.open(io.BytesIO(file._repr_png_())).size == (60, 80)
    assert repr(file) == f"<{len(file):,} bytes of a photo in color>"


def test_what_is_no_picture_is_a_type_error_that_says_what_is(model: str) -> None:
    with pytest.raises(TypeError, match=r"dict is no picture\. Give a path"):
        photocolor.colorize({}, model=model, device="cpu")
    with pytest.raises(SourceVanished, match="there is no file"):
        photocolor.colorize("absent.jpg", model=model, device="cpu")


def test_all_public_names_are_there_for_dir_and_the_tab_key_before_they_are_used() -> None:
    code = "import photocolor, sys, json; print(json.dumps([dir(photocolor), 'numpy' in sys.modules]))"
    names, heavy = json.loads(
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT).stdout
    )
    assert set(photocolor.__all__) <= set(names) and not heavy
    assert all(getattr(photocolor, name) is not None for name in photocolor.__all__)


def test_the_model_stays_open_for_the_next_call_and_another_file_of_its_name_is_opened(tmp_path: Path) -> None:
    from photocolor.api.colorize_any import _opened

    path = write_model(tmp_path / "m.onnx")
    before = _opened.cache_info().misses
    for _ in range(3):
        photocolor.colorize(photos.gray(), model=str(path), device="cpu")
    assert _opened.cache_info().misses == before + 1
    path.write_bytes(path.read_bytes())
    photocolor.colorize(photos.gray(), model=str(path), device="cpu")
    assert _opened.cache_info().misses == before + 2


BELOW_THE_INTERFACE = (
    "pipeline",
    "engine",
    "image",
    "metadata",
    "hints",
    "render",
    "models",
    "color",
    "containers",
    "system",
)


def sentences() -> list[str]:
    """Every text that an error of the rooms below the Python interface may have."""
    rooms = [path for room in BELOW_THE_INTERFACE for path in (ROOT / "photocolor" / room).rglob("*.py")]
    texts = []
    for path in (*rooms, ROOT / "photocolor" / "errors.py", ROOT / "photocolor" / "settings.py"):
        if path.name in ("doctor.py", "runtime.py"):  # commands to be typed, which are not ours
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts += [
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
    return texts


def test_no_error_speaks_of_options_of_the_command_line() -> None:
    option = re.compile(r"--[a-z]|photocolor restore")
    spoken = [text for text in sentences() if option.search(text)]
    assert len(spoken) > 20
    assert [text for text in spoken if option.search(in_python(text))] == []


def test_an_error_has_the_words_of_python_in_all_its_parts(tmp_path: Path, model: str) -> None:
    (tmp_path / "a.png").write_bytes(photos.png(photos.gray(100, 100)))
    with pytest.raises(PhotocolorError) as caught:
        photocolor.colorize(tmp_path / "a.png", files=FileSettings(max_megapixels=0.001), model=model, device="cpu")
    assert caught.value.hint == "If the file is trusted, raise max_megapixels in FileSettings."
    assert pickle.loads(pickle.dumps(caught.value)).hint == caught.value.hint  # noqa: S301 -- our own
    (tmp_path / "c.png").write_bytes(photos.png(photos.rgb(96, 96)))
    with photocolor.open_colorizer(model, device="cpu") as colorizer:
        outcome = colorizer.file(tmp_path / "c.png", tmp_path / "out.png")
        assert outcome.detail.endswith('; already_color="force" in FileSettings colors it anyway')
        with pytest.raises(PhotocolorError, match='already_color="force" in FileSettings'):
            colorizer(tmp_path / "c.png", to=tmp_path / "out.png")
    with pytest.raises(PhotocolorError) as caught, python_words():
        raise UsageError("wrong")
    assert caught.value.hint == "See help(photocolor.colorize)."
    with pytest.raises(UsageError) as caught:
        photocolor.colorize(photos.gray(), strength=3.0)
    assert "help(photocolor.colorize)" in caught.value.hint


def test_settings_that_are_wrong_by_themselves_name_no_option_either() -> None:
    for wrong in (lambda: FileSettings(max_megapixels=-1), lambda: photocolor.ColorSettings(strength=3.0)):
        with pytest.raises(UsageError) as caught:
            wrong()
        assert "--" not in caught.value.message + caught.value.hint and "max-pixels" not in caught.value.message


def test_variants_are_hints_that_color_a_picture_in_other_ways(tmp_path: Path) -> None:
    path = ROOT / "samples" / "portrait.jpg"
    with Image.open(path) as image:
        image.thumbnail((160, 160))
        array = np.asarray(image.convert("L"))
        small = tmp_path / "small.png"
        image.convert("L").save(small)
    found = photocolor.variants(array, 3)
    assert found == photocolor.variants(Image.fromarray(array), 3) == photocolor.variants(small.read_bytes(), 3)
    assert found[0] == Hints() and len({hints.variant for hints in found}) == 3
    results = [photocolor.colorize(array, hints=hints) for hints in found]
    assert np.array_equal(results[0], photocolor.colorize(array))
    for one, other in ((0, 1), (0, 2), (1, 2)):
        difference = lab_of(np.asarray(results[one]))[1] - lab_of(np.asarray(results[other]))[1]
        assert np.hypot(*np.moveaxis(difference, -1, 0)).mean() > 1
    small.with_name("small.png.hints.json").write_text(
        '{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#ff0000"}]}'
    )
    kept = photocolor.variants(small, 2)
    assert [len(hints.points) for hints in kept] == [1, 1] and kept[1].variant is not None
    with pytest.raises(UsageError, match="9 variants are outside 2 to 6"):
        photocolor.variants(array, 9)
    with pytest.raises(TypeError, match="list is no picture"):
        photocolor.variants([array])


def test_hints_without_any_leave_the_sidecar_aside_and_change_no_byte(model: str, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(photos.png(photos.gray(40, 40)))
    plain = photocolor.colorize(path.read_bytes(), model=model)
    path.with_name("a.png.hints.json").write_text(
        '{"version": 1, "points": [{"x": 0.5, "y": 0.5, "color": "#ff0000"}]}'
    )
    photocolor.colorize(path, to=tmp_path / "own.png", model=model, hints=Hints())
    photocolor.colorize(path, to=tmp_path / "red.png", model=model)
    assert (tmp_path / "own.png").read_bytes() == plain != (tmp_path / "red.png").read_bytes()


def test_a_preset_is_a_word(model: str) -> None:
    gray = photos.gray(40, 40)
    calm, vivid = (photocolor.colorize(gray, model=model, preset=preset) for preset in ("calm", "vivid"))
    chroma = [np.hypot(*np.moveaxis(lab_of(np.asarray(each))[1], -1, 0)).mean() for each in (calm, vivid)]
    assert chroma[0] < chroma[1]
    with pytest.raises(UsageError, match="preset 'loud' is none of calm, natural, vivid"):
        photocolor.colorize(gray, model=model, preset="loud")  # type: ignore[arg-type]


def test_what_changes_the_lightness_needs_a_file_that_says_so(tmp_path: Path) -> None:
    gray = photos.gray()
    gray[10:13, 10:13] = 255
    scan = tmp_path / "scan.png"
    scan.write_bytes(photos.png(gray))
    levels = np.zeros(gray.shape, np.uint8)
    levels[10:13, 10:13] = 255
    scan.with_name("scan.png.mask.png").write_bytes(hand_mask_png(levels, 1))
    mend, tone = FileSettings(mend=Mend.SPOTS), FileSettings(tone=ToneCorrection.AUTO)
    for image in (gray, scan.read_bytes(), scan):
        with pytest.raises(UsageError, match="no file that it could lie beside"):
            photocolor.colorize(image, files=mend)
    with pytest.raises(UsageError, match="no place that says so"):
        photocolor.colorize(gray, files=tone)
    photocolor.colorize(scan, to=tmp_path / "result.png", files=mend)
    assert (tmp_path / "result.png.mended.png").exists()


def test_an_open_file_is_read_as_its_bytes_and_one_of_text_is_refused(tmp_path: Path, model: str) -> None:
    data = photos.jpeg(photos.gray(60, 80))
    path = tmp_path / "scan.jpg"
    path.write_bytes(data)
    as_bytes = photocolor.colorize(data, model=model, device="cpu")
    assert photocolor.colorize(io.BytesIO(data), model=model, device="cpu") == as_bytes
    with path.open("rb") as file:
        assert photocolor.colorize([file], model=model, device="cpu") == [as_bytes]
    with path.open() as file, pytest.raises(TypeError, match=r'open\(path, "rb"\)'):
        photocolor.colorize(file, model=model, device="cpu")


def test_floating_point_of_16_bits_comes_back_within_its_range(model: str) -> None:
    plane = (photos.gray(60, 80) / 255).astype(np.float16)
    result = photocolor.colorize(plane, model=model, device="cpu")
    assert result.dtype == np.float16 and np.isfinite(result).all() and 0 <= result.min() <= result.max() <= 1
    assert is_colored(result.astype(np.float32))


@pytest.mark.parametrize(("given", "said", "helps"), [
    ({"image": "."}, "is a folder", "glob"),
    ({"image": "https://example.org/a.jpg"}, "is an address", "bytes"),
    ({"strength": "much"}, "strength 'much' is no number", ""),
    ({"fade_doubt": 2}, "fade_doubt 2 is outside", ""),
    ({"detail": "lots"}, "detail 'lots' is none of", ""),
    ({"errors": "ignore"}, "errors 'ignore' is none of raise, return", ""),
    ({"hints": Hints(points=(Point(0.5, 0.5, "red"),))}, "point 1 has the color 'red', not", "Point"),
    ({"hints": Hints(points=(Point(5, 0.5, "#c03030"),))}, "5 is not a share from 0 to 1", "Point"),
])  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_words(model: str, given: dict[str, object], said: str, helps: str) -> None:
    image = given.get("image", photos.gray(60, 80))
    with pytest.raises(PhotocolorError) as caught:
        photocolor.colorize(image, model=model, device="cpu", **{k: v for k, v in given.items() if k != "image"})
    assert said in caught.value.message and helps in caught.value.hint
    assert "line" not in caught.value.message and "--" not in str(caught.value)


def test_hints_that_are_none_say_how_they_are_given(model: str) -> None:
    for hints in ([(0.5, 0.5, "#c03030")], Hints(points=((0.5, 0.5, "#c03030"),))):
        with pytest.raises(TypeError, match=r"Give Hints\(points=\(Point"):
            photocolor.colorize(photos.gray(60, 80), model=model, device="cpu", hints=hints)


def test_whatever_cannot_be_read_is_one_error_in_a_list_and_the_others_are_colored(tmp_path: Path, model: str) -> None:
    """An error of Python's or Pillow's own would take the results of the whole list with it."""
    whole = photos.jpeg(photos.gray(60, 80))
    (tmp_path / "whole.jpg").write_bytes(whole)
    closed = (tmp_path / "whole.jpg").open("rb")
    closed.close()
    reads = {
        "cut off": Image.open(io.BytesIO(whole[: len(whole) // 2])),
        "no size": Image.new("L", (0, 0)),
        "closed": closed,
        "empty": "",
        "zero byte": "a\0b.jpg",
        "half a letter": "\ud800.jpg",
        "too long": "x" * 5000,
    }
    results = photocolor.colorize([*reads.values(), whole], model=model, device="cpu", errors="return")
    assert [type(result).__name__ for result in results[:-1]] == [
        "TruncatedPhoto",
        "UnsupportedPhoto",
        "UnreadableSource",
        "UsageError",
        "UsageError",
        "UsageError",
        "UnreadableSource",
    ]
    assert all(result.hint for result in results[:-1]) and isinstance(results[-1], bytes)


@pytest.mark.parametrize("to", ["", "a\0b.jpg", "x" * 300 + ".jpg"])
def test_a_target_that_no_system_has_is_refused(
    tmp_path: Path, model: str, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty one was the folder that the program stands in."""
    scan = tmp_path / "scans" / "a.jpg"
    scan.parent.mkdir()
    scan.write_bytes(photos.jpeg(photos.gray(60, 80)))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PhotocolorError):
        photocolor.colorize(scan, to=to, model=model, device="cpu")
    with pytest.raises(PhotocolorError):
        photocolor.colorize_file(scan, to, model=model, device="cpu")
    assert [path.name for path in tmp_path.iterdir()] == ["scans"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes with names")
def test_with_hints_too_a_path_that_cannot_be_read_is_told(tmp_path: Path, model: str) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    for name, error in {"absent.jpg": SourceVanished, "pipe.jpg": UnreadableSource}.items():
        with pytest.raises(error, match=name):
            photocolor.colorize(tmp_path / name, to=tmp_path / "result.jpg", hints=RED, model=model, device="cpu")


@pytest.mark.parametrize("reference", [np.zeros((0, 0, 3), np.uint8), Image.new("RGB", (0, 0))])
def test_a_reference_without_pixels_is_refused(reference: object, model: str) -> None:
    with pytest.raises(PhotocolorError, match="is no picture"):
        photocolor.colorize(photos.gray(60, 80), reference=reference, model=model, device="cpu")
