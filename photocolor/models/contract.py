"""Reads what a model's file says of itself, and says in one way how it breaks the contract of its kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from photocolor.errors import ModelInvalid
from photocolor.models.graph import GraphFacts, parse_graph
from photocolor.models.wire import MalformedModel, Span

Card = TypeVar("Card")
_PREFIX = "photocolor."


class Breach(ValueError):
    """Raised if a file breaks its contract; the text continues a sentence that begins with the file's name."""


def own_metadata(facts: GraphFacts) -> dict[str, str]:
    """Returns the `photocolor.*` metadata of a file, without that prefix."""
    return {key.removeprefix(_PREFIX): value for key, value in facts.metadata.items() if key.startswith(_PREFIX)}


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
        raise ModelInvalid(f"{path} {error}") from error


def card_in_bytes(contract: Callable[[GraphFacts], Card], path: Path, data: bytes) -> Card:
    """Returns the card in all bytes of a model's file; see `card_by`."""
    return card_by(contract, path, lambda: parse_graph(data, Span(0, len(data))))
