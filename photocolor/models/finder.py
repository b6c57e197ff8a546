"""The damage finder's model file: where it lies, its card, and whether it keeps the finder's contract."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from photocolor.errors import ModelNotFound
from photocolor.models.checked_file import CheckedFile, read_checked
from photocolor.models.contract import FINDER_NAME, Breach, card_in_bytes, own_metadata, refuse_other_kind
from photocolor.models.graph import FLOAT32, GraphFacts, read_graph
from photocolor.models.registry import SUFFIX, registered
from photocolor.models.wire import MalformedModel

_BUNDLED = Path(__file__).with_name(FINDER_NAME + SUFFIX)
NO_FINDER = Path("none")
"""Names no finder: what is mended is what a person marked."""
CONTRACT = "1"
"""The version of the finder's contract (docs/damage.md) that this build understands."""
MARK_FEATURES = (9, 10)
"""For how many features of a mark a rule may have weights, after a number for each kind; the tenth came later."""
_STATED = frozenset(
    {
        *("finder_contract", "name", "version", "kinds", "thresholds", "size_multiple"),
        *("edge_threshold", "mark_rule", "rim_threshold", "seen_megapixels"),
    }
)
"""The entries of a card that are fields of `FinderCard`, or the contract itself."""
_REPAIR = "Install photocolor again, or name another finder with --finder."
_WORD_LIMIT = 200
_KINDS_MOST = 16
_MULTIPLE_MOST = 256
_NUMBER_MOST = 1e6
"""Far beyond any sense: of larger ones the finder's single precision makes infinity."""
_MEGAPIXELS_LEAST = 0.0001


@dataclass(frozen=True, slots=True)
class FinderCard:
    """Holds what is known about a finder without running it.

    Attributes:
        name: the finder's own name.
        version: its own version.
        kinds: what it tells apart, in the order of its output's channels.
        thresholds: for each kind the probability of damage from which on a pixel is marked.
        edge_threshold: the probability from which on a pixel is marked, too, if it hangs together with one that reaches
            its kind's threshold in the same tile; None if none is.
        multiple: both sides of an input are multiples of this, in pixels.
        mark_rule: by which a connected mark is kept or dropped as a whole, see `engine.damage.finder.kept`; None if all
            are kept.
        rim_threshold: the probability from which on a pixel at the rim of a kept mark belongs to it, too; None if marks
            get no rim.
        seen_megapixels: a larger photo is seen in a whole step smaller; None if every photo is seen as it is.
        extra: the remaining `photocolor.*` metadata.
    """

    name: str
    version: str
    kinds: tuple[str, ...]
    thresholds: tuple[float, ...]
    multiple: int
    edge_threshold: float | None = None
    mark_rule: tuple[float, ...] | None = None
    rim_threshold: float | None = None
    seen_megapixels: float | None = None
    extra: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class FinderFile(CheckedFile):
    """Represents one finder that is ready to be opened.

    Attributes:
        path: the ONNX file.
        sha256: hex digest of its bytes.
        card: what it says about itself.
    """

    card: FinderCard


def bundled_finder() -> Path | None:
    """Returns where the package's own finder lies; None if the package has none.

    Its checksum file alone counts, too: a package that lost its finder is damaged, not one without.
    """
    return _BUNDLED if _BUNDLED.exists() or _BUNDLED.with_suffix(".sha256").exists() else None


def find_finder(path: Path | None = None) -> FinderFile:
    """Returns the finder at that path, or the bundled one, checked.

    The bundled one must match the checksum file beside it; another must if it has one.

    Raises:
        ModelNotFound: there is no such file, or it may not be read.
        ModelInvalid: the file is damaged, not the one its checksum file names, or breaks the finder's contract.
    """
    place = bundled_finder() if path is None else path
    if place is None:
        hint = "Name its ONNX file with --finder; docs/damage.md says how one is trained."
        raise ModelNotFound("there is no damage finder in this package", hint)
    try:
        stat = place.stat()
    except OSError as error:
        raise _absent(place, named=path is not None) from error
    try:
        return _checked(place.absolute(), path is None, (stat.st_ino, stat.st_size, stat.st_mtime_ns))
    except ModelNotFound as error:
        raise error if path is not None else ModelNotFound(error.message, _REPAIR) from error


def _absent(place: Path, *, named: bool) -> ModelNotFound:
    if not named:
        message = f"the package's damage finder is missing: there is no {place}"
        return ModelNotFound(message, _REPAIR)
    if str(place) in registered():
        message = f"{place} is a model that colors, no damage finder"
        return ModelNotFound(message, "Name a finder's ONNX file with --finder, and a model that colors with --model.")
    hint = "Name its ONNX file with --finder; docs/damage.md says how one is trained."
    return ModelNotFound(f"there is no damage finder at {place}", hint)


