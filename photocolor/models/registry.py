"""Finds models: bundled ones by name, all others by path, each checked by its checksum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from photocolor.errors import ModelNotFound
from photocolor.models.card import ModelCard, card_in
from photocolor.models.checked_file import CheckedFile, read_checked

SUFFIX = ".onnx"
_BUNDLED = {"default": Path(__file__).with_name("default.onnx")}


@dataclass(frozen=True, slots=True)
class ModelFile(CheckedFile):
    """Represents one model that colors, ready to be opened.

    Attributes:
        path: the ONNX file.
        sha256: hex digest of its bytes.
        card: what it says about itself.
        size_bytes: the file's length.
    """

    card: ModelCard
    size_bytes: int = 0


def registered() -> tuple[str, ...]:
    """Returns the names of the bundled models."""
    return tuple(_BUNDLED)


def find_model(name_or_path: str | Path) -> ModelFile:
    """Returns the model of that registered name or at that path, checked.

    A registered name always wins; a path must end in .onnx, so the two cannot be confused. The checksum is computed
    once per process, and again when the file changes. A bundled model must match the checksum file beside it; any
    other model must match one if it is there (NAME.sha256 or NAME.onnx.sha256, as sha256sum writes it).

    Raises:
        ModelNotFound: no such name, no such file, or no file that may be read.
        ModelInvalid: the file is damaged, not the one its checksum file names, or breaks the model contract.
    """
    bundled = _BUNDLED.get(str(name_or_path))
    path = bundled or Path(name_or_path)
    if path.suffix.lower() != SUFFIX:
        names = ", ".join(_BUNDLED)
        raise ModelNotFound(f"there is no model named '{name_or_path}' (names: {names}; a path must end in {SUFFIX})")
    if not path.is_file():
        raise ModelNotFound(f"there is no model file at {path}")
    stat = path.stat()
    return _checked(path.absolute(), bundled is not None, (stat.st_ino, stat.st_size, stat.st_mtime_ns))


@lru_cache(maxsize=16)
def _checked(path: Path, must_have_checksum: bool, _identity: tuple[int, int, int]) -> ModelFile:
    """Returns the model at `path`; the file's identity is part of the cache's key."""
    data, digest = read_checked(path, must_have_checksum)
    return ModelFile(path, digest, card_in(data, path), len(data))
