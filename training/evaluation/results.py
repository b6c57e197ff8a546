"""Formats results of an evaluation as a Markdown table and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from training.evaluation import metrics
from training.writing import writing

COLUMNS = {
    "auc": "AuC ↑", "auc_rebalanced": "AuC rebal. ↑", "ciede2000": "ΔE00 ↓", "lpips": "LPIPS ↓", "ab_l1": "ab L1 ↓",
    "ab_rmse": "ab RMSE ↓", "psnr": "PSNR ↑", "ssim": "SSIM ↑", "colorfulness": "colorf.",
    "colorfulness_distance": "|Δcolorf.| ↓",
    "within_2": "≤ 2 % ↑", "within_5": "≤ 5 % ↑",
    "recognized": "top-1 ↑", "recognized_as_real": "top-1 as real ↑", "frechet": "Fréchet ↓",
    "skin": "ΔE00 skin ↓", "besides_skin": "ΔE00 beside ↓",
}  # fmt: skip


def table(results: dict[str, dict[str, metrics.Interval]]) -> str:
    """Returns a Markdown table: mean and half of the 95 % interval's width."""
    used = [key for key in COLUMNS if any(key in row for row in results.values())]
    heads = " | ".join(_escaped(COLUMNS[key]) for key in used)
    lines = [f"| | {heads} |", "|---" * (len(used) + 1) + "|"]
    for name, row in results.items():
        cells = [cell(row[key]) if key in row else "" for key in used]
        lines.append(f"| {_escaped(name)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Returns a text for a cell, in which a bar would end the cell."""
    return text.replace("|", r"\|")


def save_results(results: dict[str, dict[str, metrics.Interval]], path: Path, **more: object) -> None:
    """Writes the results as JSON, and the table beside it as Markdown."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"results": as_plain(results), **more}, indent=1, default=str), encoding="utf-8")
        path.with_suffix(".md").write_text(table(results) + "\n", encoding="utf-8")


def as_plain(results: dict[str, dict[str, metrics.Interval]]) -> dict[str, dict[str, dict[str, float]]]:
    """Returns the results as values that JSON can hold."""
    return {name: {key: asdict(value) for key, value in row.items()} for name, row in results.items()}


def cell(value: metrics.Interval) -> str:
    """Returns a mean and half of its interval's width, with significant digits."""
    digits = 3 if abs(value.mean) < 1 else 1 if abs(value.mean) >= 20 else 2
    return f"{value.mean:.{digits}f} ± {(value.high - value.low) / 2:.{digits}f}"
