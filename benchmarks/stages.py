"""Where the time of one photo goes, stage by stage, and the floor: decoding and encoding it and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clock import Spread, alternately
from photocolor.color.lab import lightness_of
from photocolor.color.paint import BAND_PIXELS
from photocolor.color.resize import resize
from photocolor.color.stitch import stitch
from photocolor.color.upsample import guide
from photocolor.engine.fallback import Rung
from photocolor.engine.passes import View, global_pass, tile_pass
from photocolor.image.decode import decode
from photocolor.image.encode import encode
from photocolor.metadata.carry import Changes, graft
from photocolor.outcome import Quiet
from photocolor.image.sheet import gray_of_photo
from photocolor.pipeline import Studio, provenance_of
from photocolor.source import SourceBytes

STAGES = (
    "decode",
    "hash of the source",
    "lightness, reduced",
    "global pass",
    "tile pass",
    "guide",
    "upsampling",
    "gamut and stitch",
    "encode",
    "metadata",
    "hash of the result",
)
MODEL_STAGES = ("global pass", "tile pass")


@dataclass
class Desk:
    """What the stages hand on to each other."""

    studio: Studio
    source: Path
    target: Path
    kept: dict[str, Any]


def works(desk: Desk) -> dict[str, Any]:
    """One callable per stage; each uses what the one before left on the desk."""
    kept, studio = desk.kept, desk.studio

    def read() -> None:
        kept["data"] = desk.source.read_bytes()
        photo = decode(kept["data"], 1e4)
        kept["photo"] = replace(photo, pixels=gray_of_photo(photo))

    def reduced() -> None:
        gray = kept["photo"].pixels
        kept["sizes"] = studio.colorizer.sizes(*gray.shape, studio.color)
        kept["small"] = lightness_of(resize(gray, *kept["sizes"].detail))
        kept["view"] = View(kept["small"], kept["sizes"])

    def whole() -> None:
        kept["whole"] = global_pass(studio.colorizer.session, kept["view"])

    def tiled() -> None:
        if not kept["sizes"].tiled:
            kept["ab"] = np.ascontiguousarray(kept["whole"][..., :2])
            return
        rung = Rung(studio.colorizer.session, 1, kept["sizes"].tile_px)
        kept["ab"] = tile_pass(rung, kept["view"], kept["whole"][..., :2], Quiet())[0][..., :2]

    def guided() -> None:
        kept["guided"] = guide(kept["ab"], kept["small"], *kept["photo"].pixels.shape)

    def bands() -> list[slice]:
        height, width = kept["photo"].pixels.shape
        rows = max(1, BAND_PIXELS // width)
        return [slice(top, top + rows) for top in range(0, height, rows)]

    def upsampled() -> None:
        for band in bands():
            ab = kept["guided"].band(band.start, lightness_of(kept["photo"].pixels[band]))
            if band.start == 0:
                kept["band"] = ab  # stands for all, or a large photo's ab would not fit in memory

    def stitched() -> None:
        gray = kept["photo"].pixels
        rgb = np.empty((*gray.shape, 3), gray.dtype)
        for band in bands():
            rows = gray[band]
            rgb[band] = stitch(rows, kept["band"][: len(rows)])
        kept["rgb"] = rgb

    def encoded() -> None:
        kept["format"] = encode(desk.target, kept["rgb"], kept["photo"], studio.files)

    def grafted() -> None:
        made = provenance_of(SourceBytes(kept["data"], "0" * 64), studio)
        graft(kept["data"], kept["photo"].container.format, desk.target, Changes(kept["format"].name, made))

    def hashed_result() -> None:
        with desk.target.open("rb") as file:
            hashlib.file_digest(file, "sha256")

    functions = (
        read,
        lambda: hashlib.sha256(kept["data"]),
        reduced,
        whole,
        tiled,
        guided,
        upsampled,
        stitched,
        encoded,
        grafted,
        hashed_result,
    )
    return dict(zip(STAGES, functions, strict=True))


def measure(desk: Desk, rounds: int) -> dict[str, tuple[Spread, Spread]]:
    """Wall and processor seconds of every stage."""
    return alternately(works(desk), rounds)
