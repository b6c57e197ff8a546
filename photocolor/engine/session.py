"""An opened model that any number of threads may run and cancel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from photocolor.engine.onnx_errors import first_line, is_out_of_memory, runtime_errors
from photocolor.engine.opening import feeds, open_native
from photocolor.engine.probe import CPU
from photocolor.engine.providers import DeviceChoice
from photocolor.engine.runtime import load_runtime
from photocolor.engine.shape_sessions import BOUNDS_OF, OneSession, ShapeBounds, ShapeSessions
from photocolor.errors import BadModelOutput, Canceled, DeviceFailed, OutOfMemory
from photocolor.models.card import FACE_SEGMENTS, ModelCard
from photocolor.models.registry import ModelFile
from photocolor.system.device_words import device_words

Planes = NDArray[np.float32]
"""Inputs and outputs of the model: (N, channels, H, W)."""


class Session(Protocol):
    """Describes what the engine needs of an opened model."""

    @property
    def card(self) -> ModelCard:
        """Returns the model's card."""

    @property
    def provider(self) -> str:
        """Returns the device that runs the model, as ONNX Runtime names it."""

    def run(self, lightness: Planes, hints: Planes | None, faces: Planes | None = None) -> tuple[Planes, Planes | None]:
        """Returns ab and doubt of N pictures of one size.

        Args:
            lightness: (N, 1, H, W) float32, L* in [0, 100]; H and W are sides that the card takes.
            hints: (N, 3, H, W) float32, a*, b* and weight in [0, 1]; ignored by a model without hint channels.
            faces: (N, 4, H, W) float32 in [0, 1], the segments of faces, for a model that takes them; None for nobody.

        Returns:
            ab: (N, 2, H, W) float32, CIELAB a* and b*, finite.
            doubt: (N, 1, H, W) float32, 0 sure to 1 guessing; None for a model that does not tell.

        Raises:
            OutOfMemory: the device has not the memory for this size.
            BadModelOutput: NaN, infinity or another shape came out.
            DeviceFailed: the device gave up.
            Canceled: `cancel` was called.
        """

    def cancel(self) -> None:
        """Cancels the runs in flight within a moment, from any thread, and refuses later ones for good."""


