"""Looks for photos and devices in threads, so that the window need not wait."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from photocolor.batch.plan.strays import Stray, misnamed
from photocolor.batch.plan.walk import harvest
from photocolor.desktop.strip.past import past_results
from photocolor.engine.providers import provider_states
from photocolor.errors import PhotocolorError
from photocolor.hints.sidecar import sidecar_of


class Finder(QObject):
    """Looks for photos and for devices."""

    found = Signal(object, object, object)
    """The sources, their photos, and those photos that have a sidecar."""
    unused = Signal(str)
    """Which file beside the photos is not used, because of its name, and how many others; "" if there is none."""
    refused = Signal(str, str)
    devices = Signal(object)
    results = Signal(object, object)

    def look_for_photos(self, sources: Sequence[Path], out: Path) -> None:
        """Looks for all photos of files and folders, as a run into `out` would find them."""
        threading.Thread(target=self._walk, args=(tuple(sources), out), name="photocolor-walk", daemon=True).start()

    def look_for_results(self, out: Path, photos: Sequence[Path]) -> None:
        """Looks for what earlier runs into `out` made of these photos."""
        threading.Thread(target=self._recall, args=(out, tuple(photos)), name="photocolor-past", daemon=True).start()

    def look_for_devices(self) -> None:
        """Looks for the devices that work here."""
        threading.Thread(target=self._probe, name="photocolor-devices", daemon=True).start()

    def _walk(self, sources: tuple[Path, ...], out: Path) -> None:
        try:
            harvested = harvest(sources, out)
        except PhotocolorError as error:
            self._report("refused", error.message, error.hint)
        else:
            photos = [Path(item.path) for item in harvested.found]
            self._report("unused", _unused(harvested.strays))
            hinted = (path for path in photos if os.path.exists(sidecar_of(path)))  # noqa: PTH110 -- names may be too long
            self._report("found", sources, photos, frozenset(hinted))

    def _recall(self, out: Path, photos: tuple[Path, ...]) -> None:
        try:
            past = past_results(out, photos)
        except PhotocolorError as error:
            self._report("refused", error.message, error.hint)
        else:
            self._report("results", out, past)

    def _probe(self) -> None:
        self._report("devices", tuple(state.name for state in provider_states() if not state.cause))

    def _report(self, signal: str, *values: object) -> None:
        """Emits a signal by its name; nobody waits for it any more if the window has been closed meanwhile."""
        try:
            getattr(self, signal).emit(*values)
        except RuntimeError:
            if isValid(self):
                raise


def _unused(strays: Sequence[Stray]) -> str:
    more = f" (+ {len(strays) - 1:,})" if len(strays) > 1 else ""
    return misnamed(strays[:1])[0] + more if strays else ""
