"""A node for ComfyUI: colors images by the command photocolor, and returns them as a batch.

Install: copy this folder to ComfyUI/custom_nodes/photocolor, and install photocolor so that its command is found, or
set PHOTOCOLOR to it.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image


class ColorPhoto:
    """Colors each image of a batch; its lightness stays."""

    CATEGORY = "image/color"
    FUNCTION = "color"
    RETURN_TYPES = ("IMAGE",)

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:  # noqa: N802 -- ComfyUI's name
        """Returns what the node asks for."""
        strength = ("FLOAT", {"default": 1.0, "min": 0.0, "max": 1.0, "step": 0.05})
        devices = ["auto", "cpu", "cuda"]
        return {"required": {"image": ("IMAGE",), "strength": strength, "device": (devices,)}}

    def color(self, image: torch.Tensor, strength: float, device: str) -> tuple[torch.Tensor]:
        """Returns the colored batch.

        Args:
            image: (N, H, W, 3) float32 in [0, 1].
            strength: of the colors.
            device: as of `photocolor restore --device`.

        Raises:
            RuntimeError: the command failed; the message is its own.
        """
        with tempfile.TemporaryDirectory(prefix="photocolor-") as place:
            scans, out = Path(place) / "scans", Path(place) / "color"
            scans.mkdir()
            names = [f"{number:05d}.png" for number in range(len(image))]
            for name, one in zip(names, image, strict=True):
                codes = (one.cpu().numpy().clip(0.0, 1.0) * 255.0).round().astype(np.uint8)
                Image.fromarray(codes).save(scans / name)
            command = [
                *shlex.split(os.environ.get("PHOTOCOLOR", "photocolor")),
                "restore",
                str(scans),
                "--out",
                str(out),
            ]
            command += ["--already-color", "force", "--strength", str(strength), "--device", device, "--quiet"]
            answer = subprocess.run(command, capture_output=True, text=True, check=False)
            if answer.returncode:
                raise RuntimeError(answer.stderr.strip() or f"photocolor ended with {answer.returncode}")
            results = [np.asarray(Image.open(out / name).convert("RGB"), dtype=np.float32) / 255.0 for name in names]
        return (torch.from_numpy(np.stack(results)),)


NODE_CLASS_MAPPINGS = {"PhotocolorColorPhoto": ColorPhoto}
NODE_DISPLAY_NAME_MAPPINGS = {"PhotocolorColorPhoto": "Color photo (photocolor)"}