def is_finder(path: Path) -> bool:
    """Returns True if a file's card says that it is a damage finder; False also where no card can be read."""
    try:
        return "finder_contract" in own_metadata(read_graph(path))
    except (OSError, MalformedModel):
        return False


def digest_of_mending_finder(path: Path | None = None) -> str:
    """Returns the digest of the finder that says what is mended, the bundled one if none is named.

    It is "" if `NO_FINDER` is named, or none is named and none is bundled: then only masks by hand say it.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    by_hand = path == NO_FINDER or (path is None and bundled_finder() is None)
    return "" if by_hand else find_finder(path).sha256


@lru_cache(maxsize=4)
def _checked(path: Path, must_have_checksum: bool, _identity: tuple[int, int, int]) -> FinderFile:
    data, digest = read_checked(path, must_have_checksum)
    card = card_in_bytes(_card, path, data)
    return FinderFile(path, digest, card)


def _card(facts: GraphFacts) -> FinderCard:
    own = own_metadata(facts)
    refuse_other_kind(own, "finder_contract")
    contract = own.get("finder_contract", "")
    if contract != CONTRACT:
        said = f"follows finder contract {contract!r}" if contract else "is no damage finder: it has no finder's card"
        raise Breach(f"{said}; this photocolor understands {CONTRACT}")
    kinds = tuple(_word(own, "kinds").split(","))
    _check_ports(facts, len(kinds))
    return FinderCard(
        name=_word(own, "name"),
        version=_word(own, "version"),
        kinds=kinds,
        thresholds=_thresholds(_word(own, "thresholds"), len(kinds)),
        multiple=_multiple(_word(own, "size_multiple")),
        edge_threshold=_probability("edge_threshold", own["edge_threshold"]) if "edge_threshold" in own else None,
        mark_rule=_rule(own["mark_rule"], len(kinds)) if "mark_rule" in own else None,
        rim_threshold=_probability("rim_threshold", own["rim_threshold"]) if "rim_threshold" in own else None,
        seen_megapixels=_megapixels(own["seen_megapixels"]) if "seen_megapixels" in own else None,
        extra={key: own[key] for key in sorted(own.keys() - _STATED) if own[key].isprintable()},
    )


def _check_ports(facts: GraphFacts, kinds: int) -> None:
    if facts.external:
        raise Breach("keeps weights in other files, where its checksum does not see them; export it as one file")
    ports = [(port.name, port.element, port.shape[1:2]) for port in (*facts.inputs, *facts.outputs)]
    if ports != [("lightness", FLOAT32, (1,)), ("damage", FLOAT32, (kinds,))]:
        raise Breach(f"breaks the finder's contract: 'lightness' (N, 1, H, W) to 'damage' (N, {kinds}, H, W), float32")
    if any(side is not None for side in facts.inputs[0].shape[2:]):
        raise Breach("breaks the finder's contract: it takes one size only")


def _thresholds(text: str, count: int) -> tuple[float, ...]:
    values = _numbers(text)
    if len(values) != count or not all(value > 0 for value in values):
        raise Breach(
            f"has a card where photocolor.thresholds is {text!r}, not {count} numbers above 0 and up to a million"
        )
    return values


def _rule(text: str, kinds: int) -> tuple[float, ...]:
    values = _numbers(text)
    lengths = [kinds + count for count in MARK_FEATURES]
    if len(values) not in lengths:
        wanted = f"{lengths[0]} or {lengths[1]} numbers up to a million"
        raise Breach(f"has a card where photocolor.mark_rule is {text!r}, not {wanted}")
    return values


def _megapixels(text: str) -> float:
    values = _numbers(text)
    if len(values) != 1 or values[0] < _MEGAPIXELS_LEAST:
        raise Breach(f"has a card where photocolor.seen_megapixels is {text!r}, not a number from 0.0001 to a million")
    return values[0]


def _numbers(text: str) -> tuple[float, ...]:
    """Returns numbers with commas between, each up to a million; none if it is something else."""
    try:
        values = tuple(map(float, text.split(",")))
    except ValueError:
        return ()
    return values if all(abs(value) <= _NUMBER_MOST for value in values) else ()


def _probability(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= 1:
        raise Breach(f"has a card where photocolor.{name} is {text!r}, not a number above 0 and up to 1")
    return value


def _multiple(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MULTIPLE_MOST):
        raise Breach(f"has a card where photocolor.size_multiple is {text!r}, not 1 to {_MULTIPLE_MOST}")
    return int(text)


def _word(own: dict[str, str], key: str) -> str:
    value = own.get(key, "").strip()
    if not value or not value.isprintable() or len(value) > _WORD_LIMIT or value.count(",") >= _KINDS_MOST:
        raise Breach(f"has an incomplete finder's card: photocolor.{key} is missing or no short text")
    return value
