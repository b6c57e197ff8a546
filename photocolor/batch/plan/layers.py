"""Refuses layers of one photo that would lie under the name of another photo's result."""

from __future__ import annotations

from photocolor.batch.plan.targets import FilePlan
from photocolor.errors import TargetCollision
from photocolor.pipeline.extra_files import LAYER_ENDINGS
from photocolor.settings import Layers
from photocolor.system.spelling import folded


def refuse_layers_in_the_way(plan: FilePlan, layers: Layers) -> None:
    """Raises unless the layers of each photo have a name of their own.

    Raises:
        TargetCollision: a photo is called as the color layer of another, as `a.jpg.color.png` beside `a.jpg`.
    """
    ending = LAYER_ENDINGS.get(layers, "")
    named = [entry.relative for entry in plan.entries if ending and folded(entry.relative).endswith(ending)]
    if not named:
        return
    places = {folded(entry.relative) for entry in plan.entries}
    pairs = [place for place in named if folded(place).removesuffix(ending) in places]
    if pairs:
        message = f"{len(pairs)} results are called as the color layer of another photo"
        raise TargetCollision(message, "Rename them, or use --layers ora.", tuple(pairs))
