"""What may differ between a source and its result, judged by ExifTool: the one table, also in docs/metadata.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

# BigTIFF is reported with other group names by ExifTool 12.57.
_GROUPS = {"ExifOffset": "ExifIFD", "InteropOffset": "InteropIFD", "GPSInfo": "GPS"}
# About the file itself, or computed from other tags; ICC and Adobe's marker belong to the encoder.
_NOT_METADATA = re.compile(
    r"SourceFile|(System|File|ExifTool|Composite|ICC[-_\w]*|Adobe|SubIFD\d*|IFD[2-9]):"
    r"|IFD0:(ExifOffset|GPSInfo|ICC_Profile)|ExifIFD:InteropOffset|XMP-(x:XMPToolkit|rdf:About)"
)


class Allowed(NamedTuple):
    """One row: which tags may be lost, changed or new, on which way, and why."""

    tags: str
    ways: str
    reason: str
    true: Callable[[object], bool] = lambda _: True

    def covers(self, tag: str, way: str, value: object) -> bool:
        """True if the row allows `tag` to be `value` (None: lost) on this way ("jpeg>tiff")."""
        return bool(re.fullmatch(self.tags, tag) and re.fullmatch(self.ways, way)) and self.true(value)


_TIFF_STRUCTURE = (
    "IFD0:(SubfileType|OldSubfileType|Image(Width|Height)|BitsPerSample|Compression|PhotometricInterpretation|FillOrder"
    "|Strip(Offsets|ByteCounts)|Tile(Width|Length|Offsets|ByteCounts)|SamplesPerPixel|RowsPerStrip|PlanarConfiguration"
    "|Predictor|ExtraSamples|SampleFormat|T[46]Options|ColorMap|InkSet|YCbCr.*|ReferenceBlackWhite|JPEG.*"
    "|Other(Image.*)|(Min|Max)SampleValue|SM(in|ax)SampleValue|WhitePoint|PrimaryChromaticities|HalftoneHints"
    "|Threshholding|TransferFunction|GrayResponse.*)"
)
ALLOWED = (
    Allowed(r"XMP-photocolor:\w+", ".*", "the provenance"),
    Allowed(
        r"XMP-iptcExt:(DigitalSourceType|AISystem(Version)?Used)",
        ".*",
        "the provenance",
        lambda value: "compositeWithTrained" in str(value) or "photocolor" in str(value),
    ),
    Allowed(r"XMP-xmpMM:History\w+", ".*", "one event more"),
    Allowed(
        r"(ExifIFD|XMP-exif):ColorSpace", ".*", "the result is sRGB", lambda value: value in (1, [1, 1], None, "1")
    ),
    Allowed(r"InteropIFD:InteropIndex", ".*", "the result is sRGB", lambda value: value == "R98"),
    Allowed(r"(ExifIFD|XMP-exif):ExifImage(Width|Height)", ".*", "the stored size, where it was wrong"),
    Allowed(
        r"(IFD0|XMP-tiff):(Image(Width|Height)|BitsPerSample|PhotometricInterpretation|SamplesPerPixel)", ".*", "RGB"
    ),
    Allowed(r"XMP-photoshop:(ColorMode|ICCProfileName)", ".*", "RGB", lambda value: value in (3, "sRGB IEC61966-2.1")),
    Allowed(r"IFD1:Thumbnail(Offset|Length|Image)|IFD1:StripOffsets", ".*", "the thumbnail is colored"),
    Allowed(r"[A-Z]\w+:(PreviewImageStart|OtherImageStart)", ".*", "counted from the start of the file"),
    Allowed(
        r"Photoshop:(PhotoshopThumbnail|PhotoshopBGRThumbnail|ICC_Profile)", ".*", "a gray preview, a gray profile"
    ),
    Allowed(r"(JUMBF|CBOR|JSON)[-\w]*:.*", ".*", "a C2PA signature over the gray pixels"),
    Allowed(r"MPF0:.*|MPImage\d+:.*", ".*", "further pictures behind the first"),
    Allowed(r"JFIF:.*", ".*", "written by the encoder, with the source's resolution"),
    Allowed(_TIFF_STRUCTURE, r"tiff>.*|.*>tiff", "how the pixels are stored"),
    Allowed(r"IFD0:(XResolution|YResolution|ResolutionUnit)", r".*>(tiff|webp|jpeg)", "required, where there was none"),
    Allowed(r"(IFD0:Software|ExifIFD:ExifVersion)", r".*>(jpeg|webp)", "a minimal EXIF block where there was none"),
    Allowed(r"IFD1:.*", r".*>tiff", "a second directory would be a second page"),
    Allowed(r"IFD1:.*", r"tiff>.*", "a second page; image.decode refuses such files"),
    Allowed(r"IFD0:ApplicationNotes", r"tiff>tiff", "the XMP packet, as ExifTool shows it in a BigTIFF"),
    Allowed(r"PNG(-pHYs)?:(?!Comment|Title).*", r".*", "how the pixels are stored"),
    Allowed(r"PNG:.*", r"png>(?!png).*", "in photocolor:SourceText"),
    Allowed(r"PNG:Comment", r"jpeg>png", "the comment"),
    Allowed(r"File:Comment", r".*", "the comment"),
    Allowed(r"RIFF:.*", r".*webp.*", "how the pixels are stored"),
    Allowed(r"Ducky:.*", r"jpeg>(?!jpeg).*", "has a place in JPEG only"),
    Allowed(r"(IPTC|Photoshop):.*", r".*>webp", "mapped to XMP; has no place in WebP", lambda value: value is None),
    Allowed(r"XMP-(dc|photoshop|xmp|iptcCore):\w+", r"(jpeg|tiff|png)>(png|webp)", "mapped from IPTC"),
)


def facts(record: Mapping[str, object]) -> dict[str, object]:
    """The metadata of one file, without what only the file system or ExifTool says."""
    renamed = {}
    for key, value in record.items():
        group, _, tag = key.partition(":")
        key = f"{_GROUPS.get(group, group)}:{tag}" if tag else key
        if not _NOT_METADATA.match(key):
            renamed[key] = value
    return renamed


def differences(
    before: Mapping[str, object], after: Mapping[str, object], way: str
) -> dict[str, tuple[object, object]]:
    """Tags that differ and may not: {tag: (value in the source, value in the result)}."""
    old, new = facts(before), facts(after)
    found = {}
    for tag in old.keys() | new.keys():
        was, now = old.get(tag), new.get(tag)
        if was != now and not _allowed(tag, was, now, way):
            found[tag] = (was, now)
    return found


def _allowed(tag: str, was: object, now: object, way: str) -> bool:
    if tag.startswith("XMP-xmpMM:History") and was is not None:
        return _continues(was, now)
    return any(row.covers(tag, way, now) and _not_overwritten(row, was) for row in ALLOWED)


def _continues(was: object, now: object) -> bool:
    before, after = (value if isinstance(value, list) else [value] for value in (was, now))
    return after[: len(before)] == before


def _not_overwritten(row: Allowed, was: object) -> bool:
    """What is mapped from IPTC may be new, but must not replace anything."""
    return row.reason != "mapped from IPTC" or was is None
