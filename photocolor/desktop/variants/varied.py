"""Sends the answers that the model holds possible to the window, from the thread of the previews."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from photocolor.desktop.language import QT_TR_NOOP
from photocolor.errors import Canceled, PhotocolorError
from photocolor.image.display.compare import Picture
from photocolor.outcome import ProgressListener
from photocolor.preview.choices import Choice
from photocolor.preview.session import PreviewRequest, PreviewSession

NO_OTHER = QT_TR_NOOP("The model is sure of this photo and holds no other answer possible.")


@dataclass(frozen=True)
class Varied:
    """Holds one answer, or the end of all of them.

    Attributes:
        request: what was asked for.
        number: which one, counted from 0; 0 is the model's own.
        choice, picture: the answer, small; None at the end.
        message: at the end, why there are no others; "" if there are.
    """

    request: PreviewRequest
    number: int
    choice: Choice | None = None
    picture: Picture | None = None
    message: str = ""


def send_answers(
    session: PreviewSession, request: PreviewRequest, watch: ProgressListener, send: Callable[[Varied], object]
) -> None:
    """Sends each answer as it is there, and then the end; a model that has none is no fault of the photo.

    Raises:
        Canceled: the window wants something else.
    """
    number, message = 0, NO_OTHER
    try:
        for number, (choice, picture) in enumerate(session.variants(request, watch), 1):
            watch.check()
            send(Varied(request, number - 1, choice, picture))
        message = "" if number > 1 else NO_OTHER
    except Canceled:
        raise
    except PhotocolorError as error:
        message = error.message
    send(Varied(request, number, message=message))
