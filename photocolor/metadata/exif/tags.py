"""Lists the TIFF and EXIF tags that describe the stored pixels, point elsewhere, or hold blocks of their own."""

from __future__ import annotations

EXIF_IFD, GPS_IFD, INTEROP_IFD, SUB_IFDS = 34665, 34853, 40965, 330
POINTERS = frozenset({EXIF_IFD, GPS_IFD, INTEROP_IFD})
XMP, IPTC, PHOTOSHOP = 700, 33723, 34377
PHOTOSHOP_LAYERS, C2PA = 37724, 52545
DNG_VERSION, DNG_BACKWARD_VERSION = 50706, 50707
MAKER_NOTE = 37500
USER_COMMENT, PRINT_MATCHING, DNG_PRIVATE, TITLES_OF_WINDOWS = 37510, 50341, 50740, range(40091, 40096)

WIDTH, HEIGHT, BITS, PHOTOMETRIC, SAMPLES = 256, 257, 258, 262, 277
DESCRIPTION, SOFTWARE = 270, 305
COLOR_SPACE, PIXEL_WIDTH, PIXEL_HEIGHT, COMPONENTS = 0xA001, 0xA002, 0xA003, 0x9101
INTEROP_INDEX = 1
STRIP_OFFSETS, STRIP_BYTES, COMPRESSION = 273, 279, 259
THUMBNAIL_AT, THUMBNAIL_BYTES = 513, 514

# They describe how one file stores its pixels, so the result has its own. Source: TIFF 6.0, TIFF-FX, TIFF/EP, libtiff.
STRUCTURAL = frozenset({
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291, 292,
    293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 326, 327, 328, 330, 332, 333, 334, 336, 338, 339, 340, 341,
    342, 343, 344, 345, 346, 347, 351, 400, 401, 402, 403, 404, 433, 434, 435, 512, 513, 514, 515, 517, 518, 519, 520,
    521, 529, 530, 531, 532, 559, 32995, 32996, 32997, 32998, 34675, 50838, 50839,
})  # fmt: skip

# They are bytes with an order of their own, whatever type their writer chose, and are read so. Source: ExifTool,
# Exif.pm, where these are read as undef; the titles are UTF-16 of little end.
BYTES = frozenset({
    XMP, IPTC, PHOTOSHOP, PHOTOSHOP_LAYERS, MAKER_NOTE, USER_COMMENT, PRINT_MATCHING, DNG_PRIVATE, *TITLES_OF_WINDOWS,
})  # fmt: skip

# They begin with the name of their letters' code. Source: Exif 2.32, 4.6.5 B and 4.6.6.
CODED_TEXTS = frozenset({USER_COMMENT, 27, 28})  # and GPS ProcessingMethod, AreaInformation
_UNICODE, _ORDER_MARKS = b"UNICODE\0", (b"\xff\xfe", b"\xfe\xff")

# Fields of a block inside of a JPEG, PNG or WebP that belonged to the gray or palette pixels of the source.
GRAY_ONLY = frozenset({290, 291, 301, 320})

# What no longer holds after the pixels changed, or would have the result taken for a camera's raw file.
OUTDATED = {
    PHOTOSHOP_LAYERS: "Photoshop layers (ImageSourceData)",
    C2PA: "C2PA manifest",
    SUB_IFDS: "SubIFDs",
    DNG_VERSION: "DNGVersion",
    DNG_BACKWARD_VERSION: "DNGBackwardVersion",
}


def unicode_swapped(tag: int, value: bytes) -> bytes:
    """Returns a text whose letters have two bytes each, in the order of the file, in the other; else the value."""
    letters = value[len(_UNICODE) :]
    if tag not in CODED_TEXTS or not value.startswith(_UNICODE) or len(letters) % 2 or letters[:2] in _ORDER_MARKS:
        return value
    turned = bytearray(letters)
    turned[::2], turned[1::2] = letters[1::2], letters[::2]
    return _UNICODE + bytes(turned)


def tag_name(tag: int, directory: int = 0) -> str:
    """Returns the usual name of a tag, or its number.

    `directory` is the tag that points to its directory.
    """
    from PIL.ExifTags import GPSTAGS, TAGS  # PIL stays unloaded until a report needs a name

    if directory == GPS_IFD and tag in GPSTAGS:
        return str(GPSTAGS[tag])
    return str(TAGS.get(tag) or GPSTAGS.get(tag) or f"0x{tag:04X}")
