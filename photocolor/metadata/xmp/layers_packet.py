"""The XMP packet in a file of layers: what colored them, and of which result they are."""

from __future__ import annotations

from photocolor.metadata.provenance import Provenance, set_property, state
from photocolor.metadata.xmp.edit import EMPTY, Packet
from photocolor.metadata.xmp.escape import escape, printable
from photocolor.system.spelling import encodings_of

LAYERS_OF = "photocolor:LayersOf"


def layers_packet(result_name: str, provenance: Provenance) -> bytes:
    """Returns the packet of the layers of a result.

    Args:
        result_name: file name of the result that they will lie beside.
        provenance: what colored it.
    """
    packet = Packet(EMPTY)
    set_property(packet, LAYERS_OF, printable(result_name))
    state(packet, provenance)
    return packet.render()


def belongs_to(data: bytes, result_name: str) -> bool:
    """Returns whether a file of layers is one of ours, of this result; in all formats the packet stands as it is."""
    names = map(escape, encodings_of(printable(result_name)))
    return any(f"<{LAYERS_OF}>{name}</{LAYERS_OF}>".encode() in data for name in names)
