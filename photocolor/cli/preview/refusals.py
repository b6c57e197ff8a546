"""What `photocolor preview` refuses before any work, and what to do instead."""

from __future__ import annotations

from pathlib import Path

from photocolor.errors import UsageError
from photocolor.settings import Mend
from photocolor.system.printable import as_argument, command_line


def refuse_folder(photo: Path) -> None:
    """Refuses a folder, and suggests a command with one of its photos.

    Raises:
        UsageError: it is a folder.
    """
    if not photo.is_dir():
        return
    from photocolor.batch.plan.walk import first_photo
    from photocolor.cli.group import restore_line

    first = first_photo(photo)
    one = f"To look at one of them: {command_line(['photocolor', 'preview', as_argument(first)])}. " if first else ""
    line = restore_line([as_argument(photo)])
    raise UsageError(f"{photo} is a folder, and a preview shows one photo", f"{one}To color all: {line}")


def refuse_mending(mend: Mend, photo: Path) -> None:
    """Refuses to mend in a preview, which reads the photo at screen size, where narrow damage is not to be seen.

    Raises:
        UsageError: it was asked for.
    """
    if mend is Mend.NONE:
        return
    line = command_line(["photocolor", "restore", as_argument(photo), "--out", "mended", "--mend", mend.value])
    raise UsageError(
        "a preview does not mend: it shows the photo at screen size, and damage is found and painted over at full size",
        f"Mend this photo alone: {line}",
    )


def refuse_source(photo: Path, out: Path) -> None:
    """Refuses an --out that is the photo itself.

    Raises:
        UsageError: it is.
    """
    if out.exists() and photo.exists() and out.samefile(photo):
        raise UsageError(f"--out {out} is the photo itself", "Choose another --out; sources are never overwritten.")