class OnnxSession:
    """Runs a model by ONNX Runtime, as a `Session`.

    Memory goes back to the system after every run (no arena, no memory pattern). Measured over 34 runs of 17 sizes from
    64² to 1024² px with the bundled model: the process stood between 174 and 331 MB and ended at 255 MB; with the arena
    it grew to 416 MB and stayed there, with arena and pattern at 552 MB, and was no faster.

    Args:
        model: the checked model file.
        choice: the device; `auto` may end on the CPU, see `choice` afterwards.
        threads: of one run on the CPU; all usable processors if None. They do not change the result.
        bounds: of a native session for each shape; None keeps one for all, except where `BOUNDS_OF` has the provider.

    Raises:
        DeviceUnavailable, ModelInvalid, OutOfMemory: as `open_native`.
    """

    def __init__(
        self,
        model: ModelFile,
        choice: DeviceChoice,
        threads: int | None = None,
        bounds: ShapeBounds | None = None,
    ) -> None:
        self._model = model
        opened = open_native(model, choice, threads)
        self._choice = opened.choice
        bounds = bounds or BOUNDS_OF.get(self._choice.provider)
        self._natives: OneSession | ShapeSessions = (
            ShapeSessions(opened.native, opened.open_again, bounds) if bounds else OneSession(opened.native)
        )
        self._outputs = ["ab", "doubt"] if model.card.has_doubt else ["ab"]
        self._lock = threading.Lock()
        self._running: set[Any] = set()
        self._canceled = False

    @property
    def card(self) -> ModelCard:
        """Returns the model's card."""
        return self._model.card

    @property
    def choice(self) -> DeviceChoice:
        """Returns the device in use, with the reason for it."""
        return self._choice

    @property
    def provider(self) -> str:
        """Returns the device in use, as ONNX Runtime names it."""
        return self._choice.provider

    def run(
        self, lightness: Planes, hints: Planes | None = None, faces: Planes | None = None
    ) -> tuple[Planes, Planes | None]:
        """Runs the model; see `Session.run`.

        Raises:
            ValueError: an input breaks the contract; that is the caller's mistake.
        """
        self._check_inputs(lightness, hints, faces)
        inputs = feeds(self.card, lightness, hints, faces)
        with self._registered() as run_options:
            outputs = self._outputs_of(inputs, lightness.shape, run_options)
        count, _, height, width = lightness.shape
        ab = self._checked("ab", outputs[0], (count, 2, height, width))
        return ab, self._checked("doubt", outputs[1], (count, 1, height, width)) if self.card.has_doubt else None

    def cancel(self) -> None:
        """Cancels all runs; see `Session.cancel`."""
        with self._lock:
            self._canceled = True
            for run_options in self._running:
                run_options.terminate = True

    def _outputs_of(self, inputs: dict[str, Any], shape: tuple[int, ...], run_options: Any) -> Any:
        """Runs the model, a second time if sessions of other shapes held the memory for the first."""
        key = shape[0], shape[2], shape[3]
        try:
            return self._natives.session(key).run(self._outputs, inputs, run_options)
        except runtime_errors() as error:
            if not (is_out_of_memory(error) and self._natives.drop_others(key)):
                raise self._translated(error, shape) from error
        try:
            return self._natives.session(key).run(self._outputs, inputs, run_options)
        except runtime_errors() as error:
            raise self._translated(error, shape) from error

    @contextmanager
    def _registered(self) -> Iterator[Any]:
        """Yields the options of one run, which `cancel` can reach meanwhile."""
        run_options = load_runtime().RunOptions()
        with self._lock:
            self._refuse_if_canceled()
            self._running.add(run_options)
        try:
            yield run_options
        finally:
            with self._lock:
                self._running.discard(run_options)
        self._refuse_if_canceled()

    def _refuse_if_canceled(self) -> None:
        if self._canceled:
            raise Canceled("the run was canceled")

    def _check_inputs(self, lightness: Planes, hints: Planes | None, faces: Planes | None) -> None:
        card = self.card
        count, channels, height, width = lightness.shape
        if channels != 1 or not (card.takes(height) and card.takes(width)):
            rule = f"{card.fixed_px} only" if card.fixed_px else f"multiples of {card.multiple} from {card.min_px}"
            raise ValueError(f"lightness {lightness.shape} for model {card.name}: one channel, sides {rule} px")
        if card.fixed_batch not in (None, count):
            raise ValueError(f"{count} pictures at a time for model {card.name}, which takes {card.fixed_batch}")
        if card.has_hints and (hints is None or hints.shape != (count, 3, height, width)):
            shape = None if hints is None else hints.shape
            raise ValueError(f"hints {shape} for lightness {lightness.shape}: (N, 3, H, W) of the same size")
        if faces is not None and faces.shape != (count, len(FACE_SEGMENTS), height, width):
            raise ValueError(f"faces {faces.shape} for lightness {lightness.shape}: (N, 4, H, W) of the same size")

    def _translated(self, error: Exception, shape: tuple[int, ...]) -> Exception:
        """Translates an error of ONNX Runtime into one of the product's."""
        size = f"{shape[0]} × {shape[2]} × {shape[3]} px on {device_words(self.provider)}"
        if self._canceled:
            return Canceled("the run was canceled")
        if is_out_of_memory(error):
            return OutOfMemory(f"memory ran out for {size}")
        if self.provider == CPU:
            return BadModelOutput(f"the model failed for {size}: {first_line(error)}")
        return DeviceFailed(f"the device failed for {size}: {first_line(error)}")

    def _checked(self, name: str, output: NDArray[Any], shape: tuple[int, ...]) -> Planes:
        if output.shape != shape or output.dtype != np.float32:
            raise BadModelOutput(f"the model's {name} is {output.shape} {output.dtype}, not {shape} float32")
        if not np.isfinite(output).all():
            raise BadModelOutput(f"the model's {name} has NaN or infinity on {device_words(self.provider)}")
        return output
