"""`photocolor damage`: from its options to the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photocolor.cli.options import files, photos, run
from photocolor.cli.restore import make_reporter
from photocolor.errors import NothingToDo
from photocolor.settings import PHOTO_TIMEOUT_S, FileSettings, Settings

_FILES = FileSettings()
EXAMPLE = """\b
Example:
  photocolor damage ./scans --out ./masks
"""
Scans = Annotated[
    list[Path],
    typer.Argument(
        metavar="SCANS…",
        help="Photos and folders of photos, in color or not; folders are read with all below them.",
        show_default=False,
    ),
]
Masks = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="DIR",
        show_default=False,
        rich_help_panel=files.PANEL,
        help="Folder for the masks and the manifest, in the tree of the scans; made if it is missing.",
    ),
]


def damage(
    sources: Scans,
    out: Masks,
    shard: photos.ShardOfAll = None,
    max_pixels: photos.MaxPixels = _FILES.max_megapixels,
    fail_if_empty: photos.FailIfEmpty = False,
    overwrite: files.Overwrite = False,
    finder: files.FinderModel = None,
    workers: run.Workers = None,
    max_memory: run.MaxMemory = None,
    photo_timeout: run.PhotoTimeout = PHOTO_TIMEOUT_S,
    json: run.Json = False,
    quiet: run.QuietReport = False,
) -> None:
    """Find damage on scans, dust and cracks with the finder of the package; color nothing, change nothing.

    Each scan gets a mask of one bit per pixel under --out, and a line in the manifest with the share of damaged pixels.
    The same command again goes on where it stopped. Exit code 0: all is done; 3: some scans failed and are named.
    """
    from photocolor.batch.damage_run import plan_masks, write_masks
    from photocolor.batch.reporter import Summary
    from photocolor.report.phrases import count, passed_over

    settings = Settings(
        sources=tuple(sources),
        out=out,
        files=FileSettings(max_megapixels=max_pixels),
        workers=workers,
        max_memory=run.parse_memory(max_memory),
        photo_timeout_s=photo_timeout,
        overwrite=overwrite,
        fail_if_empty=fail_if_empty,
        shard=photos.parse_shard(shard),
    )
    reporter = make_reporter(as_json=json, quiet=quiet)
    plan = plan_masks(settings)
    if plan.passed:
        reporter.note(passed_over(plan.passed))
    summary = Summary()
    if plan or plan.faults:
        mine = plan.only(settings.shard)
        if settings.shard is not None:
            reporter.note(f"This is {settings.shard}: {len(mine):,} of {count(len(plan))}.")
        summary = write_masks(mine, settings, finder, reporter)
    else:
        message = f"no photo was found in {', '.join(map(str, sources))}"
        if fail_if_empty:
            raise NothingToDo(message)
        reporter.note(f"Nothing to do: {message}.")
    if summary.ended_by is not None:
        raise summary.ended_by
    raise typer.Exit(summary.exit_code)
