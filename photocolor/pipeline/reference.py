"""Reads the reference photo whose palette a whole run takes; the libraries for it are loaded only if there is one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from photocolor.errors import PhotoError, ReferenceInvalid
from photocolor.settings import Settings
from photocolor.system.file_bytes import digest_of
from photocolor.system.safe_files import open_regular, read_regular

if TYPE_CHECKING:
    from photocolor.color.palette import Palette


def read_palette(settings: Settings) -> Palette | None:
    """Returns the palette of the run's reference photo; None without one.

    Raises:
        ReferenceInvalid: the reference cannot be read, is no color photo, or is not the one the run was planned with.
    """
    path = settings.reference
    if path is None:
        return None
    from photocolor.color.palette import palette_of
    from photocolor.color.tone import Tone, tone_of
    from photocolor.image.decode import decode

    try:
        data = read_regular(path)[0]
        photo = decode(data, settings.files.max_megapixels)
    except OSError as error:
        raise ReferenceInvalid(f"the reference {path} cannot be read: {error.strerror or error}") from error
    except PhotoError as error:
        raise ReferenceInvalid(f"the reference {path} cannot be used: {error.message}") from error
    if hashlib.sha256(data).hexdigest() != settings.color.reference_sha256:
        raise ReferenceInvalid(f"the reference {path} changed while the run was prepared")
    if photo.pixels.ndim == 2 or tone_of(photo.pixels) is Tone.GRAY:
        raise ReferenceInvalid(f"the reference {path} has no colors")
    return palette_of(photo.pixels)


def digest_of_reference(path: Path | None) -> str:
    """Returns the SHA-256 of the reference photo; "" without one.

    Raises:
        ReferenceInvalid: it cannot be read.
    """
    if path is None:
        return ""
    try:
        with open_regular(path) as file:
            return digest_of(file)
    except OSError as error:
        raise ReferenceInvalid(f"the reference {path} cannot be read: {error.strerror or error}") from error
