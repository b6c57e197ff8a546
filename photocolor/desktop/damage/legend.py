"""Says in words what the colors of the mask over the photo mean."""

from __future__ import annotations

from dataclasses import dataclass

from photocolor.desktop.damage.mask_picture import BLUE, RED, YELLOW
from photocolor.desktop.language import QT_TR_NOOP, share_of, tr

SHOWS = QT_TR_NOOP("Shows what is marked: yellow by the finder; by hand red damage, blue none")


@dataclass(frozen=True, slots=True)
class Legend:
    """Names one color.

    Attributes:
        color: as "#rrggbb"; empty for a sentence without a color.
        text: what it means.
    """

    color: str
    text: str


def legend_of(found_share: float | None, *, looks: bool) -> tuple[Legend, ...]:
    """Returns what the mask shows.

    Args:
        found_share: of the photo's pixels that the finder marks; None if it has not looked, or the package has none.
        looks: whether it looks just now.
    """
    entries = []
    if looks:
        entries.append(Legend("", tr("the finder looks for damage…")))
    elif found_share is not None and not found_share:
        entries.append(Legend("", tr("the finder marks nothing")))
    elif found_share is not None:
        text = tr("marked by the finder: {share}").format(share=share_of(found_share))
        entries.append(Legend(_name(YELLOW), text))
    return (
        *entries,
        Legend(_name(RED), tr("damage, marked by hand")),
        Legend(_name(BLUE), tr("no damage, marked by hand")),
    )


def _name(color: int) -> str:
    return f"#{color & 0xFFFFFF:06x}"
