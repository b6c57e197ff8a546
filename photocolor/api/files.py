"""Colors one file into a path that the caller names."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

from photocolor.containers.formats import FORMATS, Format
from photocolor.containers.recognize import HEAD_BYTES, REFUSED, sniff
from photocolor.errors import PhotoError, SourceVanished, TargetCollision, UnreadableSource, UsageError
from photocolor.outcome import Fingerprint, Job, Outcome, ProgressListener
from photocolor.pipeline.extra_files import refuse_missing_library
from photocolor.pipeline.photo import Pipeline, colorize_source
from photocolor.settings import OutputFormat
from photocolor.system.safe_files import open_regular
from photocolor.system.spelling import spelling_hint


def color_file(pipeline: Pipeline, source: Path, target: Path, watch: ProgressListener) -> Outcome:
    """Colors one file; its format is that of the target's name.

    Raises:
        PhotocolorError: as `photocolor.colorize_file`; nothing was written.
    """
    refuse_missing_library(pipeline.files)
    if _is_same(source, target):
        raise TargetCollision(f"{source} would be replaced by its own result", "Choose another target.")
    job = Job(source, target, target.name, _fingerprint(source), secrets.token_hex(4))
    return colorize_source(job, _named_so(pipeline, source, target), watch)


def _is_same(source: Path, target: Path) -> bool:
    try:
        return target.samefile(source)
    except OSError:  # one is not there, or cannot be: what follows says it better
        return False


def _named_so(pipeline: Pipeline, source: Path, target: Path) -> Pipeline:
    """Returns the pipeline with the output format that the target's suffix names.

    Raises:
        UsageError: no result can be what the name promises, or another format was asked for.
    """
    suffix, output_format = target.suffix.lower(), pipeline.files.format
    row = next((row for row in FORMATS if suffix in row.suffixes + row.raw_suffixes), None)
    refused = next((kind for kind in REFUSED if suffix in kind.suffixes), None)
    if refused is not None or (row is not None and (suffix in row.raw_suffixes or not row.writable)):
        raise UsageError(f"{target.name} cannot be written: there are no results of that kind", _OTHER_NAME)
    if row is None or output_format == row.name or (output_format is OutputFormat.KEEP and _is_of(source, row)):
        return pipeline
    if output_format is not OutputFormat.KEEP:
        raise UsageError(
            f"{target.name} is the name of a {row.title}, and the format asked for is {output_format.value}",
            _OTHER_NAME,
        )
    if row.name not in set(OutputFormat):
        raise UsageError(f"{target.name} cannot be written: only a {row.title} can become one", _OTHER_NAME)
    return replace(pipeline, files=replace(pipeline.files, format=OutputFormat(row.name)))


_OTHER_NAME = "Give the target a name that ends in .jpg, .png, .tif, .webp, .jp2, .jxl or .avif."


def _is_of(source: Path, row: Format) -> bool:
    """Returns True if a file has this format or none that is known; in the latter case coloring reports why."""
    try:
        with open_regular(source) as file:
            return sniff(file.read(HEAD_BYTES)).name == row.name
    except (OSError, PhotoError):
        return True


def _fingerprint(source: Path) -> Fingerprint:
    try:
        stat = source.stat()
    except FileNotFoundError as error:
        raise SourceVanished(f"there is no file {source}", spelling_hint(source)) from error
    except OSError as error:
        raise UnreadableSource(f"{source} cannot be read: {error.strerror or error}") from error
    return Fingerprint(stat.st_size, stat.st_mtime_ns)
