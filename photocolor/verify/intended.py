"""The one list of differences between a source's tags and its result's that are intended, with their reasons."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, cast

from photocolor.containers.formats import FORMATS, Format
from photocolor.metadata.exif.orientation import same_resolution
from photocolor.metadata.provenance import DIGITAL_SOURCE_TYPE
from photocolor.verify.moved import MovedIptc, Statement, continues, is_merged, is_text_kept
from photocolor.verify.tags import TOO_LARGE, Tags

JPEG_EXIF_BYTES = 60_000
"""One segment holds 65,533 bytes, with directories and offsets."""
RESOLUTION_SHARE = 0.01
"""Relative: formats store pixels per inch, per centimeter or per meter as whole numbers."""


@dataclass(frozen=True)
class Pair:
    """Holds two files whose tags are compared.

    Attributes:
        way: formats of source and result, as "jpeg>png".
        width: columns of the result's stored grid.
        height: rows of it.
        before: the source's tags.
        after: the result's tags.
        sidecar: the tags of the XMP files beside the source, if they were merged into the result.
    """

    way: str
    width: int
    height: int
    before: Tags
    after: Tags
    sidecar: Tags = field(default_factory=Tags)

    @cached_property
    def moved_iptc(self) -> MovedIptc:
        """Returns the source's IPTC as it may stand in the result's XMP."""
        return MovedIptc(self.before, self.after)


class Difference(NamedTuple):
    """Describes one differing tag: "changed", "lost" or "added", its name without a number, and its two values."""

    kind: str
    tag: str
    was: object
    now: object
    pair: Pair


class Intended(NamedTuple):
    """Describes one row of the list: the tags, the ways on which they may differ, why, and on which condition."""

    tags: str
    ways: str
    kinds: str
    reason: str
    true: Callable[[Difference], bool] = lambda _: True


def _one_of(*values: object) -> Callable[[Difference], bool]:
    return lambda difference: difference.now in values


def _width(difference: Difference) -> bool:
    return difference.now in ((difference.pair.width,), str(difference.pair.width))


def _height(difference: Difference) -> bool:
    return difference.now in ((difference.pair.height,), str(difference.pair.height))


def _had_no_exif(difference: Difference) -> bool:
    """Returns True if the source has no EXIF, or a block of it that nobody can parse."""
    return not any(name.startswith("EXIF/") for name in difference.pair.before)


def _kept_unparsed(difference: Difference) -> bool:
    """Returns True if a block that cannot be parsed stands, byte for byte, in the result's XMP."""
    stored = difference.pair.after.get(f"XMP/photocolor:Unparsed{difference.tag}")
    return isinstance(difference.was, bytes) and base64.b64encode(difference.was).decode() == stored


def _said_by_exif(difference: Difference) -> bool:
    """Returns True if the resolution is that of the source's EXIF, and its own chunk has none."""
    across, down, unit = difference.now if isinstance(difference.now, tuple) and len(difference.now) == 3 else (0, 0, 0)
    unit_of_exif = next(iter(_numbers(difference, "ResolutionUnit")), 0)
    per_meter = {2: 1 / 0.0254, 3: 100.0}.get(unit_of_exif, 0.0)
    said = [_numbers(difference, name) for name in ("XResolution", "YResolution")]
    if unit != 1 or not per_meter or any(len(value) != 2 or not value[1] for value in said):
        return False
    both = zip(said, (across, down), strict=True)
    return all(abs(top / bottom * per_meter - now) <= max(1, RESOLUTION_SHARE * now) for (top, bottom), now in both)


def _said_by_container(difference: Difference) -> bool:
    """Returns True if EXIF's resolution in the result is the one that the source's container says itself."""
    after, own = difference.pair.after, difference.pair.before.dpi
    factor = {(2,): 1.0, (3,): 2.54}.get(cast(tuple[int], after.get("EXIF/IFD0/ResolutionUnit", (2,))), 0.0)
    said = [after.get(f"EXIF/IFD0/{name}") for name in ("XResolution", "YResolution")]
    if own is None or not all(isinstance(value, tuple) and len(value) == 2 and value[1] for value in said):
        return False
    across, down = (value[0] / value[1] * factor for value in cast(list[tuple[int, int]], said))
    return same_resolution((across, down), own)


