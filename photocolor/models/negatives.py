"""The negative classifier's model file: where it lies, its card, and whether it keeps the classifier's contract."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from photocolor.errors import ModelNotFound
from photocolor.models.checked_file import CheckedFile, read_checked
from photocolor.models.contract import CLASSIFIER_NAME, Breach, card_in_bytes, own_metadata
from photocolor.models.graph import FLOAT32, GraphFacts, read_graph
from photocolor.models.wire import MalformedModel

BUNDLED = Path(__file__).with_name(f"{CLASSIFIER_NAME}.onnx")
CONTRACT = "1"
"""The version of the classifier's contract (docs/tone.md) that this build understands."""
_STATED = frozenset(
    ("negatives_contract", "name", "version", "threshold", "first_px", "side_px", "size_multiple"),
)
"""The entries of a card that are fields of `NegativeCard`, or the contract itself."""
_MULTIPLE_MOST = 256
_SIDE_MOST_PX = 1024


@dataclass(frozen=True, slots=True)
class NegativeCard:
    """Holds what is known about a classifier without running it.

    Attributes:
        name: the classifier's own name.
        version: its own version.
        threshold: from this evidence on a photo is taken for a negative.
        first_px: the photo is shown first with as many pixels as a square of this side has.
        side_px: the same of the second look, at photos that are not clearly positive.
        multiple: both sides of an input are multiples of this, in pixels.
        extra: the remaining `photocolor.*` metadata.
    """

    name: str
    version: str
    threshold: float
    first_px: int
    side_px: int
    multiple: int
    extra: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class NegativeFile(CheckedFile):
    """Represents one classifier that is ready to be opened.

    Attributes:
        path: the ONNX file.
        sha256: hex digest of its bytes.
        card: what it says about itself.
    """

    card: NegativeCard


def find_classifier(path: Path = BUNDLED) -> NegativeFile:
    """Returns the classifier at that path, checked; the bundled one must match the checksum file beside it.

    Raises:
        ModelNotFound: there is no such file, or it may not be read.
        ModelInvalid: the file is damaged, not the one its checksum file names, or breaks the contract.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise ModelNotFound(
            f"there is no negative classifier at {path}", "Install photocolor again, or use --negatives force."
        ) from error
    return _checked(path.absolute(), path == BUNDLED, (stat.st_ino, stat.st_size, stat.st_mtime_ns))


def is_classifier(path: Path) -> bool:
    """Returns True if a file's card says that it is a negative classifier; False also where no card can be read."""
    try:
        return "negatives_contract" in own_metadata(read_graph(path))
    except (OSError, MalformedModel):
        return False


@lru_cache(maxsize=2)
def _checked(path: Path, must_have_checksum: bool, _identity: tuple[int, int, int]) -> NegativeFile:
    data, digest = read_checked(path, must_have_checksum)
    card = card_in_bytes(_card, path, data)
    return NegativeFile(path, digest, card)


def _card(facts: GraphFacts) -> NegativeCard:
    own = own_metadata(facts)
    if own.get("negatives_contract") != CONTRACT:
        raise Breach(f"is no negative classifier of contract {CONTRACT}")
    ports = [(port.name, port.element, len(port.shape)) for port in (*facts.inputs, *facts.outputs)]
    if facts.external or ports != [("lightness", FLOAT32, 4), ("evidence", FLOAT32, 1)]:
        raise Breach("breaks the classifier's contract: 'lightness' (N, 1, H, W) to 'evidence' (N,), float32")
    return NegativeCard(
        name=own.get("name", ""),
        version=own.get("version", ""),
        threshold=_threshold(own.get("threshold", "")),
        first_px=_whole(own, "first_px", _SIDE_MOST_PX),
        side_px=_whole(own, "side_px", _SIDE_MOST_PX),
        multiple=_whole(own, "size_multiple", _MULTIPLE_MOST),
        extra={key: value for key, value in own.items() if key not in _STATED},
    )


def _threshold(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise Breach(f"has a card where photocolor.threshold is {text!r}, not a number")
    return value


def _whole(own: dict[str, str], key: str, most: int) -> int:
    text = own.get(key, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise Breach(f"has a card where photocolor.{key} is {text!r}, not 1 to {most}")
    return int(text)
