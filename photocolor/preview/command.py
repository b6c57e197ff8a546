"""Writes the `photocolor restore` command that has the same effect as a window's settings."""

from __future__ import annotations

from photocolor.settings import ColorSettings, FileSettings, Settings
from photocolor.system.printable import as_argument, command_line

_COLOR, _FILES = ColorSettings(), FileSettings()


def restore_command(settings: Settings) -> str:
    """Returns one line for a shell of this system; default values are left out."""
    words = ["photocolor", "restore", *map(as_argument, settings.sources), "--out", as_argument(settings.out)]
    for option, value, usual in (
        ("--model", settings.model, "default"),
        ("--device", settings.device, "auto"),
        ("--detail", settings.color.detail, _COLOR.detail),
        ("--strength", _number(settings.color.strength), _number(_COLOR.strength)),
        ("--fade-doubt", _number(settings.color.fade_doubt), _number(_COLOR.fade_doubt)),
        ("--preset", settings.color.preset.value, _COLOR.preset.value),
        ("--faces", settings.color.faces.value, _COLOR.faces.value),
        ("--format", settings.files.format.value, _FILES.format.value),
        ("--quality", settings.files.quality, _FILES.quality),
        ("--already-color", settings.files.already_color.value, _FILES.already_color.value),
        ("--mark", settings.files.mark.value, _FILES.mark.value),
        ("--mend", settings.files.mend.value, _FILES.mend.value),
        ("--reference", "" if settings.reference is None else as_argument(settings.reference), ""),
        ("--negatives", settings.files.negatives.value, _FILES.negatives.value),
    ):
        words += [option, str(value)] if value != usual else []
    words += ["--overwrite"] if settings.overwrite else []
    return command_line(words)


def _number(value: float) -> str:
    return f"{value:g}"
