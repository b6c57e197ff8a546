"""Opens what only runs with certain options have, and loads it only then: the start of all others is shorter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photocolor.settings import Mend, Settings

if TYPE_CHECKING:
    from photocolor.pipeline.masks import DamageMasks
    from photocolor.pipeline.mending.mender import Mender


def masks_if_wanted(settings: Settings, threads: int | None) -> DamageMasks | None:
    """Returns what writes the masks of a run that colors; None if none are wanted.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    if settings.damage_masks is None:
        return None
    from photocolor.pipeline.masks import open_masks

    return open_masks(settings, threads)


def mender_if_wanted(settings: Settings, threads: int | None) -> Mender | None:
    """Returns what decides about mending; None if nothing is mended.

    Raises:
        ModelNotFound, ModelInvalid: the finder cannot be used.
    """
    if settings.files.mend is Mend.NONE:
        return None
    from photocolor.pipeline.mending.mender import open_mender

    return open_mender(settings, threads)
