"""Writes the mask beside a result that says which of its pixels were painted over, page for page."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from photocolor.errors import TargetBlocked
from photocolor.metadata.provenance import Alterations
from photocolor.outcome import Job, Mended, share_of
from photocolor.pipeline.extra_files import MENDED_SUFFIXES, mended_place
from photocolor.pipeline.placement import placement_of
from photocolor.pipeline.xmp_files import copy_token
from photocolor.settings import FileSettings
from photocolor.system.atomic import AtomicFile
from photocolor.system.safe_files import read_regular

if TYPE_CHECKING:
    from photocolor.pipeline.mending.mender import Mending

NOTE_KEY = "mended_sha256_of"
"""In the mask's note: of which source its pixels were painted over."""


@dataclass(frozen=True, slots=True)
class MendedPage:
    """Describes one page of a result.

    Attributes:
        shape: (height, width) in pixels.
        orientation: EXIF orientation.
        mending: what was painted over; None for nothing.
    """

    shape: tuple[int, int]
    orientation: int
    mending: Mending | None


@dataclass(frozen=True, slots=True)
class MendedMask:
    """Holds the mask of a result, ready to be written; without data for a result of which nothing was painted over.

    Attributes:
        data: the bytes of its file.
        mended: what the manifest says; None if mending was not asked for.
    """

    data: bytes = b""
    mended: Mended | None = None

    def added_to(self, altered: Alterations) -> Alterations:
        """Returns what the result says of it, together with what else was done to the photo."""
        if not self.data or self.mended is None:
            return altered
        digest = hashlib.sha256(self.data).hexdigest()
        return replace(altered, mended_share=self.mended.share, mended_mask_sha256=digest)


NO_MASK = MendedMask()
"""The mask of a result for which mending was not asked."""


def mask_of(pages: Sequence[MendedPage], source_sha256: str) -> MendedMask:
    """Returns the mask of a result whose photo was looked at for damage.

    Args:
        pages: all of its pages.
        source_sha256: digest of the source.
    """
    pixels = sum(page.shape[0] * page.shape[1] for page in pages)
    painted = sum(page.mending.painted for page in pages if page.mending)
    left = sum(sum(page.mending.left.values()) for page in pages if page.mending)
    mended = Mended(share_of(painted, pixels), share_of(left, pixels))
    if not painted:
        return MendedMask(b"", mended)
    from photocolor.image.mask_file import PngMask, TiffMask  # few photos are mended
    from photocolor.render.mending.bits import BitPlane

    out = BytesIO()
    writer = (TiffMask if len(pages) > 1 else PngMask)(out, {NOTE_KEY: source_sha256})
    for page in pages:
        plane = page.mending.holes.narrow if page.mending else BitPlane(page.shape)
        writer.page(page.shape, page.orientation, plane.parts())
    return MendedMask(out.getvalue(), mended)


def refuse_in_the_way(job: Job, mask: MendedMask, pages: int = 1) -> None:
    """Raises unless the mask can be put beside the result; called before anything of an earlier result is replaced.

    Raises:
        TargetBlocked: another file lies there, or the name is not possible there.
    """
    if not mask.data:
        return
    place = job.target.with_name(mended_place(job.name, pages))
    try:
        place.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise TargetBlocked(f"{place} cannot be written: {error.strerror or error}") from error
    if not _is_ours(place):
        raise TargetBlocked(f"{place} is there already, and is no mask of photocolor", "Move it away.")


def write_mended(job: Job, mask: MendedMask, files: FileSettings, pages: int = 1) -> None:
    """Puts the mask beside the result, whole; removes the one of an earlier result that was mended.

    Raises:
        TargetBlocked: another file lies there.
        OutputError: nothing can be written there.
    """
    places = [job.target.with_name(job.name + suffix) for suffix in MENDED_SUFFIXES]
    ours = {place for place in places if os.path.lexists(place) and _is_ours(place)}
    wanted = job.target.with_name(mended_place(job.name, pages)) if mask.data else None
    if wanted is not None:
        refuse_in_the_way(job, mask, pages)
        with AtomicFile(wanted, copy_token(job.token), placement_of(job, files)) as file:
            file.content.write_bytes(mask.data)
            file.commit()
    for place in ours - {wanted}:
        place.unlink(missing_ok=True)


def _is_ours(place: Path) -> bool:
    from photocolor.image.mask_file import read_note  # as above

    try:
        return NOTE_KEY in read_note(read_regular(place, links=False)[0])
    except OSError:
        return False
