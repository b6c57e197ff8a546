"""A run as records that archives read: PREMIS events and agents, a METS inventory, a IIIF manifest.

Source: PREMIS Data Dictionary 3.0 and its XML schema; METS 1.12; IIIF Presentation API 3.0.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from photocolor import __version__
from photocolor.batch.records.jsonl import write_failure
from photocolor.batch.records.manifest import hex_digest, whole_number
from photocolor.containers.recognize import HEAD_BYTES, sniff
from photocolor.errors import PhotoError, UsageError
from photocolor.image.decode import probe
from photocolor.pipeline.source import digest_of
from photocolor.report.last_results import Line, last_results, refuse_without_records
from photocolor.storage.address import is_address
from photocolor.system.file_bytes import DiskBytes
from photocolor.system.safe_files import open_regular
from photocolor.system.strict_json import dumps

PREMIS = "http://www.loc.gov/premis/v3"
METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a reference."""


@dataclass(frozen=True, slots=True)
class Result:
    """One result that was compared with the manifest.

    Attributes:
        relative: its place below the output folder.
        line: of the manifest.
        media_type: of the result.
        height: rows of its stored grid.
        width: columns of it.
    """

    relative: str
    line: Line
    media_type: str
    height: int
    width: int

    @property
    def place(self) -> str:
        """Its place as a relative URI, which names of any bytes have."""
        return quoted(self.relative)

    @property
    def source_place(self) -> str:
        """The place of its source beside those of others, as `export-bag --sources` lays them out, as a URI."""
        folder = self.relative.rpartition("/")[0]
        name = PurePosixPath(str(self.line["source"]).replace("\\", "/")).name
        return quoted(f"{folder}/{name}" if folder else name)


@dataclass(slots=True)
class Exported:
    """What was written.

    Attributes:
        results: how many results the records tell of.
        wrong: what is gone, or is not what the manifest says, a sentence each; if there is any, nothing was written.
    """

    results: int = 0
    wrong: list[str] = field(default_factory=list)


def export_records(out: Path, to: Path, *, iiif_base: str = "") -> Exported:
    """Writes `premis.xml`, `mets.xml` and, if its base is known, `iiif.json` into a new folder.

    Args:
        out: the output folder of runs; it is only read.
        to: the folder for the records, which must not exist.
        iiif_base: URL below which a web server shows `results/` and `sources/`; "" for no manifest.

    Raises:
        UsageError: `to` exists, or no run is recorded in `out`.
        OutputError: the records cannot be written.
    """
    if os.path.lexists(to):
        raise UsageError(f"{to} is there already", "Name a folder that does not exist yet.")
    refuse_without_records(out)
    exported = Exported()
    results = list(_compared(out, exported.wrong))
    exported.results = len(results)
    if exported.wrong:
        return exported
    premis = _document(premis_record(results))
    files = {"premis.xml": premis, "mets.xml": _document(mets_record(results, premis))}
    if iiif_base:
        files["iiif.json"] = dumps(iiif_manifest(results, iiif_base.rstrip("/")), indent=2).encode("ascii") + b"\n"
    try:
        to.mkdir(parents=True)
        for name, data in files.items():
            (to / name).write_bytes(data)
    except OSError as error:
        raise write_failure(to, error) from error
    return exported


def _compared(out: Path, wrong: list[str]) -> Iterator[Result]:
    """Yields each result whose file is as the manifest says; of others a sentence goes into `wrong`."""
    for relative, line in last_results(out, wrong.append):
        try:
            with open_regular(out / relative) as file:
                data = DiskBytes(file)
                digest = digest_of(file)
                if digest != hex_digest(line["result_sha256"]):
                    wrong.append(f"{out / relative}: it is not as the manifest says")
                    continue
                header, media_type = probe(data, 0), media_type_of(bytes(data[:HEAD_BYTES]))
            whole_number(line["result_bytes"]), whole_number(line["source_bytes"]), hex_digest(line["source_sha256"])
        except OSError as error:
            wrong.append(f"{out / relative}: {error.strerror or error}")
        except PhotoError as error:
            wrong.append(f"{out / relative}: {error}")
        except (ValueError, KeyError, TypeError):
            wrong.append(f"{out}: the manifest's line of {relative} is damaged")
        else:
            yield Result(relative, line, media_type, header.height, header.width)


def media_type_of(head: bytes) -> str:
    """Returns the media type of a picture by its first bytes."""
    row = sniff(head)
    return row.media_type or f"image/{row.name}"


def premis_record(results: Iterable[Result]) -> Element:
    """Returns PREMIS 3.0: a file object for each result and source, the event between them, the agents of it."""
    register_namespace("premis", PREMIS)
    root = Element(f"{{{PREMIS}}}premis", {"version": "3.0"})
    root.set(f"{{{_XSI}}}schemaLocation", f"{PREMIS} https://www.loc.gov/standards/premis/premis.xsd")
    events: list[Element] = []
    agents: dict[str, Element] = {}
    sources: set[str] = set()
    for number, result in enumerate(results, 1):
        line, event = result.line, f"coloring-{number}"
        source = hex_digest(line["source_sha256"])
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
    parent.text = _NOT_XML.sub("\ufffd", str(text)) if text != "" else None
    return parent


def _identified(parent: Element, what: str, kind: str, value: str) -> Element:
    """Returns a new element with an identifier's type and value, as PREMIS has many of them."""
    container = _tree(parent, what)
    _tree(container, f"{what}Type", text=kind)
    _tree(container, f"{what}Value", text=value)
    return container


