"""Writes the provenance of the color as XMP properties, which any reader finds and `photocolor verify` reads back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from photocolor.metadata.xmp.edit import NAMESPACES, RDF, Packet
from photocolor.metadata.xmp.escape import escape

# The IPTC's term for a picture of the real world that a trained model has altered.
# Source: http://cv.iptc.org/newscodes/digitalsourcetype/, vocabulary of 2024-10.
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
TYPE = "Iptc4xmpExt:DigitalSourceType"
# Source: IPTC Photo Metadata Standard 2025.1, "AI System Used" and "AI System Version Used".
SYSTEM, SYSTEM_VERSION = "Iptc4xmpExt:AISystemUsed", "Iptc4xmpExt:AISystemVersionUsed"
FORMER_TYPE = "photocolor:FormerDigitalSourceType"
HISTORY = "xmpMM:History"
_OWN = ("ToolVersion", "ModelName", "ModelVersion", "ModelSHA256", "Settings", "SourceSHA256")
_ALTERED = ("ToneCurve", "MendedShare", "MendedMaskSHA256", "InvertedPages", "FacesSeenAgain")
_DIGITS = 10
"""No file has pages whose number has so many, and no photo so many faces."""
STATED = (
    TYPE,
    SYSTEM,
    SYSTEM_VERSION,
    *(f"photocolor:{name}" for name in _OWN),
    FORMER_TYPE,
    *(f"photocolor:{name}" for name in _ALTERED),
)
"""The properties without which a result does not say what it is."""


@dataclass(frozen=True, slots=True)
class Alterations:
    """Describes what else was done than coloring the whole, because that was asked for.

    Attributes:
        tone_curves: the curve over the lightness of each page, as `color.tone_curve` writes it; "" for a page without,
            and none if no page has one.
        mended_share: share of all pixels that were painted over.
        mended_mask_sha256: hex digest of the mask beside the result that says which; "" if none were.
        inverted_pages: numbers of the pages, counted from 1, that are negatives and whose tones were inverted.
        faces: how many faces the model looked at a second time, on all pages together.
    """

    tone_curves: tuple[str, ...] = ()
    mended_share: float = 0.0
    mended_mask_sha256: str = ""
    inverted_pages: tuple[int, ...] = ()
    faces: int = 0

    @property
    def properties(self) -> dict[str, str]:
        """Returns the XMP properties that say so, in a fixed order; none if nothing was changed."""
        properties = {"photocolor:ToneCurve": "; ".join(self.tone_curves)} if any(self.tone_curves) else {}
        if self.mended_mask_sha256:
            properties["photocolor:MendedShare"] = f"{self.mended_share:.7f}"
            properties["photocolor:MendedMaskSHA256"] = self.mended_mask_sha256
        if self.inverted_pages:
            properties["photocolor:InvertedPages"] = ", ".join(map(str, self.inverted_pages))
        if self.faces:
            properties["photocolor:FacesSeenAgain"] = str(self.faces)
        return properties

    @property
    def phrases(self) -> tuple[str, ...]:
        """Returns the same for people."""
        curve = ("its lightness follows photocolor:ToneCurve, against fading",) if any(self.tone_curves) else ()
        closer = (f"the model looked at {self.faces} of its faces a second time, closer",) if self.faces else ()
        changed = ((self.inversion,) if self.inversion else ()) + closer + curve
        if not self.mended_mask_sha256:
            return changed
        return (*changed, f"{100 * self.mended_share:.2g} % of its pixels were painted over, to mend damage")

    @property
    def inversion(self) -> str:
        """Returns what was done to negatives, for people; "" if nothing was."""
        if not self.inverted_pages:
            return ""
        pages = f" on page {', '.join(map(str, self.inverted_pages))}" if self.inverted_pages != (1,) else ""
        return f"the tones of the negative{pages} were inverted first"


UNALTERED = Alterations()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Describes what colored a photo, without time and device, so that the same work gives the same bytes.

    Attributes:
        version: of photocolor.
        model: the model's name.
        model_version: the model's own version.
        model_sha256: hex digest of the model file.
        settings: what changes the bytes of a result, as plain JSON values.
        source_sha256: hex digest of the source's bytes.
        alterations: what else than color was changed.
        source_type: the IPTC's term for what the picture is; as read back, what the file says, "" for nothing.
    """

    version: str
    model: str
    model_version: str
    model_sha256: str
    settings: Mapping[str, object]
    source_sha256: str
    alterations: Alterations = UNALTERED
    source_type: str = DIGITAL_SOURCE_TYPE

    @property
    def tool(self) -> str:
        """Returns name and version, as software names itself in metadata."""
        return f"photocolor {self.version}"

    @property
    def properties(self) -> dict[str, str]:
        """Returns photocolor's own XMP properties in a fixed order."""
        return {
            "photocolor:ToolVersion": self.version,
            "photocolor:ModelName": self.model,
            "photocolor:ModelVersion": self.model_version,
            "photocolor:ModelSHA256": self.model_sha256,
            "photocolor:Settings": json.dumps(dict(self.settings), sort_keys=True, separators=(",", ":")),
            "photocolor:SourceSHA256": self.source_sha256,
            **self.alterations.properties,
        }

    @property
    def deed(self) -> str:
        """Returns what was done, for people."""
        return "; ".join((f"colorized by model {self.model} {self.model_version}", *self.alterations.phrases))