def _numbers(difference: Difference, name: str) -> tuple[int, ...]:
    value = difference.pair.before.get(f"EXIF/IFD0/{name}", (2,) if name == "ResolutionUnit" else ())
    return value if isinstance(value, tuple) else ()


def _merged(difference: Difference) -> bool:
    """Returns True if a property has the sidecar's value, and the source's is there or kept aside."""
    sidecar, after = difference.pair.sidecar.get(difference.tag), difference.pair.after
    return is_merged(Statement(difference.tag, difference.was, difference.now), sidecar, after)


def _was_no_orientation(difference: Difference) -> bool:
    """Returns True if the source had no valid orientation, and the result says that it is upright."""
    return difference.now == (1,) and difference.was not in [(value,) for value in range(1, 9)]


def _too_large_for_jpeg(difference: Difference) -> bool:
    """Returns True if not all fields fit in one segment, and no field that went along is larger than this one."""
    before, after = (
        {tag: len(value) for tag, (_, value) in tags.places.items() if tag in tags and tag.startswith("EXIF/")}
        for tags in (difference.pair.before, difference.pair.after)
    )
    return sum(before.values()) > JPEG_EXIF_BYTES and before.get(difference.tag, 0) >= max(after.values(), default=0)


def _text_kept(difference: Difference) -> bool:
    """Returns True if a comment or text stands in a place for texts of the result."""
    return is_text_kept(difference.tag, difference.was, difference.pair.after)


_STRUCTURE = (
    "EXIF/IFD0/(Image(Width|Length)|(Old|New)?SubfileType|BitsPerSample|Compression|PhotometricInterpretation|FillOrder"
    "|Strip(Offsets|ByteCounts)|Tile(Width|Length|Offsets|ByteCounts)|SamplesPerPixel|RowsPerStrip|PlanarConfiguration"
    "|Predictor|ExtraSamples|SampleFormat|T[46]Options|ColorMap|InkSet|InkNames|NumberOfInks|YCbCr.*"
    "|ReferenceBlackWhite|J[Pp][Ee][Gg].*|(Min|Max|SMin|SMax)SampleValue|WhitePoint|PrimaryChromaticities"
    "|HalftoneHints|Thresh?holding|CellWidth|CellLength|TransferFunction|TransferRange|GrayResponse.*|FreeOffsets"
    "|FreeByteCounts|SubIFDs|InterColorProfile|ImageSourceData)"
)


def _into(applies: Callable[[Format], bool]) -> str:
    """Returns the pattern of ways into those formats to which a condition applies."""
    return f".*>({'|'.join(row.name for row in FORMATS if applies(row))})"


