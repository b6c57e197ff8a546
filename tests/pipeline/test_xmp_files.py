from __future__ import annotations

import pytest

from photocolor.pipeline.xmp_files import why_not

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:p="http://ns.adobe.com/photoshop/1.0/">'
    "<p:SidecarForExtension>%s</p:SidecarForExtension></rdf:Description></rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize(
    ("said", "suffix"), [("JPEG", ".jpg"), ("jpe", ".JPG"), ("tiff", ".tif"), ("heif", ".heic"), ("j2k", ".jp2")]
)
def test_a_sidecar_for_any_suffix_of_the_photos_format_goes_along(said: str, suffix: str) -> None:
    assert why_not((XMP % said).encode(), suffix) == ""


def test_a_sidecar_for_another_format_does_not_go_along() -> None:
    assert why_not((XMP % "CR2").encode(), ".jpg") == "it is for .CR2 files"
    assert why_not((XMP % "png").encode(), ".jpg") == "it is for .png files"
