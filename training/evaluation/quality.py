"""Reports an evaluation: tables for people, JSON for programs, and the numbers for the model's card."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from training.evaluation.evaluate import (
    REAL,
    Measured,
    Protocol,
    differences,
    intervals,
    measure_all,
)
from training.evaluation.evaluated_model import ModelFile
from training.evaluation.recognition import FAMILY, took_part
from training.evaluation.results import as_plain, save_results, table
from training.evaluation.robustness import honesty_of_doubt, steadiness
from training.exporting.model_file import write_card
from training.writing import check_writable


def report_quality(
    models: list[ModelFile], protocol: Protocol, out: Path, console: Console, *, into_card: bool = False
) -> None:
    """Measures the first model beside the others, baselines included, and reports everything about it.

    Args:
        models: the one that is judged, then those beside it; their names differ.
        protocol: on what is measured.
        out: the JSON file; the table lies beside it as Markdown.
        console: for progress and the tables.
        into_card: writes the first model's numbers into its card.

    Raises:
        DiskFull, OutputError: `out` cannot be written, which is found out before anything is measured.
    """
    check_writable(out)
    model = models[0]
    measured = measure_all(list(models), protocol, console)
    results = {name: intervals(each) for name, each in measured.items()}
    others = {name: each for name, each in measured.items() if name not in (model.name, REAL)}
    ahead = differences(measured[model.name], others)
    steady, honest = steadiness(model, protocol), honesty_of_doubt(model, protocol)
    facts = _facts(protocol, measured[model.name])
    console.print(table(results), soft_wrap=True, markup=False)
    console.print(f"{model.name} minus the others, paired:\n{table(ahead)}", soft_wrap=True, markup=False)
    for line in _notes(models, protocol, facts):
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    for name, value in steady.items():
        console.print(f"{name}: {value:.2f}", highlight=False)
    if honest:
        console.print("mean ab error by fifths of doubt:", [round(value, 1) for value in honest.error_by_fifth])
        console.print(f"rank correlation of doubt and ab error: {honest.rank_correlation:.2f}", highlight=False)
    doubt = {"doubt": honest.error_by_fifth, "doubt_rank_correlation": honest.rank_correlation} if honest else {}
    save_results(results, out, differences=as_plain(ahead), steadiness=steady, **doubt, **facts)
    if into_card:
        means = {key: value.mean for key, value in results[model.name].items()}
        _write_quality(model.path, facts | means | steady)


def _facts(protocol: Protocol, measured: Measured) -> dict[str, Any]:
    """Returns what was measured on, and how many photos have a known class and skin where that is asked for."""
    values = measured.values
    facts: dict[str, Any] = {"split": protocol.split, "photos": len(values["auc"]), "size_px": protocol.size_px}
    counts = {"photos_with_class": "has_class", "photos_with_skin": "has_skin"}
    facts |= {name: int(values[key].sum()) for name, key in counts.items() if key in values}
    return facts | ({"judge": FAMILY} if protocol.recognition else {})


def _notes(models: list[ModelFile], protocol: Protocol, facts: dict[str, Any]) -> Iterator[str]:
    """Yields remarks that explain the columns of recognition and skin."""
    if protocol.recognition:
        yield (
            f"top-1: {FAMILY} on the {facts['photos_with_class']} photos whose class is known; as real, and Fréchet: "
            f"on all {facts['photos']}; distances can be compared for the same photos only"
        )
        for model in models:
            if took_part(model.card.get("recipe", "")):
                yield f"{model.name} was trained with {FAMILY}, which judges it here: top-1 and Fréchet flatter it"
    if facts["photos_with_skin"]:
        yield f"skin: by the true color, on {facts['photos_with_skin']} photos of faces; beside: the rest of them"


def _write_quality(path: Path, quality: dict[str, Any]) -> None:
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in quality.items()}
    write_card(path, {"photocolor.quality": json.dumps(rounded, separators=(",", ":"))})
