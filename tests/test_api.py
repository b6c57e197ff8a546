"""The Python interface."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import photos
import pytest
from fakes import write_model

import photocolor
from photocolor.color.lab import gray_of, lab_of
from photocolor.containers.recognize import sniff
from photocolor.errors import SourceVanished, TargetCollision, UnsupportedPhoto, UsageError
from photocolor.outcome import Skipped
from photocolor.settings import FileSettings, OutputFormat


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_array_comes_back_in_color_with_its_gray(dtype: type) -> None:
    gray = photos.gray(120, 160, depth=8 * np.dtype(dtype).itemsize)
    rgb = photocolor.colorize_array(gray, device="cpu")
    assert rgb.shape == (120, 160, 3) and rgb.dtype == dtype
    assert np.abs(gray_of(rgb).astype(int) - gray.astype(int)).max() <= (0 if dtype is np.uint8 else 2)
    assert np.abs(lab_of(rgb)[1]).max() > 2


def test_one_opened_model_colors_files_and_arrays(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(photos.jpeg())
    with photocolor.open_colorizer(str(write_model(tmp_path / "m.onnx")), device="cpu") as colorizer:
        outcome = colorizer.file(tmp_path / "a.jpg", tmp_path / "b" / "a.jpg")
        strong, weak = (colorizer.array(photos.gray(), strength=s) for s in (2.0, 0.5))
    assert (tmp_path / "b" / "a.jpg").stat().st_size == outcome.result_bytes
    assert np.abs(lab_of(strong)[1]).mean() > np.abs(lab_of(weak)[1]).mean()
    assert colorizer.device == "CPUExecutionProvider"


def test_a_color_file_asked_for_by_name_is_colored_again(tmp_path: Path) -> None:
    (tmp_path / "c.png").write_bytes(photos.png(photos.rgb(96, 96)))
    done = photocolor.colorize_file(tmp_path / "c.png", tmp_path / "out.png", device="cpu")
    assert done.megapixels == pytest.approx(96 * 96 / 1e6)
    assert done.warnings == ("the photo has color already, and was colored again",)


def test_a_color_file_is_left_alone_by_an_opened_model_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "c.png").write_bytes(photos.png(photos.rgb(96, 96)))
    with photocolor.open_colorizer(str(write_model(tmp_path / "m.onnx")), device="cpu") as colorizer:
        outcome = colorizer.file(tmp_path / "c.png", tmp_path / "out.png")
    assert isinstance(outcome, Skipped)
    assert outcome.reason == "already_color"
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("name", ["b.png", "b.TIFF", "b.webp", "b.jp2", "b.jxl", "b.avif", "b.jpg"])
@pytest.mark.parametrize("source", ["a.jpg", "a.tif"])
def test_the_name_of_the_target_says_what_is_written(source: str, name: str, tmp_path: Path) -> None:
    (tmp_path / source).write_bytes(photos.jpeg() if source.endswith("jpg") else photos.tiff())
    model = str(write_model(tmp_path / "m.onnx"))
    photocolor.colorize_file(tmp_path / source, tmp_path / name, model=model, device="cpu")
    assert Path(name).suffix.lower() in sniff((tmp_path / name).read_bytes()).suffixes


@pytest.mark.parametrize(
    ("name", "files", "said"),
    [
        ("b.gif", FileSettings(), "no results of that kind"),
        ("b.j2k", FileSettings(), "no results of that kind"),
        ("b.heic", FileSettings(), "only a HEIC"),
        ("b.jpg", FileSettings(format=OutputFormat.PNG), "the format asked for is png"),
    ],
)
def test_a_target_whose_name_would_lie_is_refused(name: str, files: FileSettings, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(photos.jpeg())
    with pytest.raises(UsageError, match=said):
        photocolor.colorize_file(
            tmp_path / "a.jpg", tmp_path / name, model=str(write_model(tmp_path / "m.onnx")), device="cpu", files=files
        )
    assert {path.name for path in tmp_path.iterdir()} == {"a.jpg", "m.onnx"}


def test_a_target_without_a_suffix_keeps_the_format_of_its_source(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(photos.png())
    photocolor.colorize_file(tmp_path / "a.png", tmp_path / "b", device="cpu")
    assert sniff((tmp_path / "b").read_bytes()).name == "png"


def test_a_source_is_never_its_own_target(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(photos.jpeg())
    with pytest.raises(TargetCollision):
        photocolor.colorize_file(source, source, device="cpu")
    assert source.read_bytes() == photos.jpeg()


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceVanished, match="there is no file"):
        photocolor.colorize_file(tmp_path / "none.jpg", tmp_path / "o.jpg", device="cpu")
    with pytest.raises(UnsupportedPhoto, match="int64"):
        photocolor.colorize_array(np.zeros((4, 4), np.int64))
    with pytest.raises(AttributeError, match="colorise"):
        photocolor.colorise  # noqa: B018


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    example = readme.split("```python\n")[1].split("```")[0]
    for name in ("scan.jpg", "scan-1.tif", "scan-2.tif"):
        data = photos.jpeg() if name.endswith("jpg") else photos.tiff(photos.gray(depth=16))
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102
    assert {path.name for path in Path("color").iterdir()} == {"scan.jpg", "scan-1.tif", "scan-2.tif"}
