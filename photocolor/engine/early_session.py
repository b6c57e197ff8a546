"""A session on the processors that is opened while the command still finds out what it is to do.

Opening the model is native work of a tenth of a second, in which Python loads the rest of the product.
"""

from __future__ import annotations

import gc
import threading
from contextlib import suppress
from typing import Any

from photocolor.engine.native import create_native
from photocolor.engine.onnx_errors import runtime_errors
from photocolor.engine.probe import CPU
from photocolor.engine.providers import AUTO, DeviceChoice, choose, short_name
from photocolor.engine.runtime import load_runtime
from photocolor.errors import PhotocolorError
from photocolor.models.registry import ModelFile, read_model
from photocolor.system.machine import share_freed_memory, usable_cpus


class _EarlySession(threading.Thread):
    """Opens a model with the threads of all processors.

    Args:
        model: registered name or path.
        choice: the processors.
    """

    def __init__(self, model: str, choice: DeviceChoice) -> None:
        super().__init__(name="photocolor-session", daemon=True)
        self._model, self._choice = model, choice
        self.opened: tuple[str, Any] | None = None
        """The model's SHA-256 and ONNX Runtime's session, once the thread has ended; None if it failed."""

    def run(self) -> None:
        with suppress(PhotocolorError, *runtime_errors()):  # whoever needs the session meets and tells it
            model, data = read_model(self._model)
            self.opened = model.sha256, create_native(data, self._choice, usable_cpus())


_opening: list[_EarlySession] = []
"""At most one; whoever takes it removes it."""


def begin_early_session(model: str, device: str) -> None:
    """Begins to open a model in a thread, if one photo on `device` will be colored on the processors.

    What goes wrong is not told here: whoever needs the session opens it again then.

    Args:
        model: registered name or path.
        device: as the user asked for it.
    """
    if device not in (AUTO, short_name(CPU)) or _opening:
        return
    with suppress(PhotocolorError):
        choice = choose(device)
        load_runtime()  # here and not in the thread: it silences the whole process meanwhile
        if choice.provider == CPU:
            share_freed_memory()
            gc.disable()  # until the pipeline is open: what is loaded meanwhile is no garbage
            _opening.append(_EarlySession(model, choice))
            _opening[0].start()


def take_early_session(model: ModelFile, threads: int) -> Any | None:
    """Returns the session that was begun for the bytes of this model; None if there is none. Waits for it.

    Args:
        model: the checked model file.
        threads: that the session is to have.
    """
    if not _opening:
        return None
    gc.enable()
    if threads != usable_cpus():
        return None
    early = _opening.pop()
    early.join()
    if early.opened is None or early.opened[0] != model.sha256:
        return None
    return early.opened[1]
