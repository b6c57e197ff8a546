"""Leaves a photo alone that has color already: skips it, or copies it byte for byte."""

from __future__ import annotations

import time

from photocolor.color.tone import Tone
from photocolor.outcome import Done, Job, Outcome, ProgressListener, Skipped
from photocolor.pipeline.masks import DamageMasks
from photocolor.pipeline.result import copy_source
from photocolor.pipeline.source import SourceBytes
from photocolor.settings import AlreadyColor, FileSettings


def left_alone(
    job: Job,
    source: SourceBytes,
    files: FileSettings,
    masks: DamageMasks | None,
    watch: ProgressListener,
    tone: Tone | None = Tone.COLOR,
) -> Outcome:
    """Returns the outcome of a photo that has color: skipped, or copied byte for byte."""
    started = time.perf_counter()
    has = "is hand-tinted" if tone is Tone.HAND_TINTED else "has color already"
    if files.already_color is AlreadyColor.SKIP:
        detail = f"the photo {has}; --already-color force colors it anyway"
        return Skipped(job, "already_color", detail, source.sha256)
    damage = masks.write(job, source, watch) if masks else None
    written = copy_source(job, source, files)
    note = f"the photo {has}; it was copied unchanged"
    return Done(
        job=job,
        source_sha256=source.sha256,
        result_sha256=written.sha256,
        result_bytes=written.bytes,
        megapixels=0.0,
        seconds=time.perf_counter() - started,
        device="",
        tiles=0,
        warnings=(note, *written.warnings),
        sidecars_sha256=written.sidecars_sha256,
        sidecars=written.sidecars,
        damage=damage,
    )
