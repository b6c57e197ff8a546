"""Finds models: bundled ones by name, all others by path, each checked by its checksum."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from photocolor.errors import ModelInvalid, ModelNotFound
from photocolor.models.card import ModelCard, card_in
from photocolor.models.checked_file import CheckedFile, read_checked
from photocolor.models.contract import CLASSIFIER_NAME, FINDER_NAME

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
        ModelInvalid: the file is damaged, not the one its checksum file names, breaks the model contract, or is the
            damage finder.
    """
    key = _key_of(name_or_path)
    if (known := _known.get(key)) is not None:
        return known
    return _checked(key)[0]


def read_model(name_or_path: str | Path) -> tuple[ModelFile, bytes]:
    """Returns the model as `find_model` does, and the bytes that were checked; they are read and hashed once for both.

    Raises:
        ModelNotFound, ModelInvalid: as `find_model`.
    """
    return _checked(_key_of(name_or_path))


@dataclass(frozen=True, slots=True)
class _Key:
    """Identifies a model's file and what stands in it.

    Attributes:
        path: absolute.
        must_have_checksum: whether it is bundled.
        identity: inode, length and time of change.
    """

    path: Path
    must_have_checksum: bool
    identity: tuple[int, int, int]


_known: dict[_Key, ModelFile] = {}
"""Models that were checked in this process."""
_MOST_KNOWN = 16


def _key_of(name_or_path: str | Path) -> _Key:
    other = {FINDER_NAME: "damage finder", CLASSIFIER_NAME: "negative classifier"}.get(str(name_or_path))
    if other is not None:
        hint = f"As --model name one of {', '.join(_BUNDLED)}, or the ONNX file of a model that colors."
        raise ModelInvalid(f"{name_or_path} is the {other}, no model that colors", hint)
    bundled = _BUNDLED.get(str(name_or_path))
    path = bundled or Path(name_or_path)
    if path.suffix.lower() != SUFFIX:
        names = ", ".join(_BUNDLED)
        close = get_close_matches(str(name_or_path).lower(), _BUNDLED, n=1)
        hint = f"Did you mean {close[0]}?" if close else ModelNotFound.default_hint
        message = f"there is no model named '{name_or_path}' (names: {names}; a path must end in {SUFFIX})"
        raise ModelNotFound(message, hint)
    if not path.is_file():
        raise ModelNotFound(f"there is no model file at {path}")
    stat = path.stat()
    return _Key(path.absolute(), bundled is not None, (stat.st_ino, stat.st_size, stat.st_mtime_ns))


def _checked(key: _Key) -> tuple[ModelFile, bytes]:
    """Returns the model that the key stands for, which is known from now on, with its bytes."""
    data, digest = read_checked(key.path, key.must_have_checksum)
    model = ModelFile(key.path, digest, card_in(data, key.path), len(data))
    while len(_known) >= _MOST_KNOWN:
        del _known[next(iter(_known))]
    _known[key] = model
    return model, data
