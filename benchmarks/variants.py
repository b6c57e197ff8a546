"""Measures variants and presets against real colors, through the product's own pipeline.

    python -m benchmarks.variants PREPARED_SET [PHOTOS]

Photos of the test split are made gray and colored at their own size: in the model's own answer, in three others that it
holds possible, and at several strengths. Two Markdown tables go to standard output.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from photocolor.color.lab import gray_of, lab_of, lightness_of
from photocolor.color.resize import resize
from photocolor.engine.colorizer import ColorAnswer
from photocolor.outcome import NoProgress
from photocolor.pipeline.coloring import answer_of, chosen_ab
from photocolor.pipeline.photo import Pipeline, open_pipeline
from photocolor.preview.choices import choices, with_choice
from photocolor.settings import ColorSettings, Preset, Settings
from training.color import photo_of_lab
from training.data.prepared import load
from training.evaluation.metrics import ciede2000, colorfulness

PHOTOS = 80
ANSWERS = 4
NEARER = 0.05
"""ΔE00 by which an answer must be nearer to count."""

Ab = NDArray[np.float32]
Strength = Callable[[ColorAnswer], Ab]


def by_doubt(per_doubt: float, usual: float = 0.45) -> Strength:
    """Returns a strength of 1 at the usual doubt that falls with it."""
    return lambda answer: answer.ab * (1 + per_doubt * (usual - _doubt(answer))).clip(0, 2)[..., None]


def by_mean_doubt(per_doubt: float, usual: float = 0.45) -> Strength:
    """Returns one strength for each photo, by its mean doubt."""
    return lambda answer: answer.ab * np.float32(1 + per_doubt * (usual - _doubt(answer).mean()))


def by_settings(color: ColorSettings) -> Strength:
    """Returns the strength of a run with these settings."""
    return lambda answer: chosen_ab(answer, color)


STRENGTHS: Mapping[str, Strength] = {
    **{preset.value: by_settings(ColorSettings(preset=preset)) for preset in Preset},
    **{f"strength {s:g}": by_settings(ColorSettings(strength=s)) for s in (0.85, 1.15, 1.3)},
    "1 + 1.1 (0.45 - doubt)": by_doubt(1.1),
    "1 + 2.2 (0.45 - doubt)": by_doubt(2.2),
    "1 + 2 (0.5 - doubt)": by_doubt(2.0, 0.5),
    "1 + 2.2 (0.45 - the photo's mean doubt)": by_mean_doubt(2.2),
    "1 + 4.4 (0.45 - the photo's mean doubt)": by_mean_doubt(4.4),
}


def main() -> None:
    """Prints the tables."""
    pipeline = open_pipeline(Settings(sources=(), out=Path(), device="cpu"))
    photos = int(sys.argv[2]) if len(sys.argv) > 2 else PHOTOS
    variants: list[dict[str, float]] = []
    strengths: list[dict[str, dict[str, float]]] = []
    for number, rgb in enumerate(_photos(Path(sys.argv[1]), photos), 1):
        of_variants, of_strengths = measure(rgb, pipeline)
        variants.append(of_variants)
        strengths.append(of_strengths)
        print(f"{number} of {photos}", end="\r", file=sys.stderr)
    print("| measure | mean |\n|---|---|")
    for key in variants[0]:
        print(f"| {key} | {np.nanmean([row[key] for row in variants]):.2f} |")
    print("\n| strength | ΔE00 | more than natural | colorfulness | distance to the real one | more than natural |")
    print("|---|---|---|---|---|---|")
    for name in strengths[0]:
        cells = [_mean(strengths, name, key) for key in ("ΔE00", "colorfulness", "distance")]
        more = [_more(strengths, name, key) for key in ("ΔE00", "distance")]
        print(f"| {name} | {cells[0]:.2f} | {more[0]} | {cells[1]:.1f} | {cells[2]:.2f} | {more[1]} |")


def measure(rgb: NDArray[np.uint8], pipeline: Pipeline) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Returns the figures of one photo's variants, and of its own answer at each strength."""
    gray = gray_of(rgb)
    lightness = lightness_of(gray)
    true = lab_of(rgb)[1]
    offered = choices(gray, pipeline, None, ANSWERS)
    answers = [answer_of(gray, 1, pipeline, NoProgress(), with_choice(None, choice) or None) for choice in offered]
    fields = [resize(answer.ab, *gray.shape) for answer in answers]
    errors = [_difference(lightness, ab, true).mean() for ab in fields]
    doubt = resize(_doubt(answers[0]), *gray.shape)
    pairs = [(one, other) for index, one in enumerate(fields) for other in fields[:index]]
    between = [_difference(lightness, one, other) for one, other in pairs]
    variants = {
        "answers": len(fields),
        "ΔE00 of the model's own": errors[0],
        "ΔE00 of the others, in the mean": float(np.mean(errors[1:])) if errors[1:] else float("nan"),
        "ΔE00 of the nearest of them all": min(errors),
        "share of photos where another is nearer": float(min(errors) < errors[0] - NEARER),
        "ΔE00 between two, doubtful half": _over(between, doubt >= np.median(doubt)),
        "ΔE00 between two, surest tenth": _over(between, doubt <= np.quantile(doubt, 0.1)),
    }
    real = colorfulness(rgb)
    strengths = {}
    for name, strength in STRENGTHS.items():
        ab = resize(np.ascontiguousarray(strength(answers[0]), np.float32), *gray.shape)
        shown = colorfulness(photo_of_lab(lightness, ab))
        strengths[name] = {
            "ΔE00": float(_difference(lightness, ab, true).mean()),
            "colorfulness": shown,
            "distance": abs(shown - real),
        }
    return variants, strengths


def _photos(prepared: Path, photos: int) -> Iterator[NDArray[np.uint8]]:
    data = load(prepared, "test")
    for index in np.linspace(0, len(data) - 1, min(photos, len(data)), dtype=int).tolist():
        yield np.ascontiguousarray(data.photo(index))


def _doubt(answer: ColorAnswer) -> Ab:
    if answer.doubt is None:
        raise SystemExit("the model does not tell its doubt")
    return answer.doubt


def _difference(lightness: NDArray[np.float32], one: Ab, other: Ab) -> NDArray[np.float64]:
    return ciede2000(np.dstack((lightness, one)), np.dstack((lightness, other)))


def _over(differences: list[NDArray[np.float64]], where: NDArray[np.bool_]) -> float:
    return float(np.mean([each[where].mean() for each in differences])) if differences else float("nan")


def _mean(rows: list[dict[str, dict[str, float]]], name: str, key: str) -> float:
    return float(np.mean([row[name][key] for row in rows]))


def _more(rows: list[dict[str, dict[str, float]]], name: str, key: str) -> str:
    more = np.array([row[name][key] - row[Preset.NATURAL][key] for row in rows])
    return f"{more.mean():+.2f} ± {1.96 * more.std() / np.sqrt(len(more)):.2f}"


if __name__ == "__main__":
    main()
