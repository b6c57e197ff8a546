"""A name or a path leads to exactly one model, whose bytes are the expected ones."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import fakes
import pytest

from photocolor.errors import ExitCode, ModelInvalid, ModelNotFound
from photocolor.models import checked_file, registry
from photocolor.models.registry import find_model, read_model, registered
from photocolor.system.safe_files import read_regular

WRONG = "0" * 64


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_bundled_model_matches_the_checksum_file_beside_it():
    model = find_model("default")
    stated = model.path.with_suffix(".sha256").read_text().split()
    assert stated == [model.sha256, "default.onnx"]
    assert sha256(model.path) == model.sha256


def test_every_registered_name_is_found():
    assert registered() == ("default",)
    assert all(find_model(name).card.name for name in registered())


def test_a_model_is_read_with_the_bytes_that_were_checked_and_is_known_from_then_on(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx")
    model, data = read_model(path)
    assert hashlib.sha256(data).hexdigest() == model.sha256 == sha256(path)
    assert find_model(path) is model
    fakes.write_model(path, fault="gray")
    other, changed = read_model(path)
    assert other.sha256 == hashlib.sha256(changed).hexdigest() != model.sha256
    assert find_model(path) is other


@pytest.mark.parametrize("name", ["nosuch", "default.pt", "", "models/default", "Default"])
def test_an_unknown_name_is_not_found_and_the_names_are_told(name: str):
    with pytest.raises(ModelNotFound, match=r"default.*\.onnx") as caught:
        find_model(name)
    assert caught.value.exit_code is ExitCode.ENVIRONMENT


def test_a_missing_file_and_a_folder_are_not_found(tmp_path: Path):
    (tmp_path / "folder.onnx").mkdir()
    for name in ("none.onnx", "folder.onnx"):
        with pytest.raises(ModelNotFound, match=name):
            find_model(tmp_path / name)


def test_a_file_called_like_a_name_does_not_hide_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    fakes.write_model(tmp_path / "default.onnx")
    (tmp_path / "default").write_bytes(b"other")
    monkeypatch.chdir(tmp_path)
    assert find_model("default").card.name == "default"
    assert find_model("default.onnx").card.name == "tint"


def test_a_path_is_found_with_the_checksum_of_its_bytes_and_becomes_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = fakes.write_model(tmp_path / "My model.ONNX")
    monkeypatch.chdir(tmp_path)
    assert find_model("My model.ONNX") == find_model(path)
    assert find_model("My model.ONNX").path == path
    assert find_model(path).sha256 == sha256(path)


def test_a_replaced_file_is_checked_again(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx")
    before = find_model(path)
    fakes.write_model(path, metadata={"version": "1.1"})
    assert find_model(path).card.version == "1.1"
    assert find_model(path).sha256 != before.sha256


def test_the_checksum_is_computed_once_per_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    counted: list[Path] = []

    def counting(path: Path) -> tuple[bytes, os.stat_result]:
        counted.append(path)
        return read_regular(path)

    monkeypatch.setattr(checked_file, "read_regular", counting)
    path = fakes.write_model(tmp_path / "m.onnx")
    assert find_model(path) == find_model(path)
    assert counted == [path]


@pytest.mark.parametrize("beside", ["m.sha256", "m.onnx.sha256"])
@pytest.mark.parametrize("text", ["{0}\n", "{0}  m.onnx\n", "{1}  other.onnx\n{0} *m.onnx\n"])
def test_a_checksum_file_beside_a_model_must_agree(tmp_path: Path, beside: str, text: str):
    path = fakes.write_model(tmp_path / "m.onnx")
    right = sha256(path)
    (tmp_path / beside).write_text(text.format(right.upper(), WRONG))
    assert find_model(path).sha256 == right
    fakes.write_model(path, metadata={"version": "1.1"})
    with pytest.raises(ModelInvalid, match="damaged or another file"):
        find_model(path)


@pytest.mark.parametrize("text", ["", "not a digest", f"{WRONG}  a\n{WRONG}  b\n", "é" * 64])
def test_a_checksum_file_that_names_no_digest_is_refused(tmp_path: Path, text: str):
    path = fakes.write_model(tmp_path / "m.onnx")
    (tmp_path / "m.sha256").write_text(text, encoding="utf-8")
    with pytest.raises(ModelInvalid, match=r"m\.sha256"):
        find_model(path)


def test_a_bundled_model_without_its_checksum_or_with_one_flipped_bit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bundled = find_model("default").path
    copy = tmp_path / "default.onnx"
    shutil.copyfile(bundled, copy)
    monkeypatch.setitem(registry._BUNDLED, "default", copy)
    with pytest.raises(ModelInvalid, match="checksum file"):
        find_model("default")
    shutil.copyfile(bundled.with_suffix(".sha256"), tmp_path / "default.sha256")
    assert find_model("default").path == copy
    with copy.open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)[0]
        file.seek(1_000_000)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(ModelInvalid, match="damaged"):
        find_model("default")


def test_a_file_that_was_replaced_after_its_checksum_is_not_handed_out(tmp_path: Path):
    path = fakes.write_model(tmp_path / "m.onnx")
    found, data = find_model(path), path.read_bytes()
    assert found.read() == data
    state = path.stat()
    path.write_bytes(data.replace(b"1.0", b"9.9"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # neither length nor time tells
    with pytest.raises(ModelInvalid, match="replaced or changed while"):
        found.read()
    path.unlink()
    with pytest.raises(ModelInvalid, match="replaced or changed while"):
        found.read()
