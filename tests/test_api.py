"""The Python interface."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import photos
import pytest
from fakes import write_model

import photocolor
from photocolor.color.lab import gray_of, lab_of
from photocolor.errors import SourceVanished, TargetCollision, UnsupportedPhoto


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


def test_a_source_is_never_its_own_target(tmp_path: Path) -> None:
    source = tmp_path / "a.jpg"
    source.write_bytes(photos.jpeg())
    with pytest.raises(TargetCollision):
        photocolor.colorize_file(source, source, device="cpu")
    assert source.read_bytes() == photos.jpeg()


def test_mistakes_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceVanished, match="there is no file"):
        photocolor.colorize_file(tmp_path / "none.jpg", tmp_path / "o.jpg", device="cpu")
    with pytest.raises(UnsupportedPhoto, match="float64"):
        photocolor.colorize_array(np.zeros((4, 4)))
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
