"""Reads what a model's file says of itself, and says in one way how it breaks the contract of its kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from photocolor.errors import ModelInvalid
from photocolor.models.graph import GraphFacts, parse_graph
from photocolor.models.wire import MalformedModel, Span
from photocolor.system.printable import shortened

Card = TypeVar("Card")
FINDER_NAME = "damage"
"""The name of the package's damage finder, which no model that colors can have."""
CLASSIFIER_NAME = "negatives"
"""The name of the package's negative classifier, which none can have either."""
_PREFIX = "photocolor."
_KINDS = {
    "finder_contract": ("damage finder", "Name it with --finder; --model takes a model that colors."),
    "negatives_contract": ("negative classifier", "photocolor has its own and takes no other."),
    "contract": ("model that colors", "Name it with --model; --finder takes a damage finder."),
}
"""What a file is, by the entry of its card that says so, and what can be done with it."""


class Breach(ValueError):
    """Raised if a file breaks its contract; the text continues a sentence that begins with the file's name.

    Args:
        text: how it does.
        hint: what helps; empty for the usual.
    """

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text, hint)
        self.hint = hint

    def __str__(self) -> str:
        return str(self.args[0])


def own_metadata(facts: GraphFacts) -> dict[str, str]:
    """Returns the `photocolor.*` metadata of a file, without that prefix."""
    return {key.removeprefix(_PREFIX): value for key, value in facts.metadata.items() if key.startswith(_PREFIX)}


def refuse_other_kind(own: dict[str, str], contract: str) -> None:
    """Raises if a file's card names another contract and not this one.

    Args:
        own: the file's own metadata, see `own_metadata`.
        contract: the entry with the version of the contract that the file must keep.

    Raises:
        Breach: the file is a model of another kind.
    """
    other = next((_KINDS[entry] for entry in _KINDS if entry in own), None)
    if other is not None and contract not in own:
        raise Breach(f"is no {_KINDS[contract][0]} but a {other[0]}", other[1])


def card_by(contract: Callable[[GraphFacts], Card], path: Path, read: Callable[[], GraphFacts]) -> Card:
    """Returns the card of a model's file.

    Args:
        contract: makes the card, or raises `Breach`.
        path: the file, for messages.
        read: reads its graph.

    Raises:
        ModelInvalid: the file is damaged, has no card, or breaks the contract; the message says what is wrong.
    """
    try:
        return contract(read())
    except MalformedModel as error:
        raise ModelInvalid(f"{path} is not a whole ONNX model: {error}") from error
    except Breach as error:
        raise ModelInvalid(f"{path} {shortened(str(error))}", error.hint) from error


def card_in_bytes(contract: Callable[[GraphFacts], Card], path: Path, data: bytes) -> Card:
    """Returns the card in all bytes of a model's file; see `card_by`."""
    return card_by(contract, path, lambda: parse_graph(data, Span(0, len(data))))
