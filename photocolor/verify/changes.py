"""Tags of a source and its result, compared; and the one list of differences that are intended, with their reasons."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE
from photocolor.verify.tags import Tags
from photocolor.verify.verdict import TagChange, TagReport

SHOWN_LETTERS = 80
SOURCE_TEXT = "XMP/photocolor:SourceText"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files whose tags are compared.

    Attributes:
        way: formats of source and result, as "jpeg>png".
        width: columns of the result's stored grid.
        height: rows of it.
        before: the source's tags.
        after: the result's tags.
    """

    way: str
    width: int
    height: int
    before: Tags
    after: Tags


class Intended(NamedTuple):
    """One row of the list: these tags may be changed, lost or added on these ways, for this reason, to such values."""

    tags: str
    ways: str
    kinds: str
    reason: str
    true: Callable[[object, Pair], bool] = lambda now, pair: True


def _one_of(*values: object) -> Callable[[object, Pair], bool]:
    return lambda now, pair: now in values


def _width(now: object, pair: Pair) -> bool:
    return now in ((pair.width,), str(pair.width))


def _height(now: object, pair: Pair) -> bool:
    return now in ((pair.height,), str(pair.height))


def _signed(now: object, pair: Pair) -> bool:
    return "c2pa_certificate_sha256" in str(pair.after.get("XMP/photocolor:Settings"))


def _had_no_exif(now: object, pair: Pair) -> bool:
    return not any(name.startswith("EXIF") for name in pair.before)


def _mapped(now: object, pair: Pair) -> bool:
    """True if the value holds that of an IPTC record of the source, whose dates are written in another way."""
    records = (value for tag, value in pair.before.items() if tag.startswith("IPTC/2") and isinstance(value, bytes))
    texts = (_letters(value.decode("utf-8", "replace")) for value in records)
    return any(text and text in _letters(str(now)) for text in texts)


def _kept_unparsed(pair: Pair) -> bool:
    """True if every block that nobody can parse stands, byte for byte, in its old place or in the result's XMP."""
    damaged = [(name, value) for name in ("XMP", "EXIF") if isinstance(value := pair.before.get(name), bytes)]
    kept = {name: pair.after.get(f"XMP/photocolor:Unparsed{name}") for name, _ in damaged}
    return all(
        pair.after.get(name) == value or base64.b64encode(value).decode() == kept[name] for name, value in damaged
    )


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)


_STRUCTURE = (
    "EXIF/IFD0/(Image(Width|Length)|(Old|New)?SubfileType|BitsPerSample|Compression|PhotometricInterpretation|FillOrder"
    "|Strip(Offsets|ByteCounts)|Tile(Width|Length|Offsets|ByteCounts)|SamplesPerPixel|RowsPerStrip|PlanarConfiguration"
    "|Predictor|ExtraSamples|SampleFormat|T[46]Options|ColorMap|InkSet|InkNames|NumberOfInks|YCbCr.*"
    "|ReferenceBlackWhite|J[Pp][Ee][Gg].*|(Min|Max|SMin|SMax)SampleValue|WhitePoint|PrimaryChromaticities"
    "|HalftoneHints|Thresh?holding|CellWidth|CellLength|TransferFunction|TransferRange|GrayResponse.*|FreeOffsets"
    "|FreeByteCounts|SubIFDs|InterColorProfile|ImageSourceData)"
)
_NO_TIFF = ".*>(jpeg|webp|jp2|jxl|avif|heic)"
_NO_IPTC = ".*>(webp|jp2|jxl|avif|heic)"
_ANY, _MOVED = ".*", "(?!(\\w+)>\\1$).*"

