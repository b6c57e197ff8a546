"""Colors one photo at full size in the background, in the same way as a run, and writes it where a person said."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from photocolor.containers.formats import result_suffix
from photocolor.desktop.thread_end import run_and_report
from photocolor.errors import Canceled, OutputError, SourceVanished, UsageError
from photocolor.outcome import Done, Fingerprint, Job
from photocolor.pipeline.extra_files import refuse_layers
from photocolor.pipeline.mending.on_request import with_finder
from photocolor.pipeline.photo import Pipeline, open_for_named_photos
from photocolor.settings import AlreadyColor, OutputFormat, Settings
from photocolor.system.atomic import steady_token

END_S = 15.0


class PhotoExport(QObject):
    """Writes one photo; a `ProgressListener` in its own thread, signals in the window's.

    Args:
        settings: model, device, color and files.
        source: the photo.
        target: where its result goes; a file there is replaced, unless it is the source.
        ready: returns when the files beside the photo are written; called in the export's thread.
        parent: of this object.
    """

    staged = Signal(str, int, int)
    written = Signal(object)
    refused = Signal(str, str)

    def __init__(
        self,
        settings: Settings,
        source: Path,
        target: Path,
        ready: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        # what the person sees in color is to be written in color, whatever the photo was
        files = replace(settings.files, already_color=AlreadyColor.FORCE)
        self._settings = replace(settings, sources=(source,), out=target.parent, files=files)
        self.source, self.target = source, target
        self._ready = ready
        self._ended = False
        self._pipeline: Pipeline | None = None
        self._thread = threading.Thread(target=self._run, name="photocolor-export", daemon=True)

    @property
    def going_on(self) -> bool:
        """Returns True until the photo is written."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Starts the export in its thread."""
        self._thread.start()

    def end(self) -> None:
        """Gives the photo up; nothing of it is left."""
        self._ended = True
        if self._pipeline is not None:
            self._pipeline.cancel()
        if self._thread.is_alive():
            self._thread.join(END_S)

    def _run(self) -> None:
        run_and_report(lambda: partial(self.written.emit, self._write()), self.refused.emit)

    def _write(self) -> Done:
        self._ready()
        job = job_of(self.source, self.target)
        settings = replace(self._settings, files=with_finder(self._settings.files))
        refuse_layers(settings)
        self._pipeline = open_for_named_photos(settings)
        outcome = self._pipeline(job, self)
        if not isinstance(outcome, Done):
            raise OutputError(f"{self.source} was not colored")
        return outcome

    # -- the listener

    def stage(self, name: str) -> None:
        """Reports a new stage."""
        self.staged.emit(name, 0, 0)

    def tiles(self, done: int, total: int) -> None:
        """Reports how many tiles are colored."""
        self.staged.emit("color", done, total)

    def check(self) -> None:
        """Raises `Canceled` when the window closes."""
        if self._ended:
            raise Canceled("the window was closed")


def job_of(source: Path, target: Path) -> Job:
    """Returns the job of one photo.

    Raises:
        SourceVanished: the photo is gone.
        UsageError: the target is the photo itself.
    """
    try:
        state = source.stat()
    except OSError as error:
        raise SourceVanished(f"there is no file {source}", "It may have been moved or renamed.") from error
    if target.exists() and target.samefile(source):
        raise UsageError(f"{target} is the photo itself", "Choose another name; a source is never overwritten.")
    fingerprint = Fingerprint(state.st_size, state.st_mtime_ns)
    return Job(source, target, target.name, fingerprint, steady_token(target))


def place_beside(source: Path, wanted: OutputFormat = OutputFormat.KEEP) -> Path:
    """Returns a free name beside a photo: photo-color.jpg, or photo-color-2.jpg where that is taken."""
    stem, suffix = f"{source.stem}-color", result_suffix(source.suffix, wanted)
    place, number = source.with_name(stem + suffix), 1
    while place.exists():
        number += 1
        place = source.with_name(f"{stem}-{number}{suffix}")
    return place
