"""`photocolor restore`: turns options into settings, runs them, and returns the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from photocolor.cli.options import color, files, photos, provenance, remote, run
from photocolor.settings import PHOTO_TIMEOUT_S, ColorSettings, Credential, Engine, FileSettings, Mend, Settings

if TYPE_CHECKING:
    from photocolor.batch.reporter import Reporter

_COLOR, _FILES = ColorSettings(), FileSettings()
EXAMPLES = """\b
Examples:
  photocolor restore portrait.jpg --out color
  photocolor restore ./scans --out ./color --detail 768 --format tiff
"""
"""The end of the help; a paragraph that begins with \\b keeps its lines."""


def restore(
    context: typer.Context,
    out: files.Out,
    sources: photos.Sources = None,
    shard: photos.ShardOfAll = None,
    retry_failed: photos.RetryFailed = False,
    only: photos.Only = None,
    already_color: photos.AlreadyColored = _FILES.already_color,
    negatives: photos.NegativeScans = _FILES.negatives,
    max_pixels: photos.MaxPixels = _FILES.max_megapixels,
    fail_if_empty: photos.FailIfEmpty = False,
    model: color.Model = "default",
    detail: color.DetailSize = str(_COLOR.detail),
    tile: color.Tile = _COLOR.tile_px,
    overlap: color.Overlap = _COLOR.overlap_px,
    strength: color.Strength = _COLOR.strength,
    fade_doubt: color.FadeDoubt = _COLOR.fade_doubt,
    preset: color.PresetOf = _COLOR.preset,
    faces: color.FacesCloser = _COLOR.faces,
    reference: color.Reference = None,
    format_: files.Format = _FILES.format,
    quality: files.Quality = _FILES.quality,
    exact_luma: files.ExactLuma = _FILES.exact_luma,
    mend: files.MendDamage = _FILES.mend,
    mend_width: files.MendWidth = _FILES.mend_width_px,
    tone: files.ToneCurve = _FILES.tone,
    layers: files.LayersBeside = _FILES.layers,
    keep_times: files.KeepTimes = _FILES.keep_times,
    damage_masks: files.DamageMasks = None,
    finder: files.FinderModel = None,
    overwrite: files.Overwrite = False,
    sidecars: provenance.SidecarFiles = _FILES.sidecars,
    mark: provenance.Mark = _FILES.mark,
    c2pa_certificate: provenance.C2paCertificate = None,
    c2pa_key: provenance.C2paKey = None,
    config: run.Config = None,
    device: run.Device = "auto",
    workers: run.Workers = None,
    max_memory: run.MaxMemory = None,
    photo_timeout: run.PhotoTimeout = PHOTO_TIMEOUT_S,
    dry_run: run.DryRun = False,
    json: run.Json = False,
    quiet: run.QuietReport = False,
    engine: remote.WorkEngine = Engine.LOCAL,
    address: remote.Address = None,
    num_gpus_per_worker: remote.GpusPerWorker = None,
) -> None:
    """Color photos and folders of photos; SOURCES stay untouched.

    The results appear in the same tree under --out, each whole or not at all. The same command again goes on where it
    stopped and redoes nothing. Exit code 0: all is done; 3: some photos failed and are named; docs/errors.md has all.
    """
    if engine is Engine.LOCAL and not dry_run:
        _begin_early(sources or (), workers, model, device)
    files.refuse_idle_options(context, mend, damage_masks)
    settings = settings_of(locals())
    from photocolor.cli.prepare import color_all, show_plan

    reporter = make_reporter(as_json=json, quiet=quiet)
    if dry_run:
        show_plan(settings, reporter, only, as_json=json, quiet=quiet)
        return
    summary = color_all(settings, reporter, only)
    if summary.ended_by is not None:
        raise summary.ended_by
    raise typer.Exit(summary.exit_code)


def _begin_early(sources: Sequence[str], workers: int | None, model: str, device: str) -> None:
    """Begins what takes long: to open the model for one photo, or the process from which workers are forked."""
    if len(sources) == 1 and os.path.isfile(sources[0]):  # noqa: PTH113 -- Path raises where it may not look
        from photocolor.engine.early_session import begin_early_session

        begin_early_session(model, device)
    else:
        from photocolor.batch.pools.forkserver import begin_early

        begin_early(sources, workers, device)


def settings_of(options: Mapping[str, Any]) -> Settings:
    """Builds the settings of a run.

    Args:
        options: the values of a command's options, by the names of its parameters; a command may lack those about
            shards, retries, clusters and empty sources.

    Raises:
        UsageError: a value cannot be meant.
    """
    credential = provenance.parse_credential(options["c2pa_certificate"], options["c2pa_key"])
    places = remote.parse_locations(options["sources"] or (), options["out"])
    engine = options.get("engine", Engine.LOCAL)
    cluster = remote.parse_cluster(engine, options.get("address"), options.get("num_gpus_per_worker"))
    masks = files.parse_masks(options.get("damage_masks"), places.sources, away=bool(places.remote or cluster))
    return Settings(
        sources=places.sources,
        out=places.out,
        remote=places.remote,
        model=options["model"],
        device=options["device"],
        reference=options["reference"],
        color=_color_settings(options),
        files=_file_settings(options, credential),
        workers=options["workers"],
        max_memory=run.parse_memory(options["max_memory"]),
        photo_timeout_s=options["photo_timeout"],
        overwrite=options["overwrite"],
        fail_if_empty=options.get("fail_if_empty", False),
        shard=photos.parse_shard(options.get("shard")),
        retry_failed=options.get("retry_failed", False),
        credential=credential,
        cluster=cluster,
        damage_masks=masks,
        finder=options.get("finder"),
    )


def _color_settings(options: Mapping[str, Any]) -> ColorSettings:
    from photocolor.pipeline.reference import digest_of_reference

    return ColorSettings(
        detail=color.parse_detail(options["detail"]),
        tile_px=options["tile"],
        overlap_px=options["overlap"],
        strength=options["strength"],
        fade_doubt=options["fade_doubt"],
        preset=options["preset"],
        faces=options["faces"],
        reference_sha256=digest_of_reference(options["reference"]),
    )


def _file_settings(options: Mapping[str, Any], credential: Credential | None) -> FileSettings:
    from photocolor.metadata.signing import digest_of_certificate
    from photocolor.pipeline.mending.on_request import with_finder

    mend = options.get("mend", Mend.NONE)
    files = FileSettings(
        format=options["format_"],
        quality=options["quality"],
        already_color=options["already_color"],
        negatives=options["negatives"],
        max_megapixels=options["max_pixels"],
        exact_luma=options["exact_luma"],
        mark=options["mark"],
        c2pa_certificate_sha256=digest_of_certificate(credential),
        keep_times=options["keep_times"],
        sidecars=options["sidecars"],
        layers=options["layers"],
        tone=options["tone"],
        mend=mend,
        mend_width_px=_FILES.mend_width_px if mend is Mend.NONE else options["mend_width"],
    )
    return with_finder(files, options.get("finder"))


def make_reporter(*, as_json: bool, quiet: bool) -> Reporter:
    """Returns what reports the run to people, and to programs where JSON lines were asked for."""
    from photocolor.batch.reporter import ReporterGroup
    from photocolor.report.console import ConsoleReport
    from photocolor.report.json_lines import JsonReport

    bars = sys.stdout.isatty() and sys.stderr.isatty() and not as_json
    people = ConsoleReport(quiet=quiet, bars=bars)
    return ReporterGroup(JsonReport(), people) if as_json else people
