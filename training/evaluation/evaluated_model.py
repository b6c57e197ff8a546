"""Makes model files and two baselines callable in one way for evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from photocolor.engine.faces.close_ups import Face
from photocolor.engine.faces.segments import segments
from photocolor.engine.onnx_errors import first_line, runtime_errors
from photocolor.engine.runtime import load_runtime
from photocolor.errors import ModelInvalid
from photocolor.models.card import read_card
from training.data.faces import faces_seen_in
from training.errors import MissingData

Lightness = NDArray[np.float32]
Ab = NDArray[np.float32]


class Colorist(Protocol):
    """Returns a*, b* (H, W, 2) for L* (H, W), both CIELAB."""

    name: str
    fixed_px: int
    multiple: int

    def color(
        self, lightness: Lightness, hints: NDArray[np.float32] | None = None, faces: Sequence[Face] | None = None
    ) -> Ab:
        """Returns the answer; hints are (H, W, 3): a*, b*, weight."""
        ...


class Constant:
    """Colors every pixel alike: "gray" has ab = 0, "mean ab" the mean of the training photos."""

    fixed_px = 0
    multiple = 1

    def __init__(self, name: str, ab: tuple[float, float]) -> None:
        self.name, self.ab = name, ab

    def color(
        self, lightness: Lightness, hints: NDArray[np.float32] | None = None, faces: Sequence[Face] | None = None
    ) -> Ab:
        """Returns the same a*, b* for every pixel."""
        return np.broadcast_to(np.array(self.ab, np.float32), (*lightness.shape, 2)).copy()


class ModelFile:
    """Runs an ONNX file of the model contract.

    Args:
        path: the file.
        threads: of the processor; 0 is the runtime's choice.

    Raises:
        MissingData: the file is not there.
        ModelInvalid: it is no model of the contract, or is damaged.
    """

    def __init__(self, path: Path, threads: int = 0) -> None:
        if not path.is_file():
            raise MissingData(f"there is no model {path}", "Run `python -m training export` first.")
        read_card(path)  # refuses by name what is no color model
        options = load_runtime().SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self.session = load_runtime().InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except runtime_errors() as cause:
            raise ModelInvalid(f"{path} cannot be opened: {first_line(cause)}", "Export the model again.") from cause
        self.card = {
            key.removeprefix("photocolor."): value
            for key, value in self.session.get_modelmeta().custom_metadata_map.items()
        }
        self.path = path
        self.name = self.card.get("name", path.stem)
        side = self.session.get_inputs()[0].shape[2]
        self.fixed_px = side if isinstance(side, int) else 0
        self.multiple = int(self.card.get("size_multiple", 1))
        self.working_px = int(self.card.get("working_size", 256))
        inputs = {port.name for port in self.session.get_inputs()}
        self.takes_hints, self.takes_faces = "hints" in inputs, "faces" in inputs
        self.gives_doubt = len(self.session.get_outputs()) > 1

    def color(
        self, lightness: Lightness, hints: NDArray[np.float32] | None = None, faces: Sequence[Face] | None = None
    ) -> Ab:
        """Returns the model's a*, b*; H and W must suit its size rule.

        Args:
            lightness: (H, W) L*.
            hints: (H, W, 3) a*, b* and weight, for a model that takes hints.
            faces: where faces are, for a model that takes them; None looks for them in the lightness.
        """
        return np.ascontiguousarray(self._run("ab", lightness, hints, faces)[0].transpose(1, 2, 0))

    def doubt(self, lightness: Lightness) -> NDArray[np.float32]:
        """Returns the model's doubt, (H, W): 0 sure to 1 guessing."""
        return np.asarray(self._run("doubt", lightness, None)[0, 0])

    def _run(
        self,
        output: str,
        lightness: Lightness,
        hints: NDArray[np.float32] | None,
        faces: Sequence[Face] | None = None,
    ) -> NDArray[np.float32]:
        feed = {"lightness": np.ascontiguousarray(lightness[None, None], np.float32)}
        if self.takes_hints:
            planes = np.zeros((*lightness.shape, 3), np.float32) if hints is None else hints
            feed["hints"] = np.ascontiguousarray(planes.transpose(2, 0, 1)[None], np.float32)
        if self.takes_faces:
            found = faces_seen_in(lightness) if faces is None else faces
            feed["faces"] = segments(found, lightness.shape)[None]
        return np.asarray(self.session.run([output], feed)[0])


def name_apart(models: list[ModelFile]) -> None:
    """Appends numbers to equal names of models."""
    counts: dict[str, int] = {}
    for model in models:
        counts[model.name] = counts.get(model.name, 0) + 1
        if counts[model.name] > 1:
            model.name = f"{model.name} ({counts[model.name]})"


def resized(values: NDArray[np.float32], size_px: tuple[int, int]) -> NDArray[np.float32]:
    """Returns an (H, W) or (H, W, C) array at (height, width): averaged over areas if smaller, linear if larger."""
    shrinks = size_px[0] < values.shape[0]
    mode = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, (size_px[1], size_px[0]), interpolation=mode), np.float32)
