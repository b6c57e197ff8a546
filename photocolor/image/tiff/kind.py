"""Determines what the samples of a TIFF page mean, and refuses meanings that cannot be treated exactly."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.errors import TruncatedPhoto, UnsupportedPhoto
from photocolor.image.tiff.pages import Page

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_SAMPLES, _INK_SET, _DOT_RANGE, _SAMPLE_FORMAT = 277, 332, 336, 339

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, LAB, ICC_LAB = 0, 1, 2, 3, 5, 6, 8, 9
_COLOR_SAMPLES = {WHITE_IS_ZERO: 1, BLACK_IS_ZERO: 1, RGB: 3, PALETTE: 1, CMYK: 4, YCBCR: 3, LAB: 3, ICC_LAB: 3}
_OTHERS = {4: "transparency mask", 10: "ITU Lab", 32803: "color filter array", 32844: "LogL", 32845: "LogLuv"}
_OTHERS |= {34892: "linear raw", 51177: "depth map"}

_UNSIGNED, _FLOAT = 1, 3
_FORMAT_NAMES = {2: "signed integer", 4: "untyped", 5: "complex integer", 6: "complex"}

OLD_JPEG, JPEG = 6, 7
JPEG_2000 = frozenset({33003, 33004, 33005, 34712})  # the first three as Aperio writes them
WEBP, JPEG_XL = 50001, frozenset({50002, 52546})
# Every compression that is read; each of them is bounded by its own header or by the strip's size.
_COMPRESSIONS = frozenset({
    1, 2, 3, 4, 5, OLD_JPEG, JPEG, 8, 32773, 32946, 34925, 50000, WEBP,
}) | JPEG_2000 | JPEG_XL  # fmt: skip
FAX = frozenset({2, 3, 4})


@dataclass(frozen=True, slots=True)
class Kind:
    """Describes a page that can be treated exactly.

    Attributes:
        height: rows.
        width: columns.
        bits: of one sample, as stored.
        floating: True for floating-point samples.
        photometric: what the samples mean, TIFF's number.
        compression: TIFF's number.
        extra: channels beside the colors, 0 or 1.
    """

    height: int
    width: int
    bits: int
    floating: bool
    photometric: int
    compression: int
    extra: int

    @property
    def channels(self) -> int:
        """Returns the samples of a pixel."""
        return _COLOR_SAMPLES[self.photometric] + self.extra

    @property
    def by_libtiff(self) -> bool:
        """Returns True for pages that only libtiff decodes: chroma not coded by JPEG, or coded by old-style JPEG."""
        return self.photometric == YCBCR and self.compression != JPEG


def kind_of(page: Page) -> Kind:
    """Returns what a page holds; raises if that cannot be treated exactly.

    Raises:
        ValueError: a field is damaged.
        TruncatedPhoto: the fields contradict each other.
        UnsupportedPhoto: it cannot be treated exactly; the message says why.
    """
    height, width = page.value(_HEIGHT), page.value(_WIDTH)
    if not height or not width:
        raise TruncatedPhoto(f"the TIFF's header is damaged ({width} × {height} pixels)")
    photometric, compression = _meaning(page), page.value(_COMPRESSION)
    if compression not in _COMPRESSIONS:
        raise UnsupportedPhoto(f"TIFF with compression {_name(compression)} is not supported")
    extra = page.value(_SAMPLES) - _COLOR_SAMPLES[photometric]
    if extra < 0:
        raise TruncatedPhoto("the TIFF's header is damaged (fewer samples than colors)")
    if extra > 1:
        raise UnsupportedPhoto(f"TIFF with {extra} channels beside its colors is not supported")
    bits, floating = _depth(page)
    kind = Kind(height, width, bits, floating, photometric, compression, extra)
    _check_depth(kind)
    _check_inks(page, kind)
    return kind


def _meaning(page: Page) -> int:
    if _PHOTOMETRIC not in page.fields:
        raise UnsupportedPhoto("TIFF that does not say what its values mean (no photometric tag) is not supported")
    photometric = page.value(_PHOTOMETRIC)
    if photometric not in _COLOR_SAMPLES:
        raise UnsupportedPhoto(f"{_OTHERS.get(photometric, f'photometric {photometric}')} TIFF is not supported")
    return photometric


def _depth(page: Page) -> tuple[int, bool]:
    depths = set(page.numbers(_BITS)) or {1.0}
    if len(depths) != 1:
        few = sorted(depths)[:4]
        more = "/…" if len(depths) > len(few) else ""
        raise UnsupportedPhoto(f"TIFF with samples of {'/'.join(f'{d:g}' for d in few)}{more} bits is not supported")
    bits, form = int(depths.pop()), page.value(_SAMPLE_FORMAT)
    if form not in (_UNSIGNED, _FLOAT):
        raise UnsupportedPhoto(f"{bits}-bit {_FORMAT_NAMES.get(form, 'unknown')} TIFF is not supported")
    return bits, form == _FLOAT


def _check_depth(kind: Kind) -> None:
    bits, color = kind.bits, kind.photometric
    if kind.floating:
        if bits not in (16, 32, 64) or color not in (WHITE_IS_ZERO, BLACK_IS_ZERO, RGB):
            raise UnsupportedPhoto(f"{bits}-bit floating-point TIFF of photometric {color} is not supported")
    elif not 1 <= bits <= 16:
        raise UnsupportedPhoto(
            f"{bits}-bit integer TIFF is not supported: a result has at most 16 bits", "Reduce it to 16 bits first."
        )
    elif color == PALETTE and bits > 8 and bits != 16:
        raise UnsupportedPhoto(f"{bits}-bit palette TIFF is not supported")
    elif color in (CMYK, YCBCR, LAB, ICC_LAB) and bits not in ((8,) if color == YCBCR else (8, 16)):
        name = {CMYK: "CMYK", YCBCR: "YCbCr"}.get(color, "Lab")
        raise UnsupportedPhoto(f"{bits}-bit {name} TIFF is not supported")
    if kind.compression in FAX and (bits != 1 or kind.channels != 1):
        raise TruncatedPhoto("the TIFF's header is damaged (fax compression of a picture that is not bilevel)")
    if kind.by_libtiff and kind.extra:
        raise UnsupportedPhoto("YCbCr TIFF with an extra channel is supported with JPEG compression only")


def _check_inks(page: Page, kind: Kind) -> None:
    if kind.photometric != CMYK:
        return
    if page.value(_INK_SET) != 1:
        raise UnsupportedPhoto("TIFF with inks that are not cyan, magenta, yellow and black is not supported")
    dots = set(page.numbers(_DOT_RANGE))
    if dots and dots != {0.0, float(2**kind.bits - 1)}:
        said = " to ".join(f"{dot:g}" for dot in sorted(dots))
        raise UnsupportedPhoto(f"CMYK TIFF with a dot range of {said} is not supported")


def _name(compression: int) -> str:
    from tifffile import COMPRESSION

    return COMPRESSION(compression).name if compression in list(COMPRESSION) else str(compression)
