"""Says what of a photo the window does not show."""

from __future__ import annotations

from photocolor.desktop.language import figure, tr
from photocolor.preview.screen_photo import ScreenPhoto


def remarks_on(screen_photo: ScreenPhoto) -> tuple[str, ...]:
    """Returns why a run leaves the photo out, and which other pages its file has, one sentence each."""
    remarks = [tr("This photo has color already.")] * screen_photo.has_color
    remarks += [tr("This photo is a negative; restore leaves it out.")] * screen_photo.negative
    if screen_photo.pages > 1:
        sentence = tr("The first of {number} pages; a run and Export color them all.")
        remarks.append(sentence.format(number=figure(screen_photo.pages)))
    return tuple(remarks)
