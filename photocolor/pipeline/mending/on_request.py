"""Opens what only runs with certain options have, and loads it only then: the start of all others is shorter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from photocolor.settings import FileSettings, Mend, Settings

if TYPE_CHECKING:
    from photocolor.outcome import Job
    from photocolor.pipeline.masks import DamageMasks
    from photocolor.pipeline.mending.mender import Mender
    from photocolor.pipeline.source import SourceBytes


def with_finder(files: FileSettings, finder: Path | None = None) -> FileSettings:
    """Returns the settings with the digest of the finder that says what is mended, if anything is.

    A digest that is there already stays.

    Args:
        files: the settings.
        finder: the finder's ONNX file; None for the package's own, if it has one.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    if files.mend is Mend.NONE or files.finder_sha256:
        return files
    from photocolor.models.finder import digest_of_mending_finder

    return replace(files, finder_sha256=digest_of_mending_finder(finder))


def masks_if_wanted(settings: Settings, threads: int | None) -> DamageMasks | None:
    """Returns what writes the masks of a run that colors; None if none are wanted.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    if settings.damage_masks is None:
        return None
    from photocolor.pipeline.masks import open_masks

    return open_masks(settings, threads)


def refuse_other_mask(masks: DamageMasks | None, job: Job, source: SourceBytes) -> None:
    """Raises if the mask of a photo would replace a file that is none of it, before anything is made.

    Raises:
        TargetBlocked: another file lies there.
    """
    if masks is not None:
        masks.refuse_other(job, source)


def mender_if_wanted(settings: Settings, threads: int | None) -> Mender | None:
    """Returns what decides about mending; None if nothing is mended.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    if settings.files.mend is Mend.NONE:
        return None
    from photocolor.pipeline.mending.mender import open_mender

    return open_mender(settings, threads)
