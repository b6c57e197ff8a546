"""A run as records that archives read: PREMIS events and agents, a METS inventory, a IIIF manifest.

Source: PREMIS Data Dictionary 3.0 and its XML schema; METS 1.12; IIIF Presentation API 3.0.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from photocolor import __version__
from photocolor.batch.records.files import refuse_without_records
from photocolor.containers.recognize import HEAD_BYTES, sniff
from photocolor.errors import PhotoError, UsageError
from photocolor.image.decode import probe
from photocolor.report.archival.last_results import last_results, untold
from photocolor.report.archival.part_folder import part_folder
from photocolor.report.archival.premis import NOT_XML, XSI, Result, premis_record, quoted
from photocolor.report.archival.source_places import source_places
from photocolor.storage.address import is_address
from photocolor.system.file_bytes import DiskBytes, digest_of
from photocolor.system.safe_files import open_regular
from photocolor.system.strict_json import dumps

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"


@dataclass(slots=True)
class Exported:
    """Describes what was written.

    Attributes:
        results: how many results the records tell of.
        wrong: what is gone, or is not what the manifest says, a sentence each; if there is any, nothing was written.
        untold: results that are left out because no line of the manifest tells of them, a sentence each.
    """

    results: int = 0
    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


def export_records(out: Path, to: Path, *, iiif_base: str = "") -> Exported:
    """Writes `premis.xml`, `mets.xml` and, if its base is known, `iiif.json` into a folder that appears whole or not.

    Args:
        out: the output folder of runs; it is only read.
        to: the folder for the records, which must not exist.
        iiif_base: URL below which a web server shows `results/` and `sources/`; "" for no manifest.

    Raises:
        UsageError: `to` exists, `iiif_base` is no web address, or no run is recorded in `out`.
        OutputError: the records cannot be written.
    """
    if iiif_base and not iiif_base.lower().startswith(("https://", "http://")):
        raise UsageError(f"--iiif {iiif_base} is no web address", "For example: --iiif https://archive.example/album")
    if os.path.lexists(to):
        raise UsageError(f"{to} is there already", "Name a folder that does not exist yet.")
    refuse_without_records(out)
    exported = Exported(untold=untold(out))
    results = list(_compared(out, exported.wrong, exported.untold))
    exported.results = len(results)
    if exported.wrong:
        return exported
    premis = _document(premis_record(results))
    files = {"premis.xml": premis, "mets.xml": _document(mets_record(results, premis))}
    if iiif_base:
        files["iiif.json"] = dumps(iiif_manifest(results, iiif_base.rstrip("/")), indent=2).encode("ascii") + b"\n"
    _write_folder(to, out, files)
    return exported


def _write_folder(to: Path, out: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files into a folder beside its place, and puts that there.

    Raises:
        OutputError: they cannot be written; nothing is left of them.
    """
    with part_folder(to, out) as part:
        for name, data in files.items():
            (part / name).write_bytes(data)
        part.rename(to)


def _compared(out: Path, wrong: list[str], left_out: list[str]) -> Iterator[Result]:
    """Yields each result whose file is as the manifest says; of others a sentence goes into `wrong`, or `left_out`."""
    found = list(last_results(out, wrong.append, left_out.append))
    places = source_places(found)
    for relative, line in found:
        try:
            with open_regular(out / relative) as file:
                data = DiskBytes(file)
                digest = digest_of(file)
                if digest != line["result_sha256"]:
                    wrong.append(f"{out / relative}: it is not as the manifest says")
                    continue
                header, media_type = probe(data, 0), media_type_of(bytes(data[:HEAD_BYTES]))
        except OSError as error:
            wrong.append(f"{out / relative}: {error.strerror or error}")
        except PhotoError as error:
            wrong.append(f"{out / relative}: {error}")
        else:
            yield Result(relative, line, media_type, header.height, header.width, places[relative])


def media_type_of(head: bytes) -> str:
    """Returns the media type of a picture by its first bytes."""
    row = sniff(head)
    return row.media_type or f"image/{row.name}"


def mets_record(results: Iterable[Result], premis: bytes) -> Element:
    """Returns METS: every result and source with its checksum, photograph by photograph, and where its PREMIS is."""
    register_namespace("mets", METS)
    register_namespace("xlink", XLINK)
    root = Element(f"{{{METS}}}mets", {"TYPE": "colored photographs"})
    root.set(f"{{{XSI}}}schemaLocation", f"{METS} https://www.loc.gov/standards/mets/mets.xsd")
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
        label = NOT_XML.sub("\ufffd", result.relative)
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

    both = [
        picture(f"results/{result.place}", "In color"),
        picture(f"sources/{quoted(result.source_place)}", "As it is"),
    ]
    painting = {
        "id": f"{canvas}/painting",
        "type": "Annotation",
        "motivation": "painting",
        "body": {"type": "Choice", "items": both},
        "target": canvas,
    }
    page = {"id": f"{canvas}/page", "type": "AnnotationPage", "items": [painting]}
    return {"id": canvas, "type": "Canvas", "label": {"none": [name]}, **size, "items": [page]}


def _uri(source: str) -> str:
    if is_address(source):
        return quote(source.encode("utf-8", "surrogateescape"), safe=":/")
    return f"file://{quoted(source)}" if source.startswith("/") else quoted(source.replace("\\", "/"))


def _document(root: Element) -> bytes:
    indent(root)
    return bytes(tostring(root, "utf-8", xml_declaration=True)) + b"\n"
