"""Names the choices that a user has where an option takes one of a few words."""

from __future__ import annotations

from enum import StrEnum


class AlreadyColor(StrEnum):
    """Says what happens to a photo that already has color."""

    SKIP = "skip"
    COPY = "copy"
    FORCE = "force"


class Preset(StrEnum):
    """Says how much color a photo gets where the model is sure, and where it guesses."""

    CALM = "calm"
    NATURAL = "natural"
    VIVID = "vivid"


class Faces(StrEnum):
    """Says whether the model looks a second time, closer, at faces that the whole photo shows small."""

    OFF = "off"
    ON = "on"


class Negatives(StrEnum):
    """Says what happens to a scanned negative, which is light where the scene was dark."""

    SKIP = "skip"
    INVERT = "invert"
    FORCE = "force"


class VisibleMark(StrEnum):
    """Says whether and where a result shows a mark that it is colorized."""

    NONE = "none"
    CORNER = "corner"


class Sidecars(StrEnum):
    """Says what happens to an XMP file beside a photo."""

    COPY = "copy"
    MERGE = "merge"
    IGNORE = "ignore"


class Mend(StrEnum):
    """Says which damage is painted over."""

    NONE = "none"
    SPOTS = "spots"


class ToneCorrection(StrEnum):
    """Says whether one curve against fading is laid over the lightness of a photo."""

    KEEP = "keep"
    AUTO = "auto"


class Engine(StrEnum):
    """Says where the work is done."""

    LOCAL = "local"
    RAY = "ray"


class OutputFormat(StrEnum):
    """Names the format of the results; `keep` is the source's own."""

    KEEP = "keep"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    WEBP = "webp"
    JP2 = "jp2"
    JXL = "jxl"
    AVIF = "avif"