def _file_object(identifier: tuple[str, str], sha256: str, size_bytes: object, format_name: str) -> Element:
    file = Element(f"{{{PREMIS}}}object", {f"{{{_XSI}}}type": "premis:file"})
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
    file = _file_object(identifier, hex_digest(line["result_sha256"]), line["result_bytes"], result.media_type)
    _tree(file, "originalName", text=result.relative)
    derived = _tree(file, "relationship")
    _tree(derived, "relationshipType", text="derivation")
    _tree(derived, "relationshipSubType", text="has source")
    _identified(derived, "relatedObjectIdentifier", "SHA-256", hex_digest(line["source_sha256"]))
    _identified(derived, "relatedEventIdentifier", "local", event)
    _identified(file, "linkingEventIdentifier", "local", event)
    return file


def _source_object(line: Line, event: str) -> Element:
    source, sha256 = str(line["source"]), hex_digest(line["source_sha256"])
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
    source = _identified(event, "linkingObjectIdentifier", "SHA-256", hex_digest(line["source_sha256"]))
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


def mets_record(results: Iterable[Result], premis: bytes) -> Element:
    """Returns METS: every result and source with its checksum, photograph by photograph, and where its PREMIS is."""
    register_namespace("mets", METS)
    register_namespace("xlink", XLINK)
    root = Element(f"{{{METS}}}mets", {"TYPE": "colored photographs"})
    root.set(f"{{{_XSI}}}schemaLocation", f"{METS} https://www.loc.gov/standards/mets/mets.xsd")
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    agent = SubElement(
        SubElement(root, f"{{{METS}}}metsHdr", {"CREATEDATE": now}),
        f"{{{METS}}}agent",
        {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"},
    )
    SubElement(agent, f"{{{METS}}}name").text = f"photocolor {__version__}"
    provenance = SubElement(SubElement(root, f"{{{METS}}}amdSec"), f"{{{METS}}}digiprovMD", {"ID": "premis"})
    about = {"LOCTYPE": "URL", "MDTYPE": "PREMIS", "MIMETYPE": "application/xml", "SIZE": str(len(premis))}
    about |= {"CHECKSUM": hashlib.sha256(premis).hexdigest(), "CHECKSUMTYPE": "SHA-256"}
    SubElement(provenance, f"{{{METS}}}mdRef", about | {f"{{{XLINK}}}href": "premis.xml"})
    files = SubElement(root, f"{{{METS}}}fileSec")
    groups = {use: SubElement(files, f"{{{METS}}}fileGrp", {"USE": use}) for use in ("result", "source")}
    run = SubElement(SubElement(root, f"{{{METS}}}structMap"), f"{{{METS}}}div", {"TYPE": "run"})
    for number, result in enumerate(results, 1):
        label = _NOT_XML.sub("\ufffd", result.relative)
        photo = SubElement(run, f"{{{METS}}}div", {"TYPE": "photograph", "LABEL": label})
        for use, href in (("result", result.place), ("source", _uri(str(result.line["source"])))):
            about = {
                "ID": f"{use}-{number}",
                "SIZE": str(result.line[f"{use}_bytes"]),
                "CHECKSUM": str(result.line[f"{use}_sha256"]),
                "CHECKSUMTYPE": "SHA-256",
                "ADMID": "premis",
            }
            file = SubElement(groups[use], f"{{{METS}}}file", about)
            SubElement(file, f"{{{METS}}}FLocat", {"LOCTYPE": "URL", f"{{{XLINK}}}href": href})
            SubElement(photo, f"{{{METS}}}fptr", {"FILEID": about["ID"]})
    return root


def iiif_manifest(results: Iterable[Result], base: str) -> dict[str, object]:
    """Returns a IIIF Presentation 3 manifest: a canvas for each photograph, to see in color or as it is.

    Args:
        results: of the run.
        base: URL below which `results/` and `sources/` lie.
    """
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{base}/iiif.json",
        "type": "Manifest",
        "label": {"en": ["Photographs, colored by a model and as they are"]},
        "requiredStatement": {
            "label": {"en": ["Color"]},
            "value": {"en": [f"Added by a model (photocolor {__version__}); the lightness is the photograph's."]},
        },
        "items": [_canvas(result, f"{base}/canvas/{number}", base) for number, result in enumerate(results, 1)],
    }


def _canvas(result: Result, canvas: str, base: str) -> dict[str, object]:
    size = {"height": result.height, "width": result.width}
    name = result.relative.encode("utf-8", "replace").decode("utf-8")

    def picture(place: str, label: str) -> dict[str, object]:
        image: dict[str, object] = {"id": f"{base}/{place}", "type": "Image", "label": {"en": [label]}, **size}
        if place.startswith("results/"):
            image["format"] = result.media_type
        return image

    both = [picture(f"results/{result.place}", "In color"), picture(f"sources/{result.source_place}", "As it is")]
    painting = {
        "id": f"{canvas}/painting",
        "type": "Annotation",
        "motivation": "painting",
        "body": {"type": "Choice", "items": both},
        "target": canvas,
    }
    page = {"id": f"{canvas}/page", "type": "AnnotationPage", "items": [painting]}
    return {"id": canvas, "type": "Canvas", "label": {"none": [name]}, **size, "items": [page]}


def quoted(relative: str) -> str:
    """Returns a path as a relative URI; bytes that are no UTF-8 are kept."""
    return quote(relative.encode("utf-8", "surrogateescape"), safe="/")


def _uri(source: str) -> str:
    if is_address(source):
        return quote(source.encode("utf-8", "surrogateescape"), safe=":/")
    return f"file://{quoted(source)}" if source.startswith("/") else quoted(source.replace("\\", "/"))


def _document(root: Element) -> bytes:
    indent(root)
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"
