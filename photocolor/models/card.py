"""Reads the model card: what a model is, which sizes it takes, and whether it fulfills the contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from photocolor.errors import ModelInvalid
from photocolor.models.contract import Breach, card_by, card_in_bytes, own_metadata, refuse_other_kind
from photocolor.models.graph import FLOAT32, GraphFacts, Port, read_graph

CONTRACTS = (1,)
"""Versions of the model contract (docs/models.md) that this build understands."""

_WORDS = ("name", "version", "license")
_SIZES = ("size_multiple", "min_size", "working_size")
FACE_SEGMENTS = ("face", "hair", "lips", "clothes")
"""Channels of the optional input `faces`, in this order."""
_INPUTS = {"lightness": 1, "hints": 3, "faces": len(FACE_SEGMENTS)}
_OUTPUTS = {"ab": 2, "doubt": 1}
_SIZE_LIMIT_PX = 16384  # beyond any sensible rule; a damaged card must not ask for terabytes
_WORD_LIMIT = 200


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Holds what is known about a model without running it.

    Attributes:
        name: the model's own name.
        version: the model's own version.
        contract: version of the model contract it fulfills.
        multiple: both sides of an input are multiples of this, in pixels.
        min_px: the smallest side.
        working_px: the side it was trained to see a whole photo at.
        fixed_px: the only side it takes, or None if sizes are free.
        fixed_batch: the only batch it takes (1), or None if free.
        has_hints: True if it takes the `hints` input.
        has_doubt: True if it has the `doubt` output.
        has_faces: True if it takes the `faces` input.
        license: SPDX expression or text; empty if not stated.
        extra: the remaining `photocolor.*` metadata: training, data digest, measured quality, ...
    """

    name: str
    version: str
    contract: int
    multiple: int
    min_px: int
    working_px: int
    fixed_px: int | None = None
    fixed_batch: int | None = None
    has_hints: bool = True
    has_doubt: bool = True
    has_faces: bool = False
    license: str = ""
    extra: dict[str, str] = field(default_factory=dict, hash=False)

    def takes(self, side_px: int) -> bool:
        """Returns True if the model takes a side of `side_px` pixels."""
        if self.fixed_px is not None:
            return side_px == self.fixed_px
        return side_px >= self.min_px and side_px % self.multiple == 0

    def at_least(self, side_px: int) -> int:
        """Returns the smallest side the model takes that is not smaller than `side_px`.

        It is always `fixed_px` if that is set.
        """
        if self.fixed_px is not None:
            return self.fixed_px
        return -(-max(side_px, self.min_px) // self.multiple) * self.multiple

    def at_most(self, side_px: int) -> int:
        """Returns the largest side the model takes that is at most `side_px`, or else the smallest it takes."""
        if self.fixed_px is not None:
            return self.fixed_px
        return max(self.at_least(0), side_px // self.multiple * self.multiple)


def read_card(path: Path) -> ModelCard:
    """Returns the card of the ONNX file at `path`; weights are skipped, so the time does not grow with the file.

    Raises:
        ModelInvalid: the file is damaged, has no card, or breaks the contract; the message says what is wrong.
    """
    try:
        return card_by(_card, path, lambda: read_graph(path))
    except OSError as error:
        raise ModelInvalid(f"{path} cannot be read: {error.strerror or error}") from error


def card_in(data: bytes, path: Path) -> ModelCard:
    """Returns the card in the bytes of an ONNX file.

    Args:
        data: all of the file.
        path: where it was read, for messages.

    Raises:
        ModelInvalid: as `read_card`.
    """
    return card_in_bytes(_card, path, data)


def _card(facts: GraphFacts) -> ModelCard:
    own = own_metadata(facts)
    refuse_other_kind(own, "contract")
    if not own:
        raise Breach("has no model card: its metadata lacks photocolor.name, .version, .contract and the size rule")
    contract = _contract(own)
    lightness = _check_ports(facts)
    multiple, smallest, working = _size_rule(own, lightness.shape[2])
    return ModelCard(
        name=_word(own, "name"),
        version=_word(own, "version"),
        contract=contract,
        multiple=multiple,
        min_px=smallest,
        working_px=working,
        fixed_px=lightness.shape[2],
        fixed_batch=lightness.shape[0],
        has_hints=any(port.name == "hints" for port in facts.inputs),
        has_doubt=len(facts.outputs) > 1,
        has_faces=any(port.name == "faces" for port in facts.inputs),
        license=_word(own, "license", required=False),
        extra={_printable(key): _printable(own[key]) for key in sorted(own.keys() - {*_WORDS, *_SIZES, "contract"})},
    )


def _contract(own: dict[str, str]) -> int:
    contract = _number(own, "contract", None)
    if contract not in CONTRACTS:
        versions = ", ".join(map(str, CONTRACTS))
        raise Breach(f"follows model contract {contract}; this photocolor understands {versions}")
    return contract


def _check_ports(facts: GraphFacts) -> Port:
    """Returns the `lightness` input, after inputs and outputs are found to be those of the contract."""
    if facts.external:
        raise Breach("keeps weights in other files, where its checksum does not see them; export it as one file")
    inputs = _named("input", facts.inputs, _INPUTS)
    outputs = _named("output", facts.outputs, _OUTPUTS)
    if "lightness" not in inputs or "ab" not in outputs:
        raise Breach("breaks the model contract: it needs an input 'lightness' and an output 'ab'")
    batch, _, height, width = inputs["lightness"].shape
    if batch not in (None, 1):
        raise Breach(f"breaks the model contract: it takes batches of {batch} only; free or 1 is asked for")
    if height != width or (height or 0) > _SIZE_LIMIT_PX:
        size = f"{height or 'any'} × {width or 'any'} px"
        raise Breach(f"breaks the model contract: it takes {size}; any size, or one square, is asked for")
    for port in inputs.values():
        if port.shape[2:] != (height, width) or port.shape[0] != batch:
            raise Breach(f"breaks the model contract: '{port.name}' has another size than 'lightness'")
    return inputs["lightness"]


def _named(kind: str, ports: tuple[Port, ...], channels: dict[str, int]) -> dict[str, Port]:
    """Returns the ports by name; each is one of the contract's, float32, with the contract's channels."""
    for port in ports:
        if port.name not in channels:
            raise Breach(f"breaks the model contract: {kind} '{port.name}' is none of {', '.join(channels)}")
        if port.element != FLOAT32:
            raise Breach(f"breaks the model contract: {kind} '{port.name}' is not float32")
        if kind == "input" and (len(port.shape) != 4 or port.shape[1] != channels[port.name]):
            raise Breach(f"breaks the model contract: input '{port.name}' is not (N, {channels[port.name]}, H, W)")
    return {port.name: port for port in ports}


def _size_rule(own: dict[str, str], fixed_px: int | None) -> tuple[int, int, int]:
    """Returns multiple, smallest and working side in pixels; all are the fixed side if there is one."""
    multiple, smallest, working = (_number(own, key, fixed_px) for key in _SIZES)
    if fixed_px is not None and {smallest, working} != {fixed_px}:
        raise Breach(f"contradicts itself: the graph takes {fixed_px} px only, the card says {smallest} and {working}")
    if fixed_px is None and (working < smallest or working % multiple):
        raise Breach(f"contradicts itself: working size {working} px, multiple {multiple}, at least {smallest}")
    return multiple, smallest, working


def _number(own: dict[str, str], key: str, default: int | None) -> int:
    """Returns a whole number from 1 to the limit."""
    if key not in own and default is not None:
        return default
    value = _word(own, key)
    if not (value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= _SIZE_LIMIT_PX):
        raise Breach(f"has a card where photocolor.{key} is {value!r}, not a whole number from 1 to {_SIZE_LIMIT_PX}")
    return int(value)


def _word(own: dict[str, str], key: str, required: bool = True) -> str:
    """Returns a short printable text, because it is written to terminals and into XMP."""
    value = own.get(key, "").strip()
    if required and not value:
        raise Breach(f"has an incomplete model card: photocolor.{key} is missing")
    if not value.isprintable() or len(value) > _WORD_LIMIT:
        raise Breach(f"has a card where photocolor.{key} is not a short printable text")
    return value


def _printable(value: str) -> str:
    """Returns free text with spaces in place of characters that a terminal would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in value)
