"""Lets a person choose among answers: asks for them, shows them, and keeps the choice with the photo's points."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from photocolor.desktop.language import tr
from photocolor.desktop.layout import bring_into_sight
from photocolor.desktop.preview_worker import image_of
from photocolor.desktop.variants.panel import LOOKING, VariantPanel
from photocolor.desktop.variants.varied import Varied
from photocolor.preview.choices import Choice, chosen_number, without_variant
from photocolor.preview.session import PreviewRequest
from photocolor.settings import Preset

if TYPE_CHECKING:
    from photocolor.desktop.window import Window


class VariantChooser(QObject):
    """Keeps the panel in step with the photo that is shown; answers are looked for while it is visible."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.panel = VariantPanel()
        self._offered: list[Choice] = []
        self._asked: PreviewRequest | None = None
        self.panel.chosen.connect(self._choose)
        self.panel.preset_chosen.connect(self._choose_preset)
        window.preview_worker.varied.connect(self._varied)
        window.preview_worker.painted.connect(lambda _: self.follow())
        window.steering.shown.connect(self.follow)

    def toggle(self) -> None:
        """Shows the answers, with the settings among which they stand, or hides them."""
        self.panel.setVisible(not self.panel.isVisible())
        if not self.panel.isHidden():
            self._window.side_dock.show()
            bring_into_sight(self._window, self.panel)
        self.follow()

    def follow(self) -> None:
        """Shows what belongs to the photo and its settings; asks for answers if they are others than those shown."""
        book = self._window.steering.book
        if book is None or self.panel.isHidden():
            return
        asked = _without_choice(self._window.request(book.photo))
        if asked != self._asked:
            self._asked, self._offered = asked, []
            self.panel.clear(tr(LOOKING))
            self._window.preview_worker.want_variants(book.photo)
        self.panel.show_chosen(chosen_number(self._offered, book.hints), book.hints.preset)

    def _varied(self, varied: Varied) -> None:
        if self._asked is None or _without_choice(varied.request) != self._asked:
            return
        if varied.choice is None or varied.picture is None:
            self.panel.show_message(tr(varied.message) if varied.message else "")
        elif varied.number == len(self._offered):  # a request that was superseded begins anew
            self._offered.append(varied.choice)
            self.panel.add(_name_of(varied.choice), image_of(varied.picture))
        self.follow()

    def _choose(self, number: int) -> None:
        if number < len(self._offered):
            variant = self._offered[number].variant
            self._window.steering.change(lambda book: book.choose_variant(variant))

    def _choose_preset(self, preset: Preset | None) -> None:
        self._window.steering.change(lambda book: book.choose_preset(preset))


def _without_choice(request: PreviewRequest) -> PreviewRequest:
    """Returns a key that is equal for requests with the same answers, whichever of them is chosen."""
    return replace(request.question, hints=without_variant(request.hints))


def _name_of(choice: Choice) -> str:
    return tr("more {color}").format(color=tr(choice.color)) if choice.color else tr("the model's own")
