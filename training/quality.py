"""What `evaluate` reports: tables for people, JSON for programs, and the numbers for the model's own card."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from training.colorist import ModelFile
from training.evaluate import Protocol, as_plain, differences, intervals, measure_all, save_results, table
from training.export import write_card
from training.steadiness import honesty_of_doubt, steadiness


def report_quality(
    models: list[ModelFile], protocol: Protocol, out: Path, console: Console, *, into_card: bool = False
) -> None:
    """Measures the first model beside the others, the baselines included, and reports everything about it.

    Args:
        models: the one that is judged, then those beside it; their names differ.
        protocol: on what is measured.
        out: the JSON file; the table lies beside it as Markdown.
        console: for progress and the tables.
        into_card: writes the first model's numbers into its card.
    """
    model = models[0]
    rows = measure_all(list(models), protocol, console)
    results = {name: intervals(values) for name, values in rows.items()}
    ahead = differences(rows[model.name], {name: values for name, values in rows.items() if name != model.name})
    steady, honest = steadiness(model, protocol), honesty_of_doubt(model, protocol)
    console.print(table(results), soft_wrap=True, markup=False)
    console.print(f"{model.name} minus the others, paired:\n{table(ahead)}", soft_wrap=True, markup=False)
    for name, value in steady.items():
        console.print(f"{name}: {value:.2f}", highlight=False)
    if honest:
        console.print("mean ab error by fifths of doubt:", [round(value, 1) for value in honest])
    facts = {"split": protocol.split, "photos": len(rows[model.name]["auc"]), "size_px": protocol.size_px}
    save_results(results, out, differences=as_plain(ahead), steadiness=steady, doubt=honest, **facts)
    if into_card:
        _write_quality(model.path, facts | {key: value.mean for key, value in results[model.name].items()} | steady)


def _write_quality(path: Path, quality: dict[str, Any]) -> None:
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in quality.items()}
    write_card(path, {"photocolor.quality": json.dumps(rounded, separators=(",", ":"))})
