"""A run as PREMIS, METS and IIIF.

METS is judged by its schema; PREMIS by a list of the elements in use, compared by eye with the published schema 3.0,
which no package carries; IIIF by what its specification asks of a manifest with a choice of two pictures.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import os
import signal
from pathlib import Path
from xml.etree import ElementTree

import photos
import pytest
from commands import Here
from lxml import etree

from photocolor.report.archival.export import METS, XLINK
from photocolor.report.archival.premis import PREMIS

# Of an element its children in their order, as PREMIS 3.0 has them; ! stands behind those that must be there.
ORDER = {
    "premis": "object! event agent",
    "object": "objectIdentifier! objectCharacteristics! originalName relationship linkingEventIdentifier",
    "objectIdentifier": "objectIdentifierType! objectIdentifierValue!",
    "objectCharacteristics": "compositionLevel fixity size format!",
    "fixity": "messageDigestAlgorithm! messageDigest!",
    "format": "formatDesignation!",
    "formatDesignation": "formatName!",
    "relationship": "relationshipType! relationshipSubType! relatedObjectIdentifier! relatedEventIdentifier",
    "relatedObjectIdentifier": "relatedObjectIdentifierType! relatedObjectIdentifierValue!",
    "relatedEventIdentifier": "relatedEventIdentifierType! relatedEventIdentifierValue!",
    "linkingEventIdentifier": "linkingEventIdentifierType! linkingEventIdentifierValue!",
    "event": "eventIdentifier! eventType! eventDateTime! eventDetailInformation eventOutcomeInformation "
    "linkingAgentIdentifier linkingObjectIdentifier",
    "eventIdentifier": "eventIdentifierType! eventIdentifierValue!",
    "eventDetailInformation": "eventDetail",
    "eventOutcomeInformation": "eventOutcome eventOutcomeDetail",
    "eventOutcomeDetail": "eventOutcomeDetailNote",
    "linkingAgentIdentifier": "linkingAgentIdentifierType! linkingAgentIdentifierValue! linkingAgentRole",
    "linkingObjectIdentifier": "linkingObjectIdentifierType! linkingObjectIdentifierValue! linkingObjectRole",
    "agent": "agentIdentifier! agentName agentType agentVersion agentNote",
    "agentIdentifier": "agentIdentifierType! agentIdentifierValue!",
}
_NAMES = ("label", "from", "to", "href", "role", "arcrole", "title", "show", "actuate")
_GROUPS = ("simple", "extended", "locator", "arc", "resource", "title", "empty")
XLINK_SCHEMA = f"""<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="{XLINK}" targetNamespace="{XLINK}">
{"".join(f'<xsd:attribute name="{name}" type="xsd:anyURI"/>' for name in _NAMES)}
{
    "".join(
        f'<xsd:attributeGroup name="{group}Link"><xsd:attribute name="type" fixed="{group}" form="qualified"/>'
        + "".join(f'<xsd:attribute ref="{name}"/>' for name in _NAMES)
        + "</xsd:attributeGroup>"
        for group in _GROUPS
    )
}
</xsd:schema>"""


@pytest.fixture
def photocolor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


@pytest.fixture
def run(tmp_path: Path, photocolor: Here) -> Path:
    scans = tmp_path / "scans"
    (scans / "box 1").mkdir(parents=True)
    (scans / "box 1" / "größe & 50%.jpg").write_bytes(photos.jpeg(photos.gray(48, 64, seed=1)))
    (scans / "a.png").write_bytes(photos.png(photos.gray(48, 64, seed=2)))
    (scans / "same.png").write_bytes(photos.png(photos.gray(48, 64, seed=2)))
    (scans / "no\x01letter.png").write_bytes(photos.png(photos.gray(48, 64, seed=3)))
    (scans / "broken.jpg").write_bytes(photos.cut(photos.jpeg(photos.gray(seed=3))))
    assert photocolor("restore", scans, "--out", tmp_path / "color", "--device", "cpu", "--workers", 1).code == 3
    return tmp_path


def check(element: ElementTree.Element) -> None:
    name = element.tag.removeprefix(f"{{{PREMIS}}}")
    children = [child.tag.removeprefix(f"{{{PREMIS}}}") for child in element]
    if name not in ORDER:
        assert not children and element.text, name
        return
    asked = ORDER[name].split()
    order = [word.rstrip("!") for word in asked]
    if name == "premis":  # objects, then events, then agents
        assert children == sorted(children, key=order.index)
    assert set(children) <= set(order), (name, children)
    assert [order.index(child) for child in children] == sorted(order.index(child) for child in children), name
    assert {word.rstrip("!") for word in asked if word.endswith("!")} <= set(children), (name, children)
    for child in element:
        check(child)


class _Xlink(etree.Resolver):
    def resolve(self, url: str, public: str, context: object) -> object:
        return self.resolve_string(XLINK_SCHEMA, context) if "xlink" in url else None


def mets_schema() -> etree.XMLSchema:
    """The schema that metsrw carries; of XLink, which it fetches, only what METS uses of it."""
    parser = etree.XMLParser()
    parser.resolvers.add(_Xlink())
    text = importlib.resources.files("metsrw").joinpath("resources/mets.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(text, parser))


def test_premis_has_an_event_for_each_result_and_all_links_lead_somewhere(run: Path, photocolor: Here) -> None:
    told = photocolor("export-premis", run / "color", "--to", run / "records")
    assert (told.code, "4 results" in told.out) == (0, True), told.err
    root = ElementTree.parse(run / "records" / "premis.xml").getroot()  # noqa: S314 -- our own
    check(root)
    space = {"p": PREMIS}
    texts = lambda path: [element.text for element in root.findall(path, space)]  # noqa: E731
    objects = texts("p:object/p:objectIdentifier/p:objectIdentifierValue")
    assert len(objects) == len(set(objects)) == 4 + 3, "two sources are one and the same file"
    assert len(texts("p:event")) == 4
    links = texts("p:event/p:linkingObjectIdentifier/p:linkingObjectIdentifierValue")
    assert set(links) == set(objects)
    assert set(texts("p:object/p:relationship/p:relatedObjectIdentifier/p:relatedObjectIdentifierValue")) < set(objects)
    assert set(texts(".//p:linkingAgentIdentifierValue")) == set(
        texts("p:agent/p:agentIdentifier/p:agentIdentifierValue")
    )
    made = set(texts("p:event/p:eventIdentifier/p:eventIdentifierValue"))
    assert set(texts("p:object/p:linkingEventIdentifier/p:linkingEventIdentifierValue")) == made
    place = "box%201/gr%C3%B6%C3%9Fe%20%26%2050%25.jpg"
    assert place in objects
    digest = hashlib.sha256((run / "color" / "box 1" / "größe & 50%.jpg").read_bytes()).hexdigest()
    assert digest in texts(".//p:messageDigest")


def test_mets_is_valid_and_names_every_file_with_its_checksum(run: Path, photocolor: Here) -> None:
    assert photocolor("export-premis", run / "color", "--to", run / "records").code == 0
    document = etree.parse(str(run / "records" / "mets.xml"))
    mets_schema().assertValid(document)
    files = {file.find(f"{{{METS}}}FLocat").get(f"{{{XLINK}}}href"): file for file in document.iter(f"{{{METS}}}file")}
    assert len(files) == 8
    assert files["a.png"].get("CHECKSUM") == hashlib.sha256((run / "color" / "a.png").read_bytes()).hexdigest()
    assert files["a.png"].get("SIZE") == str((run / "color" / "a.png").stat().st_size)
    premis = (run / "records" / "premis.xml").read_bytes()
    reference = next(document.iter(f"{{{METS}}}mdRef"))
    assert reference.get("CHECKSUM") == hashlib.sha256(premis).hexdigest()


def test_iiif_shows_each_photograph_in_color_and_as_it_is(run: Path, photocolor: Here) -> None:
    base = "https://archive.example/run"
    assert photocolor("export-premis", run / "color", "--to", run / "records", "--iiif", base).code == 0
    manifest = json.loads((run / "records" / "iiif.json").read_text())
    assert (manifest["type"], len(manifest["items"])) == ("Manifest", 4)
    for canvas in manifest["items"]:
        assert (canvas["type"], canvas["height"], canvas["width"]) == ("Canvas", 48, 64)
        (page,) = canvas["items"]
        (annotation,) = page["items"]
        assert (annotation["motivation"], annotation["target"]) == ("painting", canvas["id"])
        color, gray = annotation["body"]["items"]
        assert color["id"].startswith(f"{base}/results/") and gray["id"].startswith(f"{base}/sources/")
        assert color["format"] in ("image/png", "image/jpeg")
    ids = [canvas["id"] for canvas in manifest["items"]]
    assert len(set(ids)) == 4


def test_nothing_is_written_of_what_is_not_as_the_manifest_says(run: Path, photocolor: Here) -> None:
    result = run / "color" / "a.png"
    result.write_bytes(photos.flip(result.read_bytes(), 200))
    told = photocolor("export-premis", run / "color", "--to", run / "records")
    assert (told.code, "a.png: it is not as the manifest says" in told.err) == (3, True)
    result.unlink()
    assert photocolor("export-premis", run / "color", "--to", run / "records").code == 3
    assert not (run / "records").exists()
    (run / "there").mkdir()
    assert photocolor("export-premis", run / "color", "--to", run / "there").code == 2
    assert photocolor("export-premis", run / "scans", "--to", run / "records").code == 2


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_records_that_cannot_be_written_leave_nothing_and_the_same_command_writes_them(
    run: Path, photocolor: Here
) -> None:
    import resource

    names = {path.name for path in run.iterdir()}
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        told = photocolor("export-premis", run / "color", "--to", run / "records")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert told.code == 5 and {path.name for path in run.iterdir()} == names
    assert photocolor("export-premis", run / "color", "--to", run / "records").code == 0
    assert {path.name for path in (run / "records").iterdir()} == {"premis.xml", "mets.xml"}
