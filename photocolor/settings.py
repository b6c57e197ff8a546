"""Holds the user's settings in frozen values that are built once and travel unchanged."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from enum import StrEnum
from numbers import Integral, Real
from pathlib import Path
from typing import Literal

from photocolor.choices import AlreadyColor as AlreadyColor
from photocolor.choices import Engine as Engine
from photocolor.choices import Faces as Faces
from photocolor.choices import Mend as Mend
from photocolor.choices import Negatives as Negatives
from photocolor.choices import OutputFormat as OutputFormat
from photocolor.choices import Preset as Preset
from photocolor.choices import Sidecars as Sidecars
from photocolor.choices import ToneCorrection as ToneCorrection
from photocolor.choices import VisibleMark as VisibleMark
from photocolor.distribution import Cluster as Cluster
from photocolor.distribution import RemoteLocations as RemoteLocations
from photocolor.distribution import Shard as Shard
from photocolor.errors import UsageError
from photocolor.outcome import Layers as Layers

Detail = int | Literal["auto", "full"]

STRENGTH_RANGE = (0.0, 2.0)
TILE_RANGE_PX = (64, 4096)
DETAIL_MIN_PX = 64
DEFAULT_TILE_PX = 1024
QUALITY_RANGE = (1, 100)
MEND_WIDTH_PX = 8.0
MEND_WIDTH_RANGE = (1.0, 64.0)
MEMORY_MIN_BYTES = 500_000_000
"""A process with the bundled model takes 0.4 GB before its first photo."""
PHOTO_TIMEOUT_S = 7200.0
"""What no photo of any archive takes on any processor, unless it is seen at full detail or its medium is dead."""

NO_BYTES = {"changes_bytes": False}
"""Metadata of a field that decides whether a photo is colored, or what happens beside it, and no byte of its result."""
_ALWAYS_COVERED = frozenset({
    "detail", "tile_px", "overlap_px", "strength", "fade_doubt", "reference_sha256",
    "format", "quality", "already_color", "exact_luma",
})  # fmt: skip
"""Settings that the digest covers at their defaults, too, as digests of existing archives do; nothing is ever added."""


def _enumerate_words(settings: ColorSettings | FileSettings) -> None:
    """Turns plain text into the words of an enumeration, as callers from Python may give it.

    Raises:
        UsageError: it is none of the words.
    """
    for one in fields(settings):
        if isinstance(one.default, StrEnum):
            kind, word = type(one.default), getattr(settings, one.name)
            if word not in set(kind):
                raise UsageError(f"{one.name} {word!r} is none of {', '.join(kind)}")
            object.__setattr__(settings, one.name, kind(word))


def _take_plain_numbers(settings: ColorSettings | FileSettings) -> None:
    """Turns numbers of any library into Python's own, which JSON knows.

    Raises:
        UsageError: something is no number, or not whole where only whole ones count.
    """
    for one in fields(settings):
        value, usual = getattr(settings, one.name), one.default
        if isinstance(usual, float):
            if not isinstance(value, Real):
                raise UsageError(f"{one.name} {value!r} is no number")
            object.__setattr__(settings, one.name, float(value))
        elif (isinstance(usual, int) and not isinstance(usual, bool)) or (usual is None and value is not None):
            if not isinstance(value, Integral):
                raise UsageError(f"{one.name} {value!r} is no whole number")
            object.__setattr__(settings, one.name, int(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorSettings:
    """Says how color is made.

    Attributes:
        detail: size in pixels of the photo in the tile pass (the side of a square of the same area); "auto" is the
            measured default, "full" the photo's own size.
        tile_px: longest side of the tiles, in pixels at the detail size; None is the measured default, or the size of
            a model that knows only one.
        overlap_px: how far neighboring tiles overlap at least, in the same pixels; None is a quarter of the tile,
            and no more than 128 px.
        strength: factor on chroma before gamut mapping, 0 (gray) to 2.
        reference_sha256: digest of the photo whose palette the results shall have; "" for the model's own colors.
        fade_doubt: how far color goes toward gray where the model guesses, 0 (not at all) to 1.
        preset: more or less color by the model's doubt; strength and fading work on top of it.
        faces: whether the model looks a second time at faces that the whole photo shows small.
    """

    detail: Detail = "auto"
    tile_px: int | None = None
    overlap_px: int | None = None
    strength: float = 1.0
    fade_doubt: float = 0.0
    reference_sha256: str = ""
    preset: Preset = Preset.NATURAL
    faces: Faces = Faces.OFF

    def __post_init__(self) -> None:
        _enumerate_words(self)
        _take_plain_numbers(self)
        if self.detail not in ("auto", "full") and not hasattr(self.detail, "__index__"):
            raise UsageError(f"detail {self.detail!r} is none of auto, full, or a size in pixels")
        if not STRENGTH_RANGE[0] <= self.strength <= STRENGTH_RANGE[1]:
            raise UsageError("strength {:g} is outside {:g} to {:g}".format(self.strength, *STRENGTH_RANGE))
        if not 0 <= self.fade_doubt <= 1:
            raise UsageError(f"fade_doubt {self.fade_doubt:g} is outside 0 to 1")
        if self.tile_px is not None and not TILE_RANGE_PX[0] <= self.tile_px <= TILE_RANGE_PX[1]:
            raise UsageError(f"tile {self.tile_px} px is outside {TILE_RANGE_PX[0]} to {TILE_RANGE_PX[1]}")
        most = (self.tile_px or DEFAULT_TILE_PX) // 2
        if self.overlap_px is not None and not 0 <= self.overlap_px <= most:
            raise UsageError(f"overlap {self.overlap_px} px is outside 0 to half of the tile ({most} px)")
        if isinstance(self.detail, int) and self.detail < DETAIL_MIN_PX:
            raise UsageError(f"detail {self.detail} px is less than {DETAIL_MIN_PX} px")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """Says how files are read and written.

    Attributes:
        format: container of the results.
        quality: 1 to 100, of formats whose results may be lossy.
        already_color: what to do with a photo that has color.
        max_megapixels: photos above are refused from their header.
        exact_luma: a JPEG's result keeps the source's coded luma; what cannot is refused.
        mark: whether the picture itself says that it is colorized; inside of the mark the lightness changes.
        c2pa_certificate_sha256: digest of the certificate that signs the results; "" for none.
        keep_times: whether a result keeps the time when its source was changed last.
        sidecars: whether XMP files beside a photo are copied beside its result, or merged into it (other bytes).
        layers: what lies beside each result for a picture editor.
        tone: whether one curve against fading is laid over the lightness.
        mend: which damage is painted over.
        mend_width_px: spots and hairs up to this width are, at 300 dpi; a scan of another resolution scales it.
        finder_sha256: digest of the damage finder that says what is mended; "" if only masks by hand do. From Python ""
            stands for the finder of the package, if it has one.
        negatives: what to do with a scanned negative; inverted, it is colored as the positive that it shows.
    """

    format: OutputFormat = OutputFormat.KEEP
    quality: int = 95
    already_color: AlreadyColor = AlreadyColor.SKIP
    max_megapixels: float = field(default=1000.0, metadata=NO_BYTES)
    exact_luma: bool = False
    mark: VisibleMark = VisibleMark.NONE
    c2pa_certificate_sha256: str = ""
    keep_times: bool = field(default=False, metadata=NO_BYTES)
    sidecars: Sidecars = Sidecars.COPY
    layers: Layers = field(default=Layers.NONE, metadata=NO_BYTES)
    tone: ToneCorrection = ToneCorrection.KEEP
    mend: Mend = Mend.NONE
    mend_width_px: float = MEND_WIDTH_PX
    finder_sha256: str = ""
    negatives: Negatives = Negatives.SKIP

    def __post_init__(self) -> None:
        _enumerate_words(self)
        _take_plain_numbers(self)
        if not QUALITY_RANGE[0] <= self.quality <= QUALITY_RANGE[1]:
            raise UsageError(f"quality {self.quality} is outside {QUALITY_RANGE[0]} to {QUALITY_RANGE[1]}")
        if not self.max_megapixels > 0:  # also not a number
            raise UsageError(f"a limit of {self.max_megapixels:g} MP is not above zero")
        if not MEND_WIDTH_RANGE[0] <= self.mend_width_px <= MEND_WIDTH_RANGE[1]:
            raise UsageError("mend-width {:g} px is outside {:g} to {:g}".format(self.mend_width_px, *MEND_WIDTH_RANGE))
        if self.exact_luma:
            self._refuse_changed_luma()

    def _refuse_changed_luma(self) -> None:
        """Raises if a setting changes the luma that `exact_luma` promises to keep."""
        for option, word, changes in (
            ("mark", self.mark is not VisibleMark.NONE, "draws into"),
            ("mend", self.mend is not Mend.NONE, "paints over damage in"),
            ("tone", self.tone is not ToneCorrection.KEEP, "lays a curve over"),
            ("negatives invert", self.negatives is Negatives.INVERT, "inverts"),
        ):
            if word:
                message = f"--{option} {changes} the luma that --exact-luma promises to keep"
                raise UsageError(message, f"Use one of --{option} and --exact-luma.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Names the PEM files that sign the results.

    Attributes:
        certificate: the signer's certificate, followed by those that vouch for it.
        key: its private key.
    """

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Holds all settings of one run.

    Attributes:
        sources: files and folders, as given.
        out: the folder that gets the results and the manifest.
        model: a registered name or a path to an ONNX file.
        device: auto, cpu, cuda, cuda:N, or another provider's short name.
        reference: the photo behind `color.reference_sha256`, or None.
        workers: photos at work at the same time; None chooses by machine.
        max_memory: bytes that all of them together may take; None is half of what is free.
        photo_timeout_s: seconds after which a photo is given up; 0 for never.
        overwrite: replace results that this tool did not write.
        fail_if_empty: finding no photo is an error.
        shard: the share of the photos that is worked on; None for all.
        retry_failed: only photos are worked on that failed in the run that met them last.
        cluster: where the work is done; None for this machine.
        credential: what is behind `files.c2pa_certificate_sha256`, or None.
        remote: what lies in a remote storage; `sources` or `out` then mean nothing. None if both are files.
        damage_masks, finder: folder for masks of damage, None for none; and the finder's file, None for the bundled.
    """

    sources: tuple[Path, ...]
    out: Path
    model: str = "default"
    device: str = "auto"
    reference: Path | None = None
    color: ColorSettings = field(default_factory=ColorSettings)
    files: FileSettings = field(default_factory=FileSettings)
    workers: int | None = None
    max_memory: int | None = None
    photo_timeout_s: float = PHOTO_TIMEOUT_S
    overwrite: bool = False
    fail_if_empty: bool = False
    shard: Shard | None = None
    retry_failed: bool = False
    cluster: Cluster | None = None
    credential: Credential | None = None
    remote: RemoteLocations | None = None
    damage_masks: Path | None = None
    finder: Path | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.photo_timeout_s < float("inf"):
            raise UsageError(f"photo-timeout {self.photo_timeout_s:g} s is no number of seconds from 0 on")


def result_settings(color: ColorSettings, files: FileSettings) -> dict[str, object]:
    """Returns the settings that change the bytes of a result, as plain JSON values in a stable order.

    A setting that came later than the first ten is left out while it has its default, so that a new one does not make
    every archive be colored again. A field that changes no byte is declared with `NO_BYTES`.
    """
    values: dict[str, object] = {}
    for group in (color, files):
        for item in fields(group):
            value = getattr(group, item.name)
            if value is Sidecars.IGNORE:
                continue  # as copying, it changes no byte of a result
            if item.name in _ALWAYS_COVERED or (item.metadata != NO_BYTES and value != item.default):
                values[item.name] = str(value) if isinstance(value, StrEnum) else value
    return dict(sorted(values.items()))


def settings_digest(color: ColorSettings, files: FileSettings) -> str:
    """Returns the first 16 hex digits of the SHA-256 over `result_settings`: equal digest, equal bytes."""
    text = json.dumps(result_settings(color, files), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