def state(packet: Packet, provenance: Provenance) -> None:
    """Adds the provenance to a packet; the source type that it had is kept beside it."""
    former = packet.get(TYPE)
    for name in (f"photocolor:{name}" for name in _ALTERED):
        if name not in provenance.properties:  # of an earlier result that is this one's source
            packet.remove(name)
    set_property(packet, TYPE, provenance.source_type)
    set_property(packet, SYSTEM, f"photocolor, model {provenance.model}")
    set_property(packet, SYSTEM_VERSION, f"photocolor {provenance.version}, model {provenance.model_version}")
    for name, value in provenance.properties.items():
        set_property(packet, name, value)
    if former and former != provenance.source_type:
        set_property(packet, FORMER_TYPE, former)
    _append_history(packet, provenance, former)


def read(packet: Packet) -> Provenance | None:
    """Returns the provenance that `state` wrote, or None if the packet has none or another tool spoiled it."""
    values = {name: packet.get(f"photocolor:{name}") for name in ("ToolVersion", "ModelName", "ModelSHA256")}
    source, settings = packet.get("photocolor:SourceSHA256"), packet.get("photocolor:Settings")
    version, model, digest = values.values()
    if version is None or model is None or digest is None or source is None or settings is None:
        return None
    try:
        plain = json.loads(settings)
    except ValueError:
        return None
    if not isinstance(plain, dict):
        return None
    altered = _alterations(*(packet.get(f"photocolor:{name}") or "" for name in _ALTERED))
    model_version, source_type = packet.get("photocolor:ModelVersion") or "", packet.get(TYPE) or ""
    return Provenance(version, model, model_version, digest, plain, source, altered, source_type)


def _alterations(curves: str, share: str, mask_sha256: str, inverted: str, faces: str) -> Alterations:
    """Returns what the properties say; a share that is no number counts as 0, as the mask itself tells it.

    What is no number of a page names none, and what is no number of faces is 0.
    """
    try:
        number = float(share or 0)
    except ValueError:
        number = 0.0
    tone_curves = tuple(part.strip() for part in curves.split(";")) if curves else ()
    words = [word.strip() for word in inverted.split(",")]
    pages = tuple(int(word) for word in words if _is_count(word))
    return Alterations(tone_curves, number, mask_sha256, pages, int(faces) if _is_count(faces) else 0)


def _is_count(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < _DIGITS


def set_property(packet: Packet, name: str, value: str) -> None:
    """Replaces a simple property, or adds it."""
    stored = packet.get(name)
    if stored is None:
        packet.add(f"<{name}>{escape(value)}</{name}>")
    elif stored != value:
        packet.replace(name, value)


def _append_history(packet: Packet, provenance: Provenance, former: str | None) -> None:
    """Adds an event to the history, without a time, so that the same input gives the same bytes."""
    parameters = [provenance.deed]
    parameters += [f"model SHA-256 {provenance.model_sha256}", f"source SHA-256 {provenance.source_sha256}"]
    parameters += [f"former DigitalSourceType {former}"] if former else []
    event = (
        f'<rdf:li rdf:parseType="Resource" xmlns:rdf="{RDF}" xmlns:stEvt="{NAMESPACES["stEvt"]}">'
        "<stEvt:action>edited</stEvt:action>"
        f"<stEvt:softwareAgent>{escape(provenance.tool)}</stEvt:softwareAgent>"
        f"<stEvt:parameters>{escape('; '.join(parameters))}</stEvt:parameters>"
        "<stEvt:changed>/</stEvt:changed></rdf:li>"
    )
    for history in packet.elements(f"{NAMESPACES['xmpMM']} History"):
        sequence = next((item for item in history.children if item.name == f"{RDF} Seq"), None)
        if sequence is not None and not sequence.closed:
            packet.insert(sequence.tail, event.encode())
            return
    packet.remove(HISTORY)
    packet.add(f"<{HISTORY}><rdf:Seq>{event}</rdf:Seq></{HISTORY}>")
