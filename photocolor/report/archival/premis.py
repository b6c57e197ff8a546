"""PREMIS of a run: objects, events and agents.

Source: PREMIS Data Dictionary 3.0 and its XML schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, register_namespace

from photocolor.batch.records.checked import Line
from photocolor.system.strict_json import dumps

PREMIS = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a reference."""


@dataclass(frozen=True, slots=True)
class Result:
    """Describes one result that was compared with the manifest.

    Attributes:
        relative: its place below the output folder.
        line: of the manifest.
        media_type: of the result.
        height: rows of its stored grid.
        width: columns of it.
        source_place: the place of its source beside those of others, as `export-bag --sources` lays them out.
    """

    relative: str
    line: Line
    media_type: str
    height: int
    width: int
    source_place: str

    @property
    def place(self) -> str:
        """Returns its place as a relative URI, which names of any bytes have."""
        return quoted(self.relative)


def premis_record(results: Iterable[Result]) -> Element:
    """Returns PREMIS 3.0: a file object for each result and source, the event between them, the agents of it."""
    register_namespace("premis", PREMIS)
    root = Element(f"{{{PREMIS}}}premis", {"version": "3.0"})
    root.set(f"{{{XSI}}}schemaLocation", f"{PREMIS} https://www.loc.gov/standards/premis/premis.xsd")
    events: list[Element] = []
    agents: dict[str, Element] = {}
    sources: set[str] = set()
    for number, result in enumerate(results, 1):
        line, event = result.line, f"coloring-{number}"
        source = line["source_sha256"]
        program, model = str(line["tool"]), f"{line['model']} {line['model_sha256']}"
        root.append(_result_object(result, event))
        if source not in sources:
            sources.add(source)
            root.append(_source_object(line, event))
        events.append(_event(result, event, (program, model)))
        name, _, version = program.rpartition(" ")
        agents.setdefault(program, _agent(program, name, version, "The program that colored the photographs."))
        agents.setdefault(model, _agent(model, str(line["model"]), "", f"Its model; SHA-256 {line['model_sha256']}."))
    root.extend(events)
    root.extend(agents.values())
    return root


def _tree(parent: Element, *path: str, text: object = "") -> Element:
    """Returns the last of nested new elements, with a text."""
    for name in path:
        parent = SubElement(parent, f"{{{PREMIS}}}{name}")
    parent.text = NOT_XML.sub("\ufffd", str(text)) if text != "" else None
    return parent


def _identified(parent: Element, what: str, kind: str, value: str) -> Element:
    """Returns a new element with an identifier's type and value, as PREMIS has many of them."""
    container = _tree(parent, what)
    _tree(container, f"{what}Type", text=kind)
    _tree(container, f"{what}Value", text=value)
    return container


def _file_object(identifier: tuple[str, str], sha256: str, size_bytes: object, format_name: str) -> Element:
    file = Element(f"{{{PREMIS}}}object", {f"{{{XSI}}}type": "premis:file"})
    _identified(file, "objectIdentifier", *identifier)
    about = _tree(file, "objectCharacteristics")
    _tree(about, "compositionLevel", text="0")
    fixity = _tree(about, "fixity")
    _tree(fixity, "messageDigestAlgorithm", text="SHA-256")
    _tree(fixity, "messageDigest", text=sha256)
    _tree(about, "size", text=size_bytes)
    _tree(about, "format", "formatDesignation", "formatName", text=format_name)
    return file


def _result_object(result: Result, event: str) -> Element:
    line = result.line
    identifier = ("URI, relative to the output folder", result.place)
    file = _file_object(identifier, line["result_sha256"], line["result_bytes"], result.media_type)
    _tree(file, "originalName", text=result.relative)
    derived = _tree(file, "relationship")
    _tree(derived, "relationshipType", text="derivation")
    _tree(derived, "relationshipSubType", text="has source")
    _identified(derived, "relatedObjectIdentifier", "SHA-256", line["source_sha256"])
    _identified(derived, "relatedEventIdentifier", "local", event)
    _identified(file, "linkingEventIdentifier", "local", event)
    return file


def _source_object(line: Line, event: str) -> Element:
    source, sha256 = str(line["source"]), line["source_sha256"]
    suffix = PurePosixPath(source).suffix.lower().removeprefix(".")
    file = _file_object(("SHA-256", sha256), sha256, line["source_bytes"], f"image, named .{suffix}")
    _tree(file, "originalName", text=source)
    _identified(file, "linkingEventIdentifier", "local", event)
    return file


def _event(result: Result, name: str, agents: tuple[str, str]) -> Element:
    line = result.line
    event = Element(f"{{{PREMIS}}}event")
    _identified(event, "eventIdentifier", "local", name)
    _tree(event, "eventType", text="creation")
    _tree(event, "eventDateTime", text=line["time"])
    said = "Color was added by a model to a black-and-white photograph; the lightness is the source's."
    settings = dumps(line.get("settings", {}), compact=True)
    _tree(event, "eventDetailInformation", "eventDetail", text=f"{said} Settings: {settings}")
    outcome = _tree(event, "eventOutcomeInformation")
    warnings, degraded = _texts(line.get("warnings")), _texts(line.get("degraded"))
    _tree(outcome, "eventOutcome", text="warning" if warnings or degraded else "success")
    for sentence in (*warnings, *degraded):
        _tree(outcome, "eventOutcomeDetail", "eventOutcomeDetailNote", text=sentence)
    for agent in agents:
        _tree(
            _identified(event, "linkingAgentIdentifier", "local", agent), "linkingAgentRole", text="executing program"
        )
    source = _identified(event, "linkingObjectIdentifier", "SHA-256", line["source_sha256"])
    _tree(source, "linkingObjectRole", text="source")
    made = _identified(event, "linkingObjectIdentifier", "URI, relative to the output folder", result.place)
    _tree(made, "linkingObjectRole", text="outcome")
    return event


def _agent(identifier: str, name: str, version: str, note: str) -> Element:
    agent = Element(f"{{{PREMIS}}}agent")
    _identified(agent, "agentIdentifier", "local", identifier)
    _tree(agent, "agentName", text=name or identifier)
    _tree(agent, "agentType", text="software")
    if version:
        _tree(agent, "agentVersion", text=version)
    _tree(agent, "agentNote", text=note)
    return agent


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def quoted(relative: str) -> str:
    """Returns a path as a relative URI; bytes that are no UTF-8 are kept."""
    return quote(relative.encode("utf-8", "surrogateescape"), safe="/")
