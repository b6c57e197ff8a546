"""`photocolor restore`: from the options to the exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from photocolor.cli import far_options, memory_option, options, saying_options
from photocolor.settings import PHOTO_TIMEOUT_S, ColorSettings, Engine, FileSettings, Settings

if TYPE_CHECKING:
    from photocolor.batch.reporter import Reporter

_COLOR, _FILES = ColorSettings(), FileSettings()


def restore(
    out: options.Out,
    sources: options.Sources = None,
    config: options.Config = None,
    model: options.Model = "default",
    device: options.Device = "auto",
    workers: options.Workers = None,
    max_memory: memory_option.MaxMemory = None,
    photo_timeout: options.PhotoTimeout = PHOTO_TIMEOUT_S,
    engine: far_options.WorkEngine = Engine.LOCAL,
    address: far_options.Address = None,
    num_gpus_per_worker: far_options.GpusPerWorker = None,
    overwrite: options.Overwrite = False,
    fail_if_empty: options.FailIfEmpty = False,
    shard: options.ShardOfAll = None,
    retry_failed: options.RetryFailed = False,
    dry_run: options.DryRun = False,
    detail: options.DetailSize = str(_COLOR.detail),
    tile: options.Tile = _COLOR.tile_px,
    overlap: options.Overlap = _COLOR.overlap_px,
    strength: options.Strength = _COLOR.strength,
    fade_doubt: options.FadeDoubt = _COLOR.fade_doubt,
    reference: options.Reference = None,
    format_: options.Format = _FILES.format,
    quality: options.Quality = _FILES.quality,
    already_color: options.AlreadyColored = _FILES.already_color,
    max_pixels: options.MaxPixels = _FILES.max_megapixels,
    exact_luma: options.ExactLuma = _FILES.exact_luma,
    keep_times: options.KeepTimes = _FILES.keep_times,
    sidecars: saying_options.SidecarFiles = _FILES.sidecars,
    mark: saying_options.Mark = _FILES.mark,
    c2pa_certificate: saying_options.C2paCertificate = None,
    c2pa_key: saying_options.C2paKey = None,
    json: options.Json = False,
    quiet: options.QuietReport = False,
) -> None:
    """Color photos and folders of photos; SOURCES stay untouched.

    The results appear in the same tree under --out, each whole or not at all. The same command again goes on where it
    stopped and redoes nothing. Exit code 0: all is done; 3: some photos failed and are named; docs/errors.md has all.
    """
    if engine is Engine.LOCAL and not dry_run:
        from photocolor.batch.pools.forkserver import begin_early

        begin_early(sources or (), workers, device)
    from photocolor.metadata.signing import digest_of_certificate
    from photocolor.pipeline.reference import digest_of_reference

    credential = saying_options.parse_credential(c2pa_certificate, c2pa_key)
    signer = digest_of_certificate(credential)
    places = far_options.parse_ends(sources or (), out)
    settings = Settings(
        sources=places.sources,
        out=places.out,
        remote=places.remote,
        model=model,
        device=device,
        reference=reference,
        color=ColorSettings(
            detail=options.parse_detail(detail),
            tile_px=tile,
            overlap_px=overlap,
            strength=strength,
            fade_doubt=fade_doubt,
            reference_sha256=digest_of_reference(reference),
        ),
        files=FileSettings(
            format=format_,
            quality=quality,
            already_color=already_color,
            max_megapixels=max_pixels,
            exact_luma=exact_luma,
            mark=mark,
            c2pa_certificate_sha256=signer,
            keep_times=keep_times,
            sidecars=sidecars,
        ),
        workers=workers,
        max_memory=memory_option.parse_memory(max_memory),
        photo_timeout_s=photo_timeout,
        overwrite=overwrite,
        fail_if_empty=fail_if_empty,
        shard=options.parse_shard(shard),
        retry_failed=retry_failed,
        credential=credential,
        cluster=far_options.parse_cluster(engine, address, num_gpus_per_worker),
    )
    from photocolor.cli.prepare import color_all, show_plan

    reporter = _reporter(as_json=json, quiet=quiet)
    if dry_run:
        show_plan(settings, reporter, as_json=json)
        return
    summary = color_all(settings, reporter)
    if summary.ended_by is not None:
        raise summary.ended_by
    raise typer.Exit(summary.exit_code)


def _reporter(*, as_json: bool, quiet: bool) -> Reporter:
    from photocolor.batch.reporter import ReporterGroup
    from photocolor.report.console import ConsoleReport
    from photocolor.report.json_lines import JsonReport

    bars = sys.stdout.isatty() and sys.stderr.isatty() and not as_json
    people = ConsoleReport(quiet=quiet, bars=bars)
    return ReporterGroup(JsonReport(), people) if as_json else people