_INTO_NEW_EXIF = _into(lambda row: row.metadata.exif_always and not row.metadata.exif_as_fields)
_INTO_NO_IPTC = _into(lambda row: not (row.metadata.photoshop or row.metadata.iptc))
_INTO_NO_PHOTOSHOP = _into(lambda row: not row.metadata.photoshop)
_OWN_BLOCKS = "|".join(row.name for row in FORMATS if not (row.metadata.exif_as_fields or row.metadata.texts))
_TEXTS = "comment/text|png/(tEXt|zTXt|iTXt)"
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
        lambda difference: str(difference.now).startswith("photocolor"),
    ),
    Intended(
        "XMP/xmpMM:History",
        _ANY,
        "changed|added",
        "one event more",
        lambda difference: continues(difference.was, difference.now),
    ),
    Intended("EXIF/ExifIFD/ColorSpace", _ANY, "changed", "the result is sRGB", _one_of((1,))),
    Intended("EXIF/Interop/InteropIndex", _ANY, "changed", "the result is sRGB", _one_of(b"R98")),
    Intended("EXIF/ExifIFD/ComponentsConfiguration", _ANY, "changed", "the result has color", _one_of(b"\1\2\3\0")),
    Intended("EXIF/(ExifIFD/ExifImageWidth|IFD0/ImageWidth)", _ANY, "changed", "the stored size", _width),
    Intended("EXIF/(ExifIFD/ExifImageHeight|IFD0/ImageLength)", _ANY, "changed", "the stored size", _height),
    Intended("EXIF/IFD0/Orientation", _ANY, "changed", "it was none", _was_no_orientation),
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
    Intended("XMP/photoshop:ICCProfile", _ANY, "changed", "sRGB", lambda difference: "sRGB" in str(difference.now)),
    Intended("XMP/tiff:(PhotometricInterpretation|BitsPerSample)", _ANY, "changed", "RGB"),
    Intended("XMP/(xmp:Thumbnails|dcterms:provenance)", _ANY, "lost", "a gray preview, or a signature over gray"),
    Intended("Photoshop/0x(0409|040C|040F)", _ANY, "lost", "a gray preview, or a gray profile"),
    Intended("png/(sRGB|gAMA|cHRM)", "png>png", "lost", "the embedded profile says more"),
    Intended("JFIF/density", ".*>jpeg", "added", "written by the encoder"),
    Intended("JFIF/density|png/pHYs", _MOVED, "lost|added", "the resolution, where this format has it"),
    Intended("EXIF/IFD0/([XY]Resolution|ResolutionUnit)", f".*>tiff|{_INTO_NEW_EXIF}", "added", "the resolution"),
    Intended(
        "EXIF/IFD0/([XY]Resolution|ResolutionUnit)",
        _MOVED,
        "changed|lost",
        "the resolution that the container itself says",
        _said_by_container,
    ),
    Intended(
        "EXIF/(IFD0/Software|ExifIFD/(ExifVersion|ColorSpace|ExifImage(Width|Height)))",
        _INTO_NEW_EXIF,
        "added",
        "an EXIF block where there was none",
        _had_no_exif,
    ),
    Intended(_STRUCTURE, "tiff>.*|.*>tiff", "changed|lost|added", "how the pixels are stored"),
    Intended(
        "EXIF/IFD0/(XMLPacket|IPTCNAA|ImageResources|0x935C|0xCD41|DNG(Backward)?Version)",
        "(?!tiff).*>tiff",
        "lost",
        "what does not belong into the EXIF of such a file: other blocks, a raw file's mark",
    ),
    Intended(_TEXTS, _MOVED, "lost", "moved to photocolor:SourceText", _text_kept),
    Intended(_TEXTS, _MOVED, "added", "a comment or text of the source"),
    Intended(
        f"({_OWN_BLOCKS})/.*|png/(?!tEXt|zTXt|iTXt).*",
        _MOVED,
        "lost",
        "has a place in its own format only",
    ),
    Intended("XMP/.*", _ANY, "changed|added", "merged from the sidecar", _merged),
    Intended("EXIF/damaged/.*", f"tiff>.*|{_MOVED}", "lost|added", "a damaged field, which has no value"),
    Intended("EXIF/.*", "(?!jpeg).*>jpeg", "lost", "too large for JPEG, which the coloring named", _too_large_for_jpeg),
    Intended("trailer/text", _MOVED, "lost", "moved to photocolor:SourceText", _text_kept),
    Intended("trailer/.*", _MOVED, "lost", "has a place in its own format only"),
    Intended(
        "IPTC/.*",
        _INTO_NO_IPTC,
        "lost",
        "there are too many",
        lambda difference: difference.pair.moved_iptc.is_further(difference),
    ),
    Intended(
        "IPTC(/.*)?",
        _INTO_NO_IPTC,
        "lost",
        "its value is in XMP",
        lambda difference: difference.pair.moved_iptc.holds(difference),
    ),
    Intended("Photoshop(/.*)?", _INTO_NO_PHOTOSHOP, "lost", "has no place there"),
    Intended("png/pHYs", "png>png", "added", "the resolution that EXIF says", _said_by_exif),
    Intended(TOO_LARGE, _ANY, "lost|added", "more than is taken of one file"),
    Intended(
        "XMP/.*", _ANY, "lost", "more than is taken of one file", lambda difference: TOO_LARGE in difference.pair.before
    ),
    Intended(
        "XMP|EXIF",
        _ANY,
        "lost",
        "damaged; its bytes are kept as photocolor:Unparsed",
        _kept_unparsed,
    ),
    Intended(
        r"XMP/(dc|photoshop|xmp|Iptc4xmpCore):\w+",
        f".*>png|{_INTO_NO_PHOTOSHOP}",
        "added|changed",
        "mapped from IPTC",
        lambda difference: difference.pair.moved_iptc.explains(difference),
    ),
)
