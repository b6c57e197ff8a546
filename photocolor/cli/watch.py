"""`photocolor watch`: colors what arrives in a folder until it is asked to end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from photocolor.cli.group import restore_line
from photocolor.cli.options import color, files, photos, provenance, run
from photocolor.cli.restore import make_reporter, settings_of
from photocolor.errors import UsageError
from photocolor.settings import PHOTO_TIMEOUT_S, ColorSettings, FileSettings
from photocolor.storage.address import is_address, without_secrets
from photocolor.system.spelling import spelling_hint

_COLOR, _FILES = ColorSettings(), FileSettings()
INTERVAL_S = 5.0
"""By default longer than a copy over a network usually stands still."""
EXAMPLE = """\b
Example:
  photocolor watch ./incoming --out ./color --interval 10
"""

Folder = Annotated[
    str, typer.Argument(metavar="FOLDER", help="The folder to watch, with all below it.", show_default=False)
]


def watch(
    context: typer.Context,
    folder: Folder,
    out: files.Out,
    interval: run.Interval = INTERVAL_S,
    already_color: photos.AlreadyColored = _FILES.already_color,
    negatives: photos.NegativeScans = _FILES.negatives,
    max_pixels: photos.MaxPixels = _FILES.max_megapixels,
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
    json: run.Json = False,
    quiet: run.QuietReport = False,
) -> None:
    """Color what lies in FOLDER and what arrives there, until Ctrl-C or SIGTERM; sources stay untouched.

    A photo is begun when its size and time stay the same for --interval seconds, so half-written files wait. Results
    and manifest are those of restore, which may go on where a watch ended, and the other way round. Exit code 0: it was
    asked to end.
    """
    files.refuse_idle_options(context, mend, damage_masks)
    settings = settings_of({**locals(), "sources": [folder]})
    _refuse_no_folder(folder, out, is_remote=settings.remote is not None)
    from photocolor.batch.watch import watch as watch_folder

    watch_folder(settings, make_reporter(as_json=json, quiet=quiet), interval)


def _refuse_no_folder(folder: str, out: object, *, is_remote: bool) -> None:
    """Raises if what shall be watched is no folder of this machine."""
    to_color = f"To color it: {without_secrets(restore_line([folder, '--out', str(out)]))}"
    if is_address(folder):
        raise UsageError(f"{without_secrets(folder)} is no folder of this machine, and no other is watched", to_color)
    if is_remote:
        raise UsageError(f"{without_secrets(str(out))} is no folder of this machine", "Choose a folder as --out.")
    if not os.path.lexists(folder):
        raise UsageError(f"there is no folder {folder}", spelling_hint(Path(folder)))
    if not Path(folder).is_dir():
        raise UsageError(f"{folder} is a file, and a folder is watched", to_color)