INTENDED: tuple[Intended, ...] = (
    Intended(r"XMP/photocolor:\w+", _ANY, "changed|added", "the provenance"),
    Intended(
        "XMP/Iptc4xmpExt:DigitalSourceType", _ANY, "changed|added", "the provenance", _one_of(DIGITAL_SOURCE_TYPE)
    ),
    Intended(
        r"XMP/Iptc4xmpExt:AISystem(Version)?Used",
        _ANY,
        "changed|added",
        "the provenance",
        lambda now, pair: str(now).startswith("photocolor"),
    ),
    Intended(
        "XMP/xmpMM:History",
        _ANY,
        "changed|added",
        "one event more",
        lambda now, pair: _continues(pair.before.get("XMP/xmpMM:History"), now),
    ),
    Intended("EXIF/ExifIFD/ColorSpace", _ANY, "changed", "the result is sRGB", _one_of((1,))),
    Intended("EXIF/Interop/InteropIndex", _ANY, "changed", "the result is sRGB", _one_of(b"R98")),
    Intended("EXIF/ExifIFD/ComponentsConfiguration", _ANY, "changed", "the result has color", _one_of(b"\1\2\3\0")),
    Intended("EXIF/(ExifIFD/ExifImageWidth|IFD0/ImageWidth)", _ANY, "changed", "the stored size", _width),
    Intended("EXIF/(ExifIFD/ExifImageHeight|IFD0/ImageLength)", _ANY, "changed", "the stored size", _height),
    Intended("EXIF/IFD0/BitsPerSample", _ANY, "changed", "three channels", _one_of((8, 8, 8), (16, 16, 16))),
    Intended("EXIF/IFD0/SamplesPerPixel", _ANY, "changed", "three channels", _one_of((3,))),
    Intended("EXIF/IFD0/PhotometricInterpretation", _ANY, "changed", "RGB", _one_of((2,))),
    Intended("EXIF/IFD0/(GrayResponse.*|TransferFunction|ColorMap)", _ANY, "lost", "about gray or palette pixels"),
    Intended("EXIF/IFD1/ThumbnailImage", _ANY, "changed", "the thumbnail is colored"),
    Intended("EXIF/IFD1.*", _ANY, "lost", "a gray thumbnail, or a second page"),
    Intended("XMP/exif:PixelXDimension|XMP/tiff:ImageWidth", _ANY, "changed", "the stored size", _width),
    Intended("XMP/exif:PixelYDimension|XMP/tiff:ImageLength", _ANY, "changed", "the stored size", _height),
    Intended("XMP/(exif:ColorSpace)", _ANY, "changed", "the result is sRGB", _one_of("1")),
    Intended("XMP/(photoshop:ColorMode|tiff:SamplesPerPixel)", _ANY, "changed", "RGB", _one_of("3")),
    Intended("XMP/photoshop:ICCProfile", _ANY, "changed", "sRGB", lambda now, pair: "sRGB" in str(now)),
    Intended("XMP/tiff:(PhotometricInterpretation|BitsPerSample)", _ANY, "changed", "RGB"),
    Intended("XMP/(xmp:Thumbnails|dcterms:provenance)", _ANY, "lost", "a gray preview, or a signature over gray"),
    Intended("Photoshop/0x(0409|040C|040F)", _ANY, "lost", "a gray preview, or a gray profile"),
    Intended("png/(sRGB|gAMA|cHRM)", "png>png", "lost", "the embedded profile says more"),
    Intended("JFIF/density", ".*>jpeg", "added", "written by the encoder"),
    Intended("JFIF/density|png/pHYs", _MOVED, "lost|added", "the resolution, where this format has it"),
    Intended("EXIF/IFD0/([XY]Resolution|ResolutionUnit)", f".*>tiff|{_NO_TIFF}", "added", "the resolution"),
    Intended(
        "EXIF/(IFD0/Software|ExifIFD/(ExifVersion|ColorSpace|ExifImage(Width|Height)))",
        _NO_TIFF,
        "added",
        "an EXIF block where there was none",
        _had_no_exif,
    ),
    Intended(_STRUCTURE, "tiff>.*|.*>tiff", "changed|lost|added", "how the pixels are stored"),
    Intended(r"comment/\d+|png/[tzi]TXt.*|png/Comment", _MOVED, "lost|added", "moved to photocolor:SourceText"),
    Intended(r"(jpeg|png|webp|jp2|jxl|avif|heic)/.*", _MOVED, "lost", "has a place in its own format only"),
    Intended("jxl/jumb", _ANY, "added", "the C2PA signature that was asked for", _signed),
    Intended(r"(IPTC|Photoshop)/.*", _NO_IPTC, "lost", "IPTC is mapped to XMP; the rest has no place there"),
    Intended(
        "XMP|EXIF",
        _ANY,
        "lost",
        "damaged; its bytes are kept as photocolor:Unparsed",
        lambda now, pair: _kept_unparsed(pair),
    ),
    Intended(r"XMP/(dc|photoshop|xmp|Iptc4xmpCore):\w+", f".*>png|{_NO_IPTC}", "added", "mapped from IPTC", _mapped),
)


def compare_tags(pair: Pair) -> TagReport:
    """What became of every tag of the source, and what is new."""
    kept, piles = 0, dict[str, list[TagChange]](changed=[], lost=[], added=[])
    for tag in sorted(pair.before.keys() | pair.after.keys()):
        was, now = pair.before.get(tag), pair.after.get(tag)
        if was == now:
            kept += 1
            continue
        kind = "lost" if tag not in pair.after else "added" if tag not in pair.before else "changed"
        piles[kind].append(TagChange(tag, shown(was), shown(now), _reason(kind, tag, now, pair)))
    return TagReport(kept, *(tuple(pile) for pile in piles.values()))


def _reason(kind: str, tag: str, now: object, pair: Pair) -> str:
    for row in INTENDED:
        fits = re.fullmatch(row.tags, tag) and re.fullmatch(row.ways, pair.way) and kind in row.kinds.split("|")
        if fits and row.true(now, pair):
            return row.reason
    return ""


def _continues(was: object, now: object) -> bool:
    """True if the later history begins with the whole former one."""
    before, after = _events(was), _events(now)
    return len(after) == len(before) + 1 and after[: len(before)] == before


def _events(history: object) -> tuple[object, ...]:
    """The items of an RDF sequence, as `verify.tags` gives it."""
    parts = history if isinstance(history, tuple) else ()
    for name, value in (part for part in parts if isinstance(part, tuple) and len(part) == 2):
        if name == "rdf:Seq":
            return value if isinstance(value, tuple) else (value,)
    return ()


def shown(value: object) -> str:
    """A value as people read it, shortened."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = ""
        text = text if text and text.isprintable() else f"{len(value)} bytes {value[:12].hex(' ')}"
    elif isinstance(value, tuple) and all(isinstance(item, int) for item in value):
        text = " ".join(map(str, value))
    else:
        text = str(value)
    return text if len(text) <= SHOWN_LETTERS else text[: SHOWN_LETTERS - 1] + "…"


def as_dict(report: TagReport) -> Mapping[str, object]:
    """The report as plain JSON values."""
    rows = {
        kind: [{"tag": item.tag, "was": item.was, "now": item.now, "reason": item.reason} for item in items]
        for kind, items in (("changed", report.changed), ("lost", report.lost), ("added", report.added))
    }
    return {"kept": report.kept, **rows}
