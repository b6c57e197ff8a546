"""What a digest of settings covers: so that archives of earlier versions are resumed and not colored again."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest

from photocolor.errors import UsageError
from photocolor.settings import (
    NO_BYTES,
    AlreadyColor,
    Cluster,
    ColorSettings,
    Credential,
    FileSettings,
    OutputFormat,
    RemoteLocations,
    Settings,
    Sidecars,
    VisibleMark,
    result_settings,
    settings_digest,
)

DEFAULT_DIGEST = "a65d43b07c2aeec9"
"""Of every archive that was made with the default settings; another one would color all of them again."""
EARLIER = (
    (ColorSettings(strength=1.3), FileSettings(quality=90, mark=VisibleMark.CORNER), "4ef5c6ade466dd48"),
    (
        ColorSettings(detail=768, tile_px=512, overlap_px=64, fade_doubt=0.5, reference_sha256="ab" * 32),
        FileSettings(format=OutputFormat.TIFF, already_color=AlreadyColor.FORCE, exact_luma=True),
        "5288d7dbacc622a9",
    ),
    (ColorSettings(), FileSettings(c2pa_certificate_sha256="cd" * 32, max_megapixels=20), "38be7c848ef74332"),
)
"""Settings with the digests that revision c532250 gave them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterColorSettings(ColorSettings):
    """The settings of a later version."""

    grain: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterFileSettings(FileSettings):
    """The settings of a later version."""

    effort: int = 4


def test_the_digest_of_the_defaults_stays() -> None:
    assert settings_digest(ColorSettings(), FileSettings()) == DEFAULT_DIGEST


@pytest.mark.parametrize(("color", "files", "digest"), EARLIER)
def test_digests_of_earlier_versions_stay(color: ColorSettings, files: FileSettings, digest: str) -> None:
    assert settings_digest(color, files) == digest


def test_a_new_setting_changes_no_digest_until_it_is_used() -> None:
    assert settings_digest(LaterColorSettings(), LaterFileSettings()) == DEFAULT_DIGEST
    used = [
        settings_digest(LaterColorSettings(grain=0.5), LaterFileSettings()),
        settings_digest(LaterColorSettings(), LaterFileSettings(effort=5)),
    ]
    assert len({DEFAULT_DIGEST, *used}) == 3
    assert result_settings(LaterColorSettings(grain=0.5), LaterFileSettings())["grain"] == 0.5


def test_what_changes_no_byte_is_not_in_the_digest() -> None:
    assert [item.name for item in fields(FileSettings) if item.metadata == NO_BYTES] == [
        "max_megapixels",
        "keep_times",
        "layers",
    ]
    assert settings_digest(ColorSettings(), FileSettings(max_megapixels=1)) == DEFAULT_DIGEST


@pytest.mark.parametrize("group", [ColorSettings, FileSettings, Settings, RemoteLocations, Cluster, Credential])
def test_settings_are_given_by_name(group: type) -> None:
    assert all(item.kw_only for item in fields(group))
    with pytest.raises(TypeError, match="positional"):
        group(Path())


def test_words_may_be_given_as_plain_text_and_wrong_ones_are_named() -> None:
    files = FileSettings(format="tiff", already_color="force", mark="corner", sidecars="merge")  # type: ignore[arg-type]
    same = FileSettings(
        format=OutputFormat.TIFF, already_color=AlreadyColor.FORCE, mark=VisibleMark.CORNER, sidecars=Sidecars.MERGE
    )
    assert files == same and files.format is OutputFormat.TIFF
    with pytest.raises(UsageError, match="format 'bmp' is none of keep, jpeg"):
        FileSettings(format="bmp")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("group", "given", "said"),
    [
        (FileSettings, {"quality": "95"}, "quality '95' is no whole number"),
        (FileSettings, {"quality": 95.5}, "quality 95.5 is no whole number"),
        (FileSettings, {"max_megapixels": "many"}, "max_megapixels 'many' is no number"),
        (FileSettings, {"mend_width_px": None}, "mend_width_px None is no number"),
        (ColorSettings, {"tile_px": "512"}, "tile_px '512' is no whole number"),
        (ColorSettings, {"overlap_px": 64.0}, "overlap_px 64.0 is no whole number"),
        (ColorSettings, {"strength": "much"}, "strength 'much' is no number"),
    ],
)
def test_what_is_no_number_is_refused_by_its_name(group: type, given: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        group(**given)


def test_numbers_of_numpy_are_numbers() -> None:
    color = ColorSettings(strength=np.float32(0.5), tile_px=np.int32(512))
    files = FileSettings(quality=np.int64(90))
    same = settings_digest(ColorSettings(strength=0.5, tile_px=512), FileSettings(quality=90))
    assert settings_digest(color, files) == same
    assert settings_digest(ColorSettings(strength=2), files) == settings_digest(ColorSettings(strength=2.0), files)
