"""What people call options in other programs, and what does here what they mean."""

from __future__ import annotations

from collections.abc import Container

_GOES_ON = "Leave it out: the same command again goes on where it stopped."
_BELOW = "Leave it out: a folder is read with all below it."
_TOLD = "What a run says goes to standard error: 2> run.log keeps it, and the manifest in --out each photo's outcome."
_COLOR = "--strength FACTOR and --preset calm or vivid give less or more color."
_REPLACED = "--overwrite replaces files that photocolor did not write."
_FORCED = f"{_REPLACED} --already-color force colors photos in color."
_MEANT: tuple[tuple[str, str, str], ...] = (
    ("--resume --continue --restart", "--retry-failed", _GOES_ON),
    ("--recursive --recurse -r -R", "--retry-failed", _BELOW),
    ("--verbose -v --log --log-file --logfile", "--overwrite", _TOLD),
    ("--color --colour --saturation --intensity --vivid --calm", "--strength", _COLOR),
    ("--force -f --yes -y", "--already-color", _FORCED),
    ("--force -f --yes -y", "--overwrite", _REPLACED),
    ("--gpu --cuda", "--device", "--device cuda takes it, or says why it cannot."),
    ("--cpu --no-gpu", "--device", "--device cpu takes the processor."),
    ("--jobs -j --threads --processes --parallel", "--workers", "--workers N says how many photos are at work."),
    ("--input -i --in --source", "--out", "Name photos and folders as they are, without an option before them."),
    ("--dust --scratches --repair --denoise", "--mend", "--mend spots paints over dust and hairs."),
    ("--points --hints", "--strength", "They stand in a file beside the photo, photo.jpg.hints.json."),
    (
        "--undo",
        "--retry-failed",
        "The photos are as they were; a result may be deleted, and the same command makes it anew.",
    ),
)
"""Names elsewhere, an option of the commands that this is about, and a sentence."""


def meant_by(option: str, there: Container[str]) -> str:
    """Returns what somebody is told who typed an option of other programs; "" if nobody knows.

    Args:
        option: as it was typed.
        there: the options of the command.
    """
    return next((hint for names, about, hint in _MEANT if option in names.split() and about in there), "")
