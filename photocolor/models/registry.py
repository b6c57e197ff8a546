"""Finds models: bundled ones by name, all others by path, each checked by its checksum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.models.card import ModelCard, card_in
from photocolor.models.checked_file import CheckedFile
from photocolor.system.safe_files import read_regular

SUFFIX = ".onnx"
_BUNDLED = {"default": Path(__file__).with_name("default.onnx")}
_HEX_DIGITS = frozenset("0123456789abcdef")


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
    try:
        data, expected = read_regular(path)[0], expected_digest(path)
    except OSError as error:
        raise ModelNotFound(f"{path} cannot be read: {error.strerror or error}") from error
    digest = hashlib.sha256(data).hexdigest()
    if expected is None and must_have_checksum:
        raise ModelInvalid(f"the checksum file of {path} is missing")
    if expected is not None and expected != digest:
        raise ModelInvalid(f"{path} is damaged or another file: its SHA-256 is {digest}, not {expected}")
    return ModelFile(path, digest, card_in(data, path), len(data))


def expected_digest(path: Path) -> str | None:
    """Returns the digest that the checksum file beside the model gives; None if there is no such file."""
    for beside in (path.with_suffix(".sha256"), path.with_name(path.name + ".sha256")):
        if beside.is_file():
            return _digest_for(path, beside)
    return None


def _digest_for(path: Path, beside: Path) -> str:
    """Returns the digest in a checksum file of one line, or on the line that names the model."""
    rows = [line.split() for line in read_regular(beside)[0].decode("utf-8", "replace").splitlines() if line.strip()]
    mine = rows if len(rows) == 1 else [row for row in rows if row[-1].lstrip("*") == path.name]
    digest = mine[0][0].lower() if len(mine) == 1 else ""
    if len(digest) != 64 or not _HEX_DIGITS.issuperset(digest):
        raise ModelInvalid(f"{beside} does not name one SHA-256 for {path.name}")
    return digest
